"""The database from the event loop: one thread with one lasting connection.

``database_sync_to_async`` opens a connection for each call and closes it again, about a millisecond a hop. Sockets ask
often and little, so they keep a thread, which works through what it is given in the order of asking.
"""

import asyncio
import contextlib
import queue
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

T = TypeVar("T")

_all: "weakref.WeakSet[DatabaseThread]" = weakref.WeakSet()


class DatabaseThread:
    """Runs functions one after the other in a daemon thread of its own, which starts with the first of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        _all.add(self)

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """What the function returns or raises, called in the thread. A lost connection is opened anew by the next
        call; this one raises, since only the caller knows whether it may be repeated."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if answer.cancelled():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(cast(T, result))

        def work() -> None:
            result, error = None, None
            try:
                result = function(*args)
            except BaseException as raised:
                error = raised
                if isinstance(raised, OperationalError | InterfaceError):
                    connections.close_all()
            # A loop that was closed in the meantime has nobody left who waits.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result, error)

        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name=f"database-{self.name}", daemon=True)
            self._thread.start()
        self._work.put(work)
        return await answer

    def stop(self) -> None:
        """Ends the thread after what it was given so far, closes its connection and waits for that a moment."""
        if self._thread is not None:
            self._work.put(None)
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            # An error inside a transaction must not leave it open for the next caller.
            if connections[DEFAULT_DB_ALIAS].errors_occurred:
                connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
        connections.close_all()


def stop_all() -> None:
    """Ends the database threads of this process. One that is asked again begins anew."""
    for thread in list(_all):
        thread.stop()
