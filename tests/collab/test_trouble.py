"""What goes wrong in one document, a panic of the Yjs library's included, is no trouble of another."""

import threading

import pytest

from collab import domain, registry
from collab.domain import Appended
from collab.members import Entry, Offer
from collab.models import Document
from collab.queries import texts_of
from collab.rooms import Room
from sockets import running
from tests.collab.conftest import OpenEditor
from tests.conftest import Cast
from tests.threads import in_thread


class Panic(BaseException):
    """As pycrdt raises where its Rust part panics: no Exception."""


async def test_a_room_that_fails_after_its_commit_leaves_the_rooms_of_the_same_commit_alone(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_thread(domain.create_document, kind="sheet", key="two", texts={"a": "Two"}, person_id=None)
    broken = await open_editor(cast.coordinator.pk)
    reader = await open_editor(cast.observer.pk)
    other = await open_editor(cast.partner.pk, key="two")
    failures = 0
    committed = Room.committed

    def fails_once(room: Room, entries: list[Entry], appended: Appended) -> None:
        nonlocal failures
        if room.key == "one" and not failures:
            failures += 1
            raise Panic
        committed(room, entries, appended)

    monkeypatch.setattr(Room, "committed", fails_once)
    monkeypatch.setattr(registry, "GATHER_SECONDS", 0.1)
    await broken.type("a", 5, "!")
    await other.type("a", 3, "!")
    await other.saved_all()
    assert await broken.ended() == 4500
    assert failures == 1
    await reader.until(lambda: reader.text("a") == "Hello!")
    again = await open_editor(cast.coordinator.pk, doc=broken.doc)
    await again.type("a", 6, "?")
    await again.saved_all()
    await other.type("a", 4, "?")
    await other.saved_all()
    assert [(await in_thread(texts_of, "sheet", key)).texts for key in ("one", "two")] == [
        {"a": "Hello!?"},
        {"a": "Two!?"},
    ]


async def test_a_room_that_cannot_take_in_what_others_committed_is_loaded_anew(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await open_editor(cast.observer.pk)
    failures = 0

    def fails(room: Room, rows: object) -> None:
        nonlocal failures
        failures += 1
        raise Panic

    monkeypatch.setattr(Room, "catch_up", fails)
    await in_thread(domain.add_text, kind="sheet", key="one", name="b", text="Elsewhere", person_id=None)
    await reader.until(lambda: reader.text("b") == "Elsewhere")
    assert failures == 1


async def test_an_update_that_waited_and_then_cannot_be_taken_ends_its_member_alone(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await open_editor(cast.coordinator.pk, answers=False)
    two = await open_editor(cast.partner.pk)
    first, second = one.edit("a", 5, 0, "1"), one.edit("a", 6, 0, "2")
    take = Room._take
    taken: list[bytes] = []

    async def fails_for_what_waited(room: Room, offer: Offer) -> None:
        taken.append(offer.data)
        if taken == [second, first, second]:
            raise Panic
        await take(room, offer)

    monkeypatch.setattr(Room, "_take", fails_for_what_waited)
    await one.send_update(second)
    await one.send_update(first)
    assert await one.ended() == 4500
    assert taken == [second, first, second]
    await two.until(lambda: two.text("a") == "Hello1")
    await two.type("a", 0, "Still ")
    await two.saved_all()


async def test_an_update_that_cannot_be_taken_ends_its_member_alone(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await open_editor(cast.coordinator.pk)
    two = await open_editor(cast.partner.pk)
    take = Room._take

    async def fails_for_one(room: Room, offer: Offer) -> None:
        if offer.member.person_id == cast.coordinator.pk:
            raise Panic
        await take(room, offer)

    monkeypatch.setattr(Room, "_take", fails_for_one)
    await one.type("a", 5, "!")
    assert await one.ended() == 4500
    await two.type("a", 0, "Still ")
    await two.saved_all()


async def test_the_documents_threads_end_with_the_process_and_their_connections_with_them(
    open_editor: OpenEditor, cast: Cast
) -> None:
    editor = await open_editor(cast.coordinator.pk)
    await editor.type("a", 5, "!")
    await editor.saved_all()
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("database-documents-")]
    assert len(threads) == 2
    await running.stop()
    assert not any(thread.is_alive() for thread in threads)
