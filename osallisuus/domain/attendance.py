"""Who was there: each person's mark at a session or webinar, the heads beside the names, rates, and what people need there.

"Not marked" is not "absent". A rate counts only the sessions of the days on which a person was a member.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import ClassVar

from osallisuus.domain import events, memberships
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.errors import Refused
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key

STATES = ("present", "remote", "excused", "absent")
SEEN = ("present", "remote")
DUTIES = ("chair", "secretary", "expert")
# Why somebody is excused. There is no word for illness, and no free text: health is not to be written here ("personal" will do).
REASONS = ("work", "study", "care", "travel", "overlap", "personal")
# How often running somebody may be missed without a word before they are asked how they are.
_QUIET = 2
_YEAR = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One person at one event: `state` is empty while not marked, `duty` empty for ordinary members."""

    table: ClassVar[str] = "attendance"
    id: int = 0
    event_id: int
    person_id: int
    duty: str = ""
    state: str = ""
    reason: str = ""
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """One person on the list of an event: a member of that day (with `role`), or somebody added to it (`member` False)."""

    person_id: int
    name: str
    role: str
    member: bool
    duty: str
    state: str
    reason: str
    minutes: int | None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How one member of a panel has come: counts of sessions with marks on days of membership, `rate` attended of marked, 0–1.

    `quiet` is a reason to ask gently: absent-twice, unseen-this-term, or empty.
    """

    person_id: int
    name: str
    role: str
    attended: int
    remote: int
    excused: int
    absent: int
    unmarked: int
    rate: float | None
    quiet: str


@dataclass(frozen=True, kw_only=True)
class Need:
    """One arrangement and how many of those expected need it; no names."""

    text: str
    people: int


@dataclass(frozen=True, kw_only=True)
class _Headcount:
    table: ClassVar[str] = "headcounts"
    event_id: int
    headcount: int


# Rules


def summed(texts: Sequence[str]) -> list[Need]:
    """Return how often each arrangement is asked for, most first; ones that look the same are one."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        found[identity_key(text)].append(text)
    needs = [Need(text=same[0], people=len(same)) for same in found.values()]
    return sorted(needs, key=lambda need: (-need.people, need.text))


def quiet(states: Sequence[str], this_term: Sequence[str]) -> str:
    """Return why somebody's silence is to be noticed, from their marks in order of time, all and this term's; or nothing."""
    marked = [state for state in states if state]
    if len(marked) >= _QUIET and all(state == "absent" for state in marked[-_QUIET:]):
        return "absent-twice"
    known = [state for state in this_term if state]
    return "unseen-this-term" if len(known) >= _QUIET and not set(known) & set(SEEN) else ""


def _require_day(event: Event, state: str, today: date) -> None:
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} has no attendance."))
    if event.day > today and state not in ("", "excused"):
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("Until {day} somebody can be added to it, or marked as excused.").format(day=format_date(event.day)),
            code="in_future",
        )


# Reads


def search(db: Database, event: Event) -> list[Attendee]:
    """Return everybody on the list of an event: the members of that day, then those who were added; by role and name."""
    marks = {m.person_id: m for m in db.fetch(Mark, "SELECT * FROM attendance WHERE event_id = ?", (event.id,))}
    found: dict[int, Attendee] = {}
    for member in memberships.search(db, panel=event.host, on=event.day):
        found.setdefault(
            member.person_id, _attendee(marks.get(member.person_id), member.person_id, member.name, role=member.role)
        )
    others = [number for number in marks if number not in found]
    rows = db.rows(f"SELECT id, name FROM people WHERE id IN ({', '.join('?' for _id in others)}) ORDER BY name_key, id", others)
    return [*found.values(), *(_attendee(marks[row["id"]], row["id"], row["name"]) for row in rows)]


def headcount(db: Database, event: Event) -> int | None:
    """Return how many people were there beside those named, None when they were not counted."""
    count = db.value("SELECT headcount FROM headcounts WHERE event_id = ?", (event.id,))
    return None if count is None else int(count)


def needs(db: Database, event: Event) -> list[Need]:
    """Return what has to be ordered for an event: the arrangements of everybody expected, summed, without names."""
    coming = [attendee.person_id for attendee in search(db, event) if attendee.state not in ("excused", "absent")]
    rows = db.rows(
        f"SELECT person_id, text FROM arrangements WHERE person_id IN ({', '.join('?' for _id in coming)}) ORDER BY text", coming
    )
    once = {(row["person_id"], identity_key(row["text"])): row["text"] for row in reversed(rows)}
    return summed([once[whose] for whose in reversed(once)])


