"""What is written of a panel or series for its reports: the fields of an Innokylä page, the evaluation and the plans of a year.

Both documents that this program began with are such pages; their field for the evaluation is empty. A text may be there in each
language; who reads a report gets it in theirs, or else in the one it was written in first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from osallisuus.domain.hosts import Host
from osallisuus.errors import UsageError
from osallisuus.i18n import LANGUAGES, _
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change

FIELDS = (
    "summary",
    "region",
    "author",
    "idea",
    "environment",
    "target-group",
    "conditions",
    "evaluation",
    "tips",
    "cover",
    "phase",
    "topics",
    "next-year",
)
# What is said of one year, and may be said of no year as well.
YEARLY = ("evaluation", "next-year")


@dataclass(frozen=True, kw_only=True)
class Description:
    """One text in one language; `year` is 0 for what holds in any year."""

    table: ClassVar[str] = "descriptions"
    id: int = 0
    host: str
    field: str
    year: int = 0
    language: str
    text: str


# Rules


def chosen(found: Mapping[str, Description], language: str) -> Description | None:
    """Return, of a text in several languages, the one for a reader of this language."""
    return next((found[one] for one in (language, *LANGUAGES) if one in found), None)


# Reads


def search(db: Database, host: str, *, year: int | None = None) -> list[Description]:
    """Return the texts of a panel or series, all or those of a year (0: of no year), in the order of the fields."""
    found = db.fetch(
        Description,
        "SELECT * FROM descriptions WHERE host = :host AND (:year IS NULL OR year = :year) ORDER BY year, language",
        {"host": host, "year": year},
    )
    return sorted(found, key=lambda one: FIELDS.index(one.field))


def read(db: Database, host: str, language: str, *, year: int = 0) -> Mapping[str, Description]:
    """Return, by field, the texts of a year (0: of no year) for a reader of this language."""
    by_field: dict[str, dict[str, Description]] = {}
    for one in search(db, host, year=year):
        by_field.setdefault(one.field, {})[one.language] = one
    return {field: text for field, found in by_field.items() if (text := chosen(found, language))}


# Actions


def put(db: Database, host: Host, asked: Description, change: Change) -> None:
    """Write a text in the place of what was there; an empty one takes it away, and the same again changes nothing.

    Raises UsageError for a year where the field has none.
    """
    if asked.year and asked.field not in YEARLY:
        raise UsageError(
            _("'{field}' is not written for one year.").format(field=asked.field),
            hint=_("Leave --year out; texts of a year are: {fields}.").format(fields=", ".join(YEARLY)),
        )
    text = asked.text.strip()
    same = [one for one in search(db, host.slug, year=asked.year) if (one.field, one.language) == (asked.field, asked.language)]
    if [one.text for one in same] == ([text] if text else []):
        return
    if same and text:
        db.update(Description, same[0].id, text=text)
    elif same:
        db.execute("DELETE FROM descriptions WHERE id = ?", (same[0].id,))
    else:
        db.insert(Description(host=host.slug, field=asked.field, year=asked.year, language=asked.language, text=text))
    change.erases |= bool(same)
    change.tell("described", "host", host.slug, field=asked.field, year=asked.year, language=asked.language)
