"""What is known of a document, as bytes beside its snapshot: to win it from the state itself takes many times as long.

    remembered = version byte, CRC-32 of the state and of what follows (4 bytes), then compressed by zlib:
                 varUint names, string name*
                 varUint clients, (varUint client, varUint end, varUint runs, varUint deleted ranges, varUint halves)*
                 of each client in turn, as 32-bit numbers: where its runs start, the place of each run's name from 1
                 on (0: collected), where its deleted ranges start and end, its halves

A clock is told as the distance to the one before it. All numbers have their lowest byte first.
"""

import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, pairwise

from collab.knowledge import Knowledge, Origins, Ranges, clocks
from collab.protocol import write_bytes, write_uint
from collab.updates import Reader

VERSION = 1
_HEAD_BYTES = 5


def remember(knowledge: Knowledge, state: bytes) -> bytes:
    """The bytes to keep beside the state, of which this is known."""
    names = sorted(knowledge.names)
    places: dict[str | None, int] = {None: 0} | {name: place for place, name in enumerate(names, 1)}
    head = [write_uint(len(names)), *(write_bytes(name.encode()) for name in names)]
    clients = sorted(knowledge.origins.keys() | knowledge.deleted.keys() | knowledge.halves.keys())
    head.append(write_uint(len(clients)))
    numbers = clocks()
    for client in clients:
        origins = knowledge.origins.get(client) or Origins()
        deleted = knowledge.deleted.get(client) or Ranges()
        halves = sorted(knowledge.halves.get(client, ()))
        head += map(write_uint, (client, origins.end, len(origins.starts), len(deleted.starts), len(halves)))
        numbers.extend(_distances(origins.starts))
        numbers.extend(places[root] for root in origins.roots)
        edges = clocks((0,)) * (2 * len(deleted.starts))
        edges[::2], edges[1::2] = deleted.starts, deleted.ends
        numbers.extend(_distances(edges))
        numbers.extend(_distances(halves))
    packed = zlib.compress(b"".join(head) + _lowest_first(numbers).tobytes())
    return bytes((VERSION,)) + _checksum(state, packed) + packed


def is_of(data: bytes, state: bytes) -> bool:
    """Whether these bytes are those that were made of this state, both undamaged, and can be read here."""
    return data[:_HEAD_BYTES] == bytes((VERSION,)) + _checksum(state, data[_HEAD_BYTES:])


def recall(data: bytes, state: bytes) -> Knowledge | None:
    """What was known of the state; None where the bytes are not of it."""
    if not is_of(data, state):
        return None
    body, reader = _opened(data)
    names: list[str | None] = [None, *_names(reader)]
    heads = _heads(reader)
    numbers = clocks()
    numbers.frombytes(body[reader.at :])
    numbers = _lowest_first(numbers)
    knowledge = Knowledge(names={name for name in names if name is not None})
    at = 0

    def take(count: int) -> "array[int]":
        nonlocal at
        at += count
        return numbers[at - count : at]

    for client, end, runs, ranges, halves in heads:
        starts = clocks(accumulate(take(runs)))
        roots = [names[place] for place in take(runs)]
        if runs:
            knowledge.origins[client] = Origins(starts, roots, end)
        edges = clocks(accumulate(take(2 * ranges)))
        if ranges:
            knowledge.deleted[client] = Ranges(edges[::2], edges[1::2])
        if halves:
            knowledge.halves[client] = set(accumulate(take(halves)))
    return knowledge


def state_vector_in(data: bytes) -> bytes:
    """The state vector of the state that these bytes are of. To win it from the state, that would have to be read."""
    _body, reader = _opened(data)
    _names(reader)
    ends = [(client, end) for client, end, *_counts in _heads(reader) if end]
    return write_uint(len(ends)) + b"".join(write_uint(client) + write_uint(end) for client, end in ends)


def _opened(data: bytes) -> tuple[bytes, Reader]:
    body = zlib.decompress(data[_HEAD_BYTES:])
    return body, Reader(body)


def _names(reader: Reader) -> list[str]:
    return [reader.string() for _ in range(reader.uint())]


def _heads(reader: Reader) -> list[tuple[int, ...]]:
    """Of each client: who, its end, and how many runs, deleted ranges and halves it has."""
    return [tuple(reader.uint() for _ in range(5)) for _ in range(reader.uint())]


def _distances(numbers: Iterable[int]) -> Iterable[int]:
    return (later - earlier for earlier, later in pairwise((0, *numbers)))


def _lowest_first(numbers: "array[int]") -> "array[int]":
    """The same numbers with their bytes in the order in which they are kept, or read from there."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _checksum(state: bytes, packed: bytes) -> bytes:
    return zlib.crc32(packed, zlib.crc32(state)).to_bytes(4, "little")
