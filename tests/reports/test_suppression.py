"""Hidden numbers of people: somebody who tries all whole numbers does not get them back, and nothing is hidden without need."""

import random

import pytest

from osallisuus.reports.suppression import SUM, Place, crossed, parted, small
from tests.reports.attacker import Told, sums, worked_out

COUNTS = (1, 1, 2, 3, 4, 5, 6, 7, 9, 12)


def table(dice: random.Random, *, most: int = 3) -> dict[Place, int]:
    rows, columns = dice.randint(1, most), dice.randint(1, most)
    cells = {(f"p{row}", f"r{column}"): dice.choice(COUNTS) for row in range(rows) for column in range(columns)}
    # nobody in a role of a panel: the database has no row for it
    return {place: n for place, n in cells.items() if dice.random() < 0.8} or {("p0", "r0"): 3}


def shown(cells: dict[Place, int], hidden: frozenset[Place]) -> list[Told]:
    return [Told(parts, sum(cells[cell] for cell in parts)) for place, parts in sums(cells).items() if place not in hidden]


def totals(cells: dict[Place, int]) -> dict[Place, int]:
    return {place: sum(cells[cell] for cell in parts) for place, parts in sums(cells).items()}


@pytest.mark.parametrize("least", [3, 5, 8])
def test_nobody_works_out_a_small_number(least: int) -> None:
    dice = random.Random(least)
    attacked = 0
    for _n in range(250):
        cells = table(dice)
        hidden = crossed(cells, least)
        every = totals(cells)
        assert {place for place, n in every.items() if small(n, least)} <= hidden
        if len(set(cells) & hidden) > 7:
            continue
        known = {place for place in worked_out(cells, shown(cells, hidden)) if small(every[place], least)}
        assert not known, (cells, sorted(hidden), known)
        attacked += bool(hidden)
    assert attacked > 90, "there was hardly anything to attack"


def test_the_attacker_finds_what_only_small_cells_hide() -> None:
    """Without secondary suppression the sums give everything back: the attack above is one."""
    cells = {("p", "a"): 7, ("p", "b"): 2, ("q", "a"): 6, ("q", "b"): 9}
    primary = frozenset({("p", "b")})
    assert worked_out(cells, shown(cells, primary)) == {("p", "b")}
    assert worked_out(cells, shown(cells, crossed(cells, 5))) == set()


def test_the_same_table_hides_the_same_whatever_its_order() -> None:
    dice = random.Random(7)
    for _n in range(100):
        cells = table(dice, most=4)
        mixed = list(cells.items())
        dice.shuffle(mixed)
        assert crossed(dict(mixed), 5) == crossed(cells, 5)


def test_nothing_is_hidden_where_all_are_enough() -> None:
    dice = random.Random(1)
    for _n in range(100):
        cells = {place: n + 4 for place, n in table(dice, most=5).items()}
        assert crossed(cells, 5) == frozenset()
    assert crossed({}, 5) == frozenset()


def test_the_least_is_told_and_one_less_is_not() -> None:
    # with sums of 10 and more, but for the cells themselves
    assert crossed({("p", "a"): 5, ("p", "b"): 5}, 5) == frozenset()
    assert ("p", "a") in crossed({("p", "a"): 4, ("p", "b"): 5, ("p", "c"): 6}, 5)


def test_one_small_role_takes_the_smallest_other_with_it() -> None:
    hidden = crossed({("p", "a"): 9, ("p", "b"): 2, ("p", "c"): 6}, 5)
    assert hidden == {("p", "b"), ("p", "c"), (SUM, "b"), (SUM, "c")}


def test_two_small_roles_of_a_panel_hide_each_other_and_nothing_else() -> None:
    hidden = crossed({("p", "a"): 9, ("p", "b"): 2, ("p", "c"): 3}, 5)
    assert hidden == {("p", "b"), ("p", "c"), (SUM, "b"), (SUM, "c")}


def test_small_cells_at_the_corners_of_a_square_hide_each_other() -> None:
    cells = {(panel, role): 3 for panel in "pq" for role in "ab"} | {(panel, "c"): 9 for panel in "pq"}
    cells |= {("r", role): 20 for role in "abc"}
    assert crossed(cells, 5) == {(panel, role) for panel in "pq" for role in "ab"}


@pytest.mark.parametrize("seed", range(3))
def test_sums_of_panels_are_told_where_that_can_be(seed: int) -> None:
    """Of panels with two roles of five and more a third that is small never hides a sum over the roles."""
    dice = random.Random(seed)
    for _n in range(50):
        panels = [f"p{n}" for n in range(dice.randint(2, 4))]
        cells = {(panel, role): dice.randint(5, 12) for panel in panels for role in "ab"}
        cells[dice.choice(panels), "c"] = dice.randint(1, 4)
        assert not {(panel, SUM) for panel in (*panels, SUM)} & crossed(cells, 5)


def test_a_panel_of_few_is_hidden_with_its_sum() -> None:
    hidden = crossed({("p", "a"): 3, ("q", "a"): 9, ("r", "a"): 11}, 5)
    assert {("p", "a"), ("p", SUM)} <= hidden
    assert (SUM, SUM) not in hidden


def test_where_there_is_but_one_number_none_is_told() -> None:
    assert crossed({("p", "a"): 3}, 5) == {("p", "a"), ("p", SUM), (SUM, "a"), (SUM, SUM)}


@pytest.mark.parametrize(
    ("n", "expected"), [(None, False), (0, False), (1, True), (4, True), (4.0, True), (5, False), (50, False)]
)
def test_small_is_from_one_to_the_bound(n: float | None, expected: bool) -> None:
    assert small(n, 5) is expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 20, False),
        (1, 20, True),
        (4, 20, True),
        (5, 20, False),
        (15, 20, False),
        (16, 20, True),
        (19, 20, True),
        (20, 20, False),
        (5, 9, True),
        (5, 10, False),
        (0, 3, False),
    ],
)
def test_a_part_is_hidden_for_itself_or_for_the_rest(part: int, whole: int, expected: bool) -> None:
    assert parted(part, whole, 5) is expected
