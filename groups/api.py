"""Who asks the HTTP API, and what it tells them about themselves and their groups."""

from datetime import datetime
from typing import Annotated, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from groups.directory import organisations_found
from groups.domain.tokens import note_use
from groups.enums import NetworkOffice, OfferKind, Role
from groups.middleware import speak_to
from groups.models import Offer, Person, Region, WorkingGroup
from groups.queries import group_for, groups_readable_by, members_by_region, valid_token
from groups.standing import PUBLIC, PersonRequest, standing_of


class Bearer(HttpBearer):
    """A person's own program, by an access token. A session that came along with it does not count."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        asked = cast(PersonRequest, request)
        held = valid_token(token.strip())
        if held is None:
            asked.user, asked.standing = AnonymousUser(), PUBLIC
            return None
        note_use(token=held)
        asked.user, asked.standing = held.person, standing_of(held.person)
        speak_to(request, held.person)
        return held.person


class Session(APIKeyCookie):
    """A person in their browser, by their session. Whatever may change something must carry ``X-CSRFToken``."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        """Nobody is told 401 before anything else; an Authorization header that opens nothing is not made good here."""
        if key is None or "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, _("The header X-CSRFToken is missing or wrong."))
        return request.user


signed_in = [Bearer(), Session()]
router = Router(tags=["people"])


class RoleHeld(Schema):
    group: str
    role: Role


class Me(Schema):
    id: int
    name: str
    email: str
    organisation: str | None
    language: str
    time_zone: str
    roles: list[RoleHeld]
    offices: list[NetworkOffice]
    mandates: list[str]


class Group(Schema):
    slug: str
    name: str
    accent: str
    role: Role | None


class Groups(Schema):
    groups: list[Group]


@router.get("/me", auth=signed_in, response=Me, summary="Who I am")
def me(request: PersonRequest) -> Me:
    """The signed-in person, their roles by group slug, their offices and the codes of the regions they speak for."""
    standing = request.standing
    assert standing.person_id is not None  # what signed_in let through
    person = Person.objects.select_related("organisation").get(pk=standing.person_id)
    groups = WorkingGroup.objects.filter(pk__in=standing.roles)
    return Me(
        id=person.pk,
        name=person.name,
        email=person.email,
        organisation=person.organisation.slug if person.organisation else None,
        language=person.language,
        time_zone=person.time_zone,
        roles=[RoleHeld(group=group.slug, role=standing.roles[group.pk]) for group in groups],
        offices=sorted(standing.offices),
        mandates=list(Region.objects.filter(pk__in=standing.mandates).values_list("code", flat=True)),
    )


@router.get("/groups", auth=signed_in, response=Groups, summary="The groups I may read")
def groups(request: PersonRequest) -> Groups:
    """The working groups whose inside I may read, in the network's order, each with my role there (null: none)."""
    readable = groups_readable_by(request.standing)
    return Groups(
        groups=[
            Group(slug=group.slug, name=group.name, accent=group.accent, role=request.standing.role_in(group.pk))
            for group in readable
        ]
    )


class MemberOut(Schema):
    person: int
    name: str
    organisation: str
    region: str | None
    role: Role
    since: datetime
    speaks_for: str | None


class MembersOut(Schema):
    members: list[MemberOut]


@router.get("/groups/{slug}/members", auth=signed_in, response=MembersOut, summary="Who is in a group")
def group_members(request: PersonRequest, slug: str) -> MembersOut:
    """By region from north to south; ``region`` is a NUTS 2 code, ``speaks_for`` a region's name."""
    return MembersOut(
        members=[
            MemberOut(
                person=member.card.person_id,
                name=member.card.name,
                organisation=member.card.organisation,
                region=member.card.region_code or None,
                role=member.role,
                since=member.since,
                speaks_for=member.speaks_for or None,
            )
            for entry in members_by_region(group_for(request.standing, slug))
            for member in entry.members
        ]
    )


class OfferOut(Schema):
    kind: OfferKind
    title: str
    description: str
    sectors: list[str]


class OrganisationOut(Schema):
    slug: str
    name: str
    region: str | None
    is_agency: bool
    about: str
    website: str
    offers: list[OfferOut]


class OrganisationsOut(Schema):
    organisations: list[OrganisationOut]


@router.get("/organisations", response=OrganisationsOut, summary="Organisations, their offers and needs")
def organisations(
    request: HttpRequest,  # noqa: ARG001 - as Ninja calls it
    words: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=5)] = "",
    kind: OfferKind | None = None,
) -> OrganisationsOut:
    """By region and name; ``words`` searches them and their offers, ``region`` is a NUTS 2 code."""
    found = organisations_found(words=words, region=region, kind=kind or "")
    offers = Prefetch("offers", Offer.objects.standing().prefetch_related("sectors"))
    return OrganisationsOut(
        organisations=[
            OrganisationOut(
                slug=each.slug,
                name=each.name,
                region=each.region.code if each.region else None,
                is_agency=each.is_agency,
                about=each.about,
                website=each.website,
                offers=[
                    OfferOut(
                        kind=OfferKind(offer.kind),
                        title=offer.title,
                        description=offer.description,
                        sectors=[sector.slug for sector in offer.sectors.all()],
                    )
                    for offer in each.offers.all()
                ],
            )
            for each in found.prefetch_related(offers)
        ]
    )
