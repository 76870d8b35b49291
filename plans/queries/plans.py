"""What pages and the API show of plans, shaped for them. Text is always the committed text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from collab.authorship import Span
from collab.queries import Texts, texts_of
from groups.enums import WRITING_ROLES
from groups.models import Membership, Organisation, Person, WorkingGroup
from groups.standing import Standing
from plans.enums import DOCUMENT_KIND
from plans.models import Action, Section, StrategicPlan, Version, VersionQuerySet


def plan_for(standing: Standing, slug: str) -> StrategicPlan:
    """The plan of the group with this slug; raises StrategicPlan.DoesNotExist where they may not read its drafts."""
    return StrategicPlan.objects.visible_to(standing).select_related("working_group").get(working_group__slug=slug)


def section_for(standing: Standing, slug: str, section_id: str) -> Section:
    """A section of that plan, taken out or not; raises Section.DoesNotExist."""
    if not (section_id.isascii() and section_id.isalnum()):  # PostgreSQL refuses to look for a NUL
        raise Section.DoesNotExist
    sections = Section.objects.visible_to(standing).select_related("plan__working_group")
    return sections.get(plan__working_group__slug=slug, pk=section_id)


def version_for(standing: Standing, slug: str, number: int) -> Version:
    """A frozen version of that plan; raises Version.DoesNotExist."""
    versions = Version.objects.visible_to(standing).select_related("plan__working_group", "frozen_by__organisation")
    return versions.get(plan__working_group__slug=slug, number=number)


def published_version(slug: str) -> Version:
    """The version of that group's plan that the public reads now; raises Version.DoesNotExist where there is none."""
    return Version.objects.published().select_related("plan__working_group").get(plan__working_group__slug=slug)


def committed_texts(plan: StrategicPlan) -> Texts:
    """The committed text of every section by id, and the number of the log's last entry that it contains."""
    return texts_of(DOCUMENT_KIND, plan.slug)


def sections_of(plan: StrategicPlan) -> QuerySet[Section]:
    """The plan's present sections in order."""
    present = Section.objects.present().filter(plan=plan)
    return present.select_related("plan__working_group", "assignee__organisation__region")


def assignable_to(plan: StrategicPlan) -> list[Person]:
    """Who may be given a section to see to: those who write in the group, by name, in two queries."""
    members = Person.objects.filter(
        is_active=True,
        memberships__in=Membership.objects.current().filter(
            working_group=plan.working_group_id, role__in=WRITING_ROLES
        ),
    )
    return list(members.select_related("organisation__region").order_by("name", "pk"))


def removed_sections_of(plan: StrategicPlan) -> QuerySet[Section]:
    """The sections that were taken out, the last one first."""
    return Section.objects.filter(plan=plan, removed_at__isnull=False).order_by("-removed_at")


def versions_of(plan: StrategicPlan) -> VersionQuerySet:
    """The plan's frozen versions without their text, the newest first."""
    versions = Version.objects.filter(plan=plan).defer("content", "canonical_text")
    return versions.select_related("plan__working_group", "frozen_by__organisation")


def authors_of(spans: Iterable[Span]) -> list[Organisation]:
    """The organisations whose people wrote these stretches of text, who wrote most first."""
    written: Counter[int] = Counter()
    for span in spans:
        if span.person_id is not None:
            written[span.person_id] += span.length
    people = Person.objects.filter(pk__in=written, organisation__isnull=False).select_related("organisation__region")
    by_organisation: Counter[Organisation] = Counter()
    for person in people:
        if person.organisation is not None:
            by_organisation[person.organisation] += written[person.pk]
    return sorted(by_organisation, key=lambda organisation: (-by_organisation[organisation], organisation.name))


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """A published plan as the home page lists it: its group, when it was published, how it begins."""

    slug: str
    group_name: str
    accent: str
    published_at: datetime
    summary: str


def published_plans() -> list[PublishedPlan]:
    """The plans that the public may read now, the newest first: one query."""
    versions = Version.objects.published().defer("content", "canonical_text").order_by("-published_at")
    return [
        PublishedPlan(
            slug=version.plan.slug,
            group_name=version.plan.working_group.name,
            accent=version.plan.working_group.accent,
            published_at=version.published_at,
            summary=version.summary,
        )
        for version in versions.select_related("plan__working_group")
        if version.published_at is not None
    ]


@dataclass(frozen=True, slots=True)
class PlanState:
    """How far a group's plan is, for its overview. ``budget`` is in EUR; ``latest`` is the newest frozen version."""

    sections: int
    written: int
    locked: int
    actions: int
    budget: Decimal
    latest: Version | None
    published: Version | None


def plan_state(standing: Standing, working_group: WorkingGroup) -> PlanState | None:
    """How far the group's plan is; None where it has not been started or this person may not read its drafts."""
    if not standing.may_read_group(working_group.pk):
        return None
    plan = StrategicPlan.objects.select_related("working_group").filter(working_group=working_group).first()
    if plan is None:
        return None
    sections = list(sections_of(plan))
    texts = committed_texts(plan).texts
    actions = Action.objects.present().filter(plan=plan).aggregate(number=Count("pk"), budget=Sum("budget"))
    versions = versions_of(plan)
    return PlanState(
        sections=len(sections),
        written=sum(bool(texts.get(section.id, "").strip()) for section in sections),
        locked=sum(section.is_locked for section in sections),
        actions=actions["number"],
        budget=actions["budget"] or Decimal(0),
        latest=versions.first(),
        published=versions.published().first(),
    )
