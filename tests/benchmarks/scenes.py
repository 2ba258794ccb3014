"""What the measured commands work on: databases of several sizes, settings as `init` leaves them, khal's copy of the season."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from installs import PRODUCT, Installs
from processes import Command, Failed, environment, run

SERIES = "teematiistait"
LIST_DATES = 20
TIMES_LARGER = 400
# A family of 30 panels: 600 people, 5 terms of sessions, 2 000 proposals.
PANELS = 30
# A series of ten years: 120 dates, 360 talks, 3 000 questions, 60 000 answers to the feedback; and its last year alone.
YEARS = 10
DATES_A_YEAR = 12
# Ten years of panels and two of series: 10 000 members, 100 000 marks, 1 000 000 registrations, 200 000 answers; and of each one.
REPORTS = {"large": (100, 10, 4_167), "small": (1, 1, 40)}
_TEN_YEARS, _TWO_YEARS = ("--from", "2013-01-01", "--until", "2022-12-31"), ("--from", "2021-01-01", "--until", "2022-12-31")
# What each report is asked for; report_queries.sql asks the same.
ASKED = {
    "panel": ("panel", "raati-7", "--year", "2022"),
    "year": ("year", "--year", "2022"),
    "attendance": ("attendance", *_TEN_YEARS),
    "attendance of one panel": ("attendance", "raati-7", "--year", "2022"),
    "months": ("attendance", SERIES, *_TWO_YEARS),
    "series": ("series", SERIES, *_TWO_YEARS),
    "you-said-we-did": ("you-said-we-did", "--year", "2022"),
    "answer-debt": ("answer-debt",),
    "contacts": ("contacts", "--year", "2022"),
    "art30": ("art30",),
    "innokyla": ("innokyla", SERIES, "--year", "2022"),
    "programme": ("programme", SERIES, "--year", "2022"),
}
_SERIES_OF_EXPORTS = 50
_EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*END:VEVENT\r\n", re.DOTALL)
_KHAL_SETTINGS = """\
[calendars]
[[season]]
path = {calendar}
[locale]
local_timezone = Europe/Helsinki
default_timezone = Europe/Helsinki
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


