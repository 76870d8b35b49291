"""The list of a forum's topics, and a topic's page. They work without a script; with one they are live."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forums.domain.announcing import forum_stream, marks_stream
from forums.domain.moderating import lock_topic, open_topic, pin_topic, resolve_topic
from forums.domain.posting import KeyUsedTwice, post_reply, start_topic
from forums.domain.reading import mark_read
from forums.enums import Opening, TopicFilter, TopicStep
from forums.events import topic_stream
from forums.forms import PostingForm, ReplyForm, TopicForm
from forums.models import Topic
from forums.policies import (
    may_moderate,
    may_open,
    may_post,
    may_reply,
    may_resolve,
    may_write_in,
)
from forums.queries import (
    TOPICS_ON_A_PAGE,
    PostWindow,
    Unread,
    changes_of,
    draft_of,
    post_window,
    topic_rows,
    topics_shown,
    unread_in,
    voices_in,
)
from forums.views.loading import GET_OR_POST, address_of, number_in, person_of, topic_or_404
from forums.views.looks import pattern_look, post_looks
from groups.models import WorkingGroup
from groups.queries import group_for
from groups.standing import PersonRequest
from live.queries import Position, positions
from notices.events import stream_of as notices_stream

# How many posts that were read stand above the first unread one.
READ_BEFORE_UNREAD = 3


@login_required
@require_http_methods(GET_OR_POST)
def forum(request: PersonRequest, slug: str) -> HttpResponse:
    """The group's topics, and the form that opens a new one."""
    try:
        group = group_for(request.standing, slug)
    except WorkingGroup.DoesNotExist:
        raise Http404 from None
    form: PostingForm | None = None
    if request.method == "POST":
        form = TopicForm(request.POST)
        if form.is_valid():
            try:
                topic, _is_new = start_topic(working_group=group, author=person_of(request), **form.cleaned_data)
                return redirect("forums:topic", topic.pk)
            except ValidationError as error:
                form.add_error(None, error)
            except KeyUsedTwice as conflict:
                _say_that_it_was_posted(form, conflict)
    return _forum_page(request, group, form)


