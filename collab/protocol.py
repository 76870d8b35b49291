"""The messages of the y-websocket protocol, and message type 4, as bytes.

Each frame is one message: a varUint type, then by type

    0 sync       varUint 0 (step 1) + state vector | 1 (step 2) + update | 2 (update) + update
    1 awareness  a byte string: varUint count, (varUint client, varUint clock, string JSON state or "null")*
    2 denied     varUint 0 + string reason                  (server to client)
    3 query      nothing: asks for everybody's awareness    (client to server)
    4 saved      varUint n: the first n steps 2 and updates of this connection are durable (server to client)

where state vector, update and awareness are byte strings: a varUint length, then the bytes.
"""

from dataclasses import dataclass
from typing import NamedTuple

from collab.updates import MalformedUpdate, Reader

SYNC, AWARENESS, DENIED, QUERY_AWARENESS, SAVED = range(5)
STEP_1, STEP_2, UPDATE = range(3)
EMPTY_UPDATE = b"\x00\x00"
MAX_PRESENCES = 1000


class Presence(NamedTuple):
    """One client's awareness state; ``state`` is JSON, "null" for a client that left."""

    client: int
    clock: int
    state: str


@dataclass(frozen=True, slots=True)
class Step1:
    state_vector: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """A sync step 2 or an update: what counts for ``?ack=1``."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Awareness:
    presences: list[Presence]


@dataclass(frozen=True, slots=True)
class QueryAwareness:
    pass


Message = Step1 | Change | Awareness | QueryAwareness


def read_message(frame: bytes) -> Message:
    """What a client sent. Raises MalformedUpdate for anything that a client may not send."""
    reader = Reader(frame)
    kind = reader.uint()
    message: Message
    if kind == SYNC:
        step = reader.uint()
        if step == STEP_1:
            message = Step1(reader.bytes())
        elif step in (STEP_2, UPDATE):
            message = Change(reader.bytes())
        else:
            raise MalformedUpdate("an unknown step of the sync protocol")
    elif kind == AWARENESS:
        message = Awareness(read_presences(reader.bytes()))
    elif kind == QUERY_AWARENESS:
        message = QueryAwareness()
    else:
        raise MalformedUpdate("an unknown type of message")
    reader.finish()
    return message


def read_presences(data: bytes) -> list[Presence]:
    reader = Reader(data)
    count = reader.uint(MAX_PRESENCES)
    presences = [Presence(reader.uint(), reader.uint(), reader.string()) for _ in range(count)]
    reader.finish()
    return presences


def write_uint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(0x80 | value & 0x7F)
        value >>= 7
    written.append(value)
    return bytes(written)


def write_bytes(value: bytes) -> bytes:
    return write_uint(len(value)) + value


def step_1(state_vector: bytes) -> bytes:
    return bytes((SYNC, STEP_1)) + write_bytes(state_vector)


def step_2(update: bytes) -> bytes:
    return bytes((SYNC, STEP_2)) + write_bytes(update)


def change(update: bytes) -> bytes:
    return bytes((SYNC, UPDATE)) + write_bytes(update)


def awareness(presences: list[Presence]) -> bytes:
    return bytes((AWARENESS,)) + write_bytes(write_presences(presences))


def write_presences(presences: list[Presence]) -> bytes:
    parts = [write_uint(len(presences))]
    for client, clock, state in presences:
        parts += [write_uint(client), write_uint(clock), write_bytes(state.encode())]
    return b"".join(parts)


def denied(reason: str) -> bytes:
    return bytes((DENIED, 0)) + write_bytes(reason.encode())


def saved(count: int) -> bytes:
    return bytes((SAVED,)) + write_uint(count)
