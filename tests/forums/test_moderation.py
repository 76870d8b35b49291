"""Topics pinned, resolved and locked: by whom, with which trace, and told to whom."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from forums.domain.moderating import lock_topic, pin_topic, resolve_topic
from forums.domain.posting import delete_post, edit_post, post_reply
from forums.models import Topic, TopicChange
from groups.models import Membership, Person
from live.queries import events_after
from tests.conftest import Cast
from tests.forums.conftest import Conversation

ClientOf = Callable[[Person | None], Client]
MODERATORS = {"coordinator", "deputy", "secretariat"}


@pytest.mark.parametrize("who", sorted(Cast.__dataclass_fields__))
def test_those_who_moderate_pin_and_lock_and_the_opener_resolves_too(
    who: str, cast: Cast, conversation: Conversation
) -> None:
    by = cast.everyone()[who]
    steps: list[tuple[Callable[[], Topic], set[str]]] = [
        (lambda: pin_topic(topic=conversation.topic, by=by, pinned=True), MODERATORS),
        (lambda: lock_topic(topic=conversation.topic, by=by, locked=True), MODERATORS),
        (lambda: resolve_topic(topic=conversation.topic, by=by, resolved=True), MODERATORS | {"partner"}),
    ]
    for step, allowed in steps:
        if who in allowed:
            step()
        else:
            with pytest.raises(PermissionDenied):
                step()
    topic = Topic.objects.get()
    assert (topic.is_pinned, topic.is_locked) == (who in MODERATORS, who in MODERATORS)
    assert topic.is_resolved == (who in MODERATORS | {"partner"})


def test_an_opener_who_may_only_read_now_does_not_resolve(cast: Cast, conversation: Conversation) -> None:
    Membership.objects.filter(person=cast.partner).update(role="observer")
    with pytest.raises(PermissionDenied):
        resolve_topic(topic=conversation.topic, by=cast.partner, resolved=True)


def test_every_step_leaves_its_trace_and_what_is_so_already_leaves_none(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    topic = conversation.topic
    for pinned in (True, True, False):
        pin_topic(topic=topic, by=cast.deputy, pinned=pinned)
    for answer in (2, 2, 4):
        resolve_topic(topic=topic, by=cast.partner, resolved=True, answer=answer)
    resolve_topic(topic=topic, by=cast.coordinator, resolved=False)
    assert list(TopicChange.objects.values_list("step", "person__name", "post__number")) == [
        ("pinned", "Deputy", None),
        ("unpinned", "Deputy", None),
        ("resolved", "Partner", 2),
        ("resolved", "Partner", 4),
        ("reopened", "Coordinator", None),
    ]
    page = client_of(cast.observer).get(f"/topics/{topic.pk}/trace/").content.decode()
    assert page.count('<li class="row">') == 5
    assert "with post 4" in page


def test_nobody_posts_in_a_locked_topic_until_it_is_unlocked(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    topic = conversation.topic
    sent, _ = post_reply(topic=topic, author=cast.agency, source="In time", idempotency_key="k")
    lock_topic(topic=topic, by=cast.deputy, locked=True)
    for author in (cast.agency, cast.coordinator, cast.director):
        with pytest.raises(PermissionDenied, match="locked"):
            post_reply(topic=topic, author=author, source="Too late")
    again = post_reply(topic=topic, author=cast.agency, source="In time", idempotency_key="k")
    assert again == (sent, False)
    edit_post(post=sent, editor=cast.agency, source="In time, corrected")
    page = client_of(cast.agency).get(f"/topics/{topic.pk}/").content.decode()
    assert "This topic is locked" in page
    assert "<textarea" not in page
    lock_topic(topic=topic, by=cast.deputy, locked=False)
    post_reply(topic=topic, author=cast.agency, source="Now")


@pytest.mark.parametrize("answer", [0, -1, 3, 99, 2**31, 2**70])
def test_an_answer_is_a_post_of_the_topic_that_is_there(answer: int, cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(ValidationError) as caught:
        resolve_topic(topic=conversation.topic, by=cast.partner, resolved=True, answer=answer)
    assert list(caught.value.message_dict) == ["answer"]
    assert not Topic.objects.get().is_resolved


def test_an_answer_that_is_deleted_leaves_the_topic_resolved_without_one(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    resolve_topic(topic=conversation.topic, by=cast.partner, resolved=True, answer=4)
    page = client_of(cast.observer).get(f"/topics/{conversation.topic.pk}/").content.decode()
    assert "Answered in post 4" in page
    delete_post(post=conversation.last, by=cast.coordinator)
    topic = Topic.objects.get()
    assert (topic.is_resolved, topic.answer) == (True, None)


def test_the_topic_and_the_forum_are_told_the_whole_state(cast: Cast, conversation: Conversation) -> None:
    topic = conversation.topic
    pin_topic(topic=topic, by=cast.deputy, pinned=True)
    resolve_topic(topic=topic, by=cast.deputy, resolved=True, answer=4)
    for stream in (topic.stream, "forum:agrifood"):
        told = events_after(stream=stream, after=0, limit=100).events[-1]
        assert told.name == "topic.changed"
        assert told.data["person"]["name"] == "Deputy"
        assert (told.data["step"], told.data["answer"], told.data["locked_at"]) == ("resolved", 4, None)
        assert told.data["pinned_at"] is not None
        assert told.data["resolved_at"] is not None


def test_the_page_offers_each_what_they_may_do(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    def offered(person: Person) -> set[str]:
        page = client_of(person).get(f"/topics/{conversation.topic.pk}/").content.decode()
        return {step for step in ("pinned", "locked", "resolved") if f'name="step" value="{step}"' in page}

    assert offered(cast.deputy) == {"pinned", "locked", "resolved"}
    assert offered(cast.secretariat) == {"pinned", "locked", "resolved"}
    assert offered(cast.partner) == {"resolved"}
    assert offered(cast.agency) == offered(cast.observer) == offered(cast.director) == set()


def test_the_form_and_the_api_change_the_same_topic(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client, path = client_of(cast.deputy), f"/topics/{conversation.topic.pk}/change/"
    for step, told in (("pinned", "pinned_at"), ("locked", "locked_at"), ("resolved", "resolved_at")):
        assert client.post(path, {"step": step}).status_code == 302
        assert client.get(f"/api/topics/{conversation.topic.pk}").json()[told] is not None
    for odd in ({}, {"step": "burned"}, {"step": "resolved", "answer": "99"}):
        assert client.post(path, odd).status_code == 302
    for address, body in (("pinned", {"on": False}), ("locked", {"on": False}), ("resolution", {"resolved": False})):
        answer = client.put(f"/api/topics/{conversation.topic.pk}/{address}", body, content_type="application/json")
        assert answer.status_code == 200, address
    topic = Topic.objects.get()
    assert (topic.is_pinned, topic.is_locked, topic.is_resolved) == (False, False, False)
