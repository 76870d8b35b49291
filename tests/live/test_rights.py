"""Whoever loses a right loses the open socket within two seconds of the commit; nobody else does."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from tests.live.conftest import DESK, cookies_of, publish, tab
from tests.live.losses import AGRIFOOD, LOSSES, THE_TOKEN, assert_cut_in_time, lose_everything
from tests.plans.served import section_of
from tests.servers import Server


async def test_every_lost_right_ends_the_open_socket_within_two_seconds_and_no_other(
    own_server: Server, key: str, record_property: Callable[[str, object], None]
) -> None:
    text = (await asyncio.to_thread(section_of, own_server, "Monitoring"))["id"]
    async with tab(own_server, "outsider") as neighbour, tab(own_server, LOSSES[THE_TOKEN].who) as browser:
        for one in (neighbour, browser):
            await one.subscribe(f"desk:{key}")
        ends = await lose_everything(own_server, own_server, text)
        record_property("rights lost", len(ends))
        record_property("longest seconds until the cut", round(assert_cut_in_time(ends), 2))
        await asyncio.to_thread(publish, own_server, key, {"still": "there"})
        for one in (neighbour, browser):
            assert (await one.hear())["data"] == {"still": "there"}


async def test_signing_out_in_the_browser_ends_its_socket_at_once(shared_server: Server) -> None:
    with contextlib.closing(await asyncio.to_thread(shared_server.client, "outsider")) as client:
        async with tab(shared_server, "", **shared_server.cookie_header(client)) as one:
            await one.subscribe("desk:tourism")
            await asyncio.to_thread(client.post, "/accounts/logout/")
            assert await one.close_code(3) == 4401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cookie": "sessionid=nobodysnobodysnobodysnobodys00"},
        {"Cookie": "sessionid='; DROP TABLE" + "x" * 3000},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer \xff\xfe" + "x" * 3000},
    ],
)
async def test_who_is_nobody_is_told_so_by_the_code(shared_server: Server, headers: dict[str, str]) -> None:
    async with tab(shared_server, "", **headers) as one:
        assert await one.close_code() == 4401


async def test_a_bad_token_is_not_made_good_by_a_session_beside_it(shared_server: Server) -> None:
    cookies = await asyncio.to_thread(cookies_of, shared_server, "outsider")
    async with tab(shared_server, "", Authorization="Bearer wrong", **cookies) as one:
        assert await one.close_code() == 4401


async def test_a_removed_member_gets_nothing_that_was_published_after_the_removal_was_heard_of(new_server) -> None:
    server = new_server(**DESK)
    async with tab(server, "partner") as removed, tab(server, "agency") as stays:
        await removed.subscribe(AGRIFOOD)
        await stays.subscribe(AGRIFOOD)
        await asyncio.to_thread(publish, server, "agrifood", {"remove": "partner@demo.example"}, {"secret": "leek"})
        assert [event["number"] for event in await stays.events(2)] == [1, 2]
        heard = []
        with contextlib.suppress(Exception):
            while True:
                heard.append((await removed.hear(5))["data"])
        assert removed.socket.close_code == 4403
    assert {"secret": "leek"} not in heard
