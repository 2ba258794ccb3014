"""What a coordinator has to do next, each thing with the command that does it."""

from datetime import date

import pytest

from osallisuus.domain import tasks
from osallisuus.domain.debts import Task
from osallisuus.domain.tasks import Overview
from tests.domain.conftest import World
from tests.domain.webinars import material, publish

TUESDAY = date(2022, 10, 11)


def told(world: World, day: date = TUESDAY, days: int = 14) -> list[tuple[str, str, str]]:
    overview = tasks.today(world.db, day=day, days=days)
    return [(task.state, task.kind, task.subject) for task in (*overview.late, *overview.waiting)]


@pytest.fixture
def season(world: World) -> World:
    """Plan the four Tuesdays of autumn 2022."""
    world.series()
    world.plan("teematiistait", date(2022, 9, 1), date(2022, 12, 31))
    return world


def test_an_empty_database_has_nothing_to_do(world: World) -> None:
    assert tasks.today(world.db, day=TUESDAY, days=14) == Overview(
        day=TUESDAY, days=14, coming=[], handles={}, late=[], waiting=[]
    )


def test_a_day_that_has_passed_is_late_until_it_is_marked(season: World) -> None:
    first, second, *_rest = season.events()
    overview = tasks.today(season.db, day=TUESDAY, days=0)
    assert [(e.starts, overview.handles[e.id]) for e in overview.coming] == [("2022-10-11T14:00", "teematiistait/2022-10-11")]
    assert [(t.kind, t.day, t.text, t.command) for t in overview.late if t.subject == "teematiistait/2022-09-13"] == [
        ("unmarked", "2022-09-13", "Tue 2022-09-13 has passed: was it held?", "osallisuus webinar held teematiistait/2022-09-13")
    ]
    season.hold(first)
    season.cancel(second)
    assert [task for task in told(season, date(2022, 10, 12), 0) if task[0] == "late"] == [
        ("late", "materials", "teematiistait/2022-09-13"),
        ("late", "theme", "teematiistait/2022-11-08"),
    ]
    season.cancel(season.events()[2])
    publish(season, material(season, first).id)
    assert told(season, date(2022, 10, 12), 0) == []


def test_what_a_coming_webinar_lacks_is_told_when_it_is_late_or_due_soon(season: World) -> None:
    for event in season.events()[2:]:
        season.cancel(event)
    season.hold(season.events()[0])
    publish(season, material(season, season.events()[0]).id)
    overview = tasks.today(season.db, day=date(2022, 9, 13), days=28)
    assert [e.starts[:10] for e in overview.coming] == ["2022-10-11"]
    at = "teematiistait/2022-10-11"
    assert overview.late == []
    theme, speakers, link = (task for task in overview.waiting if task.subject == at)
    assert theme == Task(
        state="waiting", kind="theme", subject=at, day="2022-09-13", command=f'osallisuus webinar edit {at} --title "…"',
        text="no theme yet (is needed by Tue 2022-09-13).",
    )  # fmt: skip
    assert (speakers.kind, speakers.day, speakers.text) == (
        "speakers",
        "2022-09-20",
        "no talk yet (is needed by Tue 2022-09-20).",
    )
    assert (link.kind, link.day, link.text) == ("link", "2022-09-27", "neither place nor link yet (is needed by Tue 2022-09-27).")
    overview = tasks.today(season.db, day=date(2022, 9, 14), days=1)
    assert [(t.state, t.kind, t.text) for t in (*overview.late, *overview.waiting) if t.subject == at] == [
        ("late", "theme", "no theme yet (was needed by Tue 2022-09-13)."),
        ("waiting", "speakers", "no talk yet (is needed by Tue 2022-09-20)."),
        ("waiting", "link", "neither place nor link yet (is needed by Tue 2022-09-27)."),
    ]
    for day, last in ((23, "link"), (24, "reminder")):
        assert [kind for _state, kind, subject in told(season, date(2022, 9, day)) if subject == at][-1] == last


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 8, 1), []),
        (date(2022, 8, 2), ["theme"]),
        (date(2022, 8, 8), ["theme"]),
        (date(2022, 8, 9), ["theme", "speakers"]),
    ],
)
def test_what_is_due_in_more_than_two_weeks_is_left_for_another_day(season: World, day: date, expected: list[str]) -> None:
    assert [kind for _state, kind, subject in told(season, day, 365) if subject.endswith("09-13")] == expected


def test_a_webinar_has_nothing_to_be_asked_once_it_is_all_there(season: World) -> None:
    event = season.edit(season.events()[1], title="Teema", url="https://example.org")
    lacking = [kind for _state, kind, subject in told(season) if subject == event.reference]
    assert lacking == ["speakers", "reminder"]


def test_a_session_needs_no_theme(world: World) -> None:
    world.panel(at="17:00", minutes=120)
    world.add("vantaa", "2022-10-12T17:00")
    assert told(world) == [("waiting", "no_place", "vantaa/2022-10-12")]


def test_two_dates_of_a_day_are_named_by_number(world: World) -> None:
    world.panel(at="17:00", minutes=120, place="Tikkurila")
    for clock in ("10:00", "17:00"):
        world.add("vantaa", f"2022-09-12T{clock}")
    overview = tasks.today(world.db, day=TUESDAY, days=0)
    assert [task.command for task in overview.late] == ["osallisuus session held vantaa/1", "osallisuus session held vantaa/2"]
    world.hold(world.events("vantaa")[0])
    assert [task.command for task in tasks.today(world.db, day=TUESDAY, days=0).late] == ["osallisuus session held vantaa/2"]
    document = tasks.public(tasks.today(world.db, day=date(2022, 9, 12), days=0))
    assert [event["occasion"] for event in document["coming"]] == ["vantaa/2"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 11, 12), None),
        (date(2022, 11, 13), "osallisuus webinar plan teematiistait --from 2022-12-14 --months 6"),
        (date(2022, 12, 24), "osallisuus webinar plan teematiistait --from 2022-12-24 --months 6"),
    ],
)
def test_a_season_that_runs_out_is_to_be_planned_on(season: World, day: date, expected: str | None) -> None:
    found = [task.command for task in tasks.today(season.db, day=day, days=0).waiting if task.kind == "unplanned"]
    assert found == ([expected] if expected else [])


def test_what_was_never_planned_or_is_closed_or_has_no_rule(world: World) -> None:
    world.series()
    world.series("ilman", rule="", at="", minutes=None)
    world.series("suljettu", closed_on="2022-12-31")
    overview = tasks.today(world.db, day=TUESDAY, days=14)
    assert [(t.kind, t.text, t.command) for t in overview.waiting] == [
        ("unplanned", "Nothing is planned yet.", "osallisuus webinar plan teematiistait --from 2022-10-11 --months 6")
    ]


@pytest.mark.parametrize(
    ("day", "state", "text"),
    [
        (date(2022, 11, 30), None, ""),
        (date(2022, 12, 1), "waiting", "The term ends in 30 days."),
        (date(2022, 12, 30), "waiting", "The term ends in 1 day."),
        (date(2022, 12, 31), "waiting", "The term ends today."),
        (date(2023, 1, 1), "late", "The term ended on Sat 2022-12-31."),
    ],
)
def test_a_term_that_ends_is_told_a_month_before(world: World, day: date, state: str | None, text: str) -> None:
    world.panel(term_start="2021-01-01", term_end="2022-12-31")
    overview = tasks.today(world.db, day=day, days=14)
    assert [(t.state, t.text) for t in (*overview.late, *overview.waiting)] == ([(state, text)] if state else [])
