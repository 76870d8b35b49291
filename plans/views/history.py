"""Who wrote the plan, how it came to be, and the way back to what a section once said."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.standing import PersonRequest
from plans.domain.texts import restore_text
from plans.models import StrategicPlan
from plans.policies import may_write_text
from plans.queries import comparison_of, history_of, section_for, written_plan
from plans.views.loading import asker, frame, plan_page


@require_safe
@plan_page
def writers(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    return render(request, "plans/writers.html", frame(plan, written=written_plan(plan)))


@require_safe
@plan_page
def history(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """The latest writing first; ``?before=<number>`` goes on from there."""
    before = _number(request.GET["before"]) if "before" in request.GET else None
    return render(request, "plans/history.html", frame(plan, history=history_of(plan, before=before)))


@require_safe
@plan_page
def compare(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """The points ``?old=<number>&new=<number>`` side by side; in which order they are named does not matter."""
    points = sorted((_number(request.GET.get("old", "")), _number(request.GET.get("new", ""))))
    comparison = comparison_of(plan, old=points[0], new=points[1])
    rows = [(each, may_write_text(request.standing, each.section)) for each in comparison.sections]
    return render(request, "plans/compare.html", frame(plan, comparison=comparison, rows=rows))


@require_POST
@plan_page
def restore(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    """The section says again what it said at the posted ``number``."""
    section = section_for(request.standing, plan.slug, section_id)
    try:
        restore_text(section=section, person=asker(request), number=_number(request.POST.get("number", "")))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(
            request,
            _("“%(heading)s” says again what it said then. The history keeps what it said before.")
            % {"heading": section.heading},
        )
    return redirect(f"{reverse('plans:workroom', args=[plan.slug])}?section={section.id}")


def _number(typed: str) -> int:
    """A number of the log; what is none names no point there is."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        raise Http404
    return int(typed)
