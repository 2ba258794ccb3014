"""What is still open when somebody leaves a panel."""

from datetime import date
from typing import Any

import pytest

from osallisuus.domain import agendas, agreements, attendance, departures, memberships
from osallisuus.domain.agendas import Item
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.attendance import Mark
from osallisuus.domain.departures import Matter
from osallisuus.domain.events import Event
from osallisuus.domain.memberships import Membership
from tests.domain.conftest import TODAY, World

LAST = date(2022, 9, 30)


def join(world: World, panel: str = "vantaa", person: int = 1, **values: Any) -> None:
    period = Membership(**{"panel": panel, "person_id": person, "role": "peer", "from_date": "2022-01-01"} | values)
    world.write(lambda change: memberships.add(world.db, period, change))


def consent(world: World, kind: str, **values: Any) -> None:
    agreement = Agreement(**{"person_id": 1, "kind": kind, "on_date": "2022-01-20"} | values)
    world.write(lambda change: agreements.add(world.db, agreement, change))


def item(world: World, event: Event, title: str, **values: Any) -> None:
    world.write(lambda change: agendas.add(world.db, event, Item(event_id=event.id, title=title, **values), change))


def conclude(world: World, event: Event, number: int, *, closed: bool | None = None, **noted: Any) -> None:
    world.write(lambda change: agendas.outcome(world.db, event, number, noted, change, today=TODAY, closed=closed))


def attend(world: World, event: Event, person: int = 1) -> None:
    mark = Mark(event_id=event.id, person_id=person, duty="expert")
    world.write(lambda change: attendance.mark(world.db, event, mark, change, today=TODAY))


def open_matters(world: World, last: date = LAST, panel: str = "vantaa") -> list[tuple[str, str, str]]:
    return [(m.kind, m.text, m.command) for m in departures.open_matters(world.db, panel, 1, last)]


@pytest.fixture
def vantaa(world: World) -> World:
    """Add two panels and two people in the first."""
    for slug in ("vantaa", "espoo"):
        world.panel(slug, at="17:00", minutes=120)
    world.person("Aino Esimerkki")
    world.person("Eero Malli")
    join(world)
    join(world, person=2)
    return world


def test_who_has_nothing_to_do_leaves_nothing_open(vantaa: World) -> None:
    vantaa.add("vantaa", "2022-10-27T17:00")
    assert departures.open_matters(vantaa.db, "vantaa", 1, LAST) == []


def test_what_somebody_sees_to_in_the_panel_is_open_until_it_is_closed(vantaa: World) -> None:
    event = vantaa.add("vantaa", "2022-08-18T17:00")
    other = vantaa.add("espoo", "2022-08-18T17:00")
    for where in (event, other):
        item(vantaa, where, "Opasteet")
        conclude(vantaa, where, 1, outcome="Selvitetään", owner_id=1, due="2022-10-01")
    item(vantaa, event, "Tuolit")
    conclude(vantaa, event, 2, outcome="Selvitetään", owner_id=2)
    matter = ("item", "sees to: Opasteet (vantaa/1)", "osallisuus session agenda edit vantaa/1 1 --owner …")
    assert open_matters(vantaa) == [matter]
    conclude(vantaa, event, 1, closed=True, outcome="Valmis")
    assert open_matters(vantaa) == []


