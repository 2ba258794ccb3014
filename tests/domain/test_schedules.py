"""Schedules: on which days a host's letters are due, and what everybody has who says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.domain import hosts, schedules
from osallisuus.errors import UsageError
from tests.domain.conftest import World
from tests.store import faults

USUAL = {"reminder": (7, 1), "speaker-reminder": (21, 7), "thanks": (1,)}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7,1", [7, 1]), ("1,7", [7, 1]), (" 7 , 1 ", [7, 1]), ("7 1", [7, 1]), ("7,,1,", [7, 1]), ("3,3,3", [3]), ("0", [0]),
        ("365", [365]), ("never", []), (" never ", []), ("007", [7]),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(text: str, days: list[int]) -> None:
    assert schedules.parse(text) == days


@pytest.mark.parametrize(
    "text", ["", " ", ",", "366", "-1", "+1", "1.5", "7;1", "seven", "never,1", "1,never", "NEVER", "²", "1e2", "9" * 5000, "0x1"]
)
def test_what_is_no_days_is_said_so(text: str) -> None:
    with pytest.raises(UsageError) as wrong:
        schedules.parse(text)
    assert wrong.value.message == f"'{text}' does not say on which days."


@given(st.lists(st.integers(0, 365), min_size=1))
def test_whatever_days_are_written_come_back_once_the_earliest_first(days: list[int]) -> None:
    found = schedules.parse(",".join(map(str, days)))
    assert found == sorted(set(days), reverse=True)
    assert schedules.parse(" ".join(map(str, found))) == found


def change(world: World, slug: str, kind: str, *days: int) -> bool:
    owner = hosts.get(world.db, slug)
    return world.write(lambda change_: schedules.update(world.db, owner, kind, days, change_))


def test_a_host_that_says_nothing_has_what_everybody_has(world: World) -> None:
    world.series()
    assert schedules.of(world.db, ["teematiistait"]) == {"teematiistait": USUAL}
    assert schedules.of(world.db, []) == {}


def test_a_host_sets_one_kind_and_keeps_the_others(world: World) -> None:
    world.series()
    assert change(world, "teematiistait", "reminder", 14, 2)
    assert world.last_entry() == [
        {"did": "scheduled", "host": "teematiistait", "kind": "reminder", "days": "14, 2"}
    ]  # fmt: skip
    world.panel()
    assert schedules.of(world.db, ["teematiistait", "vantaa"]) == {
        "teematiistait": USUAL | {"reminder": [14, 2]}, "vantaa": USUAL,
    }  # fmt: skip
    assert not change(world, "teematiistait", "reminder", 14, 2)
    assert not world.wrote


def test_never_is_kept_and_taken_back(world: World) -> None:
    world.series()
    assert not change(world, "teematiistait", "thanks", 1)
    assert change(world, "teematiistait", "thanks")
    assert schedules.of(world.db, ["teematiistait"])["teematiistait"]["thanks"] == []
    assert not change(world, "teematiistait", "thanks")
    assert change(world, "teematiistait", "thanks", 1)
    assert schedules.of(world.db, ["teematiistait"]) == {"teematiistait": USUAL | {"thanks": [1]}}
    assert faults.rows(world.db.path, "SELECT host, kind, days FROM letter_schedules") == [("teematiistait", "thanks", 1)]
