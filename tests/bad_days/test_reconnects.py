"""When the server comes back, all come back at once: each is let in within seconds and gets what it missed.

300 sockets here; `make soak` takes 2,000 (``SOCKETS``).
"""

import asyncio
import json
import time
from collections.abc import Callable

import pytest

from tests.live.conftest import DESK, cookies_of, publish
from tests.servers import Server
from tests.sizes import size
from tests.wire import Ended, Wire, frame

pytestmark = pytest.mark.server

SOCKETS = size("SOCKETS", 300)
STREAM = "open-storm"
WITHIN_SECONDS = 10
PEOPLE = ("coordinator", "deputy", "agency", "partner", "outsider")


class Reader:
    """A tab that comes back with the last number that it has, again and again until it is let in."""

    def __init__(self, server: Server, cookies: dict[str, str]) -> None:
        self.server = server
        self.cookies = cookies
        self.numbers: list[int] = []
        self.wire: Wire | None = None

    async def come(self, upto: int) -> None:
        """Opens a socket, subscribes, and reads up to this number."""
        while self.wire is None:
            try:
                self.wire = await Wire.opened(self.server, "/ws/live", self.cookies)
            except (ConnectionError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.1)
        after = self.numbers[-1] if self.numbers else 0
        await self.wire.send(
            frame(json.dumps({"op": "subscribe", "stream": f"desk:{STREAM}", "after": after}).encode())
        )
        assert json.loads((await self.wire.hear()).payload)["op"] == "subscribed"
        while not self.numbers or self.numbers[-1] < upto:
            self.numbers.append(json.loads((await self.wire.hear()).payload)["number"])
        await self.wire.send(frame(json.dumps({"op": "ack", "stream": f"desk:{STREAM}", "number": upto}).encode()))

    async def wait_for_the_end(self) -> None:
        assert self.wire is not None
        with pytest.raises(Ended):
            await self.wire.hear()
        self.wire.close()
        self.wire = None


async def test_all_come_back_within_ten_seconds_and_lack_nothing(
    new_server: Callable[..., Server], record_property: Callable[[str, object], None]
) -> None:
    server = await asyncio.to_thread(lambda: new_server(**DESK))
    cookies = [await asyncio.to_thread(cookies_of, server, who) for who in PEOPLE]
    await asyncio.to_thread(publish, server, STREAM, *[{"n": n} for n in range(10)], together=True)
    readers = [Reader(server, cookies[number % len(cookies)]) for number in range(SOCKETS)]
    await asyncio.gather(*(reader.come(10) for reader in readers))
    ends = [asyncio.create_task(reader.wait_for_the_end()) for reader in readers]
    await asyncio.to_thread(server.kill)
    await asyncio.gather(*ends)
    coming = [asyncio.create_task(reader.come(20)) for reader in readers]
    await asyncio.to_thread(server.start)
    begun = time.monotonic()
    await asyncio.to_thread(publish, server, STREAM, *[{"n": n} for n in range(10)], together=True)
    await asyncio.wait_for(asyncio.gather(*coming), 60)
    seconds = time.monotonic() - begun
    assert all(reader.numbers == list(range(1, 21)) for reader in readers)
    record_property("sockets", SOCKETS)
    record_property("seconds until all had everything", round(seconds, 1))
    assert seconds < WITHIN_SECONDS
    for reader in readers:
        assert reader.wire is not None
        reader.wire.close()
    assert "Traceback" not in server.log
