"""Somebody who reads every public report and works out what is hidden: all whole numbers that agree with all that is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from osallisuus.reports.suppression import SUM, Place

# How far from the truth other values are looked for.
_NEAR = 3


@dataclass(frozen=True)
class Told:
    """What is told: the sum of these cells."""

    cells: frozenset[Place]
    total: int


def sums(cells: Mapping[Place, int]) -> Mapping[Place, frozenset[Place]]:
    """Return each place of a table and of its sums with the cells that it sums up."""
    found: dict[Place, set[Place]] = {}
    for row, column in cells:
        for place in ((row, column), (row, SUM), (SUM, column), (SUM, SUM)):
            found.setdefault(place, set()).add((row, column))
    return {place: frozenset(parts) for place, parts in found.items()}


def worked_out(truth: Mapping[Place, int], told: Sequence[Told]) -> set[Place]:
    """Return the cells and sums of which only one value agrees with what is told; cells that are not told are not nobody."""
    places = sums(truth)
    open_places = {place: parts for place, parts in places.items() if all(parts != one.cells for one in told)}
    values: dict[Place, set[int]] = {place: set() for place in open_places}
    for guess in _guesses(truth, told):
        for place, parts in open_places.items():
            values[place].add(sum(guess[cell] for cell in parts))
        if all(len(found) > 1 for found in values.values()):
            break
    return {place for place, found in values.items() if len(found) < 2}


def _guesses(truth: Mapping[Place, int], told: Sequence[Told]) -> Iterator[dict[Place, int]]:
    known = {cell: one.total for one in told if len(one.cells) == 1 for cell in one.cells}
    unknown = sorted(cell for cell in truth if cell not in known)

    def go_on(place: int, guess: dict[Place, int]) -> Iterator[dict[Place, int]]:
        if place == len(unknown):
            yield guess
            return
        cell = unknown[place]
        later = set(unknown[place + 1 :])
        for value in range(max(1, truth[cell] - _NEAR), truth[cell] + _NEAR + 1):
            tried = guess | {cell: value}
            whole = [one for one in told if cell in one.cells and not one.cells & later]
            if all(sum(tried[each] for each in one.cells) == one.total for one in whole):
                yield from go_on(place + 1, tried)

    yield from go_on(0, known)
