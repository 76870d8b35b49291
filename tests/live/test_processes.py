"""Two web processes on PostgreSQL and Redis: what one writes reaches the other's readers, with Redis or without."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests import backing
from tests.backing import wait_until
from tests.live.conftest import DESK, Tab, publish, tab
from tests.live.losses import AGRIFOOD, assert_cut_in_time, lose_everything
from tests.plans.served import section_of
from tests.servers import Server, Template
from tests.sizes import size

pytestmark = [pytest.mark.server, pytest.mark.once("chooses its databases itself")]

STOPPED_SECONDS = size("STOPPED_SECONDS", 2)


Two = tuple[Server, Server]


@pytest.fixture(scope="module")
def their_redis() -> Iterator[backing.Redis]:
    with backing.redis() as server:
        yield server


@pytest.fixture(scope="module")
def two_servers(scaled_template: Template, their_redis: backing.Redis) -> Iterator[Two]:
    """For those tests that leave Redis and both processes running, and the agency in the group."""
    first = Server(scaled_template)
    first.environment |= DESK | {"REDIS_URL": their_redis.url}
    try:
        yield first.start(), first.beside()
    finally:
        first.remove()


async def carried(writer: Server, key: str, reader: Tab) -> float:
    """Publishes at one process and reads at the other; the seconds between, and asserts that publishing was quick."""
    begun = time.monotonic()
    head = await asyncio.to_thread(publish, writer, key, {"at": begun})
    answered = time.monotonic()
    assert answered - begun < 3, "a request waited for Redis"
    assert (await reader.hear(5))["number"] == head
    return time.monotonic() - answered


async def hints_flow(writer: Server, key: str, reader: Tab) -> None:
    """Waits until three events in a row arrive faster than the look at the heads alone would bring them."""
    quick = 0
    end = time.monotonic() + 30
    while quick < 3:
        assert time.monotonic() < end, "no hints between the processes"
        quick = quick + 1 if await carried(writer, key, reader) < 0.15 else 0


async def rest_of(one: Tab) -> tuple[int, list[str]]:
    """The code that a socket ends with, and every frame before that."""
    frames: list[str] = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            frames.append(str(await asyncio.wait_for(one.socket.recv(), 10)))
    assert one.socket.close_code is not None
    return one.socket.close_code, frames


async def test_events_cross_with_redis_without_it_and_with_it_again(
    two_servers: Two, their_redis: backing.Redis, key: str
) -> None:
    redis, (writer, other) = their_redis, two_servers
    async with tab(other, "agency") as reader:
        await reader.subscribe(f"desk:{key}", 0)
        await hints_flow(writer, key, reader)

        assert redis.process is not None
        redis.process.send_signal(signal.SIGSTOP)
        for _ in range(5):
            assert await carried(writer, key, reader) < 2.5
        redis.process.send_signal(signal.SIGCONT)
        await hints_flow(writer, key, reader)

        redis.stop()
        for _ in range(5):
            assert await carried(writer, key, reader) < 2.5
        redis.start()
        await hints_flow(writer, key, reader)
    for server in two_servers:
        assert "Traceback" not in server.log


async def test_every_right_that_is_lost_at_one_process_ends_the_socket_at_the_other_without_redis_too(
    new_server: Callable[..., Server], redis: backing.Redis, record_property: Callable[[str, object], None]
) -> None:
    first = await asyncio.to_thread(lambda: new_server(scaled=True, REDIS_URL=redis.url, **DESK))
    other = await asyncio.to_thread(first.beside)
    text = (await asyncio.to_thread(section_of, first, "Monitoring"))["id"]
    redis.stop()
    ends = await lose_everything(first, other, text)
    record_property("rights lost", len(ends))
    record_property("longest seconds until the cut", round(assert_cut_in_time(ends), 2))


async def test_a_process_that_stood_still_goes_on_where_its_readers_were_and_tells_nothing_to_who_was_removed(
    two_servers: Two, key: str, record_property: Callable[[str, object], None]
) -> None:
    writer, other = two_servers
    async with tab(other, "agency") as reader, tab(other, "partner") as removed:
        await reader.subscribe(f"desk:{key}", 0)
        await removed.subscribe(AGRIFOOD)
        other.signal(signal.SIGSTOP)
        try:
            written, begun = 0, time.monotonic()
            while time.monotonic() - begun < STOPPED_SECONDS:
                asked = time.monotonic()
                written = await asyncio.to_thread(publish, writer, key, {"n": written})
                assert time.monotonic() - asked < 3, "a request waited for the process that stands still"
            news = [{"remove": "partner@demo.example"}, {"secret": "leek"}]
            await asyncio.to_thread(publish, writer, "agrifood", *news)
        finally:
            other.signal(signal.SIGCONT)
        heard, (code, frames) = await asyncio.gather(reader.numbers(written), rest_of(removed))
        assert heard == list(range(1, written + 1))
        await hints_flow(writer, key, reader)
    assert (code, [frame for frame in frames if "secret" in frame]) == (4403, [])
    record_property("seconds stopped", STOPPED_SECONDS)
    record_property("events missed", written)


async def test_readers_at_both_processes_see_each_other_and_one_order_of_what_is_written_at_both(
    two_servers: Two, key: str
) -> None:
    async with tab(two_servers[0], "deputy") as first, tab(two_servers[1], "agency") as second:
        for one in (first, second):
            await one.subscribe(f"desk:{key}", 0)
            await one.say(op="present", stream=f"desk:{key}")
        for one in (first, second):
            await one.people(2)
        await second.say(op="present", stream=f"desk:{key}", typing=True)
        assert [person["typing"] for person in await first.people(2, typing=1)] == [True, False]
        await second.say(op="absent", stream=f"desk:{key}")
        await first.people(1)
        await first.say(op="absent", stream=f"desk:{key}")
        notes = [{"n": n} for n in range(40)]
        writers = [asyncio.to_thread(publish, server, key, *notes) for server in two_servers * 2]
        heard, also_heard, *_ = await asyncio.gather(
            first.events(160, seconds=30), second.events(160, seconds=30), *writers
        )
        assert [event["number"] for event in heard] == list(range(1, 161))
        assert heard == also_heard


def test_postgresql_without_redis_takes_one_web_process_only(new_server: Callable[..., Server]) -> None:
    first = new_server(scaled=True, REDIS_URL="", **DESK)
    with pytest.raises(AssertionError, match="Another web process serves this database"):
        first.beside()
    wait_until(first.answers, "the first one's answer")
