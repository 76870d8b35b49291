"""What the live streams carry: enough to turn the page that somebody has open into the page as it is."""

import json
from typing import Any, get_type_hints

import pytest
from django.db import transaction

from forums import events
from forums.domain.moderating import lock_topic
from forums.domain.posting import delete_post, edit_post, post_reply, start_topic
from forums.models import Post, Topic
from forums.policies import readers_of_forums, readers_of_topics, writers_of_topics
from forums.queries import post_views
from groups.models import WorkingGroup
from live.queries import events_after
from tests.conftest import Cast
from tests.forums.conftest import DELETED_TEXT, SECRET_TITLE, Conversation

READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}


def carried(stream: str, after: int = 0) -> list[tuple[str, dict[str, Any]]]:
    backlog = events_after(stream=stream, after=after, limit=1000)
    assert not backlog.refetch
    return [(event.name, event.data) for event in backlog.events]


def page_state(topic: Topic) -> dict[int, tuple[object, ...]]:
    """What a reader's page shows of each post."""
    views = post_views(Post.objects.filter(topic=topic).select_related("author"))
    return {
        view.post.number: (view.post.pk, view.post.author.name, view.html, view.post.is_deleted, view.post.revision > 0)
        for view in views
    }


def html_told(data: dict[str, Any]) -> str:
    """A text too long for an event is fetched, as it is now."""
    return data["html"] if data["html"] is not None else post_views([Post.objects.get(pk=data["id"])])[0].html


def applied(state: dict[int, tuple[object, ...]], name: str, data: dict[str, Any]) -> dict[int, tuple[object, ...]]:
    """What the page's script does with an event."""
    if not data:
        return state
    number = data["number"]
    if name == events.POST_ADDED:
        return state | {number: (data["id"], data["author"]["name"], html_told(data), False, False)}
    if name == events.POST_EDITED:
        known = state.get(number)
        return state if known is None else state | {number: (*known[:2], html_told(data), False, True)}
    assert name == events.POST_DELETED
    return state | {number: (data["id"], data["author"]["name"], "", True, True)}


def test_an_old_page_and_the_events_since_make_the_fresh_page(cast: Cast, conversation: Conversation) -> None:
    topic = conversation.topic
    head = events_after(stream=topic.stream, after=0, limit=1000).head
    old = page_state(topic)
    new, _ = post_reply(topic=topic, author=cast.agency, source="New")
    edit_post(post=new, editor=cast.agency, source="New, and **better**")
    edit_post(post=conversation.first, editor=cast.partner, source="Changed")
    post_reply(topic=topic, author=cast.agency, source="\N{EAR OF RICE}" * 100_000)
    gone, _ = post_reply(topic=topic, author=cast.director, source="Not for long")
    delete_post(post=gone, by=cast.director)
    delete_post(post=conversation.last, by=cast.secretariat)
    state = old
    for name, data in carried(topic.stream, head):
        state = applied(state, name, data)
    assert state == page_state(topic)
    assert state != old


def test_the_events_from_the_beginning_make_the_fresh_page(conversation: Conversation) -> None:
    state: dict[int, tuple[object, ...]] = {}
    for name, data in carried(conversation.topic.stream):
        state = applied(state, name, data)
    assert state == page_state(conversation.topic)


def test_every_event_has_the_fields_of_its_schema(conversation: Conversation) -> None:
    told = carried(conversation.topic.stream) + carried("forum:agrifood")
    names = {name for name, _ in told}
    assert names == {"post.added", "post.edited", "post.deleted", "topic.added", "topic.bumped"}
    for name, data in told:
        if data:
            assert set(data) == set(get_type_hints(events.SCHEMAS[name])), name


def test_the_forum_hears_of_a_new_topic_and_of_each_new_post(conversation: Conversation) -> None:
    told = carried("forum:agrifood")
    assert [name for name, _ in told] == ["topic.added", "topic.bumped", "topic.bumped", "topic.bumped"]
    assert told[0][1]["title"] == SECRET_TITLE
    assert [data["last_post_number"] for _, data in told[1:]] == [2, 3, 4]
    assert told[3][1]["last_post_author"]["name"] == "Coordinator"


