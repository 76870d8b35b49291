"""The events by which open pages and programs learn of a change, in the transaction that makes it."""

import json
from datetime import UTC, datetime

from forums.events import (
    POST_ADDED,
    POST_DELETED,
    POST_EDITED,
    POST_REACTED,
    TOPIC_ADDED,
    TOPIC_BUMPED,
    TOPIC_CHANGED,
    PostAdded,
    PostDeleted,
    PostEdited,
    PostReacted,
    TopicAdded,
    TopicBumped,
    TopicChanged,
)
from forums.models import Post, Topic, TopicChange
from forums.queries import author_card, reactions_to
from live.domain import Event, publish, redact
from markup.domain import Rendering

# In characters of JSON.
LONGEST_TOLD = 200_000


def moment(at: datetime) -> str:
    """ISO 8601 in UTC, as events and the API give every time."""
    return at.astimezone(UTC).isoformat()


def _moment_or_none(at: datetime | None) -> str | None:
    return moment(at) if at is not None else None


def announce_post(topic: Topic, post: Post, rendering: Rendering) -> None:
    """A new post, to the topic; and to the forum that there is a new topic, or something new in an old one."""
    author = author_card(post.author)
    source, html = _as_told(post.source, rendering)
    added = PostAdded(
        id=post.pk,
        number=post.number,
        author=author,
        source=source,
        html=html,
        created_at=moment(post.created_at),
    )
    if post.number == 1:
        name = TOPIC_ADDED
        news: TopicAdded | TopicBumped = TopicAdded(
            id=topic.pk, title=topic.title, author=author, created_at=moment(topic.created_at)
        )
    else:
        name = TOPIC_BUMPED
        news = TopicBumped(
            id=topic.pk,
            last_post_number=post.number,
            last_post_at=moment(post.created_at),
            last_post_author=author,
        )
    publish(
        Event(topic.stream, POST_ADDED, added, subject=post.subject),
        Event(forum_stream(topic.working_group.slug), name, news, subject=f"topic:{topic.pk}"),
    )


def announce_edit(topic: Topic, post: Post, rendering: Rendering) -> None:
    assert post.edited_at is not None
    source, html = _as_told(post.source, rendering)
    edited = PostEdited(
        id=post.pk,
        number=post.number,
        source=source,
        html=html,
        edited_at=moment(post.edited_at),
        revision=post.revision,
    )
    publish(Event(topic.stream, POST_EDITED, edited, subject=post.subject))


def announce_deletion(topic: Topic, post: Post) -> None:
    """Takes the text out of the stream's past, then tells that the post is gone."""
    assert post.deleted_at is not None
    deleted = PostDeleted(
        id=post.pk,
        number=post.number,
        author=author_card(post.author),
        created_at=moment(post.created_at),
        deleted_at=moment(post.deleted_at),
    )
    redact(stream=topic.stream, subject=post.subject)
    publish(Event(topic.stream, POST_DELETED, deleted, subject=post.subject))


def announce_reactions(topic: Topic, post: Post) -> None:
    told = PostReacted(id=post.pk, number=post.number, reactions=reactions_to([post])[post.pk])
    publish(Event(topic.stream, POST_REACTED, told, subject=post.subject))


def announce_change(topic: Topic, change: TopicChange) -> None:
    """To the topic and to the forum: the topic's state as a whole."""
    told = TopicChanged(
        id=topic.pk,
        step=change.step,
        person=author_card(change.person),
        pinned_at=_moment_or_none(topic.pinned_at),
        resolved_at=_moment_or_none(topic.resolved_at),
        answer=topic.answer.number if topic.answer else None,
        locked_at=_moment_or_none(topic.locked_at),
        opening=topic.opening,
    )
    subject = f"topic:{topic.pk}"
    publish(
        Event(topic.stream, TOPIC_CHANGED, told, subject=subject),
        Event(forum_stream(topic.working_group.slug), TOPIC_CHANGED, told, subject=subject),
    )


def forum_stream(slug: str) -> str:
    """The live stream of what happens in this group's forum."""
    return f"forum:{slug}"


def marks_stream(person_id: int) -> str:
    """The live stream of how far a person has read, for their own pages."""
    return f"marks:{person_id}"


def _as_told(source: str, rendering: Rendering) -> tuple[str | None, str | None]:
    """The text and its HTML; neither, where they would make an event too long for every reader's socket."""
    html = rendering.html
    if len(json.dumps(source)) + len(json.dumps(html)) > LONGEST_TOLD:
        return None, None
    return source, html
