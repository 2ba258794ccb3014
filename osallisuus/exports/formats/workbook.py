"""A report as an Excel workbook: what it says on the first sheet, and each of its tables on a sheet of its own.

Numbers, dates and moments are what they are, so that they can be sorted and counted with; no text is a formula or a link,
whatever it begins with. The same report gives the same bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from textwrap import wrap
from typing import Any

from osallisuus.exports.prose import one_line, readable
from osallisuus.i18n import _, grouped, language
from osallisuus.reports.blocks import Block, Cell, Column, Figures, Heading, Number, Paragraph, Report, Table, words

# The most that a cell of Excel holds, in units of UTF-16.
_LONGEST = 32_767
# What XML has no place for (XML 1.0 section 2.2), besides what `readable` has written out already.
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
# What the name of a sheet may not hold, how long it may be (in units of UTF-16), and the one that Excel keeps for itself.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NAME, _KEPT = 31, "history"
# Before this Excel counts days otherwise, or not at all.
_FIRST_YEAR = 1901
# Widths of columns, in digits: the least and the most, what the button of a filter takes, and the room beside a text.
_LEAST, _MOST, _BUTTON, _EDGES = 8, 60, 6, 4
_LABELS, _VALUES = 72, 34
# So much fits across a standing and a lying page in letters of full size; a table that is wider than the last is printed in
# letters that are hard to read, so its widest columns are made narrower, one step after another.
_STANDING, _LYING = 105, 160
_STEPS = (_MOST, 50, 40, 32, 26, 20, 16)
# Heights of rows, in points, of letters of 11 points where nothing else is said.
_LINE, _GAP, _TALLEST, _LETTERS = 15, 6, 408.75, 11
_A4, _SIDE = 9, 0.4

_INK, _QUIET, _ALARM = "#1F3F66", "#55595F", "#8A1C1C"
_TITLE = {"bold": True, "font_size": 18, "font_color": _INK}
_SUBTITLE = {"font_size": 12, "font_color": _QUIET}
_BANNER = {"bold": True, "font_color": _ALARM, "border": 1, "border_color": _ALARM}
_HEADINGS = {2: {"bold": True, "font_size": 14, "font_color": _INK}, 3: {"bold": True, "font_size": 12, "font_color": _INK}}
_SMALL = {"font_size": 9, "font_color": _QUIET}
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "text_wrap": True, "valign": "vcenter"}
_TOTAL = {"bold": True, "top": 1, "top_color": _INK}
_TEXT = {"text_wrap": True, "valign": "top"}


def render(report: Report) -> bytes:
    """Return the report as one .xlsx file (ISO/IEC 29500)."""
    import xlsxwriter  # type: ignore[import-untyped]  # start-up: only where a workbook is written; it has no types

    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        organisation = one_line(report.organisation)
        book.set_properties(
            {
                "title": one_line(report.title),
                "subject": one_line(report.subtitle),
                "author": organisation,
                "company": organisation,
                "comments": "\n".join(map(_clean, report.closing)),
                "created": datetime.combine(report.made.on, time()),
            }
        )
        _Writer(book=book, banner=_banner(report)).write(report)
    return content.getvalue()


def _banner(report: Report) -> str:
    return _("Internal: not to be published.") if report.audience == "internal" else ""


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Writes into one workbook; it has each style once."""

    book: Any
    banner: str
    styles: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def write(self, report: Report) -> None:
        tables = [block for block in report.blocks if isinstance(block, Table)]
        first, *names = _names([_("Report"), *(table.title for table in tables)])
        sheet = self.sheet(first)
        sheet.set_column(0, 0, _LABELS)
        sheet.set_column(1, 1, _VALUES)
        row = self.top(sheet, report)
        named = iter(names)
        for block in report.blocks:
            row = self.block(sheet, row, block, next(named) if isinstance(block, Table) else "")
        for sentence in report.closing:
            self.wide(sheet, row, sentence, _TEXT | _SMALL)
            row += 1
        for table, name in zip(tables, names, strict=True):
            self.table(self.sheet(name), table)

    def sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_margins(left=_SIDE, right=_SIDE)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{self.banner}&R&P (&N)")
        return sheet

    def style(self, **look: object) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(look)
        return self.styles[key]

    def text(self, sheet: Any, place: tuple[int, int], text: str, look: dict[str, object]) -> None:
        if text:
            sheet.write_string(*place, _clean(text), self.style(**look))

    def wide(self, sheet: Any, row: int, text: str, look: dict[str, object]) -> None:
        """Write a text of the first sheet in lines, and make its row as tall as these are."""
        self.text(sheet, (row, 0), text, _TEXT | look)
        _make_tall(sheet, row, _lines(_clean(text), _EDGES + _LABELS * _LETTERS // _size(look)), look)

    def top(self, sheet: Any, report: Report) -> int:
        """Write what stands above the blocks; return the row after it."""
        row = 0
        for text, look in (
            (report.title, _TITLE),
            (report.subtitle, _SUBTITLE),
            (report.organisation, _SUBTITLE),
            (self.banner, _BANNER),
        ):
            if text:
                self.wide(sheet, row, one_line(text), look)
                row += 1
        return row + 1

    def block(self, sheet: Any, row: int, block: Block, name: str) -> int:
        """Write a block of the first sheet, of a table only on which sheet it is; return the row after it."""
        match block:
            case Heading():
                self.wide(sheet, row, one_line(block.text), _HEADINGS[min(max(block.level, 2), 3)])
                return row + 1
            case Paragraph():
                self.wide(sheet, row, block.text, _TEXT)
                return row + 2
            case Table():
                there = _("Sheet: {name}").format(name=name)
                self.text(sheet, (row, 0), one_line(block.title), _TEXT)
                self.text(sheet, (row, 1), there, _TEXT)
                _make_tall(sheet, row, max(_lines(one_line(block.title), _LABELS), _lines(there, _EDGES + _VALUES)), _TEXT)
                return row + 2
            case Figures():
                for line, item in enumerate(block.items, row):
                    self.text(sheet, (line, 0), item.label, _TEXT)
                    self.cell(sheet, (line, 1), item.value, _TEXT | {"align": "left", "bold": True})
                    _make_tall(sheet, line, max(_lines(item.label, _LABELS), _lines(words(item.value), _VALUES)), _TEXT)
                return row + len(block.items) + 1

    def table(self, sheet: Any, table: Table) -> None:
        widths = _widths(table)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        if sum(widths) > _STANDING:
            sheet.set_landscape()
        for place, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            sheet.set_column(place, place, width)
            self.text(sheet, (0, place), one_line(column.label), _HEADER | {"align": _side(column), "indent": 1})
        labels = zip(table.columns, widths, strict=True)
        _make_tall(sheet, 0, max(_lines(one_line(column.label), width - _BUTTON + _EDGES) for column, width in labels), _HEADER)
        for line, cells in enumerate(table.body, 1):
            self.cells(sheet, line, table, cells, widths)
        row = len(table.body) + 1
        if table.body:
            sheet.autofilter(0, 0, row - 1, len(table.columns) - 1)
        if table.total:
            # a filter takes in the rows right under it when it is used again: the total stands apart
            sheet.set_row(row, _GAP)
            row += 1
            self.cells(sheet, row, table, table.rows[-1], widths)
            row += 1
        self.note(sheet, row + 1, table, sum(widths))

    def note(self, sheet: Any, row: int, table: Table, width: int) -> None:
        """Write the note of a table across its columns, for beside them it would make the printed page wider."""
        note, last = one_line(table.note), len(table.columns) - 1
        if note and last:
            sheet.merge_range(row, 0, row, last, "", self.style(**_TEXT | _SMALL))
        self.text(sheet, (row, 0), note, _TEXT | _SMALL)
        _make_tall(sheet, row, _lines(note, width), _SMALL)

    def cells(self, sheet: Any, row: int, table: Table, cells: Sequence[Cell], widths: Sequence[int]) -> None:
        """Write a row of a table, the one that sums it up in its own look."""
        look = _TEXT | (_TOTAL if table.total and cells is table.rows[-1] else {})
        lines = 1
        for place, (column, width, cell) in enumerate(zip(table.columns, widths, cells, strict=True)):
            self.cell(sheet, (row, place), cell, look | {"align": _side(column), "indent": 1})
            lines = max(lines, _lines(words(cell), width))
        _make_tall(sheet, row, lines, look)

    def cell(self, sheet: Any, place: tuple[int, int], cell: Cell, look: dict[str, object]) -> None:
        """Write a cell as what it is: nothing as nothing, and a number that is not told as text."""
        match cell:
            case None | "" | Number(value=None, hidden=False):
                sheet.write_blank(*place, None, self.style(**look))
            case Number(hidden=False):
                sheet.write_number(*place, cell.value, self.style(**look, num_format=_number_format(cell)))
            case date() if cell.year >= _FIRST_YEAR:
                moment = isinstance(cell, datetime)
                sheet.write_datetime(*place, cell, self.style(**look, num_format=_date_format(with_time=moment)))
            case _:
                self.text(sheet, place, words(cell), look)


def _clean(text: str) -> str:
    """Return a text as a cell can hold it: in lines, what would be obeyed written out, no longer than Excel takes."""
    whole = _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", readable(text))
    return _shortened(whole, _LONGEST)


def _shortened(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _side(column: Column) -> str:
    return "right" if column.kind == "number" else "left"


def _widths(table: Table) -> list[int]:
    """Return the widths of columns, in digits, such that together they fit on a lying page if that is possible."""
    wished = []
    for place, column in enumerate(table.columns):
        lines = [line for row in table.rows for line in words(row[place]).splitlines()]
        wished.append(max(len(column.label) + _BUTTON, _LEAST, *(len(line) + _EDGES for line in lines)))
    steps = ([min(width, most) for width in wished] for most in _STEPS)
    return next((widths for widths in steps if sum(widths) <= _LYING), [min(width, _STEPS[-1]) for width in wished])


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes at most in a column of letters of usual size."""
    return sum(max(1, len(wrap(line, max(width - _EDGES, 1)))) for line in text.splitlines() or [""])


def _size(look: dict[str, object]) -> int:
    size = look.get("font_size")
    return size if isinstance(size, int) else _LETTERS


def _make_tall(sheet: Any, row: int, lines: int, look: dict[str, object]) -> None:
    """Make a row as tall as its lines are: Excel may find that by itself, LibreOffice does not always."""
    height = _LINE * max(1, _size(look) / _LETTERS)
    if lines > 1 or height > _LINE:
        sheet.set_row(row, min(round(lines * height, 2), _TALLEST))


def _number_format(number: Number) -> str:
    """Return the format (ISO/IEC 29500-1 section 18.8.31) in which Excel shows a number with the unit that people read."""
    if number.unit == "share":
        return "0%" if language() == "en" else '0" "%'
    shape = "#,##0" + (f".{'0' * number.places}" if number.places else "")
    before, amount, after = words(number).partition(grouped(number.value or 0, number.places))
    return "".join([_literal(before), shape, _literal(after)]) if amount else shape


def _literal(text: str) -> str:
    return f'"{text}"' if text and '"' not in text else ""


def _date_format(*, with_time: bool) -> str:
    # a dot is escaped, or it could be taken for a decimal one
    if language() == "en":
        return "yyyy-mm-dd hh:mm" if with_time else "yyyy-mm-dd"
    return r"d\.m\.yyyy\ h\.mm" if with_time else r"d\.m\.yyyy"


def _names(titles: Sequence[str]) -> list[str]:
    """Return a name for a sheet for each title: legal, readable, and another one for each also without regard to case."""
    names: list[str] = []
    taken = {_KEPT}
    for title in titles:
        plain = " ".join(_FORBIDDEN.sub(" ", _clean(one_line(title))).split())
        name, number = _shortened(plain, _NAME).strip("' ") or "-", 1
        while name.casefold() in taken:
            number += 1
            ending = f" ({number})"
            name = _shortened(plain, _NAME - len(ending)).strip("' ") + ending
        names.append(name)
        taken.add(name.casefold())
    return names
