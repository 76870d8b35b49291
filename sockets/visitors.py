"""Who is at the other end of a WebSocket. Sockets know no people: whoever does registers a doorkeeper."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with the session or the bearer token they came by.

    Exactly one of ``session_key`` and ``token_id`` is set. ``fingerprint`` changes when the person's password does, if
    that is to end what they came by.
    """

    person_id: int
    name: str
    session_key: str | None
    token_id: int | None
    fingerprint: str


class Doorkeeper(Protocol):
    """Tells who somebody is. Both are called in a database thread."""

    def identify(self, *, session_key: str | None, bearer: str | None) -> Visitor | None:
        """The visitor with this bearer token or, where there is none, with this session; None for nobody."""
        ...

    def still_welcome(self, visitors: Set[Visitor]) -> set[Visitor]:
        """Those of the visitors whose session or token holds now, in a fixed number of queries."""
        ...


_doorkeeper: Doorkeeper | None = None


def register_doorkeeper(doorkeeper: Doorkeeper) -> None:
    """Makes this the process's doorkeeper, in place of the one before."""
    global _doorkeeper  # noqa: PLW0603 - one per process, set while the applications load
    _doorkeeper = doorkeeper


def doorkeeper() -> Doorkeeper:
    if _doorkeeper is None:
        raise RuntimeError("No doorkeeper is registered: nobody could be let in.")
    return _doorkeeper
