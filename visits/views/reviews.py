"""A story in review: the draft, what members say about it, and what becomes of it."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Person
from groups.standing import PersonRequest, Standing
from live.queries import positions
from notices.domain import read_about
from visits.domain.once import KeyUsedTwice
from visits.domain.review import ask_for_review, comment_on_story, resolve_comment, return_story
from visits.enums import StoryState
from visits.events import stream_of
from visits.forms.faults import show_errors
from visits.forms.writing import CommentForm, ReturnForm
from visits.models import Story, StudyVisit
from visits.policies import may_comment, may_plan, may_resolve, may_review
from visits.queries.log import photos_of
from visits.queries.reviews import CommentView, comment_for, comments_on, notice_subjects, steps_of
from visits.queries.stories import draft_parts
from visits.queries.visits import visit_for
from visits.views.loading import found


@login_required
@require_safe
def review(request: PersonRequest, visit_id: int) -> HttpResponse:
    """The draft with what was said about it, for the group's readers; what tells of it counts as read then."""
    visit = _found(request, visit_id)
    story = Story.objects.filter(visit=visit).first()
    if story is not None:
        read_about(person_id=cast(Person, request.user).pk, subjects=notice_subjects(story))
    return _page(request, visit)


@login_required
@require_POST
def ask(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = _found(request, visit_id)
    try:
        ask_for_review(visit=visit, by=cast(Person, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("visits:edit-story", visit.pk)
    messages.success(request, _("The story is in review. The members of the group are told."))
    return redirect("visits:review", visit.pk)


@login_required
@require_POST
def send_back(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = _found(request, visit_id)
    form = ReturnForm(request.POST)
    try:
        return_story(visit=visit, by=cast(Person, request.user), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        form.is_valid()
        form.errors.clear()
        show_errors(form, error)
        return _page(request, visit, returning=form)
    messages.success(request, _("The story is returned. Who wrote it and who commented on it are told why."))
    return redirect("visits:review", visit.pk)


@login_required
@require_POST
def comment(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = _found(request, visit_id)
    form = CommentForm(request.POST)
    try:
        made = comment_on_story(
            visit=visit,
            by=cast(Person, request.user),
            source=request.POST.get("source", ""),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except ValidationError as error:
        form.is_valid()
        form.errors.clear()
        show_errors(form, error)
        return _page(request, visit, commenting=form)
    except KeyUsedTwice as conflict:
        form.is_valid()
        form.add_error(None, str(conflict))
        return _page(request, visit, commenting=form)
    return redirect(f"{reverse('visits:review', args=[visit.pk])}#comment-{made.pk}")


@login_required
@require_POST
def resolve(request: PersonRequest, comment_id: int) -> HttpResponse:
    resolved = found(comment_for, request, comment_id)
    resolve_comment(comment=resolved, by=cast(Person, request.user))
    return redirect(f"{reverse('visits:review', args=[resolved.story.visit_id])}#comment-{resolved.pk}")


def _found(request: PersonRequest, visit_id: int) -> StudyVisit:
    """The visit, for whom its group's drafts are; Http404 for others, to whom its log may have been opened."""
    visit = found(visit_for, request, visit_id)
    if not may_review(request.standing, visit):
        raise Http404(_("There is nothing here, or it is not for you."))
    return visit


@dataclass(frozen=True, slots=True)
class ShownComment(CommentView):
    """A comment, and whether who looks at it may say that it is dealt with."""

    may_resolve: bool


def _shown(standing: Standing, visit: StudyVisit, story: Story) -> list[ShownComment]:
    return [
        ShownComment(
            view.comment,
            view.html,
            may_resolve=view.comment.resolved_at is None and may_resolve(standing, visit, view.comment),
        )
        for view in comments_on(story)
    ]


def _page(
    request: PersonRequest,
    visit: StudyVisit,
    *,
    commenting: CommentForm | None = None,
    returning: ReturnForm | None = None,
) -> HttpResponse:
    """The page, with the form that came back in its place; without a story there is none to review."""
    stream = stream_of(visit.pk)
    head = positions([stream])[stream].head
    story = Story.objects.filter(visit=visit).select_related("visit", "edited_by").first()
    if story is None:
        return redirect("visits:visit", visit.pk)
    in_review = story.state == StoryState.IN_REVIEW
    context = {
        "working_group": visit.working_group,
        "room": "visits",
        "visit": visit,
        "story": story,
        "stream": stream,
        "head": head,
        "in_review": in_review,
        "parts": draft_parts(story.source, photos_of(visit)),
        "comments": _shown(request.standing, visit, story),
        "steps": steps_of(story),
        "may_lead": may_plan(request.standing, visit.working_group_id),
        "may_comment": in_review and may_comment(request.standing, visit),
        "comment_form": commenting or CommentForm(),
        "return_form": returning or ReturnForm(),
        "is_returning": returning is not None,
    }
    status = 200 if commenting is None and returning is None else 422
    return render(request, "visits/review.html", context, status=status)
