"""Who may speak for a region, and who holds an office of the network: the secretariat says so."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.people import enrol, lock_secretariat
from groups.enums import NetworkOffice
from groups.models import Mandate, OfficeHolding, Person, Region
from groups.notice_kinds import MANDATE_ENDED, MANDATE_GIVEN, mandate_news
from groups.policies import may_administer_network
from groups.standing import standing_of
from notices.domain import notify
from sockets.watch import rights_changed


@transaction.atomic
def give_mandate(*, person: Person, region: Region, by: Person) -> Mandate:
    """Lets the person speak for the region from now on, in place of whoever did; both hear of it.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (``person``) for a closed account.
    """
    _require_secretariat(by)
    Region.objects.select_for_update().get(pk=region.pk)
    _require_active(person)
    current = Mandate.objects.current().filter(region=region).first()
    if current is not None and current.person_id == person.pk:
        return current
    now = timezone.now()
    Mandate.objects.current().filter(region=region).update(ended_at=now, ended_by=by)
    mandate = Mandate.objects.create(person=person, region=region, started_at=now, started_by=by)
    rights_changed()
    news = [mandate_news(MANDATE_GIVEN, mandate, by)]
    if current is not None:
        news.append(mandate_news(MANDATE_ENDED, current, by))
    notify(*news)
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, by: Person) -> None:
    """Ends the mandate, of which the person hears; the region has nobody to speak for it until another is given."""
    _require_secretariat(by)
    if Mandate.objects.current().filter(pk=mandate.pk).update(ended_at=timezone.now(), ended_by=by):
        rights_changed()
        notify(mandate_news(MANDATE_ENDED, mandate, by))


@transaction.atomic
def give_office(*, person: Person, office: NetworkOffice, by: Person) -> OfficeHolding:
    """Gives the person an office of the network; returns the current holding where they have it already.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (``person``) for a closed account.
    """
    _require_secretariat(by)
    _require_active(person)
    holding, created = OfficeHolding.objects.current().get_or_create(
        person=person, office=office, defaults={"started_by": by}
    )
    if created:
        rights_changed()
    return holding


@transaction.atomic
def end_office(*, holding: OfficeHolding, by: Person) -> None:
    """Ends the holding. Raises ValidationError (field ``office``) where nobody would be left of the secretariat."""
    lock_secretariat()
    _require_secretariat(by)
    others = OfficeHolding.objects.current().filter(office=NetworkOffice.SECRETARIAT, person__is_active=True)
    if holding.office == NetworkOffice.SECRETARIAT and not others.exclude(pk=holding.pk).exists():
        raise ValidationError({"office": _("Nobody would be left of the secretariat. Name a successor first.")})
    OfficeHolding.objects.current().filter(pk=holding.pk).update(ended_at=timezone.now(), ended_by=by)
    rights_changed()


@transaction.atomic
def found_secretariat(*, email: str, name: str, language: str, time_zone: str) -> Person:
    """The first person of the secretariat, whom nobody could appoint: only while nobody holds that office.

    Raises PermissionDenied afterwards, ValidationError as ``create_person`` does.
    """
    if OfficeHolding.objects.current().filter(office=NetworkOffice.SECRETARIAT, person__is_active=True).exists():
        raise PermissionDenied(_("There is a secretariat already: it appoints its own people."))
    person = enrol(email=email, name=name, organisation=None, language=language, time_zone=time_zone)
    OfficeHolding.objects.create(person=person, office=NetworkOffice.SECRETARIAT)
    return person


def _require_secretariat(by: Person) -> None:
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))


def _require_active(person: Person) -> None:
    if not Person.objects.filter(pk=person.pk, is_active=True).exists():
        raise ValidationError({"person": _("This person's account is closed.")})
