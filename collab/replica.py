"""A document in memory: the live Yjs document, what is known of it, and committed updates that have no place yet."""

import asyncio
import logging
from typing import NamedTuple

from pycrdt import Doc, Text

from collab.knowledge import Knowledge, News
from collab.remembered import recall, remember
from collab.updates import MalformedUpdate, Update, read_state_vector, read_update
from collab.waiting import Waiting

logger = logging.getLogger(__name__)

# What ends a task or the process is let through; a panic of pycrdt's is no Exception either, but one document's alone.
ENDING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit)


class Row(NamedTuple):
    """One row of a document's log; ``is_intact`` is whether its data are those that were committed."""

    number: int
    data: bytes
    person_id: int | None
    is_intact: bool = True


class Base(NamedTuple):
    """A document's whole state at a number of its log, and what is remembered of it (collab/remembered.py)."""

    number: int
    state: bytes
    remembered: bytes | None = None


class Stored(NamedTuple):
    """A document as its log tells it up to ``number``, that nobody has looked into: its state as one update, and the
    state vector of that."""

    number: int
    state: bytes
    state_vector: bytes


class Pending(NamedTuple):
    """A committed update that waits for one that is missing from the log."""

    data: bytes
    update: Update


class Replayed(NamedTuple):
    """The updates that became part of the document, in order, and the clients whose clocks they moved."""

    applied: list[bytes]
    moved: set[int]


class Replica:
    """A document as its log tells it up to ``number``. Made in a database thread, used in the event loop."""

    def __init__(self) -> None:
        self.doc: Doc[Text] = Doc(allow_multithreading=True)
        self.knowledge = Knowledge()
        self.number = 0
        self.unplaced: Waiting[Pending] = Waiting()
        self.is_damaged = False

    @classmethod
    def from_log(cls, base: Base | None, rows: list[Row], head: int) -> "Replica":
        """Built from a snapshot and the rows after it; a row that needs a missing one is kept aside, not applied."""
        replica = cls()
        if base is not None:
            replica.begin(base)
        for row in rows:
            replica.replay(row)
        replica.number = max(head, replica.number)
        return replica

    def begin(self, base: Base) -> None:
        """Takes a snapshot in. It is read as any update where nothing is remembered of it."""
        known = recall(base.remembered, base.state) if base.remembered is not None else None
        if known is None:
            self.replay(Row(base.number, base.state, None))
            return
        self.apply(base.state)
        self.knowledge, self.number = known, base.number

    @property
    def state_vector(self) -> bytes:
        return self.doc.get_state()

    @property
    def has_hole(self) -> bool:
        """Whether a committed update waits for one that is not there."""
        return len(self.unplaced) > 0

    def replay(self, row: Row) -> Replayed:
        """Takes a row of the log in: applies it and what waited for it, or keeps it aside."""
        self.number = max(self.number, row.number)
        self.is_damaged = self.is_damaged or not row.is_intact
        try:
            update = read_update(row.data)
            lacks = self.knowledge.lacks(update.needs())
            if lacks:
                self.unplaced.add(Pending(row.data, update), lacks)
                return Replayed([], set())
            news = self.knowledge.news_in(update)
        except MalformedUpdate:
            logger.exception("Update %s of a log cannot be read and is left out", row.number)
            return Replayed([], set())
        moved = self.absorb(news)
        applied = [row.data, *self.place(moved)]
        for data in applied:
            self.apply(data)
        return Replayed(applied, moved)

    def absorb(self, news: News) -> set[int]:
        """Counts these news as part of the document; returns the clients whose clocks moved."""
        self.knowledge.absorb(news)
        return {client for client, _end, _root in news.runs}

    def place(self, moved: set[int]) -> list[bytes]:
        """Takes out the committed updates that waited for these clients and are complete now, absorbed but not applied
        yet, in order; adds the clients that they move to ``moved``."""
        placed: list[bytes] = []
        latest = set(moved)
        while latest and len(self.unplaced):
            released = self.unplaced.release(self.knowledge, latest)
            latest = set()
            for pending in released:
                try:
                    latest |= self.absorb(self.knowledge.news_in(pending.update))
                except MalformedUpdate:
                    logger.exception("An update of a log cannot be placed and is left out")
                    continue
                placed.append(pending.data)
            moved |= latest
        return placed

    def apply(self, data: bytes) -> None:
        """Applies an update whose needs are met to the live document; one that is already in it changes nothing."""
        self.doc.apply_update(data)

    def texts(self) -> dict[str, str]:
        """Every text that anybody ever wrote into, by name. What PostgreSQL cannot store is replaced."""
        return {
            name: str(self.doc.get(name, type=Text)).replace("\0", "\ufffd") for name in sorted(self.knowledge.names)
        }

    def told_by(self, state: bytes) -> "Replica | None":
        """What this state becomes when it is loaded afresh, if that has the same clocks, deletions and texts."""
        loaded = Replica.from_log(Base(self.number, state), [], self.number)
        if loaded.has_hole or loaded.texts() != self.texts():
            return None
        same = read_state_vector(loaded.doc.get_state()) == read_state_vector(self.doc.get_state())
        return loaded if same else None

    def as_base(self) -> Base | None:
        """A snapshot of the document, with what our reader finds in it; None where it cannot be proven equal."""
        state = self.doc.get_update()
        loaded = self.told_by(state)
        return Base(self.number, state, remember(loaded.knowledge, state)) if loaded is not None else None
