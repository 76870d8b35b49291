"""The bell and the list, live in a browser."""

import json
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browsers import AT_ONCE_MS
from tests.servers import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shared_environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.live.desk.settings"}


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def ring(server: Server, *what: str) -> None:
    httpx.post(f"{server.url}/bell/observer@demo.example", content=json.dumps(what), timeout=30).raise_for_status()


def test_a_notice_rings_the_bell_at_once_and_is_read_by_keyboard(server: Server, page_of: Callable[..., Page]) -> None:
    page = page_of(server, "observer")
    page.goto("/notices/?show=all")
    page.get_by_role("button", name="Mark all as read").or_(page.get_by_text("Nothing yet")).first.wait_for()
    if page.get_by_role("button", name="Mark all as read").count():  # what the demo's year brought
        page.get_by_role("button", name="Mark all as read").click()
    page.goto("/profile/")
    bell = page.locator(".rail .bell")
    expect(bell).to_have_accessible_name("Notices")
    ring(server, "a note", "a question")
    expect(bell).to_have_accessible_name("Notices 2 unread", timeout=AT_ONCE_MS)
    expect(bell.locator(".count")).to_have_text("2")

    bell.focus()
    page.keyboard.press("Enter")
    rows = page.locator(".notice-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("left a question")
    ring(server, "a third thing")
    expect(rows).to_have_count(3)

    page.get_by_role("button", name=re.compile("^Mark as read")).first.focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(bell.locator(".count")).to_have_text("2")
    page.get_by_role("link", name="left a note").click()
    page.wait_for_url(f"{server.url}/")
    expect(bell.locator(".count")).to_have_text("1")

    other = page.context.new_page()
    other.goto("/notices/")
    other.get_by_role("button", name="Mark all as read").click()
    expect(other.get_by_role("heading", name="You have read everything")).to_be_visible()
    expect(bell).to_have_accessible_name("Notices")