@pytest.mark.parametrize("task", ["on the list", "presents"])
def test_a_task_at_a_session_after_the_last_day_is_open(vantaa: World, task: str) -> None:
    held, on_the_day, after, cancelled, elsewhere = (
        vantaa.add(slug, f"{day}T17:00")
        for slug, day in (
            ("vantaa", "2022-08-18"),
            ("vantaa", "2022-09-30"),
            ("vantaa", "2022-10-01"),
            ("vantaa", "2022-10-27"),
            ("espoo", "2022-10-27"),
        )
    )
    for event in (held, on_the_day, after, cancelled, elsewhere):
        if task == "on the list":
            attend(vantaa, event)
        else:
            item(vantaa, event, "Opasteet", presenter_id=1)
    vantaa.hold(held)
    vantaa.cancel(cancelled)
    at = "has something to do at {}"
    assert open_matters(vantaa) == [
        ("session", at.format("vantaa/3, Sat 2022-10-01"), "osallisuus attendance list vantaa/3"),
    ]
    assert [text for _kind, text, _command in open_matters(vantaa, date(2022, 8, 1))] == [
        at.format("vantaa/2, Fri 2022-09-30"),
        at.format("vantaa/3, Sat 2022-10-01"),
    ]
    assert departures.open_matters(vantaa.db, "vantaa", 2, LAST) == []


@pytest.mark.parametrize(("end", "open_"), [(None, True), ("2022-10-01", True), ("2022-09-30", False)])
def test_a_deputy_who_stays_longer_is_left_without_anybody(vantaa: World, end: str | None, *, open_: bool) -> None:
    join(vantaa, person=2, role="coordinator", deputy_for=1, to_date=end)
    join(vantaa, "espoo", person=2, deputy_for=1)
    matter = ("deputy", "Eero Malli is their deputy", "osallisuus member edit 2 --panel vantaa --deputy-for …")
    assert open_matters(vantaa) == [matter] * open_


def test_who_answers_for_the_panel_is_to_be_followed_by_somebody(vantaa: World) -> None:
    vantaa.change_host("vantaa", coordinator=1)
    assert open_matters(vantaa) == [("coordinator", "answers for the panel", "osallisuus panel edit vantaa --coordinator …")]
    assert open_matters(vantaa, panel="espoo") == []
    vantaa.change_host("vantaa", coordinator=2)
    assert open_matters(vantaa) == []


def test_consents_that_count_on_the_last_day_are_asked_about(vantaa: World) -> None:
    for kind in agreements.KINDS:
        consent(vantaa, kind)
    consent(vantaa, "photo", expires="2022-09-29")
    vantaa.write(lambda change: agreements.withdraw(vantaa.db, 1, "mailing", LAST, change))
    assert open_matters(vantaa) == [
        (
            "consent",
            f"{what} is in force; does it go on?",
            f"osallisuus agreement withdraw 1 --kind {kind} --on 2022-09-30",
        )
        for kind, what in (("name-publication", "consent to publishing the name"), ("recording", "consent to recording"))
    ]


@pytest.mark.parametrize(("end", "asked"), [(None, False), ("2022-10-01", False), ("2022-09-30", True)])
def test_consents_go_on_for_who_stays_in_another_panel(vantaa: World, end: str | None, *, asked: bool) -> None:
    consent(vantaa, "photo")
    join(vantaa, "espoo", to_date=end)
    assert [kind for kind, _text, _command in open_matters(vantaa)] == ["consent"] * asked


def test_everything_open_is_told_at_once_and_telling_changes_nothing(vantaa: World) -> None:
    event = vantaa.add("vantaa", "2022-10-27T17:00")
    attend(vantaa, event)
    item(vantaa, event, "Opasteet")
    vantaa.write(lambda change: agendas.edit(vantaa.db, event, 1, {"owner_id": 1}, change))
    join(vantaa, person=2, role="coordinator", deputy_for=1)
    vantaa.change_host("vantaa", coordinator=1)
    consent(vantaa, "photo")
    before = vantaa.db.path.read_bytes()
    found = departures.open_matters(vantaa.db, "vantaa", 1, LAST)
    assert [matter.kind for matter in found] == ["item", "session", "deputy", "coordinator", "consent"]
    assert found[1] == Matter(
        kind="session",
        text="has something to do at vantaa/1, Thu 2022-10-27",
        command="osallisuus attendance list vantaa/1",
    )
    assert vantaa.db.path.read_bytes() == before
