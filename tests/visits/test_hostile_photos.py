"""Photos that were made to do harm, sent the way a phone sends them: each is refused in words or drawn anew."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files.models import StoredFile
from groups.models import Person
from tests.conftest import Cast
from tests.files.making import png_of
from tests.files.test_hostile_uploads import SCRIPT, variants
from visits.models import LogEntry, LogPhoto, StudyVisit

pytestmark = pytest.mark.once("pixels are no database's")
ClientOf = Callable[[Person | None], Client]
NAMES = (
    "x.jpg",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "\u202egpj.exe",
    "<img src=x onerror=alert(1)>.png",
    "'; DROP TABLE files;--.jpg",
    "a" * 300 + ".jpg",
    ".",
    "CON",
    "line\r\nSet-Cookie: a=b.jpg",
)


MULTIPART = "multipart/form-data; boundary=edge"


def multipart(name: str, data: bytes) -> bytes:
    """A form with one photo whose name is written as it is: no client of ours would send some of these."""
    head = f'--edge\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\nContent-Type: image/jpeg'
    return head.encode() + b"\r\n\r\n" + data + b"\r\n--edge--\r\n"


def test_three_hundred_photos_that_are_not_what_they_say_leave_nothing_behind_but_pixels(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    client = client_of(cast.partner)
    answers: dict[int, int] = {}
    for number, data in enumerate(dict.fromkeys(variants())):
        name = NAMES[number % len(NAMES)]
        answer = client.generic("POST", f"/api/visits/{visit.pk}/entries", multipart(name, data), MULTIPART)
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        if answer.status_code == 422:
            # A part whose name is no name ("." is a folder) is not even read as a file: then nothing was sent.
            assert answer.json()["errors"][0]["field"] in {"photos", "source"}
            assert answer.json()["errors"][0]["message"].strip()
        elif answer.status_code == 400:
            assert "\n" in name  # what would break out of its header is no form at all
    assert set(answers) <= {201, 400, 422}
    assert min(answers[201], answers[422]) > 20
    assert sum(answers.values()) > 300
    assert LogEntry.objects.count() == LogPhoto.objects.count() == StoredFile.objects.count() == answers[201]
    for file in StoredFile.objects.all():
        assert not set("/\\\r\n\u202e") & set(file.original_name)
        assert SCRIPT not in file.path("large").read_bytes()
    page = client.get(f"/visits/{visit.pk}/").content.decode()
    assert "onerror" not in page


def test_an_image_that_claims_more_pixels_than_it_can_be_is_refused_before_it_is_unpacked(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    client = client_of(cast.partner)
    for side in (7_100, 65_535, 2**31 - 1):
        bomb = SimpleUploadedFile("bomb.png", png_of(side, side, b"\x00" * 1_000_000), "image/png")
        answer = client.post(f"/api/visits/{visit.pk}/entries", {"source": "Words.", "photos": bomb})
        assert answer.status_code == 422
        assert "bomb.png: " in answer.json()["errors"][0]["message"]
    assert not LogEntry.objects.exists()
    assert not StoredFile.objects.exists()