def rates(db: Database, panel: Host, *, since: date | None = None, until: date) -> list[Rate]:
    """Return how the members of a panel on `until` have come to its sessions up to that day, by role and name."""
    members: dict[int, memberships.Member] = {}
    for member in memberships.search(db, panel=panel.slug, on=until):
        members.setdefault(member.person_id, member)
    periods = defaultdict(list)
    for row in db.rows("SELECT person_id, from_date, to_date FROM memberships WHERE panel = ?", (panel.slug,)):
        periods[row["person_id"]].append((row["from_date"], row["to_date"] or "9999-12-31"))
    rows = db.rows(
        "SELECT e.id, substr(e.starts, 1, 10) AS day, a.person_id, a.state FROM events e JOIN attendance a ON a.event_id = e.id"
        " WHERE e.host = :host AND e.status <> 'cancelled' AND e.starts >= :since AND e.starts < :until AND a.state <> ''"
        " ORDER BY e.starts, e.number",
        {"host": panel.slug, "since": since.isoformat() if since else "", "until": f"{until.isoformat()}~"},
    )
    days = {row["id"]: row["day"] for row in rows}
    states = {(row["id"], row["person_id"]): row["state"] for row in rows}
    start = (panel.term_start if isinstance(panel, Panel) else None) or ""
    found = []
    for member in members.values():
        own = [(day, states.get((event, member.person_id), "")) for event, day in days.items() if _was(periods, member, day)]
        found.append(_rate(member, [s for _day, s in own], [s for day, s in own if day >= start]))
    return found


def fallen_quiet(db: Database, day: date) -> list[tuple[str, int, str, str]]:
    """Return (panel, person id, name, why) of present members whose silence is to be noticed, of all panels open on a day.

    Looks a year back: whoever has been silent for longer has been told about before.
    """
    rows = db.rows(
        "SELECT e.host, a.person_id, p.name, a.state, substr(e.starts, 1, 10) >= coalesce(h.term_start, '') AS this_term"
        " FROM events e JOIN hosts h ON h.slug = e.host JOIN attendance a ON a.event_id = e.id"
        " JOIN people p ON p.id = a.person_id"
        " WHERE e.status <> 'cancelled' AND e.starts >= :since AND e.starts < :until AND a.state <> ''"
        " AND (h.closed_on IS NULL OR h.closed_on >= :day)"
        " AND EXISTS (SELECT 1 FROM memberships m WHERE m.panel = e.host AND m.person_id = a.person_id"
        "  AND m.from_date <= :day AND (m.to_date IS NULL OR m.to_date >= :day))"
        " AND EXISTS (SELECT 1 FROM memberships m WHERE m.panel = e.host AND m.person_id = a.person_id"
        "  AND m.from_date <= substr(e.starts, 1, 10) AND (m.to_date IS NULL OR m.to_date >= substr(e.starts, 1, 10)))"
        " ORDER BY e.host, p.name_key, a.person_id, e.starts, e.number",
        {"since": (day - _YEAR).isoformat(), "until": f"{day.isoformat()}~", "day": day.isoformat()},
    )
    found = []
    for (host, person_id, name), own in groupby(rows, lambda row: (row["host"], row["person_id"], row["name"])):
        marks = [(row["state"], row["this_term"]) for row in own]
        if why := quiet([state for state, _now in marks], [state for state, now in marks if now]):
            found.append((host, person_id, name, why))
    return found


def of_person(db: Database, person_id: int) -> list[dict[str, object]]:
    """Return every mark of a person with its occasion and date, newest first."""
    rows = db.rows(
        "SELECT e.host || '/' || e.number AS occasion, substr(e.starts, 1, 10) AS day, a.duty, a.state, a.reason, a.minutes"
        " FROM attendance a JOIN events e ON e.id = a.event_id WHERE a.person_id = ? ORDER BY e.starts DESC, e.id",
        (person_id,),
    )
    return [dict(row) for row in rows]


# Actions


