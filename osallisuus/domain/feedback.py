"""Feedback on a date: a rating, a recommendation, free words, never who gave them; results only where there are enough of them.

The recommendation index is the share of promoters (9-10) less that of detractors (0-6), from -100 to 100; it always stands with
the number of answers, for it says little by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _, n_
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change

RATINGS = range(1, 6)
RECOMMENDATIONS = range(11)
_PROMOTERS = range(9, 11)
_DETRACTORS = range(7)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: `rating` 1-5, `recommend` 0-10, free `text`; each may be missing, but not all."""

    table: ClassVar[str] = "feedback"
    id: int = 0
    event_id: int
    rating: int | None = None
    recommend: int | None = None
    text: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class _Publication:
    table: ClassVar[str] = "published_feedback"
    event_id: int
    published_on: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The answers to one question: how many, their mean to two decimals, and how many of each value, also those nobody gave."""

    n: int
    mean: float
    distribution: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What feedback says, of one date or of several. A measure is None where fewer than `minimum` gave it.

    `index` is the recommendation index, `written` how many wrote something, None where that was not counted; `dates` is how many
    dates have answers and `left_out` how many of them have too few to one of the questions.
    """

    n: int
    minimum: int
    rating: Measure | None
    recommend: Measure | None
    index: int | None
    written: int | None
    dates: int
    left_out: int

    @property
    def hidden(self) -> bool:
        """Whether there are answers and no result may be shown."""
        return 0 < self.n < self.minimum


# Rules


def index(distribution: Mapping[int, int]) -> int:
    """Return the recommendation index of a distribution of 0-10, halves rounded away from zero."""
    n = sum(distribution.values())
    more = sum(distribution.get(value, 0) for value in _PROMOTERS) - sum(distribution.get(value, 0) for value in _DETRACTORS)
    size = (200 * abs(more) + n) // (2 * n)
    return size if more >= 0 else -size


def summarised(dates: Sequence[tuple[int, int | None, Mapping[int, int], Mapping[int, int]]], minimum: int) -> Summary:
    """Return what feedback says, from (answers, texts or None, ratings, recommendations) of each date.

    A date with too few answers to a question is left out of the sum of that question, too: otherwise its results would be the
    difference between the sum and the other dates.
    """
    given = [(ratings, recommendations) for _n, _written, ratings, recommendations in dates]
    written = [one for _n, one, *_rest in dates if one is not None]
    enough = [[each[place] for each in given if sum(each[place].values()) >= minimum] for place in (0, 1)]
    rating, recommend = _measure(enough[0], RATINGS), _measure(enough[1], RECOMMENDATIONS)
    return Summary(
        n=sum(n for n, *_rest in dates),
        minimum=minimum,
        rating=rating,
        recommend=recommend,
        index=index(recommend.distribution) if recommend else None,
        written=sum(written) if len(written) == len(dates) else None,
        dates=len(dates),
        left_out=sum(n < minimum or any(0 < sum(one.values()) < minimum for one in both) for n, _written, *both in dates),
    )


def _measure(given: Sequence[Mapping[int, int]], values: range) -> Measure | None:
    distribution = {value: sum(one.get(value, 0) for one in given) for value in values}
    n = sum(distribution.values())
    if not n:
        return None
    total = sum(value * count for value, count in distribution.items())
    return Measure(n=n, mean=_hundredths(total, n), distribution=distribution)


def _hundredths(total: int, n: int) -> float:
    """Return a mean to two decimals, halves rounded up as a spreadsheet does."""
    return (200 * total + n) // (2 * n) / 100


# Reads


def of_event(db: Database, event: Event, *, minimum: int) -> Summary:
    """Return what feedback says of one date."""
    return summarised(list(_counted(db, event_id=event.id).values()), minimum)


def of_host(
    db: Database, host: str, *, minimum: int, since: date | None = None, until: date | None = None, texts: bool = True
) -> tuple[Mapping[int, Summary], Summary]:
    """Return what feedback says of each date of a host that has answers, by row id, and of all together; of a period or ever.

    Without `texts` nobody's words are looked at: an index holds all else, but how many wrote something is not known.
    """
    counted = _counted(db, host=host, since=since, until=until, texts=texts)
    return {number: summarised([one], minimum) for number, one in counted.items()}, summarised(list(counted.values()), minimum)


def count(db: Database, event: Event) -> int:
    """Return how many have answered on a date."""
    return int(db.value("SELECT count(*) FROM feedback WHERE event_id = ?", (event.id,)))


def published(db: Database, host: str) -> frozenset[int]:
    """Return the row ids of the dates of a host whose results are published."""
    rows = db.rows("SELECT p.event_id FROM published_feedback p JOIN events e ON e.id = p.event_id WHERE e.host = ?", (host,))
    return frozenset(row["event_id"] for row in rows)


