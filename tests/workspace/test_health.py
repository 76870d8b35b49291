"""/healthz really tries what it reports on."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.test import AsyncClient, Client, override_settings

from tests.backing import Redis, wait_until
from tests.servers import Server
from workspace import health


@pytest.mark.django_db(transaction=True)
def test_a_well_process_says_so(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "channel_layer": "ok"}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
async def test_an_asynchronous_server_gets_the_same_and_leaves_no_channel_behind(async_client: AsyncClient) -> None:
    response = await async_client.get("/healthz")
    assert response.json() == {"database": "ok", "channel_layer": "ok"}
    assert not [channel for channel in get_channel_layer().channels if channel.startswith("healthz")]


def test_a_dead_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "_ask_database", fail)
    response = client.get("/healthz", headers={"Cookie": "sessionid=somebody"})
    assert response.status_code == 503
    assert response.json() == {"database": "failed: DatabaseError", "channel_layer": "ok"}


class Silent:
    """A channel layer that takes messages and never gives one."""

    async def new_channel(self, prefix: str) -> str:
        return prefix

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        pass

    async def receive(self, channel: str) -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError


def test_a_channel_layer_that_loses_messages_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ask_database", lambda: None)
    monkeypatch.setattr(health, "get_channel_layer", Silent)
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "channel_layer": "no answer within 0.05 seconds"}


@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["workspace.example"])
@pytest.mark.django_db(transaction=True)
def test_whoever_watches_needs_neither_https_nor_the_host_s_name(client: Client) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_it_sets_no_cookie_and_takes_no_other_verb(client: Client) -> None:
    assert not client.get("/healthz").cookies
    assert client.post("/healthz").status_code == 404


@pytest.mark.server
def test_a_redis_that_dies_is_named_and_its_return_too(new_server: Callable[..., Server], redis: Redis) -> None:
    server = new_server(scaled=True, REDIS_URL=redis.url)
    with httpx.Client(base_url=server.url) as client:
        redis.stop()
        dead = client.get("/healthz")
        assert dead.status_code == 503
        assert dead.json()["database"] == "ok"
        assert dead.json()["channel_layer"] != "ok"
        redis.start()
        wait_until(lambda: client.get("/healthz").status_code == 200, "the channel layer's return", 30)
