"""A newer program meets an older file. The newer program is this one with one migration more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables

from osallisuus.errors import StorageError
from osallisuus.store import database, upkeep
from osallisuus.store.schema import MIGRATIONS, statements
from tests.conftest import NOW, Program
from tests.store import faults, peers


def m9998_mail(db: Tables) -> None:
    statements(
        db,
        "CREATE TABLE mail (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
        "INSERT INTO mail (text) SELECT name FROM people",
    )


def m9999_breaks(db: Tables) -> None:
    statements(db, "UPDATE people SET name = 'lost'", "CREATE TABLE half (id INTEGER) STRICT", "INSERT INTO nowhere VALUES (1)")


@contextmanager
def a_newer_program(*migrations: Callable[[Tables], None]) -> Iterator[None]:
    """Be a later release for a while."""
    known = len(MIGRATIONS._migrations)
    for migration in migrations:
        MIGRATIONS()(migration)
    version = known + len(migrations)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "SCHEMA_VERSION", version)
        patch.setattr(upkeep, "SCHEMA_VERSION", version)
        yield
    del MIGRATIONS._migrations[known:]


def version(path: Path) -> int:
    return int(faults.rows(path, "PRAGMA user_version")[0][0])


def test_an_up_to_date_file_is_left_alone(season: Program) -> None:
    before = faults.listing(season.folder), season.database.stat().st_mtime_ns
    assert season.json("db upgrade") == {"upgrade": {"applied": [], "backup": None}}
    assert (faults.listing(season.folder), season.database.stat().st_mtime_ns) == before


def test_an_older_file_is_only_upgraded_when_asked(season: Program) -> None:
    before = faults.sha256(season.database)
    with a_newer_program(m9998_mail):
        ran = season("person list", status=6)
        assert "osallisuus db upgrade" in ran.err
        assert season.json("init", status=6)["error"]["code"] == "older_database"
    assert faults.sha256(season.database) == before


def test_the_rows_are_kept_and_the_state_before_too(season: Program) -> None:
    old, contents = version(season.database), faults.contents(season.database)
    with a_newer_program(m9998_mail):
        done = season.json("db upgrade")["upgrade"]
        saved = Path(done["backup"])
        assert (done["applied"], saved.name) == (["m9998_mail"], "osallisuus-before-upgrade-20220822T060000.db")
        assert (version(season.database), version(saved)) == (old + 1, old)
        assert faults.contents(saved) == contents
        assert database.file_mode(saved) == 0o600
        assert faults.rows(season.database, "SELECT text FROM mail") == [("Aino Esimerkki",)]
        assert season.json("db check")["check"]["problems"] == []
        last = season.json("log")["log"][-1]
        assert (last["command"], last["changes"]) == ("db upgrade", [{"did": "upgraded", "database": old + 1}])
        assert season.json("db upgrade") == {"upgrade": {"applied": [], "backup": None}}
        season("person", "add", "Eero Esimerkki")
        faults.rows(season.database, "SELECT 1 FROM mail")
    assert season.json("person list", status=6)["error"]["code"] == "newer_database"


def test_a_failing_migration_leaves_the_old_state(season: Program) -> None:
    old, contents = version(season.database), faults.contents(season.database)
    with a_newer_program(m9998_mail, m9999_breaks):
        season("db upgrade", status=1)
        assert (version(season.database), faults.contents(season.database)) == (old, contents)
        assert season.json("person list", status=6)["error"]["code"] == "older_database"
    assert "Aino" in season("person list").out
    assert season.json("db check")["check"]["problems"] == []


def test_a_file_that_was_made_new_and_one_that_was_upgraded_are_the_same(season: Program, tmp_path: Path) -> None:
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with a_newer_program(m9998_mail):
        season("db upgrade")
        upkeep.create(tmp_path / "new.db", now=NOW)
        assert faults.rows(tmp_path / "new.db", schema) == faults.rows(season.database, schema)


@pytest.mark.parametrize("fault", [faults.foreign, faults.foreign_wal, faults.newer, faults.text, faults.cut_off, faults.empty])
def test_only_our_own_older_file_is_upgraded(blank: Program, fault: Callable[[Path], None]) -> None:
    with a_newer_program(m9998_mail):
        fault(blank.database)
        if fault is faults.newer:
            faults.meddle(blank.database, f"PRAGMA user_version={database.SCHEMA_VERSION + 1}")
        before = faults.listing(blank.folder)
        blank("db upgrade", status=6)
        assert faults.listing(blank.folder) == before


def test_nothing_is_upgraded_while_another_process_writes(season: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSALLISUUS_TIMEOUT", "0")
    before = faults.listing(season.folder)
    with a_newer_program(m9998_mail):
        with peers.lock(season.database):
            season("db upgrade", status=75)
        assert faults.listing(season.folder) == before
        season("db upgrade")


def test_a_backup_of_an_older_program_is_restored_and_then_upgraded(season: Program) -> None:
    season("db backup old.db")
    old = version(season.database)
    with a_newer_program(m9998_mail):
        season("db upgrade")
        season("person", "add", "Eero Esimerkki")
        season.json("db verify old.db")
        saved = season.json("db restore old.db --yes")["restore"]["saved"]
        assert version(season.database) == old
        assert season.json("person list", status=6)["error"]["code"] == "older_database"
        season("db upgrade")
        assert faults.rows(season.database, "SELECT text FROM mail") == [("Aino Esimerkki",)]
        assert season.json("db check")["check"]["problems"] == []
        season("db", "restore", saved, "--yes")
        assert "Eero" in season("person list").out
    with pytest.raises(StorageError):
        upkeep.verify(Path(saved))
