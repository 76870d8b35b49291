"""The network's facts as a file states them, read strictly: what is null there is unknown and stays so."""

from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.utils.text import slugify

from groups.domain.json_source import Node, read_json

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class RegionFact:
    """WGS 84 degrees for the approximate centre; ``position`` counts from 1, north to south."""

    code: str
    slug: str
    name: str
    native_name: str
    country: str
    language: str
    lat: float
    lon: float
    position: int
    line: int


@dataclass(frozen=True, slots=True)
class OrganisationFact:
    slug: str
    name: str
    region: str | None
    role: str | None
    seat: str | None
    lat: float | None
    lon: float | None
    is_agency: bool
    line: int


@dataclass(frozen=True, slots=True)
class GroupFact:
    slug: str
    name: str
    coordinator: str | None
    supported_by: str | None


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    kind: str
    title: str
    place: str | None
    organiser: str | None
    attendance: str | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class NetworkFile:
    slug: str
    name: str
    long_name: str | None
    programme: str | None
    starts_on: date | None
    ends_on: date | None
    lead_partner: str | None
    exchange_director: str | None
    regions: tuple[RegionFact, ...]
    organisations: tuple[OrganisationFact, ...]
    groups: tuple[GroupFact, ...]
    milestones: tuple[MilestoneFact, ...]


def read_network_file(source: bytes) -> NetworkFile:
    """Reads the file's content; raises SourceError, which says the line and the path, at the first thing wrong."""
    root = read_json(source)
    root.only(
        *("note", "name", "long_name", "programme", "starts_on", "ends_on", "lead_partner", "exchange_director"),
        *("regions", "agencies", "other_organisations", "groups", "milestones"),
    )
    if root.has("note"):
        root.member("note").text(2000)
    name = root.member("name")
    slug = slugify(name.text(200))[:50]
    if not slug:
        raise name.refuse("must have at least one Latin letter or digit")

    regions = [_region(node) for node in root.member("regions").items()]
    for key in ("code", "slug", "position"):
        _refuse_twins(key, root.member("regions"))
    codes = {region.code for region in regions}

    agencies = root.member("agencies")
    others = root.member("other_organisations")
    organisations = [_organisation(node, codes, is_agency=True) for node in agencies.items()]
    organisations += [_organisation(node, codes, is_agency=False) for node in others.items()]
    _refuse_twins("slug", agencies, others)
    known = {organisation.slug for organisation in organisations}

    groups = [_group(node, known) for node in root.member("groups").items()]
    _refuse_twins("slug", root.member("groups"))
    milestones = [_milestone(node, known) for node in root.member("milestones").items()]
    _refuse_twins("title", root.member("milestones"))

    starts_on, ends_on = _day_or_unknown(root.member("starts_on")), _day_or_unknown(root.member("ends_on"))
    if starts_on and ends_on and ends_on < starts_on:
        raise root.member("ends_on").refuse("must not lie before starts_on")
    return NetworkFile(
        slug=slug,
        name=name.text(200),
        long_name=_text_or_unknown(root.member("long_name"), 300),
        programme=_text_or_unknown(root.member("programme"), 200),
        starts_on=starts_on,
        ends_on=ends_on,
        lead_partner=_reference(root.member("lead_partner"), known, "an organisation"),
        exchange_director=_reference(root.member("exchange_director"), known, "an organisation"),
        regions=tuple(regions),
        organisations=tuple(organisations),
        groups=tuple(groups),
        milestones=tuple(milestones),
    )


def _region(node: Node) -> RegionFact:
    node.only("code", "slug", "name", "native_name", "country", "language", "lat", "lon", "position")
    return RegionFact(
        code=node.member("code").matching(r"[A-Z]{2}[A-Z0-9]{2}", "a NUTS 2 code such as ITC4"),
        slug=_slug(node.member("slug")),
        name=node.member("name").text(200),
        native_name=node.member("native_name").text(200),
        country=node.member("country").matching(r"[A-Z]{2}", "a country's code of two capitals"),
        language=node.member("language").matching(r"[a-z]{2,3}", "a language's code such as it"),
        lat=node.member("lat").number(-90, 90),
        lon=node.member("lon").number(-180, 180),
        position=node.member("position").whole_number(1, 10_000),
        line=node.line,
    )


def _organisation(node: Node, codes: set[str], *, is_agency: bool) -> OrganisationFact:
    node.only("slug", "name", "region", "role", "seat", "lat", "lon")
    lat, lon = node.member("lat"), node.member("lon")
    if (lat.value is None) != (lon.value is None):
        raise lat.refuse("and lon must both be known or both be null")
    return OrganisationFact(
        slug=_slug(node.member("slug")),
        name=node.member("name").text(200),
        region=_reference(node.member("region"), codes, "a region"),
        role=_text_or_unknown(node.member("role"), 200),
        seat=_text_or_unknown(node.member("seat"), 200),
        lat=None if lat.value is None else lat.number(-90, 90),
        lon=None if lon.value is None else lon.number(-180, 180),
        is_agency=is_agency,
        line=node.line,
    )


def _group(node: Node, organisations: set[str]) -> GroupFact:
    node.only("slug", "name", "coordinator", "supported_by")
    return GroupFact(
        slug=_slug(node.member("slug")),
        name=node.member("name").text(200),
        coordinator=_reference(node.member("coordinator"), organisations, "an organisation"),
        supported_by=_reference(node.member("supported_by"), organisations, "an organisation"),
    )


def _milestone(node: Node, organisations: set[str]) -> MilestoneFact:
    """A milestone is ``on`` one day, or runs ``from`` one ``to`` another; who, where and how many may be left out."""
    node.only("on", "from", "to", "kind", "title", "place", "organiser", "attendance")
    if node.has("on"):
        if node.has("from") or node.has("to"):
            raise node.refuse('has both "on" and "from" or "to"')
        starts_on = ends_on = node.member("on").day()
    else:
        starts_on, ends_on = node.member("from").day(), node.member("to").day()
        if ends_on < starts_on:
            raise node.member("to").refuse("must not lie before from")
    organiser = node.member("organiser") if node.has("organiser") else None
    return MilestoneFact(
        kind=node.member("kind").text(50),
        title=node.member("title").text(300),
        place=_text_or_unknown(node.member("place"), 200) if node.has("place") else None,
        organiser=_reference(organiser, organisations, "an organisation") if organiser else None,
        attendance=_text_or_unknown(node.member("attendance"), 300) if node.has("attendance") else None,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _slug(node: Node) -> str:
    slug = node.matching(SLUG, "a slug: small letters, digits and single hyphens")
    if len(slug) > 50:
        raise node.refuse("must have at most 50 characters")
    return slug


def _text_or_unknown(node: Node, max_length: int) -> str | None:
    return None if node.value is None else node.text(max_length)


def _day_or_unknown(node: Node) -> date | None:
    return None if node.value is None else node.day()


def _reference(node: Node, known: set[str], meaning: str) -> str | None:
    if node.value is None:
        return None
    if not isinstance(node.value, str) or node.value not in known:
        raise node.refuse(f"must be null or name {meaning} of this file, not {node.shown()}")
    return node.value


def _refuse_twins(key: str, *lists: Node) -> None:
    """Refuses the lists, taken together, where two entries have the same value under the key."""
    seen: dict[object, int] = {}
    for entry in chain.from_iterable(entries.items() for entries in lists):
        value = entry.member(key)
        if value.value in seen:
            raise value.refuse(f"is {value.shown()} a second time (first on line {seen[value.value]})")
        seen[value.value] = value.line
