"""What planning a host over a span makes, keeps, moves and drops, and what it remarks on."""

from datetime import date, timedelta
from typing import Any

import pytest

from osallisuus import i18n
from osallisuus.dates import add_months
from osallisuus.domain import events, hosts, planning
from osallisuus.domain.events import Event
from osallisuus.domain.planning import Plan
from osallisuus.errors import OsallisuusError, Refused, UsageError
from tests.domain.conftest import World

AUTUMN = (date(2022, 9, 1), date(2022, 12, 31))
SLUG = "teematiistait"


@pytest.fixture
def season(world: World) -> World:
    """Plan the four Tuesdays of autumn 2022."""
    world.series()
    world.plan(SLUG, *AUTUMN)
    return world


def days(plan: Plan) -> dict[str, list[str]]:
    """Return the days of a plan's lists, without the empty ones."""
    lists = {
        "kept": [event.starts[5:10] for event in plan.kept],
        "new": [candidate.starts[5:10] for candidate in plan.new],
        "moved": [f"{move.event.starts[5:10]} > {move.starts[5:10]}" for move in plan.moved],
        "dropped": [event.starts[5:10] for event in plan.dropped],
        "protected": [event.starts[5:10] for event in plan.protected],
        "returning": [move.starts[5:10] for move in plan.returning],
    }
    return {name: found for name, found in lists.items() if found}


def remarks(plan: Plan) -> list[tuple[str, str]]:
    return [(remark.kind, remark.text) for remark in plan.remarks]


def numbered(world: World, number: int, slug: str = SLUG) -> Event:
    return next(event for event in world.events(slug) if event.number == number)


# The first plan


def test_a_season_is_planned_with_all_that_the_host_says(world: World) -> None:
    world.series(place="Tampere", url="https://example.org/teams")
    plan = world.plan(SLUG, *AUTUMN)
    assert days(plan) == {"new": ["09-13", "10-11", "11-08", "12-13"]}
    assert not plan.needs_consent
    found = world.events()
    assert [(e.number, e.slot, e.starts, e.planned, e.uid) for e in found] == [
        (1, "2022-09", "2022-09-13T14:00", "2022-09-13T14:00", "uid-1"),
        (2, "2022-10", "2022-10-11T14:00", "2022-10-11T14:00", "uid-2"),
        (3, "2022-11", "2022-11-08T14:00", "2022-11-08T14:00", "uid-3"),
        (4, "2022-12", "2022-12-13T14:00", "2022-12-13T14:00", "uid-4"),
    ]
    assert {(e.minutes, e.place, e.url, e.kind, e.status, e.sequence, e.timezone) for e in found} == {
        (60, "Tampere", "https://example.org/teams", "webinar", "planned", 0, "Europe/Helsinki")
    }
    assert hosts.get(world.db, SLUG).anchor == "2022-09-13"
    assert [entry["did"] for entry in world.last_entry()] == ["edited", "added", "added", "added", "added"]


def test_a_panel_has_sessions(world: World) -> None:
    world.panel(rule="last thursday", at="17:00", minutes=120)
    world.plan("vantaa", *AUTUMN)
    assert [(e.kind, e.starts, e.minutes) for e in world.events("vantaa")][:1] == [("meeting", "2022-09-29T17:00", 120)]


def test_the_rule_of_a_plan_is_remembered(world: World) -> None:
    world.series(rule="", at="", minutes=None)
    world.plan(SLUG, *AUTUMN, rule="kuukauden 3. keskiviikko", at="09:30", minutes=45, holidays="next")
    host = hosts.get(world.db, SLUG)
    assert (host.rule, host.at, host.minutes, host.holidays) == ("kuukauden 3. keskiviikko", "09:30", 45, "next")
    assert days(world.plan(SLUG, *AUTUMN)) == {"kept": ["09-21", "10-19", "11-16", "12-21"]}
    assert not world.wrote


