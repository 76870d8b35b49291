"""What every text that is stored has to be, whatever it is for."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def storable(text: str) -> None:
    """ValidationError for what no database of ours keeps: a NUL, or half of a surrogate pair."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError(
            _("There are characters here that cannot be stored (NUL or half a character)."), "storable"
        )
