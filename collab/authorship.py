"""Who wrote what: from the log, whose session first sent each id; from that and a document's state, the stretches of a
text by person.

pycrdt does not show the ids behind a text, so the text's order is worked out here from the state's structs, by the rule
by which every Yjs client places them. ``tests/collab`` holds it against Yjs itself.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collab.knowledge import Knowledge, Ranges
from collab.replica import Row
from collab.updates import SKIP, STRING, Id, MalformedUpdate, Struct, read_update


class Author(NamedTuple):
    """The ids [start, end) of this client were first sent by this person's session; None is the server."""

    client: int
    start: int
    end: int
    person_id: int | None


class Span(NamedTuple):
    """``length`` code points from code point ``start`` on were written by this person; None is the server."""

    start: int
    length: int
    person_id: int | None


def authors_of(known: Iterable[Author], rows: Iterable[Row]) -> list[Author]:
    """The authors known so far and those of these further rows of the log, whoever came first; neighbours joined."""
    covered: dict[int, Ranges] = {}
    authors = list(known)
    for author in authors:
        covered.setdefault(author.client, Ranges()).add(author.start, author.end)
    for row in rows:
        try:
            update = read_update(row.data)
        except MalformedUpdate:
            continue
        for client, structs in update.structs.items():
            ranges = covered.setdefault(client, Ranges())
            for struct in structs:
                if struct.content == SKIP:
                    continue
                for start, end in ranges.outside(struct.clock, struct.end):
                    authors.append(Author(client, start, end, row.person_id))
                    ranges.add(start, end)
    joined: list[Author] = []
    for author in sorted(authors, key=lambda each: each[:3]):
        if joined and joined[-1][0] == author.client and joined[-1][2] == author.start:
            last = joined[-1]
            if last.person_id == author.person_id:
                joined[-1] = last._replace(end=author.end)
                continue
        joined.append(author)
    return joined


class _Node:
    """A run of a text: what a struct put there, split where something else refers into it."""

    __slots__ = ("client", "clock", "following", "length", "origin", "preceding", "right_origin", "units")

    def __init__(self, client: int, clock: int, length: int, origin: Id | None, right: Id | None, units: bytes) -> None:
        self.client = client
        self.clock = clock
        self.length = length
        self.origin = origin
        self.right_origin = right
        self.units = units
        self.preceding: _Node | None = None
        self.following: _Node | None = None


class _Sequence:
    """The runs of one text in their order, deleted ones included."""

    def __init__(self) -> None:
        self.first: _Node | None = None
        self._clocks: dict[int, list[int]] = {}
        self._nodes: dict[int, list[_Node]] = {}

    def __iter__(self) -> Iterator[_Node]:
        node = self.first
        while node is not None:
            yield node
            node = node.following

    def _holding(self, id_: Id) -> tuple[_Node, int]:
        at = bisect_right(self._clocks[id_.client], id_.clock) - 1
        return self._nodes[id_.client][at], at

    def _cut(self, id_: Id) -> _Node:
        """The run that begins with this id, cut off from what comes before it if need be."""
        node, at = self._holding(id_)
        offset = id_.clock - node.clock
        if not offset:
            return node
        before = Id(id_.client, id_.clock - 1)
        rest = _Node(id_.client, id_.clock, node.length - offset, before, node.right_origin, node.units[offset * 2 :])
        node.length, node.units = offset, node.units[: offset * 2]
        self._link(node, rest)
        self._clocks[id_.client].insert(at + 1, rest.clock)
        self._nodes[id_.client].insert(at + 1, rest)
        return rest

    def _ending_with(self, id_: Id) -> _Node:
        node, _at = self._holding(id_)
        if id_.clock + 1 < node.clock + node.length:
            self._cut(Id(id_.client, id_.clock + 1))
        return node

    def _link(self, left: _Node | None, node: _Node) -> None:
        following = self.first if left is None else left.following
        node.preceding, node.following = left, following
        if following is not None:
            following.preceding = node
        if left is None:
            self.first = node
        else:
            left.following = node

    def place(self, struct: Struct) -> None:
        """Puts a struct where every Yjs client puts it; what it refers to must be there."""
        units = struct.text.encode("utf-16-le") if struct.content == STRING else b""
        node = _Node(struct.client, struct.clock, struct.length, struct.origin, struct.right_origin, units)
        left = self._ending_with(struct.origin) if struct.origin is not None else None
        right = self._cut(struct.right_origin) if struct.right_origin is not None else None
        other = self.first if left is None else left.following
        passed: set[_Node] = set()
        conflicting: set[_Node] = set()
        while other is not None and other is not right:
            passed.add(other)
            conflicting.add(other)
            if other.origin == node.origin:
                if other.client < node.client:
                    left = other
                    conflicting.clear()
                elif other.right_origin == node.right_origin:
                    break
            elif other.origin is not None and (holder := self._holding(other.origin)[0]) in passed:
                if holder not in conflicting:
                    left = other
                    conflicting.clear()
            else:
                break
            other = other.following
        self._link(left, node)
        self._clocks.setdefault(node.client, []).append(node.clock)
        self._nodes.setdefault(node.client, []).append(node)


def spans_of(state: bytes, names: Iterable[str], authors: Iterable[Author]) -> dict[str, list[Span]]:
    """The stretches of these texts by person, in order and without gaps. ``state`` is a document's whole state as one
    update, which is read once."""
    update = read_update(state)
    knowledge = Knowledge()
    knowledge.absorb(knowledge.news_in(update))
    sequences = {name: _Sequence() for name in names}
    for struct in update.in_order():
        name = knowledge.origins[struct.client].at(struct.clock)
        if name in sequences:
            sequences[name].place(struct)
    people: dict[int, list[Author]] = {}
    for author in authors:
        people.setdefault(author.client, []).append(author)
    return {name: _spans_in(sequence, knowledge, people) for name, sequence in sequences.items()}


def _spans_in(sequence: _Sequence, knowledge: Knowledge, people: dict[int, list[Author]]) -> list[Span]:
    spans: list[Span] = []
    at = 0
    for node in sequence:
        deleted = knowledge.deleted.get(node.client) or Ranges()
        for start, end in deleted.outside(node.clock, node.clock + node.length) if node.units else ():
            for begin, stop, person_id in _writers(people.get(node.client, []), start, end):
                count = _code_points(node.units[(begin - node.clock) * 2 : (stop - node.clock) * 2])
                if spans and spans[-1].person_id == person_id:
                    spans[-1] = spans[-1]._replace(length=spans[-1].length + count)
                else:
                    spans.append(Span(at, count, person_id))
                at += count
    return [span for span in spans if span.length]


def _writers(authors: list[Author], start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
    """The ids [start, end) of one client by person, without gaps; nobody's (None) where the log does not say."""
    first = max(0, bisect_right(authors, start, key=lambda author: author.start) - 1)
    for at in range(first, len(authors)):
        author = authors[at]
        if author.start >= end:
            break
        if author.end <= start:
            continue
        if author.start > start:
            yield start, author.start, None
        begin, start = max(start, author.start), min(end, author.end)
        yield begin, start, author.person_id
    if start < end:
        yield start, end, None


def _code_points(units: bytes) -> int:
    """How many code points begin in these UTF-16 units: all but the second halves of pairs."""
    return sum(1 for high in units[1::2] if not 0xDC <= high <= 0xDF)
