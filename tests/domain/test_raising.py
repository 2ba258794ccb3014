"""What one panel raises to another, and what comes back."""

from typing import Any

import pytest

from osallisuus.domain import progress, proposals
from osallisuus.domain.proposals import Proposal
from osallisuus.errors import NotFound, OsallisuusError, Refused
from tests.domain.conftest import World
from tests.domain.test_progress import (
    ACCEPT,
    DONE,
    NO,
    NOT_OURS,
    PARTLY,
    RAISE,
    SEND,
    TEXT,
    TODAY,
    TOLD,
    WITHDRAW,
    YES,
    bring,
    draft,
    everything,
    go,
    panels,
    steps,
)


@pytest.fixture
def vantaa(world: World) -> World:
    return panels(world)


def raised(world: World, *, to: str = "", **values: Any) -> int:
    """Accept a proposal of the side panel and raise it; return the number it has above."""
    below = draft(world, **{"panel": "sivu"} | values).id
    go(world, below, *ACCEPT, on="2022-09-01")
    go(world, below, "raise", to, on="2022-09-05")
    return below + 1


def standing(world: World, *numbers: int) -> list[tuple[str, str, str, str | None]]:
    all_ = [proposals.get(world.db, number) for number in numbers or [proposal.id for proposal in proposals.search(world.db)]]
    return [(p.status, p.decision, p.reason, p.done_on) for p in all_]


def climb(world: World) -> World:
    """Raise a proposal from the village to the side panel and on to the main panel: 1, 2 and 3."""
    raised(world, panel="kylä")
    go(world, 2, *ACCEPT, on="2022-09-05")
    go(world, 2, *RAISE, on="2022-09-06")
    return world


@pytest.fixture
def chain(vantaa: World) -> World:
    """Let what came up from the village be sent by the main panel."""
    climb(vantaa)
    go(vantaa, 3, *ACCEPT, on="2022-09-06")
    go(vantaa, 3, *SEND, on="2022-09-07", due="2022-10-01")
    return vantaa


def test_what_is_raised_is_a_draft_of_the_panel_above(vantaa: World) -> None:
    event = vantaa.add("sivu", "2022-09-01T17:00")
    raised(vantaa, event_id=event.id, kind="initiative", theme="kuljetus", scope="ok")
    below, above = (proposals.get(vantaa.db, number) for number in (1, 2))
    assert (below.status, below.sent_to, below.sent_on, below.due) == ("sent", "vantaa", "2022-09-05", None)
    assert steps(vantaa, 1) == ["added", "accepted", "raised"]
    assert above == Proposal(
        id=2, panel="vantaa", raised_from=1, kind="initiative", theme="kuljetus", text=TEXT, scope="ok", added_on="2022-09-05"
    )  # fmt: skip
    assert proposals.trail(vantaa.db, below) == ([], above)
    assert proposals.trail(vantaa.db, above) == ([below], None)


def test_raising_again_changes_nothing_and_elsewhere_is_refused(vantaa: World) -> None:
    raised(vantaa, to="Kylä")
    assert proposals.get(vantaa.db, 2).panel == "kylä"
    before = everything(vantaa)
    assert go(vantaa, 1, "raise", "kylä").sent_to == "kylä"
    assert not vantaa.wrote
    with pytest.raises(Refused, match=r"^Proposal 1 cannot be raised\.$") as refused:
        go(vantaa, 1, *RAISE)
    assert refused.value.code == "is_sent"
    assert everything(vantaa) == before


