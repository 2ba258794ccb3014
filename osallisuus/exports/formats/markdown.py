"""A report as Markdown: CommonMark with the tables of GFM, in which every text shows as it was written. Nothing is drawn."""

import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import quote

from osallisuus.domain.hosts import is_web_address
from osallisuus.exports.prose import literal, one_line, readable
from osallisuus.i18n import _
from osallisuus.reports.blocks import Block, Cell, Figures, Heading, Link, Paragraph, Report, Table, words


def render(report: Report) -> bytes:
    """Return the report in UTF-8: headings, paragraphs, lists of figures and tables (GFM section 4.10)."""
    named = report.named_above
    body = (part for block in report.blocks for part in _block(block, named))
    parts = [
        *_top(report),
        *body,
        "---",
        *map(_text, report.closing),
    ]
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _top(report: Report) -> Iterator[str]:
    yield f"# {_text(report.title)}"
    yield "  \n".join(filter(None, map(_text, (report.subtitle, report.organisation))))
    if report.banner:
        yield f"> **{_text(report.banner)}**"


def _block(block: Block, named: Collection[str]) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_text(block.text)}"
        case Paragraph():
            yield literal(readable(block.text))
        case Figures():
            yield "\n".join(f"- {_text(item.label)}: **{_cell(item.value)}**" for item in block.items)
        case Table():
            yield "" if block.key in named else f"**{_text(block.title)}**"
            yield _table(block) if block.rows else _text(_("Nothing to show."))
            yield literal(readable(block.note))


def _table(table: Table) -> str:
    rules = ["---:" if column.kind == "number" else ":---" for column in table.columns]
    rows = [_row(map(_cell, row)) for row in table.body]
    total = [_row(_strong(_cell(cell)) for cell in table.rows[-1])] if table.total else []
    return "\n".join([_row(_text(column.label) for column in table.columns), _row(rules), *rows, *total])


def _row(cells: Sequence[str] | Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _strong(text: str) -> str:
    return f"**{text}**" if text else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link) and is_web_address(cell.url):
        return f"[{_text(cell.label or cell.url)}]({_address(cell.url)})"
    return _text(words(cell))


def _text(text: str) -> str:
    return literal(one_line(text))


def _address(url: str) -> str:
    """Return an address for Markdown between `<` and `>`; what would end it, or be read as an entity, is spelt another way."""
    plain = "".join(quote(c) if c in "<>|\\`" else c for c in url)
    return "<" + re.sub(r"&(?=#?\w+;)", r"\\&", plain) + ">"
