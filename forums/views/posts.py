"""What is done with one post: changed, deleted, reacted to; and what it said before."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forums.domain.posting import delete_post, edit_post
from forums.domain.reacting import react
from forums.forms import EditForm
from forums.models import Post, Topic
from forums.policies import may_delete, may_edit, may_read_trace
from forums.queries import history_of
from forums.views.loading import GET_OR_POST, address_of, person_of, post_or_404
from groups.standing import PersonRequest, Standing


@login_required
@require_http_methods(GET_OR_POST)
def edit(request: PersonRequest, topic_id: int, number: int) -> HttpResponse:
    """The form that changes a post."""
    post = _allowed_post(request, topic_id, number, may_edit)
    form = EditForm(request.POST or None, initial={"source": post.source, "revision": post.revision})
    if request.method == "POST" and form.is_valid():
        try:
            edit_post(post=post, editor=person_of(request), **form.cleaned_data)
            return redirect(address_of(post))
        except ValidationError as error:
            form.add_error(None, error)
            post = _allowed_post(request, topic_id, number, may_edit)
            form.take_revision(post.revision)
    current = post.source if form.is_bound else ""
    context = {**_about(post), "form": form, "current": current, "address": address_of(post)}
    return render(request, "forums/edit.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(GET_OR_POST)
def delete(request: PersonRequest, topic_id: int, number: int) -> HttpResponse:
    """Asks once, then deletes the post."""
    post = _allowed_post(request, topic_id, number, may_delete)
    if request.method == "POST":
        delete_post(post=post, by=person_of(request))
        messages.success(request, _("The post was deleted. Coordinators can still read its text in the trace."))
        return redirect(address_of(post))
    return render(request, "forums/delete.html", {**_about(post), "address": address_of(post)})


@login_required
@require_POST
def react_to(request: PersonRequest, topic_id: int, number: int) -> HttpResponse:
    """Adds a reaction (``add``: its kind) or takes one back (``remove``)."""
    post = post_or_404(request, topic_id, number)
    kind, on = request.POST.get("add"), True
    if kind is None:
        kind, on = request.POST.get("remove", ""), False
    try:
        react(post=post, person=person_of(request), kind=kind, on=on)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(address_of(post))


@login_required
@require_safe
def trace(request: PersonRequest, topic_id: int, number: int) -> HttpResponse:
    """What the post said before, and who changed it when."""
    post = post_or_404(request, topic_id, number)
    if not may_read_trace(request.standing, post.topic, post):
        raise Http404
    context = {**_about(post), "history": history_of(post), "address": address_of(post)}
    return render(request, "forums/trace.html", context)


def _allowed_post(
    request: PersonRequest, topic_id: int, number: int, may: Callable[[Standing, Topic, Post], bool]
) -> Post:
    post = post_or_404(request, topic_id, number)
    if post.is_deleted or not may(request.standing, post.topic, post):
        raise PermissionDenied(_("You may not change this post."))
    return post


def _about(post: Post) -> dict[str, object]:
    return {"working_group": post.topic.working_group, "room": "forum", "topic": post.topic, "post": post}
