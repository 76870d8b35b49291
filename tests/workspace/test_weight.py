"""What a page weighs on the line, for those who sit behind a slow one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.mark.parametrize(
    ("who", "address", "limit"),
    [("", "/", 200_000), ("coordinator", "/groups/agrifood/plan/", 450_000)],
    ids=["the first page", "the editor's page"],
)
def test_a_first_visit_weighs_little(
    server: Server, page_of: Callable[..., Page], who: str, address: str, limit: int
) -> None:
    """In bytes as they are sent, compressed, with all that the page loads and nothing of it kept from before."""
    page = page_of(server, who, service_workers="block")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: list[float] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_load_state("networkidle")
    assert len(loaded) > 10
    assert sum(loaded) <= limit
