"""A small Yjs client in Python that speaks the protocol, over a socket in this process or to a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import websockets
from pycrdt import Doc, Text
from websockets.asyncio.client import connect

from collab import positions, protocol
from collab.consumers import DocumentSocket
from collab.protocol import Presence, read_presences
from collab.updates import Reader
from sockets.visitors import Visitor

PATIENCE_SECONDS = 60


class Closed(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Transport(Protocol):
    async def send(self, frame: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    async def close(self) -> None: ...


class Wire:
    """A DocumentSocket in this process, run as an ASGI application would be."""

    def __init__(self, headers: dict[str, str], kind: str, key: str, query: str) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": f"/ws/docs/{kind}/{key}",
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost")] + [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "url_route": {"kwargs": {"kind": kind, "key": key}},
        }
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.application = asyncio.ensure_future(DocumentSocket.as_asgi()(scope, self.inbox.get, self.outbox.put))

    async def send(self, frame: bytes) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": frame})

    async def receive(self) -> bytes:
        while True:
            message = await self.outbox.get()
            if message["type"] == "websocket.close":
                self.inbox.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
                await self.application
                raise Closed(message["code"])
            if message["type"] == "websocket.send":
                return bytes(message["bytes"])

    async def close(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.application


class Line:
    """A WebSocket to a real server."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, frame: bytes) -> None:
        try:
            await self.connection.send(frame)
        except websockets.ConnectionClosed:
            return

    async def receive(self) -> bytes:
        try:
            return bytes(await self.connection.recv(decode=False))
        except websockets.ConnectionClosed as end:
            raise Closed(end.rcvd.code if end.rcvd is not None else 1006) from None

    async def close(self) -> None:
        await self.connection.close()


class Editor:
    """A Yjs document kept in step with the server. What arrives is taken in by a task of its own."""

    def __init__(self, transport: Transport, *, doc: "Doc[Text] | None" = None, answers: bool = True) -> None:
        self.transport = transport
        self.doc: Doc[Text] = doc if doc is not None else Doc()
        self.answers = answers
        self.sent = 0
        self.saved = 0
        self.synced = False
        self.steps_1 = 0
        self.updates: list[bytes] = []
        self.denied: list[str] = []
        self.presences: dict[int, Presence] = {}
        self.code: int | None = None
        self._changed = asyncio.Condition()
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        while self.code is None:
            try:
                frame = await self.transport.receive()
            except Closed as end:
                self.code = end.code
            else:
                await self._take(frame)
            async with self._changed:
                self._changed.notify_all()

    async def _take(self, frame: bytes) -> None:
        reader = Reader(frame)
        kind = reader.uint()
        if kind == protocol.SYNC:
            step, data = reader.uint(), reader.bytes()
            if step == protocol.STEP_1:
                self.steps_1 += 1
                if self.answers:
                    await self.send_change(protocol.step_2(self.doc.get_update(data)))
            else:
                self.updates.append(data)
                self.doc.apply_update(data)
                self.synced = self.synced or step == protocol.STEP_2
        elif kind == protocol.AWARENESS:
            self.presences |= {each.client: each for each in read_presences(reader.bytes())}
        elif kind == protocol.DENIED:
            assert reader.uint() == 0
            self.denied.append(reader.string())
        else:
            assert kind == protocol.SAVED
            count = reader.uint()
            assert self.saved < count <= self.sent
            self.saved = count
        reader.finish()

    async def send_change(self, frame: bytes) -> None:
        self.sent += 1
        await self.transport.send(frame)

    async def send_update(self, update: bytes) -> None:
        await self.send_change(protocol.change(update))

    async def ask(self) -> None:
        await self.transport.send(protocol.step_1(self.doc.get_state()))

    async def show(self, client: int, clock: int, state: str) -> None:
        await self.transport.send(protocol.awareness([Presence(client, clock, state)]))

    def edit(self, name: str, at: int, deleted: int, inserted: str) -> bytes:
        """Changes the text at a code point's place and returns the update, unsent."""
        before = self.doc.get_state()
        with self.doc.transaction():
            if deleted:
                positions.delete(self.doc, name, at, deleted)
            if inserted:
                positions.insert(self.doc, name, at, inserted)
        return self.doc.get_update(before)

    async def type(self, name: str, at: int, inserted: str) -> None:
        await self.send_update(self.edit(name, at, 0, inserted))

    def text(self, name: str) -> str:
        return str(self.doc.get(name, type=Text))

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(condition)

    async def saved_all(self) -> None:
        await self.until(lambda: self.saved == self.sent or self.code is not None)
        assert self.code is None, (self.code, self.denied)

    async def ended(self) -> int:
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    async def leave(self) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])
        if self.code is None:
            await self.transport.close()


@asynccontextmanager
async def online(
    url: str, headers: dict[str, str], *, doc: "Doc[Text] | None" = None, answers: bool = True
) -> AsyncIterator[Editor]:
    """An editor on a real server, in step with it; ``url`` is the document's socket."""
    async with connect(f"{url}?ack=1", additional_headers=headers, max_size=None, ping_interval=None) as connection:
        editor = Editor(Line(connection), doc=doc, answers=answers)
        await editor.ask()
        await editor.until(lambda: editor.synced or editor.code is not None)
        try:
            yield editor
        finally:
            await editor.leave()


class Porch:
    """A doorkeeper who knows everybody by the number that they come with as their bearer token."""

    def __init__(self) -> None:
        self.gone: set[int] = set()

    def identify(self, *, session_key: str | None, bearer: str | None) -> Visitor | None:
        return Visitor(int(bearer), f"Person {bearer}", None, int(bearer), "") if bearer else None

    def still_welcome(self, visitors: Any) -> set[Visitor]:
        return {visitor for visitor in visitors if visitor.person_id not in self.gone}
