"""Documents at rest: what they begin with, their texts, who wrote them, and compaction."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pycrdt import Doc, Text

from collab import domain, positions, quotas
from collab.authorship import Span
from collab.domain import Batch
from collab.models import Authorship, Document, DocumentUpdate, Snapshot
from collab.queries import Texts, texts_of, writers_of
from collab.replica import Replica
from tests.conftest import Cast

WORDS = "Śląsk — žluťoučký 🎉 kůň"


def begin(**texts: str) -> Document:
    return domain.create_document(kind="sheet", key="one", texts=texts, person_id=None)


class Writer:
    """A person's Yjs client that writes straight into the log."""

    def __init__(self, document: Document, person_id: int) -> None:
        self.document = document
        self.person_id = person_id
        self.doc: Doc[Text] = Doc()

    def edit(self, name: str, at: int, deleted: int, inserted: str) -> None:
        rows = DocumentUpdate.objects.filter(document=self.document).order_by("number")
        for data in rows.values_list("data", flat=True):
            self.doc.apply_update(bytes(data))
        before = self.doc.get_state()
        with self.doc.transaction():
            if deleted:
                positions.delete(self.doc, name, at, deleted)
            positions.insert(self.doc, name, at, inserted)
        domain.append_updates([Batch(self.document.pk, 0, [(self.doc.get_update(before), self.person_id)])])


def test_a_document_begins_with_the_texts_it_is_given(db: None, cast: Cast) -> None:
    begin(a=WORDS, b="")
    assert texts_of("sheet", "one") == Texts(1, {"a": WORDS})
    assert writers_of("sheet", "one", "a") == [Span(0, len(WORDS), None)]
    assert writers_of("sheet", "one", "b") == []


def test_there_is_one_document_of_a_kind_and_key(db: None) -> None:
    begin()
    with pytest.raises(IntegrityError), transaction.atomic():
        begin(a="again")
    assert texts_of("sheet", "one") == Texts(0, {})


def test_a_document_that_is_not_there_is_said_to_be_so(db: None) -> None:
    for ask in (lambda: texts_of("sheet", "none"), lambda: writers_of("sheet", "none", "a")):
        with pytest.raises(Document.DoesNotExist):
            ask()


def test_a_text_is_begun_once(db: None, cast: Cast) -> None:
    begin(a="First")
    domain.add_text(kind="sheet", key="one", name="b", text="Second", person_id=cast.partner.pk)
    for name in ("a", "b"):
        with pytest.raises(ValidationError):
            domain.add_text(kind="sheet", key="one", name=name, text="Again", person_id=None)
    assert texts_of("sheet", "one").texts == {"a": "First", "b": "Second"}
    assert writers_of("sheet", "one", "b") == [Span(0, 6, cast.partner.pk)]


