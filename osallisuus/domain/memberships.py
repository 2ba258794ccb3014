"""Who is in which panel, in which role, from when to when. Periods are ended and begun, never rewritten."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import ClassVar

from osallisuus.domain import hosts, roles
from osallisuus.domain.hosts import Panel
from osallisuus.errors import Ambiguous, NotFound, Refused, UsageError
from osallisuus.i18n import _, format_date, n_
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Membership:
    """One person in one panel in one role, from `from_date` up to and including `to_date` (open while None)."""

    table: ClassVar[str] = "memberships"
    id: int = 0
    panel: str
    person_id: int
    role: str
    from_date: str
    to_date: str | None = None
    end_reason: str = ""
    deputy_for: int | None = None


@dataclass(frozen=True, kw_only=True)
class Member:
    """A membership with the person's name and contacts, as lists show it."""

    table: ClassVar[str] = "memberships"
    id: int
    panel: str
    person_id: int
    name: str
    role: str
    from_date: str
    to_date: str | None
    end_reason: str
    deputy_for: int | None
    email: str
    phone: str
    language: str
    organisation: str


_MEMBER = (
    "SELECT m.*, p.name, p.email, p.phone, p.language, coalesce(o.name, '') AS organisation FROM memberships m"
    " JOIN people p ON p.id = m.person_id LEFT JOIN organisations o ON o.id = p.organisation_id"
    " JOIN roles r ON r.key = m.role"
)


# The condition that somebody (`{id}`) is in the panel `:panel` on the day `:on`.
PRESENT = (
    "{id} IN (SELECT person_id FROM memberships WHERE panel = :panel"
    " AND from_date <= :on AND (to_date IS NULL OR to_date >= :on))"
)


# Rules


def overlap(a: Membership, b: Membership) -> bool:
    """Tell whether two periods share a day."""
    return (a.to_date is None or a.to_date >= b.from_date) and (b.to_date is None or b.to_date >= a.from_date)


def _require_other(membership: Membership, deputy_for: int | None) -> None:
    if membership.person_id == deputy_for:
        raise Refused(_("Nobody is their own deputy."), hint=_("Name the member whose deputy this person is."))


# Reads


def search(db: Database, *, panel: str = "", on: date | None = None, role: str = "", person_id: int = 0) -> list[Member]:
    """Return members of a panel, or all memberships of a person, on a day (all times without one), by role and name."""
    where = ["1"]
    for condition, wanted in (
        ("m.panel = :panel", panel),
        ("m.role = :role", role),
        ("m.person_id = :person_id", person_id),
        ("m.from_date <= :on AND (m.to_date IS NULL OR m.to_date >= :on)", on),
    ):
        if wanted:
            where.append(condition)
    return db.fetch(
        Member,
        f"{_MEMBER} WHERE {' AND '.join(where)} ORDER BY m.panel, r.position, r.key, p.name_key, m.from_date",
        {"panel": panel, "role": role, "person_id": person_id, "on": on.isoformat() if on else None},
    )


def counts(db: Database, on: date) -> Mapping[str, int]:
    """Return how many people each panel has on a day."""
    rows = db.rows(
        "SELECT panel, count(DISTINCT person_id) AS n FROM memberships"
        " WHERE from_date <= :on AND (to_date IS NULL OR to_date >= :on) GROUP BY panel",
        {"on": on.isoformat()},
    )
    return {row["panel"]: row["n"] for row in rows}


def upcoming(db: Database, panel: str, on: date) -> list[Membership]:
    """Return a panel's memberships that begin after a day, the next one first."""
    return db.fetch(
        Membership, "SELECT * FROM memberships WHERE panel = ? AND from_date > ? ORDER BY from_date", (panel, on.isoformat())
    )


def _of(db: Database, panel: str, person_id: int) -> list[Membership]:
    return db.fetch(
        Membership, "SELECT * FROM memberships WHERE panel = ? AND person_id = ? ORDER BY from_date", (panel, person_id)
    )


# Actions


def add(db: Database, membership: Membership, change: Change, *, exact_start: bool = True) -> Membership | None:
    """Begin a membership; return the one that is there already, or None when this one is new.

    The same membership again is no error. With `exact_start` an overlapping one from another day is refused; without it (the
    day was not given) a running one is simply returned. Raises Refused when the panel was closed before.
    """
    panel = hosts.get(db, membership.panel, Panel)
    membership = replace(membership, panel=panel.slug, role=roles.get(db, membership.role).key)
    hosts.require_open(panel, date.fromisoformat(membership.from_date))
    _require_other(membership, membership.deputy_for)
    for known in _of(db, membership.panel, membership.person_id):
        if known.role != membership.role or not overlap(known, membership):
            continue
        if known.from_date == membership.from_date or not exact_start:
            _require_same(known, membership)
            return known
        raise _already_member(known)
    db.insert(membership)
    change.tell(
        "joined",
        "person",
        membership.person_id,
        about=(("host", membership.panel),),
        role=membership.role,
        from_date=membership.from_date,
    )
    return None


