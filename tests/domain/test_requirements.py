"""What roles ask of people, and who lacks what on a day."""

from datetime import date
from typing import Any

import pytest

from osallisuus.domain import agreements, memberships, requirements, roles, trainings
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.memberships import Membership
from osallisuus.domain.requirements import Lack
from osallisuus.domain.trainings import Training
from osallisuus.errors import NotFound
from osallisuus.store.logbook import Change
from tests.domain.conftest import TODAY, World

ALL = ["training", "confidentiality", "participation"]


def join(world: World, person: int = 1, role: str = "peer", panel: str = "vantaa", end: str | None = None) -> None:
    period = Membership(panel=panel, person_id=person, role=role, from_date="2022-01-01", to_date=end)
    world.write(lambda change: memberships.add(world.db, period, change))


def train(world: World, on: str = "2022-01-20", person: int = 1, **values: Any) -> None:
    training = Training(person_id=person, course=f"Kurssi {on}", on_date=on, **values)
    world.write(lambda change: trainings.add(world.db, training, change))


def sign(world: World, *kinds: str, on: str = "2022-01-20", person: int = 1, **values: Any) -> None:
    for kind in kinds:
        agreement = Agreement(person_id=person, kind=kind, on_date=on, **values)
        world.write(lambda change, agreement=agreement: agreements.add(world.db, agreement, change))


def withdraw(world: World, kind: str, on: date) -> None:
    world.write(lambda change: agreements.withdraw(world.db, 1, kind, on, change))


def ask(world: World, role: str, *kinds: str, no_more: tuple[str, ...] = ()) -> None:
    def act(change: Change) -> None:
        roles.ask_for(world.db, roles.get(world.db, role), kinds, change, no_more=no_more)

    world.write(act)


def lacks(world: World, day: date = TODAY, person: int = 1, panel: str = "") -> list[tuple[str, str | None]]:
    return [(lack.what, lack.ended) for lack in requirements.of_person(world.db, person, day, panel=panel)]


@pytest.fixture
def vantaa(world: World) -> World:
    """Add a panel and two people."""
    world.panel()
    world.person("Aino Esimerkki")
    world.person("Eero Malli")
    return world


# What roles ask for


def test_the_shipped_roles_ask_for_what_they_need(world: World) -> None:
    assert requirements.needed(world.db) == {
        "developer-client": ALL,
        "developer-worker": ["training"],
        "service-provider": ["confidentiality"],
        "peer": ALL,
        "expert-by-experience": ALL,
        "coordinator": [],
    }


def test_a_role_asks_for_more_or_less_and_the_same_again_changes_nothing(vantaa: World) -> None:
    join(vantaa, role="coordinator")
    assert lacks(vantaa) == []
    for wrote in (True, False):
        ask(vantaa, "coordinator", "photo", "confidentiality", "photo")
        assert vantaa.wrote == wrote
    assert vantaa.last_entry() == [
        {"did": "asked", "role": "coordinator", "kind": kind} for kind in ("confidentiality", "photo")
    ]  # fmt: skip
    assert lacks(vantaa) == [("confidentiality", None), ("photo", None)]
    for wrote in (True, False):
        ask(vantaa, "coordinator", no_more=("photo", "mailing"))
        assert vantaa.wrote == wrote
    assert vantaa.last_entry() == [{"did": "released", "role": "coordinator", "kind": "photo"}]
    assert lacks(vantaa) == [("confidentiality", None)]


def test_a_role_comes_to_need_training_and_needs_it_no_more(vantaa: World) -> None:
    join(vantaa, role="coordinator")
    for needs in (1, 0):
        for wrote in (True, False):
            role = roles.get(vantaa.db, "coordinator")
            edited = vantaa.write(lambda change, r=role, n=needs: roles.edit(vantaa.db, r, {"needs_training": n}, change))
            assert (edited.needs_training, vantaa.wrote) == (needs, wrote)
        assert vantaa.last_entry() == [{"did": "edited", "role": "coordinator", "fields": ["needs_training"]}]
        assert lacks(vantaa) == [("training", None)] * needs
    with pytest.raises(NotFound):
        roles.get(vantaa.db, "boss")


# Who lacks what


