"""People are invited into a group by letters to their addresses, and come in by the link in theirs."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.memberships import lock_members, open_membership
from groups.domain.people import enrol
from groups.domain.wording import some_text
from groups.enums import Entrance, Role
from groups.models import Invitation, Membership, Organisation, Person, WorkingGroup, digest_of
from groups.models.joining import INVITATION_LASTS
from groups.policies import may_give_role
from groups.standing import standing_of

ADDRESSES_AT_ONCE = 50
# An address with a name before it. What is longer is none, and is not worth reading.
LONGEST_ADDRESS = 400
OPEN_IN_A_GROUP = 500
MESSAGE_LIMIT = 2_000
# A second letter makes the link in the first open nothing: so soon, nobody wants that who sends again.
A_MOMENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation with the secret of its link, which can never be read again."""

    invitation: Invitation
    secret: str


def addresses_in(text: str) -> list[str]:
    """The addresses in a text, apart by commas, semicolons or lines ("Name <a@b.example>" too), each once, in small
    letters. ValidationError (field ``addresses``) names what is none."""
    if len(text) > ADDRESSES_AT_ONCE * LONGEST_ADDRESS:
        raise _too_many_addresses()
    parts = [part.strip() for part in re.split(r"[,;\n\r]+", text)]
    pieces = [piece for part in parts for piece in ([part] if "<" in part else part.split())]
    found: dict[str, None] = {}
    wrong = []
    for piece in pieces:
        address = (len(piece) <= LONGEST_ADDRESS and parseaddr(piece)[1].lower()) or piece
        try:
            validate_email(address)
            if len(address) > 254 or not address.isprintable():
                raise ValidationError("")
        except ValidationError:
            wrong.append(piece[:100])
        else:
            found[address] = None
    if wrong:
        raise ValidationError(
            {"addresses": [_("“%(text)s” is no e-mail address.") % {"text": text} for text in wrong[:10]]}
        )
    if not found:
        raise ValidationError({"addresses": _("This field is required.")})
    if len(found) > ADDRESSES_AT_ONCE:
        raise _too_many_addresses()
    return list(found)


def _too_many_addresses() -> ValidationError:
    words = ngettext("At most %(count)d address at once.", "At most %(count)d addresses at once.", ADDRESSES_AT_ONCE)
    return ValidationError({"addresses": words % {"count": ADDRESSES_AT_ONCE}})


@transaction.atomic
def invite_to_group(
    *,
    working_group: WorkingGroup,
    addresses: Iterable[str],
    role: Role,
    organisation: Organisation | None,
    message: str,
    language: str,
    by: Person,
) -> list[Letter]:
    """One open invitation per address, valid for two weeks; an address that has one gets it anew, as now said. The
    same a moment after is the same: no letter is written again.

    Raises PermissionDenied where ``by`` may not give that role, ValidationError (fields ``addresses``, ``message``,
    ``language``).
    """
    lock_members(working_group.pk)
    if not may_give_role(standing_of(by), working_group.pk, role):
        raise PermissionDenied(_("You may not give this role in this group."))
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("This language is not offered.")})
    message = some_text(message, field="message", max_length=MESSAGE_LIMIT)
    asked = list(addresses)
    _refuse_members(working_group, asked)
    open_ones = {each.email: each for each in Invitation.objects.open().filter(working_group=working_group)}
    if len(open_ones.keys() | set(asked)) > OPEN_IN_A_GROUP:
        raise ValidationError({"addresses": _("The group has too many open invitations. Withdraw some first.")})
    letters = []
    for address in asked:
        invitation = open_ones.get(address) or Invitation(working_group=working_group, email=address)
        terms = (role, organisation and organisation.pk, message, language)
        held = (invitation.role, invitation.organisation_id, invitation.message, invitation.language)
        if terms == held and _is_on_its_way(invitation):
            continue
        invitation.role, invitation.organisation = role, organisation
        invitation.message, invitation.language = message, language
        letters.append(_written(invitation, by))
    return letters


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Person) -> Letter:
    """The invitation anew, with another link and another two weeks; the link sent before opens nothing any more.
    ValidationError (``addresses``) a moment after it was sent."""
    held = _open(invitation, by)
    if _is_on_its_way(held):
        raise ValidationError(
            {"addresses": _("This was sent a moment ago. Wait half a minute before you send it again.")}
        )
    return _written(held, by)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Person) -> None:
    """The link opens nothing any more. Raises ValidationError where there is nothing left to withdraw."""
    held = _open(invitation, by)
    held.withdrawn_at, held.withdrawn_by = timezone.now(), by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])


