"""What is still open when somebody leaves a panel: asked before they go, so that nothing is forgotten with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import agreements, memberships, requirements, rundowns
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing still open: `kind` is a stable code, `command` what deals with it."""

    kind: str
    text: str
    command: str


def open_matters(db: Database, panel: str, person_id: int, last_day: date) -> list[Matter]:
    """Return what is open for a person in a panel after their last day there."""
    return [
        *_items(db, panel, person_id),
        *_duties(db, panel, person_id, last_day),
        *_ties(db, panel, person_id, last_day),
        *_consents(db, panel, person_id, last_day),
    ]


def _items(db: Database, panel: str, person_id: int) -> Iterator[Matter]:
    for line, event in rundowns.owned(db, person_id=person_id):
        if event.host == panel:
            yield Matter(
                kind="item",
                text=_("sees to: {title} ({occasion})").format(title=line.title, occasion=event.lasting),
                command=f"osallisuus session agenda edit {event.lasting} {line.number} --owner …",
            )


def _duties(db: Database, panel: str, person_id: int, last_day: date) -> Iterator[Matter]:
    rows = db.rows(
        "SELECT e.host || '/' || e.number AS occasion, substr(e.starts, 1, 10) AS day FROM events e"
        " WHERE e.host = :panel AND e.status = 'planned' AND e.starts > :day AND ("
        "  EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.person_id = :person)"
        "  OR EXISTS (SELECT 1 FROM agenda_items i WHERE i.event_id = e.id AND i.presenter_id = :person)) ORDER BY e.starts",
        {"panel": panel, "person": person_id, "day": f"{last_day.isoformat()}~"},
    )
    for row in rows:
        yield Matter(
            kind="session",
            text=_("has something to do at {occasion}, {date}").format(
                occasion=row["occasion"], date=format_date(date.fromisoformat(row["day"]))
            ),
            command=f"osallisuus attendance list {row['occasion']}",
        )


def _ties(db: Database, panel: str, person_id: int, last_day: date) -> Iterator[Matter]:
    for row in db.rows(
        "SELECT p.name, p.id FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.panel = ? AND m.deputy_for = ?"
        " AND (m.to_date IS NULL OR m.to_date > ?) ORDER BY p.name_key",
        (panel, person_id, last_day.isoformat()),
    ):
        yield Matter(
            kind="deputy",
            text=_("{name} is their deputy").format(name=row["name"]),
            command=f"osallisuus member edit {row['id']} --panel {panel} --deputy-for …",
        )
    if db.value("SELECT 1 FROM hosts WHERE slug = ? AND coordinator = ?", (panel, person_id)):
        yield Matter(
            kind="coordinator",
            text=_("answers for the panel"),
            command=f"osallisuus panel edit {panel} --coordinator …",
        )


def _consents(db: Database, panel: str, person_id: int, last_day: date) -> Iterator[Matter]:
    """Yield the consents of somebody who is in no other panel afterwards."""
    staying = memberships.search(db, person_id=person_id)
    if any(member.panel != panel and (member.to_date or "~") > last_day.isoformat() for member in staying):
        return
    found = agreements.search(db, person_id=person_id)
    for kind in agreements.CONSENTS:
        if any(agreement.kind == kind and agreements.in_force(agreement, last_day) for agreement in found):
            yield Matter(
                kind="consent",
                text=_("{what} is in force; does it go on?").format(what=requirements.called(kind)),
                command=f"osallisuus agreement withdraw {person_id} --kind {kind} --on {last_day.isoformat()}",
            )
