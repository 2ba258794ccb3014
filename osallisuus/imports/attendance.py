"""Who was at an online meeting and how long: reports of Teams, Zoom and Google Meet, or a list with headings, or bare names.

A report's own duration is the truth: it is never worked out from the times of coming and going. A row is one person with another
row only by e-mail address or Teams identity, never by name alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from osallisuus.i18n import _
from osallisuus.imports import contacts, tables
from osallisuus.imports.durations import seconds, whole_minutes
from osallisuus.imports.faults import bad
from osallisuus.imports.headings import Headed, field_of, headed, means, told, under, words
from osallisuus.imports.tables import Row

# The column order of Teams, for organisers whose language `headings.toml` does not know.
_TEAMS = {"name": 0, "minutes": 3, "email": 4, "upn": 5}
_TEAMS_2021 = {"name": 0, "minutes": 3, "email": 4}
_NUMBERED = re.compile(r"([1-4])\. \S")


@dataclass(frozen=True, kw_only=True)
class Attended:
    """One person who was there: `minutes` None where the file does not tell; `name` or `email` may be empty, never both."""

    line: int
    name: str
    email: str
    minutes: int | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a file says of one occasion; `kind` is teams, teams-2021, zoom-webinar, zoom-meeting, meet or list."""

    people: list[Attended]
    kind: str


@dataclass(frozen=True, kw_only=True)
class _Stay:
    """One row: `upn` is the person's identity in Teams, `seconds` None where unknown."""

    line: int
    name: str
    email: str
    upn: str
    seconds: int | None


def read(path: Path, *, columns: Mapping[str, str], encoding: str = "", delimiter: str = "") -> Report:
    """Return the people who were there according to a file.

    `columns` maps name, first_name, last_name, email, minutes, attended or upn to a heading of the file; then it is read as a
    list with headings. Raises BadInput for a file without people's names, UsageError for a heading that is not there.
    """
    rows = tables.read(path, encoding=encoding, delimiter=delimiter)
    report = _report(path, rows, columns)
    if not report.people:
        raise bad(path, _("{file} holds nobody."), _("Check that it is the right file."))
    return report


def _report(path: Path, rows: Sequence[Row], columns: Mapping[str, str]) -> Report:
    if not columns:
        if section := _teams_participants(rows):
            return Report(kind="teams", people=_people(_stays(_by_place(under(section, words("attendance")), _TEAMS))))
        if sections := _zoom_sections(rows):
            return Report(kind="zoom-webinar", people=_people(stay for section in sections for stay in _stays(section)))
    table = headed(rows, words("attendance"), columns)
    if not table.line:
        listed = contacts.by_content(path, rows)
        return Report(
            kind="list",
            people=_people(_Stay(line=one.line, name=one.name, email=one.email, upn="", seconds=None) for one in listed),
        )
    _require_people(path, table)
    kind = _kind(table)
    return Report(kind=kind, people=_people(_stays(_by_place(table, _TEAMS_2021) if kind == "teams-2021" else table)))


def _teams_participants(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the second numbered section, headings first; the third tells the same people again. Empty in other files."""
    titles = {
        index: match[1] for index, row in enumerate(rows) if len(row.cells) == 1 and (match := _NUMBERED.match(row.cells[0]))
    }
    start = next((index + 1 for index, number in titles.items() if number == "2"), len(rows))
    end = min((index for index in titles if index >= start), default=len(rows))
    section = rows[start:end]
    # in a numbered list of names a name follows
    return section if section and len(section[0].cells) >= len(_TEAMS) else ()


def _zoom_sections(rows: Sequence[Row]) -> list[Headed]:
    """Return the tables of people of a webinar report, without the one of its hosts; empty in other files."""
    wanted = words("attendance")
    starts = [
        index
        for index in range(len(rows) - 1)
        if len(rows[index].cells) == 1 and len({field_of(cell, wanted) for cell in rows[index + 1].cells} - {None}) >= 2
    ]
    sections = [(rows[start].cells[0], under(rows[start + 1 : end], wanted)) for start, end in pairwise([*starts, len(rows)])]
    if not any({"attended", "minutes"} <= set(section.found) for _title, section in sections):
        return []
    return [section for title, section in sections if not means(title, words("zoom")["host"])]


def _kind(table: Headed) -> str:
    kinds = {"upn": "teams-2021", "_meet": "meet", "_zoom": "zoom-meeting"}
    headings = {field_of(heading, {key: words("attendance")[key] for key in kinds}) for heading in table.headings}
    return next((kind for field, kind in kinds.items() if field in headings), "list")


def _by_place(table: Headed, places: Mapping[str, int]) -> Headed:
    """Give each field that no heading names the column where Teams has it, unless that is another field's."""
    taken = {column for columns in table.found.values() for column in columns}
    missing = {field: (column,) for field, column in places.items() if field not in table.found and column not in taken}
    return replace(table, found={**table.found, **missing})


def _require_people(path: Path, table: Headed) -> None:
    if "_action" in table.found:
        raise bad(
            path,
            _("{file} is a log of comings and goings, which does not tell who is one person."),
            _("Download the attendance report of the meeting instead."),
        )
    if not {"name", "first_name", "last_name", "email"} & set(table.found):
        raise bad(
            path,
            _("No column of {file} is known to hold names or e-mail addresses."),
            _("Name one, for example --column name=HEADING. The headings that are there: {headings}.").format(
                headings=told(table.headings)
            ),
        )


def _stays(table: Headed) -> Iterator[_Stay]:
    """Give the rows of those who were there; where a column says whether they were, only a yes counts."""
    for row in table.rows:
        if "attended" in table.found and not means(table.value(row, "attended"), words("words")["yes"]):
            continue
        first, last, name = (table.value(row, field) for field in ("first_name", "last_name", "name"))
        found = [address for cell in table.values(row, "email") for address in contacts.addresses(cell)]
        stay = _Stay(
            line=row.line,
            name=contacts.whole_name(first, last, name),
            email=found[0] if found else "",
            upn=table.value(row, "upn"),
            seconds=next((known for cell in table.values(row, "minutes") if (known := seconds(cell)) is not None), None),
        )
        if stay.name or stay.email:
            yield stay


def _people(stays: Iterable[_Stay]) -> list[Attended]:
    """Return each person once, their times added up."""
    found: list[_Stay] = []
    places: dict[tuple[str, str], int] = {}
    for stay in stays:
        email, upn = ("email", contacts.email_key(stay.email)), ("upn", contacts.email_key(stay.upn))
        place = places.get(email, places.get(upn)) if email[1] else places.get(upn)
        # one identity with two addresses is two people until somebody says otherwise
        if place is not None and stay.email and found[place].email and contacts.email_key(found[place].email) != email[1]:
            place = None
        if place is None:
            place = len(found)
            found.append(stay)
        else:
            found[place] = _together(found[place], stay)
        places |= {key: place for key in (email, upn) if key[1] and key not in places}
    return [Attended(line=stay.line, name=stay.name, email=stay.email, minutes=whole_minutes(stay.seconds)) for stay in found]


def _together(one: _Stay, other: _Stay) -> _Stay:
    known = [stay.seconds for stay in (one, other) if stay.seconds is not None]
    return replace(one, name=one.name or other.name, email=one.email or other.email, seconds=sum(known) if known else None)
