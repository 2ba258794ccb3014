"""A report as data: blocks in their order, and numbers that know which records they were counted from.

Every format is made from these and from nothing else: a report is written once, and so is a format. What is said in a report is
said in one language, that of `Report.language`; words of people that are in another one say so (`Quoted`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from osallisuus.i18n import _, format_date, format_moment, format_share, grouped, n_

# What stands for a number that is not told, and for one that there is none of.
HIDDEN = ".."
NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The records that a number was counted from: a query for their `id`, `day` and `text`, and what one of them is called."""

    noun: str
    sql: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number and its name for `--explain`; `value` is None where there is nothing to count, or where it is `hidden`.

    `unit` is empty for things that are counted, "share" (0–1, shown as percent), "days", "hours" or "grade" (of 5).
    """

    key: str
    value: float | None
    unit: str = ""
    places: int = 0
    hidden: bool = False
    behind: Behind | None = None


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """What a person wrote, in the language they wrote it in."""

    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A web address under a name."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of ours, and the code that stands for it in any language: a role, a state, a panel, a month (`2022-09`)."""

    code: str
    text: str


Cell = str | Quoted | Link | Term | date | datetime | Number | None


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; those of level 2 are the parts of a report, level 3 is inside one."""

    text: str
    level: int = 2
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Words, of ours or of people (then with their `language`); a line break begins a new line."""

    text: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing to know at a glance."""

    label: str
    value: Cell


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A few things to know at a glance."""

    items: Sequence[Figure]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: `kind` is text, day, moment, number or link. The first column of a table names its rows.

    One that is not `shown` is for programs: of every row it says the same.
    """

    key: str
    label: str
    kind: str = "text"
    shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How a table is drawn: `value` and, beside it, `target` are keys of columns of numbers.

    "bars" lie, one for each kind of thing; "columns" stand, one for each date, score or month in its order.
    """

    kind: str
    value: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a `key` of its own in the report; with `total` its last row sums up the others, with `picture` it is drawn."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: bool = False
    picture: Picture | None = None
    note: str = ""

    @property
    def body(self) -> Sequence[Sequence[Cell]]:
        """The rows without the total."""
        return self.rows[:-1] if self.total else self.rows


Block = Heading | Paragraph | Figures | Table


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a report came about: on which day, by which version, from which database and after which entry of its log."""

    on: date
    version: str
    database: str
    entry: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report, for everybody (`audience` is public) or for those who may see it (internal).

    `limits` are sentences on what its numbers leave out. For its maker alone are `missing`, the commands that would fill it in,
    and `left_out`, the names that are not in it.
    """

    name: str
    title: str
    subtitle: str
    organisation: str
    audience: str
    language: str
    blocks: Sequence[Block]
    made: Made
    limits: Sequence[str] = ()
    missing: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def closing(self) -> list[str]:
        """What stands under a report: its limits, and how it was made."""
        made = _("Made {date} with osallisuus {version} from the database {database}, after entry {entry} of its log.").format(
            date=format_date(self.made.on), version=self.made.version, database=self.made.database, entry=self.made.entry
        )
        return [*self.limits, made]

    @property
    def named_above(self) -> frozenset[str]:
        """The keys of the tables whose title the heading right above says already."""
        pairs = zip(self.blocks, self.blocks[1:], strict=False)
        return frozenset(
            below.key
            for above, below in pairs
            if isinstance(above, Heading) and isinstance(below, Table) and above.text == below.title
        )

    @property
    def banner(self) -> str:
        """What stands on top of a report that is not for everybody."""
        return _("Internal: not to be published.") if self.audience == "internal" else ""

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Yield every number of the report with the words that say what it is."""
        for block in self.blocks:
            if isinstance(block, Figures):
                yield from ((item.label, item.value) for item in block.items if isinstance(item.value, Number))
            elif isinstance(block, Table):
                for row in block.rows:
                    for column, cell in zip(block.columns, row, strict=True):
                        if isinstance(cell, Number):
                            yield f"{block.title}: {words(row[0])}, {column.label}", cell


def words(cell: Cell) -> str:
    """Return a cell as people read it, in the language that is spoken."""
    match cell:
        case Number():
            return _number(cell)
        case Quoted() | Term():
            return cell.text
        case Link():
            return f"{cell.label} ({cell.url})" if cell.label else cell.url
        case date():
            return format_moment(cell) if isinstance(cell, datetime) else format_date(cell)
    return NOTHING if cell is None else cell


def seen(report: Report) -> Report:
    """Return the report without the columns that are for programs only."""
    return replace(report, blocks=[_seen(block) if isinstance(block, Table) else block for block in report.blocks])


def _seen(table: Table) -> Table:
    places = [place for place, column in enumerate(table.columns) if column.shown]
    if len(places) == len(table.columns):
        return table
    columns, rows = [table.columns[place] for place in places], [[row[place] for place in places] for row in table.rows]
    return replace(table, columns=columns, rows=rows)


def plain(report: Report) -> Mapping[str, object]:
    """Return a report as a program reads it: tables as rows by column, dates in ISO form, numbers as they are."""
    return {
        "name": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "organisation": report.organisation,
        "audience": report.audience,
        "language": report.language,
        "blocks": [_plain(block) for block in report.blocks],
        "made": vars(report.made) | {"on": report.made.on.isoformat()},
        "limits": list(report.limits),
    }


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One bar or column of a picture; a `number` that is hidden or not there is named in it, and drawn as nothing."""

    label: str
    number: Number
    target: Number | None


