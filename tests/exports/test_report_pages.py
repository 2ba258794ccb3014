"""Reports as pages, pictures, Markdown and text: what a browser, an XML parser and a Markdown parser make of them."""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from osallisuus.exports.formats import charts, render
from osallisuus.exports.formats.drawing import AXIS, BAR, INK, PAPER, SOFT, axis
from osallisuus.i18n import LANGUAGES, speaking
from osallisuus.reports.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Heading,
    Link,
    Number,
    Paragraph,
    Picture,
    Quoted,
    Report,
    Table,
    drawn,
    words,
)
from tests.exports.reports import MADE, SHARP, count, report
from tests.exports.test_calendars import HOSTILE
from tests.exports.test_site_browser import PATIENCE, Facts, _peers, _wait, contrast

HERE = Path(__file__).parent
SVG = "{http://www.w3.org/2000/svg}"
LONG = "Vammaispalvelulainsäädäntöuudistuksen toimeenpanosuunnitelmatyöryhmä ja kuljetuspalvelut sekä henkilökohtainen apu kotona"
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_format = pytest.mark.parametrize("format", ["html", "md", "text"])


def table(
    kind: str, rows: Sequence[tuple[Cell, Cell, Cell]], *, key: str = "t", value: str = "Osallistujia", total: bool = False
) -> Table:
    """Return a table with a picture: labels, values and targets."""
    columns = [
        Column(key="label", label="Kohde"),
        Column(key="n", label=value, kind="number"),
        Column(key="aim", label="Tavoite", kind="number"),
    ]
    picture = Picture(kind=kind, value="n", target="aim")
    return Table(key=key, title="Taulukko", columns=columns, rows=rows, picture=picture, total=total)