@pytest.mark.parametrize(
    ("panel", "to", "error", "message"),
    [
        ("vantaa", "", Refused, "vantaa belongs to no other panel."),
        ("sivu", "sivu", Refused, "A panel cannot raise something to itself, or back to where it came from."),
        ("sivu", "Sivu", Refused, "A panel cannot raise something to itself, or back to where it came from."),
        ("sivu", "missing", NotFound, "There is no panel 'missing'."),
        ("sivu", "teematiistait", NotFound, "'teematiistait' is a series, not a panel."),
        ("sivu", "closed", Refused, "closed was closed on Fri 2021-12-31."),
    ],
)
def test_a_proposal_is_raised_to_another_panel_that_works(
    vantaa: World, panel: str, to: str, error: type[OsallisuusError], message: str
) -> None:
    vantaa.series()
    vantaa.panel("closed", closed_on="2021-12-31")
    number = bring(vantaa, "accepted", panel=panel)
    before = everything(vantaa)
    with pytest.raises(error) as refused:
        go(vantaa, number, "raise", to)
    assert refused.value.message == message
    assert everything(vantaa) == before


def test_the_answer_and_what_was_done_come_back_down_the_chain(chain: World) -> None:
    go(chain, 3, *PARTLY, on="2022-09-20")
    assert standing(chain) == [("answered", "partly", "Vain arkisin", None)] * 3
    assert {p.answered_on for p in proposals.search(chain.db)} == {"2022-09-20"}
    go(chain, 1, *TOLD, on="2022-09-21")
    assert [p.status for p in proposals.search(chain.db)] == ["told", "answered", "answered"]
    go(chain, 3, *DONE, on="2022-09-22")
    assert standing(chain) == [("done", "partly", "Vain arkisin", "2022-09-22")] * 3
    assert steps(chain, 1) == ["added", "accepted", "raised", "answered", "told", "done"]
    assert steps(chain, 2) == ["added", "accepted", "raised", "answered", "done"]
    below, above = proposals.trail(chain.db, proposals.get(chain.db, 3))
    assert ([p.id for p in below], above) == ([2, 1], None)
    assert chain.last_entry() == [
        {"did": "done", "proposal": number, "host": host, "on_date": "2022-09-22"}
        for number, host in ((3, "vantaa"), (2, "sivu"), (1, "kylä"))
    ]


@pytest.mark.parametrize("path", [(), (ACCEPT,), (ACCEPT, SEND)], ids=["draft", "accepted", "sent"])
def test_what_is_withdrawn_above_is_answered_with_its_reason_below(vantaa: World, path: tuple[tuple[str, ...], ...]) -> None:
    climb(vantaa)
    for step in (*path, WITHDRAW):
        go(vantaa, 3, *step)
    no = ("answered", "no", "Ratkesi jo", None)
    assert standing(vantaa) == [no, no, ("withdrawn", "", "", None)]
    assert proposals.history(vantaa.db, 3)[-1].reason == "Ratkesi jo"
    go(vantaa, 1, *TOLD)
    assert proposals.finished(proposals.get(vantaa.db, 1))


def test_what_was_taken_back_above_is_taken_back_below_until_it_was_told(chain: World) -> None:
    before = proposals.search(chain.db)
    go(chain, 3, *PARTLY)
    for number in (1, 2):
        with pytest.raises(Refused) as refused:
            go(chain, number, "undo")
        assert refused.value.code == "raised"
    go(chain, 3, "undo")
    assert proposals.search(chain.db) == before
    go(chain, 3, *PARTLY)
    go(chain, 2, *TOLD)
    told = everything(chain)
    with pytest.raises(Refused, match=r"^sivu has gone on from it already, with proposal 2\.$") as refused:
        go(chain, 3, "undo")
    assert (refused.value.code, everything(chain)) == ("gone_on_below", told)


@pytest.mark.parametrize("step", [("send", "Kaupunki"), YES, NO, WITHDRAW], ids=lambda step: "-".join(step[:2]))
@pytest.mark.parametrize(("number", "panel", "above"), [(1, "sivu", 2), (2, "vantaa", 3)])
def test_what_lies_with_another_panel_is_answered_there(
    chain: World, step: tuple[str, ...], number: int, panel: str, above: int
) -> None:
    before = everything(chain)
    with pytest.raises(Refused) as refused:
        go(chain, number, *step)
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "raised",
        f"Proposal {number} was raised to {panel}, where it is number {above}.",
        f"What is answered there comes back by itself. See: osallisuus proposal show {above}.",
    )
    assert everything(chain) == before


