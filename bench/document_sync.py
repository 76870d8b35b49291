"""What it costs a server to pass on what people write into one document, and how long it takes. See README.md.

.venv/bin/python -m bench.document_sync --rounds 2
"""

import argparse
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.document_servers import (
    DocumentServer,
    Workspace,
    asked,
    client,
    hocuspocus,
    pycrdt_websocket,
    workspace_on_uvicorn,
    y_websocket,
)
from bench.harness import circumstances, processor_seconds, report, table, take_turns, told
from tests.servers import Template

SERVERS = ("workspace", "workspace-uvicorn", "hocuspocus", "y-websocket", "pycrdt-websocket")


@dataclass(frozen=True)
class Load:
    """``writers`` on each of ``documents``; ``outstanding`` edits under way of each instead of a rate (saturated)."""

    name: str
    documents: int
    writers: int
    outstanding: int = 0

    @property
    def keys(self) -> list[str]:
        return [f"bench-{number}" for number in range(self.documents)]


LOADS = (
    Load("2 writers", 1, 2),
    Load("20 writers", 1, 20),
    Load("100 writers", 1, 100),
    Load("30 documents, 2 writers each", 30, 2),
    Load("saturated: 20 writers", 1, 20, outstanding=8),
)


@dataclass(frozen=True)
class Run:
    """Microseconds of the server's processor time per delivery; milliseconds; deliveries per second."""

    processor: float
    on_the_way: dict[str, float]
    acknowledged: dict[str, float]
    per_second: float
    lost: int


def measure(begin: Callable[[list[str]], DocumentServer], load: Load, seconds: float, rate: float) -> Run:
    server = begin(load.keys)
    options: dict[str, Any] = {
        "address": server.address,
        "dialect": server.dialect,
        "documents": load.keys,
        "writers": load.writers,
        "outstanding": load.outstanding,
        "seconds": seconds,
        "rate": rate,
    }
    try:
        with client("writers.mjs", options) as writing:
            asked(writing)
            before = processor_seconds(server.pid)
            seen = asked(writing, "begin")
            spent = processor_seconds(server.pid) - before
    finally:
        server.stop()
    lost = seen["expected"] - seen["delivered"]
    processor = spent / max(1, seen["delivered"]) * 1e6
    return Run(processor, seen["on_the_way"], seen["acknowledged"], seen["per_second"], lost + seen["closed"])


def row(name: str, runs: list[Run]) -> list[str]:
    acknowledged = [run for run in runs if run.acknowledged["count"]]
    return [
        name,
        told([run.processor for run in runs], 1),
        told([run.on_the_way["median"] for run in runs], 1),
        told([run.on_the_way["late"] for run in runs], 1),
        told([run.acknowledged["median"] for run in acknowledged], 1) if acknowledged else "-",
        told([run.acknowledged["late"] for run in acknowledged], 1) if acknowledged else "-",
        told([run.per_second for run in runs]),
        str(sum(run.lost for run in runs)),
    ]


HEADINGS = (
    "server",
    "processor time per delivery, us:",
    "to another screen, ms: median:",
    "99 %:",
    "acknowledged, ms: median:",
    "99 %:",
    "deliveries per second:",
    "lost:",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=8, help="of writing, of each server, round and load")
    parser.add_argument("--rate", type=float, default=5, help="edits per second of each writer")
    parser.add_argument("--loads", nargs="+", type=int, default=list(range(len(LOADS))), help="which, from 0")
    parser.add_argument("--servers", nargs="+", default=list(SERVERS))
    options = parser.parse_args()
    parts: list[str] = []
    missing: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        template = Template().prepare()
        stack.callback(template.remove)
        known: dict[str, Callable[[list[str]], DocumentServer]] = {
            "workspace": lambda keys: Workspace(template, dict.fromkeys(keys, ())),
            "workspace-uvicorn": lambda keys: workspace_on_uvicorn(template, dict.fromkeys(keys, ())),
            "hocuspocus": lambda _keys: hocuspocus({}),
            "y-websocket": lambda _keys: y_websocket(),
            "pycrdt-websocket": lambda _keys: pycrdt_websocket(),
        }
        for load in (LOADS[number] for number in options.loads):
            print(f"-- {load.name}", flush=True)
            measures = {
                name: partial(measure, known[name], load, options.seconds, options.rate) for name in options.servers
            }
            runs = take_turns(measures, options.rounds, missing)
            parts.append(f"## {load.name}\n\n{table(HEADINGS, (row(name, found) for name, found in runs.items()))}")
    remark = (
        f"Each writer makes {options.rate:g} edits a second for {options.seconds:g} s; where it says saturated, keeps 8"
        " under way instead. A delivery is one edit on one other screen. One client process for all writers and"
        " screens, the same for every server. Medians of the rounds, in brackets the lowest and the highest. The"
        " workspace commits each edit to its disk before it passes it on or acknowledges it; Hocuspocus stores the"
        " document every few seconds, the other two store nothing."
    )
    report("document_sync", circumstances(options.rounds, remark), parts, missing)


if __name__ == "__main__":
    main()
