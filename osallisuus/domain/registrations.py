"""Registrations for a date: a name and an e-mail address, or only a number; who has a place, who waits, who cancelled.

Places are given in the order of registration. Nobody is moved by hand: when somebody cancels or the room grows, the next in line
has a place. Those who are only counted (they registered elsewhere) take their places first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain import events, people
from osallisuus.domain.events import Event
from osallisuus.errors import Ambiguous, NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, referencing
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One registration. People of panels and speakers are elsewhere: this is the audience, kept no longer than needed."""

    table: ClassVar[str] = "registrations"
    id: int = 0
    event_id: int
    name: str = ""
    name_key: str = ""
    email: str = ""
    email_key: str = ""
    registered_on: str
    cancelled_on: str | None = None

    @property
    def called(self) -> str:
        """What to call them: their name, or their address."""
        return self.name or self.email


@dataclass(frozen=True, kw_only=True)
class Place:
    """A registration and what came of it: `state` is registered, waiting or cancelled, `turn` the place on the waiting list."""

    registration: Registration
    state: str
    turn: int | None = None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many registered (`named` and `counted`), wait and cancelled, of how many places (None: no limit)."""

    named: int
    counted: int
    waiting: int
    cancelled: int
    capacity: int | None

    @property
    def registered(self) -> int:
        """How many have a place."""
        return self.named + self.counted

    @property
    def full(self) -> bool:
        """Whether whoever registers now has to wait."""
        return self.capacity is not None and (self.registered >= self.capacity or self.waiting > 0)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a list: how many were added, were there already, and were cancelled."""

    added: int
    known: int
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class _Count:
    table: ClassVar[str] = "registration_counts"
    event_id: int
    people: int


# Rules


def placed(found: Sequence[Registration], capacity: int | None, counted: int) -> list[Place]:
    """Return what comes of registrations in their order: as many as there are places have one, the others wait."""
    places, left, line = [], None if capacity is None else max(0, capacity - counted), 0
    for registration in found:
        if registration.cancelled_on:
            places.append(Place(registration=registration, state="cancelled"))
        elif left is None or left > 0:
            left = None if left is None else left - 1
            places.append(Place(registration=registration, state="registered"))
        else:
            line += 1
            places.append(Place(registration=registration, state="waiting", turn=line))
    return places


def totals(places: Sequence[Place], capacity: int | None, counted: int) -> Totals:
    """Return the sums of a date's registrations."""
    states = [place.state for place in places]
    return Totals(
        named=states.count("registered"),
        counted=counted,
        waiting=states.count("waiting"),
        cancelled=states.count("cancelled"),
        capacity=capacity,
    )


# Reads


def search(db: Database, event: Event) -> list[Place]:
    """Return the registrations of a date in their order, each with what came of it."""
    found = db.fetch(Registration, "SELECT * FROM registrations WHERE event_id = ? ORDER BY id", (event.id,))
    return placed(found, event.capacity, counted(db, event))


def counted(db: Database, event: Event) -> int:
    """Return how many are registered beside those named."""
    return int(db.value("SELECT people FROM registration_counts WHERE event_id = ?", (event.id,)) or 0)


def sums(db: Database, event: Event) -> Totals:
    """Return the sums of a date's registrations."""
    return totals(search(db, event), event.capacity, counted(db, event))


def get(db: Database, event: Event, reference: str) -> Registration:
    """Return the one registration with this number, e-mail address or part of a name; raise NotFound or Ambiguous."""
    everybody = [place.registration for place in search(db, event)]
    key = identity_key(reference)
    found = (
        [one for one in everybody if str(one.id) == reference.strip() or (one.email_key and one.email_key == key)]
        or [one for one in everybody if one.name_key and one.name_key == key]
        or [one for one in everybody if key and key in one.name_key]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(
            _("'{reference}' fits {n} registrations.").format(reference=reference, n=len(found)),
            candidates=[f"{one.id}  {one.name}  {one.email}".rstrip() for one in found[:10]],
            hint=_("Use the number in front of the name."),
        )
    raise NotFound(
        _("Nobody '{reference}' is registered for {occasion}.").format(reference=reference, occasion=event.reference),
        hint=_("See them: osallisuus registration list {occasion}.").format(occasion=event.reference),
    )


def find(db: Database, event: Event, registration: Registration) -> Registration | None:
    """Return the registration of the same address, or without one of the same name, or None."""
    asked = _keyed(registration)
    # the condition of the index, word for word, or SQLite does not use it
    by_address = "email_key <> '' AND email_key = ?"
    where, value = (by_address, asked.email_key) if asked.email_key else ("email_key = '' AND name_key = ?", asked.name_key)
    found = db.fetch(Registration, f"SELECT * FROM registrations WHERE event_id = ? AND {where}", (event.id, value))
    return found[0] if found else None


# Actions


def add(db: Database, event: Event, registration: Registration, change: Change) -> tuple[Registration, bool]:
    """Register somebody and return it; who is registered already stays so, and who had cancelled goes to the end of the list.

    One address is one person; without an address, one name is. Raises UsageError when neither is given.
    """
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} takes no registrations."))
    registration = _keyed(replace(registration, event_id=event.id))
    known = find(db, event, registration)
    if known and not known.cancelled_on:
        return known, False
    if known:
        registration = replace(
            registration, name=registration.name or known.name, name_key=registration.name_key or known.name_key
        )
        db.update(Registration, known.id, email_key="")  # one address is registered once
    registration = replace(registration, id=db.insert(registration))
    if known:
        # what they were told goes on being known of them
        for table, column in referencing(db, "registrations"):
            db.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (registration.id, known.id))
        db.execute("DELETE FROM registrations WHERE id = ?", (known.id,))
    events.tell(db, change, "registered", event.id, registration=registration.id)
    return registration, True


