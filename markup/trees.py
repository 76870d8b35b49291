"""What is done to the whole tree of elements: headings brought under the page's own, footnotes set at the end."""

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from markup.blocks import Blocks
from markup.inline import FootnoteReference
from markup.languages import language_of

_WITHOUT_WORDS = {"hr", "pre"}
_LEVELS = {f"h{level}": level for level in range(1, 7)}


class Headings(Treeprocessor):
    """A heading of the first level becomes one of the level that the page has room for."""

    def __init__(self, md: Markdown, base: int) -> None:
        super().__init__(md)
        self.base = base

    def run(self, root: Element) -> None:
        for element in root.iter():
            if level := _LEVELS.get(element.tag):
                element.tag = f"h{min(6, level + self.base - 1)}"


class FootnoteTexts(Treeprocessor):
    """Before the inline patterns run: every footnote's blocks, after the text."""

    def __init__(self, md: Markdown, blocks: Blocks) -> None:
        super().__init__(md)
        self.blocks = blocks

    def run(self, root: Element) -> None:
        if not self.blocks.notes.footnotes:
            return
        section = SubElement(root, "section", {"class": "footnotes", "role": "doc-endnotes"})
        texts = SubElement(section, "ol")
        for lines in list(self.blocks.notes.footnotes.values()):
            self.blocks.read(lines, SubElement(texts, "li"), 1)


class FootnoteOrder(Treeprocessor):
    """After they ran: the footnotes in the order of their numbers, with the way back; those nobody refers to go."""

    def __init__(self, md: Markdown, blocks: Blocks, references: FootnoteReference) -> None:
        super().__init__(md)
        self.blocks = blocks
        self.references = references

    def run(self, root: Element) -> None:
        if not self.blocks.notes.footnotes:
            return
        section = root[-1]
        texts = dict(zip(self.blocks.notes.footnotes, section[0], strict=True))
        section[0][:] = [texts[name] for name in self.references.numbers]
        for name, number in self.references.numbers.items():
            text = texts[name]
            text.set("id", f"fn-{self.references.prefix}-{number}")
            last = text[-1] if len(text) and text[-1].tag == "p" else SubElement(text, "p")
            _append_text(last, " ")
            back = SubElement(last, "a", href=f"#fnref-{self.references.prefix}-{number}", role="doc-backlink")
            back.text = f"↩ {number}"
        if not self.references.numbers:
            root.remove(section)


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


class Mentions(Treeprocessor):
    """Collects the names that are mentioned in what will be shown, each once, in the order of the text."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.names: dict[str, None] = {}

    def run(self, root: Element) -> None:
        for element in root.iter("span"):
            if element.get("class") == "mention" and element.text:
                self.names[element.text.removeprefix("@")] = None


class Languages(Treeprocessor):
    """Every block carries the language in which it is written, where that is clear: its own, or else that of the whole
    text without what it quotes."""

    def run(self, root: Element) -> None:
        texts = [(block, "".join(block.itertext())) for block in root if block.tag not in _WITHOUT_WORDS]
        whole = language_of("\n".join(text for block, text in texts if block.tag != "blockquote"))
        for block, text in texts:
            language = language_of(text) or whole
            if language:
                block.set("lang", language)
