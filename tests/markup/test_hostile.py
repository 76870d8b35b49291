"""The corpus of hostile texts, judged by a real browser without any content security policy to help."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from markup.domain import render
from tests.markup.corpus import RUN, hostile_texts
from tests.markup.judging import Judge

pytestmark = pytest.mark.browser
HOST = "http://judge.example"

PAGE = Path(__file__).with_name("judge.html").read_text(encoding="utf-8")


class Bench(Judge):
    """A page of nothing but texts, each in an article of its own."""

    def answer_own(self, route: Route) -> None:
        if route.request.url == f"{HOST}/":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(status=404, body="")

    def place(self, texts: list[str]) -> None:
        self.page.evaluate("texts => { window.expected = texts.length; window.place(texts); }", texts)
        self.provoke()
        self.page.wait_for_load_state("networkidle")

    def verdict(self) -> list[str]:
        return [*super().verdict(), *self.page.evaluate("window.intact()")]


@pytest.fixture
def judge(browser: Browser) -> Iterator[Bench]:
    with contextlib.closing(browser.new_page()) as page:
        judge = Bench(page, HOST, "article")
        judge.open("/")
        yield judge


def test_no_hostile_text_does_anything_in_a_browser(judge: Bench) -> None:
    texts = list(hostile_texts())
    assert len(texts) > 1_500
    judge.place([render(text).html for text in texts])
    assert judge.verdict() == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<img src=/files/x onerror={RUN}>", "code ran"),
        ("<img src=https://evil.example/p.gif>", "asked for https://evil.example/p.gif"),
        (f"<a href='javascript:{RUN}' rel='nofollow noopener'>x</a>", "leads to javascript:"),
        ("<a href='//evil.example' rel='nofollow noopener'>x</a>", "a disguised host"),
        ("<p onclick=x>y", "attribute onclick"),
        ("<form></form>", "element <form>"),
        ("<p id=cookie>", "clobbers"),
        ("<img src=x onerror=alert(1)>", "a dialog"),
    ],
)
def test_the_judge_sees_what_an_unclean_text_would_do(judge: Bench, html: str, expected: str) -> None:
    judge.place([html])
    assert any(said.startswith(expected) for said in judge.verdict()), judge.happened
