"""The plan's editor as a person uses it: what it looks like, its menus, what is pasted, a plain field instead."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.backing import wait_until
from tests.browsers import AT_ONCE_MS
from tests.plans.served import section_of
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PageOf = Callable[..., Page]
PLAN = "/groups/agrifood/plan/"

WORD = """<html><body lang=EN-GB><!--StartFragment-->
<p class=MsoTitle>Soil days<o:p></o:p></p>
<p class=MsoNormal><b>Bold</b> and <i>slanted </i>words<span style='mso-spacerun:yes'>&nbsp; </span>in 2*3
snake_case.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span><![endif]>First
<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>Inner<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>Numbered<o:p></o:p></p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Region</b></p></td><td><p>Firms</p></td></tr>
<tr><td><p>Linz | Wels</p></td><td><p>120</p></td></tr></table>
<p class=MsoNormal><a href="https://example.org/a(b)">page</a>
<a href="javascript:alert(1)">bad</a></p><!--EndFragment--></body></html>"""
FROM_WORD = """# Soil days

**Bold** and *slanted* words in 2\\*3 snake_case.

- First
   - Inner
1. Numbered

| **Region** | Firms |
| --- | --- |
| Linz \\| Wels | 120 |

[page](https://example.org/a%28b%29) bad"""
WEB = """<b style="font-weight:normal"><h2><span>From the <b>web</b></span></h2><ul><li><p>one</p><ul><li>two
<del>old</del></li></ul></li>
<li><input type="checkbox" checked> done</li></ul><ol start="3"><li>three</li></ol><blockquote><p>said</p></blockquote>
<p>a<br>b <span style="font-weight:700;font-style:italic">both</span> <code>x*y</code></p><pre>x = 1
y</pre><hr><script>alert(1)</script><img src="data:image/png;base64,AA"><p># no heading</p></b>"""
FROM_WEB = """## From the web

- one
  - two ~~old~~
- [x] done

3. three

> said

a
b ***both*** `x*y`

```
x = 1
y
```

---

\\# no heading"""
KEPT = """async () => {
  const names = (await indexedDB.databases()).map(({name}) => name);
  return [...names, ...await caches.keys()].filter((name) => /^(documents|pages)\\//.test(name));
}"""
LAST_WORDS = "Object.keys(localStorage).filter((key) => key.endsWith(':last'))"
REMEMBER_AGAIN = """() => {
  const kept = JSON.parse(sessionStorage.getItem("again")).filter(([key]) => key.endsWith(":last"));
  for (const entry of kept) localStorage.setItem(...entry);
  if (!kept.length) throw new Error("nothing had been remembered");
}"""
IS_PAGE_KEPT = """async () => {
  const parts = performance.getEntriesByType("resource").map(({name}) => name.split("#")[0]);
  const wanted = [location.pathname, ...parts.filter((name) => /\\/(static|jsi18n)\\//.test(name))];
  return (await Promise.all(wanted.map((name) => caches.match(name)))).every(Boolean);
}"""
PASTES = [
    (WORD, "never", FROM_WORD),
    (WEB, "never", FROM_WEB),
    ("<div><span>one **two** _three_</span></div>", "one **two** _three_", "one **two** _three_"),
    ("", "- plain\n  * stays", "- plain\n  * stays"),
    ("<style>b { color: red }</style>" + "<div style='margin:0'>" * 30_000 + "<b>deep</b>", "never", "**deep**"),
]


@pytest.fixture(scope="module")
def plan(shared_server: Server) -> Server:
    """For those tests that leave it running; each empties the section that it writes into."""
    return shared_server


def opened(page: Page, server: Server) -> Page:
    page.goto(f"{PLAN}?section={section_of(server, 'Monitoring')['id']}")
    expect(page.locator(".cm-content")).to_be_visible()
    return page


def choose(page: Page, mode: str) -> None:
    page.get_by_label(mode, exact=True).check()


def line(page: Page, number: int) -> Locator:
    return page.locator(".cm-line").nth(number)


def emptied(page: Page) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")


def saved(page: Page) -> None:
    expect(page.locator('[data-part="state"]')).to_have_text("Saved")


def text_of(server: Server) -> str:
    return str(section_of(server, "Monitoring")["text"])


def paste(page: Page, html: str, plain: str) -> None:
    page.evaluate(
        """([html, plain]) => {
          const clipboardData = new DataTransfer();
          if (html) clipboardData.setData("text/html", html);
          clipboardData.setData("text/plain", plain);
          const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
          document.querySelector(".cm-content").dispatchEvent(event);
        }""",
        [html, plain],
    )


def test_the_text_looks_as_it_will_and_is_shown_as_written_where_the_cursor_is(plan: Server, page_of: PageOf) -> None:
    page = opened(page_of(plan, "partner"), plan)
    emptied(page)
    page.keyboard.type("/sub", delay=20)
    options = page.get_by_role("listbox", name="Blocks to insert").get_by_role("option")
    expect(options).to_have_text(["Subheading"])
    expect(page.locator(".cm-content")).to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Enter")
    page.keyboard.type("Title\nSome **bold** [words](https://example.org)\n- [ ] ask", delay=5)
    expect(line(page, 2)).to_have_text("ask")
    for _twice in range(2):
        page.keyboard.press("Enter")
    page.keyboard.type("/ta", delay=20)
    expect(page.get_by_role("option", name="Table")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("Region")
    page.keyboard.press("Control+End")
    expect(line(page, 0)).to_have_text("Title")
    expect(line(page, 1)).to_have_text("Some bold words")
    expect(page.locator(".md-table th")).to_have_text(["Region", "Column"])
    line(page, 0).click()
    expect(line(page, 0)).to_have_text("## Title")
    page.get_by_role("checkbox", name="Done").click()
    page.locator(".md-table td").first.click()
    page.keyboard.type("Linz")
    saved(page)
    written = "## Title\nSome **bold** [words](https://example.org)\n- [x] ask\n"
    wait_until(lambda: text_of(plan).startswith(written), "the text's arrival")
    assert "| Region | Column |\n| ------ | ------ |\n| Linz" in text_of(plan)
    choose(page, "Source")
    expect(line(page, 1)).to_have_text("Some **bold** [words](https://example.org)")
    page.reload()
    expect(line(page, 1)).to_have_text("Some **bold** [words](https://example.org)")
    for html, plain, expected in PASTES:
        emptied(page)
        paste(page, html, plain)
        expect(page.locator(".cm-content")).to_contain_text(expected.splitlines()[-1])
        assert "\n".join(page.locator(".cm-line").all_text_contents()) == expected


def test_a_plain_field_writes_into_the_same_text_and_keeps_its_cursor(plan: Server, page_of: PageOf) -> None:
    page, chiara = opened(page_of(plan, "partner"), plan), opened(page_of(plan, "coordinator"), plan)
    emptied(chiara)
    chiara.keyboard.type("Middle")
    choose(page, "Plain")
    field = page.locator("textarea.plan-plain")
    expect(field).to_have_value("Middle")
    field.focus()
    page.keyboard.press("Control+End")
    for word in ("one ", "two ", "🌾 "):
        chiara.keyboard.press("Control+Home")
        chiara.keyboard.type(word)
        page.keyboard.type(f" {word.strip()}")
    expect(chiara.locator(".caret-name")).to_have_text("Piroska Paprikás")
    for each in (page, chiara):
        saved(each)
    expect(field).to_have_value("🌾 two one Middle one two 🌾")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("🌾 two one Middle")
    expect(chiara.locator(".cm-line").first).not_to_contain_text("Middle one")
    page.keyboard.press("Control+y")
    expect(field).to_have_value("🌾 two one Middle one two 🌾")
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()


def test_an_image_is_described_sent_and_stands_in_the_text(plan: Server, page_of: PageOf) -> None:
    page = opened(page_of(plan, "partner"), plan)
    emptied(page)
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(stream, "PNG")
    chosen = page.locator('[data-part="image-file"]')
    chosen.set_input_files({"name": "field.png", "mimeType": "image/png", "buffer": b"no image"})
    page.get_by_label("What does it show?").fill("A field")
    page.get_by_role("button", name="Insert the image").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    chosen.set_input_files({"name": "field.png", "mimeType": "image/png", "buffer": stream.getvalue()})
    page.get_by_label("What does it show?").fill("A field in [May]")
    page.get_by_role("button", name="Insert the image").click()
    image = page.get_by_role("img", name="A field")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    saved(page)
    assert re.match(r"!\[A field in \\\[May\\\]\]\(/files/[0-9a-f-]{36}/large\)", text_of(plan))
    page.troubles = [trouble for trouble in page.troubles if "422" not in trouble]  # type: ignore[attr-defined]


def test_letters_typed_the_moment_before_a_page_is_left_are_kept_without_a_network(
    server: Server, page_of: PageOf
) -> None:
    """The browser's database, which writes when it can, is stopped: it is as if the page went before that."""
    page = opened(page_of(server, "partner"), server)
    emptied(page)
    page.keyboard.type("First")
    saved(page)
    wait_until(lambda: bool(page.evaluate(IS_PAGE_KEPT)), "the page's copy")
    page.context.set_offline(True)
    server.kill()
    expect(page.locator('[data-part="state"]')).to_have_text("Offline", timeout=AT_ONCE_MS)
    page.evaluate("for (const verb of ['add', 'count']) IDBObjectStore.prototype[verb] = () => ({});")
    page.keyboard.type(" and last")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.evaluate("sessionStorage.setItem('again', JSON.stringify(Object.entries(localStorage)))")
    for _time in range(2):
        page.reload()
        expect(page.locator(".cm-line").first).to_have_text("First and last")
    wait_until(lambda: page.evaluate(LAST_WORDS) == [], "the last words in the browser's database")
    page.evaluate(REMEMBER_AGAIN)
    page.reload()
    expect(page.locator(".cm-line").first).to_have_text("First and last")
    wait_until(lambda: page.evaluate(LAST_WORDS) == [], "words that had been in the database already")
    page.troubles = [trouble for trouble in page.troubles if not re.search("WebSocket|ERR_|fetch", trouble)]  # type: ignore[attr-defined]


def test_a_section_is_read_and_written_without_a_network_and_merges_on_return(server: Server, page_of: PageOf) -> None:
    """Chiara's tab stays open, the partner's page is loaded anew without a network; both write."""
    page, chiara = opened(page_of(server, "partner"), server), opened(page_of(server, "coordinator"), server)
    emptied(page)
    page.keyboard.type("Middle")
    saved(page)
    expect(chiara.locator(".cm-content")).to_contain_text("Middle")
    wait_until(lambda: bool(page.evaluate(IS_PAGE_KEPT)), "the page's copy")
    page.context.set_offline(True)
    server.kill()
    page.reload()
    expect(page.locator(".cm-line").first).to_have_text("Middle")
    state = page.locator('[data-part="state"]')
    expect(state).to_have_text("Offline", timeout=AT_ONCE_MS)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" partner")
    expect(state).to_have_text("Offline, 1 section waits to be saved")
    expect(state).to_have_attribute("title", re.compile("is kept on this device"))
    page.reload()
    expect(page.locator(".cm-line").first).to_have_text("Middle partner")
    page.goto("/notices/")
    expect(page.locator("h1")).to_have_text("The workspace cannot be reached")
    page.locator(".kept-plans .row").filter(has_text="Not sent yet").get_by_role("link", name="Monitoring").click()
    expect(page.locator(".cm-line").first).to_have_text("Middle partner")
    expect(state).to_have_text("Offline, 1 section waits to be saved")
    chiara.locator(".cm-content").focus()
    chiara.keyboard.press("Control+Home")
    chiara.keyboard.type("Chiara ")
    server.start()
    page.context.set_offline(False)
    for each in (page, chiara):
        for words in ("Chiara ", "Middle partner"):  # the other's caret with their name stands between or behind
            expect(each.locator(".cm-line").first).to_contain_text(words)
        saved(each)
    assert text_of(server) == "Chiara Middle partner"
    assert len(page.evaluate(KEPT)) == 2
    page.locator(".account-menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    wait_until(lambda: page.evaluate(KEPT) == [], "the copies' removal")
    for each in (page, chiara):
        each.troubles = [trouble for trouble in each.troubles if not re.search("WebSocket|ERR_|fetch", trouble)]  # type: ignore[attr-defined]