def texts(db: Database, event: Event, *, minimum: int) -> list[str]:
    """Return the free words on a date, in no order that tells when they came; none where too few have answered."""
    rows = db.rows("SELECT text FROM feedback WHERE event_id = ?", (event.id,))
    return sorted(row["text"] for row in rows if row["text"]) if len(rows) >= minimum else []


def get(db: Database, number: int) -> Answer:
    """Return one answer; raise NotFound."""
    found = db.fetch(Answer, "SELECT * FROM feedback WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no feedback {id}.").format(id=number), hint=_("Its number is told when it is added."))
    return found[0]


# Actions


def add(db: Database, event: Event, answers: Sequence[Answer], change: Change, *, today: date) -> list[int]:
    """Add answers and return their numbers; raise UsageError for an empty one, Refused for a date that did not take place.

    The log says how many, not which.
    """
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} gets no feedback."))
    if event.day > today:
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("Feedback belongs to a date that has been."),
            code="in_future",
        )
    numbers = [db.insert(_sound(replace(answer, event_id=event.id))) for answer in answers]
    if numbers:
        events.tell(db, change, "added", event.id, feedback=len(numbers))
    return numbers


def publish(db: Database, event: Event, on: date, change: Change, *, minimum: int) -> bool:
    """Make the results of a date public, as numbers without words; return False when they are, raise Refused for too few."""
    if db.value("SELECT 1 FROM published_feedback WHERE event_id = ?", (event.id,)):
        return False
    n = count(db, event)
    if n < minimum:
        raise Refused(
            n_("{occasion} has {n} answer.", "{occasion} has {n} answers.", n, occasion=event.reference),
            hint=_("Results are published from {minimum} answers on.").format(minimum=minimum),
            code="too_few",
        )
    db.insert(_Publication(event_id=event.id, published_on=on.isoformat()))
    events.tell(db, change, "published", event.id, feedback=n)
    return True


def unpublish(db: Database, event: Event, change: Change) -> bool:
    """Take the results of a date off its page; return False when they are not there."""
    if not db.value("SELECT 1 FROM published_feedback WHERE event_id = ?", (event.id,)):
        return False
    db.execute("DELETE FROM published_feedback WHERE event_id = ?", (event.id,))
    events.tell(db, change, "unpublished", event.id, feedback=count(db, event))
    return True


def clear(db: Database, event: Event, change: Change) -> int:
    """Take all answers of a date away, as after the import of a wrong file; return how many they were."""
    n = count(db, event)
    if n:
        unpublish(db, event, change)
        db.execute("DELETE FROM feedback WHERE event_id = ?", (event.id,))
        change.erases = True
        events.tell(db, change, "cleared", event.id, feedback=n)
    return n


def remove(db: Database, answer: Answer, change: Change) -> None:
    """Take away an answer entered by mistake."""
    db.execute("DELETE FROM feedback WHERE id = ?", (answer.id,))
    change.erases = True
    events.tell(db, change, "removed", answer.event_id, feedback=1)


def _sound(answer: Answer) -> Answer:
    answer = replace(answer, text=answer.text.strip())
    if answer.rating is None and answer.recommend is None and not answer.text:
        raise UsageError(_("An answer says at least one thing."), hint=_("Give --rating, --recommend or --text."))
    for value, values in ((answer.rating, RATINGS), (answer.recommend, RECOMMENDATIONS)):
        if value is not None and value not in values:
            raise Refused(_("{value} is not from {least} to {most}.").format(value=value, least=values[0], most=values[-1]))
    return answer


def _counted(
    db: Database, *, host: str = "", event_id: int = 0, since: date | None = None, until: date | None = None, texts: bool = True
) -> dict[int, tuple[int, int | None, dict[int, int], dict[int, int]]]:
    """Return answers, texts (None unless asked for), ratings and recommendations of each date, counted by SQLite."""
    where = "e.id = :event_id" if event_id else "e.host = :host AND e.starts >= :since AND e.starts < :beyond"
    period = {"since": since.isoformat() if since else "", "beyond": f"{until.isoformat()}~" if until else "~"}
    wrote = "sum(f.text <> '')" if texts else "NULL"
    found: dict[int, tuple[int, int | None, dict[int, int], dict[int, int]]] = {}
    for row in db.rows(
        f"SELECT f.event_id, f.rating, f.recommend, count(*) AS n, {wrote} AS texts"
        f" FROM events e JOIN feedback f ON f.event_id = e.id WHERE {where} GROUP BY f.event_id, f.rating, f.recommend",
        {"host": host, "event_id": event_id, **period},
    ):
        n, written, ratings, recommendations = found.get(row["event_id"], (0, 0, {}, {}))
        for value, into in ((row["rating"], ratings), (row["recommend"], recommendations)):
            if value is not None:
                into[value] = into.get(value, 0) + row["n"]
        written = None if written is None or row["texts"] is None else written + row["texts"]
        found[row["event_id"]] = (n + row["n"], written, ratings, recommendations)
    return found