def test_an_answer_that_changes_above_is_to_be_told_again_below(chain: World) -> None:
    go(chain, 3, *NOT_OURS, on="2022-09-20")
    go(chain, 1, *TOLD, on="2022-09-21")
    go(chain, 3, "send", "Kaupunki", on="2022-09-22")
    old = ("not-ours", "Kuuluu kaupungille", None)
    assert standing(chain) == [("told", *old), ("answered", *old), ("sent", "", "", None)]
    with pytest.raises(Refused, match="Proposal 1 was raised to sivu"):
        go(chain, 1, *SEND, on="2022-09-23")
    go(chain, 3, *YES, on="2022-09-24")
    assert standing(chain) == [("answered", "yes", "", None)] * 3
    assert steps(chain, 1)[3:] == ["answered", "told", "answered"]


def test_what_lies_above_is_done_there(chain: World) -> None:
    go(chain, 3, *YES, on="2022-09-20")
    with pytest.raises(Refused, match=r"^Proposal 2 was raised to vantaa, where it is number 3\.$"):
        go(chain, 2, *DONE, on="2022-09-21")
    go(chain, 3, *DONE, on="2022-09-25")
    assert [p.done_on for p in proposals.search(chain.db)] == ["2022-09-25"] * 3


def test_what_was_sent_elsewhere_hears_no_more_from_above(chain: World) -> None:
    go(chain, 3, "answer", "not-ours", "Kaupungin asia", on="2022-09-20")
    go(chain, 3, *TOLD, on="2022-09-21")
    go(chain, 2, "send", "Kaupunki", on="2022-09-22")
    before = proposals.get(chain.db, 2)
    go(chain, 3, "send", "Lautakunta", on="2022-09-23")
    go(chain, 3, *NO, on="2022-09-24")
    assert proposals.get(chain.db, 2) == before
    go(chain, 3, "undo")
    assert proposals.get(chain.db, 2) == before
    go(chain, 3, *WITHDRAW, on="2022-09-25")
    assert proposals.get(chain.db, 2) == before
    go(chain, 2, *YES, on="2022-09-26")
    assert [p.decision for p in proposals.search(chain.db)] == ["yes", "yes", ""]


def test_what_was_raised_is_withdrawn_but_not_removed(vantaa: World) -> None:
    above = raised(vantaa)
    with pytest.raises(Refused, match=r"^Proposal 2 was raised by another panel or is on an agenda, and stays\.$") as refused:
        vantaa.write(lambda change: proposals.remove(vantaa.db, proposals.get(vantaa.db, above), change))
    assert refused.value.code == "in_use"
    go(vantaa, above, *WITHDRAW)
    assert [p.status for p in proposals.search(vantaa.db)] == ["answered", "withdrawn"]


def test_what_no_panel_above_handles_any_more_is_sent_on_by_the_panel_itself(chain: World) -> None:
    go(chain, 3, *NOT_OURS)
    for number in (3, 2):
        go(chain, number, *TOLD)
    assert go(chain, 1, "send", "Kaupunki").status == "sent"
    assert progress.allowed(proposals.get(chain.db, 1)).startswith("It waits for an answer")
    assert go(chain, 1, *YES, today=TODAY).decision == "yes"


def test_what_was_raised_by_mistake_is_withdrawn_above(vantaa: World) -> None:
    above = raised(vantaa)
    for number in (1, above):
        with pytest.raises(Refused) as refused:
            go(vantaa, number, "undo")
        assert f"osallisuus proposal withdraw {above} --reason TEXT." in refused.value.hint
    go(vantaa, above, *ACCEPT)
    with pytest.raises(Refused) as refused:
        go(vantaa, 1, "undo")
    assert refused.value.hint == f"Take the step back there: osallisuus proposal undo {above}."