def take(db: Database, event: Event, listed: Sequence[tuple[Registration, bool]], change: Change, *, today: date) -> Taken:
    """Register everybody of a list, or cancel who is cancelled in it (the second of a pair); a list read again changes nothing.

    Who had cancelled stays cancelled: an old list must not bring them back.
    """
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} takes no registrations."))
    everybody = [place.registration for place in search(db, event)]
    by_address = {one.email_key: one for one in everybody if one.email_key}
    by_name = {one.name_key: one for one in everybody if not one.email_key}
    added = cancelled = there = 0
    for asked, gone in listed:
        one = _keyed(replace(asked, event_id=event.id))
        known = by_address.get(one.email_key) if one.email_key else by_name.get(one.name_key)
        if gone and known and not known.cancelled_on:
            db.update(Registration, known.id, cancelled_on=today.isoformat())
            cancelled += 1
        elif known:
            there += 1
        elif not gone:
            one = replace(one, id=db.insert(one))
            (by_address if one.email_key else by_name)[one.email_key or one.name_key] = one
            added += 1
    if added or cancelled:
        events.tell(db, change, "registered", event.id, added=added, cancelled=cancelled)
    return Taken(added=added, known=there, cancelled=cancelled)


def clear(db: Database, event: Event, change: Change) -> int:
    """Take away all who are registered by name, as after the import of a wrong list; return how many they were."""
    n = int(db.value("SELECT count(*) FROM registrations WHERE event_id = ?", (event.id,)))
    if n:
        db.execute("DELETE FROM registrations WHERE event_id = ?", (event.id,))
        change.erases = True
        events.tell(db, change, "cleared", event.id, registrations=n)
    return n


def cancel(db: Database, registration: Registration, on: date, change: Change) -> bool:
    """Cancel a registration; return False when it is cancelled already."""
    if registration.cancelled_on:
        return False
    db.update(Registration, registration.id, cancelled_on=on.isoformat())
    events.tell(db, change, "unregistered", registration.event_id, registration=registration.id)
    return True


def count(db: Database, event: Event, number: int, change: Change) -> bool:
    """Note how many are registered beside those named; return False when that is what is noted already."""
    known = db.value("SELECT people FROM registration_counts WHERE event_id = ?", (event.id,))
    if (known or 0) == number:
        return False
    if known is None:
        db.insert(_Count(event_id=event.id, people=number))
    else:
        db.update(_Count, event.id, people=number)
    events.tell(db, change, "counted", event.id, registered=number)
    return True


def forget(db: Database, event: Event, change: Change, *, today: date) -> int:
    """Keep only the number of those who had a place, and return how many names and addresses went; refused before the day."""
    if event.day >= today and event.status == "planned":
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("Forget who registered when it is over."),
            code="in_future",
        )
    places = search(db, event)
    if not places:
        return 0
    had_place = sum(place.state == "registered" for place in places)
    count(db, event, counted(db, event) + had_place, change)
    db.execute("DELETE FROM registrations WHERE event_id = ?", (event.id,))
    change.erases = True
    events.tell(db, change, "forgotten", event.id, registrations=len(places))
    return len(places)


def _keyed(registration: Registration) -> Registration:
    name = " ".join(registration.name.split())
    email = people.require_email(registration.email) if registration.email.strip() else ""
    if not name and not email:
        raise UsageError(_("A registration needs a name or an e-mail address."), hint=_("Only a number? registration count."))
    return replace(registration, name=name, name_key=identity_key(name), email=email, email_key=identity_key(email))
