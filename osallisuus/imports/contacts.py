"""Names and e-mail addresses as lists write them: `Aino Esimerkki (External)`, `Eero Malli <eero@malli.fi>`, a bare address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from osallisuus.i18n import _
from osallisuus.imports.faults import Faults
from osallisuus.imports.headings import means, words
from osallisuus.imports.tables import Row
from osallisuus.texts import identity_key, shortened

_MARKS = r"\s@<>()\[\]{};,:\"“”"
_ADDRESS = re.compile(rf"[^{_MARKS}]{{1,64}}@[^{_MARKS}]{{1,255}}\.[^{_MARKS}.]{{2,63}}")
_SUFFIX = re.compile(r"\s*\(([^()]{1,40})\)$")
# A longer cell is a sentence, not a name.
_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One person on a list; `name` or `email` may be empty, never both."""

    line: int
    name: str
    email: str


def addresses(text: str) -> list[str]:
    """Return the e-mail addresses in a cell."""
    return _ADDRESS.findall(text)


def plain_name(text: str) -> str:
    """Return a name without what a meeting program adds to it, or an empty text where the cell says that it knows no name."""
    name = " ".join(text.split())
    while (match := _SUFFIX.search(name)) and means(match[1], words("words")["suffixes"]):
        name = name[: match.start()]
    return "" if not name.strip("-–—") or means(name, words("words")["nobody"]) else name


def whole_name(first: str, last: str, name: str) -> str:
    """Return the name of somebody whose first and last name may stand apart; where they do, they win."""
    return plain_name(f"{plain_name(first)} {plain_name(last)}".strip()) or plain_name(name)


def email_key(email: str) -> str:
    """Return the key under which two addresses are one person's."""
    return identity_key(email)


def by_content(path: Path, rows: Sequence[Row]) -> list[Contact]:
    """Return the people of a list without headings: a cell with @ is an address, the only other cell with letters is the name.

    Raises BadInput for rows where that leaves a doubt.
    """
    faults = Faults(path)
    people = []
    for row in rows:
        marked = [cell for cell in row.cells if "@" in cell]
        found = [address for cell in marked for address in addresses(cell)]
        names = [cell for cell in row.cells if cell not in marked and any(map(str.isalpha, cell))]
        names += [name for cell in marked if (name := plain_name(cell.partition("<")[0].strip('"“” '))) and "<" in cell]
        if len(found) != len(marked) or len(found) > 1:
            faults.add(row.line, "", _("'{text}' is not one e-mail address.").format(text=shortened(" ".join(marked))))
        elif len(names) > 1 or any(len(name) > _LONGEST_NAME or any(map(str.isdecimal, name)) for name in names):
            faults.add(row.line, "", _("Without headings it cannot be told which cell is the name; give the columns headings."))
        elif found or names:
            people.append(
                Contact(line=row.line, name=plain_name(names[0]) if names else "", email=found[0] if found else ""),
            )
    faults.raise_any()
    return [person for person in people if person.name or person.email]
