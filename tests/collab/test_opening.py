"""What a document costs that is opened: nothing is made of it before somebody needs more than the whole of it."""

from collections.abc import Callable

import pytest
from pycrdt import Doc, Text, get_state

from collab import domain, positions, registry, replica
from collab.domain import Batch
from collab.models import Document, DocumentUpdate, Snapshot
from collab.queries import replica_of
from collab.remembered import recall, remember, state_vector_in
from collab.replica import Replica, Row
from collab.updates import Update, read_state_vector, read_update
from tests.collab.conftest import OpenEditor
from tests.collab.yjs import sessions
from tests.conftest import Cast
from tests.threads import in_thread


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the documents that a live document was made of, in order."""
    keys: list[str] = []
    load = registry.replica_of

    def noted(document: Document) -> Replica:
        keys.append(document.key)
        return load(document)

    monkeypatch.setattr(registry, "replica_of", noted)
    return keys


@pytest.fixture
def lengths_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each update had that was read to build a document."""
    lengths: list[int] = []

    def noted(data: bytes) -> Update:
        lengths.append(len(data))
        return read_update(data)

    monkeypatch.setattr(replica, "read_update", noted)
    return lengths


def write(sheet: Document, count: int, person_id: int) -> None:
    """Goes on with the text "a", letter by letter, past every room."""
    doc: Doc[Text] = Doc()
    for data in DocumentUpdate.objects.filter(document=sheet).values_list("data", flat=True):
        doc.apply_update(bytes(data))
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for number in range(count):
        positions.insert(doc, "a", len(str(doc.get("a", type=Text))), "é" if number % 2 else "🎉")
        if number % 5 == 4:
            positions.delete(doc, "a", 0, 1)
    doc.unobserve(subscription)
    domain.append_updates([Batch(sheet.pk, 0, [(data, person_id) for data in updates])])


def compacted(sheet: Document) -> None:
    sheet.refresh_from_db()
    assert domain.compact_document(sheet)


@pytest.mark.parametrize("steps", [[compacted], [compacted, None], []])
async def test_who_only_reads_is_told_all_and_no_live_document_is_made(
    open_editor: OpenEditor, cast: Cast, sheet: Document, loaded: list[str], steps: list[Callable[..., None] | None]
) -> None:
    """The log is compacted, or goes on after its snapshot, or has none."""
    await in_thread(write, sheet, 20, cast.partner.pk)
    for step in steps:
        await (in_thread(step, sheet) if step else in_thread(write, sheet, 5, cast.partner.pk))
    await in_thread(sheet.refresh_from_db)
    expected = (await in_thread(replica_of, sheet)).texts()["a"]
    readers = [await open_editor(person) for person in (cast.observer.pk, cast.partner.pk)]
    assert [reader.text("a") for reader in readers] == [expected] * 2
    assert loaded == []


async def test_the_first_who_writes_has_the_live_document_made_once_for_all(
    open_editor: OpenEditor, cast: Cast, sheet: Document, loaded: list[str]
) -> None:
    await in_thread(write, sheet, 20, cast.partner.pk)
    await in_thread(compacted, sheet)
    one, two, reader = [
        await open_editor(person) for person in (cast.coordinator.pk, cast.partner.pk, cast.observer.pk)
    ]
    before = one.text("a")
    await one.type("a", 0, "1")
    await two.type("a", len(before), "2")
    await one.saved_all()
    await two.saved_all()
    await reader.until(lambda: reader.text("a") == f"1{before}2")
    assert loaded == ["one"]
    late = await open_editor(cast.observer.pk)
    assert late.text("a") == f"1{before}2"


