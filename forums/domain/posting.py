"""Topics and posts: opened, answered, edited and deleted."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.domain.announcing import announce_deletion, announce_edit, announce_post
from forums.domain.images import show_images
from forums.domain.telling import tell_whom_it_concerns
from forums.domain.wording import checked_source, checked_title
from forums.models import Draft, ExchangeForum, Post, PostRevision, Topic
from forums.policies import may_delete, may_edit, may_post, may_reply, may_write_in
from forums.queries.posts import HEADINGS_IN_A_POST
from groups.models import Person, WorkingGroup
from groups.repeats import checked_key, digest_of
from groups.standing import standing_of
from markup.domain import RenderedAhead, keep, render_ahead


class KeyUsedTwice(Exception):
    """An idempotency key came again with another text. ``post`` is what its first use wrote."""

    def __init__(self, post: Post) -> None:
        super().__init__(_("This idempotency key has already posted another text."))
        self.post = post


def start_topic(
    *,
    working_group: WorkingGroup,
    author: Person,
    title: str,
    source: str,
    idempotency_key: str | None = None,
    at: datetime | None = None,
) -> tuple[Topic, bool]:
    """Opens a topic with its first post; returns it and whether this call opened it.

    The same author, key and texts again give the topic of the first call. ``at`` is now unless a history is loaded.
    Raises PermissionDenied, ValidationError (fields ``title``, ``source``, ``idempotency_key``), KeyUsedTwice.
    """
    key = checked_key(idempotency_key)
    title, source = _checked_together(title, source)
    digest = digest_of(title, source)
    _require(may_post(standing_of(author), working_group.pk))
    text = _rendered(source)
    with transaction.atomic():
        forum = locked_forum(working_group)
        _require(may_post(standing_of(author), working_group.pk))
        if key is not None:
            known = Topic.objects.filter(forum=forum, author=author, idempotency_key=key).first()
            if known is not None:
                if known.sent_digest != digest:
                    raise KeyUsedTwice(Post.objects.get(topic=known, number=1))
                return known, False
        moment = at or timezone.now()
        topic = Topic.objects.create(
            forum=forum, title=title, author=author, created_at=moment, idempotency_key=key, sent_digest=digest
        )
        _append(topic, author=author, text=text, key=None, at=moment)
        Draft.objects.filter(person=author, forum=forum, topic=None, idempotency_key=key).delete()
    return topic, True


def post_reply(
    *, topic: Topic, author: Person, source: str, idempotency_key: str | None = None, at: datetime | None = None
) -> tuple[Post, bool]:
    """Adds a post at the topic's end; returns it and whether this call wrote it.

    The same author, key and text again give the post of the first call, as it is now. ``at`` is now unless a history
    is loaded. Raises PermissionDenied, ValidationError (fields ``source``, ``idempotency_key``), KeyUsedTwice.
    """
    key = checked_key(idempotency_key)
    source = checked_source(source)
    _require(may_write_in(standing_of(author), topic))
    text = _rendered(source)
    with transaction.atomic():
        locked = locked_topic(topic)
        standing = standing_of(author)
        _require(may_write_in(standing, locked))
        if key is not None:
            known = Post.objects.with_authors().filter(topic=locked, author=author, idempotency_key=key).first()
            if known is not None:
                if known.sent_digest != digest_of(source):
                    raise KeyUsedTwice(known)
                return known, False
        if not may_reply(standing, locked):
            raise PermissionDenied(_("This topic is locked: nobody posts here any more."))
        post = _append(locked, author=author, text=text, key=key, at=at or timezone.now())
        Draft.objects.filter(person=author, topic=locked, idempotency_key=key).delete()
    return post, True


def edit_post(
    *, post: Post, editor: Person, source: str, revision: int | None = None, at: datetime | None = None
) -> Post:
    """Replaces the post's text and keeps the old one as a trace; the same text again changes nothing.

    ``revision`` is the one that the editor saw: if the post has been edited since, nothing is overwritten. ``at`` is
    now unless a history is loaded. Raises PermissionDenied, ValidationError (field ``source``).
    """
    source = checked_source(source)
    text = _rendered(source)
    with transaction.atomic():
        topic, held = locked_post(post)
        if not may_edit(standing_of(editor), topic, held):
            raise PermissionDenied(_("You may not edit this post."))
        if held.is_deleted:
            raise ValidationError({"source": _("This post has been deleted meanwhile.")})
        if source == held.source:
            return held
        if revision is not None and revision != held.revision:
            message = _("Somebody edited this post while you did. Your text is still here; compare before you save.")
            raise ValidationError({"source": message})
        held.edited_at = at or timezone.now()
        _leave_trace(held, person=editor, at=held.edited_at)
        held.source = source
        held.save(update_fields=["source", "edited_at", "revision"])
        show_images(topic, held)
        keep(text)
        announce_edit(topic, held, text.rendering)
        tell_whom_it_concerns(topic, held, text.rendering.mentions)
    return held


def delete_post(*, post: Post, by: Person) -> Post:
    """Takes the post's text away, for good but for the trace that moderators may read. Its number and author stay.

    Deleting it again changes nothing. Raises PermissionDenied.
    """
    with transaction.atomic():
        topic, held = locked_post(post)
        if not may_delete(standing_of(by), topic, held):
            raise PermissionDenied(_("You may not delete this post."))
        if held.is_deleted:
            return held
        held.deleted_at = timezone.now()
        held.deleted_by = by
        _leave_trace(held, person=by, at=held.deleted_at)
        held.source = ""
        held.save(update_fields=["source", "deleted_at", "deleted_by", "revision"])
        Topic.objects.filter(answer=held).update(answer=None)
        announce_deletion(topic, held)
    return held


def locked_forum(working_group: WorkingGroup) -> ExchangeForum:
    """The group's forum, made if this is its first topic, held until the transaction ends."""
    ExchangeForum.objects.get_or_create(working_group=working_group)
    forums = ExchangeForum.objects.select_related("working_group").select_for_update(of=("self",))
    return forums.get(working_group=working_group)


