"""Posts: listed, added, read, changed, deleted, reacted to."""

from typing import Any

from ninja import Router, Status

from forums.api.schemas import (
    EditIn,
    HistoryOut,
    Key,
    Number,
    PostIn,
    PostOut,
    PostsOut,
    Refused,
    RenderedPostOut,
    new_post_data,
    person_of,
    post_data,
    posts_data,
)
from forums.domain.posting import KeyUsedTwice, delete_post, edit_post, post_reply
from forums.domain.reacting import react
from forums.models import Post
from forums.policies import may_read_trace
from forums.queries import author_card, post_for, post_views, posts_after, revisions_of, topic_for
from groups.standing import PersonRequest

router = Router()


@router.get("/topics/{int:topic_id}/posts", response=PostsOut)
def list_posts(request: PersonRequest, topic_id: int, after: Number = 0) -> dict[str, Any]:
    """The posts after a number, in order. An answer ends after 10,000 posts or a million characters: ask again."""
    topic = topic_for(request.standing, topic_id)
    posts = posts_after(topic, after)
    return {"posts": posts_data(posts), "last": posts[-1].number if posts else after}


@router.post("/topics/{int:topic_id}/posts", response={200: PostOut, 201: PostOut, 409: Refused})
def add_post(request: PersonRequest, topic_id: int, body: PostIn, idempotency_key: Key = None) -> Status[Any]:
    """Adds a post. 201 when this request wrote it, 200 when an earlier one with the same key did."""
    topic = topic_for(request.standing, topic_id)
    try:
        post, is_new = post_reply(
            topic=topic, author=person_of(request), source=body.source, idempotency_key=idempotency_key
        )
    except KeyUsedTwice as conflict:
        return Status(409, {"detail": str(conflict)})
    return Status(201, new_post_data(post)) if is_new else Status(200, post_data(post))


@router.get("/topics/{int:topic_id}/posts/{int:number}", response=RenderedPostOut)
def read_post(request: PersonRequest, topic_id: int, number: int) -> dict[str, Any]:
    """One post, with its text also as HTML."""
    post = post_for(request.standing, topic_id, number)
    return {**post_data(post), "html": post_views([post])[0].html}


@router.patch("/topics/{int:topic_id}/posts/{int:number}", response=PostOut)
def change_post(request: PersonRequest, topic_id: int, number: int, body: EditIn) -> dict[str, Any]:
    """Replaces the post's text; the old one stays as a trace."""
    post = post_for(request.standing, topic_id, number)
    return post_data(edit_post(post=post, editor=person_of(request), source=body.source, revision=body.revision))


@router.delete("/topics/{int:topic_id}/posts/{int:number}", response=PostOut)
def remove_post(request: PersonRequest, topic_id: int, number: int) -> dict[str, Any]:
    """Takes the post's text away; its number, author and times stay."""
    post = post_for(request.standing, topic_id, number)
    return post_data(delete_post(post=post, by=person_of(request)))


@router.get("/topics/{int:topic_id}/posts/{int:number}/history", response=HistoryOut)
def read_history(request: PersonRequest, topic_id: int, number: int) -> dict[str, Any]:
    """What the post said before each change; of a deleted post, for those who moderate."""
    post = post_for(request.standing, topic_id, number)
    if not may_read_trace(request.standing, post.topic, post):
        raise Post.DoesNotExist
    return {
        "revisions": [
            {
                "number": revision.number,
                "source": revision.source,
                "person": author_card(revision.person),
                "replaced_at": revision.replaced_at,
            }
            for revision in revisions_of(post)
        ]
    }


@router.put("/topics/{int:topic_id}/posts/{int:number}/reactions/{kind}", response=PostOut)
def add_reaction(request: PersonRequest, topic_id: int, number: int, kind: str) -> dict[str, Any]:
    """Adds one's reaction: agree, thanks, same_here, new_to_me or doubt."""
    post = post_for(request.standing, topic_id, number)
    return post_data(react(post=post, person=person_of(request), kind=kind, on=True))


@router.delete("/topics/{int:topic_id}/posts/{int:number}/reactions/{kind}", response=PostOut)
def take_reaction_back(request: PersonRequest, topic_id: int, number: int, kind: str) -> dict[str, Any]:
    """Takes one's reaction back."""
    post = post_for(request.standing, topic_id, number)
    return post_data(react(post=post, person=person_of(request), kind=kind, on=False))
