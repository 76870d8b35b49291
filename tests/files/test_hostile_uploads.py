"""Several hundred uploads that were made to do harm: each is refused in words or drawn anew, and nothing else."""

import random
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from files.models import StoredFile
from tests.files.making import archive, located, picture, png_of, stored_file, stored_image, word

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>window.__pwned=1</script>"
SAFE = ("image/jpeg", "image/webp", "text/plain", "application/pdf", "application/vnd.")
NAMES = ("x.jpg", "x.png", "x.svg", "x.html", "x.php", "x.jpg.exe", ".htaccess", "x\x00.jpg", "../../etc/passwd")


def wholes() -> Iterator[bytes]:
    for form in ("JPEG", "PNG", "GIF", "WEBP"):
        yield picture(form=form)
    yield picture(exif=located())
    yield picture("RGBA", form="PNG")
    yield picture("P", form="PNG")
    yield word()
    yield b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"


def variants() -> Iterator[bytes]:
    """From every whole file: cut, with bits turned, with programs before, inside and behind, under other heads."""
    chance = random.Random(2012)
    for whole in wholes():
        for part in range(1, 10):
            yield whole[: len(whole) * part // 10]
        for _ in range(15):
            changed = bytearray(whole)
            for _ in range(chance.randint(1, 12)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield bytes(changed)
        middle = len(whole) // 2
        yield whole + SCRIPT
        yield SCRIPT + whole
        yield whole[:middle] + SCRIPT + whole[middle:]
        for head in (
            b"GIF89a",
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x00\x00\x00\x00WEBP",
            b"%PDF-",
            b"PK\x03\x04",
            b"II*\x00",
        ):
            yield head + whole
            yield head + SCRIPT
    for side in (1, 7_000, 65_535, 2**31 - 1):
        yield png_of(side, side, b"\x00" * 100)
    yield from (
        SCRIPT,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>",
    )
    yield archive({"[Content_Types].xml": SCRIPT, "word/../../../x": SCRIPT})
    yield b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run"
    yield b"P6 99999 99999 255\n"


def test_each_is_refused_in_words_or_kept_as_something_that_cannot_run() -> None:
    texts = list(dict.fromkeys(variants()))
    assert len(texts) > 300
    kept = refused = 0
    wordless = list[int]()
    for number, data in enumerate(texts):
        for store in (stored_image, stored_file):
            try:
                file = store(data, name=NAMES[number % len(NAMES)])
            except ValidationError as error:
                refused += 1
                wordless += [number] * (not all(message.strip() for message in error.messages))
                continue
            kept += 1
            for size in file.sizes:
                answer = Client().get(file.url(size))
                assert answer.status_code == 200
                assert answer["Content-Type"].startswith(SAFE)
                assert answer["X-Content-Type-Options"] == "nosniff"
                assert "sandbox" in answer["Content-Security-Policy"]
                if file.is_image:
                    assert SCRIPT not in answer.content
                else:
                    assert answer["Content-Disposition"].startswith("attachment;")
    assert kept == StoredFile.objects.count()
    assert wordless == []
    assert kept > 50
    assert refused > 200