def test_preparing_writes_nothing(world: World) -> None:
    host = world.series()
    before = world.db.connection.total_changes
    assert days(world.prepare(SLUG, *AUTUMN, rule="1st monday"))["new"][0] == "09-05"
    assert world.db.connection.total_changes == before
    assert hosts.get(world.db, SLUG) == host


# Spans


@pytest.mark.parametrize(
    ("start", "until", "n", "new"),
    [
        ("2022-09-01", "2022-12-31", None, ["09-13", "10-11", "11-08", "12-13"]),
        ("2022-09-13", "2022-12-13", None, ["09-13", "10-11", "11-08", "12-13"]),
        ("2022-09-14", "2022-12-12", None, ["10-11", "11-08"]),
        ("2022-09-13", "2022-09-13", None, ["09-13"]),
        ("2022-09-14", None, 3, ["10-11", "11-08", "12-13"]),
        ("2022-09-13", None, 1, ["09-13"]),
    ],
)
def test_a_span_includes_both_its_days(world: World, start: str, until: str | None, n: int | None, new: list[str]) -> None:
    world.series()
    assert days(world.plan(SLUG, date.fromisoformat(start), until and date.fromisoformat(until), n)) == {"new": new}


def test_a_count_counts_what_is_there_already(season: World) -> None:
    season.cancel(numbered(season, 1))
    season.move(numbered(season, 2), "2023-03-03T14:00")
    assert days(season.plan(SLUG, AUTUMN[0], n=5)) == {"kept": ["09-13", "03-03", "11-08", "12-13"], "new": ["01-10"]}
    assert days(season.plan(SLUG, AUTUMN[0], n=5))["kept"] == ["09-13", "03-03", "11-08", "12-13", "01-10"]
    assert not season.wrote


def test_months_end_the_day_before_the_same_day(world: World) -> None:
    world.series()
    start = date(2022, 9, 13)
    assert days(world.plan(SLUG, start, add_months(start, 1) - timedelta(days=1))) == {"new": ["09-13", "10-11"]}


@pytest.mark.parametrize(
    ("asked", "error", "code", "sentence"),
    [
        (
            {"until": date(2022, 8, 31)},
            UsageError,
            "usage",
            "The planning would end (Wed 2022-08-31) before it starts (Thu 2022-09-01).",
        ),
        ({"until": date(2027, 9, 2)}, UsageError, "usage", "Planning reaches at most 5 years ahead."),
        ({"n": 0}, UsageError, "usage", "The number of dates is 1 to 400, not 0."),
        ({"n": 401}, UsageError, "usage", "The number of dates is 1 to 400, not 401."),
        ({"until": date(2022, 9, 12)}, Refused, "no_dates", "The rule '2nd tuesday' gives no date in that time."),
        ({"n": 1, "rule": ""}, UsageError, "no_rule", "teematiistait has no rule to plan by yet: --rule missing."),
        ({"n": 1, "rule": "", "at": "", "minutes": None}, UsageError, "no_rule", "by yet: --rule, --at, --minutes missing."),
        ({"n": 1, "rule": "tuesday"}, UsageError, "bad_rule", "The rule 'tuesday' is not understood."),
        ({"n": 1, "at": "25:00"}, UsageError, "usage", "'25:00' is not a time of day."),
        ({"n": 1, "minutes": 1441}, UsageError, "usage", "1441 minutes is not a length for an occasion."),
        (
            {"n": 30, "rule": "sundays", "at": "03:30"},
            UsageError,
            "usage",
            "2022-10-30 03:30 comes twice in Europe/Helsinki: the clocks go back over it.",
        ),
        (
            {"until": date(2024, 12, 31), "rule": "every mon, tue, wed, thu, fri"},
            Refused,
            "too_many_dates",
            "The rule 'every mon, tue, wed, thu, fri' gives more than 400 dates in that time.",
        ),
    ],
)
def test_what_cannot_be_planned_is_refused_whole(
    season: World, asked: dict[str, Any], error: type[OsallisuusError], code: str, sentence: str
) -> None:
    before = (season.events(), hosts.get(season.db, SLUG))
    with pytest.raises(error) as refused:
        season.plan(SLUG, AUTUMN[0], **asked)
    assert refused.value.code == code
    assert sentence in refused.value.message
    if code == "no_dates":
        assert refused.value.hint == "Choose a later end than Mon 2022-09-12."
    assert (season.events(), hosts.get(season.db, SLUG)) == before


