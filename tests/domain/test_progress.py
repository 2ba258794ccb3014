"""How a proposal goes on: every step in every state, days, and what comes back to the panel that raised it."""

from datetime import date
from typing import Any

import pytest

from osallisuus.domain import agendas, progress, proposals
from osallisuus.domain.proposals import Proposal
from osallisuus.errors import Refused, UsageError
from osallisuus.store.logbook import Change
from tests.domain.conftest import World

TODAY = date(2022, 12, 31)
TEXT = "Puhelin auki myös iltaisin"

ACCEPT = ("accept",)
SEND = ("send", "Johtoryhmä")
RAISE = ("raise", "")
YES = ("answer", "yes", "")
PARTLY = ("answer", "partly", "Vain arkisin")
NO = ("answer", "no", "Ei varaa")
NOT_OURS = ("answer", "not-ours", "Kuuluu kaupungille")
DONE = ("done",)
TOLD = ("told",)
WITHDRAW = ("withdraw", "Ratkesi jo")

# Ways to each state; the steps are taken on the 1st, 2nd, … of September.
PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    "draft": (),
    "accepted": (ACCEPT,),
    "sent": (ACCEPT, SEND),
    "answered yes": (ACCEPT, SEND, YES),
    "answered no": (ACCEPT, SEND, NO),
    "answered not-ours": (ACCEPT, SEND, NOT_OURS),
    "done": (ACCEPT, SEND, PARTLY, DONE),
    "told yes": (ACCEPT, SEND, YES, TOLD),
    "told partly": (ACCEPT, SEND, PARTLY, TOLD),
    "told no": (ACCEPT, SEND, NO, TOLD),
    "told not-ours": (ACCEPT, SEND, NOT_OURS, TOLD),
    "told done": (ACCEPT, SEND, YES, DONE, TOLD),
    "withdrawn": (ACCEPT, WITHDRAW),
}


def draft(world: World, panel: str = "vantaa", text: str = TEXT, **values: Any) -> Proposal:
    fields = {"added_on": "2022-08-22"}
    return world.write(lambda change: proposals.add(world.db, Proposal(panel=panel, text=text, **fields | values), change))[0]


def go(
    world: World, number: int, step: str, *details: str, on: str = "2022-09-20", today: date = TODAY, due: str = ""
) -> Proposal:
    """Take one step as its command does."""
    day = date.fromisoformat(on)
    more: dict[str, Any] = {"done_by" if step == "answer" else "due": date.fromisoformat(due)} if due else {}
    act: Any = {"raise": progress.raise_up}.get(step) or getattr(progress, step)

    def command(change: Change) -> Any:
        known = proposals.get(world.db, number)
        if step == "undo":
            back = act(world.db, known, change, today=today)
            agendas.follow(world.db, back, change)
            return back
        if step in ("accept", "told", "withdraw"):
            agendas.keep_news(world.db, known, day, change)
        after = act(world.db, known, *details, day, change, today=today, **more)
        if step in ("accept", "told", "withdraw"):
            agendas.follow(world.db, after, change)
        return after[0] if step == "raise" else after

    return world.write(command)


def bring(world: World, state: str, **values: Any) -> int:
    """Add a proposal and take it to a state; return its number."""
    number = draft(world, **values).id
    for day, step in enumerate(PATHS[state], 1):
        go(world, number, *step, on=f"2022-09-{day:02}")
    return number


def steps(world: World, number: int) -> list[str]:
    return [step.did for step in proposals.history(world.db, number)]


def everything(world: World) -> list[str]:
    return list(world.db.connection.iterdump())


def panels(world: World) -> World:
    """Add a main panel, a side panel of it, and one that feeds the side panel."""
    world.panel(minutes=120, place="Tikkurila")
    world.panel("sivu", name="Sivuraati", kind="side", parent="vantaa", minutes=90, place="Korso")
    world.panel("kylä", name="Kyläraati", kind="side", parent="sivu", minutes=90, place="Korso")
    return world


@pytest.fixture
def vantaa(world: World) -> World:
    return panels(world)


# The state machine

