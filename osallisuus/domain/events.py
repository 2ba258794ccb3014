"""Occasions: a panel's session and a series' webinar are one record, an Event, with exactly one host.

An event keeps its number and UID for life. Its `slot` is the place in the rule it fills (None when added by hand), `planned` the
civil time the plan gave it, `starts` the time it has now; a date moved by hand is one where the two differ. `dropped` (0 or 1)
marks a date that planning itself cancelled, as the rule no longer gave it, and that planning may bring back.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from osallisuus.dates import parse_date, to_utc
from osallisuus.domain import hosts
from osallisuus.domain.hosts import Host
from osallisuus.errors import Ambiguous, NotFound, Refused, UsageError
from osallisuus.i18n import _, format_moment
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change, utc_stamp

KINDS = ("meeting", "workshop", "training", "interview", "survey")
STATUSES = ("planned", "held", "cancelled")

_NUMBER = re.compile(r"[1-9]\d{0,3}")
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One occasion. `starts` and `planned` are civil time (`2022-11-15T14:00`) in `timezone`; the stamps are UTC."""

    table: ClassVar[str] = "events"
    id: int = 0
    host: str
    number: int
    slot: str | None = None
    planned: str
    starts: str
    minutes: int
    timezone: str
    kind: str
    status: str = "planned"
    cancel_reason: str = ""
    dropped: int = 0
    title: str = ""
    title_sv: str = ""
    title_en: str = ""
    description: str = ""
    place: str = ""
    url: str = ""
    capacity: int | None = None
    registration_url: str = ""
    uid: str
    sequence: int = 0
    created_at: str
    revised_at: str

    @property
    def start(self) -> datetime:
        """The civil start, naive."""
        return datetime.fromisoformat(self.starts)

    @property
    def end(self) -> datetime:
        """The civil end, naive."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def day(self) -> date:
        """The date of the start."""
        return self.start.date()

    @property
    def reference(self) -> str:
        """How people and scripts name it: `teematiistait/2022-11-15`."""
        return f"{self.host}/{self.starts[:10]}"

    @property
    def lasting(self) -> str:
        """The name that no move changes: `teematiistait/3`."""
        return f"{self.host}/{self.number}"

    @property
    def verbs(self) -> str:
        """The command group it is named by: session or webinar."""
        return "webinar" if self.kind == "webinar" else "session"

    @property
    def moved(self) -> bool:
        """Whether a person has moved it from where the plan put it."""
        return self.starts != self.planned


# Rules


def civil(day: date, at: time, zone: str) -> str:
    """Return a civil time as it is stored; raise UsageError when the clocks of that zone skip or repeat it."""
    local = datetime.combine(day, at)
    to_utc(local, zone)
    return local.isoformat(timespec="minutes")


def revised(event: Event, change: Change) -> dict[str, object]:
    """Return the columns that tell calendars of a new revision: SEQUENCE grows by one, the stamp always moves on.

    RFC 5545 3.8.7.2 and 3.8.7.4; a clock that was set back must not make a later revision look older.
    """
    last = datetime.fromisoformat(event.revised_at)
    return {"sequence": event.sequence + 1, "revised_at": max(change.stamp, utc_stamp(last + timedelta(seconds=1)))}


def public(event: Event) -> Mapping[str, object]:
    """Return the event as its JSON object: `occasion`, its columns without the row id, `ends` and `moved`."""
    values = dict(vars(event))
    del values["id"]
    return {
        "occasion": event.reference,
        **values,
        "dropped": bool(event.dropped),
        "ends": event.end.isoformat(timespec="minutes"),
        "moved": event.moved,
    }


def require_planned(event: Event, refusal: str) -> None:
    """Raise Refused, with the sentence and what is possible now, when the event is cancelled or held."""
    if event.status == "planned":
        return
    hint = (
        _("It is cancelled. Bring it back first: osallisuus {verbs} restore {occasion}.")
        if event.status == "cancelled"
        else _("It has been held. If that is a mistake: osallisuus {verbs} restore {occasion}.")
    )
    raise Refused(
        refusal.format(occasion=event.reference),
        hint=hint.format(verbs=event.verbs, occasion=event.reference),
        code=f"is_{event.status}",
    )


# Reads


def search(
    db: Database,
    *,
    host: str = "",
    type: str = "",
    since: date | None = None,
    until: date | None = None,
    status: str = "",
) -> list[Event]:
    """Return events in order of time: of one host, of all panels or of all series (`type`), between two days inclusive."""
    where = ["1"]
    values: dict[str, object] = {}
    for condition, name, value in (
        ("host = :host", "host", host),
        ("host IN (SELECT slug FROM hosts WHERE type = :type)", "type", type),
        ("starts >= :since", "since", since.isoformat() if since else ""),
        ("starts < :until", "until", (until + timedelta(days=1)).isoformat() if until else ""),
        ("status = :status", "status", status),
    ):
        if value:
            where.append(condition)
            values[name] = value
    return db.fetch(Event, f"SELECT * FROM events WHERE {' AND '.join(where)} ORDER BY starts, host, number", values)


def get(
    db: Database, reference: str, record: type[Host] | None = None, *, today: date, note: Callable[[str], object] = str
) -> Event:
    """Return the event of HOST/DATE (also `HOST/today`), HOST/YYYY-MM or HOST/N.

    A date that was moved is still found under the date the plan gave it, as long as nothing else happens then; `note` is told.
    Raises NotFound, or Ambiguous with the candidates.
    """
    slug, slash, which = reference.partition("/")
    if not slash or not which:
        raise UsageError(
            _("'{reference}' does not say which date.").format(reference=reference),
            hint=_("Write HOST/DATE or HOST/NUMBER, for example teematiistait/2022-11-15 or teematiistait/3."),
        )
    host = hosts.get(db, slug, record)
    found = _matching(db, host.slug, which, today, note)
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(
            _("'{reference}' fits {n} dates.").format(reference=reference, n=len(found)),
            candidates=[f"{event.lasting}  {format_moment(event.start)}  {event.title}".rstrip() for event in found],
            hint=_("Use HOST/NUMBER."),
        )
    raise NotFound(
        _("{host} has no date '{which}'.").format(host=host.slug, which=which),
        hint=_("See its dates: osallisuus {group} list {host}.").format(group=host.verbs, host=host.slug),
    )


def names(db: Database, found: Sequence[Event]) -> Mapping[int, str]:
    """Return how to name each of these events, by id: by its date, or by its number where its host has two on that day."""
    slugs = sorted({event.host for event in found})
    rows = db.rows(
        f"SELECT host || '/' || substr(starts, 1, 10) AS name FROM events WHERE host IN ({', '.join('?' for _slug in slugs)})"
        " GROUP BY host, substr(starts, 1, 10) HAVING count(*) > 1",
        slugs,
    )
    shared = {row["name"] for row in rows}
    return {event.id: event.lasting if event.reference in shared else event.reference for event in found}


def by_id(db: Database, number: int) -> Event:
    """Return the event with this row id."""
    return db.fetch(Event, "SELECT * FROM events WHERE id = ?", (number,))[0]


def lasting(db: Database, number: int) -> str:
    """Return the name that no move changes of the event with this row id."""
    return str(db.value("SELECT host || '/' || number FROM events WHERE id = ?", (number,)))


def _matching(db: Database, host: str, which: str, today: date, note: Callable[[str], object]) -> list[Event]:
    if _NUMBER.fullmatch(which):
        return db.fetch(Event, "SELECT * FROM events WHERE host = ? AND number = ?", (host, int(which)))
    prefix = which if _MONTH.fullmatch(which) else parse_date(which, today=today).isoformat()
    now, planned = (
        db.fetch(
            Event,
            f"SELECT * FROM events WHERE host = ? AND {column} >= ? AND {column} < ? ORDER BY starts",
            (host, prefix, f"{prefix}~"),
        )
        for column in ("starts", "planned")
    )
    if now or not planned:
        return now
    if len(planned) == 1:
        note(
            _("{old} was moved to {new}.").format(
                old=f"{host}/{which}", new=f"{format_moment(planned[0].start)} ({planned[0].lasting})"
            )
        )
    return planned


# Actions


def add(db: Database, event: Event, change: Change) -> tuple[Event, bool]:
    """Add an event by hand and return it; one of the same host at the same time is returned instead, with False."""
    hosts.require_open(hosts.get(db, event.host), event.day)
    known = db.fetch(Event, "SELECT * FROM events WHERE host = ? AND starts = ?", (event.host, event.starts))
    if known:
        return known[0], False
    return insert(db, event, change), True


def insert(db: Database, event: Event, change: Change) -> Event:
    """Insert an event under the host's next number."""
    number = int(db.value("SELECT coalesce(max(number), 0) + 1 FROM events WHERE host = ?", (event.host,)))
    event = replace(event, number=number, created_at=change.stamp, revised_at=change.stamp)
    event = replace(event, id=db.insert(event))
    change.tell("added", "event", event.lasting, about=_about(event), starts=event.starts)
    return event


