"""How a story's text places photos of the log: a line of its own, ``[photo 12]``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PHOTO_LINE = re.compile(r"^[ \t]*\[photo (\d{1,18})\][ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class TextPart:
    """A stretch of Markdown between two photos."""

    source: str


@dataclass(frozen=True)
class PhotoPart:
    """A photo of the log, by its id."""

    photo_id: int


def parts_of(source: str) -> list[TextPart | PhotoPart]:
    """The story's texts and photos in their order; blank texts are left out."""
    parts: list[TextPart | PhotoPart] = []
    end = 0
    for line in _PHOTO_LINE.finditer(source):
        parts += _text(source[end : line.start()])
        parts.append(PhotoPart(int(line[1])))
        end = line.end()
    return parts + _text(source[end:])


def photo_ids_in(source: str) -> Sequence[int]:
    """The ids of the photos that the text places, each once, in their order."""
    return list(dict.fromkeys(part.photo_id for part in parts_of(source) if isinstance(part, PhotoPart)))


def _text(source: str) -> list[TextPart | PhotoPart]:
    return [TextPart(source.strip("\n"))] if source.strip() else []
