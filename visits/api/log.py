"""A visit's log over HTTP: its entries, and the photos that wait for one."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Header, Router, Schema, Status
from ninja.errors import ValidationError as SchemaError
from ninja.files import UploadedFile
from pydantic import BaseModel, Field
from pydantic import ValidationError as ShapeError

from files.enums import Size
from files.models import StoredFile
from groups.models import Person
from groups.standing import PersonRequest
from visits.domain.log import EntryText, log_entry
from visits.domain.once import KeyUsedTwice
from visits.domain.photos import NewPhoto, PickedPhoto, keep_photo, leave_out_photo, refuse_onlookers
from visits.forms.entry import EntryForm
from visits.models import LogEntry, LogPhoto, StudyVisit, WaitingPhoto
from visits.queries.log import visible_entries, waiting_photo_for, waiting_photos
from visits.queries.visits import visit_for

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", description="Repeated, it logs once.")]


class PhotoOut(Schema):
    """``sizes`` gives the address of each size by its name."""

    id: int
    description: str
    sizes: dict[str, str]


class WaitingPhotoOut(Schema):
    """A photo of mine that no entry holds yet; nobody else sees it."""

    id: int
    sizes: dict[str, str]


class WaitingPhotosOut(Schema):
    photos: list[WaitingPhotoOut]


class EntryOut(Schema):
    id: int
    visit: int
    author: int
    author_name: str
    seen_at: datetime
    place: str
    source: str
    created_at: datetime
    edited_at: datetime | None
    photos: list[PhotoOut]
    page: str


class LoggedBeforeOut(Schema):
    """``entry`` is what an earlier request with this key logged; ``edit`` is where to change it, null if deleted."""

    detail: str
    entry: EntryOut
    edit: str | None


class EntriesOut(Schema):
    entries: list[EntryOut]


class PickedIn(BaseModel):
    """A photo that waits, by its id, and in words what it shows."""

    id: int = Field(ge=0, lt=2**63)
    description: str = ""


class EntryIn(BaseModel):
    """An entry as JSON. A ``seen_at`` without an offset is the place's own time; ``waiting`` are photos sent before."""

    source: str
    place: str = ""
    seen_at: datetime | None = None
    waiting: list[PickedIn] = []


_ENTRY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": EntryIn.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "source": {"type": "string"},
                        "place": {"type": "string"},
                        "seen_at": {"type": "string", "description": "The place's own time, 2012-05-24T14:30."},
                        "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "waiting": {
                            "type": "array",
                            "items": {"type": "integer"},
                            "description": "Photos sent before, by id; the field described-<id> says what one shows.",
                        },
                        "description": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "What each photo shows, in the photos' order.",
                        },
                    },
                }
            },
        },
    }
}


@router.get("/visits/{int:visit_id}/entries", response=EntriesOut, summary="A visit's log")
def list_entries(request: PersonRequest, visit_id: int) -> dict[str, Any]:
    """The log's entries in the order in which things were seen; deleted ones are left out."""
    visit = visit_for(request.standing, visit_id)
    return {"entries": [_entry_data(entry) for entry in visible_entries(visit)]}


@router.post(
    "/visits/{int:visit_id}/entries",
    response={200: EntryOut, 201: EntryOut, 409: LoggedBeforeOut},
    openapi_extra=_ENTRY_BODY,
    summary="Log what I see",
)
def add_entry(request: PersonRequest, visit_id: int, idempotency_key: Key = "") -> Status[Any]:
    """As JSON, or as a form with photos. 201 when this request logged it, 200 when the same one did so before.

    409 when an earlier request with this key sent something else: that was logged, this is not.
    """
    visit = visit_for(request.standing, visit_id)
    text, photos, waiting = _from_json(request, visit) if _is_json(request) else _from_form(request, visit)
    try:
        logged = log_entry(
            visit=visit,
            by=cast(Person, request.user),
            text=text,
            photos=photos,
            waiting=waiting,
            idempotency_key=idempotency_key or request.POST.get("idempotency_key", ""),
        )
    except KeyUsedTwice as conflict:
        entry = cast(LogEntry, conflict.made)
        edit = None if entry.is_deleted else reverse("visits:edit-entry", args=[entry.pk])
        return Status(409, {"detail": str(conflict), "entry": _entry_data(entry), "edit": edit})
    return Status(201 if logged.is_new else 200, _entry_data(logged.entry))


