"""Many processes at once, and processes that are killed: real ones, on real files."""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from osallisuus.domain import people
from osallisuus.domain.people import Person
from osallisuus.store import upkeep
from osallisuus.store.database import connect, open_db, writing
from tests.conftest import NOW, RULE, Program
from tests.store import faults, peers

pytestmark = pytest.mark.slow

DICE = random.Random(11)


def sound(database: Path) -> None:
    """Open the file as the next command would, and look that nothing in it is wrong."""
    with closing(connect(database)) as db:
        assert upkeep.problems(db) == []


def ended(processes: Sequence[peers.subprocess.Popen[str]]) -> list[peers.Ended]:
    runs = [peers.end(process) for process in processes]
    assert [run.status for run in runs] == [0] * len(runs), runs
    return runs


# At once


def test_eight_plan_the_same_season(program: Program) -> None:
    program("series", "add", "teematiistait", "--name", "Teematiistait", *RULE)
    words = ("webinar", "plan", "teematiistait", "--from", "2022-09-01", "--until", "2023-05-31", "--json")
    ended([peers.start(*words) for _n in range(8)])
    starts = [row["starts"] for row in program.json("webinar list")["webinars"]]
    assert len(starts) == len(set(starts)) == 9
    assert [row["number"] for row in program.json("webinar list")["webinars"]] == list(range(1, 10))
    assert len(program.json("log")["log"]) == 3  # the other seven had nothing left to do
    sound(program.database)


def test_eight_add_different_members(season: Program) -> None:
    names = [f"Henkilö{n} Esimerkki" for n in range(8)]
    ended([peers.start("member", "add", "vantaa", name, "--role", "peer") for name in names])
    members = season.json("member list vantaa --on 2030-01-01")["members"]
    assert sorted(member["name"] for member in members) == sorted([*names, "Aino Esimerkki"])
    assert len({member["person_id"] for member in members}) == 9
    sound(season.database)


def test_eight_add_the_same_member(season: Program) -> None:
    words = ("member", "add", "vantaa", "Eero Esimerkki", "--role", "peer", "--from", "2022-09-01")
    ended([peers.start(*words) for _n in range(8)])
    assert [row["name"] for row in season.json("person list")["people"]].count("Eero Esimerkki") == 1
    assert len(season.json("member list vantaa --on 2022-10-01")["members"]) == 2


def test_three_upgrade_one_file(season: Program) -> None:
    with peers.lock(season.database):  # until all three have seen that there is something to do
        waiting = [peers.start("db", "upgrade", "--json", prelude=peers.NEWER) for _n in range(3)]
        with pytest.raises(peers.subprocess.TimeoutExpired):
            waiting[0].wait(timeout=2)
    runs = ended(waiting)
    assert sum('"applied": ["m9999_mail"]' in run.out for run in runs) == 1
    assert sum('"backup": null' in run.out for run in runs) == 2
    (saved,) = season.folder.glob("osallisuus-before-upgrade-*.db")
    assert "Aino" in season("--db", str(saved), "person", "list").out
    assert faults.rows(season.database, "SELECT text FROM mail") == [("Aino Esimerkki",)]


def test_a_restore_waits_for_a_writer_and_the_writer_not_for_it(season: Program) -> None:
    season("db backup copy.db")
    with closing(open_db(season.database, timeout=2)) as db:
        with writing(db, "test", now=NOW) as change:
            change.tell("added", "person", people.add(db, Person(name="Eero Esimerkki"), change).id)
            waiting = peers.start("db", "restore", "copy.db", "--yes", "--json")
            with pytest.raises(peers.subprocess.TimeoutExpired):
                waiting.wait(timeout=1.5)
        (run,) = ended([waiting])
    saved = json.loads(run.out)["restore"]["saved"]
    assert faults.rows(Path(saved), "SELECT count(*) FROM people") == [(2,)]
    assert faults.rows(season.database, "SELECT count(*) FROM people") == [(1,)]


