"""What a document holds, without its text: which ids, in which of its texts, and which of them are deleted.

This is what an update is judged against before it is committed or applied: does it wait for something, what in it is
new, which texts would it touch. It is kept beside the live document and costs a few numbers per run of typing.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collab.updates import COLLECTED, DELETED, FORMAT, STRING, Id, MalformedUpdate, Update


def clocks(numbers: Iterable[int] = ()) -> "array[int]":
    """Clocks, which are below 2**32, in four bytes each: a document that lives for years has many."""
    return array("I", numbers)


@dataclass(slots=True)
class Ranges:
    """A set of integers below 2**32 as disjoint half-open ranges, in order."""

    starts: "array[int]" = field(default_factory=clocks)
    ends: "array[int]" = field(default_factory=clocks)

    def add(self, start: int, end: int) -> None:
        first = bisect_left(self.ends, start)
        last = bisect_right(self.starts, end)
        if first < last:
            start = min(start, self.starts[first])
            end = max(end, self.ends[last - 1])
        self.starts[first:last] = clocks((start,))
        self.ends[first:last] = clocks((end,))

    def outside(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of [start, end) that are not in the set."""
        missing: list[tuple[int, int]] = []
        at = bisect_right(self.ends, start)
        while start < end:
            if at == len(self.starts) or self.starts[at] >= end:
                missing.append((start, end))
                break
            if self.starts[at] > start:
                missing.append((start, self.starts[at]))
            start = self.ends[at]
            at += 1
        return missing


@dataclass(slots=True)
class Origins:
    """Which text each id of one client is in: runs from clock 0 on, None where the id was collected."""

    starts: "array[int]" = field(default_factory=clocks)
    roots: list[str | None] = field(default_factory=list)
    end: int = 0

    def append(self, end: int, root: str | None) -> None:
        if not self.roots or self.roots[-1] != root:
            self.starts.append(self.end)
            self.roots.append(root)
        self.end = end

    def at(self, clock: int) -> str | None:
        return self.roots[bisect_right(self.starts, clock) - 1]

    def between(self, start: int, end: int) -> set[str]:
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)
        return {root for root in self.roots[first:last] if root is not None}


@dataclass(slots=True)
class News:
    """What an update brings that was not known: the texts it touches and the UTF-8 bytes it inserts into each."""

    runs: list[tuple[int, int, str | None]] = field(default_factory=list)
    deletes: list[tuple[int, int, int]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    inserted: dict[str, int] = field(default_factory=dict)
    halves: list[tuple[int, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.runs or self.deletes)


@dataclass(slots=True)
class Knowledge:
    """The ids and deletions of one document that were accepted so far; ``halves`` are the ids of second halves of
    surrogate pairs, by client."""

    origins: dict[int, Origins] = field(default_factory=dict)
    deleted: dict[int, Ranges] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    halves: dict[int, set[int]] = field(default_factory=dict)

    def clock_of(self, client: int) -> int:
        known = self.origins.get(client)
        return known.end if known else 0

    def lacks(self, needs: Mapping[int, int]) -> dict[int, int]:
        """Those of the needs (clock by client) that are not met."""
        return {client: clock for client, clock in needs.items() if self.clock_of(client) < clock}

    def news_in(self, update: Update) -> News:
        """What the update would add; its needs must be met. Changes nothing.

        Raises MalformedUpdate where clients would disagree about the outcome: where a run claims to be in two texts at
        once, or a surrogate pair is cut in two (Yjs puts two signs in its place, pycrdt counts wrongly from there on).
        """
        news = News()
        halves: dict[int, set[int]] = {}

        def refuse_cut(client: int, clock: int) -> None:
            if clock in self.halves.get(client, ()) or clock in halves.get(client, ()):
                raise MalformedUpdate("it cuts a character in two")

        added: dict[int, Origins] = {}

        def root_of(id_: Id) -> str | None:
            if id_.clock >= self.clock_of(id_.client):
                return added[id_.client].at(id_.clock)
            return self.origins[id_.client].at(id_.clock)

        for struct in update.in_order():
            known = self.clock_of(struct.client)
            if struct.end <= known:
                continue
            if struct.content == STRING and struct.length != len(struct.text):
                second = _second_halves(struct.clock, struct.text)
                halves.setdefault(struct.client, set()).update(second)
                news.halves += [(struct.client, clock) for clock in second]
            if struct.clock < known:
                refuse_cut(struct.client, known)
            if struct.origin is not None:
                refuse_cut(struct.origin.client, struct.origin.clock + 1)
            if struct.right_origin is not None:
                refuse_cut(*struct.right_origin)
            root = struct.root
            if struct.origin is not None or struct.right_origin is not None:
                roots = {root_of(origin) for origin in (struct.origin, struct.right_origin) if origin is not None}
                if len(roots - {None}) > 1:
                    raise MalformedUpdate("a run is put between two texts")
                root = None if None in roots else roots.pop()
            elif struct.content == COLLECTED:
                root = None
            run = added.get(struct.client)
            if run is None:
                run = added[struct.client] = Origins()
                run.append(known, None)
            run.append(struct.end, root)
            news.runs.append((struct.client, struct.end, root))
            if root is not None:
                news.touched.add(root)
                if struct.content in (STRING, FORMAT):
                    weight = struct.weight or len(struct.text.encode())
                    news.inserted[root] = news.inserted.get(root, 0) + weight
            if struct.content in (COLLECTED, DELETED):
                news.deletes.append((struct.client, max(struct.clock, known), struct.end))
        for client, ranges in update.deletes.items():
            deleted = self.deleted.get(client) or Ranges()
            for clock, length in ranges:
                for start, end in deleted.outside(clock, clock + length):
                    refuse_cut(client, start)
                    refuse_cut(client, end)
                    news.deletes.append((client, start, end))
                    known = self.clock_of(client)
                    if start < known:
                        news.touched |= self.origins[client].between(start, min(end, known))
                    if end > known:
                        news.touched |= added[client].between(max(start, known), end)
        return news

    def absorb(self, news: News) -> None:
        for client, clock in news.halves:
            self.halves.setdefault(client, set()).add(clock)
        for client, end, root in news.runs:
            self.origins.setdefault(client, Origins()).append(end, root)
            if root is not None:
                self.names.add(root)
        for client, start, end in news.deletes:
            self.deleted.setdefault(client, Ranges()).add(start, end)


def _second_halves(clock: int, text: str) -> list[int]:
    """The ids of the second halves of surrogate pairs in a text that begins at this clock."""
    second: list[int] = []
    for character in text:
        if character > "\uffff":
            clock += 1
            second.append(clock)
        clock += 1
    return second
