"""What others changed in a group since a moment, told from the rows of every room: once each, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.models import DocumentUpdate
from forums.enums import TopicFilter
from forums.queries import topic_rows, topics_shown
from groups.models import Membership, WorkingGroup
from groups.standing import Standing
from plans.enums import DOCUMENT_KIND
from plans.models import Action, Version
from visits.models import Lesson, LogEntry, StudyVisit

MOST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: when last, what in a sentence, and where it is seen."""

    at: datetime
    what: str
    url: str


def changes_since(standing: Standing, working_group: WorkingGroup, since: datetime) -> list[Change]:
    """At most ``MOST`` changes by others, in a fixed number of queries; of posts, those the person has not read."""
    found = [
        *_posts(standing, working_group),
        *_plan_text(working_group, standing, since),
        *_versions(standing, working_group, since),
        *_actions(standing, working_group, since),
        *_visits(standing, working_group, since),
        *_entries(standing, working_group, since),
        *_lessons(standing, working_group, since),
        *_members(standing, working_group, since),
    ]
    return sorted(found, key=lambda change: (change.at, change.url), reverse=True)[:MOST]


def _posts(standing: Standing, working_group: WorkingGroup) -> Iterator[Change]:
    """Straight to the first unread."""
    for row in topic_rows(standing, topics_shown(standing, working_group, TopicFilter.UNREAD)[:MOST]):
        words = ngettext(
            "%(number)d post that you have not read in “%(topic)s”",
            "%(number)d posts that you have not read in “%(topic)s”",
            row.unread,
        )
        url = f"{reverse('forums:topic', args=[row.topic.pk])}?from={row.first_unread}#post-{row.first_unread}"
        yield Change(row.topic.last_post_at, words % {"number": row.unread, "topic": row.topic.title}, url)


def _plan_text(working_group: WorkingGroup, standing: Standing, since: datetime) -> Iterator[Change]:
    updates = DocumentUpdate.objects.filter(
        document__kind=DOCUMENT_KIND, document__key=working_group.slug, created_at__gt=since, person__isnull=False
    ).exclude(person=standing.person_id)
    for name, at in updates.values_list("person__name").annotate(Max("created_at")).order_by("person__name")[:MOST]:
        url = reverse("plans:workroom", args=[working_group.slug])
        yield Change(at, _("%(name)s wrote in the plan") % {"name": name}, url)


def _versions(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    versions = Version.objects.visible_to(standing).filter(plan__working_group=working_group)
    recent = versions.filter(Q(frozen_at__gt=since) | Q(published_at__gt=since)).defer("content", "canonical_text")
    for version in recent.select_related("plan__working_group", "frozen_by", "published_by").order_by("-number")[:MOST]:
        url = reverse("plans:version", args=[working_group.slug, version.number])
        if version.published_at and version.published_by and version.published_at > since:
            words = {"name": version.published_by.name, "version": version.name}
            yield Change(version.published_at, _("%(name)s published the plan's version “%(version)s”") % words, url)
        elif version.frozen_by_id != standing.person_id:
            words = {"name": version.frozen_by.name, "version": version.name}
            yield Change(version.frozen_at, _("%(name)s froze the plan as “%(version)s”") % words, url)


def _actions(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    actions = Action.objects.visible_to(standing).present().filter(plan__working_group=working_group)
    recent = actions.filter(changed_at__gt=since).exclude(changed_by=standing.person_id)
    for action in recent.select_related("changed_by").order_by("-changed_at")[:MOST]:
        words = {"name": action.changed_by.name, "action": action.title}
        url = reverse("plans:actions", args=[working_group.slug])
        yield Change(action.changed_at, _("%(name)s changed the action “%(action)s”") % words, url)


def _visits(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    visits = StudyVisit.objects.visible_to(standing).filter(working_group=working_group)
    recent = visits.filter(Q(planned_at__gt=since) | Q(published_story__published_at__gt=since))
    for visit in recent.select_related("planned_by", "published_story").order_by("-planned_at")[:MOST]:
        story = visit.published_story
        if story is not None and story.published_at > since:
            words = _("The story of the visit “%(visit)s” is published") % {"visit": visit.title}
            yield Change(story.published_at, words, reverse("visits:story", args=[visit.pk]))
        elif visit.planned_by_id != standing.person_id:
            words = _("%(name)s planned the visit “%(visit)s”") % {"name": visit.planned_by.name, "visit": visit.title}
            yield Change(visit.planned_at, words, reverse("visits:visit", args=[visit.pk]))


def _entries(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    entries = LogEntry.objects.visible_to(standing).filter(visit__working_group=working_group, deleted_at=None)
    recent = entries.filter(created_at__gt=since).exclude(author=standing.person_id).order_by()
    rows = recent.values_list("visit_id", "visit__title").annotate(number=Count("pk"), last=Max("created_at"))
    for visit_id, title, number, last in rows.order_by("-last")[:MOST]:
        words = ngettext(
            "%(number)d new entry in the log of “%(visit)s”", "%(number)d new entries in the log of “%(visit)s”", number
        )
        url = f"{reverse('visits:visit', args=[visit_id])}#log"
        yield Change(last, words % {"number": number, "visit": title}, url)


def _lessons(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    lessons = Lesson.objects.visible_to(standing).filter(visit__working_group=working_group, created_at__gt=since)
    for lesson in lessons.exclude(author=standing.person_id).select_related("author").order_by("-created_at")[:MOST]:
        words = {"name": lesson.author.name, "lesson": lesson.title}
        url = f"{reverse('visits:visit', args=[lesson.visit_id])}#lessons"
        yield Change(lesson.created_at, _("%(name)s wrote down the lesson “%(lesson)s”") % words, url)


def _members(standing: Standing, working_group: WorkingGroup, since: datetime) -> Iterator[Change]:
    joined = Membership.objects.current().filter(working_group=working_group, started_at__gt=since)
    recent = joined.filter(person__is_active=True).exclude(person=standing.person_id)
    for membership in recent.select_related("person").order_by("-started_at")[:MOST]:
        words = _("%(name)s joined the group") % {"name": membership.person.name}
        yield Change(membership.started_at, words, reverse("groups:members", args=[working_group.slug]))
