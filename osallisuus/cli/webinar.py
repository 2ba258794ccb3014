"""`osallisuus webinar`: the dates of webinar series."""

from typing import Annotated

import typer

from osallisuus.cli import occasions
from osallisuus.cli.commands import Group
from osallisuus.cli.context import At, Minutes, Place, SeriesSlug, Url, app_of
from osallisuus.i18n import _

app = Group()
occasions.register(app, occasions.WEBINAR, "teematiistait", "", "teematiistait/2022-11-08")


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
