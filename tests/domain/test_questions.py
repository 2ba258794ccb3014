"""Questions from being asked to standing on a public page with their answers, without who asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from osallisuus.domain import people, questions
from osallisuus.domain.events import Event
from osallisuus.domain.questions import STATES, Question
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import TODAY, World


def ask(world: World, event: Event, text: str, **values: Any) -> tuple[Question, bool]:
    question = Question(event_id=event.id, text=text, asked_on="2022-08-22", **values)
    return world.write(lambda change: questions.add(world.db, event, question, change))


def act(world: World, number: int, verb: Callable[..., Any], *words: object) -> Any:
    """Take a step with a question as it is now."""
    return world.write(lambda change: verb(world.db, questions.get(world.db, number), *words, change))


def answer(world: World, number: int, text: str, day: str = "2022-09-29") -> Question:
    return act(world, number, questions.answer, text, date.fromisoformat(day))


def edit(world: World, number: int, **changes: object) -> Question:
    return act(world, number, questions.edit, changes)


def merge(world: World, number: int, into: int) -> Question:
    return act(world, number, questions.merge, questions.get(world.db, into))


def publish(world: World, number: int, on: date = TODAY) -> Question:
    return act(world, number, questions.publish, on)


def state(world: World, number: int = 1) -> str:
    return questions.get(world.db, number).state


# How a question gets where it stands, from being open.
WAYS: dict[str, Callable[[World], object]] = {
    "open": lambda _world: None,
    "assigned": lambda world: act(world, 1, questions.assign, 1),
    "answered": lambda world: answer(world, 1, "Kyllä."),
    "approved": lambda world: (answer(world, 1, "Kyllä."), act(world, 1, questions.approve, TODAY)),
    "published": lambda world: (answer(world, 1, "Kyllä."), publish(world, 1)),
    "merged": lambda world: (ask(world, dates_of(world)[0], "Toinen?"), merge(world, 1, 2)),
    "dropped": lambda world: act(world, 1, questions.drop, TODAY),
}


def dates_of(world: World) -> list[Event]:
    return [*world.events("vantaa"), *world.events("teematiistait")]


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give a session and a webinar before it, and somebody to answer."""
    world.panel(minutes=120)
    world.series()
    world.person("Sanna Exempel")
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


def test_what_was_merged_or_dropped_is_not_asked_anew(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    act(world, 1, questions.drop, TODAY)
    assert ask(world, dates[0], "Milloin?") == (questions.get(world.db, 1), False)
    assert state(world) == "dropped"


@pytest.mark.parametrize("there", STATES)
def test_where_a_question_stands_follows_from_its_dates(world: World, dates: list[Event], there: str) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS[there](world)
    assert state(world) == there


def test_questions_are_found_in_the_order_of_their_dates(world: World, dates: list[Event]) -> None:
    session, webinar = dates
    for event, text in ((session, "Yksi?"), (session, "Kaksi?"), (webinar, "Kolme?")):
        ask(world, event, text)
    answer(world, 1, "Kyllä.")
    assert [q.id for q in questions.search(world.db)] == [3, 1, 2]
    assert [q.id for q in questions.search(world.db, event_id=session.id)] == [1, 2]
    assert [q.id for q in questions.search(world.db, unanswered=True)] == [3, 2]
    assert [q.id for q in questions.search(world.db, event_id=session.id, unanswered=True)] == [2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, set(STATES)),
        ({"unanswered": True}, {"open", "assigned"}),
        ({"unpublished": True}, {"open", "assigned", "answered", "approved"}),
        ({"published": True}, {"published"}),
        ({"assigned_to": 1}, {"assigned"}),
        ({"assigned_to": 1, "unanswered": True}, {"assigned"}),
        ({"assigned_to": 2}, set()),
    ],
)
def test_what_waits_for_somebody_is_found(world: World, dates: list[Event], wanted: dict[str, Any], found: set[str]) -> None:
    for there in STATES:
        number = ask(world, dates[0], f"{there}?")[0].id
        if there in ("answered", "approved", "published", "merged"):
            answer(world, number, "Kyllä.")
        for name, verb, words in (
            ("assigned", questions.assign, (1,)),
            ("approved", questions.approve, (TODAY,)),
            ("published", questions.publish, (TODAY,)),
            ("dropped", questions.drop, (TODAY,)),
        ):
            if name == there:
                act(world, number, verb, *words)
    merge(world, STATES.index("merged") + 1, STATES.index("published") + 1)
    assert [q.state for q in questions.search(world.db)] == list(STATES)
    assert {q.state for q in questions.search(world.db, **wanted)} == found


