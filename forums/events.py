"""What the forum's live streams carry. The sets of events and of their fields are closed.

A topic's stream is ``topic:<id>``; the events of one post share the subject ``post:<id>``. When a post is deleted, the
data of its earlier events is emptied, so that its text is not to be had from the stream either; what remains of the
post is all in ``post.deleted``. A forum's stream is ``forum:<group slug>``; ``marks:<person id>`` is a person's own.
Times are ISO 8601 in UTC.
"""

from typing import TypedDict


class AuthorCard(TypedDict):
    """Who wrote something, as it is shown beside it; what is not known is empty."""

    id: int
    name: str
    organisation: str
    region_code: str
    region_name: str


class PostAdded(TypedDict):
    """``post.added``: a new post. ``source`` and ``html`` are null where they are too long: fetch the post."""

    id: int
    number: int
    author: AuthorCard
    source: str | None
    html: str | None
    created_at: str


class PostEdited(TypedDict):
    """``post.edited``: the post's text (null as above) as it is now; ``revision`` counts its edits."""

    id: int
    number: int
    source: str | None
    html: str | None
    edited_at: str
    revision: int


class PostDeleted(TypedDict):
    """``post.deleted``: all that is left to see of the post."""

    id: int
    number: int
    author: AuthorCard
    created_at: str
    deleted_at: str


class Reactor(TypedDict):
    id: int
    name: str


class ReactionsOfKind(TypedDict):
    """Everybody who reacted to a post in this way, the first of them first."""

    kind: str
    people: list[Reactor]


class PostReacted(TypedDict):
    """``post.reacted``: all reactions to the post as they are now; kinds that nobody chose are left out."""

    id: int
    number: int
    reactions: list[ReactionsOfKind]


class TopicAdded(TypedDict):
    """``topic.added``: a new topic, which has one post."""

    id: int
    title: str
    author: AuthorCard
    created_at: str


class TopicBumped(TypedDict):
    """``topic.bumped``: the topic's newest post and who wrote it."""

    id: int
    last_post_number: int
    last_post_at: str
    last_post_author: AuthorCard


class TopicChanged(TypedDict):
    """``topic.changed``: whether the topic is pinned, resolved (by which post, if one was named) or locked, and to whom
    it is open ("group", "read" or "reply": to everybody signed in), now.

    On the topic's own stream and on the forum's. ``step`` and ``person`` say what was done just now, and by whom.
    """

    id: int
    step: str
    person: AuthorCard
    pinned_at: str | None
    resolved_at: str | None
    answer: int | None
    locked_at: str | None
    opening: str


class MarkMoved(TypedDict):
    """``mark.moved``: the person has read this topic up to this post, here or on another device."""

    topic: int
    number: int


POST_ADDED = "post.added"
POST_EDITED = "post.edited"
POST_DELETED = "post.deleted"
POST_REACTED = "post.reacted"
TOPIC_ADDED = "topic.added"
TOPIC_BUMPED = "topic.bumped"
TOPIC_CHANGED = "topic.changed"
MARK_MOVED = "mark.moved"

SCHEMAS = {
    POST_ADDED: PostAdded,
    POST_EDITED: PostEdited,
    POST_DELETED: PostDeleted,
    POST_REACTED: PostReacted,
    TOPIC_ADDED: TopicAdded,
    TOPIC_BUMPED: TopicBumped,
    TOPIC_CHANGED: TopicChanged,
    MARK_MOVED: MarkMoved,
}


def topic_stream(topic_id: int) -> str:
    """The live stream of a topic's posts."""
    return f"topic:{topic_id}"