def edit(db: Database, event: Event, changes: Mapping[str, object], change: Change) -> Event:
    """Change texts or the length of an event; a new revision, since calendars show them all."""
    if event.status == "cancelled":
        require_planned(event, _("{occasion} cannot be changed."))
    new = {name: value for name, value in changes.items() if getattr(event, name) != value}
    if not new:
        return event
    if "minutes" in new:
        hosts.require_minutes(int(str(new["minutes"])))
    hosts.require_url(str(new.get("url", "")))
    hosts.require_web_address(str(new.get("registration_url", "")))
    # how many places there are stands in no calendar
    columns = new | (revised(event, change) if set(new) - {"capacity"} else {})
    db.update(Event, event.id, **columns)
    change.tell("edited", "event", event.lasting, about=_about(event), fields=sorted(new))
    return with_columns(event, columns)


def move(db: Database, event: Event, starts: str, change: Change) -> Event:
    """Give one event another civil time; it keeps its number, slot and UID. Moving it where it is changes nothing."""
    if event.starts == starts:
        return event
    require_planned(event, _("{occasion} cannot be moved."))
    hosts.require_open(hosts.get(db, event.host), datetime.fromisoformat(starts).date())
    columns = {"starts": starts} | revised(event, change)
    db.update(Event, event.id, **columns)
    change.tell("moved", "event", event.lasting, about=_about(event), starts=[event.starts, starts])
    return with_columns(event, columns)


