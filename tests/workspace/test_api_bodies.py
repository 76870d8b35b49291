"""Which JSON the HTTP API takes for text that can be kept."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums.domain.posting import start_topic
from forums.models import Post
from groups.models import WorkingGroup
from tests.conftest import Cast


@pytest.fixture
def address(cast: Cast, agrifood: WorkingGroup) -> str:
    topic, _opened = start_topic(working_group=agrifood, author=cast.partner, title="Escapes", source="First")
    return f"/api/topics/{topic.pk}/posts"


def test_an_escape_that_was_typed_letter_by_letter_is_kept(
    cast: Cast, client_of: Callable[..., Client], address: str
) -> None:
    body = rb'{"source": "A zero is written \\u0000, half a pair \\ud800"}'
    answer = client_of(cast.partner).post(address, body, content_type="application/json")
    assert answer.status_code == 201
    assert Post.objects.latest("pk").source == r"A zero is written \u0000, half a pair \ud800"


def test_a_form_where_json_is_expected_is_refused(cast: Cast, client_of: Callable[..., Client], address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.partner)
    client.get("/profile/")
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post(address, {"source": "a"}, headers=token).status_code == 400
    assert client.post(address, {"source": "a"}, content_type="application/json", headers=token).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        rb'{"source": "a\u0000"}',
        rb'{"source": "\udc00"}',
        rb'{"source": "a", "more": [{"deep": ["\u0000"]}]}',
        rb'{"source": "a", "\u0000": 1}',
    ],
)
def test_text_that_no_database_can_keep_is_no_json(
    cast: Cast, client_of: Callable[..., Client], address: str, body: bytes
) -> None:
    assert client_of(cast.partner).post(address, body, content_type="application/json").status_code == 400
