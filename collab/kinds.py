"""The kinds of documents there are: an app registers each of its own with who may read and write which text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do in one document, now.

    ``keys`` are the names of its texts, ``writable`` those that the person may write into, ``user`` how presence names
    them (string values such as name, colour, region); nobody names themselves.
    """

    may_read: bool = False
    keys: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    user: Mapping[str, str] = field(default_factory=dict)


RightsOf = Callable[[Sequence[Pair]], Mapping[Pair, Rights]]

NOTHING = Rights()
_kinds: dict[str, RightsOf] = {}


def register_document_kind(kind: str, rights: RightsOf) -> None:
    """Makes ``/ws/docs/<kind>/<key>`` exist. ``rights`` is asked about any number of (person id, key) pairs at once, in
    a database thread, and answers in a fixed number of queries; a pair that it leaves out has no rights."""
    _kinds[kind] = rights


def is_registered(kind: str) -> bool:
    return kind in _kinds


def rights_of(kind: str, pairs: Sequence[Pair]) -> dict[Pair, Rights]:
    """The rights of each (person id, key) pair; nobody has any of an unknown kind or an impossible key."""
    known = _kinds.get(kind)
    possible = [pair for pair in pairs if "\0" not in pair[1]]
    asked = known(possible) if known is not None and possible else {}
    return {pair: asked.get(pair, NOTHING) for pair in pairs}
