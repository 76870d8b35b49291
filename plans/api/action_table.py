"""The table of actions over HTTP: each term is changed by itself, so that two people at once lose nothing."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from ninja import Path, Router, Schema, Status
from pydantic import Field

from groups.standing import PersonRequest
from plans.domain.action_table import Contested, edit_action, terms_of
from plans.exporters.action_table import term_in_words
from plans.forms import changes_in, seen_of
from plans.models import Action
from plans.policies import may_edit_actions
from plans.queries import action_for
from plans.views.loading import asker

router = Router(tags=["plans"])
ActionNumber = Annotated[int, Path(ge=0, lt=2**31)]


class ActionOut(Schema):
    """An action; amounts are decimal numbers as strings, what is not known is null or empty."""

    number: int
    edition: int
    title: str
    description: str
    lead: str | None
    lead_id: int | None
    partners: list[str]
    partner_ids: list[int]
    starts_on: date | None
    ends_on: date | None
    budget_eur: Decimal | None
    indicator: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None


class TermIn(Schema):
    """One term of an action: what the sender was shown and what they want it to be. Texts, days as YYYY-MM-DD, amounts
    as texts ("12000.50", "12 000,50"), organisations by id, null for what is not known."""

    seen: str | int | list[int] | None
    value: str | int | list[int] | None


class ActionIn(Schema):
    """The terms to change, by name: title, description, lead, partners, starts_on, ends_on, budget, indicator, unit,
    baseline, target."""

    changes: Annotated[dict[str, TermIn], Field(max_length=20)]


class ContestedTermOut(Schema):
    """A term that somebody else changed too, with both values in words."""

    name: str
    mine: str
    theirs: str
    seen: Any


class ContestedOut(Schema):
    """Nothing was changed. ``removed`` says that the action was taken out; ``seen`` of each term is its value now."""

    detail: str
    removed: bool
    terms: list[ContestedTermOut]
    action: ActionOut


@router.patch(
    "/plans/{slug:slug}/actions/{number}",
    response={200: ActionOut, 409: ContestedOut},
    summary="Change terms of an action",
)
def change_action(request: PersonRequest, slug: str, number: ActionNumber, body: ActionIn) -> Status[Any]:
    """Changes what is named and nothing else. 409, with nothing changed, where somebody else made something else of
    the same terms since the sender was shown them; sent again with ``seen`` from that answer, the sender's value stays.
    """
    action = action_for(request.standing, slug, number)
    if not may_edit_actions(request.standing, action.plan):
        raise PermissionDenied
    changes = changes_in({name: (term.seen, term.value) for name, term in body.changes.items()})
    try:
        changed = edit_action(action=action, person=asker(request), changes=changes)
    except Contested as contested:
        seen, now = seen_of(contested.current), terms_of(contested.current)
        return Status(
            409,
            ContestedOut(
                detail=gettext("Somebody else changed this meanwhile."),
                removed=contested.current.removed_at is not None,
                terms=[
                    ContestedTermOut(
                        name=name,
                        mine=term_in_words(changes[name].typed),
                        theirs=term_in_words(getattr(now, name)),
                        seen=json.loads(seen[name]),
                    )
                    for name in contested.names
                ],
                action=action_out(contested.current),
            ),
        )
    return Status(200, action_out(changed))


def action_out(action: Action) -> ActionOut:
    """The action; takes no query where its organisations were read along."""
    return ActionOut(
        number=action.number,
        edition=action.edition,
        title=action.title,
        description=action.description,
        lead=action.lead.name if action.lead else None,
        lead_id=action.lead_id,
        partners=[partner.name for partner in action.partners.all()],
        partner_ids=[partner.pk for partner in action.partners.all()],
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        budget_eur=action.budget,
        indicator=action.indicator,
        unit=action.unit,
        baseline=action.baseline,
        target=action.target,
    )
