"""What participants thought: measures against plain statistics, few answers hidden, and nobody to be computed back."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.domain import feedback
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Answer, Measure, Summary, index, summarised
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World

AFTER = date(2022, 12, 31)
# What somebody answered: a grade and a recommendation, either of which may be missing.
Given = tuple[int | None, int | None]
ANSWERS = st.lists(st.tuples(st.none() | st.integers(1, 5), st.none() | st.integers(0, 10)), max_size=15)


def counted(answers: Sequence[Given]) -> tuple[int, int, Mapping[int, int], Mapping[int, int]]:
    """Return the answers of a date as they are counted, without words."""
    ratings, recommendations = ([pair[place] for pair in answers if pair[place] is not None] for place in (0, 1))
    return len(answers), 0, Counter(ratings), Counter(recommendations)


@pytest.fixture
def event(world: World) -> Event:
    """Give the first of two webinars."""
    world.series()
    world.add("teematiistait", "2022-09-13T14:00")
    world.add("teematiistait", "2022-10-11T14:00")
    return world.events()[0]


def add(world: World, event: Event, *answers: Mapping[str, Any]) -> list[int]:
    found = [Answer(event_id=0, **answer) for answer in answers]
    return world.write(lambda change: feedback.add(world.db, event, found, change, today=AFTER))


def rate(world: World, event: Event, *ratings: int) -> None:
    add(world, event, *({"rating": rating} for rating in ratings))


# The index


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([10], 100),
        ([9], 100),
        ([8], 0),
        ([7], 0),
        ([6], -100),
        ([0], -100),
        ([9, 6], 0),
        ([10, 9, 8], 67),
        ([10, 8, 8], 33),
        ([0, 8, 8], -33),
        ([*range(11)], -45),
        ([10] * 70 + [8] * 20 + [3] * 10, 60),
        ([10] + [8] * 199, 1),
        ([10] + [8] * 7, 13),
        ([0] + [8] * 7, -13),
    ],
)
def test_the_index_is_the_share_of_promoters_less_that_of_detractors(answers: list[int], expected: int) -> None:
    """A half is rounded away from zero, as a spreadsheet and a calculator do, on both sides of nought alike."""
    assert index(Counter(answers)) == expected


@given(st.lists(st.integers(0, 10), min_size=1))
def test_the_index_lies_between_its_ends_and_turns_with_its_answers(answers: list[int]) -> None:
    found = index(Counter(answers))
    promoters, detractors = sum(one > 8 for one in answers), sum(one < 7 for one in answers)
    assert -100 <= found <= 100
    assert abs(found - 100 * (promoters - detractors) / len(answers)) <= 0.5
    turned = Counter({9: detractors, 0: promoters, 8: len(answers) - promoters - detractors})
    assert index(turned) == -found


# Measures


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 10)), min_size=3, max_size=40))
def test_measures_are_those_of_plain_statistics(answers: list[tuple[int, int]]) -> None:
    summary = summarised([counted(answers)], 3)
    for measure, values, scale in (
        (summary.rating, [a for a, _b in answers], range(1, 6)),
        (summary.recommend, [b for _a, b in answers], range(11)),
    ):
        assert measure is not None
        assert measure.n == len(answers)
        assert abs(measure.mean - statistics.fmean(values)) <= 0.005000001
        assert measure.mean == round(measure.mean, 2)
        assert measure.distribution == {value: values.count(value) for value in scale}
    assert summary.recommend
    assert summary.index == index(summary.recommend.distribution)
    assert (summary.n, summary.dates, summary.left_out, summary.hidden) == (len(answers), 1, 0, False)


def test_a_mean_of_eighths_is_rounded_as_in_a_spreadsheet() -> None:
    found = summarised([counted([(4, None)] * 7 + [(5, None)])], 5).rating
    assert found == Measure(n=8, mean=4.13, distribution={1: 0, 2: 0, 3: 0, 4: 7, 5: 1})


def test_a_summary_of_nothing_says_so() -> None:
    nothing = Summary(n=0, minimum=5, rating=None, recommend=None, index=None, written=0, dates=0, left_out=0)
    assert summarised([], 5) == nothing
    assert not nothing.hidden


# Few answers


@pytest.mark.parametrize(
    ("ratings", "recommendations", "minimum", "shown"),
    [
        (4, 0, 5, (False, False)),
        (5, 0, 5, (True, False)),
        (5, 4, 5, (True, False)),
        (4, 5, 5, (False, True)),
        (5, 5, 5, (True, True)),
        (4, 4, 5, (False, False)),
        (2, 3, 3, (False, True)),
        (9, 10, 10, (False, True)),
    ],
)
def test_each_measure_is_hidden_below_the_least_number_of_its_own_answers(
    ratings: int, recommendations: int, minimum: int, shown: tuple[bool, bool]
) -> None:
    answers: list[Given] = [(4, None)] * ratings + [(None, 9)] * recommendations
    summary = summarised([counted(answers)], minimum)
    assert (summary.rating is not None, summary.recommend is not None) == shown
    assert (summary.index is not None) == shown[1]
    assert summary.hidden == (ratings + recommendations < minimum)
    assert (summary.left_out, summary.n, summary.minimum) == (
        int(any(0 < n < minimum for n in (ratings, recommendations))),
        ratings + recommendations,
        minimum,
    )


def test_a_date_with_too_few_answers_is_in_no_sum() -> None:
    many, few = [(5, 9)] * 6, [(1, 0)] * 4
    summary = summarised([counted(many), counted(few)], 5)
    assert summary.rating == Measure(n=6, mean=5.0, distribution={1: 0, 2: 0, 3: 0, 4: 0, 5: 6})
    assert summary.recommend
    assert (summary.recommend.n, summary.recommend.mean, summary.index) == (6, 9.0, 100)
    assert (summary.n, summary.dates, summary.left_out) == (10, 2, 1)


def test_two_dates_of_few_answers_do_not_make_one_of_many() -> None:
    summary = summarised([counted([(5, 9)] * 4), counted([(5, 9)] * 4)], 5)
    assert (summary.n, summary.rating, summary.recommend, summary.index) == (8, None, None, None)
    assert (summary.dates, summary.left_out) == (2, 2)


@given(dates=st.lists(ANSWERS, min_size=1, max_size=5), minimum=st.integers(3, 8))
def test_no_hidden_date_can_be_computed_from_the_sum_and_the_other_dates(dates: list[list[Given]], minimum: int) -> None:
    """What is left of a sum, after what is shown of each date is taken from it, is nothing: not even how many there were."""
    overall = summarised([counted(one) for one in dates], minimum)
    single = [summarised([counted(one)], minimum) for one in dates]
    for measure, values, of_each in (
        (overall.rating, range(1, 6), [one.rating for one in single]),
        (overall.recommend, range(11), [one.recommend for one in single]),
    ):
        shown = [one for one in of_each if one]
        if not shown:
            assert measure is None
            continue
        assert measure is not None
        rest = {value: measure.distribution[value] - sum(one.distribution[value] for one in shown) for value in values}
        assert rest == dict.fromkeys(values, 0)
        assert measure.n == sum(one.n for one in shown)
        assert all(one.n >= minimum for one in shown)


# On a real file


def test_answers_are_added_and_summed_by_date_and_host(world: World, event: Event) -> None:
    second = world.events()[1]
    assert add(world, event, *({"rating": 4, "recommend": 9, "language": "fi"} for _n in range(5))) == [1, 2, 3, 4, 5]
    assert world.last_entry() == [{"did": "added", "event": "teematiistait/1", "feedback": 5, "host": "teematiistait"}]
    add(world, event, {"text": "  Selkeät esimerkit. "})
    rate(world, second, 1, 2)
    assert feedback.get(world.db, 6) == Answer(id=6, event_id=event.id, text="Selkeät esimerkit.")
    ratings = Measure(n=5, mean=4.0, distribution={1: 0, 2: 0, 3: 0, 4: 5, 5: 0})
    recommendations = Measure(n=5, mean=9.0, distribution={**dict.fromkeys(range(11), 0), 9: 5})
    shown = Summary(n=6, minimum=5, rating=ratings, recommend=recommendations, index=100, written=1, dates=1, left_out=0)
    hidden = Summary(n=2, minimum=5, rating=None, recommend=None, index=None, written=0, dates=1, left_out=1)
    assert hidden.hidden
    by_date, overall = feedback.of_host(world.db, "teematiistait", minimum=5)
    unread = feedback.of_host(world.db, "teematiistait", minimum=5, texts=False)[0]
    assert unread[event.id] == replace(shown, written=None)
    assert by_date == {event.id: shown, second.id: hidden}
    assert [feedback.of_event(world.db, one, minimum=5) for one in (event, second)] == [shown, hidden]
    assert [feedback.count(world.db, one) for one in (event, second)] == [6, 2]
    assert overall == Summary(
        n=8, minimum=5, rating=ratings, recommend=recommendations, index=100, written=1, dates=2, left_out=1
    )


def test_another_host_has_feedback_of_its_own(world: World, event: Event) -> None:
    world.panel(at="17:00", minutes=120)
    session = world.add("vantaa", "2022-09-13T14:00")
    rate(world, event, 5, 5, 5)
    rate(world, session, 1, 1, 1)
    for host, mean in (("teematiistait", 5.0), ("vantaa", 1.0)):
        found = feedback.of_host(world.db, host, minimum=3)[1].rating
        assert found
        assert (found.n, found.mean) == (3, mean)
    assert feedback.of_host(world.db, "ilman", minimum=3)[1].n == 0


@pytest.mark.parametrize(
    "answer", [{}, {"text": ""}, {"text": " \n"}, {"language": "fi"}], ids=["nothing", "no words", "spaces", "a language"]
)
def test_an_answer_says_at_least_one_thing_and_none_is_written_otherwise(
    world: World, event: Event, answer: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match=r"^An answer says at least one thing\.$"):
        add(world, event, {"rating": 5}, answer)
    assert feedback.count(world.db, event) == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"rating": 0}, "0 is not from 1 to 5."),
        ({"rating": 6}, "6 is not from 1 to 5."),
        ({"recommend": -1}, "-1 is not from 0 to 10."),
        ({"rating": 5, "recommend": 11}, "11 is not from 0 to 10."),
    ],
)
def test_a_number_off_its_scale_is_refused(world: World, event: Event, answer: dict[str, int], said: str) -> None:
    with pytest.raises(Refused) as caught:
        add(world, event, answer)
    assert caught.value.message == said


@pytest.mark.parametrize("answer", [{"rating": 1}, {"rating": 5}, {"recommend": 0}, {"recommend": 10}, {"text": "0"}])
def test_the_ends_of_a_scale_and_a_nought_are_answers(world: World, event: Event, answer: dict[str, Any]) -> None:
    assert add(world, event, answer) == [1]
    assert feedback.get(world.db, 1) == Answer(id=1, event_id=event.id, **answer)


def test_a_cancelled_date_gets_no_feedback(world: World, event: Event) -> None:
    cancelled = world.cancel(event)
    with pytest.raises(Refused, match=r"^teematiistait/2022-09-13 gets no feedback\.$"):
        rate(world, cancelled, 5)
    held = world.hold(world.events()[1])
    rate(world, held, 5)
    assert feedback.count(world.db, held) == 1


@pytest.mark.parametrize(("today", "allowed"), [(date(2022, 9, 12), False), (date(2022, 9, 13), True)])
def test_a_date_to_come_has_no_feedback(world: World, event: Event, today: date, allowed: bool) -> None:
    answers = [Answer(event_id=0, rating=5)]
    if allowed:
        assert world.write(lambda change: feedback.add(world.db, event, answers, change, today=today)) == [1]
        return
    with pytest.raises(Refused, match=r"^teematiistait/2022-09-13 is still to come\.$") as caught:
        world.write(lambda change: feedback.add(world.db, event, answers, change, today=today))
    assert caught.value.code == "in_future"


def test_results_are_published_once_there_are_enough_and_taken_back(world: World, event: Event) -> None:
    def publish() -> bool:
        return world.write(lambda change: feedback.publish(world.db, event, AFTER, change, minimum=3))

    rate(world, event, 5, 4)
    with pytest.raises(Refused, match=r"^teematiistait/2022-09-13 has 2 answers\.$") as caught:
        publish()
    assert caught.value.code == "too_few"
    rate(world, event, 3)
    assert publish()
    assert not publish()
    assert not world.wrote
    assert feedback.published(world.db, "teematiistait") == {event.id}
    assert world.write(lambda change: feedback.unpublish(world.db, event, change))
    assert not world.write(lambda change: feedback.unpublish(world.db, event, change))
    assert not world.wrote
    assert feedback.published(world.db, "teematiistait") == set()


def test_all_answers_of_a_date_are_taken_away_with_their_publication(world: World, event: Event) -> None:
    add(world, event, {"text": "Mainitsematon Salanimi"}, {"rating": 3}, {"rating": 4})
    rate(world, world.events()[1], 5)
    world.write(lambda change: feedback.publish(world.db, event, AFTER, change, minimum=3))
    assert world.write(lambda change: feedback.clear(world.db, event, change)) == 3
    assert world.erased
    assert b"Salanimi" not in world.db.path.read_bytes()
    assert [feedback.count(world.db, one) for one in world.events()] == [0, 1]
    assert feedback.published(world.db, "teematiistait") == set()
    assert world.write(lambda change: feedback.clear(world.db, event, change)) == 0
    assert not world.wrote


def test_words_are_shown_from_the_least_number_of_answers_on_and_not_in_the_order_they_came(world: World, event: Event) -> None:
    add(world, event, {"text": "Ö"}, {"text": "Hyvä"}, {"text": "Aina"})
    rate(world, event, 5)
    assert feedback.texts(world.db, event, minimum=5) == []
    rate(world, event, 4)
    assert feedback.texts(world.db, event, minimum=5) == ["Aina", "Hyvä", "Ö"]
    assert feedback.texts(world.db, world.events()[1], minimum=3) == []
    assert feedback.of_event(world.db, event, minimum=5).written == 3


def test_an_answer_entered_by_mistake_leaves_no_word(world: World, event: Event) -> None:
    add(world, event, {"text": "Mainitsematon Salanimi"}, {"rating": 3})
    one = feedback.get(world.db, 1)
    world.write(lambda change: feedback.remove(world.db, one, change))
    assert world.erased
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "feedback": 1, "host": "teematiistait"}]
    assert b"Salanimi" not in world.db.path.read_bytes()
    with pytest.raises(NotFound, match=r"^There is no feedback 1\.$"):
        feedback.get(world.db, 1)
    assert feedback.get(world.db, 2).rating == 3


def test_nothing_joins_an_answer_to_a_person_or_a_moment(world: World, event: Event) -> None:
    columns = {row["name"] for row in world.db.rows("SELECT name FROM pragma_table_info('feedback')")}
    assert columns == {"id", "event_id", "rating", "recommend", "text", "language"}
    keys = world.db.rows("SELECT \"table\" FROM pragma_foreign_key_list('feedback')")
    assert [row["table"] for row in keys] == ["events"]
    add(world, event, {"rating": 5, "text": "Salasana"})
    assert "Salasana" not in str(logbook.entries(world.db.connection, limit=5))


def test_a_great_many_answers_are_counted_where_they_lie(world: World, event: Event) -> None:
    rows = [(event.id, 1 + n % 5, n % 11, "Hyvä" if n % 3 == 0 else "") for n in range(60_000)]
    with world.db.connection as connection:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO feedback (event_id, rating, recommend, text) VALUES (?, ?, ?, ?)", rows)
    summary = feedback.of_host(world.db, "teematiistait", minimum=5)[1]
    assert summary == summarised([(60_000, 20_000, Counter(row[1] for row in rows), Counter(row[2] for row in rows))], 5)
    assert summary.rating
    assert (summary.n, summary.written, summary.rating.mean, summary.index) == (60_000, 20_000, 3.0, -45)
    assert len(feedback.texts(world.db, event, minimum=5)) == 20_000


def test_feedback_keeps_its_date_as_it_moves(world: World, event: Event) -> None:
    rate(world, event, 5, 5, 5)
    moved = world.move(event, "2022-09-20T14:00")
    world.hold(moved, date(2022, 9, 20))
    assert feedback.of_host(world.db, "teematiistait", minimum=3)[0][event.id].n == 3
