"""Two people write one section at the same moment, in real browsers, against a real server."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.backing import wait_until
from tests.browsers import AT_ONCE_MS
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PageOf = Callable[..., Page]
PLAN = "/groups/agrifood/plan/"


@pytest.fixture(autouse=True)
def _clients_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every client that a test makes of a server, or has made for its pages, is closed at its end."""
    made: list[httpx.Client] = []
    client_of = Server.client

    def client(server: Server, *who: str) -> httpx.Client:
        made.append(client_of(server, *who))
        return made[-1]

    monkeypatch.setattr(Server, "client", client)
    yield
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def plan(shared_server: Server) -> Server:
    """For those tests that leave all sections where they are, and everybody in the group."""
    return shared_server


def opened(page: Page, path: str = PLAN) -> Page:
    page.goto(path)
    expect(page.locator(".cm-content")).to_be_visible()
    return page


def content(page: Page) -> Locator:
    return page.locator(".cm-content")


def state(page: Page) -> Locator:
    return page.locator('[data-part="state"]')


def sections(server: Server) -> dict[str, str]:
    """The ids of Agrifood's sections by heading."""
    return {
        each["heading"]: each["id"] for each in server.client("partner").get("/api/plans/agrifood").json()["sections"]
    }


def committed(server: Server, section_id: str) -> str:
    answer = server.client("observer").get("/api/plans/agrifood").json()
    return next(section["text"] for section in answer["sections"] if section["id"] == section_id)


def monitoring(server: Server) -> tuple[str, str]:
    """The id and the address of a section, emptied of nothing: the demo's short last one."""
    section_id = sections(server)["Monitoring"]
    return section_id, f"{PLAN}?section={section_id}"


def write_at(page: Page, key: str, text: str) -> None:
    content(page).click()
    page.keyboard.press(key)
    page.keyboard.type(text, delay=15)


def test_two_people_write_at_once_and_see_each_others_words_and_names(plan: Server, page_of: PageOf) -> None:
    section_id, address = monitoring(plan)
    chiara, zofia = opened(page_of(plan, "coordinator"), address), opened(page_of(plan, "agency"), address)
    write_at(chiara, "Control+Home", "Ch")
    write_at(zofia, "Control+End", "Zo")
    for _word in range(5):
        chiara.keyboard.type("iara ")
        zofia.keyboard.type("fia ")
    for page in (chiara, zofia):
        expect(content(page)).to_contain_text("Chiara iara iara iara iara ")
        expect(content(page)).to_contain_text("Zofia fia fia fia fia ")
        expect(state(page)).to_have_text("Saved")
    expect(chiara.locator(".caret-name")).to_have_text("Zofia Jabłonka")
    expect(zofia.locator(".caret-name")).to_have_text("Chiara Risaia")
    expect(chiara.locator('[data-part="company"]')).to_have_text("Zofia Jabłonka is here too.")
    row = zofia.locator(f'[data-section="{section_id}"] .plan-person')
    expect(row).to_have_text(re.compile("CR.*Chiara Risaia"))
    text = committed(plan, section_id)
    assert text.startswith("Chiara iara iara iara iara ")
    assert text.endswith("Zofia fia fia fia fia ")
    chiara.get_by_role("button", name="Follow Zofia Jabłonka").click()
    zofia.get_by_role("link", name="Objectives").click()
    expect(chiara.get_by_role("heading", name="Objectives")).to_be_visible()
    expect(chiara.get_by_text("You follow Zofia Jabłonka until")).to_be_visible()
    content(chiara).click()
    expect(chiara.get_by_text("You follow Zofia Jabłonka until")).to_be_hidden()
    zofia.get_by_role("link", name="Monitoring").click()
    expect(chiara.locator('[data-part="place"]')).to_have_text("Monitoring")
    expect(chiara.get_by_role("heading", name="Objectives")).to_be_visible()


