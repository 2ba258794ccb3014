"""TAB offers live slugs, dates and people's names in every shell, and stays silent when something is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Program

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def offered(shell: str, line: str) -> str:
    """Return what the program prints when a shell asks about a command line."""
    words = line.split(" ")
    asked = {
        "_OSALLISUUS_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "osallisuus"], env=os.environ | asked, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ("osallisuus webi", "webinar", "doctor"),
        ("osallisuus webinar pl", "plan", "move"),
        ("osallisuus webinar list te", "teematiistait", "vantaa"),
        ("osallisuus session list va", "vantaa", "teematiistait"),
        ("osallisuus webinar move teematiistait/2022-1", "teematiistait/2022-11-08", "teematiistait/2022-09-13"),
        ("osallisuus attendance list teematiistait/2022-1", "teematiistait/2022-11-08", "teematiistait/2022-09-13"),
        ("osallisuus proposal show ", "1", "teematiistait"),
        ("osallisuus session agenda list va", "vantaa/2022-10-04", "teematiistait"),
        ("osallisuus calendar export ", "teematiistait", "Aino"),
        ("osallisuus member add vantaa X --role dev", "developer-client", "peer"),
    ],
)
def test_live_names_are_offered(season: Program, shell: str, line: str, wanted: str, unwanted: str) -> None:
    season("proposal add vantaa Kuljetus")
    season("session add vantaa --on 2022-10-04 --at 12 --minutes 60")
    printed = offered(shell, line)
    assert wanted in printed
    assert unwanted not in printed


@pytest.mark.parametrize(
    ("shell", "written"),
    [("bash", "Aino\\ Esimerkki"), ("zsh", "Aino Esimerkki"), ("fish", "Aino Esimerkki"), ("pwsh", "Aino` Esimerkki")],
)
def test_a_name_is_written_as_its_shell_needs_it(season: Program, shell: str, written: str) -> None:
    assert written in offered(shell, "osallisuus person show Ai")


def test_a_name_that_looks_like_markup_does_not_end_the_offers(season: Program) -> None:
    season("series", "add", "hakaset", "--name", "Sarja [/] ja [bold]", "--rule", "2nd tuesday")
    assert "hakaset" in offered("fish", "osallisuus series show ha")


@pytest.mark.parametrize("shell", SHELLS)
def test_trouble_is_silent(blank: Program, shell: str) -> None:
    assert "Error" not in offered(shell, "osallisuus webinar list te")
    blank.database.write_bytes(b"not a database")
    assert "Error" not in offered(shell, "osallisuus webinar list te")


def test_bash_itself_completes(season: Program, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("there is no bash on this machine")
    program = tmp_path / "bin" / "osallisuus"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m osallisuus "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(osallisuus --show-completion bash)"\n'
        "COMP_WORDS=(osallisuus webinar list te); COMP_CWORD=3; _osallisuus_completion osallisuus\n"
        'echo "${COMPREPLY[@]}"'
    )
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    variables = os.environ | {"PATH": path, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run([bash, "-c", script], env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "teematiistait", done.stderr
