"""What the shell offers on TAB: live slugs, dates and people. Never fails, never writes, never offers more than `_MOST`."""

import os
import re
from collections.abc import Callable

import typer

from osallisuus.i18n import language

_MOST = 50

Offers = list[tuple[str, str]]


def _offer(query: str) -> Callable[[typer.Context, str], Offers]:
    """Return a completer that looks up (value, help) pairs; the query takes what was typed as `:text`."""

    def complete(ctx: typer.Context, incomplete: str) -> Offers:
        try:
            return [(_quoted(value), help_) for value, help_ in _look_up(ctx, query, incomplete)]
        except Exception:  # noqa: BLE001  # a failing TAB must stay silent, whatever the reason
            return []

    return complete


def _look_up(ctx: typer.Context, query: str, incomplete: str) -> Offers:
    from osallisuus import config
    from osallisuus.store.database import open_db
    from osallisuus.texts import identity_key, visible

    database = ctx.find_root().params.get("db") or ""
    db = open_db(config.load(os.environ, database=str(database)).database, timeout=0, readonly=True)
    try:
        typed = incomplete.casefold().replace("\\", "")
        values = {"text": typed, "key": identity_key(typed), "most": _MOST}
        return [(visible(str(row[0])), visible(row[1])) for row in db.rows(f"{query} LIMIT :most", values)]
    finally:
        db.close()


def _quoted(value: str) -> str:
    """Return the value as the shell needs it: bash and PowerShell insert it as it is, so spaces and quotes must be escaped."""
    shell = os.environ.get("_OSALLISUUS_COMPLETE", "").partition("_")[2]
    escape = {"bash": "\\", "powershell": "`", "pwsh": "`"}.get(shell, "")
    return re.sub(r"(?=[ '\"$`&;()<>|])", lambda _match: escape, value) if escape else value


_BY_SLUG = "SELECT slug, name FROM hosts WHERE instr(slug, :text) = 1"
_BY_DATE = (
    "SELECT host || '/' || substr(starts, 1, 10), CASE WHEN title <> '' THEN title ELSE status END FROM events"
    " WHERE host IN (SELECT slug FROM hosts WHERE type LIKE '{type}') AND instr(host || '/' || starts, :text) = 1"
    " ORDER BY starts DESC"
)

hosts = _offer(f"{_BY_SLUG} ORDER BY slug")
panels = _offer(f"{_BY_SLUG} AND type = 'panel' ORDER BY slug")
series = _offer(f"{_BY_SLUG} AND type = 'series' ORDER BY slug")
sessions = _offer(_BY_DATE.format(type="panel"))
webinars = _offer(_BY_DATE.format(type="series"))
occasions = _offer(_BY_DATE.format(type="%"))
proposals = _offer(
    "SELECT id, substr(text, 1, 60) FROM proposals WHERE status NOT IN ('withdrawn') AND instr(id, :text) = 1 ORDER BY id DESC"
)
talks = _offer("SELECT id, title FROM talks WHERE instr(id, :text) = 1 ORDER BY id DESC")
people = _offer(
    "SELECT name, CASE WHEN email <> '' THEN email ELSE 'id ' || id END FROM people WHERE instr(name_key, :key) ORDER BY name_key"
)
roles = _offer(f"SELECT key, name_{language()} FROM roles WHERE instr(key, :text) = 1 ORDER BY position")
