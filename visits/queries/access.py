"""Who may read a visit's stream and the photos of its log: what ``live`` and ``files`` ask."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from groups.standing import PUBLIC, Standing, standings_of
from prepared.queries import Prepared
from visits.models import LogEntry, LogPhoto, PublishedPhoto, StudyVisit, WaitingPhoto


def stream_readers(pairs: Sequence[tuple[int, str]], *, in_group_only: bool = False) -> set[tuple[int, str]]:
    """Of these (person id, visit id) pairs, those who may read the visit's log now; of its group alone if so asked."""
    visit_ids = {int(key) for _person, key in pairs if _is_id(key)}
    found = {visit.pk: visit for visit in _VISITS.rows(sorted(visit_ids))}
    standings = standings_of({person_id for person_id, _key in pairs})

    def reads(standing: Standing, visit: _Visit) -> bool:
        is_open = visit.opened_at is not None and not in_group_only
        return standing.may_read_group(visit.working_group_id) or (is_open and standing.is_signed_in)

    return {
        (person_id, key)
        for person_id, key in pairs
        if _is_id(key) and int(key) in found and reads(standings.get(person_id, PUBLIC), found[int(key)])
    }


class _Visit(NamedTuple):
    pk: int
    working_group_id: int
    opened_at: datetime | None


_VISITS = Prepared(
    lambda visits: StudyVisit.objects.filter(pk__in=visits).values_list("pk", "working_group_id", "opened_at"), _Visit
)


def may_read_photo(person_id: int | None, key: str) -> bool:
    """Whether somebody may see the photo of this key: who reads the log, and everybody once a story shows it.

    A photo whose entry was deleted, or that belongs to no entry, is nobody's to see.
    """
    try:
        photo = LogPhoto.objects.filter(key=uuid.UUID(key), entry__deleted_at=None).first()
    except ValueError:
        return False
    if photo is None:
        return _waits_for(person_id, key)
    if PublishedPhoto.objects.filter(photo=photo, story__current_of__isnull=False).exists():
        return True
    standing = standings_of([person_id]).get(person_id, PUBLIC) if person_id is not None else PUBLIC
    if not standing.is_signed_in:
        return False
    return LogEntry.objects.visible_to(standing).filter(pk=photo.entry_id).exists()


def _waits_for(person_id: int | None, key: str) -> bool:
    """Whether the photo of this key waits for an entry of this very person, who still reads the group."""
    waiting = WaitingPhoto.objects.filter(key=uuid.UUID(key), author_id=person_id).select_related("visit").first()
    if waiting is None or person_id is None:
        return False
    return standings_of([person_id]).get(person_id, PUBLIC).may_read_group(waiting.visit.working_group_id)


def _is_id(key: str) -> bool:
    """Whether the key is a visit's id as we write it: no sign, no leading zero, small enough for the database."""
    return key.isascii() and key.isdigit() and len(key) <= 18 and not key.startswith("0")
