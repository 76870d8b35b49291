"""A topic of the Agrifood group with something in it to read, and to leak."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.domain.posting import delete_post, edit_post, post_reply, start_topic
from forums.models import Post, Topic
from groups.models import WorkingGroup
from tests.conftest import Cast
from tests.servers import Server

SECRET_TITLE = "Traceability of Lombard cheese"
SECRET_TEXT = "Our pilot costs twelve cents a wheel."
EDITED_AWAY = "The figure before somebody corrected it: eleven cents."
DELETED_TEXT = "The consortium's margin is nine percent."


@dataclass(frozen=True)
class Conversation:
    """Four posts: by the partner, by the agency (edited once), by the partner (deleted), by the coordinator."""

    topic: Topic
    first: Post
    edited: Post
    deleted: Post
    last: Post


@pytest.fixture
def conversation(cast: Cast, agrifood: WorkingGroup) -> Conversation:
    topic, _ = start_topic(working_group=agrifood, author=cast.partner, title=SECRET_TITLE, source=SECRET_TEXT)
    edited, _ = post_reply(topic=topic, author=cast.agency, source=EDITED_AWAY)
    edit_post(post=edited, editor=cast.agency, source="Twelve, then.")
    deleted, _ = post_reply(topic=topic, author=cast.partner, source=DELETED_TEXT)
    delete_post(post=deleted, by=cast.partner)
    last, _ = post_reply(topic=topic, author=cast.coordinator, source="Let us compare in *Lodi*.")
    topic.refresh_from_db()
    first, edited, deleted, last = Post.objects.filter(topic=topic).order_by("number")
    return Conversation(topic, first, edited, deleted, last)


@pytest.fixture
def many_posts(cast: Cast) -> Callable[[Topic, int], None]:
    """Adds so many posts to a topic, each with a text of its own."""

    def add(topic: Topic, count: int) -> None:
        for number in range(count):
            author = cast.agency if number % 2 else cast.partner
            post_reply(topic=topic, author=author, source=f"Remark {number} on {topic.pk}")

    return add


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """How many SQL queries a call takes."""

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    return count


@pytest.fixture(autouse=True)
def every_client_is_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes whatever client of a server a test or a fixture opened."""
    opened: list[httpx.Client] = []
    open_client = Server.client

    def client(server: Server, *arguments: str, **options: str) -> httpx.Client:
        opened.append(open_client(server, *arguments, **options))
        return opened[-1]

    monkeypatch.setattr(Server, "client", client)
    yield
    for each in opened:
        each.close()