STEPS = (ACCEPT, ("send", "Kaupunki"), RAISE, PARTLY, DONE, TOLD, WITHDRAW)
NEXT = {
    "draft": {"accept": "accepted", "withdraw": "withdrawn"},
    "accepted": {"send": "sent", "raise": "sent", "withdraw": "withdrawn"},
    "sent": {"send": "sent", "answer": "answered", "withdraw": "withdrawn"},
    "answered yes": {"answer": "answered", "done": "done", "told": "told"},
    "answered no": {"answer": "answered", "told": "told"},
    "answered not-ours": {"send": "sent", "answer": "answered", "told": "told"},
    "done": {"told": "told"},
    "told yes": {"done": "done"},
    "told partly": {"done": "done"},
    "told no": {},
    "told not-ours": {"send": "sent"},
    "told done": {},
    "withdrawn": {"withdraw": "withdrawn"},
}
REFUSAL = {
    "accept": "Proposal 1 cannot be accepted now.",
    "send": "Proposal 1 cannot be sent.",
    "raise": "Proposal 1 cannot be raised.",
    "answer": "Proposal 1 cannot be answered.",
    "done": "Proposal 1 cannot be marked as done.",
    "told": "There is nothing to tell of proposal 1.",
    "withdraw": "Proposal 1 has an answer and cannot be withdrawn.",
}
ON_TO = " It can also be sent to those whose matter it is: osallisuus proposal send 1 --to TEXT --due DATE."
HEAR = "The panel is to hear the answer: osallisuus proposal told 1 --on DATE."
PROMISED = "The panel has been told; when what was promised is done: osallisuus proposal done 1 --on DATE."
NOW = {
    "draft": "The panel has not accepted it yet: osallisuus proposal accept 1.",
    "accepted": "It can be sent now: osallisuus proposal send 1 --to TEXT --due DATE.",
    "sent": "It waits for an answer: osallisuus proposal answer 1 yes|partly|no|not-ours --reason TEXT.",
    "answered yes": HEAR,
    "answered no": HEAR,
    "answered not-ours": HEAR + ON_TO,
    "done": "The panel is to hear that it is done: osallisuus proposal told 1 --on DATE.",
    "told yes": PROMISED,
    "told partly": PROMISED,
    "told no": "The panel has been told. Nothing is left to do.",
    "told not-ours": "The panel has been told. Nothing is left to do." + ON_TO,
    "told done": "The panel has been told. Nothing is left to do.",
    "withdrawn": "It was withdrawn. The same matter can be taken up anew: osallisuus proposal add.",
}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0])
@pytest.mark.parametrize("state", PATHS)
def test_every_step_in_every_state(vantaa: World, state: str, step: tuple[str, ...]) -> None:
    bring(vantaa, state, panel="sivu")
    before = everything(vantaa)
    if expected := NEXT[state].get(step[0]):
        after = go(vantaa, 1, *step)
        assert after.status == expected
        assert after == proposals.get(vantaa.db, 1)
        return
    with pytest.raises(Refused) as refused:
        go(vantaa, 1, *step)
    status, _space, answer = state.partition(" ")
    code, message = f"is_{status}", REFUSAL[step[0]]
    if step == DONE and answer in ("no", "not-ours"):
        code = "nothing_promised"
        message = f"Proposal 1 was answered '{answer}': nothing was promised that could be done."
    assert (refused.value.code, refused.value.message, refused.value.hint) == (code, message, NOW[state])
    assert everything(vantaa) == before


@pytest.mark.parametrize(
    ("state", "step", "day"),
    [
        ("accepted", ACCEPT, 1),
        ("sent", ACCEPT, 1),
        ("sent", SEND, 2),
        ("told done", SEND, 2),
        ("answered yes", YES, 3),
        ("answered not-ours", NOT_OURS, 3),
        ("done", PARTLY, 3),
        ("done", DONE, 4),
        ("told no", NO, 3),
        ("told no", TOLD, 4),
        ("told done", DONE, 4),
        ("told done", TOLD, 5),
        ("withdrawn", WITHDRAW, 2),
    ],
)
def test_the_same_step_again_changes_nothing(vantaa: World, state: str, step: tuple[str, ...], day: int) -> None:
    number = bring(vantaa, state)
    before = everything(vantaa)
    assert go(vantaa, number, *step, on=f"2022-09-{day:02}") == proposals.get(vantaa.db, number)
    assert not vantaa.wrote
    assert everything(vantaa) == before


