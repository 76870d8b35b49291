"""Frames that nobody should send, and odd ones that somebody may, made by chance from a seed.

A ``Burst`` is what one connection sends: odd frames that are to be borne, then one that may or must end it, then one
that surely does; with the codes that the end may have.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from collab import protocol
from collab.protocol import Presence
from tests.wire import BINARY, PING, TEXT, frame

BAD_FRAME, NOT_YOURS = 4400, 4403
PROTOCOL_ERROR, NOT_UTF8, TOO_LARGE, WITHOUT_A_CODE = 1002, 1007, 1009, 1006
LIVE_BOUND = 64 * 1024

STRANGE = [
    "", "x", "topic:", ":", "topic:1:2", "topic:\0", "topic:\ud800", "topic:9223372036854775808", "topic:-1",
    "plan:\u202e", "marks:1 OR 1=1", "notices:' --", "forum:%00", "forum:é", "visit:²", "__proto__:constructor",
    "topic:🎉", "topic:" + "9" * 150,
]  # fmt: skip
NUMBERS = [0, 1, 2**31, 2**53, 2**63, 10**30, 10**300]


@dataclass
class Burst:
    wire: bytearray = field(default_factory=bytearray)
    frames: int = 0
    codes: frozenset[int] = frozenset({BAD_FRAME})

    def add(self, data: bytes) -> None:
        self.wire += data
        self.frames += 1


def _stream(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(STRANGE)
    return f"{chance.choice(('topic', 'forum', 'visit', 'plan', 'x'))}:{chance.getrandbits(40)}"


def _junk(chance: random.Random, depth: int = 0) -> object:
    made: list[Callable[[], object]] = [
        lambda: None,
        lambda: chance.random() < 0.5,
        lambda: chance.choice(NUMBERS) * chance.choice((-1, 1)),
        lambda: chance.random() * 1e308,
        lambda: chance.choice(STRANGE),
    ]
    if depth < 3:
        made += [
            lambda: [_junk(chance, depth + 1) for _ in range(chance.randrange(4))],
            lambda: {chance.choice(STRANGE): _junk(chance, depth + 1) for _ in range(chance.randrange(4))},
        ]
    return chance.choice(made)()


def _odd_live(chance: random.Random) -> dict[str, object]:
    """A frame of the live protocol that asks for nothing sensible and is no reason to close."""
    said: dict[str, object] = {"stream": _stream(chance)}
    dice = chance.random()
    if dice < 0.03:
        said |= {"op": "subscribe"} | ({"after": chance.choice([None, *NUMBERS])} if chance.random() < 0.7 else {})
    elif dice < 0.06:
        said |= {"op": "present", "typing": chance.random() < 0.5}
    elif dice < 0.4:
        said |= {"op": "ack", "number": chance.choice(NUMBERS)}
    else:
        said["op"] = chance.choice(("unsubscribe", "absent"))
    if chance.random() < 0.1:
        said |= {f"x{chance.choice(STRANGE)}": _junk(chance)}
    return said


def _written(said: object, chance: random.Random) -> bytes:
    return json.dumps(said, indent=chance.choice((None, None, 1))).encode()


def _bad_live(chance: random.Random) -> tuple[bytes, frozenset[int]]:
    good = _odd_live(chance)
    written = _written(good, chance)
    match chance.randrange(9):
        case 0:
            return frame(written[: chance.randrange(len(written))]), frozenset({BAD_FRAME})
        case 1:
            return frame(_bytes(chance, 200), TEXT), frozenset({BAD_FRAME, NOT_UTF8, WITHOUT_A_CODE})
        case 2:
            return frame(_bytes(chance, 2000), BINARY), frozenset({BAD_FRAME})
        case 3:
            return frame(b" " * (LIVE_BOUND + 1 - len(written)) + written), frozenset({BAD_FRAME})
        case 4:
            return frame(_written(_junk(chance), chance)), frozenset({BAD_FRAME})
        case 5:
            wrong = chance.choice(("stream", "op"))
            return frame(_written(good | {wrong: [_junk(chance)]}, chance)), frozenset({BAD_FRAME})
        case 6:
            number = chance.choice([-1, 1.5, "1", True, [1], {}])
            return frame(_written(good | {"op": "ack", "number": number}, chance)), frozenset({BAD_FRAME})
        case 7:
            return frame(chance.choice((b"[", b'{"a":')) * chance.randrange(1, 10_000)), frozenset({BAD_FRAME})
        case _:
            return _no_frame(chance)


def _bytes(chance: random.Random, most: int) -> bytes:
    return chance.randbytes(chance.randrange(most))


def _no_frame(chance: random.Random) -> tuple[bytes, frozenset[int]]:
    """Bytes that break the WebSocket protocol itself: reserved bits, no mask, a control frame that is too long, and a
    length far past every bound."""
    broken = {PROTOCOL_ERROR, TOO_LARGE, WITHOUT_A_CODE}
    match chance.randrange(4):
        case 0:
            return bytes([0xF0 | chance.randrange(16)]) + frame(b"x")[1:], frozenset(broken)
        case 1:
            return bytes([0x81, 3]) + b"abc", frozenset(broken)
        case 2:
            return frame(b"x" * chance.randrange(126, 1000), PING), frozenset(broken)
        case _:
            return bytes([0x82, 0xFF]) + (1 << chance.randrange(24, 63)).to_bytes(8, "big") + bytes(4), frozenset(
                broken
            )


def live_burst(chance: random.Random, length: int) -> Burst:
    burst = Burst()
    for _ in range(length - 2):
        burst.add(frame(_written(_odd_live(chance), chance)))
    bad, burst.codes = _bad_live(chance)
    burst.add(bad)
    burst.add(frame(b"the end"))
    return burst


def _odd_document(chance: random.Random, known: bytes) -> bytes:
    """A message of the document's protocol that brings nothing new and is no reason to close."""
    dice = chance.random()
    if dice < 0.005:
        clients = {chance.getrandbits(32): chance.getrandbits(20) for _ in range(chance.randrange(5))}
        vector = [protocol.write_uint(len(clients))]
        vector += [protocol.write_uint(number) for pair in clients.items() for number in pair]
        return protocol.step_1(b"".join(vector))
    if dice < 0.5:
        state = chance.choice(("null", json.dumps({"cursor": _junk(chance, 2), "user": "somebody else"})))
        return protocol.awareness([Presence(chance.getrandbits(32), chance.getrandbits(20), state)])
    if dice < 0.52:
        return bytes([protocol.QUERY_AWARENESS])
    return protocol.change(chance.choice((known, protocol.EMPTY_UPDATE)))


