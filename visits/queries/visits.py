"""Study visits, who takes part and what is planned, as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person, Region, WorkingGroup
from groups.queries import PersonCard, card_of
from groups.standing import Standing
from visits.enums import VisitState
from visits.models import ProgrammeItem, StudyVisit, VisitParticipant


def visit_for(standing: Standing, pk: int) -> StudyVisit:
    """The visit; raises StudyVisit.DoesNotExist where the standing may not read its log."""
    related = ("working_group", "host_region", "host_organisation", "published_story__published_by", "opened_by")
    return StudyVisit.objects.visible_to(standing).select_related(*related).get(pk=pk)


@dataclass(frozen=True, slots=True)
class RegionTile:
    """One tile of the table of regions: ringed hosts, lit takes part, dimmed neither."""

    code: str
    name: str
    state: str
    text: str


def tiles_of(*, host: Region, taking_part: Iterable[int]) -> list[RegionTile]:
    """Every region's tile, north to south; ``taking_part`` are region ids."""
    present = set(taking_part)
    tiles = []
    for region in Region.objects.all():
        if region.pk == host.pk:
            state, text = "ringed", _("hosts the visit")
        elif region.pk in present:
            state, text = "lit", _("takes part")
        else:
            state, text = "dimmed", _("does not take part")
        tiles.append(RegionTile(region.code, region.name, state, text))
    return tiles


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in a list: with how many take part, from which regions, and how much was logged."""

    visit: StudyVisit
    state: VisitState
    participants: int
    entries: int


@dataclass(frozen=True, slots=True)
class VisitList:
    """A group's visits: those that run now, those to come (the next first), those past (the last first)."""

    running: tuple[VisitRow, ...]
    upcoming: tuple[VisitRow, ...]
    past: tuple[VisitRow, ...]

    def __bool__(self) -> bool:
        return bool(self.running or self.upcoming or self.past)


def visits_of(standing: Standing, working_group: WorkingGroup) -> VisitList:
    """The group's visits as far as the standing reads them, in one query."""
    visits = _counted(StudyVisit.objects.visible_to(standing).filter(working_group=working_group))
    rows = [_row(visit) for visit in visits]
    running = tuple(row for row in rows if row.visit.starts_on <= row.visit.today <= row.visit.ends_on)
    upcoming = tuple(row for row in rows if row.visit.today < row.visit.starts_on)
    past = tuple(row for row in reversed(rows) if row.visit.today > row.visit.ends_on)
    return VisitList(running, upcoming, past)


def upcoming_visits(standing: Standing, working_group: WorkingGroup, limit: int = 3) -> list[VisitRow]:
    """Visits of the group that run now or are still to come, the next first, as far as the standing reads them."""
    visits = StudyVisit.objects.visible_to(standing).filter(
        working_group=working_group, ends_on__gte=timezone.localdate()
    )
    return [_row(visit) for visit in _counted(visits)[:limit]]


def _counted(visits: QuerySet[StudyVisit]) -> QuerySet[StudyVisit]:
    return visits.select_related("host_region", "published_story").annotate(
        participant_count=Count("participants", distinct=True),
        entry_count=Count("entries", distinct=True, filter=Q(entries__deleted_at=None)),
    )


def _row(visit: StudyVisit) -> VisitRow:
    counts = visit.__dict__
    return VisitRow(visit, visit.state, counts["participant_count"], counts["entry_count"])


def attends(standing: Standing, visit: StudyVisit) -> bool:
    """Whether the person of this standing is on the visit's list of participants."""
    person = standing.person_id
    return person is not None and VisitParticipant.objects.filter(visit=visit, person_id=person).exists()


def participants_of(visit: StudyVisit) -> list[PersonCard]:
    """Who attends, by region (north to south) and name."""
    attending = VisitParticipant.objects.filter(visit=visit).select_related("person__organisation__region")
    order = attending.order_by("person__organisation__region__position", "person__name", "pk")
    return [card_of(participant.person) for participant in order]


def members_to_add(visit: StudyVisit) -> list[Person]:
    """The group's current members who are not on the list yet, by name."""
    members = Person.objects.filter(
        is_active=True, memberships__working_group=visit.working_group_id, memberships__ended_at=None
    )
    return list(members.exclude(attended_visits__visit=visit).select_related("organisation").order_by("name", "pk"))


def regions_taking_part(visit: StudyVisit) -> set[int]:
    """The ids of the regions that the participants come from."""
    regions = VisitParticipant.objects.filter(visit=visit).values_list("person__organisation__region_id", flat=True)
    return {region_id for region_id in regions if region_id is not None}


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A line of the programme with its moments, aware, in the zone that it is shown in."""

    item: ProgrammeItem
    starts: datetime
    ends: datetime | None


def programme_of(visit: StudyVisit, zone: tzinfo | None = None) -> list[tuple[date, list[ProgrammeLine]]]:
    """The programme's lines by day, as clocks in ``zone`` show it; those at the place unless another one is given."""
    shown_in = zone or visit.zone
    days: dict[date, list[ProgrammeLine]] = {}
    for item in visit.programme.all():
        starts = datetime.combine(item.day, item.starts_at, visit.zone).astimezone(shown_in)
        ends = datetime.combine(item.day, item.ends_at, visit.zone).astimezone(shown_in) if item.ends_at else None
        days.setdefault(starts.date(), []).append(ProgrammeLine(item, starts, ends))
    return list(days.items())


def other_zone(visit: StudyVisit, zone: tzinfo) -> bool:
    """Whether clocks in ``zone`` show other hours than those at the place while the visit is on."""
    noon = datetime.combine(visit.starts_on, time(12), visit.zone)
    return noon.utcoffset() != noon.astimezone(zone).utcoffset()
