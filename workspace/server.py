"""daphne, as this workspace wants it: `python -m workspace.server --port 8000 --host 127.0.0.1`.

What differs from daphne's own command: the queue of connections that wait to be accepted holds 1,024; WebSocket
messages may be 8 MiB long; neither an application that is slow to read nor a peer that does not read fills the memory
(the one stops the reading, for the other ``send`` waits); a socket's transport can be dropped by the application
(``scope["extensions"]["workspace.abort"]()``) and written to without a detour (``["workspace.write"](frame)``); and a
request's body is bounded, and no header of a request says under which path the workspace is mounted.

SIGTERM ends it with code 0: from then on nothing new is let in, the sockets are told with 1001 that they had better
come back elsewhere, and requests that are under way have ``--patience`` seconds to finish and to be written out.
"""

# daphne.server installs the asyncio reactor, so it comes before whatever else imports Twisted.
from daphne.server import Server  # isort:skip

import argparse
import asyncio
import contextlib
import os
import resource
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor, tcp
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from sockets import running
from workspace.bodies import BoundedFactory

BACKLOG = 1024
# 8 MiB of content, and room for what the protocol in it adds.
LONGEST_MESSAGE = 8 * 1024 * 1024 + 64 * 1024
# Received but not yet read by the application, per socket: past this, nothing more is read from the network.
WAITING_BYTES = 1024 * 1024
WAITING_FRAMES = 256
# What requests that are under way have left when the server is asked to stop, and what anything else has.
PATIENCE_SECONDS = 5.0
LONGEST_PATIENCE_SECONDS = 3600
STOPPING_SECONDS = 2.0
WRITING_SECONDS = 0.02
HANDSHAKE_SECONDS = 30
# What autobahn gives a peer to answer a close. It cuts the end down to a whole second, so its usual 1 may be none at
# all and the transport be dropped with the close frame in it. The application's own time is shorter
# (sockets/connection.py).
CLOSING_SECONDS = 5
GOING_AWAY = 1001
# A body is passed to the application in pieces of this length.
PIECE_BYTES = 64 * 1024
MOST_HANDLES = 65_536


class Inbox(asyncio.Queue[dict[str, Any]]):
    """What a socket's application has yet to read. Its transport pauses while there is too much of it."""

    def __init__(self, transport: Any) -> None:
        super().__init__()
        self.transport = transport
        self.waiting_bytes = 0
        self.is_paused = False

    def _put(self, item: dict[str, Any]) -> None:
        super()._put(item)
        self.waiting_bytes += _length(item)
        if not self.is_paused and (self.waiting_bytes > WAITING_BYTES or self.qsize() > WAITING_FRAMES):
            self.is_paused = True
            self.transport.pauseProducing()

    def _get(self) -> dict[str, Any]:
        item = super()._get()
        self.waiting_bytes -= _length(item)
        if self.is_paused and self.waiting_bytes <= WAITING_BYTES // 2 and self.qsize() <= WAITING_FRAMES // 2:
            self.is_paused = False
            self.transport.resumeProducing()
        return item


@implementer(IPushProducer)
class Outflow:
    """What is written to a socket's peer, and whether it reads: the transport says so once 64 KiB wait."""

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self.protocol = protocol
        self.transport = protocol.transport
        self.is_free = asyncio.Event()
        self.is_free.set()

    def write(self, frame: bytes) -> Awaitable[Any] | None:
        """Writes a whole frame, at once if nothing waits before it. That is what daphne and autobahn do too, but they
        build each socket's frame anew and ask the reactor to call back when it can be written, which costs more than
        the writing. Nothing is compressed here, nor sent in parts, which would have to go through them."""
        if self.protocol.state != WebSocketProtocol.STATE_OPEN:
            return None
        transport, written = self.transport, 0
        if not transport.dataBuffer and not transport._tempDataBuffer and transport.connected:  # noqa: SLF001
            # That it is full or lost is met, and told of, when the reactor tries to write the rest.
            with contextlib.suppress(OSError):
                written = transport.socket.send(frame)
        if written < len(frame):
            transport.write(frame[written:])
            if not self.is_free.is_set():
                return self.is_free.wait()
        return None

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's names
        self.is_free.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.is_free.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.is_free.set()


def _length(message: dict[str, Any]) -> int:
    return len(message.get("bytes") or message.get("text") or "")