def test_five_years_and_four_hundred_dates_are_not_too_much(world: World) -> None:
    world.series()
    assert len(world.prepare(SLUG, AUTUMN[0], date(2027, 9, 1)).new) == 60
    assert len(world.prepare(SLUG, AUTUMN[0], n=400).new) == 400
    assert len(world.prepare(SLUG, AUTUMN[0], n=400, rule="every 52 weeks on monday").new) == 79  # up to 2100


def test_dates_are_not_lost_where_a_span_holds_more_than_were_planned_at_once(world: World) -> None:
    world.series(rule="every mon, tue, wed, thu, fri")
    world.plan(SLUG, date(2022, 1, 1), date(2023, 6, 30))
    world.plan(SLUG, date(2023, 7, 1), date(2024, 12, 31))
    planned = len(world.events())
    with pytest.raises(Refused, match="more than 400 dates"):
        world.plan(SLUG, date(2022, 1, 1), date(2024, 12, 31))
    assert len(world.starts(status="planned")) == planned == 390 + 392


def test_the_end_of_the_calendar_is_no_crash(world: World) -> None:
    world.series(rule="every 2 months on the 2nd tuesday")
    with pytest.raises(Refused, match="gives no date in that time"):
        world.plan(SLUG, date(2100, 12, 30), n=1)
    assert days(world.plan(SLUG, date(2100, 12, 1), n=5)) == {"new": ["12-14"]}


def test_every_second_month_is_counted_from_the_first_date(world: World) -> None:
    world.series(rule="every 2 months on the 2nd tuesday")
    assert days(world.plan(SLUG, date(2022, 9, 20), n=2)) == {"new": ["10-11", "12-13"]}
    assert days(world.prepare(SLUG, date(2022, 11, 1), n=3)) == {"kept": ["12-13"], "new": ["02-14", "04-11"]}
    assert days(world.prepare(SLUG, date(2022, 7, 1), n=3)) == {"kept": ["10-11", "12-13"], "new": ["08-09"]}


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("every 2 weeks on monday", "09-12"),
        ("joka toinen maanantai", "09-12"),
        ("varannan vecka på måndag", "09-12"),
        ("every 2 weeks on tuesday", "09-06"),
    ],
)
def test_a_rule_said_in_other_words_keeps_step_and_another_is_counted_anew(world: World, words: str, step: str) -> None:
    world.series(rule="every 2 weeks on monday")
    world.plan(SLUG, date(2022, 8, 29), n=3)
    plan = world.prepare(SLUG, date(2022, 9, 1), n=1, rule=words)
    assert [*days(plan).get("kept", []), *days(plan).get("new", [])] == [step]


# Holidays: 6.12.2022 is a Tuesday


@pytest.mark.parametrize(
    ("holidays", "found", "said"),
    [
        ("keep", ["12-06", "12-13"], [("holiday", "Tue 2022-12-06 is a holiday: Independence Day.")]),
        ("skip", ["12-13"], [("holiday", "Tue 2022-12-06 is left out: Independence Day.")]),
        (
            "next",
            ["12-07", "12-13"],
            [("holiday", "Tue 2022-12-06 is Independence Day; the next working day is Wed 2022-12-07.")],
        ),
    ],
)
def test_a_holiday_is_kept_left_out_or_shifted_and_told(
    world: World, holidays: str, found: list[str], said: list[tuple[str, str]]
) -> None:
    world.series(rule="every tuesday", holidays=holidays)
    plan = world.plan(SLUG, date(2022, 12, 1), date(2022, 12, 15))
    assert days(plan) == {"new": found}
    assert remarks(plan) == said
    again = world.plan(SLUG, date(2022, 12, 1), date(2022, 12, 15))
    assert days(again) == {"kept": found}
    assert remarks(again) == []