def test_no_write_is_lost_around_a_restore(season: Program) -> None:
    season("db backup copy.db")
    names = [f"Henkilö{n} Esimerkki" for n in range(120)]
    restore = ("db", "restore", str(season.folder / "copy.db"), "--yes")
    with peers.victims() as maker, peers.victims() as other:
        maker.begin(*(("person", "add", name) for name in names))
        assert other.run(*[restore] * 25).statuses == [0] * 25
        assert maker.result().statuses == [0] * 120
    saved = list(season.folder.glob("osallisuus-before-restore-*.db"))
    assert len(saved) == 25
    kept = [{name for (name,) in faults.rows(file, "SELECT name FROM people")} for file in (season.database, *saved)]
    assert set(names) <= set().union(*kept)
    assert len([there for there in kept if len(there) > 1]) > 2, "the two did not meet"
    sound(season.database)


# Killed


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Victims]:
    home = tmp_path_factory.mktemp("victims")
    with peers.victims(OSALLISUUS_CONFIG=str(home / "config.toml"), LANG="C.UTF-8") as made:
        yield made


def journal(database: Path) -> Path:
    return database.with_name(f"{database.name}-journal")


def moments(kills: int, whole: float, database: Path) -> Iterator[dict[str, Any]]:
    """Yield moments to kill what takes so long as a whole: any time, as soon as it writes, and a little after that."""
    for kill in range(kills):
        if kill % 3 == 0:
            yield {"after": DICE.uniform(0, whole * 1.2)}
        else:
            yield {"after": DICE.uniform(0, whole * 0.5) if kill % 3 == 1 else 0, "once": journal(database)}


def test_members_that_were_added_are_there_whoever_is_killed(season: Program, maker: peers.Victims) -> None:
    def add(name: str) -> tuple[str, ...]:
        return ("--db", str(season.database), "member", "add", "vantaa", name, "--role", "peer")

    known, cut_off = {"Aino Esimerkki", "Mitta Esimerkki"}, 0
    one = maker.run(add("Mitta Esimerkki")).seconds
    for kill, moment in enumerate(moments(40, one * 5, season.database)):
        names = [f"Henkilö{kill} Esimerkki{n}" for n in range(40)]
        finished = maker.kill(*map(add, names), **moment).statuses
        assert set(finished) <= {0}
        cut_off += journal(season.database).exists()
        sound(season.database)
        there = {name for (name,) in faults.rows(season.database, "SELECT name FROM people")}
        members = faults.rows(season.database, "SELECT name FROM people p JOIN memberships m ON m.person_id = p.id")
        assert there == {name for (name,) in members}
        said = known | {*names[: len(finished)]}
        assert said <= there <= said | {*names[len(finished) :][:1]}
        known = there
    assert len(known) > 20
    assert cut_off > 5, "the kills missed the write"


def test_a_plan_is_there_whole_or_not_at_all(program: Program, maker: peers.Victims) -> None:
    program("series", "add", "s", "--name", "S", "--rule", "every tuesday", "--at", "14:00", "--minutes", "60")
    template = program.database.rename(program.folder / "template.db")
    cut_off = 0
    words = ("--db", str(program.database), "webinar", "plan", "s", "--from", "2022-09-01", "--count", "60")
    shutil.copy(template, program.database)
    whole = maker.run(words).seconds
    for moment in moments(30, whole, program.database):
        for left in (journal(program.database), program.database):
            left.unlink(missing_ok=True)
        shutil.copy(template, program.database)
        killed = maker.kill(words, **moment)
        cut_off += journal(program.database).exists()
        sound(program.database)
        count = faults.rows(program.database, "SELECT count(*), count(DISTINCT starts) FROM events")[0]
        logged = faults.rows(program.database, "SELECT count(*) FROM log WHERE command = 'webinar plan'")[0][0]
        assert (*count, logged) in [(0, 0, 0), (60, 60, 1)]
        assert logged or not killed.statuses
    assert cut_off > 5, "the kills missed the write"


