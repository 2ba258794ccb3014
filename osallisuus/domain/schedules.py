"""When letters of a host are due: reminders so many days before a date, thanks so many days after it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from osallisuus.domain.hosts import Host
from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change

# Days from the date, before it but for thanks: to members and those who registered, to speakers, and afterwards.
DEFAULTS: Mapping[str, tuple[int, ...]] = {"reminder": (7, 1), "speaker-reminder": (21, 7), "thanks": (1,)}
KINDS = tuple(DEFAULTS)
MOST_DAYS = 365
_DIGITS = 3

# Days by kind, the earliest letter first.
Schedule = Mapping[str, Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One letter that a host sends at a time of its own; `days` is None where it sends none of that kind."""

    table: ClassVar[str] = "letter_schedules"
    id: int = 0
    host: str
    kind: str
    days: int | None


# Rules


def parse(text: str) -> list[int]:
    """Read days such as `7,1`, or `never`; raise UsageError for anything else."""
    words = [word for word in text.replace(",", " ").split() if word]
    if words == ["never"]:
        return []
    if not words or not all(word.isdecimal() and len(word) <= _DIGITS and int(word) <= MOST_DAYS for word in words):
        raise UsageError(
            _("'{text}' does not say on which days.").format(text=text),
            hint=_("Write days from the date, for example 7,1; or never."),
        )
    return sorted({int(word) for word in words}, reverse=True)


# Reads


def of(db: Database, slugs: Sequence[str]) -> Mapping[str, Schedule]:
    """Return the schedules of these hosts by slug; what a host does not set is as everybody has it."""
    places = ", ".join("?" for _slug in slugs)
    own: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for entry in db.fetch(Entry, f"SELECT * FROM letter_schedules WHERE host IN ({places}) ORDER BY days DESC", list(slugs)):
        own[entry.host].setdefault(entry.kind, []).extend([] if entry.days is None else [entry.days])
    return {slug: {**DEFAULTS, **own[slug]} for slug in slugs}


# Actions


def update(db: Database, host: Host, kind: str, days: Sequence[int], change: Change) -> bool:
    """Set on which days letters of a kind are due; return False when that is so already."""
    if list(of(db, [host.slug])[host.slug][kind]) == list(days):
        return False
    db.execute("DELETE FROM letter_schedules WHERE host = ? AND kind = ?", (host.slug, kind))
    entries: Sequence[int | None] = days or [None]
    for day in entries:
        db.insert(Entry(host=host.slug, kind=kind, days=day))
    change.tell("scheduled", "host", host.slug, kind=kind, days=", ".join(map(str, days)) or None)
    return True
