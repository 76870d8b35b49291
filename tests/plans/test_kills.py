"""The promise that nothing acknowledged is lost or doubled: twenty kills while two write and a third posts.

`make soak` does it a thousand times (``ROUNDS``), in batches of twenty.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pycrdt import Doc

from tests.backing import wait_until
from tests.collab.editors import Editor, online
from tests.plans.served import cookie, section_of, signed_in
from tests.servers import Server
from tests.sizes import SCALED, size

pytestmark = pytest.mark.server

# Twenty where the database is embedded; with PostgreSQL a few show that nothing comes between it and the client.
ROUNDS = size("ROUNDS", 4 if SCALED else 20)
BATCHES = [range(start, min(start + 20, ROUNDS)) for start in range(0, ROUNDS, 20)]


@dataclass
class Poster:
    """Posts to a topic, one after the other, each until it is answered, with one key for all its attempts."""

    client: httpx.Client
    address: str
    sent: int = 0
    answered: list[str] = field(default_factory=list)

    def post_until_the_server_dies(self) -> None:
        try:
            while True:
                self.post()
        except httpx.TransportError:
            return

    def post(self) -> None:
        token = f"Post <{len(self.answered)}>"
        key = {"Idempotency-Key": f"key-{len(self.answered)}"}
        self.sent += 1
        answer = self.client.post(self.address, json={"source": token}, headers=key)
        assert answer.status_code in (200, 201), answer.text
        self.answered.append(token)


@dataclass
class Writer:
    """Types tokens into the plan, each until the server dies; ``saved`` are those whose acknowledgement arrived."""

    name: str
    headers: dict[str, str]
    paper: "Doc[Any]" = field(default_factory=Doc)
    written: list[str] = field(default_factory=list)
    saved: set[str] = field(default_factory=set)

    async def write_until_the_server_dies(self, editor: Editor, section: str) -> None:
        before, mine = editor.sent, len(self.written)
        while editor.code is None:
            self.written.append(f"<{self.name}:{len(self.written)}>")
            await editor.type(section, 0, self.written[-1])
            await asyncio.sleep(0.002)
            self.saved.update(self.written[mine : mine + max(0, editor.saved - before)])
        self.saved.update(self.written[mine : mine + max(0, editor.saved - before)])


async def kill_once(server: Server, address: str, section: str, writers: list[Writer], poster: Poster) -> None:
    """Kills the server while all of them are heard, and starts it again."""
    async with contextlib.AsyncExitStack() as stack:
        editors = [
            await stack.enter_async_context(online(address, writer.headers, doc=writer.paper)) for writer in writers
        ]
        for editor in editors:
            await editor.saved_all()
        posts, tokens = len(poster.answered), [len(writer.saved) for writer in writers]
        posting = threading.Thread(target=poster.post_until_the_server_dies)
        posting.start()
        writing = asyncio.gather(
            *(
                writer.write_until_the_server_dies(editor, section)
                for writer, editor in zip(writers, editors, strict=True)
            )
        )

        def all_are_heard() -> bool:
            return len(poster.answered) > posts + 2 and all(
                len(writer.saved) > count + 10 for writer, count in zip(writers, tokens, strict=True)
            )

        await asyncio.to_thread(wait_until, all_are_heard, "traffic on all ways")
        await asyncio.to_thread(server.kill)
        await writing
        await asyncio.to_thread(posting.join)
    await asyncio.to_thread(server.start)


def tokens_in(text: str) -> list[str]:
    return re.findall(r"<\w+:\d+>", text)


@pytest.mark.parametrize("rounds", BATCHES, ids=lambda rounds: f"{rounds.start + 1}-{rounds.stop}")
async def test_kill_after_kill_nothing_acknowledged_is_lost_or_doubled(
    server: Server, rounds: range, record_property: Callable[[str, object], None]
) -> None:
    section = await asyncio.to_thread(section_of, server, "Monitoring")
    address = f"{server.ws}/ws/docs/plan/agrifood"
    writers = [
        Writer(who, {"Cookie": await asyncio.to_thread(cookie, server, who)}) for who in ("coordinator", "partner")
    ]
    with signed_in(server, "agency") as client:
        topic = client.post("/api/groups/agrifood/topics", json={"title": "Kills", "source": "The first"}).json()["id"]
        poster = Poster(client, f"/api/topics/{topic}/posts")
        for _round in rounds:
            await kill_once(server, address, section["id"], writers, poster)
        saved = writers[0].saved | writers[1].saved
        found = tokens_in((await asyncio.to_thread(section_of, server, "Monitoring"))["text"])
        assert len(found) == len(set(found))
        assert saved <= set(found)
        for writer in writers:
            async with online(address, writer.headers, doc=writer.paper) as editor:
                await editor.saved_all()
        await asyncio.to_thread(poster.post)
        posts = client.get(poster.address).json()["posts"]
        events = client.get(f"/api/topics/{topic}/events?after={len(posts) - 5}").json()
    text = (await asyncio.to_thread(section_of, server, "Monitoring"))["text"]
    assert sorted(tokens_in(text)) == sorted(writers[0].written + writers[1].written)
    assert text.endswith(section["text"])
    assert [post["source"] for post in posts] == ["The first", *poster.answered]
    assert [post["number"] for post in posts] == list(range(1, len(posts) + 1))
    assert events["head"] == len(posts)
    assert [event["data"]["id"] for event in events["events"]] == [post["id"] for post in posts[-5:]]
    assert poster.sent > len(poster.answered) >= len(rounds) * 3
    assert len(saved) >= len(rounds) * 20
    assert await asyncio.to_thread(server.manage, "verify") == "All is well.\n"
    record_property("kills", len(rounds))
    record_property("posts answered", len(poster.answered))
    record_property("edits acknowledged", len(saved))