class WorkspaceServer(Server):  # type: ignore[misc]  # daphne has no types
    """daphne's server with bounded inboxes and bodies, abort, and an end that finishes what it has begun."""

    listen_failure = ""

    def __init__(self, *arguments: Any, patience: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.patience = patience
        self.ports: list[Any] = []

    @property
    def http_factory(self) -> BoundedFactory:
        return self._http_factory

    @http_factory.setter
    def http_factory(self, _of_daphne: object) -> None:
        """daphne sets its own when it begins to run."""
        self._http_factory = BoundedFactory(self)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> "asyncio.Queue[dict[str, Any]]":
        """As daphne's, but for the inbox and the extension. daphne lets a header, which anybody can send, set the path
        before every address; the addresses in letters would then lead to wherever the sender likes."""
        scope.setdefault("asgi", {"version": "3.0"})
        scope["root_path"] = self.root_path
        inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        if scope["type"] == "websocket":
            inbox = Inbox(protocol.transport)
            protocol.outflow = Outflow(protocol)
            protocol.transport.unregisterProducer()
            protocol.transport.registerProducer(protocol.outflow, streaming=True)
            scope["extensions"] = {
                "workspace.abort": protocol.transport.abortConnection,
                "workspace.write": protocol.outflow.write,
            }
        application: Callable[..., Awaitable[None]] = self.application
        running_application = application(scope, inbox.get, partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running_application)
        return inbox

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)

    def listen_error(self, failure: Any) -> None:
        """Called before the reactor runs, which it then does not."""
        self.listen_failure = failure.getErrorMessage()
        self.stop()

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """As daphne's, but a WebSocket's ``send`` waits, once it has sent, until the peer reads on."""
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send" and not protocol.outflow.is_free.is_set():
            await protocol.outflow.is_free.wait()

    def kill_all_applications(self) -> "Deferred[None]":
        """Called by the reactor before it stops, which waits for the answer."""
        for port in self.ports:
            port.stopListening()
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=GOING_AWAY, reasonUtf8=b"", isReply=False)
        return Deferred.fromFuture(asyncio.ensure_future(self._end_applications()))

    async def _end_applications(self) -> None:
        """Ends sockets at once, lets requests finish for as long as there is patience."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.patience
        sockets = self._running(are_sockets=True)
        for task in sockets:
            task.cancel()
        while (requests := self._running(are_sockets=False)) and loop.time() < end:
            await asyncio.wait(requests, timeout=end - loop.time())
        for task in requests:
            task.cancel()
        while _is_writing() and loop.time() < end:  # noqa: ASYNC110 - a transport tells nobody that it is done
            await asyncio.sleep(WRITING_SECONDS)
        if sockets:
            await asyncio.wait(sockets, timeout=STOPPING_SECONDS)
        await running.stop()

    def _running(self, *, are_sockets: bool) -> set["asyncio.Future[None]"]:
        """The applications that have not ended, of sockets or of requests."""
        return {
            details["application_instance"]
            for protocol, details in self.connections.items()
            if isinstance(protocol, WebSocketProtocol) is are_sockets
            and "application_instance" in details
            and not details["application_instance"].done()
        }


def _is_writing() -> bool:
    """Whether an answer to a request still waits to be written to the network."""
    writers = [each for each in reactor.getWriters() if isinstance(each, tcp.Server)]  # type: ignore[misc]  # a module that stands for the reactor
    return any(not isinstance(each.protocol, WebSocketProtocol) for each in writers)


def allow_many_connections() -> None:
    """Takes as many file handles as the system lets it, to a bound: each connection is one, and the usual 1,024 are
    soon taken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_HANDLES if hard == resource.RLIM_INFINITY else min(hard, MOST_HANDLES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(host: str, port: int, patience: float = PATIENCE_SECONDS) -> None:
    """Serves until SIGTERM or SIGINT; SystemExit with a line in words where it cannot begin."""
    from workspace.asgi import application

    allow_many_connections()
    interface = host.replace(":", r"\:")
    server = WorkspaceServer(
        application,
        endpoints=[f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"],
        websocket_timeout=-1,
        # When all come back at once, a handshake may have to wait for longer than daphne's 5 seconds.
        websocket_handshake_timeout=HANDSHAKE_SECONDS,
        websocket_connect_timeout=HANDSHAKE_SECONDS,
        websocket_max_message_size=LONGEST_MESSAGE,
        websocket_max_frame_size=LONGEST_MESSAGE,
        request_buffer_size=PIECE_BYTES,
        ping_interval=20,
        ping_timeout=20,
        server_name="",
        verbosity=0,
        patience=patience,
    )
    reactor.callWhenRunning(lambda: server.ws_factory.setProtocolOptions(closeHandshakeTimeout=CLOSING_SECONDS))
    reactor.callWhenRunning(lambda: asyncio.ensure_future(running.start()))
    server.run()
    if server.listen_failure:
        sys.exit(f"The server cannot begin. {server.listen_failure}")
    # A request's thread that is stuck may not keep the process from ending.
    last_moment = threading.Timer(STOPPING_SECONDS, os._exit, (0,))
    last_moment.daemon = True
    last_moment.start()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workspace.server", description="Serves the workspace.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--patience", type=float, default=PATIENCE_SECONDS, metavar="SECONDS")
    options = parser.parse_args()
    if not 0 < options.port < 65536:
        parser.error(f"{options.port} is not a port: choose one from 1 to 65535")
    if not 0 <= options.patience < LONGEST_PATIENCE_SECONDS:
        parser.error(f"{options.patience} is no number of seconds from 0 to {LONGEST_PATIENCE_SECONDS}")
    serve(options.host, options.port, options.patience)


if __name__ == "__main__":
    main()
