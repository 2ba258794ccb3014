"""A backup is a file that was read back, with a checksum that other programs understand."""

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from osallisuus.errors import StorageError
from osallisuus.store import upkeep
from osallisuus.store.database import connect, file_mode, open_db
from tests.conftest import Program
from tests.store import faults, peers


@pytest.fixture
def copy(season: Program) -> Path:
    """Give a backup of the season."""
    season("db backup copy.db")
    return season.folder / "copy.db"


def test_it_holds_everything_and_is_private(season: Program, copy: Path) -> None:
    assert faults.contents(copy) == faults.contents(season.database)
    assert (file_mode(copy), file_mode(copy.with_name("copy.db.sha256"))) == (0o600, 0o600)
    assert faults.names(season.folder) == ["copy.db", "copy.db.sha256", "osallisuus.db"]
    found = season.json("db verify copy.db")["backup"]
    assert (found["sha256"], found["size"], found["remarks"]) == (faults.sha256(copy), copy.stat().st_size, [])
    assert (found["rows"]["events"], found["rows"]["people"], found["rows"]["hosts"]) == (4, 1, 3)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="there is no sha256sum on this machine")
@pytest.mark.parametrize("name", ["copy.db", "Varmuuskopio 15.11. äö.db", "-copy.db", "a\\b.db"])
def test_its_checksum_is_understood_by_sha256sum(season: Program, name: str) -> None:
    season("db", "backup", "--", name)
    check = ["sha256sum", "--check", "--strict", f"./{name}.sha256"]
    assert subprocess.run(check, cwd=season.folder, check=False, capture_output=True).returncode == 0
    faults.flip(season.folder / name, [80_000])
    assert subprocess.run(check, cwd=season.folder, check=False, capture_output=True).returncode == 1


def test_the_same_state_gives_the_same_bytes(season: Program) -> None:
    assert season.json("db backup a.db")["backup"]["sha256"] == season.json("db backup b.db")["backup"]["sha256"]


def test_the_checksum_file_holds_the_head_of_the_log(season: Program, copy: Path) -> None:
    head = faults.rows(season.database, "SELECT chain FROM log ORDER BY id DESC LIMIT 1")[0][0]
    assert f"log {head}" in copy.with_name("copy.db.sha256").read_text()


@pytest.mark.parametrize("what", ["file", "link", "dangling link", "folder"])
def test_what_is_there_is_not_overwritten_unasked(season: Program, what: str) -> None:
    target, other = season.folder / "copy.db", season.folder / "other"
    {
        "file": lambda: target.write_text("mine"),
        "link": lambda: (other.write_text("mine"), target.symlink_to(other)),
        "dangling link": lambda: target.symlink_to(other),
        "folder": target.mkdir,
    }[what]()
    before = faults.names(season.folder), faults.listing(season.folder)
    season("db backup copy.db", status=6 if what == "folder" else 4)
    assert (faults.names(season.folder), faults.listing(season.folder)) == before


def test_with_force_a_link_is_replaced_and_not_followed(season: Program) -> None:
    target, other = season.folder / "copy.db", season.folder / "other"
    other.write_text("mine")
    target.symlink_to(other)
    season("db backup copy.db --force")
    season("db verify copy.db")
    assert (other.read_text(), target.is_symlink()) == ("mine", False)


@pytest.mark.parametrize("way", ["name", "link", "hard link"])
def test_the_database_is_not_overwritten_by_its_own_backup(season: Program, way: str) -> None:
    target = season.folder / "copy.db"
    {
        "name": lambda: season.database,
        "link": lambda: target.symlink_to(season.database),
        "hard link": lambda: target.hardlink_to(season.database),
    }[way]()
    before = season.database.stat().st_ino, faults.listing(season.folder)
    name = season.database if way == "name" else target
    assert season.json("db", "backup", str(name), "--force", status=4)["error"]["code"] == "same_file"
    assert (season.database.stat().st_ino, faults.listing(season.folder)) == before


@pytest.mark.parametrize("target", ["missing/copy.db", "osallisuus.db/copy.db", "x" * 300, "x" * 245])
def test_where_nothing_can_be_written_it_says_so(season: Program, target: str) -> None:
    season("db", "backup", target, status=6)
    assert faults.names(season.folder) == ["osallisuus.db"]


def test_a_copy_whose_checksum_cannot_be_written_is_not_left(season: Program) -> None:
    season("db backup copy.db")
    sidecar = season.folder / "copy.db.sha256"
    sidecar.unlink()
    sidecar.mkdir()
    before = faults.names(season.folder), faults.listing(season.folder)
    season("person", "add", "Eero Esimerkki")
    season("db backup copy.db --force", status=6)
    assert faults.names(season.folder) == before[0]
    assert faults.sha256(season.folder / "copy.db") == before[1]["copy.db"]
    assert season.json("db verify copy.db", status=6)["error"]["code"] == "cannot_read"


