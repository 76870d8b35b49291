"""How the rooms' operations answer whoever polls a stream, for want of a socket."""

from typing import Any

from ninja import Schema


class EventOut(Schema):
    number: int
    event: str
    data: dict[str, Any]


class EventsOut(Schema):
    """``refetch`` says that what follows ``after`` is not kept any more: read the whole again, go on from ``head``."""

    events: list[EventOut]
    head: int
    refetch: bool