def many(amount: int, *, step: int = 37, label: str = "") -> Table:
    rows: list[tuple[Cell, Cell, Cell]] = [
        (label or date(2020 + n // 12, n % 12 + 1, 15), count(f"n{n}", n * step % 211), None) for n in range(amount)
    ]
    return table("columns", rows, key=f"many{amount}-{step}{label[:3]}")


HIDDEN = Number(key="h", value=None, hidden=True)
FULL: list[Block] = [
    Heading(text="Kuvia", language="sv"),
    table("bars", [], key="nothing"),
    table("bars", [("a", HIDDEN, count("a", 5)), ("b", count("b", 0), None)], key="no-length"),
    table(
        "columns",
        [
            (datetime(2022, n, 20, 17), count(f"s{n}", n / 9, unit="share"), count(f"a{n}", 0.8, unit="share"))
            for n in range(1, 8)
        ],
        key="shares",
    ),
    table(
        "bars",
        [(LONG, count("x", 12345), count("xa", 12000)), (SHARP, count("y", 0), count("ya", 9000)), ("Arvio", HIDDEN, HIDDEN)],
        key="long",
        value="Ehdotuksia ja palautteita yhteensä",
    ),
    table(
        "bars", [(f"Kohde {n}", count(f"d{n}", n / 2, unit="days", places=1), count(f"da{n}", n)) for n in range(9)], key="days"
    ),
    many(2),
    many(13),
    many(60),
    many(60, step=12),
    many(25, label=LONG),
    many(12, step=12347),
]


def full(language: str = "fi", *, audience: str = "internal") -> Report:
    return replace(report(language, audience=audience), blocks=[*report(language).blocks, *FULL])


PICTURES = [one for one in full().blocks if isinstance(one, Table) and drawn(one)]
each_picture = pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.key)


def written(blocks: Sequence[Block], format: str, language: str = "fi") -> str:
    return render(replace(report(language), blocks=blocks, made=MADE), format).decode()


def parsed(one: Table, *, narrow: bool = False, language: str = "fi") -> ET.Element:
    with speaking(language):
        return ET.fromstring(charts.svg(one, narrow=narrow))  # noqa: S314  # our own


def classed(svg: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in svg.iter() if one.get("class") == kind]


def numbers(one: ET.Element, *names: str) -> list[float]:
    return [float(one.attrib[name]) for name in names]


# In a real browser


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Facts:
    """Give what the browser saw of the report in each language; it looks once, however many processes run these tests."""
    peers = _peers()
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    answer = shared / "reports.json"
    try:
        (shared / "reports").mkdir()
    except FileExistsError:
        return _wait(answer)
    found: dict[str, Any] = {"error": "the browser did not get to the end"}
    try:
        found = _look(shared / "reports", *peers)
    finally:
        partial = answer.with_suffix(".partial")
        partial.write_text(json.dumps(found), encoding="utf-8")
        partial.replace(answer)
    return found


def _look(folder: Path, node: str, modules: Path, chromium: str) -> dict[str, Any]:
    paths = {language: folder / f"{language}.html" for language in LANGUAGES}
    for language, path in paths.items():
        path.write_bytes(render(full(language), "html"))
    command = [node, str(HERE / "report_axe.mjs"), str(modules), chromium, *map(str, paths.values())]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert ran.returncode == 0, ran.stderr
    return {name.removesuffix(".html"): facts for name, facts in json.loads(ran.stdout).items()}


@pytest.mark.slow
class TestBrowser:
    """What Chromium and axe-core find in a report with everything in it."""

    @each_language
    def test_axe_finds_nothing_and_nothing_lies_beside_the_window(self, seen: Facts, language: str) -> None:
        for name, look in seen[language]["looks"].items():
            assert look["axe"] == [], name
            assert look["outside"] == [], name
            assert look["scroll"] <= look["width"], name  # WCAG 1.4.10
        assert set(seen[language]["looks"]) == {"1280", "360", "320", "paper"}
        assert seen[language]["looks"]["1280"]["moved"] == 0

    @each_language
    def test_no_words_of_a_picture_lie_over_others_or_leave_it(self, seen: Facts, language: str) -> None:
        looks = seen[language]["looks"]
        assert {name: look["over"] for name, look in looks.items()} == {name: [] for name in looks}
        assert len(looks["1280"]["pictures"]) == len(looks["320"]["pictures"]) == len(PICTURES)
        assert sum(one.endswith("-narrow") for one in looks["320"]["pictures"]) > 5
        assert looks["paper"]["pictures"] == looks["1280"]["pictures"]

    @each_language
    def test_wide_tables_move_in_a_frame_that_the_keyboard_reaches(self, seen: Facts, language: str) -> None:
        facts = seen[language]
        regions = [one for one in facts["focus"] if one["role"] == "group"]
        assert len(regions) == facts["looks"]["320"]["frames"] >= facts["looks"]["320"]["moved"] > 0
        assert {one["outline"] for one in facts["focus"]} == {"solid 3px"}

    @each_language
    def test_it_is_one_file_that_loads_and_runs_nothing(self, seen: Facts, language: str) -> None:
        facts = seen[language]
        assert (facts["requests"], facts["console"], facts["scripts"], facts["handlers"], facts["loading"]) == (1, [], 0, [], 0)
        assert facts["links"] == ["https://example.org/a?b=1&c=2"]
        assert facts["sheets"] > 3

    @each_language
    def test_headings_ids_and_languages(self, seen: Facts, language: str) -> None:
        facts = seen[language]
        levels = [level for level, _text in facts["headings"]]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert len(facts["ids"]) == len(set(facts["ids"]))
        assert facts["lang"] == language
        assert facts["title"] == "Esimerkkilän asiakasraati <2022>, 1.1.2022–31.12.2022"
        assert ("sv", "Köer och väntrum") in map(tuple, facts["languages"]) or language == "sv"
        assert {code for code, _text in facts["languages"]} == {"fi", "sv"} - {language}

    @each_language
    def test_hostile_text_is_seen_as_it_was_written(self, seen: Facts, language: str) -> None:
        assert SHARP.replace("\x1b", "\\x1b") in seen[language]["text"]
        assert "Ensimmäinen rivi\nToinen rivi" in seen[language]["text"]


# Pages


@each_format
@each_language
def test_the_same_report_gives_the_same_bytes(format: str, language: str) -> None:
    assert render(full(language), format) == render(full(language), format)


@each_format
@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_is_typed_is_obeyed(format: str, typed: str) -> None:
    blocks: list[Block] = [
        Heading(text=typed),
        Paragraph(text=typed),
        Figures(items=[Figure(label=typed, value=typed)]),
        table(
            "bars", [(typed, count("n", 3), count("a", 4)), (Quoted(text=typed, language="sv"), count("m", 4), None)], key=typed
        ),
    ]
    page = written(blocks, format)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    if format == "html":
        assert not re.search("<(script|img|iframe|a|style [^>])", page.split("</head>")[1])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://user@example.org/", "data:text/html,x"])
@pytest.mark.parametrize("format", ["html", "md"])
def test_what_is_no_web_address_is_no_link(format: str, url: str) -> None:
    rows = [["x", Link(label="Katso", url=url)]]
    page = written(
        [Table(key="t", title="T", columns=[Column(key="a", label="A"), Column(key="b", label="B")], rows=rows)], format
    )
    assert "<a " not in page
    assert "](" not in page


@each_format
def test_an_internal_report_says_so_and_a_public_one_does_not(format: str) -> None:
    sentence = "Internal: not to be published."
    assert render(report("en", audience="internal"), format).decode().count(sentence) == 1
    assert sentence not in render(report("en"), format).decode()


@each_format
def test_an_empty_table_is_a_sentence(format: str) -> None:
    page = written([replace(table("bars", []), title="Tyhjä")], format, "en")
    assert "Tyhjä" in page
    assert "Nothing to show." in page
    assert not re.search(r"<table|<svg|<figure|Kohde|\|", page.split("</head>")[-1])


@each_format
def test_it_ends_with_its_limits_and_how_it_was_made(format: str) -> None:
    made = report("en")
    with speaking("en"):
        places = [render(made, format).decode().replace("\\", "").index(sentence) for sentence in made.closing]
    assert len(places) == 2
    assert places == sorted(places)


def test_signs_are_explained_to_those_who_hear_them() -> None:
    page = render(report("en"), "html").decode()
    assert page.count('<span aria-hidden="true">..</span><span class="aloud">not told</span>') == 3
    assert page.count('<span aria-hidden="true">–</span><span class="aloud">none</span>') == 7
    assert ".. = not told" in page


def test_the_total_is_the_foot_of_its_table() -> None:
    foot = re.search("<tfoot>(.*?)</tfoot>", render(report(), "html").decode(), re.DOTALL)
    assert foot
    assert re.findall(">([^<>]+)</t", foot[1])[:2] == ["Yhteensä", "12"]


# Pictures


@each_picture
@pytest.mark.parametrize("narrow", [False, True])
@each_language
def test_a_picture_is_named_described_and_large_enough_to_read(picture: Table, narrow: bool, language: str) -> None:
    if narrow and len(picture.body) > 24:
        with speaking(language):
            assert charts.svg(picture, narrow=True) == ""
        return
    svg = parsed(picture, narrow=narrow, language=language)
    texts = {one.attrib["id"]: one.text for one in (*svg.iter(f"{SVG}title"), *svg.iter(f"{SVG}desc"))}
    assert svg.get("role") == "img"
    assert texts[svg.attrib["aria-labelledby"]]
    with speaking(language):
        assert texts[svg.attrib["aria-describedby"]] == charts.described(picture) or narrow
    assert min(float(one.get("font-size", 14)) for one in svg.iter(f"{SVG}text")) >= 12
    assert svg.get("viewBox") == f"0 0 {round(float(svg.attrib['width']))} {round(float(svg.attrib['height']))}"


@each_picture
def test_every_bar_has_its_value_beside_it_and_a_length_to_scale(picture: Table) -> None:
    svg = parsed(picture)
    marks = drawn(picture)
    with speaking("fi"):
        assert [one.text for one in classed(svg, "value")] == [words(mark.number) for mark in marks]
    standing = picture.picture is not None and picture.picture.kind == "columns"
    lengths = [float(one.attrib["height" if standing else "width"]) for one in classed(svg, "bar")]
    values = [mark.number.value for mark in marks if mark.number.value]
    scale = max(lengths) / max(values)
    assert lengths == pytest.approx([value * scale for value in values], abs=0.02)
    # all begin where the axis has its zero
    (zero,) = classed(svg, "zero")
    starts = [sum(numbers(one, "y", "height")) if standing else numbers(one, "x")[0] for one in classed(svg, "bar")]
    assert starts == pytest.approx([float(zero.attrib["y1" if standing else "x1"])] * len(starts), abs=0.02)


@each_picture
def test_the_ticks_begin_at_zero_and_are_to_the_scale_of_the_bars(picture: Table) -> None:
    svg = parsed(picture)
    standing = picture.picture is not None and picture.picture.kind == "columns"
    ticks = [(one.text or "", float(one.attrib["y" if standing else "x"])) for one in classed(svg, "tick")]
    amounts = [float(re.sub(r"\D", "", text)) / (100 if "%" in text else 1) for text, _place in ticks]
    assert amounts[0] == 0
    steps = {round(after - before, 6) for before, after in pairwise(amounts)}
    assert len(steps) == 1
    places = [abs(place - ticks[0][1]) for _text, place in ticks]
    largest = max(drawn(picture), key=lambda mark: mark.number.value or 0)
    length = max(float(one.attrib["height" if standing else "width"]) for one in classed(svg, "bar"))
    assert length / (largest.number.value or 1) == pytest.approx(places[-1] / amounts[-1], rel=0.001)
    assert amounts[-1] >= (largest.number.value or 0)


@pytest.mark.parametrize(
    ("largest", "unit", "ticks"),
    [
        (1, "", [0, 1]),
        (5, "", [0, 1, 2, 3, 4, 5]),
        (7, "", [0, 2, 4, 6, 8]),
        (0.4, "days", [0, 1]),
        (12, "", [0, 5, 10, 15]),
        (26, "", [0, 10, 20, 30]),
        (148140, "", [0, 50_000, 100_000, 150_000]),
        (0.2, "share", [0, 0.25, 0.5, 0.75, 1]),
        (3.4, "grade", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_axes_are_from_zero_by_ones_twos_and_fives(largest: float, unit: str, ticks: list[float]) -> None:
    assert [value for value, _text in axis(largest, unit).ticks] == ticks


@pytest.mark.parametrize("kind", ["bars", "columns"])
def test_a_target_is_a_mark_of_its_own_in_figures_and_in_words(kind: str) -> None:
    svg = parsed(table(kind, [("a", count("a", 6), count("b", 8)), ("b", count("c", 4), None)]), language="en")
    texts = [one.text for one in svg.iter(f"{SVG}text")]
    assert "target 8" in texts
    assert "Tavoite" in texts
    (target,) = classed(svg, "target")
    bar = classed(svg, "bar")[0]
    if kind == "bars":
        start, length = numbers(bar, "x", "width")
        assert float(target.attrib["x1"]) - start == pytest.approx(length * 8 / 6, abs=0.05)
    else:
        top, height = numbers(bar, "y", "height")
        assert top + height - float(target.attrib["y1"]) == pytest.approx(height * 8 / 6, abs=0.05)


@pytest.mark.parametrize("kind", ["bars", "columns"])
def test_what_is_hidden_or_not_there_is_a_sign_and_no_bar(kind: str) -> None:
    svg = parsed(table(kind, [("a", HIDDEN, None), ("b", count("b", None), None), ("c", count("c", 2), None)]), language="en")
    assert [one.text for one in classed(svg, "value")] == ["..", "–", "2"]
    assert len(classed(svg, "bar")) == 1
    assert {"not told", "none"} <= {one.text for one in svg.iter(f"{SVG}text")}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("a", count("a", 0), count("b", 5))],
        [("a", HIDDEN, count("b", 5)), ("b", count("c", None), None)],
        [("a", count("a", -3), None), ("b", count("b", 3), None)],
    ],
)
def test_there_is_no_picture_of_nothing(rows: list[tuple[Cell, Cell, Cell]]) -> None:
    one = table("bars", rows)
    assert charts.svg(one) == charts.svg(one, narrow=True) == charts.described(one) == ""
    assert "<svg" not in written([one], "html")
    assert "<figure" not in written([one], "html")


def test_the_total_is_not_drawn() -> None:
    svg = parsed(table("bars", [("a", count("a", 1), None), ("b", count("b", 2), None), ("Σ", count("s", 3), None)], total=True))
    assert [one.text for one in classed(svg, "label")] == ["a", "b"]


def test_a_picture_in_words() -> None:
    with speaking("en"):
        said = charts.described(
            table("bars", [("a", count("a", 7), count("t", 8)), ("b", count("b", 2), None), ("c", HIDDEN, None)])
        )
        alike = charts.described(table("columns", [("a", count("a", 7), None), ("b", count("b", 7), None)]))
        shared = charts.described(
            table("bars", [*((f"k{n}", count(f"{n}", 4), None) for n in range(6)), ("z", count("z", 1), None)])
        )
    assert said == (
        "The bars show the numbers of the table Taulukko, column Osallistujia. "
        "The largest number told is 7 (a). The smallest number told is 2 (b). "
        "A heavy line marks: Tavoite. 1 number is not told. The same numbers are in the table below."
    )
    assert alike == (
        "The columns show, in their order, the numbers of the table Taulukko, column Osallistujia. All are as large: 7. "
        "The same numbers are in the table below."
    )
    assert "The largest number told is 4 (k0; k1; k2 and 3 others). The smallest number told is 1 (z)." in shared


@settings(deadline=None)
@given(st.text(min_size=1), st.text(max_size=80))
def test_any_text_makes_a_picture_that_can_be_parsed(key: str, text: str) -> None:
    one = table("bars", [(text, count("a", 1), count("b", 2))], key=key, value=text)
    for narrow in (False, True):
        svg = parsed(replace(one, title=text), narrow=narrow)
        assert re.fullmatch("chart-[A-Za-z0-9_-]+", svg.attrib["id"])


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_two_keys_have_the_same_id(one: str, other: str) -> None:
    assert (charts.identity(one) == charts.identity(other)) == (one == other)


def rgb(colour: str) -> str:
    return f"rgb{tuple(bytes.fromhex(colour[1:]))}"


@pytest.mark.parametrize(("colour", "least"), [(INK, 4.5), (SOFT, 4.5), (BAR, 3), (AXIS, 3)])
def test_the_colours_of_pictures_are_seen_on_their_ground(colour: str, least: float) -> None:
    assert contrast(rgb(colour), rgb(PAPER)) >= least  # WCAG 1.4.3, 1.4.11


@each_picture
def test_words_of_a_picture_have_no_other_colour(picture: Table) -> None:
    svg = parsed(picture)
    assert {one.get("fill", svg.attrib["fill"]) for one in svg.iter(f"{SVG}text")} <= {INK, SOFT}


# Markdown

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def content(inline: Token) -> str:
    assert {one.type for one in inline.children or ()} <= {
        *("text", "text_special", "softbreak", "hardbreak", "strong_open", "strong_close", "link_open", "link_close")
    }
    return "".join("\n" if one.type.endswith("break") else one.content for one in inline.children or ())


def markdown_cells(text: str) -> list[str]:
    tokens = MARKDOWN.parse(text)
    return [content(tokens[place + 1]) for place, one in enumerate(tokens) if one.type in ("th_open", "td_open")]


TYPED = (
    SHARP.replace("\x1b", ""), "a | b", "a \\| b \\", "|", "\\", "**a**", "~~a~~", "`a | b`", "<b>x</b>", "&amp; &copy;", "- a",
    "1. a", "# a", "> a", "![a](b)", "[a]: b", "http://a_b.example/_c_", "--- | ---", "=", "*", "_", "$a$", "1.1.2022",
)  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_every_text_is_seen_in_markdown_as_it_was_typed(typed: str) -> None:
    columns = [Column(key="a", label=typed), Column(key="b", label="B")]
    one = Table(
        key="t", title=typed, columns=columns, rows=[[typed, Quoted(text=typed, language="sv")], [typed, "z"]], total=True
    )
    figures = Figures(items=[Figure(label=typed, value=typed)])
    text = written([Heading(text=typed), Paragraph(text=f"{typed}\n{typed}"), figures, one], "md")
    assert markdown_cells(text) == [typed, "B", typed, typed, typed, "z"]
    shown = [content(token) for token in MARKDOWN.parse(text) if token.type == "inline"]
    assert shown[2:6] == [typed, f"{typed}\n{typed}", f"{typed}: {typed}", typed]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=40))
