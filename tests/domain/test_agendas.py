"""What is on an agenda, what comes there by itself, and what goes on from one session to the next."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

import pytest

from osallisuus.domain import agendas, events, hosts, planning, proposals, rundowns
from osallisuus.domain.agendas import Item
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store.logbook import Change
from tests.domain.conftest import World
from tests.domain.test_progress import ACCEPT, RAISE, TODAY, WITHDRAW, YES, bring, draft, everything, go, panels

MEMO_1, MEMO_2, MEMO_3 = (f"Accepting the memo of Thu 2022-{day}" for day in ("09-29", "10-27", "11-24"))
ANSWER = "Answer to proposal 1 (Puhelin auki myös iltaisin): yes."
RAISED = "Raised by Sivuraati: Puhelin auki myös iltaisin"


class Year:
    """A panel with four sessions to come, and the verbs of their agendas as the commands call them."""

    def __init__(self, world: World) -> None:
        self.world = panels(world)
        days = ("2022-09-29", "2022-10-27", "2022-11-24", "2022-12-15")
        self.sessions = [world.add("vantaa", f"{day}T17:00") for day in days]

    def at(self, number: int) -> Event:
        return events.get(self.world.db, f"vantaa/{number}", today=TODAY)

    def shown(self, number: int) -> list[str]:
        """Return the titles of an agenda, a carried one with the day it was first."""
        lines = rundowns.lines(self.world.db, self.at(number))
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        return [f"{line.title} {line.since}" if line.since else line.title for line in lines]

    def write(self, act: Callable[..., Any], number: int, *details: Any, **more: Any) -> Any:
        return self.world.write(lambda change: act(self.world.db, self.at(number), *details, change, **more))

    def add(self, number: int, *titles: str, **values: Any) -> None:
        for title in titles:
            self.write(agendas.add, number, Item(event_id=0, title=title, **values))

    def note(self, number: int, item: int, text: str = "Todettiin.", *, closed: bool | None = None, **noted: Any) -> Item:
        details = {"outcome": text, **noted}
        item_: Item = self.write(agendas.outcome, number, item, details, today=TODAY, closed=closed)
        return item_

    def hold(self, *numbers: int) -> None:
        def held(event: Event, change: Change) -> None:
            agendas.settle(self.world.db, event, change)
            events.hold(self.world.db, event, change, today=TODAY)

        for number in numbers:
            self.world.write(partial(held, self.at(number)))

    def raised(self) -> None:
        """Let proposal 1 of the side panel be proposal 2 here."""
        draft(self.world, "sivu")
        go(self.world, 1, *ACCEPT)
        go(self.world, 1, *RAISE)

    def status(self, number: int) -> str:
        return proposals.get(self.world.db, number).status


def fill(year: Year) -> Year:
    """Let something of each sort come to the second session by itself: memo, carried item, answer (1) and raised (3)."""
    year.add(1, "Kuulutukset", "Työtavat")
    year.note(1, 2)
    year.hold(1)
    bring(year.world, "answered yes")
    draft(year.world, "sivu", text="Kyydit")
    go(year.world, 2, *ACCEPT)
    go(year.world, 2, *RAISE)
    return year


@pytest.fixture
def year(world: World) -> Year:
    return Year(world)


@pytest.fixture
def full(year: Year) -> Year:
    return fill(year)


FULL = [MEMO_1, "Kuulutukset 2022-09-29", ANSWER, "Raised by Sivuraati: Kyydit"]


# What comes by itself


def test_what_comes_by_itself_comes_to_the_next_session_only(full: Year) -> None:
    assert full.shown(1) == ["Kuulutukset", "Työtavat"]
    assert full.shown(2) == FULL
    assert full.shown(3) == [MEMO_2]
    assert full.shown(4) == [MEMO_3]
    items = agendas.get(full.world.db, full.at(2))
    event = full.at(2).id
    assert items == [
        Item(event_id=event, kind="decision", memo_of=full.at(1).id),
        Item(event_id=event, title="Kuulutukset", carried_from=1),
        Item(event_id=event, kind="report-back", step_id=4),
        Item(event_id=event, kind="decision", step_id=8),
    ]


def test_reading_an_agenda_writes_nothing(full: Year) -> None:
    before = full.world.db.path.read_bytes()
    for number in (1, 2, 3, 4):
        assert full.shown(number)
    assert agendas.owned(full.world.db) == []
    assert full.world.db.path.read_bytes() == before


def test_what_was_shown_is_kept_once_and_in_that_order(full: Year) -> None:
    kept = full.write(agendas.settle, 2)
    assert full.world.last_entry() == [{"did": "settled", "event": "vantaa/2", "host": "vantaa", "items": 4}]
    assert [(item.id, item.position) for item in kept] == [(3, 1), (4, 2), (5, 3), (6, 4)]
    before = everything(full.world)
    assert full.write(agendas.settle, 2) == agendas.get(full.world.db, full.at(2)) == kept
    assert not full.world.wrote
    assert everything(full.world) == before
    assert (full.shown(2), full.shown(3)) == (FULL, [MEMO_2])


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("settled", [False, True])
def test_the_number_that_is_shown_is_the_number_that_is_noted(full: Year, number: int, *, settled: bool) -> None:
    if settled:
        full.add(2, "Talous")
    shown = full.shown(2)
    assert shown == FULL + ["Talous"] * settled
    full.note(2, number, "Kirjattiin.", closed=False)
    assert full.shown(2) == shown
    lines = rundowns.lines(full.world.db, full.at(2))
    assert [line.number for line in lines if line.outcome] == [number]
    with pytest.raises(NotFound, match=rf"^The agenda of vantaa/2022-10-27 has no item {len(shown) + 1}\.$"):
        full.note(2, len(shown) + 1)


def test_what_came_to_nothing_is_left_out_unless_something_was_noted(full: Year) -> None:
    full.add(2, "Talous")
    go(full.world, 1, "undo")
    rest = [MEMO_1, "Kuulutukset 2022-09-29", FULL[3], "Talous"]
    assert full.shown(2) == rest
    go(full.world, 1, *YES)
    assert full.shown(2) == [*FULL, "Talous"]
    full.note(2, 3, "Keskusteltiin.", closed=False)
    go(full.world, 1, "undo")
    assert full.shown(2) == [*FULL, "Talous"]


def test_news_that_were_told_in_between_do_not_come_any_more(full: Year) -> None:
    go(full.world, 1, "told")
    assert full.shown(2) == [MEMO_1, "Kuulutukset 2022-09-29", FULL[3]]
    go(full.world, 1, "done")
    assert full.shown(2)[2:] == [FULL[3], "Proposal 1 (Puhelin auki myös iltaisin): what was promised is done."]


def test_what_the_panel_accepts_or_is_told_on_the_day_stands_on_that_agenda(full: Year) -> None:
    go(full.world, 3, *ACCEPT, on="2022-10-27")
    go(full.world, 1, "told", on="2022-10-27")
    assert full.shown(2) == FULL
    lines = rundowns.lines(full.world.db, full.at(2))
    assert [(line.status, line.outcome) for line in lines[2:]] == [("closed", ""), ("closed", "The panel accepted it.")]


def test_what_a_panel_below_raised_waits_on_one_agenda_until_it_is_accepted(year: Year) -> None:
    year.raised()
    assert (year.shown(1), year.shown(2)) == ([RAISED], [MEMO_1])
    year.note(1, 1, "Kannatetaan.")
    assert year.status(2) == "draft"
    year.hold(1)
    assert year.shown(2) == [MEMO_1]
    go(year.world, 2, *WITHDRAW)
    assert (year.shown(1), year.shown(2)) == ([RAISED], [MEMO_1])


def test_a_memo_that_was_not_accepted_comes_again_after_the_newer_one(year: Year) -> None:
    year.hold(1, 2)
    assert year.shown(3) == [MEMO_2, f"{MEMO_1} 2022-10-27"]
    assert agendas.gone_through(year.world.db, year.at(1)) is None
    accepted = year.note(3, 2)
    year.note(3, 1)
    assert agendas.gone_through(year.world.db, year.at(1)) == (date(2022, 11, 24), accepted)
    year.hold(3)
    assert year.shown(4) == [MEMO_3]


def test_a_training_or_interview_has_nothing_by_itself_and_no_memo(year: Year) -> None:
    for day, kind in (("2022-09-30", "training"), ("2022-10-01", "interview"), ("2022-10-02", "workshop")):
        event = planning.blank(hosts.get(year.world.db, "vantaa"), f"{day}T17:00", uid=day, kind=kind)
        year.world.write(lambda change, event=event: events.add(year.world.db, event, change))
    year.hold(1)
    bring(year.world, "answered yes")
    assert (year.shown(5), year.shown(6), year.shown(7)) == ([], [], [MEMO_1, ANSWER])
    assert year.shown(2) == ["Accepting the memo of Sun 2022-10-02"]
    year.hold(5, 6, 7)
    assert year.shown(2) == ["Accepting the memo of Sun 2022-10-02", f"{MEMO_1} 2022-10-02", f"{ANSWER} 2022-10-02"]


def test_only_the_session_of_a_panel_has_an_agenda(year: Year) -> None:
    year.world.series()
    webinar = year.world.add("teematiistait", "2022-09-13T14:00")
    assert agendas.get(year.world.db, webinar) == []
    with pytest.raises(UsageError, match=r"^Only the session of a panel has an agenda\.$"):
        year.world.write(lambda change: agendas.add(year.world.db, webinar, Item(event_id=webinar.id, title="Aihe"), change))


# From one session to the next


def test_what_is_left_open_goes_on_with_who_sees_to_it(year: Year) -> None:
    who = year.world.person().id
    year.add(1, "Kuulutukset", "Lomake", minutes=30, title_sv="Utrop", scope="ok", presenter_id=who)
    year.note(1, 1, "Selvitetään.", owner_id=who, due="2022-10-20")
    year.hold(1)
    carried = agendas.get(year.world.db, year.at(2))[1]
    old = agendas.get(year.world.db, year.at(1))[0]
    changed = {"id": 0, "event_id": year.at(2).id, "outcome": "", "carried_from": old.id}
    assert asdict(carried) == asdict(old) | changed
    assert (old.status, old.outcome, old.due) == ("open", "Selvitetään.", "2022-10-20")
    year.note(2, 1)
    year.hold(2, 3)
    assert year.shown(4) == [MEMO_3, f"{MEMO_2} 2022-11-24", "Kuulutukset 2022-09-29", "Lomake 2022-09-29"]
    found = agendas.owned(year.world.db, due_before=date(2022, 10, 21))
    assert [(item.title, event.lasting) for item, event in found] == [("Kuulutukset", "vantaa/3")]
    assert agendas.owned(year.world.db, due_before=date(2022, 10, 20)) == []
    assert [item.id for item, _event in agendas.owned(year.world.db, person_id=who)] == [found[0][0].id]
    assert agendas.owned(year.world.db, person_id=who + 1) == []
    year.note(4, 3)
    year.hold(4)
    assert agendas.owned(year.world.db) == []


@pytest.mark.parametrize(
    ("noted", "closed", "status"),
    [
        ({}, None, "closed"),
        ({"owner_id": 1}, None, "open"),
        ({"due": "2022-10-20"}, None, "open"),
        ({"owner_id": 1, "due": "2022-10-20"}, True, "closed"),
        ({}, False, "open"),
    ],
)
def test_an_outcome_closes_unless_somebody_sees_to_it(
    year: Year, noted: dict[str, Any], *, closed: bool | None, status: str
) -> None:
    year.world.person()
    year.add(1, "Lomake")
    assert year.note(1, 1, closed=closed, **noted).status == status
    before = everything(year.world)
    year.note(1, 1, closed=closed, **noted)
    assert (year.world.wrote, everything(year.world)) == (False, before)
    year.note(1, 1, "Korjattu.", closed=closed, **noted)
    assert year.world.erased
    year.hold(1)
    assert year.shown(2) == [MEMO_1] + ["Lomake 2022-09-29"] * (status == "open")


def test_what_is_closed_where_it_came_from_is_gone_unless_noted_here(year: Year) -> None:
    year.add(1, "Lomake", "Kuulutukset")
    year.hold(1)
    year.note(2, 2, "Jatketaan.", closed=False)
    year.note(1, 1)
    year.note(1, 2)
    assert year.shown(2) == [MEMO_1, "Lomake 2022-09-29"]
    year.hold(2)
    assert year.shown(2) == [MEMO_1, "Lomake 2022-09-29"]
    assert year.shown(3) == [MEMO_2, f"{MEMO_1} 2022-10-27", "Lomake 2022-09-29"]


def test_a_cancelled_session_is_passed_over_and_its_items_go_on(full: Year) -> None:
    full.add(2, "Talous")
    full.world.cancel(full.at(2))
    later = [f"{title} 2022-10-27" for title in (ANSWER, "Raised by Sivuraati: Kyydit", "Talous")]
    assert full.shown(3) == [MEMO_1, "Kuulutukset 2022-09-29", *later]
    full.note(3, 5, "Käsiteltiin täällä.", closed=False)
    full.world.restore(full.at(2))
    assert full.shown(2) == [*FULL, "Talous"]
    assert [title for title in full.shown(3) if not title.startswith("Accepting")] == ["Talous 2022-10-27"]


@pytest.mark.parametrize("reference", [1, 3])
def test_a_cancelled_session_has_no_agenda_any_more(year: Year, reference: int) -> None:
    year.add(reference, "Lomake")
    year.world.cancel(year.at(reference))
    before = everything(year.world)
    for act in (
        lambda: year.add(reference, "Talous"),
        lambda: year.note(reference, 1),
        lambda: year.write(agendas.edit, reference, 1, {"minutes": 5}),
        lambda: year.write(agendas.move, reference, 1, 2),
        lambda: year.write(agendas.remove, reference, 1),
    ):
        with pytest.raises(Refused, match="has no agenda any more") as refused:
            act()
        assert refused.value.code == "is_cancelled"
    assert everything(year.world) == before


def test_a_session_that_was_held_by_mistake_takes_its_items_back(full: Year) -> None:
    full.write(agendas.settle, 2)
    full.world.restore(full.at(1))
    assert full.shown(2) == [MEMO_1, ANSWER, "Raised by Sivuraati: Kyydit"]
    full.hold(1)
    assert full.shown(2) == FULL


def test_what_comes_by_itself_follows_the_order_of_the_dates(full: Year) -> None:
    full.world.move(full.at(2), "2022-12-01T17:00")
    assert full.shown(3) == FULL
    assert full.shown(2) == [MEMO_3]
    full.world.move(full.at(2), "2022-11-24T16:00")
    assert full.shown(3) == ["Accepting the memo of Thu 2022-11-24"]
    assert full.shown(2) == FULL


def test_what_was_held_keeps_its_agenda(full: Year) -> None:
    full.hold(2)
    go(full.world, 1, "told")
    go(full.world, 3, *ACCEPT)
    bring(full.world, "answered no", text="Toinen")
    full.world.cancel(full.at(3))
    assert full.shown(2) == FULL
    assert full.shown(4)[-1] == "Answer to proposal 4 (Toinen): no. Ei varaa"


# Answers


def test_an_answer_that_was_gone_through_has_been_told(year: Year) -> None:
    bring(year.world, "answered yes")
    year.note(1, 1, "Palataan asiaan.", closed=False)
    assert year.status(1) == "answered"
    year.hold(1)
    assert year.shown(2) == [MEMO_1, f"{ANSWER} 2022-09-29"]
    year.note(2, 2, "Kiitoksin.")
    told = proposals.get(year.world.db, 1)
    assert (told.status, told.told_on) == ("told", "2022-10-27")
    assert [(change["did"], change.get("proposal")) for change in year.world.last_entry()] == [
        ("settled", None), ("concluded", None), ("told", 1),
    ]  # fmt: skip


def test_that_it_was_done_is_news_of_its_own(year: Year) -> None:
    bring(year.world, "answered yes")
    year.note(1, 1)
    year.hold(1)
    assert year.shown(2) == [MEMO_1]
    go(year.world, 1, "done", on="2022-10-01")
    assert year.shown(2) == [MEMO_1, "Proposal 1 (Puhelin auki myös iltaisin): what was promised is done."]
    year.note(2, 2)
    assert proposals.finished(proposals.get(year.world.db, 1))
    assert proposals.get(year.world.db, 1).told_on == "2022-10-27"


def test_news_that_came_after_the_session_was_heard_on_its_own_day(year: Year) -> None:
    bring(year.world, "answered yes")
    year.write(agendas.settle, 1)
    go(year.world, 1, "answer", "no", "Ei sittenkään", on="2022-10-02")
    year.note(1, 1)
    assert proposals.get(year.world.db, 1).told_on == "2022-10-02"
