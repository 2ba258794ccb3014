"""Opening, reading and writing the one SQLite file.

One standard-library connection serves everything; sqlite-utils wraps the same connection where a command writes, because
importing it costs more than a whole list command. Every write is one `writing()` block.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from osallisuus import files
from osallisuus.errors import Busy, OsallisuusError, StorageError
from osallisuus.i18n import _
from osallisuus.store.logbook import Change, append
from osallisuus.texts import checked

if TYPE_CHECKING:
    import sqlite_utils

APPLICATION_ID = 0x4F53414C  # "OSAL": file(1) and other programs can tell whose file it is
SCHEMA_VERSION = 8  # the number of migrations in store/schema, kept here so that opening a file does not import them

_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_CORRUPT_TEXTS = ("Could not decode to UTF-8", "unsupported file format")  # damage that has no code of its own


class Record(Protocol):
    """A frozen dataclass whose fields are the columns of its `table`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    table: ClassVar[str]


R = TypeVar("R", bound=Record)
Row = sqlite3.Row
Params = Sequence[object] | dict[str, object]


class Database:
    """An open database file; made by `open_db`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    @cached_property
    def tables(self) -> "sqlite_utils.Database":
        """The same connection, wrapped by sqlite-utils."""
        import sqlite_utils  # start-up: reads never need it

        # the scan for installed plugins is slow, and a plugin has no business in these data
        return sqlite_utils.Database(self.connection, execute_plugins=False)

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """Return all rows of a query (a half-read cursor would block other processes' commits)."""
        with explained(self.path):
            return self.connection.execute(sql, params).fetchall()

    def value(self, sql: str, params: Params = ()) -> Any:
        """Return the first column of the first row, or None."""
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def fetch(self, record: type[R], sql: str, params: Params = ()) -> list[R]:
        """Return the rows of a query as records; the query must select every column of the record."""
        return list(_records(record, self.rows(sql, params)))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of the block see the same state. Writers wait meanwhile, so nothing slow may happen inside."""
        with explained(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def each(self, record: type[R], sql: str, params: Params = ()) -> Iterator[R]:
        """Yield the rows of a query as records, without holding them all; only inside a `snapshot()`."""
        yield from _records(record, self.connection.execute(sql, params))

    def insert(self, record: Record) -> int:
        """Insert a record, without its `id` where that is 0, and return the id; refuses text that may not be stored."""
        values = _storable(asdict(record))
        if values.get("id") == 0:
            del values["id"]
        with explained(self.path):
            return int(self.tables.table(record.table).insert(values).last_rowid or 0)

    def update(self, record: type[Record], key: str | int, **changes: object) -> None:
        """Change columns of the row with this primary key; refuses text that may not be stored."""
        with explained(self.path):
            self.tables.table(record.table).update(key, _storable(changes))

    def execute(self, sql: str, params: Params = ()) -> None:
        """Run one statement inside a `writing()` block."""
        with explained(self.path):
            self.connection.execute(sql, params)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def open_db(path: Path, *, timeout: int = 30, readonly: bool = False) -> Database:
    """Open an existing database; raise StorageError when it is missing, foreign, newer, older or broken."""
    db = connect(path, timeout=timeout, readonly=readonly)
    try:
        _require_upgraded(db)
    except OsallisuusError:
        db.close()
        raise
    return db


def connect(path: Path, *, timeout: int = 30, readonly: bool = False, fresh: bool = False) -> Database:
    """Open a database of this schema or an older one with the safe settings; `timeout` is in seconds, a `fresh` file is empty.

    Raises StorageError when it is missing, foreign, newer or broken; nothing is written to such a file.
    """
    if not files.is_there(path):
        raise StorageError(
            _("There is no database at {path}.").format(path=path),
            hint=_("Make one with 'osallisuus init', or name another with --db FILE."),
            code="no_database",
        )
    mode = "ro" if readonly else "rw"
    with explained(path):
        # isolation_level=None: transactions begin where we say so, never where the module guesses
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=timeout, isolation_level=None)
        connection.row_factory = sqlite3.Row
        db = Database(path, connection)
        try:
            if not fresh:
                _require_ours(db)  # first of all: to set the journal mode of somebody's WAL file would rewrite its header
            for pragma in pragmas():
                connection.execute(f"PRAGMA {pragma}")
        except (sqlite3.Error, OsallisuusError):
            db.close()
            raise
    return db


def pragmas() -> tuple[str, ...]:
    """Return the settings of every connection, as `name=value`; they must be made outside a transaction."""
    return (
        "foreign_keys=ON",
        "journal_mode=DELETE",
        "synchronous=EXTRA",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "recursive_triggers=ON",
        "fullfsync=ON",
    )


@contextmanager
def writing(db: Database, command: str, *, now: datetime) -> Iterator[Change]:
    """Run the block as one transaction that holds the writer's lock from its first read, and log it as one row.

    What the block did is told to the yielded Change; a block that told nothing must have written nothing, and leaves the file
    untouched. Raises Busy when another process holds the lock longer than the timeout.
    """
    change = Change(command=command, now=now)
    with explained(db.path):
        db.connection.execute("BEGIN IMMEDIATE")
        before = db.connection.total_changes
        try:
            yield change
            if change.empty and db.connection.total_changes != before:
                raise AssertionError(f"'{command}' wrote without saying what")
            if change.empty:
                db.connection.execute("ROLLBACK")
            else:
                append(db.connection, change)
                db.connection.execute("COMMIT")
                if change.erases:
                    # secure_delete forgets copies that a rebalanced page keeps in its gaps; rewriting the file does not
                    with suppress(sqlite3.Error):  # what was asked for is done; the next time rewrites it too
                        db.connection.execute("VACUUM")
        finally:
            if db.connection.in_transaction:
                with suppress(sqlite3.Error):
                    db.connection.execute("ROLLBACK")


def with_columns(record: R, columns: Mapping[str, object]) -> R:
    """Return a record with other values in these of its columns."""
    return replace(record, **columns)


def referencing(db: Database, table: str, *, owned: bool = True) -> list[tuple[str, str]]:
    """Return the (table, column) pairs whose foreign key points at a table, read from the schema itself.

    Without `owned`, those that go with the row they point at (ON DELETE CASCADE) are left out.
    """
    pairs = db.rows(
        'SELECT m.name AS source, f."from" AS source_column FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f'
        " WHERE m.type = 'table' AND f.\"table\" = ? AND (? OR f.on_delete <> 'CASCADE') ORDER BY 1, 2",
        (table, owned),
    )
    return [(row["source"], row["source_column"]) for row in pairs]


@contextmanager
def explained(path: Path, *, writes: Path | None = None) -> Iterator[None]:
    """Turn SQLite's errors about the file, the disk and locks into ours; a broken constraint stays what it is, a bug.

    `writes` is the file whose disk is to blame when another one than `path` is being written.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter when SQLite quotes a damaged schema
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(_("Another program is writing to {path}.").format(path=path), hint=_("Try again in a moment.")) from error
        if code in _CORRUPT or isinstance(error, UnicodeDecodeError) or str(error).startswith(_CORRUPT_TEXTS):
            raise StorageError(
                _("{path} is damaged or is not a database; it was left as it is.").format(path=path),
                hint=_("Look at it with 'osallisuus db check', and bring back a backup with 'osallisuus db restore'."),
                code="broken_database",
            ) from error
        if code in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_PERM,
        ):
            blamed = writes or path
            raise StorageError(
                _("{path} cannot be used: {reason}. It is as it was before.").format(path=blamed, reason=error),
                hint=_("Check that you may write in {folder} and that the disk has room.").format(folder=blamed.parent),
                code="disk",
            ) from error
        raise


