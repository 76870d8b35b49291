"""A frame that is none of the protocol ends its own socket and touches nobody else."""

import asyncio
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from live.frames import Acknowledge, Subscribe, Unsubscribe, parsed
from sockets.connection import BadFrame
from tests.live.conftest import cookies_of, publish, tab
from tests.servers import Server

BAD = [
    "",
    "hello",
    "[]",
    "null",
    "17",
    '"subscribe"',
    "{}",
    '{"op": "subscribe"}',
    '{"op": "shout", "stream": "desk:open"}',
    '{"op": ["subscribe"], "stream": "desk:open"}',
    '{"op": "subscribe", "stream": 12}',
    '{"op": "subscribe", "stream": null}',
    '{"op": "subscribe", "stream": "' + "x" * 201 + '"}',
    '{"op": "subscribe", "stream": "desk:open", "after": -1}',
    '{"op": "subscribe", "stream": "desk:open", "after": 1.0}',
    '{"op": "subscribe", "stream": "desk:open", "after": "1"}',
    '{"op": "subscribe", "stream": "desk:open", "after": true}',
    '{"op": "subscribe", "stream": "desk:open", "after": 1e400}',
    '{"op": "subscribe", "stream": "desk:open", "after": ' + "9" * 60_000 + "}",
    '{"op": "ack", "stream": "desk:open"}',
    '{"op": "ack", "stream": "desk:open", "number": null}',
    '{"op": "ack", "stream": "desk:open", "number": NaN}',
    '{"op": "present", "stream": "desk:open", "typing": 1}',
    '{"op": "present", "stream": "desk:open", "typing": null}',
    '{"op": "absent"}',
    "[" * 60_000,
    '{"a":' * 12_000,
    '{"op": "unsubscribe", "stream": "' + "x" * 65_536 + '"}',
    json.dumps({"op": "subscribe", "stream": "desk:open", "note": "é" * 40_000}, ensure_ascii=False),
    b'{"op": "subscribe", "stream": "desk:open"}',
    b"",
    b"\x00" * 1000,
]


async def test_every_bad_frame_closes_its_socket_with_4400_and_no_other(shared_server: Server) -> None:
    cookies = await asyncio.to_thread(cookies_of, shared_server, "partner")
    async with tab(shared_server, "", **cookies) as neighbour:
        await neighbour.subscribe("desk:open-beside-bad-frames")
        for number, frame in enumerate(BAD, start=1):
            async with tab(shared_server, "", **cookies) as one:
                await one.subscribe("desk:open-beside-bad-frames")
                await one.socket.send(frame)
                assert await one.close_code() == 4400, frame[:80]
            await asyncio.to_thread(publish, shared_server, "open-beside-bad-frames", {"after": number})
            assert await neighbour.numbers(1) == [number]
    assert "Traceback" not in shared_server.log


async def test_acknowledging_what_was_never_sent_is_a_bad_frame(shared_server: Server, key: str) -> None:
    await asyncio.to_thread(publish, shared_server, key, {"n": 1})
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}", 0)
        assert await one.numbers(1) == [1]
        for number in (0, 1, 1):
            await one.say(op="ack", stream=f"desk:{key}", number=number)
        await one.say(op="ack", stream="desk:never-subscribed", number=10**30)
        assert (await one.subscribe("desk:open"))["op"] == "subscribed"
        await one.say(op="ack", stream=f"desk:{key}", number=2)
        assert await one.close_code() == 4400


async def test_a_frame_above_all_bounds_ends_its_own_socket(shared_server: Server) -> None:
    cookies = await asyncio.to_thread(cookies_of, shared_server, "partner")
    async with tab(shared_server, "", **cookies) as neighbour, tab(shared_server, "", **cookies) as one:
        with contextlib.suppress(ConnectionClosed):  # the server need not read it to its end
            await one.socket.send("x" * (9 * 1024 * 1024))
        assert await one.close_code() == 1006
        assert (await neighbour.subscribe("desk:open"))["op"] == "subscribed"


async def test_an_address_without_a_socket_refuses_the_handshake_and_leaves_no_traceback(shared_server: Server) -> None:
    for path in ("/ws/", "/ws/nothing", "/", "/ws/live/x", "/ws/%00", "/ws/docs/"):
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(f"{shared_server.ws}{path}", proxy=None):
                pass
        assert refusal.value.response.status_code == 403
    assert "Traceback" not in shared_server.log


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
almost_frames = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["subscribe", "unsubscribe", "ack"]) | json_values,
        "stream": st.sampled_from(["desk:open", "topic:1"]) | json_values,
        "after": json_values,
        "number": json_values,
    },
)


@given(st.text() | json_values.map(json.dumps) | almost_frames.map(json.dumps))
def test_whatever_comes_is_a_frame_of_the_protocol_or_a_bad_frame(text: str) -> None:
    try:
        frame = parsed(text)
    except BadFrame:
        return
    assert isinstance(frame, Subscribe | Unsubscribe | Acknowledge)
    assert isinstance(frame.stream, str)
    assert len(frame.stream) <= 200
    number = getattr(frame, "number", getattr(frame, "after", None))
    assert number is None or (type(number) is int and number >= 0)
