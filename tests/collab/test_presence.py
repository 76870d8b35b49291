"""Who is shown at work in a document, and under which name."""

import asyncio
import json

import pytest

from collab import presence, quotas
from collab.presence import Presences
from collab.protocol import Presence
from collab.updates import MalformedUpdate
from tests.collab.conftest import OpenEditor
from tests.conftest import Cast

ANN = {"name": "Ann"}
BEN = {"name": "Ben"}


def state(**fields: object) -> str:
    return json.dumps(fields, separators=(",", ":"))


def test_the_server_names_people_whatever_they_call_themselves() -> None:
    presences = Presences()
    told = presences.told("ann", 1, ANN, [Presence(7, 1, state(cursor=3, user={"name": "Ben", "admin": True}))])
    assert told == [Presence(7, 1, state(cursor=3, user=ANN))]
    assert presences.everyone() == told


def test_nobody_speaks_for_another_and_echoes_are_ignored() -> None:
    presences = Presences()
    shown = presences.told("ann", 1, ANN, [Presence(7, 1, "{}")])
    assert presences.told("ben", 2, BEN, [Presence(7, 2, state(cursor=1)), Presence(8, 1, "{}")]) == [
        Presence(8, 1, state(user=BEN))
    ]
    assert presences.told("ben", 2, BEN, [Presence(7, 9, "null"), Presence(9, 1, "{}")]) == []
    assert presences.everyone() == [*shown, Presence(8, 1, state(user=BEN))]


def test_an_echo_claims_nothing_even_from_the_same_person() -> None:
    presences = Presences()
    (shown,) = presences.told("ann", 1, ANN, [Presence(7, 4, "{}")])
    assert presences.told("ann's other tab", 1, ANN, [shown, Presence(8, 1, "{}")]) == [Presence(8, 1, state(user=ANN))]
    assert presences.told("ann", 1, ANN, [Presence(7, 5, "{}")]) == [Presence(7, 5, state(user=ANN))]


def test_a_person_takes_their_client_up_again_after_a_break_and_the_old_connection_no_longer_ends_it() -> None:
    presences = Presences()
    presences.told("ann", 1, ANN, [Presence(7, 1, "{}")])
    assert presences.told("ann again", 1, ANN, [Presence(7, 2, "{}")]) == [Presence(7, 2, state(user=ANN))]
    assert presences.left("ann") == []
    assert presences.left("ann again") == [Presence(7, 2, "null")]
    assert presences.everyone() == []


def test_a_client_that_left_is_its_persons_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    presences = Presences()
    presences.told("ann", 1, ANN, [Presence(7, 1, "{}")])
    presences.left("ann")
    assert presences.told("ben", 2, BEN, [Presence(7, 2, "{}")]) == []
    assert presences.told("ann", 1, ANN, [Presence(7, 2, "{}")]) == [Presence(7, 2, state(user=ANN))]
    presences.left("ann")
    monkeypatch.setattr(presence, "REMEMBERED_SECONDS", -1)
    assert presences.expire() == []
    assert presences.told("ben", 2, BEN, [Presence(7, 3, "{}")]) == [Presence(7, 3, state(user=BEN))]


def test_older_states_and_repetitions_are_not_told_again() -> None:
    presences = Presences()
    presences.told("ann", 1, ANN, [Presence(7, 5, "{}")])
    assert presences.told("ann", 1, ANN, [Presence(7, 5, state(cursor=1)), Presence(7, 4, "{}")]) == []
    assert presences.told("ann", 1, ANN, [Presence(7, 5, "null")]) == [Presence(7, 5, "null")]
    assert presences.told("ann", 1, ANN, [Presence(7, 6, "null")]) == []
    assert presences.told("ann", 1, ANN, [Presence(7, 6, "{}")]) == [Presence(7, 6, state(user=ANN))]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "3",
        '"x"',
        "{",
        '{"a":NaN}',
        '{"a":1e999}',
        "[" * 2000,
        state(a="x" * 4096),
        '{"a":' + "9" * 5000 + "}",
    ],
)
def test_a_state_that_is_too_large_or_no_object_is_refused(wrong: str) -> None:
    with pytest.raises(MalformedUpdate):
        Presences().told("ann", 1, ANN, [Presence(7, 1, wrong)])


def test_what_another_process_told_expires_when_it_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    presences = Presences()
    shown = Presence(7, 1, state(user=ANN))
    assert presences.heard("other process", 1, [shown]) == [shown]
    assert presences.heard("other process", 1, [shown]) == []
    assert presences.told("ben", 2, BEN, [Presence(7, 2, "{}")]) == []
    assert presences.expire() == []
    monkeypatch.setattr(presence, "RENEWED_WITHIN_SECONDS", -1)
    presences.told("ben", 2, BEN, [Presence(8, 1, "{}")])
    assert presences.expire() == [Presence(7, 1, "null")]
    assert presences.everyone() == [Presence(8, 1, state(user=BEN))]


async def test_everybody_sees_who_is_there_and_who_left(open_editor: OpenEditor, cast: Cast) -> None:
    one = await open_editor(cast.coordinator.pk)
    await one.show(7, 1, state(cursor=3, user={"name": "Somebody else"}))
    named = Presence(7, 1, state(cursor=3, user={"name": "Coordinator"}))
    await one.until(lambda: one.presences == {7: named})
    observer = await open_editor(cast.observer.pk)
    await observer.until(lambda: observer.presences == {7: named})
    await observer.show(7, 2, state(cursor=9))
    await observer.show(8, 1, state(user={"name": "Coordinator"}))
    await one.until(lambda: one.presences.get(8) == Presence(8, 1, state(user={"name": "Observer"})))
    assert one.presences[7] == named
    await observer.leave()
    observer.code = 1000
    await one.until(lambda: one.presences[8] == Presence(8, 1, "null"))
    one.presences.clear()
    await one.transport.send(b"\x03")
    await one.until(lambda: one.presences == {7: named})


async def test_a_presence_that_is_too_large_ends_its_own_socket(open_editor: OpenEditor, cast: Cast) -> None:
    one, two = await asyncio.gather(open_editor(cast.coordinator.pk), open_editor(cast.partner.pk))
    await one.show(7, 1, state(cursor="x" * 5000))
    assert await one.ended() == 4400
    assert two.code is None


async def test_who_tells_too_often_where_they_are_is_not_read_for_a_moment(open_editor: OpenEditor, cast: Cast) -> None:
    one, two = await asyncio.gather(open_editor(cast.observer.pk), open_editor(cast.partner.pk))
    begun = asyncio.get_running_loop().time()
    for clock in range(1, quotas.PRESENCES_AT_ONCE + 31):
        await one.show(7, clock, "{}")
    await two.until(lambda: 7 in two.presences and two.presences[7].clock == quotas.PRESENCES_AT_ONCE + 30)
    assert asyncio.get_running_loop().time() - begun > 0.9 * 29 / quotas.PRESENCES_PER_SECOND
    assert one.code is None
