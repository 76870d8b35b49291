"""What is sent twice, after a lost answer or by a double click, is done once."""

from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from groups.repeats import checked_key
from visits.models import SentOnce

Row = TypeVar("Row", bound=SentOnce)


class KeyUsedTwice(Exception):
    """The idempotency key came before, with something else: ``made`` is what came of it then."""

    def __init__(self, made: SentOnce) -> None:
        super().__init__(
            _(
                "An earlier attempt was saved already, with something else in it. What you send now is not saved: "
                "look at what was saved, and add to it."
            )
        )
        self.made = made


def key_or_none(key: str) -> str | None:
    """The key, None for a blank one; ValidationError (``idempotency_key``) where it is too long or unprintable."""
    return checked_key(key or None)


def made_before(rows: "QuerySet[Row]", key: str | None, digest: str) -> Row | None:
    """Of the author's ``rows``, the one that this very request made before; KeyUsedTwice where another one did."""
    if key is None:
        return None
    earlier = rows.filter(idempotency_key=key).first()
    if earlier is not None and earlier.sent_digest != digest:
        raise KeyUsedTwice(earlier)
    return earlier
