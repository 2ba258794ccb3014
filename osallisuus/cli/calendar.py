"""`osallisuus calendar`: calendar files."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Annotated, Any

import typer

from osallisuus import files
from osallisuus.cli import completion
from osallisuus.cli.commands import Group
from osallisuus.cli.context import App, Force, From, Until, app_of
from osallisuus.domain import calendars, hosts, people
from osallisuus.domain.calendars import Selection
from osallisuus.errors import NotFound
from osallisuus.i18n import _, n_, speaking

app = Group()


@app.verb(
    "export",
    _(
        "Write a calendar file (.ics) of panels, series or a person's sessions. A file is a snapshot: a calendar that was "
        "opened from it does not follow later changes."
    ),
    "calendar export teematiistait vantaa -o season.ics",
    'calendar export --person "Aino Esimerkki" --from today -o aino.ics',
    "calendar export teematiistait > teematiistait.ics",
)
def export(
    ctx: typer.Context,
    host: Annotated[
        list[str] | None,
        typer.Argument(metavar="HOST…", help=_("Panels and series; all without any."), autocompletion=completion.hosts),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person", metavar="PERSON", help=_("Only sessions this person was a member for."), autocompletion=completion.people
        ),
    ] = None,
    from_: From = None,
    until: Until = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help=_("File to write; - is standard output."))] = "-",
    force: Force = False,
) -> None:
    """Write the events of hosts, or of a person's panels, into one calendar."""
    run = app_of(ctx)
    chosen_hosts = [*{h.slug: h for h in map(run.host, host)}.values()] if host else hosts.search(run.db)
    if not chosen_hosts:
        raise NotFound(
            _("There is no panel or series to export yet."),
            hint=_("Add one first: see osallisuus panel add --help."),
        )
    owner = people.get(run.db, person) if person else None
    person_id, language = (owner.id, owner.language or run.language) if owner else (0, run.language)
    chosen = Selection(hosts=[h.slug for h in chosen_hosts], person_id=person_id, since=run.day(from_), until=run.day(until))
    name = _name(run, chosen_hosts, alone=not person and len(chosen_hosts) == 1, language=language)
    path = None if output == "-" else Path(output)
    if path:
        _refuse_foreign(run, path, force=force)
    counts = _Counts()
    ics = ""
    if path:
        files.replace_by(path, lambda partial: _save(run, chosen, (name, language), counts, partial, path))
    else:
        with tempfile.TemporaryFile() as spool:
            # the reader of a pipe may be slow, and nobody could write to the database while it reads
            _fill(run, chosen, (name, language), counts, spool)
            spool.seek(0)
            if run.out.json:
                ics = spool.read().decode()
            else:
                copyfileobj(spool, sys.stdout.buffer)
                sys.stdout.flush()
    if not counts.events:
        run.out.note(_("No date fits: the calendar is empty."))
    if path or run.out.json:
        document = {"file": str(path) if path else None, "events": counts.events, "cancelled": counts.cancelled}
        run.out.done(
            "calendar",
            document | ({} if path else {"ics": ics}),
            (_("{path}: {dates}, of them cancelled: {cancelled}.") if counts.cancelled else _("{path}: {dates}.")).format(
                path=path, dates=n_("{n} date", "{n} dates", counts.events), cancelled=counts.cancelled
            ),
        )


class _Counts:
    events = 0
    cancelled = 0


def _save(run: App, chosen: Selection, titled: tuple[str, str], counts: _Counts, partial: Path, path: Path) -> None:
    with partial.open("wb") as stream:
        _fill(run, chosen, titled, counts, stream)
    if path.is_file():
        partial.chmod(path.stat().st_mode & 0o777)  # whoever let others read the file before wants them to go on reading it


def _fill(run: App, chosen: Selection, titled: tuple[str, str], counts: _Counts, stream: IO[bytes]) -> None:
    from osallisuus.exports.calendars import write  # start-up: icalendar takes 100 ms

    with run.db.snapshot():
        by_slug = {h.slug: h for h in hosts.search(run.db)}
        zones = calendars.zones(run.db, chosen)

        def counted() -> Iterator[Any]:
            for event in calendars.each(run.db, chosen):
                counts.events += 1
                counts.cancelled += event.status == "cancelled"
                yield event

        name, language = titled
        with speaking(language):
            for piece in write(counted(), by_slug, zones, name=name, language=language):
                stream.write(piece)


def _name(run: App, chosen: list[hosts.Host], *, alone: bool, language: str) -> str:
    return chosen[0].called(language) if alone else run.settings.organisation or "osallisuus"


def _refuse_foreign(run: App, path: Path, *, force: bool) -> None:
    """Overwrite without asking only what was exported here before: a scheduled export must be able to run again."""
    try:
        if not force and path.is_file() and not path.is_symlink():
            with path.open("rb") as handle:
                force = b"PRODID:-//osallisuus//" in handle.read(200)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    run.target(path, force=force)
