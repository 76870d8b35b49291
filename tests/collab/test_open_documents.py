"""What happens to an open document from outside: failed commits, others' commits, rights that are lost, its end."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError
from pycrdt import Doc, Text

from collab import domain, registry
from collab.domain import Appended, Batch
from collab.kinds import Rights
from collab.models import Document, DocumentUpdate
from sockets import watch
from tests.backing import wait_until
from tests.collab.conftest import KEYS, OpenEditor, Policy, rows_of, stored
from tests.collab.editors import Porch
from tests.conftest import Cast
from tests.threads import in_thread


async def test_a_failed_commit_is_not_acknowledged_and_what_was_sent_can_be_sent_again(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await open_editor(cast.coordinator.pk)
    reader = await open_editor(cast.observer.pk)
    append = registry.append_updates

    def full(_batches: Sequence[Batch]) -> dict[int, Appended]:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(registry, "append_updates", full)
    saved = one.saved
    await one.type("a", 5, "!")
    assert await one.ended() == 4500
    assert one.saved == saved
    monkeypatch.setattr(registry, "append_updates", append)
    again = await open_editor(cast.coordinator.pk, doc=one.doc)
    await reader.until(lambda: reader.text("a") == "Hello!")
    assert (again.code, reader.code) == (None, None)
    assert await stored(sheet) == {"a": "Hello!"}


async def test_what_the_server_writes_reaches_open_editors(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    editor = await open_editor(cast.partner.pk)
    await in_thread(domain.add_text, kind="sheet", key="one", name="b", text="Begun", person_id=None)
    await editor.until(lambda: editor.text("b") == "Begun")


async def test_rows_that_no_hint_told_of_are_found(open_editor: OpenEditor, cast: Cast, sheet: Document) -> None:
    editor = await open_editor(cast.partner.pk)
    doc: Doc[Text] = Doc()
    doc.get("b", type=Text).insert(0, "From elsewhere")
    await in_thread(domain.append_updates, [Batch(sheet.pk, 99, [(doc.get_update(), cast.coordinator.pk)])])
    await editor.until(lambda: editor.text("b") == "From elsewhere")
    await editor.type("b", 0, "> ")
    await editor.saved_all()
    assert [number for number, _ in await in_thread(rows_of, sheet)] == [1, 2, 3]


async def test_a_commit_takes_in_what_others_committed_before_it(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LOOK_SECONDS", 3600)
    editor = await open_editor(cast.partner.pk)
    doc: Doc[Text] = Doc()
    doc.get("b", type=Text).insert(0, "From elsewhere")
    await in_thread(domain.append_updates, [Batch(sheet.pk, 99, [(doc.get_update(), cast.coordinator.pk)])])
    await editor.type("a", 0, "x")
    await editor.saved_all()
    assert editor.text("b") == "From elsewhere"


async def test_a_row_missing_from_the_log_leaves_the_rest_standing_and_mends_when_it_comes_again(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    def write(count: int) -> "list[bytes]":
        doc: Doc[Text] = Doc()
        updates = []
        for at in range(count):
            before = doc.get_state()
            doc.get("b", type=Text).insert(at, str(at))
            updates.append(doc.get_update(before))
        batch = Batch(sheet.pk, 1, [(update, cast.coordinator.pk) for update in updates])
        domain.append_updates([batch])
        DocumentUpdate.objects.filter(document=sheet, number=4).delete()
        return updates

    updates = await in_thread(write, 5)
    editor = await open_editor(cast.partner.pk)
    assert editor.text("b") == "01"
    assert not await in_thread(domain.compact_document, await in_thread(Document.objects.get, pk=sheet.pk))
    await editor.type("b", 0, "»")
    await editor.saved_all()
    helper = await open_editor(cast.coordinator.pk)
    await helper.send_update(updates[2])
    await helper.saved_all()
    await editor.until(lambda: editor.text("b") == "»01234")
    assert (await stored(sheet))["b"] == "»01234"
    assert await in_thread(domain.compact_document, await in_thread(Document.objects.get, pk=sheet.pk))
    assert (await stored(sheet))["b"] == "»01234"


async def test_losing_the_right_to_read_or_signing_out_ends_the_socket(
    open_editor: OpenEditor, cast: Cast, policy: Policy, porch: Porch
) -> None:
    editors = [await open_editor(person.pk) for person in (cast.coordinator, cast.partner, cast.observer)]
    policy.rights.pop(cast.partner.pk)
    porch.gone.add(cast.observer.pk)
    assert await editors[1].ended() == 4403
    assert await editors[2].ended() == 4401
    assert editors[0].code is None


async def test_losing_the_right_to_write_refuses_the_next_update(
    open_editor: OpenEditor, cast: Cast, policy: Policy, sheet: Document
) -> None:
    editor = await open_editor(cast.partner.pk)
    policy.rights[cast.partner.pk] = Rights(True, KEYS, frozenset(), {})
    asked = policy.asked
    await in_thread(watch.rights_changed)
    await watch.settled()
    assert policy.asked > asked
    await editor.type("a", 0, "x")
    assert await editor.ended() == 4403
    assert await stored(sheet) == {"a": "Hello"}


async def test_the_look_at_rights_asks_once_for_all_sockets(
    open_editor: OpenEditor, cast: Cast, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await open_editor(cast.partner.pk)
        await open_editor(cast.observer.pk)
    pairs: list[Sequence[tuple[int, str]]] = []
    monkeypatch.setattr(registry, "rights_of", lambda _kind, asked: pairs.append(asked) or policy(asked))
    await watch.start().look()
    assert pairs[0] == sorted([(cast.partner.pk, "one"), (cast.observer.pk, "one")])


@pytest.mark.parametrize(("kind", "key"), [("sheet", "none"), ("none", "one"), ("sheet", "\0"), ("sheet", "x" * 300)])
async def test_what_is_not_there_is_not_yours(open_editor: OpenEditor, cast: Cast, kind: str, key: str) -> None:
    editor = await open_editor(cast.partner.pk, kind=kind, key=key, sync=False)
    assert await editor.ended() == 4403


async def test_somebody_without_rights_is_let_into_nothing(open_editor: OpenEditor, cast: Cast) -> None:
    editor = await open_editor(cast.outsider.pk, sync=False)
    assert await editor.ended() == 4403
    assert (editor.updates, editor.steps_1) == ([], 0)


async def test_a_document_that_takes_long_to_open_is_not_taken_for_one_that_is_gone(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who opens it meanwhile asks which of the open ones are still there, and it is not among them yet."""
    await in_thread(domain.create_document, kind="sheet", key="long", texts={"a": "Long"}, person_id=None)
    one = await open_editor(cast.coordinator.pk)
    opening, asking, gate, joined = (threading.Event() for _ in range(4))
    load, heads_of, database = registry._load, registry.heads_of, registry.rooms()._reading
    run = database.run

    def load_slowly(kind: str, key: str) -> object:
        opening.set()
        gate.wait(20)
        return load(kind, key)

    def heads_slowly(document_ids: set[int]) -> dict[int, int]:
        joined.wait(20 if opening.is_set() else 0)
        return heads_of(document_ids)

    async def run_seen(function: Callable[..., object], *arguments: object) -> object:
        answer = asyncio.ensure_future(run(function, *arguments))
        await asyncio.sleep(0)
        if function is heads_slowly and opening.is_set():
            asking.set()
        return await answer

    monkeypatch.setattr(registry, "_load", load_slowly)
    monkeypatch.setattr(registry, "heads_of", heads_slowly)
    monkeypatch.setattr(database, "run", run_seen)
    other = await open_editor(cast.partner.pk, key="long", sync=False)
    await in_thread(opening.wait, 20)
    registry.rooms().look_soon()
    await in_thread(asking.wait, 20)
    gate.set()
    await other.ask()
    await other.until(lambda: other.synced)
    joined.set()
    await other.type("a", 4, "er")
    await other.saved_all()
    assert (other.code, one.code) == (None, None)
    assert other.text("a") == "Longer"


async def test_a_document_leaves_the_memory_some_time_after_the_last_member(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LINGER_SECONDS", 0)
    monkeypatch.setattr(registry, "LOOK_SECONDS", 0.01)
    editor = await open_editor(cast.partner.pk)
    rooms = registry.rooms()
    rooms.look_soon()
    assert list(rooms.rooms) == [("sheet", "one")]
    await editor.leave()
    editor.code = 1000
    await in_thread(wait_until, lambda: not rooms.rooms, "the end of the room")
