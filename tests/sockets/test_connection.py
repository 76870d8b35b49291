"""A socket's behaviour towards any ASGI server, one that waits for its peer included."""

import asyncio
from collections.abc import Iterator, Set
from typing import Any

import pytest

from sockets import background, visitors, watch
from sockets.connection import BadFrame, Socket
from sockets.database import DatabaseThread
from sockets.frames import Frame
from sockets.visitors import Visitor

PERSON = Visitor(7, "Ada", "session", None, "print")


class Doorkeeper:
    """Lets in who has the session "session", for as long as it stands."""

    welcome = True

    def identify(self, *, session_key: str | None, bearer: str | None) -> Visitor | None:
        if session_key == "trouble":
            raise RuntimeError("no database")
        return PERSON if session_key == "session" else None

    def still_welcome(self, asked: Set[Visitor]) -> set[Visitor]:
        return set(asked) if self.welcome else set()


@pytest.fixture
def doorkeeper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Doorkeeper]:
    made = Doorkeeper()
    monkeypatch.setattr(visitors, "_doorkeeper", made)
    return made


class Server:
    """An ASGI server with one peer, which may stop reading (``reads``)."""

    def __init__(self, session: str = "session") -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.is_aborted = False
        self.scope = {
            "type": "websocket",
            "path": "/",
            "headers": [(b"host", b"localhost"), (b"cookie", f"sessionid={session}".encode())],
            "extensions": {"workspace.abort": self.abort},
        }
        self.inbox.put_nowait({"type": "websocket.connect"})

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message)

    def abort(self) -> None:
        self.is_aborted = True
        self.leave()

    def say(self, **message: Any) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", **message})

    def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.01)

    @property
    def codes(self) -> list[int]:
        return [message["code"] for message in self.sent if message["type"] == "websocket.close"]


