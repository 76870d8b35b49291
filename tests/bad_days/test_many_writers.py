"""Sixteen writers on SQLite at once: posts and text over the network, and two programs beside the server. None of them
is told that the database is locked.

Four seconds here; `make soak` writes for five minutes (``WRITING_SECONDS``).
"""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.collab.editors import online
from tests.plans.served import cookie, section_of
from tests.servers import ROOT, Server
from tests.sizes import size

pytestmark = [pytest.mark.server, pytest.mark.once("this day is SQLite's")]

SECONDS = size("WRITING_SECONDS", 4)
POSTERS = ("agency", "partner", "coordinator", "deputy", "usti", "cvirr", "arleg", "kranj", "linz", "rice")
EDITORS = ("agency", "partner", "coordinator", "deputy")
# At most so many a second each, so that five minutes end in a text that is not too large.
PAUSE_SECONDS = 0.05

PROGRAM = """
import time
from forums.domain.posting import post_reply
from forums.models import Topic
from groups.models import Person
topic, author = Topic.objects.get(pk={topic}), Person.objects.get(email="stuttgart@demo.example")
end, number = time.time() + {seconds}, 0
while time.time() < end:
    source = f"program {name} {{number}}"
    post_reply(topic=topic, author=author, source=source, idempotency_key=source)
    number += 1
    time.sleep({pause})
print(number)
"""


class Poster:
    def __init__(self, client: httpx.Client, who: str, topic: int) -> None:
        self.client, self.who, self.topic = client, who, topic
        self.answered: list[str] = []
        self.slowest = 0.0

    def post_until(self, end: float) -> None:
        while time.monotonic() < end:
            begun = time.monotonic()
            source = f"{self.who} {len(self.answered)}"
            answer = self.client.post(
                f"/api/topics/{self.topic}/posts", json={"source": source}, headers={"Idempotency-Key": source}
            )
            assert answer.status_code == 201, answer.text
            self.answered.append(source)
            self.slowest = max(self.slowest, time.monotonic() - begun)
            time.sleep(PAUSE_SECONDS)


async def write_until(server: Server, who: str, section: str, end: float) -> int:
    """Types into the plan; how many updates were saved, each of them before the next."""
    headers = {"Cookie": await asyncio.to_thread(cookie, server, who)}
    async with online(f"{server.ws}/ws/docs/plan/agrifood", headers) as editor:
        while time.monotonic() < end:
            await editor.type(section, 0, f"<{who}:{editor.sent}>")
            await editor.saved_all()
            await asyncio.sleep(PAUSE_SECONDS)
        return editor.saved


def begin_program(server: Server, name: str, topic: int) -> subprocess.Popen[str]:
    code = PROGRAM.format(topic=topic, seconds=SECONDS, name=name, pause=PAUSE_SECONDS)
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code],
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_sixteen_writers_at_once_are_never_told_that_the_database_is_locked(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    section = (await asyncio.to_thread(section_of, server, "Monitoring"))["id"]
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(contextlib.closing(server.client(who))) for who in POSTERS]
        made = clients[0].post("/api/groups/agrifood/topics", json={"title": "Sixteen at once", "source": "first"})
        topic = made.json()["id"]
        programs = [begin_program(server, name, topic) for name in ("a", "b")]
        posters = [Poster(client, who, topic) for client, who in zip(clients, POSTERS, strict=True)]
        end = time.monotonic() + SECONDS
        pool = stack.enter_context(ThreadPoolExecutor(len(posters)))
        posting = [asyncio.get_running_loop().run_in_executor(pool, poster.post_until, end) for poster in posters]
        editing = [write_until(server, who, section, end) for who in EDITORS]
        *_, first, second, third, fourth = await asyncio.gather(*posting, *editing)
        said = [await asyncio.to_thread(program.communicate, timeout=SECONDS + 60) for program in programs]
        stored = int(server.shell(f"from forums.models import Post; print(Post.objects.filter(topic={topic}).count())"))
    assert [program.returncode for program in programs] == [0, 0], said
    by_programs = sum(int(output) for output, _ in said)
    posts = sum(len(poster.answered) for poster in posters)
    edits = first + second + third + fourth
    assert stored == 1 + posts + by_programs
    assert min(*(len(poster.answered) for poster in posters), by_programs, edits) > 0
    record_property("writers", len(POSTERS) + len(EDITORS) + len(programs))
    record_property("seconds", SECONDS)
    record_property("posts", posts + by_programs)
    record_property("edits", edits)
    record_property("slowest answer to a post in seconds", round(max(poster.slowest for poster in posters), 2))
    for log in (server.log, *(error for _, error in said)):
        assert "locked" not in log
        assert "Traceback" not in log
    assert await asyncio.to_thread(server.manage, "verify") == "All is well.\n"
