"""A report as PDF/UA-1 (ISO 14289-1) on A4, typeset by typst with the fonts that typst brings along.

Everything in a report reaches the template as data and is never read as markup. The same report gives the same bytes.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from osallisuus.domain.hosts import is_web_address
from osallisuus.errors import OsallisuusError, UsageError
from osallisuus.exports.formats import charts
from osallisuus.exports.letters import SHIPPED
from osallisuus.exports.prose import one_line, readable
from osallisuus.i18n import _
from osallisuus.reports.blocks import Block, Cell, Column, Figures, Heading, Link, Paragraph, Quoted, Report, Table, words
from osallisuus.texts import shortened

if TYPE_CHECKING:
    import typst

_TEMPLATE = SHIPPED / "report" / "paper.typ"
# Whether the fonts have a letter can only be asked by writing it.
_PROBE = b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.letter'
# Letters that Libertinus Serif is sure to have, also in company.
_SURE = re.compile("[\n -~\u00a0-\u017f\u200b\u2013\u2014\u2018-\u201e\u2026\u2212]")
# They choose and join the pictures of a font that is not there, and draw nothing by themselves.
_JOINTS = re.compile("[\u200d\ufe0e\ufe0f]")
# Where a long word may break, for otherwise it would run over the next column: an address at its signs, another one anywhere.
_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG = re.compile(r"\S{20,}")
_PIECES = re.compile(f"[ \n{_BREAK}]")
_PLACES = re.compile(r"[/.@_?&=](?=\w)|\w{30}(?=\w{6})")
# What typst takes for a language: a code of ISO 639.
_LANGUAGE = re.compile("[a-z]{2,3}")
# In characters: a cell up to this is not broken if that can be helped, for it is a name, a role or a date; and a table of so
# little stands better without the whole width.
_SHORT, _MOMENT, _EDGES = 18, 28, 3
_LITTLE = 45
# A table of so many columns lies on a page of its own when it holds more than a standing one has room for, in characters.
_MANY, _ROOM = 7, 125
# By so many of its longest texts the width of a column is measured: letters are not of one width.
_MEASURED = 6
# A running head has few words, for more of them look to a checker like text that is kept from a screen reader.
_HEAD = 6
# A table of so many rows, with so many letters in a cell, is not parted between pages; others would leave pages half empty.
_WHOLE, _PLAIN = 6, 40


def render(report: Report) -> bytes:
    """Return the report as one PDF file; raise UsageError where typst is not installed, OsallisuusError where it fails.

    Letters that the fonts do not have, such as emoji, are spelled by their number (`<U+1F600>`), and a sentence says so:
    PDF/UA allows no letter that cannot be shown (ISO 14289-1 section 7.21.8), and typst then makes no file at all.
    """
    try:
        import typst  # an extra, and slow: only where a PDF is made
    except ImportError as error:
        raise UsageError(
            _("The library that makes PDF files is not installed: pip install 'osallisuus[pdf]'."), code="no_pdf"
        ) from error
    compiler = typst.Compiler(root=_TEMPLATE.parent, ignore_system_fonts=True)
    try:
        return _typeset(compiler, report)
    except typst.TypstError as error:
        raise OsallisuusError(
            _("The PDF could not be made: {reason}").format(reason=one_line(str(error.message))), code="bad_pdf"
        ) from error


def _typeset(compiler: "typst.Compiler", report: Report) -> bytes:
    """Return the file, with all of its letters, else without those that the fonts lack, else with those they surely have."""
    import typst

    source, made = _TEMPLATE.read_bytes(), datetime.combine(report.made.on, time(), UTC)

    def written(lacking: Iterable[str]) -> bytes:
        return _compiled(compiler, source, {"report": _Paper(lacking=frozenset(lacking)).document(report)}, made)

    try:
        return written(())
    except typst.TypstError:
        rare = sorted(set(_SURE.sub("", _Paper().document(report))))
        lacking = [letter for letter in rare if not _has(compiler, letter)]
    try:
        return written(lacking)
    except typst.TypstError:
        # a font that has each of two letters need not have both
        return written(rare)


def _has(compiler: "typst.Compiler", letter: str) -> bool:
    import typst

    try:
        _compiled(compiler, _PROBE, {"letter": letter})
    except typst.TypstError:
        return False
    return True


def _compiled(compiler: "typst.Compiler", source: bytes, inputs: dict[str, str], made: datetime | None = None) -> bytes:
    pages = compiler.compile(source, format="pdf", sys_inputs=inputs, pdf_standards="ua-1", timestamp=made)
    # the type has room for the pictures of pages; a PDF is one file
    return pages if isinstance(pages, bytes) else b"".join(pages or ())


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """What the template is given, all of it text; the `lacking` letters are spelled."""

    lacking: frozenset[str] = frozenset()

    def document(self, report: Report) -> str:
        """Return a report in JSON, without what is not for paper."""
        spelled = _("Letters that the fonts of this file do not have are written as their number in Unicode, such as <U+1F600>.")
        return json.dumps(
            {
                "title": self.line(report.title),
                "known": self.line(_known(report.title)),
                "subtitle": self.line(report.subtitle),
                "organisation": self.line(report.organisation),
                "banner": _("Internal: not to be published.") if report.audience == "internal" else "",
                "language": report.language,
                "flipped": all(wide)
                if (wide := [_is_wide(block) for block in report.blocks if isinstance(block, Table)])
                else False,
                "sections": self.sections(report),
                "closing": [*map(self.text, report.closing), *([spelled] if self.lacking else [])],
            },
            ensure_ascii=False,
        )

    def sections(self, report: Report) -> list[Mapping[str, object]]:
        """Return the blocks in parts that lie and parts that stand; a wide table takes the headings right above it along."""
        parts: list[tuple[bool, list[Block]]] = [(False, [])]
        for block in report.blocks:
            if isinstance(block, Table) and _is_wide(block):
                above = parts[-1][1]
                start = len(above)
                while start and isinstance(above[start - 1], Heading):
                    start -= 1
                parts += [(True, [*above[start:], block]), (False, [])]
                del above[start:]
            else:
                parts[-1][1].append(block)
        return [
            {"wide": wide, "blocks": [self.block(block, report.named_above) for block in blocks]}
            for wide, blocks in parts
            if blocks
        ]

    def text(self, text: str) -> str:
        return _LONG.sub(lambda word: _PLACES.sub(rf"\g<0>{_BREAK}", word[0]), self.spelled(_JOINTS.sub("", readable(text))))

    def line(self, text: str) -> str:
        return self.spelled(_JOINTS.sub("", one_line(text)))

    def spelled(self, text: str, form: str = "<U+{:04X}>") -> str:
        return "".join(form.format(ord(letter)) if letter in self.lacking else letter for letter in text)

    def block(self, block: Block, named: Collection[str]) -> Mapping[str, object]:
        match block:
            case Heading():
                # the title of a report stands above the parts, whose level here is 1
                level = max(1, block.level - 1)
                return {"type": "heading", "text": self.line(block.text), "level": level, "language": _code(block.language)}
            case Paragraph():
                return {"type": "paragraph", "text": self.text(block.text), "language": _code(block.language)}
            case Figures():
                items = [{"label": self.text(item.label), "value": self.cell(item.value)} for item in block.items]
                return {"type": "figures", "items": items}
            case Table():
                return self.table(block, "" if block.key in named else block.title)

    def table(self, table: Table, title: str) -> Mapping[str, object]:
        picture = charts.svg(table)
        return {
            "type": "table",
            "title": self.text(title),
            "note": self.text(table.note),
            "picture": self.spelled(_JOINTS.sub("", picture), "&lt;U+{:04X}&gt;"),
            "described": charts.described(table),
            "columns": [self.column(table, place) for place in range(len(table.columns))],
            "rows": [[self.cell(cell) for cell in row] for row in table.rows],
            "total": table.total,
            "whole": len(table.rows) <= _WHOLE and all(len(_shown(cell)) <= _PLAIN for row in table.rows for cell in row),
            "little": not picture and _is_little(table),
            "nothing": "" if table.rows else _("Nothing to show."),
        }

    def column(self, table: Table, place: int) -> Mapping[str, object]:
        """Return a column with the longest of its lines and of the pieces that it can be broken into."""
        column = table.columns[place]
        lines = {line for row in table.rows for line in self.text(_shown(row[place])).split("\n")}
        label = self.text(column.label)
        return {
            "label": label,
            "number": column.kind == "number",
            "free": column.kind in ("text", "link"),
            "whole": column.kind in ("number", "day") or max(map(len, lines), default=0) <= _limit(column),
            "lines": [line.replace(_BREAK, "") for line in _longest(lines)],
            "pieces": _longest({piece for line in lines for piece in _PIECES.split(line)}),
            "heads": _longest(set(_PIECES.split(label))),
        }

    def cell(self, cell: Cell) -> Mapping[str, object]:
        return {
            "text": self.text(_shown(cell)),
            "url": cell.url if isinstance(cell, Link) and is_web_address(cell.url) else "",
            "language": _code(cell.language) if isinstance(cell, Quoted) else "",
        }


def _known(title: str) -> str:
    """Return what is read of a title at the top of the later pages."""
    known = shortened(title).split()
    return " ".join(known if len(known) <= _HEAD else [*known[:_HEAD], "…"])


def _code(language: str) -> str:
    return language if _LANGUAGE.fullmatch(language) else ""


def _longest(texts: Collection[str]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(text), text))[:_MEASURED]


def _limit(column: Column) -> int:
    return _MOMENT if column.kind == "moment" else _SHORT


def _is_wide(table: Table) -> bool:
    """Return whether a table would be cramped on a standing page: many columns, and in them more than single numbers."""
    if len(table.columns) < _MANY:
        return False
    needed = 0
    for place, column in enumerate(table.columns):
        held = max((len(_shown(row[place])) for row in table.rows), default=0)
        needed += max(min(held, _limit(column)), *map(len, column.label.split()), 1) + _EDGES
    return needed > _ROOM


def _is_little(table: Table) -> bool:
    rows = [[column.label for column in table.columns], *([_shown(cell) for cell in row] for row in table.rows)]
    return sum(max(map(len, column)) + _EDGES for column in zip(*rows, strict=True)) <= _LITTLE


def _shown(cell: Cell) -> str:
    """Return what is read of a cell: of a link that can be followed, its name."""
    return (cell.label or cell.url) if isinstance(cell, Link) and is_web_address(cell.url) else words(cell)
