"""Recorded editing sessions of real people, through a real server: each ends in the text that it must end in."""

import asyncio
import gzip
import json
import os
import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, Text

from tests.collab.editors import online
from tests.collab.test_server import SETTINGS, begin, session, text_on
from tests.servers import ROOT, Server

pytestmark = [pytest.mark.server, pytest.mark.once("sends them with the database embedded")]

FOLDER = Path(os.environ.get("TRACES_DIR") or ROOT.parent / "shared" / "data" / "traces")
FILES = sorted(FOLDER.glob("*.json.gz")) if FOLDER.is_dir() else []
# So many patches go into one update, where nothing of another writer comes between them.
BATCH = 40

Trace = dict[str, Any]


def invented() -> Trace:
    """A session of one writer, for where the recorded ones are missing."""
    chance = random.Random(20111025)
    text, transactions = "", []
    for _ in range(3000):
        at = chance.randrange(len(text) + 1)
        count = chance.randrange(3) if chance.random() < 0.3 else 0
        inserted = chance.choice(["a", "é ", "🎉", "Śląsk", ""])
        transactions.append({"patches": [[at, len(text[at : at + count]), inserted]]})
        text = text[:at] + inserted + text[at + count :]
    return {"endContent": text, "txns": transactions}


def load(path: Path | None) -> Trace:
    if path is None:
        return invented()
    with gzip.open(path) as content:
        return dict(json.load(content))


@dataclass
class Agent:
    """A writer of the session: their document, its text as Python has it, and the updates that wait to be sent."""

    doc: "Doc[Text]"
    content: str = ""
    known: set[int] = field(default_factory=set)
    begun: bytes | None = None
    batched: list[int] = field(default_factory=list)

    def patch(self, at: int, deleted: int, inserted: str) -> None:
        text = self.doc.get("a", type=Text)
        start = len(self.content[:at].encode())
        if deleted:
            del text[start : start + len(self.content[at : at + deleted].encode())]
        if inserted:
            text.insert(start, inserted)
        self.content = self.content[:at] + inserted + self.content[at + deleted :]

    def batch(self) -> bytes:
        assert self.begun is not None
        update = self.doc.get_update(self.begun)
        self.begun, self.batched = None, []
        return update


def updates_of(trace: Trace) -> Iterator[tuple[int, bytes]]:
    """The session as (agent, update) in an order in which it happened."""
    transactions = trace["txns"]
    concurrent = "numAgents" in trace
    # Where two wrote at the same spot at once, Yjs puts the smaller client first, as the recording does.
    agents = [Agent(Doc(client_id=number + 1)) for number in range(trace.get("numAgents", 1))]
    carried: dict[int, bytes] = {}
    update_of: dict[int, int] = {}

    def close(number: int) -> Iterator[tuple[int, bytes]]:
        agent = agents[number]
        if agent.batched:
            last = agent.batched[-1]
            for index in agent.batched:
                update_of[index] = last
            carried[last] = agent.batch()
            yield number, carried[last]

    for index, transaction in enumerate(transactions):
        number = transaction.get("agent", 0) if concurrent else 0
        agent = agents[number]
        parents = transaction.get("parents", []) if concurrent else []
        missing = set()
        stack = [parent for parent in parents if parent not in agent.known]
        while stack:
            parent = stack.pop()
            if parent not in missing:
                missing.add(parent)
                stack += [older for older in transactions[parent]["parents"] if older not in agent.known]
        if missing:
            for other in range(len(agents)):
                yield from close(other)
            for update in sorted({update_of[parent] for parent in missing}):
                agent.doc.apply_update(carried[update])
            agent.known |= missing
            agent.content = str(agent.doc.get("a", type=Text))
        if agent.begun is None:
            agent.begun = agent.doc.get_state()
        for at, deleted, inserted in transaction["patches"]:
            agent.patch(at, deleted, inserted)
        agent.known.add(index)
        agent.batched.append(index)
        if len(agent.batched) >= BATCH or (
            len(transaction.get("parents", ())) > 1 or transaction.get("numChildren", 1) > 1
        ):
            yield from close(number)
    for number in range(len(agents)):
        yield from close(number)


@pytest.fixture(scope="module")
def sessions_seen() -> list[str]:
    if not FILES:
        warnings.warn(f"No recorded sessions in {FOLDER}; an invented one is used", stacklevel=1)
    return [path.name for path in FILES]


@pytest.mark.filterwarnings("default:No recorded sessions")
@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "invented")
async def test_a_recorded_session_ends_in_the_text_it_must_end_in(
    new_server: Callable[..., Server], sessions_seen: list[str], path: Path | None
) -> None:
    trace = load(path)
    server = await asyncio.to_thread(lambda: new_server(DJANGO_SETTINGS_MODULE=SETTINGS))
    address = await asyncio.to_thread(begin, server)
    people = ["coordinator", "agency", "partner", "deputy"]
    async with asyncio.TaskGroup() as lines:
        sent: list[asyncio.Queue[bytes | None]] = [asyncio.Queue() for _ in range(trace.get("numAgents", 1))]

        async def write(agent: int) -> None:
            headers = await asyncio.to_thread(session, server, people[agent % len(people)])
            async with online(address, headers, answers=False) as editor:
                while (update := await sent[agent].get()) is not None:
                    await editor.send_update(update)
                await editor.saved_all()

        for agent in range(len(sent)):
            lines.create_task(write(agent))
        for agent, update in updates_of(trace):
            sent[agent].put_nowait(update)
            await asyncio.sleep(0)
        for queue in sent:
            queue.put_nowait(None)
    assert await asyncio.to_thread(text_on, server) == trace["endContent"]
