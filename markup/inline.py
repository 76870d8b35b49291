"""What stands inside a line: links, images, mentions, struck text, references to footnotes.

Each pattern is bounded in what it looks at, so that ten thousand opening brackets cost ten thousand short looks.
"""

import re
from html import unescape
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import DelimiterProcessor, InlineProcessor
from markdown.util import AtomicString, code_escape

from markup.addresses import is_allowed, is_upload
from markup.blocks import Notes

Found = tuple[Element | str | None, int | None, int | None]
NOTHING: Found = (None, None, None)

_LABEL = r"\[(?P<label>(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,1000}+)\]"
_TARGET = (
    r"\(\s{0,5}(?P<address><[^<>\n]{0,2000}>|(?:[^\s()<>]|\([^\s()<>]{0,200}\)){0,2000}+)"
    r"(?:\s{1,5}(?:\"(?P<title>[^\"]{0,500})\"|'(?P<title1>[^']{0,500})'))?\s{0,5}\)"
)
_LINK = rf"{_LABEL}(?:{_TARGET}|\[(?P<name>[^\[\]]{{0,100}})\])?"
_BARE = r"(?<![\w/@.:-])(?:https?://|www\.)[^\s<>\"`\x02\x03|\\^{}]{1,2000}"
_ANGLED = r"<(?P<address>(?:https?://|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,190}\.\w{2,24})>"
_MENTION = r"(?<![\w@/.+\-\\])@(?P<name>[^\W_](?:[\w.-]{0,62}\w)?)(?![\w@])"
_FOOTNOTE = r"\[\^(?P<name>[^\[\]\s]{1,60})\]"
_CODE_POINT = re.compile("\x02(\\d{1,7})\x03")
_TRAILING = ".,;:!?'\"*_~]"


def _as_typed(text: str) -> str:
    """The text with Python-Markdown's marks for escaped characters turned back into the characters."""
    return _CODE_POINT.sub(lambda mark: chr(int(mark[1])), text)


class Pattern(InlineProcessor):
    """An inline pattern of ours, which knows what it stands in."""

    PATTERN = ""

    def __init__(self, md: Markdown) -> None:
        super().__init__(self.PATTERN, md)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: ARG002, N802 - as the renderer calls it
        return self.found(m)

    def found(self, m: re.Match[str]) -> Found:
        """What this match becomes and where it starts and ends; ``NOTHING`` if it is not meant after all."""
        raise NotImplementedError

    def stands_in_link(self) -> bool:
        return "a" in self.md.treeprocessors["inline"].ancestors  # type: ignore[attr-defined]  # the inline processor's own


class Code(Pattern):
    """Code between backticks, or between as many of them as the code itself has not."""

    PATTERN = r"(?<![`\\])(?P<ticks>`{1,20})(?!`)(?P<code>.{1,5000}?)(?<!`)(?P=ticks)(?!`)"

    def found(self, m: re.Match[str]) -> Found:
        element = Element("code")
        element.text = AtomicString(code_escape(m["code"].strip()))
        return element, m.start(), m.end()


class Link(Pattern):
    """``[label](address "title")``, ``[label][name]``, ``[name]``. What leads nowhere allowed stays as it was typed."""

    PATTERN = rf"(?<!!){_LINK}"

    def __init__(self, md: Markdown, notes: Notes) -> None:
        super().__init__(md)
        self.notes = notes

    def found(self, m: re.Match[str]) -> Found:
        label = m["label"]
        if m["address"] is not None:
            address, title = m["address"].strip("<>"), m["title"] or m["title1"] or ""
        elif m.start() and m.string[m.start() - 1] == "]":
            return NOTHING  # the second half of ``![description][name]``
        else:
            name = _as_typed(m["name"] or label).strip().casefold()
            address, title = self.notes.references.get(name, ("", ""))
        address = _as_typed(self.unescape(address))
        if not address or not is_allowed(address):
            return NOTHING
        element = self.element(label, address)
        if title and element.tag != "span":
            element.set("title", unescape(_as_typed(self.unescape(title))))
        return element, m.start(), m.end()

    def element(self, label: str, address: str) -> Element:
        return self.link(label if label.strip() else AtomicString(address), address)

    def link(self, text: str, address: str) -> Element:
        """A link with this text; inside another link only the text."""
        element = Element("span") if self.stands_in_link() else Element("a", href=address)
        element.text = text
        return element


