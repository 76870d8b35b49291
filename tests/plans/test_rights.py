"""Who gets what from every address of a plan, and from its document and its stream: the table, tried with everyone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Person
from plans.domain import sections as outline
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.versions import freeze_version
from plans.models import Section, StrategicPlan
from plans.policies import document_rights, stream_readers
from tests.conftest import Cast
from tests.plans.conftest import Write

ClientOf = Callable[[Person | None], Client]

LEADERS = frozenset({"coordinator", "deputy"})
WRITERS = LEADERS | {"agency", "partner"}
READERS = WRITERS | {"observer", "secretariat", "director"}
STRANGERS = frozenset({"outsider", "other_coordinator", "removed"})
NOBODY = frozenset({"public", "deactivated"})

# Not all addresses: tests/rights holds the whole table. Address name: (method, who may); other readers get 403,
# strangers 404, nobody is sent to sign in.
ADDRESSES = {
    "workroom": ("get", READERS),
    "preview": ("post", READERS),
    "outline": ("get", LEADERS),
    "add-section": ("post", LEADERS),
    "rename-section": ("post", LEADERS),
    "move-section": ("post", LEADERS),
    "lock-section": ("post", LEADERS),
    "unlock-section": ("post", LEADERS),
    "remove-section": ("post", LEADERS),
    "restore-section": ("post", LEADERS),
    "actions": ("get", READERS),
    "new-action": ("get", WRITERS),
    "action": ("get", WRITERS),
    "remove-action": ("post", WRITERS),
    "restore-action": ("post", WRITERS),
    "versions": ("get", READERS),
    "version": ("get", READERS),
    "version-md": ("get", READERS),
    "version-txt": ("get", READERS),
    "publish-version": ("get", LEADERS),
    "withdraw-version": ("post", LEADERS),
}
POSTED = {
    "new-action": WRITERS,
    "action": WRITERS,
    "versions": LEADERS,
    "publish-version": LEADERS,
}


@pytest.fixture
def filled(plan: StrategicPlan, sections: list[Section], cast: Cast) -> dict[str, dict[str, object]]:
    """A plan with something behind every address; gives what each kind of address takes."""
    add_action(plan=plan, person=cast.agency, terms=ActionTerms(title="DRAFT ACTION"))
    freeze_version(plan=plan, person=cast.coordinator, name="DRAFT VERSION")
    return {
        "section": {"slug": "agrifood", "section_id": sections[0].id},
        "action": {"slug": "agrifood", "number": 1},
        "version": {"slug": "agrifood", "number": 1},
        "plan": {"slug": "agrifood"},
    }


def address(name: str, filled: dict[str, dict[str, object]]) -> str:
    for kind in ("section", "action", "version"):
        takes = name.split("-")
        if kind in takes and name not in ("add-section", "new-action"):
            return reverse(f"plans:{name}", kwargs=filled[kind])
    return reverse(f"plans:{name}", kwargs=filled["plan"])


def expected(who: str, allowed: frozenset[str]) -> tuple[int, ...]:
    if who in allowed:
        return (200, 302, 422)
    if who in READERS:
        return (403,)
    return (404,) if who in STRANGERS else (302,)


EVERYONE = sorted(READERS | STRANGERS | NOBODY)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_an_address_answers_those_whom_it_is_for(
    name: str, filled: dict[str, dict[str, object]], cast: Cast, client_of: ClientOf
) -> None:
    method, allowed = ADDRESSES[name]
    for who in EVERYONE:
        client = client_of(None if who == "public" else getattr(cast, who))
        answer = getattr(client, method)(address(name, filled))
        assert answer.status_code in expected(who, allowed), who
        if who not in READERS:
            assert b"DRAFT" not in answer.content
        if who in NOBODY:
            assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(POSTED))
def test_a_page_that_also_takes_a_form_takes_it_from_those_whom_it_is_for(
    name: str, filled: dict[str, dict[str, object]], cast: Cast, client_of: ClientOf
) -> None:
    for who in EVERYONE:
        client = client_of(None if who == "public" else getattr(cast, who))
        assert client.post(address(name, filled)).status_code in expected(who, POSTED[name]), who


@pytest.mark.parametrize("name", sorted(name for name, (method, _who) in ADDRESSES.items() if method == "post"))
def test_what_changes_something_is_not_done_by_a_link(
    name: str, filled: dict[str, dict[str, object]], cast: Cast, client_of: ClientOf
) -> None:
    assert client_of(cast.coordinator).get(address(name, filled)).status_code == 405


def test_nothing_is_done_without_the_csrf_token(filled: dict[str, dict[str, object]], cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, (method, _who) in ADDRESSES.items():
        if method == "post":
            assert client.post(address(name, filled)).status_code == 403


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
