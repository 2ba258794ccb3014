"""Any table is read as rows of text, and what is none is refused with a sentence."""

import csv
import io
import os
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.errors import BadInput, OsallisuusError, StorageError, UsageError
from osallisuus.imports import tables
from tests.imports import samples

Saved = Callable[..., Path]
FINNISH = "Nimi;Kunta\r\nÄlä Öhö;Kärsämäki\r\nSanna Exempel;Åbo\r\n"


def cells(path: Path, **options: str) -> list[tuple[str, ...]]:
    return [row.cells for row in tables.read(path, **options)]


@pytest.mark.parametrize(
    "content",
    [
        FINNISH.encode(),
        FINNISH.encode("utf-8-sig"),
        FINNISH.encode("cp1252"),
        FINNISH.encode("utf-16"),
        b"\xfe\xff" + FINNISH.encode("utf-16-be"),
        FINNISH.encode("utf-16-le"),
        FINNISH.encode("utf-16-be"),
        ("sep=;\r\n" + FINNISH).encode("cp1252"),
        ('"sep=;"\n' + FINNISH).encode(),
        FINNISH.replace("\r\n", "\r").encode(),
        FINNISH.replace(";", "\t").encode(),
        FINNISH.replace(";", ",").replace("\r\n", ",,\r\n\r\n ,\u00a0,\r\n").encode(),
    ],
)
def test_text_is_read_whatever_program_saved_it(saved: Saved, content: bytes) -> None:
    assert cells(saved(content)) == [("Nimi", "Kunta"), ("Älä Öhö", "Kärsämäki"), ("Sanna Exempel", "Åbo")]


def test_what_the_rules_cannot_tell_is_told_to_them(saved: Saved) -> None:
    old = saved(FINNISH.replace(";", "#").encode("cp850"))
    assert cells(old, encoding="cp850", delimiter="#")[1] == ("Älä Öhö", "Kärsämäki")
    assert cells(saved("a;b\tc"), delimiter="tab") == [("a;b", "c")]
    assert cells(saved("sep=;\na;b,c"), delimiter=",") == [("a;b", "c")]


def test_a_row_has_the_line_on_which_it_begins(saved: Saved) -> None:
    rows = tables.read(saved('sep=;\nNimi;Palaute\n\nAino;"hyvä\n\ntunti"\nEero;ok\n'))
    assert [(row.line, row.cells) for row in rows] == [
        (2, ("Nimi", "Palaute")),
        (4, ("Aino", "hyvä\n\ntunti")),
        (7, ("Eero", "ok")),
    ]
    assert rows[0].cell(5) == ""


def test_cells_lose_what_stands_in_them_for_a_printer_or_for_excel(saved: Saved) -> None:
    assert cells(saved("\u00a03:05\u202fPM ;\ufeffx;'=1+1;'-5;'n Boer;=2+2;a\x0bb\x02c")) == [
        ("3:05 PM", "x", "=1+1", "-5", "'n Boer", "=2+2", "a\x0bbc")
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Arvosana;Palaute\n5;Hyvä, selkeä, rauhallinen, kiitos\n", ("Arvosana", "Palaute")),
        ('Arvosana;Palaute\n5;"a,b,c,d,e"\n', ("Arvosana", "Palaute")),
        ("Nimi, Kunta\nAino, Sotkamo\n", ("Nimi", "Kunta")),
        ("Meeting title\ta, b, c, d, e\nx\ty\tz\n", ("Meeting title", "a, b, c, d, e")),
        ("aino@esimerkki.fi\neero@malli.fi\n", ("aino@esimerkki.fi",)),
    ],
)
def test_the_delimiter_is_not_the_comma_of_prose(saved: Saved, text: str, first: tuple[str, ...]) -> None:
    assert cells(saved(text))[0] == first


