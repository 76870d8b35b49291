"""A socket that does not read costs a bounded amount of memory, then its connection; nobody else notices."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

from tests.backing import wait_until
from tests.live.conftest import cookies_of, publish, tab
from tests.servers import Server
from tests.sizes import size
from tests.wire import PONG, frame, opening

DEAF = 50
POSTS = size("POSTS", 1600)
# What is published while they do not read, in characters.
TRAFFIC = 32_000_000


class DeafSocket:
    """A client that subscribes and then never reads again, with as small a buffer as the kernel gives."""

    def __init__(self, server: Server, cookies: dict[str, str], stream: str) -> None:
        self.wire = socket.socket()
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.wire.connect(("127.0.0.1", server.port))
        self.wire.sendall(opening(server, "/ws/live", cookies))
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.wire.recv(1024)
        assert b" 101 " in answer.split(b"\r\n")[0]
        self.wire.sendall(frame(json.dumps({"op": "subscribe", "stream": stream, "after": 0}).encode()))
        while b"subscribed" not in answer:
            answer += self.wire.recv(1024)

    def is_cut(self) -> bool:
        """Whether the other end has dropped the connection: a pong that nobody asked for is harmless before."""
        try:
            self.wire.sendall(frame(b"", PONG))
        except OSError:
            return True
        return False


def memory_of(server: Server) -> int:
    """The server's resident memory in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


async def test_fifty_sockets_that_never_read_are_dropped_and_their_memory_is_bounded(
    own_server: Server, key: str, record_property: Callable[[str, object], None]
) -> None:
    stream = f"desk:{key}"
    cookies = await asyncio.to_thread(cookies_of, own_server, "partner")
    async with tab(own_server, "agency") as healthy:
        await healthy.subscribe(stream, 0)
        deaf = [await asyncio.to_thread(DeafSocket, own_server, cookies, stream) for _ in range(DEAF)]
        try:
            before = memory_of(own_server)
            page = [{"text": "x" * (TRAFFIC // POSTS)} for _ in range(200)]
            peak = 0
            for _ in range(POSTS // 200):  # 32 MB in all, so 1.6 GB for the deaf ones if nothing held it back
                await asyncio.to_thread(publish, own_server, key, *page, together=True)
                await healthy.events(200)
                peak = max(peak, memory_of(own_server))
            assert peak - before < 320 * 1024 * 1024
            for one in deaf:
                await asyncio.to_thread(wait_until, one.is_cut, "the cut of a socket that does not read", 20)
            await asyncio.to_thread(publish, own_server, key, {"n": "last"})
            assert await healthy.numbers(1) == [POSTS + 1]
        finally:
            for one in deaf:
                one.wire.close()
    record_property("sockets", DEAF)
    record_property("posts", POSTS)
    record_property("megabytes more at the most", (peak - before) // 1024 // 1024)
    assert "Traceback" not in own_server.log


async def test_a_reader_that_never_acknowledges_gets_a_thousand_events_and_is_closed_as_too_slow(
    shared_server: Server, key: str
) -> None:
    await asyncio.to_thread(publish, shared_server, key, *[{"n": n} for n in range(1500)], together=True)
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}", 0)
        assert await one.numbers(1000, acknowledge=False) == list(range(1, 1001))
        with contextlib.suppress(TimeoutError):
            raise AssertionError(f"more than the bound: {await one.hear(2)}")
        assert await one.close_code() == 4013
    async with tab(shared_server) as again:
        await again.subscribe(f"desk:{key}", 1000)
        assert await again.numbers(500) == list(range(1001, 1501))


async def test_four_megabytes_without_acknowledgement_are_the_bound_of_all_streams_together(
    shared_server: Server, key: str
) -> None:
    long = [{"text": "x" * 500_000} for _ in range(6)]
    for name in (f"{key}-a", f"{key}-b"):
        await asyncio.to_thread(publish, shared_server, name, *long, together=True)
    async with tab(shared_server) as one:
        for name in (f"{key}-a", f"{key}-b"):
            await one.say(op="subscribe", stream=f"desk:{name}", after=0)
        heard: dict[str, list[int]] = {f"desk:{key}-a": [], f"desk:{key}-b": []}

        async def read_until_nothing_comes() -> None:
            with contextlib.suppress(TimeoutError):
                while True:
                    frame = await one.hear(1.5)
                    if "number" in frame:
                        heard[frame["stream"]].append(frame["number"])

        await read_until_nothing_comes()
        assert sum(map(len, heard.values())) == 9  # the ninth of half a megabyte reaches the bound
        for stream, numbers in list(heard.items()):
            if numbers:
                await one.say(op="ack", stream=stream, number=numbers[-1])
        await read_until_nothing_comes()
        assert list(heard.values()) == [[1, 2, 3, 4, 5, 6]] * 2


async def test_acknowledging_in_time_goes_on_without_end(shared_server: Server, key: str) -> None:
    await asyncio.to_thread(publish, shared_server, key, *[{"n": n} for n in range(3000)], together=True)
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}", 0)
        assert await one.numbers(3000) == list(range(1, 3001))
