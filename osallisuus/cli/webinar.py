"""`osallisuus webinar`: the dates of webinar series."""

from typing import Annotated

import typer

from osallisuus.cli import completion, occasions
from osallisuus.cli.commands import Group
from osallisuus.cli.context import At, DryRun, Minutes, On, Place, SeriesSlug, Url, app_of
from osallisuus.i18n import _

app = Group()
occasions.register(app, occasions.WEBINAR, "teematiistait", "", "teematiistait/2022-11-08")


@app.verb(
    "ready",
    _("What each date still lacks, and by when: theme, speakers, link, slides, permissions, answers, materials, captions."),
    "webinar ready teematiistait",
    "webinar ready teematiistait/2022-11-15 --json",
    "webinar ready --check",
)
def ready(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="SERIES|OCCASION", help=_("One series or date; all without it."), autocompletion=completion.series
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=_("Only what is late, and exit with status 8 when anything is."))
    ] = False,
    all_: Annotated[bool, typer.Option("--all", help=_("Also dates in more than three months, or over a year ago."))] = False,
    on: On = None,
) -> None:
    """Show what dates lack."""
    from osallisuus.cli import ready  # start-up: lists of dates need nothing of it

    run = app_of(ctx)
    ready.show(run, what, check=check, all_=all_, day=run.day(on) or run.today)


@app.verb(
    "publish",
    _("Publish all that is ready of a date: answers, resources, notes, and materials with permission. 'site build' shows it."),
    "webinar publish teematiistait/2022-10-11 --dry-run",
    "webinar publish teematiistait/2",
)
def publish(ctx: typer.Context, occasion: occasions.Occasion, dry_run: DryRun = False) -> None:
    """Publish what is ready."""
    from osallisuus.cli import ready  # start-up: lists of dates need nothing of it

    ready.publish(app_of(ctx), occasion, dry_run=dry_run)


@app.verb(
    "add",
    _("Add one date by hand."),
    'webinar add teematiistait --on 2022-12-20 --title "Joulun erikoislähetys"',
    'webinar add teematiistait --on "20.12.2022 klo 12.00" --minutes 30',
)
def add(
    ctx: typer.Context,
    series: SeriesSlug,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("Which day; a time may follow."))],
    at: At = None,
    minutes: Minutes = None,
    title: occasions.Titles = None,
    title_sv: occasions.TitleSv = None,
    title_en: occasions.TitleEn = None,
    description: occasions.Description = None,
    place: Place = None,
    url: Url = None,
) -> None:
    """Add a webinar by hand; planning leaves it alone."""
    from osallisuus.cli import plans  # start-up: the other verbs need nothing of planning

    plans.add_occasion(
        app_of(ctx),
        occasions.WEBINAR,
        series,
        on,
        at,
        minutes,
        title=title,
        title_sv=title_sv,
        title_en=title_en,
        description=description,
        place=place,
        url=url,
    )
