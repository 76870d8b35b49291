"""Which addresses a text may lead to, and which images it may show."""

import re
from html import unescape

_ALLOWED = re.compile(r"(?:https?://[^\s/?#\\]|mailto:[^\s@]+@[^\s@]|/(?![/\\]))[^\s]*", re.IGNORECASE)
_UPLOAD = re.compile(r"/files/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/(?:small|medium|large)")
_OWN_FOOTNOTE = re.compile(r"#fn(?:ref)?-[0-9a-f]{8}-\d{1,4}")


def is_allowed(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or a path of this site (``/...``, never ``//...``)."""
    return _ALLOWED.fullmatch(unescape(address)) is not None


def is_upload(address: str) -> bool:
    """Whether this is one of our own uploaded images, which may be shown in place."""
    return _UPLOAD.fullmatch(address) is not None


def is_footnote(address: str) -> bool:
    """Whether this leads to a footnote that the pipeline itself made."""
    return _OWN_FOOTNOTE.fullmatch(address) is not None
