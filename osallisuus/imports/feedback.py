"""What people thought of an occasion: answers of a survey, never with the person who gave them.

Columns that tell who answered or when (name, address, number, times) are known in order not to be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.imports import tables
from osallisuus.imports.faults import Faults, bad
from osallisuus.imports.headings import Headed, field_of, headed, means, told, words
from osallisuus.imports.tables import Row
from osallisuus.texts import shortened

RATINGS = range(1, 6)
RECOMMENDATIONS = range(11)
# "5", "5.0", "5 – erittäin hyvä", "4/5", but neither "4,5" nor "15 %" read as something else
_LEADING = re.compile(r"(-?\d+)(?:[.,]0+)?(?![\d.,]*\d)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One person's answers: `rating` 1–5, `recommend` 0–10, None where not given; `language` is fi, sv, en or empty."""

    line: int
    rating: int | None
    recommend: int | None
    text: str
    language: str


def read(path: Path, *, columns: Mapping[str, str], encoding: str = "", delimiter: str = "") -> list[Answer]:
    """Return the answers of a survey; rows without any are left out, several open answers of a row become one text.

    `columns` maps rating, recommend, text or language to a heading of the file, to its beginning, or to nothing, which leaves it
    unread. Raises BadInput with every faulty row, UsageError where a heading is not there, tells who answered, or two columns
    could be the one number.
    """
    wanted = words("feedback")
    table = headed(tables.read(path, encoding=encoding, delimiter=delimiter), wanted, columns)
    answered = {"rating", "recommend", "text", "_reason"} & set(table.found)
    if not answered:
        raise bad(
            path,
            _("No column of {file} is known to hold answers."),
            _("Name one, for example --column rating=HEADING. The headings that are there: {headings}.").format(
                headings=told(table.headings or _first_row(table))
            ),
        )
    for field in ("rating", "recommend", "language"):
        _require_one(table, field)
    for field in columns:
        _require_nameless(table, field, wanted)
    faults = Faults(path)
    texts = table.found.get("text", ())
    if "text" not in columns:
        texts = tuple(sorted((*texts, *table.found.get("_reason", ()))))
    answers = [answer for row in table.rows if (answer := _answer(table, row, texts, faults))]
    faults.raise_any()
    return answers


def _answer(table: Headed, row: Row, texts: tuple[int, ...], faults: Faults) -> Answer | None:
    if len(row.cells) > len(table.headings):
        faults.add(
            row.line, "", _("The row has more cells than there are headings: put texts that hold the delimiter in quotes.")
        )
        return None
    rating = _number(table, row, "rating", RATINGS, faults)
    recommend = _number(table, row, "recommend", RECOMMENDATIONS, faults)
    written = [
        faults.checked(row.line, table.headings[column], cell)
        for column in texts
        if (cell := row.cell(column)) and not means(cell, words("words")["no_answer"]) and cell.strip("-–—. ")
    ]
    text = "\n\n".join(filter(None, written))
    if rating is None and recommend is None and not text:
        return None
    text = faults.checked(row.line, table.headings[texts[0]], text) if text else ""
    return Answer(line=row.line, rating=rating, recommend=recommend, text=text, language=_language(table.value(row, "language")))


# More digits than these are no grade, and Python refuses to read thousands of them.
_DIGITS = 4


def _number(table: Headed, row: Row, field: str, scale: range, faults: Faults) -> int | None:
    cell = table.value(row, field)
    if not cell.strip("-–—. ") or means(cell, words("words")["no_answer"]):
        return None
    match = _LEADING.match(cell)
    if match and len(match[1]) <= _DIGITS and int(match[1]) in scale:
        return int(match[1])
    faults.add(
        row.line,
        table.heading(field),
        _("'{value}' is not a whole number from {first} to {last}.").format(
            value=shortened(cell), first=scale[0], last=scale[-1]
        ),
    )
    return None


def _language(cell: str) -> str:
    return field_of(cell, words("languages")) or ""


def _require_one(table: Headed, field: str) -> None:
    columns = table.found.get(field, ())
    if len(columns) > 1:
        raise UsageError(
            _("Several columns could be '{field}': {headings}.").format(
                field=field, headings=told([table.headings[column] for column in columns])
            ),
            hint=_("Choose one: --column {field}=HEADING.").format(field=field),
            code="ambiguous_column",
        )


def _require_nameless(table: Headed, field: str, wanted: Mapping[str, tuple[str, ...]]) -> None:
    for column in table.found.get(field, ()):
        if field_of(table.headings[column], wanted) == "_person":
            raise UsageError(
                _("The column '{heading}' tells who answered or when, so it is never read.").format(
                    heading=table.headings[column]
                ),
                hint=_("Feedback is never joined to a person. Choose a column of answers."),
                code="identifying_column",
            )


def _first_row(table: Headed) -> tuple[str, ...]:
    return table.rows[0].cells if table.rows else ()