def leave(
    db: Database, panel: str, person_id: int, on: date, change: Change, *, today: date, reason: str = "", role: str = ""
) -> list[Membership]:
    """End a person's memberships in a panel, `on` being the last day; return them. Ending twice on the same day changes nothing.

    An end that is still to come may be put on another day; one that has passed is history. Raises NotFound when the person is
    not in the panel on that day, Refused when the membership has ended.
    """
    ended, running = leaving(db, panel, person_id, on, today=today, role=role)
    day = on.isoformat()
    for membership in running:
        db.update(Membership, membership.id, to_date=day, end_reason=reason)
        change.tell("left", "person", person_id, about=(("host", panel),), role=membership.role, to_date=day)
    return [*ended, *(replace(m, to_date=day, end_reason=reason) for m in running)]


def leaving(
    db: Database, panel: str, person_id: int, on: date, *, today: date, role: str = ""
) -> tuple[list[Membership], list[Membership]]:
    """Return the memberships that end on a day already and those that leaving on it would end; raises as `leave`."""
    day = on.isoformat()
    role = roles.get(db, role).key if role else ""
    known = [m for m in _of(db, panel, person_id) if not role or m.role == role]
    ended = [m for m in known if m.to_date == day]
    begun = [m for m in known if m.from_date <= day and m not in ended and (m.to_date is None or m.to_date >= today.isoformat())]
    # an end is put off only where nothing else runs on that day, or one period would grow over the next
    running = [m for m in begun if m.to_date is None or m.to_date > day] or ([] if ended else begun[-1:])
    if ended or running:
        return ended, running
    over = [m for m in known if m.to_date and m.to_date < today.isoformat()]
    if over:
        raise Refused(
            _("The membership ended on {day} already; history is not rewritten.").format(day=_day(over[-1].to_date)),
            code="already_left",
        )
    raise NotFound(
        _("This person is not in {panel} on {day}.").format(panel=panel, day=format_date(on)),
        hint=_("See the members: osallisuus member list {panel} --on {day}.").format(panel=panel, day=on.isoformat()),
    )


def change_role(db: Database, panel: str, person_id: int, role: str, on: date, change: Change, *, today: date) -> Membership:
    """Give a person another role from `on`: the present membership ends the day before and a new one begins.

    From the very day on which the present one began, it is the beginning that was mistaken: the role is corrected in place.
    """
    role = roles.get(db, role).key
    running = _running(db, panel, person_id, on)
    if any(m.role == role for m in running):
        return next(m for m in running if m.role == role)
    if len(running) != 1:
        _refuse_unclear(running, panel, on)
    old = running[0]
    if old.from_date == on.isoformat():
        for other in _of(db, panel, person_id):
            if other.role == role and overlap(other, old):
                raise _already_member(other)
        db.update(Membership, old.id, role=role)
        change.tell("corrected", "person", person_id, about=(("host", panel),), role=[old.role, role])
        return replace(old, role=role)
    leave(db, panel, person_id, on - timedelta(days=1), change, today=min(today, on), role=old.role, reason="role")
    new = Membership(**asdict(old) | {"id": 0, "role": role, "from_date": on.isoformat()})
    return add(db, new, change) or new


def correct(
    db: Database, panel: str, person_id: int, change: Change, *, from_date: str | None, to_date: str | None, no_end: bool = False
) -> Membership:
    """Put right the first or last day of a person's one membership in a panel, or their latest; `no_end` takes the last day off.

    For what was entered wrongly: what really changed is ended with `leave` and begun with `add`. Raises Refused for an overlap.
    """
    known = _of(db, panel, person_id)
    if not known:
        _refuse_unclear([], panel, None)
    old = known[-1]
    new = replace(old, from_date=from_date or old.from_date, to_date=None if no_end else to_date or old.to_date)
    if new.to_date and new.to_date < new.from_date:
        raise UsageError(
            _("The membership would end ({end}) before it starts ({start}).").format(
                end=_day(new.to_date), start=_day(new.from_date)
            )
        )
    for other in known[:-1]:
        if other.role == old.role and overlap(other, new):
            raise _already_member(other)
    if new != old:
        reason = new.end_reason if new.to_date else ""
        db.update(Membership, old.id, from_date=new.from_date, to_date=new.to_date, end_reason=reason)
        change.tell(
            "corrected",
            "person",
            person_id,
            about=(("host", panel),),
            from_date=[old.from_date, new.from_date],
            to_date=[old.to_date, new.to_date],
        )
    return new


