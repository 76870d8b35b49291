"""Marking notices as read. Each tells the person's open pages how many are left."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from notices.domain.notifying import publish_counts
from notices.models import Notice
from notices.queries import notice_for


def read_notice(*, person_id: int, pk: int) -> Notice:
    """Marks one notice of this person's as read and returns it; raises Notice.DoesNotExist, for what they may not see
    any more too."""
    with transaction.atomic():
        notice = notice_for(person_id, pk)
        _mark(person_id, pk=pk)
    return notice


def read_all(*, person_id: int, up_to: int) -> None:
    """Marks as read all notices of this person's up to the one with this id: the newest that they were shown."""
    with transaction.atomic():
        _mark(person_id, pk__lte=up_to)


def read_about(*, person_id: int, subjects: Iterable[str]) -> None:
    """Marks as read what tells of these subjects ("post:81"), because the person has them before their eyes. For the
    rooms whose subjects they are; in a transaction of theirs it comes last, as ``notify`` does."""
    with transaction.atomic():
        _mark(person_id, subject__in=list(subjects))


def _mark(person_id: int, **which: object) -> None:
    if Notice.objects.unread().filter(recipient_id=person_id, **which).update(read_at=timezone.now()):
        publish_counts([person_id])
