"""What a text has to be before it is stored."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def one_line(text: str, *, field: str, max_length: int) -> str:
    """The text, its spaces put in order; ValidationError (at ``field``) where it is blank, too long, unprintable."""
    line = " ".join(text.split())
    if not line:
        raise ValidationError({field: _("This field is required.")})
    if len(line) > max_length:
        message = ngettext("At most %(count)d character.", "At most %(count)d characters.", max_length)
        raise ValidationError({field: message % {"count": max_length}})
    if not line.isprintable():
        raise ValidationError({field: _("There are characters here that cannot be shown.")})
    return line


def some_text(text: str, *, field: str, max_length: int, required: bool = False) -> str:
    """The text of several lines, without blanks around it; ValidationError (at ``field``) where it is too long, has
    characters that cannot be shown, or is missing though it is required."""
    text = text.replace("\r\n", "\n").strip()
    if required and not text:
        raise ValidationError({field: _("This field is required.")})
    if len(text) > max_length:
        message = ngettext("At most %(count)d character.", "At most %(count)d characters.", max_length)
        raise ValidationError({field: message % {"count": max_length}})
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise ValidationError({field: _("There are characters here that cannot be shown.")})
    return text