def _require_ours(db: Database) -> None:
    if db.value("PRAGMA application_id") != APPLICATION_ID:
        raise StorageError(
            _("{path} is not an osallisuus database; it was left untouched.").format(path=db.path),
            hint=_("Check the name given with --db or OSALLISUUS_DB."),
            code="foreign_database",
        )
    found = db.value("PRAGMA user_version")
    if found > SCHEMA_VERSION:
        raise StorageError(
            _(
                "{path} was made by a newer osallisuus (schema {found}; this program knows {known}). It was left untouched."
            ).format(path=db.path, found=found, known=SCHEMA_VERSION),
            hint=_("Upgrade the program: pip install --upgrade osallisuus."),
            code="newer_database",
        )


def _require_upgraded(db: Database) -> None:
    found = db.value("PRAGMA user_version")
    if found < SCHEMA_VERSION:
        raise StorageError(
            _("{path} was made by an older osallisuus (schema {found}; this program needs {known}).").format(
                path=db.path, found=found, known=SCHEMA_VERSION
            ),
            hint=_("Run 'osallisuus db upgrade'; it makes a backup first."),
            code="older_database",
        )


def _records(record: type[R], rows: Iterable[Row]) -> Iterator[R]:
    places: list[tuple[str, int]] = []
    for row in rows:
        if not places:  # looked up once: in each row, finding a column by its name takes as long as all the rest
            columns = row.keys()
            places = [(field.name, columns.index(field.name)) for field in fields(record)]
        # a frozen dataclass sets its fields one by one: filling its __dict__ at once makes long lists three times as fast
        made = record.__new__(record)
        made.__dict__.update({name: row[place] for name, place in places})
        yield made


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: checked(value, name) if isinstance(value, str) else value for name, value in values.items()}


def file_mode(path: Path) -> int:
    """Return the permission bits of a file."""
    return path.stat().st_mode & 0o777