class DirectServer(Server):
    """A server that a socket writes frames to without its ``send``; it waits as the other does."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.scope["extensions"] = {"workspace.abort": self.abort, "workspace.write": self.write}

    def write(self, frame: bytes) -> Any:
        self.written.append(frame)
        return None if self.reads.is_set() else self.reads.wait()


class Echo(Socket):
    max_text_length = 10
    max_bytes_length = 5
    made: "list[Echo]" = []  # noqa: RUF012 - for the tests to look at

    async def opened(self) -> None:
        self.ended = 0
        self.made.append(self)
        assert self.visitor == PERSON

    async def text_received(self, text: str) -> None:
        if text == "bad":
            raise BadFrame("as asked")
        if text == "bug":
            raise ZeroDivisionError
        await self.send_text(text)

    async def bytes_received(self, content: bytes) -> None:
        await self.send_bytes(content)

    async def closed(self) -> None:
        self.ended += 1


@pytest.fixture
async def opened(doorkeeper: Doorkeeper):
    """Opens an Echo on a server; ends all at the end."""
    tasks = []

    async def open_one(server: Server) -> Echo:
        tasks.append(asyncio.create_task(Echo.as_asgi()(server.scope, server.inbox.get, server.send)))
        await server.until(lambda: {"type": "websocket.accept"} in server.sent)
        return Echo.made[-1]

    Echo.made.clear()
    yield open_one
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await background.stop()


async def test_frames_within_the_bounds_pass_and_those_beyond_end_the_socket(opened: Any) -> None:
    server = Server()
    await opened(server)
    server.say(text="0123456789")
    server.say(bytes=b"12345")
    server.say(text=None, bytes=b"1")
    server.say(text="0123456789a")
    server.say(text="unheard")
    await server.until(lambda: server.codes)
    assert server.sent[1:] == [
        {"type": "websocket.send", "text": "0123456789"},
        {"type": "websocket.send", "bytes": b"12345"},
        {"type": "websocket.send", "bytes": b"1"},
        {"type": "websocket.close", "code": 4400},
    ]


async def test_many_frames_at_once_leave_others_their_turn(opened: Any) -> None:
    server = Server()
    await opened(server)
    for _ in range(5_000):
        server.say(text="x")
    turns = 0
    async with asyncio.timeout(30):
        while len(server.sent) < 5_001:
            await asyncio.sleep(0)
            turns += 1
    assert turns > 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "bad"}, 4400),
        ({"bytes": b"123456"}, 4400),
        ({"text": "é" * 6}, 4400),
        ({"text": "bug"}, 4500),
    ],
)
async def test_each_way_to_go_wrong_has_its_code(opened: Any, message: dict[str, Any], code: int) -> None:
    server = Server()
    socket = await opened(server)
    server.say(**message)
    await server.until(lambda: server.codes == [code])
    server.leave()
    await server.until(lambda: socket.ended == 1)


@pytest.mark.parametrize(("session", "code"), [("nobody", 4401), ("trouble", 4500)])
async def test_who_is_not_let_in_is_told_after_the_handshake(doorkeeper: Doorkeeper, session: str, code: int) -> None:
    server = Server(session)
    running = asyncio.create_task(Echo.as_asgi()(server.scope, server.inbox.get, server.send))
    await server.until(lambda: server.codes == [code])
    assert server.sent[0] == {"type": "websocket.accept"}
    server.leave()
    await running
    await background.stop()


@pytest.mark.parametrize(("origin", "is_let_in"), [("http://localhost", False), ("https://localhost", True)])
async def test_behind_https_an_unencrypted_page_opens_no_socket(
    opened: Any, settings: Any, origin: str, is_let_in: bool
) -> None:
    settings.HTTPS = True
    server = Server()
    server.scope["headers"].append((b"origin", origin.encode()))
    if is_let_in:
        await opened(server)
    else:
        await Echo.as_asgi()(server.scope, server.inbox.get, server.send)
        assert server.sent == [{"type": "websocket.close", "code": 4403}]


async def test_a_peer_that_does_not_answer_a_close_is_cut_off(opened: Any) -> None:
    server = Server()
    socket = await opened(server)
    socket.end(4013)
    socket.end(4403)
    await server.until(lambda: server.is_aborted)
    assert server.codes == [4013]
    await server.until(lambda: socket.ended == 1)


async def test_where_the_server_waits_writing_does_not_and_order_is_kept(opened: Any) -> None:
    server = Server()
    socket = await opened(server)
    flowing = []
    socket.flowing_again = lambda: flowing.append(True)
    assert socket.write_text("1")
    server.reads.clear()
    assert socket.write_text("2")
    assert socket.is_stalled
    assert not socket.write_text("lost")
    later = asyncio.create_task(socket.send_text("3"))
    await asyncio.sleep(0)
    assert not later.done()
    server.reads.set()
    await later
    assert not socket.is_stalled
    assert [message["text"] for message in server.sent[1:]] == ["1", "2", "3"]
    assert flowing


async def test_where_frames_are_written_directly_waiting_and_order_are_the_same(opened: Any) -> None:
    server = DirectServer()
    socket = await opened(server)
    flowing = []
    socket.flowing_again = lambda: flowing.append(True)
    shared = Frame("1")
    assert socket.write(shared)
    server.reads.clear()
    assert socket.write_bytes(b"2")
    assert socket.is_stalled
    assert not socket.write(shared)
    later = asyncio.create_task(socket.send_text("3"))
    await asyncio.sleep(0)
    server.reads.set()
    await later
    assert server.written == [b"\x81\x011", b"\x82\x012", b"\x81\x013"]
    assert flowing
    socket.end(4013)
    assert not socket.write(shared)
    assert server.codes == [4013]


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        ("", b"\x81\x00"),
        ("é" * 62, b"\x81\x7c"),
        ("x" * 125, b"\x81\x7d"),
        ("x" * 126, b"\x81\x7e\x00\x7e"),
        (b"x" * 65_535, b"\x82\x7e\xff\xff"),
        (b"x" * 65_536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
    ids=["empty", "not-ascii", "longest-short", "shortest-middle", "longest-middle", "shortest-long"],
)
def test_a_frame_has_the_head_that_its_length_asks_for(content: str | bytes, begins: bytes) -> None:
    payload = content.encode() if isinstance(content, str) else content
    assert Frame(content).wire == begins + payload


async def test_who_waits_for_a_socket_to_drain_goes_on_when_the_peer_reads_or_the_socket_ends(opened: Any) -> None:
    server = Server()
    socket = await opened(server)
    await asyncio.wait_for(socket.drained(), 5)
    for let_go_on in (server.reads.set, server.leave):
        server.reads.clear()
        socket.write_text("not read yet")
        waiting = asyncio.create_task(socket.drained())
        await asyncio.sleep(0)
        assert not waiting.done()
        let_go_on()
        await asyncio.wait_for(waiting, 5)


async def test_a_stalled_socket_can_be_ended(opened: Any) -> None:
    server = Server()
    socket = await opened(server)
    server.reads.clear()
    socket.write_text("never read")
    socket.end(4013)
    await server.until(lambda: socket.ended == 1)
    assert server.is_aborted


@pytest.mark.parametrize("kind", [Server, DirectServer])
async def test_a_peer_that_reads_again_in_time_is_told_why_it_was_ended(opened: Any, kind: type[Server]) -> None:
    server = kind()
    socket = await opened(server)
    server.reads.clear()
    assert socket.write_text("waits")
    socket.end(4403)
    await asyncio.sleep(0)
    assert server.codes == []
    server.reads.set()
    await server.until(lambda: server.codes == [4403])
    assert not server.is_aborted


async def test_without_the_servers_help_the_application_leaves_a_stalled_socket(opened: Any) -> None:
    server = Server()
    del server.scope["extensions"]
    socket = await opened(server)
    server.reads.clear()
    socket.write_text("never read")
    socket.end(4013)
    await server.until(lambda: socket.ended == 1)


async def test_who_is_no_longer_welcome_is_sent_away_at_the_next_look(opened: Any, doorkeeper: Doorkeeper) -> None:
    server = Server()
    await opened(server)
    doorkeeper.welcome = False
    watch.start().look_now()
    await watch.settled()
    assert server.codes == [4401]


@pytest.mark.parametrize(("is_welcome", "code"), [(True, 4403), (False, 4401)])
async def test_who_lost_what_they_came_for_is_told_so_unless_it_was_with_their_account(
    opened: Any, doorkeeper: Doorkeeper, monkeypatch: pytest.MonkeyPatch, is_welcome: bool, code: int
) -> None:
    server = Server()
    socket = await opened(server)

    async def all_lost(_database: DatabaseThread) -> list[Any]:
        doorkeeper.welcome = is_welcome  # closed while the rooms were asked
        return [socket]

    monkeypatch.setattr(watch, "_rights_checks", [all_lost])
    watch.start().look_now()
    await watch.settled()
    assert server.codes == [code]


async def test_a_look_that_fails_lets_nobody_pass_as_looked_at(
    opened: Any, doorkeeper: Doorkeeper, caplog: Any
) -> None:
    server = Server()
    await opened(server)
    doorkeeper.still_welcome = None  # type: ignore[method-assign,assignment]  # calling it fails
    watch.start().look_now()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch.settled(), 0.3)
    del doorkeeper.still_welcome
    await asyncio.wait_for(watch.settled(), 5)
    assert server.codes == []
    caplog.clear()
