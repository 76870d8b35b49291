"""Who is here and who is typing: told to those who are here, true within seconds, and no more than that."""

import asyncio
import contextlib
import json

import pytest

from live.presence import NAMED, SILENCE_SECONDS, Gathering, Guest, Presence, _show
from live.readers import Feed, Reader, Subscription
from sockets.frames import Frame
from tests.live.conftest import cookies_of, publish, tab
from tests.servers import Server


async def test_people_see_each_other_type_and_leave(shared_server: Server, key: str) -> None:
    stream = f"desk:{key}"
    async with tab(shared_server, "partner") as partner, contextlib.AsyncExitStack() as others:
        await partner.subscribe(stream)
        await partner.say(op="present", stream=stream)
        (myself,) = await partner.people(1)
        assert myself["typing"] is False
        agency = await others.enter_async_context(tab(shared_server, "agency"))
        await agency.subscribe(stream)
        await agency.say(op="present", stream=stream)
        assert {person["name"] for person in await agency.people(2)} == {
            person["name"] for person in await partner.people(2)
        }
        await agency.say(op="present", stream=stream, typing=True)
        first, second = await partner.people(2, typing=1)
        assert (first["id"] != myself["id"], second) == (True, myself)
        await agency.say(op="present", stream=stream, typing=False)
        await partner.people(2, typing=0)
        await agency.say(op="present", stream=stream, typing=True)
        await partner.people(2, typing=1)
        await partner.people(2, typing=0)  # nobody said again that they type
        agency.socket.transport.abort()  # a cut line says no goodbye
        assert await partner.people(1) == [myself]


async def test_one_person_with_two_tabs_is_one_until_the_last_is_closed(shared_server: Server, key: str) -> None:
    stream = f"desk:{key}"
    cookies = await asyncio.to_thread(cookies_of, shared_server, "agency")
    async with tab(shared_server, "partner") as partner, tab(shared_server, "", **cookies) as first:
        async with tab(shared_server, "", **cookies) as second:
            for one in (partner, first, second):
                await one.subscribe(stream)
                await one.say(op="present", stream=stream)
            await partner.people(2)
            await second.say(op="present", stream=stream, typing=True)
            await partner.people(2, typing=1)
        await partner.people(2, typing=0)
        await first.say(op="unsubscribe", stream=stream)
        await partner.people(1)


async def test_an_observer_is_seen_but_not_seen_to_type(shared_server: Server, key: str) -> None:
    stream = f"desk:{key}"
    async with tab(shared_server, "partner") as partner, tab(shared_server, "observer") as observer:
        for one in (partner, observer):
            await one.subscribe(stream)
        await observer.say(op="present", stream=stream, typing=True)
        await partner.say(op="present", stream=stream, typing=True)
        typing, watching = await observer.people(2, typing=1)
        assert (typing["typing"], watching["typing"]) == (True, False)
        assert [typing, watching] == await partner.people(2, typing=1)


async def test_only_who_reads_a_stream_is_present_there_and_only_who_is_present_is_told(
    shared_server: Server, key: str
) -> None:
    stream = f"desk:{key}"
    async with tab(shared_server, "partner") as partner, tab(shared_server, "outsider") as outsider:
        await partner.subscribe("desk:agrifood")
        await partner.say(op="present", stream="desk:agrifood")
        await outsider.subscribe("desk:agrifood")  # refused
        await outsider.say(op="present", stream="desk:agrifood", typing=True)
        assert [person["name"] for person in await partner.people(1)]
        await outsider.subscribe(stream)
        await partner.subscribe(stream)
        await outsider.say(op="present", stream=stream)
        assert len(await outsider.people(1)) == 1
        await asyncio.to_thread(publish, shared_server, key, {"n": 1})
        assert (await partner.hear())["number"] == 1
        assert (await outsider.hear())["number"] == 1


async def test_who_loses_the_right_is_gone(own_server: Server) -> None:
    async with tab(own_server, "agency") as agency, tab(own_server, "partner") as partner:
        for one in (agency, partner):
            await one.subscribe("desk:agrifood")
            await one.say(op="present", stream="desk:agrifood")
        await agency.people(2)
        await asyncio.to_thread(publish, own_server, "agrifood", {"remove": "partner@demo.example"})
        await agency.people(1, seconds=5)
        assert await partner.close_code() == 4403


class Peer:
    """A socket that reads, or does not."""

    def __init__(self) -> None:
        self.is_open, self.reads, self.heard = True, True, []  # type: ignore[var-annotated]

    def write(self, frame: Frame) -> bool:
        if self.reads:
            self.heard.append(frame.content)
        return self.reads


def guest_of(gathering: Gathering, person_id: int) -> Peer:
    peer = Peer()
    reader = Reader(peer, person_id)  # type: ignore[arg-type]
    feed = Feed(gathering.stream, 0)
    reader.subscriptions[gathering.stream] = Subscription(reader, feed, 0)
    gathering.guests[reader] = Guest(f"Person {person_id:03}")
    return peer


def test_a_process_that_falls_silent_takes_its_people_with_it() -> None:
    gathering = Gathering("desk:1")
    gathering.elsewhere["other"] = (100.0, {7: Presence(7, "Ada", True)})
    assert [one.name for one in gathering.everybody(100.0 + SILENCE_SECONDS - 0.1)] == ["Ada"]
    assert gathering.everybody(100.0 + SILENCE_SECONDS) == []


def test_who_does_not_read_is_told_once_they_do_what_is_true_then() -> None:
    gathering = Gathering("desk:1")
    ada, ben = guest_of(gathering, 1), guest_of(gathering, 2)
    ada.reads = False
    _show(gathering, 0.0)
    guest_of(gathering, 3)
    _show(gathering, 1.0)
    _show(gathering, 2.0)
    assert (len(ada.heard), len(ben.heard)) == (0, 2)
    ada.reads = True
    _show(gathering, 3.0)
    assert ada.heard == ben.heard[1:]


def test_of_a_crowd_the_first_are_named_and_all_are_counted() -> None:
    gathering = Gathering("desk:1")
    peers = [guest_of(gathering, person_id) for person_id in range(NAMED + 20)]
    last = list(gathering.guests.values())[-1]
    last.typing_until = 10.0
    _show(gathering, 5.0)
    told = json.loads(peers[0].heard[0])
    assert (told["count"], len(told["people"])) == (NAMED + 20, NAMED)
    assert told["people"][0] == {"id": NAMED + 19, "name": last.name, "typing": True}


@pytest.mark.parametrize("own", [True, False])
def test_who_types_in_one_of_several_places_types(own: bool) -> None:
    gathering = Gathering("desk:1")
    guest_of(gathering, 7)
    next(iter(gathering.guests.values())).typing_until = 10.0 if own else 0.0
    gathering.elsewhere["other"] = (0.0, {7: Presence(7, "Person 007", not own)})
    assert gathering.everybody(1.0) == [Presence(7, "Person 007", True)]
