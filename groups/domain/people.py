"""Persons: made, kept up to date and deactivated, never deleted."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.time_zones import known_time_zones
from groups.domain.wording import one_line
from groups.enums import NetworkOffice
from groups.models import AccessToken, Closure, OfficeHolding, Organisation, Person
from groups.policies import may_administer_network
from groups.session_store import SessionStore
from groups.standing import standing_of
from sockets.watch import rights_changed


@transaction.atomic
def create_person(
    *, email: str, name: str, organisation: Organisation | None, language: str, time_zone: str, by: Person
) -> Person:
    """A person who signs in by their e-mail address, once they have set a password by way of an e-mail to it.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (fields ``email``, ``name``,
    ``language``, ``time_zone``).
    """
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))
    return enrol(email=email, name=name, organisation=organisation, language=language, time_zone=time_zone)


def enrol(*, email: str, name: str, organisation: Organisation | None, language: str, time_zone: str) -> Person:
    """What ``create_person`` does, without asking whether anyone may: for the domain's own use."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from None
    if len(address) > 254:
        raise ValidationError({"email": _("This address is too long.")})
    if Person.objects.filter(email__iexact=address).exists():
        raise ValidationError({"email": _("Somebody with this address is known already.")})
    return Person.objects.create_user(
        address,
        name=one_line(name, field="name", max_length=150),
        organisation=organisation,
        language=_known_language(language),
        time_zone=_known_time_zone(time_zone),
    )


@transaction.atomic
def update_profile(*, person: Person, name: str, language: str, time_zone: str) -> Person:
    """The person's own name, language (a code of settings.LANGUAGES) and time zone (an IANA name).

    Raises PermissionDenied for a deactivated person, ValidationError (fields ``name``, ``language``, ``time_zone``).
    """
    if not standing_of(person).is_signed_in:
        raise PermissionDenied(_("This account is closed."))
    person.name = one_line(name, field="name", max_length=150)
    person.language = _known_language(language)
    person.time_zone = _known_time_zone(time_zone)
    person.save(update_fields=["name", "language", "time_zone"])
    return person


@transaction.atomic
def update_person(*, person: Person, name: str, organisation: Organisation | None, by: Person) -> Person:
    """What the secretariat writes about a person: the name, and for whom they are here.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (field ``name``).
    """
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))
    person.name = one_line(name, field="name", max_length=150)
    person.organisation = organisation
    person.save(update_fields=["name", "organisation"])
    return person


@transaction.atomic
def deactivate_person(*, person: Person, by: Person) -> None:
    """Closes the account: sessions, tokens and open sockets end at once; passkeys, the second lock and an address that
    waits to be confirmed are gone, for whoever made them may be why it is closed. What the person wrote keeps their
    name.

    Raises PermissionDenied unless ``by`` is of the secretariat and somebody else.
    """
    lock_secretariat()
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))
    if person.pk == by.pk:
        raise PermissionDenied(_("You cannot close your own account."))
    close_account(person, by=by)


def close_account(person: Person, *, by: Person | None = None) -> None:
    """What ``deactivate_person`` does, without asking whether anyone may: for the domain's own use."""
    if not Closure.objects.current().filter(person=person).exists():
        Closure.objects.create(person=person, started_by=by)
    person.is_active = False
    # Every session carries a hash of the password: without one, no session that was ever opened is valid again.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    AccessToken.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person, verified=False).delete()
    sessions = UserSession.objects.filter(user=person)
    SessionStore.get_model_class().objects.filter(pk__in=sessions.values("session_key")).delete()
    sessions.delete()
    rights_changed()


@transaction.atomic
def reactivate_person(*, person: Person, by: Person) -> None:
    """Opens a closed account again. What the person was in the network they are again; they choose a new password by
    way of an e-mail, and sessions, tokens and passkeys that ended stay ended. (So does a second lock that was lost.)

    Raises PermissionDenied unless ``by`` is of the secretariat.
    """
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))
    Closure.objects.current().filter(person=person).update(ended_at=timezone.now(), ended_by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    person.confirm_address()


def lock_secretariat() -> None:
    """Who leaves the secretariat leaves it after whoever left before, so that two at once cannot leave it empty."""
    seats = OfficeHolding.objects.current().filter(office=NetworkOffice.SECRETARIAT)
    list(seats.select_for_update().order_by("pk").values_list("pk"))


def _known_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("This language is not offered.")})
    return language


def _known_time_zone(time_zone: str) -> str:
    if time_zone not in known_time_zones():
        raise ValidationError({"time_zone": _("This time zone is not known.")})
    return time_zone