def test_a_workbook_is_read_from_its_first_sheet_with_rows(saved: Saved) -> None:
    styled = (
        f'<row r="5"><c r="A5"><v>4</v></c><c r="B5"><v>4.5</v></c><c r="C5" s="{samples.DATE}"><v>44880</v></c>'
        f'<c r="D5" s="{samples.MOMENT}"><v>44880.5</v></c><c r="E5" s="{samples.HOURS}"><v>1.04236111111</v></c>'
        '<c r="F5" t="b"><v>1</v></c><c r="G5"><f>1+1</f><v>2</v></c><c r="H5" t="str"><f>A1</f><v>=HYPERLINK("x")</v></c></row>'
    )
    book = samples.xlsx(
        samples.sheet({1: ["Ohje"]}), samples.sheet({3: ["", "Nimi", "Å\u00a0ä"]}) + styled, samples.sheet({1: ["a"]})
    )
    rows = tables.read(saved(book, "lista.csv"))
    assert [(row.line, row.cells) for row in rows] == [
        (3, ("", "Nimi", "Å ä")),
        (5, ("4", "4.5", "2022-11-15", "2022-11-15T12:00:00", "25:01:00", "true", "2", '=HYPERLINK("x")')),
    ]


def test_a_workbook_with_single_rows_gives_the_first(saved: Saved) -> None:
    assert cells(saved(samples.xlsx("", samples.sheet({2: ["aino@esimerkki.fi"]}), samples.sheet({1: ["x"]})))) == [
        ("aino@esimerkki.fi",)
    ]


def test_an_open_document_is_read(saved: Saved) -> None:
    name = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    time = '<table:table-cell office:value-type="time" office:time-value="PT01H02M03S"><text:p>1.02</text:p></table:table-cell>'
    rows = (
        f"<table:table-row>{name.format('Nimi')}</table:table-row><table:table-row>{name.format('Åke')}{time}</table:table-row>"
    )
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    assert cells(saved(samples.ods(rows + empty))) == [("Nimi",), ("Åke", "01:02:03")]


