"""Measures the installed program against a bare interpreter and its peers, and prints ratios beside the targets they should meet.

    python tests/benchmarks/run.py [--quick] [--workdir DIR]

Nothing here fails because something is slow: the exit status is 1 only when a process could not be run. It needs a POSIX system,
pip and a network; with --workdir the environments of the peers are kept for the next time.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from installs import PRODUCT, Installs
from processes import Command, Comparison, Failed, compare, run
from scenes import ASKED, LIST_DATES, PANELS, SERIES, TIMES_LARGER, YEARS, Scenes

_HELLO = Path(__file__).with_name("typer_hello.py")
_EXPORT = 10_000
_LETTERS = 1_000
_ABOUT_ONE = (
    "member list raati-0",
    "training list --panel raati-0",
    "agreement list --missing --panel raati-0",
    "session list raati-0",
    "session agenda raati-0/30",
    "attendance list raati-0/30",
    "attendance rates raati-0",
    "proposal list raati-0",
    "proposal list raati-0 --overdue",
    "session memo raati-0/30 --public",
)
_ABOUT_ALL = (
    "today --on 2022-08-22",
    "panel list",
    "proposal list --overdue",
    "proposal list --open",
    "agreement list --expiring 60",
    "training list --missing",
    "person list --json",
    "proposal list --json",
)
_ABOUT_DATE = (
    "talk list DATE",
    "question list DATE",
    "material list DATE",
    "resource list DATE",
    "feedback show DATE",
    "webinar ready DATE",
    "registration list DATE",
    "question list --open",
    "webinar ready",
    "today --on 2022-08-22",
)
_MOST_PEAK_MB = 40
_TO_SQL = 1.7
# The reports over all panels, for CI.
_QUICK = ("year", "attendance")
# Reports whose SQL takes long enough to be compared with by itself; beside the others the start of a program is most of it.
_LONG_SQL = ("attendance", "art30")
_FORMATS = ("html", "json")


class Bench:
    """The list of what is measured; each group yields its rows as they are ready."""

    def __init__(self, scenes: Scenes, *, quick: bool) -> None:
        self.scenes = scenes
        self.quick = quick
        self.starts = 5 if quick else 31  # pairs where a run takes about a tenth of a second
        self.exports = 2 if quick else 7  # and where it takes seconds
        self.many_letters = (3 if quick else 10) * _LETTERS
        self.sizes = (1_000, _EXPORT) if quick else (1_000, _EXPORT, 100_000)
        self.bare = scenes.python("python -c pass", PRODUCT, "-c", "pass")

    def start(self) -> Iterator[list[str]]:
        """Version and help, which work on nothing: start-up alone."""
        scenes = self.scenes
        yield self._row(scenes.python("import typer, nothing else", PRODUCT, "-c", "import typer"), self.bare)
        yield self._row(scenes.osallisuus("--version"), self.bare, target=1.6)
        hello = scenes.python("typer hello --help", "typer", _HELLO, "--help")
        yield self._row(scenes.osallisuus("--help"), hello, target=0.6)
        hello = scenes.python("typer hello --help, terminal", "typer", _HELLO, "--help", terminal=True)
        yield self._row(scenes.osallisuus("--help", name="osallisuus --help, terminal", terminal=True), hello)

    def lists(self) -> Iterator[list[str]]:
        """Short lists, the commands of every day."""
        scenes = self.scenes
        words = ("webinar", "list", SERIES)
        webinars = scenes.osallisuus(*words, name=f"webinar list, {LIST_DATES} dates")
        finnish = scenes.osallisuus(*words, name="webinar list in Finnish", language="fi")
        as_json = scenes.osallisuus(*words, "--json", name="webinar list --json")
        for command in (
            webinars,
            finnish,
            as_json,
            scenes.osallisuus("panel", "list"),
            scenes.osallisuus("member", "list", "vantaa", name="member list, 20 members"),
        ):
            yield self._row(command, self.bare, target=7)
        yield self._row(scenes.osallisuus(*words, name="webinar list, terminal", terminal=True), self.bare)
        rows = scenes.peer("sqlite-utils rows --table", "sqlite-utils", "rows", scenes.small, "events", "--table")
        yield self._row(webinars, rows, target=0.6)
        for name, more in (("webinar list", ()), ("webinar list --json", ("--json",))):
            large = scenes.osallisuus(*words, *more, database=scenes.large, name=f"{name}, {TIMES_LARGER} times the data")
            yield self._row(large, scenes.osallisuus(*words, *more, name="the same, small database"), target=1.05)
        yield self._row(webinars, scenes.khal_list(), target=0.4)

    def family(self) -> Iterator[list[str]]:
        """Compare lists in a family of 30 panels: about one panel with it alone, about all with an empty database."""
        scenes = self.scenes
        for words in _ABOUT_ONE:
            alone, large = (scenes.osallisuus(*words.split(), database=scenes.families[n]) for n in (1, PANELS))
            yield self._row(large, replace(alone, name="the same panel alone"), target=1.05)
        for words in _ABOUT_ALL:
            empty, large = (scenes.osallisuus(*words.split(), database=scenes.families[n]) for n in (0, PANELS))
            yield self._row(large, replace(empty, name="the same, empty database"))

    def seasons(self) -> Iterator[list[str]]:
        """Compare lists in a series of ten years with the last year alone, and the building of its pages."""
        scenes = self.scenes
        for words in _ABOUT_DATE:
            small, large = (scenes.newest(words, years) for years in (1, YEARS))
            yield self._row(replace(large, name=words), replace(small, name="the same, one year"), target=1.05)
        small, large = (scenes.newest("feedback show teematiistait", years) for years in (1, YEARS))
        yield self._row(large, replace(small, name="the same, one year"))
        built = scenes.site(YEARS)
        per_page = replace(scenes.site(1), name="one year, time per date")
        yield self._row(built, per_page, target=1.05, pairs=self.exports, per=YEARS)
        yield self._row(scenes.site(YEARS, again=True), built, pairs=self.exports)

    def work(self) -> Iterator[list[str]]:
        """Work that is done a few times a year, for information."""
        season = self.scenes.osallisuus("calendar", "export", SERIES, name=f"calendar export, {LIST_DATES} dates")
        yield self._row(season, self.bare)
        yield self._row(self.scenes.plan(), self.bare)

    def exports_(self) -> Iterator[list[str]]:
        """Large calendar files: against icalendar's usual way, and against smaller ones."""
        habit = self.scenes.export(_EXPORT), self.scenes.icalendar_export(_EXPORT)
        yield self._row(*habit, target=0.45, pairs=self.exports)
        for smaller, larger in zip(self.sizes, self.sizes[1:], strict=False):
            reference = self.scenes.export(smaller)
            pairs = self.exports if larger <= _EXPORT else 3
            yield self._row(
                self.scenes.export(larger),
                Command(name=f"{smaller} dates, time per date", words=reference.words, env=reference.env),
                target=1.05,
                pairs=pairs,
                per=larger / smaller,
            )

    def letters(self) -> Iterator[list[str]]:
        """Letters written as files: against the usual way, and many times as many."""
        some, many = _LETTERS, self.many_letters
        pairs = self.exports + 1
        yield self._row(self.scenes.letters(some), self.scenes.habitual_letters(some), target=0.5, pairs=pairs)
        reference = replace(self.scenes.letters(some), name=f"{some} letters, time per letter")
        yield self._row(self.scenes.letters(many), reference, target=1.05, pairs=pairs, per=many / some)

    def reports(self) -> Iterator[list[str]]:
        """Compare reports on ten years of 100 panels and two of ten series with the sqlite3 shell and the SQL that they need."""
        scenes, pairs = self.scenes, self.exports
        for name in ("panel", "attendance of one panel"):
            yield self._row(scenes.report(name), self.bare, target=7, pairs=self.starts)
        for name, ending in product(("panel", "series"), () if self.quick else _FORMATS):
            yield self._row(scenes.report(name, "--format", ending), replace(scenes.report(name), name="as text"), pairs=pairs)
        if not self.quick:  # rich alone takes ten seconds
            yield self._row(scenes.report("contacts"), scenes.contacts_by_rich(), target=0.1, pairs=3)
        if not shutil.which("sqlite3"):
            sys.stdout.write("The sqlite3 shell is not installed: reports are not compared with their SQL.\n")
            return
        yield self._row(scenes.report("months"), scenes.queries("months"), target=0.5, pairs=pairs)
        for name in _QUICK if self.quick else [name for name in ASKED if name != "months"]:
            if name in _LONG_SQL:
                yield self._row(scenes.report(name), scenes.queries(name), target=_TO_SQL, pairs=pairs)
            yield self._row(scenes.report(name), scenes.started(name), target=_TO_SQL, pairs=pairs)

    def memory(self) -> Iterator[list[str]]:
        """Peak memory of an export, of letters and of reports, which should not grow with them."""
        first = 0.0
        for dates in self.sizes:
            peak = run(self.scenes.export(dates))[0].peak_mb
            first = first or peak
            target = f"≤ {_MOST_PEAK_MB}" if dates == _EXPORT else ""
            met = _met(peak, _MOST_PEAK_MB) if target else ""
            yield [f"calendar export, {dates} dates", f"{peak:.1f}", f"{peak / first:.2f}", target, met]
        few, many = (run(self.scenes.letters(people))[0].peak_mb for people in (_LETTERS, self.many_letters))
        yield [f"invite write, {self.many_letters} letters", f"{many:.1f}", f"{many / few:.2f}", "", ""]
        for name in ("attendance", "year", "series"):
            little, much = (run(self.scenes.report(name, size=size))[0].peak_mb for size in ("small", "large"))
            met = _met(much, _MOST_PEAK_MB)
            yield [f"report {name}, 100 panels", f"{much:.1f}", f"{much / little:.2f}", f"≤ {_MOST_PEAK_MB}", met]

    def _row(
        self, command: Command, reference: Command, *, target: float | None = None, pairs: int = 0, per: float = 1.0
    ) -> list[str]:
        sys.stderr.write(f"… {command.name} / {reference.name}\n")
        found = compare(command, reference, pairs or self.starts, per=per)
        return [
            command.name,
            reference.name,
            f"{found.ratio:.2f}",
            f"{found.low:.2f}-{found.high:.2f}",
            f"≤ {target:g}" if target else "",
            _met(found.ratio, target) if target else "",
            str(found.pairs),
            _milliseconds(found),
        ]


