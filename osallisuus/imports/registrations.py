"""Who has registered: lists from Lyyti, Zoom, Teams, Forms or Excel, or bare names and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from osallisuus.domain import people
from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.imports import contacts, tables
from osallisuus.imports.faults import Faults, bad
from osallisuus.imports.headings import Headed, headed, means, told, words
from osallisuus.imports.tables import Row
from osallisuus.texts import shortened


@dataclass(frozen=True, kw_only=True)
class Registrant:
    """One person on the list; `name` or `email` may be empty, never both."""

    line: int
    name: str
    email: str
    cancelled: bool


def read(path: Path, *, columns: Mapping[str, str], encoding: str = "", delimiter: str = "") -> list[Registrant]:
    """Return the people of a list, each address once: where it stands several times, what the later row says of coming wins.

    `columns` maps first_name, last_name, name, email, status or cancelled to a heading of the file; without any headings the
    cells with @ are the addresses. Raises BadInput with every faulty row, UsageError for a heading that is not there.
    """
    rows = tables.read(path, encoding=encoding, delimiter=delimiter)
    table = headed(rows, words("registrations"), columns)
    if not table.line:
        listed = contacts.by_content(path, rows)
        return _once([Registrant(line=one.line, name=one.name, email=one.email, cancelled=False) for one in listed])
    if not {"name", "last_name", "first_name", "email"} & set(table.found):
        raise bad(
            path,
            _("No column of {file} is known to hold names or e-mail addresses."),
            _("Name one, for example --column name=HEADING. The headings that are there: {headings}.").format(
                headings=told(table.headings)
            ),
        )
    faults = Faults(path)
    read_rows = [person for row in table.rows if (person := _registrant(table, row, faults))]
    faults.raise_any()
    if not read_rows:
        raise bad(path, _("{file} holds nobody."), _("Check that it is the right file."))
    return _once(read_rows)


def _registrant(table: Headed, row: Row, faults: Faults) -> Registrant | None:
    first, last, name = (table.value(row, field) for field in ("first_name", "last_name", "name"))
    heading = table.heading("name") or table.heading("last_name") or table.heading("first_name")
    full = faults.checked(row.line, heading, contacts.whole_name(first, last, name))
    email = _email(table, row, faults)
    if not full and not email:
        return None
    return Registrant(line=row.line, name=full, email=email, cancelled=_is_cancelled(table, row))


def _email(table: Headed, row: Row, faults: Faults) -> str:
    cells = [cell for cell in table.values(row, "email") if contacts.plain_name(cell)]
    found = [contacts.addresses(cell) for cell in cells]
    # Forms has a column of its own beside the question that asks for the address: the first that holds one counts
    first = next(filter(None, found), [])
    if cells and len(first) != 1:
        message = _("'{text}' is not one e-mail address.").format(text=shortened(cells[0]))
        faults.add(row.line, table.heading("email"), message)
        return ""
    try:
        return people.require_email(first[0]) if first else ""
    except UsageError as error:
        faults.add(row.line, table.heading("email"), error.message)
        return ""


def _is_cancelled(table: Headed, row: Row) -> bool:
    status = table.value(row, "status")
    told_apart = table.value(row, "cancelled")
    return means(status, words("words")["cancelled"]) or bool(told_apart and not means(told_apart, words("words")["no"]))


def _once(people: Sequence[Registrant]) -> list[Registrant]:
    found: dict[str | int, Registrant] = {}
    for person in people:
        # without an address two people may bear one name
        key = contacts.email_key(person.email) or person.line
        known = found.get(key)
        found[key] = replace(known, name=known.name or person.name, cancelled=person.cancelled) if known else person
    return list(found.values())
