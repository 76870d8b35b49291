"""A group's visits, and one visit with all that belongs to it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from groups.models import Person, WorkingGroup
from groups.queries import group_for
from groups.standing import PersonRequest
from live.queries import positions
from visits.domain.once import KeyUsedTwice
from visits.domain.opening import close_visit, open_visit
from visits.domain.participation import add_participant, join_visit, remove_participant
from visits.domain.planning import edit_visit, plan_visit
from visits.enums import Heading
from visits.events import stream_of
from visits.forms.faults import show_errors
from visits.forms.plan import PlanForms
from visits.models import Story
from visits.policies import may_plan
from visits.queries.log import html_of
from visits.queries.stories import published_visits
from visits.queries.visits import (
    members_to_add,
    other_zone,
    participants_of,
    programme_of,
    regions_taking_part,
    tiles_of,
    visit_for,
    visits_of,
)
from visits.views.loading import found, status_of
from visits.views.showing import rights_on, shown_entries, shown_lessons


@require_safe
def visits(request: PersonRequest, slug: str) -> HttpResponse:
    """The group's visits for its readers; for everybody else the stories that it published."""
    working_group = get_object_or_404(WorkingGroup, slug=slug)
    reads = request.standing.may_read_group(working_group.pk)
    context = {
        "working_group": working_group,
        "room": "visits",
        "reads": reads,
        "may_plan": may_plan(request.standing, working_group.pk),
        "visits": visits_of(request.standing, working_group),
        "published": published_visits(working_group=working_group),
    }
    return render(request, "visits/visits.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PersonRequest, slug: str) -> HttpResponse:
    working_group = found(group_for, request, slug)
    if not may_plan(request.standing, working_group.pk):
        raise PermissionDenied(_("Visits are planned by the group's coordinator and deputies."))
    person = cast(Person, request.user)
    forms = PlanForms(request.POST if request.method == "POST" else None, None)
    saved = None
    if request.method == "POST" and forms.is_valid():
        try:
            planned = plan_visit(
                working_group=working_group, by=person, plan=forms.plan, idempotency_key=forms.idempotency_key
            )
        except ValidationError as error:
            show_errors(forms.visit_form, error)
        except KeyUsedTwice as conflict:
            forms.visit_form.add_error(None, str(conflict))
            saved = conflict.made
        else:
            messages.success(request, _("The visit is planned."))
            return redirect("visits:visit", planned.pk)
    context = {"working_group": working_group, "room": "visits", "forms": forms, "saved": saved}
    return render(request, "visits/plan.html", context, status=status_of(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    if not may_plan(request.standing, shown.working_group_id):
        raise PermissionDenied(_("Visits are edited by the group's coordinator and deputies."))
    person = cast(Person, request.user)
    forms = PlanForms(request.POST if request.method == "POST" else None, shown)
    if request.method == "POST" and forms.is_valid():
        try:
            edit_visit(visit=shown, by=person, plan=forms.plan, expected_revision=forms.revision)
        except ValidationError as error:
            show_errors(forms.visit_form, error)
        else:
            messages.success(request, _("The visit is saved."))
            return redirect("visits:visit", shown.pk)
    context = {"working_group": shown.working_group, "room": "visits", "visit": shown, "forms": forms}
    return render(request, "visits/plan.html", context, status=status_of(request))


@login_required
@require_GET
def visit(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    # Before the rows: what is added while they are read comes again as an event rather than not at all.
    head = positions([stream_of(shown.pk)])[stream_of(shown.pk)].head
    rights = rights_on(request.standing, shown)
    story = Story.objects.filter(visit=shown).select_related("edited_by").first()
    mine = timezone.get_current_timezone()
    in_my_time = request.GET.get("times") == "mine"
    context = {
        "working_group": shown.working_group,
        "room": "visits",
        "visit": shown,
        "objectives": html_of([shown.objectives], Heading.OBJECTIVES)[shown.objectives],
        "stream": stream_of(shown.pk),
        "head": head,
        "rights": rights,
        "programme": programme_of(shown, mine if in_my_time else None),
        "my_zone": str(mine) if other_zone(shown, mine) else "",
        "in_my_time": in_my_time,
        "participants": participants_of(shown),
        "tiles": tiles_of(host=shown.host_region, taking_part=regions_taking_part(shown)),
        "members": members_to_add(shown) if rights.plan else [],
        "entries": shown_entries(request.standing, shown),
        "lessons": shown_lessons(request.standing, shown),
        "story": story,
    }
    return render(request, "visits/visit.html", context)


@login_required
@require_POST
def open_to_network(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    open_visit(visit=shown, by=cast(Person, request.user))
    messages.success(request, _("Everybody in the network who is signed in reads this visit's log now."))
    return redirect("visits:visit", shown.pk)


@login_required
@require_POST
def close_to_network(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    close_visit(visit=shown, by=cast(Person, request.user))
    messages.success(request, _("The group alone reads this visit's log again."))
    return redirect("visits:visit", shown.pk)


@login_required
@require_POST
def join(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    join_visit(visit=shown, by=cast(Person, request.user))
    messages.success(request, _("You take part in this visit and can write in its log."))
    return redirect("visits:visit", shown.pk)


@login_required
@require_POST
def leave(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    person = cast(Person, request.user)
    remove_participant(visit=shown, person=person, by=person)
    messages.success(request, _("You no longer take part in this visit. What you logged stays."))
    return redirect("visits:visit", shown.pk)


@login_required
@require_POST
def add(request: PersonRequest, visit_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    person = _person(request.POST.get("person", ""))
    try:
        if person is None:
            raise ValidationError({"person": _("Choose a member of the group.")})
        add_participant(visit=shown, person=person, by=cast(Person, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s takes part.") % {"name": person.name})
    return redirect("visits:visit", shown.pk)


@login_required
@require_POST
def remove(request: PersonRequest, visit_id: int, person_id: int) -> HttpResponse:
    shown = found(visit_for, request, visit_id)
    person = get_object_or_404(Person, pk=person_id, attended_visits__visit=shown)
    remove_participant(visit=shown, person=person, by=cast(Person, request.user))
    messages.success(request, _("%(name)s is no longer on the list. What they logged stays.") % {"name": person.name})
    return redirect("visits:visit", shown.pk)


def _person(key: str) -> Person | None:
    return Person.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
