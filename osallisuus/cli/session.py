"""`osallisuus session`: the sessions of panels."""

from typing import Annotated

import typer

from osallisuus.cli import occasions
from osallisuus.cli.commands import Group
from osallisuus.cli.context import At, Minutes, PanelSlug, Place, Url, app_of
from osallisuus.i18n import _

app = Group()
occasions.register(app, occasions.SESSION, "vantaa", '--rule "last thursday" --at 17:00 --minutes 120 ', "vantaa/2022-09-29")


@app.verb(
    "add",
    _("Add one session by hand."),
    'session add vantaa --on 2022-10-04 --at 12:00 --minutes 90 --kind workshop --title "Palvelupolku kuntoon"',
    "session add vantaa --on 6.10.2022 --at 17.00 --minutes 60 --kind training",
)
def add(
    ctx: typer.Context,
    panel: PanelSlug,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("Which day; a time may follow."))],
    at: At = None,
    minutes: Minutes = None,
    kind: occasions.KindOption = None,
    title: occasions.Titles = None,
    title_sv: occasions.TitleSv = None,
    title_en: occasions.TitleEn = None,
    description: occasions.Description = None,
    place: Place = None,
    url: Url = None,
) -> None:
    """Add a session by hand; planning leaves it alone."""
    from osallisuus.cli import plans  # start-up: the other verbs need nothing of planning

    plans.add_occasion(
        app_of(ctx),
        occasions.SESSION,
        panel,
        on,
        at,
        minutes,
        kind=kind or "meeting",
        title=title,
        title_sv=title_sv,
        title_en=title_en,
        description=description,
        place=place,
        url=url,
    )
