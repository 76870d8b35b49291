"""Every point of a document can be told again and brought back, as a change like any that is typed."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from pycrdt import Doc, Text

from collab import domain, queries, quotas
from collab.domain import Batch, append_updates, compact_document, create_document, rewrite_text
from collab.models import Document, DocumentUpdate, Snapshot
from collab.queries import sessions_of, texts_at, texts_of, writers_of
from groups.models import Person

pytestmark = pytest.mark.django_db

NOTES = {"kind": "notes", "key": "a"}
START = datetime(2012, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def anna() -> Person:
    return Person.objects.create_user(email="anna@cast.example", password="a long password", name="Anna")


@pytest.fixture
def bela() -> Person:
    return Person.objects.create_user(email="bela@cast.example", password="a long password", name="Béla")


def say(text: str, person: Person, *, name: str = "one", minute: float | None = None) -> int:
    number = rewrite_text(**NOTES, name=name, text=text, person_id=person.pk)
    if minute is not None:
        DocumentUpdate.objects.filter(number=number).update(created_at=START + timedelta(minutes=minute))
    return number


def test_every_point_of_the_log_is_told_as_it_was(anna: Person) -> None:
    create_document(**NOTES, texts={"one": "Ein"}, person_id=None)
    for text in ("Ein Satz", "Kein Satz 😀", "Żółty satz 😀!", ""):
        say(text, anna)
    told = [texts_at("notes", "a", number).texts.get("one", "") for number in range(6)]
    assert told == ["", "Ein", "Ein Satz", "Kein Satz 😀", "Żółty satz 😀!", ""]
    assert texts_at("notes", "a", 99).number == 5
    assert texts_at("notes", "a", -1).texts == {}


def test_compaction_takes_no_point_away_and_keeps_a_snapshot_on_the_way(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "SNAPSHOT_EVERY", 4)
    document = create_document(**NOTES, texts={"one": "0"}, person_id=None)
    for number in range(1, 11):
        say(str(number), anna)
        document.refresh_from_db()
        assert compact_document(document)
    assert list(Snapshot.objects.order_by("number").values_list("number", flat=True)) == [3, 7, 11]
    assert [texts_at("notes", "a", number).texts["one"] for number in range(1, 12)] == [str(each) for each in range(11)]


def test_only_what_differs_is_rewritten_so_that_others_words_merge_and_stay_theirs(anna: Person, bela: Person) -> None:
    document = create_document(**NOTES, texts={"one": "The old mill stands."}, person_id=anna.pk)
    # Béla's editor has the text as it was, and writes into it while it is rewritten.
    editor: Doc[Text] = Doc()
    editor.apply_update(bytes(DocumentUpdate.objects.get().data))
    sent: list[bytes] = []
    subscription = editor.observe(lambda event: sent.append(event.update))
    editor.get("one", type=Text).insert(len("The old mill"), " by the river")
    editor.unobserve(subscription)
    rewrite_text(**NOTES, name="one", text="The new mill stands there.", person_id=bela.pk)
    append_updates([Batch(document.pk, 0, [(sent[0], anna.pk)])])
    assert texts_of("notes", "a").texts["one"] == "The new mill by the river stands there."
    by = {anna.pk: "A", bela.pk: "B"}
    assert "".join(by[span.person_id or 0] * span.length for span in writers_of("notes", "a", "one")) == (
        "AAAABBBAAAAA" + "A" * len(" by the river") + "AAAAAAA" + "BBBBBB" + "A"
    )


def test_a_text_that_repeats_itself_is_brought_back_in_seconds(anna: Person) -> None:
    create_document(**NOTES, texts={"one": "x" + "a b " * 100_000}, person_id=None)
    begun = time.monotonic()
    say("y" + "b a " * 100_000, anna)
    assert time.monotonic() - begun < 20
    assert texts_of("notes", "a").texts["one"] == "y" + "b a " * 100_000


def test_what_is_said_already_is_no_change(anna: Person) -> None:
    create_document(**NOTES, texts={"one": "As it is"}, person_id=None)
    assert say("As it is", anna) == 1
    assert DocumentUpdate.objects.count() == 1


def test_a_text_that_is_too_large_is_not_brought_back(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    create_document(**NOTES, texts={"one": "a", "two": "b" * 6}, person_id=None)
    monkeypatch.setattr(quotas, "MAX_TEXT_BYTES", 8)
    monkeypatch.setattr(quotas, "MAX_DOCUMENT_BYTES", 12)
    for text in ("x" * 9, "x" * 7):
        with pytest.raises(ValidationError):
            say(text, anna)
    assert say("x" * 6, anna) == 2


def test_updates_are_told_by_person_and_pause_with_the_texts_they_changed(anna: Person, bela: Person) -> None:
    create_document(**NOTES, texts={"one": "begun", "two": "too"}, person_id=None)
    DocumentUpdate.objects.update(created_at=START - timedelta(hours=1))
    say("begun a", anna, minute=0)
    say("too b", bela, name="two", minute=1)
    say("begun ab", anna, minute=14)
    say("too ab", anna, name="two", minute=29)
    say("begun", anna, minute=44.5)
    found = sessions_of("notes", "a")
    assert [(each.person_id, each.first, each.last, set(each.names)) for each in found.sessions] == [
        (anna.pk, 6, 6, {"one"}),
        (anna.pk, 2, 5, {"one", "two"}),
        (bela.pk, 3, 3, {"two"}),
        (None, 1, 1, {"one", "two"}),
    ]
    assert (found.sessions[1].started_at, found.sessions[1].ended_at) == (START, START + timedelta(minutes=29))
    assert (found.before, found.head) == (None, 6)


def test_a_long_history_is_told_in_stretches(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "UPDATES_READ", 3)
    create_document(**NOTES, texts={"one": "0"}, person_id=None)
    for number in range(1, 7):
        say(str(number), anna, minute=60 * number)
    told: list[list[int]] = []
    before: int | None = None
    while True:
        found = sessions_of("notes", "a", before=before)
        told.append([each.last for each in found.sessions])
        if found.before is None:
            break
        before = found.before
    assert told == [[7, 6, 5], [4, 3, 2], [1]]
    assert sessions_of("notes", "a", before=0).sessions == []


def test_there_is_no_history_of_what_is_not_there() -> None:
    for ask in (lambda: sessions_of("notes", "b"), lambda: texts_at("notes", "b", 1)):
        with pytest.raises(Document.DoesNotExist):
            ask()
