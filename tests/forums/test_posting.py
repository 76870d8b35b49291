"""What posting, editing and deleting do, and what they refuse."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.domain.posting import KeyUsedTwice, delete_post, edit_post, post_reply, start_topic
from forums.models import Post, PostRevision, Topic
from groups.models import Membership, WorkingGroup
from tests.conftest import Cast
from tests.forums.conftest import DELETED_TEXT, EDITED_AWAY, SECRET_TEXT, Conversation

WRITERS = {"coordinator", "deputy", "agency", "partner", "director"}
MODERATORS = {"coordinator", "deputy", "secretariat"}
EVERYONE = Cast.__dataclass_fields__


def test_a_topic_starts_with_its_first_post(cast: Cast, agrifood: WorkingGroup) -> None:
    topic, is_new = start_topic(
        working_group=agrifood, author=cast.partner, title="  Soil \n days ", source="Who comes?\r\nWe do."
    )
    assert is_new
    assert (topic.title, topic.author, topic.working_group, topic.last_post_number) == (
        "Soil days",
        cast.partner,
        agrifood,
        1,
    )
    post = Post.objects.get()
    assert (post.topic, post.number, post.author, post.source) == (topic, 1, cast.partner, "Who comes?\nWe do.")


def test_posts_are_numbered_without_a_gap(conversation: Conversation) -> None:
    assert list(Post.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert conversation.topic.last_post_number == 4
    assert conversation.topic.last_post_at == conversation.last.created_at


@pytest.mark.parametrize("who", EVERYONE)
def test_members_and_the_exchange_director_start_topics_and_reply_and_nobody_else(
    who: str, cast: Cast, agrifood: WorkingGroup, conversation: Conversation
) -> None:
    person = cast.everyone()[who]
    before = (Topic.objects.count(), Post.objects.count())
    if who in WRITERS:
        start_topic(working_group=agrifood, author=person, title="Mine", source="Text")
        post_reply(topic=conversation.topic, author=person, source="Text")
        assert (Topic.objects.count(), Post.objects.count()) == (before[0] + 1, before[1] + 2)
    else:
        with pytest.raises(PermissionDenied):
            start_topic(working_group=agrifood, author=person, title="Mine", source="Text")
        with pytest.raises(PermissionDenied):
            post_reply(topic=conversation.topic, author=person, source="Text")
        assert (Topic.objects.count(), Post.objects.count()) == before


@pytest.mark.parametrize("who", EVERYONE)
def test_only_the_author_edits_a_post(who: str, cast: Cast, conversation: Conversation) -> None:
    person = cast.everyone()[who]
    if who == "partner":
        assert edit_post(post=conversation.first, editor=person, source="New").source == "New"
    else:
        with pytest.raises(PermissionDenied):
            edit_post(post=conversation.first, editor=person, source="New")
        conversation.first.refresh_from_db()
        assert (conversation.first.source, conversation.first.revision) == (SECRET_TEXT, 0)


@pytest.mark.parametrize("who", EVERYONE)
def test_the_author_and_the_moderators_delete_a_post_and_nobody_else(
    who: str, cast: Cast, conversation: Conversation
) -> None:
    person = cast.everyone()[who]
    if who in MODERATORS | {"partner"}:
        assert delete_post(post=conversation.first, by=person).deleted_by == person
    else:
        with pytest.raises(PermissionDenied):
            delete_post(post=conversation.first, by=person)
        conversation.first.refresh_from_db()
        assert conversation.first.deleted_at is None


def test_a_removed_author_cannot_touch_what_they_wrote_and_it_keeps_their_name(
    cast: Cast, conversation: Conversation
) -> None:
    Membership.objects.filter(person=cast.partner).update(ended_at=conversation.first.created_at)
    with pytest.raises(PermissionDenied):
        edit_post(post=conversation.first, editor=cast.partner, source="New")
    with pytest.raises(PermissionDenied):
        delete_post(post=conversation.first, by=cast.partner)
    assert Post.objects.get(pk=conversation.first.pk).author.name == "Partner"


def test_an_author_who_became_an_observer_no_longer_edits(cast: Cast, conversation: Conversation) -> None:
    Membership.objects.filter(person=cast.partner).update(role="observer")
    with pytest.raises(PermissionDenied):
        edit_post(post=conversation.first, editor=cast.partner, source="New")


def test_the_same_key_and_text_post_once(cast: Cast, conversation: Conversation) -> None:
    first = post_reply(topic=conversation.topic, author=cast.agency, source="Once.\r\n", idempotency_key="k")
    again = post_reply(topic=conversation.topic, author=cast.agency, source="Once.\n", idempotency_key="k")
    assert first[1] is True
    assert again == (first[0], False)
    assert Post.objects.filter(topic=conversation.topic).count() == 5


def test_a_key_used_for_another_text_is_told_apart_and_posts_nothing(cast: Cast, conversation: Conversation) -> None:
    post, _ = post_reply(topic=conversation.topic, author=cast.agency, source="Once.", idempotency_key="k")
    with pytest.raises(KeyUsedTwice) as caught:
        post_reply(topic=conversation.topic, author=cast.agency, source="Twice.", idempotency_key="k")
    assert caught.value.post == post
    assert Post.objects.filter(topic=conversation.topic).count() == 5


def test_a_repeated_request_is_known_after_its_post_was_edited_or_deleted(
    cast: Cast, conversation: Conversation
) -> None:
    post, _ = post_reply(topic=conversation.topic, author=cast.agency, source="Once.", idempotency_key="k")
    edit_post(post=post, editor=cast.agency, source="Better.")
    again, is_new = post_reply(topic=conversation.topic, author=cast.agency, source="Once.", idempotency_key="k")
    assert (again.source, is_new) == ("Better.", False)
    delete_post(post=post, by=cast.agency)
    again, is_new = post_reply(topic=conversation.topic, author=cast.agency, source="Once.", idempotency_key="k")
    assert (again.source, again.is_deleted, is_new) == ("", True, False)


def test_two_people_may_use_the_same_key(cast: Cast, conversation: Conversation) -> None:
    post_reply(topic=conversation.topic, author=cast.agency, source="One", idempotency_key="k")
    _, is_new = post_reply(topic=conversation.topic, author=cast.partner, source="Two", idempotency_key="k")
    assert is_new


def test_the_same_key_and_texts_start_one_topic(cast: Cast, agrifood: WorkingGroup) -> None:
    first, is_new = start_topic(
        working_group=agrifood, author=cast.agency, title="Soil", source="Text", idempotency_key="k"
    )
    again, is_new_again = start_topic(
        working_group=agrifood, author=cast.agency, title="Soil", source="Text", idempotency_key="k"
    )
    assert (first, is_new, again, is_new_again) == (again, True, first, False)
    with pytest.raises(KeyUsedTwice):
        start_topic(working_group=agrifood, author=cast.agency, title="Water", source="Text", idempotency_key="k")
    assert Topic.objects.count() == 1


@pytest.mark.parametrize(
    "source",
    ["", " \r\n\t ", "  \n\u200b ", "NUL \0 inside", "half \ud83d a pair", "x" * 100_001],
    ids=["empty", "blank", "unseen", "NUL", "surrogate", "too long"],
)
def test_a_text_that_cannot_be_posted_is_refused_at_its_field(
    source: str, cast: Cast, agrifood: WorkingGroup, conversation: Conversation
) -> None:
    for attempt in (
        lambda: post_reply(topic=conversation.topic, author=cast.agency, source=source),
        lambda: start_topic(working_group=agrifood, author=cast.agency, title="Fine", source=source),
        lambda: edit_post(post=conversation.first, editor=cast.partner, source=source),
    ):
        with pytest.raises(ValidationError) as caught:
            attempt()
        assert list(caught.value.message_dict) == ["source"]


def test_the_longest_text_fits(cast: Cast, conversation: Conversation) -> None:
    post, _ = post_reply(topic=conversation.topic, author=cast.agency, source="é" * 100_000)
    assert len(Post.objects.get(pk=post.pk).source) == 100_000


@pytest.mark.parametrize("title", ["", "  ", "a\0b", "\ud83d", "bell \a", "x" * 201])
def test_a_title_that_cannot_be_shown_is_refused_at_its_field(title: str, cast: Cast, agrifood: WorkingGroup) -> None:
    with pytest.raises(ValidationError) as caught:
        start_topic(working_group=agrifood, author=cast.agency, title=title, source="Text")
    assert list(caught.value.message_dict) == ["title"]


def test_everything_wrong_with_a_new_topic_is_said_at_once(cast: Cast, agrifood: WorkingGroup) -> None:
    with pytest.raises(ValidationError) as caught:
        start_topic(working_group=agrifood, author=cast.agency, title="", source="")
    assert set(caught.value.message_dict) == {"title", "source"}


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel", "a\nb", "\0"])
def test_a_key_out_of_bounds_is_refused(key: str, cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(ValidationError) as caught:
        post_reply(topic=conversation.topic, author=cast.agency, source="Text", idempotency_key=key)
    assert list(caught.value.message_dict) == ["idempotency_key"]


def test_an_edit_leaves_a_trace_of_what_was_and_who_changed_it(cast: Cast, conversation: Conversation) -> None:
    edit_post(post=conversation.first, editor=cast.partner, source="Second")
    edited = edit_post(post=conversation.first, editor=cast.partner, source="Third")
    trace = PostRevision.objects.filter(post=edited).values_list("number", "source", "person__name")
    assert list(trace) == [(1, conversation.first.source, "Partner"), (2, "Second", "Partner")]
    assert (edited.revision, edited.source) == (2, "Third")
    assert edited.edited_at is not None


def test_saving_the_same_text_again_changes_nothing(cast: Cast, conversation: Conversation) -> None:
    edited = edit_post(post=conversation.first, editor=cast.partner, source=conversation.first.source)
    assert (edited.revision, edited.edited_at) == (0, None)


def test_an_edit_of_an_older_revision_overwrites_nothing(cast: Cast, conversation: Conversation) -> None:
    edit_post(post=conversation.first, editor=cast.partner, source="Second", revision=0)
    with pytest.raises(ValidationError, match="Somebody edited"):
        edit_post(post=conversation.first, editor=cast.partner, source="Mine", revision=0)
    conversation.first.refresh_from_db()
    assert conversation.first.source == "Second"


def test_a_deleted_post_keeps_its_place_and_its_text_only_as_a_trace(cast: Cast, conversation: Conversation) -> None:
    gone = conversation.deleted
    assert (gone.number, gone.author, gone.source, gone.deleted_by) == (3, cast.partner, "", cast.partner)
    assert PostRevision.objects.get(post=gone).source == DELETED_TEXT
    assert conversation.topic.last_post_number == 4


def test_deleting_again_changes_nothing_and_editing_what_is_deleted_is_refused(
    cast: Cast, conversation: Conversation
) -> None:
    again = delete_post(post=conversation.deleted, by=cast.coordinator)
    assert again.deleted_by == cast.partner
    with pytest.raises(ValidationError, match="deleted meanwhile"):
        edit_post(post=conversation.deleted, editor=cast.partner, source="Back")
    assert PostRevision.objects.filter(source=EDITED_AWAY).count() == 1
    assert PostRevision.objects.filter(post=conversation.deleted).count() == 1


def test_a_text_is_looked_up_once_and_rendered_once_and_kept_with_its_post(
    cast: Cast, conversation: Conversation
) -> None:
    with CaptureQueriesContext(connection) as queries:
        post_reply(topic=conversation.topic, author=cast.agency, source="A text that is **new**.")
    told = [query["sql"] for query in queries]
    of_renderings = [sql for sql in told if "markup_storedrendering" in sql]
    assert [sql.split()[0] for sql in of_renderings] == ["SELECT", "INSERT"]
    (of_post,) = [sql for sql in told if sql.startswith('INSERT INTO "forums_post"')]
    assert told.index(of_renderings[0]) < told.index(of_post) < told.index(of_renderings[1])
