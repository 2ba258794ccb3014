"""The schema as it is shipped: a change to it is seen here, triggers and all.

`UPDATE_SCHEMA=1 pytest tests/store/test_schema.py` writes the present one into schema.sql, to be read before a commit. A released
migration is never edited: after the first release, lines of schema.sql are only ever added to.
"""

import importlib
import os
import pkgutil
import sqlite3
from pathlib import Path

import pytest

from osallisuus import domain
from osallisuus.store.database import SCHEMA_VERSION, Database, open_db
from osallisuus.store.schema import MIGRATIONS
from tests.conftest import Program
from tests.store import faults

SNAPSHOT = Path(__file__).with_name("schema.sql")


def test_the_schema_is_the_one_that_was_read_and_kept(db: Database) -> None:
    made = db.rows(
        "SELECT sql FROM sqlite_master WHERE sql <> '' AND tbl_name NOT IN ('sqlite_sequence', '_sqlite_migrations')"
        " ORDER BY type = 'trigger', rowid"
    )
    text = "".join(f"{row['sql'].strip()};\n\n" for row in made)
    if os.environ.get("UPDATE_SCHEMA"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_the_version_counts_the_migrations(db: Database) -> None:
    names = [migration.name for migration in MIGRATIONS.pending(_nothing().tables)]
    assert SCHEMA_VERSION == len(names) == db.value("PRAGMA user_version")
    assert [name[:5] for name in names] == [f"m{n:04}" for n in range(1, len(names) + 1)]


def test_every_table_is_strict(db: Database) -> None:
    lax = db.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
        " AND name NOT LIKE 'sqlite%' AND name <> '_sqlite_migrations'"
    )
    assert [row["name"] for row in lax] == []


@pytest.mark.parametrize("module", [module.name for module in pkgutil.iter_modules(domain.__path__)])
def test_every_record_belongs_to_a_table_that_is_there(db: Database, module: str) -> None:
    # inserting into a table that is not there would make one
    found = vars(importlib.import_module(f"osallisuus.domain.{module}")).values()
    for table in {record.table for record in found if isinstance(record, type) and hasattr(record, "table")}:
        assert db.value("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)) == 1, table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET os_user = 'somebody'",
        "DELETE FROM log",
        "REPLACE INTO log SELECT * FROM log",
        "UPDATE log_subjects SET subject = 'x'",
        "DELETE FROM log_subjects",
    ],
)
def test_the_log_cannot_be_rewritten(program: Program, statement: str) -> None:
    db = open_db(program.database)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(statement)
    db.close()
    assert program.json("db check")["check"]["problems"] == []


DAMAGE = {
    "who did it": ["UPDATE log SET os_user = 'somebody' WHERE id = 2"],
    "what was done": ["UPDATE log SET changes = '[]' WHERE id = 2"],
    "when": ["UPDATE log SET at = '2020-01-01T00:00:00Z' WHERE id = 2"],
    "a row in the middle": ["DELETE FROM log_subjects WHERE log_id = 2", "DELETE FROM log WHERE id = 2"],
    "the last row": ["DELETE FROM log_subjects WHERE log_id = 3", "DELETE FROM log WHERE id = 3"],
    "all rows": ["DELETE FROM log_subjects", "DELETE FROM log"],
    "a row of its own": ["INSERT INTO log SELECT id + 1, at, os_user, command, changes, chain FROM log WHERE id = 3"],
}


@pytest.mark.parametrize("statements", DAMAGE.values(), ids=DAMAGE)
def test_a_log_that_was_changed_behind_its_triggers_is_found(program: Program, statements: list[str]) -> None:
    program("person", "add", "Aino Esimerkki")
    program("person", "add", "Eero Esimerkki")
    triggers = faults.rows(program.database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    faults.meddle(
        program.database, *(f"DROP TRIGGER {name}" for name, _sql in triggers), *statements, *(sql for _name, sql in triggers)
    )
    assert "log" in program.json("db check", status=6)["error"]["message"]
    assert "The log was changed" in program("doctor", status=8).out
    program("db backup copy.db", status=6)
    assert faults.names(program.folder) == ["osallisuus.db"]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DROP TRIGGER log_is_append_only_update", "trigger log_is_append_only_update"),
        ("DROP INDEX people_by_name", "index people_by_name"),
        ("DROP TABLE log", "table log"),
        ("ALTER TABLE people ADD COLUMN diagnosis TEXT", "table people"),
    ],
)
def test_a_schema_that_was_changed_is_found(program: Program, statement: str, name: str) -> None:
    faults.meddle(program.database, statement)
    assert name in program.json("db check", status=6)["error"]["message"]
    assert name in program("doctor", status=8).out


def test_what_another_program_added_beside_is_no_fault(program: Program) -> None:
    faults.meddle(program.database, "CREATE VIEW names AS SELECT name FROM people", "ANALYZE")
    program("db check")


def test_a_reference_to_nothing_is_found(program: Program) -> None:
    faults.meddle(program.database, "INSERT INTO arrangements VALUES (77, 'induktiosilmukka')")
    assert "arrangements" in program.json("db check", status=6)["error"]["message"]


def test_text_that_is_not_utf_8_is_damage_and_not_a_fault_of_the_program(program: Program) -> None:
    program("person", "add", "Aino Esimerkki")
    faults.meddle(program.database, "UPDATE people SET name = CAST(x'41ff' AS TEXT)")
    assert program.json("person list", status=6)["error"]["code"] == "broken_database"


def _nothing() -> Database:
    return Database(Path(":memory:"), sqlite3.connect(":memory:"))
