"""Making, backing up, verifying, restoring and upgrading the database file."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from osallisuus import files
from osallisuus.errors import Busy, Refused, StorageError
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
    writing,
)


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A copy that was made and read back: where, its SHA-256, its size in bytes and how many rows each table has."""

    path: Path
    sha256: str
    size: int
    rows: dict[str, int]


def create(path: Path, *, now: datetime, timeout: int = 30) -> bool:
    """Make an empty database at `path`, private to its owner, in one step; return False when there is one already.

    The file appears whole or not at all: it is built beside its place and linked in, so two processes may try at once.
    """
    path = _real(path)
    if not files.is_there(path) and _build(path, lambda db: _migrate(db, "init", "created", now=now)):
        return True
    open_db(path, timeout=timeout).close()
    return False


def backup(db: Database, target: Path, *, force: bool = False) -> Backup:
    """Copy the open database to `target` by VACUUM INTO, read the copy back, and write `target.sha256` beside it.

    Other processes may go on reading and writing meanwhile. Raises Refused when the target exists or is the database itself,
    StorageError when the copy cannot be made or does not pass its checks; an existing target is then left as it was.
    """
    files.refuse_existing(target, force=force)
    _refuse_same(target, db.path)
    made: list[Backup] = []

    def copy(partial: Path) -> None:
        with explained(db.path, writes=target):
            db.connection.execute("VACUUM INTO ?", (str(partial),))
        found = _examine(partial, known_as=db.path)
        made.append(Backup(path=target, sha256=found.sha256, size=partial.stat().st_size, rows=found.rows))
        # before the copy gets its name: when the disk has no room for this either, an older backup stays as it was
        note = f"# osallisuus schema {SCHEMA_VERSION}, log {found.head}\n{found.sha256}  {target.name}\n"
        files.replace(_sidecar(target), os.fsencode(note))

    files.replace_by(target, copy)
    return made[0]


def verify(path: Path, *, timeout: int = 30) -> tuple[Backup, list[str]]:
    """Read a backup through: its checksum, its pages, its foreign keys and its log; return it and remarks for a person.

    Raises StorageError when it is damaged, foreign or newer, or differs from the checksum beside it.
    """
    if not (files.is_there(path) and path.is_file()):
        raise StorageError(_("There is no file {path}.").format(path=path), code="no_backup")
    found = _examine(path, timeout=timeout)
    sidecar = _sidecar(path)
    remarks = []
    try:
        lines = sidecar.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        remarks.append(_("There is no {sidecar} beside it, so it could only be read, not compared.").format(sidecar=sidecar.name))
    except OSError as error:
        raise files.cannot_read(sidecar, error) from error
    else:
        if [line.split()[0] for line in lines if line.strip() and line[0] != "#"] != [found.sha256]:
            raise StorageError(
                _("{path} is not the file that was backed up: its checksum differs from {sidecar}.").format(
                    path=path, sidecar=sidecar.name
                ),
                hint=_("Use another backup."),
                code="checksum",
            )
    return Backup(path=path, sha256=found.sha256, size=path.stat().st_size, rows=found.rows), remarks


def restore(path: Path, source: Path, *, now: datetime, timeout: int = 30) -> Path | None:
    """Put a verified backup in the place of the database at `path`; return where the state before was saved, if there was any.

    The live file is held exclusively from before its state is saved until the backup is in, and SQLite itself writes the pages,
    so an interrupted restore leaves the old state and nobody's write falls in between. A file that SQLite cannot read is moved
    aside. Raises Refused for the database itself, StorageError for a bad backup and for a foreign or newer file at `path`.
    """
    path = _real(path)
    backed_up, _remarks = verify(source, timeout=timeout)
    _refuse_same(source, path)

    def fill(db: Database) -> None:
        _copy_pages(source, db, timeout=timeout)
        if db.value("PRAGMA user_version") == SCHEMA_VERSION:
            with writing(db, "db restore", now=now) as change:
                change.tell("restored", "database", backed_up.sha256)

    live = _readable(path, timeout=timeout)
    if live is None:
        saved = _set_aside(path, now=now)
        if not _build(path, fill):
            raise Busy(_("Another program is writing to {path}.").format(path=path), hint=_("Try again in a moment."))
        return saved
    try:
        _hold(live)
        saved = _save(live, "before-restore", now=now)
        fill(live)
    finally:
        live.close()
    return saved


