"""`osallisuus series`: webinar series."""

from dataclasses import asdict

import typer

from osallisuus.cli.commands import Group
from osallisuus.cli.context import (
    At,
    Funder,
    Holidays,
    Minutes,
    Name,
    NameEn,
    NameSv,
    NewName,
    NewSlug,
    On,
    Place,
    Purpose,
    Reopen,
    RuleText,
    SeriesSlug,
    Url,
    Yes,
    Zone,
    app_of,
    given,
)
from osallisuus.cli.hosting import HOST_LABELS, close_host, edit_host, host_changes, remove_host
from osallisuus.domain import hosts
from osallisuus.domain.hosts import Series
from osallisuus.i18n import _, named

app = Group()


@app.verb(
    "add",
    _("Add a webinar series."),
    'series add teematiistait --name "Asiakasosallisuuden teematiistait" --rule "2nd tuesday" --at 14:00 --minutes 60',
    'series add etäraadit --name "Etäraadit" --rule "kuukauden viimeinen torstai" --at 17.00 --minutes 90 --url https://example.org/etä',
)
def add(
    ctx: typer.Context,
    slug: NewSlug,
    name: Name,
    rule: RuleText = None,
    at: At = None,
    minutes: Minutes = None,
    name_sv: NameSv = None,
    name_en: NameEn = None,
    timezone: Zone = None,
    holidays: Holidays = None,
    place: Place = None,
    url: Url = None,
    funder: Funder = None,
    purpose: Purpose = None,
) -> None:
    """Add a series; the same one again changes nothing."""
    run = app_of(ctx)
    values = host_changes(
        run, name_sv=name_sv, name_en=name_en, rule=rule, at=at, minutes=minutes, holidays=holidays, place=place
    )
    values |= given(url=url, funder=funder, purpose=purpose)
    series = Series(slug=slug, name=name, timezone=timezone or run.settings.timezone, **values)
    with run.writing() as change:
        new = hosts.add(run.db, series, change)
    run.out.done(
        "series",
        asdict(hosts.get(run.db, slug, Series)),
        _("Added the series {slug}: {name}.").format(slug=slug, name=name)
        if new
        else _("{slug} is there already, unchanged.").format(slug=slug),
        *([_("Next: osallisuus webinar plan {slug} --from DATE --months 6").format(slug=slug)] if new else []),
    )


@app.verb("list", _("List the webinar series."), "series list", "series list --json")
def list_(ctx: typer.Context) -> None:
    """List all series."""
    run = app_of(ctx)
    rows = [asdict(host) for host in hosts.search(run.db, Series)]
    run.out.rows(
        "series",
        rows,
        (
            (_("Series"), "slug"),
            (_("Name"), lambda row: named(row, run.language)),
            (_("Rule"), "rule"),
            (_("At"), "at"),
            (_("Minutes"), "minutes"),
            (_("Closed on"), "closed_on"),
        ),
        empty=_("There are no series yet. Add one: osallisuus series add --help"),
    )


@app.verb("show", _("Show one series."), "series show teematiistait", "series show teematiistait --json")
def show(ctx: typer.Context, slug: SeriesSlug) -> None:
    """Show one series."""
    run = app_of(ctx)
    run.out.record("series", asdict(run.host(slug, Series)), HOST_LABELS)


@app.verb(
    "edit",
    _("Change a series. A new rule or time takes effect on the dates at the next 'webinar plan'."),
    'series edit teematiistait --rule "3rd tuesday"',
    'series edit teematiistait --name-sv "Tematisdagar" --url https://example.org/teams',
)
def edit(
    ctx: typer.Context,
    slug: SeriesSlug,
    name: NewName = None,
    rule: RuleText = None,
    at: At = None,
    minutes: Minutes = None,
    name_sv: NameSv = None,
    name_en: NameEn = None,
    timezone: Zone = None,
    holidays: Holidays = None,
    place: Place = None,
    url: Url = None,
    funder: Funder = None,
    purpose: Purpose = None,
    reopen: Reopen = False,
) -> None:
    """Change the given fields of a series."""
    run = app_of(ctx)
    changes = host_changes(run, name=name, name_sv=name_sv, name_en=name_en, rule=rule, at=at, minutes=minutes, holidays=holidays)
    changes |= given(timezone=timezone, place=place, url=url, funder=funder, purpose=purpose)
    edit_host(run, slug, Series, changes | ({"closed_on": None} if reopen else {}))


@app.verb(
    "close",
    _("Close a series: nothing is planned after that day."),
    "series close teematiistait --on 2022-12-31",
    "series close teematiistait",
)
def close(ctx: typer.Context, slug: SeriesSlug, on: On = None) -> None:
    """Close a series."""
    close_host(app_of(ctx), slug, Series, on)


@app.verb(
    "remove",
    _("Remove a series that was entered by mistake. One that has dates stays; close it instead."),
    "series remove kokeilu",
    "series remove kokeilu --yes",
)
def remove(ctx: typer.Context, slug: SeriesSlug, yes: Yes = False) -> None:
    """Remove a series that nothing belongs to."""
    remove_host(app_of(ctx), slug, Series, yes=yes)
