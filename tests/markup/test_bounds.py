"""No text takes long, and no text raises."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markup import pipeline
from markup.domain import render
from markup.source import POST_LIMIT, SECTION_LIMIT
from tests.sizes import size

SECONDS = 4.0
"""What a text of POST_LIMIT characters may take of the processor at the very most; it takes about 1 s."""

REPEATED = [
    ">", "> ", "[", "![", "*", "**a ", "*a* ", "**a *b ", "_a ", "__a", "`", "`a", "``a ", "<", "# ", "#", "[a](b) ",
    "[a](/b) ", "[a](", '[a](/b "', "[[a]", "[^", "[^1]", "~~a ", "~~a~~ ", "***a *b ", "***a **b _c ", "*_a", "- ",
    "- a\n", "1. a\n", "> a\n", "> - ", "- > a\n", "\\", "\\*", "\n", "a\n", "|", "|a", "|-|\n", "|a|b|\n", "@a ", "@",
    "http://a ", "http://", "http://a((", "www.", "&", "&amp;", "<a@b.cc> ", "<http://", "[a]: /x\n", "[a]\n",
    "a\n--\n", "```\n", "- ```\n  x\n", "~~~\n", "a_b_", "**a**", "* a\n\n", "é", "\U0001f600", "\x02", "(((",
    "a@b ", "`a` ", "[a [b](/x)](/y) ", "[^1]: x\n", "\t", "- [ ] a\n", "=\n", "word ",
]  # fmt: skip


def lasting(source: str) -> float:
    begun = time.thread_time()
    rendering = render(source)
    assert isinstance(rendering.text, str)
    return time.thread_time() - begun


# What takes longer than in proportion to its length shows in a third of a post, too.
LENGTH = size("LENGTH", POST_LIMIT // 3)


@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_a_text_that_is_one_thing_over_and_over_is_done_in_time(piece: str) -> None:
    assert lasting((piece * LENGTH)[:LENGTH]) < SECONDS * LENGTH / POST_LIMIT


LARGE = {
    "lists 300 deep": "\n".join("  " * depth + "- a" for depth in range(300)),
    "lists 1000 deep": "\n".join("  " * depth + "- a" for depth in range(1000))[:SECTION_LIMIT],
    "quotes 300 deep": "\n".join("> " * depth + "a" for depth in range(300)),
    "5000 quote marks": ">" * 5000 + "a",
    "6000 footnotes": "".join(f"[^{n}] " for n in range(6000)) + "\n\n" + "".join(f"[^{n}]: x\n" for n in range(6000)),
    "a footnote that refers to itself": "[^1]\n\n[^1]: " + "[^1] " * 19_000,
    "one reference, used often": "[a]: /x\n\n" + "[a] " * 25_000,
    "a table of 16000 rows": "|a|b|\n|-|-|\n" + "|c|d|\n" * 16_000,
    "a table of 50000 columns": "|a" * 50_000 + "\n" + "|-" * 50_000,
    "a table of 50 columns and many empty rows": "|" + "a|" * 50 + "\n|" + "-|" * 50 + "\n" + "|\n" * 50_000,
    "ticks of every length": "".join("`" * length + " a " for length in range(1, 440)),
    "emphasis 20000 deep": "**a *b " * 10_000 + "* b** " * 10_000,
    "emphasis 400 deep, everywhere": ("**a *b " * 160 + "* b** " * 160 + "\n\n") * 45,
    "links in links": "[" * 500 + "a" + "](/x)" * 500,
    "a megabyte of signs to escape": "&" * SECTION_LIMIT,
    "a megabyte of code to escape": "```\n" + "<a>&" * 240_000,
    "300 kilobytes of short lines": "a\n" * 150_000,
    "a megabyte of prose": "Some *text* with **bold**, `code` and [a link](http://x.example/).\n\n- one\n- two\n\n"
    * 11_700,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_or_deep_text_is_done_in_time(name: str) -> None:
    assert lasting(LARGE[name]) < SECONDS * max(1, len(LARGE[name]) / POST_LIMIT)


def test_what_nests_too_deep_is_still_there_to_read() -> None:
    text = render("\n".join("  " * depth + f"- level{depth}" for depth in range(100))).text
    assert [f"level{depth}" in text for depth in range(100)] == [True] * 100
    assert render(">" * 5000 + "a").html.count("<blockquote>") == 10


def test_what_is_too_long_is_shown_as_it_was_typed() -> None:
    source = "*a* <b>\n" * (SECTION_LIMIT // 8 + 1)
    rendering = render(source)
    assert rendering.html.startswith('<pre tabindex="0"><code>*a* &lt;b&gt;\n')
    assert rendering.text == source


@pytest.mark.parametrize("failure", [RecursionError, ValueError, KeyError, MemoryError])
def test_where_the_renderer_fails_the_text_is_shown_as_it_was_typed(
    monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def fail(text: str, base_heading: int) -> None:
        raise failure

    monkeypatch.setattr(pipeline, "_converted", fail)
    rendering = render("# <script>alert(1)</script> @anna")
    assert rendering.html == '<pre tabindex="0"><code># &lt;script&gt;alert(1)&lt;/script&gt; @anna</code></pre>'
    assert rendering.mentions == ()


FRAGMENTS = st.sampled_from(
    [*REPEATED, "\n\n", "  ", "    ", "[^a]: ", "[ ] ", "1) ", "](/x)", "\ud800", "\u202e", "<script>"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=60).map("".join))
def test_any_mixture_of_marks_is_rendered_and_not_given_up(source: str) -> None:
    assert pipeline._converted(pipeline.put_right(source), 2)
    render(source).html.encode()
