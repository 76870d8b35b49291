"""How posts look to a reader: all that a page shows of each but its text, as values that are the same for
all readers to whom it looks the same."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from forums.models import Topic
from forums.policies import may_moderate, may_react, may_reply, may_resolve, may_write_in
from forums.queries import PostWindow, ReactionView, ShownPost, reaction_views, reactions_between
from groups.queries import PersonCard
from groups.standing import Standing


class PostLook(NamedTuple):
    """One post, or the pattern of one: number 0, by nobody. ``may_answer``: whether it can be named as the answer, by a
    reader who ``resolves`` the topic. ``reactions`` are all kinds, in order."""

    topic_id: int
    number: int
    revision: int
    author: PersonCard | None
    at: datetime | None
    is_deleted: bool
    is_answer: bool
    reactions: tuple[ReactionView, ...]
    may_react: bool
    may_quote: bool
    may_edit: bool
    may_delete: bool
    may_read_deleted: bool
    resolves: bool
    may_answer: bool


def post_looks(window: PostWindow, topic: Topic, standing: Standing) -> list[tuple[PostLook, str]]:
    """How each post of the window looks, and its text as HTML; one query."""
    told = reactions_between(topic.pk, window.first, window.last)
    nobody = reaction_views([], standing)
    look = _look_for(topic, standing)
    return [
        (look(view.post, reaction_views(told[view.post.pk], standing) if view.post.pk in told else nobody), view.html)
        for view in window.posts
    ]


def pattern_look(topic: Topic, standing: Standing) -> PostLook:
    """What the page's script makes posts from."""
    return _look_for(topic, standing)(None, reaction_views([], standing))


def _look_for(topic: Topic, standing: Standing) -> Callable[[ShownPost | None, tuple[ReactionView, ...]], PostLook]:
    writes, reacts, resolves = may_write_in(standing, topic), may_react(standing, topic), may_resolve(standing, topic)
    moderates, replies = may_moderate(standing, topic.forum.working_group_id), may_reply(standing, topic)

    def look(post: ShownPost | None, reactions: tuple[ReactionView, ...]) -> PostLook:
        is_deleted = post is not None and post.is_deleted
        is_own = post is not None and post.author_id == standing.person_id and writes
        return PostLook(
            topic_id=topic.pk,
            number=post.number if post else 0,
            revision=post.revision if post else 0,
            author=post.author if post else None,
            at=post.created_at if post else None,
            is_deleted=is_deleted,
            is_answer=post is not None and post.pk == topic.answer_id,
            reactions=reactions,
            may_react=reacts,
            may_quote=replies and not is_deleted,
            may_edit=is_own and not is_deleted,
            may_delete=(is_own or moderates) and not is_deleted,
            may_read_deleted=moderates and is_deleted,
            resolves=resolves,
            may_answer=not (is_deleted or topic.is_resolved or (post is not None and post.number == 1)),
        )

    return look