def note_sent(*, invitation: Invitation) -> None:
    """Writes down that the letter was handed to the mail server."""
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())


@transaction.atomic
def accept_invitation(*, secret: str, person: Person) -> Membership:
    """Lets the person in as the invitation says; whoever is a member already keeps their role.

    Raises Invitation.DoesNotExist where the link opens nothing (any more), PermissionDenied where the invitation is to
    somebody else.
    """
    invitation = _valid(secret)
    if person.email.lower() != invitation.email:
        raise PermissionDenied(_("This invitation was sent to another address than yours."))
    return _enter(invitation, person)


@transaction.atomic
def accept_as_newcomer(*, secret: str, name: str, password: str, language: str, time_zone: str) -> Person:
    """Makes an account for the address that was invited, which thereby is confirmed, and lets it into the group.

    Raises Invitation.DoesNotExist where the link opens nothing (any more), ValidationError (fields ``name``,
    ``password``, ``language``, ``time_zone``; ``email`` where there is an account already).
    """
    invitation = _valid(secret)
    try:
        validate_password(password, Person(email=invitation.email, name=name))
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
    # Somebody may have signed up with this address and never confirmed it: the letter shows whose it is.
    unconfirmed = Person.objects.exclude(pk__in=Person.objects.confirmed().values("pk"))
    unconfirmed.filter(email__iexact=invitation.email, is_active=True).delete()
    person = enrol(
        email=invitation.email, name=name, organisation=invitation.organisation, language=language, time_zone=time_zone
    )
    person.set_password(password)
    person.save(update_fields=["password"])
    _enter(invitation, person)
    return person


def _is_on_its_way(invitation: Invitation) -> bool:
    written_before = timezone.now() - invitation.invited_at
    return invitation.pk is not None and written_before < A_MOMENT and not invitation.has_expired


def _written(invitation: Invitation, by: Person) -> Letter:
    secret = secrets.token_urlsafe(32)
    invitation.digest = digest_of(secret)
    invitation.invited_by, invitation.invited_at = by, timezone.now()
    invitation.expires_at, invitation.sent_at = timezone.now() + INVITATION_LASTS, None
    invitation.save()
    return Letter(invitation, secret)


def _open(invitation: Invitation, by: Person) -> Invitation:
    lock_members(invitation.working_group_id)
    held = Invitation.objects.open().filter(pk=invitation.pk).first()
    if held is None:
        raise ValidationError({"addresses": _("This invitation was accepted or withdrawn already.")})
    if not may_give_role(standing_of(by), held.working_group_id, Role(held.role)):
        raise PermissionDenied(_("You may not give this role in this group."))
    return held


def _valid(secret: str) -> Invitation:
    """The invitation of this link, locked, if it can be accepted now and who wrote it may still give its role."""
    invitation = Invitation.objects.valid().with_secret(secret).select_for_update(of=("self",)).get()
    if not may_give_role(standing_of(invitation.invited_by), invitation.working_group_id, Role(invitation.role)):
        raise Invitation.DoesNotExist
    return invitation


def _enter(invitation: Invitation, person: Person) -> Membership:
    lock_members(invitation.working_group_id)
    held = Membership.objects.current().filter(working_group=invitation.working_group, person=person).first()
    if held is None:
        held = open_membership(
            working_group=invitation.working_group,
            person=person,
            role=Role(invitation.role),
            by=invitation.invited_by,
            entrance=Entrance.INVITED,
        )
    if person.organisation_id is None and invitation.organisation_id is not None:
        person.organisation = invitation.organisation
        person.save(update_fields=["organisation"])
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return held


def _refuse_members(working_group: WorkingGroup, addresses: list[str]) -> None:
    members = Membership.objects.current().filter(working_group=working_group, person__email__in=addresses)
    inside = members.order_by("person__email").values_list("person__email", flat=True)
    wrong = [_("%(name)s is already a member of this group.") % {"name": email} for email in inside]
    if wrong:
        raise ValidationError({"addresses": wrong})