def test_a_holiday_is_told_in_the_language_in_use(world: World) -> None:
    world.series(rule="every tuesday", holidays="skip")
    i18n.use("sv")
    try:
        assert "Självständighetsdagen" in remarks(world.prepare(SLUG, date(2022, 12, 1), n=1))[0][1]
    finally:
        i18n.use("en")


def test_christmas_is_left_before_the_next_working_day(world: World) -> None:
    world.series(rule="every monday", holidays="next")
    assert days(world.plan(SLUG, date(2022, 12, 20), n=2)) == {"new": ["12-27", "01-02"]}


@pytest.mark.parametrize(
    ("start", "until", "found"),
    [
        ("2022-12-06", "2022-12-06", None),
        ("2022-12-06", "2022-12-07", ["12-07"]),
        ("2022-12-07", "2022-12-07", ["12-07"]),
        ("2022-12-08", "2022-12-12", None),
        ("2022-11-30", "2022-12-06", None),
    ],
)
def test_a_shifted_date_belongs_to_the_span_it_is_shifted_to(
    world: World, start: str, until: str, found: list[str] | None
) -> None:
    world.series(rule="every tuesday", holidays="next")
    if found:
        assert days(world.plan(SLUG, date.fromisoformat(start), date.fromisoformat(until))) == {"new": found}
    else:
        with pytest.raises(Refused, match="gives no date"):
            world.plan(SLUG, date.fromisoformat(start), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("rule", "start", "found"),
    [
        ("every tuesday and wednesday", date(2022, 12, 5), ["12-07", "12-13"]),  # the shifted one meets the next one
        (
            "every monday and tuesday",
            date(2023, 12, 24),
            ["12-27", "01-02"],
        ),  # two shifted to one day, and New Year's to the next
        ("every friday, saturday and tuesday", date(2022, 4, 14), ["04-16", "04-19"]),  # over Easter
    ],
)
def test_two_dates_never_come_to_the_same_time(world: World, rule: str, start: date, found: list[str]) -> None:
    world.series(rule=rule, holidays="next")
    plan = world.plan(SLUG, start, n=2)
    assert sorted(day for day in days(plan)["new"]) == sorted(found)
    assert len(set(world.starts())) == 2
    world.plan(SLUG, start, n=2)
    assert not world.wrote


def test_holidays_are_known_however_far_a_count_reaches(world: World) -> None:
    world.series(rule="every 12 months on the 1st tuesday", holidays="skip")
    plan = world.plan(SLUG, date(2022, 12, 1), n=12)
    assert len(plan.new) == 12
    assert [p.starts[:10] for p in plan.new if p.starts[5:10] == "12-06"] == []
    assert [p.starts[:4] for p in plan.new][-1] == "2035"  # 2022 and 2033 have the first Tuesday on Independence Day


@pytest.mark.parametrize(
    ("holidays", "until", "outcome"),
    [
        ("skip", date(2022, 12, 31), {"kept": ["12-13", "12-20", "12-27"], "dropped": ["12-06"]}),
        ("next", date(2022, 12, 31), {"kept": ["12-13", "12-20", "12-27"], "moved": ["12-06 > 12-07"]}),
        ("next", date(2022, 12, 6), {"kept": ["11-29"], "moved": ["12-06 > 12-07"]}),
    ],
)
def test_another_holiday_policy_is_a_changed_rule(
    world: World, holidays: str, until: date, outcome: dict[str, list[str]]
) -> None:
    world.series(rule="every tuesday")
    start = date(2022, 12, 1) if until.day == 31 else date(2022, 11, 29)
    world.plan(SLUG, start, date(2022, 12, 31))
    plan = world.plan(SLUG, start, until, holidays=holidays)
    assert plan.needs_consent
    assert days(plan) == outcome
    again = world.plan(SLUG, start, until)
    assert (again.new, again.moved, again.dropped, world.wrote) == ([], [], [], False)


