"""The forum over HTTP: what it answers, to whom, and what it makes of hostile input."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from forums.domain.posting import post_reply, start_topic
from forums.models import Draft, Post, ReadMark, Topic
from groups.domain.tokens import make_token
from groups.models import Person, WorkingGroup
from tests.conftest import Cast
from tests.forums.conftest import DELETED_TEXT, SECRET_TEXT, SECRET_TITLE, Conversation

ClientOf = Callable[[Person | None], Client]
READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}
WRITERS = {"coordinator", "deputy", "agency", "partner", "director"}
MODERATORS = {"coordinator", "deputy", "secretariat"}
EVERYONE = (*Cast.__dataclass_fields__, "nobody")


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    content = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
    return client.generic(method, path, content or b"", content_type="application/json", headers=headers)


def operations(topic: Topic) -> list[tuple[str, str, Any, set[str], int]]:
    """Every operation on the topic: method, path, body, who may, and the answer to those."""
    base = f"/api/topics/{topic.pk}"
    return [
        ("GET", "/api/groups/agrifood/topics", None, READERS, 200),
        ("POST", "/api/groups/agrifood/topics", {"title": "New", "source": "Text"}, WRITERS, 201),
        ("GET", f"{base}/posts", None, READERS, 200),
        ("POST", f"{base}/posts", {"source": "Text"}, WRITERS, 201),
        ("GET", f"{base}/posts/1", None, READERS, 200),
        ("PATCH", f"{base}/posts/1", {"source": "Changed"}, {"partner"}, 200),
        ("DELETE", f"{base}/posts/1", None, MODERATORS | {"partner"}, 200),
        ("GET", f"{base}/events", None, READERS, 200),
        ("GET", "/api/groups/agrifood/events", None, READERS, 200),
        ("PUT", f"{base}/read", {"number": 1}, READERS, 200),
        ("PUT", f"{base}/draft", {"source": "x", "idempotency_key": "k", "version": 0}, WRITERS, 200),
        ("PUT", "/api/groups/agrifood/draft", {"source": "x", "idempotency_key": "k", "version": 0}, WRITERS, 200),
    ]


@pytest.mark.parametrize("who", EVERYONE)
def test_each_operation_is_for_whom_the_table_says(
    who: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.everyone().get(who))
    for method, path, body, allowed, status in operations(conversation.topic):
        answer = call(client, method, path, body)
        if who in {"nobody", "deactivated"}:
            expected = 401
        elif who not in READERS:
            expected = 404
        else:
            expected = status if who in allowed else 403
        assert (method, path, answer.status_code) == (method, path, expected), answer.content
        if expected >= 400:
            assert set(answer.json()) == {"detail"}
            for secret in (SECRET_TITLE, SECRET_TEXT, "Partner"):
                assert secret not in answer.content.decode()


def test_the_topics_of_a_group(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    listed = call(client_of(cast.observer), "GET", "/api/groups/agrifood/topics").json()
    topic = conversation.topic
    assert list(listed) == ["topics"]
    assert [entry["id"] for entry in listed["topics"]] == [topic.pk]
    entry = listed["topics"][0]
    assert (entry["title"], entry["last_post_number"], entry["unread"]) == (SECRET_TITLE, 4, 3)
    assert entry["author"] == {
        "id": cast.partner.pk,
        "name": "Partner",
        "organisation": "A firm near Milan",
        "region_code": "ITC4",
        "region_name": "Lombardy",
    }
    assert entry["last_post_author"]["name"] == "Coordinator"


def test_the_topics_of_another_group_are_not_among_them(
    cast: Cast, client_of: ClientOf, conversation: Conversation, tourism: WorkingGroup
) -> None:
    start_topic(working_group=tourism, author=cast.outsider, title="Trails", source="Text")
    listed = call(client_of(cast.secretariat), "GET", "/api/groups/tourism/topics").json()["topics"]
    assert [entry["title"] for entry in listed] == ["Trails"]


def test_posting_answers_201_then_200_with_the_same_post_then_409(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    path = f"/api/topics/{conversation.topic.pk}/posts"
    first = call(client, "POST", path, {"source": "Once"}, **{"Idempotency-Key": "k1"})
    again = call(client, "POST", path, {"source": "Once"}, **{"Idempotency-Key": "k1"})
    other = call(client, "POST", path, {"source": "Other"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert (first.json()["number"], first.json()["source"]) == (5, "Once")
    assert "already posted another text" in other.json()["detail"]
    assert Post.objects.filter(topic=conversation.topic).count() == 5


def test_opening_a_topic_answers_201_then_200_then_409(cast: Cast, client_of: ClientOf, agrifood: WorkingGroup) -> None:
    client = client_of(cast.agency)
    path = "/api/groups/agrifood/topics"
    new = {"title": "Soil", "source": "Text"}
    answers = [
        call(client, "POST", path, body, **{"Idempotency-Key": "k"}) for body in (new, new, {**new, "title": "Air"})
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert answers[0].json() == answers[1].json()
    assert Topic.objects.count() == 1


def test_posts_come_in_order_after_a_number_and_say_where_they_end(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.observer)
    path = f"/api/topics/{conversation.topic.pk}/posts"
    everything = call(client, "GET", path).json()
    assert ([post["number"] for post in everything["posts"]], everything["last"]) == ([1, 2, 3, 4], 4)
    some = call(client, "GET", f"{path}?after=2").json()
    assert ([post["number"] for post in some["posts"]], some["last"]) == ([3, 4], 4)
    assert call(client, "GET", f"{path}?after=9").json() == {"posts": [], "last": 9}


def test_a_deleted_text_is_nowhere_in_the_api(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    client = client_of(cast.coordinator)
    base = f"/api/topics/{conversation.topic.pk}"
    for path in (f"{base}/posts", f"{base}/posts/3", f"{base}/events", "/api/groups/agrifood/topics"):
        answer = call(client, "GET", path)
        assert answer.status_code == 200
        assert DELETED_TEXT not in answer.content.decode()
        assert "margin" not in answer.content.decode()
    gone = call(client, "GET", f"{base}/posts/3").json()
    assert (gone["source"], gone["author"]["name"], gone["deleted_at"] is None) == ("", "Partner", False)


def test_events_are_told_after_a_number(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    client = client_of(cast.observer)
    path = f"/api/topics/{conversation.topic.pk}/events"
    told = call(client, "GET", path).json()
    assert told["head"] == 6
    assert told["refetch"] is False
    assert [event["number"] for event in told["events"]] == [1, 2, 3, 4, 5, 6]
    assert [event["event"] for event in told["events"]] == [
        "post.added",
        "post.added",
        "post.edited",
        "post.added",
        "post.deleted",
        "post.added",
    ]
    later = call(client, "GET", f"{path}?after=5").json()
    assert [event["data"]["number"] for event in later["events"]] == [4]


def test_a_bearer_token_posts_without_a_session_and_a_session_needs_its_csrf_token(
    cast: Cast, conversation: Conversation
) -> None:
    path = f"/api/topics/{conversation.topic.pk}/posts"
    _token, secret = make_token(person=cast.agency, name="script")
    strict = Client(enforce_csrf_checks=True)
    assert call(strict, "POST", path, {"source": "By token"}, Authorization=f"Bearer {secret}").status_code == 201
    strict.force_login(cast.agency, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert call(strict, "POST", path, {"source": "Without"}).status_code == 403
    strict.get(f"/topics/{conversation.topic.pk}/")
    token = strict.cookies["csrftoken"].value
    assert call(strict, "POST", path, {"source": "With"}, **{"X-CSRFToken": token}).status_code == 201
    assert set(Post.objects.filter(author=cast.agency).values_list("source", flat=True)) == {
        "Twelve, then.",
        "By token",
        "With",
    }


HOSTILE_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b'{"source": null}',
    b'{"source": 5}',
    b'{"source": ["a"]}',
    b'{"source": {"a": 1}}',
    b'{"source": ""}',
    b'{"source": "   "}',
    b'{"source": "a\\u0000b"}',
    b'{"source": "\\ud800"}',
    b'{"source": "\xff\xfe"}',
    b'{"source": NaN}',
    b'{"source": 1e999}',
    b'{"source": ' + b"1" * 10_000 + b"}",
    b'{"source": ' + b"[" * 100_000 + b"}",
    json.dumps({"source": "x" * 1_000_000}).encode(),
]


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=[repr(body[:30]) for body in HOSTILE_BODIES])
def test_a_body_that_is_no_post_is_refused_in_words_and_writes_nothing(
    body: bytes, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    base = f"/api/topics/{conversation.topic.pk}"
    for method, path in (("POST", f"{base}/posts"), ("PATCH", f"{base}/posts/2"), ("PUT", f"{base}/draft")):
        answer = call(client, method, path, body)
        assert answer.status_code in {400, 422}, (method, answer.status_code)
        assert answer.json()["detail"]
    assert Post.objects.count() == 4
    assert not Draft.objects.exists()


@pytest.mark.parametrize("pk", ["0", "-1", "9" * 18, str(2**63), "9" * 100, "9" * 5000, "x", "%00", "1.5", "٣"])
def test_a_number_that_is_no_topic_is_not_there(pk: str, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.secretariat)
    for method, path, body, _, _ in operations(Topic(pk=0)):
        if path.startswith("/api/topics/0/"):
            answer = call(client, method, path.replace("/topics/0/", f"/topics/{pk}/"), body)
            assert answer.status_code == 404, (method, path, answer.content)


@pytest.mark.parametrize("number", ["0", "5", str(2**63), "9" * 5000])
def test_a_number_that_is_no_post_is_not_there(
    number: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.coordinator)
    path = f"/api/topics/{conversation.topic.pk}/posts/{number}"
    assert call(client, "GET", path).status_code == 404
    assert call(client, "PATCH", path, {"source": "x"}).status_code == 404
    assert call(client, "DELETE", path).status_code == 404


@pytest.mark.parametrize("after", ["-1", "x", "", str(2**63), "9" * 5000, "1.5", "\0"])
def test_an_after_that_is_no_number_is_refused(
    after: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.observer)
    for what in ("posts", "events"):
        answer = client.get(f"/api/topics/{conversation.topic.pk}/{what}", {"after": after})
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"][0]["field"] == "after"


@pytest.mark.parametrize("key", ["x" * 201, "schl\xfcssel", "tab\tinside"])
def test_a_key_out_of_bounds_is_refused_at_its_field(
    key: str, cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    path = f"/api/topics/{conversation.topic.pk}/posts"
    answer = call(client_of(cast.agency), "POST", path, {"source": "Text"}, **{"Idempotency-Key": key})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["idempotency_key"]


def test_a_read_mark_out_of_bounds_is_refused(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    client = client_of(cast.observer)
    path = f"/api/topics/{conversation.topic.pk}/read"
    for number, status in ((-1, 422), ("x", 422), (None, 422), (1.5, 422), (10**30, 200)):
        assert call(client, "PUT", path, {"number": number}).status_code == status, number
    assert ReadMark.objects.get().number == 4


def test_a_draft_from_another_window_is_shown_instead_of_overwritten(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client = client_of(cast.agency)
    path = f"/api/topics/{conversation.topic.pk}/draft"
    office = {"source": "From the office", "idempotency_key": "a", "version": 0}
    assert call(client, "PUT", path, office).json()["version"] == 1
    refused = call(client, "PUT", path, {"source": "From the train", "idempotency_key": "b", "version": 0})
    assert refused.status_code == 409
    assert refused.json()["reason"] == "newer"
    assert refused.json()["draft"] == {
        "title": "",
        "source": "From the office",
        "idempotency_key": "a",
        "version": 1,
    }
    post_reply(topic=conversation.topic, author=cast.agency, source="From the office", idempotency_key="a")
    late = call(client, "PUT", path, {**office, "version": 1})
    assert (late.status_code, late.json()["reason"]) == (409, "posted")
    assert not Draft.objects.exists()


@pytest.mark.once("the queries are as many with any database")
def test_lists_take_as_many_queries_for_fifty_rows_as_for_one(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, many_posts: Any, count_queries: Any
) -> None:
    topic, _ = start_topic(working_group=agrifood, author=cast.agency, title="T", source="S")
    client = client_of(cast.observer)
    paths = ["/api/groups/agrifood/topics", f"/api/topics/{topic.pk}/posts", f"/api/topics/{topic.pk}/events"]
    few = [count_queries(lambda path=path: client.get(path)) for path in paths]
    many_posts(topic, 50)
    for number in range(50):
        start_topic(working_group=agrifood, author=cast.partner, title=f"T{number}", source=f"S{number}")
    many = [count_queries(lambda path=path: client.get(path)) for path in paths]
    assert many == few
