"""JSON that somebody wrote by hand: each value knows its path and line, so that a mistake can be pointed at."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from json import JSONDecoder

DECODER = JSONDecoder()
SPACE = re.compile(r"[ \t\n\r]*")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class SourceError(Exception):
    """What is wrong with the source, and on which line (counted from 1)."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a JSON source. Reading it as something that it is not raises SourceError."""

    value: object
    path: str
    lines: Mapping[str, int]

    @property
    def line(self) -> int:
        return self.lines[self.path]

    def refuse(self, reason: str) -> SourceError:
        return SourceError(f"{self.path} {reason}", self.line)

    def member(self, key: str) -> "Node":
        value = self._object()
        if key not in value:
            raise self.refuse(f'has no "{key}"')
        return Node(value[key], f"{self.path}.{key}", self.lines)

    def has(self, key: str) -> bool:
        return key in self._object()

    def only(self, *keys: str) -> None:
        """Refuses a member with any other name: it would be a misspelt one."""
        for key in self._object():
            if key not in keys:
                raise Node(None, f"{self.path}.{key}", self.lines).refuse("is not a member that is known here")

    def items(self) -> Iterator["Node"]:
        if not isinstance(self.value, list):
            raise self.refuse(f"must be a list, not {self.shown()}")
        for place, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{place}]", self.lines)

    def text(self, max_length: int) -> str:
        if not isinstance(self.value, str):
            raise self.refuse(f"must be a text, not {self.shown()}")
        if not self.value.strip():
            raise self.refuse("must not be blank")
        if len(self.value) > max_length:
            raise self.refuse(f"must have at most {max_length} characters")
        if not self.value.isprintable():
            raise self.refuse("has characters that cannot be shown")
        return self.value

    def matching(self, pattern: str, meaning: str) -> str:
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            raise self.refuse(f"must be {meaning}, not {self.shown()}")
        return self.value

    def number(self, low: float, high: float) -> float:
        number = self.value
        if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
            raise self.refuse(f"must be a number from {low:g} to {high:g}, not {self.shown()}")
        return float(number)

    def whole_number(self, low: int, high: int) -> int:
        number = self.value
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise self.refuse(f"must be a whole number from {low} to {high}, not {self.shown()}")
        return number

    def day(self) -> date:
        try:
            if isinstance(self.value, str) and ISO_DATE.fullmatch(self.value):
                return date.fromisoformat(self.value)
        except ValueError:
            pass
        raise self.refuse(f"must be a date such as 2012-01-31, not {self.shown()}")

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.refuse(f"must be an object, not {self.shown()}")
        return self.value

    def shown(self) -> str:
        """The value in at most 60 characters, for a message."""
        shown = json.dumps(self.value)
        return shown if len(shown) <= 60 else f"{shown[:57]}..."


def read_json(source: bytes) -> Node:
    """The root of a JSON source; raises SourceError where it is not UTF-8, not JSON, or names a member twice."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("this is not UTF-8", source.count(b"\n", 0, error.start) + 1) from None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        lines: dict[str, int] = {}
        _find_lines(text, 0, "$", lines)
    except json.JSONDecodeError as error:
        raise SourceError(f"this is not JSON: {error.msg} (column {error.colno})", error.lineno) from None
    except RecursionError:
        raise SourceError("this is nested too deeply", 1) from None
    except ValueError as error:
        raise SourceError(f"this is not JSON: {error}", _line_of(text, str(error))) from None
    return Node(value, "$", lines)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _line_of(text: str, part: str) -> int:
    return text.count("\n", 0, max(text.find(part), 0)) + 1


def _find_lines(text: str, at: int, path: str, lines: dict[str, int]) -> int:
    """Notes the line of the value at ``at`` and of all inside it; returns where it ends. The text is valid JSON."""
    at = _skip(text, at)
    lines[path] = text.count("\n", 0, at) + 1
    if text[at] == "{":
        at = _skip(text, at + 1)
        while text[at] != "}":
            key, after = DECODER.raw_decode(text, at)
            if f"{path}.{key}" in lines:
                raise SourceError(f'{path} has "{key}" twice', text.count("\n", 0, at) + 1)
            at = _find_lines(text, _skip(text, after) + 1, f"{path}.{key}", lines)
            at = _skip_comma(text, at)
        return at + 1
    if text[at] == "[":
        at, place = _skip(text, at + 1), 0
        while text[at] != "]":
            at = _skip_comma(text, _find_lines(text, at, f"{path}[{place}]", lines))
            place += 1
        return at + 1
    return DECODER.raw_decode(text, at)[1]


def _skip(text: str, at: int) -> int:
    space = SPACE.match(text, at)
    assert space is not None  # the pattern matches nothing at all, too
    return space.end()


def _skip_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
