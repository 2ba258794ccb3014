"""Small numbers of people: which ones a public report leaves out, so that nobody can be told from them, nor they from others.

A number of people from 1 to `least` - 1 is hidden (primary suppression), and where it would follow from others, one of those is
hidden, too (secondary suppression; Statistics Finland asks for both). Two rules keep reports that are read together from giving
it back: a table with sums is looked at as a whole, whichever part of it a report shows; and any other sum over dates or panels is
taken over what is shown of each of them, and over nothing else.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

# The row or column of sums.
SUM = ""
# What it costs to hide a sum beside its people: that of a column, of a row, of all. Sums are what is read first.
_COSTS = {(True, False): 10**3, (False, True): 10**6, (True, True): 10**9}

Place = tuple[str, str]
Node = tuple[bool, str]


def small(n: float | None, least: int) -> bool:
    """Tell whether a number of people is too small to be told; nobody at all is not."""
    return n is not None and 0 < n < least


def parted(part: int, whole: int, least: int) -> bool:
    """Tell whether a part of a number that is told has to be hidden: because it is small, or because the rest is."""
    return small(part, least) or (part > 0 and small(whole - part, least))


def places(cells: Mapping[Place, int]) -> frozenset[Place]:
    """Return every place of a table and of its sums."""
    return frozenset(_Table(cells).numbers)


def crossed(cells: Mapping[Place, int], least: int) -> frozenset[Place]:
    """Return the places of a table of people, and of its sums (row or column `SUM`), that have to be hidden.

    The table is a graph: rows and columns are its nodes, hidden places its edges. What is hidden can be worked out from the sums
    exactly where its edge lies on no circle (D. Gusfield, A graph theoretic approach to statistical data security, SIAM
    J. Comput. 17 (1988) 552-571), so circles are closed at the least cost; on one of them every number could be another by one.
    """
    table = _Table(cells)
    hidden = {place for place, n in table.numbers.items() if small(n, least)}
    safe: set[Place] = set()
    for place in sorted(hidden, key=lambda one: (table.numbers[one], one)):
        if place not in safe:
            circle = table.circle(hidden, place)
            hidden |= circle
            safe |= circle
    return frozenset(hidden)


class _Table:
    """A table with its sums, as a graph."""

    def __init__(self, cells: Mapping[Place, int]) -> None:
        self.numbers: dict[Place, int] = defaultdict(int)
        for (row, column), n in cells.items():
            for place in ((row, column), (row, SUM), (SUM, column), (SUM, SUM)):
                self.numbers[place] += n
        self.edges: dict[Node, list[tuple[Place, Node]]] = defaultdict(list)
        for row, column in self.numbers:
            self.edges[False, row].append(((row, column), (True, column)))
            self.edges[True, column].append(((row, column), (False, row)))

    def circle(self, hidden: Collection[Place], start: Place) -> set[Place]:
        """Return the places of the cheapest circle through `start`: what it hides anew is the least, and each place can vary.

        Along a circle numbers grow and shrink by turns (a sum the other way round); one that shrinks must be able to.
        """
        if square := self._square(hidden, start):
            return square
        ways = [self._way(hidden, start, grows=grows) for grows in (True, False)]
        found = min((way for way in ways if way), default=None)
        return {*found[1], start} if found else set(self.numbers)  # without a circle nothing can be shown

    def _square(self, hidden: Collection[Place], start: Place) -> set[Place]:
        """Return a circle of four places that are hidden already, which is soon looked for; empty where there is none."""
        row, column = start
        for beside, (_kind, other_column) in self.edges[False, row]:
            if beside == start or beside not in hidden:
                continue
            for below, (_other, other_row) in self.edges[True, column]:
                corner = (other_row, other_column)
                if below == start or below not in hidden or corner not in hidden:
                    continue
                for grows in (True, False):
                    turns = ((beside, grows), (corner, not grows), (below, grows))
                    able = grows or self.numbers[start] > 1
                    if able and all(self._gives_way(place, start, shrinks=shrinks) for place, shrinks in turns):
                        return {start, beside, corner, below}
        return set()

    def _way(self, hidden: Collection[Place], start: Place, *, grows: bool) -> tuple[int, list[Place]] | None:
        """Return the cost and the places of the cheapest circle along which the number at `start` grows, or shrinks."""
        if not grows and self.numbers[start] <= 1:
            return None
        origin, goal = (False, start[0]), (True, start[1])
        best: dict[Node, int] = {origin: 0}
        before: dict[Node, Node] = {}
        queue: list[tuple[int, Node]] = [(0, origin)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == goal:
                return cost, sorted(_walked(before, goal))
            if cost > best[node]:
                continue
            shrinks = grows != node[0]
            for place, following in self.edges[node]:
                if place == start or not self._gives_way(place, start, shrinks=shrinks):
                    continue
                reached = cost + (0 if place in hidden else self._cost(place))
                if following not in best or reached < best[following]:
                    best[following], before[following] = reached, node
                    heapq.heappush(queue, (reached, following))
        return None

    def _gives_way(self, place: Place, start: Place, *, shrinks: bool) -> bool:
        """Tell whether the number at a place could be another by one: of a sum it is the other way round than of its people."""
        return self.numbers[place] > 1 or shrinks == (_is_sum(place) != _is_sum(start))

    def _cost(self, place: Place) -> int:
        # the fewest people are hidden, and of equals the fewest places
        return _COSTS.get((place[0] == SUM, place[1] == SUM), 0) + self.numbers[place] + 1


def _is_sum(place: Place) -> bool:
    return (place[0] == SUM) != (place[1] == SUM)


def _walked(before: Mapping[Node, Node], goal: Node) -> Iterator[Place]:
    node = goal
    while node in before:
        previous = before[node]
        yield (previous[1], node[1]) if node[0] else (node[1], previous[1])
        node = previous
