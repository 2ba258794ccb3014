"""What was discussed at a date, as themes without names."""

from typing import Any

import pytest

from osallisuus.domain import notes, publications
from osallisuus.domain.events import Event
from osallisuus.domain.notes import Note
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import TODAY, World


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give a session and a webinar before it."""
    world.panel(minutes=120)
    world.series()
    return [world.add("vantaa", "2022-09-29T17:00"), world.add("teematiistait", "2022-09-13T14:00")]


def add(world: World, event: Event, text: str = "Palkkiot.", **values: Any) -> tuple[Note, bool]:
    note = Note(event_id=event.id, text=text, **values)
    return world.write(lambda change: notes.add(world.db, event, note, change))


def edit(world: World, number: int, **changes: object) -> Note:
    return world.write(lambda change: notes.edit(world.db, notes.get(world.db, number), changes, change))


def test_words_are_noted_once_at_a_date(world: World, dates: list[Event]) -> None:
    known = Note(id=1, event_id=1, text="Palkkiot.", language="fi")
    assert add(world, dates[0], " Palkkiot.\n", language="fi") == (known, True)
    assert world.last_entry() == [{"did": "added", "event": "vantaa/1", "host": "vantaa", "note": 1}]
    assert add(world, dates[0], language="sv") == (known, False)
    assert not world.wrote
    assert add(world, dates[1])[0].id == 2
    assert add(world, dates[0], "palkkiot.")[0].id == 3
    assert [one.id for one in notes.search(world.db)] == [2, 1, 3]
    assert [one.id for one in notes.search(world.db, event_id=1)] == [1, 3]
    with pytest.raises(NotFound, match=r"^There is no note 4\.$"):
        notes.get(world.db, 4)
    with pytest.raises(UsageError, match=r"^A note needs words\.$"):
        add(world, dates[0], " \n")


def test_a_note_is_changed_and_its_old_words_are_gone(world: World, dates: list[Event]) -> None:
    add(world, dates[0], "salainen")
    assert edit(world, 1, text=" Uusi.\n", language="sv") == notes.get(world.db, 1)
    assert notes.get(world.db, 1) == Note(id=1, event_id=1, text="Uusi.", language="sv")
    assert world.erased
    assert world.last_entry() == [
        {"did": "edited", "event": "vantaa/1", "host": "vantaa", "note": 1, "fields": ["language", "text"]}
    ]
    assert b"salainen" not in world.db.path.read_bytes()
    edit(world, 1, text="Uusi.")
    assert not world.wrote
    edit(world, 1, language="fi")
    assert not world.erased
    with pytest.raises(UsageError, match=r"^A note needs words\.$"):
        edit(world, 1, text=" ")
    assert "Uusi" not in str([entry.changes for entry in logbook.entries(world.db.connection)])


def test_the_same_words_with_spaces_around_them_change_nothing(world: World, dates: list[Event]) -> None:
    add(world, dates[0])
    edit(world, 1, text=" Palkkiot.\n")
    assert not world.wrote


def test_a_note_holds_no_personal_identity_code(world: World, dates: list[Event]) -> None:
    with pytest.raises(Refused) as refused:
        add(world, dates[0], "Hetu on 010101-123N.")
    assert refused.value.code == "identity_code"
    assert notes.search(world.db) == []


def test_a_note_is_published_taken_back_and_removed(world: World, dates: list[Event]) -> None:
    add(world, dates[0], "salainen")

    def act(verb: Any, *words: object) -> Any:
        return world.write(lambda change: verb(world.db, notes.get(world.db, 1), "note", *words, change))

    assert act(publications.publish, TODAY) == notes.get(world.db, 1)
    assert notes.get(world.db, 1).published_on == "2022-08-22"
    act(publications.publish, TODAY)
    assert not world.wrote
    act(publications.unpublish)
    assert notes.get(world.db, 1).published_on is None
    act(publications.remove)
    assert (notes.search(world.db), world.erased) == ([], True)
    assert b"salainen" not in world.db.path.read_bytes()