def drawn(table: Table) -> Sequence[Mark]:
    """Return what the picture of a table shows; nothing where there is no picture, or nothing in it would have a length."""
    if not table.picture:
        return ()
    places = {column.key: place for place, column in enumerate(table.columns)}
    value, target = places[table.picture.value], places.get(table.picture.target)
    marks = []
    for row in table.body:
        number, aim = row[value], row[target] if target is not None else None
        if isinstance(number, Number):
            marks.append(Mark(label=words(row[0]), number=number, target=aim if isinstance(aim, Number) else None))
    return marks if any(mark.number.value for mark in marks) else ()


def _number(number: Number) -> str:
    if number.hidden or number.value is None:
        return HIDDEN if number.hidden else NOTHING
    if number.unit == "share":
        return format_share(number.value)
    text = grouped(number.value, number.places)
    # 1 is singular, and every other number, also 1.5, is not
    plurality = 1 if number.value == 1 else 2
    match number.unit:
        case "days":
            return n_("{amount} day", "{amount} days", plurality, amount=text)
        case "hours":
            return n_("{amount} hour", "{amount} hours", plurality, amount=text)
        case "grade":
            return _("{amount} of 5").format(amount=text)
    return text


def _plain(block: Block) -> Mapping[str, object]:
    match block:
        case Heading() | Paragraph():
            return {"type": type(block).__name__.lower(), **vars(block)}
        case Figures():
            return {"type": "figures", "figures": [{"label": item.label, **_plain_figure(item.value)} for item in block.items]}
        case Table():
            return {
                "type": "table",
                "key": block.key,
                "title": block.title,
                "note": block.note,
                "columns": [_plain_column(block, place) for place in range(len(block.columns))],
                "rows": [_plain_row(block.columns, row) for row in block.body],
                "total": _plain_row(block.columns, block.rows[-1]) if block.total else None,
            }


def _plain_column(table: Table, place: int) -> Mapping[str, str]:
    column = table.columns[place]
    units = [cell.unit for row in table.rows if isinstance(cell := row[place], Number)]
    return {"key": column.key, "label": column.label, "kind": column.kind, "unit": units[0] if units else ""}


def _plain_row(columns: Sequence[Column], row: Sequence[Cell]) -> Mapping[str, object]:
    """Return a row by column; a word of ours comes with its code.

    `keys` names its numbers for `--explain`, by column, and `hidden` the columns whose number is not told.
    """
    cells = list(zip(columns, row, strict=True))
    codes = {f"{column.key}_code": cell.code for column, cell in cells if isinstance(cell, Term)}
    hidden = [column.key for column, cell in cells if isinstance(cell, Number) and cell.hidden]
    keys = {column.key: cell.key for column, cell in cells if isinstance(cell, Number)}
    return {**{column.key: _plain_cell(cell) for column, cell in cells}, **codes, "keys": keys, "hidden": hidden}


def _plain_figure(cell: Cell) -> Mapping[str, object]:
    if isinstance(cell, Number):
        return {"key": cell.key, "value": cell.value, "unit": cell.unit, "hidden": cell.hidden}
    return {"key": "", "value": _plain_cell(cell), "unit": "", "hidden": False}


def _plain_cell(cell: Cell) -> object:
    match cell:
        case Number():
            return cell.value
        case Quoted() | Term():
            return cell.text
        case Link():
            return {"label": cell.label, "url": cell.url}
        case datetime():
            return cell.isoformat(timespec="minutes")
        case date():
            return cell.isoformat()
    return cell
