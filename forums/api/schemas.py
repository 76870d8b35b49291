"""What the forum's operations take and answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, cast

from ninja import Header, Query, Schema

from forums.enums import Opening
from forums.models import Draft, Post
from forums.queries import TopicRow, author_card, reactions_to
from groups.models import Person
from groups.standing import PersonRequest

Number = Annotated[int, Query(ge=0, lt=2**63, description="Only what comes after this number.")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="Repeated with the same text, it posts once.")]


class AuthorOut(Schema):
    id: int
    name: str
    organisation: str
    region_code: str
    region_name: str


class TopicOut(Schema):
    id: int
    title: str
    author: AuthorOut
    created_at: datetime
    last_post_number: int
    last_post_at: datetime
    last_post_author: AuthorOut
    unread: int
    pinned_at: datetime | None
    resolved_at: datetime | None
    answer: int | None
    locked_at: datetime | None
    opening: Opening


class TopicsOut(Schema):
    topics: list[TopicOut]


class ReactorOut(Schema):
    id: int
    name: str


class ReactionsOut(Schema):
    """Everybody who reacted in this way."""

    kind: str
    people: list[ReactorOut]


class PostOut(Schema):
    """A post; a deleted one has no text."""

    id: int
    topic: int
    number: int
    author: AuthorOut
    source: str
    created_at: datetime
    edited_at: datetime | None
    revision: int
    deleted_at: datetime | None
    reactions: list[ReactionsOut]


class RevisionOut(Schema):
    """What the post said until ``person`` changed it."""

    number: int
    source: str
    person: AuthorOut
    replaced_at: datetime


class HistoryOut(Schema):
    """The newest change first."""

    revisions: list[RevisionOut]


class RenderedPostOut(PostOut):
    """A post with its text as safe HTML too."""

    html: str


class PostsOut(Schema):
    """``last`` is the number of the last post in this answer, or what was asked for as ``after`` if there is none."""

    posts: list[PostOut]
    last: int


class PostIn(Schema):
    source: str


class TopicIn(Schema):
    title: str
    source: str


class EditIn(Schema):
    """``revision``, where given, is the one that was edited: a newer one is not overwritten."""

    source: str
    revision: int | None = None


class OnIn(Schema):
    on: bool


class ResolutionIn(Schema):
    """``answer`` is the number of the post that answers the topic, where there is one."""

    resolved: bool
    answer: int | None = None


class OpeningIn(Schema):
    """Open to its group alone ("group"), or to everybody signed in to "read", or to read and "reply"."""

    opening: Opening


class TextIn(Schema):
    source: str


class HtmlOut(Schema):
    html: str


class ImageOut(Schema):
    """An uploaded image; ``markdown`` is what shows it in a post."""

    url: str
    width: int
    height: int
    alt: str
    markdown: str


class MentionableOut(Schema):
    """``kind`` is "person" or "region"; ``handle`` stands after the @."""

    kind: str
    handle: str
    name: str
    detail: str


class MentionablesOut(Schema):
    mentionable: list[MentionableOut]


class ReadIn(Schema):
    number: int


class DraftIn(Schema):
    title: str = ""
    source: str
    idempotency_key: str
    version: int


class DraftOut(Schema):
    """The saved draft; ``version`` 0 with empty texts says that there is none."""

    title: str = ""
    source: str = ""
    idempotency_key: str = ""
    version: int = 0


class DraftRefused(Schema):
    """``reason``: "newer" (``draft`` was saved from another window) or "posted" (the key has been used to post)."""

    detail: str
    reason: str
    draft: DraftOut


class Refused(Schema):
    detail: str


def person_of(request: PersonRequest) -> Person:
    """Who asks: signed in, or the operation would not have been reached."""
    return cast(Person, request.user)


def topic_data(row: TopicRow) -> dict[str, Any]:
    topic = row.topic
    return {
        "id": topic.pk,
        "title": topic.title,
        "author": author_card(topic.author),
        "created_at": topic.created_at,
        "last_post_number": topic.last_post_number,
        "last_post_at": topic.last_post_at,
        "last_post_author": author_card(row.last_post.author),
        "unread": row.unread,
        "pinned_at": topic.pinned_at,
        "resolved_at": topic.resolved_at,
        "answer": topic.answer.number if topic.answer else None,
        "locked_at": topic.locked_at,
        "opening": topic.opening,
    }


def posts_data(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Each post with the reactions to it; one query."""
    reactions = reactions_to([post for post in posts if not post.is_deleted])
    return [{**new_post_data(post), "reactions": reactions.get(post.pk, [])} for post in posts]


def new_post_data(post: Post) -> dict[str, Any]:
    """A post that nobody has seen yet, so that nobody has reacted to it."""
    return {
        "id": post.pk,
        "topic": post.topic_id,
        "number": post.number,
        "author": author_card(post.author),
        "source": post.source,
        "created_at": post.created_at,
        "edited_at": post.edited_at,
        "revision": post.revision,
        "deleted_at": post.deleted_at,
        "reactions": [],
    }


def post_data(post: Post) -> dict[str, Any]:
    return posts_data([post])[0]


def draft_data(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    return {
        "title": draft.title,
        "source": draft.source,
        "idempotency_key": draft.idempotency_key,
        "version": draft.version,
    }
