"""Roles in a panel, as data: regions use overlapping words for them, so the six shipped ones are a start, not a limit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from osallisuus.domain.hosts import require_slug
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

SIDES = ("customer", "staff", "provider")


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role with its title in three languages; `needs_training` (0 or 1) says that it is not for the untrained."""

    table: ClassVar[str] = "roles"
    key: str
    name_fi: str
    name_sv: str
    name_en: str
    side: str = "customer"
    needs_training: int = 0
    position: int = 0


def public(role: Role, agreements: Sequence[str]) -> Mapping[str, object]:
    """Return the role with the agreements it asks for as its JSON object."""
    values = asdict(role) | {"needs_training": bool(role.needs_training), "agreements": list(agreements)}
    del values["position"]
    return values


def search(db: Database) -> list[Role]:
    """Return all roles, the shipped ones first."""
    return db.fetch(Role, "SELECT * FROM roles ORDER BY position, key")


def get(db: Database, key: str) -> Role:
    """Return the role with this key or, in any of the three languages, this title; raise NotFound with the roles there are."""
    word = key.strip().casefold()
    found = [r for r in search(db) if word in (r.key, r.name_fi.casefold(), r.name_sv.casefold(), r.name_en.casefold())]
    if not found:
        raise NotFound(
            _("There is no role '{key}'.").format(key=key),
            hint=_("Roles are: {keys}. More can be added with 'role add'.").format(keys=", ".join(r.key for r in search(db))),
        )
    return found[0]


def agreements(db: Database) -> Mapping[str, Sequence[str]]:
    """Return the kinds of agreement that each role asks for."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in db.rows("SELECT role, kind FROM role_agreements ORDER BY role, kind"):
        found[row["role"]].append(row["kind"])
    return found


def title(role: Role, language: str) -> str:
    """Return the role's title in a language."""
    return str(getattr(role, f"name_{language}"))


def add(db: Database, role: Role, change: Change) -> bool:
    """Add a role; return False when the very same one is there already."""
    require_slug(role.key)
    _require_titles(role)
    known = {r.key: r for r in search(db)}
    if role.key in known:
        old = asdict(known[role.key]) | {"position": role.position}
        if old == asdict(role):
            return False
        raise Refused(
            _("There is a role '{key}' already.").format(key=role.key), hint=_("Choose another key."), code="role_taken"
        )
    db.insert(Role(**asdict(role) | {"position": max(r.position for r in known.values()) + 1}))
    change.tell("added", "role", role.key)
    return True


def edit(db: Database, role: Role, changes: Mapping[str, object], change: Change) -> Role:
    """Change the titles of a role or whether it needs training."""
    new = {name: value for name, value in changes.items() if getattr(role, name) != value}
    changed = with_columns(role, new)
    _require_titles(changed)
    if new:
        db.update(Role, role.key, **new)
        change.tell("edited", "role", role.key, fields=sorted(new))
    return changed


def _require_titles(role: Role) -> None:
    if not all(title.strip() for title in (role.name_fi, role.name_sv, role.name_en)):
        raise UsageError(_("A role needs a title in each of the three languages."))


def ask_for(db: Database, role: Role, kinds: Sequence[str], change: Change, *, no_more: Sequence[str] = ()) -> None:
    """Say which agreements people in a role must have, and which no more."""
    known = agreements(db).get(role.key, ())
    for kind in sorted(set(kinds) - set(known)):
        db.execute("INSERT INTO role_agreements (role, kind) VALUES (?, ?)", (role.key, kind))
        change.tell("asked", "role", role.key, kind=kind)
    for kind in sorted(set(no_more) & set(known)):
        db.execute("DELETE FROM role_agreements WHERE role = ? AND kind = ?", (role.key, kind))
        change.tell("released", "role", role.key, kind=kind)
