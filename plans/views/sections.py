"""Arranging the outline: the page of it, and one address for each thing that leaders do to a section."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Person
from groups.refusals import show_errors
from groups.standing import PersonRequest
from live.queries import positions
from plans.domain import sections as domain
from plans.enums import STREAM_KIND
from plans.forms import NewSectionForm, SectionForm
from plans.models import Section, StrategicPlan
from plans.policies import may_arrange
from plans.queries import assignable_to, removed_sections_of, section_for, sections_of
from plans.views.loading import asker, frame, plan_page


@require_safe
@plan_page
def outline(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    """Who reads the plan but does not lead the group has nothing to arrange."""
    if not may_arrange(request.standing, plan):
        raise PermissionDenied(_("Only the group's coordinator and deputy may arrange its plan."))
    return _outline_page(request, plan)


def _outline_page(
    request: PersonRequest,
    plan: StrategicPlan,
    *,
    adding: SectionForm | None = None,
    refused: SectionForm | None = None,
) -> HttpResponse:
    """The page, with the form that was refused (its prefix is the section's id) as it was filled in."""
    stream = f"{STREAM_KIND}:{plan.slug}"
    # The head before the rows: an event in between is then told twice rather than never.
    head = positions([stream])[stream].head
    sections = list(sections_of(plan))
    ids = ["", *(section.id for section in sections)]
    rows = [
        {
            "section": section,
            "form": refused if refused and refused.prefix == section.id else _form_of(section),
            # After whom it would stand one place up, and one down.
            "up": ids[place - 1] if place else None,
            "down": ids[place + 2] if place + 2 < len(ids) else None,
        }
        for place, section in enumerate(sections)
    ]
    context = frame(
        plan,
        stream=stream,
        head=head,
        people=assignable_to(plan),
        rows=rows,
        removed=removed_sections_of(plan),
        adding=adding or NewSectionForm(),
        refused=refused.prefix if refused else "",
    )
    return render(request, "plans/outline.html", context, status=422 if adding or refused else 200)


def _form_of(section: Section) -> SectionForm:
    return SectionForm(initial={"heading": section.heading, "guidance": section.guidance}, prefix=section.id)


@require_POST
@plan_page
def add(request: PersonRequest, plan: StrategicPlan) -> HttpResponse:
    form = NewSectionForm(request.POST)

    def change(person: Person) -> None:
        words = form.cleaned_data
        key = words["idempotency_key"] or None
        domain.add_section(
            plan=plan, person=person, heading=words["heading"], guidance=words["guidance"], idempotency_key=key
        )

    return _described(request, plan, form, change) or _outline_page(request, plan, adding=form)


@require_POST
@plan_page
def rename(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    section = section_for(request.standing, plan.slug, section_id)
    form = SectionForm(request.POST, prefix=section.id)

    def change(person: Person) -> None:
        domain.rename_section(section=section, person=person, **form.cleaned_data)

    return _described(request, plan, form, change) or _outline_page(request, plan, refused=form)


def _described(
    request: PersonRequest, plan: StrategicPlan, form: SectionForm, change: Callable[[Person], None]
) -> HttpResponse | None:
    """Makes the change and goes back to the outline; None where the form, which now says why, was refused."""
    if not may_arrange(request.standing, plan):
        raise PermissionDenied
    if not form.is_valid():
        return None
    try:
        change(asker(request))
    except ValidationError as error:
        show_errors(form, error)
        return None
    return redirect("plans:outline", plan.slug)


@require_POST
@plan_page
def move(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    """Right after the section whose id is posted as ``after``; first where that is empty."""
    section = section_for(request.standing, plan.slug, section_id)
    named = request.POST.get("after", "")
    after = section_for(request.standing, plan.slug, named) if named else None
    return _done(request, plan, lambda person: domain.move_section(section=section, person=person, after=after))


@require_POST
@plan_page
def assign(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    """To the person whose id is posted as ``assignee``; to nobody where that is empty."""
    section = section_for(request.standing, plan.slug, section_id)
    chosen = request.POST.get("assignee", "")
    assignee = next((each for each in assignable_to(plan) if str(each.pk) == chosen), None)

    def change(person: Person) -> None:
        if chosen and assignee is None and may_arrange(request.standing, plan):
            raise ValidationError({"assignee": _("Choose somebody who writes in this group.")})
        domain.assign_section(section=section, person=person, assignee=assignee)

    return _done(request, plan, change)


@require_POST
@plan_page
def lock(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    section = section_for(request.standing, plan.slug, section_id)
    return _done(request, plan, lambda person: domain.lock_section(section=section, person=person))


@require_POST
@plan_page
def unlock(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    section = section_for(request.standing, plan.slug, section_id)
    return _done(request, plan, lambda person: domain.unlock_section(section=section, person=person))


@require_POST
@plan_page
def remove(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    section = section_for(request.standing, plan.slug, section_id)
    return _done(request, plan, lambda person: domain.remove_section(section=section, person=person))


@require_POST
@plan_page
def restore(request: PersonRequest, plan: StrategicPlan, section_id: str) -> HttpResponse:
    section = section_for(request.standing, plan.slug, section_id)
    return _done(request, plan, lambda person: domain.restore_section(section=section, person=person))


def _done(request: PersonRequest, plan: StrategicPlan, change: Callable[[Person], object]) -> HttpResponse:
    """Makes the change and shows the outline, with the domain's message where it was refused."""
    try:
        change(asker(request))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    return redirect("plans:outline", plan.slug)