def _forum_page(request: PersonRequest, group: WorkingGroup, form: PostingForm | None) -> HttpResponse:
    own = person_of(request).pk
    stream, marks, notices = forum_stream(group.slug), marks_stream(own), notices_stream(own)
    where = positions([stream, marks, notices])
    wanted = request.GET.get("show", "")
    show = TopicFilter(wanted) if wanted in TopicFilter.values else TopicFilter.ALL
    topics = topics_shown(request.standing, group, show)
    page = Paginator(topics, TOPICS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = topic_rows(request.standing, page.object_list)
    voices = voices_in([row.topic for row in rows], group)
    may_write = may_post(request.standing, group.pk)
    draft = draft_of(request.standing, working_group=group, topic=None) if may_write else None
    context = {
        "working_group": group,
        "room": "forum",
        "page": page,
        "rows": [(row, voices[row.topic.pk]) for row in rows],
        "show": show,
        "filters": TopicFilter,
        "form": (form or TopicForm.blank(draft)) if may_write else None,
        "draft": draft,
        "stream": stream,
        "head": where[stream].head,
        "marks": marks,
        "marks_head": where[marks].head,
        "notices_head": where[notices].head,
    }
    return render(request, "forums/forum.html", context, status=422 if form is not None else 200)


@login_required
@require_http_methods(GET_OR_POST)
def topic(request: PersonRequest, topic_id: int) -> HttpResponse:
    """The topic's posts, and the form that adds one."""
    # The streams' heads are read before all else: what comes in between arrives twice, never not at all.
    own = person_of(request).pk
    where = positions([topic_stream(topic_id), marks_stream(own), notices_stream(own)])
    found = topic_or_404(request, topic_id)
    form: PostingForm | None = None
    if request.method == "POST":
        form = ReplyForm(request.POST)
        if form.is_valid():
            try:
                post, _is_new = post_reply(topic=found, author=person_of(request), **form.cleaned_data)
                return redirect(address_of(post))
            except ValidationError as error:
                form.add_error(None, error)
            except KeyUsedTwice as conflict:
                _say_that_it_was_posted(form, conflict)
    return _topic_page(request, found, form, where)


def _topic_page(
    request: PersonRequest, found: Topic, form: PostingForm | None, where: Mapping[str, Position]
) -> HttpResponse:
    standing, group = request.standing, found.working_group
    unread = unread_in(standing, found)
    window = _window(request, found, unread)
    marks = marks_stream(person_of(request).pk)
    may_write = may_write_in(standing, found)
    draft = draft_of(standing, working_group=group, topic=found) if may_write else None
    context = {
        "working_group": group,
        "room": "forum",
        "topic": found,
        "window": window,
        "posts": post_looks(window, found, standing),
        "pattern": pattern_look(found, standing),
        "unread": unread,
        "voices": voices_in([found], group)[found.pk],
        "form": (form or ReplyForm.blank(draft)) if may_reply(standing, found) else None,
        "draft": draft,
        "may_post": may_write,
        "writes_in_group": may_post(standing, group.pk),
        "openings": Opening if may_open(standing, found) else None,
        "moderates": may_moderate(standing, group.pk),
        "resolves": may_resolve(standing, found),
        "head": where[found.stream].head,
        "marks": marks,
        "marks_head": where[marks].head,
        "notices_head": where[notices_stream(person_of(request).pk)].head,
        # What precedes the first unread post is read, also where the mark itself stands before posts of one's own.
        "read": unread.first - 1 if unread.posts else found.last_post_number,
        "later_page": window.last + 1,
    }
    return render(request, "forums/topic.html", context, status=422 if form is not None else 200)


def _window(request: PersonRequest, found: Topic, unread: Unread) -> PostWindow:
    """What was asked for by ``from`` or ``before``; else the first unread post with what precedes it, or the end."""
    start, before = number_in(request.GET.get("from")), number_in(request.GET.get("before"))
    if start is None and before is None and unread.posts:
        start = max(unread.first - READ_BEFORE_UNREAD, 1)
    return post_window(found, start=start, before=before)


@login_required
@require_POST
def mark_all_read(request: PersonRequest, topic_id: int) -> HttpResponse:
    """Marks as read what the page showed as the topic's end."""
    found = topic_or_404(request, topic_id)
    mark_read(topic=found, person=person_of(request), number=number_in(request.POST.get("number")) or 0)
    reads_group = request.standing.may_read_group(found.forum.working_group_id)
    return redirect("forums:forum" if reads_group else "group", found.working_group.slug)


@login_required
@require_POST
def change(request: PersonRequest, topic_id: int) -> HttpResponse:
    """Pins, locks or resolves the topic, opens it to the network, or takes that back."""
    found = topic_or_404(request, topic_id)
    by, step = person_of(request), request.POST.get("step")
    if step in {TopicStep.PINNED, TopicStep.UNPINNED}:
        pin_topic(topic=found, by=by, pinned=step == TopicStep.PINNED)
    elif step in {TopicStep.LOCKED, TopicStep.UNLOCKED}:
        lock_topic(topic=found, by=by, locked=step == TopicStep.LOCKED)
    elif step in {TopicStep.RESOLVED, TopicStep.REOPENED}:
        answer = number_in(request.POST.get("answer"))
        try:
            resolve_topic(topic=found, by=by, resolved=step == TopicStep.RESOLVED, answer=answer)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    elif (opening := request.POST.get("opening")) in Opening.values:
        open_topic(topic=found, by=by, opening=Opening(opening))
    return redirect("forums:topic", found.pk)


@login_required
@require_safe
def topic_trace(request: PersonRequest, topic_id: int) -> HttpResponse:
    """Who pinned, resolved and locked the topic, and when."""
    found = topic_or_404(request, topic_id)
    context = {"working_group": found.working_group, "room": "forum", "topic": found, "changes": changes_of(found)}
    return render(request, "forums/topic_trace.html", context)


def _say_that_it_was_posted(form: PostingForm, conflict: KeyUsedTwice) -> None:
    """The browser's Back button brings a form again that has posted: what it says now can be sent as a new post."""
    form.take_new_key()
    message = _("This form has already posted (post %(number)d). Send it again to post this text as well.")
    form.add_error("source", message % {"number": conflict.post.number})
