"""A report as one page of HTML that needs nothing else: accessible (WCAG 2.1 AA), for the screen and for paper.

There is no script, and nothing is loaded; every text is escaped, and what a browser or a reader would obey in it is written out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osallisuus.domain.hosts import is_web_address
from osallisuus.exports.formats import charts
from osallisuus.exports.formats.drawing import width
from osallisuus.exports.letters import SHIPPED, Letters
from osallisuus.exports.prose import one_line, readable
from osallisuus.i18n import _
from osallisuus.reports.blocks import (
    HIDDEN,
    NOTHING,
    Block,
    Cell,
    Figures,
    Heading,
    Link,
    Number,
    Paragraph,
    Quoted,
    Report,
    Table,
    words,
)

# Nothing but the style that stands in the page (CSP level 3); a style cannot load anything either.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
# In pixels: the room for a table on the smallest screen (320 px, WCAG 1.4.10), that around the words of a cell, and their size.
_SMALLEST = 288
_AROUND = 14
_SIZE = 16
# A table of so many rows is not parted between two sheets.
_SHORT = 12


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """A cell on the page: its words, the language they are in where it is another, and what is read aloud for a sign."""

    text: str
    kind: str = ""
    language: str = ""
    url: str = ""
    aloud: str = ""


def render(report: Report) -> bytes:
    """Return the page in UTF-8."""
    values = {
        "report": report,
        "policy": POLICY,
        "style": Markup((SHIPPED / "report" / "page.css").read_text(encoding="utf-8")),  # noqa: S704  # our own
        "blocks": [_block(block, report.language) for block in report.blocks],
        "named": report.named_above,
        "line": one_line,
        "internal": report.banner,
        "nothing": _("Nothing to show."),
    }
    return Letters(None).render("report/page.html", report.language, values).encode()


def _block(block: Block, language: str) -> Mapping[str, object]:
    match block:
        case Heading():
            return {
                "type": "heading",
                "text": one_line(block.text),
                "level": block.level,
                "language": _other(block.language, language),
            }
        case Paragraph():
            return {"type": "paragraph", "text": readable(block.text), "language": _other(block.language, language)}
        case Figures():
            items = [(one_line(item.label), _shown(item.value, language)) for item in block.items]
            return {"type": "figures", "items": items}
        case Table():
            return _table(block, language)


def _table(table: Table, language: str) -> Mapping[str, object]:
    rows = [[_shown(cell, language) for cell in row] for row in table.rows]
    pictures = [charts.svg(table), charts.svg(table, narrow=True)]
    return {
        "type": "table",
        "key": table.key,
        "id": charts.identity(table.key).replace("chart-", "table-", 1),
        "title": one_line(table.title),
        "columns": [(one_line(column.label), column.kind) for column in table.columns],
        "body": rows[: len(table.body)],
        "total": rows[len(table.body) :],
        "wide": _is_wide(table),
        "kind": _kind(table),
        "pictures": [Markup(picture) for picture in pictures if picture],  # noqa: S704  # each text in it is escaped
        "name": charts.name(table) if pictures[0] else "",
        "notes": [*([readable(table.note)] if table.note else []), *_signs(table.rows)],
    }


def _kind(table: Table) -> str:
    """Return how a table is set: a wide one, one of few columns (no way for the eye to go), and one that fits on a sheet."""
    kinds = {"wide": _is_wide(table), "few": len(table.columns) < 3, "short": len(table.rows) <= _SHORT}
    return " ".join(kind for kind, is_so in kinds.items() if is_so)


def _is_wide(table: Table) -> bool:
    """Tell whether a table may be wider than a small screen, by its longest words: then it moves in a frame of its own."""
    taken = 0.0
    for column, *cells in zip(table.columns, *table.rows, strict=True):
        whole = [words(cell) for cell in cells]
        pieces = whole if column.kind == "number" else [word for text in whole for word in text.split()]
        taken += _AROUND + max(width(text, _SIZE, bold=True) for text in (*column.label.split(), *pieces, ""))
    return taken > _SMALLEST


def _signs(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return what the sign of a hidden number means, where there is one."""
    hidden = any(isinstance(cell, Number) and cell.hidden for row in rows for cell in row)
    meaning = _("not told")
    return [f"{HIDDEN} = {meaning}"] if hidden else []


def _shown(cell: Cell, language: str) -> _Shown:
    text = words(cell)
    match cell:
        case None:
            return _Shown(text=text, kind="number", aloud=_("none"))
        case Number():
            return _Shown(text=text, kind="number", aloud={HIDDEN: _("not told"), NOTHING: _("none")}.get(text, ""))
        case Quoted():
            return _Shown(text=readable(text), kind="words", language=_other(cell.language, language))
        case Link() if is_web_address(cell.url):
            return _Shown(text=one_line(cell.label) or cell.url, kind="link", url=cell.url)
        case str() | Link():
            return _Shown(text=readable(text), kind="words")
    return _Shown(text=text, kind="day")


def _other(language: str, own: str) -> str:
    """Return a language where it is another than that of the page (WCAG 3.1.2)."""
    return "" if language == own else language
