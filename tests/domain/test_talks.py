"""The talks of a webinar: their order, and what happens to it as talks come, go and move to other dates."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain import materials, speakers, talks
from osallisuus.domain.events import Event
from osallisuus.domain.talks import Talk
from osallisuus.errors import NotFound, Refused, UsageError
from tests.domain.conftest import World
from tests.domain.webinars import edit, material, speaker, talk


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give three webinars, of which the second is cancelled."""
    world.series()
    found = [world.add("teematiistait", f"2022-{month}-13T14:00") for month in ("09", "10", "12")]
    return [found[0], world.cancel(found[1]), found[2]]


def order(world: World, event: Event) -> list[tuple[int, int]]:
    """Return the numbers of the talks of a date with their positions."""
    return [(one.id, one.position) for one in talks.search(world.db, event.id)]


def move(world: World, number: int, event: Event) -> Talk:
    return world.write(lambda change: talks.move(world.db, talks.get(world.db, number), event, change))


def remove(world: World, number: int) -> None:
    world.write(lambda change: talks.remove(world.db, talks.get(world.db, number), change))


def test_a_talk_comes_after_those_that_are_there(world: World, dates: list[Event]) -> None:
    first = talk(world, dates[0], " Tieto ja päätökset\n", title_sv="Kunskap", minutes=20)
    assert first == Talk(id=1, event_id=1, position=1, title="Tieto ja päätökset", title_sv="Kunskap", minutes=20)
    assert world.last_entry() == [{"did": "added", "event": "teematiistait/1", "host": "teematiistait", "talk": 1}]
    assert talk(world, dates[0], "Keskustelu").position == 2
    assert talk(world, dates[2], "Keskustelu").position == 1
    assert talks.get(world.db, 1) == first
    assert [one.id for one in talks.search(world.db, dates[0].id)] == [1, 2]
    with pytest.raises(NotFound, match=r"^There is no talk 4\.$"):
        talks.get(world.db, 4)


@pytest.mark.parametrize("title", ["Tieto", " tieto ", "TIETO", "Ti\u200beto"])
def test_a_title_is_once_on_a_date_however_it_is_written(world: World, dates: list[Event], title: str) -> None:
    known = talk(world, dates[0], "Tieto", minutes=20)
    assert talk(world, dates[0], title, minutes=30) == known
    assert not world.wrote
    assert order(world, dates[0]) == [(1, 1)]


