"""How much processor time a server spends per delivered event, and how long an event is on its way. See README.md.

.venv/bin/python -m bench.forum_fanout --readers 100 500 --rounds 2
"""

import argparse
import asyncio
import contextlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bench.harness import circumstances, processor_seconds, report, table, take_turns, told
from bench.servers import Contestant, UvicornServer, Workspace, channels, node_ws
from tests.servers import Server, Template

OPENED_AT_ONCE = 50


@dataclass(frozen=True)
class Run:
    """Microseconds of the server's processor time per delivery; milliseconds that events were on their way."""

    processor: float
    median: float
    late: float  # 99 in 100 were faster


async def read(server: Contestant, count: int, door: asyncio.Semaphore, ready: asyncio.Semaphore) -> list[float]:
    """Reads so many events, in order and each once; the seconds that each was on its way."""
    latencies = []
    async with contextlib.AsyncExitStack() as stack:
        async with door:
            socket = await stack.enter_async_context(server.reader())
        ready.release()
        for expected in range(1, count + 1):
            number, at = server.number_and_time(str(await socket.recv(decode=True)))
            assert number == expected, f"{server.name} delivered {number} instead of {expected}"
            latencies.append(time.time() - at)
            await server.after(socket, number)
    return latencies


def measure(begin: Callable[[], Contestant], readers: int, events: int, pause: float) -> Run:
    return asyncio.run(_measure(begin, readers, events, pause))


async def _measure(begin: Callable[[], Contestant], readers: int, events: int, pause: float) -> Run:
    server = await asyncio.to_thread(begin)
    door, ready = asyncio.Semaphore(OPENED_AT_ONCE), asyncio.Semaphore(0)
    try:
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(read(server, events, door, ready)) for _ in range(readers)]
            for _ in range(readers):
                await ready.acquire()
            before = processor_seconds(server.pid)
            for number in range(1, events + 1):
                await server.publish(number)
                await asyncio.sleep(pause)
        spent = processor_seconds(server.pid) - before
    finally:
        await server.stop()
    latencies = sorted(latency for task in reading for latency in task.result())
    late = latencies[int(len(latencies) * 0.99)]
    return Run(spent / (readers * events) * 1e6, statistics.median(latencies) * 1e3, late * 1e3)


def row(name: str, runs: list[Run], idiomatic: list[Run]) -> list[str]:
    processor = [run.processor for run in runs]
    share = statistics.median(run.processor for run in idiomatic) / statistics.median(processor) if idiomatic else 0
    return [
        name,
        told(processor, 1),
        f"{share:.1f}" if share else "-",
        told([run.median for run in runs]),
        told([run.late for run in runs]),
    ]


HEADINGS = (
    "server",
    "processor time per delivery, us:",
    "times less than channels:",
    "on the way, ms: median:",
    "99 %:",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, nargs="+", default=[100, 500, 1000, 2000])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--deliveries", type=int, default=20_000, help="of each server, round and number of readers")
    parser.add_argument("--rate", type=float, default=4000, help="deliveries per second that are asked of each server")
    parser.add_argument("--servers", nargs="+", default=["workspace", "workspace-uvicorn", "channels", "node-ws"])
    options = parser.parse_args()
    parts: list[str] = []
    missing: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        template = Template().prepare()
        stack.callback(template.remove)
        known: dict[str, Callable[[], Contestant]] = {
            "workspace": lambda: Workspace(template, "workspace", Server),
            "workspace-uvicorn": lambda: Workspace(template, "workspace-uvicorn", UvicornServer),
            "channels": channels,
            "node-ws": node_ws,
        }
        for readers in options.readers:
            print(f"-- {readers} readers", flush=True)
            events, pause = max(20, options.deliveries // readers), readers / options.rate
            measures = {name: partial(measure, known[name], readers, events, pause) for name in options.servers}
            runs = take_turns(measures, options.rounds, missing)
            idiomatic = runs.get("channels", [])
            rows = [row(name, found, idiomatic) for name, found in runs.items()]
            parts.append(f"## {readers} readers\n\n{table(HEADINGS, rows)}")
    remark = (
        f"Events come so often that {options.rate:g} deliveries a second are asked of each server, {options.deliveries}"
        " in all and 20 events at least. Every reader saw every event, in order and once: the run ends with an error"
        " otherwise. Medians of the rounds, in brackets the lowest and the highest."
    )
    report("forum_fanout", circumstances(options.rounds, remark), parts, missing)


if __name__ == "__main__":
    main()