def cancel(db: Database, event: Event, change: Change, *, reason: str = "", by_rule: bool = False) -> Event:
    """Cancel one event; it stays in lists and calendars as cancelled. Cancelling it again changes nothing.

    `by_rule` is for planning; a date it dropped that a person cancels, too, is not brought back by it any more.
    """
    if event.status == "cancelled" and reason in ("", event.cancel_reason) and event.dropped == by_rule:
        return event
    if event.status == "held":
        require_planned(event, _("{occasion} cannot be cancelled."))
    columns = {"status": "cancelled", "cancel_reason": reason, "dropped": int(by_rule)} | revised(event, change)
    db.update(Event, event.id, **columns)
    change.tell("cancelled", "event", event.lasting, about=_about(event), status=[event.status, "cancelled"])
    return with_columns(event, columns)


def restore(db: Database, event: Event, change: Change, *, uid: str) -> Event:
    """Make a cancelled or held event planned again; one that was cancelled gets a new UID, and its old one stays cancelled.

    A calendar that has seen a UID cancelled does not take it back, so the meeting that happens after all is a new one to it
    (RFC 5546 3.2.5). Number and slot stay.
    """
    if event.status == "planned":
        return event
    if event.status == "held":
        db.update(Event, event.id, status="planned")
        change.tell("restored", "event", event.lasting, about=_about(event), status=["held", "planned"])
        return replace(event, status="planned")
    hosts.require_open(hosts.get(db, event.host), event.day)
    retired = {f: getattr(event, f) for f in ("uid", "starts", "minutes", "timezone", "sequence", "created_at", "revised_at")}
    db.insert(RetiredIdentity(event_id=event.id, **retired))
    columns: dict[str, object] = {
        "status": "planned",
        "cancel_reason": "",
        "dropped": 0,
        "uid": uid,
        "sequence": 0,
        "created_at": change.stamp,
        "revised_at": change.stamp,
    }
    db.update(Event, event.id, **columns)
    change.tell("restored", "event", event.lasting, about=_about(event), status=["cancelled", "planned"])
    return with_columns(event, columns)


def follow(db: Database, before: Host, after: Host, change: Change) -> None:
    """Let a host's events follow its change: planned ones a place, link and time zone that were the host's own, all its name.

    The name stands in each of them, and calendars ignore a change without a new revision.
    """
    renamed = (before.name, before.name_sv, before.name_en) != (after.name, after.name_sv, after.name_en)
    for event in search(db, host=after.slug):
        columns: dict[str, object] = {}
        if event.status == "planned":
            columns = {
                name: getattr(after, name)
                for name in ("place", "url", "timezone")
                if getattr(before, name) != getattr(after, name) and getattr(event, name) == getattr(before, name)
            }
        if "timezone" in columns:
            civil(event.day, event.start.time(), after.timezone)
        if columns or renamed:
            db.update(Event, event.id, **columns, **revised(event, change))


def hold(db: Database, event: Event, change: Change, *, today: date) -> Event:
    """Mark an event as held; refused before its day. Marking it again changes nothing."""
    if event.status == "held":
        return event
    require_planned(event, _("{occasion} cannot be marked as held."))
    if event.day > today:
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("Mark it as held on the day or after it."),
            code="in_future",
        )
    db.update(Event, event.id, status="held")
    change.tell("held", "event", event.lasting, about=_about(event), status=[event.status, "held"])
    return replace(event, status="held")


def tell(db: Database, change: Change, did: str, event_id: int, **what: object) -> None:
    """Note in the log what was done to something that hangs on the event with this row id; `what` as in `Change.tell`."""
    row = db.rows("SELECT host, host || '/' || number AS lasting FROM events WHERE id = ?", (event_id,))[0]
    change.tell(did, "event", row["lasting"], about=(("host", row["host"]),), **what)


@dataclass(frozen=True, kw_only=True)
class RetiredIdentity:
    """A calendar identity that was cancelled for good when its event was restored."""

    table: ClassVar[str] = "retired_identities"
    uid: str
    event_id: int
    starts: str
    minutes: int
    timezone: str
    sequence: int
    created_at: str
    revised_at: str


def _about(event: Event) -> tuple[tuple[str, str | int], ...]:
    return (("host", event.host),)
