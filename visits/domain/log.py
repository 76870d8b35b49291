"""The visit's log: what its participants saw, with photos."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from files.models import StoredFile
from groups.models import Person
from groups.repeats import digest_of
from groups.standing import standing_of
from live.domain import publish
from visits import events
from visits.domain.once import key_or_none, made_before
from visits.domain.photos import (
    NewPhoto,
    PickedPhoto,
    attach,
    attach_waiting,
    descriptions_in_order,
    hash_of,
    prepared_photos,
    refuse_others,
    refuse_too_many,
)
from visits.domain.planning import FIRST_YEAR
from visits.domain.visit_lock import held
from visits.domain.wording import Faults, rendered, unchanged_since
from visits.enums import Heading
from visits.models import LINE_LENGTH, LogEntry, StudyVisit
from visits.policies import may_delete_entry, may_edit_entry

ENTRY_LENGTH = 20_000
# A phone's clock may run ahead a little; what one sees tomorrow is logged tomorrow.
CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class EntryText:
    """What was seen (Markdown), when (aware; None is now) and where."""

    source: str
    seen_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class Logged:
    """The entry, and whether this call made it (or an earlier one with the same idempotency key)."""

    entry: LogEntry
    is_new: bool


def log_entry(
    *,
    visit: StudyVisit,
    by: Person,
    text: EntryText,
    photos: Sequence[NewPhoto] = (),
    waiting: Sequence[PickedPhoto] = (),
    idempotency_key: str = "",
) -> Logged:
    """Logs what was seen; the same author, key, words and photos again give the entry of the first call.

    ``photos`` come along with the words, ``waiting`` came before them (photos.keep_photo). Photos are checked and
    re-encoded before the transaction opens, so that nobody's write waits for them.

    Raises PermissionDenied for who does not take part or may not write in the group, ValidationError by field
    (``source``, ``seen_at``, ``place``, ``photos``, ``idempotency_key``), once.KeyUsedTwice where the key came before
    with something else.
    """
    refuse_others(visit, by)
    key = key_or_none(idempotency_key)
    checked = _checked(text)
    digest = _digest_of(checked, photos, waiting)
    earlier = made_before(LogEntry.objects.filter(visit=visit, author=by), key, digest)
    if earlier is not None:
        return Logged(earlier, is_new=False)
    if not checked.source and not photos and not waiting:
        raise ValidationError({"source": _("Write what you see, or add a photo.")})
    rendered(checked.source, heading=Heading.LOG)
    refuse_too_many(len(photos) + len(waiting))
    prepared = prepared_photos(photos, by)
    with transaction.atomic():
        visit = held(visit)
        refuse_others(visit, by)
        earlier = made_before(LogEntry.objects.filter(visit=visit, author=by), key, digest)
        if earlier is not None:
            return Logged(earlier, is_new=False)
        entry = LogEntry.objects.create(
            visit=visit,
            author=by,
            seen_at=checked.seen_at or timezone.now(),
            place=checked.place,
            source=checked.source,
            idempotency_key=key,
            sent_digest=digest,
        )
        attach_waiting(entry, waiting)
        attach(entry, prepared)
        publish(events.entry_added(visit.pk, entry.pk))
    return Logged(entry, is_new=True)


def edit_entry(
    *,
    entry: LogEntry,
    by: Person,
    text: EntryText,
    descriptions: Mapping[int, str] | None = None,
    removed: Collection[int] = (),
    photos: Sequence[NewPhoto] = (),
    waiting: Sequence[PickedPhoto] = (),
    expected_revision: int | None = None,
) -> LogEntry:
    """Changes the words, describes photos (by their id), removes some, adds some. ``seen_at`` None leaves it.

    Raises PermissionDenied for all but the author, ValidationError by field as ``log_entry``, and ``descriptions``;
    without one where ``expected_revision`` is given and the author saved since, from another window.
    """
    _refuse_all_but_author(entry, by)
    checked = _checked(text)
    given = dict(descriptions or {})
    described = dict(zip(given, descriptions_in_order(list(given.values()), "descriptions"), strict=True))
    rendered(checked.source, heading=Heading.LOG)
    prepared = prepared_photos(photos, by)
    with transaction.atomic():
        visit = held(entry.visit)
        entry = LogEntry.objects.get(pk=entry.pk)
        _refuse_all_but_author(entry, by)
        unchanged_since(entry.revision, expected_revision)
        kept = entry.photos.exclude(pk__in=removed).count()
        if not checked.source and not photos and not waiting and not kept:
            raise ValidationError({"source": _("Write what you see, or add a photo.")})
        refuse_too_many(kept + len(photos) + len(waiting))
        dropped = list(entry.photos.filter(pk__in=removed))
        entry.photos.filter(pk__in=removed).delete()
        StoredFile.objects.filter(pk__in=[photo.file_id for photo in dropped]).delete()
        for photo in entry.photos.filter(pk__in=described):
            photo.description = described[photo.pk]
            photo.save(update_fields=["description"])
        entry.source, entry.place = checked.source, checked.place
        entry.seen_at = checked.seen_at or entry.seen_at
        entry.edited_at = timezone.now()
        entry.revision += 1
        entry.save()
        attach_waiting(entry, waiting)
        attach(entry, prepared)
        publish(events.entry_changed(visit.pk, entry.pk))
    return entry


@transaction.atomic
def delete_entry(*, entry: LogEntry, by: Person) -> LogEntry:
    """Takes the entry's words and photos away from every reader; who deleted it and when stays to be seen.

    Raises PermissionDenied for all but its author and those who moderate. Deleting twice is deleting once.
    """
    visit = held(entry.visit)
    entry = LogEntry.objects.get(pk=entry.pk)
    if entry.is_deleted:
        return entry
    if not may_delete_entry(standing_of(by), visit, entry):
        raise PermissionDenied(_("A log entry is deleted by its author and by those who moderate the group."))
    entry.deleted_at, entry.deleted_by = timezone.now(), by
    entry.save(update_fields=["deleted_at", "deleted_by"])
    publish(events.entry_changed(visit.pk, entry.pk))
    return entry


def _refuse_all_but_author(entry: LogEntry, by: Person) -> None:
    if not may_edit_entry(standing_of(by), entry.visit, entry):
        raise PermissionDenied(_("A log entry is edited by its author alone."))


def _digest_of(text: EntryText, photos: Sequence[NewPhoto], waiting: Sequence[PickedPhoto]) -> str:
    """SHA-256 (hex) of the words, the place, the time and each photo (its bytes or its id) and description."""
    seen_at = text.seen_at.astimezone(UTC).isoformat() if text.seen_at else ""
    sent = [words for photo in photos for words in (hash_of(photo.upload), photo.description)]
    sent += [words for photo in waiting for words in (str(photo.pk), photo.description)]
    return digest_of(text.source, text.place, seen_at, *sent)


def _checked(text: EntryText) -> EntryText:
    faults = Faults()
    source = faults.text(text.source, field="source", max_length=ENTRY_LENGTH)
    place = faults.line(text.place, field="place", max_length=LINE_LENGTH, required=False)
    if text.seen_at is not None and text.seen_at > timezone.now() + CLOCK_SKEW:
        faults.add("seen_at", _("This lies in the future."))
    if text.seen_at is not None and text.seen_at.year < FIRST_YEAR:
        faults.add("seen_at", _("This lies too far in the past."))
    faults.refuse()
    return EntryText(source=source, seen_at=text.seen_at, place=place)
