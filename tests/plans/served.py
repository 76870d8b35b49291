"""The Agrifood plan on a real server, as programs see it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from tests.servers import Server


@contextmanager
def signed_in(server: Server, who: str, password: str = "") -> Iterator[httpx.Client]:
    with closing(server.client(who, password)) as client:
        yield client


def cookie(server: Server, who: str, password: str = "") -> str:
    with signed_in(server, who, password) as client:
        return server.cookie_header(client)["Cookie"]


def plan_of(server: Server) -> dict[str, Any]:
    with signed_in(server, "partner") as client:
        answer: dict[str, Any] = client.get("/api/plans/agrifood").json()
    return answer


def section_of(server: Server, heading: str) -> dict[str, Any]:
    return next(section for section in plan_of(server)["sections"] if section["heading"] == heading)
