"""Making and opening the file: private, whole or not at all, and never anybody else's."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osallisuus.errors import StorageError
from osallisuus.store import upkeep
from osallisuus.store.database import file_mode, open_db
from tests.conftest import NOW, Program
from tests.store import faults, peers


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    old = os.umask(request.param)
    yield
    os.umask(old)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], indirect=True, ids=oct)
def test_only_the_owner_can_read_it_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    path = tmp_path / "own" / "o.db"
    assert upkeep.create(path, now=NOW)
    assert (file_mode(path), file_mode(path.parent)) == (0o600, 0o700)
    assert faults.names(path.parent) == ["o.db"]


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    upkeep.create(tmp_path / "o.db", now=NOW)
    assert file_mode(tmp_path) == 0o755


def test_a_journal_is_as_private_as_the_file(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    upkeep.create(path, now=NOW)
    db = open_db(path)
    db.connection.execute("BEGIN IMMEDIATE")
    db.connection.execute("INSERT INTO organisations (name, name_key) VALUES ('x', 'x')")
    assert file_mode(tmp_path / "o.db-journal") == 0o600
    db.close()


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    upkeep.create(path, now=NOW)
    before = path.stat(), faults.listing(tmp_path)
    assert not upkeep.create(path, now=NOW)
    assert (path.stat().st_mtime_ns, faults.listing(tmp_path)) == (before[0].st_mtime_ns, before[1])


def test_it_says_whose_it_is(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    upkeep.create(path, now=NOW)
    assert path.read_bytes()[68:72] == b"OSAL"


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("act", [open_db, lambda path: upkeep.create(path, now=NOW)], ids=["open", "create"])
def test_what_is_not_ours_is_refused_untouched(
    tmp_path: Path, fault: Callable[[Path], None], act: Callable[[Path], object]
) -> None:
    path = tmp_path / "o.db"
    fault(path)
    before = faults.listing(tmp_path), path.stat().st_mtime_ns
    with pytest.raises(StorageError) as caught:
        act(path)
    assert caught.value.code == faults.FAULTS[fault]
    assert (faults.listing(tmp_path), path.stat().st_mtime_ns) == before


COMMANDS = ("person list", "log", "series list --json", "db check", "db upgrade", "db backup copy.db")


@pytest.mark.parametrize(
    ("fault", "words"),
    [(fault, words) for fault in faults.FAULTS for words in COMMANDS if (fault, words) != (faults.older, "db upgrade")],
)
def test_every_command_refuses_it_with_status_6(blank: Program, fault: Callable[[Path], None], words: str) -> None:
    fault(blank.database)
    before = faults.listing(blank.folder)
    ran = blank(words, status=6)
    assert str(blank.database) in ran.out + ran.err
    assert faults.listing(blank.folder) == before


def test_our_own_file_in_wal_mode_is_set_right(program: Program) -> None:
    faults.meddle(program.database, "PRAGMA journal_mode=WAL")
    assert program("person list").err
    assert faults.rows(program.database, "PRAGMA journal_mode") == [("delete",)]


@pytest.mark.parametrize("name", ["x" * 300 + ".db", "x" * 250 + ".db", "osallisuus.db/inside.db"])
def test_an_impossible_name_is_a_fault_of_the_file_not_of_the_program(program: Program, name: str) -> None:
    program("--db", name, "person", "list", status=6)
    program("--db", name, "init", status=6)
    assert faults.names(program.folder) == ["osallisuus.db"]


def test_a_missing_file_is_not_made_by_looking(blank: Program) -> None:
    assert "osallisuus init" in blank("person list", status=6).err
    assert faults.names(blank.folder) == []


def test_a_link_is_followed_to_our_own_file_only(program: Program, tmp_path: Path) -> None:
    link, away = tmp_path / "link.db", tmp_path / "foreign.db"
    link.symlink_to(program.database)
    program("--db", str(link), "person", "add", "Aino Esimerkki")
    assert "Aino" in program("person list").out
    assert link.is_symlink()
    link.unlink()
    faults.foreign(away)
    link.symlink_to(away)
    before = faults.sha256(away)
    assert program.json("--db", str(link), "init", status=6)["error"]["code"] == "foreign_database"
    assert faults.sha256(away) == before


def test_a_link_to_nothing_becomes_a_link_to_a_database(blank: Program, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    assert blank.json("--db", "link.db", "init")["database"]["created"]
    assert blank.json("--db", "link.db", "person", "list") == {"people": []}
    assert file_mode(tmp_path / "real.db") == 0o600


def test_links_in_a_circle_are_refused(blank: Program, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "link.db")
    blank("--db", "link.db", "init", status=6)
    blank("--db", "link.db", "person", "list", status=6)


def test_a_journal_without_its_database_is_not_rolled_into_a_new_one(program: Program) -> None:
    faults.die_writing(program.database)
    program.database.unlink()
    assert program.json("init", status=6)["error"]["code"] == "left_journal"
    assert faults.names(program.folder) == ["osallisuus.db-journal"]
    (program.folder / "osallisuus.db-journal").unlink()
    program("init")


def test_a_half_written_file_is_healed_by_the_next_command(program: Program) -> None:
    before = faults.contents(program.database)
    faults.die_writing(program.database)
    assert program.json("db check")["check"]["problems"] == []
    assert faults.contents(program.database) == before
    assert faults.names(program.folder) == ["osallisuus.db"]


def test_what_a_killed_process_left_does_not_stand_in_the_way(blank: Program) -> None:
    for name in (f".osallisuus.db.{os.getpid()}.partial", f".copy.db.{os.getpid()}.partial"):
        (blank.folder / name).touch()
    blank("init")
    blank("db backup copy.db")


def test_the_safe_settings_are_on(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    upkeep.create(path, now=NOW)
    db = open_db(path)
    names = ("foreign_keys", "journal_mode", "synchronous", "secure_delete", "trusted_schema", "cell_size_check")
    assert [db.value(f"PRAGMA {name}") for name in names] == [1, "delete", 3, 1, 0, 1]
    assert upkeep.settings_off(db) == []
    db.execute("PRAGMA synchronous=NORMAL")
    assert upkeep.settings_off(db) == ["synchronous=1"]
    db.close()


def test_a_file_others_can_read_is_found_by_doctor(program: Program) -> None:
    program.database.chmod(0o644)
    assert f"chmod 600 '{program.database}'" in program("doctor", status=8).out


@pytest.mark.slow
def test_eight_processes_make_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "own" / "o.db"
    runs = [peers.end(process) for process in [peers.start("--db", str(path), "init", "--json") for _n in range(8)]]
    assert [run.status for run in runs] == [0] * 8, runs
    assert sum('"created": true' in run.out for run in runs) == 1
    assert faults.names(path.parent) == ["o.db"]
    assert faults.rows(path, "SELECT command FROM log") == [("init",)]
