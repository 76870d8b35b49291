"""A WebSocket endpoint: lets in, reads within bounds, and ends with a code that says why.

This is an ASGI application of its own rather than a Channels consumer: those open a channel of the layer for every
socket, and pass every frame through it.
"""

import asyncio
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping, Sequence
from itertools import takewhile
from typing import Any, ClassVar
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from sockets import watch
from sockets.database import DatabaseThread
from sockets.frames import Frame
from sockets.visitors import Visitor, doorkeeper

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
# Writes a frame's bytes to the transport; what it returns is done once the peer reads on, None if it does.
DirectWrite = Callable[[bytes], Awaitable[Any] | None]

BAD_FRAME = 4400
NOT_SIGNED_IN = watch.NOT_SIGNED_IN
NOT_YOURS = watch.NOT_YOURS
TOO_SLOW = 4013
# Something went wrong here that is no fault of the client's, who may come back later.
TROUBLE = 4500

# How long a peer may take to answer a close before its transport is dropped.
CLOSING_SECONDS = 2.0
# For so long the frames of one socket that came at once are passed on before all else in the process has a turn.
TURN_SECONDS = 0.002

_identifying = DatabaseThread("identifying")


class BadFrame(Exception):
    """Raised by a hook for a frame that is not of the protocol: ends this socket with 4400, and no other."""


