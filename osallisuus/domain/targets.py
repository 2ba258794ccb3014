"""How many of each role a panel is meant to have: a plan, beside which reports put who is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from osallisuus.domain import hosts, roles
from osallisuus.domain.hosts import Panel
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Target:
    """So many `people` in one role of one panel."""

    table: ClassVar[str] = "role_targets"
    panel: str
    role: str
    people: int


def of(db: Database, panel: str) -> Mapping[str, int]:
    """Return how many people a panel is meant to have in each role for which that is said, in the order of roles."""
    rows = db.rows(
        "SELECT t.role, t.people FROM role_targets t JOIN roles r ON r.key = t.role WHERE t.panel = ? ORDER BY r.position, r.key",
        (panel,),
    )
    return {row["role"]: row["people"] for row in rows}


def put(db: Database, panel: str, wanted: Mapping[str, int], change: Change) -> None:
    """Say how many people a panel is meant to have in these roles; 0 takes a target back. The same again changes nothing."""
    slug = hosts.get(db, panel, Panel).slug
    known = of(db, slug)
    for key, people in wanted.items():
        role = roles.get(db, key).key
        if known.get(role, 0) == people:
            continue
        db.execute("DELETE FROM role_targets WHERE panel = ? AND role = ?", (slug, role))
        if people:
            db.insert(Target(panel=slug, role=role, people=people))
        change.tell("targeted", "host", slug, role=role, people=people)
