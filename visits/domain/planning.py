"""Planning a visit: where to, when, what for, and hour by hour."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.time_zones import known_time_zones, zone_of
from groups.models import Organisation, Person, Region, WorkingGroup
from groups.repeats import digest_of
from groups.standing import standing_of
from live.domain import publish
from visits import events
from visits.domain.once import key_or_none, made_before
from visits.domain.visit_lock import held
from visits.domain.wording import Faults, rendered, unchanged_since
from visits.enums import Heading
from visits.models import LINE_LENGTH, TEXT_LENGTH, ProgrammeItem, StudyVisit
from visits.policies import may_plan

FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_DAYS = 31
MAX_PROGRAMME_ITEMS = 200


@dataclass(frozen=True, kw_only=True)
class ProgrammeLine:
    """What happens on a day of the visit between two hours, as clocks at the place show them."""

    day: date
    starts_at: time
    ends_at: time | None = None
    title: str
    place: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitPlan:
    """All that is planned about a visit. ``objectives`` is Markdown; ``time_zone`` is the place's (IANA), a blank one
    the host region's."""

    title: str
    host_region: Region
    host_organisation: Organisation | None = None
    place: str
    starts_on: date
    ends_on: date
    time_zone: str = ""
    objectives: str = ""
    programme: Sequence[ProgrammeLine] = ()


@transaction.atomic
def plan_visit(*, working_group: WorkingGroup, by: Person, plan: VisitPlan, idempotency_key: str = "") -> StudyVisit:
    """A new visit of the group; the same planner, key and plan again give the visit of the first call.

    Raises PermissionDenied for all but the group's coordinator and deputies, ValidationError (by field of VisitPlan,
    ``idempotency_key``), once.KeyUsedTwice where the key came before with another plan.
    """
    if not may_plan(standing_of(by), working_group.pk):
        raise PermissionDenied(_("Visits are planned by the group's coordinator and deputies."))
    key, checked = key_or_none(idempotency_key), checked_plan(plan)
    digest = _digest_of(checked)
    # One plan of the group after the other: the second of two that come at once finds the first.
    WorkingGroup.objects.select_for_update().get(pk=working_group.pk)
    earlier = made_before(StudyVisit.objects.filter(working_group=working_group, planned_by=by), key, digest)
    if earlier is not None:
        return earlier
    visit = StudyVisit(working_group=working_group, planned_by=by, idempotency_key=key, sent_digest=digest)
    _take_over(visit, checked)
    visit.save()
    _write_programme(visit, checked.programme)
    return visit