def test_a_deleted_text_is_gone_from_the_stream(conversation: Conversation) -> None:
    told = json.dumps(carried(conversation.topic.stream) + carried("forum:agrifood"))
    assert "Let us compare" in told
    assert "margin" in DELETED_TEXT
    assert "margin" not in told


def test_what_is_rolled_back_is_not_told(cast: Cast, conversation: Conversation) -> None:
    before = carried(conversation.topic.stream)
    with transaction.atomic():
        post_reply(topic=conversation.topic, author=cast.agency, source="Never")
        transaction.set_rollback(True)
    assert carried(conversation.topic.stream) == before


def test_a_repeated_request_and_an_edit_that_changes_nothing_tell_nothing(
    cast: Cast, conversation: Conversation
) -> None:
    post_reply(topic=conversation.topic, author=cast.agency, source="Once", idempotency_key="k")
    before = carried(conversation.topic.stream)
    post_reply(topic=conversation.topic, author=cast.agency, source="Once", idempotency_key="k")
    edit_post(post=conversation.first, editor=cast.partner, source=conversation.first.source)
    delete_post(post=conversation.deleted, by=cast.partner)
    assert carried(conversation.topic.stream) == before


def test_streams_are_their_groups_readers_alone(cast: Cast, conversation: Conversation) -> None:
    key = str(conversation.topic.pk)
    people = cast.everyone()
    allowed = {people[who].pk for who in READERS}
    topics = readers_of_topics([(person.pk, key) for person in people.values()])
    forums = readers_of_forums([(person.pk, "agrifood") for person in people.values()])
    assert topics == {(pk, key) for pk in allowed}
    assert forums == {(pk, "agrifood") for pk in allowed}


def test_who_may_post_in_a_topic_may_show_that_they_type_until_it_is_locked(
    cast: Cast, conversation: Conversation
) -> None:
    key = str(conversation.topic.pk)
    people = cast.everyone()
    pairs = [(person.pk, key) for person in people.values()]
    writers = READERS - {"observer", "secretariat"}
    assert writers_of_topics(pairs) == {(people[who].pk, key) for who in writers}
    assert writers_of_topics([(cast.agency.pk, odd) for odd in ("", "x", "0", "9" * 30, "٣")]) == set()
    lock_topic(topic=conversation.topic, by=cast.deputy, locked=True)
    assert writers_of_topics(pairs) == set()


@pytest.mark.parametrize("key", ["", "0", "-1", "x", "٣", "1 ", "01", "9" * 30, "1\0", "\ud800", "agri\0food"])
def test_a_stream_that_is_not_there_has_no_readers(key: str, cast: Cast, conversation: Conversation) -> None:
    assert readers_of_topics([(cast.secretariat.pk, key)]) == set()
    assert readers_of_forums([(cast.secretariat.pk, key)]) == set()


@pytest.mark.once("the queries are as many with any database")
def test_readers_are_found_in_as_many_queries_for_many_as_for_one(
    cast: Cast, agrifood: WorkingGroup, django_assert_num_queries: Any
) -> None:
    topics = [start_topic(working_group=agrifood, author=cast.agency, title="T", source="S")[0] for _ in range(5)]
    with django_assert_num_queries(2):
        assert len(readers_of_topics([(cast.agency.pk, str(topics[0].pk))])) == 1
    everybody = [(person.pk, str(topic.pk)) for person in cast.everyone().values() for topic in topics]
    with django_assert_num_queries(2):
        assert len(readers_of_topics(everybody)) == len(READERS) * 5


def test_a_text_of_any_length_is_told_in_an_event_of_bounded_length(cast: Cast, conversation: Conversation) -> None:
    for source in ("\N{EAR OF RICE}" * 100_000, "<" * 100_000, "é" * 100_000, "|a|b|\n|-|-|\n" + "|c|d|\n" * 16_000):
        post, _ = post_reply(topic=conversation.topic, author=cast.agency, source=source)
        edit_post(post=post, editor=cast.agency, source=source[::-1])
    for name, data in carried(conversation.topic.stream):
        assert len(json.dumps(data)) < 210_000, name
    assert carried(conversation.topic.stream)[-1][1]["source"] is None
