"""Reading streams: pages of events for the hub, and for those who poll."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from live.events import text_of
from live.models import Stream, StreamEvent
from sockets.frames import Frame

# A page ends after this many characters of data, so that one page of long events does not hold up the others.
PAGE_LENGTH = 1024 * 1024
LONGEST_POLL = 1000


@dataclass(frozen=True, slots=True)
class StoredEvent:
    number: int
    name: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What follows a number. ``refetch``: that cannot be told (any more); the reader must fetch the whole anew and go
    on from ``head``."""

    head: int
    events: list[StoredEvent]
    refetch: bool

    def as_json(self) -> dict[str, Any]:
        """The answer to one who polls; docs/live-protocol.md describes it."""
        events = [{"number": event.number, "event": event.name, "data": event.data} for event in self.events]
        return {"head": self.head, "events": events, "refetch": self.refetch}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a stream stands: its last event's number and the first that is kept. (0, 1): none yet."""

    head: int = 0
    first: int = 1

    def continues(self, after: int) -> bool:
        """Whether all that follows this number is there."""
        return self.first - 1 <= after <= self.head


@dataclass(frozen=True, slots=True)
class Page:
    """The frames of consecutive events, the first numbered one more than what was asked for."""

    frames: list[Frame]
    position: Position


@dataclass(frozen=True, slots=True)
class JustPublished:
    """What a transaction has added to a stream and committed: its last events, as texts, and where it stands now."""

    head: int
    first: int
    texts: list[str]

    @property
    def after(self) -> int:
        """The number that the texts follow."""
        return self.head - len(self.texts)

    def as_page(self) -> Page:
        """The same as a page that was read."""
        return Page([Frame(text) for text in self.texts], Position(self.head, self.first))


def positions(streams: Iterable[str]) -> dict[str, Position]:
    """The position of each of these streams, in one query."""
    found = {name: Position() for name in streams}
    for name, head, first in Stream.objects.filter(name__in=found).values_list("name", "head", "first"):
        found[name] = Position(head, first)
    return found


def head_of(stream: str) -> int:
    """The number of its last event, 0 where there is none. A page reads it before what it shows, and subscribes after
    it: then it may get an event that it shows already, but misses none."""
    return positions([stream])[stream].head


def pages(wanted: Sequence[tuple[str, int]], limit: int) -> list[Page]:
    """For each (stream, after) the frames that follow, ``limit`` at most, as far as they are kept."""
    where = positions({stream for stream, _ in wanted})
    return [_page(stream, after, limit, where[stream]) for stream, after in wanted]


def _page(stream: str, after: int, limit: int, position: Position) -> Page:
    frames: list[Frame] = []
    if position.continues(after):
        length = 0
        for event in _events(stream, after, min(after + limit, position.head)):
            if event.number != after + len(frames) + 1 or length > PAGE_LENGTH:
                break
            frames.append(Frame(text_of(stream, event.number, event.name, event.data)))
            length += len(event.data)
    return Page(frames, position)


def _events(stream: str, after: int, last: int) -> Iterable[StreamEvent]:
    rows = StreamEvent.objects.filter(stream__name=stream, number__gt=after, number__lte=last)
    return rows.only("number", "name", "data").order_by("number").iterator(chunk_size=50)


def events_after(*, stream: str, after: int, limit: int = 200) -> Backlog:
    """The events that follow ``after`` in this stream, ``limit`` at most (never more than 1,000), oldest first. Whoever
    calls has checked that the stream may be read."""
    position = positions([stream])[stream]
    if not position.continues(after):
        return Backlog(position.head, [], refetch=True)
    rows = _events(stream, after, min(after + min(max(limit, 0), LONGEST_POLL), position.head))
    events, length = [], 0
    for row in rows:
        if length > PAGE_LENGTH:
            break
        events.append(StoredEvent(row.number, row.name, json.loads(row.data)))
        length += len(row.data)
    return Backlog(position.head, events, refetch=False)
