"""A full disk and a read-only one: real ones, in memory, which only root may mount."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from osallisuus import files
from osallisuus.errors import StorageError
from osallisuus.store import upkeep
from osallisuus.store.database import file_mode, open_db, writing
from tests.conftest import NOW, Program
from tests.store import faults

PAGE = 4096
ROOM = 1024 * PAGE


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount on this machine")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here (it takes root): {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def moved(season: Program, disk: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Give the season, its database on the small disk."""
    season.database = Path(shutil.move(season.database, disk))
    monkeypatch.setenv("OSALLISUUS_DB", str(season.database))
    return season


def fill(disk: Path, *, leave: int = 0) -> Path:
    """Fill a disk so that so many pages are left."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    with ballast.open("wb", buffering=0) as handle, suppress(OSError):
        while handle.write(bytes(PAGE)):
            pass
    with ballast.open("r+b") as handle:
        handle.truncate(ballast.stat().st_size - leave * PAGE)
    return ballast


WRITES = (
    ("person", "add", "Eero Esimerkki"),
    ("webinar", "plan", "teematiistait", "--from", "2023-01-01", "--count", "60"),
    ("webinar", "move", "teematiistait/3", "2022-11-15"),
    ("person", "edit", "1", "--name", "Aino Muu"),
)


@pytest.mark.parametrize("words", WRITES, ids=lambda words: " ".join(words[:2]))
def test_on_a_full_disk_a_write_changes_nothing(moved: Program, disk: Path, words: tuple[str, ...]) -> None:
    before = faults.listing(disk)
    ballast = fill(disk)
    ran = moved(*words, status=6)
    assert ran.out == "" or words[1] == "plan"
    assert ran.err.startswith(f"{moved.database} cannot be used: ")
    assert ran.err.count("\n") == 2  # what, and what to do
    assert moved.json(*words, status=6)["error"]["code"] == "disk"
    moved("person list")
    moved("db check")
    ballast.unlink()
    assert faults.listing(disk) == before
    moved(*words)


@pytest.mark.slow
def test_however_much_room_is_left_a_write_is_whole_or_not_at_all(moved: Program, disk: Path) -> None:
    done = []
    for leave in range(0, 200, 10):
        before = faults.contents(moved.database)
        fill(disk, leave=leave)
        db = open_db(moved.database)
        try:
            with writing(db, "test", now=NOW) as change:
                for n in range(300):
                    change.tell("noted", "number", n)
                    name = f"{leave}-{n} {'x' * 200}"
                    db.execute("INSERT INTO organisations (name, name_key) VALUES (?, ?)", (name, name))
            done.append(leave)
            assert faults.rows(moved.database, "SELECT count(*) FROM organisations")[0][0] == 300 * len(done)
        except StorageError:
            assert faults.contents(moved.database) == before
        db.close()
        assert faults.names(disk) == ["ballast", "osallisuus.db"]
    assert done
    assert done[0] > 0
    assert moved.json("db check")["check"]["problems"] == []


@pytest.mark.slow
def test_however_much_room_is_left_a_backup_is_whole_or_not_there(season: Program, disk: Path) -> None:
    target = disk / "copy.db"
    season("db backup elsewhere.db")
    pages = (season.folder / "elsewhere.db").stat().st_size // PAGE
    results = []
    for leave in (0, 1, 2, 10, pages - 2, pages - 1, pages, pages + 1, pages + 2):
        fill(disk, leave=leave)
        before = faults.listing(disk)
        db = open_db(season.database)
        try:
            upkeep.backup(db, target)
        except StorageError as error:
            results.append(str(error).partition(":")[0])
            assert faults.names(disk) == ["ballast"]
            assert faults.listing(disk) == before
        else:
            results.append("")
            assert upkeep.verify(target)[1] == []
            for made in (target, target.with_name("copy.db.sha256")):
                assert file_mode(made) == 0o600
                made.unlink()
        db.close()
    assert results[-1] == ""
    assert len([result for result in results if result]) >= 6
    assert all(str(target) in result for result in results if result)  # the disk of the copy is full, not the database's


def test_an_older_backup_stays_as_it_was_when_there_is_no_room_for_a_new_one(season: Program, disk: Path) -> None:
    target = disk / "copy.db"
    season("db", "backup", str(target))
    before = faults.listing(disk)
    season("person", "add", "Eero Esimerkki")
    season("db backup elsewhere.db")
    pages = (season.folder / "elsewhere.db").stat().st_size // PAGE
    for leave in (0, 1, pages - 1, pages):
        ballast = fill(disk, leave=leave)
        season("db", "backup", str(target), "--force", status=6)
        ballast.unlink()
        assert faults.listing(disk) == before
    season("db", "backup", str(target), "--force")
    season("db", "verify", str(target))


@pytest.mark.slow
def test_however_much_room_is_left_a_restore_brings_the_old_or_the_new(moved: Program, disk: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    moved("db", "backup", str(copy))
    moved("person", "add", "Eero Esimerkki")
    pages = moved.database.stat().st_size // PAGE
    before = moved.database.read_bytes()
    contents = faults.contents(moved.database)
    done = []
    for leave in (0, 1, pages // 2, pages - 1, pages, pages + 1, pages + 10, 2 * pages, 3 * pages):
        fill(disk, leave=leave)
        try:
            saved = upkeep.restore(moved.database, copy, now=NOW)
        except StorageError:
            assert faults.contents(moved.database) == contents
        else:
            assert saved
            assert faults.contents(saved) == contents
            assert faults.rows(moved.database, "SELECT name FROM people") == [("Aino Esimerkki",)]
            done.append(leave)
        assert not [name for name in faults.names(disk) if "partial" in name or "journal" in name]
        for name in disk.glob("*-before-restore-*"):
            name.unlink()
        (disk / "ballast").unlink()
        moved.database.write_bytes(before)
    assert done
    assert done[0] >= pages


def test_a_database_that_has_no_room_is_not_made(blank: Program, disk: Path) -> None:
    for leave in (0, 1, 5, 20):
        fill(disk, leave=leave)
        ran = blank("--db", str(disk / "osallisuus.db"), "init", status=6)
        assert ran.err.startswith(f"{disk / 'osallisuus.db'} can")
        assert faults.names(disk) == ["ballast"]
    (disk / "ballast").unlink()
    blank("--db", str(disk / "osallisuus.db"), "init")


def test_a_file_of_any_kind_is_whole_or_not_there(disk: Path) -> None:
    files.replace(disk / "dates.ics", b"old")
    fill(disk, leave=1)
    before = faults.listing(disk)
    with pytest.raises(StorageError):
        files.replace(disk / "dates.ics", b"new" * PAGE)
    with pytest.raises(StorageError):
        files.replace(disk / "others.ics", b"new" * PAGE)
    assert faults.listing(disk) == before


def test_from_a_read_only_disk_one_reads(moved: Program, disk: Path) -> None:
    before = faults.listing(disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for words in ("person list", "webinar list", "panel show vantaa", "log", "db check", "doctor", "today"):
        moved(words)
    moved("db backup copy.db")
    moved("db", "verify", "copy.db")
    for words in WRITES:
        ran = moved(*words, status=6)
        assert ran.err.startswith(f"{moved.database} cannot be used: ")
        assert ran.err.count("\n") == 2
    moved("db restore copy.db --yes", status=6)
    moved("db", "backup", str(disk / "copy.db"), status=6)
    moved("--db", str(disk / "new.db"), "init", status=6)
    moved("db upgrade")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert faults.listing(disk) == before