def locked_topic(topic: Topic) -> Topic:
    """The topic as the database has it now, held until the transaction ends: posts are numbered one after the other."""
    topics = Topic.objects.select_related("forum__working_group", "author").select_for_update(of=("self",))
    return topics.get(pk=topic.pk)


def locked_post(post: Post) -> tuple[Topic, Post]:
    """The post and its topic as the database has them now; the topic is held until the transaction ends."""
    topic = locked_topic(post.topic)
    return topic, Post.objects.with_authors().get(pk=post.pk)


def _append(topic: Topic, *, author: Person, text: RenderedAhead, key: str | None, at: datetime) -> Post:
    post = Post.objects.create(
        topic=topic,
        number=topic.last_post_number + 1,
        author=author,
        source=text.source,
        created_at=at,
        idempotency_key=key,
        sent_digest=digest_of(text.source),
    )
    topic.last_post_number = post.number
    topic.last_post_at = at
    topic.save(update_fields=["last_post_number", "last_post_at"])
    show_images(topic, post)
    keep(text)
    announce_post(topic, post, text.rendering)
    tell_whom_it_concerns(topic, post, text.rendering.mentions)
    return post


def _rendered(source: str) -> RenderedAhead:
    """The text with its rendering; a long one takes a while, so that this comes before the lock."""
    return render_ahead(source, base_heading=HEADINGS_IN_A_POST)


def _leave_trace(post: Post, *, person: Person, at: datetime) -> None:
    post.revision += 1
    PostRevision.objects.create(post=post, number=post.revision, source=post.source, person=person, replaced_at=at)


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied(_("You may read this forum, but not write in it."))


def _checked_together(title: str, source: str) -> tuple[str, str]:
    """Both texts checked, so that one answer names everything that is wrong."""
    errors: dict[str, list[str]] = {}
    checked: list[str] = []
    for check, text in ((checked_title, title), (checked_source, source)):
        try:
            checked.append(check(text))
        except ValidationError as error:
            errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    return checked[0], checked[1]
