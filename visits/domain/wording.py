"""What the texts of a visit have to be before they are stored."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.wording import one_line
from markup.domain import renderings_of
from markup.validators import storable
from visits.enums import Heading


class Overtaken(ValidationError):
    """Somebody else saved since; ``revision`` is theirs, for whoever then wants to write over it."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            _(
                "Somebody else saved a change while you were writing. Your text is still here: look at theirs in "
                "another tab, then save again to replace it."
            ),
            code="overtaken",
        )
        self.revision = revision


class Faults:
    """Gathers what is wrong with what somebody sent, field by field, so that all of it is said at once."""

    def __init__(self) -> None:
        self._by_field: dict[str, list[str]] = {}

    def add(self, field: str, *messages: str) -> None:
        self._by_field.setdefault(field, []).extend(messages)

    def refuse(self) -> None:
        """ValidationError by field, if anything is wrong."""
        if self._by_field:
            raise ValidationError(self._by_field)

    def line(self, text: str, *, field: str, max_length: int, required: bool = True) -> str:
        """The text as one line with its spaces put in order; what is wrong with it is noted at ``field``."""
        if not required and not text.strip():
            return ""
        try:
            return one_line(text, field=field, max_length=max_length)
        except ValidationError as error:
            self.add(field, *error.messages)
            return ""

    def text(self, text: str, *, field: str, max_length: int, required: bool = False) -> str:
        """The text with plain line ends; what is wrong with it is noted at ``field``."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if required and not plain:
            self.add(field, _("This field is required."))
        if len(plain) > max_length:
            message = ngettext("At most %(count)d character.", "At most %(count)d characters.", max_length)
            self.add(field, message % {"count": max_length})
        try:
            storable(plain)
        except ValidationError as error:
            self.add(field, *error.messages)
        return plain


def unchanged_since(revision: int, expected: int | None) -> None:
    """Overtaken where somebody else saved in the meantime: what they wrote is not silently written over."""
    if expected is not None and expected != revision:
        raise Overtaken(revision)


def rendered(*sources: str, heading: Heading) -> None:
    """Renders the texts as they are stored, so that no reader waits for it."""
    renderings_of([source for source in sources if source], base_heading=heading)
