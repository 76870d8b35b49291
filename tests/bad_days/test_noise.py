"""A hundred thousand truncated, huge and random frames: each ends its own socket, and nobody else hears of it.

`make fuzz` sends ten million (``FRAMES``), from a seed that it prints (``SEED``).
"""

import asyncio
import random
import time
from collections.abc import Callable

import pytest

from tests.bad_days.noise import Burst, document_burst, live_burst
from tests.collab.editors import Editor, online
from tests.live.conftest import DESK, Tab, cookies_of, publish, tab
from tests.plans.served import section_of
from tests.servers import Server
from tests.sizes import SCALED, size
from tests.wire import Wire

pytestmark = pytest.mark.server

FRAMES = size("FRAMES", 20_000 if SCALED else 100_000)
SEED = size("SEED", 20120229)
BURST = 200
AT_ONCE = 6
PLAN = "/ws/docs/plan/agrifood"


async def shout(server: Server, path: str, cookies: dict[str, str], bursts: Callable[[int], Burst], count: int) -> int:
    """Sends this many bursts, some at a time, each on a socket of its own; returns how many frames they were."""
    numbers = iter(range(count))
    sent = 0

    async def one_after_the_other() -> None:
        nonlocal sent
        for number in numbers:
            burst = bursts(number)
            wire = await Wire.opened(server, path, cookies)
            begun = time.monotonic()
            await wire.send(bytes(burst.wire))
            code = await asyncio.wait_for(wire.end(), 60)
            assert code in burst.codes, (
                f"burst {number} of seed {SEED} on {path} ended with {code}, not {burst.codes}, "
                f"after {time.monotonic() - begun:.2f} s: {wire.cause!r}\n{server.log[-2000:]}"
            )
            sent += burst.frames

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return sent


async def is_well(server: Server, neighbour: Tab, writer: Editor, text: str, turn: int) -> None:
    """A neighbour on the stream hears, and a neighbour in the document is told what they typed is saved, at once."""
    begun = time.monotonic()
    await asyncio.to_thread(publish, server, "open-beside-noise", {"turn": turn})
    assert await neighbour.numbers(1) == [turn]
    await writer.type(text, 0, ".")
    await writer.saved_all()
    assert time.monotonic() - begun < 10


async def test_whatever_is_sent_ends_its_own_socket_and_the_neighbours_write_on(
    new_server: Callable[..., Server], record_property: Callable[[str, object], None]
) -> None:
    server = await asyncio.to_thread(lambda: new_server(**DESK))
    cookies = await asyncio.to_thread(cookies_of, server, "partner")
    text = (await asyncio.to_thread(section_of, server, "Monitoring"))["id"]
    turns = max(2, FRAMES // 500_000)
    bursts = -(-FRAMES // (2 * turns * BURST))
    sent = 0
    async with (
        tab(server, "agency") as neighbour,
        online(f"{server.ws}{PLAN}", await asyncio.to_thread(cookies_of, server, "coordinator")) as writer,
    ):
        await neighbour.subscribe("desk:open-beside-noise", 0)
        known = writer.edit(text, 0, 0, "Known. ")
        await writer.send_update(known)
        for turn in range(1, turns + 1):
            await is_well(server, neighbour, writer, text, turn)

            def live(number: int, turn: int = turn) -> Burst:
                return live_burst(random.Random(f"{SEED} live {turn} {number}"), BURST)

            def document(number: int, turn: int = turn) -> Burst:
                return document_burst(random.Random(f"{SEED} document {turn} {number}"), BURST, known)

            sent += await shout(server, "/ws/live", cookies, live, bursts)
            sent += await shout(server, PLAN, cookies, document, bursts)
        await is_well(server, neighbour, writer, text, turns + 1)
        assert writer.text(text).count(".") >= turns
    assert sent >= FRAMES
    record_property("frames", sent)
    record_property("seed", f"SEED={SEED}")
    assert "Traceback" not in server.log, server.log[-2000:]
    assert await asyncio.to_thread(server.manage, "verify") == "All is well.\n"
