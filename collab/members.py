"""One connection in a document's room: whose it is, what it may do, and what of what it sent is durable."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from collab import protocol
from collab.kinds import NOTHING, Rights
from collab.updates import Update
from sockets.frames import Frame

BAD_FRAME, NOT_YOURS, TROUBLE = 4400, 4403, 4500


class Refusal(NamedTuple):
    """Why an update is not taken, and the code that its socket is closed with. ``reason`` is a fixed word, which the
    editor translates; ``words`` say it in English to any other client."""

    code: int
    reason: str
    words: str

    def frame(self) -> bytes:
        return protocol.denied(json.dumps({"reason": self.reason, "message": self.words}))


READ_ONLY = Refusal(NOT_YOURS, "read-only", "You may read this document, but not write into it.")
UNKNOWN_TEXT = Refusal(NOT_YOURS, "unknown-text", "This document has no text of that name.")
LOCKED_TEXT = Refusal(NOT_YOURS, "locked-text", "This text cannot be changed by you now.")
TEXT_TOO_LARGE = Refusal(BAD_FRAME, "text-too-large", "A text may have 1 MB at most.")
DOCUMENT_TOO_LARGE = Refusal(BAD_FRAME, "document-too-large", "A document may have 5 MB at most.")
TOO_MUCH_WAITS = Refusal(BAD_FRAME, "too-much-waits", "Too many updates arrived without what they build upon.")
TOO_MANY_DELETIONS = Refusal(BAD_FRAME, "malformed", "An update may delete in 30,000 places at most.")
TAKEN_IDS = Refusal(BAD_FRAME, "conflict", "Somebody else has written under this client's number: reload the document.")


def malformed(words: str) -> Refusal:
    return Refusal(BAD_FRAME, "malformed", f"The update could not be read: {words}.")


class Line(Protocol):
    """The socket of a member, as a room sees it; all of this may be called from anywhere in the event loop."""

    def deliver(self, frame: bytes) -> None: ...

    def deliver_all(self, frames: Sequence[Frame]) -> None: ...

    def end(self, code: int) -> None: ...


class Acknowledgements:
    """Counts the sync messages of one connection and how many of the first of them are durable."""

    def __init__(self) -> None:
        self.received = 0
        self.covered = 0
        self._done: set[int] = set()

    def open(self) -> int:
        """The number, from 1, of the message that has just arrived."""
        self.received += 1
        return self.received

    def done(self, serial: int) -> None:
        self._done.add(serial)
        while self.covered + 1 in self._done:
            self.covered += 1
            self._done.remove(self.covered)

    @property
    def all_done(self) -> bool:
        return self.covered == self.received


@dataclass(eq=False)
class Member:
    """A connection in a room."""

    line: Line
    person_id: int
    wants_acknowledgements: bool
    rights: Rights = NOTHING
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    told: int = 0
    unsaved_bytes: int = 0
    waiting: int = 0
    waiting_bytes: int = 0
    asked_at: float = -60.0

    def acknowledge(self) -> None:
        """Tells the client how much is durable, if that has grown and it wants to know."""
        covered = self.acknowledgements.covered
        if self.wants_acknowledgements and covered > self.told:
            self.told = covered
            self.line.deliver(protocol.saved(covered))

    def refuse(self, refusal: Refusal) -> None:
        self.line.deliver(refusal.frame())
        self.line.end(refusal.code)


@dataclass(eq=False, slots=True)
class Offer:
    """An update as a member sent it: its place among that connection's messages, and what it was read as."""

    member: Member
    serial: int
    data: bytes
    update: Update
    needs: dict[int, int]
    arrived_at: float = field(default_factory=time.perf_counter)


@dataclass(eq=False, slots=True)
class Entry:
    """An accepted update on its way to the log. ``data`` is None where it brings nothing new and only waits its turn;
    ``placed`` are updates of the log that it makes complete."""

    offer: Offer
    data: bytes | None
    touched: frozenset[str] = frozenset()
    inserted: dict[str, int] = field(default_factory=dict)
    placed: list[bytes] = field(default_factory=list)
