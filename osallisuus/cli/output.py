"""The only printer. stdout is data, stderr is talk.

A terminal gets a table, a pipe gets tab-separated or `key: value` text without boxes or cut cells, and `--json` exactly one
document: an object keyed by the noun.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

from osallisuus.errors import OsallisuusError
from osallisuus.i18n import _
from osallisuus.texts import json_safe, visible

# Beyond this a table for the eye is no use, and rich takes a third of a millisecond a row.
_MOST_ROWS = 500
# In a narrow terminal, cells up to this width stand in one line, longer ones below it.
_SHORT = 30
# Between two columns of a table.
_GAP = 3
# The first of them (a name, a number) need no heading.
_SELF_EVIDENT = 2

Row = Mapping[str, Any]
Column = tuple[str, str | Callable[[Row], object]]


class Output:
    """Prints results, notes and errors in the way the run asked for."""

    def __init__(self) -> None:
        self.json = False
        self._held: list[str] | None = None

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Hold notes back until the block is over: whoever reads them slowly must not keep the database locked."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for text in held:
                self.note(text)

    def rows(self, noun: str, rows: Sequence[Row], columns: Iterable[Column], *, empty: str) -> None:
        """Print records: all of them whole as JSON, or the chosen columns for people; `empty` is said when there are none."""
        if self.json:
            self.document({noun: list(rows)})
            return
        if not rows:
            self.note(empty)
            return
        columns = tuple(columns)
        headings = [heading for heading, _from in columns]
        cells = [[_text(source(row) if callable(source) else row[source]) for _head, source in columns] for row in rows]
        if sys.stdout.isatty() and len(rows) <= _MOST_ROWS:
            _rich_table(headings, cells)
        else:
            _write(sys.stdout, "".join("\t".join(line) + "\n" for line in (headings, *cells)))

    def record(self, noun: str, record: Row, labels: Iterable[Column]) -> None:
        """Print one record: whole as JSON, or `label: value` lines for what is not empty."""
        if self.json:
            self.document({noun: record})
            return
        lines = [(label, source(record) if callable(source) else record[source]) for label, source in labels]
        broken = (lambda text: text.replace("\\n", "\n    ")) if sys.stdout.isatty() else str
        shown = (f"{label}: {broken(_text(value))}\n" for label, value in lines if value not in (None, "", [], ()))
        _write(sys.stdout, "".join(shown))

    def done(self, noun: str, result: object, *sentences: str) -> None:
        """Print what a command did: its result as JSON, or sentences."""
        if self.json:
            self.document({noun: result})
        else:
            _write(sys.stdout, "".join(f"{visible(sentence)}\n" for sentence in sentences))

    def document(self, document: Mapping[str, object]) -> None:
        """Print a JSON document."""
        import json  # start-up: only where it was asked for

        text = json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=_plain)
        _write(sys.stdout, f"{json_safe(text)}\n")

    def say(self, *lines: str) -> None:
        """Print lines for people; nothing when JSON was asked for."""
        if not self.json:
            _write(sys.stdout, "".join(f"{visible(line)}\n" for line in lines))

    def text(self, text: str) -> None:
        """Print a text of many lines as it is, but for what a terminal would obey."""
        _write(sys.stdout, "".join(f"{visible(line.expandtabs())}\n" for line in text.splitlines()))

    def whole(self, text: str) -> None:
        """Print a document that holds nothing a terminal would obey."""
        _write(sys.stdout, text)

    def heading(self, text: str) -> None:
        """Say a line that begins something: bold at a terminal that wants styles."""
        styled = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        if not self.json:
            _write(sys.stdout, f"\x1b[1m{visible(text)}\x1b[0m\n" if styled else f"{visible(text)}\n")

    def note(self, text: str) -> None:
        """Say something beside the data."""
        if self._held is not None:
            self._held.append(text)
            return
        _write(sys.stderr, f"{visible(text)}\n")

    def error(self, error: OsallisuusError) -> None:
        """Print a failure: a document on stdout for programs, or sentences on stderr for people."""
        if self.json:
            body = {"code": error.code, "message": error.message} | ({"hint": error.hint} if error.hint else {}) | error.details
            self.document({"error": body})
            return
        candidates = getattr(error, "candidates", ())
        lines = [error.message, *(f"  {candidate}" for candidate in candidates), *([error.hint] if error.hint else [])]
        _write(sys.stderr, "".join(f"{visible(line)}\n" for line in lines))


def _plain(value: object) -> str:
    """Return what JSON has no form for: civil times as `2022-11-15T14:00`, days as ISO dates."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)


def use_utf8() -> None:
    """Make Windows pipes carry every letter: a code page would raise on the first arrow or emoji."""
    if os.environ.get("PYTHONIOENCODING"):
        return
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="replace")


def _rich_table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    # start-up: rich is loaded for a person at a terminal, never for a pipe
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    widths = [max(cell_len(line[i]) for line in cells) for i in range(len(headings))]
    shown = [i for i, width in enumerate(widths) if width]
    if sum(max(widths[i], cell_len(headings[i])) + _GAP for i in shown) > console.width + _GAP:
        # a name, a date or an address that is cut in two can be neither read nor copied
        _stack(headings, cells, [i for i in shown if widths[i] <= _SHORT], [i for i in shown if widths[i] > _SHORT])
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i in shown:
        table.add_column(Text(headings[i]), no_wrap=True)
    for line in cells:
        table.add_row(*(Text(line[i]) for i in shown))
    console.print(table)


def _stack(headings: Sequence[str], cells: Sequence[Sequence[str]], short: Sequence[int], long: Sequence[int]) -> None:
    """Print each row as a line of its short cells and, under it, its long ones with their headings."""
    for line in cells:
        below = [f"    {headings[i]}: {line[i]}\n" for i in long if line[i]]
        first = [line[i] if place < _SELF_EVIDENT else f"{headings[i]}: {line[i]}" for place, i in enumerate(short) if line[i]]
        _write(sys.stdout, "  ".join(first) + "\n" + "".join(below))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    return visible(str(value))


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