class Socket:
    """Base class of a WebSocket endpoint; ``MySocket.as_asgi()`` is its ASGI application.

    A subclass sets its bounds (0: frames of this type are not of its protocol) and fills in the hooks, which are called
    one after the other, ``opened`` first, ``closed`` last and exactly once if ``opened`` was called. A hook raises
    BadFrame, or calls ``end``. ``visitor`` is who it is, from ``opened`` on.
    """

    max_text_length: ClassVar[int] = 64 * 1024
    max_bytes_length: ClassVar[int] = 0

    visitor: Visitor

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._extensions: dict[str, Any] = scope.get("extensions") or {}
        self._direct_write: DirectWrite | None = self._extensions.get("workspace.write")
        self._rest_of_write: asyncio.Task[None] | None = None
        self._last_word: Message | None = None
        self._abort_later: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_leaving = False
        self.is_open = False

    @classmethod
    def as_asgi(cls) -> Application:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        return application

    async def opened(self) -> None:
        """The visitor is known and the socket is open."""

    async def text_received(self, text: str) -> None:  # noqa: ARG002 - for subclasses
        raise BadFrame("text frames are not of this protocol")

    async def bytes_received(self, content: bytes) -> None:  # noqa: ARG002 - for subclasses
        raise BadFrame("binary frames are not of this protocol")

    async def closed(self) -> None:
        """Nothing can be sent any more."""

    async def send_text(self, text: str) -> None:
        """Sends a frame after those before it; does nothing on a socket that has ended."""
        await self._send_after_others(Frame(text))

    async def send_bytes(self, content: bytes) -> None:
        await self._send_after_others(Frame(content))

    def write(self, frame: Frame) -> bool:
        """Sends a frame without waiting. False, and nothing sent, if the socket has ended or the server still waits
        for its peer to read; the frame with which that waiting begins counts as sent."""
        if self._direct_write is None:
            return self._write(frame.message)
        if not self.is_open or self._rest_of_write is not None:
            return False
        if (waiting := self._direct_write(frame.wire)) is not None:
            self._finish_later(waiting)
        return True

    def write_all(self, frames: Sequence[Frame]) -> int:
        """The same with several frames, in one go where the server offers that; returns how many of them were sent."""
        if self._direct_write is None:
            return sum(1 for _ in takewhile(self.write, frames))
        if not self.is_open or self._rest_of_write is not None:
            return 0
        if (waiting := self._direct_write(b"".join(frame.wire for frame in frames))) is not None:
            self._finish_later(waiting)
        return len(frames)

    def write_text(self, text: str) -> bool:
        """The same with a text frame of its own."""
        return self.write(Frame(text))

    def write_bytes(self, content: bytes) -> bool:
        """The same with a binary frame of its own."""
        return self.write(Frame(content))

    def flowing_again(self) -> None:
        """The peer has read what the server waited for (see ``is_stalled``): a hook that must not wait."""

    @property
    def is_stalled(self) -> bool:
        """Whether the server waits for the peer to read. (Not every server tells: daphne buffers without a word.)"""
        return self._rest_of_write is not None

    async def drained(self) -> None:
        """Returns when the server waits for the peer no more, or the socket has ended."""
        while self.is_open and self._rest_of_write is not None:
            await asyncio.wait({self._rest_of_write})

    def end(self, code: int) -> None:
        """Ends the socket from anywhere in the event loop: closes it with this code, behind what the server still waits
        for the peer to read, and drops its transport if the peer does not answer. Nothing reaches it after that. Ending
        twice changes nothing."""
        if not self.is_open:
            return
        closing = {"type": "websocket.close", "code": code}
        if self._rest_of_write is None:
            self._write(closing)
        else:
            self._last_word = closing
        self.is_open = False
        self._abort_later = asyncio.get_running_loop().call_later(CLOSING_SECONDS, self.abort)

    def abort(self) -> None:
        """Drops the transport with all that waits in it, where the server offers that; otherwise leaves the
        application, upon which a server closes the transport in its own way."""
        self.is_open = False
        abort_transport: Callable[[], None] | None = self._extensions.get("workspace.abort")
        if abort_transport is not None:
            abort_transport()
        elif self._task is not None:
            self._is_leaving = True
            self._task.cancel()

    async def run(self) -> None:
        """The application: from the handshake until the peer is gone."""
        self._task = asyncio.current_task()
        if (await self._receive())["type"] != "websocket.connect":
            return
        session_key, bearer = _credentials(self.scope)
        if bearer is None and not _is_own_origin(self.scope):
            await self._send({"type": "websocket.close", "code": NOT_YOURS})  # before an accept: HTTP 403
            return
        try:
            visitor = await _identifying.run(lambda: doorkeeper().identify(session_key=session_key, bearer=bearer))
        except Exception:
            logger.exception("Nobody could be identified")
            await self._refuse(TROUBLE)
            return
        if visitor is None:
            await self._refuse(NOT_SIGNED_IN)
            return
        self.visitor = visitor
        # What is logged on behalf of this socket says whose it was; each socket is a task with a context of its own.
        structlog.contextvars.bind_contextvars(socket=type(self).__name__, person_id=visitor.person_id)
        await self._send({"type": "websocket.accept"})
        self.is_open = True
        watch.enter(self)
        try:
            await self._guard(self.opened())
            await self._read()
        except asyncio.CancelledError:
            if not self._is_leaving:
                raise
        finally:
            watch.leave(self)
            self.is_open = False
            if self._abort_later is not None:
                self._abort_later.cancel()
            self._last_word = None
            if self._rest_of_write is not None:
                self._rest_of_write.cancel()
            await self.closed()

    async def _refuse(self, code: int) -> None:
        """Accepts before it closes, since a browser is not told the code of a refused handshake."""
        await self._send({"type": "websocket.accept"})
        self.is_open = True
        self.end(code)
        await self._read()
        if self._abort_later is not None:
            self._abort_later.cancel()

    async def _read(self) -> None:
        """Passes frames on until the peer is gone. Frames after the end are read, but not looked at."""
        clock = asyncio.get_running_loop().time
        turn_ends = clock() + TURN_SECONDS
        while (message := await self._receive())["type"] == "websocket.receive":
            if clock() > turn_ends:
                await asyncio.sleep(0)
                turn_ends = clock() + TURN_SECONDS
            if not self.is_open:
                continue
            text, content = message.get("text"), message.get("bytes")
            if text is not None:
                if len(text) > self.max_text_length or len(text.encode(errors="replace")) > self.max_text_length:
                    self.end(BAD_FRAME)
                else:
                    await self._guard(self.text_received(text))
            elif content is not None:
                if len(content) > self.max_bytes_length:
                    self.end(BAD_FRAME)
                else:
                    await self._guard(self.bytes_received(content))

    async def _guard(self, hook: Coroutine[Any, Any, None]) -> None:
        try:
            await hook
        except BadFrame as reason:
            logger.info("A bad frame from person %s: %s", self.visitor.person_id, reason)
            self.end(BAD_FRAME)
        except Exception:
            if self.is_open:
                logger.exception("%s failed on a frame", type(self).__name__)
                self.end(TROUBLE)

    async def _send_after_others(self, frame: Frame) -> None:
        await self._flowing()
        self.write(frame)
        await self._flowing()

    async def _flowing(self) -> None:
        """Waits until the server waits no more."""
        while self._rest_of_write is not None:
            await asyncio.wait({self._rest_of_write})

    def _write(self, message: Message) -> bool:
        if not self.is_open or self._rest_of_write is not None:
            return False
        return self._begin_to_send(message)

    def _begin_to_send(self, message: Message) -> bool:
        """Runs the server's ``send`` up to where it would wait. Mostly it does not; then this costs no task."""
        sending = _as_coroutine(self._send(message))
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return True
        except Exception:  # the peer is gone; the disconnect follows
            self.is_open = False
            return False
        self._finish_later(_resumed(sending, waits_for))
        return True

    def _finish_later(self, waiting: Awaitable[Any]) -> None:
        self._rest_of_write = asyncio.get_running_loop().create_task(self._finish(waiting))

    async def _finish(self, waiting: Awaitable[Any]) -> None:
        try:
            await waiting
        except Exception:
            self.is_open = False
        finally:
            self._rest_of_write = None
            if self.is_open:
                self.flowing_again()
            elif self._last_word is not None:
                closing, self._last_word = self._last_word, None
                self._begin_to_send(closing)


