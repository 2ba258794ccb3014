"""A report as PDF: accessible by an independent checker, its words as they were written, and the same bytes everywhere."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pymupdf
import pytest

from osallisuus.errors import OsallisuusError, UsageError
from osallisuus.exports.formats import paper, render
from osallisuus.exports.prose import readable
from osallisuus.reports.blocks import Block, Column, Figure, Figures, Heading, Link, Paragraph, Quoted, Report, Table
from tests.exports import reports

OUTLOUD = Path(sys.executable).with_name("outloud")
ROOT = Path(__file__).parents[2]
WORDS = ["köer", "väntrum", "telefon", "taxi", "tolk", "tid", "remiss", "mottagning", "hiss", "dörr", "skylt", "karta", "svar"]
HOSTILE = [
    "1. istunto",
    "#let x = 1",
    "*x*",
    "@q",
    "$5$",
    "= H",
    "- x",
    "`c`",
    "<label>",
    "\\ #panic()",
    "// pois",
    "/* pois */",
    '"',
]


def with_blocks(*blocks: Block) -> Report:
    return replace(reports.report("en"), blocks=blocks)


def long_report() -> Report:
    columns = [
        Column(key="a", label="Nimi"),
        Column(key="b", label="Sanottua"),
        Column(key="c", label="Luku", kind="number"),
        Column(key="d", label="Milloin", kind="moment"),
    ]
    rows = [
        [
            f"rivi {n}",
            Quoted(text=" ".join(WORDS[n * k % len(WORDS)] for k in range(1, 3 + n % 7)), language="sv"),
            reports.count(f"k{n}", n * 1234.5, places=1),
            datetime(2022, 1, 1 + n % 28, 17),
        ]
        for n in range(200)
    ]
    total = ["Yhteensä", None, reports.count("t", 9), None]
    table = Table(key="long", title="Pitkä", columns=columns, rows=[*rows, total], total=True, note="Huomautus.")
    return replace(reports.report(), blocks=[*reports.blocks(), Heading(text="Pitkä osa"), table])


def contacts(rows: int = 20) -> Table:
    labels = ["Nimi", "Raati", "Rooli", "Sähköposti", "Puhelin", "Kieli", "Organisaatio", "Kotikunta"]
    row = [
        "Toivo Näyte",
        "Esimerkkilän asiakasraati",
        "kehittäjäasiakas",
        "aino@example.org",
        "040 000 0001",
        "suomi",
        "Esimerkkilän hyvinvointialue",
        "Esimerkkilä",
    ]
    columns = [Column(key=label, label=label) for label in labels]
    return Table(key="contacts", title="Yhteystiedot", columns=columns, rows=[row] * rows)


def pdf(report: Report) -> pymupdf.Document:
    return pymupdf.open(stream=render(report, "pdf"))


def text_of(document: pymupdf.Document) -> str:
    return "\n".join(page.get_text() for page in document)


def flat(text: str) -> str:
    return " ".join(text.split())


def objects(document: pymupdf.Document) -> list[str]:
    return [document.xref_object(xref) for xref in range(1, document.xref_length())]


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(reports.report("fi"), id="fi"),
        pytest.param(reports.report("sv", audience="internal"), id="sv"),
        pytest.param(reports.report("en"), id="en"),
        pytest.param(long_report(), id="long"),
        pytest.param(
            replace(reports.report("en", audience="internal"), title="What a yearly report can be called " * 3), id="title"
        ),
        pytest.param(with_blocks(Paragraph(text="😀 日本 Привет العربية שלום \ufffd \ufdd0 \ue000 e\u0301")), id="letters"),
        pytest.param(with_blocks(Heading(text="Part"), reports.blocks()[-1], contacts(60)), id="lying"),
        pytest.param(with_blocks(), id="empty"),
    ],
)
def test_an_accessibility_checker_finds_nothing(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(render(report, "pdf"))
    ran = subprocess.run([OUTLOUD, str(file), "--json", "-"], capture_output=True, text=True, check=False)
    (result,) = json.loads(ran.stdout)["results"]
    assert result["stats"]["tagged"]
    assert [finding for finding in result["findings"] if finding["severity"] != "info"] == []
    assert result["error"] is None


def test_its_words_are_read_in_their_order() -> None:
    read = flat(text_of(pdf(reports.report())))
    expected = [
        "Esimerkkilän hyvinvointialue",
        "Esimerkkilän asiakasraati <2022>",
        "1.1.2022–31.12.2022",
        "Tarkoitus",
        flat(readable(reports.SHARP)),
        "Ensimmäinen rivi Toinen rivi",
        "Jäseniä 12",
        "Läsnä 84 %",
        "Piilotettu ..",
        "Jäsenet rooleittain",
        "kehittäjäasiakas 7 8",
        "vertaistoimija .. 2",
        "Yhteensä 12 –",
        "Tavoite on se, mitä raadille on suunniteltu.",
        "Kokoukset",
        "Köer och väntrum 12 –",
        "Pienempi osa",
        "Arvosana Vastauksia 1 0",
        "148 140 ke 28.12.2022",
        "Luvut 1–4 henkilöstä on jätetty pois (..).",
        "osallisuus.db",
    ]
    places = []
    for words in expected:
        places.append(read.find(words, places[-1] if places else 0))
        assert places[-1] >= 0, words


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_is_never_markup(text: str) -> None:
    table = Table(
        key="t", title=text, columns=[Column(key="a", label=text)], rows=[[text], [Quoted(text=text, language="sv")]], note=text
    )
    figures = Figures(items=[Figure(label=text, value=text)])
    report = replace(
        with_blocks(Heading(text=text), Paragraph(text=text), figures, Heading(text="Osa"), table),
        title=text,
        subtitle=text,
        organisation=text,
        limits=[text],
    )
    document = pdf(report)
    # title, subtitle, organisation, heading, paragraph, label, value, title, column, two cells, note, limit
    assert flat(text_of(document)).count(text) == 13
    assert document.metadata["title"] == text
    assert document.metadata["author"] == text


def test_a_line_break_begins_a_new_line_and_controls_are_written_out() -> None:
    read = text_of(pdf(with_blocks(Paragraph(text="yksi\nkaksi\x1b[31m\tkolme\x00\u202e\ud800"))))
    assert "yksi\nkaksi\\x1b[31m kolme\\x00<U+202E><U+D800>\n" in read


def test_letters_that_no_font_has_are_spelled_and_a_sentence_says_so() -> None:
    read = flat(text_of(pdf(with_blocks(Paragraph(text="Kiitos 😀👩\u200d🦽! 日 Привет")))))
    assert "Kiitos <U+1F600><U+1F469><U+1F9BD>! <U+65E5> Привет" in read
    assert "Letters that the fonts of this file do not have" in read


def test_letters_that_no_font_has_together_are_spelled() -> None:
    # each of them is in a font, which lacks the other one
    read = flat(text_of(pdf(with_blocks(Paragraph(text="Tehty ☑ ja ☑⃝, päätös")))))
    assert "Tehty <U+2611> ja <U+2611><U+20DD>, päätös" in read


def test_letters_that_all_fonts_have_are_left_alone() -> None:
    text = "Åäö šžđ ŋ “lainaus” ’ – — … • → ✓ ½ €"
    read = flat(text_of(pdf(with_blocks(Paragraph(text=text)))))
    assert text in read
    assert "Letters that the fonts" not in read


def test_letters_in_a_picture_are_spelled_too() -> None:
    table = reports.blocks()[5]
    assert isinstance(table, Table)
    rows = [["kehittäjä 😀", *row[1:]] if place == 0 else row for place, row in enumerate(table.rows)]
    read = text_of(pdf(with_blocks(Heading(text="Osa"), replace(table, rows=rows))))
    # in the picture and in the table
    assert read.count("kehittäjä <U+1F600>") == 2


def test_long_words_stay_on_the_page() -> None:
    word, address = "a" * 300, "etunimi.sukunimi@" + "pitka." * 12 + "hyvinvointialue.fi"
    columns = [Column(key=key, label=key) for key in "abcd"]
    table = Table(key="t", title="T", columns=columns, rows=[[word, address, "x", "y"]])
    report = with_blocks(Heading(text="Osa"), Paragraph(text=word), Paragraph(text=address), table)
    document = pdf(report)
    for page in document:
        # the margin is 24 mm
        assert all(x1 <= page.rect.width - 66 for _x0, _y0, x1, *_rest in page.get_text("words"))
    assert word in text_of(document).replace("\n", "")
    # and whoever copies it gets no other letters than these
    assert address in text_of(document).replace("\n", "")


def test_a_long_table_repeats_its_header_on_each_page() -> None:
    document = pdf(long_report())
    pages = [flat(page.get_text()) for page in document]
    inside = [text for text in pages if re.search(r"\brivi \d+", text)]
    assert len(inside) >= 4
    assert all("Nimi Sanottua Luku Milloin" in text for text in inside)
    read = " ".join(pages)
    assert [int(n) for n in re.findall(r"\brivi (\d+)", read)] == list(range(200))
    assert all(f"{n} ({len(pages)})" in text for n, text in enumerate(pages, 1))


def test_no_heading_stands_alone_at_the_end_of_a_page() -> None:
    table = reports.blocks()[-1]
    assert isinstance(table, Table)
    parts: list[Block] = []
    for n in range(30):
        parts += [Heading(text=f"Otsikko {n}"), Heading(text=f"Alaotsikko {n}", level=3)]
        parts += [replace(table, key=f"t{n}", rows=table.rows[: n % 12 + 1], picture=None)] if n % 2 else []
        parts += [Paragraph(text="Sanoja. " * (40 + n * 7))]
    for page in pdf(with_blocks(*parts)):
        lines = [line for *_box, line, _number, _kind in sorted(page.get_text("blocks"), key=lambda block: block[3])]
        last = lines[-1].strip().split("\n")[-1]
        assert "tsikko" not in last
        assert last != "Ilmoittautuneet"
        assert "Kuukausi" not in last


def test_no_name_address_or_role_is_broken() -> None:
    lines = text_of(pdf(with_blocks(contacts()))).split("\n")
    for whole in ("Toivo Näyte", "kehittäjäasiakas", "aino@example.org", "040 000 0001", "Esimerkkilä"):
        assert lines.count(whole) == 20


def test_words_wrap_at_spaces_also_where_columns_are_narrow() -> None:
    labels = ["Raati", "Pidettyjä kokouksia", "Läsnä keskimäärin", "Ehdotuksia", "Vastauksia", "Vastausaika (mediaani)"]
    columns = [Column(key=label, label=label, kind="number" if n else "text") for n, label in enumerate(labels)]
    said = Quoted(text="Pyörätuolinkäyttäjien kuljetuspalveluasiakkaat odottavat puhelinpalvelua", language="fi")
    table = Table(key="t", title="T", columns=columns, rows=[[said, *(reports.count(f"n{n}", 12_345) for n in range(5))]])
    words = " ".join([said.text, *labels]).split()
    assert set(words) <= set(text_of(pdf(with_blocks(Heading(text="Osa"), table))).split())


def test_a_wide_table_lies_on_its_own_pages_under_its_heading() -> None:
    narrow = reports.blocks()[-1]
    blocks = [Heading(text="Ensin"), narrow, Heading(text="Leveä osa"), contacts(60), Heading(text="Lopuksi"), narrow]
    lying = [(page.rect.width > page.rect.height, page.get_text()) for page in pdf(with_blocks(*blocks))]
    assert [lies for lies, _text in lying] == [False, *[True] * (len(lying) - 2), False]
    assert "Leveä osa" in lying[1][1]
    assert all("Sähköposti" in text and f"{n} ({len(lying)})" in text for n, (lies, text) in enumerate(lying, 1) if lies)
    # where there is nothing else, the whole report lies
    assert all(page.rect.width > page.rect.height for page in pdf(with_blocks(Paragraph(text="Sanoja."), contacts(60))))


def test_a_table_is_parted_rather_than_leaving_a_page_half_empty() -> None:
    first, second = pdf(
        with_blocks(
            Paragraph(text="Sanoja. " * 300),
            replace(contacts(12), columns=contacts().columns[:4], rows=[row[:4] for row in contacts(20).rows]),
        )
    )
    assert min(page.get_text().count("Toivo Näyte") for page in (first, second)) >= 2


@pytest.mark.parametrize("lines", range(28, 46, 3))
def test_what_stands_under_a_report_stands_together(lines: int) -> None:
    report = replace(with_blocks(*[Paragraph(text="Sanoja.")] * lines), limits=[f"Rajaus {n}." for n in range(6)])
    assert [page.get_text().count("Rajaus") for page in pdf(report) if "Rajaus" in page.get_text()] == [6]


def test_an_address_of_mail_can_be_followed() -> None:
    address = "etunimi.sukunimi@hyvinvointialue.example.org"
    document = pdf(with_blocks(Heading(text="Osa"), Paragraph(text=f"Kysy: {address}."), contacts(1)))
    found = {link["uri"] for page in document for link in page.get_links()}
    assert found == {f"mailto:{address}", "mailto:aino@example.org"}


def test_it_is_tagged_with_languages_headers_and_alternatives() -> None:
    document = pdf(reports.report())
    found = objects(document)
    tags = [tag for each in found for tag in re.findall(r"/S /(\w+)", each)]
    assert tags.count("H1") == 3
    assert tags.count("H2") == 1
    assert tags.count("Table") == 4
    assert tags.count("TH") == 3 + 4 + 2 + 3
    assert tags.count("Figure") == 3
    # the table of sessions is called as the heading above it
    assert tags.count("Caption") == 3
    assert sum("/Alt" in each and "/S /Figure" in each for each in found) == 3
    assert any("/Lang (sv-FI)" in each and "/S /TD" in each for each in found)
    catalogue = document.xref_object(document.pdf_catalog())
    assert "/Lang (fi-FI)" in catalogue
    assert "/DisplayDocTitle true" in " ".join(found)
    assert [entry[:2] for entry in document.get_toc()] == [
        [1, "Tarkoitus"],
        [1, "Jäsenet"],
        [1, "Kokoukset"],
        [2, "Pienempi osa"],
    ]


def test_its_fonts_are_inside_it() -> None:
    document = pdf(reports.report())
    used = {font[0]: font[3] for page in document for font in page.get_fonts(full=True)}
    assert len(used) >= 2
    assert all("LibertinusSerif" in name for name in used.values())
    assert all(document.extract_font(number)[3] for number in used)


def test_only_web_addresses_are_links() -> None:
    links = [
        Link(label="Hyvä", url="https://example.org/å?b=1"),
        Link(label="Paha", url="javascript:alert(1)"),
        Link(label="", url="file:///etc/passwd"),
    ]
    table = Table(key="t", title="T", columns=[Column(key="a", label="A", kind="link")], rows=[[link] for link in links])
    document = pdf(with_blocks(Heading(text="Osa"), table))
    assert [link["uri"] for page in document for link in page.get_links()] == ["https://example.org/å?b=1"]
    assert "Paha (javascript:alert(1))" in text_of(document)


def test_every_page_of_an_internal_report_says_so() -> None:
    said = "Internal: not to be published."
    report = replace(long_report(), language="en")
    assert all(said in page.get_text() for page in pdf(replace(report, audience="internal")))
    assert said not in text_of(pdf(report))


def test_a_table_without_rows_says_so() -> None:
    table = Table(key="t", title="Tyhjä", columns=[Column(key="a", label="A")], rows=[])
    report = with_blocks(Heading(text="Osa"), table)
    assert "Tyhjä\nNothing to show." in text_of(pdf(report))


def test_the_same_report_gives_the_same_bytes_in_another_place(tmp_path: Path) -> None:
    code = (
        "import sys; from osallisuus.exports.formats import render; from tests.exports.reports import report;"
        " sys.stdout.buffer.write(render(report(), 'pdf'))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TZ": "America/New_York", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, env=environment, check=True)
    here = render(reports.report(), "pdf")
    assert here == render(reports.report(), "pdf")
    assert ran.stdout == here
    assert pymupdf.open(stream=here).metadata["creationDate"].startswith(f"D:{reports.MADE.on:%Y%m%d}")
    other = replace(reports.report(), made=replace(reports.MADE, on=date(2023, 1, 11)))
    assert render(other, "pdf") != here


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match=r"pip install 'osallisuus\[pdf\]'") as told:
        render(replace(reports.report(), language="en"), "pdf")
    assert told.value.code == "no_pdf"


def test_what_typst_refuses_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "paper.typ"
    # outside of the folder of the template there is nothing to read
    broken.write_text('#read("/../../../../../../../../etc/passwd")', encoding="utf-8")
    monkeypatch.setattr(paper, "_TEMPLATE", broken)
    with pytest.raises(OsallisuusError, match=r"The PDF could not be made: .*passwd|PDF:") as told:
        render(replace(reports.report(), language="en"), "pdf")
    assert told.value.code == "bad_pdf"
