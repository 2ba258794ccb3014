"""Every number of every report is counted from records, and `--explain` lists those very records."""

import re
import shutil
from pathlib import Path

import pytest

from osallisuus.reports.blocks import Number, Report, words
from osallisuus.store.database import Database
from tests.conftest import Program
from tests.reports.town import MEMBERS, YEAR, every, made, numbers

# What is worked out of what is counted, and no count itself.
_WORKED_OUT = re.compile(r"(^|\.)(average|mean|index)(\.|$)")
KEY = re.compile(r"\S.*\S|\S")


def counts(report: Report) -> list[Number]:
    """Return the numbers that say how many there are."""
    return [one for _label, one in report.numbers() if not one.unit and not _WORKED_OUT.search(one.key)]


def records(db: Database, number: Number) -> list[dict[str, object]]:
    assert number.behind is not None, number.key
    return [dict(row) for row in db.rows(number.behind.sql, dict(number.behind.values))]


@pytest.fixture(params=[False, True], ids=["public", "internal"])
def reports(rich: Database, request: pytest.FixtureRequest) -> list[Report]:
    """Give every report of everything it can be about."""
    return every(rich, internal=request.param)


def test_every_count_is_the_number_of_the_records_behind_it(rich: Database, reports: list[Report]) -> None:
    wrong, looked_at = [], 0
    for report in reports:
        for number in counts(report):
            found = sum(int(str(row.get("n", 1))) for row in records(rich, number))
            looked_at += number.value is not None
            if number.value is not None and number.value != found:
                wrong.append((report.name, report.title, number.key, number.value, found))
    assert not wrong
    assert looked_at > 350


def test_every_number_has_records_that_can_be_listed(rich: Database, reports: list[Report]) -> None:
    for report in reports:
        for _label, number in report.numbers():
            assert number.behind is not None, number.key
            assert number.behind.noun
            for row in records(rich, number):
                assert {"id", "day", "text"} <= set(row) <= {"id", "day", "text", "n"}, number.key
                assert row["id"] is not None
                assert row["text"], number.key
                assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", str(row["day"])), number.key


def test_a_name_means_one_number(reports: list[Report]) -> None:
    for report in reports:
        found: dict[str, Number] = {}
        for _label, number in report.numbers():
            assert KEY.fullmatch(number.key)
            same = found.setdefault(number.key, number)
            assert (same.value, same.hidden, same.unit) == (number.value, number.hidden, number.unit), (report.name, number.key)


def test_means_are_those_of_the_records_behind_them(rich: Database) -> None:
    for name, slug, key in (("panel", "vantaa", "sessions.average"), ("series", "teematiistait", "average")):
        number = numbers(made(rich, name, slug, internal=True))[key]
        people = [int(str(row["n"])) for row in records(rich, number)]
        assert number.value == round(sum(people) / len(people), 1)
    days = numbers(made(rich, "panel", "vantaa"))["proposals.days"]
    assert len(records(rich, days)) == 2


def test_hidden_people_are_behind_a_hidden_number(rich: Database) -> None:
    """The coordinator may look: the records are those of the number itself, not of what is shown in its place."""
    inside, outside = (numbers(made(rich, "panel", "vantaa", internal=internal)) for internal in (True, False))
    hidden = [key for key, one in outside.items() if one.hidden and not one.unit and not _WORKED_OUT.search(key)]
    assert len(hidden) > 4
    for key in hidden:
        assert sum(int(str(row.get("n", 1))) for row in records(rich, outside[key])) == inside[key].value, key


def test_attendance_of_a_series_counts_its_own_registrations(rich: Database) -> None:
    """One is registered for the other series, in March."""
    own = numbers(made(rich, "attendance", "teematiistait"))
    every_month = {key: one.value for key, one in own.items() if key.startswith("registrations.")}
    assert every_month == {"registrations.2022-02": 3, "registrations.2022-03": 9, "registrations.2022-05": 2}


# From the outside


@pytest.fixture
def program(blank: Program, built: Path) -> Program:
    """Give the program on the town."""
    blank("init")
    shutil.copy(built, blank.database)
    return blank


