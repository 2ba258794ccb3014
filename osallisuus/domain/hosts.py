"""Hosts of occasions: customer panels and webinar series. What both are and do is written once here.

A host is named by its slug, which is its identity for life. Its rule proposes dates; see `planning`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from typing import ClassVar
from urllib.parse import urlsplit

from osallisuus.dates import parse_time, require_zone
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database, Row, referencing, with_columns
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key

KINDS = ("main", "side", "extended")
HOLIDAY_POLICIES = ("skip", "keep", "next")
_SLUG = re.compile(r"[a-z0-9åäö]+(?:-[a-z0-9åäö]+)*")
_LINK = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S")
_MAX_SLUG = 60
# The most people a panel is meant to have.
MOST_MEMBERS = 10_000


@dataclass(frozen=True, kw_only=True)
class Host:
    """What panels and series share. `rule`, `at` (HH:MM) and `minutes` are what the next planning uses."""

    table: ClassVar[str] = "hosts"
    slug: str
    type: str = "series"
    name: str
    name_sv: str = ""
    name_en: str = ""
    place: str = ""
    url: str = ""
    funder: str = ""
    purpose: str = ""
    timezone: str
    rule: str = ""
    at: str = ""
    minutes: int | None = None
    holidays: str = "keep"
    anchor: str | None = None
    closed_on: str | None = None
    feedback_url: str = ""
    created_at: str = ""

    def called(self, language: str) -> str:
        """Return its name in a language, or its name."""
        return str(getattr(self, f"name_{language}", "") or self.name)

    @property
    def verbs(self) -> str:
        """The command group of its dates: session or webinar."""
        return "session" if self.type == "panel" else "webinar"


class Series(Host):
    """A webinar series: it has no fields of its own (start-up: making a dataclass of it again takes two milliseconds)."""


@dataclass(frozen=True, kw_only=True)
class Panel(Host):
    """A customer panel: main, side (feeds its parent) or extended (with trained peers and experts by experience)."""

    type: str = "panel"
    kind: str
    parent: str | None = None
    area: str = ""
    mandate: str = ""
    term_start: str | None = None
    term_end: str | None = None
    size: int | None = None
    coordinator: int | None = None


_TYPE: Mapping[type[Host], str] = {Panel: "panel", Series: "series"}


# Rules


def ruled(host: Host, changes: Mapping[str, object]) -> Host:
    """Return the host with changed fields; a rule that means something else counts its weeks or months anew."""
    changed = with_columns(host, changes)
    if changed.rule != host.rule and host.anchor and "anchor" not in changes:
        from osallisuus import recurrence  # start-up: lists show a rule as it was written

        if not host.rule or not changed.rule or recurrence.parse(host.rule) != recurrence.parse(changed.rule):
            return replace(changed, anchor=None)
    return changed


def require_slug(slug: str) -> str:
    """Return the slug, or raise UsageError: it is typed daily, stands in file names, and must not look like a date or number."""
    if len(slug) > _MAX_SLUG or not _SLUG.fullmatch(slug) or slug.replace("-", "").isdecimal():
        raise UsageError(
            _("'{slug}' cannot be a short name.").format(slug=slug),
            hint=_("Use small letters, digits and hyphens, with at least one letter, for example 'teematiistait'."),
            code="bad_slug",
        )
    return slug


def require_valid(host: Host) -> None:
    """Raise UsageError or Refused when a field does not make sense by itself or beside another."""
    require_slug(host.slug)
    require_zone(host.timezone)
    if not host.name.strip():
        raise UsageError(_("A name is needed."))
    if host.rule:
        from osallisuus import recurrence  # start-up: lists show a rule as it was written

        recurrence.parse(host.rule)
    if host.at:
        parse_time(host.at)
    require_url(host.url)
    require_web_address(host.feedback_url)
    if host.minutes is not None:
        require_minutes(host.minutes)
    if isinstance(host, Panel):
        if host.kind == "main" and host.parent:
            raise Refused(
                _("A main panel has no parent."), hint=_("Use --kind side or extended for a panel that belongs to another.")
            )
        if host.term_start and host.term_end and host.term_end < host.term_start:
            raise Refused(
                _("The term would end ({end}) before it starts ({start}).").format(end=host.term_end, start=host.term_start)
            )


def require_url(url: str) -> str:
    """Return a link, or raise UsageError when it would open nothing."""
    if url and not _LINK.match(url):
        raise UsageError(
            _("'{url}' is not a link.").format(url=url), hint=_("Write it whole, for example https://example.org/teams.")
        )
    return url


def is_web_address(url: str) -> bool:
    """Tell whether a browser opens it: http or https, a host, nobody's password, no blank or hidden character."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return whole and url.isprintable() and " " not in url


def require_web_address(url: str) -> str:
    """Return a link that a public page may hold, or an empty text; raise UsageError for anything else."""
    if require_url(url) and not is_web_address(url):
        raise UsageError(
            _("'{url}' is not a web address.").format(url=url), hint=_("A public link begins with https:// or http://.")
        )
    return url


def require_minutes(minutes: int) -> int:
    """Return a length in minutes, or raise UsageError when it is not between one minute and a day."""
    if not 1 <= minutes <= 1440:
        raise UsageError(
            _("{minutes} minutes is not a length for an occasion.").format(minutes=minutes), hint=_("Give 1 to 1440 minutes.")
        )
    return minutes


def require_open(host: Host, day: date) -> None:
    """Raise Refused when the host was closed before that day."""
    if host.closed_on and day.isoformat() > host.closed_on:
        raise Refused(
            _("{slug} was closed on {day}.").format(slug=host.slug, day=format_date(date.fromisoformat(host.closed_on))),
            hint=_("Choose an earlier date, or open it again: osallisuus {type} edit {slug} --open.").format(
                type=host.type, slug=host.slug
            ),
            code="closed",
        )


