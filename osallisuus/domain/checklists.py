"""Checklists: what every date of a series has to have, and by when; lines of our own and of the coordinator's.

Ours are seen from the data itself; the coordinator's own lines are ticked by hand, and the reminder where it went out elsewhere.
Any line can be moved, left out of a whole series, or marked as not needed on one date. A checklist says nothing about people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key

# Days from the date on which each is due, before it where negative; those of captions run from the publication of the recording.
DEFAULTS: Mapping[str, int] = {
    "theme": -28,
    "speakers": -21,
    "link": -14,
    "briefing": -14,
    "budget": -7,
    "permissions": -7,
    "slides": -7,
    "reminder": -3,
    "questions": 14,
    "materials": 14,
    "captions": 14,
    "registrations": 30,
}
# What no data show, so that a person has to say that it is done.
_TICKED = ("reminder",)
STATES = ("done", "not-needed")
# What is said of a date that has passed and is not marked: no line of a checklist, and no words for one.
UNMARKED = "unmarked"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of a series' checklist that differs from ours, or is the coordinator's own; `days` is None where it is left out."""

    table: ClassVar[str] = "checklist_items"
    id: int = 0
    series: str
    what: str
    days: int | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a person said of a line on one date: done or not-needed."""

    table: ClassVar[str] = "checklist_marks"
    id: int = 0
    event_id: int
    what: str
    state: str


# Rules


def _is_own(what: str) -> bool:
    """Tell whether a line is the coordinator's own."""
    return what not in DEFAULTS


def is_ticked(what: str) -> bool:
    """Tell whether a line is ticked by hand, not seen from the data."""
    return _is_own(what) or what in _TICKED


# Reads


def lines(db: Database, series: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """Return the checklists of these series: days from the date by line, in the order in which they are due."""
    items = db.fetch(Item, "SELECT * FROM checklist_items ORDER BY id")
    found = {}
    for slug in series:
        days: dict[str, int | None] = {**DEFAULTS, **{item.what: item.days for item in items if item.series == slug}}
        kept = {what: day for what, day in days.items() if day is not None}
        found[slug] = dict(sorted(kept.items(), key=lambda pair: pair[1]))
    return found


def left_out(db: Database, series: str) -> list[str]:
    """Return the lines of ours that a series does without."""
    rows = db.rows("SELECT what FROM checklist_items WHERE series = ? AND days IS NULL ORDER BY what", (series,))
    return [row["what"] for row in rows]


def marks(db: Database, event_ids: Sequence[int]) -> Mapping[tuple[int, str], str]:
    """Return what was said of lines on these dates, by row id and line."""
    places = ", ".join("?" for _id in event_ids)
    rows = db.rows(f"SELECT event_id, what, state FROM checklist_marks WHERE event_id IN ({places})", list(event_ids))
    return {(row["event_id"], row["what"]): row["state"] for row in rows}


def named(db: Database, series: str, reference: str) -> str:
    """Return the line that a person names by its word or the beginning of it; raise NotFound with those there are."""
    key = identity_key(reference)
    there = [*lines(db, [series])[series], *left_out(db, series)]
    found = [what for what in there if identity_key(what) == key] or [
        what for what in there if key and identity_key(what).startswith(key)
    ]
    if len(found) == 1:
        return found[0]
    raise _unknown(db, series, reference)


# Actions


def put(db: Database, series: Host, what: str, days: int | None, change: Change) -> bool:
    """Put a line on the checklist of a series, so many days from each date, or leave one of ours out (None).

    Return False when it is so already. Raises UsageError for words that are none, NotFound for leaving out what is not there.
    """
    what = " ".join(what.split())
    if not identity_key(what):
        raise UsageError(_("A line of a checklist needs words."))
    if identity_key(what) == UNMARKED:
        raise UsageError(_("'{what}' has a meaning of its own here.").format(what=what), hint=_("Use other words."))
    known = {identity_key(one): one for one in (*DEFAULTS, *(item.what for item in _items(db, series)))}
    what = known.get(identity_key(what), what)
    if what == "captions" and days is not None and not 0 <= days <= DEFAULTS[what]:
        raise Refused(
            _("The law wants captions within {days} days of the publication.").format(days=DEFAULTS[what]),
            hint=_("Give --after with fewer days, or --off and see to it yourself."),
            code="law",
        )
    item = next((one for one in _items(db, series) if one.what == what), None)
    if days is None and _is_own(what):
        if not item:
            raise _unknown(db, series.slug, what)
        return remove(db, series, what, change)
    if item and item.days == days:
        return False
    if item:
        db.update(Item, item.id, days=days)
    elif DEFAULTS.get(what) == days:
        return False
    else:
        db.insert(Item(series=series.slug, what=what, days=days))
    change.tell("edited", "host", series.slug, fields=["checklist"])
    return True


def remove(db: Database, series: Host, what: str, change: Change) -> bool:
    """Take a line of one's own away, or give one of ours its usual day back; return False when nothing was there."""
    item = next((one for one in _items(db, series) if one.what == what), None)
    if not item:
        return False
    db.execute("DELETE FROM checklist_items WHERE id = ?", (item.id,))
    if _is_own(what):
        of_series = "SELECT id FROM events WHERE host = ?"
        db.execute(f"DELETE FROM checklist_marks WHERE what = ? AND event_id IN ({of_series})", (what, series.slug))
    change.tell("edited", "host", series.slug, fields=["checklist"])
    return True


def mark(db: Database, event: Event, what: str, state: str, change: Change) -> bool:
    """Say that a line is done or not needed on one date; an empty state takes that back. Return False when it is so already."""
    known = db.fetch(Mark, "SELECT * FROM checklist_marks WHERE event_id = ? AND what = ?", (event.id, what))
    if (known[0].state if known else "") == state:
        return False
    if not state:
        db.execute("DELETE FROM checklist_marks WHERE id = ?", (known[0].id,))
    elif known:
        db.update(Mark, known[0].id, state=state)
    else:
        db.insert(Mark(event_id=event.id, what=what, state=state))
    events.tell(db, change, "ticked" if state else "unticked", event.id, state=state or None)
    return True


def copy(db: Database, source: Host, target: Host, change: Change) -> int:
    """Give a series the checklist of another and return how many lines differ from ours in it; marks of dates stay behind."""
    return sum(put(db, target, item.what, item.days, change) for item in _items(db, source))


def _items(db: Database, series: Host) -> list[Item]:
    return db.fetch(Item, "SELECT * FROM checklist_items WHERE series = ? ORDER BY id", (series.slug,))


def _unknown(db: Database, series: str, what: str) -> NotFound:
    there = [*lines(db, [series])[series], *left_out(db, series)]
    return NotFound(
        _("'{what}' is not on the checklist of {series}.").format(what=what, series=series),
        hint=_("There are: {lines}.").format(lines=", ".join(there)),
    )
