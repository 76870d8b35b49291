"""How a person wants to be told by e-mail of what they have not read."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.utils import timezone

from notices.enums import Mail
from notices.kinds import kinds_of
from notices.models import MailChoice, Notice

_SALT = "notices.unsubscribe"


class BrokenLink(Exception):
    """A link to unsubscribe that this workspace did not make, or that lost a part on its way."""


def choose_mail(*, person_id: int, mail: Mail, unwanted: Iterable[str] | None = None) -> None:
    """From now on the person is told so, and not of the sorts that are ``unwanted`` (None: of those they chose before).
    Who wants none is not told later of what came meanwhile either."""
    chosen: dict[str, Any] = {"mail": mail}
    if unwanted is not None:
        chosen["unwanted"] = sorted(unwanted)
    with transaction.atomic():
        choice, _made = MailChoice.objects.update_or_create(person_id=person_id, defaults=chosen)
        waiting = Notice.objects.awaiting_mail().filter(recipient_id=person_id)
        if mail != Mail.NEVER:
            waiting = waiting.filter(kind__in=kinds_of(choice.unwanted))
        waiting.update(settled_at=timezone.now())


def unsubscribe(*, token: str) -> None:
    """Chooses no mail for the person whose mail this token came with; raises BrokenLink."""
    choose_mail(person_id=person_of_token(token), mail=Mail.NEVER)


def token_for(person_id: int) -> str:
    """What a mail's link to unsubscribe carries: it opens nothing else, and does not expire."""
    return signing.dumps(person_id, salt=_SALT)


def person_of_token(token: str) -> int:
    """Whose mail this token came with; raises BrokenLink."""
    try:
        person_id = int(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise BrokenLink from None
    if not get_user_model().objects.filter(pk=person_id).exists():
        raise BrokenLink
    return person_id
