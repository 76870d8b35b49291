"""The table of actions and its form, as a browser sends and sees them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from groups.models import Person
from plans.domain.action_table import ActionTerms, Change, add_action, edit_action, remove_action
from plans.models import Action, StrategicPlan
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
NEW = "/groups/agrifood/plan/actions/new/"
FIRST = "/groups/agrifood/plan/actions/1/"


@pytest.fixture
def action(plan: StrategicPlan, cast: Cast) -> Action:
    return add_action(plan=plan, person=cast.agency, terms=ActionTerms(title="Field school"))


def test_a_filled_form_adds_a_row_with_localised_money_and_dates(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    organisation = cast.agency.organisation
    sent = {
        "title": "Laboratory pass",
        "lead": organisation.pk,
        "starts_on": "2013-01-14",
        "ends_on": "2013-12-20",
        "budget": "85000.5",
    }
    answer = client.post(NEW, sent)
    assert (answer.status_code, answer["Location"]) == (302, "/groups/agrifood/plan/actions/")
    page = client.get(answer["Location"]).content.decode()
    for shown in ("Laboratory pass", "ARR Bielsko", "85,000.50", "14/01/2013"):
        assert shown in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"budget": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"budget": "NaN"}, "Enter a number."),
        ({"budget": "Infinity"}, "Enter a number."),
        ({"budget": "1e99"}, "Enter a number."),
        ({"budget": "12.000"}, "“12.000” can be read in two ways, as 12000 or as 12.000."),
        ({"target": "1,234"}, "“1,234” can be read in two ways, as 1234 or as 1.234."),
        ({"budget": "12000,505"}, "Ensure that there are no more than 2 decimal places."),
        ({"budget": "9" * 10_000}, "Ensure that there are no more than 12 digits in total."),
        ({"budget": "12 apples"}, "Enter a number."),
        ({"target": "-Infinity"}, "Enter a number."),
        ({"starts_on": "2013-02-30"}, "Enter a valid date."),
        ({"starts_on": "2013-03-02", "ends_on": "2013-03-01"}, "An action cannot end before it starts."),
        ({"description": "x" * 10**6}, "Ensure this value has at most 10000 characters (it has 1000000)."),
        ({"lead": "999999999999999999999"}, "Select a valid choice."),
        ({"lead": "mill"}, "Select a valid choice."),
        ({"partners": ["1", "999999999999999999999"]}, "is not a valid value."),
        ({"idempotency_key": "k" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, object], message: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    sent = {"title": "Kept title", "indicator": "Kept indicator", **wrong}
    answer = client_of(cast.partner).post(NEW, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "Kept indicator" in page
    assert all(f'value="{typed}"' in page for name, typed in wrong.items() if name == "budget" and len(typed) < 20)
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"), [("12000,50", "12000.50"), ("12 000,50", "12000.50"), ("€ 12.000,5", "12000.50")]
)
def test_a_budget_is_typed_as_in_any_of_these_countries(
    typed: str, stored: str, plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    assert client_of(cast.partner).post(NEW, {"title": "Paid", "budget": typed}).status_code == 302
    assert str(Action.objects.get().budget) == stored


def test_a_form_sent_twice_adds_one_action_and_another_one_after_a_change(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    key = client.get(NEW).context["form"]["idempotency_key"].value()
    for title in ("Field school", "Field school", "Winter school"):
        assert client.post(NEW, {"title": title, "idempotency_key": key}).status_code == 302
    assert client_of(cast.agency).post(NEW, {"title": "Field school", "idempotency_key": key}).status_code == 302
    assert [action.title for action in plan.actions.all()] == ["Field school", "Winter school", "Field school"]


def filled(client: Client) -> dict[str, list[str]]:
    """The form of the first action as a browser would send it untouched."""
    page = client.get(FIRST)
    form = page.context["form"]
    sent: dict[str, list[str]] = {}
    for name in form.fields:
        shown = form[name].field.widget.format_value(form[name].value())
        values = [str(each) for each in shown] if isinstance(shown, list) else [str(shown or "")]
        sent[name] = sent[f"initial-{name}"] = values
        for value in values:
            assert f'name="initial-{name}"' in page.content.decode() or not value
    return sent


def test_two_people_change_different_fields_of_one_action_and_both_changes_stay(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    mine, theirs = client_of(cast.partner), client_of(cast.agency)
    first, second = filled(mine), filled(theirs)
    assert theirs.post(FIRST, {**second, "indicator": "Theirs"}).status_code == 302
    assert mine.post(FIRST, {**first, "unit": "visits"}).status_code == 302
    stored = Action.objects.get()
    assert (stored.indicator, stored.unit, stored.edition) == ("Theirs", "visits", 3)


@pytest.mark.parametrize(("kept", "indicator"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_who_changes_what_another_changed_is_shown_both_values_and_chooses(
    kept: str, indicator: str, plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    form = filled(client)
    changes = {"indicator": Change("", "Theirs"), "description": Change("", "Their words")}
    edit_action(action=action, person=cast.agency, changes=changes)
    answer = client.post(FIRST, {**form, "indicator": "Mine", "unit": "visits"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Agency changed this action while you were typing" in page
    assert 'name="keep-indicator" value="mine"' in page
    assert "</strong> Mine</span>" in page
    assert "</strong> Theirs</span>" in page
    assert "keep-unit" not in page
    assert "keep-description" not in page
    assert Action.objects.get().unit == ""
    again = answer.context["form"]
    assert [again[name].value() for name in ("indicator", "unit", "description")] == ["Mine", "visits", "Their words"]
    edit_action(action=action, person=cast.agency, changes={"title": Change("Field school", "Field schools")})
    answer = client.post(FIRST, {**dict(again.data.lists()), "keep-indicator": kept})
    assert answer.status_code == 302
    stored = Action.objects.get()
    assert (stored.indicator, stored.unit, stored.description) == (indicator, "visits", "Their words")
    assert stored.title == "Field schools"


def test_an_untouched_form_changes_nothing_whatever_others_did(
    plan: StrategicPlan, cast: Cast, client_of: ClientOf
) -> None:
    terms = ActionTerms(
        title="Soil atlas",
        description="one\n\ntwo",
        lead=cast.partner.organisation,
        partners=(cast.agency.organisation,),
        starts_on=date(2013, 1, 14),
        budget=Decimal("1234.50"),
        target=Decimal(40),
    )
    action = add_action(plan=plan, person=cast.agency, terms=terms)
    client = client_of(cast.partner)
    untouched = filled(client)
    assert untouched["budget"] == ["1234.50"]
    untouched["description"] = untouched["initial-description"] = ["one\r\n\r\ntwo"]
    edit_action(action=action, person=cast.agency, changes={"partners": Change(terms.partners, ())})
    for _time in range(2):
        assert client.post(FIRST, untouched).status_code == 302
    stored = Action.objects.get()
    assert (stored.edition, stored.changed_by, stored.budget) == (2, cast.agency, Decimal("1234.50"))
    assert not stored.partners.exists()


def test_a_refused_change_keeps_what_was_shown_beside_what_was_typed(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    partner = str(cast.agency.organisation.pk)
    answer = client.post(FIRST, {**filled(client), "partners": [partner], "budget": "1.500"})
    assert answer.status_code == 422
    assert "two ways" in answer.content.decode()
    again = dict(answer.context["form"].data.lists())
    assert client.post(FIRST, {**again, "budget": "1500"}).status_code == 302
    assert [each.pk for each in Action.objects.get().partners.all()] == [int(partner)]


def test_an_action_that_was_taken_out_meanwhile_is_not_changed(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    form = filled(client)
    remove_action(action=action, person=cast.agency)
    answer = client.post(FIRST, {**form, "unit": "visits"})
    assert answer.status_code == 409
    assert "It was taken out of the table" in answer.content.decode()


def test_an_action_is_taken_out_and_put_back(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.partner)
    page = client.post(f"{FIRST}remove", follow=True).content.decode()
    assert "You can put it back below" in page
    assert "Put back" in page
    page = client.post(f"{FIRST}restore", follow=True).content.decode()
    assert "Put back" not in page


@pytest.mark.parametrize("number", ["0", "2", str(2**31), str(2**63), "9" * 5000])
def test_an_action_that_is_not_there_is_not_found(
    number: str, plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    assert client_of(cast.partner).get(f"/groups/agrifood/plan/actions/{number}/").status_code == 404


def test_an_observer_reads_the_table_and_is_offered_no_change(
    plan: StrategicPlan, action: Action, cast: Cast, client_of: ClientOf
) -> None:
    page = client_of(cast.observer).get("/groups/agrifood/plan/actions/").content.decode()
    assert "Field school" in page
    assert "New action" not in page
    assert "Take out" not in page
