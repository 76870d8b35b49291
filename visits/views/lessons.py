"""Writing down what a visit taught."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.models import Person
from groups.standing import PersonRequest
from visits.domain.lessons import delete_lesson, edit_lesson, write_lesson
from visits.domain.once import KeyUsedTwice
from visits.forms.faults import show_errors
from visits.forms.writing import LessonForm
from visits.models import Lesson, StudyVisit
from visits.policies import may_delete_lesson, may_edit_lesson
from visits.queries.lessons import lesson_for, possible_witnesses, versions_of
from visits.queries.visits import visit_for
from visits.views.loading import found, status_of
from visits.views.showing import rights_on

FIELDS = (
    "title",
    "observed_practice",
    "text",
    "transferability",
    "transfer",
    "figures_source",
    "is_public",
    "revision",
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = found(visit_for, request, visit_id)
    if not rights_on(request.standing, visit).write_lesson:
        raise PermissionDenied(_("Lessons are written by members who take part in the visit."))
    person = cast(Person, request.user)
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        witnesses=possible_witnesses(visit),
        initial={"seen_by": [person.pk]},
    )
    saved = None
    if request.method == "POST" and form.is_valid():
        try:
            lesson = write_lesson(
                visit=visit,
                by=person,
                lesson=form.lesson,
                idempotency_key=form.cleaned_data["idempotency_key"],
            )
        except ValidationError as error:
            show_errors(form, error)
        except KeyUsedTwice as conflict:
            form.add_error(None, str(conflict))
            saved = conflict.made
        else:
            messages.success(request, _("The lesson is saved."))
            return _back_to(lesson)
    context = _context(visit, form, None) | {"saved": saved}
    return render(request, "visits/lesson_form.html", context, status=status_of(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, lesson_id: int) -> HttpResponse:
    lesson = found(lesson_for, request, lesson_id)
    if not may_edit_lesson(request.standing, lesson.visit, lesson):
        raise PermissionDenied(_("A lesson is edited by its author and by the group's coordinator and deputies."))
    initial = {name: getattr(lesson, name) for name in FIELDS}
    initial["seen_by"] = list(lesson.seen_by.values_list("pk", flat=True))
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        witnesses=possible_witnesses(lesson.visit, lesson),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            edit_lesson(
                lesson=lesson,
                by=cast(Person, request.user),
                text=form.lesson,
                expected_revision=form.cleaned_data["revision"],
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The lesson is saved."))
            return _back_to(lesson)
    return render(request, "visits/lesson_form.html", _context(lesson.visit, form, lesson), status=status_of(request))


@login_required
@require_safe
def history(request: PersonRequest, lesson_id: int) -> HttpResponse:
    """The lesson's words as they are and as they were, the newest first."""
    lesson = found(lesson_for, request, lesson_id)
    context = {
        "working_group": lesson.visit.working_group,
        "room": "visits",
        "visit": lesson.visit,
        "lesson": lesson,
        "versions": versions_of(lesson),
    }
    return render(request, "visits/lesson_history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PersonRequest, lesson_id: int) -> HttpResponse:
    lesson = found(lesson_for, request, lesson_id)
    if not may_delete_lesson(request.standing, lesson.visit, lesson):
        raise PermissionDenied(_("A lesson is deleted by its author and by those who moderate the group."))
    if request.method == "POST":
        delete_lesson(lesson=lesson, by=cast(Person, request.user))
        messages.success(request, _("The lesson is deleted."))
        return redirect("visits:visit", lesson.visit_id)
    context = {
        "working_group": lesson.visit.working_group,
        "room": "visits",
        "visit": lesson.visit,
        "question": _("Delete the lesson “%(title)s”?") % {"title": lesson.title},
        "consequence": _("It leaves the visit's page. A story that was published with it keeps it."),
        "action": _("Delete the lesson"),
    }
    return render(request, "visits/delete.html", context)


def _context(visit: StudyVisit, form: LessonForm, lesson: Lesson | None) -> dict[str, object]:
    return {
        "working_group": visit.working_group,
        "room": "visits",
        "visit": visit,
        "form": form,
        "lesson": lesson,
    }


def _back_to(lesson: Lesson) -> HttpResponse:
    return redirect(f"{reverse('visits:visit', args=[lesson.visit_id])}#lesson-{lesson.pk}")
