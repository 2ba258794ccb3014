"""Webinars and sessions from the outside: plan, move, cancel, restore, hold, and what scripts get of it."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Program

SPAN = "webinar plan teematiistait --from 2022-09-01 --until 2022-12-31"


def test_a_season_is_planned_once_and_for_all(season: Program) -> None:
    before = season.json("webinar list")
    assert [w["starts"] for w in before["webinars"]] == [
        "2022-09-13T14:00",
        "2022-10-11T14:00",
        "2022-11-08T14:00",
        "2022-12-13T14:00",
    ]
    assert [w["number"] for w in before["webinars"]] == [1, 2, 3, 4]
    file = season.database.read_bytes()
    plan = season.json(SPAN)["plan"]
    assert (len(plan["kept"]), plan["new"], plan["moved"], plan["dropped"]) == (4, [], [], [])
    assert season.database.read_bytes() == file
    assert season.json("webinar list") == before


def test_moving_touches_that_date_alone(season: Program) -> None:
    before = season.json("webinar list")["webinars"]
    moved = season.json("webinar move teematiistait/2022-11-08 2022-11-15")["webinar"]
    after = season.json("webinar list")["webinars"]
    assert (moved["number"], moved["uid"], moved["sequence"]) == (3, before[2]["uid"], 1)
    assert (moved["starts"], moved["planned"], moved["moved"]) == ("2022-11-15T14:00", "2022-11-08T14:00", True)
    assert [w for w in after if w["number"] != 3] == [w for w in before if w["number"] != 3]
    entry = season.json("log teematiistait/3")["log"][-1]
    assert entry["command"] == "webinar move"
    assert entry["changes"] == [
        {"did": "moved", "event": "teematiistait/3", "host": "teematiistait", "starts": ["2022-11-08T14:00", "2022-11-15T14:00"]}
    ]


def test_a_script_may_move_twice(season: Program) -> None:
    season("webinar move teematiistait/2022-11-08 2022-11-15")
    again = season("webinar move teematiistait/2022-11-08 2022-11-15")
    assert again.out == "teematiistait/3 is on Tue 2022-11-15 at 14:00 already.\n"
    assert "was moved to" in again.err
    assert season.json("webinar show teematiistait/3")["webinar"]["sequence"] == 1


def test_planning_does_not_undo_what_people_did(season: Program) -> None:
    season("webinar move teematiistait/3 2022-11-15")
    season("webinar cancel teematiistait/2 --reason sairaus")
    season("webinar add teematiistait --on 2022-12-20")
    before = season.json("webinar list")
    season(SPAN)
    assert season.json("webinar list") == before
    assert [w["status"] for w in before["webinars"]] == ["planned", "cancelled", "planned", "planned", "planned"]


def test_a_restored_date_is_a_new_meeting_for_calendars(season: Program) -> None:
    old = season.json("webinar cancel teematiistait/2")["webinar"]
    new = season.json("webinar restore teematiistait/2")["webinar"]
    assert (new["status"], new["number"], new["slot"], new["sequence"]) == ("planned", 2, "2022-10", 0)
    assert new["uid"] != old["uid"]
    ics = season("calendar export teematiistait").out
    assert ics.count(f"UID:{old['uid']}") == ics.count(f"UID:{new['uid']}") == 1
    assert ics.count("STATUS:CANCELLED") == 1


@pytest.mark.parametrize("options", ["--until 2022-12-31", "--count 4", "--months 4"])
def test_the_three_ends_of_a_plan(program: Program, options: str) -> None:
    program("series", "add", "s", "--name", "S", "--rule", "2. tiistai", "--at", "14.00", "--minutes", "60")
    assert len(program.json(f"webinar plan s --from 1.9.2022 {options}")["plan"]["new"]) == 4


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("webinar plan teematiistait --from 2022-09-01", 2, "no_end"),
        ("webinar plan teematiistait --from 2022-09-01 --count 2 --months 3", 2, "two_ends"),
        ("webinar plan teematiistait --from 2022-09-01 --count 0", 2, "usage"),
        ("webinar plan teematiistait --from 2022-09-01 --until 2040-01-01", 2, "usage"),
        ("webinar plan teematiistait --from 2022-09-14 --until 2022-09-20", 4, "no_dates"),
        ("webinar plan vantaa --from 2022-09-01 --count 2", 3, "not_found"),
        ("session plan vantaa --from 2022-09-01 --count 2", 2, "no_rule"),
        ("webinar plan missing --from 2022-09-01 --count 2", 3, "not_found"),
        ("webinar show teematiistait", 2, "usage"),
        ("webinar show teematiistait/2023-01-10", 3, "not_found"),
        ("webinar show teematiistait/2022-13-40", 2, "usage"),
        ("webinar held teematiistait/4", 4, "in_future"),
        ("webinar edit teematiistait/4 --kind meeting", 2, "usage"),
        ("webinar edit teematiistait/4 --minutes 0", 2, "usage"),
        ("webinar move teematiistait/4 2022-12-13 --at 25:00", 2, "usage"),
        ("webinar add teematiistait --on 2022-12-20 --at 26", 2, "usage"),
        ("webinar list --status often", 2, "usage"),
    ],
)
def test_wrong_words_are_told_apart(season: Program, words: str, status: int, code: str) -> None:
    before = season.database.read_bytes()
    error = season.json(words, status=status)["error"]
    assert error["code"] == code
    assert error["message"]
    assert season.database.read_bytes() == before


def test_states_refuse_what_they_do_not_allow(season: Program) -> None:
    season.now = datetime(2022, 9, 14, 6, tzinfo=UTC)
    season("webinar held teematiistait/1")
    season("webinar cancel teematiistait/2")
    held = "It has been held. If that is a mistake: osallisuus webinar restore teematiistait/2022-09-13.\n"
    cancelled = "It is cancelled. Bring it back first: osallisuus webinar restore teematiistait/2022-10-11.\n"
    for words, said in (
        ("move teematiistait/1 2022-09-20", f"teematiistait/2022-09-13 cannot be moved.\n{held}"),
        ("cancel teematiistait/1", f"teematiistait/2022-09-13 cannot be cancelled.\n{held}"),
        ("move teematiistait/2 2022-10-18", f"teematiistait/2022-10-11 cannot be moved.\n{cancelled}"),
        ("edit teematiistait/2 --title Teema", f"teematiistait/2022-10-11 cannot be changed.\n{cancelled}"),
        ("held teematiistait/2", f"teematiistait/2022-10-11 cannot be marked as held.\n{cancelled}"),
    ):
        assert season(f"webinar {words}", status=4).err == said
    assert season.json("webinar move teematiistait/1 2022-09-20", status=4)["error"]["code"] == "is_held"
    assert season.json("webinar held teematiistait/2", status=4)["error"]["code"] == "is_cancelled"
    season("webinar cancel teematiistait/2")
    season("webinar held teematiistait/1")


def test_what_was_marked_as_held_by_mistake_is_planned_again_unseen_by_calendars(season: Program) -> None:
    season.now = datetime(2022, 9, 14, 6, tzinfo=UTC)
    before = season.json("webinar show teematiistait/1")["webinar"]
    ics = season("calendar export teematiistait").out
    assert season("webinar held teematiistait/1").out == "Held: teematiistait/2022-09-13, Tue 2022-09-13 at 14:00.\n"
    restored = season("webinar restore teematiistait/1")
    assert restored.out == "teematiistait/2022-09-13 is planned again, not marked as held: Tue 2022-09-13 at 14:00.\n"
    assert season.json("webinar show teematiistait/1")["webinar"] == before
    assert season("calendar export teematiistait").out == ics
    assert season("webinar restore teematiistait/1").out == "teematiistait/2022-09-13 is planned already.\n"


def test_a_changed_rule_is_shown_and_needs_a_yes(season: Program) -> None:
    season("webinar", "edit", "teematiistait/4", "--title", "Teema")
    season("series", "edit", "teematiistait", "--rule", "every 4 weeks on monday")
    shown = season.json(SPAN + " --dry-run")["plan"]
    assert shown["protected"] == ["teematiistait/2022-12-13"]
    assert shown["dropped"] == ["teematiistait/2022-09-13", "teematiistait/2022-10-11", "teematiistait/2022-11-08"]
    before = season.database.read_bytes()
    assert season.json(SPAN, status=2)["error"]["code"] == "needs_yes"
    assert season.database.read_bytes() == before
    season(SPAN + " --yes")
    states = {w["number"]: w["status"] for w in season.json("webinar list")["webinars"]}
    assert [states[n] for n in (1, 2, 3, 4)] == ["cancelled", "cancelled", "cancelled", "planned"]


def test_a_date_that_slips_into_the_spring_gap_is_refused(season: Program) -> None:
    error = season.json("webinar", "move", "teematiistait/1", "2022-03-27 03:30", status=2)["error"]
    assert error["message"] == "2022-03-27 03:30 does not exist in Europe/Helsinki: the clocks go forward over it."


def test_sessions_added_by_hand_take_the_panels_place(season: Program) -> None:
    season("panel", "edit", "vantaa", "--place", "Esimerkkitalo")
    words = ("session", "add", "vantaa", "--on", "6.12.2022 klo 12.00", "--minutes", "90", "--kind", "workshop")
    added = season(*words)
    assert added.out == "Added vantaa/1: Tue 2022-12-06 at 12:00.\n"
    assert "is a holiday: Independence Day" in added.err
    assert season(*words).out == "vantaa/1 is there already: Tue 2022-12-06 at 12:00.\n"
    session = season.json("session show vantaa/1")["session"]
    assert (session["place"], session["kind"], session["slot"]) == ("Esimerkkitalo", "workshop", None)


def test_two_on_one_day_are_listed_not_guessed(season: Program) -> None:
    season("session add vantaa --on 2022-10-04 --at 12:00 --minutes 60")
    collision = season("session add vantaa --on 2022-10-04 --at 17:00 --minutes 60")
    assert "is on the same day" in collision.err
    error = season.json("session show vantaa/2022-10-04", status=3)["error"]
    assert error["code"] == "ambiguous"
    assert [line.split()[0] for line in error["candidates"]] == ["vantaa/1", "vantaa/2"]
    assert [s["occasion"] for s in season.json("session list")["sessions"]] == ["vantaa/1", "vantaa/2"]
    assert [line.split("\t")[0] for line in season("session list").out.splitlines()] == ["Date", "vantaa/1", "vantaa/2"]
    season("session move vantaa/2 2022-10-05")
    found = [s["occasion"] for s in season.json("session list")["sessions"]]
    assert found == ["vantaa/2022-10-04", "vantaa/2022-10-05"]


AGAIN = "If calendar files were given out, export them again: a file does not follow changes.\n"


def test_a_day_that_has_passed_or_is_on_a_weekend_is_told(season: Program) -> None:
    words = "session add vantaa --on 2022-08-20 --at 12:00 --minutes 60"
    assert season(words).err == "Sat 2022-08-20 is in the past.\nSat 2022-08-20 is on a weekend.\n"
    assert season(words).err == ""
    assert season("session move vantaa/1 2022-08-22").err == AGAIN  # today
    assert season("session move vantaa/1 2022-10-16").err == f"Sun 2022-10-16 is on a weekend.\n{AGAIN}"
    assert season("session move vantaa/1 2022-10-16").err == ""
    assert season("session move vantaa/1 2022-08-19").err == f"Fri 2022-08-19 is in the past.\n{AGAIN}"


def test_a_plan_has_one_end(season: Program) -> None:
    for ends in ("--count 2 --months 3", "--until 2022-12-31 --count 2", "--until 2022-12-31 --count 2 --months 3"):
        error = season.json(f"webinar plan teematiistait --from 2022-09-01 {ends}", status=2)["error"]
        assert error["message"] == "Give only one of --until, --count and --months."


def test_a_panel_may_have_a_rule_of_its_own(season: Program) -> None:
    rule = ("--rule", "last thursday", "--at", "17.00", "--minutes", "120", "--holidays", "next")
    changed = season("panel", "edit", "vantaa", *rule)
    assert changed.out == "Changed vantaa: rule, at, minutes, holidays.\n"
    assert changed.err == "Dates that are there already change at: osallisuus session plan vantaa …\n"
    again = season("panel", "edit", "vantaa", *rule)
    assert (again.out, again.err) == ("vantaa is as asked already.\n", "")
    panel = season.json("panel show vantaa")["panel"]
    assert (panel["rule"], panel["at"], panel["minutes"], panel["holidays"]) == ("last thursday", "17:00", 120, "next")
    season("session plan vantaa --from 2022-09-01 --count 2")
    found = [(s["starts"], s["minutes"]) for s in season.json("session list vantaa")["sessions"]]
    assert found == [("2022-09-29T17:00", 120), ("2022-10-27T17:00", 120)]


def test_filters(season: Program) -> None:
    season("webinar cancel teematiistait/2")
    assert len(season.json("webinar list --status cancelled")["webinars"]) == 1
    assert len(season.json("webinar list --from 2022-10-01 --until 2022-11-30")["webinars"]) == 2
    assert season.json("session list") == {"sessions": []}
    assert "There are no dates." in season("session list").err
