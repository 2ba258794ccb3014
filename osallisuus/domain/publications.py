"""What everybody may read of a date: a question, a material, a resource or a note has a day of publication, or none."""

from datetime import date
from typing import Any, Protocol, TypeVar

from osallisuus.domain import events
from osallisuus.store.database import Database, Record, with_columns
from osallisuus.store.logbook import Change


class Publication(Record, Protocol):
    """A record that hangs on an event and can be public."""

    @property
    def id(self) -> int:
        """The row id."""

    @property
    def event_id(self) -> int:
        """The row id of the event."""

    @property
    def published_on(self) -> str | None:
        """The day it was published."""


P = TypeVar("P", bound=Publication)


def publish(db: Database, one: P, noun: str, on: date, change: Change, **columns: Any) -> P:
    """Make something public from the next building of the site on, and set further columns with it; again changes nothing."""
    if one.published_on:
        return one
    columns |= {"published_on": on.isoformat()}
    db.update(type(one), one.id, **columns)
    events.tell(db, change, "published", one.event_id, **{noun: one.id})
    return with_columns(one, columns)


def unpublish(db: Database, one: P, noun: str, change: Change) -> P:
    """Take something off the public page, from the next building of the site on."""
    if not one.published_on:
        return one
    db.update(type(one), one.id, published_on=None)
    events.tell(db, change, "unpublished", one.event_id, **{noun: one.id})
    return with_columns(one, {"published_on": None})


def remove(db: Database, one: Publication, noun: str, change: Change) -> None:
    """Take away what was entered by mistake, also out of the file's free space."""
    db.execute(f"DELETE FROM {type(one).table} WHERE id = ?", (one.id,))
    change.erases = True
    events.tell(db, change, "removed", one.event_id, **{noun: one.id})
