"""Text put into elements: in pieces where it is long.

The inline patterns copy a paragraph at every match, and the cleaner a piece of text at every sign that it escapes.
"""

from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString, code_escape

PARAGRAPH = 10_000
"""Characters in one paragraph: the next line starts another one. A single line that is longer has no inline marks."""

LINE = 20
"""Characters that the end of a line counts for in this."""


def set_text(element: Element, text: str) -> None:
    """Give the element a text, whose inline marks are still to be read if it is not too long for prose."""
    if len(text) <= 2 * PARAGRAPH:
        element.text = text
    else:
        set_literal(element, text)


def set_literal(element: Element, text: str) -> None:
    """Give the element a text that is shown to the letter."""
    if len(text) <= PARAGRAPH:
        element.text = AtomicString(code_escape(text))
        return
    for start in range(0, len(text), PARAGRAPH):
        SubElement(element, "span").text = AtomicString(code_escape(text[start : start + PARAGRAPH]))
