"""Tables: a row of headings, a row of dashes, rows of cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from xml.etree.ElementTree import Element, SubElement

from markup.texts import set_text

_PIPE = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r" *:?-+:? *")


class HasText(Protocol):
    """A line as the block reader has it."""

    @property
    def text(self) -> str: ...


def _cells(row: str) -> list[str]:
    """The cells of a row; a pipe in a cell is written ``\\|``, in code too."""
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(row)]


def _alignment(dashes: str) -> str:
    dashes = dashes.strip()
    sides = (dashes.startswith(":"), dashes.endswith(":"))
    return {(True, True): "align-center", (False, True): "align-right"}.get(sides, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that starts at some line and is ``height`` lines high."""

    COLUMNS: ClassVar = 50
    CELLS: ClassVar = 10_000
    """Columns of one table, cells of all tables of a text; what is beyond is shown as it was typed."""

    heads: list[str]
    alignments: list[str]
    rows: list[str]

    @property
    def height(self) -> int:
        return len(self.rows) + 2

    @property
    def cells(self) -> int:
        return len(self.heads) * (len(self.rows) + 1)

    def build(self, parent: Element) -> None:
        """Append the table in a box that scrolls sideways. The first row names the columns."""
        table = SubElement(SubElement(parent, "div", {"class": "table-scroll", "tabindex": "0"}), "table")
        row = SubElement(SubElement(table, "thead"), "tr")
        for head, alignment in zip(self.heads, self.alignments, strict=True):
            cell = SubElement(row, "th", scope="col")
            self._fill(cell, head, alignment)
        if self.rows:
            body = SubElement(table, "tbody")
            for text in self.rows:
                row = SubElement(body, "tr")
                cells = _cells(text)
                for number, alignment in enumerate(self.alignments):
                    self._fill(SubElement(row, "td"), cells[number] if number < len(cells) else "", alignment)

    @staticmethod
    def _fill(cell: Element, text: str, alignment: str) -> None:
        set_text(cell, text)
        if alignment:
            cell.set("class", alignment)


def table_at(lines: Sequence[HasText], at: int, cells: int) -> Table | None:
    """The table whose row of headings is this line, if it is one, as far as it goes with that many cells."""
    if at + 1 >= len(lines) or "|" not in lines[at].text or "-" not in (dashes := lines[at + 1].text):
        return None
    if len(dashes) > 2_000 or not set(dashes) <= set("|:- "):
        return None
    heads, marks = _cells(lines[at].text), _cells(dashes)
    if len(heads) != len(marks) or len(heads) > Table.COLUMNS or not all(_DASHES.fullmatch(mark) for mark in marks):
        return None
    last = min(len(lines), at + 1 + cells // len(heads))
    if last < at + 2:
        return None
    end = at + 2
    while end < last and "|" in lines[end].text:
        end += 1
    return Table(heads, [_alignment(mark) for mark in marks], [line.text for line in lines[at + 2 : end]])
