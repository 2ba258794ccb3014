"""A report at a terminal: headings, figures and tables for the eye, with bars drawn beside their numbers."""

import os
import sys
from collections.abc import Sequence
from shutil import get_terminal_size

from osallisuus.cli.output import Output
from osallisuus.i18n import _
from osallisuus.reports.blocks import Figures, Heading, Mark, Paragraph, Report, Table, drawn, seen, words

_LONGEST_BAR = 40
_LONGEST_LABEL = 30


def is_for_eyes() -> bool:
    """Tell whether a person sees what is printed."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(out: Output, report: Report) -> None:
    """Print a report block by block."""
    out.heading(report.title)
    out.say(" · ".join(filter(None, (report.organisation, report.subtitle))))
    if report.banner:
        out.heading(report.banner)
    for block in seen(report).blocks:
        out.say("")
        if isinstance(block, Heading):
            out.heading(block.text)
        elif isinstance(block, Paragraph):
            out.say(*block.text.splitlines())
        elif isinstance(block, Figures):
            out.say(*(f"{item.label}: {words(item.value)}" for item in block.items))
        else:
            _table(out, block, named=block.key in report.named_above)
    out.say("", *report.closing)


def _table(out: Output, table: Table, *, named: bool) -> None:
    if not named:
        out.heading(table.title)
    if not table.rows:
        out.say(_("Nothing to show."))
        return
    rows = [{column.key: words(cell) for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]
    out.rows(table.key, rows, [(column.label, column.key) for column in table.columns], empty="")
    marks = drawn(table)
    if marks:
        out.say(*_bars(marks))
    if table.note:
        out.say(table.note)


def _bars(marks: Sequence[Mark]) -> list[str]:
    """Return a line for each bar: its name, its length from zero, its number, and what it is meant to be."""
    most = max((value for mark in marks for value in (mark.number.value, mark.target and mark.target.value) if value), default=0)
    label = min(_LONGEST_LABEL, max(len(mark.label) for mark in marks))
    room = max(10, min(_LONGEST_BAR, get_terminal_size().columns - label - 20))
    lines = []
    for mark in marks:
        length = round((mark.number.value or 0) / most * room) if most else 0
        aim = f" / {words(mark.target)}" if mark.target else ""
        lines.append(f"  {mark.label[:label]:<{label}}  {'█' * length}{' ' if length else ''}{words(mark.number)}{aim}")
    return lines
