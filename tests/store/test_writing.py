"""One transaction, one row in the log, or nothing at all."""

import random
import sqlite3

import pytest

from osallisuus.domain import people
from osallisuus.domain.people import Organisation, Person
from osallisuus.errors import Busy, Refused
from osallisuus.store import logbook, upkeep
from osallisuus.store.database import Database, open_db, writing
from tests.conftest import NOW, Program
from tests.store import faults, peers


def organisation(name: str) -> Organisation:
    return Organisation(name=name, name_key=name.casefold())


def add(db: Database, name: str) -> int:
    with writing(db, "test", now=NOW) as change:
        number = db.insert(organisation(name))
        change.tell("added", "organisation", number)
    return number


def names(db: Database) -> list[str]:
    return [row["name"] for row in db.rows("SELECT name FROM organisations ORDER BY id")]


def test_a_block_is_one_row_of_the_log(db: Database) -> None:
    with writing(db, "test", now=NOW) as change:
        for name in ("Yksi ry", "Kaksi ry"):
            change.tell("added", "organisation", db.insert(organisation(name)), about=(("person", 7),))
    entry = logbook.entries(db.connection)[-1]
    assert (entry.id, entry.at, entry.command) == (2, "2022-08-22T06:00:00Z", "test")
    assert entry.changes == [
        {"did": "added", "organisation": 1, "person": 7},
        {"did": "added", "organisation": 2, "person": 7},
    ]
    assert logbook.entries(db.connection, noun="organisation", subject="2") == [entry]
    assert logbook.entries(db.connection, noun="person", subject="7") == [entry]
    assert logbook.broken_at(db.connection) == 0


def test_a_block_that_wrote_without_saying_what_is_a_fault_and_undone(db: Database) -> None:
    with pytest.raises(AssertionError, match="without saying"), writing(db, "test", now=NOW):
        db.insert(organisation("Salaa ry"))
    assert names(db) == []
    assert len(logbook.entries(db.connection)) == 1
    add(db, "Avoin ry")
    assert names(db) == ["Avoin ry"]


def test_a_block_that_said_nothing_leaves_the_file_untouched(db: Database) -> None:
    before = faults.sha256(db.path), db.path.stat().st_mtime_ns
    with writing(db, "test", now=NOW):
        names(db)
    assert (faults.sha256(db.path), db.path.stat().st_mtime_ns) == before


def test_a_command_that_changes_nothing_leaves_the_file_untouched(season: Program) -> None:
    before = faults.sha256(season.database), season.database.stat().st_mtime_ns
    season("webinar plan teematiistait --from 2022-09-01 --until 2022-12-31")
    season("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client", "--from", "2022-01-01")
    season("series", "add", "teematiistait", "--name", "Asiakasosallisuuden teematiistait")
    season("webinar plan teematiistait --from 2023-01-01 --months 6 --dry-run")
    assert (faults.sha256(season.database), season.database.stat().st_mtime_ns) == before


class Stop(BaseException):
    """What no `except Exception` catches: Ctrl-C and the like."""


@pytest.mark.parametrize("failure", [ValueError, Stop, KeyboardInterrupt, Refused])
def test_a_failure_undoes_the_whole_block(db: Database, failure: type[BaseException]) -> None:
    add(db, "Ennen ry")
    before = faults.sha256(db.path)
    with pytest.raises(failure), writing(db, "test", now=NOW) as change:
        change.tell("added", "organisation", db.insert(organisation("Kesken ry")))
        raise failure("no")
    assert faults.sha256(db.path) == before
    add(db, "Jälkeen ry")
    assert names(db) == ["Ennen ry", "Jälkeen ry"]
    assert logbook.broken_at(db.connection) == 0


def test_a_broken_constraint_is_a_fault_and_undone(db: Database) -> None:
    add(db, "Yksi ry")
    with pytest.raises(sqlite3.IntegrityError):
        add(db, "Yksi ry")
    assert names(db) == ["Yksi ry"]
    add(db, "Kaksi ry")


def test_a_block_within_a_block_is_refused_and_undone(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError), writing(db, "outer", now=NOW) as change:
        change.tell("added", "organisation", db.insert(organisation("Ulko ry")))
        add(db, "Sisä ry")
    assert names(db) == []


def test_nobody_else_writes_between_the_read_and_the_write(db: Database) -> None:
    with writing(db, "test", now=NOW):
        other = open_db(db.path, timeout=0)
        with pytest.raises(Busy):
            add(other, "Väliin ry")
        other.close()


def test_a_snapshot_sees_one_state_and_writes_wait(db: Database) -> None:
    other = open_db(db.path, timeout=0)
    with db.snapshot():
        assert names(db) == []
        with pytest.raises(Busy):
            add(other, "Väliin ry")
        assert names(db) == []
    add(other, "Jälkeen ry")
    assert names(db) == ["Jälkeen ry"]
    other.close()


