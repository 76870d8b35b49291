"""Frozen versions: the list of them, one of them, its canonical text, and its publication."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.refusals import show_errors
from groups.standing import PersonRequest
from plans.domain.versions import freeze_version, publish_version, withdraw_version
from plans.exporters import canonical_file, reading_of
from plans.forms import VersionForm
from plans.models import StrategicPlan
from plans.policies import may_close
from plans.queries import version_for, versions_of
from plans.queries.consultations import consultations_for, unconsulted_versions
from plans.views.loading import asker, frame, plan_page


@require_http_methods(["GET", "HEAD", "POST"])
@plan_page
def versions(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """The list; posting a name freezes the plan as it is committed now."""
    leads = may_close(request.standing, plan)
    if request.method == "POST" and not leads:
        raise PermissionDenied
    form = VersionForm(request.POST or None)
    if form.is_valid():
        try:
            key = form.cleaned_data["idempotency_key"] or None
            name = form.cleaned_data["name"]
            version = freeze_version(plan=plan, person=asker(request), name=name, idempotency_key=key)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return redirect(version)
    context = frame(plan, versions=versions_of(plan), form=form, may_close=leads)
    return render(request, "plans/versions.html", context, status=422 if form.is_bound else 200)


@require_safe
@plan_page
def version(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    frozen = version_for(request.standing, plan.slug, number)
    context = frame(
        plan,
        version=frozen,
        reading=reading_of(frozen),
        may_close=may_close(request.standing, plan),
        consultation=consultations_for(request.standing, plan.slug).filter(version=frozen).first(),
        is_askable=unconsulted_versions(plan).filter(pk=frozen.pk).exists(),
    )
    return render(request, "plans/version.html", context)


@require_safe
@plan_page
def text(request: PersonRequest, plan: StrategicPlan, number: int, suffix: str) -> HttpResponse:
    """The canonical text as a file, whose ``sha256sum`` is the version's digest."""
    return canonical_file(version_for(request.standing, plan.slug, number), suffix)


@require_http_methods(["GET", "HEAD", "POST"])
@plan_page
def publish(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    """Asks once, in words that say what everybody will read; posting publishes."""
    frozen = version_for(request.standing, plan.slug, number)
    if request.method == "POST":
        return redirect(publish_version(version=frozen, person=asker(request)))
    if not may_close(request.standing, plan):
        raise PermissionDenied
    shown = versions_of(plan).published().first()
    return render(request, "plans/publish.html", frame(plan, version=frozen, shown=shown))


@require_POST
@plan_page
def withdraw(request: PersonRequest, plan: StrategicPlan, number: int) -> HttpResponse:
    frozen = version_for(request.standing, plan.slug, number)
    return redirect(withdraw_version(version=frozen, person=asker(request)))
