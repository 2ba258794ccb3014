"""A report as plain text, for a file, a pipe or a screen reader: nothing is drawn, tabs part the cells of a table."""

from collections.abc import Collection, Iterator, Sequence

from osallisuus.exports.prose import one_line, readable
from osallisuus.i18n import _
from osallisuus.reports.blocks import Block, Cell, Figures, Heading, Paragraph, Report, Table, words


def render(report: Report) -> bytes:
    """Return the report in UTF-8, its parts apart by a blank line; no character in it is obeyed by a terminal."""
    named = report.named_above
    body = (part for block in report.blocks for part in _block(block, named))
    parts = [
        _top(report),
        *body,
        "\n".join(map(one_line, report.closing)),
    ]
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _top(report: Report) -> str:
    return "\n".join(filter(None, map(one_line, (report.title, report.subtitle, report.organisation, report.banner))))


def _block(block: Block, named: Collection[str]) -> Iterator[str]:
    match block:
        case Heading():
            yield one_line(block.text)
        case Paragraph():
            yield readable(block.text)
        case Figures():
            yield "\n".join(f"{one_line(item.label)}: {_cell(item.value)}" for item in block.items)
        case Table():
            yield "\n".join([*([] if block.key in named else [one_line(block.title)]), *_table(block)])
            yield readable(block.note)


def _table(table: Table) -> list[str]:
    if not table.rows:
        return [_("Nothing to show.")]
    return [_line([column.label for column in table.columns]), *map(_line, table.rows)]


def _line(cells: Sequence[Cell]) -> str:
    return "\t".join(map(_cell, cells))


def _cell(cell: Cell) -> str:
    return one_line(words(cell))
