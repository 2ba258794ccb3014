"""Agreements and consents: who agreed to what, in which version, from when until when.

Consent is for what is truly optional (a name in print, a photograph); it is withdrawn as easily as it was given, and nothing is
deleted by that (GDPR article 7(3); recital 43 on public bodies).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain import memberships
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

KINDS = ("confidentiality", "participation", "name-publication", "photo", "recording", "mailing")
# What is truly optional, and ends when somebody says so.
CONSENTS = KINDS[2:]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One agreement or consent of one person; `expires` is its last day, `withdrawn_on` the first day it counts no more.

    `version` says which text was agreed to, `kept_at` where the signed paper is.
    """

    table: ClassVar[str] = "agreements"
    id: int = 0
    person_id: int
    kind: str
    on_date: str
    expires: str | None = None
    withdrawn_on: str | None = None
    version: str = ""
    kept_at: str = ""


# Rules


def in_force(agreement: Agreement, day: date) -> bool:
    """Tell whether an agreement counts on a day."""
    return state(agreement, day) == "in-force"


def state(agreement: Agreement, day: date) -> str:
    """Return in-force, future, expired or withdrawn."""
    stored = day.isoformat()
    if agreement.withdrawn_on and agreement.withdrawn_on <= stored:
        return "withdrawn"
    if agreement.on_date > stored:
        return "future"
    return "expired" if agreement.expires and agreement.expires < stored else "in-force"


# Reads


def search(db: Database, *, person_id: int = 0, panel: str = "", on: date | None = None, kind: str = "") -> list[Agreement]:
    """Return agreements of a person, of those in a panel on a day, or of all, by person, kind and date."""
    where = ["1"]
    for condition, wanted in (
        ("a.person_id = :person_id", person_id),
        ("a.kind = :kind", kind),
        (memberships.PRESENT.format(id="a.person_id"), panel),
    ):
        if wanted:
            where.append(condition)
    return db.fetch(
        Agreement,
        f"SELECT a.* FROM agreements a JOIN people p ON p.id = a.person_id WHERE {' AND '.join(where)}"
        " ORDER BY p.name_key, p.id, a.kind, a.on_date",
        {"person_id": person_id, "kind": kind, "panel": panel, "on": on.isoformat() if on else "9999-12-31"},
    )


def get(db: Database, number: int) -> Agreement:
    """Return one agreement; raise NotFound."""
    found = db.fetch(Agreement, "SELECT * FROM agreements WHERE id = ?", (number,))
    if not found:
        raise NotFound(
            _("There is no agreement {id}.").format(id=number), hint=_("See their numbers: osallisuus agreement list.")
        )
    return found[0]


def expiring(db: Database, day: date, until: date) -> list[Agreement]:
    """Return the agreements in force on a day that run out by another, where no other one of the kind goes on."""
    return db.fetch(
        Agreement,
        "SELECT a.* FROM agreements a JOIN people p ON p.id = a.person_id"
        " WHERE a.expires BETWEEN :day AND :until AND a.on_date <= :day AND a.withdrawn_on IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM agreements b WHERE b.person_id = a.person_id AND b.kind = a.kind"
        "   AND b.id <> a.id AND b.on_date <= date(a.expires, '+1 day') AND b.withdrawn_on IS NULL"
        "   AND (b.expires IS NULL OR b.expires > a.expires)) ORDER BY a.expires, p.name_key",
        {"day": day.isoformat(), "until": until.isoformat()},
    )


def consenting(db: Database, kind: str, day: date) -> set[int]:
    """Return the ids of all people whose agreement of a kind is in force on a day."""
    rows = db.rows(
        "SELECT DISTINCT person_id FROM agreements WHERE kind = :kind AND on_date <= :day"
        " AND (expires IS NULL OR expires >= :day) AND (withdrawn_on IS NULL OR withdrawn_on > :day)",
        {"kind": kind, "day": day.isoformat()},
    )
    return {row["person_id"] for row in rows}


# Actions


