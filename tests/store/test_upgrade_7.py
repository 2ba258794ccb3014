"""A file of 1.2 meets 1.3: everything in it stays, and letters can be written about its dates."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from osallisuus.store import upkeep
from osallisuus.store.database import APPLICATION_ID, Database, open_db
from osallisuus.store.schema import MIGRATIONS
from tests.conftest import Program
from tests.store import faults

AT = "2022-08-22T06:00:00Z"


def age(path: str) -> None:
    """Make a database of schema 6: a panel with a member, and one date of it that was restored after a cancellation."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(path, connection)
        connection.execute("BEGIN IMMEDIATE")
        MIGRATIONS.apply(db.tables, stop_before="m0007_letters_and_answers")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("PRAGMA user_version=6")
        connection.execute(
            "INSERT INTO people (name, name_key, email, email_key, created_at)"
            " VALUES ('Aino Esimerkki', 'aino esimerkki', 'aino@example.org', 'aino@example.org', ?)",
            (AT,),
        )
        connection.execute(
            "INSERT INTO hosts (slug, type, name, timezone, kind, place, created_at)"
            " VALUES ('vantaa', 'panel', 'Vantaan raati', 'Europe/Helsinki', 'main', 'Sali 2', ?)",
            (AT,),
        )
        connection.execute(
            "INSERT INTO memberships (person_id, panel, role, from_date) SELECT 1, 'vantaa', key, '2022-01-01' FROM roles LIMIT 1"
        )
        connection.execute(
            "INSERT INTO events (host, number, planned, starts, minutes, timezone, kind, place, uid, created_at, revised_at)"
            " VALUES ('vantaa', 1, '2022-09-29T17:00', '2022-09-29T17:00', 60, 'Europe/Helsinki', 'meeting', 'Sali 2',"
            " 'uid-2', ?, ?)",
            (AT, AT),
        )
        connection.execute(
            "INSERT INTO retired_identities (uid, event_id, starts, minutes, timezone, sequence, created_at, revised_at)"
            " VALUES ('uid-1', 1, '2022-09-29T17:00', 60, 'Europe/Helsinki', 1, ?, ?)",
            (AT, AT),
        )
        connection.execute("COMMIT")


@pytest.fixture
def old(blank: Program) -> Program:
    """Give the program with a file of schema 6."""
    age(str(blank.database))
    blank.database.chmod(0o600)
    return blank


@pytest.fixture
def upgraded(old: Program) -> Program:
    """Give the program with that file upgraded."""
    old("db upgrade")
    return old


def test_an_old_file_is_upgraded_when_asked(old: Program) -> None:
    assert old.json("invite list", status=6)["error"]["code"] == "older_database"
    before = faults.contents(old.database)
    done = old.json("db upgrade")["upgrade"]
    assert done["applied"][0] == "m0007_letters_and_answers"
    (saved,) = old.folder.glob("*before-upgrade*.db")
    assert (str(saved), faults.contents(saved)) == (done["backup"], before)
    assert old.json("db check")["check"]["problems"] == []
    assert old.json("db upgrade") == {"upgrade": {"applied": [], "backup": None}}


def test_what_was_there_stays_and_nobody_was_told_anything(old: Program) -> None:
    tables = ("people", "events", "memberships", "retired_identities")
    before = {table: faults.rows(old.database, f"SELECT * FROM {table}") for table in tables}
    old("db upgrade")
    assert {table: faults.rows(old.database, f"SELECT * FROM {table}") for table in tables} == before
    assert faults.rows(old.database, "SELECT slug, feedback_url FROM hosts") == [("vantaa", "")]
    for table in ("letter_schedules", "revisions", "messages", "answers"):
        assert faults.rows(old.database, f"SELECT count(*) FROM {table}") == [(0,)]
    assert old.json("invite status vantaa/1")["status"][0]["wants"] == ["invitation"]
    assert old.json("invite schedule vantaa") == {
        "schedule": {"host": "vantaa", "reminder": [7, 1], "speaker-reminder": [21, 7], "thanks": [1]}
    }


def test_letters_can_be_written_about_an_old_date(upgraded: Program) -> None:
    for key, value in (("sender_email", "raati@example.org"), ("sender_name", "Osallisuustiimi")):
        upgraded("config", "set", key, value)
    upgraded.now += timedelta(days=1)
    assert [one["kind"] for one in upgraded.json("invite draft vantaa/1")["drafts"]["drafted"]] == ["invitation"]
    upgraded("invite told vantaa/1")
    upgraded("session move vantaa/1 2022-10-06")
    assert [one["kind"] for one in upgraded.json("invite draft vantaa/1")["drafts"]["drafted"]] == ["change"]
    upgraded("session edit vantaa/1 --place Sali")
    assert faults.rows(upgraded.database, "SELECT state FROM messages ORDER BY id") == [("sent",), ("withdrawn",)]


