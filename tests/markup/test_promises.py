"""docs/markdown.md, promise by promise."""

import pytest

from markup.domain import render

UPLOAD = "/files/0f8fad5b-d9cb-469f-a165-70867728950e"
REL = 'rel="nofollow noopener ugc"'


def html(source: str, **options: int) -> str:
    return render(source, **options).html.replace("\n", "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain words", "<p>plain words</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        (
            "*a* _b_ **c** __d__ ***e***",
            "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <strong><em>e</em></strong></p>",
        ),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("~~gone~~ but ~5 %", "<p><del>gone</del> but ~5 %</p>"),
        ("`a *b* <c>`", "<p><code>a *b* &lt;c&gt;</code></p>"),
        ("``a ` b``", "<p><code>a ` b</code></p>"),
        (r"\*not\* \[this\](/x) \~~ \# \@anna", "<p>*not* [this](/x) ~~ # @anna</p>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        ("* * *", "<hr>"),
        ("#hashtag and #1", "<p>#hashtag and #1</p>"),
        ("> said\n> more\nanswer", "<blockquote><p>said<br>more</p></blockquote><p>answer</p>"),
        ("> > twice", "<blockquote><blockquote><p>twice</p></blockquote></blockquote>"),
        ("ąćęłńóśźż ÄÖÜß őű čšž àèìòù", "<p>ąćęłńóśźż ÄÖÜß őű čšž àèìòù</p>"),
    ],
)
def test_text_is_set_as_other_tools_set_it(source: str, expected: str) -> None:
    assert html(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1. a\n  - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("4. a\n5. b", '<ol start="4"><li>a</li><li>b</li></ol>'),
        ("text:\n- a\n- b", "<p>text:</p><ul><li>a</li><li>b</li></ul>"),
        ("text:\n1. a", "<p>text:</p><ol><li>a</li></ol>"),
        ("born in\n1983. a year", "<p>born in<br>1983. a year</p>"),
        ("- a\nlazy\n- b", "<ul><li>a<br>lazy</li><li>b</li></ul>"),
        ("- a\n- b\n\nafter", "<ul><li>a</li><li>b</li></ul><p>after</p>"),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("- a\n\n  more", "<ul><li><p>a</p><p>more</p></li></ul>"),
        ("- a\n  > q", "<ul><li>a<blockquote><p>q</p></blockquote></li></ul>"),
        (
            "- a\n  ```\n  x\n    y\n  ```\n- b",
            '<ul><li>a<pre tabindex="0"><code>x  y</code></pre></li><li>b</li></ul>',
        ),
        ("> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"),
    ],
)
def test_lists_nest_with_two_spaces_and_start_right_under_a_line(source: str, expected: str) -> None:
    assert html(source) == expected


def test_a_task_list_has_boxes_that_carry_their_text_and_cannot_be_ticked() -> None:
    assert html("- [ ] ask *Usti*\n- [x] done\n- [y] no task\n\nno [ ] task") == (
        '<ul><li class="task"><label><input disabled="" type="checkbox"> <span>ask <em>Usti</em></span></label></li>'
        '<li class="task"><label><input checked="" disabled="" type="checkbox"> <span>done</span></label></li>'
        "<li>[y] no task</li></ul><p>no [ ] task</p>"
    )


@pytest.mark.parametrize(
    ("source", "href", "text"),
    [
        ("see https://a.example/b_c_d.", "https://a.example/b_c_d", "https://a.example/b_c_d"),
        ("(http://a.example/x_(y))", "http://a.example/x_(y)", "http://a.example/x_(y)"),
        ("www.a.example, and", "https://www.a.example", "www.a.example"),
        ("<https://a.example>", "https://a.example", "https://a.example"),
        ("<anna@a.example>", "mailto:anna@a.example", "anna@a.example"),
        ("[t](https://a.example)", "https://a.example", "t"),
        ("[t](/groups/agrifood/)", "/groups/agrifood/", "t"),
        ("[t](mailto:a@b.example)", "mailto:a@b.example", "t"),
        ("[t][r]\n\n[r]: https://a.example", "https://a.example", "t"),
        ("[r]\n\n[r]: https://a.example", "https://a.example", "r"),
        ("[](https://a.example)", "https://a.example", "https://a.example"),
    ],
)
def test_links_lead_where_they_may_and_say_so_to_search_engines(source: str, href: str, text: str) -> None:
    assert f'<a href="{href}" {REL}>{text}</a>' in html(source)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example", "ftp://a.example",
     "file:///etc/passwd", "relative/path", "#top", "?q", "JaVaScRiPt:x", "java&#115;cript:x", "&#x2f;/evil.example"],
)  # fmt: skip
def test_a_link_that_leads_elsewhere_stays_as_it_was_typed(address: str) -> None:
    assert "<a" not in html(f"[t]({address}) [t](<{address}>) [r]\n\n[r]: {address}")


def test_a_bare_link_in_code_is_code() -> None:
    assert html("`https://a.example`") == "<p><code>https://a.example</code></p>"
    assert html("```\nhttps://a.example\n```") == '<pre tabindex="0"><code>https://a.example</code></pre>'


def test_mentions_are_marked_and_returned_once_in_order() -> None:
    rendering = render("@zofia and @anna.rossi, @zofia: (@Ján_K) **@bold**.")
    assert rendering.mentions == ("zofia", "anna.rossi", "Ján_K", "bold")
    assert '<span class="mention">@anna.rossi</span>, ' in rendering.html


@pytest.mark.parametrize(
    "source",
    ["anna@example.org", "`@anna`", "```\n@anna\n```", "<anna@example.org>", "https://a.example/@anna", r"\@anna",
     "[@anna](https://a.example)", "@ anna", "@anna@social.example", "a/@anna"],
)  # fmt: skip
def test_what_only_looks_like_a_mention_is_none(source: str) -> None:
    assert render(source).mentions == ()