def explain(program: Program, key: str, *words_: str) -> list[str]:
    return program("report", "panel", "vantaa", "--year", "2022", "--explain", key, *words_).out.splitlines()


def test_the_records_behind_a_number_are_listed(program: Program, rich: Database) -> None:
    title, heading, *rows = explain(program, "proposals.made")
    number = numbers(made(rich, "panel", "vantaa"))["proposals.made"]
    assert title == f"Proposals accepted in the period: {words(number)}"
    assert heading.split("\t") == ["Kind", "Number", "Day", "Counts", "What"]
    cells = [row.split("\t") for row in rows]
    assert [(row[0], row[2], row[3]) for row in cells] == [("proposal", "2022-02-02", "1")] * 4
    assert cells[0][1] == "1"
    assert cells[0][4].startswith("vantaa: Ainon toive")


def test_a_hidden_number_is_explained_with_a_warning(program: Program) -> None:
    ran = program("report", "panel", "vantaa", "--year", "2022", "--explain", "present.vantaa/2")
    assert ran.out.splitlines()[0].endswith(": ..")
    assert len(ran.out.splitlines()) == 2 + 3
    assert "your eyes only" in ran.err
    assert not program("report", "panel", "vantaa", "--year", "2022", "--explain", "members").err


def test_records_as_a_document(program: Program) -> None:
    figure = program.json("report", "panel", "vantaa", "--year", "2022", "--explain", "present.vantaa/3")["figure"]
    assert (figure["key"], figure["value"], figure["hidden"], figure["unit"]) == ("present.vantaa/3", 15, False, "")
    assert sum(one["n"] for one in figure["records"]) == 15
    assert len(figure["records"]) == 13  # twelve by name, and three who were counted
    assert {tuple(sorted(one)) for one in figure["records"]} == {("day", "id", "n", "noun", "text")}
    assert "sql" not in str(figure)


def test_all_numbers_are_named(program: Program, rich: Database) -> None:
    rows = explain(program, "list")
    known = numbers(made(rich, "panel", "vantaa", period=YEAR, today=program.now.date()))
    assert [row.split("\t")[0] for row in rows[1:]] == list(known)
    listed = program.json("report", "panel", "vantaa", "--year", "2022", "--explain", "list")["figures"]
    assert {one["key"]: one["value"] for one in listed} == {key: one.value for key, one in known.items()}
    for one in listed:
        assert one["label"]


def test_every_name_that_is_listed_can_be_explained(program: Program) -> None:
    for report in (("panel", "vantaa"), ("year",), ("series", "teematiistait"), ("answer-debt",), ("attendance",)):
        words_ = ("report", *report, *(() if report[0] == "answer-debt" else ("--year", "2022")))
        for one in program.json(*words_, "--explain", "list")["figures"][::9]:
            assert program.json(*words_, "--explain", one["key"])["figure"]["shown"] == one["shown"]


def test_an_unknown_name_is_refused_with_those_near_it(program: Program) -> None:
    ran = program("report", "panel", "vantaa", "--year", "2022", "--explain", "proposals.mad", status=3)
    assert "proposals.mad" in ran.err
    assert "proposals.made" in ran.err
    error = program.json("report", "panel", "vantaa", "--year", "2022", "--explain", "xyzzy", status=3)["error"]
    assert error["code"] == "not_found"
    assert "--explain list" in error["hint"]


def test_a_program_finds_the_name_of_each_number_beside_it(program: Program) -> None:
    blocks = program.json("report", "panel", "vantaa", "--year", "2022", "--internal")["report"]["blocks"]
    rows = [row for block in blocks if block["type"] == "table" for row in block["rows"]]
    named = [(row[column], key) for row in rows for column, key in row["keys"].items()]
    assert len(named) > 10
    for value, key in named[::4]:
        words_ = ("report", "panel", "vantaa", "--year", "2022", "--internal", "--explain", key)
        assert program.json(*words_)["figure"]["value"] == value
    roles = next(block for block in blocks if block.get("key") == "roles")
    assert {row["role_code"] for row in roles["rows"]} >= set(MEMBERS["vantaa"])
