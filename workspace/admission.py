"""How many HTTP requests a process works on at once.

Each request holds a thread (pages.py) and its page in memory, and a server takes as many as come. So there is a
bound: those past it wait in the order they came in, and when too many wait the next ones are told to come back. The
question whether the process is well is always answered. (WebSockets do not come this way.)
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prometheus_client import Counter, Gauge

from workspace import health

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

RETRY_AFTER_SECONDS = 2
WAITING = Gauge("workspace_http_waiting", "Requests that wait until one of those before them is answered.")
REFUSED = Counter("workspace_http_refused", "Requests that were told to come back, because too many waited.")
BUSY = b"The workspace has more to do than it can at this moment. Please try again.\n"


class Admission:
    """An ASGI application for HTTP that lets ``at_once`` requests into another one and ``waiting`` more wait."""

    def __init__(self, application: Application, *, at_once: int, waiting: int) -> None:
        self._application = application
        self._places = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == health.PATH and scope["method"] in health.METHODS:
            await self._application(scope, receive, send)
            return
        if self._places.locked() and self._waiting >= self._most_waiting:
            REFUSED.inc()
            await _refuse(send)
            return
        self._waiting += 1
        WAITING.set(self._waiting)
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
            WAITING.set(self._waiting)
        try:
            await self._application(scope, receive, send)
        finally:
            self._places.release()


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(BUSY)).encode()),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BUSY})
