"""Taking files in, and clearing away what no row speaks of any more."""

import logging
import re
import time
import uuid
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from files import shelf
from files.documents import recognised
from files.enums import DOWNLOAD, Size
from files.images import draw
from files.kinds import file_kind
from files.models import ALT_LENGTH, NAME_LENGTH, StoredFile

logger = logging.getLogger(__name__)

BYTE_LIMIT = 20 * 1024 * 1024
ORPHAN_AGE = 24 * 3600
"""Seconds after which bytes without a row are surely not those of a transaction that is still open."""

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Upload(Protocol):
    """Something to read bytes from that has a name: an uploaded file, or an open one."""

    @property
    def name(self) -> str | None: ...

    def seek(self, offset: int, /) -> Any: ...

    def read(self, size: int, /) -> Any: ...


def store_image(*, upload: "Upload | IO[bytes]", kind: str, key: str, person_id: int | None, alt: str) -> StoredFile:
    """Keep an uploaded image in three sizes; ``prepare_image`` and its row, in the caller's transaction."""
    return _with_row(prepare_image(upload=upload, kind=kind, key=key, person_id=person_id, alt=alt))


def prepare_image(*, upload: "Upload | IO[bytes]", kind: str, key: str, person_id: int | None, alt: str) -> StoredFile:
    """Put an uploaded image on the disk in three sizes, without anything of the upload but its pixels.

    ``kind`` is a registered kind and ``key`` (at most 200 characters) what the image is attached to; ``alt`` says in
    words what it shows. Raises ValidationError in words for what is not a usable image or cannot be stored. The row is
    the caller's to save, in the transaction that attaches it; bytes whose row never comes are swept up.
    """
    data = _read(upload)
    alt = _UNFIT.sub(" ", alt).strip()
    if len(alt) > ALT_LENGTH:
        raise ValidationError(_("This description is too long."), code="alt")
    drawn = draw(data)
    large = drawn.bytes_by_size[Size.LARGE]
    file = StoredFile(
        kind=_known(kind),
        key=key,
        uploader_id=person_id,
        original_name=_name(upload),
        content_type=drawn.content_type,
        size=len(large),
        sha256=sha256(large).hexdigest(),
        is_image=True,
        width=drawn.width,
        height=drawn.height,
        alt=alt,
    )
    return _on_disk(file, drawn.bytes_by_size)


def store_file(*, upload: "Upload | IO[bytes]", kind: str, key: str, person_id: int | None) -> StoredFile:
    """Keep an uploaded document as it came, to be downloaded. As ``store_image`` otherwise."""
    data = _read(upload)
    content_type, endings = recognised(data)
    name = _name(upload)
    if not name.lower().endswith(endings):
        name = name[: NAME_LENGTH - len(endings[0])] + endings[0]
    file = StoredFile(
        kind=_known(kind),
        key=key,
        uploader_id=person_id,
        original_name=name,
        content_type=content_type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
    )
    return _with_row(_on_disk(file, {DOWNLOAD: data}))


def sweep_orphans(*, now: float | None = None) -> int:
    """Remove what uploads left on the disk whose transaction failed; return how many files went.

    ``now`` is in seconds since the epoch. Only files of our own naming are touched.
    """
    before = (time.time() if now is None else now) - ORPHAN_AGE
    old = [
        path for path in Path(settings.MEDIA_ROOT).glob("??/*.*") if path.is_file() and path.stat().st_mtime < before
    ]
    by_uuid: dict[uuid.UUID, list[Path]] = {}
    for path in old:
        stem = path.name.split(".", 1)[0]
        if re.fullmatch(r"[0-9a-f]{32}", stem):
            by_uuid.setdefault(uuid.UUID(hex=stem), []).append(path)
    known: set[uuid.UUID] = set()
    wanted = list(by_uuid)
    for start in range(0, len(wanted), 500):
        known.update(StoredFile.objects.filter(pk__in=wanted[start : start + 500]).values_list("pk", flat=True))
    gone = [
        path for pk, paths in by_uuid.items() for path in paths if pk not in known or path.name.endswith(shelf.SCRATCH)
    ]
    shelf.remove(gone)
    return len(gone)


def _known(kind: str) -> str:
    if file_kind(kind) is None:
        raise LookupError(f"no app has registered the file kind {kind!r}")
    return kind


def _read(upload: "Upload | IO[bytes]") -> bytes:
    upload.seek(0)
    data: bytes = upload.read(BYTE_LIMIT + 1)
    if not data:
        raise ValidationError(_("This file is empty."), code="empty")
    if len(data) > BYTE_LIMIT:
        message = _("This file is too large; at most %(limit)d MB can be taken.")
        raise ValidationError(message, params={"limit": BYTE_LIMIT // 1024 // 1024}, code="too_large")
    return data


def _name(upload: "Upload | IO[bytes]") -> str:
    """The last part of the name that the file had where it came from, without what would disguise it."""
    name = re.split(r"[/\\]", upload.name or "")[-1]
    return _UNFIT.sub("", name).strip(" .")[-NAME_LENGTH:] or "file"


def _on_disk(file: StoredFile, contents: Mapping[Any, bytes]) -> StoredFile:
    by_path = {file.path(str(size)): data for size, data in contents.items()}
    try:
        shelf.put(by_path)
    except OSError as error:
        logger.exception("an upload could not be written")
        raise ValidationError(
            _("The file could not be stored: the server's disk is full or cannot be written to. Nothing was kept."),
            code="not_stored",
        ) from error
    return file


def _with_row(file: StoredFile) -> StoredFile:
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except BaseException:
        shelf.remove([file.path(size) for size in file.sizes])
        raise
    return file
