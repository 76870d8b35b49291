"""How long a server takes to open a document that much was written into, and the memory that takes. See README.md.

.venv/bin/python -m bench.document_open --rounds 2
"""

import argparse
import contextlib
import os
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import django
from pycrdt import Doc, Text

from bench.document_servers import DocumentServer, Workspace, asked, client, hocuspocus
from bench.harness import circumstances, processor_seconds, report, resident_bytes, table, take_turns, told
from tests.servers import Template

EDITS = 100_000
WRITERS = 10
# How much one of them writes before the next takes over, and how often the cursor goes elsewhere.
SITTING = 500
JUMPS = 1 / 30
DELETIONS = 0.15
# The server is idle with another document open, so that what it loads once for all is not counted.
WARM = "warm"
SETTLING_SECONDS = 1.0


@dataclass(frozen=True)
class Run:
    """Milliseconds from before the connection to the whole document, and of the server's processor time, of all
    documents together; bytes of memory."""

    milliseconds: float
    processor: float
    growth: int


def written(edits: int) -> list[bytes]:
    """So many edits of one letter by several people who take turns, each an update."""
    chance = random.Random(20111025)
    updates: list[bytes] = []
    docs: list[Doc[Text]] = [Doc(client_id=number + 1) for number in range(WRITERS)]
    seen = [0] * WRITERS
    length = 0
    for number in range(0, edits, SITTING):
        writer = (number // SITTING) % WRITERS
        doc = docs[writer]
        for update in updates[seen[writer] :]:
            doc.apply_update(update)
        text = doc.get("a", type=Text)
        subscription = doc.observe(lambda event: updates.append(event.update))
        at = chance.randrange(length + 1)
        for _ in range(SITTING):
            if chance.random() < JUMPS:
                at = chance.randrange(length + 1)
            if at and chance.random() < DELETIONS:
                at -= 1
                length -= 1
                del text[at : at + 1]
            else:
                text.insert(at, chance.choice("aeinrst "))
                at += 1
                length += 1
        doc.unobserve(subscription)
        seen[writer] = len(updates)
    return updates


def recorded() -> dict[str, list[bytes]]:
    """The recorded sessions by name, or an invented one. The tests read them, which needs Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.collab.test_traces import FILES, load, updates_of

    return {
        (path.name.split(".")[0] if path else "invented"): [update for _agent, update in updates_of(load(path))]
        for path in FILES or [None]
    }


def state_of(updates: Sequence[bytes]) -> bytes:
    doc: Doc[Text] = Doc()
    for update in updates:
        doc.apply_update(update)
    return doc.get_update()


def measure(begin: Callable[[], DocumentServer], names: Sequence[str], *, writing: bool) -> Run:
    server = begin()
    options = {
        "address": server.address,
        "dialect": server.dialect,
        "documents": [WARM, *names],
        "writing": writing,
    }
    try:
        with client("opener.mjs", options) as opening:
            asked(opening, "open")
            time.sleep(SETTLING_SECONDS)
            before, spent = resident_bytes(server.pid), processor_seconds(server.pid)
            milliseconds = sum(asked(opening, "open")["milliseconds"] for _ in names)
            spent = processor_seconds(server.pid) - spent
            time.sleep(SETTLING_SECONDS)
            return Run(milliseconds, spent * 1000, resident_bytes(server.pid) - before)
    finally:
        server.stop()


def rows(runs: Mapping[str, list[Run]]) -> list[list[str]]:
    """A line for each server, beside Hocuspocus doing the same."""
    lines = []
    for name, found in runs.items():
        peers = runs.get("hocuspocus, written into" if "written into" in name else "hocuspocus", [])
        shares = ["-", "-", "-"]
        if peers and found is not peers:
            shares = [
                f"{statistics.median(map(of, found)) / max(1, statistics.median(map(of, peers))):.2f}"
                for of in (lambda run: run.milliseconds, lambda run: run.processor, lambda run: run.growth)
            ]
        told_of = [told([run.milliseconds for run in found], 1), told([run.processor for run in found])]
        lines.append([name, *told_of, told([run.growth / 2**20 for run in found], 1), *shares])
    return lines


HEADINGS = (
    "server",
    "time, ms:",
    "processor time, ms:",
    "growth of memory, MiB:",
    "of Hocuspocus' time:",
    "of its processor time:",
    "of its growth:",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    parts, missing = [], dict[str, str]()
    sessions = recorded()
    sets = {
        f"the recorded sessions ({', '.join(sessions)})": sessions,
        f"{EDITS:,} edits by {WRITERS} people": {"edits": written(EDITS)},
    }
    with contextlib.ExitStack() as stack:
        template = Template().prepare()
        stack.callback(template.remove)
        for title, logs in sets.items():
            begun = {WARM: written(SITTING), **logs}
            states = {name: state_of(updates) for name, updates in begun.items()}
            ours, theirs = partial(Workspace, template, begun), partial(hocuspocus, states)
            known: dict[str, tuple[Callable[[], DocumentServer], bool]] = {
                "workspace": (ours, False),
                "hocuspocus": (theirs, False),
                "workspace, log not compacted": (partial(ours, compacted=False), False),
                "workspace, written into": (ours, True),
                "hocuspocus, written into": (theirs, True),
            }
            print(f"-- {title}", flush=True)
            measures = {
                name: partial(measure, begin, list(logs), writing=writing) for name, (begin, writing) in known.items()
            }
            runs = take_turns(measures, options.rounds, missing)
            sizes = sum(len(states[name]) for name in logs)
            counts = sum(len(updates) for updates in logs.values())
            heading = f"## {title}\n\n{counts:,} updates; the state takes {sizes:,} bytes."
            parts.append(f"{heading}\n\n{table(HEADINGS, rows(runs))}")
    remark = (
        "Each server is begun anew for each line and opens another document first; growth is that of its resident"
        " memory over what it was then. Hocuspocus has the state in its SQLite, as it stores it; the workspace has its"
        " log and the snapshot that its job made of it, or where it says so the log alone. Where it is written into,"
        " two open each document, one writes a letter, and the time is until it is on the other's screen. Processor"
        " time is told in steps of 10 ms. Medians, in brackets the lowest and the highest."
    )
    report("document_open", circumstances(options.rounds, remark), parts, missing)


if __name__ == "__main__":
    main()
