"""`osallisuus log`: what was done."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from osallisuus import dates
from osallisuus.cli import completion
from osallisuus.cli.commands import single, whole
from osallisuus.cli.context import App, app_of
from osallisuus.domain import events, hosts, people
from osallisuus.errors import NotFound
from osallisuus.i18n import _
from osallisuus.store import logbook
from osallisuus.store.database import explained

app, command = single(
    "log",
    _("What was done, when and by whom; of one date, panel, series or person, or of all."),
    "log",
    "log teematiistait/2022-11-15",
    'log "Aino Esimerkki" --json',
)


@command
def log(
    ctx: typer.Context,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="SUBJECT", help=_("OCCASION, HOST or PERSON; everything without it."), autocompletion=completion.hosts
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole(1, 100_000), help=_("At most so many, the newest."))
    ] = 50,
) -> None:
    """Show rows of the log, the newest last."""
    run = app_of(ctx)
    noun, key = _resolve(run, subject) if subject else ("", "")
    with explained(run.db.path):
        entries = logbook.entries(run.db.connection, noun=noun, subject=key, limit=limit)
    zone = dates.require_zone(run.settings.timezone)
    run.out.rows(
        "log",
        [asdict(entry) for entry in entries],
        (
            (_("When"), lambda row: datetime.fromisoformat(row["at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M")),
            (_("User"), "os_user"),
            (_("Command"), "command"),
            (_("What"), lambda row: "; ".join(_describe(c) for c in row["changes"] if not noun or str(c.get(noun)) == key)),
        ),
        empty=_("Nothing has been done yet."),
    )

    if len(entries) == limit and not run.out.json:
        run.out.note(_("These are the newest {n}; more with --limit.").format(n=limit))


def _resolve(run: App, subject: str) -> tuple[str, str]:
    """Return the noun and the lasting name of what a person calls `subject`."""
    if "/" in subject:
        return "event", events.get(run.db, subject, today=run.today, note=run.out.note).lasting
    try:
        return "host", hosts.get(run.db, subject).slug
    except NotFound as no_host:
        try:
            return "person", str(people.get(run.db, subject).id)
        except NotFound:
            raise NotFound(
                _("There is no panel, series or person '{subject}'.").format(subject=subject), hint=no_host.hint
            ) from None


def _describe(change: dict[str, Any]) -> str:
    """Return one change in one line: what was done, to what, old → new."""
    words = [str(change["did"])]
    for name, value in change.items():
        if name == "did" or value is None or (name == "host" and "event" in change):
            continue
        if name in ("event", "host"):
            words.append(value)
        elif name == "fields":
            words.append(", ".join(value))
        elif isinstance(value, list) and len(value) == 2:
            words.append(f"{value[0]} → {value[1]}")
        else:
            words.append(f"{name} {value}")
    return " ".join(words)
