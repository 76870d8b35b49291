"""The agreement's page in a browser: who speaks for a region says so there, and others see it at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.servers import Server

PAGE = "/groups/agrifood/plan/consultation/"


def test_a_region_confirms_its_word_on_a_newer_version_and_the_coordinator_sees_it_at_once(
    server: Server, page_of: Callable[..., Page]
) -> None:
    watching, speaking = page_of(server, "coordinator"), page_of(server, "agency", width=390)
    watching.goto(PAGE)
    expect(watching.get_by_text("5 of 10 regions have spoken")).to_be_visible()
    speaking.goto(PAGE)
    changed = speaking.get_by_role("region", name="What changed since version 1")
    expect(changed.locator("ins")).to_contain_text("Each lead reports twice a year")
    expect(changed.get_by_text("Ten regions grow")).to_have_count(0)
    speaking.get_by_role("button", name="Speak for Silesia on version 2").click()
    expect(speaking.locator("#region-PL22")).to_contain_text("Endorses with a reservation")
    expect(watching.get_by_text("6 of 10 regions have spoken").first).to_be_visible(timeout=60_000)
    expect(watching.locator("#region-PL22")).to_contain_text("who reads the reports", timeout=60_000)