def test_who_has_all_that_the_role_needs_lacks_nothing(vantaa: World) -> None:
    join(vantaa)
    assert requirements.of_person(vantaa.db, 1, TODAY) == [
        Lack(person_id=1, name="Aino Esimerkki", panel="vantaa", role="peer", what=what) for what in ALL
    ]
    train(vantaa)
    sign(vantaa, "participation", "photo")
    train(vantaa, person=2)
    sign(vantaa, *ALL[1:], person=2)
    assert lacks(vantaa) == [("confidentiality", None)]
    sign(vantaa, "confidentiality")
    assert lacks(vantaa) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 1, 19), [("training", None), ("confidentiality", None)]),
        (date(2022, 1, 20), []),
        (date(2022, 6, 29), []),
        (date(2022, 6, 30), [("confidentiality", "2022-06-30")]),
        (date(2022, 7, 31), [("confidentiality", "2022-06-30")]),
        (date(2022, 8, 1), [("training", "2022-07-31"), ("confidentiality", "2022-06-30")]),
    ],
)
def test_papers_count_to_their_last_day_and_not_on_that_of_their_withdrawal(
    vantaa: World, day: date, expected: list[tuple[str, str | None]]
) -> None:
    join(vantaa)
    train(vantaa, valid_until="2022-07-31")
    sign(vantaa, "confidentiality", expires="2022-12-31")
    withdraw(vantaa, "confidentiality", date(2022, 6, 30))
    sign(vantaa, "participation", on="2022-01-01")
    assert lacks(vantaa, day) == expected


def test_the_last_of_several_ends_is_told_and_none_still_to_come(vantaa: World) -> None:
    join(vantaa)
    for on, end in (("2022-01-20", "2022-06-30"), ("2022-01-21", "2022-05-31"), ("2022-09-01", "2023-12-31")):
        train(vantaa, on, valid_until=end)
        sign(vantaa, *ALL[1:], on=on, expires=end)
    assert lacks(vantaa) == [(what, "2022-06-30") for what in ALL]
    assert lacks(vantaa, date(2022, 9, 1)) == []


def test_one_of_several_that_counts_is_enough(vantaa: World) -> None:
    join(vantaa)
    train(vantaa, "2021-01-01", valid_until="2021-12-31")
    train(vantaa, "2022-01-20")
    for on, end in (("2021-01-01", "2021-12-31"), ("2022-01-20", None)):
        sign(vantaa, *ALL[1:], on=on, expires=end)
    assert lacks(vantaa) == []


def test_what_somebody_lacks_is_asked_of_the_panels_they_are_in_on_the_day(vantaa: World) -> None:
    vantaa.panel("espoo")
    join(vantaa, role="developer-worker")
    join(vantaa, role="service-provider", panel="espoo", end="2022-06-30")
    assert lacks(vantaa, date(2022, 6, 30)) == [("confidentiality", None), ("training", None)]
    assert lacks(vantaa, date(2022, 6, 30), panel="espoo") == [("confidentiality", None)]
    assert lacks(vantaa, date(2022, 7, 1)) == lacks(vantaa, panel="vantaa") == [("training", None)]
    assert lacks(vantaa, person=2) == []


def test_the_members_of_closed_panels_are_left_in_peace(vantaa: World) -> None:
    vantaa.panel("espoo")
    join(vantaa, role="developer-worker", panel="espoo")
    join(vantaa, person=2, role="developer-worker", end="2022-09-30")

    def lacking(day: date = TODAY, panel: str = "") -> list[tuple[int, str]]:
        return [(lack.person_id, lack.panel) for lack in requirements.of_members(vantaa.db, day, panel=panel)]

    assert lacking() == [(1, "espoo"), (2, "vantaa")]
    assert lacking(panel="vantaa") == [(2, "vantaa")]
    assert lacking(date(2022, 10, 1)) == [(1, "espoo")]
    vantaa.change_host("espoo", closed_on="2022-08-21")
    assert lacking() == [(2, "vantaa")]
    assert lacking(panel="espoo") == [(1, "espoo")]


def test_everybody_is_asked_for_their_own_papers(vantaa: World) -> None:
    join(vantaa, role="developer-worker")
    join(vantaa, person=2, role="developer-worker")
    train(vantaa, person=2)
    assert [lack.person_id for lack in requirements.of_members(vantaa.db, TODAY)] == [1]
    assert requirements.lacking(vantaa.db, [], TODAY) == []


# In words


def test_what_is_lacking_is_told_in_one_phrase_each_thing_once() -> None:
    def lack(what: str, ended: str | None = None, panel: str = "vantaa") -> Lack:
        return Lack(person_id=1, name="Aino", panel=panel, role="peer", what=what, ended=ended)

    assert requirements.in_words([]) == ""
    found = [lack("training"), lack("confidentiality", "2022-01-31"), lack("training", panel="espoo")]
    assert requirements.in_words(found) == "training, confidentiality undertaking (ended Mon 2022-01-31)"


def test_every_kind_of_agreement_has_words() -> None:
    words = [requirements.called(what) for what in (requirements.TRAINING, *agreements.KINDS)]
    assert len(set(words)) == 7
    assert words[3] == "consent to publishing the name"
