"""Uploads, made from nothing."""

import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from files.domain import store_file, store_image
from files.models import StoredFile
from tests.files.conftest import KIND


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), form: str = "JPEG", **options: Any) -> bytes:
    """An encoded image whose left half is red and right half blue, as far as the mode has colours."""
    image = Image.new("RGB", size, (220, 30, 30))
    image.paste((30, 30, 220), (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, form, **options)
    return out.getvalue()


def located() -> Image.Exif:
    """What a phone notes: where, when, with what, and how it was held (turned a quarter to the right)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (45.0, 30.0, 0.0), 3: "E", 4: (9.0, 11.0, 0.0)}
    return exif


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that claims this size, whatever its rows are."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in entries.items():
            file.writestr(zipfile.ZipInfo(name), body, compress_type=zipfile.ZIP_DEFLATED)  # the same bytes at any time
    return out.getvalue()


def word() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def stored_image(
    data: bytes | None = None, *, name: str = "barn.jpg", key: str = "public", person_id: int | None = None
) -> StoredFile:
    data = picture() if data is None else data
    upload = SimpleUploadedFile(name, data, content_type="image/jpeg")
    return store_image(upload=upload, kind=KIND, key=key, person_id=person_id, alt="A barn")


def stored_file(
    data: bytes, *, name: str = "notes.txt", key: str = "public", person_id: int | None = None
) -> StoredFile:
    return store_file(upload=SimpleUploadedFile(name, data), kind=KIND, key=key, person_id=person_id)


def reopened(file: StoredFile, size: str = "large") -> Image.Image:
    image = Image.open(io.BytesIO(file.path(size).read_bytes()))
    image.load()
    return image