def _bad_document(chance: random.Random, known: bytes) -> tuple[bytes, frozenset[int]]:
    good = _odd_document(chance, known)
    match chance.randrange(7):
        case 0:
            return frame(good[: chance.randrange(len(good))], BINARY), frozenset({BAD_FRAME})
        case 1:
            return frame(bytes([chance.randrange(4, 256)]) + _bytes(chance, 500), BINARY), frozenset({BAD_FRAME})
        case 2:
            return frame(good + _bytes(chance, 20) + b"x", BINARY), frozenset({BAD_FRAME})
        case 3:
            return frame(b"text", TEXT), frozenset({BAD_FRAME})
        case 4:
            return frame(protocol.change(_bytes(chance, 500)), BINARY), frozenset({BAD_FRAME, NOT_YOURS})
        case 5:
            damaged = bytearray(known)
            for _ in range(chance.randint(1, 4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            return frame(protocol.change(bytes(damaged)), BINARY), frozenset({BAD_FRAME, NOT_YOURS})
        case _:
            return _no_frame(chance)


def document_burst(chance: random.Random, length: int, known: bytes) -> Burst:
    """``known`` is an update that the document has."""
    burst = Burst()
    for _ in range(length - 2):
        burst.add(frame(_odd_document(chance, known), BINARY))
    bad, burst.codes = _bad_document(chance, known)
    burst.add(bad)
    burst.add(frame(b"\xff", BINARY))
    return burst