def test_any_cell_comes_back_from_markdown(typed: str) -> None:
    one = Table(key="t", title="T", columns=[Column(key="a", label="A"), Column(key="b", label="B")], rows=[["x", typed]])
    assert markdown_cells(written([one], "md")) == ["A", "B", "x", typed.strip()]


def test_lines_of_a_cell_and_links_in_markdown() -> None:
    url = "https://example.org/a|b?c=1&copy;=2&d=(3)"
    rows = [["one\ntwo\tthree", Link(label="Esitys | 1", url=url)], ["x", Link(label="", url="https://example.org/")]]
    one = Table(key="t", title="T", columns=[Column(key="a", label="A"), Column(key="b", label="B")], rows=rows)
    text = written([one], "md")
    assert markdown_cells(text) == ["A", "B", "one two three", "Esitys | 1", "x", "https://example.org/"]
    links = [
        str(child.attrGet("href"))
        for token in MARKDOWN.parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert links == ["https://example.org/a%7Cb?c=1&copy;=2&d=(3)", "https://example.org/"]


# Text


@each_language
def test_every_line_of_a_table_of_text_has_as_many_tabs_as_its_head(language: str) -> None:
    one = table("bars", [("a\tb\nc", count("a", 1), None), (SHARP, count("b", 1200), HIDDEN)])
    title, *lines = written([one], "text", language).split("\n\n")[1].split("\n")
    assert title == "Taulukko"
    assert [line.count("\t") for line in lines] == [2, 2, 2]
    assert lines[1] == "a b c\t1\t–"
    assert lines[2].startswith(SHARP.replace("\x1b", "\\x1b") + "\t")


def test_text_has_its_figures_and_headings_on_lines_of_their_own() -> None:
    page = render(report("fi", audience="internal"), "text").decode()
    lines = page.split("\n")
    assert lines[0] == "Esimerkkilän asiakasraati <2022>"
    assert "Jäseniä: 12" in lines
    assert "\n\nJäsenet\n\nJäsenet rooleittain\nRooli\tJäseniä\tTavoite\n" in page
    assert page.endswith("\n")
    assert "\n\n\n" not in page