def test_a_restore_leaves_the_old_or_the_new_state(season: Program, maker: peers.Victims) -> None:
    season("db backup copy.db")
    season("series", "add", "s", "--name", "S", "--rule", "every tuesday", "--at", "14:00", "--minutes", "60")
    season("webinar plan s --from 2022-09-01 --count 200")
    old, new = 204, 4
    template = season.database.rename(season.folder / "template.db")
    words = ("--db", str(season.database), "db", "restore", str(season.folder / "copy.db"), "--yes")
    shutil.copy(template, season.database)
    whole = maker.run(words).seconds
    cut_off = 0
    for moment in moments(24, whole, season.database):
        for left in (journal(season.database), season.database):
            left.unlink(missing_ok=True)
        shutil.copy(template, season.database)
        killed = maker.kill(words, **moment)
        cut_off += journal(season.database).exists()
        sound(season.database)
        count = faults.rows(season.database, "SELECT count(*) FROM events")[0][0]
        assert count in (old, new)
        assert count == new or not killed.statuses
    assert cut_off > 3, "the kills missed the write"
    for saved in season.folder.glob("osallisuus-before-restore-*.db"):
        assert faults.contents(saved) == faults.contents(template)


def test_a_file_is_made_whole_or_not_at_all(blank: Program, maker: peers.Victims) -> None:
    folder = blank.folder / "own"
    words = ("--db", str(folder / "o.db"), "init")
    whole = maker.run(words).seconds
    for _kill in range(16):
        shutil.rmtree(folder, ignore_errors=True)
        killed = maker.kill(words, after=DICE.uniform(0, whole * 1.1))
        assert (folder / "o.db").exists() or not killed.statuses
        if (folder / "o.db").exists():
            sound(folder / "o.db")
            assert faults.rows(folder / "o.db", "SELECT command FROM log") == [("init",)]
        assert maker.run(words).statuses == [0]


def test_a_backup_that_is_there_is_whole(season: Program, maker: peers.Victims) -> None:
    copy = season.folder / "copy.db"
    words = ("--db", str(season.database), "db", "backup", str(copy))
    whole = maker.run(words).seconds
    for _kill in range(16):
        copy.unlink(missing_ok=True)
        copy.with_name("copy.db.sha256").unlink(missing_ok=True)
        killed = maker.kill(words, after=DICE.uniform(0, whole * 1.1))
        assert copy.exists() or not killed.statuses
        if copy.exists():
            assert upkeep.verify(copy)[1] == []
        assert faults.contents(season.database)


def test_an_upgrade_is_done_or_not_begun(season: Program) -> None:
    old = faults.rows(season.database, "PRAGMA user_version")[0][0]
    template = season.database.rename(season.folder / "template.db")
    words = ("--db", str(season.database), "db", "upgrade")
    cut_off = 0
    with peers.victims(prelude=peers.NEWER) as maker:
        shutil.copy(template, season.database)
        whole = maker.run(words).seconds
        for moment in moments(16, whole, season.database):
            for left in (journal(season.database), season.database):
                left.unlink(missing_ok=True)
            shutil.copy(template, season.database)
            finished = maker.kill(words, **moment).statuses
            cut_off += journal(season.database).exists()
            faults.meddle(season.database, "SELECT count(*) FROM people")  # rolls a journal back
            done = faults.rows(season.database, "PRAGMA user_version")[0][0] - old
            assert done or not finished
            assert faults.rows(season.database, "PRAGMA integrity_check") == [("ok",)]
            mail = faults.rows(season.database, "SELECT count(*) FROM sqlite_master WHERE name = 'mail'")[0][0]
            logged = faults.rows(season.database, "SELECT count(*) FROM log WHERE command = 'db upgrade'")[0][0]
            assert mail == logged == done in (0, 1)
    assert cut_off > 3, "the kills missed the write"
    for saved in season.folder.glob("osallisuus-before-upgrade-*.db"):
        assert faults.contents(saved) == faults.contents(template)


def test_the_very_program_is_killed_too(season: Program) -> None:
    for kill in range(6):
        process = peers.start("person", "add", f"Henkilö{kill} Esimerkki")
        try:
            process.wait(timeout=DICE.uniform(0.05, 0.5))
        except peers.subprocess.TimeoutExpired:
            process.kill()
        status = peers.end(process).status
        names = {row["name"] for row in season.json("person list")["people"]}
        assert status in (0, -9)
        assert status or f"Henkilö{kill} Esimerkki" in names
        sound(season.database)