def test_the_whole_history_stays_in_order(vantaa: World) -> None:
    number = draft(vantaa).id
    go(vantaa, number, "accept", on="2022-09-01")
    go(vantaa, number, "send", " Johtoryhmä ", on="2022-09-02", due="2022-10-01")
    go(vantaa, number, "answer", "no", "Ei varaa", on="2022-09-10")
    go(vantaa, number, "answer", "partly", " Vain arkisin ", on="2022-09-09")
    go(vantaa, number, "told", on="2022-09-29")
    go(vantaa, number, "done", on="2022-09-15")
    last = go(vantaa, number, "told", on="2022-10-27")
    assert last == proposals.get(vantaa.db, number) == Proposal(
        id=1, panel="vantaa", text=TEXT, status="told", added_on="2022-08-22", accepted_on="2022-09-01", sent_on="2022-09-02",
        sent_to="Johtoryhmä", due="2022-10-01", answered_on="2022-09-09", decision="partly", reason="Vain arkisin",
        done_on="2022-09-15", told_on="2022-10-27",
    )  # fmt: skip
    history = proposals.history(vantaa.db, number)
    assert [(s.did, s.on_date, s.sent_to, s.due, s.decision, s.reason) for s in history] == [
        ("added", "2022-08-22", "", None, "", ""),
        ("accepted", "2022-09-01", "", None, "", ""),
        ("sent", "2022-09-02", "Johtoryhmä", "2022-10-01", "", ""),
        ("answered", "2022-09-10", "", None, "no", "Ei varaa"),
        ("answered", "2022-09-09", "", None, "partly", "Vain arkisin"),
        ("told", "2022-09-29", "", None, "", ""),
        ("done", "2022-09-15", "", None, "", ""),
        ("told", "2022-10-27", "", None, "", ""),
    ]
    moments = [step.at for step in history]
    assert moments == sorted(set(moments))
    assert proposals.finished(last)


# Days and reasons


@pytest.mark.parametrize(
    ("state", "step", "follows"),
    [
        ("draft", ACCEPT, None),
        ("draft", WITHDRAW, None),
        ("accepted", SEND, 1),
        ("accepted", RAISE, 1),
        ("accepted", WITHDRAW, 1),
        ("sent", ("send", "Kaupunki"), 2),
        ("sent", YES, 2),
        ("sent", WITHDRAW, 2),
        ("answered yes", NO, 2),
        ("answered not-ours", ("send", "Kaupunki"), 3),
        ("told not-ours", ("send", "Kaupunki"), 3),
        ("answered yes", DONE, 3),
        ("told yes", DONE, 3),
        ("answered yes", TOLD, 3),
        ("done", TOLD, 4),
    ],
)
def test_no_step_is_taken_before_the_one_it_follows_or_in_the_future(
    vantaa: World, state: str, step: tuple[str, ...], follows: int | None
) -> None:
    number = bring(vantaa, state, panel="sivu")
    before = everything(vantaa)
    with pytest.raises(UsageError, match="Wed 2022-09-21 is still to come; a step is entered when it has been taken"):
        go(vantaa, number, *step, on="2022-09-21", today=date(2022, 9, 20))
    if follows:
        early = date(2022, 9, follows - 1) if follows > 1 else date(2022, 8, 31)
        with pytest.raises(UsageError, match=rf"^{early:%a} {early} is before the step it follows \(.* 2022-09-0{follows}\)"):
            go(vantaa, number, *step, on=str(early))
    assert everything(vantaa) == before
    go(vantaa, number, *step, on=f"2022-09-{follows or 1:02}", today=date(2022, 9, follows or 1))
    assert vantaa.wrote


def test_an_answer_is_not_due_before_it_was_asked_for(vantaa: World) -> None:
    number = bring(vantaa, "accepted")
    with pytest.raises(UsageError) as wrong:
        go(vantaa, number, *SEND, on="2022-09-02", due="2022-09-01")
    assert wrong.value.message == "The answer would be due (Thu 2022-09-01) before the proposal was sent (Fri 2022-09-02)."
    assert steps(vantaa, number) == ["added", "accepted"]
    assert go(vantaa, number, *SEND, on="2022-09-02", due="2022-09-02").due == "2022-09-02"


@pytest.mark.parametrize("blank", ["", " \n"])
@pytest.mark.parametrize(
    ("state", "step", "code", "message"),
    [
        ("sent", ("answer", "partly"), "no_reason", "A reason is needed with 'partly'."),
        ("sent", ("answer", "no"), "no_reason", "A reason is needed with 'no'."),
        ("sent", ("answer", "not-ours"), "no_reason", "A reason is needed with 'not-ours'."),
        ("accepted", ("withdraw",), "usage", "Say why it is withdrawn."),
        ("accepted", ("send",), "usage", "Say to whom it was sent."),
    ],
)
def test_who_and_why_are_not_left_out(
    vantaa: World, state: str, step: tuple[str, ...], code: str, message: str, blank: str
) -> None:
    number = bring(vantaa, state)
    before = everything(vantaa)
    with pytest.raises(UsageError) as wrong:
        go(vantaa, number, *step, blank)
    assert (wrong.value.code, wrong.value.message) == (code, message)
    assert everything(vantaa) == before


# What is special about a state


