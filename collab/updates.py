"""Reads Yjs updates (format v1) without applying them: which structs of which clients, and what is deleted.

An update is read before anything is done with it, so that the server knows what it would touch, whom it belongs to
and what it waits for. Whatever is not a well-formed update of text raises ``MalformedUpdate``; nothing else is raised,
whatever the bytes. Clocks and lengths count UTF-16 code units, as in Yjs.

    update     = varuint sections, section*, delete set
    section    = varuint structs, varuint client, varuint first clock, struct*
    struct     = byte info, then by the info's low five bits: a length (collected, skip) or
                 [origin id] [right origin id] [parent, where neither origin is there] content
    delete set = varuint clients, (varuint client, varuint ranges, (varuint clock, varuint length)*)*
"""

import json
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

COLLECTED, DELETED, STRING, FORMAT, SKIP = 0, 1, 4, 6, 10
REFUSED_CONTENT = {2: "JSON", 3: "binary", 5: "embedded", 7: "nested type", 8: "any", 9: "subdocument"}
HAS_ORIGIN, HAS_RIGHT_ORIGIN, HAS_MAP_KEY, CONTENT_BITS = 0x80, 0x40, 0x20, 0x1F

MAX_CLIENT = 2**53 - 1
MAX_CLOCK = 2**31 - 1
MAX_CHANGES = 200_000
MAX_FORMAT_BYTES = 256


class MalformedUpdate(ValueError):
    """These bytes are not an update of texts. Its text says why, in English."""


class Id(NamedTuple):
    """One character (or one mark) of a document, by the client that made it and that client's clock."""

    client: int
    clock: int


class Struct(NamedTuple):
    """A run of ``length`` ids of one client, put between ``origin`` and ``right_origin``.

    ``root`` names the text where the update says it; where it does not, the run is in its origins' text.
    """

    client: int
    clock: int
    length: int
    content: int
    origin: Id | None = None
    right_origin: Id | None = None
    root: str | None = None
    text: str = ""
    weight: int = 0

    @property
    def end(self) -> int:
        return self.clock + self.length


@dataclass(frozen=True, slots=True)
class Update:
    """Structs by client, each client's in the order of its clock, and the deleted ranges (clock, length) by client."""

    structs: dict[int, list[Struct]]
    deletes: dict[int, list[tuple[int, int]]]

    @property
    def is_empty(self) -> bool:
        return not self.structs and not self.deletes

    def needs(self) -> dict[int, int]:
        """By client, the clock that must have been reached before this update can be integrated whole.

        Raises MalformedUpdate where a run refers to itself or to what its own client wrote later.
        """
        needed: dict[int, int] = {}
        provided = {client: _runs(structs) for client, structs in self.structs.items()}

        def require(client: int, clock: int) -> None:
            runs = provided.get(client)
            if runs:
                start, end = runs[max(0, bisect_left(runs, (clock,)) - 1)]
                if start < clock <= end:
                    return
            needed[client] = max(needed.get(client, 0), clock)

        for client, structs in self.structs.items():
            for start, _end in provided[client]:
                needed[client] = max(needed.get(client, 0), start)
            for struct in structs:
                for origin in (struct.origin, struct.right_origin):
                    if origin is None:
                        continue
                    if origin.client == client and origin.clock >= struct.clock:
                        raise MalformedUpdate("a struct refers to a later one of its own client")
                    require(origin.client, origin.clock + 1)
        for client, ranges in self.deletes.items():
            for clock, length in ranges:
                require(client, clock + length)
        return {client: clock for client, clock in needed.items() if clock}

    def in_order(self) -> list[Struct]:
        """All structs but skips, each after every other struct of this update that it refers to."""
        if len(self.structs) == 1:
            return [struct for structs in self.structs.values() for struct in structs if struct.content != SKIP]
        queues = {client: [s for s in structs if s.content != SKIP] for client, structs in self.structs.items()}
        placed = dict.fromkeys(queues, 0)
        ordered: list[Struct] = []
        for first in queues:
            stack = [first]
            on_stack = {first}
            while stack:
                client = stack[-1]
                if placed[client] == len(queues[client]):
                    on_stack.remove(stack.pop())
                    continue
                struct = queues[client][placed[client]]
                blocker = next((c for c in _foreign(struct) if _still_to_come(queues, placed, c)), None)
                if blocker is None:
                    ordered.append(struct)
                    placed[client] += 1
                    if len(stack) > 1:
                        on_stack.remove(stack.pop())
                elif blocker.client in on_stack:
                    raise MalformedUpdate("structs refer to each other in a circle")
                else:
                    stack.append(blocker.client)
                    on_stack.add(blocker.client)
        return ordered


def _foreign(struct: Struct) -> list[Id]:
    return [o for o in (struct.origin, struct.right_origin) if o is not None and o.client != struct.client]


def _still_to_come(queues: dict[int, list[Struct]], placed: dict[int, int], wanted: Id) -> bool:
    """Whether the wanted id is provided by this update and not placed yet."""
    queue = queues.get(wanted.client)
    if queue is None or placed[wanted.client] == len(queue):
        return False
    return queue[placed[wanted.client]].clock <= wanted.clock < queue[-1].end


def _runs(structs: list[Struct]) -> list[tuple[int, int]]:
    """The contiguous ranges of clocks that the structs of one client provide; a skip is a gap between two."""
    runs: list[tuple[int, int]] = []
    for struct in structs:
        if struct.content == SKIP:
            continue
        if runs and runs[-1][1] == struct.clock:
            runs[-1] = (runs[-1][0], struct.end)
        else:
            runs.append((struct.clock, struct.end))
    return runs


