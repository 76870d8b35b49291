"""The kinds of notices. This room knows none of them: the room whose kind it is registers it, with its wording and with
who may see what it is about."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Told:
    """What a kind's wording may use: the name of whoever did it ("" where nobody did), and the facts noted then."""

    actor: str
    facts: Mapping[str, Any]


Pair = tuple[int, str]
Words = Callable[[Told], str]
Readers = Callable[[Sequence[Pair]], set[Pair]]


@dataclass(frozen=True, slots=True)
class Sort:
    """Kinds that a person chooses together whether to have e-mail about; ``label`` says in their words what it is."""

    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class NoticeKind:
    words: Words
    readers: Readers
    sort: Sort | None


_kinds: dict[str, NoticeKind] = {}


def register_notice_kind(kind: str, *, words: Words, readers: Readers, sort: Sort | None = None) -> None:
    """``words(told)`` says in one sentence of plain text, in the language that is active, what happened.
    ``readers(pairs)`` gets (person id, subject) pairs and returns those of people who may see that subject now, in a
    fixed number of queries; what is no longer there, nobody may see. Without a ``sort`` nobody can choose to have no
    e-mail about this kind alone."""
    _kinds[kind] = NoticeKind(words, readers, sort)


def sorts() -> list[Sort]:
    """What a person can choose among, each sort once."""
    return list({kind.sort.name: kind.sort for kind in _kinds.values() if kind.sort is not None}.values())


def kinds_of(names: Collection[str]) -> set[str]:
    """The kinds of the sorts of these names."""
    return {name for name, kind in _kinds.items() if kind.sort is not None and kind.sort.name in names}


def is_registered(kind: str) -> bool:
    return kind in _kinds


def words_of(kind: str, told: Told) -> str:
    return _kinds[kind].words(told)


def seen_now(wanted: Iterable[tuple[str, int, str]]) -> set[tuple[str, int, str]]:
    """Of these (kind, person id, subject) those that may be seen now; asks each registered check once."""
    kinds_by_check: dict[Readers, set[str]] = {}
    triples = {triple for triple in wanted if triple[0] in _kinds}
    for kind in {kind for kind, _, _ in triples}:
        kinds_by_check.setdefault(_kinds[kind].readers, set()).add(kind)
    seen = set()
    for readers, kinds in kinds_by_check.items():
        allowed = readers(sorted({(person, subject) for kind, person, subject in triples if kind in kinds}))
        seen |= {triple for triple in triples if triple[0] in kinds and triple[1:] in allowed}
    return seen
