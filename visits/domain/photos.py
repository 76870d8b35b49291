"""Photos of a log: sent along with an entry, or before it, one by one, to wait until the entry is written."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from files.domain import Upload, prepare_image
from files.models import StoredFile
from groups.models import Person
from groups.standing import standing_of
from visits.domain.once import key_or_none, made_before
from visits.domain.visit_lock import held, standing_and_attendance
from visits.domain.wording import Faults
from visits.models import TEASER_LENGTH, LogEntry, LogPhoto, StudyVisit, WaitingPhoto
from visits.policies import may_log

FILE_KIND = "visit"
MAX_PHOTOS = 12
MAX_WAITING = 36
WAITING_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """An image as it was uploaded, and in words what it shows (may be blank on the spot and be added later)."""

    upload: Upload
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class PickedPhoto:
    """A photo of the author's that waits, by its id, and in words what it shows."""

    pk: int
    description: str = ""


@dataclass(frozen=True)
class Kept:
    """The photo that waits, and whether this call kept it (or an earlier one with the same idempotency key)."""

    photo: WaitingPhoto
    is_new: bool


def keep_photo(*, visit: StudyVisit, by: Person, upload: Upload, idempotency_key: str = "") -> Kept:
    """Keeps a photo for an entry that is still being written; its author alone sees it until then.

    The same author, key and bytes again give the photo of the first call. Raises PermissionDenied for who neither may
    log at this visit nor has an entry there to edit, ValidationError (``photo``, ``idempotency_key``) for what is no
    usable image or where too many wait already, once.KeyUsedTwice where the key came before with another photo.
    """
    refuse_onlookers(visit, by)
    key, digest = key_or_none(idempotency_key), hash_of(upload)
    theirs = WaitingPhoto.objects.filter(visit=visit, author=by)
    earlier = made_before(theirs, key, digest)
    if earlier is not None:
        return Kept(earlier, is_new=False)
    photo_key = uuid.uuid4()
    try:
        file = prepare_image(upload=upload, kind=FILE_KIND, key=str(photo_key), person_id=by.pk, alt="")
    except ValidationError as error:
        raise ValidationError({"photo": error.messages}) from error
    with transaction.atomic():
        visit = held(visit)
        refuse_onlookers(visit, by)
        earlier = made_before(theirs, key, digest)
        if earlier is not None:
            return Kept(earlier, is_new=False)
        if theirs.count() >= MAX_WAITING:
            message = ngettext(
                "At most %(count)d photo can wait to be logged. Log or leave out some first.",
                "At most %(count)d photos can wait to be logged. Log or leave out some first.",
                MAX_WAITING,
            )
            raise ValidationError({"photo": message % {"count": MAX_WAITING}})
        file.save(force_insert=True)
        photo = WaitingPhoto.objects.create(
            visit=visit, author=by, key=photo_key, file=file, idempotency_key=key, sent_digest=digest
        )
    return Kept(photo, is_new=True)


@transaction.atomic
def leave_out_photo(*, photo: WaitingPhoto, by: Person) -> None:
    """Throws a waiting photo away; twice is once. Raises PermissionDenied for all but its author."""
    if photo.author_id != by.pk:
        raise PermissionDenied(_("This photo is somebody else's."))
    _throw_away([photo])


def sweep_waiting(*, now: datetime | None = None) -> int:
    """Throws away photos that nobody has logged for a month; returns how many."""
    before = (now or timezone.now()) - timedelta(days=WAITING_DAYS)
    with transaction.atomic():
        old = list(WaitingPhoto.objects.select_for_update().filter(created_at__lt=before))
        _throw_away(old)
    return len(old)


def _throw_away(photos: Sequence[WaitingPhoto]) -> None:
    WaitingPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    StoredFile.objects.filter(pk__in=[photo.file_id for photo in photos]).delete()


def refuse_others(visit: StudyVisit, by: Person) -> None:
    """PermissionDenied for who does not take part or may not write in the group."""
    standing, attends = standing_and_attendance(visit, by)
    if not may_log(standing, visit, attends=attends):
        raise PermissionDenied(_("The log is written by members who take part in the visit."))


def refuse_onlookers(visit: StudyVisit, by: Person) -> None:
    """PermissionDenied for who may neither log at this visit nor has an entry there to edit."""
    own = LogEntry.objects.filter(visit=visit, author=by, deleted_at=None)
    if not (own.exists() and standing_of(by).may_write_in(visit.working_group_id)):
        refuse_others(visit, by)


def hash_of(upload: Upload) -> str:
    """SHA-256 (hex) of an upload's bytes."""
    digest = sha256()
    upload.seek(0)
    while piece := upload.read(1024 * 1024):
        digest.update(piece)
    return digest.hexdigest()


def descriptions_in_order(words: Sequence[str], field: str) -> list[str]:
    """Each description as one line; ValidationError at ``field`` where one will not do."""
    faults = Faults()
    lines = [faults.line(text, field=field, max_length=TEASER_LENGTH, required=False) for text in words]
    faults.refuse()
    return lines


def refuse_too_many(count: int) -> None:
    """ValidationError (``photos``) where an entry would have more than it can."""
    if count > MAX_PHOTOS:
        message = ngettext("At most %(count)d photo per entry.", "At most %(count)d photos per entry.", MAX_PHOTOS)
        raise ValidationError({"photos": message % {"count": MAX_PHOTOS}})


def prepared_photos(photos: Sequence[NewPhoto], by: Person) -> list[tuple[uuid.UUID, StoredFile, str]]:
    """Each photo's key, file (without its row yet) and description.

    ValidationError (``photos``) that names each file that will not do.
    """
    descriptions = descriptions_in_order([photo.description for photo in photos], "photos")
    prepared: list[tuple[uuid.UUID, StoredFile, str]] = []
    errors: list[str] = []
    for photo, description in zip(photos, descriptions, strict=True):
        key = uuid.uuid4()
        try:
            file = prepare_image(upload=photo.upload, kind=FILE_KIND, key=str(key), person_id=by.pk, alt=description)
        except ValidationError as error:
            named = {"file": photo.upload.name or _("Photo"), "message": " ".join(error.messages)}
            errors.append(_("%(file)s: %(message)s") % named)
        else:
            prepared.append((key, file, description))
    if errors:
        raise ValidationError({"photos": errors})
    return prepared


def attach(entry: LogEntry, prepared: Sequence[tuple[uuid.UUID, StoredFile, str]]) -> None:
    """Makes what ``prepared_photos`` gave photos of the entry."""
    for key, file, description in prepared:
        file.save(force_insert=True)
        LogPhoto.objects.create(entry=entry, key=key, file=file, description=description)


def attach_waiting(entry: LogEntry, picked: Sequence[PickedPhoto]) -> None:
    """Makes the author's waiting photos photos of the entry, in this order; ValidationError (``photos``) for others."""
    words = descriptions_in_order([photo.description for photo in picked], "photos")
    waiting = WaitingPhoto.objects.filter(visit=entry.visit_id, author=entry.author_id)
    found = waiting.select_for_update().in_bulk([photo.pk for photo in picked])
    if len(found) < len(picked):
        raise ValidationError(
            {"photos": _("A photo is no longer there, or stands twice. Leave it out, or add it again.")}
        )
    for photo, description in zip(picked, words, strict=True):
        kept = found[photo.pk]
        LogPhoto.objects.create(entry=entry, key=kept.key, file=kept.file, description=description)
    WaitingPhoto.objects.filter(pk__in=list(found)).delete()
