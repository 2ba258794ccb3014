"""`osallisuus calendar`: calendar files, feeds, and dates on a calendar server."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from osallisuus import files
from osallisuus.cli import completion, feeds
from osallisuus.cli.commands import PARTLY, Group, one_of, whole
from osallisuus.cli.context import App, DryRun, Force, From, Until, app_of
from osallisuus.domain import calendars, hosts, people
from osallisuus.domain.calendars import Selection
from osallisuus.errors import NotFound, UsageError
from osallisuus.i18n import LANGUAGES, _, n_, speaking

if TYPE_CHECKING:
    from osallisuus.mail.caldav import Entry, Outcome

app = Group()

Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="fi|sv|en",
        parser=one_of(LANGUAGES),
        help=_("Language of names and titles; the language in use without it. Give it where a timetable runs the command."),
    ),
]


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
        feeds.refuse_foreign(run, path, force=force)
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


@app.verb(
    "feed",
    _(
        "Write calendar feeds (.ics), which other calendars subscribe to and follow: one file for each panel or series, in a "
        "folder that a web server hands out. Only what changed is written; run it after changes or by a timetable. For a panel "
        "use https and a folder name that nobody guesses: whoever knows the address reads the feed. It lists no members. People "
        "subscribe to the address with webcal:// in the place of https://."
    ),
    "calendar feed public/4f1c9be27a",
    "calendar feed public/4f1c9be27a vantaa --language fi --address https://example.org/4f1c9be27a",
    "calendar feed public/season teematiistait --refresh 24 --dry-run",
)
def feed(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Folder that is served."))],
    host: Annotated[
        list[str] | None,
        typer.Argument(metavar="HOST…", help=_("Panels and series; all open ones without any."), autocompletion=completion.hosts),
    ] = None,
    refresh: Annotated[
        int, typer.Option("--refresh", metavar="HOURS", parser=whole(1, 720), help=_("How often calendars are to fetch it."))
    ] = 12,
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help=_("Web address of the folder; the feeds then say where they are."))
    ] = "",
    language: Language = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Bring a folder of feeds up to date."""
    run = app_of(ctx)
    # start-up: only where something is published
    from osallisuus.exports import folders
    from osallisuus.store import filing

    if address and not hosts.is_web_address(address):
        raise UsageError(_("'{url}' is not a web address.").format(url=address))
    settings = run.settings
    folders.require_apart(folder, (settings.database, settings.config_file, filing.folder(settings.database)))
    with run.db.snapshot():
        chosen = [*{h.slug: h for h in map(run.host, host)}.values()] if host else hosts.search(run.db, open_on=run.today)
        if not chosen:
            raise NotFound(
                _("There is no panel or series to export yet."),
                hint=_("Add one first: see osallisuus panel add --help."),
            )
        done = feeds.made(run, folder, chosen, address=address, refresh=refresh, language=language or run.language, force=force)
    if not dry_run:
        feeds.save(folder, done)
    _tell_feeds(run, folder, done, dry_run=dry_run)


