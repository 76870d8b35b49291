"""What is taken as source: its bounds, and the characters that are put right before anything reads it."""

import re

POST_LIMIT = 100_000
"""Characters in a post, a log entry or a comment. Whoever stores one refuses more, at its field."""
SECTION_LIMIT = 1_000_000
"""Characters in the longest text of all, a plan's section. More than that is shown as it was typed."""

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Controls, marks that turn the direction of what follows (a file name or an address could be disguised with them;
# the letters of any script carry their own direction), and code points that are no characters.
_UNWANTED = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufdd0-\\ufdef\\ufff9-\\ufffb\\ufffe\\uffff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def put_right(source: str) -> str:
    """The source with line ends as ``\\n``, tabs as spaces, and no character that is invisible and dangerous."""
    text = _LINE_ENDS.sub("\n", source)
    text = _UNWANTED.sub("", text)
    return _LONE_SURROGATE.sub("\ufffd", text).expandtabs(4)
