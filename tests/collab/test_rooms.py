"""What an open document does with what its members send, over sockets in this process."""

import asyncio
import dataclasses
import json
import threading
import time
from collections.abc import Sequence

import pytest
from pycrdt import Doc

from collab import protocol, quotas, registry, rests
from collab.domain import Appended, Batch
from collab.kinds import Rights
from collab.models import Document
from sockets import watch
from tests.collab.conftest import KEYS, OpenEditor, Policy, rows_of, stored
from tests.collab.editors import Editor
from tests.conftest import Cast
from tests.sizes import size
from tests.threads import in_thread

FLOODS = size("FLOODS", 1)
# So often at least somebody else types while the updates come.
TYPED = 11


async def test_two_editors_converge_and_what_they_wrote_is_in_the_log_under_their_names(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    one = await open_editor(cast.coordinator.pk)
    two = await open_editor(cast.partner.pk)
    assert one.text("a") == two.text("a") == "Hello"
    await one.type("a", 5, " Śląsk 🎉")
    await one.saved_all()
    await two.until(lambda: two.text("a") == "Hello Śląsk 🎉")
    await two.type("a", 0, "»")
    await two.saved_all()
    await one.until(lambda: one.text("a") == "»Hello Śląsk 🎉")
    assert await stored(sheet) == {"a": "»Hello Śląsk 🎉"}
    assert await in_thread(rows_of, sheet) == [(1, None), (2, cast.coordinator.pk), (3, cast.partner.pk)]


async def test_only_what_is_committed_is_relayed_answered_and_acknowledged(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await open_editor(cast.coordinator.pk)
    two = await open_editor(cast.partner.pk)
    gate = threading.Event()
    append = registry.append_updates

    def held(batches: Sequence[Batch]) -> dict[int, Appended]:
        gate.wait(20)
        return append(batches)

    monkeypatch.setattr(registry, "append_updates", held)
    saved = one.saved
    await one.type("a", 5, "!")
    await one.ask()
    await one.until(lambda: len(one.updates) == 2)
    three = await open_editor(cast.observer.pk, ack=False)
    assert (one.saved, two.text("a"), three.text("a")) == (saved, "Hello", "Hello")
    gate.set()
    await one.saved_all()
    for other in (two, three):
        await other.until(lambda other=other: other.text("a") == "Hello!")


async def test_a_reader_may_answer_but_not_write(open_editor: OpenEditor, cast: Cast, sheet: Document) -> None:
    partner = await open_editor(cast.partner.pk)
    await partner.send_update(partner.edit("a", 0, 1, "J"))
    await partner.saved_all()
    observer = await open_editor(cast.observer.pk)
    again = await open_editor(cast.observer.pk, doc=observer.doc)
    assert (observer.text("a"), again.code, again.saved) == ("Jello", None, 1)
    await observer.type("a", 0, "mine")
    assert await observer.ended() == 4403
    assert [json.loads(each)["reason"] for each in observer.denied] == ["read-only"]
    assert partner.text("a") == "Jello"
    assert len(await in_thread(rows_of, sheet)) == 2


async def test_a_readers_update_that_waits_for_another_is_refused_too(open_editor: OpenEditor, cast: Cast) -> None:
    observer = await open_editor(cast.observer.pk)
    observer.edit("a", 0, 0, "first")
    await observer.type("a", 0, "second")
    assert await observer.ended() == 4403


@pytest.mark.parametrize(("name", "reason"), [("locked", "locked-text"), ("elsewhere", "unknown-text")])
async def test_nobody_writes_into_a_text_that_is_not_theirs_to_write(
    open_editor: OpenEditor, cast: Cast, sheet: Document, name: str, reason: str
) -> None:
    editor = await open_editor(cast.partner.pk)
    await editor.type(name, 0, "x")
    assert await editor.ended() == 4403
    assert [json.loads(each)["reason"] for each in editor.denied] == [reason]
    assert await stored(sheet) == {"a": "Hello"}


async def test_what_builds_on_a_locked_text_or_deletes_from_it_touches_it(
    open_editor: OpenEditor, cast: Cast, sheet: Document, policy: Policy
) -> None:
    one = await open_editor(cast.coordinator.pk)
    two = await open_editor(cast.partner.pk)
    policy.rights = {
        person: dataclasses.replace(rights, writable=frozenset({"b"})) for person, rights in policy.rights.items()
    }
    await in_thread(watch.rights_changed)
    await watch.settled()
    await one.type("a", 5, "x")
    await two.send_update(two.edit("a", 0, 2, ""))
    for editor in (one, two):
        assert await editor.ended() == 4403
        assert [json.loads(each)["reason"] for each in editor.denied] == ["locked-text"]
    assert await stored(sheet) == {"a": "Hello"}


async def test_a_text_that_is_new_or_no_longer_locked_can_be_written_at_once(
    open_editor: OpenEditor, cast: Cast, sheet: Document, policy: Policy
) -> None:
    editor = await open_editor(cast.partner.pk)
    policy.rights[cast.partner.pk] = Rights(True, KEYS | {"new"}, KEYS | {"new"}, {})
    await editor.type("new", 0, "written")
    await editor.type("locked", 0, "opened")
    await editor.saved_all()
    assert await stored(sheet) == {"a": "Hello", "new": "written", "locked": "opened"}


async def test_updates_in_any_order_are_taken_when_they_are_whole_and_acknowledged_then(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    one = await open_editor(cast.coordinator.pk, answers=False)
    two = await open_editor(cast.partner.pk)
    first, second, third = (one.edit("a", 5 + at, 0, letter) for at, letter in enumerate("123"))
    await one.send_update(first)
    await one.saved_all()
    asked = one.steps_1
    await one.send_update(third)
    await one.until(lambda: one.steps_1 == asked + 1)
    await two.until(lambda: two.text("a") == "Hello1")
    assert one.saved == 1
    await one.send_update(second)
    await one.saved_all()
    await two.until(lambda: two.text("a") == "Hello123")
    assert await stored(sheet) == {"a": "Hello123"}


async def test_what_brings_nothing_new_is_acknowledged_and_not_stored(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    editor = await open_editor(cast.partner.pk)
    update = editor.edit("a", 0, 0, "x")
    for _ in range(3):
        await editor.send_update(update)
    await editor.send_update(protocol.EMPTY_UPDATE)
    await editor.saved_all()
    assert editor.saved == 5
    assert len(await in_thread(rows_of, sheet)) == 2


async def test_a_client_that_did_not_ask_for_acknowledgements_gets_none(open_editor: OpenEditor, cast: Cast) -> None:
    editor = await open_editor(cast.partner.pk, ack=False)
    other = await open_editor(cast.coordinator.pk)
    await editor.type("a", 0, "x")
    await other.until(lambda: other.text("a") == "xHello")
    await editor.ask()
    await editor.until(lambda: len(editor.updates) == 2)
    assert editor.saved == 0


async def test_a_deletion_alone_is_stored_and_acknowledged(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    editor = await open_editor(cast.partner.pk)
    await editor.send_update(editor.edit("a", 1, 4, ""))
    await editor.saved_all()
    assert await stored(sheet) == {"a": "H"}


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x09",
        b"\x00\x05\x00",
        b"\x00\x02\x05ab",
        b"\x00\x02\x02\x00\x00\x00",
        b"\x00\x00\x01\xff",
        b"\x01\x02\x01\x07",
        b"\x04\x01",
        b"\x03\x00",
    ],
)
async def test_a_frame_that_is_not_of_the_protocol_ends_its_own_socket_alone(
    open_editor: OpenEditor, cast: Cast, frame: bytes
) -> None:
    other = await open_editor(cast.coordinator.pk)
    editor = await open_editor(cast.partner.pk)
    await editor.transport.send(frame)
    assert await editor.ended() == 4400
    await other.type("a", 0, "x")
    await other.saved_all()


async def test_an_update_that_cannot_be_read_is_refused_with_a_reason(open_editor: OpenEditor, cast: Cast) -> None:
    editor = await open_editor(cast.partner.pk)
    await editor.send_update(b"\x01\x01\x07\x00\x07\x01\x01a\x02\x00")
    assert await editor.ended() == 4400
    assert [json.loads(each) for each in editor.denied] == [
        {
            "reason": "malformed",
            "message": "The update could not be read: it holds nested type content; only texts are kept here.",
        }
    ]


async def test_a_character_that_is_cut_in_two_is_refused(open_editor: OpenEditor, cast: Cast) -> None:
    editor = await open_editor(cast.partner.pk, doc=Doc(client_id=9))
    await editor.type("b", 0, "🎉")
    await editor.saved_all()
    await editor.send_update(b"\x01\x01\x08\x00\x84\x09\x00\x01x\x00")
    assert await editor.ended() == 4400


async def test_what_is_typed_under_ids_that_somebody_else_took_is_refused_and_not_called_saved(
    open_editor: OpenEditor, cast: Cast, sheet: Document
) -> None:
    honest = await open_editor(cast.partner.pk, doc=Doc(client_id=9))
    await honest.type("b", 0, "Mine")
    await honest.saved_all()
    forger = await open_editor(cast.coordinator.pk, doc=Doc(client_id=9))
    mine = honest.edit("b", 4, 0, "!")
    await forger.type("b", 4, "?")
    await forger.saved_all()
    await honest.send_update(mine)
    assert await honest.ended() == 4400
    assert [json.loads(each)["reason"] for each in honest.denied] == ["conflict"]
    assert await stored(sheet) == {"a": "Hello", "b": "Mine?"}


async def test_texts_and_documents_are_bounded_and_one_may_be_replaced_at_its_bound(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_TEXT_BYTES", 1000)
    monkeypatch.setattr(quotas, "MAX_DOCUMENT_BYTES", 1500)
    editor = await open_editor(cast.partner.pk)
    await editor.type("a", 5, "é" * 497)
    await editor.saved_all()
    await editor.send_update(editor.edit("a", 0, 502, "ś" * 500))
    await editor.saved_all()
    assert await stored(sheet) == {"a": "ś" * 500}
    too_long = await open_editor(cast.coordinator.pk)
    await too_long.type("a", 0, "x")
    assert await too_long.ended() == 4400
    await editor.type("b", 0, "x" * 500)
    await editor.saved_all()
    await editor.type("b", 0, "x")
    assert await editor.ended() == 4400
    reasons = [json.loads(each)["reason"] for each in too_long.denied + editor.denied]
    assert reasons == ["text-too-large", "document-too-large"]
    assert await stored(sheet) == {"a": "ś" * 500, "b": "x" * 500}


async def test_updates_on_their_way_to_the_log_count_against_the_bound(
    open_editor: OpenEditor, cast: Cast, sheet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_TEXT_BYTES", 1000)
    editor = await open_editor(cast.partner.pk)
    for _ in range(5):
        await editor.type("b", 0, "x" * 300)
    assert await editor.ended() == 4400
    other = await open_editor(cast.coordinator.pk)
    await other.until(lambda: len(other.text("b")) == 900)


async def test_what_one_connection_keeps_waiting_is_bounded(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_WAITING", 10)
    editor = await open_editor(cast.partner.pk, answers=False)
    editor.edit("a", 0, 0, "missing")
    for _ in range(11):
        await editor.type("a", 0, "x")
    assert await editor.ended() == 4400
    assert [json.loads(each)["reason"] for each in editor.denied] == ["too-much-waits"]


async def test_an_update_that_deletes_in_too_many_places_is_refused(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_DELETIONS", 3)
    editor, other = await asyncio.gather(open_editor(cast.partner.pk), open_editor(cast.coordinator.pk))
    await editor.type("a", 0, "abcdefghij")
    await editor.saved_all()
    before = editor.doc.get_state()
    for at in (7, 5, 3):
        editor.edit("a", at, 1, "")
    await editor.send_update(editor.doc.get_update(before))
    await editor.saved_all()
    for at in (6, 4, 2, 0):
        editor.edit("a", at, 1, "")
    await editor.send_update(editor.doc.get_update(before))
    assert await editor.ended() == 4400
    assert "at most" in json.loads(editor.denied[0])["message"]
    await other.until(lambda: other.text("a").startswith("abcegij"))


async def test_whose_update_takes_long_is_not_read_for_a_while_and_others_are(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, other = await asyncio.gather(open_editor(cast.partner.pk), open_editor(cast.coordinator.pk))
    with monkeypatch.context() as dear:
        dear.setattr(rests, "DEAR_SECONDS", 0.0)
        dear.setattr(rests, "REST", 1e9)
        dear.setattr(rests, "LONGEST_REST_SECONDS", 1.0)
        await editor.type("a", 0, "x")
        await editor.saved_all()
    saved, begun = editor.saved, time.monotonic()
    await editor.type("a", 0, "y")
    await other.type("a", 0, "z")
    await other.saved_all()
    assert editor.saved == saved
    await editor.saved_all()
    assert time.monotonic() - begun > 0.5


@pytest.mark.once("updates are put in order before a database is asked")
async def test_thousands_of_updates_out_of_order_delay_nobody(
    open_editor: OpenEditor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sockets send their updates from the last to the first, 2,000 at a time (``FLOODS`` times: 20,000 updates in
    the long form): within the bound, all of them wait.
    What somebody else types meanwhile is in the commit under way when it is sent, or in one of the next two, since a
    socket is read within a turn of the loop, and a turn sees the end of one commit at most."""
    third = await open_editor(cast.partner.pk)
    floods = [await open_editor(cast.coordinator.pk, answers=False) for _ in range(2)]
    append = registry.append_updates
    commits = 0
    committed: list[int] = []

    def counted(batches: Sequence[Batch]) -> dict[int, Appended]:
        nonlocal commits
        commits += 1
        committed.extend(commits for batch in batches for _data, writer in batch.updates if writer == cast.partner.pk)
        return append(batches)

    monkeypatch.setattr(registry, "append_updates", counted)
    sent: list[int] = []

    async def send(editor: Editor, *, backwards: bool) -> float:
        """Has an editor's next 2,000 saved; returns what that took of this thread's time, everybody's together."""
        updates = [editor.edit("b", 0, 0, "x") for _ in range(2_000)]
        begun = time.thread_time()
        for number, update in enumerate(reversed(updates) if backwards else updates):
            await editor.send_update(update)
            if not number % 50:
                await asyncio.sleep(0)
        await editor.saved_all()
        return time.thread_time() - begun

    async def flood(editor: Editor) -> int:
        """Returns how often it came: until the third has typed often enough, however few commits this machine makes."""
        times = 0
        while times < FLOODS or len(sent) < TYPED:
            await send(editor, backwards=True)
            times += 1
        return times

    async def type_on() -> None:
        while not flooding.done():
            sent.append(commits)
            await third.type("a", 0, "x")
            await third.saved_all()

    in_order, out_of_order = [await send(floods[0], backwards=each) for each in (False, True)]
    flooding = asyncio.gather(*(flood(editor) for editor in floods))
    typing = asyncio.ensure_future(type_on())
    times = 2 + sum(await flooding)
    await typing
    await third.until(lambda: len(third.text("b")) == times * 2_000)
    waited = [end - begin for begin, end in zip(sent, committed, strict=True)]
    assert len(waited) >= TYPED
    assert max(waited) <= 3
    # To wait costs being looked at twice (1.5 to 3 times as much was seen), not more the more there are that wait.
    assert out_of_order < 5 * in_order
