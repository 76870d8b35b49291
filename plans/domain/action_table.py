"""The table of actions: added, changed, taken out and put back by the group's members."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Organisation, Person
from groups.repeats import checked_key, digest_of
from groups.standing import standing_of
from plans import events
from plans.domain.announcing import announce_action
from plans.domain.plans import locked
from plans.models import Action, StrategicPlan
from plans.policies import may_edit_actions

ACTIONS_PER_PLAN = 500


@dataclass(frozen=True, kw_only=True)
class ActionTerms:
    """What people write down about an action. None and "" mean that it is not known yet; budget is in EUR."""

    title: str
    description: str = ""
    lead: Organisation | None = None
    partners: Collection[Organisation] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Decimal | None = None
    indicator: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None


TERM_NAMES = tuple(field.name for field in fields(ActionTerms))


class Change(NamedTuple):
    """What somebody made of one term: from what they were shown to what they typed."""

    seen: Any
    typed: Any


class Contested(Exception):
    """Somebody else changed the same terms (``names``, none where they took the action out) to something else
    meanwhile; ``current`` is the action as it is now."""

    def __init__(self, current: Action, names: tuple[str, ...]) -> None:
        super().__init__(f"action {current.number}: {', '.join(names) or 'taken out'}")
        self.current = current
        self.names = names


@transaction.atomic
def add_action(
    *, plan: StrategicPlan, person: Person, terms: ActionTerms, idempotency_key: str | None = None
) -> Action:
    """Adds an action with the plan's next number. The same person, key and terms again give the action of the first
    call, as it is now.

    Raises PermissionDenied for who does not write in the group, ValidationError by field (names of ActionTerms,
    ``idempotency_key``).
    """
    plan = _edited_by(person, plan)
    key = checked_key(idempotency_key)
    sent = digest_of(str(person.pk), key, *_written_out(terms)) if key is not None else None
    earlier = plan.actions.filter(sent_digest=sent).first() if sent is not None else None
    if earlier is not None:
        return earlier
    last = plan.actions.order_by("number").last()
    if plan.actions.count() >= ACTIONS_PER_PLAN:
        raise ValidationError({"title": _("This plan has as many actions as one plan may have.")})
    action = Action(plan=plan, number=last.number + 1 if last else 1, changed_by=person, sent_digest=sent)
    _set_terms(action, terms)
    action.save(force_insert=True)
    action.partners.set(terms.partners)
    announce_action(events.ACTION_ADDED, plan, action)
    return action


@transaction.atomic
def edit_action(*, action: Action, person: Person, changes: Mapping[str, Change]) -> Action:
    """Changes these terms (by their names in ActionTerms) and leaves all others as they are now. What somebody else
    made the same meanwhile is no change.

    Raises Contested, with nothing changed, where somebody else made something else of the same terms or took the
    action out; otherwise as ``add_action`` does.
    """
    plan = _edited_by(person, action.plan)
    action = _current(action)
    if action.removed_at is not None:
        raise Contested(action, ())
    before = terms_of(action)
    asked = {name: change for name, change in changes.items() if not _is_same(name, change.typed, before)}
    contested = tuple(name for name, change in asked.items() if not _is_same(name, change.seen, before))
    if contested:
        raise Contested(action, contested)
    if asked:
        terms = replace(before, **{name: change.typed for name, change in asked.items()})
        _set_terms(action, terms)
        _save_next_edition(action, person)
        action.partners.set(terms.partners)
        announce_action(events.ACTION_CHANGED, plan, action)
    return action


@transaction.atomic
def remove_action(*, action: Action, person: Person) -> None:
    """Takes the action out of the table; its number stays its own. Taking it out again changes nothing."""
    plan = _edited_by(person, action.plan)
    action = _current(action)
    if action.removed_at is None:
        action.removed_at = timezone.now()
        _save_next_edition(action, person)
        announce_action(events.ACTION_REMOVED, plan, action)


@transaction.atomic
def restore_action(*, action: Action, person: Person) -> Action:
    """Puts an action that was taken out back. Restoring a present one changes nothing."""
    plan = _edited_by(person, action.plan)
    action = _current(action)
    if action.removed_at is not None:
        action.removed_at = None
        _save_next_edition(action, person)
        announce_action(events.ACTION_RESTORED, plan, action)
    return action


def terms_of(action: Action) -> ActionTerms:
    """What is written about the action now."""
    written = {name: getattr(action, name) for name in TERM_NAMES if name != "partners"}
    return ActionTerms(**written, partners=tuple(action.partners.all()))


def _is_same(name: str, value: Any, terms: ActionTerms) -> bool:
    """Whether this value of a term, once stored, is what these terms have."""
    stored = getattr(terms, name)
    if name == "partners":
        return set(value) == set(stored)
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return bool(_tidied(name, value) == stored)


def _tidied(name: str, value: Any) -> Any:
    """The value as it is stored: one line where one line belongs, line feeds in the description."""
    if name == "description":
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return " ".join(value.split()) if isinstance(value, str) else value


def _written_out(terms: ActionTerms) -> list[str]:
    """Each term as a text, to tell one submission from another."""
    partners = sorted(partner.pk for partner in terms.partners)
    written = {**{name: getattr(terms, name) for name in TERM_NAMES}, "partners": partners}
    return [str(written[name]) for name in TERM_NAMES]


def _edited_by(person: Person, plan: StrategicPlan) -> StrategicPlan:
    plan = locked(plan)
    if not may_edit_actions(standing_of(person), plan):
        raise PermissionDenied(_("Only members who write in this group may change its actions."))
    return plan


def _current(action: Action) -> Action:
    return Action.objects.select_related("plan__working_group", "lead", "changed_by").get(pk=action.pk)


def _set_terms(action: Action, terms: ActionTerms) -> None:
    for name in TERM_NAMES:
        if name != "partners":
            setattr(action, name, _tidied(name, getattr(terms, name)))
    if terms.lead is not None and terms.lead in terms.partners:
        raise ValidationError({"partners": _("The lead need not be among the partners.")})
    # full_clean() would ask the database about every related row; the plan's lock has settled what it could find.
    errors: dict[str, list[ValidationError]] = {}
    try:
        action.clean_fields(exclude={"plan", "lead", "changed_by"})
    except ValidationError as error:
        errors |= error.error_dict
    try:
        action.clean()
    except ValidationError as error:
        errors |= error.error_dict
    if errors:
        raise ValidationError(errors)


def _save_next_edition(action: Action, person: Person) -> None:
    action.edition += 1
    action.changed_at = timezone.now()
    action.changed_by = person
    action.save()
