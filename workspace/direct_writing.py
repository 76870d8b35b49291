"""A socket's frames under uvicorn: to its transport directly, as our own daphne does it (docs/adr/0015)."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# What uvicorn's protocol for WebSockets (`--ws websockets-sansio`) is made of. Another has its own `send` alone.
_NEEDED = ("transport", "writable", "close_sent", "handshake_complete")


class Outflow:
    """What is written to a socket's peer past uvicorn, which builds each socket's frame anew."""

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol

    def write(self, frame: bytes) -> Awaitable[Any] | None:
        """Writes a whole frame; what it returns is done once the peer reads on, None if it does."""
        protocol = self.protocol
        if protocol.close_sent or protocol.transport.is_closing():
            return None
        protocol.transport.write(frame)
        return None if protocol.writable.is_set() else protocol.writable.wait()

    def abort(self) -> None:
        """Drops the connection with all that waits to be written."""
        self.protocol.transport.abort()


class DirectWriting:
    """An ASGI application for WebSockets that offers another one the extensions of ``workspace.server``, where the
    server has none and is uvicorn."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        offered = scope.get("extensions") or {}
        protocol = getattr(send, "__self__", None)
        if "workspace.write" not in offered and all(hasattr(protocol, name) for name in _NEEDED):
            outflow = Outflow(protocol)
            scope["extensions"] = {**offered, "workspace.write": outflow.write, "workspace.abort": outflow.abort}
        await self._application(scope, receive, send)
