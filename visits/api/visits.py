"""The study visits of a group over HTTP, and what happened at one of them."""

from datetime import date
from typing import Annotated, Any

from django.urls import reverse
from ninja import Query, Router, Schema

from groups.queries import group_for
from groups.standing import PersonRequest
from live.api import EventsOut
from live.queries import events_after
from visits.enums import VisitState
from visits.events import stream_of
from visits.queries.visits import VisitRow, visit_for, visits_of

EVENTS_IN_AN_ANSWER = 500

router = Router()
Number = Annotated[int, Query(ge=0, lt=2**31, description="Only what comes after this number.")]


class VisitOut(Schema):
    """``page`` is where people read it; ``story`` is the published story's address, or null."""

    id: int
    title: str
    state: VisitState
    host_region: str
    place: str
    starts_on: date
    ends_on: date
    time_zone: str
    participants: int
    entries: int
    page: str
    story: str | None


class VisitsOut(Schema):
    visits: list[VisitOut]


@router.get("/groups/{slug:slug}/visits", response=VisitsOut, summary="A group's study visits")
def list_visits(request: PersonRequest, slug: str) -> dict[str, Any]:
    """The visits of a group that I may read: those that run now, those to come, those past."""
    visits = visits_of(request.standing, group_for(request.standing, slug))
    return {"visits": [_visit_data(row) for row in (*visits.running, *visits.upcoming, *visits.past)]}


@router.get("/visits/{int:visit_id}/events", response=EventsOut, summary="What happened at a visit")
def list_events(request: PersonRequest, visit_id: int, after: Number = 0) -> dict[str, Any]:
    """The events of the stream ``visit:<id>`` after a number, for clients without a socket."""
    visit = visit_for(request.standing, visit_id)
    return events_after(stream=stream_of(visit.pk), after=after, limit=EVENTS_IN_AN_ANSWER).as_json()


def _visit_data(row: VisitRow) -> dict[str, Any]:
    visit = row.visit
    return {
        "id": visit.pk,
        "title": visit.title,
        "state": row.state,
        "host_region": visit.host_region.code,
        "place": visit.place,
        "starts_on": visit.starts_on,
        "ends_on": visit.ends_on,
        "time_zone": visit.time_zone,
        "participants": row.participants,
        "entries": row.entries,
        "page": reverse("visits:visit", args=[visit.pk]),
        "story": reverse("visits:story", args=[visit.pk]) if visit.published_story_id else None,
    }
