"""The story that the demo tells, as the command lines of its steps. Everybody in it is made up."""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from osallisuus.cli import aftermath
from osallisuus.i18n import _

_OCTOBER = datetime(2022, 10, 20, 7, tzinfo=UTC)
_NOVEMBER = datetime(2022, 11, 3, 7, tzinfo=UTC)
_JANUARY = datetime(2023, 1, 10, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """A part of the demo: what it shows, and its command lines, of which the last few are run with their output.

    Letters are about dates to come, and reports about what has been, so those are written on a `day` of their own.
    """

    title: str
    commands: tuple[str, ...]
    shown: int = 1
    day: datetime | None = None

    @property
    def verbs_shown(self) -> list[list[str]]:
        """The group and verb of the commands whose output is shown."""
        return [line.split()[:2] for line in self.commands[-self.shown :]]


def steps(folder: Path) -> tuple[Step, ...]:
    """Return the steps of the demo in their order."""

    def report(name: str) -> str:
        return shlex.quote(str(folder / name))

    ics = {name: shlex.quote(str(folder / f"{name}.ics")) for name in ("teematiistait", "raadit", "aino")}
    return (
        Step(_("A database of its own"), ("init",)),
        Step(
            _("A webinar series: the second Tuesday of each month, planned by its rule"),
            (
                _SERIES,
                "webinar plan teematiistait --from 2022-09-01 --until 2022-12-31",
            ),
        ),
        Step(
            _("One date moves; the others stay, and planning again does not bring it back"),
            (
                "webinar move teematiistait/2022-11-08 2022-11-15",
                "webinar plan teematiistait --from 2022-09-01 --until 2022-12-31",
            ),
            shown=2,
        ),
        Step(
            _("Themes for the dates; what is over is marked as held"),
            (
                'webinar edit teematiistait/1 --title "Mielenterveys- ja päihdepalvelut sekä kokemustoiminta"',
                'webinar edit teematiistait/2 --title "Ammatilliset asiantuntijuudet ja johtaminen"',
                'webinar edit teematiistait/3 --title "Asiakkaiden osallistuminen päätöksentekoon ja tiedon integroituminen"',
                'webinar edit teematiistait/4 --title "Asiakkaiden osallistuminen kehittämiseen"',
                "webinar held teematiistait/1",
                "webinar held teematiistait/2",
                "webinar list teematiistait",
            ),
        ),
        Step(
            _("The panel family: a main panel, a side panel that feeds it, and an extended panel"),
            (
                'person add "Kaisa Koordinaattori" --email kaisa@example.org --language fi',
                _PANEL,
                'panel add sivuraati --name "Pohjoinen sivuraati" --kind side --parent asiakasraati --size 6',
                'panel add laajennettu --name "Laajennettu asiakasraati" --kind extended --parent asiakasraati',
                *_members(),
                "panel tree --on 2022-11-03",
            ),
        ),
        Step(_("Who was in the panel on a given day"), ("member list asiakasraati --on 2022-11-03",)),
        Step(
            _("Sessions of the panels, by rule and by hand"),
            (
                _SESSIONS,
                'session edit asiakasraati/1 --title "Kuljetuspalvelun puhelinajat"',
                'session edit asiakasraati/2 --title "Odotustilan kuulutukset"',
                'session edit asiakasraati/3 --title "Kirjeiden kieli"',
                'session edit asiakasraati/4 --title "Vuoden arviointi"',
                _WORKSHOP,
                'session add laajennettu --on 1.12.2022 --at 12.00 --minutes 180 --kind training --title "Yhteinen koulutus"',
                "session list",
            ),
        ),
        Step(
            _("What a role asks for, and who still lacks it"),
            (
                'training add Kehittäjäkoulutus "Aino Esimerkki" "Eero Malli" "Oskari Testinen" --on 2022-01-20 --hours 6',
                'agreement add "Aino Esimerkki" "Eero Malli" --kind confidentiality --kind participation --on 2022-01-20',
                "training list --missing",
            ),
        ),
        Step(
            _("A session: the agenda, who was there, what came of it; and the memo for the web, without names"),
            (
                *_session(),
                "session agenda asiakasraati/1",
                "session memo asiakasraati/1 --public",
            ),
            shown=2,
        ),
        Step(
            _("A proposal, to its answer and back; the next agenda knows what is open and what was answered"),
            (
                *_proposal(),
                "proposal show 1",
                "session agenda asiakasraati/2",
            ),
            shown=2,
        ),
        Step(
            _("A webinar: its talks and speakers, what the next one still lacks"),
            (
                *_talks(),
                "webinar ready teematiistait/3 --on 2022-11-03",
            ),
        ),
        Step(
            _("Afterwards: questions and answers, feedback; and the public pages, with what is published and nothing else"),
            (
                *_aftermath(folder),
                "feedback show teematiistait/2",
                f"site build teematiistait {shlex.quote(str(folder / 'julkinen'))}",
            ),
            shown=2,
            day=_OCTOBER,
        ),
        Step(
            _("Letters, as on 3 November 2022: one a person, in their own language; nothing leaves by itself"),
            (
                "invite draft sivuraati/1 --show",
                f"invite write {shlex.quote(str(folder / 'kirjeet'))} sivuraati/1",
                "invite status sivuraati/1",
            ),
            shown=3,
            day=_NOVEMBER,
        ),
        Step(
            _("Calendar files to open in Outlook, Google Calendar, Thunderbird or a telephone"),
            (
                f"calendar export teematiistait -o {ics['teematiistait']}",
                f"calendar export asiakasraati sivuraati laajennettu -o {ics['raadit']}",
                f'calendar export --person "Aino Esimerkki" -o {ics["aino"]}',
            ),
            shown=3,
        ),
        Step(_("And what the coordinator would have seen on 3 November 2022"), ("today --on 2022-11-03",)),
        Step(
            _("January 2023: the year is over, and the board wants to know what came of it"),
            (
                *aftermath.of_the_panel(folder),
                *aftermath.of_the_season(folder),
                f"calendar export asiakasraati sivuraati laajennettu -o {ics['raadit']}",
                f'calendar export --person "Aino Esimerkki" -o {ics["aino"]}',
                f"site build teematiistait {shlex.quote(str(folder / 'julkinen'))}",
                "report you-said-we-did asiakasraati --year 2022",
                f"report panel asiakasraati --year 2022 --force -o {report('raati-2022.html')} -o {report('raati-2022.xlsx')}",
                f"report series teematiistait --year 2022 --force -o {report('teematiistait-2022.html')}",
            ),
            shown=3,
            day=_JANUARY,
        ),
    )


_SERIES = (
    'series add teematiistait --name "Asiakasosallisuuden teematiistait" --rule "2nd tuesday" --at 14:00 --minutes 60'
    ' --name-sv "Tematisdagar om klientdelaktighet" --name-en "Theme Tuesdays on client participation"'
    " --url https://example.org/teematiistait"
)
_PANEL = (
    'panel add asiakasraati --name "Esimerkkilän asiakasraati" --name-sv "Exempelby klientråd" --kind main --size 12'
    ' --area Vammaispalvelut --place "Esimerkkitalo, Mallikatu 1" --term-start 2022-01-01 --term-end 2023-12-31'
    ' --coordinator "Kaisa Koordinaattori"'
)
_SESSIONS = (
    'session plan asiakasraati --rule "kuukauden viimeinen torstai" --at 17.00 --minutes 120'
    " --from 2022-09-01 --count 4 --holidays next"
)
_WORKSHOP = (
    'session add sivuraati --on 9.11.2022 --at 13.00 --minutes 90 --kind workshop --title "Palvelupolku kuntoon"'
    ' --place "Pohjoisen palvelukeskus"'
)


def _members() -> tuple[str, ...]:
    rows = (
        ("asiakasraati", "Kaisa Koordinaattori", "coordinator", "2022-01-01", ""),
        (
            "asiakasraati",
            "Aino Esimerkki",
            "developer-client",
            "2022-01-01",
            ' --email aino@example.org --arrangement "induktiosilmukka"',
        ),
        ("asiakasraati", "Eero Malli", "developer-client", "2022-01-01", ' --phone "040 000 0001"'),
        ("asiakasraati", "Sanna Exempel", "developer-client", "2022-05-01", " --email sanna@example.org --language sv"),
        ("asiakasraati", "Helmi Esimerkki", "developer-client", "2022-01-01", ""),
        ("asiakasraati", "Urho Mallikas", "developer-client", "2022-01-01", ""),
        ("asiakasraati", "Impi Kokeilu", "developer-client", "2022-01-01", ""),
        ("asiakasraati", "Toivo Näyte", "developer-client", "2022-01-01", ""),
        ("asiakasraati", "Lempi Testinen", "developer-client", "2022-01-01", ""),
        ("asiakasraati", "Otso Exempel", "developer-worker", "2022-01-01", ' --organisation "Esimerkkilän hyvinvointialue"'),
        ("asiakasraati", "Oskari Testinen", "developer-worker", "2022-01-01", ' --organisation "Esimerkkilän hyvinvointialue"'),
        ("asiakasraati", "Liisa Kokeilu", "service-provider", "2022-01-01", ' --organisation "Mallipalvelut oy"'),
        ("sivuraati", "Veikko Näyte", "developer-client", "2022-03-01", " --email veikko@example.org"),
        ("sivuraati", "Eero Malli", "developer-client", "2022-03-01", ""),
        *(
            ("sivuraati", name, "developer-client", "2022-03-01", more)
            for name, more in (
                ("Aaro Esimerkki", " --email aaro@example.org"),
                ("Bertta Malli", " --email bertta@example.org --language sv"),
                ("Eevi Testinen", ""),
                ("Taimi Kokeilu", ""),
            )
        ),
        *(
            ("laajennettu", name, "peer", "2022-08-01", "")
            for name in ("Väinö Näyte", "Hilja Mallikas", "Rauha Exempel", "Sulo Esimerkki")
        ),
        ("laajennettu", "Maija Mallikas", "expert-by-experience", "2022-08-01", ' --organisation "Esimerkkijärjestö ry"'),
        ("laajennettu", "Aino Esimerkki", "peer", "2022-08-01", ""),
    )
    return tuple(f'member add {panel} "{name}" --role {role} --from {start}{more}' for panel, name, role, start, more in rows)


def _session() -> tuple[str, ...]:
    return (
        'session agenda add asiakasraati/1 "Raadin työtavat" --kind decision --minutes 30 --presenter "Kaisa Koordinaattori"',
        'session agenda add asiakasraati/1 "Kuljetuspalvelun puhelinajat" --minutes 45',
        'session agenda add asiakasraati/1 "Odotustilan kuulutukset" --minutes 30',
        'session agenda outcome asiakasraati/1 1 "Kokous alkaa aina kuulumisilla."',
        'session agenda outcome asiakasraati/1 2 "Aino Esimerkki kertoi, että puhelin on auki vain aamulla."',
        'session agenda outcome asiakasraati/1 3 "Jäi kesken." --open',
        'attendance mark asiakasraati/1 "Sanna Exempel" --as remote',
        'attendance mark asiakasraati/1 "Liisa Kokeilu" --as excused --reason work',
        "attendance mark asiakasraati/1 --rest --as present",
        "session held asiakasraati/1",
    )


def _proposal() -> tuple[str, ...]:
    return (
        'proposal add asiakasraati "Kuljetuspalvelun puhelin auki myös iltaisin" --session asiakasraati/1 --theme kuljetus',
        "proposal accept 1 --on 2022-09-29",
        'proposal send 1 --to "Liikkumispalvelujen johtoryhmä" --on 2022-10-03 --due 2022-10-31',
        'proposal answer 1 partly --reason "Puhelin on auki kello 20 asti tammikuusta alkaen." --on 2022-10-25',
    )


def _talks() -> tuple[str, ...]:
    return (
        'talk add teematiistait/2 "Osallisuus johtajan työssä" --speaker "Veikko Näyte (Mallikaupunki)" --minutes 30',
        'talk add teematiistait/2 "Yhteinen keskustelu" --minutes 20',
        'talk add teematiistait/3 "Tieto päätösten tukena" --speaker "Maija Mallikas (Esimerkkijärjestö ry)" --minutes 30',
        "talk confirm 1",
        "talk invite 3",
        "talk speaker 1 --slides accessible --may-publish yes --may-record no --briefed 2022-09-27",
        "talk spoke 1",
    )


def _aftermath(folder: Path) -> tuple[str, ...]:
    return (
        "attendance count teematiistait/2 64",
        'question add teematiistait/2 "Miten raadin lausunto päätyy valtuustoon?"',
        'question answer 1 "Lausunto liitetään asian valmisteluun. Valtuusto saa sen esityslistan liitteenä."',
        'resource add teematiistait/2 "Esimerkkilän osallisuusohjelma" --url https://example.org/osallisuusohjelma',
        'note add teematiistait/2 "Keskusteltiin *nimikkeistä* ja niiden eroista eri alueilla."',
        'material add teematiistait/2 "Esitys: Osallisuus johtajan työssä" --url https://example.org/esitys.pdf --talk 1',
        f"feedback import teematiistait/2 {shlex.quote(str(folder / 'palaute-2.csv'))}",
        "webinar publish teematiistait/2",
    )