async def _as_coroutine(sending: Awaitable[None]) -> None:
    await sending


@types.coroutine
def _resumed(started: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Goes on with a coroutine that was started by hand and waits for this future."""
    try:
        while True:
            try:
                value = yield waits_for
            except BaseException as error:
                waits_for = started.throw(error)
            else:
                waits_for = started.send(value)
    except StopIteration:
        return


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _credentials(scope: Scope) -> tuple[str | None, str | None]:
    """The session key and the bearer token that the handshake brought."""
    for authorization in _headers(scope, b"authorization"):
        kind, _, token = authorization.partition(" ")
        if kind.lower() == "bearer":
            return None, token.strip()
    return parse_cookie("; ".join(_headers(scope, b"cookie"))).get(settings.SESSION_COOKIE_NAME), None


def _is_own_origin(scope: Scope) -> bool:
    """Whether a page of ours opened this socket, as far as the browser says; other programs send no Origin."""
    hosts, origins = _headers(scope, b"host"), _headers(scope, b"origin")
    if len(hosts) != 1 or not validate_host(split_domain_port(hosts[0])[0], settings.ALLOWED_HOSTS):
        return False
    if not origins:
        return True
    if len(origins) > 1:
        return False
    try:
        origin = urlsplit(origins[0].lower())
    except ValueError:
        return False
    if origin.scheme not in ("http", "https"):
        return False
    # Behind a proxy the handshake itself comes unencrypted: the settings say how the page must have come.
    if origin.netloc == hosts[0].lower() and (origin.scheme == "https" or not settings.HTTPS):
        return True
    return any(_matches(origin.scheme, origin.netloc, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _matches(scheme: str, netloc: str, trusted: str) -> bool:
    """Whether an origin is one like ``https://example.org`` or ``https://*.example.org``."""
    allowed = urlsplit(trusted.lower())
    if scheme != allowed.scheme:
        return False
    if allowed.netloc.startswith("*."):
        return netloc.endswith(allowed.netloc[1:])
    return netloc == allowed.netloc


async def nowhere(_scope: Scope, receive: Receive, send: Send) -> None:
    """The endpoint of every address that has none: refuses the handshake."""
    await receive()
    await send({"type": "websocket.close", "code": NOT_YOURS})
