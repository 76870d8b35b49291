"""The forum as people work in it: long topics read both ways, reactions, decisions, images, mentions, quotations."""

from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browsers import AT_ONCE_MS
from tests.forums.test_in_a_browser import PageOf, open_topic, post_many, write
from tests.forums.test_on_a_server import new_topic, post
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def numbers(page: Page) -> list[int]:
    posts = page.locator('[data-part="posts"] > .post')
    found: list[int] = posts.evaluate_all("all => all.map(one => +one.dataset.number)")
    return found


def post_in_view(page: Page) -> str:
    """The id of the post at the middle of the window."""
    found: str = page.evaluate("document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('.post').id")
    return found


def test_a_long_topic_opens_where_the_unread_posts_begin_and_is_read_both_ways(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client, closing(server.client("observer")) as reader:
        topic = new_topic(client, "A long one")
        post_many(server, topic, "Remark", 249)
        reader.put(f"/api/topics/{topic}/read", json={"number": 119})
        page = page_of(server, "observer")
        open_topic(page, topic)
        assert numbers(page) == list(range(117, 167))
        expect(page.locator('[data-part="unread-line"]')).to_be_in_viewport()
        page.locator("#post-117").evaluate("one => one.scrollIntoView({ block: 'center', behavior: 'instant' })")
        in_view = post_in_view(page)
        expect(page.locator("#post-67")).to_be_attached()
        assert post_in_view(page) == in_view
        page.locator('[data-part="later"] a').focus()
        page.keyboard.press("Enter")
        expect(page.locator("#post-216")).to_be_attached()
        page.locator('[data-part="later"] a').click()
        expect(page.locator("#post-250")).to_be_attached()
        assert numbers(page) == list(range(67, 251))
        expect(page.locator('[data-part="later"]')).to_be_hidden()
        post(client, topic, "At the end", "end")
        expect(page.locator("#post-251")).to_contain_text("At the end")


def test_what_is_read_on_one_device_is_read_on_the_other(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client, "Read on the phone")
        office = page_of(server, "observer")
        office.goto("/groups/agrifood/forum/?show=unread")
        row = office.locator(".row", has_text="Read on the phone")
        expect(row.locator(".count")).to_have_text("1")
        phone = page_of(server, "observer", width=390, height=844)
        open_topic(phone, topic)
        expect(row).to_have_count(0)


def test_reactions_and_decisions_appear_for_everybody_at_once(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client, closing(server.client("deputy")) as deputy:
        topic = new_topic(client, "Decided")
        post(client, topic, "The answer", "answer")
        observer, partner = page_of(server, "observer", width=390, height=844), page_of(server, "partner")
        for page in (observer, partner):
            open_topic(page, topic)
        reactions = observer.locator("#post-2 .reactions")
        reactions.get_by_role("button", name="React", exact=True).click()
        reactions.get_by_role("button", name="Same with us").click()
        told = partner.locator("#post-2 .reactions").get_by_role("button", name="Same with us 1")
        expect(told).to_have_attribute("aria-pressed", "false", timeout=AT_ONCE_MS)
        expect(told).to_have_attribute("title", "Vít Pramen")
        reactions.get_by_role("button", name="Same with us 1").click()
        expect(told).to_have_count(0, timeout=AT_ONCE_MS)
        expect(observer.get_by_text("Here now: Piroska Paprikás")).to_be_visible()
        partner.fill("textarea", "Half a reply")
        expect(observer.get_by_text("Piroska Paprikás is writing…")).to_be_visible(timeout=AT_ONCE_MS)
        deputy.put(f"/api/topics/{topic}/resolution", json={"resolved": True, "answer": 2})
        expect(partner.locator("#post-2 [data-slot=answer]")).to_be_visible(timeout=AT_ONCE_MS)
        expect(partner.get_by_text("Answered in post 2")).to_be_visible()
        deputy.put(f"/api/topics/{topic}/locked", json={"on": True})
        expect(partner.get_by_text("This topic is locked")).to_be_visible(timeout=AT_ONCE_MS)
        expect(partner.get_by_label("What you had written here")).to_have_value("Half a reply")
        deputy.put(f"/api/topics/{topic}/locked", json={"on": False})
        expect(partner.locator(".composer textarea")).to_have_value("Half a reply")
        write(partner, "Unlocked again")
        expect(observer.locator("#post-3")).to_contain_text("Unlocked again")
        expect(observer.locator('[data-part="typing"]')).to_be_hidden(timeout=AT_ONCE_MS)
        partner.close()
        expect(observer.locator(".people-here")).to_be_hidden(timeout=AT_ONCE_MS)


def png() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(stream, "PNG")
    return stream.getvalue()


def test_a_post_is_composed_with_tools_a_mention_an_image_and_a_quotation(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client, "Composed")
        post(client, topic, "Nine mills share one list of fields.", "mills")
        page, reader = page_of(server, "partner"), page_of(server, "observer")
        for each in (page, reader):
            open_topic(each, topic)
        page.locator("#post-2 [data-part=body] p").click(click_count=3)
        page.locator("#post-2").get_by_role("button", name="Quote").click()
        field = page.locator("textarea[name=source]")
        expect(field).to_be_focused()
        quoted = (
            f"> Nine mills share one list of fields.\n>\n> [Zofia Jabłonka, #2](/topics/{topic}/?from=2#post-2)\n\n"
        )
        expect(field).to_have_value(quoted)
        page.keyboard.type("Ask @pra")
        option = page.get_by_role("option", name="Vít Pramen")
        expect(option).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        expect(option).to_have_count(0)
        page.keyboard.type("or @lomb")
        expect(page.get_by_role("option", name="Lombardy")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        page.keyboard.type(" ")
        page.keyboard.press("Control+b")
        page.keyboard.type("today")
        expect(field).to_have_value(f"{quoted}Ask @Vít.Pramen or @lomb **today**")
        page.keyboard.press("End")
        page.set_input_files('[data-part="image-input"]', {"name": "w.png", "mimeType": "image/png", "buffer": png()})
        words = page.get_by_label("What the image shows")
        expect(words).to_be_focused()
        words.fill("A [wheel] of cheese")
        assert "![A  wheel  of cheese](/files/" in field.input_value()
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(".writing-preview img")).to_have_attribute("alt", "A  wheel  of cheese")
        expect(page.locator(".writing-preview .mention").first).to_have_text("@Vít.Pramen")
        page.get_by_role("button", name="Write").click()
        page.get_by_role("button", name="Post", exact=True).click()
        shown = reader.locator("#post-3")
        expect(shown.locator("strong")).to_have_text("today")
        expect(shown.get_by_role("link", name="Zofia Jabłonka, #2")).to_be_visible()
        shown.locator("img").scroll_into_view_if_needed()
        reader.wait_for_function("document.querySelector('#post-3 img').naturalWidth === 64")
