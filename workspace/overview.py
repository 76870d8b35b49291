"""A group's overview for those inside it: what changed, what is asked of me, what comes next, who is silent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.models import DocumentUpdate
from forums.models import Post, ReadMark
from forums.queries import TopicRow, topic_rows, topics_of
from groups.models import Membership, Organisation, Person, Region, WorkingGroup
from groups.queries import RegionMembers, members_by_region
from groups.standing import Standing
from plans.enums import DOCUMENT_KIND, ConsultationState
from plans.models import Action, Consultation, Endorsement, Section
from plans.queries import PlanState, plan_state
from plans.queries.consultations import Tally, consultations_for, region_rows, tally_of
from visits.models import Lesson, LogEntry
from visits.queries import upcoming_visits
from workspace.changes import Change, changes_since
from workspace.models import LastLook
from workspace.queries import RegionTile

LATEST_TOPICS = 5
RECENT = timedelta(days=30)
SOON = timedelta(days=90)
MOST = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person; ``due`` where it has a day."""

    what: str
    url: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the regions say to the version that was last put to them; its tiles lead to their words."""

    consultation: Consultation
    tiles: list[RegionTile]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Overview:
    """``looked_at`` is None for who has not looked yet; ``seen_upto`` is the moment (microseconds since 1970) up to
    which this tells everything; ``silent`` counts the dimmed tiles."""

    looked_at: datetime | None
    seen_upto: int
    changes: list[Change]
    tasks: list[Task]
    coming: list[Task]
    tiles: list[RegionTile]
    silent: int
    topics: list[TopicRow]
    plan: PlanState | None
    agreement: Agreement | None
    people: list[RegionMembers]


def overview_of(standing: Standing, working_group: WorkingGroup) -> Overview | None:
    """The group's overview as this person sees it; None for who may not read the group."""
    if standing.person_id is None or not standing.may_read_group(working_group.pk):
        return None
    now = timezone.now()
    looks = LastLook.objects.filter(person_id=standing.person_id, working_group=working_group)
    looked_at = looks.values_list("at", flat=True).first()
    tiles = _voices(working_group, now - RECENT)
    return Overview(
        looked_at=looked_at,
        seen_upto=(now - EPOCH) // timedelta(microseconds=1),
        changes=changes_since(standing, working_group, looked_at or now - RECENT),
        tasks=_tasks(standing, working_group),
        coming=_coming(standing, working_group),
        tiles=tiles,
        silent=sum(tile.state == "dimmed" for tile in tiles),
        topics=topic_rows(standing, topics_of(standing, working_group)[:LATEST_TOPICS]),
        plan=plan_state(standing, working_group),
        agreement=_agreement(standing, working_group),
        people=members_by_region(working_group),
    )


def moment_of(microseconds: str) -> datetime | None:
    """The moment that a page told as ``seen_upto``; None where this is no such number."""
    if not (microseconds.isascii() and microseconds.isdigit() and len(microseconds) <= 16):
        return None
    return EPOCH + timedelta(microseconds=int(microseconds))


def _tasks(standing: Standing, working_group: WorkingGroup) -> list[Task]:
    """Words of the regions they speak for, sections given to them, actions that their organisation leads."""
    tasks = []
    for consultation in _open_consultations(standing, working_group):
        said = Endorsement.objects.filter(
            consultation=consultation, digest=consultation.digest, replaced_at=None
        ).values("region")
        for region in Region.objects.filter(pk__in=standing.mandates).exclude(pk__in=said):
            words = {"region": region.name, "version": consultation.version.name}
            what = _("Speak for %(region)s on “%(version)s”") % words
            tasks.append(Task(what, consultation.get_absolute_url(), timezone.localdate(consultation.deadline)))
    sections = Section.objects.visible_to(standing).present().filter(plan__working_group=working_group)
    for section in sections.filter(assignee=standing.person_id)[:MOST]:
        what = _("See to the section “%(section)s”") % {"section": section.heading}
        tasks.append(Task(what, f"{reverse('plans:workroom', args=[working_group.slug])}?section={section.pk}"))
    own = Organisation.objects.filter(people=standing.person_id)
    for action in _present_actions(standing, working_group).filter(lead__in=own)[:MOST]:
        what = _("Your organisation leads “%(action)s”") % {"action": action.title}
        tasks.append(Task(what, reverse("plans:actions", args=[working_group.slug]), action.ends_on))
    return tasks