@transaction.atomic
def edit_visit(*, visit: StudyVisit, by: Person, plan: VisitPlan, expected_revision: int | None = None) -> StudyVisit:
    """Puts this plan in the place of the visit's old one; what was published stays as it was.

    Raises PermissionDenied, ValidationError (by field of VisitPlan; without a field where ``expected_revision`` is
    given and somebody saved since).
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("Visits are edited by the group's coordinator and deputies."))
    unchanged_since(visit.revision, expected_revision)
    checked = checked_plan(plan)
    _take_over(visit, checked)
    visit.revision += 1
    visit.save()
    visit.programme.all().delete()
    _write_programme(visit, checked.programme)
    publish(events.visit_changed(visit.pk))
    return visit


def checked_plan(plan: VisitPlan) -> VisitPlan:
    """The plan with its texts put in order; one ValidationError that names every field that will not do."""
    faults = Faults()
    title = faults.line(plan.title, field="title", max_length=LINE_LENGTH)
    place = faults.line(plan.place, field="place", max_length=LINE_LENGTH)
    objectives = faults.text(plan.objectives, field="objectives", max_length=TEXT_LENGTH)
    _check_days(plan, faults)
    time_zone = plan.time_zone or zone_of(plan.host_region)
    if not time_zone:
        faults.add("time_zone", _("Choose the time zone of the place: that of this region is not known."))
    elif time_zone not in known_time_zones():
        faults.add("time_zone", _("This time zone is not known."))
    host = plan.host_organisation
    if host is not None and host.region_id is not None and host.region_id != plan.host_region.pk:
        message = _("%(organisation)s is at home in another region.")
        faults.add("host_organisation", message % {"organisation": host.name})
    programme = _checked_programme(plan, faults)
    faults.refuse()
    return replace(plan, title=title, place=place, time_zone=time_zone, objectives=objectives, programme=programme)


def checked_line(line: ProgrammeLine, *, starts_on: date, ends_on: date) -> ProgrammeLine:
    """The line with its texts put in order; ValidationError by field of ProgrammeLine."""
    faults = Faults()
    title = faults.line(line.title, field="title", max_length=LINE_LENGTH)
    place = faults.line(line.place, field="place", max_length=LINE_LENGTH, required=False)
    note = faults.line(line.note, field="note", max_length=LINE_LENGTH, required=False)
    if starts_on <= ends_on and not starts_on <= line.day <= ends_on:
        faults.add("day", _("This day lies outside the visit."))
    if line.ends_at is not None and line.ends_at < line.starts_at:
        faults.add("ends_at", _("This lies before its start."))
    faults.refuse()
    return replace(line, title=title, place=place, note=note)


def _check_days(plan: VisitPlan, faults: Faults) -> None:
    for field, day in (("starts_on", plan.starts_on), ("ends_on", plan.ends_on)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = _("A year between %(first)d and %(last)d.")
            faults.add(field, message % {"first": FIRST_YEAR, "last": LAST_YEAR})
    if plan.ends_on < plan.starts_on:
        faults.add("ends_on", _("The last day lies before the first one."))
    elif (plan.ends_on - plan.starts_on).days >= MAX_DAYS:
        message = ngettext("A visit lasts at most %(count)d day.", "A visit lasts at most %(count)d days.", MAX_DAYS)
        faults.add("ends_on", message % {"count": MAX_DAYS})


def _checked_programme(plan: VisitPlan, faults: Faults) -> tuple[ProgrammeLine, ...]:
    if len(plan.programme) > MAX_PROGRAMME_ITEMS:
        message = ngettext("At most %(count)d line.", "At most %(count)d lines.", MAX_PROGRAMME_ITEMS)
        faults.add("programme", message % {"count": MAX_PROGRAMME_ITEMS})
        return ()
    checked: list[ProgrammeLine] = []
    for number, line in enumerate(plan.programme, start=1):
        try:
            checked.append(checked_line(line, starts_on=plan.starts_on, ends_on=plan.ends_on))
        except ValidationError as error:
            message = _("Line %(number)d: %(message)s")
            faults.add("programme", message % {"number": number, "message": " ".join(error.messages)})
    return tuple(checked)


def _digest_of(plan: VisitPlan) -> str:
    lines = [str(value) for line in plan.programme for value in astuple(line)]
    host = plan.host_organisation.pk if plan.host_organisation else ""
    days = (plan.starts_on.isoformat(), plan.ends_on.isoformat())
    region = str(plan.host_region.pk)
    return digest_of(plan.title, region, str(host), plan.place, *days, plan.time_zone, plan.objectives, *lines)


def _take_over(visit: StudyVisit, plan: VisitPlan) -> None:
    visit.title = plan.title
    visit.host_region = plan.host_region
    visit.host_organisation = plan.host_organisation
    visit.place = plan.place
    visit.starts_on = plan.starts_on
    visit.ends_on = plan.ends_on
    visit.time_zone = plan.time_zone
    visit.objectives = plan.objectives
    rendered(plan.objectives, heading=Heading.OBJECTIVES)


def _write_programme(visit: StudyVisit, programme: Sequence[ProgrammeLine]) -> None:
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            visit=visit,
            day=line.day,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            title=line.title,
            place=line.place,
            note=line.note,
        )
        for line in programme
    )
