"""A plan on a real server, over the addresses that its API gives: two stock clients."""

import json

import pytest

from tests.collab.yjs import node
from tests.plans.served import cookie, plan_of, section_of
from tests.servers import Server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def test_two_stock_clients_write_one_section_that_the_api_named(server: Server) -> None:
    section = section_of(server, "Monitoring")
    cookies = [cookie(server, who, "demo") for who in ("coordinator", "agency")]
    said = json.loads(
        node("--no-warnings", "stock.mjs", f"{server.ws}/ws/docs/plan", "agrifood", section["id"], *cookies)
    )
    after = plan_of(server)
    (written,) = (each["text"] for each in after["sections"] if each["id"] == section["id"])
    assert said["texts"] == [written, written]
    assert len(written) > len(section["text"]) + 500
    assert said["seen"] == [["Zofia Jabłonka"], ["Chiara Risaia"]]


def test_an_observers_stock_client_reads_and_changes_nothing(server: Server) -> None:
    before = plan_of(server)
    section = section_of(server, "Monitoring")
    place = (f"{server.ws}/ws/docs/plan", "agrifood", section["id"], cookie(server, "observer"))
    said = json.loads(node("--no-warnings", "../plans/observer.mjs", *place))
    assert said == {"read": section["text"], "code": 4403}
    assert section["text"]
    assert plan_of(server) == before
