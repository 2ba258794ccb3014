"""`osallisuus report`: reports of panels and series, for boards, funders, the public and the coordinator."""

from typing import Annotated, Any

import typer

from osallisuus import i18n
from osallisuus.cli import completion, describing
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import DAY, Force, app_of
from osallisuus.i18n import _
from osallisuus.reports.catalogue import CATALOGUE, FORMATS

app = Group()

_HOST: dict[str, Any] = {
    "panel": Annotated[
        str | None, typer.Argument(metavar="PANEL", help=_("Short name of the panel."), autocompletion=completion.panels)
    ],
    "series": Annotated[
        str | None, typer.Argument(metavar="SERIES", help=_("Short name of the series."), autocompletion=completion.series)
    ],
    "host": Annotated[
        str | None,
        typer.Argument(metavar="HOST", help=_("Short name of the panel or series."), autocompletion=completion.hosts),
    ],
    # of a report about everything it is told that it takes none
    "": Annotated[str | None, typer.Argument(hidden=True, help=_("Nothing."))],
}

Year = Annotated[
    int | None, typer.Option("--year", metavar="N", parser=whole(1990, 2200), help=_("A calendar year; this one without it."))
]
Since = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=_("First day of another period. {how}").format(how=DAY))
]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("Last day of it. {how}").format(how=DAY))]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="|".join(FORMATS), parser=one_of(FORMATS), help=_("Else the ending of the file says it.")),
]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help=_("Where to; '-' or nothing prints it. May be repeated, for several formats.")
    ),
]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="fi|sv|en", parser=one_of(i18n.LANGUAGES), help=_("Language of the report.")),
]
Template = Annotated[
    str | None,
    typer.Option(
        "--template", metavar="FILE", help=_("A Jinja2 template of your own that the report is put into, in a sandbox.")
    ),
]
Explain = Annotated[
    str | None,
    typer.Option("--explain", metavar="FIGURE", help=_("List the records behind a number; 'list' names all numbers.")),
]
NotName = Annotated[
    list[str] | None,
    typer.Option("--not-name", metavar="WORD", help=_("A word that only looks like a name and is to stay; may be repeated.")),
]
Internal = Annotated[bool, typer.Option("--internal", help=_("With every number, also the smallest; not to be published."))]


def descriptions() -> dict[str, str]:
    """Return what each report is, by name."""
    return {
        "panel": _("One panel's year: members, sessions, proposals and answers, training, evaluation, what comes next."),
        "year": _("All panels together in a year, for the yearly client report."),
        "you-said-we-did": _("What a panel, or all panels, said, what was answered, and what came of it; to be published."),
        "series": _("A webinar season: registered, attended, feedback, questions, who was heard."),
        "programme": _("A season's dates, themes and speakers; to be published."),
        "innokyla": _("The fields of an Innokylä page, to paste there."),
        "answer-debt": _("Who owes which panel an answer, for how long; what has not been sent or told."),
        "attendance": _("How many came, by session and by month; registrations by month."),
        "contacts": _("Names, e-mail addresses and telephones of members; for you only."),
        "art30": _("The record of processing activities that article 30 of the GDPR asks for."),
    }


@app.verb("list", _("List the reports, what each is about and who may see it."), "report list", "report list --json")
def list_(ctx: typer.Context) -> None:
    """List the reports."""
    run = app_of(ctx)
    audiences = {"public": _("everybody"), "internal": _("internal")}
    about = {"panel": _("a panel"), "series": _("a series"), "host": _("a panel or series"), "": _("everything")}
    rows = [
        {"name": name, "about": sheet.about, "required": sheet.required, "audience": sheet.audience, "text": descriptions()[name]}
        for name, sheet in CATALOGUE.items()
    ]
    run.out.rows(
        "reports",
        rows,
        (
            (_("Report"), "name"),
            (_("About"), lambda row: about[row["about"]] if row["required"] or not row["about"] else f"[{about[row['about']]}]"),
            (_("Who may see it"), lambda row: audiences[row["audience"]]),
            (_("What it says"), "text"),
        ),
        empty="",
    )


def _verb(name: str, *examples: str) -> None:
    """Declare the command of a report; all take the same, but for what they are about."""
    argument = _HOST[CATALOGUE[name].about]

    def command(
        ctx: typer.Context,
        host: argument = None,  # type: ignore[valid-type]  # what it is about differs
        year: Year = None,
        since: Since = None,
        until: Until = None,
        format: Format = None,
        output: Output = None,
        language: Language = None,
        internal: Internal = False,
        template: Template = None,
        explain: Explain = None,
        not_name: NotName = None,
        force: Force = False,
    ) -> None:
        from osallisuus.cli import reporting  # start-up: help and the list need nothing of it

        reporting.answer(
            app_of(ctx),
            name,
            reporting.Wanted(
                host=host,
                year=year,
                since=since,
                until=until,
                format=format,
                output=output or (),
                language=language,
                internal=internal,
                template=template,
                explain=explain,
                not_name=not_name or (),
                force=force,
            ),
        )

    command.__doc__ = f"Make the report {name}."
    app.verb(name, descriptions()[name], *examples)(command)


for _name, _examples in {
    "panel": ("report panel vantaa --year 2022", "report panel vantaa --year 2022 -o raati-2022.pdf --language fi"),
    "year": ("report year --year 2022", "report year --year 2022 -o raadit-2022.html"),
    "you-said-we-did": ("report you-said-we-did vantaa --year 2022", "report you-said-we-did -o kuulimme.md"),
    "series": (
        "report series teematiistait --year 2022",
        "report series teematiistait --from 2022-08-01 --until 2023-05-31 --json",
    ),
    "programme": (
        "report programme teematiistait --from 2022-09-01 --until 2022-12-31",
        "report programme teematiistait -o ohjelma.html",
    ),
    "innokyla": ("report innokyla vantaa", "report innokyla teematiistait --year 2022 -o innokyla.md"),
    "answer-debt": ("report answer-debt", "report answer-debt vantaa -o vastausvelka.xlsx"),
    "attendance": ("report attendance vantaa --year 2022", "report attendance --year 2022 --format md"),
    "contacts": ("report contacts vantaa", "report contacts vantaa -o yhteystiedot.xlsx"),
    "art30": ("report art30", "report art30 -o seloste.pdf --language sv"),
}.items():
    _verb(_name, *_examples)

describing.register(app)
