"""The pages: what they show, and what they cost. Who gets them is in tests/rights."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.models import Person, WorkingGroup
from notices.models import Notice
from tests.conftest import Cast
from tests.visits.conftest import today
from tests.visits.test_rights import LESSON, STORY
from visits.domain.lessons import write_lesson
from visits.domain.log import delete_entry
from visits.domain.planning import ProgrammeLine, VisitPlan, edit_visit, plan_visit
from visits.domain.review import ask_for_review, comment_on_story
from visits.domain.stories import publish_story, write_story
from visits.models import LogEntry, StudyVisit, VisitParticipant
from visits.urls import urlpatterns

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def addresses(visit: StudyVisit, cast: Cast, log: Callable[..., LogEntry]) -> dict[str, str]:
    """The address of each route, of a visit that has an entry, a lesson and a published story."""
    entry = log("Logged.", "A dryer")
    lesson = write_lesson(visit=visit, by=cast.partner, lesson=LESSON)
    write_story(visit=visit, by=cast.deputy, text=STORY)
    publish_story(visit=visit, by=cast.deputy)
    ask_for_review(visit=visit, by=cast.deputy)
    comment = comment_on_story(visit=visit, by=cast.partner, source="Well put.")
    arguments = {
        "slug": visit.working_group.slug,
        "visit_id": visit.pk,
        "entry_id": entry.pk,
        "lesson_id": lesson.pk,
        "comment_id": comment.pk,
        "person_id": cast.agency.pk,
    }
    return {
        str(route.name): reverse(
            f"visits:{route.name}", kwargs={name: arguments[name] for name in route.pattern.converters}
        )
        for route in urlpatterns
    }


@pytest.mark.parametrize("name", ["visit", "log", "edit", "story", "edit-story", "edit-entry", "edit-lesson"])
@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**60])
def test_an_id_that_names_nothing_is_not_found(name: str, pk: int, cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.coordinator).get(reverse(f"visits:{name}", args=[pk])).status_code == 404


def test_an_entry_is_found_in_its_own_visit_only(
    cast: Cast,
    client_of: ClientOf,
    visit: StudyVisit,
    tourism: WorkingGroup,
    plan_of: Callable[..., VisitPlan],
    log: Callable[..., LogEntry],
) -> None:
    entry = log("Logged.")
    other = plan_visit(working_group=tourism, by=cast.other_coordinator, plan=plan_of())
    assert client_of(cast.other_coordinator).get(f"/visits/{other.pk}/entries/{entry.pk}/").status_code == 404
    assert client_of(cast.observer).get(f"/visits/{visit.pk}/entries/{2**70}/").status_code == 404


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


COUNTED = [
    *("visits", "visit", "edit", "log", "edit-entry", "entry", "new-lesson", "edit-lesson", "lesson-history", "review"),
    *("story", "edit-story", "publish-story"),
]


@pytest.mark.once("the queries are as many with any database")
def test_a_page_costs_the_same_with_one_row_and_with_fifty(
    cast: Cast,
    client_of: ClientOf,
    addresses: dict[str, str],
    visit: StudyVisit,
    plan_of: Callable[..., VisitPlan],
    log: Callable[..., LogEntry],
    agrifood: WorkingGroup,
) -> None:
    client = client_of(cast.partner)
    leader = client_of(cast.coordinator)
    plan = plan_of(programme=[ProgrammeLine(day=today(), starts_at=timezone.now().time(), title="One")])
    edit_visit(visit=visit, by=cast.coordinator, plan=plan)
    theirs = {"log", "edit-entry"}  # a witness's alone

    def costs() -> dict[str, int]:
        # The bell asks who may see what is unread, in a fixed number of queries, and nobody where nothing is.
        Notice.objects.update(read_at=timezone.now())
        return {name: queries_of(client if name in theirs else leader, addresses[name]) for name in COUNTED}

    few = costs()
    for number in range(50):
        log(f"Entry {number}.", "A photo")
        write_lesson(visit=visit, by=cast.agency, lesson=LESSON)
        comment_on_story(visit=visit, by=cast.agency, source=f"Comment {number}.")
        person = Person.objects.create_user(email=f"{number}@cast.example", name=f"Person {number}")
        person.organisation = cast.agency.organisation
        person.save()
        VisitParticipant.objects.create(visit=visit, person=person, added_by=cast.coordinator)
        other = plan_visit(working_group=agrifood, by=cast.coordinator, plan=plan_of(title=f"Visit {number}"))
        write_story(visit=other, by=cast.deputy, text=STORY)
        publish_story(visit=other, by=cast.deputy)
    delete_entry(entry=log("Deleted."), by=cast.partner)
    lines = [ProgrammeLine(day=today(), starts_at=timezone.now().time(), title=f"{number}") for number in range(50)]
    edit_visit(visit=visit, by=cast.coordinator, plan=plan_of(programme=lines))
    assert costs() == few


def test_the_log_shows_text_photos_and_the_trace_of_what_was_deleted(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, log: Callable[..., LogEntry]
) -> None:
    log("A **shared** dryer.", "The dryer")
    delete_entry(entry=log("Regretted words.", "Regretted photo"), by=cast.coordinator)
    page = client_of(cast.observer).get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert "A <strong>shared</strong> dryer." in page
    assert 'alt="The dryer"' in page
    assert "Regretted" not in page
    assert "An entry by Partner was deleted by Coordinator <time" in page


def test_hostile_text_is_shown_as_text(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, plan_of: Callable[..., VisitPlan], log: Callable[..., LogEntry]
) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    edit_visit(visit=visit, by=cast.deputy, plan=plan_of(title=evil, place=evil, objectives=evil))
    log(evil, evil)
    page = client_of(cast.observer).get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_group_without_visits_says_what_belongs_there(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    address = reverse("visits:visits", args=["agrifood"])
    assert "Plan the first one" in client_of(cast.deputy).get(address).content.decode()
    assert "Suggest a region in the forum" in client_of(cast.partner).get(address).content.decode()
    assert "Nothing is published yet" in client_of(None).get(address).content.decode()


def test_outsiders_and_the_public_see_only_the_published_stories_of_a_group(
    cast: Cast, client_of: ClientOf, visit: StudyVisit
) -> None:
    address = reverse("visits:visits", args=["agrifood"])
    for reader in (None, cast.outsider, cast.removed):
        assert "Soil days" not in client_of(reader).get(address).content.decode()
    write_story(visit=visit, by=cast.deputy, text=STORY)
    publish_story(visit=visit, by=cast.deputy)
    for reader in (None, cast.outsider, cast.removed):
        page = client_of(reader).get(address).content.decode()
        assert "Nine farms, one dryer" in page
        assert "Soil days" not in page


def test_running_upcoming_and_past_visits_stand_apart(
    cast: Cast, client_of: ClientOf, visit: StudyVisit, agrifood: WorkingGroup, plan_of: Callable[..., VisitPlan]
) -> None:
    for title, days in (("Long ago", -40), ("Soon", 40)):
        day = today() + timedelta(days=days)
        plan_visit(working_group=agrifood, by=cast.deputy, plan=plan_of(title=title, starts_on=day, ends_on=day))
    visits = client_of(cast.observer).get(reverse("visits:visits", args=["agrifood"])).context["visits"]
    assert [[row.visit.title for row in rows] for rows in (visits.running, visits.upcoming, visits.past)] == [
        ["Soil days"],
        ["Soon"],
        ["Long ago"],
    ]