class Reader:
    """Reads lib0's encoding from bytes; raises MalformedUpdate where they end early or hold what they may not."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        try:
            value = self.data[self.at]
        except IndexError:
            raise MalformedUpdate("it ends too early") from None
        self.at += 1
        return value

    def uint(self, most: int = MAX_CLIENT) -> int:
        """A varUint of at most ``most``."""
        value = shift = 0
        data, at = self.data, self.at
        try:
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
                if shift > 56:
                    raise MalformedUpdate("a number is too large")
        except IndexError:
            raise MalformedUpdate("it ends too early") from None
        self.at = at
        if value > most:
            raise MalformedUpdate("a number is too large")
        return value

    def bytes(self) -> bytes:
        length = self.uint()
        if self.at + length > len(self.data):
            raise MalformedUpdate("it ends too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def string(self) -> str:
        try:
            return self.bytes().decode()
        except UnicodeDecodeError:
            raise MalformedUpdate("a text in it is not UTF-8") from None

    def id(self) -> Id:
        return Id(self.uint(), self.uint(MAX_CLOCK))

    def finish(self) -> None:
        if self.at != len(self.data):
            raise MalformedUpdate("something follows its end")


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes, which is what Yjs counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_update(data: bytes) -> Update:
    """Reads one v1 update. Raises MalformedUpdate for anything else, and for content that is not text."""
    reader = Reader(data)
    structs: dict[int, list[Struct]] = {}
    changes = 0
    for _ in range(reader.uint(MAX_CHANGES)):
        count = reader.uint(MAX_CHANGES)
        client = reader.uint()
        clock = reader.uint(MAX_CLOCK)
        changes += count
        if changes > MAX_CHANGES:
            raise MalformedUpdate(f"it holds more than {MAX_CHANGES} changes")
        if client in structs:
            raise MalformedUpdate("it names a client twice")
        section: list[Struct] = []
        for _ in range(count):
            struct = _read_struct(reader, client, clock)
            section.append(struct)
            clock = struct.end
            if clock > MAX_CLOCK:
                raise MalformedUpdate("a clock is too large")
        structs[client] = section
    deletes = _read_deletes(reader, changes)
    reader.finish()
    return Update(structs, deletes)


def _read_struct(reader: Reader, client: int, clock: int) -> Struct:
    info = reader.byte()
    content = info & CONTENT_BITS
    if content in (COLLECTED, SKIP):
        return Struct(client, clock, _length(reader), content)
    origin = reader.id() if info & HAS_ORIGIN else None
    right_origin = reader.id() if info & HAS_RIGHT_ORIGIN else None
    root = None
    if info & HAS_MAP_KEY:
        raise MalformedUpdate("it sets an entry of a map; only texts are kept here")
    if origin is None and right_origin is None:
        if reader.uint() != 1:
            raise MalformedUpdate("it writes into a nested type; only texts are kept here")
        root = reader.string()
    if content == STRING:
        text = reader.string()
        if not text:
            raise MalformedUpdate("an insertion is empty")
        return Struct(client, clock, utf16_length(text), content, origin, right_origin, root, text)
    if content == DELETED:
        return Struct(client, clock, _length(reader), content, origin, right_origin, root)
    if content == FORMAT:
        return Struct(client, clock, 1, content, origin, right_origin, root, weight=_read_format(reader))
    raise MalformedUpdate(f"it holds {REFUSED_CONTENT.get(content, 'unknown')} content; only texts are kept here")


def _length(reader: Reader) -> int:
    length = reader.uint(MAX_CLOCK)
    if not length:
        raise MalformedUpdate("a length is zero")
    return length


def _read_format(reader: Reader) -> int:
    """Checks a formatting mark, which every client will parse as JSON; its size in bytes."""
    name, value = reader.string(), reader.string()
    weight = len(name.encode()) + len(value.encode())
    if weight > MAX_FORMAT_BYTES:
        raise MalformedUpdate("a formatting mark is too large")
    try:
        parsed = json.loads(value, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise MalformedUpdate("a formatting mark is not JSON") from None
    if isinstance(parsed, (dict, list)) or (isinstance(parsed, int) and abs(parsed) > MAX_CLIENT):
        raise MalformedUpdate("a formatting mark is not a plain value")
    if isinstance(parsed, str) and not parsed.isascii():
        try:
            parsed.encode()
        except UnicodeEncodeError:
            raise MalformedUpdate("a formatting mark is not Unicode") from None
    return weight


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return value


def _read_deletes(reader: Reader, changes: int) -> dict[int, list[tuple[int, int]]]:
    deletes: dict[int, list[tuple[int, int]]] = {}
    for _ in range(reader.uint(MAX_CHANGES)):
        client = reader.uint()
        count = reader.uint(MAX_CHANGES)
        changes += count
        if changes > MAX_CHANGES:
            raise MalformedUpdate(f"it holds more than {MAX_CHANGES} changes")
        ranges = deletes.setdefault(client, [])
        for _ in range(count):
            clock, length = reader.uint(MAX_CLOCK), _length(reader)
            if clock + length > MAX_CLOCK:
                raise MalformedUpdate("a clock is too large")
            ranges.append((clock, length))
    return deletes


def read_state_vector(data: bytes) -> dict[int, int]:
    """By client, the clock up to which the sender has everything. Raises MalformedUpdate for anything else."""
    reader = Reader(data)
    state: dict[int, int] = {}
    for _ in range(reader.uint(MAX_CHANGES)):
        client = reader.uint()
        state[client] = reader.uint(MAX_CLOCK)
    reader.finish()
    return state
