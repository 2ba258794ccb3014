"""Members of panels by role on a day. Whoever has several roles in a panel is counted once, under the first of them.

All panels and roles are looked at as one table, whichever part of it a report shows: what the report of one panel and that of all
panels hide is the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import roles, targets
from osallisuus.i18n import _, language
from osallisuus.reports.asking import Asked, hidden
from osallisuus.reports.blocks import Behind, Cell, Column, Number, Picture, Table, Term
from osallisuus.reports.suppression import SUM, crossed, places
from osallisuus.store.database import Database

# The day as of which the people of a panel are counted: of one that was closed in the period, its last.
_DAY = "min(:day, coalesce(h.closed_on, :day))"
# a bare column beside min() is taken from the row that has the least (SQLite, lang_select.html section 2.5)
_ONCE = (
    "SELECT m.panel, m.person_id, m.role, m.from_date, h.closed_on, min(r.position) AS first FROM memberships m"
    " JOIN roles r ON r.key = m.role JOIN hosts h ON h.slug = m.panel"
    f" WHERE m.from_date <= {_DAY} AND (m.to_date IS NULL OR m.to_date >= {_DAY})"
    " AND (h.closed_on IS NULL OR h.closed_on >= :since)"
    " GROUP BY m.panel, m.person_id"
)
_PEOPLE = (
    f"SELECT o.person_id AS id, o.from_date AS day, p.name AS text FROM ({_ONCE}) o JOIN people p ON p.id = o.person_id"
    " WHERE :panel IN ('', o.panel) AND :role IN ('', o.role) ORDER BY o.panel, p.name_key"
)
_TRAINED = (
    "EXISTS (SELECT 1 FROM trainings t WHERE t.person_id = o.person_id AND t.on_date <= :day"
    " AND (t.valid_until IS NULL OR t.valid_until >= :day))"
)


@dataclass(frozen=True, kw_only=True)
class Members:
    """How many people are in which panel and role on `day`, with the places of the table that have to be hidden."""

    day: date
    since: date
    cells: Mapping[tuple[str, str], int]
    hidden: frozenset[tuple[str, str]]

    def number(self, key: str, panel: str = SUM, role: str = SUM) -> Number:
        """Return how many people are in a panel, in a role, in both or at all."""
        n = sum(people for (one, other), people in self.cells.items() if panel in (SUM, one) and role in (SUM, other))
        values = {"day": self.day.isoformat(), "since": self.since.isoformat(), "panel": panel, "role": role}
        number = Number(key=key, value=n, behind=Behind(noun="person", sql=_PEOPLE, values=values))
        return hidden(number) if (panel, role) in self.hidden else number


def read(db: Database, asked: Asked) -> Members:
    """Return who is in the panels on the day of a report.

    Everybody is told of calendar years only: two days close to each other would tell of who came or left between them.
    """
    values: dict[str, object] = {"day": asked.day.isoformat(), "since": asked.since.isoformat()}
    rows = db.rows(f"SELECT panel, role, count(*) AS n FROM ({_ONCE}) GROUP BY panel, role", values)
    cells = {(row["panel"], row["role"]): row["n"] for row in rows}
    hidden: frozenset[tuple[str, str]] = frozenset()
    if not asked.internal:
        hidden = crossed(cells, asked.minimum) if asked.year else places(cells)
    return Members(day=asked.day, since=asked.since, cells=cells, hidden=hidden)


def by_role(db: Database, members: Members, *, panel: str = SUM) -> Table:
    """Return the members of a panel, or of all, by role; beside those of a panel what is meant to be."""
    wanted = targets.of(db, panel) if panel else {}
    there = {role for (one, role) in members.cells if panel in (SUM, one)}
    rows: list[Sequence[Cell]] = []
    for role in roles.search(db):
        if role.key in there or role.key in wanted:
            title = Term(code=role.key, text=roles.title(role, language()))
            row: list[Cell] = [title, members.number(f"members.{role.key}", panel, role.key)]
            if wanted:
                aim = wanted.get(role.key)
                row.append(Number(key=f"targets.{role.key}", value=aim, behind=_target(panel, role.key)) if aim else None)
            rows.append(row)
    total: list[Cell] = [_("All together"), members.number("members", panel)]
    if wanted:
        total.append(Number(key="targets", value=sum(wanted.values()), behind=_target(panel, "")))
    columns = [
        Column(key="role", label=_("Role")),
        Column(key="members", label=_("Members") if panel else _("Memberships"), kind="number"),
    ]
    columns += [Column(key="target", label=_("Target"), kind="number")] if wanted else []
    return Table(
        key="roles",
        title=_("Members by role") if panel else _("Memberships by role"),
        columns=columns,
        rows=[*rows, total] if rows else [],
        total=bool(rows),
        picture=Picture(kind="bars", value="members", target="target" if wanted else ""),
        note=_("Whoever has several roles is counted once, under the first of them.")
        if panel
        else _("Whoever has several roles in a panel is counted once there; whoever is in two panels, in both."),
    )


def trained(db: Database, asked: Asked, members: Members, panel: str) -> Number:
    """Return how many members of a panel have a training in force."""
    where = f":panel = o.panel AND {_TRAINED}"
    values = {"day": members.day.isoformat(), "since": members.since.isoformat(), "panel": panel}
    sql = (
        f"SELECT o.person_id AS id, o.from_date AS day, p.name AS text FROM ({_ONCE}) o JOIN people p ON p.id = o.person_id"
        f" WHERE {where} ORDER BY p.name_key"
    )
    n = db.value(f"SELECT count(*) FROM ({_ONCE}) o WHERE {where}", dict(values))
    number = Number(key="trained", value=n, behind=Behind(noun="person", sql=sql, values=values))
    whole = members.number("members", panel)
    return hidden(number) if whole.hidden else asked.part(number, whole)


def _target(panel: str, role: str) -> Behind:
    sql = (
        "SELECT role AS id, '' AS day, panel || ': ' || role AS text, people AS n FROM role_targets"
        " WHERE panel = :panel AND :role IN ('', role)"
    )
    return Behind(noun="target", sql=sql, values={"panel": panel, "role": role})
