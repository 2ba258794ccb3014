"""`osallisuus demo`: the autumn-2022 season and a panel family, made by the very commands that a person would type."""

import io
import os
import shlex
from collections.abc import Callable, Mapping
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from osallisuus import cli, config, files
from osallisuus.cli.commands import single
from osallisuus.cli.context import App, app_of
from osallisuus.errors import OsallisuusError, Refused
from osallisuus.i18n import _, n_
from osallisuus.store import places

_NOVEMBER = datetime(2022, 11, 3, 7, tzinfo=UTC)
# Marks a folder as the demo's own, so that it never touches anybody's real data.
_ORGANISATION = "Esimerkkilän hyvinvointialue (demo)"
_REFUSED = Refused.status
_ANSWERS = "palaute.csv"
_FEEDBACK = """Arvosana;Suosittelu;Avoin palaute
5;10;Selkeät esimerkit.
4;9;
4;8;
5;9;Hyvä kun tallenne tekstitetään.
3;5;Keskusteluun jäi liian vähän aikaa.
"""

app, command = single(
    "demo",
    _("Show the whole thing on an example season, in a folder of its own. Everybody in it is made up. Safe to run again."),
    "demo",
    "demo ~/kokeilu",
)


@dataclass(frozen=True)
class Step:
    """A part of the demo: what it shows, and its command lines, of which the last few are run with their output.

    Letters are about dates to come, so those are written on a `day` of the season.
    """

    title: str
    commands: tuple[str, ...]
    shown: int = 1
    day: datetime | None = None

    @property
    def verbs_shown(self) -> list[list[str]]:
        """The group and verb of the commands whose output is shown."""
        return [line.split()[:2] for line in self.commands[-self.shown :]]


@command
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Folder for the demo."))] = Path("osallisuus-demo"),
) -> None:
    """Build the demo in a folder, command by command, and say what to try next."""
    run = app_of(ctx)
    settings_file = folder.absolute() / config.PROJECT_FILE
    _require_own(settings_file)
    places.require_safe(settings_file, i_know=False)
    settings = {
        "database": str(settings_file.with_name(config.DATABASE_FILE)),
        "organisation": _ORGANISATION,
        "language": run.language,
        "timezone": "Europe/Helsinki",
        "sender_name": "Kaisa Koordinaattori",
        "sender_email": "raati@example.org",
    }
    config.change(settings_file, settings)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("OSALLISUUS_")} | {"OSALLISUUS_CONFIG": str(settings_file)}
    files.replace(folder / _ANSWERS, _FEEDBACK.encode())
    steps = _steps(folder)
    for number, step in enumerate(steps, 1):
        run.out.say("")
        run.out.heading(f"{number}. {step.title}")
        for verb, alike in groupby(step.commands, lambda line: line.split()[:2]):
            _perform_alike(run, step, list(alike), environ, quiet=run.out.json or verb not in step.verbs_shown)
    calendars = sorted(path.name for path in folder.glob("*.ics"))
    commands = [line for step in steps for line in step.commands]
    run.out.done("demo", {"folder": str(folder.absolute()), "calendars": calendars, "commands": commands}, *_farewell(folder))


def _perform_alike(run: App, step: Step, lines: list[str], environ: Mapping[str, str], *, quiet: bool) -> None:
    """Run command lines of one verb; of quiet ones only the first is shown."""
    for position, line in enumerate(lines):
        if not quiet or position == 0:
            run.out.say(f"   $ osallisuus {line}")
        _perform(run, line, environ, day=step.day, quiet=quiet)
    if quiet and len(lines) > 1:
        run.out.say("   " + n_("… and {n} more like it", "… and {n} more like it", len(lines) - 1))


def _perform(run: App, line: str, environ: Mapping[str, str], *, day: datetime | None, quiet: bool) -> None:
    """Run one command line; one that a rule refuses (the person has been playing with the demo) is passed over."""
    silence: Callable[[], object] = io.StringIO
    with redirect_stdout(silence()) if quiet else nullcontext(), redirect_stderr(io.StringIO()) as talk:  # type: ignore[type-var]  # either manager will do
        status = cli.run([*shlex.split(line)], clock=(lambda: day) if day else run.clock, environ=environ)
    if status not in (0, _REFUSED):
        raise OsallisuusError(
            _("The demo stopped at 'osallisuus {line}': {reason}").format(line=line, reason=talk.getvalue().strip())
        )


def _require_own(settings_file: Path) -> None:
    """Raise Refused when the folder holds somebody's real data."""
    database = settings_file.with_name(config.DATABASE_FILE)
    known = config.load({"OSALLISUUS_CONFIG": str(settings_file)}) if settings_file.exists() else None
    if (known and known.organisation != _ORGANISATION) or (not known and database.exists()):
        raise Refused(
            _("{folder} holds data that is not the demo's; it was left untouched.").format(folder=settings_file.parent),
            hint=_("Give the demo a folder of its own: osallisuus demo DIR."),
            code="not_the_demo",
        )


def _steps(folder: Path) -> tuple[Step, ...]:
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
        ),
        Step(
            _("Letters, as on 3 November 2022: one a person, in their own language; nothing leaves by itself"),
            (
                "invite draft asiakasraati/3 --show",
                f"invite write {shlex.quote(str(folder / 'kirjeet'))} asiakasraati/3",
                "invite status asiakasraati/3",
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
    )


_SERIES = (
    'series add teematiistait --name "Asiakasosallisuuden teematiistait" --rule "2nd tuesday" --at 14:00 --minutes 60'
    ' --name-sv "Tematisdagar om klientdelaktighet" --name-en "Theme Tuesdays on client participation"'
    " --url https://example.org/teematiistait"
)
_PANEL = (
    'panel add asiakasraati --name "Esimerkkilän asiakasraati" --name-sv "Exempelby klientråd" --kind main --size 8'
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
        ("asiakasraati", "Oskari Testinen", "developer-worker", "2022-01-01", ' --organisation "Esimerkkilän hyvinvointialue"'),
        ("asiakasraati", "Liisa Kokeilu", "service-provider", "2022-01-01", ' --organisation "Mallipalvelut oy"'),
        ("sivuraati", "Veikko Näyte", "developer-client", "2022-03-01", ""),
        ("sivuraati", "Eero Malli", "developer-client", "2022-03-01", ""),
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
        f"feedback import teematiistait/2 {shlex.quote(str(folder / _ANSWERS))}",
        "webinar publish teematiistait/2",
    )


def _farewell(folder: Path) -> tuple[str, ...]:
    return (
        "",
        _("That is all in the folder {folder}. Everybody in it is made up.").format(folder=folder),
        "",
        _("Try next:"),
        f"   cd {shlex.quote(str(folder))}",
        "   osallisuus log teematiistait/3",
        "   osallisuus webinar cancel teematiistait/4",
        "   osallisuus webinar plan teematiistait --from 2023-01-01 --months 5 --dry-run",
        '   osallisuus person show "Eero Malli"',
        "   osallisuus session memo asiakasraati/1 -o muistio.html",
        "   osallisuus webinar ready teematiistait",
        "   osallisuus db backup copy.db",
        "",
        _("Open {file} in a browser: it is the public page.").format(file=folder / "julkinen" / "index.html"),
        _("Your own data starts with: osallisuus init"),
    )
