"""Two people keep the table of actions, and two leaders the outline, at the same moment."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PageOf = Callable[..., Page]
ACTIONS, OUTLINE = "/groups/agrifood/plan/actions/", "/groups/agrifood/plan/outline/"


def cell(page: Page, number: int, name: str) -> Locator:
    return page.locator(f'#action-{number} [data-field="{name}"]')


def form(page: Page) -> Locator:
    return page.locator(".plan-cell-form")


def opened(page: Page) -> Page:
    page.goto(ACTIONS)
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def headings(page: Page) -> Locator:
    return page.locator("[data-section] .plan-arranged-heading a")


def test_two_leaders_arrange_the_outline_by_keyboard_and_by_dragging(server: Server, page_of: PageOf) -> None:
    chiara, other = page_of(server, "coordinator"), page_of(server, "deputy")
    for page in (chiara, other):
        page.goto(OUTLINE)
        expect(page.locator("html")).to_have_attribute("data-ready", "")
    first, second, third = (headings(chiara).nth(place).inner_text() for place in range(3))

    # By keyboard: the section goes up, and the focus with it.
    row = chiara.locator("[data-section]").filter(has=chiara.get_by_role("link", name=third, exact=True))
    row.get_by_role("button", name="Up").press("Enter")
    expect(headings(chiara).nth(1)).to_have_text(third)
    expect(row.get_by_role("button", name="Up")).to_be_focused()
    expect(chiara.locator('[data-part="announcer"]')).to_have_text(f"“{third}” is number 2 of 8.")
    expect(headings(other).nth(1)).to_have_text(third)

    # By dragging, while the other one has the form of another section open.
    other.locator("[data-section]").nth(3).locator("summary").click()
    other.locator("[data-section]").nth(3).get_by_label("Heading").fill("Half a heading")
    grip, target = chiara.locator('[data-part="grip"]').nth(1), chiara.locator("[data-section]").nth(0)
    grip.hover()
    chiara.mouse.down()
    box = target.bounding_box()
    assert box is not None
    chiara.mouse.move(box["x"] + 60, box["y"] + 4, steps=8)
    chiara.mouse.up()
    expect(headings(other).nth(0)).to_have_text(third)
    expect(headings(chiara).nth(1)).to_have_text(first)
    expect(headings(chiara).nth(2)).to_have_text(second)
    expect(other.get_by_label("Heading").nth(3)).to_have_value("Half a heading")

    # Given to somebody, locked, added: each appears for the other one by itself.
    row.locator("summary").click()
    row.get_by_label("Who sees to it").select_option(label="Zofia Jabłonka (Regional Development Agency Bielsko-Biała)")
    row.get_by_role("button", name="Assign").click()
    expect(other.locator(".plan-assigned")).to_contain_text("Zofia Jabłonka")
    row.get_by_role("button", name="Lock").click()
    expect(other.locator("[data-section]").first).to_contain_text("Locked")
    chiara.locator("#add-section ~ form").get_by_label("Heading").fill("Risks")
    chiara.get_by_role("button", name="Add the section").click()
    expect(headings(other).nth(8)).to_have_text("Risks")


def test_a_form_of_the_outline_that_was_only_opened_stays_open_and_keeps_the_focus_while_others_arrange(
    server: Server, page_of: PageOf
) -> None:
    chiara, other = page_of(server, "coordinator"), page_of(server, "deputy")
    for page in (chiara, other):
        page.goto(OUTLINE)
        expect(page.locator("html")).to_have_attribute("data-ready", "")
    names = headings(other).all_inner_texts()
    row = other.locator("[data-section]").filter(has=other.get_by_role("link", name=names[5], exact=True))
    row.locator("summary").click()
    field = row.get_by_label("Who sees to it")
    field.focus()

    # Another row changes, then this one: it is moved, and its buttons lead elsewhere.
    chiara.locator("[data-section]").nth(3).get_by_role("button", name="Lock").click()
    expect(other.locator("[data-section]").nth(3)).to_contain_text("Locked")
    expect(field).to_be_focused()
    chiara.locator("[data-section]").nth(6).get_by_role("button", name="Up").click()
    expect(headings(other).nth(6)).to_have_text(names[5])
    expect(field).to_be_visible()
    expect(field).to_be_focused()


def test_two_people_change_the_table_in_place_and_neither_overwrites_the_other(server: Server, page_of: PageOf) -> None:
    chiara, zofia = opened(page_of(server, "coordinator")), opened(page_of(server, "agency"))

    # By keyboard alone, in the words of one's own country; what is two numbers at once is not guessed.
    cell(chiara, 1, "budget").get_by_role("button").focus()
    chiara.keyboard.press("Enter")
    expect(form(chiara).get_by_label("Budget in EUR")).to_be_focused()
    chiara.keyboard.type("12.000")
    chiara.keyboard.press("Enter")
    expect(form(chiara).get_by_role("alert")).to_contain_text("can be read in two ways")
    assert [re.search("422", trouble) is not None for trouble in chiara.troubles] == [True]  # type: ignore[attr-defined]
    chiara.troubles.clear()  # type: ignore[attr-defined]

    # Meanwhile somebody else opens the same value, and a third one changes.
    cell(zofia, 1, "budget").click()
    cell(zofia, 1, "unit").click()
    form(zofia).last.get_by_label("Unit").fill("companies")
    zofia.keyboard.press("Enter")
    expect(cell(zofia, 1, "unit")).to_contain_text("companies")
    chiara.keyboard.press("Control+a")
    chiara.keyboard.type("12 000,50")
    chiara.keyboard.press("Enter")
    expect(cell(chiara, 1, "budget")).to_contain_text("12,000.50")
    expect(cell(chiara, 1, "budget").get_by_role("button")).to_be_focused()
    expect(cell(chiara, 1, "unit")).to_contain_text("companies")
    expect(zofia.locator("#actions-total")).to_contain_text("746,500.50")
    expect(zofia.locator("#actions-by-region tfoot")).to_contain_text("746,500.50")

    # The conflict is shown at the value, with both; choosing one's own saves it for everybody.
    budget = form(zofia).filter(has=zofia.get_by_label("Budget in EUR"))
    budget.get_by_label("Budget in EUR").fill("70000")
    budget.get_by_label("Budget in EUR").press("Enter")
    expect(budget.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(budget.get_by_role("alert")).to_contain_text("12,000.50")
    zofia.troubles.clear()  # type: ignore[attr-defined]
    budget.get_by_role("button", name="Mine:").click()
    expect(cell(chiara, 1, "budget")).to_contain_text("70,000.00")
    expect(form(zofia)).to_have_count(0)

    # Escape leaves things as they are; partners are boxes; what is new appears by itself.
    cell(chiara, 2, "title").click()
    chiara.keyboard.type("Something else")
    chiara.keyboard.press("Escape")
    expect(cell(chiara, 2, "title")).to_contain_text("Field school")
    cell(chiara, 2, "partners").get_by_role("button").press("Enter")
    form(chiara).get_by_role("checkbox", checked=True).first.uncheck()
    form(chiara).get_by_role("button", name="Save").click()
    expect(form(chiara)).to_have_count(0)
    zofia.goto(f"{ACTIONS}new/")
    zofia.get_by_label("Title").fill("Seed exchange")
    zofia.get_by_role("button", name="Save").click()
    expect(chiara.locator("#action-7")).to_contain_text("Seed exchange")
    expect(chiara.locator("#actions-caption")).to_contain_text("7 actions")