class Scenes:
    """A folder of databases, and the command lines that work on them."""

    def __init__(self, folder: Path, installs: Installs) -> None:
        self.folder = folder
        self.installs = installs
        self.home = folder / "home"
        self.settings = folder / "config.toml"
        self.env = environment(self.home)
        self.small = folder / "small.db"
        self.large = folder / "large.db"
        self.unplanned = folder / "unplanned.db"
        self.seasons = {years: folder / f"seasons-{years}.db" for years in (1, YEARS)}
        self.reports = {size: folder / f"reports-{size}.db" for size in REPORTS}
        self.families = {panels: folder / f"family-{panels}.db" for panels in (0, 1, PANELS)}

    def prepare(self) -> None:
        """Make everything anew: another schema may have come since the last run."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.home.mkdir(parents=True)
        # settings as most people have them: a file with a line or two, which every start has to read
        run(self.osallisuus("init", "--organisation", "Esimerkkilän hyvinvointialue", database=self.folder / "init.db"))
        self._fill(self.small, series=1, dates=LIST_DATES, members=20)
        self._fill(self.large, series=1 + TIMES_LARGER, dates=LIST_DATES, members=20)
        self._fill(self.unplanned, series=1, dates=0, members=0)
        for panels, database in self.families.items():
            run(self.python("family.py", PRODUCT, Path(__file__).with_name("family.py"), database, str(panels)))
        for years, database in self.seasons.items():
            run(self.python("seasons.py", PRODUCT, Path(__file__).with_name("seasons.py"), database, str(years)))
        for size, database in self.reports.items():
            script = Path(__file__).with_name("reports.py")
            run(self.python("reports.py", PRODUCT, script, database, *map(str, REPORTS[size])))

    def osallisuus(
        self, *words: str | Path, database: Path | None = None, name: str = "", language: str = "", terminal: bool = False
    ) -> Command:
        """Return a command line of the program; `name` is what the table calls it where its words do not say enough."""
        database = database or self.small
        env = environment(self.home, OSALLISUUS_DB=database, OSALLISUUS_CONFIG=self.settings)
        if language:
            env["OSALLISUUS_LANG"] = language
        return Command(
            name=name or f"{PRODUCT} {' '.join(map(str, words))}",
            words=(self.installs.program(PRODUCT), *words),
            env=env,
            terminal=terminal,
        )

    def peer(self, name: str, package: str, *words: str | Path, terminal: bool = False) -> Command:
        """Return a command line of a peer."""
        return Command(name=name, words=(self.installs.program(package), *words), env=self.env, terminal=terminal)

    def python(self, name: str, package: str, *words: str | Path, terminal: bool = False) -> Command:
        """Return a command line of the interpreter that a package is installed for."""
        return Command(name=name, words=(self.installs.python(package), *words), env=self.env, terminal=terminal)

    def export(self, dates: int) -> Command:
        """Return the export of a database of so many dates, which is made when it is missing."""
        database = self.folder / f"export-{dates}.db"
        if not database.exists():
            self._fill(database, series=_SERIES_OF_EXPORTS, dates=dates // _SERIES_OF_EXPORTS, members=0)
        words = ("calendar", "export", "-o", self._ics("osallisuus", dates))
        return self.osallisuus(*words, database=database, name=f"calendar export, {dates} dates")

    def icalendar_export(self, dates: int) -> Command:
        """Return the same export by a script that uses icalendar as its manual does; after `export()` of as many dates."""
        script = Path(__file__).with_name("icalendar_export.py")
        words = (script, self.folder / f"export-{dates}.db", self._ics("icalendar", dates))
        return self.python("icalendar add() + to_ical()", PRODUCT, *words)

    def same_events(self, dates: int) -> bool:
        """Tell whether both exports wrote the same bytes for the events."""
        return len({_events(self._ics(which, dates)) for which in ("osallisuus", "icalendar")}) == 1

    def plan(self) -> Command:
        """Return the planning of a season of four months into a database that has none of its dates yet."""
        database = self.folder / "planned.db"
        command = self.osallisuus("webinar", "plan", SERIES, "--from", "2022-09-01", "--until", "2022-12-31", database=database)
        return Command(
            name="webinar plan, a season of four",
            words=command.words,
            env=command.env,
            before=lambda: shutil.copyfile(self.unplanned, database),
        )

    def newest(self, words: str, years: int) -> Command:
        """Return a command line about the newest date (`DATE`) of a series of so many years."""
        date = f"{SERIES}/{years * DATES_A_YEAR}"
        return self.osallisuus(*words.replace("DATE", date).split(), database=self.seasons[years])

    def site(self, years: int, *, again: bool = False) -> Command:
        """Return the building of the pages of so many years, into an empty folder or one that holds them."""
        folder = self.folder / f"site-{years}{'-again' if again else ''}"
        command = self.osallisuus("site", "build", SERIES, folder, database=self.seasons[years])
        if again:
            run(command)
        return Command(
            name=f"site build, {years} years{' again' if again else ''}",
            words=command.words,
            env=command.env,
            before=bool if again else lambda: shutil.rmtree(folder, ignore_errors=True),
        )

    def report(self, name: str, *more: str | Path, size: str = "large") -> Command:
        """Return a report on very much, or on little, printed to a pipe or as `more` options say."""
        shown = " ".join(("report", *map(str, (*ASKED[name], *more))))
        return self.osallisuus("report", *ASKED[name], *more, database=self.reports[size], name=shown)

    def queries(self, name: str) -> Command:
        """Return the sqlite3 shell with the plain SQL that a report needs (a part of report_queries.sql)."""
        return Command(
            name="its SQL in sqlite3", words=("sqlite3", "-readonly", self.reports["large"], self._part(name)), env=self.env
        )

    def started(self, name: str) -> Command:
        """Return the same SQL after the program has started once for something that asks the database nothing."""
        start = " ".join(map(str, (self.installs.program(PRODUCT), "report", "list")))
        shell = f'{start} > /dev/null && exec sqlite3 -readonly "$0" "$1"'
        words = ("sh", "-c", shell, self.reports["large"], self._part(name))
        return Command(name="report list; its SQL", words=words, env=self.osallisuus().env)

    def contacts_by_rich(self) -> Command:
        """Return the same contacts as `report contacts` prints, by a script that prints a table of rich."""
        script = Path(__file__).with_name("contacts_rich.py")
        return self.python("rich.table, 10 000 rows", PRODUCT, script, self.reports["large"])

    def _part(self, name: str) -> str:
        text = Path(__file__).with_name("report_queries.sql").read_text(encoding="utf-8")
        # the shell takes what begins with a hyphen for an option
        return "\n" + text.partition(f"-- report: {name}\n")[2].partition("-- report: ")[0]

    def letters(self, people: int) -> Command:
        """Return the writing of letters to so many people as files; their drafts are made when they are missing."""
        database, folder = self.folder / f"letters-{people}.db", self.folder / f"letters-{people}"
        if not database.exists():
            self._invite(database, people)
        command = self.osallisuus("invite", "write", folder, database=database, name=f"invite write, {people} letters")
        return replace(command, before=lambda: shutil.rmtree(folder, ignore_errors=True))

    def habitual_letters(self, people: int) -> Command:
        """Return the same letters by a script that uses the libraries as their manuals do; after `letters()` of as many."""
        folder = self.folder / "habit"
        script = Path(__file__).with_name("letters_habit.py")
        command = self.python("jinja2 + EmailMessage + icalendar", PRODUCT, script, self.folder / f"letters-{people}.db", folder)
        return replace(command, before=lambda: shutil.rmtree(folder, ignore_errors=True))

    def khal_list(self) -> Command:
        """Return khal's list of the season, which it is given as our calendar file; checked to show all of it."""
        self._load_khal()
        command = self.peer("khal list", "khal", "list", "2022-09-01", "365d")
        shown = run(command)[1].count(b"Asiakasosallisuuden teematiistait")
        if shown != LIST_DATES:
            raise Failed(f"khal list shows {shown} dates of {LIST_DATES}")
        return command

    def _fill(self, database: Path, *, series: int, dates: int, members: int) -> None:
        script = Path(__file__).with_name("seed.py")
        run(self.python("seed.py", PRODUCT, script, database, str(series), str(dates), str(members)))

    def _invite(self, database: Path, people: int) -> None:
        """Draft invitations to a webinar that is years away, as nobody is invited to one that has passed."""
        listed = self.folder / "registered.csv"
        rows = (f"Äinö Esimerkki-{number:05};aino.{number:05}@example.org\n" for number in range(people))
        listed.write_text("nimi;sähköposti\n" + "".join(rows), encoding="utf-8")
        date = f"{SERIES}/1"
        for words in (
            ("init",),
            ("config", "set", "sender_name", "Osallisuustiimi"),
            ("config", "set", "sender_email", "raati@example.org"),
            (
                "series",
                "add",
                SERIES,
                "--name",
                "Asiakasosallisuuden teematiistait",
                "--url",
                "https://example.org/teematiistait",
            ),
            ("webinar", "add", SERIES, "--on", "2035-09-11", "--at", "14:00", "--minutes", "60"),
            ("webinar", "edit", date, "--title", "Asiakkaiden osallistuminen päätöksentekoon", "--description", "Tervetuloa!"),
            ("registration", "import", date, listed),
            ("invite", "draft", date),
        ):
            run(self.osallisuus(*words, database=database))

    def _load_khal(self) -> None:
        season, calendar = self.folder / "season.ics", self.folder / "khal-season"
        run(self.osallisuus("calendar", "export", SERIES, "-o", season))
        calendar.mkdir()
        settings = self.home / ".config" / "khal" / "config"
        settings.parent.mkdir(parents=True)
        settings.write_text(_KHAL_SETTINGS.format(calendar=calendar), encoding="utf-8")
        run(self.peer("khal import", "khal", "import", "--batch", "-a", "season", season))

    def _ics(self, which: str, dates: int) -> Path:
        return self.folder / f"{which}-{dates}.ics"


def _events(path: Path) -> bytes:
    found = _EVENT.search(path.read_bytes())
    return found[0] if found else b""
