"""Reactions: each kind once per person, open to every reader, told as a whole."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from forums.domain.posting import delete_post
from forums.domain.reacting import react
from forums.models import Reaction
from groups.models import Person
from live.queries import events_after
from tests.conftest import Cast
from tests.forums.conftest import Conversation

ClientOf = Callable[[Person | None], Client]
READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}


def told(conversation: Conversation) -> list[dict[str, Any]]:
    events = events_after(stream=conversation.topic.stream, after=0, limit=100).events
    return [event.data for event in events if event.name == "post.reacted"]


@pytest.mark.parametrize("who", sorted(Cast.__dataclass_fields__))
def test_every_reader_may_react(who: str, cast: Cast, conversation: Conversation) -> None:
    if who in READERS:
        react(post=conversation.first, person=cast.everyone()[who], kind="agree", on=True)
    else:
        with pytest.raises(PermissionDenied):
            react(post=conversation.first, person=cast.everyone()[who], kind="agree", on=True)
    assert Reaction.objects.count() == (who in READERS)


def test_reacting_twice_is_reacting_once_and_taking_back_twice_too(cast: Cast, conversation: Conversation) -> None:
    for on in (True, True, False, False):
        react(post=conversation.first, person=cast.observer, kind="thanks", on=on)
    assert Reaction.objects.count() == 0
    assert [data["reactions"] for data in told(conversation)] == [
        [{"kind": "thanks", "people": [{"id": cast.observer.pk, "name": "Observer"}]}],
        [],
    ]


def test_what_is_told_is_all_reactions_by_kind_and_name(cast: Cast, conversation: Conversation) -> None:
    react(post=conversation.first, person=cast.observer, kind="thanks", on=True)
    react(post=conversation.first, person=cast.agency, kind="agree", on=True)
    react(post=conversation.first, person=cast.deputy, kind="thanks", on=True)
    last = told(conversation)[-1]
    names = {each["kind"]: [person["name"] for person in each["people"]] for each in last["reactions"]}
    assert list(names.items()) == [("agree", ["Agency"]), ("thanks", ["Observer", "Deputy"])]


def test_no_kind_and_a_deleted_post_are_refused(cast: Cast, conversation: Conversation) -> None:
    for post, kind in ((conversation.first, "shrug"), (conversation.first, ""), (conversation.deleted, "agree")):
        with pytest.raises(ValidationError) as caught:
            react(post=post, person=cast.agency, kind=kind, on=True)
        assert list(caught.value.message_dict) == ["kind"]


def test_the_page_shows_how_many_reacted_and_who(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    path = f"/topics/{conversation.topic.pk}/"
    client = client_of(cast.observer)
    assert client.post(f"{path}posts/1/react/", {"add": "same_here"}).status_code == 302
    react(post=conversation.first, person=cast.agency, kind="same_here", on=True)
    page = client.get(path).content.decode()
    assert 'name="remove" value="same_here" data-count="2" aria-pressed="true" title="Observer, Agency"' in page
    assert 'name="add" value="same_here" data-count="2"' in client_of(cast.partner).get(path).content.decode()
    client.post(f"{path}posts/1/react/", {"remove": "same_here"})
    for odd in ({}, {"add": "shrug"}, {"add": "\0"}):
        assert client.post(f"{path}posts/1/react/", odd).status_code == 302
    assert list(Reaction.objects.values_list("person__name", flat=True)) == ["Agency"]


def test_the_api_answers_with_the_reactions_and_a_deleted_post_has_none(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    client, path = client_of(cast.observer), f"/api/topics/{conversation.topic.pk}/posts/1"
    expected = [{"kind": "doubt", "people": [{"id": cast.observer.pk, "name": "Observer"}]}]
    assert client.put(f"{path}/reactions/doubt").json()["reactions"] == expected
    assert client.get(path).json()["reactions"] == expected
    assert client.put(f"{path}/reactions/shrug").status_code == 422
    delete_post(post=conversation.first, by=cast.partner)
    assert client.get(path).json()["reactions"] == []
    assert all(not data for data in told(conversation))