# Closed hosts


def test_a_closed_host_is_planned_up_to_its_last_day(season: World) -> None:
    season.change_host(SLUG, closed_on="2023-01-10")
    assert days(season.plan(SLUG, date(2023, 1, 1), date(2023, 1, 31))) == {"new": ["01-10"]}
    for start, until in ((date(2023, 1, 11), date(2023, 3, 31)), (date(2023, 1, 1), date(2023, 2, 28))):
        with pytest.raises(Refused) as refused:
            season.plan(SLUG, start, until)
        assert refused.value.code == "closed"
    assert len(season.events()) == 5


def test_a_changed_rule_moves_nothing_past_the_last_day(season: World) -> None:
    season.change_host(SLUG, closed_on="2022-12-15")
    plan = season.plan(SLUG, date(2022, 11, 1), date(2022, 12, 15), rule="3rd tuesday")
    assert days(plan) == {"moved": ["11-08 > 11-15"], "dropped": ["12-13"]}


# Remarks


def test_a_clock_change_between_two_dates_is_told(world: World) -> None:
    world.series()
    said = "The clocks change between Tue 2022-10-11 and Tue 2022-11-08: the time of day stays, UTC shifts by +1 h."
    assert remarks(world.plan(SLUG, *AUTUMN)) == [("clock_change", said)]
    spring = world.plan(SLUG, date(2023, 3, 1), date(2023, 4, 30))
    said = "The clocks change between Tue 2023-03-14 and Tue 2023-04-11: the time of day stays, UTC shifts by -1 h."
    assert remarks(spring) == [("clock_change", said)]
    assert remarks(world.plan(SLUG, *AUTUMN)) == []
    world.series("tokio", timezone="Asia/Tokyo")
    assert not [kind for kind, _text in remarks(world.plan("tokio", *AUTUMN)) if kind == "clock_change"]


def test_a_clock_change_is_told_between_the_dates_as_they_will_be(season: World) -> None:
    said = "The clocks change between Tue 2022-10-18 and Tue 2022-11-15: the time of day stays, UTC shifts by +1 h."
    plan = season.plan(SLUG, *AUTUMN, rule="3rd tuesday")
    assert [(r.kind, r.day, r.text) for r in plan.remarks] == [("clock_change", "2022-11-15", said)]


def test_a_long_date_meets_what_comes_while_it_lasts(season: World) -> None:
    season.panel(at="17:00", minutes=120)
    event = season.edit(season.add("vantaa", "2022-09-13T09:00"), minutes=330)
    found = planning.remarks_for(season.db, hosts.get(season.db, "vantaa"), event.starts, event.id)
    assert [(r.kind, r.day) for r in found] == [("collision", "2022-09-13")]
    event = season.edit(event, minutes=300)
    assert planning.remarks_for(season.db, hosts.get(season.db, "vantaa"), event.starts, event.id) == []


def test_another_occasion_at_the_same_time_is_told(world: World) -> None:
    world.panel(at="13:30", minutes=60)
    for starts in ("2022-09-13T13:30", "2022-10-11T15:00", "2022-11-08T12:00", "2022-12-13T14:59"):
        world.add("vantaa", starts)
    world.cancel(world.add("vantaa", "2022-09-13T14:00"))
    world.series()
    assert [text for kind, text in remarks(world.plan(SLUG, *AUTUMN)) if kind == "collision"] == [
        "Tue 2022-09-13: vantaa/2022-09-13 is on the same day, Tue 2022-09-13 at 13:30.",
        "Tue 2022-12-13: vantaa/2022-12-13 is on the same day, Tue 2022-12-13 at 14:59.",
    ]


