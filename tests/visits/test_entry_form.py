"""Writing in the log through the plain forms."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from groups.models import Person
from tests.conftest import Cast
from tests.visits.conftest import image
from visits.models import LogEntry, StudyVisit, WaitingPhoto

ClientOf = Callable[[Person | None], Client]


def test_an_entry_is_logged_through_the_plain_form_once(cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    client = client_of(cast.partner)
    address = reverse("visits:log", args=[visit.pk])
    key = client.get(address).context["form"]["idempotency_key"].value()
    assert len(key) == 32
    for _attempt in range(2):
        form = {
            "source": "Seen.",
            "place": "Yard",
            "seen_at": f"{visit.starts_on}T09:30",
            "idempotency_key": key,
            "photos": [image(), image("red")],
            "description": ["One", "Two"],
        }
        answer = client.post(address, form)
        entry = LogEntry.objects.get()
        assert answer.headers["Location"] == f"{reverse('visits:visit', args=[visit.pk])}#entry-{entry.pk}"
    assert f"{visit.local(entry.seen_at):%H:%M}" == "09:30"
    assert [photo.description for photo in entry.photos.all()] == ["One", "Two"]


def test_a_wrong_entry_keeps_its_words_and_its_photos_and_names_the_photo_that_will_not_do(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    pdf = SimpleUploadedFile("list.pdf", b"%PDF-1.7", "image/png")
    form = {"source": "My words.", "seen_at": "2999-01-01T00:00", "photos": [image(), pdf], "description": ["A dryer"]}
    client = client_of(cast.partner)
    address = reverse("visits:log", args=[visit.pk])
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in ("This lies in the future.", "My words.", "list.pdf:", 'value="A dryer"'):
        assert said in page
    assert not LogEntry.objects.exists()
    kept = WaitingPhoto.objects.get()
    again = {"source": "My words.", "waiting": [kept.pk], f"described-{kept.pk}": "A dryer"}
    assert client.post(address, again).status_code == 302
    assert [photo.description for photo in LogEntry.objects.get().photos.all()] == ["A dryer"]
    assert not WaitingPhoto.objects.exists()


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "\x00", "2024-02-30T10:00"])
def test_a_moment_that_cannot_be_is_refused(moment: str, cast: Cast, client_of: ClientOf, visit: StudyVisit) -> None:
    address = reverse("visits:log", args=[visit.pk])
    answer = client_of(cast.partner).post(address, {"source": "Seen.", "seen_at": moment})
    assert answer.status_code == 422
    assert not LogEntry.objects.exists()


def test_an_entry_is_edited_and_its_photo_described_through_the_form(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    entry = log("First.", "", "two")
    one, two = entry.photos.all()
    form = {"source": "Second.", f"description-{one.pk}": "The dryer", f"remove-{two.pk}": "on"}
    answer = client_of(cast.partner).post(reverse("visits:edit-entry", args=[entry.pk]), form)
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.source, [photo.description for photo in entry.photos.all()]) == ("Second.", ["The dryer"])


def test_an_entry_is_deleted_after_being_asked(cast: Cast, client_of: ClientOf, log: Callable[..., LogEntry]) -> None:
    address = reverse("visits:delete-entry", args=[log("Regretted.").pk])
    client = client_of(cast.partner)
    assert "Delete this log entry?" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert LogEntry.objects.get().is_deleted
    assert client.get(address).status_code == 404