@app.verb(
    "publish",
    _(
        "Put the dates of panels and series into a calendar on a server (CalDAV: Nextcloud, Radicale and others) and keep them "
        "up to date there: changed in place, cancelled ones marked, removed ones taken away. Only dates of these panels and "
        "series that this program put there are ever touched. The password comes from standard input, from what the setting "
        "password_command runs, or from the system's keyring."
    ),
    "calendar publish vantaa --to https://cloud.example.org/remote.php/dav/calendars/me/raati/ --user me",
    "calendar publish vantaa teematiistait --to https://cloud.example.org/dav/osallisuus/ --user me --language fi --dry-run",
)
def publish(
    ctx: typer.Context,
    host: Annotated[list[str], typer.Argument(metavar="HOST…", help=_("Panels and series."), autocompletion=completion.hosts)],
    to: Annotated[str, typer.Option("--to", metavar="URL", help=_("Address of the calendar on the server."))],
    user: Annotated[str, typer.Option("--user", metavar="NAME", help=_("Who logs in; nobody without it."))] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=_("Read the password from standard input."))] = False,
    language: Language = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=_("Also take away all dates of a panel or series, and take over dates that others put there.")
        ),
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Bring a calendar on a server up to date."""
    run = app_of(ctx)
    from osallisuus.mail import accounts, caldav  # start-up: only where a calendar server is spoken to

    address = caldav.address_of(to)
    with run.db.snapshot():
        chosen = {h.slug: h for h in map(run.host, host)}
        entries = _entries(run, chosen, language or run.language)
    if password_stdin and not user:
        raise UsageError(_("A password is of no use without --user."))
    password = accounts.secret(run.settings, "caldav", address, user, stdin=password_stdin) if user else ""
    if user and not password:
        raise UsageError(
            _("There is no password for {user}.").format(user=user),
            hint=_(
                "Give it with --password-stdin, set password_command, or keep it in the keyring: keyring set '{name}' {user}"
            ).format(name=f"osallisuus caldav {address}", user=user),
            code="no_secret",
        )
    with caldav.Collection(address, user=user, password=password) as collection:
        outcome = caldav.publish(collection, entries, [*chosen], force=force, dry_run=dry_run)
    _tell_published(run, address, outcome, dry_run=dry_run)
    if outcome.left:
        raise typer.Exit(PARTLY)


def _entries(run: App, chosen: Mapping[str, hosts.Host], language: str) -> "list[Entry]":
    """Return the dates of hosts as a calendar server keeps them."""
    from osallisuus.exports.calendars import single  # start-up: icalendar takes 100 ms
    from osallisuus.mail.caldav import read

    with speaking(language):
        found = calendars.each(run.db, Selection(hosts=[*chosen]))
        return [read(single(event, chosen[event.host], language=language)) for event in found]


def _tell_feeds(run: App, folder: Path, done: Sequence[feeds.Feed], *, dry_run: bool) -> None:
    written = [one for one in done if not one.is_there]
    document = {"folder": str(folder), "feeds": [one.public for one in done], "dry_run": dry_run}
    parts = [
        n_("{n} feed written", "{n} feeds written", len(written)),
        n_("{n} as it was", "{n} as they were", len(done) - len(written)),
    ]
    run.out.done("calendar", document, _summary(folder, parts, dry_run=dry_run))
    if dry_run or not written:
        return
    if any(isinstance(one.host, hosts.Panel) for one in written):
        run.out.note(_("Whoever knows the address of a panel's feed reads it: use https and a folder name that nobody guesses."))
    for one in written:
        if one.source:
            run.out.note(_("Subscribe: {address}").format(address=f"webcal://{one.source.partition('://')[2]}"))
    if not written[0].source:
        run.out.note(_("Subscribe to a feed by its web address, with webcal:// in the place of https://."))


def _tell_published(run: App, address: str, outcome: "Outcome", *, dry_run: bool) -> None:
    parts = [
        *([n_("{n} date added", "{n} dates added", len(outcome.created))] if outcome.created else []),
        *([n_("{n} date brought up to date", "{n} dates brought up to date", len(outcome.updated))] if outcome.updated else []),
        *([n_("{n} taken away", "{n} taken away", len(outcome.withdrawn))] if outcome.withdrawn else []),
        n_("{n} as it was", "{n} as they were", len(outcome.unchanged)),
    ]
    document = {"address": address, **vars(outcome), "dry_run": dry_run}
    run.out.done("calendar", document, _summary(address, parts, dry_run=dry_run))
    for name in outcome.left:
        run.out.note(
            _("{name} was left as it is: somebody else put it there or changes it. To overwrite it, add --force.").format(
                name=name
            )
        )


def _summary(where: Path | str, parts: Sequence[str], *, dry_run: bool) -> str:
    summary = f"{where}: {', '.join(parts)}."
    return _("{summary} Nothing was written (--dry-run).").format(summary=summary) if dry_run else summary


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
