"""Fixtures: a database file of its own for each test, a fixed clock, and the program run in this process."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from osallisuus import i18n
from osallisuus.cli import run as run_program
from osallisuus.store import upkeep
from osallisuus.store.database import Database, open_db

# The Monday before the autumn-2022 season; 9.00 in Helsinki.
NOW = datetime(2022, 8, 22, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What one run of the program gave back."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Program:
    """The program with a folder of its own: `program("panel list")` runs it; a status that is not the expected one fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "osallisuus.db"
        self.config = folder / "config.toml"
        self.now = NOW

    def __call__(self, *words: str, status: int = 0) -> Ran:
        words = tuple(words[0].split()) if len(words) == 1 else words
        with captured() as (out, err):
            found = run_program(words, clock=lambda: self.now)
        ran = Ran(found, out(), err())
        assert ran.status == status, f"osallisuus {' '.join(words)} → {ran.status}\n{ran.out}{ran.err}"
        return ran

    def json(self, *words: str, status: int = 0) -> Any:
        """Run with --json and return the document."""
        words = tuple(words[0].split()) if len(words) == 1 else words
        return self(*words, "--json", status=status).document


@contextmanager
def captured() -> Iterator[tuple[Callable[[], str], Callable[[], str]]]:
    """Collect what is printed, as bytes a pipe would carry, and leave the language as it was."""
    old = sys.stdout, sys.stderr
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _stream in old]

    def reader(stream: io.TextIOWrapper) -> Callable[[], str]:
        def read() -> str:
            stream.flush()
            return stream.buffer.getvalue().decode()

        return read

    sys.stdout, sys.stderr = streams
    try:
        yield reader(streams[0]), reader(streams[1])
    finally:
        sys.stdout, sys.stderr = old
        i18n.use("en")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own files, language and time zone."""
    for variable in ("OSALLISUUS_LANG", "OSALLISUUS_NO_INPUT", "LANGUAGE", "LC_ALL", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "koordinaattori")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("OSALLISUUS_DB", str(tmp_path / "osallisuus.db"))
    monkeypatch.setenv("OSALLISUUS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def blank(tmp_path: Path) -> Program:
    """Give the program where nothing has been made yet."""
    return Program(tmp_path)


@pytest.fixture
def program(blank: Program) -> Program:
    """Give the program with an empty database."""
    blank("init")
    return blank


@pytest.fixture
def season(program: Program) -> Program:
    """Give the autumn-2022 season planned by rule, and the panel family with one member."""
    program("series", "add", "teematiistait", "--name", "Asiakasosallisuuden teematiistait", *RULE)
    program("webinar plan teematiistait --from 2022-09-01 --until 2022-12-31")
    program("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--size", "12")
    program("panel", "add", "vantaa-sivu", "--name", "Sivuraati", "--kind", "side", "--parent", "vantaa")
    program("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client", "--from", "2022-01-01")
    return program


RULE = ("--rule", "2nd tuesday", "--at", "14:00", "--minutes", "60")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Give an open, empty database."""
    path = tmp_path / "nouns.db"
    upkeep.create(path, now=NOW)
    opened = open_db(path)
    yield opened
    opened.close()
