"""The table of actions, and the form of one action."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.standing import PersonRequest
from live.queries import positions
from markup.domain import renderings_of
from plans.domain.action_table import (
    TERM_NAMES,
    Contested,
    add_action,
    edit_action,
    remove_action,
    restore_action,
    terms_of,
)
from plans.enums import STREAM_KIND, TEXT_HEADINGS
from plans.exporters.action_table import term_in_words
from plans.forms import ActionChangeForm, ActionForm, seen_of
from plans.models import Action, StrategicPlan
from plans.policies import may_edit_actions
from plans.queries import action_for, actions_of, budgets_by_region, removed_actions_of, total_budget
from plans.timeline import Stretch, timeline_of
from plans.views.loading import asker, frame, plan_page


@require_safe
@plan_page
def table(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    stream = f"{STREAM_KIND}:{plan.slug}"
    # The head before the rows: an event in between is then told twice rather than never.
    head = positions([stream])[stream].head
    actions = list(actions_of(plan))
    renderings = renderings_of(
        [action.description for action in actions if action.description], base_heading=TEXT_HEADINGS
    )
    may_edit = may_edit_actions(request.standing, plan)
    context = frame(
        plan,
        stream=stream,
        head=head,
        rows=[
            {
                "action": action,
                "rendering": renderings.get(action.description),
                "seen": seen_of(action) if may_edit else None,
            }
            for action in actions
        ],
        total=total_budget(actions),
        unknown_budgets=sum(action.budget is None for action in actions),
        by_region=budgets_by_region(actions),
        timeline=timeline_of(
            (Stretch(action.number, action.title, action.starts_on, action.ends_on) for action in actions),
            timezone.localdate(),
        ),
        may_edit=may_edit,
        cell_fields=_cell_fields() if may_edit else (),
        removed=removed_actions_of(plan) if may_edit else (),
    )
    return render(request, "plans/actions.html", context)


def _cell_fields() -> list[BoundField]:
    form = ActionForm(auto_id=False)
    return [form[name] for name in TERM_NAMES]


@require_http_methods(["GET", "HEAD", "POST"])
@plan_page
def new(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    _require_editor(request, plan)
    form = ActionForm(request.POST or None)
    if form.is_valid():
        try:
            add_action(
                plan=plan,
                person=asker(request),
                terms=form.terms(),
                idempotency_key=form.cleaned_data["idempotency_key"] or None,
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("plans:actions", plan.slug)
    return _form_page(request, plan, form)


@require_http_methods(["GET", "HEAD", "POST"])
@plan_page
def action(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    """The action's form. Where somebody else changed the same fields meanwhile, one chooses between both values."""
    _require_editor(request, plan)
    row = action_for(request.standing, plan.slug, number)
    if request.method != "POST":
        return _form_page(request, plan, ActionChangeForm.showing(row), action=row)
    form = ActionChangeForm(request.POST)
    if form.is_valid():
        try:
            edit_action(action=row, person=asker(request), changes=form.changes())
        except ValidationError as error:
            form.refuse(error)
        except Contested as contested:
            choices = [_choice(form, name, contested.current) for name in contested.names]
            again = form.beside(contested.current)
            return _form_page(request, plan, again, action=contested.current, choices=choices, status=409)
        else:
            return redirect("plans:actions", plan.slug)
    return _form_page(request, plan, form, action=row)


@require_POST
@plan_page
def remove(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    row = action_for(request.standing, plan.slug, number)
    remove_action(action=row, person=asker(request))
    messages.success(request, _("Action %(number)d was taken out. You can put it back below.") % {"number": number})
    return redirect("plans:actions", plan.slug)


@require_POST
@plan_page
def restore(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    row = action_for(request.standing, plan.slug, number)
    restore_action(action=row, person=asker(request))
    return redirect("plans:actions", plan.slug)


class Choice(NamedTuple):
    """A field that two people changed, with both values as they are shown."""

    name: str
    label: str
    mine: str
    theirs: str


def _choice(form: ActionChangeForm, name: str, current: Action) -> Choice:
    mine, theirs = form.cleaned_data[name], getattr(terms_of(current), name)
    return Choice(name, str(form[name].label), term_in_words(mine), term_in_words(theirs))


def _require_editor(request: PersonRequest, plan: StrategicPlan) -> None:
    if not may_edit_actions(request.standing, plan):
        raise PermissionDenied(_("Only members who write in this group may change its actions."))


def _form_page(
    request: PersonRequest,
    plan: StrategicPlan,
    form: ActionForm,
    *,
    action: Action | None = None,
    choices: list[Choice] | None = None,
    status: int = 200,
) -> HttpResponse:
    if choices is None and form.is_bound and form.errors:
        status = 422
    context = frame(plan, form=form, action=action, choices=choices)
    return render(request, "plans/action.html", context, status=status)
