"""What the pages that draw from several rooms show, each in a fixed number of SQL queries."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from groups.enums import Role
from groups.models import (
    Mandate,
    Membership,
    Milestone,
    Network,
    OfficeHolding,
    Organisation,
    Person,
    Region,
    TermQuerySet,
    WorkingGroup,
)
from visits.models import PublishedStory


def demo_people() -> QuerySet[Person]:
    """The people anyone may sign in as in the demo, with what tells them apart."""
    memberships = Membership.objects.current().select_related("working_group")
    mandates = Mandate.objects.current().select_related("region")
    people = Person.objects.filter(is_demo=True, is_active=True).select_related("organisation__region").order_by("pk")
    return (
        people.prefetch_related(Prefetch("memberships", memberships, to_attr="current_memberships"))
        .prefetch_related(Prefetch("offices", OfficeHolding.objects.current(), to_attr="current_offices"))
        .prefetch_related(Prefetch("mandates", mandates, to_attr="current_mandates"))
    )


@dataclass(frozen=True)
class RegionTile:
    """One tile of the table of regions."""

    code: str
    name: str
    state: str
    text: str
    url: str = ""


def the_network() -> Network | None:
    """The network that this workspace serves: the first that was loaded."""
    return Network.objects.select_related("lead_partner", "exchange_director").order_by("pk").first()


def regions_with_agencies() -> list[Region]:
    """All regions north to south, each with its ``agencies``."""
    agencies = Organisation.objects.filter(is_agency=True)
    return list(Region.objects.prefetch_related(Prefetch("organisations", agencies, to_attr="agencies")))


def meetings() -> dict[tuple[int, int], int]:
    """How many published visits brought two regions together, by the pair of their ids (the smaller first)."""
    stories = PublishedStory.objects.filter(current_of__isnull=False)
    pairs = stories.filter(regions__isnull=False).values_list("host_region", "regions").order_by()
    counted: Counter[tuple[int, int]] = Counter()
    for host, guest in pairs:
        if host != guest:
            counted[min(host, guest), max(host, guest)] += 1
    return dict(counted)


@dataclass(frozen=True)
class Met:
    """Two regions that met on published visits, and on how many."""

    one: Region
    other: Region
    visits: int


def met(regions: list[Region], counted: dict[tuple[int, int], int]) -> list[Met]:
    """The meetings in words, in the regions' order; what the map draws as lines."""
    place = {region.pk: number for number, region in enumerate(regions)}
    pairs = [(*sorted(pair, key=place.__getitem__), visits) for pair, visits in counted.items()]
    return [
        Met(regions[place[one]], regions[place[other]], visits)
        for one, other, visits in sorted(pairs, key=lambda each: (place[each[0]], place[each[1]]))
    ]


@dataclass(frozen=True)
class Sector:
    """A working group on the home page: who coordinates it and the ids of the regions that take part."""

    working_group: WorkingGroup
    region_ids: set[int]


def sectors() -> list[Sector]:
    """All working groups in their order; a region takes part where a member of one of its organisations does."""
    regions: dict[int, set[int]] = {}
    for working_group_id, region_id in _taking_part().values_list("working_group_id", "person__organisation__region"):
        regions.setdefault(working_group_id, set()).add(region_id)
    groups = WorkingGroup.objects.select_related("coordinating_organisation")
    return [Sector(each, regions.get(each.pk, set()) - {None}) for each in groups]


def _taking_part() -> TermQuerySet[Membership]:
    """Memberships of those who take part now; observers only watch."""
    return Membership.objects.current().filter(person__is_active=True).exclude(role=Role.OBSERVER)


def milestones_of(network: Network) -> list[Milestone]:
    """The network's course in the order of time."""
    return list(network.milestones.select_related("organiser"))


def organisations_in(working_group: WorkingGroup) -> list[Organisation]:
    """The organisations whose people are members of the group now; observers only watch."""
    return list(
        Organisation.objects.filter(
            pk__in=_taking_part().filter(working_group=working_group).values("person__organisation")
        )
        .select_related("region")
        .order_by("region__position", "name")
    )


@dataclass(frozen=True)
class Participation:
    """A group that works in a region, by the organisations through which it does."""

    working_group: WorkingGroup
    organisations: list[Organisation]


def participation_of(region: Region) -> list[Participation]:
    """The working groups in which organisations of this region take part."""
    rows = (
        _taking_part()
        .filter(person__organisation__region=region)
        .select_related("working_group", "person__organisation")
        .order_by("working_group__position", "person__organisation__name")
    )
    found: dict[int, tuple[WorkingGroup, dict[int, Organisation]]] = {}
    for membership in rows:
        organisation = membership.person.organisation
        if organisation is not None:
            _, organisations = found.setdefault(membership.working_group_id, (membership.working_group, {}))
            organisations[organisation.pk] = organisation
    return [Participation(group, list(organisations.values())) for group, organisations in found.values()]
