"""Any table as rows of text: delimited text in whatever encoding Excel, Teams or Zoom chose, or a workbook.

The rules were measured on real exports (facts/imports.md 1.1); a reader of one kind of file starts from these rows.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from pathlib import Path

from osallisuus import files
from osallisuus.errors import BadInput, StorageError, UsageError
from osallisuus.i18n import _
from osallisuus.imports.decoding import decode
from osallisuus.imports.faults import bad

MAX_MEGABYTES = 50
MAX_ROWS = 100_000
MAX_COLUMNS = 1000

_DELIMITERS = ("\t", ";", ",")
# How far a list is looked at to tell its delimiter and its headings.
HEAD = 30
_HEAD_LENGTH = 200_000
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_QUOTED = re.compile(r'(?:^|(?<=[\t;,]))"(?:[^"]|"")*"', re.MULTILINE)
# Behind the last line: read as a row of its own only when every quotation mark before it is closed.
_END = "\ue000end"
_NOT_SHOWN = [*range(1, 9), *range(14, 32), 127, 0xFEFF]
_INVISIBLE = dict.fromkeys(_NOT_SHOWN, "") | dict.fromkeys((0xA0, 0x202F), " ")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row with something in it: `line` is where it begins (1-based), `cells` end with a filled one."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return a cell, empty where the row is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


def read(path: Path, *, encoding: str = "", delimiter: str = "") -> list[Row]:
    """Return the filled rows of a delimited text or a workbook; what is inside the file decides which it is.

    `encoding` and `delimiter` (one character, or `tab`) overrule what the rules would find in a text. Raises StorageError for
    a file that cannot be read, BadInput for one that is no table or too large, UsageError for no encoding or no delimiter.
    """
    content = _content(path)
    if content.startswith(_WORKBOOKS):
        from osallisuus.imports import workbooks  # start-up: only workbooks need calamine

        found: Iterator[tuple[int, list[str]]] = iter(workbooks.read(path, content))
    else:
        _refuse_documents(path, content)
        found = _delimited(path, decode(path, content, encoding), _one_character(delimiter))
    rows: list[Row] = []
    for line, cells in found:
        row = Row(line=line, cells=_cleaned(cells))
        if row.cells:
            rows.append(row)
        if len(rows) > MAX_ROWS or len(row.cells) > MAX_COLUMNS:
            raise _too_many(path)
    if not rows:
        raise bad(path, _("{file} is empty."), _("Check that it is the right file, and that it was saved with its rows."))
    return rows


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise StorageError(_("{path} is a folder; a file name is needed.").format(path=path))
        if not path.is_file():
            raise StorageError(_("{path} is not an ordinary file.").format(path=path))
        if size > MAX_MEGABYTES * 2**20:
            raise bad(
                path,
                _("{file} is larger than {most} megabytes, so it was not read."),
                _("Check that it is the right file; a list of people or answers is much smaller."),
                most=MAX_MEGABYTES,
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise files.cannot_read(path, error if isinstance(error, OSError) else OSError(str(error))) from error


def _refuse_documents(path: Path, content: bytes) -> None:
    """Raise BadInput for the kinds of file that are most often given by mistake, each by its name."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        raise bad(path, _("{file} is a PDF, not a table."), _("Ask for the same list as .xlsx or .csv."))
    if content.startswith(_PICTURES) and b"\0" in content[:1024]:
        raise bad(path, _("{file} is a picture, not a table."), _("Ask for the same list as .xlsx or .csv."))
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"{\\rtf")):
        raise bad(
            path,
            _("{file} is a web page or another kind of document, not a table."),
            _("Open it in Excel and save it as .xlsx, and give that file."),
        )


def _delimited(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the records of a text, each with the line on which it begins."""
    before = 0
    if named := _SEPARATOR_LINE.match(text):
        delimiter = delimiter or named[1]
        text = text[named.end() :]
        before = 1
    # one end of line per line: csv.reader counts what it is given
    lines = chain(StringIO(text, newline=""), [_END])
    reader = csv.reader(lines, delimiter=delimiter or _delimiter(text))
    line, closed = 1, False
    try:
        for record in reader:
            closed = record == [_END] and reader.line_num == line
            if not closed:
                yield before + line, record
            line, begun = reader.line_num + 1, line
    except csv.Error as error:
        raise bad(
            path,
            _("In {file} a cell on line {line} has no end: it is longer than any text that can be stored."),
            _("Check that it is the right file, and that each quotation mark that opens is closed."),
            line=before + line,
        ) from error
    if not closed:
        raise bad(
            path,
            _("In {file} a quotation mark that opens on line {line} is never closed."),
            _("Take the mark away or close it, and run the command again."),
            line=before + begun,
        )


def _one_character(delimiter: str) -> str:
    named = "\t" if delimiter.casefold() in ("tab", "\\t") else delimiter
    if len(named) > 1 or named in ('"', "\r", "\n", "\0"):
        raise UsageError(
            _("'{delimiter}' is not a delimiter.").format(delimiter=delimiter),
            hint=_("Give one character, such as ; or , or the word tab."),
        )
    return named


def _delimiter(text: str) -> str:
    """Return the delimiter with most hits in the richest of the first lines.

    Quoted cells are not counted, nor is a mark that a space follows as in prose ("hyvä, selkeä, rauhallinen") while any other
    counts: open answers hold more commas than a short row has delimiters.
    """
    head = _QUOTED.sub("", text[:_HEAD_LENGTH]).splitlines()[:HEAD]
    for lines in ([re.sub("[;,] ", "", line) for line in head], head):
        hits = {mark: max((line.count(mark) for line in lines), default=0) for mark in _DELIMITERS}
        best = max(_DELIMITERS, key=lambda mark: hits[mark])
        if hits[best]:
            return best
    return _DELIMITERS[0]


def _cleaned(cells: list[str]) -> tuple[str, ...]:
    clean = [_plain(cell) for cell in cells]
    while clean and not clean[-1]:
        clean.pop()
    return tuple(clean)


def _plain(cell: str) -> str:
    """Return a cell without what is there for Excel's or a printer's sake.

    The apostrophe before = + - @ is how our own files keep Excel from calculating a text; exactly that one goes.
    """
    clean = cell.translate(_INVISIBLE).strip()
    return clean[1:] if clean[:1] == "'" and clean[1:2] in ("=", "+", "-", "@") else clean


def _too_many(path: Path) -> BadInput:
    return bad(
        path,
        _("{file} has more than {rows} rows or {columns} columns, so it was not read."),
        _("Check that it is the right file; a list of people or answers is much smaller."),
        rows=MAX_ROWS,
        columns=MAX_COLUMNS,
    )