def test_another_date_of_the_same_host_on_the_day_is_told(world: World) -> None:
    world.series()
    world.add(SLUG, "2022-09-13T09:00")
    assert "collision" in [kind for kind, _text in remarks(world.plan(SLUG, *AUTUMN))]


def test_dates_of_another_length_are_told_when_new_ones_come(season: World) -> None:
    season.cancel(numbered(season, 2))
    plan = season.plan(SLUG, AUTUMN[0], date(2023, 1, 31), minutes=90)
    said = [(remark.day, remark.text) for remark in plan.remarks if remark.kind == "length"]
    assert said[0] == ("2022-09-13", "teematiistait/2022-09-13 keeps its 60 minutes; new dates have 90.")
    assert [day for day, _text in said] == ["2022-09-13", "2022-11-08", "2022-12-13"]
    assert [event.minutes for event in season.events()] == [60, 60, 60, 60, 90]


def test_a_date_added_by_hand_has_the_length_it_was_given(world: World) -> None:
    host = world.series(minutes=None)
    with pytest.raises(UsageError) as refused:
        planning.blank(host, "2022-09-13T14:00", uid="x")
    assert (refused.value.code, refused.value.message) == ("no_minutes", "How long does it last? Add --minutes.")
    with pytest.raises(UsageError, match="1441 minutes is not a length"):
        planning.blank(host, "2022-09-13T14:00", uid="x", minutes=1441)
    event = planning.blank(host, "2022-09-13T14:00", uid="x", minutes=45, kind="workshop")
    assert (event.minutes, event.kind, event.slot) == (45, "workshop", None)
    world.write(lambda change: events.add(world.db, event, change))
    assert not [text for kind, text in remarks(world.plan(SLUG, *AUTUMN, minutes=60)) if kind == "length"]
    assert sorted(e.minutes for e in world.events()) == [45, 60, 60, 60]


def test_a_date_added_or_moved_by_hand_has_its_remarks(season: World) -> None:
    event = season.move(numbered(season, 4), "2022-12-06T14:00")
    found = planning.remarks_for(season.db, hosts.get(season.db, SLUG), event.starts, event.id)
    assert [(r.kind, r.text) for r in found] == [("holiday", "Tue 2022-12-06 is a holiday: Independence Day.")]
    clash = planning.remarks_for(season.db, hosts.get(season.db, SLUG), "2022-10-11T18:00")
    assert [r.kind for r in clash] == ["clock_change", "collision"]


# What people decided


def test_what_people_decided_stays_as_it_is(season: World) -> None:
    season.move(numbered(season, 1), "2022-09-20T14:00")
    season.cancel(numbered(season, 2))
    season.hold(numbered(season, 3))
    season.add(SLUG, "2023-01-10T14:00")
    before = season.events()
    plan = season.plan(SLUG, AUTUMN[0], date(2023, 2, 28))
    assert days(plan) == {"kept": ["09-20", "10-11", "11-08", "12-13", "01-10"], "new": ["02-14"]}
    assert season.events()[:5] == before
    everything_else = season.plan(SLUG, AUTUMN[0], date(2023, 2, 28), rule="last thursday", at="09:00")
    assert days(everything_else) == {
        "kept": ["09-20", "10-11", "11-08"],
        "moved": ["12-13 > 12-29", "02-14 > 02-23"],
        "new": ["01-26"],
    }
    assert [event for event in season.events() if event.number in (1, 2, 3, 5)] == [*before[:3], before[4]]


def test_a_date_moved_back_is_the_plans_again(season: World) -> None:
    season.move(season.move(numbered(season, 1), "2022-09-20T14:00"), "2022-09-13T14:00")
    assert days(season.prepare(SLUG, *AUTUMN, at="15:00"))["moved"][0] == "09-13 > 09-13"


