"""Who registered for dates and how many of them came, as numbers."""

from collections.abc import Mapping, Sequence

from osallisuus.i18n import _, format_month, rounded
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Behind, Column, Number, Picture, Table, Term
from osallisuus.reports.sessions import Attended
from osallisuus.store.database import Database

# Those who are only counted take their places first; those by name as many as are left (see domain/registrations).
_PLACES = "CASE WHEN e.capacity IS NULL THEN -1 ELSE max(0, e.capacity - coalesce(c.people, 0)) END"
_REGISTERED = (
    "SELECT r.id, r.registered_on AS day, r.name AS text, 1 AS n FROM"
    " (SELECT * FROM registrations WHERE event_id = :event AND cancelled_on IS NULL ORDER BY id LIMIT :places) r"
    " UNION ALL SELECT event_id, '', :others, people FROM registration_counts WHERE event_id = :event"
)
_IN_MONTH = (
    "SELECT r.id, r.registered_on AS day, e.host || '/' || e.number AS text FROM registrations r"
    " JOIN events e ON e.id = r.event_id WHERE substr(r.registered_on, 1, 7) = :month AND r.cancelled_on IS NULL"
    " AND :host IN ('', e.host) ORDER BY r.id"
)


def read(db: Database, asked: Asked, host: str) -> Mapping[int, Number]:
    """Return how many have a place at each date of a host in the period, by row id; a date nobody registered for has none."""
    rows = db.rows(
        f"SELECT e.id, e.host || '/' || e.number AS name, {_PLACES} AS places, c.people AS counted,"
        " (SELECT count(*) FROM registrations r WHERE r.event_id = e.id AND r.cancelled_on IS NULL) AS named"
        " FROM events e LEFT JOIN registration_counts c ON c.event_id = e.id"
        " WHERE e.host = :host AND e.starts >= :since AND e.starts < :beyond",
        asked.bounds | {"host": host},
    )
    found = {}
    for row in rows:
        named = row["named"] if row["places"] < 0 else min(row["named"], row["places"])
        total = named + (row["counted"] or 0)
        values = {"event": row["id"], "places": row["places"], "others": _("counted beside those named")}
        if total or row["counted"] is not None:
            behind = Behind(noun="registration", sql=_REGISTERED, values=values)
            found[row["id"]] = asked.people(Number(key=f"registered.{row['name']}", value=total, behind=behind))
    return found


def together(key: str, dates: Sequence[Attended], signed: Mapping[int, Number]) -> Number:
    """Return how many have a place at these dates, over those of which it is told."""
    own = [signed[one.date.id] for one in dates if one.date.id in signed]
    told = [one for one in own if one.value is not None]
    total = sum(int(one.value or 0) for one in told) if told else None
    return Number(key=key, value=total, hidden=not told and bool(own), behind=_behind(dates, signed))


def show_up(key: str, dates: Sequence[Attended], signed: Mapping[int, Number]) -> Number:
    """Return which share of the registered came, over the dates of which both are told."""
    both = [one for one in dates if one.present.value is not None and (n := signed.get(one.date.id)) and n.value]
    there = sum(int(one.present.value or 0) for one in both)
    places = sum(int(signed[one.date.id].value or 0) for one in both)
    hidden = not both and any(one.present.hidden or (one.date.id in signed and signed[one.date.id].hidden) for one in dates)
    share = rounded(there / places, 2) if places else None
    return Number(key=key, value=share, unit="share", hidden=hidden, behind=_behind(both, signed))


def by_month(db: Database, asked: Asked, host: str = "") -> Table:
    """Return in which month how many registered, for the dates of a host or of all, whenever those are."""
    own = "AND event_id IN (SELECT id FROM events WHERE host = :host)" if host else ""
    rows = db.rows(
        "SELECT substr(registered_on, 1, 7) AS month, count(*) AS n FROM registrations"
        f" WHERE substr(registered_on, 1, 7) BETWEEN :first AND :last AND cancelled_on IS NULL {own}"
        " GROUP BY substr(registered_on, 1, 7)",
        {"first": asked.since.isoformat()[:7], "last": asked.until.isoformat()[:7], "host": host},
    )
    return Table(
        key="registrations",
        title=_("Registrations by month"),
        columns=[
            Column(key="month", label=_("Month")),
            Column(key="registered", label=_("Registered"), kind="number"),
        ],
        rows=[
            [
                Term(code=row["month"], text=format_month(row["month"])),
                Number(
                    key=f"registrations.{row['month']}",
                    value=row["n"],
                    behind=Behind(noun="registration", sql=_IN_MONTH, values={"month": row["month"], "host": host}),
                ),
            ]
            for row in rows
        ],
        picture=Picture(kind="columns", value="registered"),
        note=_("By the month in which people registered, also for the waiting list, without those who cancelled; whole months."),
    )


def _behind(dates: Sequence[Attended], signed: Mapping[int, Number]) -> Behind:
    """Return the dates of which it is told how many registered, each standing for so many."""
    told = {one.date.id: int(n.value) for one in dates if (n := signed.get(one.date.id)) and n.value is not None}
    counted = " ".join(f"WHEN {number} THEN {n}" for number, n in told.items())
    sql = (
        "SELECT e.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text,"
        f" {f'CASE e.id {counted} END' if counted else '0'} AS n"
        f" FROM events e WHERE e.id IN ({', '.join(map(str, told))}) ORDER BY e.starts, e.id"
    )
    return Behind(noun="event", sql=sql)
