"""Loads a network from its file: rows are found by slug or code, updated where the file differs, never deleted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from groups.domain.json_source import SourceError
from groups.domain.network_file import NetworkFile, read_network_file
from groups.enums import Accent
from groups.models import Milestone, Network, Organisation, Region, WorkingGroup

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Loaded:
    """What loading did: the rows it created and updated, and those left alone because the file has them no more."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def changed_anything(self) -> bool:
        return bool(self.created or self.updated)


@transaction.atomic
def load_network(*, source: bytes) -> Loaded:
    """Brings the network's rows to what the file says: all of it, or nothing.

    Raises SourceError, which says the line, where the file is not what it should be.
    """
    facts = read_network_file(source)
    _refuse_taken_slugs(facts)
    loaded = Loaded()
    regions = _load_regions(facts, loaded)
    organisations = _load_organisations(facts, regions, loaded)
    network = _load_network(facts, organisations, loaded)
    _load_groups(facts, network, organisations, loaded)
    _load_milestones(facts, network, organisations, loaded)
    return loaded


class _Rows(Generic[Row]):
    """The rows of one kind that the database has, by natural key, and how the file changes them."""

    def __init__(self, kind: str, stored: QuerySet[Row], key: str, loaded: Loaded) -> None:
        self.kind = kind
        self.model = stored.model
        self.key = key
        self.loaded = loaded
        self.stored: dict[object, Row] = {getattr(row, key): row for row in stored}
        self.by_key: dict[str, Row] = {}

    def put(self, key: str, *, first: dict[str, object] | None = None, **values: object) -> Row:
        """Makes the row of this key have these values; ``first`` are those that only a new row takes."""
        row = self.stored.pop(key, None)
        if row is None:
            row = self.model(**{self.key: key}, **(first or {}), **values)
            row.save(force_insert=True)
            self.loaded.created.append(f"{self.kind} {key}")
        else:
            differing = [name for name, value in values.items() if getattr(row, name) != value]
            for name in differing:
                setattr(row, name, values[name])
            if differing:
                row.save(update_fields=differing)
                self.loaded.updated.append(f"{self.kind} {key} ({', '.join(differing)})")
        self.by_key[key] = row
        return row

    def finish(self) -> dict[str, Row]:
        """The file's rows by key; what is stored beyond them is named as left."""
        self.loaded.left.extend(f"{self.kind} {key}" for key in self.stored)
        return self.by_key


def _load_regions(facts: NetworkFile, loaded: Loaded) -> dict[str, Region]:
    rows = _Rows("region", Region.objects.all(), "code", loaded)
    for fact in facts.regions:
        rows.put(
            fact.code,
            slug=fact.slug,
            name=fact.name,
            native_name=fact.native_name,
            country=fact.country,
            language=fact.language,
            lat=fact.lat,
            lon=fact.lon,
            position=fact.position,
        )
    return rows.finish()


def _load_organisations(facts: NetworkFile, regions: dict[str, Region], loaded: Loaded) -> dict[str, Organisation]:
    rows = _Rows("organisation", Organisation.objects.all(), "slug", loaded)
    for fact in facts.organisations:
        rows.put(
            fact.slug,
            name=fact.name,
            region_id=_pk(regions, fact.region),
            role=fact.role or "",
            seat=fact.seat or "",
            lat=fact.lat,
            lon=fact.lon,
            is_agency=fact.is_agency,
        )
    return rows.finish()


def _load_network(facts: NetworkFile, organisations: dict[str, Organisation], loaded: Loaded) -> Network:
    rows = _Rows("network", Network.objects.all(), "slug", loaded)
    network = rows.put(
        facts.slug,
        name=facts.name,
        long_name=facts.long_name or "",
        programme=facts.programme or "",
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        lead_partner_id=_pk(organisations, facts.lead_partner),
        exchange_director_id=_pk(organisations, facts.exchange_director),
    )
    rows.finish()
    return network


def _load_groups(facts: NetworkFile, network: Network, organisations: dict[str, Organisation], loaded: Loaded) -> None:
    rows = _Rows("working group", WorkingGroup.objects.all(), "slug", loaded)
    accents = _accents(len(rows.stored))
    for position, fact in enumerate(facts.groups, start=1):
        new = fact.slug not in rows.stored
        rows.put(
            fact.slug,
            first={"accent": next(accents)} if new else None,
            name=fact.name,
            network_id=network.pk,
            position=position,
            coordinating_organisation_id=_pk(organisations, fact.coordinator),
            supporting_organisation_id=_pk(organisations, fact.supported_by),
        )
    rows.finish()


def _load_milestones(
    facts: NetworkFile, network: Network, organisations: dict[str, Organisation], loaded: Loaded
) -> None:
    rows = _Rows("milestone", Milestone.objects.filter(network=network), "title", loaded)
    for fact in facts.milestones:
        rows.put(
            fact.title,
            network_id=network.pk,
            kind=fact.kind,
            place=fact.place or "",
            organiser_id=_pk(organisations, fact.organiser),
            attendance=fact.attendance or "",
            starts_on=fact.starts_on,
            ends_on=fact.ends_on,
        )
    rows.finish()


def _accents(taken: int) -> Iterator[Accent]:
    """The colours for new groups, in order, going on after those that groups have taken."""
    accents = list(Accent)
    while True:
        yield accents[taken % len(accents)]
        taken += 1


def _pk(rows: dict[str, Row], key: str | None) -> int | None:
    return None if key is None else rows[key].pk


def _refuse_taken_slugs(facts: NetworkFile) -> None:
    """A region keeps its code and may change its slug, but not to one that another region has."""
    taken = dict(Region.objects.values_list("slug", "code"))
    for fact in facts.regions:
        if taken.get(fact.slug, fact.code) != fact.code:
            raise SourceError(f'"{fact.slug}" is the slug of the region {taken[fact.slug]} already', fact.line)