def test_what_is_unfinished_is_found_by_date(world: World, dates: list[Event]) -> None:
    for text in ("Yksi?", "Kaksi?", "Kolme?", "Neljä?"):
        ask(world, dates[0], text)
    ask(world, dates[1], "Viisi?")
    answer(world, 1, "Kyllä.")
    publish(world, 1)
    act(world, 2, questions.drop, TODAY)
    found = questions.unfinished(world.db, [event.id for event in dates])
    assert {number: [q.id for q in own] for number, own in found.items()} == {1: [3, 4], 2: [5]}
    assert [*questions.unfinished(world.db, [dates[1].id])] == [2]
    assert not questions.unfinished(world.db, [])


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


# The life of an answer


def test_an_answer_is_approved_and_published_once(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    for verb in (questions.approve, questions.publish):
        with pytest.raises(Refused) as refused:
            act(world, 1, verb, TODAY)
        assert (refused.value.code, refused.value.hint) == (
            "unanswered",
            "Answer it first: osallisuus question answer 1 TEXT.",
        )
    answer(world, 1, "Kyllä.")
    assert act(world, 1, questions.approve, date(2022, 9, 30)) == questions.get(world.db, 1)
    assert world.last_entry() == [{"did": "approved", "event": "vantaa/1", "host": "vantaa", "question": 1}]
    act(world, 1, questions.approve, date(2022, 10, 1))
    assert not world.wrote
    assert publish(world, 1, date(2022, 10, 2)) == questions.get(world.db, 1)
    found = questions.get(world.db, 1)
    assert (found.answered_on, found.approved_on, found.published_on) == ("2022-09-29", "2022-09-30", "2022-10-02")
    assert world.last_entry() == [{"did": "published", "event": "vantaa/1", "host": "vantaa", "question": 1}]
    for verb in (questions.publish, questions.approve):
        act(world, 1, verb, date(2022, 10, 3))
        assert not world.wrote


def test_publishing_approves(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    answer(world, 1, "Kyllä.")
    published = publish(world, 1, date(2022, 10, 2))
    assert (published.approved_on, published.published_on) == ("2022-10-02", "2022-10-02")


@pytest.mark.parametrize("there", ["approved", "published"])
@pytest.mark.parametrize("text", ["Ei.", ""])
def test_approval_is_of_certain_words(world: World, dates: list[Event], there: str, text: str) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS[there](world)
    answer(world, 1, "Kyllä.")
    assert (world.wrote, state(world)) == (False, there)
    changed = answer(world, 1, text)
    assert (changed.state, changed.approved_on, changed.published_on) == ("answered" if text else "open", None, None)
    assert changed == questions.get(world.db, 1)


@pytest.mark.parametrize(
    ("changes", "after", "erased"),
    [
        ({"text": "Koska?"}, "answered", True),
        ({"theme": "kyydit"}, "published", False),
        ({"language": "sv"}, "published", False),
        ({"asker": "Eero Malli"}, "published", False),
        ({"text": "Milloin?"}, "published", False),
        ({"text": "Milloin?", "theme": "kyydit"}, "published", False),
    ],
)
def test_other_words_have_to_be_published_anew(
    world: World, dates: list[Event], changes: dict[str, Any], after: str, erased: bool
) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS["published"](world)
    changed = edit(world, 1, **changes)
    assert changed == questions.get(world.db, 1)
    assert (changed.state, world.erased) == (after, erased)
    edit(world, 1, **changes)
    assert not world.wrote


def test_the_same_words_with_spaces_around_them_stay_published(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS["published"](world)
    edit(world, 1, text=" Milloin?\n")
    assert (world.wrote, state(world)) == (False, "published")


def test_words_are_not_taken_away_by_a_change(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?", asker="Eero Malli")
    with pytest.raises(UsageError, match=r"^A question needs words\.$"):
        edit(world, 1, text=" ")
    assert edit(world, 1, asker="").asker == ""
    assert world.erased
    assert world.last_entry() == [{"did": "edited", "event": "vantaa/1", "host": "vantaa", "question": 1, "fields": ["asker"]}]
    assert b"Eero Malli" not in world.db.path.read_bytes()


def test_somebody_is_to_answer_and_then_nobody(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    assert act(world, 1, questions.assign, 1) == questions.get(world.db, 1)
    assert world.last_entry() == [{"did": "assigned", "event": "vantaa/1", "host": "vantaa", "question": 1, "person": 1}]
    act(world, 1, questions.assign, 1)
    assert not world.wrote
    with pytest.raises(Refused) as refused:
        world.write(lambda change: people.remove(world.db, people.get(world.db, "1"), change))
    assert refused.value.code == "in_use"
    answer(world, 1, "Kyllä.")
    assert questions.get(world.db, 1).assigned_to == 1
    assert act(world, 1, questions.assign, None).assigned_to is None
    world.write(lambda change: people.remove(world.db, people.get(world.db, "1"), change))


def test_who_answers_is_the_one_that_two_people_became(world: World, dates: list[Event]) -> None:
    ask(world, dates[0], "Milloin?")
    world.person("Sanna Exempel-Malli")
    act(world, 1, questions.assign, 2)
    world.write(lambda change: people.merge(world.db, people.get(world.db, "1"), people.get(world.db, "2"), change))
    assert questions.get(world.db, 1).assigned_to == 1


# Two that are one, and those that are let go


def test_a_question_stands_for_another(world: World, dates: list[Event]) -> None:
    for text in ("Milloin?", "Koska?"):
        ask(world, dates[0], text)
    answer(world, 1, "Tammikuussa.")
    publish(world, 1)
    assert merge(world, 2, 1) == questions.get(world.db, 2)
    assert questions.get(world.db, 2).merged_into == 1
    assert world.last_entry() == [{"did": "merged", "event": "vantaa/1", "host": "vantaa", "question": 2, "into": 1}]
    merge(world, 2, 1)
    assert not world.wrote
    assert act(world, 2, questions.reopen) == questions.get(world.db, 2)
    assert state(world, 2) == "open"
    assert world.last_entry() == [{"did": "reopened", "event": "vantaa/1", "host": "vantaa", "question": 2}]
    act(world, 2, questions.reopen)
    assert not world.wrote


def test_merging_goes_on_to_the_last(world: World, dates: list[Event]) -> None:
    for text in "ABC":
        ask(world, dates[0], text)
    merge(world, 1, 2)
    merge(world, 2, 3)
    assert [questions.get(world.db, number).merged_into for number in (1, 2, 3)] == [3, 3, None]
    act(world, 2, questions.reopen)
    assert [questions.get(world.db, number).merged_into for number in (1, 2, 3)] == [3, None, None]


def test_what_is_merged_is_not_public_any_more(world: World, dates: list[Event]) -> None:
    for text in ("Milloin?", "Koska?"):
        ask(world, dates[0], text)
        number = len(questions.search(world.db))
        answer(world, number, f"{number}")
        publish(world, number)
    merged = merge(world, 2, 1)
    assert (merged.published_on, merged) == (None, questions.get(world.db, 2))
    assert [q.id for q in questions.search(world.db, published=True)] == [1]
    act(world, 2, questions.reopen)
    assert state(world, 2) == "approved"


@pytest.mark.parametrize(
    ("number", "into", "code", "said"),
    [
        (1, 1, "refused", "A question cannot be merged into itself."),
        (1, 4, "refused", "Questions 1 and 4 are of different dates."),
        (2, 1, "refused", "Question 2 has the answer, and 1 has none."),
        (1, 3, "is_dropped", "Question 3 is dropped."),
        (3, 1, "is_dropped", "Question 3 is dropped."),
        (1, 5, "is_merged", "Question 5 is merged into another."),
        (5, 1, "is_merged", "Question 5 is merged into another."),
    ],
)
def test_what_does_not_merge(world: World, dates: list[Event], number: int, into: int, code: str, said: str) -> None:
    for event, text in ((dates[0], "A"), (dates[0], "B"), (dates[0], "C"), (dates[1], "D"), (dates[0], "E")):
        ask(world, event, text)
    answer(world, 2, "Kyllä.")
    act(world, 3, questions.drop, TODAY)
    merge(world, 5, 2)
    before = questions.search(world.db)
    with pytest.raises(Refused) as refused:
        merge(world, number, into)
    assert (refused.value.code, refused.value.message) == (code, said)
    assert questions.search(world.db) == before


def test_both_answered_the_one_that_stays_is_the_one_named(world: World, dates: list[Event]) -> None:
    for number, text in enumerate("AB", 1):
        ask(world, dates[0], text)
        answer(world, number, f"{number}")
    assert merge(world, 1, 2).answer == "1"
    assert questions.get(world.db, 2).answer == "2"


@pytest.mark.parametrize("there", [state for state in STATES if state not in ("merged", "dropped")])
def test_a_question_is_let_go_from_wherever_it_stands_and_comes_back(world: World, dates: list[Event], there: str) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS[there](world)
    dropped = act(world, 1, questions.drop, date(2022, 10, 2))
    assert (dropped.dropped_on, dropped.published_on, dropped.state) == ("2022-10-02", None, "dropped")
    assert dropped == questions.get(world.db, 1)
    assert world.last_entry() == [{"did": "dropped", "event": "vantaa/1", "host": "vantaa", "question": 1}]
    act(world, 1, questions.drop, date(2022, 10, 3))
    assert not world.wrote
    act(world, 1, questions.reopen)
    assert state(world) == ("approved" if there == "published" else there)


@pytest.mark.parametrize("there", ["merged", "dropped"])
@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (questions.assign, (1,)),
        (questions.answer, ("Kyllä.", TODAY)),
        (questions.approve, (TODAY,)),
        (questions.publish, (TODAY,)),
        (questions.drop, (TODAY,)),
    ],
)
def test_what_is_merged_or_dropped_comes_back_first(
    world: World, dates: list[Event], there: str, verb: Callable[..., Any], words: tuple[object, ...]
) -> None:
    ask(world, dates[0], "Milloin?")
    WAYS[there](world)
    if there == "dropped" and verb is questions.drop:
        return
    with pytest.raises(Refused) as refused:
        act(world, 1, verb, *words)
    assert (refused.value.code, refused.value.hint) == (
        f"is_{there}",
        "Bring it back first: osallisuus question reopen 1.",
    )
    assert state(world) == there


def test_a_question_that_others_are_merged_into_stays(world: World, dates: list[Event]) -> None:
    for text in "AB":
        ask(world, dates[0], text)
    merge(world, 1, 2)
    with pytest.raises(Refused) as refused:
        act(world, 2, questions.remove)
    assert refused.value.code == "in_use"
    act(world, 1, questions.remove)
    act(world, 2, questions.remove)
    assert questions.search(world.db) == []


def test_a_question_that_others_are_merged_into_is_not_let_go_with_them(world: World, dates: list[Event]) -> None:
    for text in "AB":
        ask(world, dates[0], text)
    merge(world, 1, 2)
    with pytest.raises(Refused):
        act(world, 2, questions.drop, TODAY)


def test_a_question_entered_by_mistake_is_taken_away_for_good(world: World, dates: list[Event]) -> None:
    ask(world, dates[1], "Äitini numero on salainen?", asker="Tuntematon")
    act(world, 1, questions.remove)
    assert (questions.search(world.db), world.erased) == ([], True)
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "host": "teematiistait", "question": 1}]
    assert not any(word in world.db.path.read_bytes() for word in (b"salainen", b"Tuntematon"))
