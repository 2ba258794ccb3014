"""The register of proposals: what is kept, found, changed and removed, and that it agrees with its history."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain import proposals
from osallisuus.domain.proposals import Proposal, Step
from osallisuus.errors import NotFound, OsallisuusError, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World
from tests.domain.test_progress import (
    ACCEPT,
    DONE,
    NO,
    NOT_OURS,
    PATHS,
    RAISE,
    SEND,
    STEPS,
    TEXT,
    TOLD,
    YES,
    bring,
    draft,
    everything,
    go,
    panels,
    steps,
)


def edit(world: World, number: int, **changes: object) -> Proposal:
    return world.write(lambda change: proposals.edit(world.db, proposals.get(world.db, number), changes, change))


def remove(world: World, number: int) -> None:
    world.write(lambda change: proposals.remove(world.db, proposals.get(world.db, number), change))


def found(world: World, **conditions: Any) -> list[int]:
    return [proposal.id for proposal in proposals.search(world.db, **conditions)]


@pytest.fixture
def vantaa(world: World) -> World:
    return panels(world)


# Adding


def test_a_proposal_begins_as_a_draft_of_its_panel(vantaa: World) -> None:
    event = vantaa.add("vantaa", "2022-09-29T17:00")
    added = draft(vantaa, text=f"  {TEXT}\n", event_id=event.id, theme="kuljetus", kind="recommendation")
    assert added == proposals.get(vantaa.db, 1) == Proposal(
        id=1, panel="vantaa", event_id=event.id, kind="recommendation", theme="kuljetus", text=TEXT, added_on="2022-08-22"
    )  # fmt: skip
    assert [(s.proposal_id, s.did, s.on_date, s.at) for s in proposals.history(vantaa.db, 1)] == [
        (1, "added", "2022-08-22", "2022-08-22T06:05:00Z")
    ]
    assert vantaa.last_entry() == [{"did": "added", "proposal": 1, "host": "vantaa", "on_date": "2022-08-22"}]


@pytest.mark.parametrize("state", PATHS)
def test_the_same_words_are_one_proposal_while_something_is_open(vantaa: World, state: str) -> None:
    bring(vantaa, state)
    again = draft(vantaa, text=f"{TEXT} ", kind="initiative")
    if state in ("told no", "told not-ours", "told done", "withdrawn"):
        assert (again.id, again.status, again.kind) == (2, "draft", "initiative")
    else:
        assert again == proposals.get(vantaa.db, 1)
        assert not vantaa.wrote
    assert draft(vantaa, "sivu").id != again.id


def test_a_proposal_needs_words_and_a_number_that_is_there(vantaa: World) -> None:
    for act in (lambda: draft(vantaa, text=" \n"), lambda: edit(vantaa, draft(vantaa).id, text=" ")):
        with pytest.raises(UsageError, match=r"^A proposal needs words\.$"):
            act()
    with pytest.raises(NotFound) as missing:
        proposals.get(vantaa.db, 7)
    assert (missing.value.message, missing.value.hint) == ("There is no proposal 7.", "See them: osallisuus proposal list.")


@pytest.mark.parametrize(
    ("text", "asked", "kept"),
    [
        ("Äitini hakemus on viipynyt", "", "individual-case"),
        ("Mummon annostus ohjeisiin", "", "medical-decision"),
        ("The dosage for MY MOTHER", "", "medical-decision"),
        ("Min son fick ingen plats", "", "individual-case"),
        ("Äitini hakemus on viipynyt", "ok", "ok"),
        ("Puhelin auki iltaisin", "", ""),
        ("Isäntien valistus", "", ""),
        ("Puhelin auki iltaisin", "individual-case", "individual-case"),
    ],
)
def test_words_that_sound_like_one_persons_case_are_asked_about(vantaa: World, text: str, asked: str, kept: str) -> None:
    assert draft(vantaa, text=text, scope=asked).scope == kept


# Finding


def test_proposals_are_found_by_panel_state_kind_and_session(vantaa: World) -> None:
    event = vantaa.add("vantaa", "2022-09-29T17:00")
    for state in PATHS:
        bring(vantaa, state, text=state)
    draft(vantaa, "sivu", kind="initiative")
    draft(vantaa, event_id=event.id, kind="initiative")
    numbers = {state: number for number, state in enumerate(PATHS, 1)}
    told = [numbers[state] for state in ("told yes", "told partly", "told no", "told not-ours", "told done")]
    assert found(vantaa) == list(range(1, 16))
    assert found(vantaa, panel="sivu") == [14]
    assert found(vantaa, status="told") == told
    assert found(vantaa, kind="initiative") == [14, 15]
    assert found(vantaa, kind="initiative", panel="vantaa", status="draft") == [15]
    assert found(vantaa, event_id=event.id) == [15]
    assert set(found(vantaa)) - set(found(vantaa, unfinished=True)) == {*told[2:], numbers["withdrawn"]}
    assert found(vantaa, unfinished=True, status="told") == told[:2]


@pytest.mark.parametrize(("state", "due", "late"), [
    ("sent", "2022-10-01", True), ("sent", "2022-10-02", False), ("sent", None, False),
    ("answered no", "2022-10-01", False), ("withdrawn", "2022-10-01", False), ("told yes", "2022-10-01", False),
])  # fmt: skip
def test_an_answer_is_overdue_after_its_day_until_it_comes(vantaa: World, state: str, due: str | None, *, late: bool) -> None:
    proposal = replace(proposals.get(vantaa.db, bring(vantaa, state)), due=due)
    assert proposals.overdue(proposal, date(2022, 10, 2)) == late
    document = proposals.public(proposal, date(2022, 10, 2))
    assert (document["overdue"], document["open"], document["due"]) == (late, state != "withdrawn", due)


# Changing and removing


@pytest.mark.parametrize("state", PATHS)
def test_the_panels_own_words_stand_once_it_has_accepted_them(vantaa: World, state: str) -> None:
    number = bring(vantaa, state)
    if state == "draft":
        assert edit(vantaa, number, text="Uudet sanat", kind="statement").text == "Uudet sanat"
        assert vantaa.erased
        return
    before = everything(vantaa)
    for changes in ({"text": "Uudet sanat"}, {"kind": "statement"}, {"text": "Uudet", "theme": "kuljetus"}):
        with pytest.raises(Refused) as refused:
            edit(vantaa, number, **changes)
        assert (refused.value.code, refused.value.message) == (
            "accepted_already",
            "The panel has accepted proposal 1 in these words.",
        )
    assert everything(vantaa) == before
    changed = edit(vantaa, number, text=TEXT, theme="kuljetus", scope="ok")
    assert changed == proposals.get(vantaa.db, number)
    assert (changed.theme, changed.scope, vantaa.erased) == ("kuljetus", "ok", False)
    assert steps(vantaa, number)[-1] == "edited"
    edit(vantaa, number, text=TEXT, theme="kuljetus", scope="ok")
    assert not vantaa.wrote


@pytest.mark.parametrize("state", PATHS)
def test_only_a_draft_is_removed(vantaa: World, state: str) -> None:
    number = bring(vantaa, state)
    if state == "draft":
        remove(vantaa, number)
        assert (found(vantaa), proposals.history(vantaa.db, number), vantaa.erased) == ([], [], True)
        assert vantaa.last_entry() == [{"did": "removed", "proposal": 1, "host": "vantaa"}]
        assert draft(vantaa).id == 2  # a number is not given twice
        return
    before = everything(vantaa)
    with pytest.raises(Refused, match="Proposal 1 is no draft any more and stays in the register") as refused:
        remove(vantaa, number)
    assert refused.value.code == "in_use"
    assert everything(vantaa) == before


def test_the_log_holds_no_words_of_anybody(vantaa: World) -> None:
    for step in ("sent", "answered not-ours", "withdrawn", "told partly"):
        bring(vantaa, step, text=f"Ehdotus {step}", theme="kuljetus")
    edit(vantaa, draft(vantaa, text="Ehdotus viisi").id, text="Muutettu", theme="palvelut")
    go(vantaa, draft(vantaa, "sivu", text="Ehdotus kuusi").id, *ACCEPT)
    go(vantaa, 6, *RAISE)
    written = str([entry.changes for entry in logbook.entries(vantaa.db.connection)])
    words = ("Ehdotus", "Muutettu", "kuljetus", "palvelut", "Johtoryhmä", "kaupungille", "Ratkesi", "arkisin")
    assert [word for word in words if word in written] == []
    assert "'did': 'answered', 'proposal': 2, 'host': 'vantaa', 'on_date': '2022-09-03'" in written


# Whatever is done

DEEDS = st.tuples(
    st.sampled_from([1, 1, 2]),
    st.sampled_from([*STEPS, SEND, YES, NO, NOT_OURS, ACCEPT, SEND, DONE, TOLD, ("undo",)]),
    st.integers(1, 9),
    st.sampled_from(["", "2022-09-09", "2022-10-10"]),
)


@given(st.sampled_from(sorted(PATHS)), st.lists(DEEDS, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_register_agrees_with_its_history(
    vantaa: World, state: str, deeds: list[tuple[int, tuple[str, ...], int, str]]
) -> None:
    vantaa.db.connection.executescript(
        "UPDATE proposals SET raised_from = NULL; DELETE FROM proposals; DELETE FROM sqlite_sequence WHERE name = 'proposals'"
    )
    bring(vantaa, state, panel="sivu")
    for which, step, day, due in deeds:
        before = {p.id: (p, proposals.history(vantaa.db, p.id)) for p in proposals.search(vantaa.db)}
        with suppress(OsallisuusError):
            go(vantaa, which, *step, on=f"2022-09-{day:02}", due=due if step[0] in ("send", "raise") else "")
        unfinished = {p.id for p in proposals.search(vantaa.db, unfinished=True)}
        for now in proposals.search(vantaa.db):
            history = proposals.history(vantaa.db, now.id)
            earlier, known = before.get(now.id, (None, []))
            assert history[: len(known)] == known
            assert (now == earlier) == (len(history) == len(known))
            agrees(now, history)
            assert proposals.finished(now) == (now.id not in unfinished)
            assert not (proposals.finished(now) and proposals.overdue(now, date(2030, 1, 1)))


def agrees(now: Proposal, history: list[Step]) -> None:
    """Assert that the columns are what the last steps of each sort say that were not taken back."""
    valid: list[Step] = []
    for step in history:
        valid = valid[:-1] if step.did == "undone" else [*valid, step]
    last = {"sent" if step.did == "raised" else step.did: (place, step) for place, step in enumerate(valid)}
    order = sorted(last, key=lambda did: last[did][0])
    assert now.status == {"added": "draft"}.get(order[-1], order[-1])
    days = {did: step.on_date for did, (_place, step) in last.items()}
    stale = {did for did in ("answered", "told") if "sent" in last and did in last and last[did][0] < last["sent"][0]}
    for did in ("accepted", "sent", "answered", "done", "told"):
        assert getattr(now, f"{did}_on") == (None if did in stale else days.get(did)), did
    if "answered" in last and "answered" not in stale:
        answered = last["answered"][1]
        assert (now.decision, now.reason) == (answered.decision, answered.reason)
    else:
        assert (now.decision, now.reason) == ("", "")
    if "sent" in last:
        assert (now.sent_to, now.due) == (last["sent"][1].sent_to, last["sent"][1].due)