def test_a_date_moved_onto_another_months_day_fills_it(season: World) -> None:
    season.move(numbered(season, 4), "2023-01-10T14:00")
    assert days(season.plan(SLUG, AUTUMN[0], date(2023, 1, 31))) == {"kept": ["09-13", "10-11", "11-08", "01-10"]}
    assert not season.wrote


# Changed rules


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({"rule": "3rd tuesday"}, {"moved": ["09-13 > 09-20", "10-11 > 10-18", "11-08 > 11-15", "12-13 > 12-20"]}),
        ({"at": "15:00"}, {"moved": ["09-13 > 09-13", "10-11 > 10-11", "11-08 > 11-08", "12-13 > 12-13"]}),
        ({"rule": "second tuesday", "minutes": 90}, {"kept": ["09-13", "10-11", "11-08", "12-13"]}),
        ({"rule": "every 2 months on the 2nd tuesday"}, {"kept": ["09-13", "11-08"], "dropped": ["10-11", "12-13"]}),
        (
            {"rule": "2nd and 3rd tuesday"},
            {"kept": ["09-13", "10-11", "11-08", "12-13"], "new": ["09-20", "10-18", "11-15", "12-20"]},
        ),
        ({"rule": "every 13 weeks on tuesday"}, {"new": ["09-06", "12-06"], "dropped": ["09-13", "10-11", "11-08", "12-13"]}),
        ({"rule": "5th tuesday"}, {"moved": ["11-08 > 11-29"], "dropped": ["09-13", "10-11", "12-13"]}),
    ],
)
def test_a_changed_rule_says_what_becomes_of_each_date(
    season: World, asked: dict[str, Any], outcome: dict[str, list[str]]
) -> None:
    before = {event.number: event for event in season.events()}
    plan = season.plan(SLUG, *AUTUMN, **asked)
    assert days(plan) == outcome
    assert plan.needs_consent == ("moved" in outcome or "dropped" in outcome)
    for event in season.events():
        old = before.get(event.number)
        if old:
            assert (event.uid, event.slot, event.title) == (old.uid, old.slot, old.title)
            assert event.sequence == old.sequence + (event.starts != old.starts or event.status != old.status)
    again = season.plan(SLUG, *AUTUMN)
    assert (again.new, again.moved, again.dropped, season.wrote) == ([], [], [], False)


def test_dropped_dates_are_cancelled_and_moved_ones_are_planned_anew(season: World) -> None:
    season.plan(SLUG, *AUTUMN, rule="5th tuesday")
    assert [(e.status, e.dropped, e.starts[5:10], e.planned[5:10], e.moved) for e in season.events()] == [
        ("cancelled", 1, "09-13", "09-13", False),
        ("cancelled", 1, "10-11", "10-11", False),
        ("planned", 0, "11-29", "11-29", False),
        ("cancelled", 1, "12-13", "12-13", False),
    ]


def test_a_date_with_people_or_notes_is_never_dropped(season: World) -> None:
    season.edit(numbered(season, 1), title="Teema")
    season.edit(numbered(season, 2), url="https://example.org/2")
    # whatever table may come later: all that it needs is a foreign key
    season.db.connection.execute("CREATE TABLE later (event_id INTEGER NOT NULL REFERENCES events (id)) STRICT")
    season.db.connection.execute("INSERT INTO later SELECT id FROM events WHERE number = 3")
    plan = season.plan(SLUG, *AUTUMN, rule="every 13 weeks on tuesday")
    assert days(plan) == {"new": ["09-06", "12-06"], "dropped": ["12-13"], "protected": ["09-13", "10-11", "11-08"]}
    assert season.starts(status="planned") == [
        "2022-09-06T14:00", "2022-09-13T14:00", "2022-10-11T14:00", "2022-11-08T14:00", "2022-12-06T14:00",
    ]  # fmt: skip
    assert days(season.plan(SLUG, *AUTUMN))["protected"] == ["09-13", "10-11", "11-08"]
    assert not season.wrote


