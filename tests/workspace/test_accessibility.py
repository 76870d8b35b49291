"""Every page and its main states, for whoever sees little, uses a keyboard or holds a phone: axe finds nothing.

No rule of axe's is left out, and the one on the size of targets, which it has switched off, is on. Each page is looked
at on a phone in light and on a wide screen in dark: by all rules on the one, by those on colours and sizes on the
other, and with the next page the other way round. What the scheme changes, colours, does not follow the width.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.pages import PAGES, Place, things_of
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOOKS: tuple[tuple[Literal["light", "dark"], dict[str, int]], ...] = (("light", PHONE), ("dark", WIDE))
SEEN_ANEW = ["color-contrast", "target-size"]
RUN = """async (rules) => {
  const some = rules.length ? {runOnly: rules} : {rules: {"target-size": {enabled: true}}};
  const {violations} = await axe.run(document, {resultTypes: ["violations"], ...some});
  return violations.map(({id, nodes}) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`);
}"""
HEAD = """() => [document.querySelectorAll("h1").length, document.documentElement.lang, document.title !== ""]"""
# What passes over into something else when the scheme or the width changes is looked at once it has arrived. A target
# that stands half under the bar at the head, since the page was scrolled, is not a small one.
AT_REST = """async () => {
  scrollTo(0, 0);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const passing = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(passing.map((each) => each.finished));
}"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Where one shows once more that it is oneself, before what concerns the safety of one's account.
LOOK_AGAIN = "/accounts/reauthenticate/"

PageOf = Callable[..., Page]
Things = dict[str, object]


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture(scope="module")
def things(server: Server) -> Things:
    return things_of(server)


def violations(page: Page, turn: int, *, only_wide: bool = False) -> list[str]:
    """What axe finds on the page as it is now, in light and in dark, narrow and wide; and what runs over the edge.

    ``turn``, even or odd, says in which of the two all rules are asked. That one is also the last, and so the next
    page's first.
    """
    found = []
    for scheme, size in LOOKS if turn % 2 else LOOKS[::-1]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(WIDE if only_wide else size)  # type: ignore[arg-type]
        page.evaluate(AT_REST)
        seen = page.evaluate(RUN, [] if (scheme, size) == LOOKS[turn % 2] else SEEN_ANEW) + (
            ["runs over the edge"] if page.evaluate(OVER) > 0 else []
        )
        found += [f"{scheme}, {size['width']} px: {each}" for each in seen]
    return found


def with_axe(page: Page) -> Page:
    assert AXE.exists(), "axe-core is missing: run `npm ci` in frontend/"
    page.add_init_script(path=AXE)
    return page


def go(page: Page, address: str) -> int:
    answer = page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    assert answer is not None
    return answer.status


def looked_at(page: Page, place: Place, things: Things, turn: int) -> list[str]:
    """What is wrong with one page, each fault with the page's name."""
    told: list[str] = page.troubles  # type: ignore[attr-defined]
    address = place.address.format_map(things)
    status = go(page, address)
    if LOOK_AGAIN in page.url and address != LOOK_AGAIN:
        page.fill("[name=password]", "demo")
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{address}")
        page.wait_for_selector("html[data-ready]", state="attached")
    faults = [] if status == place.status else [f"answered {status}"]
    if page.url != page.evaluate("address => new URL(address, location).href", address):
        faults.append(f"led to {page.url}")
    if place.status != 200:
        told[:] = [each for each in told if str(place.status) not in each]
    number, language, has_title = page.evaluate(HEAD)
    if number != 1 or language != "en" or not has_title:
        faults.append(f"{number} h1, lang={language!r}, titled: {has_title}")
    faults += violations(page, turn) + told
    told.clear()
    return [f"{place.name}: {fault}" for fault in faults]


@pytest.mark.parametrize("who", sorted({place.who for place in PAGES}))
def test_every_page_is_whole_for_everybody(server: Server, page_of: PageOf, things: Things, who: str) -> None:
    page = with_axe(page_of(server, who))
    places = [place for place in PAGES if place.who == who]
    faults = [fault for turn, place in enumerate(places) for fault in looked_at(page, place, things, turn)]
    assert not faults, "\n".join(faults)


def account_menu(page: Page) -> None:
    page.locator(".account-menu > summary").click()


def menu_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator(".topbar-menu > summary").click()


def sign_in_refused(page: Page) -> None:
    page.fill("[name=login]", "nobody@demo.example")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    expect(page.locator(".error-summary")).to_be_focused()


def topic_refused(page: Page) -> None:
    page.get_by_role("button", name="Open the topic").click()
    expect(page.locator(".error-summary")).to_be_focused()


def programme_refused(page: Page) -> None:
    page.locator("main form").evaluate("form => { form.noValidate = true; }")  # as if the browser had let it pass
    page.locator("main form").get_by_role("button", name="Plan the visit").click()
    expect(page.locator(".error-summary")).to_be_focused()


def mention_sought(page: Page) -> None:
    page.locator("textarea[name=source]").press_sequentially("Ask @a")
    expect(page.get_by_role("listbox", name="People and regions")).to_be_visible()


def reply_seen_before(page: Page) -> None:
    page.locator("textarea[name=source]").fill("# So\n\n- [x] **this**, @Vít.Pramen")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".writing-preview strong")).to_be_visible()


def reactions_offered(page: Page) -> None:
    page.locator("#post-1 .reactions").get_by_role("button", name="React", exact=True).click()


def question_asked(page: Page) -> None:
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def blocks_listed(page: Page) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n/", delay=20)
    expect(page.get_by_role("listbox", name="Blocks to insert")).to_be_visible()


def written_as_source(page: Page) -> None:
    page.get_by_label("Source", exact=True).check()
    expect(page.locator(".cm-content")).to_be_visible()


def written_in_a_plain_field(page: Page) -> None:
    page.get_by_label("Plain", exact=True).check()
    expect(page.locator("textarea.plan-plain")).to_be_visible()


def section_seen_before(page: Page) -> None:
    expect(page.locator(".cm-content")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator('[data-part="preview"]')).to_be_visible()


def image_described(page: Page) -> None:
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator('[data-part="image-file"]').set_input_files(photo())
    expect(page.get_by_label("What does it show?")).to_be_focused()


def photo() -> Any:
    stream = BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(stream, "PNG")
    return {"name": "mill.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def photo_logged(page: Page) -> None:
    page.get_by_label("Choose photos").set_input_files(photo())
    expect(page.get_by_text("Ready", exact=True)).to_be_visible()


def gallery_open(page: Page) -> None:
    page.locator(".entry a:has(img)").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


PLAN = "/groups/agrifood/plan/"
STATES = [
    ("coordinator", "/", account_menu),
    ("coordinator", "/groups/agrifood/", menu_on_a_phone),
    ("", "/accounts/login/", sign_in_refused),
    ("coordinator", "/groups/agrifood/forum/", topic_refused),
    ("coordinator", "/groups/agrifood/visits/plan/", programme_refused),
    ("coordinator", "/topics/{topic}/", mention_sought),
    ("coordinator", "/topics/{topic}/", reply_seen_before),
    ("coordinator", "/topics/{topic}/", reactions_offered),
    ("coordinator", PLAN + "versions/1/", question_asked),
    ("coordinator", PLAN, blocks_listed),
    ("coordinator", PLAN, section_seen_before),
    ("coordinator", PLAN, image_described),
    ("coordinator", PLAN, written_as_source),
    ("coordinator", PLAN, written_in_a_plain_field),
    ("partner", "/visits/{visit}/log/", photo_logged),
    ("coordinator", "/visits/{visit}/", gallery_open),
]


@pytest.mark.parametrize("who", sorted({who for who, _address, _state in STATES}))
def test_menus_dialogs_errors_and_editors_are_whole_too(
    server: Server, page_of: PageOf, things: Things, who: str
) -> None:
    page = with_axe(page_of(server, who))
    told: list[str] = page.troubles  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: dialog.accept())  # what was written here is not kept
    faults = []
    for turn, (each, address, state) in enumerate(STATES):
        if each == who:
            page.set_viewport_size(WIDE)  # type: ignore[arg-type]
            go(page, address.format_map(things))
            state(page)
            # The editor's list stands where the cursor was when it opened: one that was opened wide is no phone's.
            found = violations(page, turn, only_wide=state is blocks_listed)
            faults += [f"{state.__name__}: {fault}" for fault in found]
            told[:] = [trouble for trouble in told if "422" not in trouble]  # a form that comes back with its faults
    assert not faults, "\n".join(faults)
