"""The frame and the public face in a real browser, usable by keyboard and without scripts."""

from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.servers import Server, Template

pytestmark = pytest.mark.browser

Pages = Callable[..., Page]


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture
def inside(server: Server, page_of: Pages) -> Pages:
    """A page signed in as who@demo.example."""

    def open_page(who: str, **options: object) -> Page:
        page = page_of(server, **options)
        with closing(server.client(who)) as client:
            cookies = [{"name": name, "value": value, "url": server.url} for name, value in client.cookies.items()]
        page.context.add_cookies(cookies)
        return page

    return open_page


def go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")


def test_the_first_tab_leads_to_the_content_and_focus_is_always_seen(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.reload()
    reached = set()
    while True:
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => {
              const element = document.activeElement;
              if (element === document.body) return null;
              const seen = (each) => {
                const style = getComputedStyle(each);
                const outlined = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
                return outlined || (each.matches("rect") && parseFloat(style.strokeWidth) >= 5);
              };
              const around = [element.closest(".card-link, .tile")].filter(Boolean);
              const outlined = [element, ...element.querySelectorAll("rect"), ...around].some(seen);
              return [element.outerHTML.slice(0, 120), outlined];
            }"""
        )
        if focus is None or focus[0] in reached:
            break
        reached.add(focus[0])
        assert focus[1], focus[0]
    assert len(reached) > 20


def test_a_demo_person_comes_in_by_one_click_and_goes_out_again(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/groups/agrifood/forum/")
    assert urlsplit(page.url).path == "/accounts/login/"
    page.locator("button[value='agency@demo.example']").click()
    page.wait_for_url("**/groups/agrifood/forum/")
    page.locator(".account-menu > summary").click()
    page.locator(".rail").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{server.url}/")
    expect(page.locator(".masthead").get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_without_scripts_one_signs_in_moves_about_and_signs_out(server: Server, page_of: Pages) -> None:
    page = page_of(server, java_script_enabled=False, width=390)
    page.goto("/accounts/login/")
    page.fill("[name=login]", "partner@demo.example")
    page.fill("[name=password]", "demo")
    page.locator(".entrance-form").get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/groups/agrifood/")
    page.locator(".bottom-bar").get_by_role("link", name="Members").click()
    page.wait_for_url("**/groups/agrifood/members/")
    page.locator(".topbar summary").click()
    page.locator(".topbar").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{server.url}/")


def test_on_a_phone_the_rail_is_a_bar_at_the_bottom(inside: Pages) -> None:
    page = inside("coordinator", width=390, height=800)
    go(page, "/groups/agrifood/")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".bottom-bar a")).to_have_text(["Overview", "Forum", "Plan", "Visits", "Members"])
    expect(page.locator(".bottom-bar [aria-current=page]")).to_have_text("Overview")
    box = page.locator(".bottom-bar").bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == 800


def test_the_map_leads_to_a_region(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/")
    page.locator(".map").get_by_role("link", name="Upper Austria").click()
    page.wait_for_url("**/regions/oberosterreich/")
    expect(page.locator("h1")).to_have_text("Upper Austria")


def test_the_map_s_land_is_really_drawn(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/")
    box = page.locator(".map-own use").first.bounding_box()
    assert box is not None
    assert box["width"] > 50


def test_a_chosen_theme_wins_over_the_system_s(server: Server, page_of: Pages) -> None:
    page = page_of(server, color_scheme="dark")
    go(page, "/")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(background)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(background) != dark


def with_form(page: Page, html: str) -> None:
    """Puts this into the page as a script of ours would, and mounts it."""
    page.evaluate(
        """async (html) => {
          document.querySelector("main").insertAdjacentHTML("beforeend", html);
          const { mountAll } = await import(document.querySelector("script[src*='workspace/modules']").src);
          await mountAll();
        }""",
        html,
    )


DRAFT = """
  <form>
    <textarea name="q" data-module="workspace/draft" data-draft-key="place"></textarea>
    <button>Send it</button>
  </form>
"""


def test_a_draft_survives_a_reload_and_can_be_discarded(inside: Pages) -> None:
    page = inside("partner")
    go(page, "/")
    with_form(page, DRAFT)
    page.locator("textarea").fill("Half a thought")
    go(page, "/")
    with_form(page, DRAFT)
    expect(page.locator("textarea")).to_have_value("Half a thought")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("textarea")).to_have_value("")
    go(page, "/")
    with_form(page, DRAFT)
    expect(page.locator("textarea")).to_have_value("")


def test_a_draft_is_gone_once_it_was_sent_and_stays_while_the_server_is_away(server: Server, inside: Pages) -> None:
    page = inside("partner")
    go(page, "/")
    with_form(page, DRAFT)
    page.locator("textarea").fill("Lost on the way")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    server.kill()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The workspace cannot be reached")
    server.start()
    go(page, "/")
    with_form(page, DRAFT)
    page.troubles.clear()  # type: ignore[attr-defined]
    expect(page.locator("textarea")).to_have_value("Lost on the way")
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/?q=Lost+on+the+way")
    page.wait_for_selector("html[data-ready]", state="attached")
    with_form(page, DRAFT)
    expect(page.locator("textarea")).to_have_value("")


def test_one_person_s_draft_is_not_another_s(inside: Pages) -> None:
    page = inside("partner")
    go(page, "/")
    with_form(page, DRAFT)
    page.locator("textarea").fill("Mine alone")
    go(page, "/")
    page.evaluate("document.body.dataset.person = '999999'")
    with_form(page, DRAFT)
    expect(page.locator("textarea")).to_have_value("")


CONFIRM = """
  <form action="/groups/agrifood/" data-module="workspace/confirm"
        data-confirm="Delete “Soil days”?" data-confirm-action="Delete">
    <button name="b" value="1">Away with it</button>
  </form>
"""


def test_what_cannot_be_undone_asks_once_by_name(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/")
    with_form(page, CONFIRM)
    page.get_by_role("button", name="Away with it").click()
    expect(page.get_by_role("dialog", name="Delete “Soil days”?")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert urlsplit(page.url).path == "/"
    page.get_by_role("button", name="Away with it").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.wait_for_url("**/groups/agrifood/?b=1")


def test_a_form_with_changes_is_not_left_without_a_warning(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/")
    with_form(page, '<form data-module="workspace/unsaved"><input name="title" aria-label="Title"></form>')
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Title").fill("Changed")
    page.goto("/regions/lombardia/")
    assert asked == ["beforeunload"]


def test_a_time_shows_exactly_when_it_was_on_a_click(server: Server, page_of: Pages) -> None:
    page = page_of(server, "agency")
    go(page, "/")
    moment = page.evaluate("new Date(Date.now() - 3 * 3600 * 1000).toISOString()")
    with_form(
        page, f'<time datetime="{moment}" title="8 March 2012, 13:00" data-module="workspace/when">3 hours ago</time>'
    )
    time = page.locator("time[data-module]")
    time.click()
    expect(time).to_have_text("8 March 2012, 13:00")
    time.click()
    expect(time).to_have_text("3 hours ago")


def test_a_toast_is_read_out_and_passes(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    page.clock.install()
    go(page, "/")
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', { detail: 'Copied <b>' }))")
    expect(page.get_by_role("status").filter(has_text="Copied <b>")).to_be_visible()
    page.clock.run_for(7000)
    expect(page.get_by_text("Copied <b>")).to_have_count(0)


def test_a_form_that_comes_back_with_errors_takes_the_focus_to_them(server: Server, page_of: Pages) -> None:
    page = page_of(server)
    go(page, "/accounts/login/")
    page.fill("[name=login]", "nobody@demo.example")
    page.fill("[name=password]", "wrong")
    page.locator(".entrance-form").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=login]")).to_have_value("nobody@demo.example")


def test_the_menu_on_a_phone_closes_on_escape_and_on_a_press_outside(server: Server, inside: Pages) -> None:
    page = inside("coordinator", width=390)
    go(page, "/")
    button, sheet = page.locator(".topbar-menu summary"), page.locator(".topbar-sheet")
    button.click()
    expect(sheet).to_be_visible()
    sheet.get_by_role("link").first.focus()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    expect(sheet).to_be_visible()
    page.mouse.click(240, 25)
    expect(sheet).to_be_hidden()


def test_the_account_menu_is_gone_through_by_keyboard(inside: Pages) -> None:
    page = inside("coordinator")
    go(page, "/groups/agrifood/")
    button, sheet = page.locator(".account-menu > summary"), page.locator(".account-sheet")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("link", name="Profile")).to_be_focused()
    page.keyboard.press("End")
    expect(sheet.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(sheet).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(sheet).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(sheet.get_by_role("button", name="Italiano")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("html[lang=it]")).to_be_attached()


def test_the_public_finds_the_groups_and_regions_on_a_phone_too(server: Server, page_of: Pages) -> None:
    page = page_of(server, width=390)
    go(page, "/groups/agrifood/")
    for name in ("Working groups", "Regions", "Sign in"):
        expect(page.get_by_role("banner").get_by_role("link", name=name)).to_be_visible()


def test_an_open_page_says_that_it_is_no_longer_one_s_own_and_its_navigation_goes_with_it(
    embedded_template: Template, page_of: Pages
) -> None:
    server = Server(embedded_template).start()
    try:
        member, watcher = page_of(server, "partner"), page_of(server, "observer")
        for page in (member, watcher):
            go(page, "/groups/agrifood/forum/")
            page.locator("[data-part=list] .row-title a").first.click()
            page.wait_for_url("**/topics/*/**")
            page.wait_for_selector("html[data-ready]", state="attached")
        server.shell(
            "from django.utils import timezone; from groups.models import *; "
            "Membership.objects.filter(person__email='partner@demo.example').update(ended_at=timezone.now()); "
            "Person.objects.filter(email='observer@demo.example').update(is_active=False)"
        )
        gone, out = (page.locator(".farewell .notice:visible") for page in (member, watcher))
        expect(gone).to_contain_text("no longer open to you", timeout=30_000)
        expect(member.locator(".rail .nav-rooms")).to_have_count(0)
        expect(gone.get_by_role("link")).to_have_attribute("href", "/groups/agrifood/")
        expect(out).to_contain_text("You have been signed out", timeout=30_000)
        back = "/accounts/login/?next=" + urlsplit(watcher.url).path
        expect(out.get_by_role("link")).to_have_attribute("href", back)
        # That the page is not there any more is what was asked for; the browser calls it an error.
        member.troubles = [each for each in member.troubles if "404" not in each]  # type: ignore[attr-defined]
        watcher.troubles = [each for each in watcher.troubles if "401" not in each]  # type: ignore[attr-defined]
    finally:
        server.remove()


def test_what_changed_is_kept_as_seen_once_it_was_before_one_s_eyes_and_without_scripts_by_a_button(
    server: Server, inside: Pages
) -> None:
    page = inside("observer")
    go(page, "/groups/agrifood/")
    expect(page.get_by_role("heading", name="In the last 30 days")).to_be_visible()
    seen = page.get_by_role("button", name="I have seen this")
    expect(seen).to_be_hidden(timeout=20_000)
    page.reload()
    expect(page.get_by_role("heading", name="Since you last looked")).to_be_visible()
    plain = inside("deputy", java_script_enabled=False)
    plain.goto("/groups/agrifood/")
    plain.get_by_role("button", name="I have seen this").click()
    expect(plain.get_by_role("heading", name="Since you last looked")).to_be_visible()


def test_a_page_changes_its_language_without_scripts(server: Server, inside: Pages) -> None:
    page = inside("", java_script_enabled=False)
    page.goto("/regions/lombardia/")
    page.get_by_role("button", name="Italiano").click()
    expect(page).to_have_url(f"{server.url}/regions/lombardia/")
    expect(page.locator("html")).to_have_attribute("lang", "it")
    expect(page.get_by_role("link", name="Accedi")).to_be_visible()
