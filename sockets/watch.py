"""Who is here may not stay for ever: looks every second whether each open socket's visitor may still be there.

A look runs the rights checks that the rooms with sockets registered, then asks the doorkeeper about all visitors of the
process at once; so the number of queries does not grow with the number of sockets. It needs no channel layer.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from django.db import transaction

from sockets import background, hints
from sockets.database import DatabaseThread
from sockets.visitors import Visitor, doorkeeper

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# A look that is older than this is not good enough to show anybody anything: the process stood still meanwhile.
STALE_SECONDS = 2.0
NOT_SIGNED_IN = 4401
NOT_YOURS = 4403
_TOPIC = "rights"


class Endable(Protocol):
    """What a rights check names to be ended."""

    def end(self, code: int) -> None: ...


class Watched(Endable, Protocol):
    """An open socket, as the watch sees it."""

    visitor: Visitor


RightsCheck = Callable[[DatabaseThread], Awaitable[Iterable[Endable]]]


class Watch:
    """One event loop's watch over its open sockets."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.database = DatabaseThread("watch")
        self.sockets: set[Any] = set()
        self._due = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._looked_at = self.loop.time()
        hints.listen(_TOPIC, lambda _payload: self.look_now())
        hints.on_trouble(self.look_now)
        background.keep_running(self._turn, "checking who may stay")

    def look_now(self) -> None:
        self._settled.clear()
        self._due.set()

    async def settled(self) -> None:
        """Returns when no change of rights that this process heard of waits to be looked at; where it stood still, and
        may not have heard yet, after the next look."""
        if self.loop.time() - self._looked_at > STALE_SECONDS:
            self.look_now()
        await self._settled.wait()

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._due.wait()
        except TimeoutError:
            pass
        self._due.clear()
        begun = self.loop.time()
        await self.look()
        self._looked_at = begun
        if not self._due.is_set():
            self._settled.set()

    async def look(self) -> None:
        """Ends the sockets of those who are no longer welcome, then those that lost what they came for."""
        visitors = {socket.visitor for socket in self.sockets}
        if not visitors:
            return
        lost = [socket for check in _rights_checks for socket in await check(self.database)]
        # Asked last: whose account was closed lost all rights with it, and is to hear of the account.
        welcome = await self.database.run(lambda: doorkeeper().still_welcome(visitors))
        for socket in [socket for socket in self.sockets if socket.visitor in visitors - welcome]:
            socket.end(NOT_SIGNED_IN)
        for socket in lost:
            socket.end(NOT_YOURS)


_rights_checks: list[RightsCheck] = []
_watch: Watch | None = None


def register_rights_check(check: RightsCheck) -> None:
    """Has ``await check(database)`` called in the event loop at each look, once a second at least. It asks, through
    ``database.run(...)`` and in a fixed number of queries, about all of its sockets at once, and returns those that
    lost what they came for, which are then ended."""
    if check not in _rights_checks:
        _rights_checks.append(check)


def start() -> Watch:
    """The running loop's watch, started where there is none."""
    global _watch  # noqa: PLW0603 - one per process; a loop that ended leaves its place to the next
    if _watch is None or _watch.loop is not asyncio.get_running_loop():
        _watch = Watch()
        background.at_end(forget)
    return _watch


def forget() -> None:
    """Drops this process's watch and its database thread."""
    global _watch  # noqa: PLW0603
    if _watch is not None:
        _watch.database.stop()
    _watch = None


def open_sockets() -> Counter[str]:
    """How many sockets of each class are open in this process."""
    return Counter(type(socket).__name__ for socket in (_watch.sockets if _watch is not None else ()))


def enter(socket: Watched) -> None:
    start().sockets.add(socket)


def leave(socket: Watched) -> None:
    if _watch is not None:
        _watch.sockets.discard(socket)


async def settled() -> None:
    """Waits until the changes of rights that this process was told of have reached its sockets."""
    await start().settled()


def rights_changed() -> None:
    """Makes every process look at once instead of within a second. Call it wherever rights are taken away, in the
    transaction (then it speaks after the commit) or after it; from any thread, but not from the event loop."""
    transaction.on_commit(lambda: hints.send(_TOPIC, {}))