def test_what_is_typed_while_the_server_is_dead_is_kept_and_saved_when_it_is_back(
    plan: Server, page_of: PageOf
) -> None:
    section_id, address = monitoring(plan)
    page = opened(page_of(plan, "partner"), address)
    write_at(page, "Control+Home", "Before. ")
    expect(state(page)).to_have_text("Saved")
    plan.kill()
    expect(state(page)).to_have_text("Offline", timeout=AT_ONCE_MS)
    page.keyboard.type("While it was dead. ")
    expect(state(page)).to_have_text("Offline, 1 section waits to be saved")
    expect(content(page)).to_contain_text("Before. While it was dead. ")
    plan.start()
    expect(state(page)).to_have_text("Saved")
    assert committed(plan, section_id).startswith("Before. While it was dead. ")
    page.troubles = [trouble for trouble in page.troubles if "WebSocket" not in trouble and "ERR_" not in trouble]  # type: ignore[attr-defined]


def test_undo_takes_back_what_was_typed_here_and_nothing_of_the_others(plan: Server, page_of: PageOf) -> None:
    section_id, address = monitoring(plan)
    chiara, zofia = opened(page_of(plan, "coordinator"), address), opened(page_of(plan, "agency"), address)
    write_at(chiara, "Control+Home", "MINE ")
    expect(content(zofia)).to_contain_text("MINE ")
    write_at(zofia, "Control+End", " THEIRS")
    expect(content(chiara)).to_contain_text(" THEIRS")
    chiara.keyboard.press("Control+z")
    expect(content(zofia)).not_to_contain_text("MINE")
    expect(content(zofia)).to_contain_text("THEIRS")
    chiara.keyboard.press("Control+y")
    expect(content(zofia)).to_contain_text("MINE")
    expect(state(chiara)).to_have_text("Saved")
    assert committed(plan, section_id).startswith("MINE ")


def test_an_observer_reads_along_live_and_cannot_type(plan: Server, page_of: PageOf) -> None:
    section_id, address = monitoring(plan)
    before = committed(plan, section_id)
    observer, chiara = opened(page_of(plan, "observer"), address), opened(page_of(plan, "coordinator"), address)
    expect(observer.locator('[data-part="reading"]')).to_be_visible()
    expect(observer.locator('[data-part="toolbar"]')).to_be_hidden()
    content(observer).click()
    observer.keyboard.type("NOT ALLOWED")
    write_at(chiara, "Control+Home", "Live. ")
    expect(content(observer)).to_contain_text("Live. ")
    expect(content(observer)).not_to_contain_text("NOT ALLOWED")
    expect(state(observer)).to_have_text("Live")
    expect(observer.locator(".caret-name")).to_have_text("Chiara Risaia")
    expect(state(chiara)).to_have_text("Saved")
    assert committed(plan, section_id) == f"Live. {before}"


def test_sections_change_without_a_reload_and_have_addresses(plan: Server, page_of: PageOf) -> None:
    ids = sections(plan)
    page = opened(page_of(plan, "partner"))
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("link", name="Objectives").click()
    expect(page.get_by_role("heading", name="Objectives")).to_be_focused()
    expect(content(page)).to_contain_text("Open the laboratories.")
    assert page.url.endswith(f"?section={ids['Objectives']}")
    page.go_back()
    expect(content(page)).to_contain_text("Ten regions grow")
    assert page.evaluate("window.isTheSamePage")
    opened(page, f"{PLAN}?section={ids['Strengths and gaps']}")
    expect(content(page)).to_contain_text("Trust inside each region.")


def test_locking_renaming_and_taking_out_reach_an_open_page(server: Server, page_of: PageOf) -> None:
    section_id, address = monitoring(server)
    page = opened(page_of(server, "partner"), address)
    coordinator = server.client("coordinator")

    def arrange(verb: str, **data: str) -> None:
        form = data | {"csrfmiddlewaretoken": coordinator.cookies["csrftoken"]}
        assert coordinator.post(f"{PLAN}sections/{section_id}/{verb}", data=form).status_code == 200

    arrange("lock")
    expect(page.locator('[data-part="locked"]')).to_be_visible()
    expect(content(page)).to_have_attribute("contenteditable", "false")
    expect(page.locator(f'[data-section="{section_id}"]')).to_contain_text("locked")
    arrange("unlock")
    expect(content(page)).to_have_attribute("contenteditable", "true")
    arrange("rename", **{f"{section_id}-heading": "How we watch", f"{section_id}-guidance": ""})
    expect(page.get_by_role("heading", name="How we watch")).to_be_visible()
    arrange("move", after="")
    expect(page.locator("[data-section]").first).to_contain_text("How we watch")
    write_at(page, "Control+Home", "Still here. ")
    expect(state(page)).to_have_text("Saved")
    arrange("remove")
    expect(page.get_by_role("heading", name="This section has been taken out of the plan.")).to_be_visible()
    expect(content(page)).to_have_attribute("contenteditable", "false")
    expect(content(page)).to_contain_text("Still here. ")


