"""What becomes of an uploaded file that is not an image."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from files.documents import ENTRY_LIMIT
from files.models import StoredFile
from tests.files.making import archive, picture, stored_file, word

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "name", "content_type", "kept_name"),
    [
        (b"%PDF-1.7\n...", "plan.pdf", "application/pdf", "plan.pdf"),
        (b"%PDF-1.7\n...", "plan.html", "application/pdf", "plan.html.pdf"),
        (b"%PDF-1.7<script>alert(1)</script>", "plan.svg", "application/pdf", "plan.svg.pdf"),
        ("Zażółć\tgęślą\r\n".encode(), "notes.txt", "text/plain; charset=utf-8", "notes.txt"),
        (b"a;b\n1;2", "figures.csv", "text/plain; charset=utf-8", "figures.csv"),
        (b"<script>alert(1)</script>", "x.html", "text/plain; charset=utf-8", "x.html.txt"),
        (b"<svg onload=alert(1)>", "x.svg", "text/plain; charset=utf-8", "x.svg.txt"),
        (word(), "Report.DOCX", DOCX, "Report.DOCX"),
        (archive({"mimetype": ODT.encode(), "content.xml": b"<x/>"}), "x.zip", ODT, "x.zip.odt"),
    ],
)  # fmt: skip
def test_a_document_is_what_its_content_says(data: bytes, name: str, content_type: str, kept_name: str) -> None:
    file = stored_file(data, name=name)
    assert (file.content_type, file.original_name, file.is_image) == (content_type, kept_name, False)
    assert file.path("download").read_bytes() == data
    assert file.size == len(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "not_taken"),
        (b"\x7fELF\x02\x01\x01\x00", "not_taken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_taken"),
        (b"caf\xe9", "not_taken"),
        (b"text\x00text", "not_taken"),
        (b"PK\x03\x04 and no archive", "damaged"),
        (word()[:60], "damaged"),
        (archive({"a.txt": b"x"}), "not_taken"),
        (archive({"[Content_Types].xml": b"", "evil.exe": b"MZ"}), "not_taken"),
        (archive({"mimetype": b"text/html", "x": b""}), "not_taken"),
        (archive({"[Content_Types].xml": b"", "word/vbaProject.bin": b""}), "macros"),
        (picture(), "image"),
        (b"\x00\x00\x00\x18ftypheic", "image"),
    ],
    ids=lambda value: repr(value[:16]) if isinstance(value, bytes) else value,
)  # fmt: skip
def test_anything_else_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        stored_file(data)
    assert raised.value.code == code
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    "entries",
    [lambda: dict.fromkeys(range(21), b"\0" * 15_000_000), lambda: dict.fromkeys(range(ENTRY_LIMIT), b"")],
    ids=["unpacked", "in number"],
)
def test_an_archive_that_is_too_large_is_refused_in_words(entries: Callable[[], dict[int, bytes]]) -> None:
    parts = {f"word/{number}": content for number, content in entries().items()}
    with pytest.raises(ValidationError) as raised:
        stored_file(archive({"[Content_Types].xml": b""} | parts))
    assert raised.value.code == "too_large"
    assert StoredFile.objects.count() == 0
