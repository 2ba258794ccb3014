"""`osallisuus series`: webinar series."""

from dataclasses import asdict
from typing import Annotated

import typer

from osallisuus.cli.commands import Group
from osallisuus.cli.context import (
    At,
    DryRun,
    FeedbackUrl,
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
    PlanCount,
    PlanMonths,
    Purpose,
    Reopen,
    RuleText,
    SeriesSlug,
    Until,
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
    feedback_url: FeedbackUrl = None,
) -> None:
    """Add a series; the same one again changes nothing."""
    run = app_of(ctx)
    values = host_changes(
        run, name_sv=name_sv, name_en=name_en, rule=rule, at=at, minutes=minutes, holidays=holidays, place=place
    )
    values |= given(url=url, funder=funder, purpose=purpose, feedback_url=feedback_url)
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
    feedback_url: FeedbackUrl = None,
    reopen: Reopen = False,
) -> None:
    """Change the given fields of a series."""
    run = app_of(ctx)
    changes = host_changes(run, name=name, name_sv=name_sv, name_en=name_en, rule=rule, at=at, minutes=minutes, holidays=holidays)
    changes |= given(timezone=timezone, place=place, url=url, funder=funder, purpose=purpose, feedback_url=feedback_url)
    edit_host(run, slug, Series, changes | ({"closed_on": None} if reopen else {}))


@app.verb(
    "copy",
    _("Start the next season as a series of its own: rule and checklist of another, dates planned, nothing about people."),
    'series copy teematiistait kevät-2023 --name "Kevään 2023 teematiistait" --from 2023-01-01 --months 5 --dry-run',
    "series copy teematiistait kevät-2023 --from 2023-01-01 --count 5",
)
def copy(
    ctx: typer.Context,
    slug: SeriesSlug,
    new: NewSlug,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=_("First day; 'today' will do."))],
    until: Until = None,
    count: PlanCount = None,
    months: PlanMonths = None,
    name: NewName = None,
    rule: RuleText = None,
    at: At = None,
    minutes: Minutes = None,
    name_sv: NameSv = None,
    name_en: NameEn = None,
    holidays: Holidays = None,
    url: Url = None,
    dry_run: DryRun = False,
) -> None:
    """Roll a season over."""
    run = app_of(ctx)
    from osallisuus.cli import plans, seasons  # start-up: the other verbs need nothing of planning

    changes = host_changes(run, name=name, name_sv=name_sv, name_en=name_en, rule=rule, at=at, minutes=minutes, holidays=holidays)
    span = plans.span(run, from_, until, count, months)
    seasons.roll_over(run, slug, new, changes | given(url=url), span, dry_run=dry_run)


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
