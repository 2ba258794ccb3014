"""What a calendar file shows: events of hosts, or of a person's panels, between two days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from osallisuus.domain.events import Event, RetiredIdentity
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a calendar shows: the events of these hosts between two days, for a person only while they were a member."""

    hosts: Sequence[str]
    person_id: int = 0
    since: date | None = None
    until: date | None = None


def each(db: Database, chosen: Selection) -> Iterator[Event]:
    """Yield the chosen events in order of time; cancelled identities of restored events come as cancelled events.

    To be read inside a `snapshot()`.
    """
    sql, values = _calendar_query(chosen)
    yield from db.each(Event, f"{sql} ORDER BY starts, host, number, uid", values)


def zones(db: Database, chosen: Selection) -> Mapping[str, tuple[date, date]]:
    """Return the first and last day of the chosen events in each time zone they are in."""
    sql, values = _calendar_query(chosen)
    rows = db.rows(f"SELECT timezone, min(starts) AS first, max(starts) AS last FROM ({sql}) GROUP BY timezone", values)
    return {row["timezone"]: (date.fromisoformat(row["first"][:10]), date.fromisoformat(row["last"][:10])) for row in rows}


def _calendar_query(chosen: Selection) -> tuple[str, list[object]]:
    columns = [f.name for f in fields(Event)]
    of_retired = {f.name: f"r.{f.name}" for f in fields(RetiredIdentity) if f.name != "event_id"}
    of_retired |= {"status": "'cancelled'", "cancel_reason": "''"}
    retired = ", ".join(f"{of_retired.get(name, f'e.{name}')} AS {name}" for name in columns)
    sql = f"""
        SELECT * FROM (
            SELECT {", ".join(columns)} FROM events
            UNION ALL SELECT {retired} FROM retired_identities r JOIN events e ON e.id = r.event_id
        ) x
        WHERE host IN ({", ".join("?" for _slug in chosen.hosts)}) AND starts >= ? AND starts < ?
        AND (? = 0 OR EXISTS (
            SELECT 1 FROM memberships m WHERE m.person_id = ? AND m.panel = x.host AND m.from_date <= substr(x.starts, 1, 10)
            AND (m.to_date IS NULL OR m.to_date >= substr(x.starts, 1, 10))))"""
    first = chosen.since.isoformat() if chosen.since else ""
    after = (chosen.until + timedelta(days=1)).isoformat() if chosen.until else "~"
    return sql, [*chosen.hosts, first, after, chosen.person_id, chosen.person_id]