def test_while_another_process_writes_one_reads_and_is_told_to_try_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = faults.sha256(program.database)
    monkeypatch.setenv("OSALLISUUS_TIMEOUT", "0")
    with peers.lock(program.database):
        assert program("person list").status == 0
        ran = program("person", "add", "Aino Esimerkki", status=75)
        assert ran.out == ""
        assert ran.err == f"Another program is writing to {program.database}.\nTry again in a moment.\n"
        assert program.json("person", "add", "Aino Esimerkki", status=75)["error"]["code"] == "busy"
    with peers.lock(program.database, "EXCLUSIVE"):
        program("person list", status=75)
        program("doctor", status=8)
        program("db upgrade", status=75)
        with pytest.raises(Busy):
            upkeep.create(program.database, now=NOW, timeout=0)
    assert faults.sha256(program.database) == before
    program("person", "add", "Aino Esimerkki")


def test_a_short_lock_is_waited_out(program: Program) -> None:
    with peers.lock(program.database):
        waiting = peers.start("person", "add", "Aino Esimerkki", OSALLISUUS_DB=str(program.database))
        with pytest.raises(TimeoutError):
            _wait(waiting)
    assert peers.end(waiting).status == 0
    assert "Aino" in program("person list").out


def _wait(process: peers.subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=0.8)
    except peers.subprocess.TimeoutExpired:
        raise TimeoutError from None


# Texts

CODE = "131052-308T"  # the example of the Digital and Population Data Services Agency


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, "identity_code"),
        (f"Aino {CODE} Esimerkki", "identity_code"),
        ("131052–308t", "identity_code"),
        ("131052A308\u200bT", "identity_code"),
        ("a\0b", "bad_encoding"),
        ("a\udcff", "bad_encoding"),
        ("a" * 10_001, "too_long"),
    ],
)
def test_what_may_not_be_stored_is_refused_at_insert_and_update(db: Database, text: str, code: str) -> None:
    number = add(db, "Yksi ry")
    before = faults.sha256(db.path)
    with pytest.raises(Refused) as caught, writing(db, "test", now=NOW) as change:
        change.tell("added", "organisation", db.insert(organisation(text)))
    assert caught.value.code == code
    with pytest.raises(Refused) as caught, writing(db, "test", now=NOW):
        db.update(Organisation, number, name=text)
    assert (caught.value.code, caught.value.details) == (code, {"field": "name"})
    assert faults.sha256(db.path) == before


@pytest.mark.parametrize(
    "words",
    [
        ("person", "add", f"Aino {CODE}"),
        ("person", "add", "Aino Esimerkki", "--arrangement", f"tulkki {CODE}"),
        ("person", "add", "Aino Esimerkki", "--organisation", CODE),
        ("person", "add", "Aino Esimerkki", "--phone", CODE),
        ("panel", "add", "p", "--name", CODE, "--kind", "main"),
        ("panel", "add", "p", "--name", "P", "--kind", "main", "--purpose", CODE),
        ("series", "edit", "teematiistait", "--name", CODE),
        ("webinar", "edit", "teematiistait/1", "--title", CODE),
        ("webinar", "cancel", "teematiistait/1", "--reason", CODE),
        ("member", "leave", "vantaa", "Aino", "--on", "2022-12-31", "--reason", CODE),
        ("role", "add", "r", "--name-fi", CODE, "--name-sv", "x", "--name-en", "y", "--side", "customer"),
    ],
    ids=" ".join,
)
def test_no_command_stores_an_identity_code(season: Program, words: tuple[str, ...]) -> None:
    assert season.json(*words, status=4)["error"]["code"] == "identity_code"
    assert CODE.encode() not in season.database.read_bytes()


def test_text_is_stored_composed(db: Database) -> None:
    number = add(db, "A\u0308iti ry")
    assert db.value("SELECT name FROM organisations WHERE id = ?", (number,)) == "Äiti ry"


# What is gone is gone


def test_a_merged_person_is_nowhere_in_the_file(season: Program) -> None:
    for n in range(40):
        season("person", "add", f"Henkilö{n} Esimerkki{n}")
    given = ("--email", "Salla.Sala@example.org", "--phone", "040 765 4321", "--arrangement", "induktiosilmukka")
    season("member", "add", "vantaa", "Salla Salanimi", "--role", "peer", *given)
    season("person", "edit", "Salla", "--name", "Salla Salainen")
    content = season.database.read_bytes()
    assert b"Salla Salainen" in content
    assert b"Salanimi" not in content
    assert b"salanimi" not in content
    keep = season.json("person", "add", "Aino Muu", "--email", "aino@example.org", "--phone", "040 111 1111")["person"]["id"]
    season("person", "merge", str(keep), "Salla", "--yes")
    content = season.database.read_bytes()
    for trace in ("Salla", "salla", "Salainen", "salainen", "765 4321", "0407654321", "407654321"):
        assert trace.encode() not in content, trace


