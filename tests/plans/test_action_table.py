"""Members keep the table of actions; nobody writes over what they have not seen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from groups.models import Organisation
from live.queries import events_after
from plans.domain.action_table import (
    ActionTerms,
    Change,
    Contested,
    add_action,
    edit_action,
    remove_action,
    restore_action,
    terms_of,
)
from plans.models import Action, StrategicPlan
from plans.queries import actions_of, total_budget
from tests.conftest import Cast


@pytest.fixture
def terms(cast: Cast, mill: Organisation) -> ActionTerms:
    return ActionTerms(
        title="Laboratory pass",
        description="One price list.",
        lead=mill,
        partners=(cast.agency.organisation, cast.partner.organisation),
        starts_on=date(2013, 1, 14),
        ends_on=date(2013, 12, 20),
        budget=Decimal("85000.50"),
        indicator="Firms that came",
        unit="firms",
        baseline=Decimal(4),
        target=Decimal(40),
    )


def told(plan: StrategicPlan) -> list[tuple[str, dict]]:
    backlog = events_after(stream=f"plan:{plan.slug}", after=0, limit=100)
    return [(event.name, event.data) for event in backlog.events]


def test_an_added_action_has_the_next_number_and_all_that_was_said(
    plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    first = add_action(plan=plan, person=cast.partner, terms=terms)
    second = add_action(plan=plan, person=cast.agency, terms=ActionTerms(title="Field school"))
    assert (first.number, first.edition, second.number) == (1, 1, 2)
    stored = Action.objects.get(pk=first.pk)
    assert terms_of(stored).partners == tuple(sorted(terms.partners, key=lambda each: each.name))
    assert {**terms_of(stored).__dict__, "partners": ()} == {**terms.__dict__, "partners": ()}
    assert told(plan) == [
        ("action.added", {"number": 1, "edition": 1, "title": "Laboratory pass"}),
        ("action.added", {"number": 2, "edition": 1, "title": "Field school"}),
    ]


def changed(action: Action, **typed: object) -> dict[str, Change]:
    """Changes of these terms by somebody who was shown the action as it is in this row."""
    return {name: Change(getattr(terms_of(action), name), value) for name, value in typed.items()}


def test_an_edit_changes_what_it_names_and_moves_the_edition_on(
    plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    edit_action(action=action, person=cast.agency, changes=changed(action, title="Lab pass", partners=()))
    stored = Action.objects.get(pk=action.pk)
    assert (stored.edition, stored.changed_by, stored.title) == (2, cast.agency, "Lab pass")
    assert (stored.budget, stored.lead) == (terms.budget, terms.lead)
    assert list(stored.partners.all()) == []
    assert told(plan)[-1] == ("action.changed", {"number": 1, "edition": 2, "title": "Lab pass"})


def test_two_edits_of_different_terms_are_both_kept(plan: StrategicPlan, cast: Cast, terms: ActionTerms) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    mine, theirs = changed(action, title="Lab pass"), changed(action, budget=Decimal(1))
    edit_action(action=action, person=cast.agency, changes=theirs)
    stored = edit_action(action=action, person=cast.partner, changes=mine)
    assert (stored.title, stored.budget, stored.edition) == ("Lab pass", Decimal(1), 3)


def test_an_edit_of_what_another_changed_is_refused_whole_and_shows_the_current_one(
    plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    mine = changed(action, title="Mine", unit="mine", partners=())
    edit_action(action=action, person=cast.agency, changes=changed(action, title="Theirs", partners=terms.partners[:1]))
    with pytest.raises(Contested) as contested:
        edit_action(action=action, person=cast.partner, changes=mine)
    assert (contested.value.names, contested.value.current.title) == (("title", "partners"), "Theirs")
    stored = Action.objects.get()
    assert (stored.title, stored.unit, stored.edition) == ("Theirs", "firms", 2)


def test_making_the_same_of_a_term_as_another_is_no_conflict_and_no_edition(
    plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    same = changed(action, title=" Lab  pass ", description="One\r\nlist.", budget=Decimal("85001.0"))
    for person in (cast.agency, cast.partner):
        edit_action(action=action, person=person, changes=same)
    stored = Action.objects.get()
    assert (stored.edition, stored.changed_by, stored.description) == (2, cast.agency, "One\nlist.")
    assert [name for name, _data in told(plan)] == ["action.added", "action.changed"]


def test_an_action_that_was_taken_out_meanwhile_is_not_edited(
    plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    remove_action(action=action, person=cast.agency)
    with pytest.raises(Contested) as contested:
        edit_action(action=action, person=cast.partner, changes=changed(action, title="Mine"))
    assert contested.value.names == ()


def test_the_same_action_sent_twice_with_one_key_is_one(plan: StrategicPlan, cast: Cast, terms: ActionTerms) -> None:
    sent = {"plan": plan, "person": cast.partner, "terms": terms, "idempotency_key": "k"}
    first = add_action(**sent)
    assert add_action(**sent) == first
    others = [{"terms": replace(terms, partners=())}, {"person": cast.agency}, {"idempotency_key": "l"}]
    numbers = [add_action(**{**sent, **other}).number for other in [*others, {"idempotency_key": None}]]
    assert numbers == [2, 3, 4, 5]
    assert len(told(plan)) == 5


def test_a_number_is_never_given_twice(plan: StrategicPlan, cast: Cast, terms: ActionTerms) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    remove_action(action=action, person=cast.partner)
    remove_action(action=action, person=cast.partner)
    assert add_action(plan=plan, person=cast.partner, terms=terms).number == 2
    restore_action(action=action, person=cast.partner)
    restore_action(action=action, person=cast.partner)
    assert [each.number for each in actions_of(plan)] == [1, 2]
    assert [name for name, _data in told(plan)] == ["action.added", "action.removed", "action.added", "action.restored"]


def test_the_total_is_that_of_the_known_budgets(plan: StrategicPlan, cast: Cast) -> None:
    for budget in ("0.10", "0.20", None, "9999999999.99"):
        amount = None if budget is None else Decimal(budget)
        add_action(plan=plan, person=cast.partner, terms=ActionTerms(title="Paid", budget=amount))
    assert total_budget(actions_of(plan)) == Decimal("10000000000.29")


def test_an_action_is_written_in_lines_and_line_feeds(plan: StrategicPlan, cast: Cast) -> None:
    terms = ActionTerms(title=" A \t title\n", description="\r\none\r\ntwo\rthree ", unit=" kg ")
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    assert (action.title, action.description, action.unit) == ("A title", "one\ntwo\nthree", "kg")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": " \n"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "x" * 10**6}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": "a\udc00"}, "title"),
        ({"description": "x" * 10**6}, "description"),
        ({"description": "\x00"}, "description"),
        ({"budget": Decimal("-0.01")}, "budget"),
        ({"budget": Decimal("1e10")}, "budget"),
        ({"budget": Decimal("1e400")}, "budget"),
        ({"budget": Decimal("0.001")}, "budget"),
        ({"budget": Decimal("NaN")}, "budget"),
        ({"budget": Decimal("sNaN")}, "budget"),
        ({"budget": Decimal("Infinity")}, "budget"),
        ({"budget": Decimal("-Infinity")}, "budget"),
        ({"baseline": Decimal("NaN")}, "baseline"),
        ({"target": Decimal("1e12")}, "target"),
        ({"indicator": "x" * 201}, "indicator"),
        ({"unit": "x" * 51}, "unit"),
        ({"starts_on": date(2013, 1, 2), "ends_on": date(2013, 1, 1)}, "ends_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    wrong: dict[str, object], field: str, plan: StrategicPlan, cast: Cast, terms: ActionTerms
) -> None:
    hostile = ActionTerms(**{"title": "An action", **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as refused:
        add_action(plan=plan, person=cast.partner, terms=hostile)
    assert list(refused.value.message_dict) == [field]
    kept = add_action(plan=plan, person=cast.partner, terms=terms)
    with pytest.raises(ValidationError):
        edit_action(action=kept, person=cast.partner, changes=changed(kept, **wrong))
    assert Action.objects.get().edition == 1


def test_the_lead_is_not_its_own_partner(plan: StrategicPlan, cast: Cast, mill: Organisation) -> None:
    with pytest.raises(ValidationError) as refused:
        add_action(plan=plan, person=cast.partner, terms=ActionTerms(title="Alone", lead=mill, partners=(mill,)))
    assert list(refused.value.message_dict) == ["partners"]


def test_a_plan_has_at_most_five_hundred_actions(plan: StrategicPlan, cast: Cast) -> None:
    Action.objects.bulk_create(
        Action(plan=plan, number=number, title="Many", changed_by=cast.partner) for number in range(1, 501)
    )
    with pytest.raises(ValidationError, match="as many actions"):
        add_action(plan=plan, person=cast.partner, terms=ActionTerms(title="One too many"))


READERS_AND_STRANGERS = ["observer", "outsider", "other_coordinator", "secretariat", "director", "removed"]


@pytest.mark.parametrize("who", [*READERS_AND_STRANGERS, "deactivated"])
def test_only_members_who_write_keep_the_table(who: str, plan: StrategicPlan, cast: Cast, terms: ActionTerms) -> None:
    action = add_action(plan=plan, person=cast.partner, terms=terms)
    person = getattr(cast, who)
    for change in (
        lambda: add_action(plan=plan, person=person, terms=terms),
        lambda: edit_action(action=action, person=person, changes=changed(action, title="Mine")),
        lambda: remove_action(action=action, person=person),
        lambda: restore_action(action=action, person=person),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert (Action.objects.get().edition, len(told(plan))) == (1, 1)


@pytest.mark.parametrize("who", ["coordinator", "deputy", "agency", "partner"])
def test_each_who_writes_keeps_it(who: str, plan: StrategicPlan, cast: Cast, terms: ActionTerms) -> None:
    person = getattr(cast, who)
    action = add_action(plan=plan, person=person, terms=terms)
    edit_action(action=action, person=person, changes=changed(action, title="Mine"))
    remove_action(action=action, person=person)
    restore_action(action=action, person=person)
    assert Action.objects.get().edition == 4
