"""Whose silence is noticed, over all panels at once: the same as each panel's rates say."""

from datetime import date

import pytest

from osallisuus.domain import attendance, hosts, memberships
from tests.domain.conftest import World
from tests.domain.test_attendance import arrange, join, mark, sessions

LATER = date(2022, 8, 22)


def quiet(world: World, day: date = LATER) -> list[tuple[str, int, str]]:
    return [(panel, person, why) for panel, person, _name, why in attendance.fallen_quiet(world.db, day)]


def by_rates(world: World, day: date = LATER) -> list[tuple[str, int, str]]:
    found = attendance.rates(world.db, hosts.get(world.db, "vantaa"), until=day)
    return [("vantaa", rate.person_id, rate.quiet) for rate in found if rate.quiet]


@pytest.fixture
def vantaa(world: World) -> World:
    world.panel(term_start="2022-01-01", place="Tikkurila", minutes=120)
    world.person()
    return world


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ("A", ""), ("AA", "absent-twice"), ("PAA", "absent-twice"), ("PAE", ""), ("AAP", ""), ("EE", "unseen-this-term"),
        ("E", ""), ("A.A", "absent-twice"), ("AR", ""), ("", ""),
    ],
)  # fmt: skip
def test_silence_is_noticed_as_the_rates_notice_it(vantaa: World, marks: str, why: str) -> None:
    join(vantaa, 1)
    sessions(vantaa, marks)
    assert quiet(vantaa) == by_rates(vantaa) == ([("vantaa", 1, why)] if why else [])


def test_two_roles_are_one_absence(vantaa: World) -> None:
    join(vantaa, 1)
    join(vantaa, 1, role="developer-client")
    sessions(vantaa, "PA")
    assert quiet(vantaa) == by_rates(vantaa) == []


def test_another_role_is_the_same_person(vantaa: World) -> None:
    join(vantaa, 1)
    vantaa.write(
        lambda change: memberships.change_role(vantaa.db, "vantaa", 1, "developer-client", date(2022, 2, 1), change, today=LATER)
    )
    sessions(vantaa, "AA")
    assert quiet(vantaa) == by_rates(vantaa) == [("vantaa", 1, "absent-twice")]


def test_days_before_and_after_a_membership_do_not_count(vantaa: World) -> None:
    join(vantaa, 1, start="2022-02-01")
    sessions(vantaa, "AAP")
    assert quiet(vantaa) == by_rates(vantaa) == []
    assert quiet(vantaa, date(2022, 2, 20)) == by_rates(vantaa, date(2022, 2, 20)) == []


def test_who_has_left_and_closed_panels_are_left_in_peace(vantaa: World) -> None:
    join(vantaa, 1, end="2022-06-30")
    sessions(vantaa, "AA")
    assert quiet(vantaa) == []
    assert quiet(vantaa, date(2022, 6, 30)) == [("vantaa", 1, "absent-twice")]
    vantaa.change_host("vantaa", closed_on="2022-06-01")
    assert quiet(vantaa, date(2022, 6, 30)) == []


def test_what_was_more_than_a_year_ago_was_told_then(vantaa: World) -> None:
    join(vantaa, 1)
    sessions(vantaa, "AA")
    assert quiet(vantaa, date(2023, 1, 5)) == [("vantaa", 1, "absent-twice")]
    assert quiet(vantaa, date(2023, 2, 20)) == []


def test_one_need_of_one_person_is_counted_once(vantaa: World) -> None:
    join(vantaa, 1)
    (event,) = sessions(vantaa, ".")
    arrange(vantaa, 1, "Kuljetus", "kuljetus", " KULJETUS ")
    assert [(need.text, need.people) for need in attendance.needs(vantaa.db, event)] == [("Kuljetus", 1)]
    mark(vantaa, event, 1, "excused")
    assert attendance.needs(vantaa.db, event) == []
