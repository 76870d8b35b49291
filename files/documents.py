"""Files that are not images: what they are, told from their content, never from their name."""

import zipfile
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from files.images import looks_like_image

UNPACKED_LIMIT = 300_000_000
ENTRY_LIMIT = 10_000

_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
}
_OPEN_DOCUMENT = {
    f"application/vnd.oasis.opendocument.{name}": ending
    for name, ending in (("text", ".odt"), ("spreadsheet", ".ods"), ("presentation", ".odp"), ("graphics", ".odg"))
}
_TEXT_CONTROLS = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D}


def recognised(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The content type, and the endings that a file's name may have with it, the usual one first.

    ValidationError in words for what is not taken.
    """
    if data.startswith(b"%PDF-"):
        return "application/pdf", (".pdf",)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    if looks_like_image(data):
        raise ValidationError(_("This is an image. Please add it where photos are added."), code="image")
    if _is_text(data):
        return "text/plain; charset=utf-8", (".txt", ".md", ".csv", ".ics")
    raise _not_taken()


def _not_taken() -> ValidationError:
    return ValidationError(
        _("This kind of file is not taken. PDF, Word, Excel, PowerPoint, OpenDocument and plain text are."),
        code="not_taken",
    )


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _TEXT_CONTROLS.intersection(data)


def _office(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The Office type of a zip archive, from its list of entries; nothing large is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
                raise ValidationError(_("What this file unpacks to is too large."), code="too_large")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ValidationError(_("This file holds macros. Please save it without them."), code="macros")
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= 100:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                if ending := _OPEN_DOCUMENT.get(declared):
                    return declared, (ending,)
    except ValidationError:
        raise
    except Exception as error:  # an archive may be broken in any way
        raise ValidationError(_("This file is damaged or incomplete."), code="damaged") from error
    if "[Content_Types].xml" in names:
        for folder, (content_type, ending) in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return content_type, (ending,)
    raise _not_taken()
