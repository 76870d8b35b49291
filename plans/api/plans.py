"""Plans over HTTP, for the pages' own scripts and for programs of the people's own. The text is written on /ws/docs."""

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from ninja import Path, Query, Router, Schema

from groups.standing import PersonRequest
from live.api import EventsOut
from live.queries import events_after
from plans.api.action_table import ActionOut, action_out
from plans.domain.plans import opened_plan
from plans.enums import STREAM_KIND
from plans.models import StrategicPlan, Version
from plans.policies import may_write_text
from plans.queries import actions_of, committed_texts, sections_of, version_for, versions_of
from plans.views.loading import asker

EVENTS_IN_AN_ANSWER = 500

router = Router(tags=["plans"])
Number = Annotated[int, Query(ge=0, lt=2**31, description="Only what comes after this number.")]
VersionNumber = Annotated[int, Path(ge=0, lt=2**31)]


class SectionOut(Schema):
    """A section; ``id`` names its Y.Text in the document, ``text`` is what is committed of it."""

    id: str
    heading: str
    guidance: str
    position: int
    locked: bool
    assignee: str | None
    writable: bool
    text: str


class PlanOut(Schema):
    """``number`` is that of the last change of the text which ``sections`` contain."""

    group: str
    document: str
    stream: str
    number: int
    sections: list[SectionOut]
    actions: list[ActionOut]


class VersionOut(Schema):
    """A frozen version; ``digest`` is the SHA-256 of the UTF-8 of its canonical text."""

    number: int
    name: str
    digest: str
    frozen_at: datetime
    frozen_by: str
    published: bool
    url: str


class VersionTextOut(VersionOut):
    text: str


class VersionsOut(Schema):
    versions: list[VersionOut]


def _plan(request: PersonRequest, slug: str) -> StrategicPlan:
    return opened_plan(standing=request.standing, person=asker(request), slug=slug)


@router.get("/plans/{slug:slug}", response=PlanOut, summary="A group's plan")
def plan(request: PersonRequest, slug: str) -> PlanOut:
    """The sections in order with their committed text, and the table of actions."""
    plan = _plan(request, slug)
    sections = list(sections_of(plan))
    committed = committed_texts(plan)
    return PlanOut(
        group=plan.slug,
        document=f"plan/{plan.slug}",
        stream=f"{STREAM_KIND}:{plan.slug}",
        number=committed.number,
        sections=[
            SectionOut(
                id=section.id,
                heading=section.heading,
                guidance=section.guidance,
                position=section.position,
                locked=section.is_locked,
                assignee=section.assignee.name if section.assignee else None,
                writable=may_write_text(request.standing, section),
                text=committed.texts.get(section.id, ""),
            )
            for section in sections
        ],
        actions=[action_out(action) for action in actions_of(plan)],
    )


@router.get("/plans/{slug:slug}/versions", response=VersionsOut, summary="A plan's frozen versions")
def versions(request: PersonRequest, slug: str) -> VersionsOut:
    """All frozen versions, the newest first, without their text."""
    return VersionsOut(versions=[VersionOut(**_version_fields(each)) for each in versions_of(_plan(request, slug))])


@router.get("/plans/{slug:slug}/versions/{number}", response=VersionTextOut, summary="A frozen version")
def version(request: PersonRequest, slug: str, number: VersionNumber) -> VersionTextOut:
    """One frozen version with its canonical text."""
    frozen = version_for(request.standing, slug, number)
    return VersionTextOut(**_version_fields(frozen), text=frozen.canonical_text)


@router.get("/plans/{slug:slug}/events", response=EventsOut, summary="What happened to a plan's outline")
def events(request: PersonRequest, slug: str, after: Number = 0) -> EventsOut:
    """The events of the stream ``plan:<group slug>`` after a number, for clients without a WebSocket."""
    plan = _plan(request, slug)
    backlog = events_after(stream=f"{STREAM_KIND}:{plan.slug}", after=after, limit=EVENTS_IN_AN_ANSWER)
    return EventsOut(**backlog.as_json())


def _version_fields(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "digest": version.digest,
        "frozen_at": version.frozen_at,
        "frozen_by": version.frozen_by.name,
        "published": version.is_published,
        "url": reverse("plans:version", args=[version.plan.slug, version.number]),
    }
