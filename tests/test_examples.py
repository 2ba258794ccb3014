"""The manual cannot lie: every `$ osallisuus …` in README and examples is run, and must print what is written there.

`UPDATE_EXAMPLES=1 pytest tests/test_examples.py` writes what the program prints now into the files, to be read before a commit.
"""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pymupdf
import pytest

from osallisuus.cli import run
from tests.conftest import NOW, captured
from tests.mail.members import members

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "examples").glob("*.md"))]
# Reports as they look when they are finished, made by the commands of a page.
FINISHED = ROOT / "examples" / "reports"
# A day after the word console is the day on which the block is typed.
BLOCK = re.compile(r"```console( \d{4}-\d\d-\d\d)?\n(.*?)```", re.DOTALL)


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command line of a console block with what is printed under it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _newline, printed = part.partition("\n")
        yield command, printed


def perform(day: str, block: str) -> str:
    """Run the commands of a block and return the block as it should be."""
    now = NOW.combine(date.fromisoformat(day.strip()), NOW.timetz()) if day else NOW
    status, lines = 0, []
    for command, _printed in steps(block):
        lines.append(f"$ {command}\n")
        if command == "echo $?":
            lines.append(f"{status}\n")
            continue
        if command.startswith("cd "):
            os.chdir(command.removeprefix("cd "))  # the fixture goes back
            continue
        unseen = command.endswith(" > /dev/null")
        program, *words = shlex.split(command.removesuffix(" > /dev/null"), comments=True)
        assert program == "osallisuus", f"only osallisuus can be run here: {command}"
        with captured() as (out, _err):
            sys.stderr = sys.stdout  # a terminal shows both in the order they come
            status = run(words, clock=lambda: now)
            lines.append("" if unseen else out())
    return "".join(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OSALLISUUS_DB", "OSALLISUUS_CONFIG"):
        monkeypatch.delenv(variable)  # as a newcomer has it: everything where it belongs under the home folder
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks, f"{page.name} shows no command"
    with members(tmp_path / "vastaukset") as (_handler, port):
        # the page names the port of its own mail server
        monkeypatch.setenv("OSALLISUUS_SMTP_PORT", str(port))
        found = [perform(day, block).replace(str(tmp_path), "~") for day, block in blocks]
    finished = [(ours, shown) for ours in tmp_path.glob("*/*") if (shown := FINISHED / ours.name).is_file()]
    if os.environ.get("UPDATE_EXAMPLES"):
        for ours, shown in finished:
            shown.write_bytes(ours.read_bytes())
        replaced = iter(found)
        page.write_text(BLOCK.sub(lambda match: f"```console{match[1] or ''}\n{next(replaced)}```", text), encoding="utf-8")
        return
    assert found == [block for _day, block in blocks]
    assert len(finished) == (len(list(FINISHED.glob("*.[hp]*"))) if "(reports/" in text else 0)
    for ours, shown in finished:
        assert read(ours) == read(shown), f"{shown.name} is not what the page makes"


def read(path: Path) -> object:
    """Return what a finished report says; another version of typst may write the same PDF in other bytes."""
    if path.suffix != ".pdf":
        return path.read_bytes()
    with pymupdf.open(path) as document:
        return [page.get_text() for page in document]
