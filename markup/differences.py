"""What differs between two texts, word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from diff_match_patch import diff_match_patch  # type: ignore[import-untyped]  # it has no types

Kind = Literal["same", "added", "removed", "gap"]

SECONDS: Final = 1.0
"""How long the search for the smallest difference may take; after that a larger one is told, and no wrong one."""

THOROUGH: Final = 20_000
"""How many words both texts may have for steps that heed no time: on a text that repeats itself, these take minutes."""

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_KINDS: Final[dict[int, Kind]] = {-1: "removed", 0: "same", 1: "added"}
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is in both, only in the new, or only in the old one; a gap stands for a stretch in both
    that is not told, and has no text."""

    kind: Kind
    text: str


class _Search(diff_match_patch):  # type: ignore[misc]  # it has no types
    def diff_halfMatch(self, old: str, new: str) -> Any:  # noqa: N802 - its name
        return super().diff_halfMatch(old, new) if len(old) + len(new) <= THOROUGH else None


def word_differences(
    old: str, new: str, *, context: int | None = None, seconds: float = SECONDS
) -> tuple[Segment, ...]:
    """The segments of both texts in order, whole words each: without the removed ones they are the new text, without
    the added ones the old. With ``context``, of a stretch in both only about so many characters beside each change
    are told, and of two texts that are the same only a gap."""
    codes: dict[str, str] = {}
    search = _Search()
    search.Diff_Timeout = seconds
    before, after = _encoded(old, codes), _encoded(new, codes)
    found = search.diff_main(before, after, False)
    if len(before) + len(after) <= THOROUGH:
        search.diff_cleanupSemantic(found)
    tokens = {code: token for token, code in codes.items()}
    segments = tuple(Segment(_KINDS[kind], "".join(tokens[code] for code in encoded)) for kind, encoded in found)
    return segments if context is None else tuple(_near_changes(segments, context))


def _encoded(text: str, codes: dict[str, str]) -> str:
    """One character for each word, so that the search compares words."""
    return "".join(codes.setdefault(token, _character(len(codes))) for token in _TOKENS.findall(text))


def _character(number: int) -> str:
    return chr(number if number < _SURROGATES.start else number + len(_SURROGATES))


def _near_changes(segments: tuple[Segment, ...], context: int) -> Iterator[Segment]:
    last = len(segments) - 1
    for place, segment in enumerate(segments):
        if segment.kind == "same":
            before = context if place > 0 else 0
            after = context if place < last else 0
            yield from _shortened(segment.text, before, after)
        else:
            yield segment


def _shortened(text: str, before: int, after: int) -> Iterable[Segment]:
    """About ``before`` characters of its beginning and ``after`` of its end, cut between words."""
    tokens = _TOKENS.findall(text)
    head = _taking(tokens, before)
    tail = _taking(tokens[::-1], after)
    if head + tail >= len(tokens):
        return [Segment("same", text)]
    parts = ["".join(tokens[:head]), "".join(tokens[len(tokens) - tail :])]
    return [
        *([Segment("same", parts[0])] if parts[0] else []),
        Segment("gap", ""),
        *([Segment("same", parts[1])] if parts[1] else []),
    ]


def _taking(tokens: list[str], characters: int) -> int:
    """How many of these tokens it takes to have so many characters."""
    length = 0
    for number, token in enumerate(tokens):
        if length >= characters:
            return number
        length += len(token)
    return len(tokens)
