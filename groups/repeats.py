"""Idempotency keys: who sends one thing twice, after a lost answer or by a double click, has done it once."""

import hashlib
import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KEY_LENGTH = 200


def new_key() -> str:
    """A key of its own for each form that is shown."""
    return uuid.uuid4().hex


def checked_key(key: str | None) -> str | None:
    """The key, 1 to 200 printable ASCII characters, or None; else ValidationError (field ``idempotency_key``)."""
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        message = _("An idempotency key is 1 to %(count)d printable ASCII characters.")
        raise ValidationError({"idempotency_key": message % {"count": KEY_LENGTH}})
    return key


def digest_of(*texts: str) -> str:
    """The SHA-256 in hex by which a repetition is told from another thing: of these texts, each in its place."""
    digest = hashlib.sha256()
    for text in texts:
        sent = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(sent) + sent)
    return digest.hexdigest()
