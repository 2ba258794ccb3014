"""Markdown that people typed: what becomes of it, and what it can never become."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from osallisuus.exports.prose import prose
from tests.exports.test_calendars import HOSTILE

TAGS = {"p", "ul", "ol", "li", "em", "strong", "a", "br", "blockquote", "code", "pre"}
SCHEMES = ("https://", "http://", "mailto:")


class Seen(HTMLParser):
    """What a browser would make of a piece of HTML: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(str(html))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "a" in self.open:
            self.links[-1] += data

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"an unknown declaration: {data}")

    def handle_pi(self, data: str) -> None:
        pytest.fail(f"a processing instruction: {data}")


def require_harmless(html: str) -> Seen:
    seen = Seen(html)
    for tag, attributes in seen.tags:
        assert tag in TAGS
        allowed = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}.get(tag, set())
        assert set(attributes) <= allowed
        if tag == "a":
            assert (attributes["href"] or "").casefold().startswith(SCHEMES)
    return seen


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("", ""),
        ("Yksi rivi.", "<p>Yksi rivi.</p>\n"),
        ("Eka\ntoka", "<p>Eka<br />\ntoka</p>\n"),
        ("Eka\r\n\r\ntoka", "<p>Eka</p>\n<p>toka</p>\n"),
        ("*a* **b** _c_ __d__", "<p><em>a</em> <strong>b</strong> <em>c</em> <strong>d</strong></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("2. a\n3. b", '<ol start="2">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("- a\n  1. b", "<ul>\n<li>a\n<ol>\n<li>b</li>\n</ol>\n</li>\n</ul>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("[a](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>\n'),
        ("[a](HTTP://example.org)", '<p><a href="HTTP://example.org">a</a></p>\n'),
        ("[a](mailto:a@example.org)", '<p><a href="mailto:a@example.org">a</a></p>\n'),
        ("<https://example.org>", '<p><a href="https://example.org">https://example.org</a></p>\n'),
        ("<a@example.org>", '<p><a href="mailto:a@example.org">a@example.org</a></p>\n'),
        ("https://example.org", "<p>https://example.org</p>\n"),
        ("5 < 6 & 7 > 6", "<p>5 &lt; 6 &amp; 7 &gt; 6</p>\n"),
        ("Äänekoski – 🙂", "<p>Äänekoski – 🙂</p>\n"),
        # four spaces are a person's habit, not a program
        ("eka\n\n    toka", "<p>eka</p>\n<p>toka</p>\n"),
    ],
)
def test_text_lists_emphasis_and_links_are_shown(typed: str, html: str) -> None:
    assert str(prose(typed)) == html


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<b>hei</b>",
        "<!-- ei -->",
        "<?php ei ?>",
        "<![CDATA[ei]]>",
        "<!DOCTYPE html>",
        '<img src=x onerror="alert(1)">',
        "<div>\n\n**ei**\n\n</div>",
        "<style>body { display: none }</style>",
        '<a href="https://example.org" onclick="alert(1)">x</a>',
        "</div></main></body>",
        "&lt;script&gt;",
        "<svg/onload=alert(1)>",
    ],
)
def test_html_stays_the_characters_that_were_typed(typed: str) -> None:
    seen = require_harmless(prose(typed))
    assert {tag for tag, _attributes in seen.tags} <= {"p", "strong"}
    assert "<" in seen.text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x73;cript:alert(1)",
        "java%73cript:alert(1)",
        "&#1;javascript:alert(1)",
        "\tjavascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "ftp://example.org",
        "tel:+358",
        "//example.org/x",
        "/x",
        "../x",
        "x.html",
        "#x",
        "?x",
        "",
        "https:example.org",
        "blob:https://example.org",
        "view-source:https://example.org",
    ],
)
@pytest.mark.parametrize(
    "shape", ["[x]({})", "[x](<{}>)", "<{}>", "[x][1]\n\n[1]: {}", "![x]({})", "[![x](https://example.org)]({})"]
)
def test_a_link_leads_only_to_web_pages_and_letters(shape: str, address: str) -> None:
    seen = require_harmless(prose(shape.format(address)))
    targets = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert set(targets) <= {"https://example.org"}  # the picture's own address, as a link at most


@pytest.mark.parametrize("typed", ["![x](https://example.org/x.png)", "![x][1]\n\n[1]: https://example.org/x.png"])
def test_a_picture_is_not_loaded(typed: str) -> None:
    assert [tag for tag, _attributes in require_harmless(prose(typed)).tags] == ["p", "a"]


@pytest.mark.parametrize(
    "typed", ["# Otsikko", "###### Otsikko", "Otsikko\n===", "Otsikko\n---", "***", "---", "| a |\n|---|\n| b |"]
)
def test_headings_rules_and_tables_stay_as_typed(typed: str) -> None:
    seen = require_harmless(prose(typed))
    assert {tag for tag, _attributes in seen.tags} <= {"p", "br"}
    assert seen.text.split() == typed.split()


@pytest.mark.parametrize(
    "typed", ["[](https://example.org)", "[ ](https://example.org)", "[**](https://example.org)", "[x]()", "[x](<>)"]
)
def test_every_link_has_words_and_leads_somewhere(typed: str) -> None:
    seen = require_harmless(prose(typed))
    assert all(words.strip() for words in seen.links)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_does_nothing(text: str) -> None:
    require_harmless(prose(text))


@pytest.mark.parametrize("typed", ["> " * 5000 + "x", "- " * 5000 + "x", "[" * 9000, "*a" * 9000, "`" * 50_000, "<" * 50_000])
def test_a_text_made_to_be_slow_or_deep_is_read_all_the_same(typed: str) -> None:
    require_harmless(prose(typed))


def test_the_same_text_gives_the_same_html() -> None:
    assert prose("*a*") == prose("*a*")


BLOCKS = ["\n", "\n\n", "- ", "1. ", "> ", "    ", "\t", "```", "#", "===", "---", "|", "[1]: "]
INLINE = ["[", "](", ")", "!", "<", ">", "*", "**", "_", "`", '"', "'", "\\", "&", ";", " ", "x", "ä", "\x00", "\u202e"]
SHARP = ["javascript:", "data:", "https://x", "mailto:", "@", "&#106;", "&colon;", "onload=", "<a href=", "</p>", "<!--", "-->"]
SHARP += ["<script>", "<![CDATA[", "<img src=x onerror=alert(1)>"]
PIECES = st.sampled_from(BLOCKS + INLINE + SHARP)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
@example('[x](https://example.org "title\' onclick=")')
@example('``` lang" onload=x\ny\n```')
def test_whatever_is_typed_only_harmless_html_comes_of_it(typed: str) -> None:
    require_harmless(prose(typed))