def set_deputy(db: Database, panel: str, person_id: int, deputy_for: int, change: Change, *, on: date) -> None:
    """Say whose deputy the person is in a panel on a day."""
    running = _running(db, panel, person_id, on)
    if len(running) != 1:
        _refuse_unclear(running, panel, on)
    _require_other(running[0], deputy_for)
    if running[0].deputy_for != deputy_for:
        db.update(Membership, running[0].id, deputy_for=deputy_for)
        change.tell("edited", "person", person_id, about=(("host", panel),), fields=["deputy_for"])


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make the memberships of two people those of one: periods in one role that share a day become one, from first to last day.

    A deputy of oneself is nobody's deputy. To be called before `people.merge`, which moves what is left.
    """
    db.execute(
        "UPDATE memberships SET deputy_for = NULL WHERE person_id IN (:keep, :drop) AND deputy_for IN (:keep, :drop)",
        {"keep": keep, "drop": drop},
    )
    rows = db.fetch(
        Membership,
        "SELECT * FROM memberships WHERE person_id IN (?, ?) ORDER BY panel, role, from_date, person_id = ?",
        (keep, drop, drop),
    )
    for _place, group in groupby(rows, lambda m: (m.panel, m.role)):
        united, *others = group
        for other in others:
            if not overlap(united, other):
                united = other
                continue
            longest = max(united, other, key=lambda m: m.to_date or "~")
            united = replace(united, to_date=longest.to_date, end_reason=longest.end_reason)
            db.execute("DELETE FROM memberships WHERE id = ?", (other.id,))
            db.update(Membership, united.id, to_date=united.to_date, end_reason=united.end_reason)
            change.tell("united", "person", keep, about=(("host", united.panel),), role=united.role, to_date=united.to_date)


def remove(db: Database, panel: str, person_id: int, change: Change, *, role: str = "") -> Membership:
    """Take away a membership that was entered by mistake, as if it had never been; return it. The log keeps its dates."""
    role = roles.get(db, role).key if role else ""
    known = [m for m in _of(db, panel, person_id) if not role or m.role == role]
    if len(known) != 1:
        _refuse_unclear(known, panel, None)
    db.execute("DELETE FROM memberships WHERE id = ?", (known[0].id,))
    change.erases = True
    change.tell(
        "removed",
        "person",
        person_id,
        about=(("host", panel),),
        role=known[0].role,
        from_date=known[0].from_date,
        to_date=known[0].to_date,
    )
    return known[0]


def _require_same(known: Membership, asked: Membership) -> None:
    """Raise Refused when a membership that is there already was asked for with another end or deputy."""
    for name in ("to_date", "deputy_for"):
        if getattr(asked, name) is not None and getattr(asked, name) != getattr(known, name):
            raise Refused(
                _("This person is already in {panel} as {role} from {start}.").format(
                    panel=known.panel, role=known.role, start=_day(known.from_date)
                ),
                hint=_("Change the end with 'member leave --on DATE', the deputy with 'member edit --deputy-for PERSON'."),
                code="already_member",
            )


def _running(db: Database, panel: str, person_id: int, on: date) -> list[Membership]:
    day = on.isoformat()
    return [m for m in _of(db, panel, person_id) if m.from_date <= day and (m.to_date is None or m.to_date >= day)]


def _already_member(known: Membership) -> Refused:
    return Refused(
        _("This person is already in {panel} as {role} from {start}.").format(
            panel=known.panel, role=known.role, start=_day(known.from_date)
        ),
        hint=_("End that first with 'member leave', or give a date after it."),
        code="already_member",
    )


def _day(stored: str | None) -> str:
    return format_date(date.fromisoformat(stored)) if stored else ""


def _refuse_unclear(running: list[Membership], panel: str, on: date | None) -> None:
    if not running:
        raise NotFound(
            _("This person is not in {panel} on {day}.").format(panel=panel, day=format_date(on))
            if on
            else _("This person has not been in {panel}.").format(panel=panel),
            hint=_("Add this person with: osallisuus member add {panel} NAME --role ROLE.").format(panel=panel),
        )
    raise Ambiguous(
        n_("This person has {n} role in the panel.", "This person has {n} roles in the panel.", len(running)),
        candidates=[f"{m.role}  {m.from_date}–{m.to_date or ''}" for m in running],
        hint=_("Say which one with --role."),
    )
