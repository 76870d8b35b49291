"""Read marks and drafts: each person's own, and never moving back or overwriting unseen."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from forums.domain.posting import delete_post, post_reply, start_topic
from forums.domain.reading import AlreadyPosted, DraftConflict, mark_read, save_draft
from forums.models import Draft, ReadMark, Topic
from forums.queries import (
    PostWindow,
    draft_of,
    post_window,
    posts_after,
    preview_of,
    read_mark,
    topic_rows,
    topics_of,
    unread_posts_in,
)
from forums.queries.posts import CHARACTERS_ON_A_PAGE
from groups.models import Person, WorkingGroup
from groups.standing import standing_of
from tests.conftest import Cast
from tests.forums.conftest import Conversation

READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}
WRITERS = {"coordinator", "deputy", "agency", "partner", "director"}
EVERYONE = Cast.__dataclass_fields__


def unread(person: Person, topic: Topic) -> tuple[int, int]:
    row = topic_rows(standing_of(person), [topic])[0]
    return row.unread, row.first_unread


@pytest.mark.parametrize("who", EVERYONE)
def test_whoever_reads_a_topic_has_a_mark_in_it_and_nobody_else(
    who: str, cast: Cast, conversation: Conversation
) -> None:
    person = cast.everyone()[who]
    if who in READERS:
        assert mark_read(topic=conversation.topic, person=person, number=2) == 2
    else:
        with pytest.raises(PermissionDenied):
            mark_read(topic=conversation.topic, person=person, number=2)
        assert not ReadMark.objects.exists()


def test_a_mark_moves_forward_only_and_not_past_the_last_post(cast: Cast, conversation: Conversation) -> None:
    moves = [2, 1, 3, 10**30, 0]
    marks = [mark_read(topic=conversation.topic, person=cast.observer, number=number) for number in moves]
    assert marks == [2, 2, 3, 4, 4]
    assert read_mark(standing_of(cast.observer), conversation.topic) == 4
    assert read_mark(standing_of(cast.agency), conversation.topic) == 0


def test_a_mark_below_zero_is_refused(cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(ValidationError):
        mark_read(topic=conversation.topic, person=cast.observer, number=-1)


def test_unread_is_what_others_wrote_after_my_mark_and_did_not_delete(cast: Cast, conversation: Conversation) -> None:
    assert unread(cast.observer, conversation.topic) == (3, 1)
    assert unread(cast.partner, conversation.topic) == (2, 2)
    mark_read(topic=conversation.topic, person=cast.observer, number=2)
    assert unread(cast.observer, conversation.topic) == (1, 4)
    mark_read(topic=conversation.topic, person=cast.observer, number=4)
    assert unread(cast.observer, conversation.topic) == (0, 4)
    delete_post(post=conversation.last, by=cast.coordinator)
    assert unread(cast.agency, conversation.topic) == (1, 1)


def test_unread_posts_are_counted_by_group(cast: Cast, conversation: Conversation, tourism: WorkingGroup) -> None:
    start_topic(working_group=tourism, author=cast.outsider, title="Trails", source="Text")
    agrifood = conversation.topic.working_group
    both = [agrifood.pk, tourism.pk]
    assert unread_posts_in(standing_of(cast.secretariat), both) == {agrifood.pk: 3, tourism.pk: 1}
    assert unread_posts_in(standing_of(cast.observer), both) == {agrifood.pk: 3}
    assert unread_posts_in(standing_of(cast.removed), both) == {}


@pytest.mark.parametrize("who", EVERYONE)
def test_topics_are_listed_for_their_groups_readers_and_nobody_else(
    who: str, cast: Cast, conversation: Conversation
) -> None:
    standing = standing_of(cast.everyone()[who])
    seen = list(topics_of(standing, conversation.topic.working_group))
    assert seen == ([conversation.topic] if who in READERS else [])


def keep(person: Person, topic: Topic, source: str, *, key: str = "k", version: int = 0) -> Draft | None:
    return save_draft(
        working_group=topic.working_group,
        topic=topic,
        person=person,
        title="",
        source=source,
        idempotency_key=key,
        version=version,
    )


@pytest.mark.parametrize("who", EVERYONE)
def test_whoever_may_post_keeps_drafts_and_nobody_else(who: str, cast: Cast, conversation: Conversation) -> None:
    person = cast.everyone()[who]
    if who in WRITERS:
        keep(person, conversation.topic, "Begun")
        assert Draft.objects.get().person == person
    else:
        with pytest.raises(PermissionDenied):
            keep(person, conversation.topic, "Begun")
        assert not Draft.objects.exists()


def test_a_draft_is_its_writers_alone(cast: Cast, conversation: Conversation) -> None:
    keep(cast.agency, conversation.topic, "Begun")
    group = conversation.topic.working_group
    mine = draft_of(standing_of(cast.agency), working_group=group, topic=conversation.topic)
    assert mine is not None
    assert mine.source == "Begun"
    assert draft_of(standing_of(cast.agency), working_group=group, topic=None) is None
    assert draft_of(standing_of(cast.coordinator), working_group=group, topic=conversation.topic) is None
    assert draft_of(standing_of(None), working_group=group, topic=conversation.topic) is None


def test_a_reply_and_a_new_topic_have_their_own_drafts(
    cast: Cast, conversation: Conversation, agrifood: WorkingGroup
) -> None:
    keep(cast.agency, conversation.topic, "A reply")
    save_draft(
        working_group=agrifood,
        topic=None,
        person=cast.agency,
        title="A title",
        source="",
        idempotency_key="t",
        version=0,
    )
    assert set(Draft.objects.values_list("topic", "title", "source")) == {
        (conversation.topic.pk, "", "A reply"),
        (None, "A title", ""),
    }


def test_a_draft_saved_elsewhere_is_not_overwritten_unseen(cast: Cast, conversation: Conversation) -> None:
    first = keep(cast.agency, conversation.topic, "From the office")
    assert first is not None
    with pytest.raises(DraftConflict) as caught:
        keep(cast.agency, conversation.topic, "From the train", key="other")
    assert caught.value.held.source == "From the office"
    second = keep(cast.agency, conversation.topic, "From the train", key="other", version=first.version)
    assert second is not None
    assert (second.version, second.source, Draft.objects.count()) == (2, "From the train", 1)


def test_emptying_a_draft_removes_it(cast: Cast, conversation: Conversation) -> None:
    keep(cast.agency, conversation.topic, "Begun")
    assert keep(cast.agency, conversation.topic, " \n", version=1) is None
    assert not Draft.objects.exists()


def test_posting_a_draft_removes_it_and_its_last_saving_does_not_bring_it_back(
    cast: Cast, conversation: Conversation
) -> None:
    keep(cast.agency, conversation.topic, "Done", key="mine")
    post_reply(topic=conversation.topic, author=cast.agency, source="Done", idempotency_key="mine")
    assert not Draft.objects.exists()
    with pytest.raises(AlreadyPosted):
        keep(cast.agency, conversation.topic, "Don", key="mine", version=1)
    assert not Draft.objects.exists()


def test_posting_something_else_leaves_the_draft(cast: Cast, conversation: Conversation) -> None:
    keep(cast.agency, conversation.topic, "Not done", key="mine")
    post_reply(topic=conversation.topic, author=cast.agency, source="Quick answer", idempotency_key="other")
    post_reply(topic=conversation.topic, author=cast.agency, source="From a program")
    assert Draft.objects.get().source == "Not done"


def test_opening_a_drafted_topic_removes_its_draft(cast: Cast, agrifood: WorkingGroup) -> None:
    begun = {"working_group": agrifood, "topic": None, "person": cast.agency, "title": "T", "source": "S"}
    save_draft(**begun, idempotency_key="t", version=0)
    start_topic(working_group=agrifood, author=cast.agency, title="T", source="S", idempotency_key="t")
    with pytest.raises(AlreadyPosted):
        save_draft(**begun, idempotency_key="t", version=1)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"source": "x" * 100_001}, "source"),
        ({"source": "\0"}, "source"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"version": -1}, "version"),
        ({"version": 10**30}, "version"),
    ],
)
def test_a_draft_that_cannot_be_stored_is_refused_at_its_field(
    change: dict[str, object], field: str, cast: Cast, agrifood: WorkingGroup
) -> None:
    begun = {"title": "T", "source": "S", "idempotency_key": "k", "version": 0} | change
    with pytest.raises(ValidationError) as caught:
        save_draft(working_group=agrifood, topic=None, person=cast.agency, **begun)
    assert list(caught.value.message_dict) == [field]


def test_a_page_shows_the_last_fifty_posts_or_those_from_a_number_on(
    conversation: Conversation, many_posts: object
) -> None:
    many_posts(conversation.topic, 116)
    conversation.topic.refresh_from_db()
    shapes = {}
    for start in (None, 1, 30, 71, 72, 5000):
        window = post_window(conversation.topic, start=start)
        assert [view.post.number for view in window.posts] == list(range(window.first, window.last + 1))
        shapes[start] = (window.first, window.last, window.reaches_end)
    assert shapes == {
        None: (71, 120, True),
        1: (1, 50, False),
        30: (30, 79, False),
        71: (71, 120, True),
        72: (71, 120, True),
        5000: (71, 120, True),
    }


def numbers(window: PostWindow) -> list[int]:
    return [view.post.number for view in window.posts]


def test_a_page_is_bounded_by_its_characters_too_and_holds_one_post_at_least(
    cast: Cast, agrifood: WorkingGroup, many_posts: object
) -> None:
    topic, _ = start_topic(working_group=agrifood, author=cast.agency, title="Long", source="Short")
    for letter in "bcde":
        post_reply(topic=topic, author=cast.agency, source=letter * 90_000)
    table = "|a|b|\n|-|-|\n" + "|c|d|\n" * 4_900
    post_reply(topic=topic, author=cast.agency, source=table)
    post_reply(topic=topic, author=cast.agency, source="Short")
    topic.refresh_from_db()
    assert len(preview_of(table)) > CHARACTERS_ON_A_PAGE - 90_000
    assert numbers(post_window(topic)) == [6, 7]
    assert numbers(post_window(topic, before=6)) == [4, 5]
    assert numbers(post_window(topic, before=4)) == [1, 2, 3]
    assert numbers(post_window(topic, start=1)) == [1, 2, 3]
    assert numbers(post_window(topic, start=5)) == [5]
    assert numbers(post_window(topic, start=7)) == [6, 7]
    for window in (post_window(topic), post_window(topic, start=1), post_window(topic, before=4)):
        assert sum(len(view.html) for view in window.posts) <= CHARACTERS_ON_A_PAGE


def test_the_page_before_a_number_ends_with_the_post_before_it(conversation: Conversation, many_posts: object) -> None:
    many_posts(conversation.topic, 116)
    conversation.topic.refresh_from_db()
    assert numbers(post_window(conversation.topic, before=71)) == list(range(21, 71))
    assert numbers(post_window(conversation.topic, before=21)) == list(range(1, 21))
    for odd in (0, 1, 2):
        assert numbers(post_window(conversation.topic, before=odd)) == [1]
    assert numbers(post_window(conversation.topic, before=10**9))[-1] == 120


def test_an_answer_ends_at_its_bounds_but_holds_at_least_one_post(
    conversation: Conversation, many_posts: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_posts(conversation.topic, 6)
    monkeypatch.setattr("forums.queries.posts.POSTS_IN_AN_ANSWER", 4)
    assert [post.number for post in posts_after(conversation.topic, 2)] == [3, 4, 5, 6]
    monkeypatch.setattr("forums.queries.posts.CHARACTERS_IN_AN_ANSWER", 1)
    assert [post.number for post in posts_after(conversation.topic, 4)] == [5]
    assert posts_after(conversation.topic, 10) == []
