"""The terms of an action changed one by one over HTTP, as the table's cells do it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from groups.models import Person
from plans.domain.action_table import ActionTerms, Change, add_action, edit_action, remove_action
from plans.forms import seen_of
from plans.models import Action, StrategicPlan
from plans.queries import actions_of, budgets_by_region
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
FIRST = "/api/plans/agrifood/actions/1"
PAGE = "/groups/agrifood/plan/actions/"


@pytest.fixture
def action(plan: StrategicPlan, cast: Cast) -> Action:
    terms = ActionTerms(title="Field school", lead=cast.partner.organisation, budget=Decimal("1200.50"), unit="visits")
    return add_action(plan=plan, person=cast.agency, terms=terms)


def patch(client: Client, **changes: tuple[Any, Any]) -> HttpResponse:
    sent = {name: {"seen": seen, "value": value} for name, (seen, value) in changes.items()}
    return client.patch(FIRST, {"changes": sent}, content_type="application/json")


def test_what_is_named_is_changed_as_it_was_typed_and_nothing_else(
    action: Action, cast: Cast, client_of: ClientOf
) -> None:
    agency = cast.agency.organisation.pk
    answer = patch(
        client_of(cast.partner),
        budget=("1200.5", "12 000,50"),
        partners=([], [agency]),
        starts_on=(None, "2013-01-14"),
        unit=("visits", None),
    )
    assert answer.status_code == 200
    assert answer.json()["budget_eur"] == "12000.50"
    stored = Action.objects.get()
    assert (stored.budget, stored.unit, str(stored.starts_on)) == (Decimal("12000.50"), "", "2013-01-14")
    assert [partner.pk for partner in stored.partners.all()] == [agency]
    assert (stored.title, stored.lead, stored.edition) == ("Field school", cast.partner.organisation, 2)


def test_the_page_shows_each_value_as_it_is_sent_back_unchanged(
    action: Action, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    sent = {"changes": {}}
    for name, seen in seen_of(actions_of(action.plan).get()).items():
        sent["changes"][name] = f'{{"seen": {seen}, "value": {seen}}}'
    body = ", ".join(f'"{name}": {change}' for name, change in sent["changes"].items())
    answer = client.patch(FIRST, f'{{"changes": {{{body}}}}}', content_type="application/json")
    assert (answer.status_code, answer.json()["edition"]) == (200, 1)
    assert f'data-field="budget" data-seen="{"&quot;1200.5&quot;"}"' in client.get(PAGE).content.decode()


def test_a_conflict_tells_both_values_and_the_one_to_go_on_from(
    action: Action, cast: Cast, client_of: ClientOf
) -> None:
    edit_action(action=action, person=cast.agency, changes={"budget": Change(action.budget, Decimal(99))})
    client = client_of(cast.partner)
    answer = patch(client, budget=("1200.5", "70000"), unit=("visits", "days"))
    assert answer.status_code == 409
    told = answer.json()
    assert (told["removed"], told["action"]["budget_eur"]) == (False, "99.00")
    assert told["terms"] == [{"name": "budget", "mine": "70,000", "theirs": "99.00", "seen": "99"}]
    assert Action.objects.get().unit == "visits"
    assert patch(client, budget=("99", "70000")).status_code == 200
    assert Action.objects.get().budget == 70_000
    remove_action(action=action, person=cast.agency)
    answer = patch(client, budget=("70000", "1"))
    assert (answer.status_code, answer.json()["removed"], answer.json()["terms"]) == (409, True, [])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("title", "", "This field is required."),
        ("title", None, "This field is required."),
        ("title", "x" * 10**6, "Ensure this value has at most 200 characters (it has 1000000)."),
        ("budget", "12.000", "two ways"),
        ("budget", "-1", "greater than or equal to 0"),
        ("budget", [1], "This is no value of this kind."),
        ("starts_on", "14/01/2013", "Enter a valid date."),
        ("ends_on", "0000-00-00", "Enter a valid date."),
        ("lead", 2**70, "Select a valid choice."),
        ("lead", "x", "Select a valid choice."),
        ("partners", [2**70], "is not a valid value."),
        ("partners", 3, "This is no value of this kind."),
        ("number", "5", "An action has nothing of this name."),
        ("x" * 1000, "5", "An action has nothing of this name."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_is_said_by_its_name(
    name: str, value: Any, message: str, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    answer = patch(client_of(cast.partner), **{name: (None, value)})
    assert answer.status_code == 422
    assert message in answer.json()["errors"][0]["message"]
    assert Action.objects.get().edition == 1


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"changes": {"title": {"seen": "", "value": "\\u0000"}}}',
        "[]",
        "{}",
        '{"changes": []}',
        '{"changes": {"title": "x"}}',
        '{"changes": {"title": {"seen": {}, "value": true}}}',
        '{"changes": {"title": {"seen": "", "value": "\\ud800"}}}',
        '{"changes": {"budget": {"seen": 1e999, "value": 1}}}',
        '{"changes": {"budget": {"seen": 1.5, "value": 1.5}}}',
    ],
    ids=list("abcdefghij"),
)
def test_what_is_no_change_is_refused_in_words(body: str, action: Action, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.partner).patch(FIRST, body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert Action.objects.get().edition == 1


def test_budgets_are_summed_by_the_region_of_the_lead_north_to_south(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    for lead, budget in ((cast.agency.organisation, "1000"), (cast.agency.organisation, None), (None, "0.50")):
        terms = ActionTerms(title="Another", lead=lead, budget=None if budget is None else Decimal(budget))
        add_action(plan=plan, person=cast.agency, terms=terms)
    lines = budgets_by_region(actions_of(plan))
    assert [(line.region.code if line.region else None, line.actions, str(line.budget)) for line in lines] == [
        ("PL22", 2, "1000.00"),
        ("ITC4", 1, "1200.50"),
        (None, 1, "0.50"),
    ]
    page = client_of(cast.observer).get(PAGE).content.decode()
    assert "By region of the lead" in page
    assert "data-seen" not in page
