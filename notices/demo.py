"""The demo's notices came when what they tell of happened, not when the demo was loaded."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from notices.models import Notice


def date_back(subjects: Iterable[str], moment: datetime) -> None:
    """The notices about these subjects came at this moment, and so did the mail about them."""
    Notice.objects.filter(subject__in=list(subjects)).update(created_at=moment, settled_at=moment)


@transaction.atomic
def put_in_order() -> None:
    """Whoever reads their notices finds the newest first: those are listed by their ids, so that ones that were loaded
    in another order are made anew. Changes nothing where they stand in order."""
    loaded = list(Notice.objects.order_by("pk"))
    in_order = sorted(loaded, key=lambda notice: notice.created_at)
    if in_order != loaded:
        Notice.objects.all().delete()
        for notice in in_order:
            notice.pk = None
        Notice.objects.bulk_create(in_order)
