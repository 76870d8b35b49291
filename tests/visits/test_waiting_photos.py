"""Photos that are sent one by one before their entry: kept once, seen by their author alone, logged with the entry."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from files.models import StoredFile
from groups.models import Membership, Person
from tests.conftest import Cast
from tests.visits.conftest import image
from visits.domain import photos
from visits.domain.log import EntryText, edit_entry, log_entry
from visits.domain.once import KeyUsedTwice
from visits.domain.photos import PickedPhoto, keep_photo, leave_out_photo, sweep_waiting
from visits.models import LogEntry, LogPhoto, StudyVisit, WaitingPhoto

ClientOf = Callable[[Person | None], Client]


def keep(visit: StudyVisit, by: Person, colour: str = "seagreen", key: str = "") -> WaitingPhoto:
    return keep_photo(visit=visit, by=by, upload=image(colour), idempotency_key=key).photo


def picked(*waiting: WaitingPhoto, words: str = "") -> list[PickedPhoto]:
    return [PickedPhoto(pk=photo.pk, description=words) for photo in waiting]


def test_a_photo_sent_twice_is_kept_once_and_another_one_under_its_key_is_refused(
    visit: StudyVisit, cast: Cast
) -> None:
    first = keep(visit, cast.partner, key="1")
    assert keep(visit, cast.partner, key="1") == first
    with pytest.raises(KeyUsedTwice):
        keep(visit, cast.partner, "tomato", key="1")
    assert keep(visit, cast.agency, key="1") != first
    assert StoredFile.objects.count() == 2


def test_an_entry_takes_its_waiting_photos_in_their_order_once(visit: StudyVisit, cast: Cast) -> None:
    one, two = keep(visit, cast.partner), keep(visit, cast.partner, "tomato")
    text = EntryText(source="Seen.")

    def send() -> LogEntry:
        chosen = picked(two, one, words="A dryer")
        return log_entry(visit=visit, by=cast.partner, text=text, waiting=chosen, idempotency_key="k").entry

    entry = send()
    assert [photo.key for photo in entry.photos.all()] == [two.key, one.key]
    assert send() == entry
    assert (WaitingPhoto.objects.count(), LogPhoto.objects.count(), StoredFile.objects.count()) == (0, 2, 2)


def test_a_photo_alone_is_an_entry(visit: StudyVisit, cast: Cast) -> None:
    waiting = picked(keep(visit, cast.partner))
    assert log_entry(visit=visit, by=cast.partner, text=EntryText(source=""), waiting=waiting).is_new


def test_nobody_logs_a_photo_of_somebody_else_or_one_twice(visit: StudyVisit, cast: Cast) -> None:
    theirs, mine = keep(visit, cast.agency), keep(visit, cast.partner)
    for chosen in (picked(theirs), picked(mine, mine), [PickedPhoto(pk=2**62)]):
        with pytest.raises(ValidationError, match="no longer there"):
            log_entry(visit=visit, by=cast.partner, text=EntryText(source="Seen."), waiting=chosen)
    assert not LogEntry.objects.exists()
    with pytest.raises(PermissionDenied):
        leave_out_photo(photo=theirs, by=cast.partner)


def test_who_may_not_log_sends_no_photo_but_an_author_who_no_longer_attends_adds_to_their_entry(
    visit: StudyVisit, cast: Cast, log: Callable[..., LogEntry]
) -> None:
    for person in (cast.deputy, cast.observer, cast.outsider, cast.removed):
        with pytest.raises(PermissionDenied):
            keep(visit, person)
    entry = log("Seen.")
    visit.participants.filter(person=cast.partner).delete()
    edit_entry(entry=entry, by=cast.partner, text=EntryText(source="Seen."), waiting=picked(keep(visit, cast.partner)))
    assert entry.photos.count() == 1


def test_a_waiting_photo_is_its_authors_alone_until_it_is_logged(
    visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    waiting = keep(visit, cast.partner)
    address = waiting.file.url("small")
    seen = {name: client_of(person).get(address).status_code for name, person in cast.everyone().items()}
    assert [name for name, status in seen.items() if status == 200] == ["partner"]
    for person, shown in ((cast.partner, 1), (cast.agency, 0), (cast.secretariat, 0)):
        assert len(client_of(person).get(f"/api/visits/{visit.pk}/photos").json()["photos"]) == shown
    assert client_of(cast.agency).delete(f"/api/visits/photos/{waiting.pk}").status_code == 404
    log_entry(visit=visit, by=cast.partner, text=EntryText(source=""), waiting=picked(waiting))
    assert client_of(cast.observer).get(address).status_code == 200
    other = keep(visit, cast.agency)
    Membership.objects.filter(person=cast.agency).update(ended_at=timezone.now())
    assert client_of(cast.agency).get(other.file.url("small")).status_code == 404


def test_over_http_a_photo_comes_alone_then_the_entry_that_takes_it(
    visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    address = f"/api/visits/{visit.pk}/photos"
    headers = {"Idempotency-Key": "p-1"}
    first = client.post(address, {"photo": image()}, headers=headers)
    again = client.post(address, {"photo": image()}, headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert client.post(address, {"photo": image("tomato")}, headers=headers).status_code == 422
    assert client.post(address, {}).status_code == 422
    photo = first.json()["id"]
    body = {"source": "Seen.", "waiting": [{"id": photo, "description": "A dryer"}]}
    entry = client.post(f"/api/visits/{visit.pk}/entries", body, content_type="application/json").json()
    assert [shown["description"] for shown in entry["photos"]] == ["A dryer"]
    gone = client.post(f"/api/visits/{visit.pk}/entries", {"source": "Seen.", "waiting": [photo]})
    assert (gone.status_code, gone.json()["errors"][0]["field"]) == (422, "photos")
    spare = client.post(address, {"photo": image()}).json()["id"]
    assert client.delete(f"/api/visits/photos/{spare}").status_code == 204
    assert client.delete(f"/api/visits/photos/{spare}").status_code == 404
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("waiting", ["x", "-1", "9" * 30, "\x00", "²"])
def test_what_names_no_photo_is_refused_in_words(
    waiting: str, visit: StudyVisit, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    answer = client.post(f"/api/visits/{visit.pk}/entries", {"source": "Seen.", "waiting": [waiting]})
    assert answer.status_code == 422
    assert client.post(f"/visits/{visit.pk}/log/", {"source": "Seen.", "waiting": [waiting]}).status_code == 422
    assert not LogEntry.objects.exists()


def test_so_many_photos_wait_and_no_more_and_old_ones_are_thrown_away(
    visit: StudyVisit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MAX_WAITING", 2)
    keep(visit, cast.partner)
    keep(visit, cast.partner)
    with pytest.raises(ValidationError, match="At most 2 photos can wait"):
        keep(visit, cast.partner)
    month = timedelta(days=photos.WAITING_DAYS, minutes=1)
    assert sweep_waiting() == 0
    assert sweep_waiting(now=timezone.now() + month) == 2
    assert not StoredFile.objects.exists()
