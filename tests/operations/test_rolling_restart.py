"""Two web processes are restarted, one after the other, while people post, read and write together on both."""

import asyncio
import contextlib
import itertools
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pycrdt import Doc, Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.collab.editors import online
from tests.live.conftest import cookies_of
from tests.servers import Server

pytestmark = [pytest.mark.server, pytest.mark.once("chooses its databases itself")]

GOING_AWAY = 1001
POSTS_BETWEEN_RESTARTS = 5


class Visit:
    """Somebody signed in, at one of the servers; whatever ends there is taken up at the next one."""

    def __init__(self, who: str, servers: list[Server], headers: dict[str, str]) -> None:
        self.who = who
        self.headers = headers
        self._servers = itertools.cycle(servers)
        self.codes: list[int | None] = []
        self.move()

    def move(self) -> None:
        self.server = next(self._servers)


async def post(visit: Visit, topic: int, source: str, client: httpx.AsyncClient) -> None:
    """Posts once, however often it must be said: under one key, until somebody confirms it."""
    token = visit.headers["Cookie"].split("csrftoken=")[1].split(";")[0]
    headers = visit.headers | {"X-CSRFToken": token, "Idempotency-Key": str(uuid.uuid4())}
    while True:
        with contextlib.suppress(httpx.TransportError):
            address = f"{visit.server.url}/api/topics/{topic}/posts"
            answer = await client.post(address, json={"source": source}, headers=headers)
            if answer.status_code in {200, 201}:
                return
            assert answer.status_code == 503, answer.text
        visit.move()


async def read(visit: Visit, topic: int, heard: dict[int, str], news: asyncio.Condition) -> None:
    """Reads the topic's stream as a page does: after a break it goes on behind the last event that it has."""
    stream = f"topic:{topic}"
    while True:
        with contextlib.suppress(OSError, InvalidHandshake):
            async with connect(f"{visit.server.ws}/ws/live", additional_headers=visit.headers, proxy=None) as socket:
                with contextlib.suppress(ConnectionClosed):
                    await socket.send(json.dumps({"op": "subscribe", "stream": stream, "after": len(heard)}))
                    async for frame in socket:
                        event = json.loads(frame)
                        assert event.get("op") in {None, "subscribed"}, event
                        if "number" in event:
                            assert event["number"] == len(heard) + 1
                            heard[event["number"]] = event["event"]
                            await socket.send(json.dumps({"op": "ack", "stream": stream, "number": event["number"]}))
                            async with news:
                                news.notify_all()
                visit.codes.append(socket.close_code)
        visit.move()


async def write(visit: Visit, paper: "Doc[Text]", saved: list[str], until: asyncio.Event) -> None:
    """Types into a document, and notes what the server has said is saved; takes its paper along to the next server."""
    number = 0
    while not until.is_set():
        with contextlib.suppress(OSError, InvalidHandshake):
            async with online(f"{visit.server.ws}/ws/docs/scratch/rolling", visit.headers, doc=paper) as editor:
                while editor.code is None and not until.is_set():
                    number += 1
                    word = f"<{visit.who}:{number}>"
                    await editor.type("a", 0, word)
                    await editor.until(lambda editor=editor: editor.saved == editor.sent or editor.code is not None)
                    if editor.saved == editor.sent:
                        saved.append(word)
                visit.codes.append(editor.code)
        visit.move()


async def all_saved(visit: Visit, paper: "Doc[Text]") -> None:
    async with online(f"{visit.server.ws}/ws/docs/scratch/rolling", visit.headers, doc=paper) as editor:
        await editor.saved_all()


async def test_nothing_is_lost_or_doubled_and_nobody_is_sent_away(new_server: Callable[..., Server]) -> None:
    first = await asyncio.to_thread(new_server, scaled=True, DJANGO_SETTINGS_MODULE="tests.collab.scratch.settings")
    second = await asyncio.to_thread(first.beside)
    servers = [first, second]
    first.shell(
        "from collab.domain import create_document; "
        "create_document(kind='scratch', key='rolling', texts={'a': ''}, person_id=None)"
    )

    async def visit(who: str, at: list[Server]) -> Visit:
        return Visit(who, at, await asyncio.to_thread(cookies_of, first, who))

    posters = [await visit("partner", servers), await visit("agency", servers[::-1])]
    readers = [await visit("observer", servers), await visit("deputy", servers[::-1])]
    writers = [await visit("partner", servers), await visit("agency", servers[::-1])]
    papers: list[Doc[Text]] = [Doc(), Doc()]
    saved: list[list[str]] = [[], []]
    heard: list[dict[int, str]] = [{}, {}]
    posted: list[str] = []
    news, over = asyncio.Condition(), asyncio.Event()

    async with httpx.AsyncClient(timeout=30) as client:
        token = posters[0].headers["Cookie"].split("csrftoken=")[1].split(";")[0]
        begun = await client.post(
            f"{first.url}/api/groups/agrifood/topics",
            json={"title": "While it restarts", "source": "We go on."},
            headers=posters[0].headers | {"X-CSRFToken": token},
        )
        topic = begun.json()["id"]

        def posts_heard(reader: int) -> int:
            """How many after the one that the topic began with."""
            return sum(name == "post.added" for name in heard[reader].values()) - 1

        async def everybody_has(posts: int) -> None:
            async with asyncio.timeout(60), news:
                await news.wait_for(lambda: all(posts_heard(reader) >= posts for reader in (0, 1)))

        async def talk(poster: Visit) -> None:
            """Posts, and goes on once both readers have it."""
            while not over.is_set():
                source = f"{poster.who} {len(posted)} {uuid.uuid4()}"
                await post(poster, topic, source, client)
                posted.append(source)
                await everybody_has(len(posted))

        async def restart_all() -> None:
            for server in servers:
                await everybody_has(len(posted) + POSTS_BETWEEN_RESTARTS)
                assert await asyncio.to_thread(server.stop) == 0
                await everybody_has(len(posted) + POSTS_BETWEEN_RESTARTS)
                await asyncio.to_thread(server.start)
            over.set()

        reading = [
            asyncio.create_task(read(reader, topic, each, news)) for reader, each in zip(readers, heard, strict=True)
        ]
        writing = [write(writer, *at, over) for writer, *at in zip(writers, papers, saved, strict=True)]
        await asyncio.gather(restart_all(), *(talk(poster) for poster in posters), *writing)
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)
        assert all(task.cancelled() for task in reading)

        answer = await client.get(f"{second.url}/api/topics/{topic}/posts", headers=readers[0].headers)
    sources = [each["source"] for each in answer.json()["posts"]][1:]
    assert sorted(sources) == sorted(posted)
    assert [posts_heard(reader) for reader in (0, 1)] == [len(posted), len(posted)]

    for writer, paper in zip(writers, papers, strict=True):
        await all_saved(writer, paper)
    said = await asyncio.to_thread(
        first.shell, "from collab.queries import texts_of; print(texts_of('scratch', 'rolling').texts['a'])"
    )
    words = re.findall(r"<\w+:\d+>", said)
    assert len(words) == len(set(words))
    assert set(saved[0]) | set(saved[1]) <= set(words)
    assert min(len(saved[0]), len(saved[1])) > POSTS_BETWEEN_RESTARTS
    closed: list[Any] = [code for each in (*readers, *writers) for code in each.codes if code is not None]
    assert set(closed) == {GOING_AWAY}
    for server in servers:
        assert "Traceback" not in server.log
