"""Proposals and questions from the outside: what people read, what scripts get, and what cron is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Program

TEXT = "Puhelin auki myös iltaisin"


@pytest.fixture
def panels(program: Program) -> Program:
    """Give a main panel with two sessions and its side panel, on the day of the first session."""
    program("panel", "add", "raati", "--name", "Asiakasraati", "--kind", "main", "--place", "Tikkurila")
    program("panel", "add", "sivu", "--name", "Sivuraati", "--kind", "side", "--parent", "raati", "--place", "Korso")
    for day in ("2022-08-25", "2022-09-29"):
        program(f"session add raati --on {day} --at 17:00 --minutes 120")
    program("session add sivu --on 2022-08-23 --at 13:00 --minutes 90")
    on(program, 8, 25)
    return program


def on(program: Program, month: int, day: int) -> None:
    program.now = datetime(2022, month, day, 6, tzinfo=UTC)


def twice(program: Program, *words: str) -> Any:
    """Run a command twice; the second time gives the same document and changes nothing."""
    first = program.json(*words)
    file = program.database.read_bytes()
    assert program.json(*words) == first
    assert program.database.read_bytes() == file
    return first


def test_a_proposal_goes_its_way_and_each_step_can_be_said_twice(panels: Program) -> None:
    words = ("proposal", "add", "raati", TEXT, "--session", "raati/1", "--theme", "kuljetus")
    assert twice(panels, *words)["proposal"] == {
        "id": 1, "panel": "raati", "session": "raati/1", "raised_from": None, "kind": "proposal", "theme": "kuljetus",
        "text": TEXT, "scope": "",
        "status": "draft", "added_on": "2022-08-25", "accepted_on": None, "sent_on": None, "sent_to": "",
        "due": None, "answered_on": None, "decision": "", "reason": "", "done_by": None, "done_on": None, "told_on": None,
        "open": True, "overdue": False,
    }  # fmt: skip
    for step, status in (
        (("accept", "1"), "accepted"),
        (("send", "1", "--to", "Johtoryhmä", "--due", "1.10.2022"), "sent"),
        (("answer", "1", "partly", "--reason", "Vain arkisin"), "answered"),
        (("told", "1"), "told"),
        (("done", "1", "--on", "today"), "done"),
        (("told", "1"), "told"),
    ):
        assert twice(panels, "proposal", *step)["proposal"]["status"] == status
    shown = panels.json("proposal show 1")["proposal"]
    assert (shown["session"], shown["raised_to"], shown["open"]) == ("raati/1", None, False)
    assert [step["did"] for step in shown["history"]] == ["added", "accepted", "sent", "answered", "told", "done", "told"]
    assert shown["history"][2] == {
        "id": 3, "proposal_id": 1, "did": "sent", "on_date": "2022-08-25", "at": "2022-08-25T06:00:00Z",
        "sent_to": "Johtoryhmä", "due": "2022-10-01", "decision": "", "reason": "",
    }  # fmt: skip


def test_each_step_says_what_comes_next(panels: Program) -> None:
    waits = "It waits for an answer: osallisuus proposal answer 1 yes|partly|no|not-ours --reason TEXT.\n"
    assert panels("proposal", "add", "raati", TEXT).out == "Added proposal 1 of raati.\n"
    assert panels("proposal", "add", "raati", TEXT).out == "raati has this already as proposal 1.\n"
    assert panels("proposal accept 1").out == (
        "The panel has accepted proposal 1.\nIt can be sent now: osallisuus proposal send 1 --to TEXT --due DATE.\n"
    )
    sent = f"Proposal 1 was sent to Johtoryhmä.\n{waits}"
    first, second = (panels(f"proposal send 1 --to Johtoryhmä{due}") for due in ("", " --due 2022-08-31"))
    assert (first.out, first.err) == (sent, "Without --due nothing reminds of the answer.\n")
    assert (second.out, second.err) == (sent, "")
    assert panels("proposal send 1 --to Johtoryhmä --due 2022-08-31").out == f"Proposal 1 is as asked already.\n{waits}"
    assert panels("proposal", "answer", "1", "not-ours", "--reason", "Kaupungin asia").out == (
        "Proposal 1 is answered: not ours.\nThe panel is to hear the answer: osallisuus proposal told 1 --on DATE."
        " It can also be sent to those whose matter it is: osallisuus proposal send 1 --to TEXT --due DATE.\n"
    )
    assert panels("proposal show 1").out == (
        f"Number: 1\nPanel: raati\nKind: proposal\nProposal: {TEXT}\nState: answered\nSent to: Johtoryhmä\nDue: 2022-08-31\n"
        "Answer: not ours\nReason: Kaupungin asia\nHistory:\n"
        "  Thu 2022-08-25  added\n  Thu 2022-08-25  accepted by the panel\n  Thu 2022-08-25  sent: Johtoryhmä\n"
        "  Thu 2022-08-25  sent: Johtoryhmä, due Wed 2022-08-31\n  Thu 2022-08-25  answered: not ours, Kaupungin asia\n"
        "The panel is to hear the answer: osallisuus proposal told 1 --on DATE."
        " It can also be sent to those whose matter it is: osallisuus proposal send 1 --to TEXT --due DATE.\n"
    )


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("proposal accept 1 --on 2022-08-24", 4, "is_sent"),
        ("proposal raise 1", 4, "no_parent"),
        ("proposal raise 1 --to raati", 4, "in_a_circle"),
        ("proposal raise 1 --to sivu", 4, "is_sent"),
        ("proposal done 1", 4, "is_sent"),
        ("proposal told 1", 4, "is_sent"),
        ("proposal withdraw 1 --reason Turha", 4, "initiative_unanswered"),
        ("proposal withdraw 1", 2, "usage"),
        ("proposal undo 2", 4, "nothing_to_undo"),
        ("proposal answer 1 no --reason Ei --done-by 2022-12-31", 2, "usage"),
        ("proposal remove 1 --yes", 4, "in_use"),
        ("proposal remove 2", 2, "needs_yes"),
        ("proposal edit 1 --text Uusi", 4, "accepted_already"),
        ("proposal edit 1 --session sivu/1", 2, "usage"),
        ("proposal add raati Uusi --session sivu/1", 2, "usage"),
        ("proposal add missing Uusi", 3, "not_found"),
        ("proposal answer 1 no", 2, "no_reason"),
        ("proposal answer 1 maybe --reason Ehkä", 2, "usage"),
        ("proposal answer 1 yes --on 2022-08-26", 2, "usage"),
        ("proposal answer 1 yes --on 2022-08-24", 2, "usage"),
        ("proposal send 1 --to Toinen --due 2022-08-24", 2, "usage"),
        ("proposal send 2 --to Toinen", 4, "is_draft"),
        ("proposal send 2", 2, "usage"),
        ("proposal show 9", 3, "not_found"),
        ("proposal show 0", 2, "usage"),
        ("proposal list --open --overdue", 2, "usage"),
        ("proposal list --status lost", 2, "usage"),
        ("proposal list missing", 3, "not_found"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(panels: Program, words: str, status: int, code: str) -> None:
    panels("proposal add raati Aloite --kind initiative")
    panels("proposal accept 1")
    panels("proposal send 1 --to Johtoryhmä --due 2022-09-30")
    panels("proposal add raati Luonnos")
    before = panels.database.read_bytes()
    error = panels.json(words, status=status)["error"]
    assert error["code"] == code
    assert error["message"]
    assert panels.database.read_bytes() == before


def test_what_the_side_panel_raises_comes_back_answered(panels: Program) -> None:
    panels("proposal", "add", "sivu", TEXT, "--session", "sivu/1")
    panels("proposal accept 1")
    assert panels("proposal raise 1").out == "Raised proposal 1 to raati, where it is number 2.\n"
    file = panels.database.read_bytes()
    assert panels("proposal raise 1 --to raati").out == "Proposal 1 is with raati already, as number 2.\n"
    assert panels.database.read_bytes() == file
    assert panels("proposal answer 1 yes", status=4).err == (
        "Proposal 1 was raised to raati, where it is number 2.\n"
        "What is answered there comes back by itself. See: osallisuus proposal show 2.\n"
    )
    panels("proposal accept 2")
    panels("proposal send 2 --to Johtoryhmä")
    panels("proposal answer 2 yes")
    below, above = (panels.json(f"proposal show {number}")["proposal"] for number in (1, 2))
    assert (below["status"], below["decision"], below["raised_to"]) == ("answered", "yes", 2)
    assert (above["raised_from"], above["session"], above["raised_to"]) == (1, None, None)
    assert "Raised from: sivu 1\n" in panels("proposal show 2").out
    assert "Raised to: raati 2\n" in panels("proposal show 1").out


def test_a_step_is_taken_back_and_stays_in_the_history(panels: Program) -> None:
    panels("proposal", "add", "raati", TEXT)
    panels("proposal accept 1")
    back = panels("proposal undo 1")
    assert back.out == (
        "Took back the last step of proposal 1.\nThe panel has not accepted it yet: osallisuus proposal accept 1.\n"
    )
    panels("proposal accept 1 --on 2022-08-24")
    assert panels("proposal show 1").out.partition("History:\n")[2] == (
        "  Thu 2022-08-25  added\n  Thu 2022-08-25  accepted by the panel\n"
        "  Thu 2022-08-25  taken back: accepted by the panel\n  Wed 2022-08-24  accepted by the panel\n"
        "It can be sent now: osallisuus proposal send 1 --to TEXT --due DATE.\n"
    )


def test_lists_are_of_what_was_asked_for(panels: Program) -> None:
    assert panels("proposal list").err == "There are no proposals yet. Add one: osallisuus proposal add --help\n"
    for number, text in enumerate(("Yksi", "Kaksi", "Kolme"), 1):
        panels("proposal", "add", "raati", text, "--theme", "kuljetus")
        panels(f"proposal accept {number}")
    panels("proposal add sivu Neljä --kind statement")
    panels("proposal send 1 --to Johtoryhmä --due 2022-08-31")
    panels("proposal withdraw 2 --reason Turha")
    assert panels("proposal list --overdue").err == "No answer is overdue.\n"
    on(panels, 9, 2)

    def numbers(words: str) -> list[int]:
        return [row["id"] for row in panels.json(f"proposal list {words}".strip())["proposals"]]

    assert numbers("") == [1, 2, 3, 4]
    assert numbers("raati --open") == [1, 3]
    assert numbers("--overdue") == [1]
    assert numbers("--status withdrawn") == [2]
    assert numbers("--kind statement") == [4]
    assert numbers("sivu --overdue") == []
    assert panels("proposal list --status told").err == "There are no such proposals.\n"
    assert panels("proposal list --overdue").out == (
        "Number\tPanel\tKind\tTheme\tProposal\tState\tSent to\tDue\tAnswer\n"
        "1\traati\tproposal\tkuljetus\tYksi\tsent, 2 days late\tJohtoryhmä\t2022-08-31\t\n"
    )


def test_a_proposal_is_changed_and_a_draft_removed(panels: Program) -> None:
    added = panels("proposal", "add", "raati", "Äitini hakemus")
    assert added.err.endswith("If it is fine: osallisuus proposal edit 1 --scope ok\n")
    assert twice(panels, "proposal", "edit", "1", "--scope", "ok", "--session", "raati/2")["proposal"]["session"] == "raati/2"
    assert panels("proposal edit 1 --scope ok").out == "Proposal 1 is as asked already.\n"
    assert panels("proposal show 1").err == ""
    assert panels.json("proposal", "edit", "1", "--session", "")["proposal"]["session"] is None
    assert panels("proposal remove 1 --yes").out == "Removed proposal 1.\n"
    panels("proposal show 1", status=3)


def test_cron_is_told_what_is_late_and_only_that(panels: Program) -> None:
    for session in ("raati/1", "sivu/1"):
        panels(f"session held {session}")
    panels("proposal", "add", "raati", TEXT)
    panels("proposal accept 1")
    panels("proposal send 1 --to Johtoryhmä --due 2022-08-31")
    on(panels, 8, 31)
    assert panels("today --check").out == ""
    assert f"proposal 1 ({TEXT}): Johtoryhmä is to answer by Wed 2022-08-31." in panels("today").out
    on(panels, 9, 1)
    late = panels("today --check", status=8)
    assert (
        late.out
        == f"  raati: proposal 1 ({TEXT}): Johtoryhmä owes an answer, 1 day late.\n      osallisuus proposal answer 1 …\n"
    )
    document = panels.json("today --check", status=8)["today"]["late"]
    assert [(task["kind"], task["subject"], task["day"]) for task in document] == [("answer_overdue", "raati", "2022-08-31")]
    assert panels("today").status == 0
    panels("proposal answer 1 no --reason Rahapula")
    assert "untold" in [task["kind"] for task in panels.json("today --check", status=8)["today"]["late"]]
    panels("proposal told 1")
    assert panels("today --check").out == ""


def test_questions_are_noted_answered_and_found(panels: Program) -> None:
    asked = twice(panels, "question", "add", "raati/1", "Milloin?", "--theme", "kyydit")["question"]
    assert asked == {
        "id": 1, "occasion": "raati/1", "theme": "kyydit", "text": "Milloin?", "answer": "", "asked_on": "2022-08-25",
        "answered_on": None, "language": "", "asker": "", "assigned_to": None, "approved_on": None, "published_on": None,
        "merged_into": None, "dropped_on": None, "state": "open", "age": 0,
    }  # fmt: skip
    assert panels("question", "add", "raati/1", "Milloin?").out == "That is question 1 already.\n"
    assert panels("question", "add", "raati/1", "Miksi?").out == "Added question 2.\n"
    assert twice(panels, "question", "answer", "1", "Tammikuussa.")["question"]["answered_on"] == "2022-08-25"
    assert panels("question", "answer", "1", "Tammikuussa.").out == "Question 1 is as asked already.\n"
    assert panels("question list raati/1 --open").out == (
        "Number\tDate\tState\tAge\tTo answer\tTheme\tQuestion\tAnswer\n2\traati/1\topen\t0 days\t\t\tMiksi?\t\n"
    )
    assert [q["id"] for q in panels.json("question list")["questions"]] == [1, 2]
    assert panels("question", "answer", "1", "").out == "Question 1 has no answer any more.\n"
    for number in (1, 2):
        assert panels(f"question remove {number} --yes").out == f"Removed: {number}.\n"
    assert panels("question list --open").err == "Every question has an answer.\n"
    assert panels("question list").err == "There are no questions.\n"
    assert panels.json("question remove 1 --yes", status=3)["error"]["code"] == "not_found"
