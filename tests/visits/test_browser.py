"""A visit in real browsers: the log comes in live, a phone loses nothing, the public sees the story."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.servers import Server
from tests.visits.conftest import image

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE = {"width": 390, "height": 844}
PageOf = Callable[..., Page]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos as they lie on a phone."""
    paths = []
    for name, colour in (("one.jpg", "seagreen"), ("two.jpg", "tomato")):
        path = tmp_path / name
        path.write_bytes(image(colour, name, size=(900, 600)).read())
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture
def running(server: Server) -> int:
    """The id of the demo's visit that runs now."""
    return visit_that_is("running", server)


def visit_that_is(state: str, server: Server) -> int:
    with closing(server.client("agency")) as client:
        visits = client.get("/api/groups/agrifood/visits").json()["visits"]
    return next(visit["id"] for visit in visits if visit["state"] == state)


def test_what_a_phone_logs_appears_at_once_on_other_screens(
    server: Server, page_of: PageOf, photos: list[Path], running: int
) -> None:
    desk = page_of(server, "partner")
    desk.goto(f"/visits/{running}/")
    before = desk.locator("[data-entry]").count()
    phone = page_of(server, "agency", **PHONE, is_mobile=True, has_touch=True)
    phone.goto(f"/visits/{running}/")
    phone.get_by_role("link", name="Log what I see").first.tap()
    phone.wait_for_selector("html[data-ready]")
    phone.get_by_label("Choose photos").set_input_files(photos[0])
    phone.get_by_label("Take a photo").set_input_files(photos[1])
    described = phone.get_by_role("textbox", name="What the photo shows")
    expect(described).to_have_count(2)
    described.first.fill("The mill from outside")
    expect(phone.get_by_text("Ready", exact=True)).to_have_count(2, timeout=30_000)
    phone.get_by_role("button", name="Leave this photo out").nth(1).tap()
    expect(described).to_have_count(1)
    phone.get_by_label("What I see").fill("The mill **hums**.")
    button = phone.get_by_role("button", name="Log it")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] / 2  # within reach of the thumb
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    button.tap()
    phone.wait_for_url(re.compile(rf"/visits/{running}/#entry-\d+$"))
    entry = desk.locator("[data-entry]").first
    expect(entry.get_by_text("The mill hums.")).to_be_visible()
    expect(entry.get_by_role("img", name="The mill from outside")).to_be_visible()
    expect(desk.locator("[data-entry]")).to_have_count(before + 1)
    expect(entry.get_by_role("link", name="Edit")).to_have_count(0)


def test_an_entry_that_met_no_network_is_kept_and_logged_once(
    server: Server, page_of: PageOf, photos: list[Path], running: int
) -> None:
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")
    phone.route("**/api/visits/*/photos", lambda route: route.abort())
    phone.get_by_label("Choose photos").set_input_files(photos)
    kept = phone.get_by_text("No connection. The photo is kept here.")
    expect(kept).to_have_count(2, timeout=30_000)
    phone.get_by_role("textbox", name="What the photo shows").first.fill("The cellar")
    phone.get_by_label("What I see").fill("Down in the cellar, no signal.")
    phone.reload()
    phone.wait_for_selector("html[data-ready]")
    expect(kept).to_have_count(2, timeout=30_000)
    expect(phone.get_by_role("textbox", name="What the photo shows").first).to_have_value("The cellar")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Log it").click()
    expect(phone.get_by_text("There is no connection. Nothing is lost")).to_be_visible()
    expect(phone.get_by_label("What I see")).to_have_value("Down in the cellar, no signal.")
    expect(phone.get_by_role("textbox", name="What the photo shows")).to_have_count(2)
    phone.unroute("**/api/visits/*/photos")
    phone.context.set_offline(False)
    expect(phone.get_by_text("Ready", exact=True)).to_have_count(2, timeout=30_000)
    phone.get_by_role("button", name="Send again").click()
    phone.wait_for_url(re.compile(rf"/visits/{running}/#entry-\d+$"))
    expect(phone.get_by_text("Down in the cellar, no signal.")).to_have_count(1)
    expect(phone.get_by_role("img", name="The cellar")).to_have_count(1)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")
    expect(phone.get_by_label("What I see")).to_have_value("")
    expect(phone.get_by_role("textbox", name="What the photo shows")).to_have_count(0)
    lost = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    phone.troubles = [text for text in phone.troubles if not any(word in text for word in lost)]  # type: ignore[attr-defined]


