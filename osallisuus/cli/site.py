"""`osallisuus site`: the public pages of a series."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from osallisuus import i18n
from osallisuus.cli.commands import PARTLY, Group, one_of
from osallisuus.cli.context import App, DryRun, SeriesSlug, app_of
from osallisuus.cli.publishing import tell_of_names
from osallisuus.domain import calendars, pages
from osallisuus.domain.calendars import Selection
from osallisuus.domain.hosts import Host, Series
from osallisuus.i18n import LANGUAGES, _, n_

if TYPE_CHECKING:
    from osallisuus.exports.folders import Outcome

app = Group()


@app.verb(
    "build",
    _(
        "Build the public pages of a series into a folder: an index, a page for each date, the published files and a calendar. "
        "Only what is published is in them. Build again after changes: only what changed is written."
    ),
    "site build teematiistait public",
    "site build teematiistait public --language fi --dry-run",
)
def build(
    ctx: typer.Context,
    series: SeriesSlug,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Folder of its own for the pages."))],
    language: Annotated[
        list[str] | None,
        typer.Option(
            "--language",
            metavar="fi|sv|en",
            parser=one_of(LANGUAGES),
            help=_("Languages of the pages, the first in the folder itself; all three without it. May be repeated."),
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Build also into a folder that holds other things."))] = False,
    dry_run: DryRun = False,
) -> None:
    """Build the pages of a series."""
    run = app_of(ctx)
    host = run.host(series, Series)
    # start-up: only where pages are written
    from osallisuus.exports import folders, site
    from osallisuus.store import filing

    base = filing.folder(run.settings.database)
    folders.require_apart(folder, (run.settings.database, run.settings.config_file, base))
    languages = list(dict.fromkeys(language or LANGUAGES))
    with run.db.snapshot():
        record = pages.read(run.db, host, minimum=run.settings.feedback_minimum, today=run.today)
        feeds = {one: _calendar(run, host, one) for one in languages}
    missing = {one.id: one.label for one in site.files(record).values() if not filing.is_there(base, one.file, one.size or 0)}
    record = pages.without(record, missing)
    made = site.Site(
        record=record,
        languages=languages,
        calendars=feeds,
        organisation=run.settings.organisation,
        statement=run.settings.accessibility_statement,
    )
    tree: dict[str, bytes | folders.Copy] = dict(site.render(made, site.shipped()))
    for path, material in site.files(record).items():
        source = filing.locate(base, material.file)
        tree[path] = folders.Copy(source=source, size=material.size or 0, sha256=material.sha256)
    done = folders.update(folder, tree, owner=host.slug, force=force, dry_run=dry_run)
    _say(run, folder, done, dry_run=dry_run)
    tell_of_names(run, pages.texts(record))
    for number, label in missing.items():
        run.out.note(_("Left out, as its file is missing or was changed: material {id}, {label}.").format(id=number, label=label))
    if missing:
        raise typer.Exit(PARTLY)


def _say(run: App, folder: Path, done: "Outcome", *, dry_run: bool) -> None:
    document = {
        "folder": str(folder),
        "written": done.written,
        "unchanged": len(done.unchanged),
        "removed": done.removed,
        "dry_run": dry_run,
    }
    parts = [
        n_("{n} file written", "{n} files written", len(done.written)),
        n_("{n} as it was", "{n} as they were", len(done.unchanged)),
        *([n_("{n} taken away", "{n} taken away", len(done.removed))] if done.removed else []),
    ]
    summary = f"{folder}: {', '.join(parts)}."
    if dry_run:
        summary = _("{summary} Nothing was written (--dry-run).").format(summary=summary)
    run.out.done("site", document, summary)
    if done.written and not dry_run:
        run.out.note(_("Look at it: {file}").format(file=folder / "index.html"))


def _calendar(run: App, host: Host, language: str) -> bytes:
    """Return the calendar of a series for everybody."""
    from osallisuus.exports.calendars import write  # start-up: icalendar takes 100 ms

    chosen = Selection(hosts=[host.slug])
    stream = BytesIO()
    with i18n.speaking(language):
        found = (pages.for_subscribers(event) for event in calendars.each(run.db, chosen))
        hosts: Mapping[str, Host] = {host.slug: host}
        zones = calendars.zones(run.db, chosen)
        for piece in write(found, hosts, zones, name=host.called(language), language=language, refresh=12):
            stream.write(piece)
    return stream.getvalue()
