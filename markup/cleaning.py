"""The last gate: whatever the renderer made, only these elements with these attributes and values get out."""

import re
from html import unescape

import nh3

from markup.addresses import is_allowed, is_footnote, is_upload

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "ul", "ol", "li"),
    *("strong", "em", "del", "sup", "span", "a", "img", "label", "input"),
    *("div", "section", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "title", "id", "role"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "input": {"type", "disabled", "checked"},
    "ol": {"start"},
    "li": {"id", "class"},
    "th": {"scope", "class"},
    "td": {"class"},
    "pre": {"tabindex"},
    "code": {"class"},
    "span": {"class"},
    "div": {"class", "tabindex"},
    "section": {"class", "role"},
}
_VALUES = {
    "lang": re.compile("[a-z]{2}"),
    "id": re.compile(r"fn(?:ref)?-[0-9a-f]{8}-\d{1,4}"),
    "class": re.compile(r"task|mention|footnotes|table-scroll|align-(?:center|right)|language-[a-z0-9+#-]{1,40}"),
    "role": re.compile(r"doc-(?:noteref|backlink|endnotes)"),
    "tabindex": re.compile("0"),
    "start": re.compile(r"\d{1,9}"),
    "scope": re.compile("col"),
    "loading": re.compile("lazy"),
    "decoding": re.compile("async"),
    "type": re.compile("checkbox"),
}


def _checked(_tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value if it may stand there; nh3 hands it over with entities resolved."""
    if attribute == "href":
        return value if is_allowed(value) or is_footnote(value) else None
    if attribute == "src":
        return value if is_upload(value) else None
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_checked,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
)
# In what the cleaner puts out, "<" starts a tag and every value is in double quotes.
_TAG = re.compile(r"<(?:[^>\"]++|\"[^\"]*+\")*+>")


def cleaned(html: str) -> str:
    """The HTML without anything that is not on the lists above."""
    return _CLEANER.clean(html)


def stripped(html: str) -> str:
    """The words of cleaned HTML."""
    return unescape(_TAG.sub("", html))
