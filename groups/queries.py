"""What pages and the API show of the network's people, shaped for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from groups.enums import Role
from groups.models import (
    AccessToken,
    Invitation,
    JoinRequest,
    Mandate,
    Membership,
    MembershipQuerySet,
    Person,
    Region,
    WorkingGroup,
)
from groups.standing import Standing, groups_read_by, reader_of
from prepared.queries import Prepared

# Coordinators first: the order in which people of one organisation are listed.
ROLES_IN_ORDER = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Who somebody is, in one line: the name, and where known the organisation and their region."""

    person_id: int
    name: str
    organisation: str
    region_code: str
    region_name: str
    region_slug: str


def card_of(person: Person) -> PersonCard:
    """One person's card; takes no query where ``organisation__region`` was selected along."""
    organisation = person.organisation
    region = organisation.region if organisation else None
    return PersonCard(
        person_id=person.pk,
        name=person.name,
        organisation=organisation.name if organisation else "",
        region_code=region.code if region else "",
        region_name=region.name if region else "",
        region_slug=region.slug if region else "",
    )


@dataclass(frozen=True, slots=True)
class Member:
    """A person's membership of a group as the members' page lists it; ``stable_id`` names it in addresses, and
    ``speaks_for`` is a region's name or empty.
    """

    stable_id: int
    card: PersonCard
    role: Role
    since: datetime
    until: datetime | None
    speaks_for: str


@dataclass(frozen=True, slots=True)
class RegionMembers:
    """The members of a group who come from one region; ``region`` is None for those of no region we know."""

    region: Region | None
    members: tuple[Member, ...]


def members_by_region(working_group: WorkingGroup) -> list[RegionMembers]:
    """The group's members by region (north to south, those of no region last), organisation, role and name.

    Two queries, whatever the number of members.
    """
    by_region: dict[Region | None, list[Member]] = {}
    memberships = _with_people(working_group).filter(ended_at=None, person__is_active=True)
    mandates = Mandate.objects.current().filter(person__memberships__in=memberships.values("pk"))
    speaks_for = dict(mandates.values_list("person_id", "region__name"))
    for membership in memberships:
        organisation = membership.person.organisation
        member = _member(membership, speaks_for.get(membership.person_id, ""))
        by_region.setdefault(organisation.region if organisation else None, []).append(member)
    for members in by_region.values():
        members.sort(key=lambda member: (member.card.organisation, ROLES_IN_ORDER[member.role], member.card.name))
    known = sorted((region for region in by_region if region), key=lambda region: (region.position, region.code))
    order: list[Region | None] = [*known, *([None] if None in by_region else [])]
    return [RegionMembers(region, tuple(by_region[region])) for region in order]


def former_members(working_group: WorkingGroup) -> list[Member]:
    """People who were in the group and are no more, each with their last role, the last to leave first."""
    memberships = _with_people(working_group)
    here = memberships.filter(ended_at=None, person__is_active=True).values("person_id")
    last: dict[int, Member] = {}
    for membership in memberships.exclude(person_id__in=here).order_by("started_at", "pk"):
        last[membership.person_id] = _member(membership)
    return sorted(last.values(), key=lambda member: member.until or member.since, reverse=True)


def _with_people(working_group: WorkingGroup) -> MembershipQuerySet:
    found = Membership.objects.filter(working_group=working_group).with_stable_ids()
    return found.select_related("person__organisation__region")


def _member(membership: Membership, speaks_for: str = "") -> Member:
    return Member(
        stable_id=membership.stable_id,
        card=card_of(membership.person),
        role=Role(membership.role),
        since=membership.started_at,
        until=membership.ended_at,
        speaks_for=speaks_for,
    )


def candidates_for(working_group: WorkingGroup) -> QuerySet[Person]:
    """Active people who are not in the group, with their organisations, by name."""
    inside = Membership.objects.current().filter(working_group=working_group).values("person_id")
    return Person.objects.confirmed().filter(is_active=True).exclude(pk__in=inside).select_related("organisation")


def open_requests(working_group: WorkingGroup) -> QuerySet[JoinRequest]:
    """Who waits for an answer, the longest first."""
    return JoinRequest.objects.open().filter(working_group=working_group).select_related("person__organisation__region")


def open_invitations(working_group: WorkingGroup) -> QuerySet[Invitation]:
    """Who was invited and has not come yet, by address."""
    return Invitation.objects.open().filter(working_group=working_group).select_related("invited_by", "organisation")


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """The regions that the person speaks for now."""
    return Mandate.objects.current().filter(person=person).select_related("region")


def groups_readable_by(standing: Standing) -> QuerySet[WorkingGroup]:
    """The groups whose inside this standing may read, in the network's order."""
    if standing.reads_all_groups:
        return WorkingGroup.objects.all()
    return WorkingGroup.objects.filter(pk__in=standing.roles)


class GroupName(NamedTuple):
    """A group as a list of groups shows it."""

    pk: int
    slug: str
    name: str
    accent: str


def group_names_readable_by(standing: Standing) -> list[GroupName]:
    """As ``groups_readable_by``, for the frame of every page."""
    return _GROUP_NAMES.rows(groups_read_by(standing))


_GROUP_NAMES = Prepared(
    lambda groups: groups_readable_by(reader_of(groups)).values_list("pk", "slug", "name", "accent"), GroupName
)


def group_for(standing: Standing, slug: str) -> WorkingGroup:
    """The group of this slug; raises WorkingGroup.DoesNotExist where the standing may not read its inside."""
    return groups_readable_by(standing).get(slug=slug)


def memberships_readable_by(standing: Standing) -> QuerySet[Membership]:
    """The current memberships of the groups that the standing may read, with their people and groups."""
    return (
        Membership.objects.current()
        .filter(working_group__in=groups_readable_by(standing), person__is_active=True)
        .with_stable_ids()
        .select_related("person__organisation__region", "working_group")
    )


def valid_token(secret: str) -> AccessToken | None:
    """The access token with this secret and its person, if it opens anything now."""
    return AccessToken.objects.valid().with_secret(secret).select_related("person").first()


def tokens_of(person: Person) -> QuerySet[AccessToken]:
    """The person's own tokens that have not been revoked, the newest first."""
    return AccessToken.objects.filter(person=person, revoked_at=None)


def open_demo_accounts() -> QuerySet[Person]:
    """Demo people whose accounts are open: anybody could sign in as they."""
    return Person.objects.filter(Q(is_demo=True) | Q(email__iendswith="@demo.example"), is_active=True)


def memberships_of(person: Person) -> QuerySet[Membership]:
    """What the person is now, in which group, in the groups' order."""
    return Membership.objects.current().filter(person=person).select_related("working_group")
