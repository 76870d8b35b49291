"""What a process does all the while ends when it is asked to."""

import asyncio

from sockets import background


async def test_a_loop_ends_even_where_its_turn_swallows_the_cancellation() -> None:
    waiting = asyncio.Event()
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    task = background.keep_running(turn, "a deaf turn")
    await waiting.wait()
    await background.stop()
    assert (task.done(), turns) == (True, 1)


async def test_a_turn_that_runs_out_of_time_is_followed_by_the_next() -> None:
    turns = 0
    third = asyncio.Event()

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            third.set()
            await asyncio.Event().wait()
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            return

    background.keep_running(turn, "a turn")
    async with asyncio.timeout(20):
        await third.wait()
    await background.stop()
    assert turns == 3