FAR = '<row r="1"><c r="A1"><v>4</v></c></row><row r="1048576"><c r="XFD1048576"><v>4</v></c></row>'
ENDLESS = '<row r="1"><c r="A1"><v>4</v></c><c r="ZZZZZZZZ1"><v>4</v></c></row>'
DEEP = '<row r="99999999999999999999"><c><v>4</v></c></row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"\n;;\n \n", "is empty"),
        (samples.xlsx(""), "is empty"),
        (b"%PDF-1.7\n1 0 obj", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture"),
        (b"  <html><table><tr><td>Nimi</td></tr></table>", "is a web page"),
        (b"<?xml version='1.0'?><a/>", "is a web page"),
        (b"{\\rtf1 Nimi}", "is a web page"),
        (samples.packed({"word/document.xml": "<a/>"}), "packed file"),
        (samples.packed({"../../etc/passwd": "x" * 9}), "packed file"),
        (b"PK\x03\x04broken", "is damaged"),
        (samples.xlsx(samples.sheet({1: ["Nimi"], 2: ["Aino"]}))[:-60], "is damaged"),
        (samples.xlsx(samples.sheet({1: ["Nimi"]}) + "<row><c>"), "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "is damaged"),
        (samples.xlsx(FAR), "unpacks to more"),
        (samples.xlsx(ENDLESS), "unpacks to more"),
        (samples.xlsx(DEEP), "unpacks to more"),
        (samples.packed({"xl/workbook.xml": "<a/>", **{f"xl/{n}": "" for n in range(2001)}}), "unpacks to more"),
        (b"Nimi;Ika\nAino\0;5\nEero;6\n" * 9, "bytes that are not text"),
        (bytes(range(1, 32)) * 40, "bytes that are not text"),
        ("\ufeffNimi\täö".encode("utf-16-le")[:-1], "is cut off"),
        (b"\xff\xfe" + "Nimi".encode("utf-16-le") + b"\x00\xd8", "is cut off"),
        ("Älä;Kärsämäki\nÖ".encode()[:-1], "is cut off"),
        (b"\xef\xbb\xbfNimi\xe4", "is cut off"),
        (b"Nimi\nK\x8frs\x8dm\x81ki\n", "in which encoding"),
        (b"a" * 10_000_000, "cell on line 1 has no end"),
        (b"x," * 1000 + b"x", "or 1000 columns"),
        (b"x\n" * 100_001, "more than 100000 rows"),
        (b'sep=;\nNimi;Palaute\nAino;"hyv\xc3\xa4\nEero;ok\n', "opens on line 3 is never closed"),
        (b'"', "opens on line 1 is never closed"),
        (b'a;b\n"', "opens on line 2 is never closed"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(saved: Saved, content: bytes, words: str) -> None:
    path = saved(content, "a{b}.csv")
    with pytest.raises(BadInput) as caught:
        tables.read(path)
    assert words in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert (caught.value.status, caught.value.code, caught.value.details["faults"]) == (7, "bad_input", [])


def test_a_file_beyond_all_measure_is_refused_before_it_is_unpacked_or_read(saved: Saved) -> None:
    path = saved("Nimi")
    os.truncate(path, tables.MAX_MEGABYTES * 2**20 + 1)
    with pytest.raises(BadInput, match="larger than 50 megabytes"):
        tables.read(path)
    bomb = samples.packed({"xl/workbook.xml": "<a/>", "xl/worksheets/42.zip": bytes(101 * 2**20)})
    assert len(bomb) < 2**20
    with pytest.raises(BadInput, match="unpacks to more"):
        tables.read(saved(bomb, "42.xlsx"))


def test_a_file_that_is_not_there_or_is_no_file_is_the_disks_fault(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "none.csv", "cannot be read"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "ordinary file"),
    ):
        with pytest.raises(StorageError, match=words):
            tables.read(path)
    with pytest.raises(StorageError, match="cannot be read"):
        tables.read(tmp_path / "a\0b")


@pytest.mark.parametrize("option", [{"encoding": "klingon"}, {"encoding": "hex"}, {"delimiter": ";;"}, {"delimiter": '"'}])
def test_options_that_are_none_are_refused(saved: Saved, option: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        tables.read(saved("a;b"), **option)


def test_a_named_encoding_that_does_not_fit_is_said(saved: Saved) -> None:
    with pytest.raises(BadInput, match="not text in the encoding 'ascii'"):
        tables.read(saved("ä"), encoding="ascii")


def test_text_needs_no_workbook_library() -> None:
    code = "import sys, osallisuus.imports.attendance, osallisuus.imports.feedback; print('python_calamine' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


WORDS = st.text(string.ascii_letters + 'äöåÄÖÅé "\n;,\t', min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    written=st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=6),
    delimiter=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(saved: Saved, written: list[list[str]], delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(written)
    path = saved(text.getvalue().encode(encoding))
    rows = tables.read(path, delimiter="tab" if delimiter == "\t" else delimiter)
    assert [row.cells for row in rows] == [tuple(row) for row in written]
    lines = text.getvalue().splitlines()
    assert all(lines[row.line - 1].startswith(f'"{row.cells[0].splitlines()[0]}'.replace('""', '"')[:1]) for row in rows)


BOOK = samples.xlsx(samples.sheet({1: ["Nimi", "Minuutit"], 2: ["Aino Esimerkki", 45]}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(content=st.one_of(st.binary(max_size=300), st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255), st.booleans())))
def test_no_bytes_break_the_reader(saved: Saved, content: bytes | tuple[int, int, bool]) -> None:
    if isinstance(content, tuple):
        place, byte, cut = content
        content = BOOK[:place] if cut else BOOK[:place] + bytes([byte]) + BOOK[place + 1 :]
    try:
        rows = tables.read(saved(content))
    except OsallisuusError as error:
        assert error.message  # noqa: PT017  # a sentence or rows, nothing else
    else:
        assert all(row.cells and row.cells[-1] for row in rows)