@router.get("/visits/{int:visit_id}/photos", response=WaitingPhotosOut, summary="My photos that wait for an entry")
def list_waiting(request: PersonRequest, visit_id: int) -> dict[str, Any]:
    """The photos that I sent to this visit and that no entry holds yet, in the order in which they came."""
    visit = visit_for(request.standing, visit_id)
    return {"photos": [_waiting_data(photo) for photo in waiting_photos(request.standing, visit)]}


@router.post(
    "/visits/{int:visit_id}/photos",
    response={200: WaitingPhotoOut, 201: WaitingPhotoOut},
    summary="Send a photo ahead of its entry",
)
def add_photo(
    request: PersonRequest, visit_id: int, photo: File[UploadedFile | None] = None, idempotency_key: Key = ""
) -> Status[Any]:
    """201 when this request kept it, 200 when the same one did so before. An entry takes it by its id (``waiting``)."""
    visit = visit_for(request.standing, visit_id)
    person = cast(Person, request.user)
    refuse_onlookers(visit, person)
    if photo is None:
        raise ValidationError({"photo": _("There is no photo in what was sent.")})
    try:
        kept = keep_photo(visit=visit, by=person, upload=photo, idempotency_key=idempotency_key)
    except KeyUsedTwice:
        raise ValidationError({"idempotency_key": _("Another photo came with this key.")}) from None
    return Status(201 if kept.is_new else 200, _waiting_data(kept.photo))


@router.delete("/visits/photos/{int:photo_id}", response={204: None}, summary="Throw a waiting photo away")
def remove_photo(request: PersonRequest, photo_id: int) -> Status[None]:
    leave_out_photo(photo=waiting_photo_for(request.standing, photo_id), by=cast(Person, request.user))
    return Status(204, None)


Sent = tuple[EntryText, list[NewPhoto], list[PickedPhoto]]


def _is_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


def _from_json(request: HttpRequest, visit: StudyVisit) -> Sent:
    try:
        given = EntryIn.model_validate_json(request.body)
    except ShapeError as error:
        raise SchemaError([{"loc": flaw["loc"] or ("body",), "msg": flaw["msg"]} for flaw in error.errors()]) from None
    seen_at = given.seen_at
    if seen_at is not None and seen_at.tzinfo is None:
        seen_at = seen_at.replace(tzinfo=visit.zone)
    waiting = [PickedPhoto(pk=photo.id, description=photo.description) for photo in given.waiting]
    return EntryText(source=given.source, seen_at=seen_at, place=given.place), [], waiting


def _from_form(request: HttpRequest, visit: StudyVisit) -> Sent:
    form = EntryForm(request.POST, request.FILES)
    with timezone.override(visit.zone):
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
    return form.text, form.new_photos(request.POST.getlist("description")), form.picked


def _entry_data(entry: LogEntry) -> dict[str, Any]:
    """The entry; one that was deleted since a first attempt logged it has neither text nor photos."""
    return {
        "id": entry.pk,
        "visit": entry.visit_id,
        "author": entry.author_id,
        "author_name": entry.author.name,
        "seen_at": entry.seen_at,
        "place": entry.place,
        "source": "" if entry.is_deleted else entry.source,
        "created_at": entry.created_at,
        "edited_at": entry.edited_at,
        "photos": [] if entry.is_deleted else [_photo_data(photo) for photo in entry.photos.all()],
        "page": f"{reverse('visits:visit', args=[entry.visit_id])}#entry-{entry.pk}",
    }


def _photo_data(photo: LogPhoto) -> dict[str, Any]:
    return {
        "id": photo.pk,
        "description": photo.description,
        "sizes": _sizes(photo.file),
    }


def _waiting_data(photo: WaitingPhoto) -> dict[str, Any]:
    return {"id": photo.pk, "sizes": _sizes(photo.file)}


def _sizes(file: StoredFile) -> dict[str, str]:
    return {str(size): file.url(size) for size in Size}
