"""A server whose clock is a day fast and is then put right, so that the same day comes twice: what people write is
ordered by numbers, and what was ended stays ended, whatever the clock said."""

import asyncio
import contextlib
from pathlib import Path

import httpx
import pytest

from tests.collab.editors import online
from tests.plans.served import section_of
from tests.servers import Server

pytestmark = [pytest.mark.server, pytest.mark.once("the same code as with the database embedded")]

DAY = 24 * 60 * 60
CLOCKS = {"right": 0, "fast": DAY, "right again": 0}
PAGES = (
    "/",
    "/groups/agrifood/",
    "/groups/agrifood/forum/",
    "/groups/agrifood/plan/",
    "/groups/agrifood/plan/consultation/",
    "/groups/agrifood/visits/",
    "/groups/agrifood/members/",
    "/notices/",
    "/profile/",
)


def live_at(server: Server, offset: int) -> None:
    """Starts the server anew with a clock that is this many seconds off."""
    server.stop()
    server.environment |= {"PYTHONPATH": str(Path(__file__).with_name("clock")), "CLOCK_OFFSET_SECONDS": str(offset)}
    server.start()


def post(client: httpx.Client, topic: int, source: str) -> int:
    """Posts twice with one key, as somebody whose answer was lost; the post's number."""
    answers = [
        client.post(f"/api/topics/{topic}/posts", json={"source": source}, headers={"Idempotency-Key": source})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    numbers = {answer.json()["number"] for answer in answers}
    assert len(numbers) == 1
    return int(numbers.pop())


REMOVE = """
from groups.domain.memberships import remove_member
from groups.models import Membership, Person
by = Person.objects.get(email="coordinator@demo.example")
remove_member(membership=Membership.objects.current().get(person__email="hops@demo.example"), by=by)
"""


async def write(server: Server, client: httpx.Client, section: str, words: str) -> None:
    async with online(f"{server.ws}/ws/docs/plan/agrifood", server.cookie_header(client)) as editor:
        await editor.type(section, 0, words)
        await editor.saved_all()


def test_what_is_written_while_the_clock_is_wrong_stands_where_it_was_written(server: Server) -> None:
    section = section_of(server, "Monitoring")["id"]
    with contextlib.ExitStack() as stack:
        agency, partner, removed = (
            stack.enter_context(contextlib.closing(server.client(who))) for who in ("agency", "partner", "hops")
        )
        made = agency.post("/api/groups/agrifood/topics", json={"title": "What time is it?", "source": "first"})
        topic = made.json()["id"]
        for name, offset in CLOCKS.items():
            if name != "right":
                live_at(server, offset)
            newcomer = stack.enter_context(contextlib.closing(server.client("rice")))
            for who, client in (("agency", agency), ("partner", partner), ("rice", newcomer)):
                post(client, topic, f"{name}: {who}")
            asyncio.run(write(server, partner, section, f"<{name}>"))
            for client in (agency, newcomer):
                answers = {page: client.get(page).status_code for page in (*PAGES, f"/topics/{topic}/")}
                assert set(answers.values()) == {200}, (name, answers)
            if name == "fast":
                server.shell(REMOVE)
            assert removed.get("/groups/agrifood/forum/").status_code == (200 if name == "right" else 404)
        posts = agency.get(f"/api/topics/{topic}/posts").json()["posts"]
        written = [f"{name}: {who}" for name in CLOCKS for who in ("agency", "partner", "rice")]
        assert [each["source"] for each in posts] == ["first", *written]
        assert [each["number"] for each in posts] == list(range(1, len(written) + 2))
        told = agency.get(f"/api/topics/{topic}/events").json()["events"]
        assert [event["data"]["id"] for event in told] == [each["id"] for each in posts]
    assert section_of(server, "Monitoring")["text"].startswith("".join(f"<{name}>" for name in reversed(CLOCKS)))
    assert server.manage("verify") == "All is well.\n"
    assert "Traceback" not in server.log
