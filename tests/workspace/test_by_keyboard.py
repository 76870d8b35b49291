"""The work of a morning by keyboard alone. At every stop of the focus one sees where it is, and nothing covers it."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.backing import wait_until
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PageOf = Callable[..., Page]
MOST_STOPS = 120
# What the focus is on. It is free where what lies in the middle of what one sees of it is its own, or its label's.
STOP = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const label = focused.labels?.[0];
  const name = focused.getAttribute("aria-label") || label?.innerText || focused.innerText || focused.value || "";
  const seen = label && focused.getBoundingClientRect().width <= 1 ? label : focused;
  const frames = [focused, label, focused.parentElement, focused.closest(".cm-editor")];
  const isMarked = frames.filter(Boolean).some((each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });
  const box = seen.getBoundingClientRect();
  const between = (low, high) => (Math.max(low, 0) + high) / 2;
  const there = document.elementFromPoint(
    between(box.left, Math.min(box.right, innerWidth)), between(box.top, Math.min(box.bottom, innerHeight)));
  const isFree = !!there && [focused, label].some((each) => each?.contains(there) || there.contains(each));
  return {name: name.trim().split("\\n")[0], role: focused.getAttribute("role") ?? focused.localName, isMarked, isFree};
}"""


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def is_plain(stop: dict[str, Any]) -> bool:
    return bool(stop["isMarked"] and stop["isFree"])


class Keys:
    """Somebody who has no mouse. ``faults`` are the stops where they could not see where they were."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []

    def stops(self, key: str) -> Iterator[dict[str, Any]]:
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press(key)
            stop = self.page.evaluate(STOP)
            if stop is None:
                continue
            if not is_plain(stop):
                with contextlib.suppress(AssertionError):  # what passes over, or is marked a moment later
                    wait_until(lambda: is_plain(self.page.evaluate(STOP)), "a focus that one sees", 1)
                    stop = self.page.evaluate(STOP)
            if not is_plain(stop):
                self.faults.append(f"{self.page.url}: {stop}")
            yield stop

    def go_to(self, name: str, role: str = "", key: str = "Tab") -> None:
        """On with the tabulator, to what has this name (and role, or element where it has none)."""
        passed = []
        for stop in self.stops(key):
            if stop["name"] == name and role in ("", stop["role"]):
                return
            passed.append(stop["name"])
        raise AssertionError(f"no way to {name!r} on {self.page.url}, only to {passed}")

    def follow(self, name: str) -> None:
        self.go_to(name)
        before = self.page.url
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url != before)
        self.page.wait_for_selector("html[data-ready]", state="attached")


def test_signing_in_answering_writing_together_and_speaking_for_a_region(server: Server, page_of: PageOf) -> None:
    chiara = page_of(server, "coordinator")
    chiara.goto("/groups/agrifood/plan/")
    expect(chiara.locator(".cm-content")).to_be_visible()

    page = page_of(server, reduced_motion="reduce")  # what scrolls has arrived at once
    keys = Keys(page)
    page.goto("/")
    keys.follow("Sign in")
    keys.go_to("Email")
    page.keyboard.type("agency@demo.example")
    keys.go_to("Password")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)

    keys.go_to("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto("/groups/agrifood/")
    keys.follow("Forum")
    keys.follow("What makes a cluster ours? A comparison on one page")
    keys.go_to("Your reply")
    page.keyboard.type("By keyboard alone")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".post").last).to_contain_text("By keyboard alone")

    page.goto("/groups/agrifood/plan/")
    expect(page.locator(".cm-content")).to_be_visible()
    keys.go_to("Executive summary", "textbox")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Zofia without a mouse. ")
    expect(chiara.locator(".cm-content")).to_contain_text("Zofia without a mouse. ")
    expect(page.locator('[data-part="state"]')).to_have_text("Saved")

    keys.go_to("Preview", key="Shift+Tab")  # the editor does not keep the tabulator
    page.goto("/groups/agrifood/plan/consultation/")
    keys.go_to("Endorses with a reservation")  # what the region said to the version before
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Endorses", exact=True)).to_be_checked()
    page.keyboard.press("ArrowDown")
    keys.go_to("Reservation or reason")
    page.keyboard.press("Control+a")
    page.keyboard.type("The mills of Silesia come first.")
    keys.go_to("Speak for Silesia on version 2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Change the word")).to_be_visible()
    assert keys.faults == []
