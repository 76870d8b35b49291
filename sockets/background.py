"""What the process does all the while its sockets are open: loops that never end, and that an error does not end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

logger = logging.getLogger(__name__)

# How long a loop that failed rests before it goes on.
REST_SECONDS = 1.0

_tasks: set[asyncio.Task[None]] = set()
_at_end: list[Callable[[], None]] = []


def at_end(callback: Callable[[], None]) -> None:
    """Has ``callback()`` called once when the process stops its background."""
    _at_end.append(callback)


def keep_running(turn: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[None]:
    """Calls ``turn`` again and again until the task is cancelled. What it raises is logged: in full for the first
    time, then in one line for as long as every turn fails."""

    async def run() -> None:
        failures = 0
        # A library may swallow the cancellation (the Redis layer's flush does): then the turn that it hit is the last.
        while not task.cancelling():
            try:
                await turn()
                failures = 0
            except Exception as error:
                failures += 1
                logger.error("%s failed: %s", name, error, exc_info=error if failures == 1 else None)
                await asyncio.sleep(REST_SECONDS)

    task = asyncio.get_running_loop().create_task(run(), name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def end_tasks(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels these loops and waits a moment until they have ended."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    if ending:
        await asyncio.wait(ending, timeout=2)


async def stop() -> None:
    """Ends all that the running event loop keeps running."""
    loop = asyncio.get_running_loop()
    await end_tasks([task for task in _tasks if task.get_loop() is loop])
    while _at_end:
        _at_end.pop()()
