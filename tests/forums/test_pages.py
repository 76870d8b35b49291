"""The forum's pages without a script: what they show, to whom, and that nothing typed is lost."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from forums.domain.moderating import pin_topic, resolve_topic
from forums.domain.posting import edit_post, post_reply, start_topic
from forums.domain.reading import mark_read, save_draft
from forums.models import Post, ReadMark, Topic
from groups.models import Membership, Person, WorkingGroup
from live.queries import Position, positions
from tests.conftest import Cast
from tests.forums.conftest import DELETED_TEXT, EDITED_AWAY, SECRET_TEXT, SECRET_TITLE, Conversation

ClientOf = Callable[[Person | None], Client]
READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}
MODERATORS = {"coordinator", "deputy", "secretariat"}
FORUM = "/groups/agrifood/forum/"


@pytest.mark.parametrize("who", sorted(READERS))
def test_the_trace_of_a_deleted_post_is_for_moderators_alone(
    who: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.everyone()[who])
    answer = client.get(f"/topics/{conversation.topic.pk}/posts/3/trace/")
    assert answer.status_code == (200 if who in MODERATORS else 404)
    assert (DELETED_TEXT in answer.content.decode().replace("&#x27;", "'")) is (who in MODERATORS)
    page = client.get(f"/topics/{conversation.topic.pk}/").content.decode().replace("&#x27;", "'")
    assert "This post was deleted." in page
    assert DELETED_TEXT not in page


def test_the_trace_of_an_edited_post_says_what_it_said_before(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.observer)
    page = client.get(f"/topics/{conversation.topic.pk}/posts/2/trace/").content.decode()
    assert EDITED_AWAY in page
    assert "Twelve, then." in page
    assert client.get(f"/topics/{conversation.topic.pk}/posts/1/trace/").status_code == 404


def test_a_topic_shows_its_posts_in_order_with_who_wrote_them(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    page = client_of(cast.observer).get(f"/topics/{conversation.topic.pk}/").content.decode()
    assert re.findall(r'id="post-(\d+)" data', page) == ["1", "2", "3", "4"]
    assert f"<h1>{SECRET_TITLE}</h1>" in page
    assert page.count("<h1") == 1
    for shown in ("Partner", "ARR Bielsko", "Silesia", "PL22", "<em>Lodi</em>", ">edited</a>"):
        assert shown in page
    assert "<textarea" not in page
    assert 'data-link="edit">' not in page


def test_each_reader_is_offered_what_they_may_do(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    def offered(person: Person) -> tuple[list[str], list[str], bool]:
        page = client_of(person).get(f"/topics/{conversation.topic.pk}/").content.decode()
        edits, deletions = (
            re.findall(rf'/posts/([1-9]\d*)/{verb}/" data-link="{verb}">', page) for verb in ("edit", "delete")
        )
        return edits, deletions, "<textarea" in page

    assert offered(cast.observer) == ([], [], False)
    assert offered(cast.partner) == (["1"], ["1"], True)
    assert offered(cast.director) == ([], [], True)
    assert offered(cast.coordinator) == (["4"], ["1", "2", "4"], True)
    assert offered(cast.secretariat) == ([], ["1", "2", "4"], False)


def test_a_post_that_comes_while_the_page_is_made_is_on_it(
    cast: Cast,
    client_of: ClientOf,
    conversation: Conversation,
    many_posts: Callable[[Topic, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many_posts(conversation.topic, 60)
    mark_read(topic=conversation.topic, person=cast.observer, number=64)

    def positions_a_moment_later(streams: Sequence[str]) -> dict[str, Position]:
        post_reply(topic=conversation.topic, author=cast.agency, source="Just before the head was read")
        return positions(streams)

    monkeypatch.setattr("forums.views.topics.positions", positions_a_moment_later)
    page = client_of(cast.observer).get(f"/topics/{conversation.topic.pk}/").content.decode()
    assert "Just before the head was read" in page
    assert re.findall(r'id="post-(\d+)" data', page)[-1] == "65"


def test_an_empty_forum_says_what_belongs_there_and_offers_the_first_step_to_those_who_may(
    cast: Cast, client_of: ClientOf
) -> None:
    assert "Open the first topic" in client_of(cast.agency).get(FORUM).content.decode()
    page = client_of(cast.observer).get(FORUM).content.decode()
    assert "Nobody has opened a topic yet" in page
    assert "Open the first topic" not in page
    assert "<textarea" not in page


def test_the_list_shows_unread_posts_and_leads_to_the_first_of_them(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    mark_read(topic=conversation.topic, person=cast.agency, number=1)
    pk = conversation.topic.pk
    page = client_of(cast.agency).get(FORUM).content.decode()
    assert "1 unread post<" in page
    assert f'href="/topics/{pk}/?from=4#post-4"' in page
    client_of(cast.agency).post(f"/topics/{pk}/read/", {"number": "4"})
    page = client_of(cast.agency).get(FORUM).content.decode()
    assert "unread post" not in page
    assert f'href="/topics/{pk}/"' in page


def test_what_came_in_after_the_page_was_shown_is_not_marked_as_read(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.observer)
    page = client.get(f"/topics/{conversation.topic.pk}/").content.decode()
    shown = re.search(r'name="number" value="(\d+)"', page)
    assert shown is not None
    post_reply(topic=conversation.topic, author=cast.agency, source="Meanwhile")
    client.post(f"/topics/{conversation.topic.pk}/read/", {"number": shown[1]})
    assert ReadMark.objects.get().number == 4


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "1.5"])
def test_a_mark_that_is_no_number_moves_nothing(
    number: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    answer = client_of(cast.observer).post(f"/topics/{conversation.topic.pk}/read/", {"number": number})
    assert answer.status_code == 302
    assert list(ReadMark.objects.values_list("number", flat=True)) in ([], [0])


def hidden_key(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_sending_the_same_form_twice_posts_once(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    client = client_of(cast.agency)
    path = f"/topics/{conversation.topic.pk}/"
    form = {"source": "Posted by the form", "idempotency_key": hidden_key(client.get(path).content.decode())}
    answers = [client.post(path, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{path}?from=5#post-5"] * 2
    assert Post.objects.filter(topic=conversation.topic).count() == 5


def test_a_form_brought_back_with_another_text_keeps_it_and_offers_to_post_it_too(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    path = f"/topics/{conversation.topic.pk}/"
    form = {"source": "First", "idempotency_key": hidden_key(client.get(path).content.decode())}
    client.post(path, form)
    again = client.post(path, {**form, "source": "Second"})
    page = again.content.decode()
    assert again.status_code == 422
    assert "has already posted (post 5)" in page
    assert ">\nSecond</textarea>" in page
    assert hidden_key(page) != form["idempotency_key"]
    assert client.post(path, {"source": "Second", "idempotency_key": hidden_key(page)}).status_code == 302
    assert Post.objects.filter(topic=conversation.topic).count() == 6


@pytest.mark.parametrize("source", ["", "   ", "NUL \0 here", "x" * 100_001], ids=["empty", "blank", "NUL", "long"])
def test_a_form_that_is_refused_keeps_what_was_typed_and_says_why_at_the_field(
    source: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    for path, form in (
        (FORUM, {"title": "My title", "source": source, "idempotency_key": "k"}),
        (f"/topics/{conversation.topic.pk}/", {"source": source, "idempotency_key": "k"}),
        (f"/topics/{conversation.topic.pk}/posts/2/edit/", {"source": source, "revision": "1"}),
    ):
        answer = client.post(path, form)
        page = answer.content.decode()
        assert answer.status_code == 422, path
        assert 'aria-invalid="true"' in page
        assert "error-summary" in page
        assert f">\n{source}</textarea>" in page
    assert (Post.objects.count(), Topic.objects.count()) == (4, 1)


def test_a_form_without_its_key_or_with_a_broken_one_is_refused_and_not_a_failure(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    path = f"/topics/{conversation.topic.pk}/"
    for key in ({}, {"idempotency_key": "x" * 300}, {"idempotency_key": "\0"}):
        answer = client.post(path, {"source": "Kept", **key})
        assert answer.status_code == 422
        assert "Kept</textarea>" in answer.content.decode()


def test_an_edit_of_an_older_revision_keeps_both_texts_in_sight(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    path = f"/topics/{conversation.topic.pk}/posts/2/edit/"
    answer = client.post(path, {"source": "The agency's words", "revision": "0"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody edited this post while you did" in page
    assert "The agency&#x27;s words</textarea>" in page
    assert "Twelve, then." in page
    assert client.post(path, {"source": "Agreed words", "revision": "1"}).status_code == 302
    assert Post.objects.get(pk=conversation.edited.pk).source == "Agreed words"


def test_a_draft_is_in_the_form_again_and_posts_once(
    cast: Cast, client_of: ClientOf, conversation: Conversation, agrifood: WorkingGroup
) -> None:
    begun = {"working_group": agrifood, "person": cast.agency, "source": "Half a thou", "version": 0}
    save_draft(**begun, topic=conversation.topic, title="", idempotency_key="reply1")
    save_draft(**begun, topic=None, title="Half a title", idempotency_key="topic1")
    client = client_of(cast.agency)
    page = client.get(f"/topics/{conversation.topic.pk}/").content.decode()
    assert "Half a thou</textarea>" in page
    assert hidden_key(page) == "reply1"
    assert 'data-draft-version="1"' in page
    page = client.get(FORUM).content.decode()
    assert 'value="Half a title"' in page
    assert hidden_key(page) == "topic1"
    assert "Half a thou" not in client_of(cast.coordinator).get(FORUM).content.decode()


def test_a_long_topic_has_pages(cast: Cast, client_of: ClientOf, conversation: Conversation, many_posts: Any) -> None:
    many_posts(conversation.topic, 116)
    client = client_of(cast.partner)
    path = f"/topics/{conversation.topic.pk}/"
    mark_read(topic=conversation.topic, person=cast.partner, number=120)

    def shown(query: str = "") -> tuple[int, int]:
        numbers = re.findall(r'id="post-(\d+)" data', client.get(path + query).content.decode())
        return int(numbers[0]), int(numbers[-1])

    assert shown() == (71, 120)
    assert shown("?from=21") == (21, 70)
    assert shown("?from=1") == (1, 50)
    for odd in ("?from=", "?from=x", "?from=-3", "?from=99999999999999999999", "?from=%00", "?from=٣"):
        assert shown(odd) == (71, 120)
    last = client.get(path).content.decode()
    assert f'href="{path}?before=71"' in last
    assert "70 earlier posts" in last
    assert shown("?before=71") == (21, 70)
    assert f'href="{path}?from=51"' in client.get(f"{path}?from=1").content.decode()


def test_a_long_topic_opens_where_the_unread_posts_begin(
    cast: Cast, client_of: ClientOf, conversation: Conversation, many_posts: Any
) -> None:
    many_posts(conversation.topic, 196)
    mark_read(topic=conversation.topic, person=cast.observer, number=99)
    path = f"/topics/{conversation.topic.pk}/"
    page = client_of(cast.observer).get(path).content.decode()
    order = re.findall(r'id="post-(\d+)" data|(class="unread-line)', page)
    shown = [number or line for number, line in order]
    assert shown[:5] == ["97", "98", "99", 'class="unread-line', "100"]
    assert shown[-1] == "146"
    assert f'href="{path}?before=97"' in page
    assert f'href="{path}?from=147"' in page
    assert 'data-read="99"' in page


def test_what_precedes_the_first_unread_post_counts_as_read_also_past_the_mark(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    mark_read(topic=conversation.topic, person=cast.partner, number=2)
    page = client_of(cast.partner).get(f"/topics/{conversation.topic.pk}/?from=4").content.decode()
    assert 'data-read="3"' in page
    mark_read(topic=conversation.topic, person=cast.partner, number=4)
    assert 'data-read="4"' in client_of(cast.partner).get(f"/topics/{conversation.topic.pk}/").content.decode()


def test_the_list_says_who_spoke_and_which_regions_are_silent(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    topic, _ = start_topic(working_group=agrifood, author=cast.partner, title="Soil", source="Text")
    page = client_of(cast.observer).get(FORUM).content.decode()
    assert "Written by Partner<" in page
    assert "Silesia: silent so far" in page
    assert "Lombardy: has written" in page
    post_reply(topic=topic, author=cast.agency, source="Here too")
    page = client_of(cast.observer).get(FORUM).content.decode()
    assert "Written by Agency, Partner<" in page
    assert "silent so far" not in page


def test_the_list_can_be_narrowed_and_pinned_topics_come_first(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    made = {
        title: start_topic(working_group=agrifood, author=cast.partner, title=title, source="Text")[0]
        for title in ("Soil", "Water", "Air")
    }
    pin_topic(topic=made["Soil"], by=cast.deputy, pinned=True)
    resolve_topic(topic=made["Air"], by=cast.partner, resolved=True)
    mark_read(topic=made["Water"], person=cast.observer, number=1)

    def titles(query: str = "") -> list[str]:
        page = client_of(cast.observer).get(FORUM + query).content.decode()
        return re.findall(r'<p class="row-title">\s*<a [^>]*>([^<]*)</a>', page)

    assert titles() == ["Soil", "Air", "Water"]
    assert titles("?show=unread") == ["Soil", "Air"]
    assert titles("?show=unresolved") == ["Soil", "Water"]
    assert titles("?show=nonsense") == ["Soil", "Air", "Water"]
    for topic in made.values():
        mark_read(topic=topic, person=cast.observer, number=1)
    page = client_of(cast.observer).get(f"{FORUM}?show=unread").content.decode()
    assert "You have read everything" in page


def test_the_separator_stands_before_the_first_post_that_is_new(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    mark_read(topic=conversation.topic, person=cast.observer, number=2)
    page = client_of(cast.observer).get(f"/topics/{conversation.topic.pk}/").content.decode()
    order = re.findall(r'id="post-(\d+)" data|(class="unread-line)', page)
    assert [number or line for number, line in order] == ["1", "2", "3", 'class="unread-line', "4"]


@pytest.mark.parametrize("pk", ["0", "9" * 18, str(2**63), "9" * 100])
def test_a_number_that_is_no_topic_is_not_there(pk: str, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.secretariat)
    for path in ("", "posts/1/edit/", "posts/1/delete/", "posts/1/trace/"):
        assert client.get(f"/topics/{pk}/{path}").status_code == 404


def test_a_removed_members_posts_stay_with_their_name(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    Membership.objects.filter(person=cast.partner).update(ended_at=conversation.first.created_at)
    page = client_of(cast.observer).get(f"/topics/{conversation.topic.pk}/").content.decode()
    assert SECRET_TEXT in page
    assert "Partner" in page
    assert client_of(cast.partner).get(f"/topics/{conversation.topic.pk}/").status_code == 404


def test_a_hostile_title_and_text_are_shown_and_not_run(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    topic, _ = start_topic(working_group=agrifood, author=cast.partner, title=hostile, source=hostile)
    for path in (FORUM, f"/topics/{topic.pk}/", f"/topics/{topic.pk}/posts/1/edit/"):
        page = client_of(cast.partner).get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.once("the queries are as many with any database")
def test_pages_take_as_many_queries_for_fifty_rows_as_for_one(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, many_posts: Any, count_queries: Any
) -> None:
    topic, _ = start_topic(working_group=agrifood, author=cast.agency, title="T", source="S")
    client = client_of(cast.coordinator)
    paths = [FORUM, f"/topics/{topic.pk}/"]
    few = [count_queries(lambda path=path: client.get(path)) for path in paths]
    many_posts(topic, 50)
    for number in range(49):
        start_topic(working_group=agrifood, author=cast.partner, title=f"T{number}", source=f"S{number}")
    many = [count_queries(lambda path=path: client.get(path)) for path in paths]
    assert many == few


def test_who_wrote_last_and_who_changed_what_are_whole_sentences(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    def words(path: str) -> str:
        return " ".join(strip_tags(client_of(cast.coordinator).get(path).content.decode()).split())

    base = f"/topics/{conversation.topic.pk}/posts"
    assert "4 posts · last by Coordinator, " in words(FORUM)
    assert "Until it was changed by Agency, " in words(f"{base}/2/trace/")
    assert "Until it was deleted by Partner, " in words(f"{base}/3/trace/")


@pytest.mark.once("the queries are as many with any database")
def test_the_trace_takes_as_many_queries_for_many_changes_as_for_one(
    cast: Cast, client_of: ClientOf, conversation: Conversation, count_queries: Any
) -> None:
    client = client_of(cast.observer)
    path = f"/topics/{conversation.topic.pk}/posts/2/trace/"
    few = count_queries(lambda: client.get(path))
    for number in range(20):
        edit_post(post=conversation.edited, editor=cast.agency, source=f"Change {number}")
    assert count_queries(lambda: client.get(path)) == few