class Image(Link):
    """``![description](address)``. An image of our own is shown; any other becomes a link with the description, so
    that opening a page tells no stranger's server who reads it."""

    PATTERN = rf"!{_LINK}"

    def element(self, label: str, address: str) -> Element:
        description = unescape(_as_typed(self.unescape(label))).strip()
        if is_upload(address):
            return Element("img", src=address, alt=description, loading="lazy", decoding="async")
        return self.link(AtomicString(description or address), address)


class AngledLink(Pattern):
    """``<https://...>`` and ``<somebody@example.org>``."""

    PATTERN = _ANGLED
    ANCESTOR_EXCLUDES = ("a",)

    def found(self, m: re.Match[str]) -> Found:
        typed = _as_typed(self.unescape(m["address"]))
        address = typed if ":" in typed else f"mailto:{typed}"
        if not is_allowed(address):
            return NOTHING
        element = Element("a", href=address)
        element.text = AtomicString(typed.removeprefix("mailto:"))
        return element, m.start(), m.end()


class BareLink(Pattern):
    """An address that simply stands in the text. The full stop or bracket after it is not part of it."""

    PATTERN = _BARE
    ANCESTOR_EXCLUDES = ("a",)

    def found(self, m: re.Match[str]) -> Found:
        typed = m[0]
        while True:
            bare = typed.rstrip(_TRAILING)
            if bare.endswith(")") and bare.count(")") > bare.count("("):
                bare = bare[:-1]
            if bare == typed:
                break
            typed = bare
        address = f"https://{typed}" if typed.startswith("www.") else typed
        if not is_allowed(address) or typed == "www":
            return NOTHING
        element = Element("a", href=address)
        element.text = AtomicString(typed)
        return element, m.start(), m.start() + len(typed)


class Mention(Pattern):
    """``@name``, though not in an e-mail address, a link or code."""

    PATTERN = _MENTION
    ANCESTOR_EXCLUDES = ("a",)

    def found(self, m: re.Match[str]) -> Found:
        element = Element("span", {"class": "mention"})
        element.text = AtomicString(m[0])
        return element, m.start(), m.end()


class Emphasis(DelimiterProcessor):
    """``*em*``, ``**strong**``, ``_em_``, ``__strong__`` and ``~~struck~~``.

    A paragraph with more than ``MARKS`` of these signs is no prose, and nesting them costs time that grows with the
    square of their number: there they stay as typed.
    """

    MARKS = 1_000

    def __init__(self, md: Markdown) -> None:
        super().__init__("*", "strong,em", md)
        self.add("_", "strong,em", smart=True)
        self.add("~", "del", double=True)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802 - as above
        if data.count("*") + data.count("_") + data.count("~") > self.MARKS:
            return None, m.start(), len(data)
        return super().handleMatch(m, data)


class FootnoteReference(Pattern):
    """``[^name]`` where a footnote of that name is defined; numbered in the order of first use."""

    PATTERN = _FOOTNOTE
    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, notes: Notes, prefix: str) -> None:
        super().__init__(md)
        self.notes = notes
        self.prefix = prefix
        self.numbers: dict[str, int] = {}

    def found(self, m: re.Match[str]) -> Found:
        name = _as_typed(m["name"])
        if name not in self.notes.footnotes:
            return NOTHING
        is_first = name not in self.numbers
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        element = Element("sup")
        link = SubElement(element, "a", href=f"#fn-{self.prefix}-{number}", role="doc-noteref")
        if is_first:
            link.set("id", f"fnref-{self.prefix}-{number}")
        link.text = AtomicString(str(number))
        return element, m.start(), m.end()
