"""Who gets what from a plan's document and its stream, tried with everyone. Its addresses are in tests/rights."""

from collections.abc import Callable

import pytest
from django.test import Client

from groups.models import Person
from plans.domain import sections as outline
from plans.models import Section, StrategicPlan
from plans.policies import document_rights, stream_readers
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]

LEADERS = frozenset({"coordinator", "deputy"})
WRITERS = LEADERS | {"agency", "partner"}
READERS = WRITERS | {"observer", "secretariat", "director"}


@pytest.mark.parametrize("slug", ["nowhere", "Agrifood", "agrifood-2"])
def test_a_group_that_is_not_there_has_no_plan(slug: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf) -> None:
    for path in ("", "actions/", "versions/", "outline/", "published/"):
        assert client_of(cast.coordinator).get(f"/groups/{slug}/plan/{path}").status_code == 404


def test_a_section_is_reached_through_its_own_plan_alone(
    plan: StrategicPlan, sections: list[Section], cast: Cast, client_of: ClientOf
) -> None:
    answer = client_of(cast.other_coordinator).post(f"/groups/tourism/plan/sections/{sections[0].id}/lock")
    assert answer.status_code == 404
    assert not Section.objects.get(pk=sections[0].pk).is_locked


def test_the_document_is_written_by_members_a_locked_section_by_leaders_what_was_taken_out_by_nobody(
    plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    outline.lock_section(section=sections[0], person=cast.coordinator)
    outline.remove_section(section=sections[1], person=cast.coordinator)
    people = cast.everyone()
    rights = document_rights([(person.pk, "agrifood") for person in people.values()])
    keys = frozenset(section.id for section in sections)
    is_open = keys - {sections[0].id, sections[1].id}
    for who, person in people.items():
        found = rights.get((person.pk, "agrifood"))
        if who not in READERS:
            assert found is None or not found.may_read, who
            continue
        assert found is not None
        assert (found.may_read, found.keys) == (True, keys), who
        assert found.writable == (
            is_open | {sections[0].id} if who in LEADERS else is_open if who in WRITERS else frozenset()
        ), who


def test_presence_names_people_as_the_server_knows_them(plan: StrategicPlan, cast: Cast) -> None:
    pair = (cast.agency.pk, "agrifood")
    assert document_rights([pair])[pair].user == {
        "id": str(cast.agency.pk),
        "name": "Agency",
        "region": "PL22",
        "colour": str(cast.agency.pk % 8),
    }


def test_a_plan_that_is_not_there_has_no_document(cast: Cast, plan: StrategicPlan) -> None:
    pairs = [(cast.secretariat.pk, "nowhere"), (cast.other_coordinator.pk, "tourism"), (2**63, "agrifood")]
    assert document_rights(pairs[:2]) == {}


def test_the_stream_is_read_by_who_reads_the_group(plan: StrategicPlan, cast: Cast) -> None:
    people = cast.everyone()
    allowed = stream_readers([(person.pk, "agrifood") for person in people.values()])
    assert {who for who, person in people.items() if (person.pk, "agrifood") in allowed} == READERS
    assert stream_readers([(cast.coordinator.pk, "nowhere")]) == set()


@pytest.mark.once("the queries are as many with any database")
def test_rights_take_as_many_queries_for_one_as_for_all(
    plan: StrategicPlan, cast: Cast, django_assert_num_queries: Callable[..., object]
) -> None:
    everybody = [(person.pk, slug) for person in cast.everyone().values() for slug in ("agrifood", "tourism")]
    for pairs in (everybody[:1], everybody):
        with django_assert_num_queries(4):
            document_rights(pairs)
        with django_assert_num_queries(2):
            stream_readers(pairs)