def mark(db: Database, event: Event, asked: Mark, change: Change, *, today: date) -> Mark:
    """Put somebody on the list of an event, or change their mark; what is empty in `asked` stays. The same again changes nothing.

    There is one chair and one secretary: a new one takes over. Raises Refused for a mark before the day (but for excused), and
    for a cancelled event.
    """
    person_id = asked.person_id
    _require_day(event, asked.state, today)
    known = _of(db, event.id, person_id)
    old = known or Mark(event_id=event.id, person_id=person_id)
    state = asked.state or old.state
    if asked.minutes and state not in ("", *SEEN):
        raise Refused(_("Minutes belong to somebody who was there."), hint=_("Leave --minutes out, or use --as present."))
    if asked.reason and state != "excused":
        raise Refused(_("A reason belongs to somebody who is excused."), hint=_("Leave --reason out, or use --as excused."))
    new = replace(
        old,
        state=state,
        duty=asked.duty or old.duty,
        reason=(asked.reason or old.reason) if state == "excused" else "",
        minutes=(asked.minutes or old.minutes) if state in ("", *SEEN) else None,
    )
    if new == known:
        return new
    if new.duty in ("chair", "secretary"):
        _relieve(db, event, new, change)
    if known:
        db.update(Mark, new.id, **{name: value for name, value in asdict(new).items() if value != getattr(old, name)})
    else:
        db.insert(new)
    change.tell("marked", "person", person_id, about=_about(event))
    return _of(db, event.id, person_id) or new


def clear(db: Database, event: Event, person_id: int, change: Change) -> bool:
    """Take a mistaken mark or addition away; a member of that day is then not marked again. False when there was none."""
    known = _of(db, event.id, person_id)
    if not known:
        return False
    db.execute("DELETE FROM attendance WHERE id = ?", (known.id,))
    change.tell("unmarked", "person", person_id, about=_about(event))
    return True


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make the marks of two people those of one, to be called before `people.merge`: being seen counts, then what is known."""
    known = {mark.event_id: mark for mark in db.fetch(Mark, "SELECT * FROM attendance WHERE person_id = ?", (keep,))}
    order = (*STATES, "")
    for other in db.fetch(Mark, "SELECT * FROM attendance WHERE person_id = ?", (drop,)):
        own = known.get(other.event_id)
        if own:
            better, worse = sorted((own, other), key=lambda mark: order.index(mark.state))
            db.execute("DELETE FROM attendance WHERE id = ?", (other.id,))
            filled = {name: getattr(better, name) or getattr(worse, name) for name in ("duty", "minutes")}
            db.update(Mark, own.id, state=better.state, reason=better.reason, **filled)
            change.tell("united", "person", keep, attendance=own.id)


def count(db: Database, event: Event, people: int, change: Change, *, today: date) -> bool:
    """Note how many people were there beside those named; return False when that is what is noted already."""
    _require_day(event, "present", today)
    known = headcount(db, event)
    if known == people:
        return False
    if known is None:
        db.insert(_Headcount(event_id=event.id, headcount=people))
    else:
        db.update(_Headcount, event.id, headcount=people)
    change.tell("counted", "event", event.lasting, about=(("host", event.host),), headcount=people)
    return True


def _relieve(db: Database, event: Event, new: Mark, change: Change) -> None:
    """Take a duty of which there is one from whoever had it."""
    before = db.fetch(
        Mark, "SELECT * FROM attendance WHERE event_id = ? AND duty = ? AND person_id <> ?", (event.id, new.duty, new.person_id)
    )
    for mark in before:
        db.update(Mark, mark.id, duty="")
        change.tell("relieved", "person", mark.person_id, about=_about(event))


def _of(db: Database, event_id: int, person_id: int) -> Mark | None:
    found = db.fetch(Mark, "SELECT * FROM attendance WHERE event_id = ? AND person_id = ?", (event_id, person_id))
    return found[0] if found else None


def _attendee(known: Mark | None, person_id: int, name: str, *, role: str = "") -> Attendee:
    mark = known or Mark(event_id=0, person_id=person_id)
    return Attendee(
        person_id=person_id,
        name=name,
        role=role,
        member=bool(role),
        duty=mark.duty,
        state=mark.state,
        reason=mark.reason,
        minutes=mark.minutes,
    )


def _was(periods: Mapping[int, Collection[tuple[str, str]]], member: memberships.Member, day: str) -> bool:
    return any(start <= day <= end for start, end in periods[member.person_id])


def _rate(member: memberships.Member, states: Sequence[str], this_term: Sequence[str]) -> Rate:
    counts = {state: states.count(state) for state in ("", *STATES)}
    attended = counts["present"] + counts["remote"]
    marked = len(states) - counts[""]
    return Rate(
        person_id=member.person_id,
        name=member.name,
        role=member.role,
        attended=attended,
        remote=counts["remote"],
        excused=counts["excused"],
        absent=counts["absent"],
        unmarked=counts[""],
        rate=round(attended / marked, 3) if marked else None,
        quiet=quiet(states, this_term),
    )


def _about(event: Event) -> tuple[tuple[str, str | int], ...]:
    return (("event", event.lasting), ("host", event.host))
