"""Trainings, agreements, what roles ask for and what is still open, from the outside."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Program

NOTED = "That is noted already.\n"
LACKING = "training, confidentiality undertaking, participation agreement"


def table(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()[1:]]


def waiting(program: Program, *kinds: str, on: str = "2022-08-22") -> list[tuple[str, str, str]]:
    """Return what `today` tells of some kinds: about what, in which words, and the command that mends it."""
    tasks = program.json(f"today --on {on}")["today"]["waiting"]
    return [(task["subject"], task["text"], task["command"]) for task in tasks if task["kind"] in kinds]


def twice(program: Program, words: str, first: str, second: str) -> None:
    """Run the same words twice: the second time changes nothing and says so."""
    assert program(words).out == first
    before = program.database.read_bytes()
    assert program(words).out == second
    assert program.database.read_bytes() == before


@pytest.fixture
def two(season: Program) -> Program:
    """Give the season with a second member and a session in September."""
    season("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--from", "2022-01-01")
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    return season


# Trainings


def test_a_course_is_noted_for_several_people_at_once(two: Program) -> None:
    words = "training add Kurssi aino eero --on 20.1.2022 --hours 4,5"
    twice(two, words, "Noted for 2 people: Kurssi, Thu 2022-01-20.\n", NOTED)
    assert two("training add KURSSI eero --on 2022-01-20").out == NOTED
    later = two("training add Kurssi eero --on 2022-01-20 --valid-until 2022-08-21")
    assert later.out == "Noted for Eero Malli: Kurssi, Thu 2022-01-20.\n"
    assert table(two("training list --panel vantaa").out) == [
        ["1", "Aino Esimerkki", "Kurssi", "2022-01-20", "4.5", ""],
        ["2", "Eero Malli", "Kurssi", "2022-01-20", "4.5", "2022-08-21 (ended)"],
    ]
    assert two.json("training list")["trainings"][1] == {
        "id": 2, "person_id": 2, "course": "Kurssi", "on_date": "2022-01-20", "hours": 4.5, "valid_until": "2022-08-21",
        "person": "Eero Malli", "in_force": False, "ended": True,
    }  # fmt: skip
    assert two.json(words)["trainings"] == two.json("training list")["trainings"]
    assert two.json("training list --panel vantaa-sivu") == {"trainings": []}
    assert two("training list --panel vantaa-sivu").err.startswith("No training has been noted.")


def test_nobody_gets_a_training_when_one_of_them_is_unknown(two: Program) -> None:
    before = two.database.read_bytes()
    assert two.json("training add Kurssi aino vieras --on 2022-01-20", status=3)["error"]["code"] == "not_found"
    assert two.database.read_bytes() == before


def test_who_lacks_training_is_listed_with_the_session_it_matters_for(two: Program) -> None:
    two("training add Kurssi aino --on 2022-01-20")
    assert table(two("training list --missing").out) == [
        ["2", "Eero Malli", "vantaa", "peer", "training", "", "vantaa/2022-09-29"]
    ]
    assert two.json("training list --missing --panel vantaa") == {
        "missing": [
            {"person_id": 2, "name": "Eero Malli", "panel": "vantaa", "role": "peer", "what": "training", "ended": None,
             "before": "vantaa/2022-09-29"},
        ]
    }  # fmt: skip
    two("training add Kurssi eero --on 2022-01-20")
    assert two("training list --missing").err == "Nobody lacks training.\n"
    assert two("training remove 2 --yes").out == "Removed: 2.\n"
    assert two.json("training list --missing --panel vantaa-sivu") == {"missing": []}
    assert len(two.json("training list --missing")["missing"]) == 1


# Agreements


def test_agreements_of_several_kinds_and_people_are_noted_at_once(two: Program) -> None:
    kinds = "--kind confidentiality --kind photo"
    words = f"agreement add aino eero {kinds} --on 2022-01-20 --expires 2022-12-31 --version 1 --kept-at mappi"
    what = "confidentiality undertaking, consent to photographs, Thu 2022-01-20"
    twice(two, words, f"Noted for 2 people: {what}.\n", NOTED)
    assert table(two("agreement list --panel vantaa").out)[1] == [
        "2", "Aino Esimerkki", "consent to photographs", "2022-01-20", "2022-12-31", "", "in force", "1", "mappi",
    ]  # fmt: skip
    found = two.json(words)["agreements"]
    assert [(a["person"], a["kind"], a["state"]) for a in found] == [
        (name, kind, "in-force") for name in ("Aino Esimerkki", "Eero Malli") for kind in ("confidentiality", "photo")
    ]
    assert two.json("agreement list --panel vantaa-sivu") == {"agreements": []}


def test_a_consent_is_withdrawn_and_stays_in_the_history(two: Program) -> None:
    two("agreement add aino --kind name-publication --on 2022-01-20")
    words = "agreement withdraw aino --kind name --on today"
    first = "Aino Esimerkki withdrew: consent to publishing the name, Mon 2022-08-22.\n"
    twice(two, words, first, "That is withdrawn already.\n")
    assert [(a["state"], a["withdrawn_on"]) for a in two.json("agreement list")["agreements"]] == [("withdrawn", "2022-08-22")]
    error = two.json("agreement add aino --kind name-publication --on 2022-01-20", status=4)["error"]
    assert (error["code"], error["hint"]) == ("withdrawn", "A new one needs a later date: --on DATE.")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("name-publication", "Public memos leave the name out."),
        ("photo", "Take the person's photographs off pages"),
        ("recording", "Take recordings with the person off pages"),
        ("mailing", "Take the address off mailing lists"),
        ("confidentiality", "The role may ask for it: see osallisuus agreement list --missing."),
        ("participation", "The role may ask for it: see osallisuus agreement list --missing."),
    ],
)
def test_what_follows_from_a_withdrawal_is_said_once(two: Program, kind: str, told: str) -> None:
    two(f"agreement add aino --kind {kind} --on 2022-01-20")
    words = f"agreement withdraw aino --kind {kind} --on 2022-08-01"
    assert two(words).err.startswith(f"From Mon 2022-08-01 on: {told}")
    assert two(words).err == ""


def test_who_lacks_an_agreement_is_listed_and_when_the_last_one_ended(two: Program) -> None:
    two("agreement add aino eero --kind confidentiality --kind participation --on 2022-01-20")
    assert two("agreement list --missing").err == "Nobody lacks an agreement.\n"
    two("agreement withdraw aino --kind participation --on 2022-08-22")
    what = ["1", "Aino Esimerkki", "vantaa", "developer client", "participation agreement", "2022-08-22", "vantaa/2022-09-29"]
    assert table(two("agreement list --missing").out) == [what]
    assert two.json("agreement list --missing --panel vantaa-sivu") == {"missing": []}


@pytest.mark.parametrize(("days", "found"), [(18, []), (19, ["2022-09-10"]), (131, ["2022-09-10", "2022-12-31"])])
def test_what_runs_out_within_some_days_is_listed(two: Program, days: int, found: list[str]) -> None:
    two("agreement add eero --kind confidentiality --on 2022-01-20 --expires 2022-12-31")
    two("agreement add aino --kind confidentiality --on 2022-01-20 --expires 2022-09-10")
    rows = two.json(f"agreement list --expiring {days}")["agreements"]
    assert [row["expires"] for row in rows] == found
    assert two(f"agreement list --expiring {days} --panel vantaa-sivu").err == "No agreement runs out in that time.\n"


def test_an_agreement_entered_by_mistake_leaves_the_file(two: Program) -> None:
    two("agreement add aino --kind photo --on 2022-01-20 --kept-at Salaisuus")
    assert two("agreement remove 1 --yes").out == "Removed: 1.\n"
    assert b"Salaisuus" not in two.database.read_bytes()
    assert two("agreement list").err.startswith("No agreement has been noted.")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("training add Kurssi aino", 2, "usage"),
        ("training add Kurssi aino --on 2022-13-01", 2, "usage"),
        ("training add … aino --on 2022-01-20 --hours 0", 2, "usage"),
        ("training add Kurssi aino --on 2022-01-20 --hours many", 2, "usage"),
        ("training add Kurssi aino --on 2022-01-20 --valid-until 2022-01-19", 2, "usage"),
        ("training add 131052-308T aino --on 2022-01-20", 4, "identity_code"),
        ("training list --panel teematiistait", 3, "not_found"),
        ("training remove 1", 3, "not_found"),
        ("agreement add aino --kind photo", 2, "usage"),
        ("agreement add aino --on 2022-01-20", 2, "usage"),
        ("agreement add aino --kind flu --on 2022-01-20", 2, "usage"),
        ("agreement add aino --kind photo --on 2022-01-20 --expires 2022-01-19", 2, "usage"),
        ("agreement withdraw aino --kind photo --on 2022-08-22", 3, "not_found"),
        ("agreement list --missing --expiring 3", 2, "usage"),
        ("agreement list --expiring -1", 2, "usage"),
        ("agreement remove 1", 3, "not_found"),
        ("role edit boss --needs-training", 3, "not_found"),
        ("role edit peer --agreement flu", 2, "usage"),
        ("role edit peer --name-fi=", 2, "usage"),
    ],
)
def test_wrong_words_change_nothing(two: Program, words: str, status: int, code: str) -> None:
    before = two.database.read_bytes()
    assert two.json(words, status=status)["error"]["code"] == code
    assert two.database.read_bytes() == before


# Roles and members


def test_a_role_asks_for_other_papers(two: Program) -> None:
    words = "role edit vertaistoimija --no-training --agreement photo --remove-agreement participation"
    twice(two, words, "Changed the role peer.\n", "The role peer is as asked already.\n")
    role = two.json("role edit peer")["role"]
    assert (role["needs_training"], role["agreements"]) == (False, ["confidentiality", "photo"])
    assert table(two("role list").out)[3][4:] == ["customer", "no", "confidentiality undertaking, consent to photographs"]
    eero = [lack["what"] for lack in two.json("agreement list --missing")["missing"] if lack["person_id"] == 2]
    assert eero == ["confidentiality", "photo"]
    added = two.json("role add tulkki --name-fi tulkki --name-sv tolk --name-en interpreter --needs-training --agreement mailing")
    assert (added["role"]["needs_training"], added["role"]["agreements"]) == (True, ["mailing"])


def test_a_new_member_hears_what_the_role_still_needs(two: Program) -> None:
    two("agreement add aino --kind confidentiality --on 2022-01-20 --expires 2022-08-31")
    words = "member add vantaa-sivu 1 --role peer"
    assert two(words).err == "Still needed for the role: training, participation agreement.\n"
    two("training add Kurssi aino --on 2022-01-20")
    two("agreement add aino --kind participation --on 2022-01-20")
    assert two(words).err == ""
    assert two.json(words)["member"]["role"] == "peer"
    two("panel add espoo --name Espoo --kind main")
    later = two("member add espoo 1 --role peer --from 2022-09-01").err
    assert later == "Still needed for the role: confidentiality undertaking (ended Wed 2022-08-31).\n"


def test_who_leaves_hears_what_is_still_open_and_leaves_all_the_same(two: Program) -> None:
    two("panel edit vantaa --coordinator aino")
    two("attendance add vantaa/1 aino --duty chair")
    left = two("member leave vantaa aino --on 2022-08-31")
    assert left.out == "Aino Esimerkki leaves vantaa; the last day is Wed 2022-08-31.\n"
    assert left.err.splitlines() == [
        "Still open, Aino Esimerkki: has something to do at vantaa/1, Thu 2022-09-29",
        "      osallisuus attendance list vantaa/1",
        "Still open, Aino Esimerkki: answers for the panel",
        "      osallisuus panel edit vantaa --coordinator …",
    ]
    before = two.database.read_bytes()
    again = two.json("member leave vantaa aino --on 2022-08-31")
    assert [matter["kind"] for matter in again["open"]] == ["session", "coordinator"]
    assert [member["to_date"] for member in again["members"]] == ["2022-08-31"]
    assert two.database.read_bytes() == before
    assert two("member leave vantaa eero --on 2022-08-31").err == ""


def test_everything_about_a_person_is_shown(two: Program) -> None:
    two("training add Kurssi aino --on 2022-01-20 --hours 6 --valid-until 2024-01-20")
    two("agreement add aino --kind confidentiality --on 2022-01-20 --expires 2022-06-30")
    two("agreement add aino --kind photo --on 2022-01-20")
    two("agreement withdraw aino --kind photo --on 2022-03-01")
    two("attendance mark vantaa/1 aino --as excused --reason care")
    lines = two("person show aino").out.splitlines()
    run_out = "confidentiality undertaking 2022-01-20–2022-06-30 (run out)"
    assert lines[2:] == [
        "Memberships: vantaa: developer client 2022-01-01–",
        "Trainings: Kurssi 2022-01-20–2024-01-20, 6 h",
        f"Agreements: {run_out}, consent to photographs 2022-01-20–2022-03-01 (withdrawn)",
        "Lacks: confidentiality undertaking (ended Thu 2022-06-30), participation agreement",
        "Attendance: vantaa/1 2022-09-29 excused",
    ]
    person: dict[str, Any] = two.json("member show aino")["person"]
    assert person["lacks"] == ["confidentiality", "participation"]
    assert [(a["kind"], a["state"]) for a in person["agreements"]] == [("confidentiality", "expired"), ("photo", "withdrawn")]
    assert person["attendance"] == [
        {"occasion": "vantaa/1", "day": "2022-09-29", "duty": "", "state": "excused", "reason": "care", "minutes": None}
    ]
    assert (len(person["trainings"]), person["sees_to"]) == (1, [])


# What waits today


def test_lacks_wait_before_the_next_session_of_the_panel(two: Program) -> None:
    assert waiting(two, "lacking") == []  # the session is 38 days away
    two("training add Kurssi aino --on 2022-01-20")
    two("agreement add aino --kind confidentiality --kind participation --on 2022-01-20")
    lack = ("vantaa/2022-09-29", f"Eero Malli lacks: {LACKING}.", "osallisuus person show 2")
    assert waiting(two, "lacking", on="2022-08-30") == [lack]
    assert f"  {lack[0]}: {lack[1]}\n      {lack[2]}\n" in two("today --on 2022-08-30").out
    two("agreement withdraw aino --kind participation --on 2022-09-29")
    aino = "Aino Esimerkki lacks: participation agreement (ended Thu 2022-09-29)."
    assert {text for _subject, text, _command in waiting(two, "lacking", on="2022-08-30")} == {lack[1], aino}
    assert waiting(two, "lacking", on="2022-09-30") == []
    two("session add vantaa --on 2022-10-06 --at 17:00 --minutes 120")
    found = [{subject for subject, *_rest in waiting(two, "lacking", on=f"2022-{day}")} for day in ("09-29", "09-30")]
    assert found == [{"vantaa/2022-09-29"}, {"vantaa/2022-10-06"}]


def test_what_runs_out_within_a_month_waits_until_it_is_renewed(two: Program) -> None:
    two("agreement add eero --kind confidentiality --on 2022-01-20 --expires 2022-09-21")
    expected = (
        "agreement/1",
        "Eero Malli: confidentiality undertaking runs out on Wed 2022-09-21.",
        "osallisuus agreement add 2 --kind confidentiality --on … --expires …",
    )
    found = [waiting(two, "expiring", on=day) for day in ("2022-08-21", "2022-08-22", "2022-09-21", "2022-09-22")]
    assert found == [[], [expected], [expected], []]
    two("agreement add eero --kind confidentiality --on 2022-08-22 --expires 2023-12-31")
    assert waiting(two, "expiring") == []


def test_a_held_session_waits_for_its_marks_or_its_heads(two: Program) -> None:
    two.now = datetime(2022, 9, 30, 6, tzinfo=UTC)
    two("session held vantaa/1")
    mark = "osallisuus attendance mark vantaa/2022-09-29 --rest --as present"
    expected = [("vantaa/2022-09-29", "Nobody is marked as present or absent.", mark)]
    assert waiting(two, "unmarked_attendance", on="2022-09-30") == expected
    assert waiting(two, "unmarked_attendance", on="2022-10-30") == []
    two("attendance count vantaa/1 0")
    assert waiting(two, "unmarked_attendance", on="2022-09-30") == []
    two("session add vantaa --on 2022-09-20 --at 17:00 --minutes 120")
    two("session held vantaa/2")
    assert len(waiting(two, "unmarked_attendance", on="2022-09-30")) == 1
    two(*mark.replace("09-29", "09-20").split()[1:])
    assert waiting(two, "unmarked_attendance", on="2022-09-30") == []


def test_who_stays_away_twice_without_a_word_waits_for_a_call(two: Program) -> None:
    for day in ("2022-06-16", "2022-08-18"):
        two(f"session add vantaa --on {day} --at 17:00 --minutes 120")
        two(f"session held vantaa/{day}")
        assert waiting(two, "quiet") == []
        two(f"attendance mark vantaa/{day} eero --as absent")
    text = "Eero Malli has been absent twice running; perhaps a call?"
    assert waiting(two, "quiet") == [("vantaa", text, "osallisuus person show 2")]
    two("attendance mark vantaa/2022-08-18 eero --as excused")
    text = "Eero Malli has not been seen this term; perhaps a call?"
    assert waiting(two, "quiet") == [("vantaa", text, "osallisuus person show 2")]
    for number in range(1, 5):
        two(f"webinar cancel teematiistait/{number}")
    assert two("today --check").out == ""  # silence is no reason for cron to wake anybody
    two("panel edit vantaa --term-start 2022-08-01")
    assert waiting(two, "quiet") == []


def test_who_is_in_the_panel_no_more_or_whose_panel_is_closed_is_left_in_peace(two: Program) -> None:
    for day in ("2022-06-16", "2022-08-18"):
        two(f"session add vantaa --on {day} --at 17:00 --minutes 120")
        two(f"attendance mark vantaa/{day} aino eero --as absent")
    two("member leave vantaa eero --on 2022-08-31")
    found = [[command[-1] for *_rest, command in waiting(two, "quiet", on=f"2022-{day}")] for day in ("08-17", "08-31", "09-01")]
    assert found == [[], ["1", "2"], ["1"]]
    two("panel close vantaa --on 2022-09-30")
    assert [len(waiting(two, "quiet", on=f"2022-{day}")) for day in ("09-30", "10-01")] == [1, 0]
