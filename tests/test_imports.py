"""Start-up is what a person feels at every command and TAB: held by the modules that are loaded, which no noise can blur."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Program

SLOW = {"sqlite_utils", "icalendar", "jinja2", "babel", "holidays", "dateutil", "email_validator", "tomlkit", "pydantic", "click"}
SLOW |= {"markdown_it", "python_calamine", "hashlib", "xlsxwriter", "smtplib", "email", "caldav", "niquests", "lxml", "keyring"}
SLOW |= {"typst", "decimal", "statistics"}


def loaded(folder: Path, *words: str, **variables: str) -> set[str]:
    """Run the program in a process of its own and return the top-level modules it loaded."""
    report = folder / "modules"
    code = (
        "import atexit, sys\n"
        f"atexit.register(lambda: open({str(report)!r}, 'w').write(' '.join({{n.partition('.')[0] for n in sys.modules}})))\n"
        f"sys.argv = ['osallisuus', *{list(words)!r}]\n"
        "from osallisuus.__main__ import main\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(report.read_text().split())


def test_version_loads_no_typer(tmp_path: Path) -> None:
    assert not loaded(tmp_path, "--version") & (SLOW | {"typer", "rich", "sqlite3", "json", "argparse"})


def test_help_opens_no_database(tmp_path: Path) -> None:
    assert not loaded(tmp_path, "--help") & (SLOW | {"sqlite3", "rich"})


@pytest.mark.parametrize(
    "words",
    [
        "webinar list",
        "webinar list teematiistait --json",
        "webinar show teematiistait/1",
        "session list vantaa",
        "panel list",
        "panel show vantaa",
        "series list",
        "member list vantaa",
        "person list",
        "person show aino",
        "role list",
        "training list --missing",
        "agreement list",
        "attendance rates vantaa",
        "proposal list",
        "question list",
        "talk list",
        "material list",
        "resource list",
        "note list",
        "registration list teematiistait/1",
        "feedback show teematiistait",
        "checklist list teematiistait",
        "webinar ready teematiistait",
        "log",
        "today",
        "report list",
        "report panel vantaa",
        "report year --json",
        "report you-said-we-did --format md",
        "report series teematiistait",
        "report attendance",
        "report contacts",
        "report answer-debt",
        "report text vantaa",
        "config list",
    ],
)
def test_lists_load_no_slow_library(season: Program, words: str) -> None:
    assert not loaded(season.folder, *words.split()) & (SLOW | {"rich"})


@pytest.mark.parametrize("words", ["webinar list", "webinar list teematiistait --json", "session list vantaa"])
def test_the_plain_list_of_dates_loads_no_typer(season: Program, words: str) -> None:
    assert not loaded(season.folder, *words.split()) & {"typer", "argparse"}


@pytest.mark.parametrize(
    "words",
    ["webinar list", "webinar list teematiistait --json", "session list vantaa", "webinar list vantaa", "session list x --json"],
)
def test_the_door_before_typer_answers_as_typer_does(season: Program, words: str) -> None:
    season("session add vantaa --on 2022-10-04 --at 12 --minutes 60")
    status = 3 if words in ("webinar list vantaa", "session list x --json") else 0
    assert season(*words.split(), status=status) == season("--no-input", *words.split(), status=status)


def test_completion_loads_no_slow_library(season: Program) -> None:
    found = loaded(
        season.folder,
        _OSALLISUUS_COMPLETE="complete_zsh",
        _TYPER_COMPLETE_ARGS="osallisuus webinar list te",
    )
    assert not found & (SLOW | {"rich"})
