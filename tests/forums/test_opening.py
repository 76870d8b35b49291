"""A topic that was opened to the network: everybody signed in reads it, and replies where the opening says so."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forums.domain.images import upload_image
from forums.domain.moderating import lock_topic, open_topic
from forums.domain.posting import edit_post, post_reply
from forums.enums import Opening
from forums.models import Post, TopicChange
from forums.policies import readers_of_forums, readers_of_posts, readers_of_topics, writers_of_topics
from forums.queries import unread_posts_in
from groups.models import Person, WorkingGroup
from groups.standing import standing_of
from notices.queries import notices_page
from tests.conftest import Cast
from tests.forums.conftest import DELETED_TEXT, SECRET_TEXT, SECRET_TITLE, Conversation

ClientOf = Callable[[Person | None], Client]
READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}
SIGNED_IN = READERS | {"outsider", "other_coordinator", "removed"}
POSTERS = {"coordinator", "deputy", "agency", "partner", "director"}


def image_in(topic_group: WorkingGroup, by: Person) -> str:
    stream = BytesIO()
    Image.new("RGB", (32, 24), "seagreen").save(stream, "PNG")
    upload = SimpleUploadedFile("wheel.png", stream.getvalue())
    return upload_image(working_group=topic_group, by=by, upload=upload, alt="A wheel of cheese").file.url("medium")


def who(cast: Cast, allowed: set[tuple[int, str]]) -> set[str]:
    return {name for name, person in cast.everyone().items() if any(pk == person.pk for pk, _key in allowed)}


def test_whoever_is_signed_in_reads_it_on_every_channel_until_it_is_the_groups_again(
    conversation: Conversation, cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    topic = conversation.topic
    shown, waiting = image_in(agrifood, cast.partner), image_in(agrifood, cast.partner)
    post_reply(topic=topic, author=cast.partner, source=f"![A wheel]({shown})")
    addresses = [f"/topics/{topic.pk}/", f"/api/topics/{topic.pk}/posts", f"/api/topics/{topic.pk}/events", shown]
    people = [person.pk for person in cast.everyone().values()]
    post = [(pk, conversation.first.subject) for pk in people]
    for opening, expected in ((Opening.GROUP, READERS), (Opening.READ, SIGNED_IN), (Opening.GROUP, READERS)):
        open_topic(topic=topic, by=cast.deputy, opening=opening)
        for address in addresses:
            told = {
                name for name, person in cast.everyone().items() if client_of(person).get(address).status_code == 200
            }
            assert told == expected, (opening, address)
            assert client_of(None).get(address).status_code != 200
        assert who(cast, readers_of_topics([(pk, str(topic.pk)) for pk in people])) == expected
        assert who(cast, readers_of_posts(post)) == expected
        assert who(cast, writers_of_topics([(pk, str(topic.pk)) for pk in people])) == POSTERS
        assert who(cast, readers_of_forums([(pk, "agrifood") for pk in people])) == READERS
        assert client_of(cast.outsider).get(waiting).status_code == 404


def test_what_is_not_the_topic_stays_the_groups(
    conversation: Conversation, cast: Cast, client_of: ClientOf, agrifood: WorkingGroup
) -> None:
    topic = conversation.topic
    open_topic(topic=topic, by=cast.coordinator, opening=Opening.REPLY)
    outsider = client_of(cast.outsider)
    page = outsider.get(f"/topics/{topic.pk}/").content.decode()
    assert SECRET_TEXT in page
    assert DELETED_TEXT not in page
    assert "/groups/agrifood/forum/" not in page
    assert outsider.get(f"/topics/{topic.pk}/trace/").status_code == 200
    assert outsider.get(f"/topics/{topic.pk}/posts/{conversation.deleted.number}/trace/").status_code == 404
    for address in ("/groups/agrifood/forum/", "/api/groups/agrifood/topics", "/api/groups/agrifood/mentionable"):
        assert outsider.get(address).status_code == 404, address
    for sent in ({"step": "pinned"}, {"step": "locked"}, {"step": "resolved"}, {"opening": "group"}):
        assert outsider.post(f"/topics/{topic.pk}/change/", sent).status_code == 403, sent
    assert outsider.post(f"/topics/{topic.pk}/posts/1/edit/", {"source": "x", "revision": "0"}).status_code == 403
    assert outsider.post(f"/topics/{topic.pk}/posts/1/delete/").status_code == 403
    assert unread_posts_in(standing_of(cast.outsider), [agrifood.pk]) == {agrifood.pk: 3}
    new = {"title": "x", "source": "x"}
    assert outsider.post("/api/groups/agrifood/topics", new, content_type="application/json").status_code == 404


def test_others_reply_react_and_mend_their_words_where_the_opening_says_so(
    conversation: Conversation, cast: Cast, client_of: ClientOf
) -> None:
    topic, guest = conversation.topic, client_of(cast.outsider)
    address = f"/topics/{topic.pk}/"
    open_topic(topic=topic, by=cast.deputy, opening=Opening.READ)
    page = guest.get(address).content.decode()
    assert "This topic was opened to the network to read." in page
    assert 'name="source"' not in page
    assert guest.post(address, {"source": "We too.", "idempotency_key": "a"}).status_code == 403
    assert guest.post(f"{address}posts/1/react/", {"add": "agree"}).status_code == 403
    draft = {"source": "We", "idempotency_key": "a", "version": 0}
    draft_address = f"/api/topics/{topic.pk}/draft"
    assert guest.put(draft_address, draft, content_type="application/json").status_code == 403
    preview_address = f"/api/topics/{topic.pk}/preview"
    assert guest.post(preview_address, {"source": "**We**"}, content_type="application/json").status_code == 403

    open_topic(topic=topic, by=cast.deputy, opening=Opening.REPLY)
    page = guest.get(address).content.decode()
    assert 'data-module="forums/drafting forums/composer forums/toolbar"' in page
    assert f'data-preview-url="{preview_address}"' in page
    assert 'data-tool="bold"' in page
    assert 'data-tool="image"' not in page
    seen = guest.post(preview_address, {"source": "**We**"}, content_type="application/json")
    assert seen.json() == {"html": "<p><strong>We</strong></p>"}
    assert guest.put(draft_address, draft, content_type="application/json").status_code == 200
    told = guest.post(address, {"source": "We too.\n\n@Partner", "idempotency_key": "a"})
    assert told.status_code == 302
    reply = Post.objects.get(author=cast.outsider)
    assert notices_page(cast.partner.pk, unread_only=True).notices[0].notice.subject == reply.subject
    assert guest.post(f"{address}posts/1/react/", {"add": "agree"}).status_code == 302
    assert edit_post(post=reply, editor=cast.outsider, source="We too!").source == "We too!"
    back, _ = post_reply(topic=topic, author=cast.agency, source=f"[See]({address}?from={reply.number})")
    (heard,) = notices_page(cast.outsider.pk, unread_only=True).notices
    assert heard.notice.subject == back.subject
    pairs = [(person.pk, str(topic.pk)) for person in cast.everyone().values()]
    assert who(cast, writers_of_topics(pairs)) == SIGNED_IN - {"observer"}
    with pytest.raises(PermissionDenied):
        post_reply(topic=topic, author=cast.observer, source="I only watch.")

    lock_topic(topic=topic, by=cast.deputy, locked=True)
    with pytest.raises(PermissionDenied):
        post_reply(topic=topic, author=cast.outsider, source="Locked?")
    lock_topic(topic=topic, by=cast.deputy, locked=False)
    open_topic(topic=topic, by=cast.deputy, opening=Opening.GROUP)
    for attempt in (
        lambda: post_reply(topic=topic, author=cast.outsider, source="Still?"),
        lambda: edit_post(post=reply, editor=cast.outsider, source="Mine"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert guest.get(address).status_code == 404
    assert notices_page(cast.outsider.pk, unread_only=True).notices == []


def test_opened_topics_stand_on_the_groups_page_for_others(
    conversation: Conversation, cast: Cast, client_of: ClientOf
) -> None:
    assert SECRET_TITLE not in client_of(cast.outsider).get("/groups/agrifood/").content.decode()
    open_topic(topic=conversation.topic, by=cast.coordinator, opening=Opening.READ)
    assert SECRET_TITLE in client_of(cast.outsider).get("/groups/agrifood/").content.decode()
    assert SECRET_TITLE not in client_of(None).get("/groups/agrifood/").content.decode()
    assert SECRET_TITLE not in client_of(cast.outsider).get("/groups/tourism/").content.decode()


def test_only_who_leads_the_group_opens_it_once_and_each_step_leaves_its_trace(
    conversation: Conversation, cast: Cast, client_of: ClientOf
) -> None:
    may = set()
    for name, person in cast.everyone().items():
        try:
            open_topic(topic=conversation.topic, by=person, opening=Opening.READ)
        except PermissionDenied:
            continue
        may.add(name)
    assert may == {"coordinator", "deputy"}
    address = f"/api/topics/{conversation.topic.pk}/opening"
    leader = client_of(cast.coordinator)
    assert leader.put(address, {"opening": "reply"}, content_type="application/json").json()["opening"] == "reply"
    assert leader.put(address, {"opening": "all"}, content_type="application/json").status_code == 422
    assert leader.post(f"/topics/{conversation.topic.pk}/change/", {"opening": "group"}).status_code == 302
    steps = TopicChange.objects.filter(topic=conversation.topic).values_list("step", flat=True)
    assert list(steps) == ["opened_to_read", "opened_to_reply", "kept_to_group"]
