"""A report as an Excel workbook, read by openpyxl, calamine and LibreOffice: every value is what it was, and none is obeyed."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from osallisuus.exports.formats import render
from osallisuus.exports.prose import readable
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
    Quoted,
    Report,
    Table,
)
from tests.exports import peers, reports

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "{=1}",
    "'lainaus",
    "0123",
    "1e5",
    "1.1.2022",
    "TRUE",
    "#N/A",
    "_x0041_",
    "_x000D_",
    "  välit  ",
    "<b>&amp;</b> ]]>",
    "internal:'Raportti'!A1",
    "mailto:a@example.org",
    "https://example.org/" + "a" * 3000,
    "\x1b[31m",
    "a\x00b",
    "\ud800x",
    "\u202egnp",
    "yksi\nkaksi",
    "😀 👩‍🦽",
    "\N{NO-BREAK SPACE}",
    reports.SHARP,
]


def with_blocks(*blocks: Block) -> Report:
    return replace(reports.report("en"), blocks=blocks)


def of_texts(texts: Sequence[str]) -> Table:
    return Table(
        key="t", title="Sanoja", columns=[Column(key="a", label="=A"), Column(key="b", label="B")], rows=[[t, t] for t in texts]
    )


def every_kind() -> Table:
    """Return a table with each kind of cell."""
    return Table(
        key="kinds",
        title="Kinds",
        columns=[
            Column(key="name", label="Name"),
            Column(key="n", label="Number", kind="number"),
            Column(key="day", label="Day", kind="day"),
            Column(key="at", label="Moment", kind="moment"),
            Column(key="link", label="Link", kind="link"),
        ],
        rows=[
            [
                "count",
                reports.count("a", 12345),
                date(2022, 2, 28),
                datetime(2022, 9, 29, 17, 30),
                Link(label="", url="https://a.example"),
            ],
            ["share", reports.count("b", 0.836, unit="share"), None, None, Link(label="Name", url="https://b.example/?a=1&b=2")],
            [
                "days",
                reports.count("c", 22.5, unit="days", places=1),
                date(1899, 1, 1),
                None,
                Link(label="x", url="javascript:alert(1)"),
            ],
            ["hours", reports.count("d", 1, unit="hours"), None, None, None],
            ["grade", reports.count("e", 4.25, unit="grade", places=1), None, None, None],
            ["negative", reports.count("f", -3.5, places=1), None, None, None],
            ["none", reports.count("g", None), None, None, None],
            [Quoted(text="hemlig", language="sv"), Number(key="h", value=3, hidden=True), None, None, None],
            ["total", reports.count("t", 99999), None, None, None],
        ],
        total=True,
        note="A note.",
    )


def expected(cell: Cell) -> object:
    match cell:
        case None | "":
            return None
        case Number():
            return ".." if cell.hidden else cell.value
        case Link():
            return f"{cell.label} ({cell.url})" if cell.label else cell.url
        case datetime():
            return cell
        case date():
            return cell if cell.year > 1900 else "Sun 1899-01-01"
    return readable(cell.text if isinstance(cell, Quoted) else cell)


def rows_of(table: Table) -> list[list[object]]:
    """Return what is to be read on the sheet of a table: its header and rows, and an empty row before the total."""
    body = [[expected(cell) for cell in row] for row in table.body]
    total = [[None] * len(table.columns), [expected(cell) for cell in table.rows[-1]]] if table.total else []
    note = [[None] * len(table.columns), [table.note, *[None] * (len(table.columns) - 1)]] if table.note else []
    return [[column.label for column in table.columns], *body, *total, *note]


def openpyxl_reads(content: bytes) -> list[list[list[object]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [[[_value(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets[1:]]


def calamine_reads(content: bytes) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names[1:]]
    return [[[_value(cell) for cell in row] for row in sheet.to_python()] for sheet in sheets]


def _value(value: object) -> object:
    # a day is midnight, and a number of no decimals a float to some readers
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return None if value == "" else value


def same(found: Sequence[Sequence[object]], wanted: Sequence[Sequence[object]]) -> None:
    assert len(found) == len(wanted)
    for ours, theirs in zip(wanted, found, strict=True):
        assert [*theirs] == [_value(value) for value in ours]


each_reader = pytest.mark.parametrize(
    "reads", [pytest.param(openpyxl_reads, id="openpyxl"), pytest.param(calamine_reads, id="calamine")]
)
Reads = Callable[[bytes], list[list[list[object]]]]


def sheets(report: Report) -> list[Worksheet]:
    return list(openpyxl.load_workbook(BytesIO(render(report, "xlsx"))).worksheets)


@each_reader
def test_every_value_of_a_table_is_read_as_what_it_is(reads: Reads) -> None:
    report = with_blocks(every_kind(), *(block for block in reports.blocks() if isinstance(block, Table)))
    tables = [block for block in report.blocks if isinstance(block, Table)]
    for found, table in zip(reads(render(report, "xlsx")), tables, strict=True):
        same(found, rows_of(table))


@each_reader
def test_no_text_is_obeyed(reads: Reads) -> None:
    (found,) = reads(render(with_blocks(of_texts(HOSTILE)), "xlsx"))
    same(found, rows_of(of_texts(HOSTILE)))


def test_there_is_no_formula_and_no_link() -> None:
    figures = Figures(items=[Figure(label=text, value=text) for text in HOSTILE])
    report = replace(
        with_blocks(
            *(Heading(text=text) for text in HOSTILE), *(Paragraph(text=text) for text in HOSTILE), figures, of_texts(HOSTILE)
        ),
        title="=1+1",
        subtitle="=2",
        organisation="+3",
        limits=["=4"],
    )
    content = render(report, "xlsx")
    for sheet in openpyxl.load_workbook(BytesIO(content)).worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
    with ZipFile(BytesIO(content)) as package:
        assert not any("External" in package.read(name).decode() for name in package.namelist() if name.endswith(".rels"))
        assert not any("<f>" in package.read(name).decode() for name in package.namelist())


def test_numbers_and_dates_look_as_people_write_them() -> None:
    english = [cell.number_format for cell in sheets(with_blocks(every_kind()))[1]["B"][1:7]]
    assert english == ["#,##0", "0%", '#,##0.0" days"', '#,##0" hour"', '#,##0.0" of 5"', "#,##0.0"]
    sheet = sheets(with_blocks(every_kind()))[1]
    assert [sheet["C2"].number_format, sheet["D2"].number_format] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    sheet = sheets(replace(with_blocks(every_kind()), language="fi"))[1]
    assert [sheet["C2"].number_format, sheet["D2"].number_format] == [r"d\.m\.yyyy", r"d\.m\.yyyy\ h\.mm"]
    assert sheet["B3"].number_format == '0" "%'


def test_a_table_has_a_frozen_header_a_filter_over_its_rows_and_a_bold_total() -> None:
    _first, sheet, empty = sheets(with_blocks(every_kind(), replace(every_kind(), title="None", rows=[], total=False)))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E9"
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[9])
    assert sheet["A11"].value == "total"
    assert all(cell.font.bold for cell in sheet[11])
    assert empty.freeze_panes == "A2"
    assert empty.auto_filter.ref is None
    assert [cell.value for cell in empty[1]] == ["Name", "Number", "Day", "Moment", "Link"]


def test_the_first_sheet_tells_the_report_and_where_its_tables_are() -> None:
    sheet, *tables = sheets(reports.report("en", audience="internal"))
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row)]
    assert rows == [
        ("Esimerkkilän asiakasraati <2022>", None),
        ("1.1.2022–31.12.2022", None),
        ("Esimerkkilän hyvinvointialue", None),
        ("Internal: not to be published.", None),
        ("Tarkoitus", None),
        (readable(reports.SHARP), None),
        ("Ensimmäinen rivi\nToinen rivi", None),
        ("Jäseniä", 12),
        ("Vastausaika (mediaani)", 22.5),
        ("Läsnä", 0.836),
        ("Kausi alkoi", datetime(2022, 1, 1)),
        ("Ei tietoa", None),
        ("Piilotettu", ".."),
        ("Jäsenet", None),
        ("Jäsenet rooleittain", "Sheet: Jäsenet rooleittain"),
        ("Kokoukset", None),
        ("Kokoukset", "Sheet: Kokoukset"),
        ("Pienempi osa", None),
        ("Palaute", "Sheet: Palaute"),
        ("Ilmoittautuneet", "Sheet: Ilmoittautuneet"),
        ("Luvut 1–4 henkilöstä on jätetty pois (..).", None),
        ("Made Tue 2023-01-10 with osallisuus 1.4.0 from the database osallisuus.db, after entry 57 of its log.", None),
    ]
    assert [each.title for each in tables] == ["Jäsenet rooleittain", "Kokoukset", "Palaute", "Ilmoittautuneet"]
    assert all("Internal: not to be published." in (each.oddHeader.left.text or "") for each in (sheet, *tables))


def test_names_of_sheets_are_legal_and_each_another() -> None:
    titles = [
        "A/B: [c]*?\\",
        "a b c",
        "History",
        "'lainattu'",
        "x" * 40,
        "X" * 40,
        "😀" * 20,
        "",
        "\x1b[0m",
        "Report",
        "",
        "a" * 29 + "😀",
        "'''",
    ]
    tables = [replace(every_kind(), title=title) for title in titles]
    names = [sheet.title for sheet in sheets(with_blocks(*tables))]
    assert names[:6] == ["Report", "A B c", "a b c (2)", "History (2)", "lainattu", "x" * 31]
    assert len({name.casefold() for name in names}) == len(names) == len(titles) + 1
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.casefold() != "history"


def test_a_cell_holds_no_more_than_excel_takes() -> None:
    long, wide = "ä" * 40_000, "😀" * 20_000
    found = openpyxl_reads(render(with_blocks(of_texts([long, wide, "a\ufffe\uffff"])), "xlsx"))[0]
    assert found[1][0] == "ä" * 32_767
    assert found[2][0] == "😀" * 16_383
    assert found[3][0] == "a\ufffd\ufffd"


def test_rows_are_as_tall_and_columns_as_wide_as_their_texts_within_bounds() -> None:
    sheet = sheets(with_blocks(of_texts(["x", "yksi\nkaksi\nkolme", "sana " * 100, "sana " * 5000])))[1]
    assert sheet.column_dimensions["A"].width == pytest.approx(60, abs=1)
    heights = [sheet.row_dimensions[row].height for row in range(2, 6)]
    assert heights[0] in (None, 15)
    assert heights[1] == 45
    assert 120 <= (heights[2] or 0) <= 200
    assert heights[3] == 408.75


def test_rows_of_the_first_sheet_are_as_tall_as_their_texts() -> None:
    report = replace(
        with_blocks(
            Heading(text="Osa " * 40), Paragraph(text="sana " * 100), Figures(items=[Figure(label="sana " * 40, value="x")])
        ),
        limits=["sana " * 60, "Lyhyt."],
    )
    sheet = sheets(report)[0]
    heights = {
        str(row[0].value).strip(): sheet.row_dimensions[row[0].row].height or 15 for row in sheet.iter_rows() if row[0].value
    }
    # 72 digits of 11 points are no more than 90 letters of that size
    assert heights[("sana " * 100).strip()] >= 6 * 15
    assert heights[("sana " * 60).strip()] >= 3 * 12
    assert heights[("sana " * 40).strip()] >= 3 * 15
    assert heights[("Osa " * 40).strip()] >= 2 * 18
    assert heights["Lyhyt."] == 15


def test_a_wide_table_is_printed_lying_in_letters_that_can_be_read() -> None:
    columns = [Column(key=f"c{n}", label=f"Sarake numero {n}") for n in range(7)]
    note = "Huomautus. " * 40
    wide = Table(key="w", title="Leveä", columns=columns, rows=[["sana " * 30] * 7], note=note)
    _first, lying, standing = sheets(with_blocks(wide, of_texts(["x"])))
    assert [lying.page_setup.orientation, standing.page_setup.orientation] == ["landscape", "portrait"]
    assert sum(lying.column_dimensions[letter].width for letter in "ABCDEFG") <= 170
    assert [lying.page_setup.fitToHeight, lying.print_title_rows] == [0, "$1:$1"]
    assert (lying.row_dimensions[2].height or 0) >= 6 * 15
    assert [str(area) for area in lying.merged_cells.ranges] == ["A4:G4"]
    assert lying["A4"].value == note.strip()
    assert (lying.row_dimensions[4].height or 0) >= 2 * 15


def test_its_properties_are_those_of_the_report() -> None:
    found = openpyxl.load_workbook(BytesIO(render(reports.report("en"), "xlsx"))).properties
    assert found.title == "Esimerkkilän asiakasraati <2022>"
    assert found.subject == "1.1.2022–31.12.2022"
    assert found.creator == "Esimerkkilän hyvinvointialue"
    assert found.created == datetime(2023, 1, 10)
    assert found.description.startswith("Luvut 1–4 henkilöstä on jätetty pois (..).\nMade Tue 2023-01-10")


def test_the_same_report_gives_the_same_bytes_in_another_place(tmp_path: Path) -> None:
    code = (
        "import sys; from osallisuus.exports.formats import render; from tests.exports.reports import report;"
        " sys.stdout.buffer.write(render(report(), 'xlsx'))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TZ": "America/New_York", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, env=environment, check=True)
    assert render(reports.report(), "xlsx") == ran.stdout


def libreoffice_reads(content: bytes, folder: Path) -> Mapping[str, list[list[str]]]:
    """Return every sheet by its name, each cell as it is shown, and a formula as it is written."""
    soffice = shutil.which("soffice") or peers.missing("LibreOffice (soffice) is not installed")
    (folder / "report.xlsx").write_bytes(content)
    # comma, quotes where needed, UTF-8, from row 1, as shown, with formulas, every sheet
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(soffice), profile, "--headless", "--convert-to", options, "--outdir", str(folder), str(folder / "report.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    found = {}
    for file in folder.glob("report-*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            found[file.stem.removeprefix("report-")] = list(csv.reader(lines))
    return found


@pytest.mark.slow
def test_libreoffice_shows_every_value(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if len(text) < 1000]
    shown = libreoffice_reads(render(with_blocks(every_kind(), of_texts(texts)), "xlsx"), tmp_path)
    assert shown["Kinds"] == [
        ["Name", "Number", "Day", "Moment", "Link"],
        ["count", "12,345", "2022-02-28", "2022-09-29 17:30", "https://a.example"],
        ["share", "84%", "", "", "Name (https://b.example/?a=1&b=2)"],
        ["days", "22.5 days", "Sun 1899-01-01", "", "x (javascript:alert(1))"],
        ["hours", "1 hour", "", "", ""],
        ["grade", "4.3 of 5", "", "", ""],
        ["negative", "-3.5", "", "", ""],
        ["none", "", "", "", ""],
        ["hemlig", "..", "", "", ""],
        ["", "", "", "", ""],
        ["total", "99,999", "", "", ""],
        ["", "", "", "", ""],
        ["A note.", "", "", "", ""],
    ]
    assert shown["Sanoja"][1:] == [[readable(text)] * 2 for text in texts]
