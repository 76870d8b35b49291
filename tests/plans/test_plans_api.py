"""Plans over the HTTP API."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from groups.models import Person, WorkingGroup
from plans.domain import sections as outline
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.versions import freeze_version, publish_version
from plans.models import Section, StrategicPlan
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]
PATHS = ["/api/plans/agrifood", "/api/plans/agrifood/versions", "/api/plans/agrifood/events"]


def test_a_plan_is_started_by_who_first_asks_for_it(agrifood: WorkingGroup, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.observer).get("/api/plans/agrifood").json()
    assert [section["position"] for section in answer["sections"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert (answer["group"], answer["document"], answer["stream"]) == ("agrifood", "plan/agrifood", "plan:agrifood")


def test_a_plan_says_its_sections_with_their_text_and_its_actions(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf, write: Write
) -> None:
    write(sections[0], "Žluťoučký 🐎", cast.partner)
    outline.lock_section(section=sections[0], person=cast.coordinator)
    terms = ActionTerms(title="Field school", lead=cast.agency.organisation, budget=Decimal("1200.5"))
    add_action(plan=plan, person=cast.agency, terms=terms)
    answer = client_of(cast.partner).get("/api/plans/agrifood").json()
    assert answer["sections"][0] == {
        "id": sections[0].id,
        "heading": "Executive summary",
        "guidance": sections[0].guidance,
        "position": 1,
        "locked": True,
        "assignee": None,
        "writable": False,
        "text": "Žluťoučký 🐎",
    }
    assert [section["writable"] for section in answer["sections"][1:]] == [True] * 7
    assert answer["actions"] == [
        {
            "number": 1,
            "edition": 1,
            "title": "Field school",
            "description": "",
            "lead": "ARR Bielsko",
            "lead_id": cast.agency.organisation_id,
            "partners": [],
            "partner_ids": [],
            "starts_on": None,
            "ends_on": None,
            "budget_eur": "1200.50",
            "indicator": "",
            "unit": "",
            "baseline": None,
            "target": None,
        }
    ]


def test_versions_are_listed_and_read_with_their_canonical_text(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    version = freeze_version(plan=plan, person=cast.coordinator, name="First")
    publish_version(version=version, person=cast.coordinator)
    client = client_of(cast.observer)
    (listed,) = client.get("/api/plans/agrifood/versions").json()["versions"]
    assert (listed["number"], listed["digest"], listed["published"]) == (1, version.digest, True)
    read = client.get("/api/plans/agrifood/versions/1").json()
    assert read == {**listed, "text": version.canonical_text}


def test_events_of_the_outline_are_had_without_a_socket(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    outline.lock_section(section=sections[0], person=cast.coordinator)
    answer = client_of(cast.observer).get("/api/plans/agrifood/events?after=0").json()
    assert answer == {
        "events": [{"number": 1, "event": "section.locked", "data": {"id": sections[0].id}}],
        "head": 1,
        "refetch": False,
    }
    assert client_of(cast.observer).get("/api/plans/agrifood/events?after=1").json()["events"] == []


@pytest.mark.parametrize("path", [*PATHS, "/api/plans/agrifood/versions/1"])
def test_others_find_nothing_and_nobody_is_asked_to_sign_in(
    path: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    freeze_version(plan=plan, person=cast.coordinator, name="First")
    for person in (cast.outsider, cast.other_coordinator, cast.removed):
        assert client_of(person).get(path).status_code == 404
    for person in (None, cast.deactivated):
        assert client_of(person).get(path).status_code == 401
    for person in (cast.observer, cast.secretariat, cast.director, cast.partner):
        assert client_of(person).get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/plans/nowhere", 404),
        ("/api/plans/%00", 404),
        ("/api/plans/%00/versions", 404),
        ("/api/plans/%00/versions/1", 404),
        ("/api/plans/%00/events", 404),
        ("/api/plans/agrifood/versions/7", 404),
        ("/api/plans/agrifood/versions/99999999999999999999", 422),
        ("/api/plans/agrifood/versions/first", 422),
        ("/api/plans/agrifood/events?after=-1", 422),
        ("/api/plans/agrifood/events?after=99999999999999999999", 422),
        ("/api/plans/agrifood/events?after=x", 422),
    ],
)
def test_what_is_not_there_or_no_number_is_said(
    path: str, status: int, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.coordinator).get(path)
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)
