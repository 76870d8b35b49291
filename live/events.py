"""What is published: an event on a stream."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# An event's data as JSON text, in characters (all of them ASCII).
LONGEST_DATA = 1024 * 1024

_STREAM = re.compile(r"[a-z][a-z0-9_]{0,31}:[A-Za-z0-9_.-]{1,120}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """An event to publish: on ``stream`` ("topic:12"), called ``name`` ("post.added"), with ``data`` that JSON can
    hold. ``subject`` ("post:7") names what it is about, so that its data can be emptied later."""

    stream: str
    name: str
    data: Mapping[str, Any]
    subject: str = ""

    def encoded(self) -> str:
        """The data as JSON text in ASCII; ValueError for what may not be published."""
        if not is_stream_name(self.stream):
            raise ValueError(f"{self.stream!r} is not a stream's name, such as topic:12.")
        if not _NAME.fullmatch(self.name) or len(self.subject) > 200:
            raise ValueError(f"{self.name!r} about {self.subject!r} cannot be an event's name and subject.")
        text = json.dumps(self.data, separators=(",", ":"), allow_nan=False)
        if len(text) > LONGEST_DATA:
            raise ValueError(f"An event of {len(text)} characters is too long; {LONGEST_DATA} are allowed.")
        return text


def is_stream_name(name: str) -> bool:
    """Whether it has the form ``kind:key``."""
    return _STREAM.fullmatch(name) is not None


def split_name(stream: str) -> tuple[str, str]:
    """The kind and the key of a stream's name."""
    kind, _, key = stream.partition(":")
    return kind, key


def text_of(stream: str, number: int, name: str, data: str) -> str:
    """The text that carries an event; ``data`` is JSON text already, and the names hold nothing to escape."""
    return f'{{"stream":"{stream}","number":{number},"event":"{name}","data":{data}}}'
