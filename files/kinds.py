"""The kinds of things that files are attached to, each with its policy. An app registers its own in its ``apps.py``."""

from collections.abc import Callable
from dataclasses import dataclass

MayRead = Callable[[int | None, str], bool]


@dataclass(frozen=True, slots=True)
class FileKind:
    """``may_read(person_id, key)`` says whether this person (None: the public) may read what is attached to the key."""

    name: str
    may_read: MayRead


_kinds: dict[str, FileKind] = {}


def register_file_kind(kind: str, may_read: MayRead) -> None:
    """Make a kind known. Registering a name again replaces its policy."""
    _kinds[kind] = FileKind(kind, may_read)


def file_kind(kind: str) -> FileKind | None:
    """The kind of this name, if an app has registered it."""
    return _kinds.get(kind)
