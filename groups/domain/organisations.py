"""Organisations, what they say about themselves, and what they offer and need."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from groups.domain.wording import one_line, some_text
from groups.enums import OfferKind
from groups.models import Offer, Organisation, Person, Region, WorkingGroup
from groups.policies import may_administer_network, may_speak_for_organisation
from groups.standing import standing_of

ABOUT_LIMIT = 3_000
DESCRIPTION_LIMIT = 3_000
OFFERS_LIMIT = 100


@transaction.atomic
def found_organisation(*, name: str, region: Region | None, is_agency: bool, by: Person) -> Organisation:
    """A new organisation of the network.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (field ``name``).
    """
    _require_secretariat(by)
    name = one_line(name, field="name", max_length=200)
    if Organisation.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is an organisation of this name already.")})
    return Organisation.objects.create(slug=_free_slug(name), name=name, region=region, is_agency=is_agency)


@transaction.atomic
def update_organisation(
    *, organisation: Organisation, name: str, region: Region | None, is_agency: bool, by: Person
) -> Organisation:
    """What the organisation is in the network; its address stays.

    Raises PermissionDenied unless ``by`` is of the secretariat, ValidationError (field ``name``).
    """
    _require_secretariat(by)
    organisation.name = one_line(name, field="name", max_length=200)
    organisation.region, organisation.is_agency = region, is_agency
    organisation.save(update_fields=["name", "region", "is_agency"])
    return organisation


@transaction.atomic
def describe_organisation(*, organisation: Organisation, about: str, website: str, by: Person) -> Organisation:
    """What the organisation says about itself.

    Raises PermissionDenied unless ``by`` is of it or of the secretariat, ValidationError (``about``, ``website``).
    """
    _require_voice(organisation, by)
    website = website.strip()
    if website:
        try:
            URLValidator(schemes=["http", "https"])(website)
        except ValidationError as error:
            raise ValidationError({"website": error.messages}) from None
        if len(website) > 200:
            raise ValidationError({"website": _("This address is too long.")})
    organisation.about = some_text(about, field="about", max_length=ABOUT_LIMIT)
    organisation.website = website
    organisation.save(update_fields=["about", "website"])
    return organisation


@transaction.atomic
def write_offer(
    *,
    organisation: Organisation,
    kind: OfferKind,
    title: str,
    description: str,
    sectors: Iterable[WorkingGroup],
    by: Person,
) -> Offer:
    """Something that the organisation offers or needs, which whoever is signed in may read. The same again is the
    same offer, so that a form sent twice makes one.

    Raises PermissionDenied unless ``by`` is of the organisation or of the secretariat, ValidationError (``title``,
    ``description``).
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _require_voice(organisation, by)
    title = one_line(title, field="title", max_length=150)
    description = some_text(description, field="description", max_length=DESCRIPTION_LIMIT)
    own = Offer.objects.standing().filter(organisation=organisation)
    same = own.filter(kind=kind, title=title, description=description).first()
    if same is None and own.count() >= OFFERS_LIMIT:
        raise ValidationError({"title": _("Your organisation has as many offers and needs as it may have.")})
    offer = same or Offer.objects.create(
        organisation=organisation, kind=kind, title=title, description=description, written_by=by
    )
    offer.sectors.set(sectors)
    return offer


@transaction.atomic
def edit_offer(
    *, offer: Offer, kind: OfferKind, title: str, description: str, sectors: Iterable[WorkingGroup], by: Person
) -> Offer:
    """Raises what ``write_offer`` does, and ValidationError (``title``) where the offer was taken back."""
    _require_voice(offer.organisation, by)
    held = Offer.objects.standing().select_for_update().filter(pk=offer.pk).first()
    if held is None:
        raise ValidationError({"title": _("This was taken back in the meantime.")})
    held.kind = kind
    held.title = one_line(title, field="title", max_length=150)
    held.description = some_text(description, field="description", max_length=DESCRIPTION_LIMIT)
    held.edited_at = timezone.now()
    held.save(update_fields=["kind", "title", "description", "edited_at"])
    held.sectors.set(sectors)
    return held


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: Person) -> None:
    """Takes it back; again, it changes nothing. Raises PermissionDenied as ``write_offer`` does."""
    _require_voice(offer.organisation, by)
    Offer.objects.standing().filter(pk=offer.pk).update(withdrawn_at=timezone.now())


def _require_voice(organisation: Organisation, by: Person) -> None:
    own = Person.objects.filter(pk=by.pk).values_list("organisation_id", flat=True).first()
    if not may_speak_for_organisation(standing_of(by), organisation.pk, own):
        raise PermissionDenied(_("Only people of this organisation and the secretariat may do this."))


def _require_secretariat(by: Person) -> None:
    if not may_administer_network(standing_of(by)):
        raise PermissionDenied(_("Only the secretariat may do this."))


def _free_slug(name: str) -> str:
    """An address for the name that no organisation has; "new" is a page's."""
    base = slugify(name)[:40] or "organisation"
    slug, number = base, 1
    while slug == "new" or Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
