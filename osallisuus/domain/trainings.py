"""Courses that people have taken: a role may ask for one, and one may run out.

Any course in force counts as training: which courses are worth entering here is for the coordinator to know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain import memberships
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key


@dataclass(frozen=True, kw_only=True)
class Training:
    """One course that one person took: `on_date` its last day, `hours` its length, `valid_until` its last day in force."""

    table: ClassVar[str] = "trainings"
    id: int = 0
    person_id: int
    course: str
    course_key: str = ""
    on_date: str
    hours: float | None = None
    valid_until: str | None = None


# Rules


def keyed(training: Training) -> Training:
    """Return the training with the key of its course; raise UsageError for a course without a name or impossible numbers."""
    course = " ".join(training.course.split())
    if not identity_key(course):
        raise UsageError(_("A course needs a name."))
    if training.hours is not None and not 0 < training.hours <= 10_000:
        raise UsageError(_("{hours} hours is not a length for a course.").format(hours=training.hours))
    if training.valid_until and training.valid_until < training.on_date:
        raise UsageError(
            _("The training would end ({end}) before it was taken ({start}).").format(
                end=training.valid_until, start=training.on_date
            )
        )
    return replace(training, course=course, course_key=identity_key(course))


def in_force(training: Training, day: date) -> bool:
    """Tell whether a training counts on a day."""
    return training.on_date <= day.isoformat() <= (training.valid_until or "9999-12-31")


def public(training: Training) -> dict[str, object]:
    """Return the training as its JSON object, without the key."""
    values = dict(vars(training))
    del values["course_key"]
    return values


# Reads


def search(db: Database, *, person_id: int = 0, panel: str = "", on: date | None = None) -> list[Training]:
    """Return trainings of a person, of those in a panel on a day, or of all; the newest of a person last."""
    where = ["1", *(["t.person_id = :person_id"] if person_id else [])]
    where += [memberships.PRESENT.format(id="t.person_id")] if panel else []
    return db.fetch(
        Training,
        f"SELECT t.* FROM trainings t JOIN people p ON p.id = t.person_id WHERE {' AND '.join(where)}"
        " ORDER BY p.name_key, p.id, t.on_date, t.id",
        {"person_id": person_id, "panel": panel, "on": on.isoformat() if on else "9999-12-31"},
    )


def get(db: Database, number: int) -> Training:
    """Return one training; raise NotFound."""
    found = db.fetch(Training, "SELECT * FROM trainings WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no training {id}.").format(id=number), hint=_("See their numbers: osallisuus training list."))
    return found[0]


# Actions


def add(db: Database, training: Training, change: Change) -> bool:
    """Add a training, or change the hours or validity of the same course on the same day; return False when nothing was new."""
    training = keyed(training)
    known = db.fetch(
        Training,
        "SELECT * FROM trainings WHERE person_id = ? AND course_key = ? AND on_date = ?",
        (training.person_id, training.course_key, training.on_date),
    )
    if not known:
        number = db.insert(training)
        change.tell("trained", "person", training.person_id, training=number, on_date=training.on_date)
        return True
    asked = {name: value for name in ("hours", "valid_until") if (value := getattr(training, name)) is not None}
    new = {name: value for name, value in asked.items() if value != getattr(known[0], name)}
    if new:
        keyed(replace(known[0], **new))
        db.update(Training, known[0].id, **new)
        change.tell("edited", "person", training.person_id, training=known[0].id, fields=sorted(new))
    return bool(new)


def edit(db: Database, number: int, changes: Mapping[str, object], change: Change) -> Training:
    """Put right what was noted of a training wrongly; raise NotFound, or Refused where the person has that course that day."""
    known = get(db, number)
    changed = keyed(with_columns(known, changes))
    others = [(t.course_key, t.on_date) for t in search(db, person_id=known.person_id) if t.id != number]
    if (changed.course_key, changed.on_date) in others:
        raise Refused(
            _("There is one of that day already."), hint=_("Take one away: osallisuus training remove {id}.").format(id=number)
        )
    new = {name: value for name, value in vars(changed).items() if value != getattr(known, name)}
    if new:
        db.update(Training, number, **new)
        change.erases |= "course" in new
        change.tell("edited", "person", known.person_id, training=number, fields=sorted(n for n in new if n != "course_key"))
    return changed


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make the trainings of two people those of one, to be called before `people.merge`: of the same course the longer counts."""
    known = {(t.course_key, t.on_date): t for t in search(db, person_id=keep)}
    for other in search(db, person_id=drop):
        own = known.get((other.course_key, other.on_date))
        if own:
            end = max(own.valid_until, other.valid_until) if own.valid_until and other.valid_until else None
            db.update(Training, own.id, hours=max(filter(None, (own.hours, other.hours)), default=None), valid_until=end)
            db.execute("DELETE FROM trainings WHERE id = ?", (other.id,))
            change.tell("united", "person", keep, training=own.id)


def remove(db: Database, number: int, change: Change) -> Training:
    """Take away a training entered by mistake and return it."""
    known = get(db, number)
    db.execute("DELETE FROM trainings WHERE id = ?", (number,))
    change.erases = True
    change.tell("removed", "person", known.person_id, training=number)
    return known
