"""Whom one can mention in a group's forum, and whom a text mentions: people, and regions for all their people there."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from groups.models import Membership, OfficeHolding, Person, Region, WorkingGroup
from groups.queries import card_of

LONGEST_HANDLE = 50
_NO_HANDLE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Mentionable:
    """A person or a region under the ``handle`` that stands after the @; ``people`` are the ids of who is meant."""

    kind: str
    handle: str
    name: str
    detail: str
    people: tuple[int, ...]


@dataclass(frozen=True)
class Mentionables:
    """Everybody who reads a group's forum, and the regions of its members."""

    entries: tuple[Mentionable, ...]

    @cached_property
    def by_handle(self) -> dict[str, Mentionable]:
        return {entry.handle.casefold(): entry for entry in self.entries}

    def matching(self, typed: str, limit: int) -> list[Mentionable]:
        """Those of whose name, or handle, some word begins with what was typed; the first ``limit`` of them."""
        sought = _handle(typed).casefold()
        words = (f".{_handle(entry.name)}.{entry.handle}".casefold() for entry in self.entries)
        return [entry for entry, text in zip(self.entries, words, strict=True) if f".{sought}" in text][:limit]

    def people_meant(self, handles: Iterable[str]) -> dict[int, Mentionable]:
        """By the id of each person who is meant by one of these handles, what they are meant by: themselves before
        their region. Handles of nobody mean nobody."""
        entries = [self.by_handle[handle.casefold()] for handle in handles if handle.casefold() in self.by_handle]
        entries.sort(key=lambda entry: entry.kind != "region")
        return {person_id: entry for entry in entries for person_id in entry.people}


def mentionables_of(working_group: WorkingGroup) -> Mentionables:
    """The people by name, then the regions north to south; a handle that several would have ends with the person's
    number. Two queries."""
    members = Membership.objects.current().filter(working_group=working_group)
    offices = OfficeHolding.objects.current()
    readers = Q(pk__in=members.values("person")) | Q(pk__in=offices.values("person"))
    people = list(
        Person.objects.filter(readers, is_active=True).select_related("organisation__region").order_by("name", "pk")
    )
    member_ids = set(members.values_list("person_id", flat=True))
    regions: dict[Region, list[int]] = {}
    for person in people:
        region = person.organisation.region if person.organisation else None
        if region is not None and person.pk in member_ids:
            regions.setdefault(region, []).append(person.pk)
    handles = [_handle(person.name) for person in people]
    times = Counter(each.casefold() for each in (*handles, *(_handle(region.name) for region in regions)))

    def is_own(handle: str) -> bool:
        """Whether it is this person's alone, and not like one that ends with somebody's number."""
        return bool(handle) and times[handle.casefold()] == 1 and not handle.rpartition(".")[2].isdecimal()

    entries = [
        Mentionable(
            kind="person",
            handle=handle if is_own(handle) else f"{handle}.{person.pk}".strip("."),
            name=person.name,
            detail=card_of(person).organisation,
            people=(person.pk,),
        )
        for person, handle in zip(people, handles, strict=True)
    ]
    entries.extend(
        Mentionable("region", _handle(region.name), region.name, region.code, tuple(regions[region]))
        for region in sorted(regions, key=lambda each: (each.position, each.code))
    )
    return Mentionables(tuple(entries))


def _handle(name: str) -> str:
    """The words of a name joined by full stops, as ``markup`` takes them for one mention."""
    return _NO_HANDLE.sub(".", name).strip(".")[:LONGEST_HANDLE].strip(".")
