"""`osallisuus session`: the sessions of panels."""

from dataclasses import asdict
from typing import Annotated

import typer

from osallisuus import i18n
from osallisuus.cli import occasions
from osallisuus.cli.commands import Group, one_of
from osallisuus.cli.context import At, Force, Minutes, PanelSlug, Place, Url, app_of
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _, n_

app = Group()
app.nest("agenda", _("What a session is to go through, and what came of it."))
_FORMATS = ("text", "md", "html")
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


@app.verb(
    "needs",
    _("What has to be ordered for a session: the arrangements of everybody expected, summed, without names."),
    "session needs vantaa/2022-09-29",
    "session needs vantaa/1 --json",
)
def needs(ctx: typer.Context, occasion: occasions.Occasion) -> None:
    """List the arrangements a session needs."""
    run = app_of(ctx)
    event = run.event(occasion, Panel)
    from osallisuus.domain import attendance  # start-up: lists need nothing of it

    listed = attendance.search(run.db, event)
    away = sum(one.state in ("excused", "absent") for one in listed)
    run.out.rows(
        "needs",
        [asdict(need) for need in attendance.needs(run.db, event)],
        ((_("What"), "text"), (_("For"), lambda row: n_("{n} person", "{n} people", row["people"]))),
        empty=_("Nobody expected at {occasion} needs arrangements.").format(occasion=event.reference),
    )
    run.out.note(_("Expected {expected}, not coming {away}.").format(expected=len(listed) - away, away=away))


@app.verb(
    "memo",
    _("Write the memo of a session; --public leaves out every name but those whose owners agreed to its publication."),
    "session memo vantaa/2022-09-29",
    "session memo vantaa/1 --public --language sv -o memo.html",
)
def write_memo(
    ctx: typer.Context,
    occasion: occasions.Occasion,
    public: Annotated[bool, typer.Option("--public", help=_("Without names, to be published."))] = False,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="fi|sv|en", parser=one_of(i18n.LANGUAGES), help=_("Language of the memo.")),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="|".join(_FORMATS), parser=one_of(_FORMATS), help=_("Else the ending of the file says it.")
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=_("Where to; '-' or nothing prints it."))
    ] = None,
    not_name: Annotated[
        list[str] | None,
        typer.Option("--not-name", metavar="WORD", help=_("A word that only looks like a name and is to stay; may be repeated.")),
    ] = None,
    force: Force = False,
) -> None:
    """Write the memo of a session."""
    from osallisuus.cli import memo  # start-up: only this verb gathers and renders everything

    asked = memo.Asked(public=public, language=language, format=format, output=output, spare=tuple(not_name or ()), force=force)
    memo.write(app_of(ctx), occasion, asked)