def test_a_removed_person_is_nowhere_in_the_file(season: Program) -> None:
    season("person", "add", "Salla Salainen", "--email", "salla@example.org", "--arrangement", "Viittomakieli")
    assert b"Salla" in season.database.read_bytes()
    season("person", "remove", "Salla", "--yes")
    content = season.database.read_bytes().lower()
    for trace in (b"salla", b"salainen", b"viittoma"):
        assert trace not in content, trace


def test_what_a_block_erases_is_not_left_in_the_gaps_of_pages(db: Database) -> None:
    # secure_delete alone leaves copies of rows that SQLite moved from one page to another; this script finds some
    db.execute("CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL) STRICT")
    db.execute("CREATE INDEX names_by_key ON names (key)")
    dice = random.Random(7)
    there: dict[int, str] = {}
    gone: list[str] = []
    with writing(db, "test", now=NOW) as change:
        change.tell("shuffled", "names", 1500)
        for step in range(1500):
            roll, name = dice.random(), f"Z{dice.randrange(10**9)}x Esimerkki{'y' * dice.randrange(400)}"
            key = dice.choice(list(there)) if there else 0
            if roll < 0.5 or not there:
                db.execute("INSERT INTO names VALUES (?, ?, ?)", (step, name, name.casefold()))
                there[step] = name
            elif roll < 0.75:
                db.execute("UPDATE names SET name = ?, key = ? WHERE id = ?", (name, name.casefold(), key))
                gone.append(there[key])
                there[key] = name
            else:
                db.execute("DELETE FROM names WHERE id = ?", (key,))
                gone.append(there.pop(key))

    def left() -> list[str]:
        content = db.path.read_bytes().lower()
        return [name for name in gone if name.split()[0].casefold().encode() in content]

    assert left(), "SQLite has become better: the VACUUM may go"
    with writing(db, "test", now=NOW) as change:
        change.tell("erased", "names", 0)
        change.erases = True
    assert left() == []
    assert {row["id"]: row["name"] for row in db.rows("SELECT * FROM names")} == there


def test_the_log_holds_nothing_personal(season: Program) -> None:
    given = (
        "--email",
        "salla@example.org",
        "--phone",
        "040 765 4321",
        "--arrangement",
        "Viittomakieli",
        "--municipality",
        "Kerava",
    )
    season("member", "add", "vantaa", "Salla Salainen", "--role", "peer", "--organisation", "Salaseura", *given)
    season("person", "edit", "Salla", "--name", "Salla Salanimi", "--email", "")
    season("member", "edit", "Salla", "--panel", "vantaa", "--role", "developer-client", "--on", "2022-10-01")
    season("member", "leave", "vantaa", "Salla", "--on", "2022-12-31", "--reason", "Muutto")
    season("panel", "edit", "vantaa", "--coordinator", "Aino")
    season("webinar", "cancel", "teematiistait/1", "--reason", "Salla estyi")
    season("person", "merge", "1", "Salla", "--yes")
    kept = str(faults.rows(season.database, "SELECT * FROM log") + faults.rows(season.database, "SELECT * FROM log_subjects"))
    for value in ("Salla", "Sala", "sala", "Aino", "765 4321", "example.org", "Viittoma", "Kerava", "Muutto", "estyi"):
        assert value not in kept, value


def test_the_log_shows_old_and_new(season: Program) -> None:
    season("webinar move teematiistait/3 2022-11-15")
    season("webinar cancel teematiistait/1")
    moved, cancelled = [row["changes"][0] for row in season.json("log")["log"][-2:]]
    assert moved == {
        "did": "moved",
        "event": "teematiistait/3",
        "host": "teematiistait",
        "starts": ["2022-11-08T14:00", "2022-11-15T14:00"],
    }
    assert cancelled["status"] == ["planned", "cancelled"]
    assert [row["command"] for row in season.json("log teematiistait/3")["log"]] == ["webinar plan", "webinar move"]
    assert "2022-11-08T14:00 → 2022-11-15T14:00" in season("log teematiistait/3").out


def test_a_number_is_never_given_twice(db: Database) -> None:
    with writing(db, "test", now=NOW) as change:
        first = people.add(db, Person(name="Aino Esimerkki"), change)
    with writing(db, "test", now=NOW) as change:
        db.execute("DELETE FROM people WHERE id = ?", (first.id,))
        second = people.add(db, Person(name="Eero Esimerkki"), change)
    assert second.id > first.id