def test_what_the_server_refuses_is_named_and_can_all_be_copied_and_left_behind(
    server: Server, page_of: PageOf
) -> None:
    """A section is locked while this page is cut off: what was typed meanwhile, in two sections, is not saved."""
    section_id, address = monitoring(server)
    before = committed(server, section_id)
    page = opened(page_of(server, "partner", permissions=["clipboard-read", "clipboard-write"]), address)
    expect(state(page)).to_have_text("Saved")
    server.kill()
    expect(state(page)).to_have_text("Offline", timeout=AT_ONCE_MS)
    write_at(page, "Control+Home", "Lost in the last. ")
    page.locator("a[data-section]").filter(has_text="Objectives").click()
    expect(page.get_by_role("heading", name="Objectives")).to_be_visible()
    write_at(page, "Control+Home", "Lost in another. ")
    expect(state(page)).to_have_text("Offline, 2 sections wait to be saved")
    server.shell(f"from plans.models import Section; Section.objects.filter(pk={section_id!r}).update(is_locked=True)")
    server.start()
    expect(state(page)).to_have_text("Failed")
    trouble = page.locator('[data-part="trouble"]')
    expect(trouble).to_contain_text(
        "in the sections Objectives and Monitoring was not saved. This text has been locked."
    )
    expect(content(page)).to_have_attribute("contenteditable", "false")
    trouble.get_by_role("button", name="Copy the text").click()
    expect(trouble.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.findall(r"^# [OM].*|Lost in .*?\. ", copied, re.MULTILINE) == [
        *("# Objectives", "Lost in another. "),
        *("# Monitoring", "Lost in the last. "),
    ]
    trouble.get_by_role("button", name="Go on from the saved text").click()
    expect(trouble).to_be_hidden()
    expect(content(page)).not_to_contain_text("Lost in another.")
    assert committed(server, section_id) == before
    page.troubles = [trouble for trouble in page.troubles if "WebSocket" not in trouble and "ERR_" not in trouble]  # type: ignore[attr-defined]


def test_somebody_who_is_removed_while_writing_is_told_and_nothing_more_is_taken(
    server: Server, page_of: PageOf
) -> None:
    _section_id, address = monitoring(server)
    page = opened(page_of(server, "partner"), address)
    server.shell(
        "from groups.models import Membership, Person\n"
        "from groups.domain.memberships import remove_member\n"
        "held = Membership.objects.current().get(person__email='partner@demo.example')\n"
        "remove_member(membership=held, by=Person.objects.get(email='coordinator@demo.example'))"
    )
    expect(state(page)).to_have_text("Failed")
    expect(page.locator('[data-part="trouble"]')).to_contain_text("You may no longer read this document.")
    expect(content(page)).to_have_attribute("contenteditable", "false")
    page.wait_for_function("indexedDB.databases().then((all) => all.length === 0)")
    # The page asks what it is to this person now.
    page.troubles = [trouble for trouble in page.troubles if "404" not in trouble]  # type: ignore[attr-defined]


MARKS = (
    ("Bold", "Control+b", "**word**"),
    ("Italic", "Control+i", "*word*"),
    ("Struck through", "Control+Shift+x", "~~word~~"),
    ("Heading", "Control+Alt+2", "# word"),
    ("Subheading", "Control+Alt+3", "## word"),
    ("Numbered list", "Control+Shift+7", "1. word"),
    ("List", "Control+Shift+8", "- word"),
    ("Task list", "Control+Shift+9", "- [ ] word"),
    ("Quote", "Control+Shift+Period", "> word"),
    ("Link", "Control+k", "[word](https://)"),
)


def test_the_toolbar_and_its_keys_write_markdown_and_take_it_away(plan: Server, page_of: PageOf) -> None:
    _section_id, address = monitoring(plan)
    page = opened(page_of(plan, "partner"), address)
    page.get_by_label("Source", exact=True).check()
    first = page.locator(".cm-line").first

    def only_a_word_selected() -> None:
        content(page).focus()
        for key in ("Control+a", "Delete", "w", "o", "r", "d", "Control+a"):
            page.keyboard.press(key)

    for mark, key, expected in MARKS:
        only_a_word_selected()
        page.get_by_role("button", name=mark, exact=True).click()
        expect(first).to_have_text(expected)
        expect(content(page)).to_be_focused()
        only_a_word_selected()
        page.keyboard.press(key)
        expect(first).to_have_text(expected)
        if mark != "Link":
            page.keyboard.press(key)
            expect(first).to_have_text("word")
    only_a_word_selected()
    page.get_by_role("button", name="Table", exact=True).click()
    expect(content(page)).to_contain_text("| ------ | ------ |")


def test_the_preview_is_the_text_as_it_would_be_published(plan: Server, page_of: PageOf) -> None:
    page = opened(page_of(plan, "observer"))
    # Signing in again in another tab has changed the token that the page was drawn with.
    page.evaluate("document.cookie = 'csrftoken=' + 'a1'.repeat(16) + '; path=/'")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator('[data-part="preview"] strong').first).to_have_text("agrifood meta-cluster")
    expect(content(page)).to_be_hidden()
    expect(page.locator('[data-part="company"]')).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(content(page)).to_be_visible()