async def test_who_has_a_part_is_told_the_rest(
    open_editor: OpenEditor, cast: Cast, sheet: Document, loaded: list[str]
) -> None:
    early = await open_editor(cast.observer.pk)
    await early.leave()
    early.code = 1000
    await in_thread(write, sheet, 20, cast.partner.pk)
    await in_thread(compacted, sheet)
    again = await open_editor(cast.observer.pk, doc=early.doc)
    await again.until(lambda: "🎉" in again.text("a"))
    assert again.text("a") == (await in_thread(replica_of, sheet)).texts()["a"]
    assert len(loaded) == 1


async def test_what_others_commit_reaches_those_for_whom_no_live_document_was_made(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    reader = await open_editor(cast.observer.pk)
    await in_thread(write, sheet, 5, cast.partner.pk)
    await reader.until(lambda: "🎉" in reader.text("a"))
    await in_thread(sheet.refresh_from_db)
    assert reader.text("a") == (await in_thread(replica_of, sheet)).texts()["a"]


async def test_a_damaged_snapshot_is_given_to_nobody_unread(
    open_editor: OpenEditor, cast: Cast, sheet: Document, loaded: list[str]
) -> None:
    await in_thread(compacted, sheet)
    state = bytearray((await in_thread(Snapshot.objects.get)).state)
    state[state.index(b"Hello")] = ord("J")
    await in_thread(Snapshot.objects.update, state=bytes(state))
    reader = await open_editor(cast.observer.pk)
    assert reader.text("a") == "Jello"
    assert loaded == ["one"]


def test_what_a_snapshot_remembers_spares_reading_it(db: None, cast: Cast, lengths_read: list[int]) -> None:
    sheet = domain.create_document(kind="sheet", key="one", texts={"a": "Hello"}, person_id=None)
    write(sheet, 300, cast.partner.pk)
    compacted(sheet)
    lengths_read.clear()
    with_it = replica_of(sheet)
    assert lengths_read == []
    Snapshot.objects.update(knowledge=None)
    without = replica_of(sheet)
    assert lengths_read == [len(Snapshot.objects.get().state)]
    assert with_it.knowledge == without.knowledge
    assert with_it.texts() == without.texts()
    assert (with_it.number, with_it.has_hole) == (without.number, False)


def test_what_is_remembered_is_what_was_known() -> None:
    for session in sessions(seed=20121025, count=20):
        live = Replica()
        for number, described in enumerate(session.updates, 1):
            live.replay(Row(number, described.data, None))
        base = live.as_base()
        assert base is not None
        assert base.remembered is not None
        read = Replica()
        read.replay(Row(base.number, base.state, None))
        assert recall(base.remembered, base.state) == read.knowledge
        told = state_vector_in(base.remembered)
        assert read_state_vector(told) == read_state_vector(get_state(base.state))
        assert recall(remember(live.knowledge, b"other"), b"other") == live.knowledge


def test_what_is_remembered_of_another_state_or_damaged_is_not_believed() -> None:
    live = Replica()
    doc: Doc[Text] = Doc()
    doc.get("a", type=Text).insert(0, "Hello 🎉")
    live.replay(Row(1, doc.get_update(), None))
    base = live.as_base()
    assert base is not None
    assert base.remembered is not None
    assert recall(base.remembered, base.state) == live.knowledge
    assert recall(base.remembered, base.state + b"\0") is None
    for at in range(len(base.remembered)):
        damaged = bytearray(base.remembered)
        damaged[at] ^= 1
        assert recall(bytes(damaged), base.state) is None
        assert recall(base.remembered[:at], base.state) is None


async def test_a_document_that_is_gone_when_somebody_first_writes_can_be_begun_again(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LOOK_SECONDS", 3600)
    editor = await open_editor(cast.partner.pk)
    await in_thread(sheet.delete)
    await editor.type("a", 0, "x")
    assert await editor.ended() == 4403
    await in_thread(domain.create_document, kind="sheet", key="one", texts={"a": "Anew"}, person_id=None)
    again = await open_editor(cast.coordinator.pk)
    await again.type("a", 4, "!")
    await again.saved_all()
    assert again.text("a") == "Anew!"
