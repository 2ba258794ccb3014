"""What panels are owed on a day: answers, news of them, and what somebody was to see to."""

from datetime import date

import pytest

from osallisuus.domain import proposals, tasks
from osallisuus.domain.debts import Task
from tests.domain.conftest import World
from tests.domain.test_agendas import Year
from tests.domain.test_progress import ACCEPT, RAISE, SEND, TEXT, YES, bring, draft, go

OF_PANELS = ("answer_overdue", "answer_due", "unanswered", "unsent", "untold", "undone", "scope", "item_due")

ABOUT = f"proposal 1 ({TEXT})"
MEDICAL = "Is this a medical decision? Those belong to the person and those who treat them, not to a panel."
CASE = "Is this about one person's case? A panel does not handle those; the patient or social ombudsman helps with them."


@pytest.fixture
def year(world: World) -> Year:
    return Year(world)


def owed(year: Year, day: str) -> list[Task]:
    overview = tasks.today(year.world.db, day=date.fromisoformat(day), days=1)
    assert {task.state for task in overview.late} <= {"late"}
    assert {task.state for task in overview.waiting} <= {"waiting"}
    return [task for task in (*overview.late, *overview.waiting) if task.kind in OF_PANELS]


def kinds(year: Year, day: str) -> list[tuple[str, str]]:
    return [(task.state, task.kind) for task in owed(year, day)]


def told(year: Year, day: str) -> tuple[str, str, str, str]:
    """Return the one task of a day: its state and kind, its day, text and command."""
    (task,) = owed(year, day)
    assert task.subject == "vantaa"
    return f"{task.state} {task.kind}", task.day, task.text, task.command


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-09-30", None),
        ("2022-10-01", ("waiting answer_due", "2022-10-31", "Johtoryhmä is to answer by Mon 2022-10-31.")),
        ("2022-10-31", ("waiting answer_due", "2022-10-31", "Johtoryhmä is to answer by Mon 2022-10-31.")),
        ("2022-11-01", ("late answer_overdue", "2022-10-31", "Johtoryhmä owes an answer, 1 day late.")),
        ("2022-11-10", ("late answer_overdue", "2022-10-31", "Johtoryhmä owes an answer, 10 days late.")),
    ],
)
def test_an_answer_is_waited_for_a_month_ahead_and_late_after_its_day(
    year: Year, day: str, expected: tuple[str, str, str] | None
) -> None:
    go(year.world, bring(year.world, "accepted"), *SEND, due="2022-10-31")
    if expected is None:
        assert owed(year, day) == []
        return
    state, about, text = expected
    assert told(year, day) == (state, about, f"{ABOUT}: {text}", "osallisuus proposal answer 1 …")


def test_what_has_no_day_to_be_answered_by_waits_and_is_never_late(year: Year) -> None:
    bring(year.world, "sent")
    assert told(year, "2022-09-03") == (
        "waiting unanswered",
        "2022-09-03",
        f"{ABOUT}: sent to Johtoryhmä 1 day ago, no answer.",
        "osallisuus proposal answer 1 …",
    )
    assert told(year, "2032-09-02")[0] == "waiting unanswered"


@pytest.mark.parametrize(
    ("day", "state", "age"),
    [("2022-09-02", "waiting", "1 day"), ("2022-10-01", "waiting", "30 days"), ("2022-10-02", "late", "31 days")],
)
def test_what_was_accepted_is_to_be_sent_within_a_month(year: Year, day: str, state: str, age: str) -> None:
    bring(year.world, "accepted")
    assert told(year, day) == (
        f"{state} unsent",
        day,
        f"{ABOUT}: accepted {age} ago and not sent yet.",
        "osallisuus proposal send 1 --to … --due …",
    )


def test_an_answer_waits_to_be_told_and_is_late_once_a_session_went_by(year: Year) -> None:
    bring(year.world, "answered no")
    expected = (
        "2022-09-03",
        f"{ABOUT}: the panel has not heard the answer yet (27 days).",
        "osallisuus proposal told 1 --on …",
    )
    assert told(year, "2022-09-30") == ("waiting untold", *expected)
    year.hold(1)
    assert told(year, "2022-09-30") == ("late untold", *expected)
    assert kinds(year, "2022-09-28") == [("waiting", "untold")]
    go(year.world, 1, "told", on="2022-10-01")
    assert owed(year, "2022-10-02") == []


def test_a_session_on_the_day_of_the_answer_or_of_another_panel_has_not_missed_it(year: Year) -> None:
    number = bring(year.world, "sent")
    go(year.world, number, *YES, on="2022-09-29")
    year.world.hold(year.world.add("sivu", "2022-10-05T17:00"))
    year.hold(1)
    assert kinds(year, "2022-10-26") == [("waiting", "untold")]
    year.hold(2)
    assert kinds(year, "2022-10-26") == [("waiting", "untold")]
    assert kinds(year, "2022-10-27") == [("late", "untold")]


def test_an_answer_that_came_late_is_told_late(year: Year) -> None:
    number = bring(year.world, "accepted")
    go(year.world, number, *SEND, on="2022-09-02", due="2022-09-10")
    go(year.world, number, *YES, on="2022-09-15")
    assert told(year, "2022-09-15")[0] == "late untold"


