"""Questions from outside and their answers, without who asked."""

from datetime import date
from typing import Any

import pytest

from osallisuus.domain import questions
from osallisuus.domain.events import Event
from osallisuus.domain.questions import Question
from osallisuus.errors import NotFound, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World


def ask(world: World, event: Event, text: str, **values: Any) -> tuple[Question, bool]:
    question = Question(event_id=event.id, text=text, asked_on="2022-08-22", **values)
    return world.write(lambda change: questions.add(world.db, event, question, change))


def answer(world: World, number: int, text: str, day: str = "2022-09-29") -> Question:
    on = date.fromisoformat(day)
    return world.write(lambda change: questions.answer(world.db, questions.get(world.db, number), text, on, change))


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give a session and a webinar before it."""
    world.panel(minutes=120)
    world.series()
    return [world.add("vantaa", "2022-09-29T17:00"), world.add("teematiistait", "2022-09-13T14:00")]


def test_a_question_is_asked_once_at_an_occasion(world: World, dates: list[Event]) -> None:
    session, webinar = dates
    asked = Question(id=1, event_id=session.id, theme="kuljetus", text="Milloin?", asked_on="2022-08-22")
    assert ask(world, session, " Milloin?\n", theme="kuljetus") == (asked, True)
    assert world.last_entry() == [{"did": "asked", "event": "vantaa/1", "host": "vantaa", "question": 1}]
    assert ask(world, session, "Milloin?", theme="muu") == (asked, False)
    assert not world.wrote
    assert ask(world, webinar, "Milloin?")[0].id == 2
    with pytest.raises(UsageError, match=r"^A question needs words\.$"):
        ask(world, session, " \n")
    assert questions.get(world.db, 1) == asked
    with pytest.raises(NotFound, match=r"^There is no question 3\.$"):
        questions.get(world.db, 3)


def test_questions_are_found_in_the_order_of_their_dates(world: World, dates: list[Event]) -> None:
    session, webinar = dates
    for event, text in ((session, "Yksi?"), (session, "Kaksi?"), (webinar, "Kolme?")):
        ask(world, event, text)
    answer(world, 1, "Kyllä.")
    assert [q.id for q in questions.search(world.db)] == [3, 1, 2]
    assert [q.id for q in questions.search(world.db, event_id=session.id)] == [1, 2]
    assert [q.id for q in questions.search(world.db, unanswered=True)] == [3, 2]
    assert [q.id for q in questions.search(world.db, event_id=session.id, unanswered=True)] == [2]


def test_an_answer_can_change_and_be_taken_away(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    first = answer(world, 1, " Tammikuussa. ")
    assert first == questions.get(world.db, 1)
    assert (first.answer, first.answered_on, world.erased) == ("Tammikuussa.", "2022-09-29", False)
    answer(world, 1, "Tammikuussa.", "2022-10-01")
    assert not world.wrote
    assert questions.get(world.db, 1).answered_on == "2022-09-29"
    assert answer(world, 1, "Helmikuussa.", "2022-10-01").answered_on == "2022-10-01"
    assert world.erased
    none = answer(world, 1, " ")
    assert none == questions.get(world.db, 1) == Question(id=1, event_id=dates[0].id, text="Milloin?", asked_on="2022-08-22")
    assert world.last_entry() == [{"did": "answered", "event": "vantaa/1", "host": "vantaa", "question": 1}]
    written = str([entry.changes for entry in logbook.entries(world.db.connection)])
    assert not any(word in written for word in ("Milloin", "Tammikuussa", "Helmikuussa"))


def test_a_question_entered_by_mistake_is_taken_away_for_good(world: World, dates: list[Event]) -> None:
    ask(world, dates[1], "Äitini numero on salainen?")
    world.write(lambda change: questions.remove(world.db, questions.get(world.db, 1), change))
    assert (questions.search(world.db), world.erased) == ([], True)
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "host": "teematiistait", "question": 1}]
    assert b"salainen" not in world.db.path.read_bytes()
