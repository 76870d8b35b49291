"""The frames that clients send on /ws/live, and the server's answers to them. docs/live-protocol.md describes them."""

import json
from dataclasses import dataclass
from typing import Any

from sockets.connection import BadFrame

LONGEST_STREAM_NAME = 200

NOT_FOUND = "not found"
TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class Subscribe:
    """``after`` None: from now on."""

    stream: str
    after: int | None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    stream: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    stream: str
    number: int


@dataclass(frozen=True, slots=True)
class Present:
    stream: str
    is_typing: bool


@dataclass(frozen=True, slots=True)
class Absent:
    stream: str


def parsed(text: str) -> Subscribe | Unsubscribe | Acknowledge | Present | Absent:
    """What the frame says; BadFrame if it is none of the protocol. Fields that are not known are ignored."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("no JSON") from None
    if not isinstance(frame, dict):
        raise BadFrame("no JSON object")
    stream = frame.get("stream")
    if not isinstance(stream, str) or len(stream) > LONGEST_STREAM_NAME:
        raise BadFrame("no stream")
    match frame.get("op"):
        case "subscribe":
            return Subscribe(stream, None if frame.get("after") is None else _number(frame["after"]))
        case "unsubscribe":
            return Unsubscribe(stream)
        case "ack":
            return Acknowledge(stream, _number(frame.get("number")))
        case "present":
            return Present(stream, _switch(frame.get("typing", False)))
        case "absent":
            return Absent(stream)
        case _:
            raise BadFrame("no known op")


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadFrame("no event's number")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadFrame("neither true nor false")
    return value


def subscribed(stream: str, head: int) -> str:
    return json.dumps({"op": "subscribed", "stream": stream, "head": head})


def refetch(stream: str, head: int) -> str:
    return json.dumps({"op": "refetch", "stream": stream, "head": head})


def refused(stream: str, reason: str) -> str:
    return json.dumps({"op": "refused", "stream": stream, "reason": reason})


def people_frame(stream: str, count: int, people: list[dict[str, Any]]) -> str:
    return json.dumps({"op": "people", "stream": stream, "count": count, "people": people})
