"""Making, backing up, verifying, restoring and upgrading the database file."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from osallisuus import files
from osallisuus.errors import StorageError
from osallisuus.i18n import _
from osallisuus.store import logbook
from osallisuus.store.database import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    Database,
    connect,
    explained,
    open_db,
    pragmas,
    require_ours,
    writing,
)


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A copy that was made and read back: where, its SHA-256, its size in bytes and how many rows each table has."""

    path: Path
    sha256: str
    size: int
    rows: dict[str, int]


def create(path: Path, *, now: datetime) -> bool:
    """Make an empty database at `path`, private to its owner, in one step; return False when there is one already.

    The file appears whole or not at all: it is built beside its place and linked in, so two processes may try at once.
    """
    if path.exists():
        open_db(path).close()
        return False
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=files.PRIVATE_FOLDER, parents=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.PRIVATE))
    except OSError as error:
        raise files.cannot_write(path, error) from error
    try:
        db = connect(partial)
        try:
            _migrate(db)
            with writing(db, "init", now=now) as change:
                change.tell("created", "database", SCHEMA_VERSION)
        finally:
            db.close()
        return _put_if_absent(partial, path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def backup(db: Database, target: Path, *, force: bool = False) -> Backup:
    """Copy the open database to `target` by VACUUM INTO, read the copy back, and write `target.sha256` beside it.

    Other processes may go on reading and writing meanwhile. Raises Refused when the target exists, StorageError when the
    copy cannot be made or does not pass its checks; an existing target is then left as it was.
    """
    files.refuse_existing(target, force=force)
    read_back: list[_Examined] = []

    def copy(partial: Path) -> None:
        _vacuum_into(db, partial)
        read_back.append(_examine(partial))

    files.replace_by(target, copy)
    made = read_back[0]
    note = f"# osallisuus schema {SCHEMA_VERSION}, log {made.head or 'empty'}\n{made.sha256}  {target.name}\n"
    files.replace(_sidecar(target), note.encode())
    return Backup(path=target, sha256=made.sha256, size=target.stat().st_size, rows=made.rows)


def verify(path: Path) -> tuple[Backup, list[str]]:
    """Read a backup through: its checksum, its pages, its foreign keys and its log; return it and remarks for a person.

    Raises StorageError when it is damaged, foreign or newer, or differs from the checksum beside it.
    """
    if not path.is_file():
        raise StorageError(_("There is no file {path}.").format(path=path), code="no_backup")
    remarks = []
    found = _examine(path)
    sidecar = _sidecar(path)
    if sidecar.exists():
        expected = [line.split()[0] for line in sidecar.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        if expected != [found.sha256]:
            raise StorageError(
                _("{path} is not the file that was backed up: its checksum differs from {sidecar}.").format(
                    path=path, sidecar=sidecar.name
                ),
                hint=_("Use another backup."),
                code="checksum",
            )
    else:
        remarks.append(_("There is no {sidecar} beside it, so it could only be read, not compared.").format(sidecar=sidecar.name))
    return Backup(path=path, sha256=found.sha256, size=path.stat().st_size, rows=found.rows), remarks


def restore(path: Path, source: Path, *, now: datetime, timeout: int = 30) -> Path | None:
    """Put a verified backup in the place of the database at `path`; return where the state before was saved, if there was any.

    The live file is held exclusively from before its state is saved until the backup is in, and SQLite itself writes the pages,
    so an interrupted restore leaves the old state and nobody's write falls in between.
    """
    backed_up, _remarks = verify(source)
    saved = path.with_name(f"{path.stem}-before-restore-{now:%Y%m%dT%H%M%S}{path.suffix}")
    live, kept = _open_or_set_aside(path, saved, now=now, timeout=timeout)
    try:
        with explained(path):
            # the lock of the first write is kept until the file is closed: nobody's write falls between saving and restoring
            live.connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            live.connection.execute("BEGIN EXCLUSIVE")
            live.connection.execute("COMMIT")
        if kept and not kept.exists():
            files.replace_by(kept, lambda partial: _vacuum_into(live, partial))
        _copy_pages(source, live)
        if live.value("PRAGMA user_version") == SCHEMA_VERSION:
            with writing(live, "db restore", now=now) as change:
                change.tell("restored", "database", backed_up.sha256)
    finally:
        live.close()
    return kept


def upgrade(path: Path, *, now: datetime, timeout: int = 30) -> tuple[list[str], Path | None]:
    """Bring a database to this program's schema after a backup; return the migrations applied and the backup's path.

    All of them run in one transaction: it is at the new schema or, whatever happened, at the old one.
    """
    db = connect(path, timeout=timeout)
    try:
        _require_known(db)
        if not _pending(db):
            return [], None
        copy = path.with_name(f"{path.stem}-before-upgrade-{now:%Y%m%dT%H%M%S}{path.suffix}")
        files.replace_by(copy, lambda partial: _vacuum_into(db, partial))
        return _migrate(db), copy
    finally:
        db.close()


def problems(db: Database) -> list[str]:
    """Return what is wrong inside an open database, a sentence each: pages, foreign keys, the log's chain."""
    with explained(db.path):
        found = [row[0] for row in db.connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            _("Row {row} of table {table} refers to something that is not there.").format(row=row[1], table=row[0])
            for row in db.connection.execute("PRAGMA foreign_key_check")
        ]
        broken = logbook.broken_at(db.connection)
    if broken:
        found.append(_("The log was changed by something else: its row {n} does not fit the one before.").format(n=broken))
    return found


def settings_off(db: Database) -> list[str]:
    """Return the connection settings that did not take effect, as `name=value`."""
    off = []
    for wanted in pragmas():
        name, _sign, value = wanted.partition("=")
        found = str(db.value(f"PRAGMA {name}")).upper()
        if found not in {"ON": ("1",), "OFF": ("0",), "EXTRA": ("3",)}.get(value, (value,)):
            off.append(f"{name}={found.lower()}")
    return off


@dataclass(frozen=True, kw_only=True)
class _Examined:
    sha256: str
    rows: dict[str, int]
    head: str


def _examine(path: Path) -> _Examined:
    """Hash a closed database file and read it through; raise StorageError when anything is wrong."""
    import hashlib

    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    db = connect(path, readonly=True)
    try:
        _require_known(db)
        wrong = problems(db)
        if wrong:
            raise StorageError(
                _("{path} is damaged: {what}").format(path=path, what=wrong[0]),
                hint=_("Use another backup."),
                code="broken_database",
                problems=wrong,
            )
        names = [row[0] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        rows = {name: int(db.value(f'SELECT count(*) FROM "{name}"')) for name in sorted(names) if name[0] != "_"}
        return _Examined(sha256=digest, rows=rows, head=logbook.head(db.connection))
    finally:
        db.close()


def _pending(db: Database) -> list[str]:
    from osallisuus.store.schema import MIGRATIONS

    with explained(db.path):
        return [migration.name for migration in MIGRATIONS.pending(db.tables)]


def _migrate(db: Database) -> list[str]:
    from osallisuus.store.schema import MIGRATIONS

    with explained(db.path):
        db.connection.execute("BEGIN IMMEDIATE")
        try:
            names = _pending(db)  # asked again under the lock: another process may have been first
            MIGRATIONS.apply(db.tables)
            db.connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            db.connection.execute(f"PRAGMA user_version={len(MIGRATIONS.applied(db.tables))}")
            db.connection.execute("COMMIT")
        finally:
            if db.connection.in_transaction:
                db.connection.execute("ROLLBACK")
    return names


def _require_known(db: Database) -> None:
    """Raise StorageError for a foreign or newer file; an older one can be read and upgraded."""
    try:
        require_ours(db)
    except StorageError as error:
        if error.code != "older_database":
            raise


def _open_or_set_aside(path: Path, saved: Path, *, now: datetime, timeout: int) -> tuple[Database, Path | None]:
    """Open what is to be restored into, and tell where its state before goes (nowhere when there is no file yet).

    A file that SQLite cannot read is moved aside, with its journals, and an empty one takes its place.
    """
    if not path.exists():
        create(path, now=now)
        return connect(path, timeout=timeout), None
    try:
        live = connect(path, timeout=timeout)
    except StorageError as error:
        if error.code != "broken_database":
            raise
        _set_aside(path, saved)
        create(path, now=now)
        return connect(path, timeout=timeout), saved
    try:
        _require_known(live)
    except StorageError:
        live.close()
        raise
    return live, saved


def _vacuum_into(db: Database, partial: Path) -> None:
    with explained(db.path):
        db.connection.execute("VACUUM INTO ?", (str(partial),))


def _copy_pages(source: Path, live: Database) -> None:
    with explained(source):
        origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        try:
            origin.backup(live.connection)
        finally:
            origin.close()


def _set_aside(path: Path, saved: Path) -> None:
    """Move a broken file and its journals out of the way together: a left journal would be rolled into the new file."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(saved.with_name(saved.name + suffix))


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _put_if_absent(partial: Path, path: Path) -> bool:
    place: Callable[[Path], object] = path.hardlink_to if os.name != "nt" else partial.rename
    try:
        place(partial if os.name != "nt" else path)
    except FileExistsError:
        return False
    except OSError:
        # a file system without hard links (FAT on a stick)
        if path.exists():
            return False
        partial.replace(path)
    return True
