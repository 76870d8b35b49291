"""What becomes of events later: emptied when their subject is withdrawn, dropped when nobody can need them any more."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from live.models import Stream, StreamEvent

KEPT_EVENTS = 20_000
KEPT_FOR = timedelta(days=30)


def redact(*, stream: str, subject: str) -> None:
    """Empties the data of all events so far about this subject; their numbers and names stay, so that there is no gap.

    To be called before the event that tells of the withdrawal is published, or that would be emptied too.
    """
    StreamEvent.objects.filter(stream__name=stream, subject=subject).update(data="{}")


def prune() -> int:
    """Drops events older than 30 days from the streams that hold more than 20,000, down to those; returns how many. Who
    asks for what was dropped is told to fetch the whole anew."""
    dropped = 0
    long = Stream.objects.filter(head__gte=F("first") + KEPT_EVENTS)
    for pk in list(long.values_list("pk", flat=True)):
        dropped += _prune_one(pk)
    return dropped


@transaction.atomic
def _prune_one(pk: int) -> int:
    stream = Stream.objects.select_for_update().get(pk=pk)
    kept = StreamEvent.objects.filter(stream=stream, created_at__gte=timezone.now() - KEPT_FOR)
    youngest_old = kept.aggregate(first=Min("number"))["first"]
    first = min(stream.head - KEPT_EVENTS + 1, youngest_old or stream.head + 1)
    if first <= stream.first:
        return 0
    Stream.objects.filter(pk=stream.pk).update(first=first)
    return StreamEvent.objects.filter(stream=stream, number__lt=first).delete()[0]