def add(db: Database, agreement: Agreement, change: Change) -> bool:
    """Add an agreement, or change what is noted of the same kind on the same day; return False when nothing was new."""
    _require_order(agreement)
    known = db.fetch(
        Agreement,
        "SELECT * FROM agreements WHERE person_id = ? AND kind = ? AND on_date = ?",
        (agreement.person_id, agreement.kind, agreement.on_date),
    )
    if not known:
        number = db.insert(agreement)
        change.tell("agreed", "person", agreement.person_id, agreement=number, kind=agreement.kind, on_date=agreement.on_date)
        return True
    if known[0].withdrawn_on:
        raise Refused(
            _("That agreement was withdrawn on {day}.").format(day=_day(known[0].withdrawn_on)),
            hint=_("A new one needs a later date: --on DATE."),
            code="withdrawn",
        )
    asked = {name: value for name in ("expires", "version", "kept_at") if (value := getattr(agreement, name))}
    new = {name: value for name, value in asked.items() if value != getattr(known[0], name)}
    if new:
        _require_order(replace(known[0], **new))
        db.update(Agreement, known[0].id, **new)
        change.erases |= any(getattr(known[0], name) for name in ("version", "kept_at") if name in new)
        change.tell("edited", "person", agreement.person_id, agreement=known[0].id, fields=sorted(new))
    return bool(new)


def withdraw(db: Database, person_id: int, kind: str, on: date, change: Change) -> list[Agreement]:
    """Withdraw what is in force of a kind from a day on and return it; nothing is deleted. The same day again changes nothing.

    Raises NotFound when nothing of the kind is in force on that day.
    """
    known = search(db, person_id=person_id, kind=kind)
    same = [agreement for agreement in known if agreement.withdrawn_on == on.isoformat()]
    running = [agreement for agreement in known if in_force(agreement, on)]
    if not (running or same):
        raise NotFound(
            _("There is no agreement of this kind to withdraw on {day}: {kind}.").format(day=format_date(on), kind=kind),
            hint=_("See what there is: osallisuus person show {id}.").format(id=person_id),
        )
    for agreement in running:
        db.update(Agreement, agreement.id, withdrawn_on=on.isoformat())
        change.tell("withdrew", "person", person_id, agreement=agreement.id, kind=kind, withdrawn_on=on.isoformat())
    return [*same, *(replace(agreement, withdrawn_on=on.isoformat()) for agreement in running)]


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make the agreements of two people those of one, to be called before `people.merge`: what either withdrew is withdrawn.

    Of the same kind on the same day one is kept, with the earlier end.
    """
    for kind in KINDS:
        known = [a for person in (keep, drop) for a in search(db, person_id=person, kind=kind)]
        ends = [a.withdrawn_on for a in known if a.withdrawn_on]
        by_day: dict[str, Agreement] = {}
        for agreement in known:
            other = by_day.setdefault(agreement.on_date, agreement)
            if other is agreement:
                continue
            filled = {name: getattr(other, name) or getattr(agreement, name) for name in ("version", "kept_at")}
            expires = min(filter(None, (other.expires, agreement.expires)), default=None)
            by_day[agreement.on_date] = replace(other, expires=expires, **filled)
            db.execute("DELETE FROM agreements WHERE id = ?", (agreement.id,))
        for agreement in by_day.values():
            end = min((end for end in ends if end >= agreement.on_date), default=None)
            noted = {name: getattr(agreement, name) for name in ("expires", "version", "kept_at")}
            db.update(Agreement, agreement.id, withdrawn_on=end, **noted)
        if len(by_day) < len(known) or (ends and len({a.person_id for a in known}) > 1):
            change.tell("united", "person", keep, kind=kind)


def edit(db: Database, number: int, changes: Mapping[str, str | None], change: Change) -> Agreement:
    """Put right what was noted of an agreement wrongly; raise NotFound, or Refused where there is one of that day already."""
    known = get(db, number)
    changed = with_columns(known, changes)
    _require_order(changed)
    new = {name: value for name, value in changes.items() if getattr(known, name) != value}
    others = [a.on_date for a in search(db, person_id=known.person_id, kind=known.kind) if a.id != known.id]
    if changed.on_date in others:
        raise Refused(
            _("There is one of that day already."), hint=_("Take one away: osallisuus agreement remove {id}.").format(id=number)
        )
    if new:
        db.update(Agreement, number, **new)
        change.erases |= any(getattr(known, name) for name in ("version", "kept_at") if name in new)
        change.tell("edited", "person", known.person_id, agreement=number, fields=sorted(new))
    return changed


def remove(db: Database, number: int, change: Change) -> Agreement:
    """Take away an agreement entered by mistake and return it; a real one is withdrawn instead."""
    known = get(db, number)
    db.execute("DELETE FROM agreements WHERE id = ?", (number,))
    change.erases = True
    change.tell("removed", "person", known.person_id, agreement=number, kind=known.kind)
    return known


def _require_order(agreement: Agreement) -> None:
    if agreement.expires and agreement.expires < agreement.on_date:
        raise UsageError(
            _("The agreement would run out ({end}) before it was made ({start}).").format(
                end=agreement.expires, start=agreement.on_date
            )
        )


def _day(stored: str) -> str:
    return format_date(date.fromisoformat(stored))
