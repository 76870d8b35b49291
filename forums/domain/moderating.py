"""What is done to a topic as a whole: pinned, resolved, locked, opened, and back. Each step leaves its trace."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.domain.announcing import announce_change
from forums.domain.posting import locked_topic
from forums.enums import Opening, TopicStep
from forums.models import Post, Topic, TopicChange
from forums.policies import may_moderate, may_open, may_resolve
from groups.models import Person
from groups.standing import standing_of
from sockets.watch import rights_changed

_STEPS = {
    Opening.GROUP: TopicStep.KEPT_TO_GROUP,
    Opening.READ: TopicStep.OPENED_TO_READ,
    Opening.REPLY: TopicStep.OPENED_TO_REPLY,
}


@transaction.atomic
def pin_topic(*, topic: Topic, by: Person, pinned: bool, at: datetime | None = None) -> Topic:
    """Keeps the topic at the top of the list, or lets it go; nothing happens where it is so already.

    ``at`` is now unless a history is loaded. Raises PermissionDenied.
    """
    held = _moderated(topic, by)
    if held.is_pinned == pinned:
        return held
    moment = at or timezone.now()
    held.pinned_at = moment if pinned else None
    held.save(update_fields=["pinned_at"])
    _leave_trace(held, TopicStep.PINNED if pinned else TopicStep.UNPINNED, by, moment)
    return held


@transaction.atomic
def lock_topic(*, topic: Topic, by: Person, locked: bool, at: datetime | None = None) -> Topic:
    """Ends the discussion: nobody posts in a locked topic. Otherwise as ``pin_topic``."""
    held = _moderated(topic, by)
    if held.is_locked == locked:
        return held
    moment = at or timezone.now()
    held.locked_at = moment if locked else None
    held.save(update_fields=["locked_at"])
    _leave_trace(held, TopicStep.LOCKED if locked else TopicStep.UNLOCKED, by, moment)
    return held


@transaction.atomic
def resolve_topic(
    *, topic: Topic, by: Person, resolved: bool, answer: int | None = None, at: datetime | None = None
) -> Topic:
    """Marks the topic as resolved, perhaps by the post of the number ``answer``, or opens it again.

    Who opened it may do so, and who moderates. Nothing happens where it is so already, with the same answer. ``at`` is
    now unless a history is loaded. Raises PermissionDenied, ValidationError (field ``answer``).
    """
    held = locked_topic(topic)
    if not may_resolve(standing_of(by), held):
        raise PermissionDenied(_("A topic is resolved by who opened it and by those who moderate the group."))
    post = _answer(held, answer) if resolved and answer is not None else None
    if held.is_resolved == resolved and held.answer_id == (post.pk if post else None):
        return held
    moment = at or timezone.now()
    held.resolved_at = moment if resolved else None
    held.answer = post
    held.save(update_fields=["resolved_at", "answer"])
    _leave_trace(held, TopicStep.RESOLVED if resolved else TopicStep.REOPENED, by, moment)
    return held


@transaction.atomic
def open_topic(*, topic: Topic, by: Person, opening: Opening) -> Topic:
    """Lets everybody in the network who is signed in read the topic, or read and reply, or leaves it to the group
    again, on open pages too. Nothing happens where it is so already. Raises PermissionDenied for all but the group's
    coordinator and deputies.
    """
    held = locked_topic(topic)
    if not may_open(standing_of(by), held):
        raise PermissionDenied(_("A topic is opened to the network by the group's coordinator and deputies."))
    if held.opening == opening:
        return held
    held.opening = opening
    held.save(update_fields=["opening"])
    _leave_trace(held, _STEPS[opening], by, timezone.now())
    rights_changed()
    return held


def _moderated(topic: Topic, by: Person) -> Topic:
    held = locked_topic(topic)
    if not may_moderate(standing_of(by), held.forum.working_group_id):
        raise PermissionDenied(_("Topics are pinned and locked by those who moderate the group."))
    return held


def _answer(topic: Topic, number: int) -> Post:
    post = Post.objects.filter(topic=topic, number=number, deleted_at=None).first() if 0 < number < 2**31 else None
    if post is None:
        raise ValidationError({"answer": _("There is no such post in this topic.")})
    return post


def _leave_trace(topic: Topic, step: TopicStep, by: Person, at: datetime) -> None:
    change = TopicChange.objects.create(topic=topic, step=step, person=by, post=topic.answer, at=at)
    announce_change(topic, change)
