"""What leaders do to a consultation: ask the regions, give them more time, end it early, take the question back."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from groups.refusals import show_errors
from groups.standing import PersonRequest
from plans.domain.consultations import (
    check_deadline,
    close_consultation,
    open_consultation,
    set_deadline,
    withdraw_consultation,
)
from plans.domain.versions import freeze_version
from plans.forms.consultations import AskForm, DeadlineForm, NoteForm
from plans.models import Consultation, StrategicPlan
from plans.policies import may_consult, may_set_deadline
from plans.queries.consultations import consultation_for
from plans.views.consultations import consultation_page, shown
from plans.views.loading import asker, frame, plan_page


@require_http_methods(["GET", "HEAD", "POST"])
@plan_page
def ask(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """Freezes the plan, or takes a version that is frozen (``?version=<number>`` chooses one), and puts it to the
    regions."""
    if not may_consult(request.standing, plan):
        raise PermissionDenied
    form = AskForm(request.POST if request.method == "POST" else None, plan=plan, chosen=request.GET.get("version", ""))
    if form.is_valid():
        try:
            return redirect(_ask(request, plan, form))
        except ValidationError as error:
            show_errors(form, error)
    context = frame(plan, form=form)
    return render(request, "plans/consultation_new.html", context, status=422 if form.is_bound else 200)


def _ask(request: PersonRequest, plan: StrategicPlan, form: AskForm) -> Consultation:
    typed, person = form.cleaned_data, asker(request)
    check_deadline(typed["deadline"])
    version = form.versions.get(typed.get("version", "")) or freeze_version(
        plan=plan, person=person, name=typed["name"], idempotency_key=typed["idempotency_key"] or None
    )
    return open_consultation(version=version, person=person, deadline=typed["deadline"])


@require_POST
@consultation_page
def deadline(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    consultation = consultation_for(request.standing, plan.slug, number)
    if not may_set_deadline(request.standing, plan):
        raise PermissionDenied
    return _done(request, plan, consultation, set_deadline, "deadline", DeadlineForm(request.POST))


@require_POST
@consultation_page
def close(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    consultation = consultation_for(request.standing, plan.slug, number)
    if not may_consult(request.standing, plan):
        raise PermissionDenied
    return _done(request, plan, consultation, close_consultation, "close", NoteForm(request.POST, prefix="close"))


@require_POST
@consultation_page
def withdraw(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    consultation = consultation_for(request.standing, plan.slug, number)
    if not may_consult(request.standing, plan):
        raise PermissionDenied
    form = NoteForm(request.POST, prefix="withdraw")
    return _done(request, plan, consultation, withdraw_consultation, "withdraw", form)


def _done(
    request: PersonRequest,
    plan: StrategicPlan,
    consultation: Consultation,
    change: Callable[..., Any],
    name: str,
    form: DeadlineForm | NoteForm,
) -> HttpResponse:
    """Makes the change, or shows the page with what was typed and why it was refused."""
    if form.is_valid():
        try:
            change(consultation=consultation, person=asker(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return redirect(consultation)
    return shown(request, plan, consultation, forms={name: form})
