"""Parts of pages that are drawn once and then remembered, each under everything that it shows.

A part's template gets nothing but the values that stand in its key, so what is remembered cannot be out of date, and
whoever is shown it was to be shown those values. What differs from one page to the next (a post's text, the page's
address, the form token) is left open in it, and filled in each time. docs/adr/0021-pages-in-parts.md says more.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

# Of all parts together: some 10,000 posts without their texts.
MOST_CHARACTERS = 20_000_000
# Nobody can write what stands for a gap: it is made anew in each process and never leaves it.
_SECRET = secrets.token_hex(16)
_PLAIN = (str, int, bool, type(None), date)


@dataclass(frozen=True, slots=True)
class Part:
    """A template's HTML; instead, where it has ``gaps``, a format string that names them."""

    html: SafeString
    pattern: str
    gaps: tuple[str, ...]

    @property
    def length(self) -> int:
        return len(self.html) + len(self.pattern)


class Remembered:
    """Parts by their keys, ``most`` characters at most: those that were asked for last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.length = 0
        self._parts: OrderedDict[tuple[Any, ...], Part] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...]) -> Part | None:
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    def keep(self, key: tuple[Any, ...], part: Part) -> None:
        with self._lock:
            known = self._parts.pop(key, None)
            self.length += part.length - (known.length if known else 0)
            self._parts[key] = part
            while self.length > self.most:
                self.length -= self._parts.popitem(last=False)[1].length


_parts = Remembered(MOST_CHARACTERS)


def draw(template: str, values: Mapping[str, Any], gaps: Mapping[str, object]) -> SafeString:
    """The template's HTML for these values, with the ``gaps`` filled in by their names, escaped unless they are safe.
    The form token is one of them. The template may print a gap, and cannot ask what is in it.

    TypeError for a value that could change while it is remembered, or that looks different from one that is equal.
    """
    key = (template, get_language(), get_current_timezone_name(), get_script_prefix(), *values.items())
    part = _parts.get(key)
    if part is None:
        for name, value in values.items():
            _refuse_what_changes(name, value)
        part = _part(get_template(template), values, gaps)
        _parts.keep(key, part)
    return format_html(part.pattern, **{name: gaps[name] for name in part.gaps}) if part.gaps else part.html


def _part(template: Any, values: Mapping[str, Any], gaps: Iterable[str]) -> Part:
    marks = {name: f"{_SECRET}-{name}-" for name in gaps}
    html: SafeString = template.render({**values, **marks})
    found = tuple(name for name, mark in marks.items() if mark in html)
    if not found:
        return Part(html, "", ())
    pattern = html.replace("{", "{{").replace("}", "}}")
    for name in found:
        pattern = pattern.replace(marks[name], f"{{{name}}}")
    return Part(SafeString(""), pattern, found)


def _refuse_what_changes(name: str, value: object) -> None:
    if type(value) in _PLAIN or (type(value) is datetime and value.tzinfo is UTC):
        return
    if isinstance(value, tuple):
        for each in value:
            _refuse_what_changes(name, each)
    elif is_dataclass(value) and type(value).__hash__ is not None:
        for field in fields(value):
            _refuse_what_changes(name, getattr(value, field.name))
    else:
        raise TypeError(f"A {type(value).__name__} cannot be remembered as {name}.")
