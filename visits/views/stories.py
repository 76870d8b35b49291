"""The story of a visit: its public page, and how it comes about."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.enums import Size
from groups.models import Person
from groups.standing import PersonRequest
from visits.domain.review import ask_for_review
from visits.domain.stories import publish_story, withdraw_story, write_story
from visits.forms.faults import show_errors
from visits.forms.writing import StoryForm
from visits.models import PublishedStory, Story
from visits.policies import may_plan
from visits.queries.log import photos_of
from visits.queries.stories import draft_parts, missing_photos, published_story_of, story_page
from visits.queries.visits import visit_for
from visits.story_text import photo_ids_in
from visits.views.loading import found, status_of


@require_safe
def story(request: PersonRequest, visit_id: int) -> HttpResponse:
    """The published story, for everybody. Whether there is a draft is nobody's business here."""
    try:
        published = published_story_of(visit_id)
    except PublishedStory.DoesNotExist:
        raise Http404(_("There is nothing here, or it is not for you.")) from None
    working_group = published.visit.working_group
    page = story_page(published)
    lead = page.lead.photo.file.url(Size.LARGE) if page.lead and page.lead.photo else ""
    context = {
        "working_group": working_group,
        "room": "visits",
        "page": page,
        "address": settings.SITE_URL + request.path,
        "lead_address": settings.SITE_URL + lead if lead else "",
        "reads_log": request.standing.may_read_group(working_group.pk),
    }
    return render(request, "visits/story.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, visit_id: int) -> HttpResponse:
    """The draft with the log's photos beside it; ``do=preview`` shows it without saving, ``do=review`` saves it
    and puts it before the group, ``do=publish`` goes on to the question whether to publish it."""
    visit = found(visit_for, request, visit_id)
    if not may_plan(request.standing, visit.working_group_id):
        raise PermissionDenied(_("The story is written by the group's coordinator and deputies."))
    draft = Story.objects.filter(visit=visit).first()
    photos = list(photos_of(visit))
    initial = (
        {name: getattr(draft, name) for name in ("title", "teaser", "source", "revision")}
        if draft
        else {"title": visit.title, "revision": 0}
    )
    form = StoryForm(request.POST if request.method == "POST" else None, initial=initial)
    asked = request.POST.get("do", "save")
    preview = None
    missing: list[int] = []
    if request.method == "POST" and form.is_valid():
        if asked == "preview":
            preview = draft_parts(form.story.source, photos)
            missing = missing_photos(form.story.source, photos)
        else:
            person = cast(Person, request.user)
            try:
                write_story(visit=visit, by=person, text=form.story, expected_revision=form.cleaned_data["revision"])
            except ValidationError as error:
                show_errors(form, error)
            else:
                if asked == "publish":
                    return redirect("visits:publish-story", visit.pk)
                if asked == "review":
                    ask_for_review(visit=visit, by=person)
                    messages.success(request, _("The story is in review. The members of the group are told."))
                    return redirect("visits:review", visit.pk)
                messages.success(request, _("The draft is saved. The group can read it; the public cannot."))
                return redirect("visits:edit-story", visit.pk)
    context = {
        "working_group": visit.working_group,
        "room": "visits",
        "visit": visit,
        "form": form,
        "draft": draft,
        "photos": photos,
        "preview": preview,
        "missing": missing,
        "public_lessons": visit.lessons.filter(deleted_at=None, is_public=True).count(),
    }
    status = 200 if preview is not None else status_of(request)
    return render(request, "visits/story_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest, visit_id: int) -> HttpResponse:
    """Asks once, in words that name the story and what becomes public with it; then publishes."""
    visit = found(visit_for, request, visit_id)
    if not may_plan(request.standing, visit.working_group_id):
        raise PermissionDenied(_("The story is published by the group's coordinator and deputies."))
    draft = Story.objects.filter(visit=visit).first()
    if draft is None:
        return redirect("visits:edit-story", visit.pk)
    if request.method != "POST":
        context = {
            "working_group": visit.working_group,
            "room": "visits",
            "visit": visit,
            "draft": draft,
            "photos": len(photo_ids_in(draft.source)),
            "lessons": visit.lessons.filter(deleted_at=None, is_public=True),
        }
        return render(request, "visits/publish.html", context)
    try:
        publish_story(visit=visit, by=cast(Person, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("visits:edit-story", visit.pk)
    messages.success(request, _("The story is published. Everybody can read it now."))
    return redirect("visits:story", visit.pk)


@login_required
@require_POST
def withdraw(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = found(visit_for, request, visit_id)
    withdraw_story(visit=visit, by=cast(Person, request.user))
    messages.success(request, _("The story is withdrawn. The draft is still here."))
    return redirect("visits:visit", visit.pk)
