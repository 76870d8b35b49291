"""A server with the tests' own room, and readers of its streams."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.servers import Server

DESK = {"DJANGO_SETTINGS_MODULE": "tests.live.desk.settings"}


@pytest.fixture(scope="module")
def shared_environment() -> dict[str, str]:
    return DESK


@pytest.fixture
def own_server(new_server: Callable[..., Server]) -> Server:
    """A server that a test may kill, or change people on."""
    return new_server(**DESK)


@pytest.fixture
def key() -> str:
    """The key of a stream of the test's own, which all who are signed in may read."""
    return f"open-{uuid.uuid4().hex}"


def publish(server: Server, key: str, *data: Any, together: bool = False) -> int:
    """Publishes in the server's own process; returns the stream's head."""
    address = f"{server.url}/desk/{key}{'?together' if together else ''}"
    answer = httpx.post(address, content=json.dumps(data), timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()["head"]


class Tab:
    """A well-behaved client: one socket that can say and hear frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self, seconds: float = 10) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self.socket.recv(), seconds))

    async def subscribe(self, stream: str, after: int | None = None) -> dict[str, Any]:
        await self.say(op="subscribe", stream=stream, **({} if after is None else {"after": after}))
        return await self.hear()

    async def events(self, count: int, *, acknowledge: bool = True, seconds: float = 10) -> list[dict[str, Any]]:
        """The next events, as many as said; acknowledges every hundredth and the last. Who is here does not matter."""
        heard = []
        for index in range(count):
            while (event := await self.hear(seconds)).get("op") == "people":
                pass
            assert "number" in event, event
            heard.append(event)
            if acknowledge and (index % 100 == 99 or index == count - 1):
                await self.say(op="ack", stream=event["stream"], number=event["number"])
        return heard

    async def numbers(self, count: int, **options: Any) -> list[int]:
        return [event["number"] for event in await self.events(count, **options)]

    async def people(self, count: int, *, typing: int = 0, seconds: float = 20) -> list[dict[str, Any]]:
        """Hears who is here until so many are, and so many of them type."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.hear(seconds)
                if frame.get("op") == "people" and frame["count"] == count:
                    people: list[dict[str, Any]] = frame["people"]
                    if sum(person["typing"] for person in people) == typing:
                        return people

    async def close_code(self, seconds: float = 10) -> int:
        """Reads on until the server closes; the code it gave."""
        async with asyncio.timeout(seconds):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        assert self.socket.close_code is not None
        return self.socket.close_code


def cookies_of(server: Server, who: str) -> dict[str, str]:
    """The headers with which a socket of somebody signed in opens; nobody's for ""."""
    if not who:
        return {}
    with contextlib.closing(server.client(who)) as client:
        return server.cookie_header(client)


@contextlib.asynccontextmanager
async def tab(server: Server, who: str = "partner", **headers: str) -> AsyncIterator[Tab]:
    """A socket on /ws/live, of somebody who has signed in for it or, without a name, with these headers alone."""
    sent = await asyncio.to_thread(cookies_of, server, who) | headers
    async with connect(
        f"{server.ws}/ws/live", additional_headers=sent, proxy=None, max_size=2**24, ping_interval=None
    ) as socket:
        yield Tab(socket)