def _coming(standing: Standing, working_group: WorkingGroup) -> list[Task]:
    """Visits, deadlines and the ends of actions, by day."""
    coming = [
        Task(
            _("Study visit: %(visit)s, %(region)s") % {"visit": row.visit.title, "region": row.visit.host_region.name},
            reverse("visits:visit", args=[row.visit.pk]),
            row.visit.starts_on,
        )
        for row in upcoming_visits(standing, working_group)
    ]
    for consultation in _open_consultations(standing, working_group):
        what = _("The regions' words on “%(version)s” are due") % {"version": consultation.version.name}
        coming.append(Task(what, consultation.get_absolute_url(), timezone.localdate(consultation.deadline)))
    today = timezone.localdate()
    ending = _present_actions(standing, working_group).filter(ends_on__range=(today, today + SOON))
    for action in ending.order_by("ends_on")[:MOST]:
        what = _("The action “%(action)s” ends") % {"action": action.title}
        coming.append(Task(what, reverse("plans:actions", args=[working_group.slug]), action.ends_on))
    return sorted(coming, key=lambda task: (task.due or date.max, task.what))


def _open_consultations(standing: Standing, working_group: WorkingGroup) -> list[Consultation]:
    """At most one: a plan has one open consultation."""
    visible = Consultation.objects.visible_to(standing).filter(plan__working_group=working_group)
    still_open = visible.filter(state=ConsultationState.OPEN, deadline__gt=timezone.now())
    return list(still_open.select_related("plan__working_group", "version").defer("version__content"))


def _agreement(standing: Standing, working_group: WorkingGroup) -> Agreement | None:
    """None where the regions were not asked, or the question was taken back."""
    asked = consultations_for(standing, working_group.slug).standing_ones()
    consultation = asked.defer("version__content", "version__canonical_text").first()
    if consultation is None:
        return None
    rows, page = region_rows(consultation), consultation.get_absolute_url()
    tiles = [RegionTile(row.code, row.name, row.state, row.text, page + row.url) for row in rows]
    return Agreement(consultation, tiles, tally_of(rows))


def _present_actions(standing: Standing, working_group: WorkingGroup) -> QuerySet[Action]:
    return Action.objects.visible_to(standing).present().filter(plan__working_group=working_group)


def _voices(working_group: WorkingGroup, since: datetime) -> list[RegionTile]:
    """Every region of the group, north to south: has it spoken (in the forum, the plan or a visit), only read, or
    neither?"""
    posts = Post.objects.filter(topic__forum__working_group=working_group, created_at__gt=since, deleted_at=None)
    entries = LogEntry.objects.filter(visit__working_group=working_group, created_at__gt=since, deleted_at=None)
    lessons = Lesson.objects.filter(visit__working_group=working_group, created_at__gt=since, deleted_at=None)
    updates = DocumentUpdate.objects.filter(
        document__kind=DOCUMENT_KIND, document__key=working_group.slug, created_at__gt=since
    )
    speakers = [each.values("author") for each in (posts, entries, lessons)] + [updates.values("person")]
    speaking: set[int] = set()
    for people in speakers:
        speaking |= _regions_of(people)
    marks = ReadMark.objects.filter(topic__forum__working_group=working_group, moved_at__gt=since)
    reading = _regions_of(marks.values("person"))
    members = Membership.objects.current().filter(working_group=working_group, person__is_active=True)
    here = _regions_of(members.values("person"))
    tiles = []
    for region in Region.objects.filter(pk__in=here):
        if region.pk in speaking:
            state, text = "lit", _("has spoken in the last 30 days")
        elif region.pk in reading:
            state, text = "ringed", _("has only read in the last 30 days")
        else:
            state, text = "dimmed", _("silent for 30 days")
        tiles.append(RegionTile(region.code, region.name, state, text, reverse("region", args=[region.slug])))
    return tiles


def _regions_of(people: QuerySet[Any, Any]) -> set[int]:
    regions = Person.objects.filter(pk__in=people).values_list("organisation__region", flat=True).order_by().distinct()
    return {region for region in regions if region is not None}