def main() -> int:
    """Install, measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few repetitions and nothing large: a few minutes, for CI")
    parser.add_argument("--workdir", type=Path, metavar="DIR", help="keep the installed peers here and use them again")
    options = parser.parse_args()
    try:
        if options.workdir:
            return _measure(options.workdir.resolve(), quick=options.quick)
        with tempfile.TemporaryDirectory(prefix="osallisuus-benchmarks-") as folder:
            return _measure(Path(folder), quick=options.quick)
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _measure(folder: Path, *, quick: bool) -> int:
    sys.stderr.write("… installing\n")
    installs = Installs(folder)
    installs.prepare()
    scenes = Scenes(folder / "scenes", installs)
    scenes.prepare()
    bench = Bench(scenes, quick=quick)
    _print_surroundings(installs)
    failures: list[Failed] = []
    _print_table(
        ("what", "reference", "ratio", "25-75 %", "target", "met", "n", "CPU ms"),
        [
            row
            for group in (
                bench.start,
                bench.lists,
                bench.family,
                bench.seasons,
                bench.work,
                bench.exports_,
                bench.letters,
                bench.reports,
            )
            for row in _until_failure(group, failures)
        ],
    )
    _print_table(("peak memory", "MB", "ratio", "target", "met"), list(_until_failure(bench.memory, failures)))
    if not failures:
        same = "yes" if scenes.same_events(_EXPORT) else "NO: their comparison is not fair"
        sys.stdout.write(f"\nBoth exports wrote the same events, byte for byte: {same}\n")
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    return 1 if failures else 0


def _until_failure(group: Callable[[], Iterator[list[str]]], failures: list[Failed]) -> Iterator[list[str]]:
    """Yield the rows of a group; what one process breaks leaves the other groups whole."""
    try:
        yield from group()
    except Failed as failure:
        failures.append(failure)


def _print_surroundings(installs: Installs) -> None:
    versions = ", ".join(f"{package} {version}" for package, version in installs.versions().items())
    load = os.getloadavg()[0]
    sys.stdout.write(
        f"{versions}\nPython {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors,"
        f" load {load:.1f}\nMedian ratios of whole processes' CPU time, run in turn; milliseconds are of this machine only.\n"
    )
    sys.stdout.flush()


def _print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [headings, ["-" * len(heading) for heading in headings], *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for line in ([], *lines):
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip() + "\n")
    sys.stdout.flush()


def _met(value: float, target: float) -> str:
    return "yes" if value <= target else "MISSED"


def _milliseconds(found: Comparison) -> str:
    return f"{found.seconds * 1000:.0f}"


if __name__ == "__main__":
    sys.exit(main())