def test_a_changed_rule_changes_the_dates_of_its_span_only(season: World) -> None:
    plan = season.plan(SLUG, date(2022, 10, 1), date(2022, 11, 30), rule="3rd tuesday")
    assert days(plan) == {"moved": ["10-11 > 10-18", "11-08 > 11-15"]}
    assert [day[5:10] for day in season.starts()] == ["09-13", "10-18", "11-15", "12-13"]


def test_a_date_that_a_changed_rule_wants_just_after_the_span_is_moved_there_not_dropped(season: World) -> None:
    plan = season.plan(SLUG, date(2022, 9, 1), date(2022, 9, 15), rule="2nd tuesday", at="14:00")
    assert days(plan) == {"kept": ["09-13"]}
    plan = season.plan(SLUG, date(2022, 9, 1), date(2022, 10, 15), rule="3rd tuesday")
    assert days(plan) == {"moved": ["09-13 > 09-20", "10-11 > 10-18"]}
    season.plan(SLUG, date(2022, 9, 1), date(2022, 10, 15))
    assert not season.wrote
    assert [day[5:10] for day in season.starts(status="planned")] == ["09-20", "10-18", "11-08", "12-13"]


def test_a_rule_changed_back_brings_the_moved_dates_back(season: World) -> None:
    before = season.starts()
    season.plan(SLUG, *AUTUMN, rule="last thursday")
    season.plan(SLUG, *AUTUMN, rule="2nd tuesday")
    assert season.starts() == before
    assert [event.sequence for event in season.events()] == [2, 2, 2, 2]


def test_a_rule_changed_back_brings_the_dropped_dates_back(season: World) -> None:
    before = season.events()
    season.plan(SLUG, *AUTUMN, rule="every 13 weeks on tuesday")
    season.edit(numbered(season, 5), title="Teema")
    plan = season.plan(SLUG, *AUTUMN, rule="2nd tuesday")
    assert days(plan) == {
        "returning": ["09-13", "10-11", "11-08", "12-13"],
        "dropped": ["12-06"],
        "protected": ["09-06"],
    }
    for old in before:
        new = numbered(season, old.number)
        assert (new.slot, new.starts, new.status, new.dropped, new.sequence) == (old.slot, old.starts, "planned", 0, 0)
        assert new.uid != old.uid  # a calendar does not take a cancelled one back
    again = season.plan(SLUG, *AUTUMN)
    assert (again.returning, again.moved, again.dropped, again.new, season.wrote) == ([], [], [], [], False)


def test_a_dropped_date_comes_back_where_the_rule_wants_it_now(season: World) -> None:
    season.plan(SLUG, *AUTUMN, rule="every 13 weeks on tuesday")
    season.plan(SLUG, *AUTUMN, rule="3rd tuesday", at="15:00")
    for number, starts in ((1, "2022-09-20T15:00"), (2, "2022-10-18T15:00")):
        event = numbered(season, number)
        assert (event.starts, event.planned, event.status) == (starts, starts, "planned")


def test_a_dropped_date_that_a_person_restores_or_cancels_is_theirs(season: World) -> None:
    season.plan(SLUG, *AUTUMN, rule="every 13 weeks on tuesday")
    restored = season.restore(numbered(season, 1))
    cancelled = season.cancel(numbered(season, 2))
    assert (restored.dropped, cancelled.dropped) == (0, 0)
    plan = season.plan(SLUG, *AUTUMN)
    assert days(plan) == {"kept": ["09-06", "12-06"], "protected": ["09-13"]}
    assert days(season.plan(SLUG, *AUTUMN, rule="2nd tuesday"))["returning"] == ["11-08", "12-13"]
    assert numbered(season, 2) == cancelled