def test_line_endings_of_pasted_text_and_of_other_clients_do_not_shift_what_is_written(
    plan: Server, page_of: PageOf
) -> None:
    section_id, address = monitoring(plan)
    page = opened(page_of(plan, "partner", permissions=["clipboard-read", "clipboard-write"]), address)
    content(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.evaluate("navigator.clipboard.writeText('one\\r\\ntwo 🌾\\rthree')")
    page.keyboard.press("Control+v")
    page.keyboard.type(" end")
    expect(state(page)).to_have_text("Saved")
    wait_until(lambda: committed(plan, section_id).endswith(" end"), "the end's arrival")
    assert committed(plan, section_id) == "one\ntwo 🌾\nthree end"


def test_without_javascript_the_committed_text_is_there_with_a_note(plan: Server, page_of: PageOf) -> None:
    page = page_of(plan, "observer", java_script_enabled=False)
    page.goto(PLAN)
    expect(page.get_by_text("Ten regions grow, mill, bottle")).to_be_visible()
    # Chromium does not show noscript when a debugger, and not the person, has switched scripts off.
    assert "Writing together needs JavaScript." in page.content()
    page.get_by_role("link", name="Objectives").click()
    expect(page.get_by_text("Open the laboratories.")).to_be_visible()


def test_on_a_phone_the_outline_is_folded_and_nothing_is_wider_than_the_screen(plan: Server, page_of: PageOf) -> None:
    page = opened(page_of(plan, "coordinator", width=390, height=844))
    expect(page.get_by_role("link", name="Objectives")).to_be_hidden()
    page.locator(".plan-outline summary").click()
    page.get_by_role("link", name="Objectives").click()
    expect(page.get_by_role("heading", name="Objectives")).to_be_visible()
    expect(page.get_by_role("link", name="Monitoring")).to_be_hidden()
    for path in (PLAN, f"{PLAN}actions/", f"{PLAN}outline/", f"{PLAN}versions/1/", f"{PLAN}published/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_on_a_phone_every_part_of_the_plan_and_what_a_session_changed_is_in_sight(
    server: Server, page_of: PageOf
) -> None:
    page = page_of(server, "coordinator", width=390, height=844)
    page.goto(f"{PLAN}history/")
    links = page.locator(".plan-parts-links a, .plan-sessions a")
    assert links.all_text_contents()[:6] == ["Text", "Actions", "Versions", "History", "Agreement", "Published"]
    assert links.count() > 6
    for link in links.all():
        box = link.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= 390, link.text_content()
