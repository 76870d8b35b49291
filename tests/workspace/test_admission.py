"""A process works on so many requests at once and lets so many wait, whatever comes."""

import asyncio
from typing import Any

import pytest

from workspace.admission import Admission


class Pages:
    """Answers each request when told to."""

    def __init__(self) -> None:
        self.under_way: list[str] = []
        self.served: list[str] = []
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.under_way.append(scope["path"])
        try:
            await self.go_on.wait()
            if scope["path"] == "/trouble":
                raise RuntimeError("as asked")
            await send({"type": "http.response.start", "status": 200, "headers": []})
            self.served.append(scope["path"])
        finally:
            self.under_way.remove(scope["path"])


class Peer:
    """Asks for one page."""

    def __init__(self, application: Admission, path: str) -> None:
        self.said: list[dict[str, Any]] = []
        self.task = asyncio.create_task(self.ask(application, path))

    async def ask(self, application: Admission, path: str) -> int:
        async def send(message: Any) -> None:
            self.said.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        await application({"type": "http", "method": "GET", "path": path}, receive, send)
        return int(self.said[0]["status"])


async def a_moment() -> None:
    """All that can go on has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_requests_past_the_bound_wait_in_their_order_and_those_past_the_queue_are_told_to_come_back() -> None:
    pages = Pages()
    bounded = Admission(pages, at_once=2, waiting=3)
    peers = [Peer(bounded, f"/{n}") for n in range(6)]
    await a_moment()
    assert pages.under_way == ["/0", "/1"]
    assert await peers[5].task == 503
    start, body = peers[5].said
    assert dict(start["headers"])[b"retry-after"] == b"2"
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    pages.go_on.set()
    assert [await peer.task for peer in peers[:5]] == [200] * 5
    assert pages.served == [f"/{n}" for n in range(5)]


async def test_whether_the_process_is_well_is_told_however_much_it_has_to_do() -> None:
    pages = Pages()
    bounded = Admission(pages, at_once=1, waiting=0)
    busy = Peer(bounded, "/")
    await a_moment()
    asked = Peer(bounded, "/healthz")
    await a_moment()
    assert pages.under_way == ["/", "/healthz"]
    pages.go_on.set()
    assert (await busy.task, await asked.task) == (200, 200)


async def test_a_place_becomes_free_when_a_request_fails_and_when_one_that_waits_goes_away() -> None:
    pages = Pages()
    bounded = Admission(pages, at_once=1, waiting=1)
    failing, leaving = Peer(bounded, "/trouble"), Peer(bounded, "/gone")
    await a_moment()
    leaving.task.cancel()
    await a_moment()
    patient = Peer(bounded, "/next")
    pages.go_on.set()
    with pytest.raises(RuntimeError):
        await failing.task
    assert await patient.task == 200
    assert pages.served == ["/next"]