# Reads


def search(db: Database, record: type[Host] | None = None, *, open_on: date | None = None) -> list[Host]:
    """Return all hosts, or those of one kind, by slug; with `open_on` only those not closed before that day."""
    rows = db.rows(
        "SELECT * FROM hosts WHERE (:type IS NULL OR type = :type)"
        " AND (:day IS NULL OR closed_on IS NULL OR closed_on >= :day) ORDER BY slug",
        {"type": _TYPE[record] if record else None, "day": open_on.isoformat() if open_on else None},
    )
    return [_record(row) for row in rows]


def get(db: Database, slug: str, record: type[Host] | None = None) -> Host:
    """Return one host; raise NotFound with near names, also when it is a panel where a series is wanted."""
    rows = db.rows("SELECT * FROM hosts WHERE slug = ?", (identity_key(slug),))
    if not rows:
        raise _unknown(db, slug, record)
    host = _record(rows[0])
    if record and not isinstance(host, record):
        wanted, found = (_("a panel"), _("a series")) if record is Panel else (_("a series"), _("a panel"))
        raise NotFound(
            _("'{slug}' is {found}, not {wanted}.").format(slug=slug, found=found, wanted=wanted),
            hint=_("Use the {group} command instead.").format(
                group="'series' / 'webinar'" if record is Panel else "'panel' / 'session'"
            ),
        )
    return host


def ancestors(db: Database, slug: str) -> list[str]:
    """Return the slugs of a panel's parent, its parent's parent and so on."""
    rows = db.rows(
        "WITH RECURSIVE up (slug, depth) AS (SELECT parent, 1 FROM hosts WHERE slug = ? UNION"
        " SELECT h.parent, depth + 1 FROM hosts h JOIN up ON h.slug = up.slug WHERE depth < 100)"
        " SELECT slug FROM up WHERE slug IS NOT NULL ORDER BY depth",
        (slug,),
    )
    return [row["slug"] for row in rows]


# Actions


def add(db: Database, host: Host, change: Change) -> bool:
    """Add a host; return False when the very same one is there already. Raises Refused when its slug is taken by another."""
    require_valid(host)
    host = _under_parent(db, host)
    rows = db.rows("SELECT * FROM hosts WHERE slug = ?", (host.slug,))
    if rows:
        known = _record(rows[0])
        asked = {f.name: getattr(host, f.name) for f in fields(host) if f.name == "type" or getattr(host, f.name) != f.default}
        differing = [name for name, value in asked.items() if getattr(known, name, None) != value]
        if not differing:
            return False
        raise Refused(
            _("'{slug}' is already the short name of {name}.").format(slug=host.slug, name=known.name),
            hint=_("Choose another short name, or change it with 'edit' (differs: {fields}).").format(
                fields=", ".join(differing)
            ),
            code="slug_taken",
        )
    db.insert(replace(host, created_at=change.stamp))
    change.tell("added", "host", host.slug)
    return True


def update(db: Database, host: Host, changes: Mapping[str, object], change: Change) -> Host:
    """Change fields of a host and return it; nothing happens when they are as asked already."""
    changed = _under_parent(db, ruled(host, changes))
    new = {f.name: getattr(changed, f.name) for f in fields(host) if getattr(changed, f.name) != getattr(host, f.name)}
    if not new:
        return host
    require_valid(changed)
    db.update(type(host), host.slug, **new)
    change.tell("edited", "host", host.slug, fields=sorted(new))
    return changed


def remove(db: Database, host: Host, change: Change) -> None:
    """Remove a panel or series entered by mistake; raise Refused while dates, members, proposals or other panels belong to it."""
    for table, column in referencing(db, "hosts", owned=False):
        if db.value(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', (host.slug,)):
            raise Refused(
                _("{slug} has dates, members, proposals or panels of its own and stays.").format(slug=host.slug),
                hint=_("Close it instead: osallisuus {type} close {slug}.").format(type=host.type, slug=host.slug),
                code="in_use",
            )
    db.execute("DELETE FROM hosts WHERE slug = ?", (host.slug,))
    change.tell("removed", "host", host.slug)


def _under_parent(db: Database, host: Host) -> Host:
    """Return the host with its parent's slug as it is stored; raise NotFound or Refused for a parent that it cannot have."""
    if not isinstance(host, Panel) or not host.parent:
        return host
    parent = get(db, host.parent, Panel)
    if host.slug == parent.slug:
        raise Refused(_("A panel cannot be under itself."))
    if host.slug in ancestors(db, parent.slug):
        raise Refused(
            _("{slug} cannot be under {parent}, which is itself under {slug}.").format(slug=host.slug, parent=parent.slug)
        )
    return replace(host, parent=parent.slug)


def _record(row: Row) -> Host:
    record: type[Host] = Panel if row["type"] == "panel" else Series
    return record(**{f.name: row[f.name] for f in fields(record)})


def _unknown(db: Database, slug: str, record: type[Host] | None) -> NotFound:
    slugs = [host.slug for host in search(db, record)]
    near = get_close_matches(slug.casefold(), slugs, n=3)
    what = {Panel: _("panel"), Series: _("series")}.get(record, _("panel or series")) if record else _("panel or series")
    hint = (
        _("Did you mean {names}?").format(names=", ".join(near))
        if near
        else _("See what there is: osallisuus {group} list.").format(group="panel" if record is Panel else "series")
    )
    return NotFound(_("There is no {what} '{slug}'.").format(what=what, slug=slug), hint=hint)