def test_an_answer_that_got_lost_and_a_retry_log_once(server: Server, page_of: PageOf, running: int) -> None:
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")

    def lose_the_answer(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    phone.route("**/api/visits/*/entries", lose_the_answer, times=1)
    phone.get_by_label("What I see").fill("Sent twice, logged once.")
    phone.get_by_role("button", name="Log it").click()
    phone.get_by_role("button", name="Send again").click()
    phone.wait_for_url(re.compile(rf"/visits/{running}/#entry-\d+$"))
    expect(phone.get_by_text("Sent twice, logged once.")).to_have_count(1)
    phone.troubles = [text for text in phone.troubles if "ERR_FAILED" not in text]  # type: ignore[attr-defined]


def test_what_was_added_after_a_lost_answer_stays_in_the_form(
    server: Server, page_of: PageOf, photos: list[Path], running: int
) -> None:
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")

    def lose_the_answer(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    phone.route("**/api/visits/*/entries", lose_the_answer, times=1)
    phone.get_by_label("What I see").fill("One sentence.")
    phone.get_by_role("button", name="Log it").click()
    again = phone.get_by_role("button", name="Send again")
    expect(again).to_be_enabled(timeout=30_000)
    phone.get_by_label("What I see").fill("One sentence. Another.")
    phone.get_by_label("Choose photos").set_input_files(photos[0])
    again.click()
    expect(phone.get_by_text("An earlier attempt was saved already")).to_be_visible(timeout=30_000)
    expect(phone.get_by_label("What I see")).to_have_value("One sentence. Another.")
    expect(phone.get_by_role("textbox", name="What the photo shows")).to_have_count(1)
    with phone.context.expect_page() as opened:
        phone.get_by_role("link", name="Edit the saved entry").click()
    expect(opened.value.get_by_label("What I see")).to_have_value("One sentence.", timeout=30_000)
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        phone.get_by_role("button", name="Leave this photo out").click()
    phone.troubles = [text for text in phone.troubles if "ERR_FAILED" not in text and "409" not in text]  # type: ignore[attr-defined]


def test_a_draft_survives_a_reload_and_a_fault_stands_at_its_field(
    server: Server, page_of: PageOf, running: int, tmp_path: Path
) -> None:
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")
    phone.get_by_label("What I see").fill("Half a sentence")
    phone.reload()
    phone.wait_for_selector("html[data-ready]")
    expect(phone.get_by_label("What I see")).to_have_value("Half a sentence")
    wrong = tmp_path / "notes.png"
    wrong.write_bytes(b"no picture at all")
    phone.get_by_label("Choose photos").set_input_files(wrong)
    expect(phone.get_by_text("This is not an image that can be shown here.")).to_be_visible(timeout=30_000)
    phone.get_by_role("button", name="Log it").click()
    expect(phone.get_by_text("A photo cannot be taken. Leave it out, then send again.")).to_be_visible()
    expect(phone.get_by_label("What I see")).to_have_value("Half a sentence")
    phone.get_by_role("button", name="Leave this photo out").click()
    phone.get_by_role("button", name="Send again").click()
    phone.wait_for_url(re.compile(rf"/visits/{running}/#entry-\d+$"))
    phone.troubles = [text for text in phone.troubles if "422" not in text]  # type: ignore[attr-defined]


def test_a_page_that_missed_an_entry_says_so_until_it_is_live_again_and_has_it(
    server: Server, page_of: PageOf, running: int
) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    desk = page_of(server, "partner")
    desk.route_web_socket(re.compile(r"/ws/live$"), pass_through)
    desk.route("**/visits/*/entries/*/", lambda route: route.abort(), times=1)
    desk.goto(f"/visits/{running}/")
    desk.wait_for_selector("html[data-ready]")
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")
    phone.get_by_label("What I see").fill("Missed at first.")
    phone.get_by_role("button", name="Log it").click()
    warning = desk.get_by_text("This page is not up to date.")
    expect(warning).to_be_visible(timeout=30_000)
    expect(desk.get_by_text("Missed at first.")).to_have_count(0)
    sockets[-1].close(code=1012)
    expect(desk.get_by_text("Missed at first.")).to_have_count(1, timeout=30_000)
    expect(warning).to_be_hidden(timeout=30_000)
    desk.troubles = [text for text in desk.troubles if "ERR_FAILED" not in text]  # type: ignore[attr-defined]


def test_whoever_joins_appears_on_open_pages(server: Server, page_of: PageOf, running: int) -> None:
    desk = page_of(server, "partner")
    desk.goto(f"/visits/{running}/")
    desk.wait_for_selector("html[data-ready]")
    panel = desk.get_by_role("complementary", name="Who takes part")
    expect(panel.get_by_text("Chiara Risaia")).to_have_count(0)
    coordinator = page_of(server, "coordinator")
    coordinator.goto(f"/visits/{running}/")
    coordinator.get_by_role("button", name="I take part").click()
    expect(panel.get_by_text("Chiara Risaia")).to_be_visible()


def test_the_public_sees_the_published_story_and_nothing_else(server: Server, page_of: PageOf, running: int) -> None:
    page = page_of(server)
    page.goto("/groups/agrifood/visits/")
    expect(page.get_by_text("From field to spice mill")).to_have_count(0)
    page.get_by_role("link", name="Nine farms, one drying hall").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nine farms, one drying hall")
    for photo in page.locator("figure img").all():
        photo.scroll_into_view_if_needed()
        expect(photo).to_have_js_property("complete", True)
        assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.locator("figure a").nth(1).click()
    gallery = page.get_by_role("dialog", name="Photos")
    expect(gallery.get_by_text("2 of 3")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(gallery.get_by_role("img", name="Apple trees with red fruit in the evening light")).to_be_visible()
    expect(gallery.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("figure a").nth(2)).to_be_focused()
    page.goto(f"/visits/{running}/")
    expect(page).to_have_url(re.compile(r"/accounts/login/"))


def test_a_comment_on_a_story_in_review_appears_on_open_pages_and_the_public_gets_the_story(
    server: Server, page_of: PageOf, running: int
) -> None:
    desk, agency = page_of(server, "coordinator"), page_of(server, "agency", **PHONE)
    for page in (desk, agency):
        page.goto(f"/visits/{running}/story/review/")
        page.wait_for_selector("html[data-ready]")
    agency.get_by_label("Your comment").fill("Say who **pays**.")
    agency.get_by_role("button", name="Comment", exact=True).click()
    expect(desk.get_by_text("Say who pays.")).to_be_visible(timeout=30_000)
    desk.get_by_label("What has to change first").fill("As the agency says.")
    desk.get_by_role("button", name="Return the story").click()
    expect(agency.get_by_text("As the agency says.")).to_be_visible(timeout=30_000)
    desk.get_by_role("button", name="Ask for a review").click()
    desk.get_by_role("link", name="Publish").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Publish “A number on every crate”?")
    desk.get_by_role("button", name="Publish").click()
    expect(desk).to_have_url(re.compile(rf"/visits/{running}/story/$"))
    public = page_of(server)
    public.goto(f"/visits/{running}/story/")
    expect(public.get_by_role("heading", level=1)).to_have_text("A number on every crate")
    expect(public.get_by_text("Say who pays.")).to_have_count(0)
    desk.goto(f"/visits/{running}/")
    desk.wait_for_selector("html[data-ready]")
    desk.get_by_role("button", name="Withdraw the story").click()
    desk.get_by_role("button", name="Withdraw", exact=True).click()
    expect(desk.get_by_text("The story is withdrawn.")).to_be_visible()
    public.reload()
    expect(public.get_by_text("A number on every crate")).to_have_count(0)
    public.troubles = [text for text in public.troubles if "404" not in text]  # type: ignore[attr-defined]


def test_a_programme_gets_more_lines_and_a_story_its_photos(server: Server, page_of: PageOf) -> None:
    page = page_of(server, "coordinator")
    page.goto("/groups/agrifood/visits/plan/")
    page.wait_for_selector("html[data-ready]")
    lines = page.locator(".programme-line")
    before = lines.count()
    zone = page.get_by_label("Time zone of the place")
    page.get_by_label("Host region").select_option(label="Silesia")
    expect(zone).to_have_value("Europe/Warsaw")
    page.get_by_label("Host region").select_option(label="Lombardy")
    expect(zone).to_have_value("Europe/Rome")
    zone.select_option("Europe/Lisbon")
    page.get_by_label("Host region").select_option(label="Silesia")
    expect(zone).to_have_value("Europe/Lisbon")
    page.get_by_role("button", name="Add a line").click()
    expect(lines).to_have_count(before + 1)
    expect(page.locator(f"[name=programme-{before}-day]")).to_be_focused()
    expect(page.locator("[name=programme-TOTAL_FORMS]")).to_have_value(str(before + 1))
    page.goto(f"/visits/{visit_that_is('published', server)}/story/edit/")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("textbox", name="Story").fill("")
    page.get_by_role("button", name="Place it").first.click()
    expect(page.get_by_role("textbox", name="Story")).to_have_value(re.compile(r"^\[photo \d+\]\n\n$"))


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_of_a_visit_is_wider_than_the_screen(server: Server, page_of: PageOf, running: int, width: int) -> None:
    page = page_of(server, "coordinator", width=width)
    for path in (
        "/groups/agrifood/visits/",
        "/groups/agrifood/visits/plan/",
        f"/visits/{running}/",
        f"/visits/{running}/edit/",
        f"/visits/{running}/lessons/new/",
        f"/visits/{running}/story/edit/",
    ):
        page.goto(path)
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path


def test_whoever_was_signed_out_signs_in_again_elsewhere_and_sends_what_they_wrote(
    server: Server, page_of: PageOf, running: int
) -> None:
    phone = page_of(server, "agency", **PHONE)
    phone.goto(f"/visits/{running}/log/")
    phone.wait_for_selector("html[data-ready]")
    phone.get_by_label("What I see").fill("Written while signed out.")
    phone.context.clear_cookies()
    phone.get_by_role("button", name="Log it").click()
    expect(phone.get_by_text("You are signed out. Sign in in another tab")).to_be_visible()
    other = phone.context.new_page()
    other.goto("/accounts/login/")
    other.locator("[name=login]").fill("agency@demo.example")
    other.locator("[name=password]").fill("demo")
    other.locator("[name=password]").press("Enter")
    other.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
    phone.get_by_role("button", name="Send again").click()
    phone.wait_for_url(re.compile(rf"/visits/{running}/#entry-\d+$"))
    expect(phone.get_by_text("Written while signed out.")).to_have_count(1)
    phone.troubles = [text for text in phone.troubles if "401" not in text]  # type: ignore[attr-defined]
