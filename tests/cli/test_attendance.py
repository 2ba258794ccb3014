"""Attendance and what a session needs, from the outside."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Program

EXPECTED = "Expected 2, not coming 0.\n"
LACKING = "training, confidentiality undertaking, participation agreement"


def table(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()[1:]]


def people(program: Program, occasion: str = "vantaa/1") -> list[tuple[int, str, str]]:
    found = program.json("attendance", "list", occasion)["attendance"]["people"]
    return [(one["person_id"], one["duty"], one["state"]) for one in found]


@pytest.fixture
def autumn(season: Program) -> Program:
    """Give the season with three people, two of them members, and a session on 29 September."""
    season("member", "add", "vantaa", "Eero Malli", "--role", "coordinator", "--from", "2022-01-01")
    season("person", "add", "Väinö Vieras")
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    return season


@pytest.fixture
def after(autumn: Program) -> Program:
    """Give the same on the day of the session."""
    autumn.now = datetime(2022, 9, 29, 18, tzinfo=UTC)
    return autumn


def test_guests_and_duties_are_noted_beforehand_and_lacks_told(autumn: Program) -> None:
    words = ("attendance", "add", "vantaa/2022-09-29", "aino", "väinö", "--duty", "expert")
    first = autumn(*words)
    assert first.out == "vantaa/1: on the list: Aino Esimerkki, Väinö Vieras.\n"
    assert first.err == f"Aino Esimerkki lacks for Thu 2022-09-29: {LACKING}.\n"
    before = autumn.database.read_bytes()
    assert autumn(*words).out == "vantaa/1: everything is as asked already.\n"
    assert autumn.database.read_bytes() == before
    assert people(autumn) == [(1, "expert", ""), (2, "", ""), (3, "expert", "")]


def test_a_new_chair_takes_over(autumn: Program) -> None:
    autumn("attendance add vantaa/1 aino --duty chair")
    autumn("attendance add vantaa/1 eero --duty secretary")
    autumn("attendance add vantaa/1 väinö --duty chair")
    assert people(autumn) == [(1, "", ""), (2, "secretary", ""), (3, "chair", "")]


def test_beforehand_somebody_is_excused_but_not_present(autumn: Program) -> None:
    error = autumn.json("attendance mark vantaa/1 aino --as present", status=4)["error"]
    assert (error["code"], error["message"]) == ("in_future", "vantaa/2022-09-29 is still to come.")
    assert error["hint"] == "Until Thu 2022-09-29 somebody can be added to it, or marked as excused."
    excused = autumn("attendance mark vantaa/1 aino --as excused --reason work")
    assert (excused.out, excused.err) == ("vantaa/1: excused: Aino Esimerkki.\n", "")
    assert autumn.json("attendance count vantaa/1 4", status=4)["error"]["code"] == "in_future"


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("attendance mark vantaa/1 --as present", 2, "usage"),
        ("attendance mark vantaa/1 aino", 2, "usage"),
        ("attendance mark vantaa/1 aino --as here", 2, "usage"),
        ("attendance mark vantaa/1 aino --as excused --reason flu", 2, "usage"),
        ("attendance mark vantaa/1 aino --as present --reason work", 4, "refused"),
        ("attendance mark vantaa/1 aino --as present --minutes 0", 2, "usage"),
        ("attendance mark vantaa/1 aino nobody --as present", 3, "not_found"),
        ("attendance mark vantaa/2 aino --as present", 3, "not_found"),
        ("attendance mark vantaa aino --as present", 2, "usage"),
        ("attendance add vantaa/1 aino --duty boss", 2, "usage"),
        ("attendance count vantaa/1 -1", 2, "usage"),
        ("attendance count vantaa/1 100001", 2, "usage"),
        ("attendance rates teematiistait", 3, "not_found"),
        ("session needs teematiistait/1", 3, "not_found"),
    ],
)
def test_wrong_words_mark_nobody(after: Program, words: str, status: int, code: str) -> None:
    before = after.database.read_bytes()
    assert after.json(words, status=status)["error"]["code"] == code
    assert after.database.read_bytes() == before


def test_who_was_there_is_marked_and_then_the_rest(after: Program) -> None:
    assert after("attendance mark vantaa/today väinö --as remote --minutes 30").out == "vantaa/1: remote: Väinö Vieras.\n"
    after("attendance mark vantaa/1 aino --as absent")
    assert after("attendance mark vantaa/1 --rest --as present").out == "vantaa/1: present: Eero Malli.\n"
    refused = after("attendance add vantaa/1 aino eero --duty chair", status=2)
    assert refused.err == "There is one chair and one secretary.\nName one person with --duty.\n"
    after("attendance add vantaa/1 eero --duty chair")
    before = after.database.read_bytes()
    assert after("attendance mark vantaa/1 --rest --as absent").out == "vantaa/1: everything is as asked already.\n"
    assert after.database.read_bytes() == before
    assert after("attendance count vantaa/1 4").out == "vantaa/1: 4 people beside those named.\n"
    before = after.database.read_bytes()
    assert after("attendance count vantaa/1 4").out == "vantaa/1: that is noted already.\n"
    assert after.database.read_bytes() == before
    listed = after("attendance list vantaa/1")
    assert table(listed.out) == [
        ["1", "Aino Esimerkki", "developer client", "", "absent", "", ""],
        ["2", "Eero Malli", "coordinator", "chair", "present", "", ""],
        ["3", "Väinö Vieras", "not a member", "", "remote", "", "30"],
    ]
    assert listed.err == "present 1, remote 1, absent 1, others 4\n"
    document = after.json("attendance list vantaa/1")["attendance"]
    assert {name: value for name, value in document.items() if name != "people"} == {
        "occasion": "vantaa/2022-09-29", "headcount": 4, "present": 1, "remote": 1, "excused": 0, "absent": 1, "unmarked": 0,
    }  # fmt: skip
    assert document["people"][2] == {
        "person_id": 3, "name": "Väinö Vieras", "role": "", "member": False, "duty": "", "state": "remote", "reason": "",
        "minutes": 30,
    }  # fmt: skip


def test_the_rest_are_members_and_a_guest_stays_unmarked(after: Program) -> None:
    after("attendance add vantaa/1 väinö")
    assert after("attendance mark vantaa/1 --rest --as absent").out == "vantaa/1: absent: Aino Esimerkki, Eero Malli.\n"
    assert people(after) == [(1, "", "absent"), (2, "", "absent"), (3, "", "")]


def test_the_present_hear_of_their_lacks_and_the_absent_do_not(after: Program) -> None:
    lacks = f"Aino Esimerkki lacks for Thu 2022-09-29: {LACKING}.\n"
    for state, told in (("present", lacks), ("remote", lacks), ("absent", ""), ("excused", "")):
        assert after(f"attendance mark vantaa/1 aino eero --as {state}").err == told


def test_a_reason_goes_with_the_excuse(after: Program) -> None:
    after("attendance mark vantaa/1 aino --as excused --reason personal")
    assert table(after("attendance list vantaa/1").out)[0][4:] == ["excused", "personal", ""]
    after("attendance mark vantaa/1 aino --as present")
    assert table(after("attendance list vantaa/1").out)[0][4:] == ["present", "", ""]


def test_a_mark_made_by_mistake_is_taken_back(after: Program) -> None:
    after("attendance mark vantaa/1 aino väinö --as absent")
    words = ("attendance", "clear", "vantaa/1", "aino", "väinö", "eero")
    assert after(*words).out == "Took back: Aino Esimerkki, Väinö Vieras.\n"
    before = after.database.read_bytes()
    assert after(*words).out == "Nobody of them was marked.\n"
    assert after.database.read_bytes() == before
    assert people(after) == [(1, "", ""), (2, "", "")]


def test_a_webinar_has_heads_and_no_members(after: Program) -> None:
    assert after("attendance list teematiistait/1").err.startswith("Nobody is on the list of teematiistait/2022-09-13.\n")
    assert after("attendance count teematiistait/1 84").out == "teematiistait/1: 84 people beside those named.\n"
    after("attendance mark teematiistait/1 väinö --as present")
    found = after.json("attendance list teematiistait/1")["attendance"]
    assert (found["headcount"], found["present"], [one["member"] for one in found["people"]]) == (84, 1, [False])


def test_a_cancelled_session_has_no_attendance(after: Program) -> None:
    after("session cancel vantaa/1")
    error = after.json("attendance mark vantaa/1 aino --as present", status=4)["error"]
    assert (error["code"], error["message"]) == ("is_cancelled", "vantaa/2022-09-29 has no attendance.")


def test_rates_tell_how_members_have_come_and_whom_to_notice(after: Program) -> None:
    for day in ("2022-06-16", "2022-08-18"):
        after(f"session add vantaa --on {day} --at 17:00 --minutes 120")
        after(f"attendance mark vantaa/{day} aino --as absent")
    after("attendance mark vantaa/2022-06-16 eero --as present")
    after("attendance mark vantaa/2022-08-18 eero --as remote")
    after("attendance mark vantaa/1 eero --as excused")
    assert table(after("attendance rates vantaa").out) == [
        ["1", "Aino Esimerkki", "developer client", "0", "0", "0", "2", "1", "0%", "absent twice running"],
        ["2", "Eero Malli", "coordinator", "2", "1", "1", "0", "0", "67%", ""],
    ]
    assert after.json("attendance rates vantaa --from 2022-08-18 --on 2022-08-18")["rates"][1] == {
        "person_id": 2, "name": "Eero Malli", "role": "coordinator", "attended": 1, "remote": 1, "excused": 0, "absent": 0,
        "unmarked": 0, "rate": 1.0, "quiet": "",
    }  # fmt: skip
    assert table(after("attendance rates vantaa --on 2022-06-15").out)[0][3:] == ["0", "0", "0", "0", "0", "", ""]
    assert after("attendance rates vantaa-sivu").err == "vantaa-sivu has no members on that day.\n"


def test_what_a_session_needs_is_summed_without_names(autumn: Program) -> None:
    nobody = autumn("session needs vantaa/1")
    assert (nobody.out, nobody.err) == ("", "Nobody expected at vantaa/2022-09-29 needs arrangements.\n" + EXPECTED)
    for person, needed in ((1, "induktiosilmukka"), (2, "Induktiosilmukka"), (2, "kuljetus"), (3, "tulkki")):
        autumn("person", "edit", str(person), "--arrangement", needed)
    assert autumn("session needs vantaa/2022-09-29").out == "What\tFor\nInduktiosilmukka\t2 people\nkuljetus\t1 person\n"
    autumn("attendance add vantaa/1 väinö")
    autumn("attendance mark vantaa/1 eero --as excused")
    assert autumn.json("session needs vantaa/1") == {
        "needs": [{"text": "induktiosilmukka", "people": 1}, {"text": "tulkki", "people": 1}]
    }
    assert autumn.json("session needs vantaa/1")["needs"] == autumn.json("session needs vantaa/2022-09")["needs"]


def test_the_log_names_nobody_and_gives_no_reason(after: Program) -> None:
    after("attendance mark vantaa/1 aino --as excused --reason personal")
    after("training add Salakurssi aino --on 2022-01-20")
    after("agreement add aino --kind photo --on 2022-01-20 --version Salaversio --kept-at Salapaikka")
    log = after("log --json").out
    assert [word for word in ("marked", "trained", "agreed") if word in log] == ["marked", "trained", "agreed"]
    assert [word for word in ("Aino", "personal", "Sala") if word in log] == []