def test_others_go_on_working_meanwhile(season: Program) -> None:
    with peers.lock(season.database):
        season("db backup copy.db")
    season("db verify copy.db")


# Verifying


@pytest.mark.slow
def test_every_flipped_bit_is_found(season: Program, copy: Path) -> None:
    size = copy.stat().st_size * 8
    bits = [*range(0, 800, 37), *random.Random(7).sample(range(size), 60), size - 1]
    for bit in bits:
        faults.flip(copy, [bit])
        with pytest.raises(StorageError):
            upkeep.verify(copy)
        faults.flip(copy, [bit])
    upkeep.verify(copy)


@pytest.mark.slow
def test_a_damaged_file_without_checksum_is_found_or_read_but_never_a_fault_of_the_program(copy: Path) -> None:
    copy.with_name("copy.db.sha256").unlink()
    found = 0
    dice = random.Random(7)
    for _try in range(60):
        bits = dice.sample(range(copy.stat().st_size * 8), dice.choice((1, 10, 1000)))
        faults.flip(copy, bits)
        try:
            upkeep.verify(copy)
        except StorageError:
            found += 1
        faults.flip(copy, bits)
    assert found > 20
    upkeep.verify(copy)


@pytest.mark.parametrize("size", [0, 1, 99, 100, 4096, 5000, 60_000, -4096, -1])
def test_a_truncated_backup_is_found(season: Program, copy: Path, size: int) -> None:
    copy.write_bytes(copy.read_bytes()[:size])
    before = faults.listing(season.folder)
    season("db verify copy.db", status=6)
    season("db restore copy.db --yes", status=6)
    copy.with_name("copy.db.sha256").unlink()
    season("db verify copy.db", status=6)
    assert faults.listing(season.folder).items() <= before.items()


def test_an_exchanged_backup_is_found(season: Program, copy: Path) -> None:
    season("person", "add", "Eero Esimerkki")
    season("db backup later.db")
    shutil.copy(season.folder / "later.db", copy)
    assert season.json("db verify copy.db", status=6)["error"]["code"] == "checksum"
    assert season.json("db restore copy.db --yes", status=6)["error"]["code"] == "checksum"


@pytest.mark.parametrize(
    "content", [b"", b"\n  \n", b"nonsense", b"\xff\xfe\0", b"# only a remark\n", b"0" * 64 + b"  copy.db\n"]
)
def test_a_checksum_that_does_not_fit_is_found(season: Program, copy: Path, content: bytes) -> None:
    copy.with_name("copy.db.sha256").write_bytes(content)
    assert season.json("db verify copy.db", status=6)["error"]["code"] == "checksum"


def test_a_checksum_edited_on_windows_fits(season: Program, copy: Path) -> None:
    sidecar = copy.with_name("copy.db.sha256")
    sidecar.write_bytes(sidecar.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    season("db verify copy.db")


def test_a_missing_checksum_is_remarked_on(season: Program, copy: Path) -> None:
    copy.with_name("copy.db.sha256").unlink()
    ran = season("db verify copy.db")
    assert "copy.db.sha256" in ran.err
    assert len(season.json("db verify copy.db")["backup"]["remarks"]) == 1


@pytest.mark.parametrize(
    "fault", [fault for fault in faults.FAULTS if fault is not faults.older], ids=lambda fault: fault.__name__
)
def test_what_is_no_backup_is_refused_untouched(season: Program, fault: Callable[[Path], None]) -> None:
    fault(season.folder / "copy.db")
    before = faults.names(season.folder), faults.listing(season.folder)
    season("db verify copy.db", status=6)
    season("db restore copy.db --yes", status=6)
    assert (faults.names(season.folder), faults.listing(season.folder)) == before


def test_a_missing_backup_is_said_to_be_missing(season: Program) -> None:
    assert season.json("db verify copy.db", status=6)["error"]["code"] == "no_backup"
    assert season.json("db restore copy.db --yes", status=6)["error"]["code"] == "no_backup"


def test_a_copy_in_wal_mode_may_lack_its_newest_part_and_is_refused(season: Program, copy: Path) -> None:
    faults.meddle(copy, "PRAGMA journal_mode=WAL")
    copy.with_name("copy.db.sha256").unlink()
    before = faults.listing(season.folder)
    assert season.json("db verify copy.db", status=6)["error"]["code"] == "no_backup"
    assert faults.listing(season.folder) == before


def test_verifying_a_copy_that_was_cut_off_in_a_write_is_refused(season: Program, copy: Path) -> None:
    shutil.copy(season.database, season.folder / "raw.db")
    faults.die_writing(season.folder / "raw.db")
    season("db verify raw.db", status=6)


def test_the_backup_of_an_older_program_is_still_read(season: Program, copy: Path) -> None:
    old = season.folder / "old.db"
    faults.older(old)
    assert connect(old).value("PRAGMA user_version") == 1
    with pytest.raises(StorageError):
        open_db(old)
