"""Which column holds what: headings looked up in `headings.toml`, which anybody can add words to, or named by the person."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.imports.tables import HEAD, Row
from osallisuus.texts import identity_key

_SHIPPED = Path(__file__).with_name("headings.toml")
# No longer heading is looked at, and no more of them are told.
_LONGEST = 300
_TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Headed:
    """A table under its headings: `found` has the columns of each field, left to right; `line` is 0 where no row has headings."""

    line: int
    headings: tuple[str, ...]
    found: Mapping[str, tuple[int, ...]]
    rows: Sequence[Row]

    def values(self, row: Row, field: str) -> list[str]:
        """Return the filled cells of a field."""
        return [cell for column in self.found.get(field, ()) if (cell := row.cell(column))]

    def value(self, row: Row, field: str) -> str:
        """Return the first filled cell of a field, or an empty text."""
        return next(iter(self.values(row, field)), "")

    def heading(self, field: str) -> str:
        """Return the heading of a field's first column, or an empty text."""
        columns = self.found.get(field)
        return self.headings[columns[0]] if columns else ""


@cache
def words(group: str) -> Mapping[str, tuple[str, ...]]:
    """Return a group of `headings.toml`: the words or patterns of each field."""
    return {field: tuple(entries) for field, entries in tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))[group].items()}


def means(text: str, patterns: Collection[str]) -> bool:
    """Tell whether a text is one of some words or fits one of some patterns."""
    return field_of(text, {"": patterns}) is not None


def field_of(heading: str, wanted: Mapping[str, Collection[str]]) -> str | None:
    """Return the first field that names the heading exactly, else the first with a pattern that fits it, else None."""
    key = _key(heading) if len(heading) <= _LONGEST else ""
    if not key:
        return None
    exact = next((field for field, entries in wanted.items() if key in entries), None)
    if exact is not None:
        return exact
    patterns = ((field, entry) for field, entries in wanted.items() for entry in entries if "*" in entry)
    return next((field for field, entry in patterns if fnmatchcase(key, entry)), None)


def headed(rows: Sequence[Row], wanted: Mapping[str, Collection[str]], chosen: Mapping[str, str]) -> Headed:
    """Find the headings: the first row with the most fields among the first thirty.

    `chosen` (field → heading, or the beginning of one) wins over what the words would find; an empty heading leaves the field
    out. Raises UsageError for a field or a heading that is not there.
    """
    _require_fields(chosen, wanted)
    head = rows[:HEAD]
    named = [sum(bool(_named(row, heading)) for heading in chosen.values()) for row in head]
    hits = [len(_found(row, wanted)) for row in head]
    best = max(range(len(head)), key=lambda number: (named[number], hits[number]))
    if not named[best] and not hits[best]:
        best = max(range(len(head)), key=lambda number: len(head[number].cells))
        _require_headings(head[best], chosen)
        return Headed(line=0, headings=(), found={}, rows=rows)
    _require_headings(head[best], chosen)
    return under(rows[best:], wanted, chosen)


def under(rows: Sequence[Row], wanted: Mapping[str, Collection[str]], chosen: Mapping[str, str] | None = None) -> Headed:
    """Return the table whose first row is its headings."""
    header = rows[0]
    own = {field: _named(header, heading) for field, heading in (chosen or {}).items()}
    taken = set(chain.from_iterable(own.values()))
    known = {field: [c for c in columns if c not in taken] for field, columns in _found(header, wanted).items()}
    found = {field: tuple(columns) for field, columns in (known | own).items() if columns}
    return Headed(line=header.line, headings=header.cells, found=found, rows=rows[1:])


def told(headings: Collection[str]) -> str:
    """Return headings in one line, as an error tells them."""
    named = [f"'{' '.join(heading.split())}'" for heading in headings if heading]
    return ", ".join(named[:_TOLD]) + (" …" if len(named) > _TOLD else "")


@lru_cache(maxsize=4096)  # the same few words stand in thousands of cells
def _key(text: str) -> str:
    return " ".join(identity_key(text).replace("_", " ").strip(" :*?.!").split())


def _found(row: Row, wanted: Mapping[str, Collection[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    # a row with an address in it is about a person
    if any("@" in cell for cell in row.cells):
        return found
    for column, cell in enumerate(row.cells):
        field = field_of(cell, wanted)
        if field is not None:
            found.setdefault(field, []).append(column)
    return found


def _named(row: Row, heading: str) -> list[int]:
    wanted = _key(heading)
    if not wanted:
        return []
    keys = [_key(cell) for cell in row.cells]
    exact = [column for column, key in enumerate(keys) if key == wanted]
    return exact or [column for column, key in enumerate(keys) if key.startswith(wanted)]


def _require_fields(chosen: Mapping[str, str], wanted: Mapping[str, Collection[str]]) -> None:
    fields = [field for field in wanted if not field.startswith("_")]
    for field in chosen:
        if field not in fields:
            raise UsageError(
                _("There is no column '{field}' to be read.").format(field=field),
                hint=_("What can be read: {fields}.").format(fields=", ".join(fields)),
            )


def _require_headings(header: Row, chosen: Mapping[str, str]) -> None:
    for heading in chosen.values():
        if heading and not _named(header, heading):
            raise UsageError(
                _("The file has no heading '{heading}'.").format(heading=heading),
                hint=_("The headings that are there: {headings}.").format(headings=told(header.cells)),
            )