def test_a_text_that_is_too_large_is_not_begun(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_TEXT_BYTES", 10)
    monkeypatch.setattr(quotas, "MAX_DOCUMENT_BYTES", 15)
    with pytest.raises(ValidationError):
        begin(a="é" * 6)
    begin(a="é" * 5)
    with pytest.raises(ValidationError):
        domain.add_text(kind="sheet", key="one", name="b", text="x" * 6, person_id=None)
    assert texts_of("sheet", "one").texts == {"a": "é" * 5}


def test_what_no_database_can_store_is_replaced_in_the_texts(db: None) -> None:
    begin(a="a\0b\ud800c")
    assert texts_of("sheet", "one").texts == {"a": "a\ufffdb?c"}


def test_texts_that_did_not_change_cost_one_query(db: None) -> None:
    begin(a=WORDS)
    texts_of("sheet", "one")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert texts_of("sheet", "one").texts == {"a": WORDS}
    assert len(queries) == 1


def test_a_text_remembers_who_wrote_each_stretch_of_it_before_and_after_compaction(db: None, cast: Cast) -> None:
    document = begin(a="Hello world")
    one, two = Writer(document, cast.coordinator.pk), Writer(document, cast.partner.pk)
    one.edit("a", 5, 0, " 🎉 dear")
    two.edit("a", 7, 5, "é")
    assert texts_of("sheet", "one").texts["a"] == "Hello 🎉é world"
    spans = writers_of("sheet", "one", "a")
    assert spans == [Span(0, 5, None), Span(5, 2, cast.coordinator.pk), Span(7, 1, cast.partner.pk), Span(8, 6, None)]
    document.refresh_from_db()
    assert domain.compact_document(document)
    assert writers_of("sheet", "one", "a") == spans
    two.edit("a", 0, 0, "»")
    assert writers_of("sheet", "one", "a")[:2] == [Span(0, 1, cast.partner.pk), Span(1, 5, None)]


def test_a_long_log_is_compacted_and_kept(db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "COMPACT_AFTER", 10)
    document = begin(a="x")
    writer = Writer(document, cast.partner.pk)
    for number in range(9):
        assert domain.compact_documents() == 0
        writer.edit("a", number, 0, "é")
    before = texts_of("sheet", "one")
    assert domain.compact_documents() == 1
    assert domain.compact_documents() == 0
    assert list(Snapshot.objects.values_list("document", "number")) == [(document.pk, 10)]
    assert DocumentUpdate.objects.filter(document=document).count() == 10
    assert texts_of("sheet", "one") == before
    writer.edit("a", 0, 1, "ż")
    assert texts_of("sheet", "one") == Texts(11, {"a": "ż" + before.texts["a"][1:]})
    for _ in range(9):
        writer.edit("a", 0, 0, "z")
    assert domain.compact_documents() == 1
    assert list(Snapshot.objects.values_list("number", flat=True)) == [20]
    assert set(Authorship.objects.values_list("person", flat=True)) == {None, cast.partner.pk}


def test_a_log_with_a_hole_is_left_alone(db: None, cast: Cast) -> None:
    document = begin(a="x")
    writer = Writer(document, cast.partner.pk)
    for number in range(5):
        writer.edit("a", number, 0, "é")
    missing = DocumentUpdate.objects.get(document=document, number=4)
    data = bytes(missing.data)
    missing.delete()
    document.refresh_from_db()
    assert not domain.compact_document(document)
    assert not Snapshot.objects.exists()
    assert texts_of("sheet", "one") == Texts(6, {"a": "ééx"})
    domain.append_updates([Batch(document.pk, 6, [(data, cast.partner.pk)])])
    assert texts_of("sheet", "one") == Texts(7, {"a": "éééééx"})
    document.refresh_from_db()
    assert domain.compact_document(document)


def test_a_log_with_a_hole_is_not_read_again_before_it_grows(
    db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "COMPACT_AFTER", 3)
    monkeypatch.setattr(domain, "_unproven", {})
    document = begin(a="x")
    writer = Writer(document, cast.partner.pk)
    for number in range(5):
        writer.edit("a", number, 0, "é")
    missing = DocumentUpdate.objects.get(document=document, number=4)
    data = bytes(missing.data)
    missing.delete()
    read: list[int] = []
    replica_of = domain.replica_of

    def counted(document: Document) -> Replica:
        read.append(document.head)
        return replica_of(document)

    monkeypatch.setattr(domain, "replica_of", counted)
    assert [domain.compact_documents() for _minute in range(3)] == [0, 0, 0]
    assert read == [6]
    domain.append_updates([Batch(document.pk, 6, [(data, cast.partner.pk)])])
    assert [domain.compact_documents() for _minute in range(2)] == [1, 0]
    assert read == [6, 7]


def test_a_document_that_cannot_be_compacted_does_not_keep_the_others_from_it(
    db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(domain, "COMPACT_AFTER", 1)
    broken = begin(a="x")
    whole = domain.create_document(kind="sheet", key="two", texts={"a": "y"}, person_id=None)
    replica_of = domain.replica_of

    class Panic(BaseException):
        pass

    def panics(document: Document) -> Replica:
        if document == broken:
            raise Panic
        return replica_of(document)

    monkeypatch.setattr(domain, "replica_of", panics)
    assert domain.compact_documents() == 1
    assert list(Snapshot.objects.values_list("document", flat=True)) == [whole.pk]
    assert "sheet/one could not be compacted" in caplog.text


def test_a_snapshot_that_does_not_equal_its_log_is_not_kept(
    db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = begin(a="x")
    Writer(document, cast.partner.pk).edit("a", 0, 0, "y")
    document.refresh_from_db()
    monkeypatch.setattr("pycrdt.Doc.get_update", lambda self, state=None: b"\x00\x00")
    assert not domain.compact_document(document)
    assert not Snapshot.objects.exists()


def test_several_documents_are_appended_to_in_one_transaction_and_each_is_numbered(db: None, cast: Cast) -> None:
    documents = [domain.create_document(kind="sheet", key=key, texts={}, person_id=None) for key in "pq"]
    batches = [Batch(document.pk, 0, [(b"\x00\x00", cast.partner.pk)] * 2) for document in reversed(documents)]
    assert {pk: appended.first for pk, appended in domain.append_updates(batches).items()} == {
        document.pk: 1 for document in documents
    }
    again = domain.append_updates([*batches, Batch(10**6, 0, [(b"\x00\x00", cast.partner.pk)])])
    assert {pk: (appended.first, len(appended.before)) for pk, appended in again.items()} == {
        document.pk: (3, 2) for document in documents
    }


@pytest.mark.parametrize("text", ["plain", "žluťoučký", "a🎉b", "👩‍🌾"])
def test_positions_are_converted_between_the_three_ways_to_count(text: str) -> None:
    """Canaries: these hold for as long as pycrdt indexes in bytes and Yjs counts UTF-16 units."""
    for at in range(len(text) + 1):
        assert positions.code_point_at_unit(text, positions.units_before(text, at)) == at
        doc: Doc[Text] = Doc()
        doc.get("t", type=Text).insert(0, text)
        positions.insert(doc, "t", at, "|")
        assert str(doc.get("t", type=Text)) == text[:at] + "|" + text[at:]
        positions.delete(doc, "t", at, 1)
        assert str(doc.get("t", type=Text)) == text
        assert positions.text_size(doc, "t") == len(text.encode())
        assert doc.get_state()[-1] == positions.units_before(text, len(text)) + 1
