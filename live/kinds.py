"""Who may read a stream. Streams know nobody's rights: the room whose stream it is registers its kind."""

from collections.abc import Callable, Iterable, Sequence

from live.events import is_stream_name, split_name

Readers = Callable[[Sequence[tuple[int, str]]], set[tuple[int, str]]]

_readers: dict[str, Readers] = {}
_writers: dict[str, Readers] = {}


def register_stream_kind(kind: str, readers: Readers, *, writers: Readers | None = None) -> None:
    """Streams are named ``kind:key``. ``readers(pairs)`` is called in a database thread with (person id, key) pairs
    and returns those that may read the stream now, in a fixed number of queries. A stream that has no event yet
    exists if ``readers`` says so; a key comes as the client wrote it and need not name anything. ``writers``, asked in
    the same way about people who may read it, says who may show that they type there; without it nobody does."""
    _readers[kind] = readers
    if writers is not None:
        _writers[kind] = writers


def readable(pairs: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, stream name) pairs those that may be read now; asks each kind once."""
    by_kind: dict[str, list[tuple[int, str]]] = {}
    for person_id, stream in set(pairs):
        kind, key = split_name(stream)
        if kind in _readers and is_stream_name(stream):
            by_kind.setdefault(kind, []).append((person_id, key))
    return {
        (person_id, f"{kind}:{key}")
        for kind, keyed in by_kind.items()
        for person_id, key in _readers[kind](sorted(keyed))
    }


def may_type(person_id: int, stream: str) -> bool:
    """Whether this person, who may read the stream, may show there that they type."""
    kind, key = split_name(stream)
    return kind in _writers and (person_id, key) in _writers[kind]([(person_id, key)])
