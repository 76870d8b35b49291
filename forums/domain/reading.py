"""What each person keeps for themselves in a forum: how far they have read, and what they have begun to write."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.domain.announcing import marks_stream
from forums.domain.posting import locked_forum, locked_topic
from forums.domain.wording import checked_draft
from forums.events import MARK_MOVED, MarkMoved
from forums.models import SOURCE_LENGTH, TITLE_LENGTH, Draft, Post, ReadMark, Topic
from forums.policies import may_post, may_write_in
from groups.models import Person, WorkingGroup
from groups.repeats import checked_key
from groups.standing import standing_of
from live.domain import Event, publish
from notices.domain import read_about


class DraftConflict(Exception):
    """The draft was saved from another window since this one last saw it. ``held`` is that one."""

    def __init__(self, held: Draft) -> None:
        super().__init__(_("Another window of yours has saved a newer draft."))
        self.held = held


class AlreadyPosted(Exception):
    """What this draft's key was for has been posted: there is nothing left to save under it."""

    def __init__(self) -> None:
        super().__init__(_("This text has been posted."))


def mark_read(*, topic: Topic, person: Person, number: int) -> int:
    """Moves the person's read mark forward to ``number``, at most to the last post; returns where it stands.

    Raises PermissionDenied for whoever may not read the topic, ValidationError (field ``number``) below 0.
    """
    if number < 0:
        raise ValidationError({"number": _("Posts are numbered from 1.")})
    with transaction.atomic():
        held = Topic.objects.visible_to(standing_of(person)).filter(pk=topic.pk).first()
        if held is None:
            raise PermissionDenied(_("You may not read this topic."))
        reached = min(number, held.last_post_number)
        now = timezone.now()
        mark, made = ReadMark.objects.get_or_create(
            person=person, topic=held, defaults={"number": reached, "moved_at": now}
        )
        before = 0 if made else mark.number
        if before >= reached:
            return before
        ReadMark.objects.filter(pk=mark.pk, number__lt=reached).update(number=reached, moved_at=now)
        mark.refresh_from_db(fields=["number"])
        publish(Event(marks_stream(person.pk), MARK_MOVED, MarkMoved(topic=held.pk, number=mark.number)))
        seen = Post.objects.filter(topic=held, number__gt=before, number__lte=reached)
        read_about(person_id=person.pk, subjects=[post.subject for post in seen.only("pk")])
        return mark.number


def save_draft(
    *,
    working_group: WorkingGroup,
    topic: Topic | None,
    person: Person,
    title: str,
    source: str,
    idempotency_key: str,
    version: int,
) -> Draft | None:
    """Keeps what the person has written so far, of a reply in ``topic`` or (None) of a new topic in the group.

    ``version`` is the number of the saved draft that the window last saw, 0 for none. Empty texts remove the draft
    (then None is returned). Raises DraftConflict where another window has saved since, AlreadyPosted where the key has
    been used to post, PermissionDenied, ValidationError (fields ``title``, ``source``, ``idempotency_key`` and
    ``version``).
    """
    key = checked_key(idempotency_key)
    assert key is not None
    title = checked_draft(title, field="title", max_length=TITLE_LENGTH)
    source = checked_draft(source, field="source", max_length=SOURCE_LENGTH)
    if not 0 <= version < 2**31 - 1:
        raise ValidationError({"version": _("This is not the number of a draft.")})
    with transaction.atomic():
        standing = standing_of(person)
        if topic is not None:
            held_topic = locked_topic(topic)
            forum, is_allowed = held_topic.forum, may_write_in(standing, held_topic)
        else:
            forum, is_allowed = locked_forum(working_group), may_post(standing, working_group.pk)
        if not is_allowed:
            raise PermissionDenied(_("You may read this forum, but not write in it."))
        if _was_posted(topic, forum.pk, person, key):
            raise AlreadyPosted
        drafts = Draft.objects.filter(person=person, forum=forum, topic=topic)
        held = drafts.select_for_update().first()
        if held is not None and held.version != version and (held.title, held.source) != (title, source):
            raise DraftConflict(held)
        if not title.strip() and not source.strip():
            drafts.delete()
            return None
        draft = held or Draft(person=person, forum=forum, topic=topic, version=version)
        draft.title, draft.source, draft.idempotency_key = title, source, key
        draft.version = max(version, draft.version) + 1
        draft.saved_at = timezone.now()
        draft.save()
        return draft


def _was_posted(topic: Topic | None, forum_id: int, person: Person, key: str) -> bool:
    if topic is not None:
        return Post.objects.filter(topic=topic, author=person, idempotency_key=key).exists()
    return Topic.objects.filter(forum_id=forum_id, author=person, idempotency_key=key).exists()