def test_only_a_webinar_that_is_not_cancelled_takes_talks(world: World, dates: list[Event]) -> None:
    world.panel(minutes=120)
    session = world.add("vantaa", "2022-09-29T17:00")
    for event, code in ((session, "is_session"), (dates[1], "is_cancelled")):
        with pytest.raises(Refused) as refused:
            talk(world, event)
        assert refused.value.code == code
    talk(world, dates[0])
    for event, code in ((session, "is_session"), (dates[1], "is_cancelled")):
        with pytest.raises(Refused) as refused:
            move(world, 1, event)
        assert refused.value.code == code
    assert order(world, dates[0]) == [(1, 1)]
    # what was forgotten is added to a date that is over
    assert talk(world, world.hold(dates[0]), "Toinen").position == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "A talk needs a title."),
        ({"title": " \n\t"}, "A talk needs a title."),
        ({"minutes": 0}, "0 minutes is not a length for an occasion."),
        ({"minutes": 1441}, "1441 minutes is not a length for an occasion."),
    ],
)
def test_a_talk_needs_a_title_and_a_length_that_can_be(
    world: World, dates: list[Event], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        talk(world, dates[0], **values)
    assert wrong.value.message == said
    talk(world, dates[0])
    with pytest.raises(UsageError) as wrong:
        edit(world, 1, **values)
    assert wrong.value.message == said
    assert talks.get(world.db, 1) == Talk(id=1, event_id=1, position=1, title="Tieto")


def test_a_talk_is_changed_once(world: World, dates: list[Event]) -> None:
    talk(world, dates[0], minutes=20)
    changed = edit(world, 1, title="Tietoa", title_en="Knowledge", minutes=20)
    assert changed == talks.get(world.db, 1) == Talk(
        id=1, event_id=1, position=1, title="Tietoa", title_en="Knowledge", minutes=20
    )  # fmt: skip
    assert world.last_entry() == [
        {"did": "edited", "event": "teematiistait/1", "host": "teematiistait", "talk": 1, "fields": ["title", "title_en"]}
    ]
    edit(world, 1, title="Tietoa", position=1)
    assert not world.wrote


def test_a_changed_title_loses_the_spaces_around_it_as_a_new_one_does(world: World, dates: list[Event]) -> None:
    talk(world, dates[0])
    assert edit(world, 1, title=" Tietoa\n").title == "Tietoa"
    edit(world, 1, title=" Tietoa\n")
    assert not world.wrote


def test_a_changed_title_is_not_that_of_another_talk_of_the_date(world: World, dates: list[Event]) -> None:
    for title in ("Tieto", "Keskustelu"):
        talk(world, dates[0], title)
    with pytest.raises(Refused) as refused:
        edit(world, 2, title="TIETO")
    assert refused.value.code == "same_title"
    assert edit(world, 1, title="TIETO").title == "TIETO"


@pytest.mark.parametrize(
    ("number", "position", "after"),
    [
        (3, 1, [3, 1, 2, 4]),
        (1, 3, [2, 3, 1, 4]),
        (1, 4, [2, 3, 4, 1]),
        (1, 99, [2, 3, 4, 1]),
        (4, 1, [4, 1, 2, 3]),
        (2, 2, [1, 2, 3, 4]),
        (2, 3, [1, 3, 2, 4]),
    ],
)
def test_the_others_make_room(world: World, dates: list[Event], number: int, position: int, after: list[int]) -> None:
    for title in "ABCD":
        talk(world, dates[0], title)
    edit(world, number, position=position)
    assert order(world, dates[0]) == [(one, place) for place, one in enumerate(after, 1)]
    assert world.wrote == (after != [1, 2, 3, 4])
    if world.wrote:
        assert world.last_entry() == [{"did": "placed", "event": "teematiistait/1", "host": "teematiistait", "talk": number}]


def test_a_place_beyond_the_last_changes_nothing_the_second_time(world: World, dates: list[Event]) -> None:
    for title in "AB":
        talk(world, dates[0], title)
    edit(world, 1, position=99)
    assert order(world, dates[0]) == [(2, 1), (1, 2)]
    edit(world, 1, position=99)
    assert not world.wrote


def test_a_talk_moves_with_all_that_is_its_own(world: World, dates: list[Event]) -> None:
    for title in "ABC":
        talk(world, dates[0], title)
    talk(world, dates[2], "D")
    person = world.person()
    speaker(world, talks.get(world.db, 1), person)
    for label, of in (("Esitys", 1), ("Ohjelma", None)):
        material(world, dates[0], label, talk_id=of)
    assert move(world, 1, dates[2]) == Talk(id=1, event_id=3, position=2, title="A") == talks.get(world.db, 1)
    assert (order(world, dates[0]), order(world, dates[2])) == ([(2, 1), (3, 2)], [(4, 1), (1, 2)])
    assert world.last_entry() == [
        {"did": "moved", "event": "teematiistait/1", "host": "teematiistait", "talk": 1, "to": "teematiistait/3"},
        {"did": "moved", "event": "teematiistait/3", "host": "teematiistait", "talk": 1, "came": "teematiistait/1"},
    ]
    assert [one.name for one in speakers.of(world.db, talks.get(world.db, 1))] == ["Aino Esimerkki"]
    assert [one.label for one in materials.search(world.db, event_id=dates[0].id)] == ["Ohjelma"]
    assert [one.label for one in materials.search(world.db, event_id=dates[2].id)] == ["Esitys"]
    move(world, 1, dates[2])
    assert not world.wrote


def test_a_talk_does_not_move_to_one_of_its_title(world: World, dates: list[Event]) -> None:
    talk(world, dates[0], "Keskustelu")
    talk(world, dates[2], "KESKUSTELU ")
    with pytest.raises(Refused) as refused:
        move(world, 1, dates[2])
    assert (refused.value.code, refused.value.message) == (
        "same_title",
        "That date has a talk of that title already: 2.",
    )
    assert (order(world, dates[0]), order(world, dates[2])) == ([(1, 1)], [(2, 1)])


def test_a_talk_goes_with_its_speakers_but_not_before_its_materials(world: World, dates: list[Event]) -> None:
    for title in "ABC":
        talk(world, dates[0], title)
    speaker(world, talks.get(world.db, 1), world.person("Sanna Exempel"), title="salainen asiantuntija")
    material(world, dates[0], talk_id=1)
    with pytest.raises(Refused) as refused:
        remove(world, 1)
    assert (refused.value.code, refused.value.hint) == ("in_use", "Remove them first: osallisuus material list teematiistait/1.")
    world.write(lambda change: world.db.execute("DELETE FROM materials") or change.tell("removed", "material", 1))
    remove(world, 1)
    assert (order(world, dates[0]), world.erased) == ([(2, 1), (3, 2)], True)
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "host": "teematiistait", "talk": 1}]
    assert world.db.value("SELECT count(*) FROM speakers") == 0
    assert b"salainen" not in world.db.path.read_bytes()
    assert world.db.value("SELECT count(*) FROM people") == 1


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 7)), max_size=6))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_positions_are_always_one_to_the_last(world: World, steps: list[tuple[int, int]]) -> None:
    world.db.connection.executescript("DELETE FROM talks; DELETE FROM events; DELETE FROM hosts")
    world.series()
    event = world.add("teematiistait", "2022-09-13T14:00")
    numbers = [talk(world, event, title).id for title in "ABCDE"]
    for which, position in steps:
        edit(world, numbers[which - 1], position=position)
        assert order(world, event)[min(position, 5) - 1][0] == numbers[which - 1]
        assert [place for _one, place in order(world, event)] == [1, 2, 3, 4, 5]
        assert {one for one, _place in order(world, event)} == set(numbers)
