"""The programme of a date: when each talk begins, and who gives it."""

from datetime import datetime

import pytest

from osallisuus.domain import programmes
from osallisuus.domain.events import Event
from osallisuus.domain.programmes import Slot
from osallisuus.domain.speakers import Named
from osallisuus.domain.talks import Talk
from tests.domain.conftest import World
from tests.domain.webinars import edit, speaker, talk


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give two webinars."""
    world.series()
    return [world.add("teematiistait", f"2022-{month}-13T14:00") for month in ("09", "10")]


def clock(slots: list[Slot]) -> list[str]:
    return [slot.starts.strftime("%H:%M") if slot.starts else "" for slot in slots]


# A talk is its minutes and the states of its speakers.
@pytest.mark.parametrize(
    ("talks", "times"),
    [
        ([], []),
        (["20", "15", "25"], ["14:00", "14:20", "14:35"]),
        (["20", "", "25", "5"], ["14:00", "14:20", "", ""]),
        (["", "20"], ["14:00", ""]),
        (["20 declined", "15"], ["14:00", "14:00"]),
        (["20 declined cancelled", "15"], ["14:00", "14:00"]),
        (["20 declined invited", "15"], ["14:00", "14:20"]),
        (["20 confirmed", "15 spoke", "5"], ["14:00", "14:20", "14:35"]),
        ([" declined", "15", "5"], ["14:00", "14:00", "14:15"]),
        (["20 proposed", "15"], ["14:00", "14:20"]),
        (["1440", "15"], ["14:00", "14:00"]),
    ],
)
def test_each_talk_begins_when_the_one_before_it_ends(
    world: World, dates: list[Event], talks: list[str], times: list[str]
) -> None:
    people = [world.person(name) for name in ("Aino Esimerkki", "Eero Malli")]
    for n, told in enumerate(talks):
        minutes, *states = told.split(" ")
        one = talk(world, dates[0], f"Puhe {n}", minutes=int(minutes) if minutes else None)
        for person, state in zip(people, states, strict=False):
            speaker(world, one, person, state=state)
    assert clock(programmes.of(world.db, dates[0])) == times


def test_a_date_that_begins_before_midnight_goes_on_after_it(world: World, dates: list[Event]) -> None:
    late = world.add("teematiistait", "2022-10-30T23:50")
    for title in "AB":
        talk(world, late, title, minutes=20)
    assert [slot.starts for slot in programmes.of(world.db, late)] == [
        datetime(2022, 10, 30, 23, 50),
        datetime(2022, 10, 31, 0, 10),
    ]


def test_who_comes_is_who_confirmed_or_spoke(world: World, dates: list[Event]) -> None:
    one = talk(world, dates[0])
    states = ("proposed", "invited", "confirmed", "declined", "cancelled", "spoke")
    for state in states:
        speaker(world, one, world.person(f"Aino {state.capitalize()}"), state=state)
    (slot,) = programmes.of(world.db, dates[0])
    assert [each.state for each in slot.speakers] == list(states)
    assert [each.name for each in slot.coming] == ["Aino Confirmed", "Aino Spoke"]


def test_programmes_of_several_dates_stay_apart(world: World, dates: list[Event]) -> None:
    for event, title in ((dates[1], "Kaksi"), (dates[0], "Yksi"), (dates[0], "Toinen")):
        one = talk(world, event, title)
        speaker(world, one, world.person(f"Aino {title}"))
    edit(world, 3, position=1)
    found = programmes.by_event(world.db, dates)
    assert {
        number: [(slot.talk.title, [each.name for each in slot.speakers]) for slot in own] for number, own in found.items()
    } == {1: [("Toinen", ["Aino Toinen"]), ("Yksi", ["Aino Yksi"])], 2: [("Kaksi", ["Aino Kaksi"])]}
    assert programmes.by_event(world.db, [dates[0]]) == {1: found[1]}
    assert programmes.by_event(world.db, []) == {}
    third = world.add("teematiistait", "2022-12-13T14:00")
    assert (programmes.by_event(world.db, [third]), programmes.of(world.db, third)) == ({3: []}, [])


def test_its_json_has_no_rows_of_tables_and_no_number_of_a_speaker(world: World, dates: list[Event]) -> None:
    one = talk(world, dates[0], minutes=20, title_sv="Kunskap")
    speaker(world, one, world.person("Sanna Exempel"), "Exempelföreningen rf", title="sakkunnig", may_publish="yes")
    (slot,) = programmes.of(world.db, dates[0])
    assert programmes.public(slot, "teematiistait/2022-09-13") == {
        "occasion": "teematiistait/2022-09-13", "id": 1, "position": 1, "title": "Tieto", "title_sv": "Kunskap", "title_en": "",
        "minutes": 20, "starts": "2022-09-13T14:00",
        "speakers": [
            {"person_id": 1, "state": "proposed", "title": "sakkunnig", "bio": "", "slides": "", "may_publish": "yes",
             "may_record": "", "briefed_on": None, "name": "Sanna Exempel", "organisation": "Exempelföreningen rf"},
        ],
    }  # fmt: skip


def test_a_talk_whose_time_is_not_known_says_so() -> None:
    slot = Slot(talk=Talk(id=2, event_id=1, position=1, title="A"), starts=None, speakers=())
    assert programmes.public(slot, "s/1")["starts"] is None
    assert programmes.public(slot, "s/1")["speakers"] == []


def test_slots_need_no_database(world: World, dates: list[Event]) -> None:
    found = [Talk(id=n, event_id=1, position=n, title=f"{n}", minutes=10) for n in (1, 2)]
    who = {1: [Named(id=1, talk_id=1, person_id=1, state="declined", name="Aino Esimerkki", organisation="")]}
    assert clock(programmes.slots(dates[0], found, who)) == ["14:00", "14:00"]
    assert clock(programmes.slots(dates[0], found, {})) == ["14:00", "14:10"]
