"""A file of 1.1 meets 1.2: what public memos printed stays public, and nothing else becomes so."""

import sqlite3
from contextlib import closing

import pytest

from osallisuus.store import upkeep
from osallisuus.store.database import APPLICATION_ID, Database, open_db
from osallisuus.store.schema import MIGRATIONS
from tests.conftest import Program
from tests.store import faults

AT = "2022-08-22T06:00:00Z"
# What a question of an older file was: its date, its answer and the day of that.
QUESTIONS = (
    ("vantaa", "Milloin?", "Tammikuussa.", "2022-09-30"),
    ("vantaa", "Miksi?", "", None),
    ("sivu", "Missä?", "Korsossa.", "2022-10-01"),
    ("teematiistait", "Miten?", "Näin.", "2022-09-14"),
    ("teematiistait", "Kuka?", "", None),
)


def age(path: str) -> None:
    """Make a database of schema 5 with questions at panel sessions and at a webinar."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(path, connection)
        connection.execute("BEGIN IMMEDIATE")
        MIGRATIONS.apply(db.tables, stop_before="m0006_the_life_of_a_webinar")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("PRAGMA user_version=5")
        connection.execute(
            "INSERT INTO people (name, name_key, created_at) VALUES ('Aino Esimerkki', 'aino esimerkki', ?)", (AT,)
        )
        for number, (slug, type_, kind) in enumerate(
            (("vantaa", "panel", "main"), ("sivu", "panel", "side"), ("teematiistait", "series", None)), 1
        ):
            connection.execute(
                "INSERT INTO hosts (slug, type, name, timezone, kind, created_at) VALUES (?, ?, ?, 'Europe/Helsinki', ?, ?)",
                (slug, type_, slug, kind, AT),
            )
            connection.execute(
                "INSERT INTO events (host, number, planned, starts, minutes, timezone, kind, uid, created_at, revised_at)"
                " VALUES (?, 1, '2022-09-13T14:00', '2022-09-13T14:00', 60, 'Europe/Helsinki', ?, ?, ?, ?)",
                (slug, "meeting" if kind else "webinar", f"uid-{number}", AT, AT),
            )
        connection.executemany(
            "INSERT INTO questions (event_id, theme, text, answer, asked_on, answered_on)"
            " SELECT id, 'teema', ?, ?, '2022-09-13', ? FROM events WHERE host = ?",
            [(text, answer, day, host) for host, text, answer, day in QUESTIONS],
        )
        connection.execute("COMMIT")


@pytest.fixture
def old(blank: Program) -> Program:
    """Give the program with a file of schema 5."""
    age(str(blank.database))
    blank.database.chmod(0o600)
    return blank


@pytest.fixture
def upgraded(old: Program) -> Program:
    """Give the program with that file upgraded."""
    old("db upgrade")
    return old


def test_an_old_file_is_upgraded_when_asked(old: Program) -> None:
    assert old.json("question list", status=6)["error"]["code"] == "older_database"
    before = faults.contents(old.database)
    done = old.json("db upgrade")["upgrade"]
    assert done["applied"][0] == "m0006_the_life_of_a_webinar"
    assert faults.rows(old.database, "PRAGMA user_version") != [(5,)]
    (saved,) = old.folder.glob("*before-upgrade*.db")
    assert (str(saved), faults.contents(saved)) == (done["backup"], before)
    assert old.json("db check")["check"]["problems"] == []
    assert old.json("db upgrade") == {"upgrade": {"applied": [], "backup": None}}


def test_what_memos_printed_is_published_and_what_webinars_answered_is_not(upgraded: Program) -> None:
    found = upgraded.json("question list")["questions"]
    assert [
        (q["occasion"], q["text"], q["answer"], q["theme"], q["state"], q["approved_on"], q["published_on"])
        for q in sorted(found, key=lambda q: q["id"])
    ] == [
        ("vantaa/1", "Milloin?", "Tammikuussa.", "teema", "published", "2022-09-30", "2022-09-30"),
        ("vantaa/1", "Miksi?", "", "teema", "open", None, None),
        ("sivu/1", "Missä?", "Korsossa.", "teema", "published", "2022-10-01", "2022-10-01"),
        ("teematiistait/1", "Miten?", "Näin.", "teema", "answered", None, None),
        ("teematiistait/1", "Kuka?", "", "teema", "open", None, None),
    ]
    assert {(q["asker"], q["assigned_to"], q["merged_into"], q["dropped_on"], q["language"]) for q in found} == {
        ("", None, None, None, "")
    }


def test_a_public_memo_says_what_it_said(upgraded: Program) -> None:
    memo = upgraded("session memo vantaa/1 --public --format md").out
    assert "Milloin?" in memo
    assert "Tammikuussa." in memo
    assert "Miksi?" not in memo


def test_the_life_of_a_webinar_can_begin(upgraded: Program) -> None:
    assert upgraded.json("webinar show teematiistait/1")["webinar"]["capacity"] is None
    upgraded("talk", "add", "teematiistait/1", "Tieto", "--speaker", "Eero Malli (Esimerkkikaupunki)")
    assert upgraded("question publish 4").out == "Published: 4.\n"
    assert upgraded("question answer 1 Helmikuussa.").err.startswith("It is no longer published")
    assert upgraded.json("question show 1", status=2)["error"]["code"] == "usage"


def test_an_upgraded_file_is_like_a_new_one(upgraded: Program) -> None:
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
    new = upgraded.folder / "new.db"
    upgraded("--db", str(new), "init")
    assert faults.rows(upgraded.database, schema) == faults.rows(new, schema)


# The conditions that a column's NULL must not slip through.
@pytest.mark.parametrize(
    "wrong",
    [
        "approved_on = '2022-10-01' WHERE id = 2",
        "approved_on = 'today' WHERE id = 4",
        "published_on = '2022-10-01' WHERE id = 4",
        "published_on = '2022-10-01' WHERE id = 2",
        "approved_on = NULL WHERE id = 1",
        "dropped_on = '2022-10-01' WHERE id = 1",
        "dropped_on = 'x' WHERE id = 2",
        "merged_into = id WHERE id = 2",
        "merged_into = 99 WHERE id = 2",
        "merged_into = 2 WHERE id = 1",
        "merged_into = 1, dropped_on = '2022-10-01' WHERE id = 2",
        "language = 'de' WHERE id = 1",
        "asker = NULL WHERE id = 1",
        "assigned_to = 99 WHERE id = 1",
        "answer = '', answered_on = NULL WHERE id = 1",
    ],
)
def test_a_question_cannot_stand_where_it_does_not(upgraded: Program, wrong: str) -> None:
    db = open_db(upgraded.database)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE questions SET {wrong}")
    db.close()


def test_a_backup_of_the_old_file_is_restored_and_upgraded(old: Program) -> None:
    copy = old.folder / "old-copy.db"
    with closing(sqlite3.connect(old.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    old("db upgrade")
    old("question remove 1 --yes")
    assert upkeep.verify(copy)
    old("db", "restore", str(copy), "--yes")
    assert old.json("question list", status=6)["error"]["code"] == "older_database"
    old("db upgrade")
    assert [q["id"] for q in old.json("question list vantaa/1")["questions"]] == [1, 2]
