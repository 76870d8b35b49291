"""Whether the streams are what they promise: numbered without a gap from the first event that is kept to the last."""

from collections.abc import Callable, Iterator

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Coalesce

from live.models import Stream


def problems(progress: Callable[[str], object]) -> Iterator[str]:
    """A line for each stream whose events are not exactly ``first`` to ``head``; nothing where all is well."""
    streams = Stream.objects.annotate(
        count=Count("events"),
        lowest=Coalesce(Min("events__number"), F("first")),
        highest=Coalesce(Max("events__number"), F("first") - 1),
    )
    wrong = ~Q(lowest=F("first")) | ~Q(highest=F("head")) | ~Q(count=F("head") - F("first") + 1)
    progress(f"streams: {Stream.objects.count()}")
    for stream in streams.filter(wrong).order_by("name").iterator():
        yield (
            f"stream {stream.name}: it says that it holds events {stream.first} to {stream.head}, and holds "
            f"{stream.count}, from {stream.lowest} to {stream.highest}"
        )
