"""Topics: listed, opened, followed, read, pinned, locked, resolved."""

from typing import Any

from ninja import Router, Status

from forums.api.schemas import (
    Key,
    Number,
    OnIn,
    OpeningIn,
    ReadIn,
    Refused,
    ResolutionIn,
    TopicIn,
    TopicOut,
    TopicsOut,
    person_of,
    topic_data,
)
from forums.domain.announcing import marks_stream
from forums.domain.moderating import lock_topic, open_topic, pin_topic, resolve_topic
from forums.domain.posting import KeyUsedTwice, start_topic
from forums.domain.reading import mark_read
from forums.models import Topic
from forums.queries import topic_for, topic_rows, topics_of
from groups.queries import group_for
from groups.standing import PersonRequest
from live.api import EventsOut
from live.queries import events_after

EVENTS_IN_AN_ANSWER = 500
TOPICS_IN_AN_ANSWER = 500

router = Router()


@router.get("/groups/{slug:slug}/topics", response=TopicsOut)
def list_topics(request: PersonRequest, slug: str) -> dict[str, Any]:
    """The group's topics, the one with the newest post first."""
    topics = topics_of(request.standing, group_for(request.standing, slug))[:TOPICS_IN_AN_ANSWER]
    rows = topic_rows(request.standing, topics)
    return {"topics": [topic_data(row) for row in rows]}


@router.post("/groups/{slug:slug}/topics", response={200: TopicOut, 201: TopicOut, 409: Refused})
def add_topic(request: PersonRequest, slug: str, body: TopicIn, idempotency_key: Key = None) -> Status[Any]:
    """Opens a topic with its first post."""
    group = group_for(request.standing, slug)
    try:
        topic, is_new = start_topic(
            working_group=group,
            author=person_of(request),
            title=body.title,
            source=body.source,
            idempotency_key=idempotency_key,
        )
    except KeyUsedTwice as conflict:
        return Status(409, {"detail": str(conflict)})
    return Status(201 if is_new else 200, topic_data(topic_rows(request.standing, [topic])[0]))


@router.get("/topics/{int:topic_id}", response=TopicOut)
def read_topic(request: PersonRequest, topic_id: int) -> dict[str, Any]:
    """One topic, without its posts."""
    return _as_seen(request, topic_for(request.standing, topic_id))


@router.put("/topics/{int:topic_id}/pinned", response=TopicOut)
def pin(request: PersonRequest, topic_id: int, body: OnIn) -> dict[str, Any]:
    """Keeps the topic at the top of the group's list, or lets it go."""
    topic = topic_for(request.standing, topic_id)
    return _as_seen(request, pin_topic(topic=topic, by=person_of(request), pinned=body.on))


@router.put("/topics/{int:topic_id}/locked", response=TopicOut)
def lock(request: PersonRequest, topic_id: int, body: OnIn) -> dict[str, Any]:
    """Ends the discussion, or opens it again: nobody posts in a locked topic."""
    topic = topic_for(request.standing, topic_id)
    return _as_seen(request, lock_topic(topic=topic, by=person_of(request), locked=body.on))


@router.put("/topics/{int:topic_id}/resolution", response=TopicOut)
def resolve(request: PersonRequest, topic_id: int, body: ResolutionIn) -> dict[str, Any]:
    """Marks the topic as resolved, perhaps by one of its posts, or opens it again."""
    topic = topic_for(request.standing, topic_id)
    resolved = resolve_topic(topic=topic, by=person_of(request), resolved=body.resolved, answer=body.answer)
    return _as_seen(request, resolved)


@router.put("/topics/{int:topic_id}/opening", response=TopicOut)
def open_to(request: PersonRequest, topic_id: int, body: OpeningIn) -> dict[str, Any]:
    """Opens the topic to everybody in the network, or leaves it to its group again."""
    topic = topic_for(request.standing, topic_id)
    return _as_seen(request, open_topic(topic=topic, by=person_of(request), opening=body.opening))


@router.get("/topics/{int:topic_id}/events", response=EventsOut)
def list_events(request: PersonRequest, topic_id: int, after: Number = 0) -> dict[str, Any]:
    """What happened in the topic after an event's number: the stream ``topic:<id>``, for clients without a socket."""
    topic = topic_for(request.standing, topic_id)
    return events_after(stream=topic.stream, after=after, limit=EVENTS_IN_AN_ANSWER).as_json()


@router.get("/groups/{slug:slug}/events", response=EventsOut)
def list_forum_events(request: PersonRequest, slug: str, after: Number = 0) -> dict[str, Any]:
    """What happened in the group's forum after an event's number: the stream ``forum:<slug>``."""
    group = group_for(request.standing, slug)
    return events_after(stream=f"forum:{group.slug}", after=after, limit=EVENTS_IN_AN_ANSWER).as_json()


@router.get("/read-marks/events", response=EventsOut)
def list_mark_events(request: PersonRequest, after: Number = 0) -> dict[str, Any]:
    """How one's own read marks moved after an event's number: the stream ``marks:<person id>``."""
    stream = marks_stream(person_of(request).pk)
    return events_after(stream=stream, after=after, limit=EVENTS_IN_AN_ANSWER).as_json()


@router.put("/topics/{int:topic_id}/read", response=ReadIn)
def read_up_to(request: PersonRequest, topic_id: int, body: ReadIn) -> dict[str, int]:
    """Moves the person's read mark forward; answers where it stands."""
    topic = topic_for(request.standing, topic_id)
    return {"number": mark_read(topic=topic, person=person_of(request), number=body.number)}


def _as_seen(request: PersonRequest, topic: Topic) -> dict[str, Any]:
    return topic_data(topic_rows(request.standing, [topic])[0])
