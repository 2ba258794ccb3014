"""Restoring brings back exactly what was backed up, and never loses what was there."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from osallisuus.errors import Busy
from osallisuus.store import upkeep
from osallisuus.store.database import file_mode, open_db
from tests.conftest import NOW, Program
from tests.store import faults, peers


@pytest.fixture
def copy(season: Program) -> Path:
    """Give a backup of the season, after which somebody else was added."""
    season("db backup copy.db")
    season("person", "add", "Eero Esimerkki")
    return season.folder / "copy.db"


def data(database: Path) -> list[list[tuple[object, ...]]]:
    """Return all that is in a database but its log."""
    tables = faults.rows(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('log', 'log_subjects')")
    return [faults.rows(database, f"SELECT * FROM {name} ORDER BY 1, 2") for (name,) in tables if name != "sqlite_sequence"]


def restored(season: Program, copy: Path) -> Path | None:
    """Restore, look that it is right, and return where the state before is."""
    saved = season.json("db", "restore", str(copy), "--yes")["restore"]["saved"]
    assert data(season.database) == data(copy)
    assert season.json("db check")["check"]["problems"] == []
    assert file_mode(season.database) == 0o600
    log = season.json("log")["log"]
    assert [row["command"] for row in log[-2:]] == ["member add", "db restore"]
    assert log[-1]["changes"] == [{"did": "restored", "database": faults.sha256(copy)}]
    return Path(saved) if saved else None


def test_it_brings_back_exactly_and_keeps_what_was_there(season: Program, copy: Path) -> None:
    before = faults.contents(season.database)
    saved = restored(season, copy)
    assert saved == season.folder / "osallisuus-before-restore-20220822T060000.db"
    assert faults.contents(saved) == before
    assert file_mode(saved) == 0o600
    assert "Eero" in season("--db", str(saved), "person", "list").out
    assert "Eero" not in season("person list").out


def test_there_and_back_again_in_the_same_second(season: Program, copy: Path) -> None:
    first = restored(season, copy)
    assert first
    season("person", "add", "Toinen Esimerkki")
    second = season.json("db", "restore", str(first), "--yes")["restore"]["saved"]
    assert second != str(first)
    assert "Eero" in season("person list").out
    third = season.json("db", "restore", second, "--yes")["restore"]["saved"]
    assert len({str(first), second, third}) == 3
    assert "Toinen" in season("person list").out


@pytest.mark.parametrize("fault", [faults.empty, faults.text, faults.header_only, faults.cut_off, Path.unlink])
def test_it_works_when_the_file_is_missing_or_garbage(season: Program, copy: Path, fault: Callable[[Path], None]) -> None:
    if fault is not Path.unlink:
        season.database.unlink()
    fault(season.database)
    before = season.database.read_bytes() if season.database.exists() else None
    saved = restored(season, copy)
    assert (saved.read_bytes() if saved else None) == before


@pytest.mark.slow
def test_it_works_when_the_file_is_damaged_somewhere(season: Program, copy: Path) -> None:
    sound = season.database.read_bytes()
    dice = random.Random(3)
    for _try in range(25):
        season.database.write_bytes(sound)
        # the identity and the version in the first hundred bytes are left, or the file is not ours any more
        faults.flip(season.database, dice.sample(range(800, len(sound) * 8), 5000))
        before = season.database.read_bytes()
        saved = restored(season, copy)
        assert saved
        assert saved.stat().st_size == len(before)


def test_a_journal_left_by_a_crash_is_not_rolled_into_what_is_restored(season: Program, copy: Path) -> None:
    faults.die_writing(season.database)
    assert restored(season, copy)
    faults.die_writing(season.database)
    season.database.unlink()
    assert restored(season, copy) is None
    faults.die_writing(season.database)
    season.database.write_bytes(b"garbage" * 1000)
    (journal := season.database.with_name("osallisuus.db-journal")).write_bytes(journal.read_bytes()[:600])
    assert restored(season, copy)
    assert not journal.exists()


@pytest.mark.parametrize("fault", [faults.foreign, faults.foreign_wal, faults.newer, faults.newer_wal, Path.mkdir])
def test_it_refuses_to_replace_what_is_not_ours(season: Program, copy: Path, fault: Callable[[Path], None]) -> None:
    season.database.unlink()
    fault(season.database)
    before = faults.names(season.folder), faults.listing(season.folder)
    season("db restore copy.db --yes", status=6)
    assert (faults.names(season.folder), faults.listing(season.folder)) == before


@pytest.mark.parametrize("way", ["name", "link"])
def test_the_database_is_not_its_own_backup(season: Program, way: str) -> None:
    source = season.database if way == "name" else season.folder / "link.db"
    if way == "link":
        source.symlink_to(season.database)
    before = faults.listing(season.folder)
    assert season.json("db", "restore", str(source), "--yes", status=4)["error"]["code"] == "same_file"
    assert faults.listing(season.folder) == before


def test_through_a_link_the_real_file_is_restored(season: Program, copy: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(season.database)
    saved = upkeep.restore(link, copy, now=NOW)
    assert saved
    assert saved.parent == season.folder
    assert link.is_symlink()
    assert data(season.database) == data(copy)
    season.database.write_bytes(b"garbage")
    assert upkeep.restore(link, copy, now=NOW)
    assert link.is_symlink()
    assert data(season.database) == data(copy)


def test_while_another_process_writes_nothing_is_restored(season: Program, copy: Path) -> None:
    before = faults.listing(season.folder)
    for kind in ("IMMEDIATE", "EXCLUSIVE", "DEFERRED"):  # a mere reader is waited for too
        with peers.lock(season.database, kind), pytest.raises(Busy):
            upkeep.restore(season.database, copy, now=NOW, timeout=0)
    assert faults.listing(season.folder) == before


def test_a_backup_that_somebody_writes_to_is_not_waited_for_without_end(season: Program, copy: Path) -> None:
    before = faults.listing(season.folder)
    with peers.lock(copy, "EXCLUSIVE"), pytest.raises(Busy):
        upkeep.restore(season.database, copy, now=NOW, timeout=0)
    assert faults.listing(season.folder) == before


def test_without_consent_nothing_is_restored(season: Program, copy: Path) -> None:
    before = faults.listing(season.folder)
    season("--no-input db restore copy.db", status=2)
    assert faults.listing(season.folder) == before


def test_a_process_that_had_it_open_goes_on_with_what_was_restored(season: Program, copy: Path) -> None:
    other = open_db(season.database)
    assert other.value("SELECT count(*) FROM people") == 2
    restored(season, copy)
    assert other.value("SELECT count(*) FROM people") == 1
    other.close()
