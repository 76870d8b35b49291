"""From source to safe HTML, to plain text, to the names that are mentioned. Pure: no database, no language."""

import logging
import re
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.inlinepatterns import SubstituteTagInlineProcessor

from markup.blocks import Blocks, Notes
from markup.cleaning import cleaned, stripped
from markup.inline import AngledLink, BareLink, Code, Emphasis, FootnoteReference, Image, Link, Mention
from markup.source import SECTION_LIMIT, put_right
from markup.trees import FootnoteOrder, FootnoteTexts, Headings, Languages, Mentions

PIPELINE_VERSION = 2
"""To be raised with every change of what comes out, so that what was stored before is rendered anew."""

logger = logging.getLogger(__name__)

# Python-Markdown's own patterns that ours replace: they do less than is promised, or look through the whole rest of
# a paragraph for every bracket. Raw HTML has no pattern at all, and so is text.
_REPLACED = (
    *("backtick", "reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"),
    *("autolink", "automail", "linebreak", "html", "entity"),
)
_SPACES = re.compile(r"[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text as it is shown (``html``), as it is searched and quoted (``text``, not HTML), and whom it mentions."""

    html: SafeString
    text: str
    mentions: tuple[str, ...]


def render(source: str, *, base_heading: int = 2) -> Rendering:
    """Render any string whatever; what cannot be rendered, or is too long, is shown as it was typed.

    ``base_heading`` (1 to 6) is the level that a heading of the first level gets on the page.
    """
    text = put_right(source)
    if len(text) > SECTION_LIMIT:
        return _as_typed(text)
    try:
        html, mentions = _converted(text, base_heading)
    except Exception:  # whatever a text does to the renderer, the page that shows it must come
        logger.exception("a text of %d characters could not be rendered", len(text))
        return _as_typed(text)
    safe = cleaned(html)
    return Rendering(mark_safe(safe), _words(safe), mentions)  # noqa: S308 (cleaned one line above)


def _converted(text: str, base_heading: int) -> tuple[str, tuple[str, ...]]:
    """The renderer's HTML, not cleaned yet, and the mentions. A renderer serves one text and one thread."""
    md = Markdown(output_format="html")
    notes = Notes()
    blocks = Blocks(md, notes)
    md.parser = blocks
    for step in ("normalize_whitespace", "html_block"):
        md.preprocessors.deregister(step)
    md.postprocessors.deregister("raw_html")
    for pattern in _REPLACED:
        md.inlinePatterns.deregister(pattern)
    md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, *"~|<@\"'"]
    footnotes = FootnoteReference(md, notes, digest_of(text)[:8])
    md.inlinePatterns.register(Code(md), "backtick", 190)
    md.inlinePatterns.register(footnotes, "footnote", 175)
    md.inlinePatterns.register(Link(md, notes), "link", 160)
    md.inlinePatterns.register(Image(md, notes), "image", 150)
    md.inlinePatterns.register(AngledLink(md), "autolink", 120)
    md.inlinePatterns.register(BareLink(md), "bare link", 118)
    md.inlinePatterns.register(Mention(md), "mention", 116)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\n", "br"), "line end", 5)
    md.inlinePatterns.register(Emphasis(md), "em_strong", 60)
    mentions = Mentions(md)
    md.treeprocessors.register(FootnoteTexts(md, blocks), "footnote texts", 50)
    md.treeprocessors.register(FootnoteOrder(md, blocks, footnotes), "footnote order", 15)
    md.treeprocessors.register(Headings(md, base_heading), "headings", 14)
    md.treeprocessors.register(mentions, "mentions", 13)
    md.treeprocessors.register(Languages(md), "languages", 12)
    return md.convert(text), tuple(mentions.names)


def _as_typed(text: str) -> Rendering:
    html = f'<pre tabindex="0"><code>{escape(text)}</code></pre>'
    return Rendering(mark_safe(html), text, ())  # noqa: S308 (escaped one line above)


def _words(html: str) -> str:
    return _SPACES.sub("\n", stripped(html)).strip()


def digest_of(source: str) -> str:
    """The SHA-256, in hex, by which a source's rendering is stored; lone surrogates are counted as they are."""
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
