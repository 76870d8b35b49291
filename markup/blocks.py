"""The blocks of a text: paragraphs, lists, quotes, code, tables, headings, footnotes.

Python-Markdown wants four spaces under a list item and a blank line above a list, and looks through what is left
of the text again at every level. People write as in other tools, and some of them to break things; so the blocks
are read here, line by line: every line is looked at once for each container that it stands in, and containers nest
``DEPTH`` deep.
"""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown.blockparser import BlockParser

from markup.tables import Table, table_at
from markup.texts import LINE, PARAGRAPH, set_literal, set_text

DEPTH = 10
"""Lists and quotes inside each other; deeper markers are shown as they were typed."""
FOOTNOTES = 500
"""Footnotes of one text; further definitions are shown as they were typed."""
_ITEM = re.compile(r"([-*+]|(\d{1,9})[.)])(?: +|$)")
_FENCE = re.compile(r"(`{3,}|~{3,}) *([^`\s]{0,40})[^`]*$")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]{1,60})\]: *")
_REFERENCE = re.compile(r"\[([^\[\]^][^\[\]]{0,100})\]: *(\S{1,2000})(?: +(?:\"([^\"]{0,500})\"|'([^']{0,500})'))?$")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its indent, and how wide the indent was."""

    indent: int
    text: str

    @classmethod
    def of(cls, raw: str) -> "Line":
        text = raw.lstrip(" ")
        return cls(len(raw) - len(text), text.rstrip())

    def without(self, width: int) -> "Line":
        return Line(max(0, self.indent - width), self.text)

    def __str__(self) -> str:
        return " " * self.indent + self.text


@dataclass(slots=True)
class Item:
    """A list item: its lines without the marker, and whether a blank line stands between them."""

    lines: list[Line]
    loose: bool = False


@dataclass(slots=True)
class Notes:
    """What a text defines for use elsewhere in it: footnotes by name, and (address, title) by reference name."""

    footnotes: dict[str, list[Line]] = field(default_factory=dict)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)


def _is_rule(text: str) -> bool:
    bare = text.replace(" ", "")
    return len(bare) >= 3 and bare[0] in "-*_" and bare == bare[0] * len(bare)


def _heading_level(text: str) -> int:
    level = len(text) - len(text.lstrip("#"))
    return level if 1 <= level <= 6 and text[level : level + 1] in ("", " ") else 0


def _closes(fence: str, text: str) -> bool:
    return len(text) >= len(fence) and text == fence[0] * len(text)


def _stops_a_paragraph(text: str) -> bool:
    """Whether a line starts something else even where a paragraph is open. (A year at a line's start does not.)"""
    item = _ITEM.match(text)
    return (
        text.startswith(">")
        or _is_rule(text)
        or bool(_heading_level(text))
        or _FENCE.match(text) is not None
        or (item is not None and item.end() < len(text) and item[2] in (None, "1"))
    )


class Blocks(BlockParser):
    """Reads lines into elements whose text is left for the inline patterns."""

    def __init__(self, md: object, notes: Notes) -> None:
        super().__init__(md)  # type: ignore[arg-type]  # the stubs want the Markdown class, which imports this module's user
        self.notes = notes
        self.cells_left = Table.CELLS

    def parseDocument(self, lines: "list[str]") -> ElementTree:  # type: ignore[override]  # noqa: N802 (named by Python-Markdown)
        root = Element("div")
        self.read([Line.of(raw) for raw in lines], root, 0)
        return ElementTree(root)

    def read(self, lines: list[Line], parent: Element, depth: int, *, tight: bool = False) -> None:
        """Append the blocks in these lines to the parent. In a ``tight`` parent the first paragraph is bare text."""
        at, paragraph, length = 0, list[str](), 0

        def close() -> None:
            if paragraph:
                self._paragraph(paragraph, parent, tight)
                paragraph.clear()

        while at < len(lines):
            line = lines[at]
            text = line.text
            length = length + len(text) + LINE if paragraph else 0
            if length > PARAGRAPH:
                close()
            if not text:
                close()
                at += 1
            elif paragraph and (level := _underline(text)):
                set_text(SubElement(parent, level), "\n".join(paragraph))
                paragraph.clear()
                at += 1
            elif depth == 0 and line.indent >= 4:
                if paragraph:
                    paragraph.append(text)
                    at += 1
                else:
                    at = self._indented_code(lines, at, parent)
            elif depth >= DEPTH or (paragraph and not self._something_starts(lines, at)):
                paragraph.append(text)
                at += 1
            else:
                close()
                at = self._block(lines, at, parent, depth, paragraph)
        close()

    def _something_starts(self, lines: list[Line], at: int) -> bool:
        return _stops_a_paragraph(lines[at].text) or table_at(lines, at, self.cells_left) is not None

    def _block(self, lines: list[Line], at: int, parent: Element, depth: int, paragraph: list[str]) -> int:
        """Read the block that starts at this line; return the number of the line after it."""
        text = lines[at].text
        if fence := _FENCE.match(text):
            return self._fenced_code(lines, at, parent, fence[1], fence[2])
        if level := _heading_level(text):
            set_text(SubElement(parent, f"h{level}"), _heading_text(text[level:]))
            return at + 1
        if _is_rule(text):
            SubElement(parent, "hr")
            return at + 1
        if text.startswith(">"):
            return self._quote(lines, at, parent, depth)
        if _ITEM.match(text):
            return self._list(lines, at, parent, depth)
        if table := table_at(lines, at, self.cells_left):
            self.cells_left -= table.cells
            table.build(parent)
            return at + table.height
        if depth == 0 and len(self.notes.footnotes) < FOOTNOTES and (note := _FOOTNOTE.match(text)):
            return self._footnote(lines, at, note)
        if reference := _REFERENCE.match(text):
            address, title = reference[2], reference[3] or reference[4] or ""
            self.notes.references.setdefault(reference[1].strip().casefold(), (address.strip("<>"), title))
            return at + 1
        paragraph.append(text)
        return at + 1

    def _paragraph(self, paragraph: list[str], parent: Element, tight: bool) -> None:
        holder = parent if tight and not len(parent) and not parent.text else SubElement(parent, "p")
        text = "\n".join(paragraph)
        task = _TASK.match(text) if parent.tag == "li" and parent.get("class") is None else None
        if task is None or len(parent) > (holder is not parent):
            set_text(holder, text)
            return
        parent.set("class", "task")
        label = SubElement(holder, "label")
        box = SubElement(label, "input", type="checkbox", disabled="disabled")
        if task[1] != " ":
            box.set("checked", "checked")
        box.tail = " "
        set_text(SubElement(label, "span"), text[task.end() :])

    def _code(self, lines: list[str], parent: Element, language: str) -> None:
        code = SubElement(SubElement(parent, "pre", tabindex="0"), "code")
        set_literal(code, "\n".join(lines))
        if _LANGUAGE.fullmatch(language):
            code.set("class", f"language-{language.lower()}")

    def _indented_code(self, lines: list[Line], at: int, parent: Element) -> int:
        end = last = at
        while end < len(lines) and (not lines[end].text or lines[end].indent >= 4):
            if lines[end].text:
                last = end
            end += 1
        self._code([str(line.without(4)) for line in lines[at : last + 1]], parent, "")
        return last + 1

    def _fenced_code(self, lines: list[Line], at: int, parent: Element, fence: str, language: str) -> int:
        end = at + 1
        while end < len(lines) and not _closes(fence, lines[end].text):
            end += 1
        self._code([str(line.without(lines[at].indent)) for line in lines[at + 1 : end]], parent, language)
        return end + 1

    def _quote(self, lines: list[Line], at: int, parent: Element, depth: int) -> int:
        """A quote ends with the first line that has no mark: what stands right under it is the answer."""
        end, inner = at, []
        while end < len(lines) and lines[end].text.startswith(">"):
            inner.append(Line.of(lines[end].text[1:].removeprefix(" ")))
            end += 1
        self.read(inner, SubElement(parent, "blockquote"), depth + 1)
        return end

    def _footnote(self, lines: list[Line], at: int, note: re.Match[str]) -> int:
        end, inner = at + 1, [Line.of(lines[at].text[note.end() :])]
        while end < len(lines) and (not lines[end].text or lines[end].indent >= 2):
            inner.append(lines[end].without(4))
            end += 1
        self.notes.footnotes.setdefault(note[1], inner)
        return end

    def _list(self, lines: list[Line], at: int, parent: Element, depth: int) -> int:
        first = _ITEM.match(lines[at].text)
        assert first is not None
        ordered = first[2] is not None
        element = SubElement(parent, "ol" if ordered else "ul")
        if first[2] not in (None, "1"):
            element.set("start", str(int(first[2])))
        items, loose = list[Item](), False
        while at < len(lines):
            marker = _ITEM.match(lines[at].text)
            if marker is None or (marker[2] is not None) != ordered or _is_rule(lines[at].text):
                break
            item, end = _item(lines, at, marker)
            items.append(item)
            at = end
            while at < len(lines) and not lines[at].text:
                at += 1
            loose = loose or item.loose
            if at > end and at < len(lines) and _continues(lines[at], ordered):
                loose = True
        for item in items:
            self.read(item.lines, SubElement(element, "li"), depth + 1, tight=not loose)
        return at


def _continues(line: Line, ordered: bool) -> bool:
    marker = _ITEM.match(line.text)
    return marker is not None and (marker[2] is not None) == ordered and not _is_rule(line.text)


def _item(lines: list[Line], at: int, marker: re.Match[str]) -> tuple[Item, int]:
    """The list item that starts at this line, and the number of the line after it.

    What stands two columns or more to the right of the marker belongs to the item, and so does a line of text
    right under a line of its text.
    """
    start, text = lines[at], lines[at].text
    width = marker.end() if marker.end() - len(marker[1]) <= 4 else len(marker[1]) + 1
    edge: int | None = None
    own, fence = [Line.of(text[width:])], _FENCE.match(text[width:])
    open_fence, loose, end = fence[1] if fence else "", False, at + 1
    while end < len(lines):
        line = lines[end]
        blank_above = not own[-1].text and len(own) > 1
        if line.text and line.indent < start.indent + 2:
            if open_fence or blank_above or _ITEM.match(line.text) or _stops_a_paragraph(line.text):
                break
            own.append(Line(0, line.text))
        else:
            if line.text and edge is None:
                edge = min(line.indent, start.indent + width)
            if line.text and blank_above and not open_fence:
                loose = True
            own.append(line.without(edge or 0))
            if open_fence:
                open_fence = "" if _closes(open_fence, line.text) else open_fence
            elif fence := _FENCE.match(line.text):
                open_fence = fence[1]
        end += 1
    while len(own) > 1 and not own[-1].text:
        own.pop()
        end -= 1
    return Item(own, loose), end


def _underline(text: str) -> str:
    if len(text) >= 2 and text == text[0] * len(text):
        return {"=": "h1", "-": "h2"}.get(text[0], "")
    return ""


def _heading_text(text: str) -> str:
    text = text.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare.endswith(" ") else text