def test_an_upgraded_file_is_like_a_new_one(upgraded: Program) -> None:
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
    new = upgraded.folder / "new.db"
    upgraded("--db", str(new), "init")
    assert faults.rows(upgraded.database, schema) == faults.rows(new, schema)
    assert ("messages_by_event",) in faults.rows(new, "SELECT name FROM sqlite_master WHERE type = 'index'")


LETTER = (
    "INSERT INTO messages (event_id, revision_id, person_id, registration_id, kind, state, message_id, made_at, sent_at, sha256,"
    " sequence) VALUES"
)
WRONG = {
    "nobody": f"{LETTER} (1, 1, NULL, NULL, 'change', 'draft', 'b', '{AT}', NULL, '', 0)",
    "two readers": f"{LETTER} (1, 1, 1, 1, 'change', 'draft', 'b', '{AT}', NULL, '', 0)",
    "no such person": f"{LETTER} (1, 1, 9, NULL, 'change', 'draft', 'b', '{AT}', NULL, '', 0)",
    "another kind": f"{LETTER} (1, 1, 1, NULL, 'kutsu', 'draft', 'b', '{AT}', NULL, '', 0)",
    "another state": f"{LETTER} (1, 1, 1, NULL, 'change', 'lost', 'b', '{AT}', NULL, '', 0)",
    "the same letter": f"{LETTER} (1, 1, 1, NULL, 'invitation', 'draft', 'b', '{AT}', NULL, '', 0)",
    "the same Message-ID": f"{LETTER} (1, 1, 1, NULL, 'change', 'draft', 'a', '{AT}', NULL, '', 0)",
    "sent at no time": f"{LETTER} (1, 1, 1, NULL, 'change', 'sent', 'b', '{AT}', NULL, '', 0)",
    "a time but not sent": f"{LETTER} (1, 1, 1, NULL, 'change', 'draft', 'b', '{AT}', '{AT}', '', 0)",
    "queued without a checksum": f"{LETTER} (1, 1, 1, NULL, 'change', 'queued', 'b', '{AT}', NULL, '', 0)",
    "local time": f"{LETTER} (1, 1, 1, NULL, 'change', 'draft', 'b', '2022-08-22T06:00', NULL, '', 0)",
    "no sequence": f"{LETTER} (1, 1, 1, NULL, 'change', 'draft', 'b', '{AT}', NULL, '', NULL)",
    "perhaps told": "UPDATE messages SET may_have = 2",
    "a date that is gone": "DELETE FROM events",
    "a revision that is gone": "DELETE FROM revisions",
    "a reader who is gone": "DELETE FROM memberships; DELETE FROM people",
    "the same revision": "INSERT INTO revisions SELECT NULL, event_id, uid, sequence, starts, minutes, timezone, status, title,"
    " title_sv, title_en, description, place, url, organizer FROM revisions",
    "no organizer": "UPDATE revisions SET organizer = ''",
    "days that no schedule has": "INSERT INTO letter_schedules (host, kind, days) VALUES ('vantaa', 'reminder', 366)",
    "a kind that no schedule has": "INSERT INTO letter_schedules (host, kind, days) VALUES ('vantaa', 'invitation', 1)",
    "no answer": "INSERT INTO answers (event_id, person_id, answer, starts, minutes, timezone, answered_at)"
    f" VALUES (1, 1, '', '2022-09-29T17:00', 60, 'Europe/Helsinki', '{AT}')",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_letter_cannot_stand_where_it_does_not(upgraded: Program, wrong: str) -> None:
    db = open_db(upgraded.database)
    db.execute(
        "INSERT INTO revisions (id, event_id, uid, sequence, starts, minutes, timezone, status, title, title_sv, title_en,"
        " description, place, url, organizer) VALUES (1, 1, 'uid-2', 0, '2022-09-29T17:00', 60, 'Europe/Helsinki', 'planned',"
        " '', '', '', '', '', '', 'raati@example.org')"
    )
    db.execute(f"{LETTER} (1, 1, 1, NULL, 'invitation', 'draft', 'a', '{AT}', NULL, '', 0)")
    *first, last = wrong.split("; ")
    for statement in first:
        db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(last)
    db.close()


def test_a_backup_of_the_old_file_is_restored_and_upgraded(old: Program) -> None:
    copy = old.folder / "old-copy.db"
    with closing(sqlite3.connect(old.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    old("db upgrade")
    assert upkeep.verify(copy)
    old("db", "restore", str(copy), "--yes")
    assert old.json("invite list", status=6)["error"]["code"] == "older_database"
    old("db upgrade")
    assert old.json("invite list") == {"letters": []}
