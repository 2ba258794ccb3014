"""What was entered wrongly is put right, and two people who are one lose nothing."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program

FULL = Path("/dev/full")


@pytest.fixture
def two(season: Program) -> Program:
    """Give the season with Aino entered twice, on the day after a session."""
    season("member", "add", "vantaa", "Aino Kaksonen", "--role", "developer-client", "--from", "2022-01-01")
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    season.now = datetime(2022, 9, 30, 6, tzinfo=UTC)
    return season


def merged(program: Program) -> Any:
    program("person merge 1 2 --yes")
    return program.json("person show 1")["person"]


@pytest.mark.parametrize(("withdrawn", "other"), [("1", "2"), ("2", "1")])
@pytest.mark.parametrize("day", ["2022-08-01", "2022-08-05"])
def test_a_consent_that_either_withdrew_is_withdrawn(two: Program, withdrawn: str, other: str, day: str) -> None:
    two(f"agreement add {withdrawn} --kind photo --on 2022-08-01")
    two(f"agreement add {other} --kind photo --on {day}")
    two(f"agreement withdraw {withdrawn} --kind photo --on 2022-08-10")
    assert {agreement["state"] for agreement in merged(two)["agreements"]} == {"withdrawn"}


def test_a_consent_given_after_the_withdrawal_goes_on(two: Program) -> None:
    two("agreement add 1 --kind photo --on 2022-08-01")
    two("agreement withdraw 1 --kind photo --on 2022-08-10")
    two("agreement add 2 --kind photo --on 2022-08-20")
    assert [a["state"] for a in merged(two)["agreements"]] == ["withdrawn", "in-force"]


def test_of_the_same_agreement_the_earlier_end_and_all_notes_are_kept(two: Program) -> None:
    two("agreement add 1 --kind confidentiality --on 2022-01-20 --kept-at mappi")
    two("agreement add 2 --kind confidentiality --on 2022-01-20 --expires 2023-12-31 --version A")
    (agreement,) = merged(two)["agreements"]
    assert (agreement["expires"], agreement["version"], agreement["kept_at"]) == ("2023-12-31", "A", "mappi")


@pytest.mark.parametrize(("first", "second"), [("1", "2"), ("2", "1")])
def test_who_was_seen_was_seen(two: Program, first: str, second: str) -> None:
    two(f"attendance mark vantaa/1 {first} --as absent --duty chair")
    two(f"attendance mark vantaa/1 {second} --as present --minutes 50")
    (mark,) = merged(two)["attendance"]
    assert (mark["state"], mark["duty"], mark["minutes"]) == ("present", "chair", 50)


def test_of_the_same_course_the_longer_counts(two: Program) -> None:
    two("training add Kurssi 1 --on 2022-01-20 --hours 2 --valid-until 2022-08-01")
    two("training add kurssi 2 --on 2022-01-20 --hours 6")
    (training,) = merged(two)["trainings"]
    assert (training["hours"], training["valid_until"]) == (6.0, None)
    assert merged_lines(two) == []


def merged_lines(program: Program) -> list[str]:
    return [line for line in program("training list --missing").out.splitlines() if "training" in line]


def test_trainings_are_put_right_together(two: Program) -> None:
    two("training add Kurssi 1 2 --on 2021-08-20 --hours 6")
    assert two("training edit 1 2 --on 2022-08-20 --hours 4,5").out == "Changed: 1, 2.\n"
    assert [(t["on_date"], t["hours"]) for t in two.json("training list")["trainings"]] == [("2022-08-20", 4.5)] * 2
    before = two.database.read_bytes()
    assert two("training edit 1 2 --on 2022-08-20").out == "Everything is as asked already.\n"
    assert two.database.read_bytes() == before
    two("training add Kurssi 1 --on 2021-08-20")
    assert two.json("training edit 3 --on 2022-08-20", status=4)["error"]["code"] == "refused"
    assert two("training remove 1 2 3 --yes").out == "Removed: 1, 2, 3.\n"
    assert two.json("training edit 1 --hours 2", status=3)["error"]["code"] == "not_found"


def test_agreements_are_put_right_together(two: Program) -> None:
    two("agreement add 1 2 --kind photo --on 2022-08-20 --expires 2022-12-31 --kept-at mappi")
    two("agreement", "edit", "1", "2", "--expires", "", "--on", "2022-08-21")
    assert [(a["on_date"], a["expires"]) for a in two.json("agreement list")["agreements"]] == [("2022-08-21", None)] * 2
    two("agreement add 1 --kind photo --on 2022-08-20")
    assert two.json("agreement edit 3 --on 2022-08-21", status=4)["error"]["code"] == "refused"
    assert two.json("agreement edit 1 --expires 2022-01-01", status=2)["error"]["code"] == "usage"
    assert two("agreement remove 1 2 3 --yes").out == "Removed: 1, 2, 3.\n"


def test_a_membership_gets_its_right_days(two: Program) -> None:
    two("member leave vantaa 1 --on 2022-08-31 --reason muutto")
    two("member edit 1 --panel vantaa --from 2022-02-01 --until 2022-09-15")
    (member,) = two.json("person show 1")["person"]["memberships"]
    assert (member["from_date"], member["to_date"], member["end_reason"]) == ("2022-02-01", "2022-09-15", "muutto")
    two("member", "edit", "1", "--panel", "vantaa", "--until", "")
    (member,) = two.json("person show 1")["person"]["memberships"]
    assert (member["to_date"], member["end_reason"]) == (None, "")
    assert two.json("member edit 1 --panel vantaa --until 2022-01-01", status=2)["error"]["code"] == "usage"
    assert two.json("member edit 1 --from 2022-01-01", status=2)["error"]["code"] == "usage"


def test_periods_put_right_do_not_overlap(two: Program) -> None:
    two("member leave vantaa 1 --on 2022-05-31")
    two("member add vantaa 1 --role developer-client --from 2022-08-01")
    assert two.json("member edit 1 --panel vantaa --from 2022-05-31", status=4)["error"]["code"] == "already_member"
    two("member edit 1 --panel vantaa --from 2022-06-01")


@pytest.mark.parametrize("own", ["database", "config"])
@pytest.mark.parametrize("words", ["session memo vantaa/1 --force", "calendar export vantaa --force"])
def test_nothing_is_written_over_ones_own_data(two: Program, words: str, own: str) -> None:
    two("config set organisation Kunta")
    path = getattr(two, own)
    before = path.read_bytes()
    assert two.json(*words.split(), "-o", str(path), status=4)["error"]["code"] == "own_file"
    assert path.read_bytes() == before


def test_held_says_what_is_not_written_yet(two: Program) -> None:
    two("session agenda add vantaa/1 Asia")
    two("attendance mark vantaa/1 1 --as present")
    held = two("session held vantaa/1")
    assert held.err.splitlines() == [
        "1 member is not marked.",
        "1 item has no outcome and goes on. osallisuus session agenda vantaa/1",
    ]


def test_proposals_are_listed_by_when_they_were_added(two: Program) -> None:
    two("proposal add vantaa Nyt")
    two.now = datetime(2022, 10, 20, 6, tzinfo=UTC)
    two("proposal add vantaa Myöhemmin")
    for words, numbers in (
        ("--from 2022-10-01", [2]),
        ("--until 2022-10-01", [1]),
        ("--from 2022-09-30 --until 2022-10-20", [1, 2]),
    ):
        assert [p["id"] for p in two.json(f"proposal list {words}")["proposals"]] == numbers


@pytest.mark.skipif(not FULL.exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["log", "--json"], ["log"], ["person", "show", "99", "--json"]])
def test_a_full_disk_is_said_where_it_can_be(two: Program, words: list[str]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "osallisuus", *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 6
    assert done.stderr.startswith("The answer could not be printed: No space left on device.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        ("induktiosilmukka", False), ("avustaja ja taksi", False), ("iso painos A3", False), ("tila B2", False),
        ("masennus", True), ("F32.1", True), ("Alzheimerin tauti, avustaja", True), ("MS-tauti", True),
    ],
)  # fmt: skip
def test_an_illness_among_the_needs_is_noticed(two: Program, text: str, *, noticed: bool) -> None:
    said = two("person", "edit", "1", "--arrangement", text).err
    assert said.startswith(f"'{text}' sounds like an illness.") == noticed
    assert two.json("person show 1")["person"]["arrangements"] == [text]