def test_sending_again_changes_who_is_asked_and_by_when(vantaa: World) -> None:
    number = bring(vantaa, "sent")
    assert go(vantaa, number, *SEND, due="2022-11-15").due == "2022-11-15"
    again = go(vantaa, number, "send", "Kaupunki", on="2022-09-21")
    assert (again.sent_to, again.sent_on, again.due) == ("Kaupunki", "2022-09-21", None)
    assert steps(vantaa, number) == ["added", "accepted", "sent", "sent", "sent"]


@pytest.mark.parametrize("state", ["answered not-ours", "told not-ours"])
def test_what_is_sent_on_waits_anew_and_the_old_answer_stays_in_the_history(vantaa: World, state: str) -> None:
    number = bring(vantaa, state)
    on = go(vantaa, number, "send", "Kaupunki", due="2022-10-31")
    assert (on.status, on.sent_to, on.due, on.sent_on) == ("sent", "Kaupunki", "2022-10-31", "2022-09-20")
    assert (on.decision, on.reason, on.answered_on, on.told_on) == ("", "", None, None)
    kept = [step for step in proposals.history(vantaa.db, number) if step.did == "answered"]
    assert [(step.decision, step.reason, step.on_date) for step in kept] == [("not-ours", "Kuuluu kaupungille", "2022-09-03")]
    assert proposals.overdue(on, date(2022, 11, 1))
    assert go(vantaa, number, *YES).decision == "yes"


def test_what_is_done_after_the_answer_was_told_is_told_again(vantaa: World) -> None:
    number = bring(vantaa, "told partly")
    assert not proposals.finished(proposals.get(vantaa.db, number))
    assert go(vantaa, number, "done").status == "done"
    last = go(vantaa, number, "told", on="2022-09-29")
    assert (last.status, last.told_on, proposals.finished(last)) == ("told", "2022-09-29", True)


@pytest.mark.parametrize("kind", proposals.KINDS)
def test_an_initiative_that_was_sent_is_not_withdrawn_in_silence(vantaa: World, kind: str) -> None:
    number = bring(vantaa, "sent", kind=kind)
    if kind != "initiative":
        assert go(vantaa, number, *WITHDRAW).status == "withdrawn"
        return
    with pytest.raises(Refused) as refused:
        go(vantaa, number, *WITHDRAW)
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "initiative_unanswered",
        "Proposal 1 is an initiative and has no answer yet: it cannot be withdrawn in silence.",
        NOW["sent"],
    )
    assert steps(vantaa, number) == ["added", "accepted", "sent"]
    unsent = bring(vantaa, "accepted", kind=kind, text="Toinen")
    assert go(vantaa, unsent, *WITHDRAW).status == "withdrawn"


def test_what_is_promised_may_have_a_day(vantaa: World) -> None:
    number = bring(vantaa, "sent")
    before = everything(vantaa)
    for step, due in ((NO, "2022-12-31"), (NOT_OURS, "2022-12-31"), (YES, "2022-09-19")):
        with pytest.raises(UsageError):
            go(vantaa, number, *step, due=due)
    assert everything(vantaa) == before
    assert go(vantaa, number, *PARTLY, due="2022-09-20").done_by == "2022-09-20"
    assert go(vantaa, number, *PARTLY, due="2023-05-31").done_by == "2023-05-31"
    go(vantaa, number, *PARTLY, due="2023-05-31")
    assert not vantaa.wrote
    assert proposals.history(vantaa.db, number)[-1].due == "2023-05-31"
    assert go(vantaa, number, *NO).done_by is None


@pytest.mark.parametrize("state", [state for state, path in PATHS.items() if path])
def test_the_last_step_can_be_taken_back_and_stays_in_the_history(vantaa: World, state: str) -> None:
    number = draft(vantaa).id
    stood = [proposals.get(vantaa.db, number)]
    for day, step in enumerate(PATHS[state], 1):
        stood.append(go(vantaa, number, *step, on=f"2022-09-{day:02}"))
    history = proposals.history(vantaa.db, number)
    for back in range(1, len(stood)):
        assert go(vantaa, number, "undo") == proposals.get(vantaa.db, number) == stood[-1 - back]
        assert steps(vantaa, number) == [step.did for step in history] + ["undone"] * back
    assert proposals.history(vantaa.db, number)[: len(history)] == history
    with pytest.raises(Refused) as refused:
        go(vantaa, number, "undo")
    assert (refused.value.code, refused.value.hint) == (
        "nothing_to_undo", f"If it was entered by mistake: osallisuus proposal remove {number}.",
    )  # fmt: skip
    assert go(vantaa, number, *ACCEPT, on="2022-09-01").status == "accepted"
