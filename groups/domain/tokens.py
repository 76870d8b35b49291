"""Access tokens: each person makes and revokes their own."""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.wording import one_line
from groups.models import AccessToken, Person, digest_of
from groups.standing import standing_of
from sockets.watch import rights_changed

TOKENS_PER_PERSON = 20
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(*, person: Person, name: str) -> tuple[AccessToken, str]:
    """Makes a token for the person; returns it with its secret, which can never be read again.

    Raises PermissionDenied for a deactivated person, ValidationError (field ``name``), also where a token of this name
    is in use: a form that was sent twice makes one.
    """
    Person.objects.select_for_update().filter(pk=person.pk).first()
    if not standing_of(person).is_signed_in:
        raise PermissionDenied(_("This account is closed."))
    name = one_line(name, field="name", max_length=100)
    in_use = AccessToken.objects.filter(person=person, revoked_at=None)
    if in_use.filter(name=name).exists():
        raise ValidationError({"name": _("You have a token of this name. Choose another, or revoke that one first.")})
    if in_use.count() >= TOKENS_PER_PERSON:
        raise ValidationError({"name": _("You have as many tokens as one person may have. Revoke one first.")})
    secret = f"mcw_{secrets.token_urlsafe(32)}"
    token = AccessToken.objects.create(person=person, name=name, digest=digest_of(secret), hint=secret[-4:])
    return token, secret


@transaction.atomic
def revoke_token(*, token: AccessToken, by: Person) -> None:
    """Ends the token at once, in open sockets too. Only its owner may; revoking it again changes nothing."""
    if token.person_id != by.pk:
        raise PermissionDenied(_("This token belongs to somebody else."))
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    rights_changed()


def note_use(*, token: AccessToken) -> None:
    """Writes down that the token was used, at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - USE_IS_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