def test_a_mention_in_a_footnote_that_nobody_sees_is_none() -> None:
    assert render("a\n\n[^1]: @anna").mentions == ()


def test_tables_name_their_columns_and_scroll_in_a_box() -> None:
    assert html(
        "Text above\n| a | b | c |\n|---|:-:|--:|\n| 1 | **2** |\n| x \\| y | `p` | `q\\|r` | surplus |\nafter"
    ) == (
        '<p>Text above</p><div class="table-scroll" tabindex="0"><table><thead><tr><th scope="col">a</th>'
        '<th class="align-center" scope="col">b</th><th class="align-right" scope="col">c</th></tr></thead>'
        '<tbody><tr><td>1</td><td class="align-center"><strong>2</strong></td><td class="align-right"></td></tr>'
        '<tr><td>x | y</td><td class="align-center"><code>p</code></td>'
        '<td class="align-right"><code>q|r</code></td></tr>'
        "</tbody></table></div><p>after</p>"
    )


def test_footnotes_are_numbered_by_use_and_lead_there_and_back() -> None:
    out = html("a[^long] b[^n] c[^long] d[^none]\n\n[^n]: second\n[^long]: first\n\n  more of it\n[^unused]: never")
    prefix = out.split('href="#fn-')[1][:8]
    assert f'a<sup><a href="#fn-{prefix}-1" id="fnref-{prefix}-1" role="doc-noteref" {REL}>1</a></sup>' in out
    assert f'c<sup><a href="#fn-{prefix}-1" role="doc-noteref" {REL}>1</a></sup> d[^none]</p>' in out
    assert f'<li id="fn-{prefix}-1"><p>first</p><p>more of it <a href="#fnref-{prefix}-1"' in out
    assert out.index("more of it") < out.index("second")
    assert "never" not in out


def test_the_footnotes_of_two_texts_do_not_meet_on_a_page() -> None:
    one, two = html("a[^1]\n\n[^1]: x"), html("b[^1]\n\n[^1]: y")
    assert one.split('id="')[1][:16] != two.split('id="')[1][:16]


def test_code_is_kept_to_the_letter() -> None:
    assert html("```python\nif a < b & c:\n\n  x = '&lt; *no* @no'\n```") == (
        '<pre tabindex="0"><code class="language-python">if a &lt; b &amp; c:  x = \'&amp;lt; *no* @no\'</code></pre>'
    )
    assert html("~~~\n```\n~~~") == '<pre tabindex="0"><code>```</code></pre>'
    assert html("```\nnever closed") == '<pre tabindex="0"><code>never closed</code></pre>'
    assert html("    indented *code*") == '<pre tabindex="0"><code>indented *code*</code></pre>'


@pytest.mark.parametrize(("base", "levels"), [(1, "123456"), (2, "234566"), (3, "345666"), (6, "666666")])
def test_headings_go_under_the_pages_own(base: int, levels: str) -> None:
    source = "\n".join("#" * level + f" t{level} #" for level in range(1, 7))
    expected = "".join(f"<h{level}>t{number}</h{level}>" for number, level in enumerate(levels, start=1))
    assert html(source, base_heading=base) == expected
    assert html("Top\n===\nNext\n---", base_heading=2) == "<h2>Top</h2><h3>Next</h3>"


def test_a_strangers_image_is_a_link_and_never_loaded() -> None:
    for source in ("![A barn](https://evil.example/p.png)", "![A barn][r]\n\n[r]: https://evil.example/p.png"):
        assert html(source) == f'<p><a href="https://evil.example/p.png" {REL}>A barn</a></p>'
    assert "<img" not in html("![x](/other.png) ![x](data:image/png;base64,AAAA) ![x](//evil.example/p.png)")


def test_our_own_image_is_shown_when_it_comes_into_view() -> None:
    image = f'<img alt="A barn" decoding="async" loading="lazy" src="{UPLOAD}/medium">'
    assert html(f"![A barn]({UPLOAD}/medium)") == f"<p>{image}</p>"
    assert (
        html(f"[![A barn]({UPLOAD}/medium)](https://a.example)")
        == f'<p><a href="https://a.example" {REL}>{image}</a></p>'
    )
    assert "<img" not in html(f"![x]({UPLOAD}/download) ![x]({UPLOAD}/../../secret)")


def test_raw_html_is_text() -> None:
    assert html("<b>x</b> <!-- y --> <script>alert(1)</script> &amp; &copy;") == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt; &lt;script&gt;alert(1)&lt;/script&gt; &amp; ©</p>"
    )


def test_the_plain_text_has_the_words_alone() -> None:
    assert (
        render("# Über *uns*\n\n- a & b\n- <c>\n\n| x | y |\n|--|--|\n| 1 | 2 |").text
        == "Über uns\na & b\n<c>\nx\ny\n1\n2"
    )


def test_what_is_invisible_and_dangerous_is_taken_out() -> None:
    assert (
        render("a\x00b\x02c\x03d\x1b\x7f\x85e\u202egnp.exe\u2066\ufeff\ud800f\r\ng").html
        == "<p>abcd<br>\negnp.exe\ufffdf<br>\ng</p>"
    )


@pytest.mark.parametrize("source", ["", " ", "\n\n", "\t", "\x00"])
def test_nothing_comes_of_nothing(source: str) -> None:
    rendering = render(source)
    assert (rendering.html, rendering.text, rendering.mentions) == ("", "", ())


def test_the_rendering_does_not_depend_on_the_readers_language() -> None:
    from django.utils import translation

    source = "- [x] a[^1] @b\n\n[^1]: c"
    with translation.override("pl"):
        polish = render(source)
    assert polish == render(source)
