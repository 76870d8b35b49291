"""The pictures of docs/tour.md and README.md, each path walked as somebody new would: `make tour`.

A fresh demo is started, and each path is gone through by what a person reads on the screen, in the browser that the
tests use. `python -m tests.tour FOLDER [PATH ...]` takes only the paths of these names.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browsers import ARGUMENTS, chromium
from tests.messages import ROOT
from tests.servers import Server, Template
from visits.demo_pictures import picture

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
QUALITY = 82  # of WebP: letters stay sharp, a picture stays below 100 kB


class Walk:
    """Who walks where, and where the pictures go."""

    def __init__(self, browser: Browser, server: Server, folder: Path) -> None:
        self.browser, self.server, self.folder = browser, server, folder

    def visitor(self, *, phone: bool = False) -> Page:
        context = self.browser.new_context(
            base_url=self.server.url,
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    def person(self, who: str, *, phone: bool = False) -> Page:
        """Somebody who has come in by one click on the page for signing in."""
        page = self.visitor(phone=phone)
        page.goto("/accounts/login/")
        page.locator(f"button[value='{who}@demo.example']").click()
        page.wait_for_url(f"{self.server.url}/")
        return page

    def take(self, page: Page, name: str) -> None:
        """Takes what is on the screen."""
        page.wait_for_selector("html[data-ready]", state="attached")
        page.evaluate("document.fonts.ready.then(() => null)")
        page.wait_for_timeout(400)
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        if page.viewport_size == PHONE:
            image = image.resize((585, 1170), Image.Resampling.LANCZOS)
        image.save(self.folder / f"{name}.webp", quality=QUALITY, method=6)


def show(page: Page, selector: str, below: int = 90) -> None:
    """Scrolls so that this stands so many pixels below the top edge."""
    script = "(it, below) => scrollTo(0, it.getBoundingClientRect().top + scrollY - below)"
    page.locator(selector).first.evaluate(script, below)


def to_the_end_of_the_line(page: Page) -> None:
    """Also of one that the screen breaks: the first press stops at the break."""
    for _press in range(2):
        page.keyboard.press("End")


def into_group(page: Page, room: str) -> None:
    """By the rail, or on a phone by the menu and then the bar: to Agrifood and one of its rooms."""
    if page.viewport_size == PHONE:
        page.locator(".topbar-menu > summary").click()
        page.locator(".topbar-sheet").get_by_role("link", name="Agrifood").click()
        page.locator(".bottom-bar").get_by_role("link", name=room).click()
        return
    page.locator(".rail").get_by_role("link", name="Agrifood").click()
    if room != "Overview":
        page.locator(".rail").get_by_role("link", name=room).click()


def home(walk: Walk) -> None:
    page = walk.visitor()
    page.goto("/")
    walk.take(page, "home")
    page.get_by_role("link", name="Sign in").click()
    page.locator("button[value='agency@demo.example']").hover()
    walk.take(page, "sign-in")


def answer(walk: Walk) -> None:
    """A question that one has not read, answered with a picture."""
    page = walk.person("agency")
    into_group(page, "Forum")
    page.get_by_role("link", name="With new posts").click()
    walk.take(page, "answer-1-forum")
    page.locator(".row.is-unread").get_by_role("link", name="can others use the drying data?").click()
    page.wait_for_url("**/topics/**")
    field = page.locator(".composer textarea")
    field.click()
    field.press_sequentially("Ten in the morning suits us. This is the hall that we would measure in:\n\n")
    walk.take(page, "answer-2-reply")
    page.locator("[data-part=image-input]").set_input_files(
        {"name": "drying-hall.jpg", "mimeType": "image/jpeg", "buffer": picture("drying-hall").getvalue()}
    )
    shown = page.locator(".upload [data-slot=alt]")
    shown.fill("Crates of fruit drying in the low sun")
    expect(page.locator(".upload [data-slot=progress]")).to_be_hidden()
    walk.take(page, "image-1-upload")
    page.locator(".composer").get_by_role("button", name="Post", exact=True).click()
    posted = page.locator(".post", has_text="the hall that we would measure in")
    expect(posted.locator("img")).to_be_visible()
    page.wait_for_timeout(500)
    walk.take(page, "image-2-posted")


def write_together(walk: Walk) -> None:
    """Two people in one section of the plan."""
    page, other = walk.person("agency"), walk.person("coordinator")
    for each in (page, other):
        into_group(each, "Plan")
        each.get_by_role("link", name="Strengths and gaps").first.click()
        expect(each.locator(".cm-content")).to_be_visible()
    other.locator(".cm-line", has_text="Trust inside each region").click()
    to_the_end_of_the_line(other)
    other.keyboard.type(" In Lombardy they")
    expect(page.locator(".cm-content")).to_contain_text("In Lombardy they")
    page.locator(".cm-line", has_text="Two strong laboratories").click()
    to_the_end_of_the_line(page)
    page.keyboard.type(" Silesia brings its orchards.")
    expect(page.locator("[data-part=state]")).to_contain_text("Saved")
    other.keyboard.type(" have done so for years.")
    expect(page.locator(".cm-content")).to_contain_text("for years.")
    walk.take(page, "write-together")


def silent(walk: Walk) -> None:
    """Which regions have not spoken: in the group, in a topic, on a version of the plan."""
    page = walk.person("coordinator")
    into_group(page, "Overview")
    walk.take(page, "overview")
    show(page, "#silent", 320)
    walk.take(page, "silent-1-overview")
    page.locator(".rail").get_by_role("link", name="Plan").click()
    page.get_by_role("link", name="Agreement", exact=True).click()
    walk.take(page, "silent-2-agreement")


def sign(walk: Walk) -> None:
    """The mandate holder of Silesia says what the region says."""
    page = walk.person("agency")
    walk.take(page, "sign-1-home")
    page.locator("main").get_by_role("link", name="Second draft for the regions").first.click()
    show(page, ".agreement-form")
    walk.take(page, "sign-2-what-changed")
    page.get_by_label("Endorses with a reservation").check()
    page.get_by_label("Reservation or reason").fill("We ask that each figure names **who reports it**, and when.")
    show(page, ".agreement-form .form", 200)
    walk.take(page, "sign-3-word")
    page.locator(".agreement-form").get_by_role("button").last.click()
    page.wait_for_load_state()
    walk.take(page, "sign-4-said")


def log(walk: Walk) -> None:
    """A sentence and a photo from a phone, at the place."""
    page = walk.person("agency", phone=True)
    into_group(page, "Visits")
    walk.take(page, "log-1-visits")
    page.get_by_role("link", name="From field to spice mill").first.click()
    page.get_by_role("link", name="Log what I see").first.click()
    page.locator(".photo-input").first.set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture("paprika-field").getvalue()}
    )
    page.get_by_label("What the photo shows").fill("Rows of paprika, a paper tag at each end")
    page.get_by_label("What I see").fill("Each row has a paper tag. The dryer reads it, nobody types anything.")
    show(page, ".photo-field", 110)
    walk.take(page, "log-2-entry")
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url("**/visits/*/**")
    mine = page.locator("#entries li", has_text="nobody types anything").first
    expect(mine).to_be_visible()
    mine.scroll_into_view_if_needed()
    walk.take(page, "log-3-logged")


def publish(walk: Walk) -> None:
    """What was seen becomes a story that everybody reads."""
    page = walk.person("coordinator")
    into_group(page, "Visits")
    page.get_by_role("link", name="From field to spice mill").first.click()
    page.get_by_role("link", name="Story for the public").click()
    walk.take(page, "publish-1-visit")
    page.get_by_role("link", name="Read the draft").first.click()
    walk.take(page, "publish-2-review")
    page.get_by_role("link", name="Publish", exact=True).first.click()
    walk.take(page, "publish-3-ask")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/story/")
    walk.take(page, "publish-4-story")


PATHS: dict[str, Callable[[Walk], None]] = {
    path.__name__: path for path in (home, answer, write_together, silent, sign, log, publish)
}


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    template = Template().prepare()
    server = Server(template)
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for name in names or PATHS:
                PATHS[name](Walk(browser, server, folder))
            browser.close()
    finally:
        server.remove()
        template.remove()
    print(f"{len(list(folder.glob('*.webp')))} pictures in {folder}")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images/tour"
    main(place, sys.argv[2:])
