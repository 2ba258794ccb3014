"""What people answered to an invitation: by their calendar, or by telephone.

There is one answer a recipient and event, with the time it was given for: an answer to a time that is no more stays told apart.
"""

from dataclasses import dataclass, fields, replace
from typing import ClassVar

from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Revision
from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

ANSWERS = ("accepted", "declined", "tentative")

Time = tuple[str, int, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One recipient's answer about one event: `starts`, `minutes` and `timezone` are the time it was given for.

    `answer` is empty where there is only a comment; `by_hand` is 1 where a person noted it. `answered_at` is UTC.
    """

    table: ClassVar[str] = "answers"
    id: int = 0
    event_id: int
    person_id: int | None = None
    registration_id: int | None = None
    answer: str
    comment: str = ""
    starts: str
    minutes: int
    timezone: str
    answered_at: str
    by_hand: int = 0


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer with the name of who gave it; `current` when it was given for the time that the event has now."""

    answer: Answer
    name: str
    current: bool


# Rules


def time_of(record: Event | Revision | Answer) -> Time:
    """Return what must be the same for an answer to be about the same time."""
    return record.starts, record.minutes, record.timezone


def judged(stored: Answer | None, new: Answer, present: Time) -> str:
    """Tell what comes of a new answer beside the stored one: taken, known, older or undecided (two at one moment).

    An answer to the present time wins over one to an old time; of two to the same, or to two old times, the later one does.
    An answer is taken beside a later comment without one.
    """
    if stored is None:
        return "taken"
    was, now = time_of(stored) == present, time_of(new) == present
    if was and not now:
        return "older"
    if new.answer and (now != was or not stored.answer):
        return "taken"
    if new.answered_at != stored.answered_at:
        return "taken" if new.answered_at > stored.answered_at else "older"
    return "known" if new.answer in ("", stored.answer) else "undecided"


def joined(stored: Answer | None, new: Answer) -> Answer:
    """Return what is to be stored: a comment alone leaves the answer and its time, an earlier answer leaves the later comment."""
    if stored is None:
        return new
    if not new.answer:
        return replace(stored, comment=new.comment, answered_at=max(stored.answered_at, new.answered_at))
    if not stored.answer and stored.answered_at >= new.answered_at:
        return replace(stored, answer=new.answer, starts=new.starts, minutes=new.minutes, timezone=new.timezone)
    return replace(new, id=stored.id)


# Reads


def of_event(db: Database, event: Event) -> list[Given]:
    """Return everybody's answer about an event, by name."""
    found = db.fetch(
        _Named,
        "SELECT a.*, coalesce(p.name, nullif(r.name, ''), r.email) AS name FROM answers a"
        " LEFT JOIN people p ON p.id = a.person_id LEFT JOIN registrations r ON r.id = a.registration_id"
        " WHERE a.event_id = ? ORDER BY coalesce(p.name_key, r.name_key), a.id",
        (event.id,),
    )
    return [given(one, one.name, event) for one in found]


def get(db: Database, event: Event, *, person_id: int | None = None, registration_id: int | None = None) -> Answer | None:
    """Return one recipient's answer about an event, or None."""
    found = db.fetch(
        Answer,
        "SELECT * FROM answers WHERE event_id = ? AND person_id IS ? AND registration_id IS ?",
        (event.id, person_id, registration_id),
    )
    return found[0] if found else None


# Actions


def note(db: Database, event: Event, asked: Answer, change: Change) -> tuple[Answer, bool]:
    """Note an answer that was given by telephone; return it, with False when it is what is stored already.

    Of `asked` the recipient, the answer and the comment count; it is an answer to the time that the event has now.
    """
    events.require_planned(event, _("{occasion} takes no answers."))
    if asked.answer not in ANSWERS:
        raise UsageError(_("An answer is one of: {choices}.").format(choices=", ".join(ANSWERS)))
    stored = get(db, event, person_id=asked.person_id, registration_id=asked.registration_id)
    noted = replace(
        asked,
        id=stored.id if stored else 0,
        event_id=event.id,
        starts=event.starts,
        minutes=event.minutes,
        timezone=event.timezone,
        # no clock that was set back, and no mail from a clock ahead, makes it older than what it replaces
        answered_at=max(change.stamp, stored.answered_at if stored else ""),
        by_hand=1,
        # who says the same again does not take back what else was said
        comment=asked.comment or (stored.comment if stored and stored.answer == asked.answer else ""),
    )
    if stored and replace(noted, answered_at=stored.answered_at) == stored:
        return stored, False
    return store(db, stored, noted, change), True


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make two people's answers about one event one, to be called before `people.merge`: the present time's, then the newest."""
    own = {one.event_id: one for one in db.fetch(Answer, "SELECT * FROM answers WHERE person_id = ?", (keep,))}
    for other in db.fetch(Answer, "SELECT * FROM answers WHERE person_id = ?", (drop,)):
        kept = own.get(other.event_id)
        if not kept:
            continue
        event = events.by_id(db, other.event_id)
        wins = judged(kept, other, time_of(event)) == "taken"
        db.execute("DELETE FROM answers WHERE id = ?", (other.id,))
        if wins:
            db.update(Answer, kept.id, **_columns(joined(kept, other)))
        change.tell("united", "person", keep, answer=kept.id)


@dataclass(frozen=True, kw_only=True)
class _Named(Answer):
    name: str


def given(answer: Answer, name: str, event: Event) -> Given:
    """Return an answer with the name of who gave it."""
    plain = Answer(**{field.name: getattr(answer, field.name) for field in fields(Answer)})
    return Given(answer=plain, name=name, current=time_of(answer) == time_of(event))


def store(db: Database, stored: Answer | None, new: Answer, change: Change) -> Answer:
    """Keep an answer in the place of the stored one."""
    if stored:
        db.update(Answer, stored.id, **_columns(new))
        change.erases |= bool(stored.comment) and stored.comment != new.comment
    else:
        new = with_columns(new, {"id": db.insert(new)})
    who = {"person": new.person_id} if new.person_id is not None else {"registration": new.registration_id}
    events.tell(db, change, "answered", new.event_id, **who)
    return new


def _columns(answer: Answer) -> dict[str, object]:
    return {
        name: getattr(answer, name) for name in ("answer", "comment", "starts", "minutes", "timezone", "answered_at", "by_hand")
    }