def upgrade(path: Path, *, now: datetime, timeout: int = 30) -> tuple[list[str], Path | None]:
    """Bring a database to this program's schema after a backup; return the migrations applied and the backup's path.

    All of them run in one transaction: it is at the new schema or, whatever happened, at the old one.
    """
    path = _real(path)
    db = connect(path, timeout=timeout)
    try:
        if not _pending(db):
            return [], None
        _hold(db)
        if not _pending(db):
            return [], None  # another process was first
        saved = _save(db, "before-upgrade", now=now)
        return _migrate(db, "db upgrade", "upgraded", now=now), saved
    finally:
        db.close()


def problems(db: Database) -> list[str]:
    """Return what is wrong inside an open database, a sentence each: pages, schema, foreign keys, the log's chain."""
    with explained(db.path):
        found = [row[0] for row in db.rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [_("{name} is missing or was changed by something else.").format(name=name) for name in _altered(db)]
        if found:
            return found  # what follows counts on sound tables
        found = [
            _("Row {row} of table {table} refers to something that is not there.").format(row=row[1], table=row[0])
            for row in db.rows("PRAGMA foreign_key_check")
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


def _examine(path: Path, *, timeout: int = 30, known_as: Path | None = None) -> _Examined:
    """Hash a closed database file and read it through; raise StorageError, about `known_as`, when anything is wrong."""
    import hashlib

    try:
        with path.open("rb") as handle:
            header = handle.read(20)
            handle.seek(0)
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise files.cannot_read(path, error) from error
    if header[18:] == b"\2\2":
        # even reading one would leave files beside it, and what it misses may lie in a -wal file that was not copied
        raise StorageError(
            _("{path} was not made by 'osallisuus db backup': it is in WAL mode.").format(path=path),
            hint=_("Use another backup."),
            code="no_backup",
        )
    db = connect(path, timeout=timeout, readonly=True)
    try:
        wrong = problems(db) or _cut_short(path, db)
        if wrong:
            raise StorageError(
                _("{path} is damaged: {what}").format(path=known_as or path, what=wrong[0]),
                hint=_("Use another backup."),
                code="broken_database",
                problems=wrong,
            )
        names = [row[0] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        rows = {name: int(db.value(f'SELECT count(*) FROM "{name}"')) for name in sorted(names) if name[0] != "_"}
        return _Examined(sha256=digest, rows=rows, head=logbook.head(db.connection))
    finally:
        db.close()


def _cut_short(path: Path, db: Database) -> list[str]:
    """Return what is missing at the end of a file: SQLite itself reads a short last page as if zeros followed."""
    whole = db.value("PRAGMA page_count") * db.value("PRAGMA page_size")
    return [] if path.stat().st_size >= whole else [_("its end is missing")]


def _altered(db: Database) -> list[str]:
    """Return the tables, indexes and triggers that are not as the migrations made them: the log is safe behind its triggers."""
    from osallisuus.store.schema import MIGRATIONS

    made = "SELECT type, name, sql FROM sqlite_master WHERE sql <> '' AND tbl_name <> '_sqlite_migrations'"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        model = Database(db.path, connection)
        later = _pending(model)[db.value("PRAGMA user_version") :]
        MIGRATIONS.apply(model.tables, stop_before=later)
        wanted = {tuple(row) for row in connection.execute(made)}
    return sorted(f"{kind} {name}" for kind, name, _sql in wanted - {tuple(row) for row in db.rows(made)})


def _pending(db: Database) -> list[str]:
    from osallisuus.store.schema import MIGRATIONS

    with explained(db.path):
        return [migration.name for migration in MIGRATIONS.pending(db.tables)]


def _migrate(db: Database, command: str, did: str, *, now: datetime) -> list[str]:
    """Apply the pending migrations in one logged transaction and return their names."""
    from osallisuus.store.schema import MIGRATIONS

    with writing(db, command, now=now) as change:
        names = _pending(db)
        MIGRATIONS.apply(db.tables)
        version = len(MIGRATIONS.applied(db.tables))
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={version}")
        change.tell(did, "database", version)
    return names


def _build(path: Path, fill: Callable[[Database], object]) -> bool:
    """Let `fill` make a database beside `path` and give it that name, unless something has it by then: False."""
    for journal in _journals(path):
        # SQLite would roll it into the new file; asked in this order, the journal of a file that was just made is no reason
        if files.is_there(journal) and not files.is_there(path):
            raise StorageError(
                _("There is {journal}, left by a database that is no longer beside it.").format(journal=journal),
                hint=_("Bring that database back to its place, or move the journal away if you do not need it."),
                code="left_journal",
            )
    try:
        path.parent.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    with files.partial_of(path) as partial:
        db = connect(partial, fresh=True)
        db.path = path  # what errors are about
        try:
            fill(db)
        finally:
            db.close()
        return files.put_if_absent(partial, path)


def _readable(path: Path, *, timeout: int) -> Database | None:
    """Open what is to be restored into; None when it is missing, empty or broken."""
    if not files.is_there(path) or (path.is_file() and not path.stat().st_size):
        return None
    try:
        return connect(path, timeout=timeout)
    except StorageError as error:
        if error.code != "broken_database":
            raise
        return None


def _hold(db: Database) -> None:
    """Keep every other process out of the file until it is closed."""
    with explained(db.path):
        db.connection.execute("BEGIN EXCLUSIVE")
        # from now on no lock is given back; set earlier, it would keep a reader's lock and wait for a writer who waits for that
        db.connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.connection.execute("COMMIT")


def _save(db: Database, why: str, *, now: datetime) -> Path:
    """Copy a held database page by page, as it is whatever is wrong inside, to a file beside it, and return that file."""
    target = _unused(db.path, why, now)

    def copy(partial: Path) -> None:
        with explained(db.path, writes=target), closing(sqlite3.connect(partial)) as saved:
            db.connection.backup(saved)

    files.replace_by(target, copy)
    return target


def _copy_pages(source: Path, live: Database, *, timeout: int) -> None:
    origin = connect(source, timeout=timeout, readonly=True)
    try:
        # read first: the copying itself would wait for a lock on the source without end
        with origin.snapshot(), explained(live.path):
            origin.value("SELECT count(*) FROM sqlite_master")
            origin.connection.backup(live.connection)
    finally:
        origin.close()


def _set_aside(path: Path, *, now: datetime) -> Path | None:
    """Move a file that cannot be read, and journals, out of the way; return where the file is now, if there was any.

    A journal that stays behind would be rolled into the next file of that name.
    """
    saved = _unused(path, "before-restore", now)
    try:
        # the journals first: a kill in between must not leave one of them behind alone
        for part, place in zip((*_journals(path), path), (*_journals(saved), saved), strict=True):
            if part.exists():
                part.replace(place)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    return saved if saved.exists() else None


def _journals(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("-journal", "-wal", "-shm")]


def _unused(path: Path, why: str, now: datetime) -> Path:
    """Return a name beside the database that says why and when, and that nothing has yet."""
    stem = f"{path.stem}-{why}-{now:%Y%m%dT%H%M%S}"
    names = (path.with_name(f"{stem}{'' if n == 1 else f'-{n}'}{path.suffix}") for n in count(1))
    return next(name for name in names if not name.exists())


def _refuse_same(file: Path, database: Path) -> None:
    try:
        same = file.samefile(database)
    except OSError:
        return  # one of them is not there
    if same:
        raise Refused(
            _("{path} is the database itself, not a backup of it.").format(path=file),
            hint=_("Name another file."),
            code="same_file",
        )


def _real(path: Path) -> Path:
    """Return where a link leads: SQLite keeps its journals there."""
    return Path(os.path.realpath(path))


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
