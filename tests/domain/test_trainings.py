"""Courses that people have taken, and when they count."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from osallisuus.domain import memberships, people, trainings
from osallisuus.domain.memberships import Membership
from osallisuus.domain.trainings import Training
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World


def course(name: str = "Vertaistoimijakoulutus", person: int = 1, on: str = "2022-01-20", **values: Any) -> Training:
    return Training(person_id=person, course=name, on_date=on, **values)


def note(world: World, training: Training) -> bool:
    return world.write(lambda change: trainings.add(world.db, training, change))


def known(world: World, person: int = 0) -> list[tuple[int, str, str]]:
    return [(t.person_id, t.course, t.on_date) for t in trainings.search(world.db, person_id=person)]


@pytest.fixture
def two(world: World) -> World:
    """Add two people."""
    world.person("Aino Esimerkki")
    world.person("Eero Malli")
    return world


# Noting


def test_a_course_is_noted_once_however_it_is_spelled(two: World) -> None:
    assert note(two, course("  Vertaistoimija   koulutus ", hours=4.5))
    assert two.last_entry() == [{"did": "trained", "person": 1, "training": 1, "on_date": "2022-01-20"}]
    for spelling in ("Vertaistoimija koulutus", "VERTAISTOIMIJA koulutus", " vertaistoimija\u00a0koulutus"):
        assert not note(two, course(spelling))
        assert not two.wrote
    assert trainings.search(two.db) == [
        course("Vertaistoimija koulutus", id=1, course_key="vertaistoimija koulutus", hours=4.5)
    ]  # fmt: skip


@pytest.mark.parametrize("other", [course(on="2022-01-21"), course("Kehittäjäkoulutus"), course(person=2)])
def test_another_day_course_or_person_is_another_training(two: World, other: Training) -> None:
    assert note(two, course())
    assert note(two, other)
    assert len(known(two)) == 2


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"hours": 6.0}, ["hours"]),
        ({"valid_until": "2024-01-20"}, ["valid_until"]),
        ({"hours": 5.0, "valid_until": "2024-01-20"}, ["hours", "valid_until"]),
        ({"hours": 4.5, "valid_until": "2023-01-20"}, []),
        ({}, []),
    ],
)
def test_length_and_end_are_put_right_and_what_is_not_said_stays(two: World, values: dict[str, Any], fields: list[str]) -> None:
    first = {"hours": 4.5, "valid_until": "2023-01-20"}
    note(two, course(**first))
    assert note(two, course(**values)) == two.wrote == bool(fields)
    if fields:
        assert two.last_entry() == [{"did": "edited", "person": 1, "training": 1, "fields": fields}]
    (found,) = trainings.search(two.db)
    assert {"hours": found.hours, "valid_until": found.valid_until} == first | values


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (course(""), "A course needs a name."),
        (course(" \u200b\u3164"), "A course needs a name."),
        (course(hours=0), "0 hours is not a length for a course."),
        (course(hours=-1), "-1 hours is not a length for a course."),
        (course(hours=10_000.5), "10000.5 hours is not a length for a course."),
        (course(valid_until="2022-01-19"), "The training would end (2022-01-19) before it was taken (2022-01-20)."),
    ],
)
def test_a_course_that_makes_no_sense_is_refused_new_or_known(two: World, training: Training, sentence: str) -> None:
    for _time in range(2):
        before = trainings.search(two.db)
        with pytest.raises(UsageError) as refused:
            note(two, training)
        assert refused.value.message == sentence
        assert trainings.search(two.db) == before
        note(two, course(hours=10_000, valid_until="2022-01-20"))


def test_no_identity_code_hides_in_the_name_of_a_course(two: World) -> None:
    with pytest.raises(Refused) as refused:
        note(two, course("Koulutus 131052-308T"))
    assert refused.value.code == "identity_code"
    assert known(two) == []


# Counting


@pytest.mark.parametrize(
    ("day", "end", "counts"),
    [
        (date(2022, 1, 19), None, False),
        (date(2022, 1, 20), None, True),
        (date(9999, 12, 31), None, True),
        (date(2022, 1, 19), "2024-01-20", False),
        (date(2024, 1, 20), "2024-01-20", True),
        (date(2024, 1, 21), "2024-01-20", False),
        (date(2022, 1, 20), "2022-01-20", True),
    ],
)
def test_a_training_counts_from_its_day_to_its_last_day(day: date, end: str | None, *, counts: bool) -> None:
    assert trainings.in_force(course(valid_until=end), day) is counts


def test_trainings_are_listed_by_name_and_day(two: World) -> None:
    two.person("Aada Ensi")
    for training in (course(person=2), course("B", on="2022-02-02"), course("A", on="2022-02-02"), course(), course(person=3)):
        note(two, training)
    assert known(two) == [
        (3, "Vertaistoimijakoulutus", "2022-01-20"),
        (1, "Vertaistoimijakoulutus", "2022-01-20"),
        (1, "B", "2022-02-02"),
        (1, "A", "2022-02-02"),
        (2, "Vertaistoimijakoulutus", "2022-01-20"),
    ]
    assert {person for person, _course, _day in known(two, 1)} == {1}


def test_those_of_a_panel_are_those_of_its_members_of_a_day(two: World) -> None:
    two.panel()
    two.panel("espoo")
    for person, panel in ((1, "vantaa"), (2, "espoo")):
        period = Membership(panel=panel, person_id=person, role="peer", from_date="2022-02-01", to_date="2022-06-30")
        two.write(lambda change, period=period: memberships.add(two.db, period, change))
        note(two, course(person=person))

    def people_on(month: int, day: int) -> list[int]:
        return [t.person_id for t in trainings.search(two.db, panel="vantaa", on=date(2022, month, day))]

    assert [people_on(1, 31), people_on(2, 1), people_on(6, 30), people_on(7, 1)] == [[], [1], [1], []]


def test_a_training_is_shown_without_its_key() -> None:
    assert trainings.public(course(id=7, course_key="x", hours=6.0)) == {
        "id": 7, "person_id": 1, "course": "Vertaistoimijakoulutus", "on_date": "2022-01-20", "hours": 6.0, "valid_until": None,
    }  # fmt: skip


# Entered by mistake, and entered twice


def test_a_training_entered_by_mistake_is_taken_away(two: World) -> None:
    note(two, course())
    note(two, course(person=2))
    removed = two.write(lambda change: trainings.remove(two.db, 1, change))
    assert (removed.id, removed.person_id) == (1, 1)
    assert two.last_entry() == [{"did": "removed", "person": 1, "training": 1}]
    assert [person for person, _course, _day in known(two)] == [2]
    with pytest.raises(NotFound) as missing:
        two.write(lambda change: trainings.remove(two.db, 1, change))
    assert missing.value.message == "There is no training 1."
    assert missing.value.hint == "See their numbers: osallisuus training list."


def test_the_courses_of_two_become_those_of_one_the_same_course_once(two: World) -> None:
    same = course(hours=6.0)
    for training in (same, replace(same, person_id=2, hours=4.0), course("Kehittäjäkoulutus", person=2)):
        note(two, training)
    keep, drop = (people.get(two.db, number) for number in "12")
    plan = two.write(lambda change: people.merge(two.db, keep, drop, change))
    assert (plan.moves, plan.same) == ({"trainings.person_id": 1}, {"trainings.person_id": 1})
    assert [(t.person_id, t.course, t.hours) for t in trainings.search(two.db)] == [
        (1, "Vertaistoimijakoulutus", 6.0),
        (1, "Kehittäjäkoulutus", None),
    ]


def test_a_person_with_a_training_stays(two: World) -> None:
    note(two, course())
    aino = people.get(two.db, "1")
    with pytest.raises(Refused) as refused:
        two.write(lambda change: people.remove(two.db, aino, change))
    assert (refused.value.code, refused.value.message) == ("in_use", "Aino Esimerkki belongs to something and stays.")
    assert refused.value.hint == "See what it is: osallisuus person show 1."
    two.write(lambda change: trainings.remove(two.db, 1, change))
    two.write(lambda change: people.remove(two.db, aino, change))
    assert [person.id for person in people.search(two.db)] == [2]


def test_the_log_does_not_say_which_course(two: World) -> None:
    note(two, course("Salainen kurssi"))
    note(two, course("Salainen kurssi", hours=3, valid_until="2023-01-01"))
    two.write(lambda change: trainings.remove(two.db, 1, change))
    told = [entry.changes for entry in logbook.entries(two.db.connection, noun="person", subject="1")]
    assert [change["did"] for changes in told for change in changes] == ["added", "trained", "edited", "removed"]
    assert "alainen" not in str(told)
