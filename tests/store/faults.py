"""Ways in which a database file can be wrong, and ways to look at one without the program."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from osallisuus.store import upkeep
from osallisuus.store.database import APPLICATION_ID, SCHEMA_VERSION
from tests.conftest import NOW


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listing(folder: Path) -> dict[str, str]:
    """Return the files of a folder with their hashes."""
    return {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.is_file()}


def names(folder: Path) -> list[str]:
    """Return the names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def rows(database: Path, sql: str, *params: object) -> list[tuple[Any, ...]]:
    """Read with a plain connection."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, params).fetchall()


def contents(database: Path) -> str:
    """Return everything a database holds, as lines of SQL, wherever in the file it lies."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return "\n".join(sorted(connection.iterdump()))


def meddle(database: Path, *statements: str) -> None:
    """Change a database as another program would."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def flip(database: Path, bits: Iterable[int]) -> None:
    """Flip bits of a file, counted from its first."""
    content = bytearray(database.read_bytes())
    for bit in bits:
        content[bit // 8] ^= 1 << bit % 8
    database.write_bytes(content)


def foreign(path: Path) -> None:
    meddle(path, "CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('x')")


def foreign_wal(path: Path) -> None:
    meddle(path, "PRAGMA journal_mode=WAL", "CREATE TABLE bookmarks (url TEXT)")


def foreign_but_ours_before(path: Path) -> None:
    meddle(path, "CREATE TABLE bookmarks (url TEXT)", f"PRAGMA user_version={SCHEMA_VERSION}")


def newer(path: Path) -> None:
    meddle(path, f"PRAGMA application_id={APPLICATION_ID}", f"PRAGMA user_version={SCHEMA_VERSION + 1}", "CREATE TABLE x (y)")


def newer_wal(path: Path) -> None:
    newer(path)
    meddle(path, "PRAGMA journal_mode=WAL")


def older(path: Path) -> None:
    meddle(path, f"PRAGMA application_id={APPLICATION_ID}", "PRAGMA user_version=1", "CREATE TABLE x (y)")


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("Dear all,\n" * 1000)


def header_only(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(84))


def cut_off(path: Path) -> None:
    upkeep.create(path, now=NOW)
    path.write_bytes(path.read_bytes()[:60_000])


# What makes a file wrong, and the code that says so.
FAULTS: dict[Callable[[Path], None], str] = {
    foreign: "foreign_database",
    foreign_wal: "foreign_database",
    foreign_but_ours_before: "foreign_database",
    empty: "foreign_database",
    newer: "newer_database",
    newer_wal: "newer_database",
    older: "older_database",
    text: "broken_database",
    header_only: "broken_database",
    cut_off: "broken_database",
    Path.mkdir: "disk",
}


def die_writing(database: Path) -> None:
    """Leave a database as a power cut in the middle of a write does: half new pages, and a journal to roll them back."""
    script = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN IMMEDIATE")
for n in range(200):
    connection.execute("INSERT INTO organisations (name, name_key) VALUES (?, ?)", (f"half {n}" * 50, f"half {n}"))
os.kill(os.getpid(), signal.SIGKILL)
"""
    before = sha256(database)
    subprocess.run([sys.executable, "-c", script, str(database)], check=False)
    assert sha256(database) != before
    assert database.with_name(f"{database.name}-journal").stat().st_size


def copy(database: Path, target: Path) -> Path:
    """Copy a closed database."""
    shutil.copy(database, target)
    return target
