"""Posting to a real server that loses answers and is asked the same thing at the same moment.

tests/plans/test_kills.py kills it.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.servers import Server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def new_topic(client: httpx.Client, title: str = "Tried on a server") -> int:
    answer = client.post("/api/groups/agrifood/topics", json={"title": title, "source": "The first post"})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def posts_of(client: httpx.Client, topic: int) -> list[dict[str, Any]]:
    return list(client.get(f"/api/topics/{topic}/posts").json()["posts"])


def post(client: httpx.Client, topic: int, source: str, key: str) -> httpx.Response:
    return client.post(f"/api/topics/{topic}/posts", json={"source": source}, headers={"Idempotency-Key": key})


def send_and_hang_up(server: Server, client: httpx.Client, topic: int, source: str, key: str) -> None:
    """A post whose sender is gone before the answer comes."""
    request = client.build_request(
        "POST", f"/api/topics/{topic}/posts", json={"source": source}, headers={"Idempotency-Key": key}
    )
    lines = [f"POST {request.url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
    with socket.create_connection(("localhost", server.port)) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + request.content)


def test_a_lost_answer_and_a_retry_post_once(server: Server) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        for attempt in range(5):
            source = f"Sent with the answer lost, {attempt}"
            send_and_hang_up(server, client, topic, source, f"lost-{attempt}")
            assert post(client, topic, source, f"lost-{attempt}").status_code in {200, 201}
        texts = [each["source"] for each in posts_of(client, topic)]
        assert texts == ["The first post", *(f"Sent with the answer lost, {attempt}" for attempt in range(5))]


def test_the_same_request_ten_times_at_once_posts_once(server: Server) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: post(client, topic, "All at once", "same"), range(10)))
        assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert [each["number"] for each in posts_of(client, topic)] == [1, 2]


def test_many_at_once_are_numbered_without_a_gap_and_told_in_that_order(server: Server) -> None:
    with closing(server.client("agency")) as agency, closing(server.client("partner")) as partner:
        topic = new_topic(agency)
        with ThreadPoolExecutor(8) as pool:
            sent = [
                pool.submit(post, client, topic, f"{who} {number}", f"{who}-{number}")
                for number in range(15)
                for who, client in (("agency", agency), ("partner", partner))
            ]
        assert {answer.result().status_code for answer in sent} == {201}
        posts = posts_of(agency, topic)
        assert [each["number"] for each in posts] == list(range(1, 32))
        told = agency.get(f"/api/topics/{topic}/events").json()
        assert [event["data"]["id"] for event in told["events"]] == [each["id"] for each in posts]
        assert [event["number"] for event in told["events"]] == list(range(1, 32))
