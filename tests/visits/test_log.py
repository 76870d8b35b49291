"""Logging what one sees: once, with photos, and without losing what was written."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.domain import ORPHAN_AGE, sweep_orphans
from files.models import StoredFile
from groups.models import WorkingGroup
from live.queries import events_after
from tests.conftest import Cast
from tests.visits.conftest import image
from visits.domain.log import EntryText, delete_entry, edit_entry, log_entry
from visits.domain.once import KeyUsedTwice
from visits.domain.photos import MAX_PHOTOS, NewPhoto
from visits.domain.planning import VisitPlan, plan_visit
from visits.models import LogEntry, LogPhoto, StudyVisit
from visits.queries.access import may_read_photo


def events_of(visit: StudyVisit) -> list[tuple[str, object]]:
    backlog = events_after(stream=f"visit:{visit.pk}", after=0)
    return [(event.name, event.data) for event in backlog.events if event.name != "participants.changed"]


def refusal(attempt: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        attempt()
    return refused.value.message_dict


def test_an_entry_keeps_text_time_place_author_and_photos_with_their_descriptions(
    visit: StudyVisit, cast: Cast
) -> None:
    seen_at = timezone.now() - timedelta(hours=3)
    logged = log_entry(
        visit=visit,
        by=cast.partner,
        text=EntryText(source=" A dryer.\r\nShared. ", seen_at=seen_at, place=" The  yard "),
        photos=[
            NewPhoto(upload=image("red", "one.jpg"), description=" The  dryer "),
            NewPhoto(upload=image("blue", "two.jpg")),
        ],
        idempotency_key="k",
    )
    assert logged.is_new
    entry = LogEntry.objects.get()
    assert (entry.source, entry.place, entry.seen_at, entry.author) == (
        "A dryer.\nShared.",
        "The yard",
        seen_at,
        cast.partner,
    )
    assert [photo.description for photo in entry.photos.all()] == ["The dryer", ""]
    assert {photo.file.key for photo in entry.photos.all()} == {str(photo.key) for photo in entry.photos.all()}
    assert events_of(visit) == [("entry.added", {"entry": entry.pk})]


def test_a_retry_with_the_same_key_logs_once_and_stores_no_photo_twice(visit: StudyVisit, cast: Cast) -> None:
    def send() -> bool:
        return log_entry(
            visit=visit,
            by=cast.partner,
            text=EntryText(source="Once."),
            photos=[NewPhoto(upload=image())],
            idempotency_key="phone-1",
        ).is_new

    assert [send(), send(), send()] == [True, False, False]
    assert (LogEntry.objects.count(), LogPhoto.objects.count(), StoredFile.objects.count()) == (1, 1, 1)
    assert [name for name, _data in events_of(visit)] == ["entry.added"]


@pytest.mark.parametrize(
    ("text", "photos"),
    [
        (EntryText(source="Once. And a sentence."), ["red"]),
        (EntryText(source="Once.", place="Yard"), ["red"]),
        (EntryText(source="Once.", seen_at=datetime(2012, 5, 24, tzinfo=UTC)), ["red"]),
        (EntryText(source="Once."), ["red", "blue"]),
        (EntryText(source="Once."), ["blue"]),
        (EntryText(source="Once."), []),
    ],
)
def test_a_retry_with_other_words_or_photos_is_told_so_and_nothing_is_taken_for_saved(
    text: EntryText, photos: list[str], visit: StudyVisit, cast: Cast
) -> None:
    def send(text: EntryText, photos: list[str]) -> LogEntry:
        new = [NewPhoto(upload=image(colour)) for colour in photos]
        return log_entry(visit=visit, by=cast.partner, text=text, photos=new, idempotency_key="1").entry

    first = send(EntryText(source="Once."), ["red"])
    with pytest.raises(KeyUsedTwice) as conflict:
        send(text, photos)
    assert conflict.value.made == first == send(EntryText(source=" Once. "), ["red"])
    assert (LogEntry.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_key_is_each_authors_own_and_each_visits_own(
    visit: StudyVisit, cast: Cast, agrifood: WorkingGroup, plan_of: Callable[..., VisitPlan]
) -> None:
    other = plan_visit(working_group=agrifood, by=cast.coordinator, plan=plan_of(title="Another"))
    other.participants.create(person=cast.partner, added_by=cast.coordinator)
    for where, who in ((visit, cast.partner), (visit, cast.agency), (other, cast.partner)):
        assert log_entry(visit=where, by=who, text=EntryText(source="Mine."), idempotency_key="1").is_new
    assert LogEntry.objects.count() == 3


def test_a_retry_that_overtakes_the_first_attempt_discards_its_own_photos(
    visit: StudyVisit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visits.domain import log as module

    text, prepared = EntryText(source="Once."), module.prepared_photos

    def overtaken(*args: object, **options: object) -> object:
        files = prepared(*args, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(module, "prepared_photos", prepared)
        log_entry(visit=visit, by=cast.partner, text=text, photos=[NewPhoto(upload=image())], idempotency_key="1")
        return files

    monkeypatch.setattr(module, "prepared_photos", overtaken)
    photos = [NewPhoto(upload=image())]
    assert not log_entry(visit=visit, by=cast.partner, text=text, photos=photos, idempotency_key="1").is_new
    assert (LogEntry.objects.count(), LogPhoto.objects.count(), StoredFile.objects.count()) == (1, 1, 1)


def test_photos_of_an_attempt_that_fails_leave_no_row_and_their_bytes_are_swept(
    visit: StudyVisit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_event: object) -> None:
        raise RuntimeError("the process dies here")

    monkeypatch.setattr("visits.domain.log.publish", broken)
    with pytest.raises(RuntimeError):
        log_entry(visit=visit, by=cast.partner, text=EntryText(source="Lost."), photos=[NewPhoto(upload=image())])
    assert (LogEntry.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert sweep_orphans(now=time.time() + ORPHAN_AGE + 60) == 3


def test_an_entry_says_or_shows_something(visit: StudyVisit, cast: Cast) -> None:
    refused = refusal(lambda: log_entry(visit=visit, by=cast.partner, text=EntryText(source=" \n ")))
    assert refused == {"source": ["Write what you see, or add a photo."]}
    photo = NewPhoto(upload=image())
    assert log_entry(visit=visit, by=cast.partner, text=EntryText(source=""), photos=[photo]).is_new


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (EntryText(source="x" * 20_001), "source"),
        (EntryText(source="a\x00b"), "source"),
        (EntryText(source="a\ud800b"), "source"),
        (EntryText(source="a", place="x" * 201), "place"),
        (EntryText(source="a", place="a\x00b"), "place"),
        (EntryText(source="a", place="\udfff"), "place"),
        (EntryText(source="a", seen_at=datetime(9999, 12, 31, 23, tzinfo=UTC)), "seen_at"),
        (EntryText(source="a", seen_at=datetime(1, 1, 1, tzinfo=UTC)), "seen_at"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_its_field(
    text: EntryText, field: str, visit: StudyVisit, cast: Cast
) -> None:
    assert list(refusal(lambda: log_entry(visit=visit, by=cast.partner, text=text))) == [field]
    assert not LogEntry.objects.exists()


def test_what_is_no_image_is_named_and_leaves_nothing_behind(visit: StudyVisit, cast: Cast) -> None:
    photos = [
        NewPhoto(upload=image(name="good.jpg")),
        NewPhoto(upload=SimpleUploadedFile("list.pdf", b"%PDF-1.7 ...", "image/jpeg")),
        NewPhoto(upload=SimpleUploadedFile("nothing.jpg", b"", "image/jpeg")),
    ]
    text = EntryText(source="Kept.")
    refused = refusal(lambda: log_entry(visit=visit, by=cast.partner, text=text, photos=photos))
    assert [message.partition(":")[0] for message in refused["photos"]] == ["list.pdf", "nothing.jpg"]
    assert not LogEntry.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_entry_has_only_so_many_photos(visit: StudyVisit, cast: Cast) -> None:
    photos = [NewPhoto(upload=image()) for _ in range(MAX_PHOTOS + 1)]
    text = EntryText(source="Many.")
    refused = refusal(lambda: log_entry(visit=visit, by=cast.partner, text=text, photos=photos))
    assert refused == {"photos": ["At most 12 photos per entry."]}
    entry = log_entry(visit=visit, by=cast.partner, text=text, photos=photos[:MAX_PHOTOS]).entry
    assert refusal(lambda: edit_entry(entry=entry, by=cast.partner, text=text, photos=[NewPhoto(upload=image())])) == (
        refused
    )


@pytest.mark.parametrize("key", ["x" * 201, "a\x00", "\ud800"])
def test_a_key_that_cannot_be_stored_is_refused(key: str, visit: StudyVisit, cast: Cast) -> None:
    text = EntryText(source="a")
    refused = refusal(lambda: log_entry(visit=visit, by=cast.partner, text=text, idempotency_key=key))
    assert refused == {"idempotency_key": ["An idempotency key is 1 to 200 printable ASCII characters."]}


def test_editing_changes_words_describes_removes_and_adds_photos(
    visit: StudyVisit, cast: Cast, log: Callable[..., LogEntry]
) -> None:
    entry = log("First.", "one", "two")
    one, two = entry.photos.all()
    edited = edit_entry(
        entry=entry,
        by=cast.partner,
        text=EntryText(source="Second.", place="Yard"),
        descriptions={two.pk: "The second", 10**15: "nobody's"},
        removed=[one.pk],
        photos=[NewPhoto(upload=image(), description="three")],
    )
    assert (edited.source, edited.place, edited.seen_at) == ("Second.", "Yard", entry.seen_at)
    assert edited.edited_at is not None
    assert [photo.description for photo in edited.photos.all()] == ["The second", "three"]
    assert StoredFile.objects.count() == 2
    assert events_of(visit)[-1] == ("entry.changed", {"entry": entry.pk})


def test_editing_does_not_reach_photos_of_another_entry(
    cast: Cast, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    foreign = log("The agency's.", "theirs", by=cast.agency).photos.get()
    mine = log("Mine.")
    edit_entry(
        entry=mine,
        by=cast.partner,
        text=EntryText(source="Mine."),
        descriptions={foreign.pk: "spoilt"},
        removed=[foreign.pk],
    )
    foreign.refresh_from_db()
    assert foreign.description == "theirs"


def test_a_deleted_entry_leaves_its_trace_and_its_photos_are_nobodys_to_see(
    visit: StudyVisit, cast: Cast, log: Callable[..., LogEntry]
) -> None:
    entry = log("Regretted.", "a face")
    key = str(entry.photos.get().key)
    assert may_read_photo(cast.coordinator.pk, key)
    deleted = delete_entry(entry=entry, by=cast.coordinator)
    first = deleted.deleted_at
    assert deleted.deleted_by == cast.coordinator
    assert delete_entry(entry=entry, by=cast.deputy).deleted_at == first
    assert not any(may_read_photo(person.pk, key) for person in cast.everyone().values())
    assert [name for name, _data in events_of(visit)] == ["entry.added", "entry.changed"]
