"""What a group keeps to itself never shows on the public pages, and what it published does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.domain import add_text
from forums.domain.posting import start_topic
from groups.models import Region, WorkingGroup
from plans.domain.plans import start_plan
from plans.domain.versions import freeze_version, publish_version, withdraw_version
from plans.enums import DOCUMENT_KIND
from tests.conftest import Cast
from visits.domain.planning import VisitPlan, plan_visit
from visits.domain.stories import StoryText, publish_story, withdraw_story, write_story
from visits.models import StudyVisit

PAGES = ("/", "/groups/agrifood/", "/regions/slaskie/")
TOPIC = "What the dairies really pay"
DRAFT = "Unpolished thoughts on mills"
VISIT = "Unannounced tour of the presses"
STORY = "What the presses taught us"


@pytest.fixture
def planned(cast: Cast, agrifood: WorkingGroup, silesia: Region) -> Callable[[str], StudyVisit]:
    def plan(title: str) -> StudyVisit:
        day = timezone.localdate() - timedelta(days=2)
        return plan_visit(
            working_group=agrifood,
            by=cast.coordinator,
            plan=VisitPlan(
                title=title,
                host_region=silesia,
                place="Bielsko-Biała",
                starts_on=day,
                ends_on=day + timedelta(days=5),
                time_zone="Europe/Warsaw",
            ),
        )

    return plan


def seen(client: Client) -> str:
    return "".join(client.get(address).content.decode() for address in PAGES)


def test_topics_drafts_and_visits_stay_in_the_group(
    cast: Cast, agrifood: WorkingGroup, planned: Callable[[str], StudyVisit], client_of: Callable[..., Client]
) -> None:
    start_topic(working_group=agrifood, author=cast.partner, title=TOPIC, source="Much less.")
    plan = start_plan(working_group=agrifood, person=cast.coordinator)
    section = plan.sections.all()[0]
    add_text(kind=DOCUMENT_KIND, key=plan.slug, name=section.id, text=DRAFT, person_id=cast.coordinator.pk)
    freeze_version(plan=plan, person=cast.coordinator, name="An inner version")
    write_story(visit=planned(VISIT), by=cast.coordinator, text=StoryText(title=STORY, teaser="T", source="S"))
    secrets = (TOPIC, VISIT, "An inner version")
    for person in (None, cast.outsider, cast.other_coordinator, cast.removed, cast.deactivated):
        page = seen(client_of(person))
        assert [secret for secret in (*secrets, DRAFT, STORY) if secret in page] == [], person
        assert "/plan/published/" not in page
    for person in (cast.observer, cast.partner, cast.secretariat, cast.director):
        page = seen(client_of(person))
        assert [secret for secret in secrets if secret not in page] == [], person


def test_a_published_plan_shows_until_it_is_withdrawn(cast: Cast, agrifood: WorkingGroup, client: Client) -> None:
    plan = start_plan(working_group=agrifood, person=cast.coordinator)
    version = freeze_version(plan=plan, person=cast.coordinator, name="First edition")
    publish_version(version=version, person=cast.coordinator)
    for address in PAGES[:2]:
        assert 'href="/groups/agrifood/plan/published/"' in client.get(address).content.decode()
    withdraw_version(version=version, person=cast.coordinator)
    assert "/plan/published/" not in seen(client)


def test_a_published_visit_shows_on_its_group_and_host_region_until_it_is_withdrawn(
    cast: Cast, planned: Callable[[str], StudyVisit], client: Client, lombardy: Region
) -> None:
    visit = planned(VISIT)
    write_story(visit=visit, by=cast.coordinator, text=StoryText(title=STORY, teaser="T", source="S"))
    assert STORY not in seen(client)
    publish_story(visit=visit, by=cast.coordinator)
    for address in PAGES:
        page = client.get(address).content.decode()
        assert page.count(f'<a href="/visits/{visit.pk}/story/">{STORY}</a>') == 1, address
        assert VISIT not in page
    for address in ("/groups/tourism/", "/regions/lombardia/"):
        assert STORY not in client.get(address).content.decode()
    withdraw_story(visit=visit, by=cast.coordinator)
    assert STORY not in seen(client)


@pytest.mark.once("the queries are as many with any database")
@pytest.mark.parametrize("who", ["public", "observer"])
def test_topics_and_visits_take_no_more_queries_when_there_are_more(
    who: str,
    cast: Cast,
    agrifood: WorkingGroup,
    planned: Callable[[str], StudyVisit],
    client_of: Callable[..., Client],
) -> None:
    def add(number: int) -> None:
        for place in range(number):
            start_topic(working_group=agrifood, author=cast.partner, title=f"Topic {place}", source="Text")
            visit = planned(f"Visit {place}")
            write_story(visit=visit, by=cast.coordinator, text=StoryText(title=f"S {place}", teaser="T", source="S"))
            publish_story(visit=visit, by=cast.coordinator)

    client = client_of(None if who == "public" else getattr(cast, who))

    def counts() -> list[int]:
        found = []
        for address in PAGES:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    start_plan(working_group=agrifood, person=cast.coordinator)
    add(1)
    counts()  # the plan's first reader has its text stored
    few = counts()
    add(50)
    assert counts() == few
