"""Under uvicorn, too, whole frames go to a socket's transport past the server, which still tells who does not read."""

import asyncio
from typing import Any

from workspace.direct_writing import DirectWriting


class Transport:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_ending = self.is_aborted = False

    def write(self, content: bytes) -> None:
        self.written.append(content)

    def is_closing(self) -> bool:
        return self.is_ending

    def abort(self) -> None:
        self.is_aborted = True


class Uvicorn:
    """Its protocol for WebSockets, as far as an application meets it."""

    def __init__(self) -> None:
        self.transport = Transport()
        self.writable = asyncio.Event()
        self.writable.set()
        self.close_sent = False
        self.handshake_complete = True

    async def send(self, message: Any) -> None: ...


async def receive() -> dict[str, Any]:
    return {"type": "websocket.connect"}


async def offered(scope: dict[str, Any], send: Any) -> dict[str, Any]:
    """The extensions that the application is offered."""
    seen: list[dict[str, Any]] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope.get("extensions") or {})

    await DirectWriting(application)(scope, receive, send)
    return seen[0]


async def test_frames_are_written_at_once_and_whoever_does_not_read_is_waited_for() -> None:
    server = Uvicorn()
    write = (await offered({"type": "websocket", "extensions": {}}, server.send))["workspace.write"]
    assert write(b"one") is None
    server.writable.clear()
    waiting = asyncio.ensure_future(write(b"two"))
    await asyncio.sleep(0)
    assert (server.transport.written, waiting.done()) == ([b"one", b"two"], False)
    server.writable.set()
    await asyncio.wait_for(waiting, 5)


async def test_nothing_is_written_after_a_close_from_either_side() -> None:
    ours, theirs = Uvicorn(), Uvicorn()
    ours.close_sent = True
    theirs.transport.is_ending = True
    for server in (ours, theirs):
        assert (await offered({"type": "websocket"}, server.send))["workspace.write"](b"one") is None
        assert server.transport.written == []


async def test_a_transport_can_be_dropped_with_what_waits_in_it() -> None:
    server = Uvicorn()
    (await offered({"type": "websocket"}, server.send))["workspace.abort"]()
    assert server.transport.is_aborted


async def test_other_servers_are_left_as_they_are() -> None:
    async def send(message: Any) -> None: ...

    assert await offered({"type": "websocket", "extensions": {"other": {}}}, send) == {"other": {}}
    own = {"workspace.write": "daphne's"}
    assert await offered({"type": "websocket", "extensions": own}, Uvicorn().send) == own
