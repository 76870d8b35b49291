"""The directory: who is in the network and which organisations, as its pages search and list them."""

from django.db.models import Count, Prefetch, Q, QuerySet

from groups.models import Mandate, Membership, Offer, OfficeHolding, Organisation, Person, Region
from groups.standing import Standing

PER_PAGE = 50


def people_visible_to(standing: Standing) -> QuerySet[Person]:
    """Open accounts for whoever is signed in, closed ones too for the secretariat, nobody for the public."""
    if not standing.is_signed_in:
        return Person.objects.none()
    known = Person.objects.confirmed()
    return known if standing.is_secretariat else known.filter(is_active=True)


def people_found(
    standing: Standing, *, words: str = "", region: str = "", closed: bool | None = False
) -> QuerySet[Person]:
    """People by name whose name or organisation (for the secretariat the address too) has these words, of the region
    with this code, with open or ``closed`` accounts (None: both), each with ``current_memberships`` and
    ``current_offices``. Three queries, whatever their number."""
    memberships = Membership.objects.current().select_related("working_group").order_by("working_group__position")
    found = people_visible_to(standing).select_related("organisation__region")
    if closed is not None:
        found = found.filter(is_active=not closed)
    for word in _words(words):
        match = Q(name__icontains=word) | Q(organisation__name__icontains=word)
        found = found.filter(match | Q(email__icontains=word) if standing.is_secretariat else match)
    if region:
        found = found.filter(organisation__region__code=_no_nul(region))
    found = found.prefetch_related(Prefetch("memberships", memberships, to_attr="current_memberships"))
    return found.prefetch_related(Prefetch("offices", OfficeHolding.objects.current(), to_attr="current_offices"))


def person_shown(standing: Standing, pk: int) -> Person:
    """One person with ``current_memberships``, ``current_offices`` and ``current_mandates``; raises DoesNotExist."""
    mandates = Mandate.objects.current().select_related("region")
    found = people_found(standing, closed=None)
    return found.prefetch_related(Prefetch("mandates", mandates, to_attr="current_mandates")).get(pk=pk)


def people_of(standing: Standing, organisation: Organisation) -> list[Person]:
    """The people of an organisation with open accounts, by name; nobody for the public. Three queries at most."""
    return list(people_found(standing).filter(organisation=organisation)) if standing.is_signed_in else []


def organisations_found(*, words: str = "", region: str = "", kind: str = "") -> QuerySet[Organisation]:
    """Organisations by region and name: those whose name or text, or whose standing offers' title or text, has these
    words, of the region with this code, with at least one standing offer of this kind; each with ``offers_number`` and
    ``needs_number``."""
    standing = Q(offers__withdrawn_at=None)
    found = Organisation.objects.select_related("region").order_by("region__position", "name", "pk")
    for word in _words(words):
        offers = Offer.objects.standing().filter(Q(title__icontains=word) | Q(description__icontains=word))
        own = Q(name__icontains=word) | Q(about__icontains=word) | Q(role__icontains=word) | Q(seat__icontains=word)
        found = found.filter(own | Q(pk__in=offers.values("organisation")))
    if region:
        found = found.filter(region__code=_no_nul(region))
    if kind:
        found = found.filter(pk__in=Offer.objects.standing().filter(kind=kind).values("organisation"))
    return found.annotate(
        offers_number=Count("offers", filter=standing & Q(offers__kind="offer")),
        needs_number=Count("offers", filter=standing & Q(offers__kind="need")),
    )


def regions() -> list[Region]:
    """All regions, north to south."""
    return list(Region.objects.all())


def _words(text: str) -> list[str]:
    return _no_nul(text).split()[:10]


def _no_nul(text: str) -> str:
    """No database holds the character, so none has to be asked for it."""
    return text.replace("\0", " ")
