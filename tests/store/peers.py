"""Other processes: the program itself, one that holds the lock, a newer release, and one that is killed at a bad moment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osallisuus

ROOT = Path(osallisuus.__file__).parent.parent

# A release after this one: it knows one migration more.
NEWER = """
from osallisuus.store import database, schema
@schema.MIGRATIONS()
def m9999_mail(db):
    schema.statements(db, "CREATE TABLE mail (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
                      "INSERT INTO mail (text) SELECT name FROM people")
database.SCHEMA_VERSION += 1
"""

_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"BEGIN {sys.argv[2]}")
connection.execute("SELECT count(*) FROM people").fetchall()
print("held", flush=True)
sys.stdin.read()
"""

# Loads the program by using it, then forks a child for each line it reads: a kill shall meet the work and not the loading.
_VICTIMS = """
import contextlib, json, os, shlex, signal, sys, tempfile, time
from osallisuus.cli import run
with (
    tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nothing,
    contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing),
):
    for words in (
        "init", "series add s --name S --rule 'every tuesday' --at 14:00 --minutes 60",
        "webinar plan s --from 2022-01-01 --count 9", "panel add p --name P --kind main", "member add p Aino --role peer",
        f"db backup {folder}/copy.db", "db check",
    ):
        assert run(["--db", f"{folder}/o.db", *shlex.split(words)]) == 0, words
devnull = os.open(os.devnull, os.O_RDWR)
for line in sys.stdin:
    order = json.loads(line)
    acks, says = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        for stream in (0, 1, 2):
            os.dup2(devnull, stream)
        for words in order["commands"]:
            os.write(says, bytes([run(words)]))
        os._exit(0)
    os.close(says)
    while order["once"] and not os.path.exists(order["once"]):
        if os.waitpid(child, os.WNOHANG)[0]:
            child = 0
            break
    if child:
        if order["after"] is not None:
            time.sleep(order["after"])
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with open(acks, "rb") as pipe:
        print(json.dumps({"statuses": list(pipe.read()), "seconds": time.monotonic() - began}), flush=True)
"""


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a child that finds this very program."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


def start(*words: str, prelude: str = "", **variables: str) -> subprocess.Popen[str]:
    """Start the program; `prelude` is code that runs before it."""
    code = f"{prelude}\nimport sys\nfrom osallisuus.__main__ import main\nsys.exit(main())"
    return subprocess.Popen(
        [sys.executable, *(["-c", code] if prelude else ["-m", "osallisuus"]), *words],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it printed."""

    status: int
    out: str
    err: str


def end(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process."""
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out, err)


def osallisuus_(*words: str, **variables: str) -> Ended:
    """Run the program in a process of its own."""
    return end(start(*words, **variables))


@contextmanager
def lock(database: Path, kind: str = "IMMEDIATE") -> Iterator[None]:
    """Let another process, which knows nothing of this program, hold the database's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", _LOCK, str(database), kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        process.communicate(timeout=60)


@dataclass(frozen=True)
class Killed:
    """The exit statuses of the commands that a victim finished, and how long it lived."""

    statuses: list[int]
    seconds: float


class Victims:
    """Children that run commands of the program and are killed with SIGKILL."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def begin(self, *commands: Sequence[str], after: float | None = None, once: Path | None = None) -> None:
        """Let a child run commands, and kill it so many seconds after its start, or after the file `once` was there."""
        order: dict[str, Any] = {"commands": commands, "after": after, "once": str(once) if once else ""}
        assert self.process.stdin
        print(json.dumps(order), file=self.process.stdin, flush=True)

    def result(self) -> Killed:
        """Wait for the child that was begun."""
        assert self.process.stdout
        return Killed(**json.loads(self.process.stdout.readline()))

    def run(self, *commands: Sequence[str]) -> Killed:
        """Let a child run commands to their end."""
        self.begin(*commands)
        return self.result()

    def kill(self, *commands: Sequence[str], after: float, once: Path | None = None) -> Killed:
        """Let a child run commands and kill it."""
        self.begin(*commands, after=after, once=once)
        return self.result()


@contextmanager
def victims(prelude: str = "", **variables: str) -> Iterator[Victims]:
    """Give a maker of victims."""
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + _VICTIMS],
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Victims(process)
    finally:
        process.communicate(timeout=60)
