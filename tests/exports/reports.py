"""A report with everything in it that a report can hold, and with words that each format has to keep from being obeyed."""

from datetime import date, datetime

from osallisuus.reports.blocks import (
    Behind,
    Block,
    Column,
    Figure,
    Figures,
    Heading,
    Link,
    Made,
    Number,
    Paragraph,
    Picture,
    Quoted,
    Report,
    Table,
)

MADE = Made(on=date(2023, 1, 10), version="1.4.0", database="osallisuus.db", entry=57)
# What a spreadsheet, a browser, Markdown, typst or a terminal would take for its own.
SHARP = '=1+1 <b>&amp; "A" #let x = 1 *y* _z_ [a](b) $5 @q `c` | \\ 1. päätös\x1b[31m'


def count(key: str, value: float | None, **more: object) -> Number:
    behind = Behind(noun="proposal", sql="SELECT 1 AS id, '2022-09-29' AS day, 'x' AS text")
    return Number(key=key, value=value, behind=behind, **more)


def blocks() -> list[Block]:
    return [
        Heading(text="Tarkoitus"),
        Paragraph(text=SHARP, language="fi"),
        Paragraph(text="Ensimmäinen rivi\nToinen rivi"),
        Figures(
            items=[
                Figure(label="Jäseniä", value=count("members", 12)),
                Figure(label="Vastausaika (mediaani)", value=count("days", 22.5, unit="days", places=1)),
                Figure(label="Läsnä", value=count("rate", 0.836, unit="share")),
                Figure(label="Kausi alkoi", value=date(2022, 1, 1)),
                Figure(label="Ei tietoa", value=None),
                Figure(label="Piilotettu", value=Number(key="secret", value=None, hidden=True)),
            ]
        ),
        Heading(text="Jäsenet"),
        Table(
            key="roles",
            title="Jäsenet rooleittain",
            columns=[
                Column(key="role", label="Rooli"),
                Column(key="members", label="Jäseniä", kind="number"),
                Column(key="target", label="Tavoite", kind="number"),
            ],
            rows=[
                ["kehittäjäasiakas", count("roles.a", 7), count("targets.a", 8)],
                ["kehittäjätyöntekijä", count("roles.b", 5), count("targets.b", 3)],
                ["vertaistoimija", Number(key="roles.c", value=None, hidden=True), count("targets.c", 2)],
                ["kokemusasiantuntija", count("roles.d", 0), None],
                ["Yhteensä", count("roles", 12), None],
            ],
            total=True,
            picture=Picture(kind="bars", value="members", target="target"),
            note="Tavoite on se, mitä raadille on suunniteltu.",
        ),
        Heading(text="Kokoukset"),
        Table(
            key="sessions",
            title="Kokoukset",
            columns=[
                Column(key="day", label="Päivä", kind="moment"),
                Column(key="theme", label="Teema"),
                Column(key="present", label="Läsnä", kind="number"),
                Column(key="link", label="Aineisto", kind="link"),
            ],
            rows=[
                [
                    datetime(2022, 9, 29, 17),
                    Quoted(text="Kuljetuspalvelun puhelinajat", language="fi"),
                    count("s.1", 9),
                    Link(label="Esitys & muut", url="https://example.org/a?b=1&c=2"),
                ],
                [datetime(2022, 10, 27, 17), Quoted(text="Köer och väntrum", language="sv"), count("s.2", 12), None],
                [datetime(2022, 11, 24, 17), Quoted(text=SHARP, language="fi"), count("s.3", None), None],
                [datetime(2022, 12, 29, 17), "", Number(key="s.4", value=None, hidden=True), None],
            ],
            picture=Picture(kind="columns", value="present"),
        ),
        Heading(text="Pienempi osa", level=3),
        Table(
            key="empty",
            title="Palaute",
            columns=[Column(key="grade", label="Arvosana"), Column(key="n", label="Vastauksia", kind="number")],
            rows=[[str(grade), count(f"grades.{grade}", 0)] for grade in range(1, 6)],
            picture=Picture(kind="columns", value="n"),
        ),
        Table(
            key="large",
            title="Ilmoittautuneet",
            columns=[
                Column(key="month", label="Kuukausi"),
                Column(key="n", label="Ilmoittautuneita", kind="number"),
                Column(key="on", label="Viimeinen", kind="day"),
            ],
            rows=[[f"2022-{month:02}", count(f"m.{month}", 12345 * month), date(2022, month, 28)] for month in range(1, 13)],
            picture=Picture(kind="columns", value="n"),
        ),
    ]


def report(language: str = "fi", *, audience: str = "public") -> Report:
    return Report(
        name="panel",
        title="Esimerkkilän asiakasraati <2022>",
        subtitle="1.1.2022–31.12.2022",
        organisation="Esimerkkilän hyvinvointialue",
        audience=audience,
        language=language,
        blocks=blocks(),
        made=MADE,
        limits=["Luvut 1–4 henkilöstä on jätetty pois (..)."],
    )
