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
from bench.harness import circumstances, report, resident_bytes, table, take_turns, told
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
    """Milliseconds from before the connection to the whole document, of all documents together; bytes of memory."""

    milliseconds: float
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


def measure(begin: Callable[[], DocumentServer], names: Sequence[str]) -> Run:
    server = begin()
    options = {"address": server.address, "dialect": server.dialect, "documents": [WARM, *names]}
    try:
        with client("opener.mjs", options) as opening:
            asked(opening, "open")
            time.sleep(SETTLING_SECONDS)
            before = resident_bytes(server.pid)
            milliseconds = sum(asked(opening, "open")["milliseconds"] for _ in names)
            time.sleep(SETTLING_SECONDS)
            return Run(milliseconds, resident_bytes(server.pid) - before)
    finally:
        server.stop()


def rows(runs: Mapping[str, list[Run]]) -> list[list[str]]:
    peers = runs.get("hocuspocus", [])
    lines = []
    for name, found in runs.items():
        shares = ["-", "-"]
        if peers and found is not peers:
            time_share, growth_share = (
                statistics.median(of(run) for run in found) / statistics.median(of(run) for run in peers)
                for of in (lambda run: run.milliseconds, lambda run: max(run.growth, 1))
            )
            shares = [f"{time_share:.2f}", f"{growth_share:.2f}"]
        milliseconds = told([run.milliseconds for run in found], 1)
        growth = told([run.growth / 2**20 for run in found], 1)
        lines.append([name, milliseconds, growth, *shares])
    return lines


HEADINGS = ("server", "time, ms:", "growth of memory, MiB:", "of Hocuspocus' time:", "of its growth:")


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
            known: dict[str, Callable[[], DocumentServer]] = {
                "workspace": partial(Workspace, template, begun),
                "hocuspocus": partial(hocuspocus, states),
                "workspace, log not compacted": partial(Workspace, template, begun, compacted=False),
            }
            print(f"-- {title}", flush=True)
            measures = {name: partial(measure, begin, list(logs)) for name, begin in known.items()}
            runs = take_turns(measures, options.rounds, missing)
            sizes = sum(len(states[name]) for name in logs)
            counts = sum(len(updates) for updates in logs.values())
            heading = f"## {title}\n\n{counts:,} updates; the state takes {sizes:,} bytes."
            parts.append(f"{heading}\n\n{table(HEADINGS, rows(runs))}")
    remark = (
        "Each server is begun anew for each line and opens another document first; growth is that of its resident"
        " memory over what it was then. Hocuspocus has the state in its SQLite, as it stores it; the workspace has its"
        " log and the snapshot that its job made of it, in the last line the log alone. Medians, in brackets the lowest"
        " and the highest."
    )
    report("document_open", circumstances(options.rounds, remark), parts, missing)


if __name__ == "__main__":
    main()
