"""What a title and a text have to be before they are stored."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import SOURCE_LENGTH, TITLE_LENGTH
from markup.validators import storable

# Format and control characters: joiners, marks of direction. A text of them alone is none.
_UNSEEN = {"Cf", "Cc"}


def checked_title(title: str) -> str:
    """The title on one line; ValidationError (field ``title``) where it is blank, too long or cannot be stored."""
    _require_storable(title, field="title")
    line = " ".join(title.split())
    if not line:
        raise ValidationError({"title": _("A topic needs a title.")})
    _require_length(line, TITLE_LENGTH, field="title")
    if any(unicodedata.category(character) == "Cc" for character in line):
        raise ValidationError({"title": _("There are control characters in this title.")})
    return line


def checked_source(source: str) -> str:
    """The text with its line ends put in order; ValidationError (field ``source``) as for a title."""
    _require_storable(source, field="source")
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    if all(character.isspace() or unicodedata.category(character) in _UNSEEN for character in text):
        raise ValidationError({"source": _("There is no text yet.")})
    _require_length(text, SOURCE_LENGTH, field="source")
    return text


def checked_draft(text: str, *, field: str, max_length: int) -> str:
    """Unfinished text: it may be empty, but it has to fit and to be storable."""
    _require_storable(text, field=field)
    _require_length(text, max_length, field=field)
    return text


def _require_length(text: str, length: int, *, field: str) -> None:
    if len(text) > length:
        message = ngettext(
            "This is %(over)d character too long (at most %(length)d).",
            "This is %(over)d characters too long (at most %(length)d).",
            len(text) - length,
        )
        raise ValidationError({field: message % {"over": len(text) - length, "length": length}})


def _require_storable(text: str, *, field: str) -> None:
    try:
        storable(text)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None
