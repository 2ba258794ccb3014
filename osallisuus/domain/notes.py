"""Notes: what was discussed at a date, as neutral themes in free text; no names of those who spoke."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Note:
    """One theme of a discussion; `published_on` is None while it is not public."""

    table: ClassVar[str] = "notes"
    id: int = 0
    event_id: int
    text: str
    language: str = ""
    published_on: str | None = None


# Reads


def search(db: Database, *, event_id: int = 0) -> list[Note]:
    """Return the notes of one date, or of all in the order of their dates."""
    chosen = "n.event_id = :event_id" if event_id else "1"
    return db.fetch(
        Note,
        f"SELECT n.* FROM notes n JOIN events e ON e.id = n.event_id WHERE {chosen} ORDER BY e.starts, n.id",
        {"event_id": event_id},
    )


def get(db: Database, number: int) -> Note:
    """Return one note; raise NotFound."""
    found = db.fetch(Note, "SELECT * FROM notes WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no note {id}.").format(id=number), hint=_("See them: osallisuus note list."))
    return found[0]


# Actions


def add(db: Database, event: Event, note: Note, change: Change) -> tuple[Note, bool]:
    """Add a note and return it; the same words at the same date are returned instead, with False."""
    note = replace(note, text=_worded(note.text))
    for known in search(db, event_id=event.id):
        if known.text == note.text:
            return known, False
    note = replace(note, id=db.insert(note))
    events.tell(db, change, "added", event.id, note=note.id)
    return note, True


def edit(db: Database, note: Note, changes: Mapping[str, object], change: Change) -> Note:
    """Change words or language."""
    changed = with_columns(note, changes)
    changed = replace(changed, text=_worded(changed.text))
    new = {name: getattr(changed, name) for name in changes if getattr(changed, name) != getattr(note, name)}
    if new:
        db.update(Note, note.id, **new)
        change.erases |= "text" in new
        events.tell(db, change, "edited", note.event_id, note=note.id, fields=sorted(new))
    return changed


def _worded(text: str) -> str:
    if not text.strip():
        raise UsageError(_("A note needs words."))
    return text.strip()
