"""The append-only log: when, which user of the machine, which command, and the ids of what it changed.

No row holds a name, an address or any other text about a person, so nothing in it ever needs erasing. Each row carries the
SHA-256 of the row before it and of itself: a row that was changed or removed breaks the chain.
"""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar


@dataclass(kw_only=True)
class Change:
    """What one `writing()` block did, collected while it runs; `erases` when personal text must not stay in the file."""

    command: str
    now: datetime
    erases: bool = False
    entries: list[dict[str, Any]] = field(default_factory=list)
    subjects: set[tuple[str, str]] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether nothing has been told yet."""
        return not self.entries

    @property
    def stamp(self) -> str:
        """The moment of the change as it is stored: UTC, whole seconds, `2022-08-22T06:00:00Z`."""
        return utc_stamp(self.now)

    def tell(
        self, did: str, noun: str, subject: str | int, *, about: tuple[tuple[str, str | int], ...] = (), **what: object
    ) -> None:
        """Note that something was done to a subject (`event`, `teematiistait/3`); `about` names further subjects it concerns.

        `what` holds ids, dates and codes of things only (a kind of agreement, an answer), pairs of them for old and new; never a
        personal value.
        """
        self.entries.append({"did": did, noun: subject, **dict(about), **what})
        self.subjects.update((name, str(value)) for name, value in ((noun, subject), *about))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the log; `changes` is a list of objects."""

    table: ClassVar[str] = "log"
    id: int
    at: str
    os_user: str
    command: str
    changes: list[dict[str, Any]]


def utc_stamp(moment: datetime) -> str:
    """Return an aware moment as stored text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append(connection: sqlite3.Connection, change: Change) -> None:
    """Write one row for a change, chained to the row before it."""
    last = connection.execute("SELECT id, chain FROM log ORDER BY id DESC LIMIT 1").fetchone()
    number, chain = (last[0] + 1, last[1]) if last else (1, "")
    changes = json.dumps(change.entries, ensure_ascii=False, separators=(",", ":"))
    row = (number, change.stamp, _os_user(), change.command, changes)
    connection.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", (*row, _link(chain, row)))
    connection.executemany(
        "INSERT INTO log_subjects (noun, subject, log_id) VALUES (?, ?, ?)",
        [(noun, subject, number) for noun, subject in sorted(change.subjects)],
    )


def entries(connection: sqlite3.Connection, *, noun: str = "", subject: str = "", limit: int = 50) -> list[Entry]:
    """Return the newest rows, of one subject or of all, oldest first."""
    chosen = "JOIN log_subjects s ON s.log_id = log.id AND s.noun = :noun AND s.subject = :subject" if noun else ""
    rows = connection.execute(
        f"SELECT id, at, os_user, command, changes FROM log {chosen} ORDER BY id DESC LIMIT :limit",
        {"noun": noun, "subject": subject, "limit": limit},
    ).fetchall()
    return [Entry(id=row[0], at=row[1], os_user=row[2], command=row[3], changes=json.loads(row[4])) for row in reversed(rows)]


def head(connection: sqlite3.Connection) -> str:
    """Return the chain value of the last row, which stands for the whole log."""
    last = connection.execute("SELECT chain FROM log ORDER BY id DESC LIMIT 1").fetchone()
    return last[0] if last else ""


def broken_at(connection: sqlite3.Connection) -> int:
    """Return the number of the first row that does not fit the chain or is missing, or 0."""
    chain, expected = "", 1
    for *row, link in connection.execute("SELECT id, at, os_user, command, changes, chain FROM log ORDER BY id"):
        if row[0] != expected or _link(chain, tuple(row)) != link:
            return expected
        chain, expected = link, expected + 1
    # rows cut off at the end leave a whole chain, but SQLite remembers the last number it gave
    given = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'log'").fetchone()[0]
    return expected if given >= expected else 0


def _link(chain: str, row: tuple[object, ...]) -> str:
    import hashlib  # start-up: OpenSSL is loaded only where something is written or checked

    return hashlib.sha256(f"{chain}\n{json.dumps(row, ensure_ascii=False)}".encode()).hexdigest()


def _os_user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
