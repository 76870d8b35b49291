"""Django under ASGI: each request is answered in one thread, with its database connection, and both are kept.

Django's own handler makes a thread for every request and throws it away afterwards, and with it a connection that
has to be opened anew for the next; and it goes back to the event loop before the view and to the thread again for it.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

T = TypeVar("T")

# Seconds after which a thread that nobody needed ends, and closes its connection.
IDLE_SECONDS = 60


class RequestThread(ThreadPoolExecutor):
    """One thread, that of one request at a time. It knows whether it is still at work for a request that has gone."""

    def __init__(self) -> None:
        super().__init__(1, thread_name_prefix="request")
        self.last: Future[Any] | None = None
        self.idle_since = monotonic()

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        self.last = future = super().submit(function, *args, **kwargs)
        return future

    def end(self) -> None:
        """Ends the thread after what it does, without waiting for that."""
        super().submit(connections.close_all)
        self.shutdown(wait=False)


class RequestThreads:
    """The threads of a process that wait for a request. The last to have come back is the first to be taken, so that
    there are never more in use than there are requests at once."""

    def __init__(self) -> None:
        self._idle: deque[RequestThread] = deque()

    def take(self) -> RequestThread:
        return self._idle.pop() if self._idle else RequestThread()

    def give_back(self, thread: RequestThread) -> None:
        """To be called in the event loop. A thread still at work waits for the end of that."""
        if thread.last is not None and not thread.last.done():
            thread.last.add_done_callback(lambda _: self._rest(thread))
            return
        self._rest(thread)
        while self._idle[0].idle_since < monotonic() - IDLE_SECONDS:
            self._idle.popleft().end()

    def _rest(self, thread: RequestThread) -> None:
        thread.idle_since = monotonic()
        self._idle.append(thread)


class Pages(ASGIHandler):
    """Django's handler with a chain of middleware that is synchronous from end to end."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = RequestThreads()

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 - Django's signature
        super().load_middleware(is_async=False)

    async def __call__(
        self,
        scope: Any,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Answers one request."""
        thread = self.threads.take()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self.threads.give_back(thread)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """As Django's, in the request's thread."""
        return await sync_to_async(self.get_response)(request)