def test_what_was_promised_waits_until_it_is_done_and_told(year: Year) -> None:
    bring(year.world, "told partly")
    assert told(year, "2022-09-20") == (
        "waiting undone",
        "2022-09-20",
        f"{ABOUT}: agreed to 17 days ago and not done yet.",
        "osallisuus proposal done 1 --on …",
    )
    go(year.world, 1, "done", on="2022-09-28")
    assert told(year, "2022-09-28")[:2] == ("waiting untold", "2022-09-28")
    year.hold(1)
    assert told(year, "2022-09-29")[:2] == ("late untold", "2022-09-28")
    go(year.world, 1, "told", on="2022-09-29")
    assert owed(year, "2022-12-31") == []


@pytest.mark.parametrize("state", ["draft", "told no", "told not-ours", "told done", "withdrawn"])
def test_nothing_is_owed_of_what_is_finished_or_not_accepted(year: Year, state: str) -> None:
    bring(year.world, state)
    assert owed(year, "2030-01-01") == []


def test_what_lies_with_another_panel_is_asked_for_there_alone(year: Year) -> None:
    draft(year.world, "sivu")
    go(year.world, 1, *ACCEPT, on="2022-09-01")
    go(year.world, 1, *RAISE, on="2022-09-01", due="2022-09-30")
    assert owed(year, "2022-11-01") == []
    go(year.world, 2, *ACCEPT, on="2022-09-05")
    assert told(year, "2022-09-06")[0] == "waiting unsent"
    go(year.world, 2, *SEND, due="2022-10-01")
    assert told(year, "2022-11-01")[0] == "late answer_overdue"
    go(year.world, 2, *YES, on="2022-11-01")
    assert [(task.kind, task.subject) for task in owed(year, "2022-11-01")] == [("untold", "sivu"), ("untold", "vantaa")]


def test_a_matter_that_may_not_be_the_panels_is_asked_about_until_it_is_fine(year: Year) -> None:
    draft(year.world, text="Äitini hakemus")
    draft(year.world, text="Lääkityksen muutos")
    go(year.world, draft(year.world, text="Isäni kantelu").id, "withdraw", "Yksittäinen asia")
    assert [(task.state, task.kind, task.text, task.command) for task in owed(year, "2022-09-20")] == [
        (
            "waiting",
            "scope",
            f"proposal 1 (Äitini hakemus): {CASE}",
            "osallisuus proposal edit 1 --scope ok",
        ),
        (
            "waiting",
            "scope",
            f"proposal 2 (Lääkityksen muutos): {MEDICAL}",
            "osallisuus proposal edit 2 --scope ok",
        ),
    ]
    for number in (1, 2):
        known = proposals.get(year.world.db, number)
        year.world.write(lambda change, known=known: proposals.edit(year.world.db, known, {"scope": "ok"}, change))
    assert owed(year, "2022-09-20") == []


def test_what_somebody_was_to_see_to_is_late_after_its_day_where_it_is_now(year: Year) -> None:
    who = year.world.person("Oskari Testinen").id
    year.add(1, "Kuulutukset", "Lomake")
    year.note(1, 1, "Selvitetään.", owner_id=who, due="2022-10-20")
    year.note(1, 2, "Joku katsoo.", due="2022-10-20")
    year.hold(1)
    late = Task(
        state="late", kind="item_due", subject="vantaa/1", day="2022-10-20", command="osallisuus session agenda vantaa/1",
        text="was to be seen to by Thu 2022-10-20: Kuulutukset.",
    )  # fmt: skip
    assert owed(year, "2022-10-20") == []
    assert owed(year, "2022-10-21") == [late]
    year.add(2, "Talous")
    assert [(task.subject, task.command) for task in owed(year, "2022-10-21")] == [
        ("vantaa/2", "osallisuus session agenda vantaa/2")
    ]
    year.note(2, 2, "Valmis.")
    assert owed(year, "2022-10-21") == []


def test_the_oldest_debt_comes_first(year: Year) -> None:
    for text, due in (("Yksi", "2022-10-05"), ("Kaksi", "2022-10-03"), ("Kolme", "2022-10-04")):
        go(year.world, bring(year.world, "accepted", text=text), *SEND, due=due)
    assert [task.day for task in owed(year, "2022-11-01")] == ["2022-10-03", "2022-10-04", "2022-10-05"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-10-01", []),
        ("2022-10-02", [("waiting", "undone")]),
        ("2022-11-01", [("waiting", "undone")]),
        ("2022-11-02", [("late", "undone")]),
    ],
)
def test_what_was_promised_by_a_day_is_late_after_it(year: Year, day: str, expected: list[tuple[str, str]]) -> None:
    number = bring(year.world, "sent")
    go(year.world, number, *YES, on="2022-09-10", due="2022-11-01")
    go(year.world, number, "told", on="2022-09-11")
    assert kinds(year, day) == expected
    if expected:
        words = "was" if expected[0][0] == "late" else "is"
        assert told(year, day)[2:] == (f"{ABOUT}: {words} to be done by Tue 2022-11-01.", "osallisuus proposal done 1 --on …")
    go(year.world, number, "done", on="2022-09-20")
    assert kinds(year, day) == [("waiting", "untold")]


def test_what_a_panel_below_was_promised_is_owed_once(year: Year) -> None:
    year.raised()
    go(year.world, 2, *ACCEPT, on="2022-09-20")
    go(year.world, 2, *SEND, on="2022-09-20")
    go(year.world, 2, *YES, on="2022-09-20")
    for number in (1, 2):
        go(year.world, number, "told", on="2022-09-20")
    assert [task.command for task in owed(year, "2022-09-21")] == ["osallisuus proposal done 2 --on …"]
