"""People: keys, finding, possible duplicates, and making two into one."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain import hosts, memberships, people
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Merge, Person
from osallisuus.errors import Ambiguous, NotFound, OsallisuusError, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World


def merge(world: World, keep: int, drop: int) -> Merge:
    db = world.db
    return world.write(lambda change: people.merge(db, people.get(db, str(keep)), people.get(db, str(drop)), change))


def join(
    world: World, person: int, start: str, end: str | None = None, role: str = "peer", deputy_for: int | None = None
) -> None:
    membership = Membership(panel="vantaa", person_id=person, role=role, from_date=start, to_date=end, deputy_for=deputy_for)
    world.write(lambda change: memberships.add(world.db, membership, change))


# Rules


def test_a_person_is_stored_with_keys_beside_what_was_typed(world: World) -> None:
    person = world.person(
        "  Päivi   ESIMERKKI ", email="Paivi@Example.ORG", phone=" +358 (0)40 123 4567 ", organisation=" Ry  1 "
    )
    assert person == Person(
        id=1, name="Päivi ESIMERKKI", name_key="päivi esimerkki", email="Paivi@example.org", email_key="paivi@example.org",
        phone="+358 (0)40 123 4567", phone_key="358401234567", organisation_id=1, created_at="2022-08-22T06:01:00Z",
    )  # fmt: skip
    assert people.get(world.db, "1") == person
    assert people.organisations(world.db) == {1: "Ry 1"}
    assert world.last_entry() == [{"did": "added", "organisation": 1}, {"did": "added", "person": 1}]
    assert people.public(person, "Ry 1") == {
        "id": 1, "name": "Päivi ESIMERKKI", "email": "Paivi@example.org", "phone": "+358 (0)40 123 4567", "language": "",
        "municipality": "", "created_at": "2022-08-22T06:01:00Z", "organisation": "Ry 1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"name": ""}, UsageError, "A person needs a name."),
        ({"name": " \u200b\u3164"}, UsageError, "A person needs a name."),
        ({"name": " – "}, UsageError, "A person needs a name."),
        ({"email": "aino"}, UsageError, "'aino' is not an e-mail address."),
        ({"email": "aino@localhost"}, UsageError, "'aino@localhost' is not an e-mail address."),
        (
            {"email": "aino@example.org\nBcc: x@example.org"},
            UsageError,
            "'aino@example.org\nBcc: x@example.org' is not an e-mail",
        ),
        ({"phone": "ei ole"}, UsageError, "'ei ole' is not a telephone number."),
        ({"language": "de"}, UsageError, "'de' is not a language of this program."),
        ({"organisation": " \u200b "}, UsageError, "A name is needed."),
        ({"name": "Aino 131052-308T"}, Refused, "The text in 'name' holds a Finnish personal identity code"),
        ({"municipality": "131052–308t"}, Refused, "The text in 'municipality' holds a Finnish personal identity code"),
        ({"name": "Aino \udce4"}, Refused, "The text in 'name' is not readable"),
    ],
)
def test_a_person_that_makes_no_sense_is_refused(
    world: World, values: dict[str, Any], error: type[OsallisuusError], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        world.person(**values)
    assert refused.value.message.startswith(sentence)
    assert people.search(world.db) == []
    assert people.organisations(world.db) == {}


def test_an_organisation_is_one_however_it_is_written(world: World) -> None:
    for name in ("Kehitysvammatuki 57 ry", "KEHITYSVAMMATUKI  57 RY", "Kehitysvammatuki\u00a057\u00a0ry"):
        world.person(organisation=name)
    assert people.organisations(world.db) == {1: "Kehitysvammatuki 57 ry"}
    assert world.person(organisation="Toinen ry").organisation_id == 2


def test_a_person_is_changed_field_by_field(world: World) -> None:
    person = world.person(email="aino@example.org", organisation="Ry")
    db = world.db
    changed = world.write(lambda change: people.update(db, person, {"name": "AINO Uusi", "phone": "040 1"}, change))
    assert changed == people.get(db, "1")
    assert (changed.name_key, changed.phone_key, changed.email, changed.organisation_id) == (
        "aino uusi",
        "358401",
        person.email,
        1,
    )
    assert world.last_entry() == [{"did": "edited", "person": 1, "fields": ["name", "phone"]}]
    assert world.write(lambda change: people.update(db, changed, {"name": "AINO Uusi"}, change, organisation="ry")) == changed
    assert not world.wrote
    bare = world.write(lambda change: people.update(db, changed, {"email": "", "phone": ""}, change, organisation=""))
    assert (bare.email, bare.email_key, bare.phone, bare.phone_key, bare.organisation_id) == ("", "", "", "", None)


def test_arrangements_are_noted_once_and_taken_away(world: World) -> None:
    world.person()

    def note(*texts: str) -> None:
        world.write(lambda change: people.arrange(world.db, 1, texts, change))

    def forget(*texts: str) -> None:
        world.write(lambda change: people.unarrange(world.db, 1, texts, change))

    note("induktiosilmukka", " tulkki ", "pääsy")
    note("tulkki", "", "tulkki", "pa\u0308a\u0308sy")
    assert not world.wrote
    note("viittomakieli", "viittomakieli ")
    forget("viittomakieli")
    assert world.erased
    assert people.arrangements(world.db, 1) == ["induktiosilmukka", "pääsy", "tulkki"]
    forget("tulkki", "pa\u0308a\u0308sy ")
    assert people.arrangements(world.db, 1) == ["induktiosilmukka"]
    with pytest.raises(NotFound, match="'tulkki' is not among the arrangements"):
        forget("induktiosilmukka", "tulkki")
    assert people.arrangements(world.db, 1) == ["induktiosilmukka"]


def test_a_person_entered_by_mistake_is_removed_unless_something_refers_to_them(world: World) -> None:
    world.panel()
    for name in ("Aino", "Aino", "Eino", "Väinö"):
        world.person(name)
    merge(world, 1, 2)
    join(world, 3, "2022-01-01", deputy_for=4)

    def remove(number: int) -> None:
        world.write(lambda change: people.remove(world.db, people.get(world.db, str(number)), change))

    for number, name in ((3, "Eino"), (4, "Väinö")):
        with pytest.raises(Refused, match=f"{name} belongs to something and stays") as refused:
            remove(number)
        assert refused.value.code == "in_use"
    world.write(lambda change: people.arrange(world.db, 1, ["tulkki"], change))
    remove(1)
    assert world.erased
    for number in ("1", "2"):
        with pytest.raises(NotFound):
            people.get(world.db, number)
    assert people.arrangements(world.db, 1) == []
    assert world.person("Uusi").id == 5


# Finding


@pytest.fixture
def crowd(world: World) -> World:
    world.person("Aino Esimerkki", email="aino@example.org", phone="040 123 4567")
    world.person("Aino Esimerkki-Virtanen")
    world.person("Väinö Ångström", email="vaino@example.org", phone="+358 50 765 4321")
    return world


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("1", 1), (" 2 ", 2), ("0003", 3), ("３", 3), ("aino@example.org", 1), ("AINO@EXAMPLE.ORG", 1), ("Aino Esimerkki", 1),
        ("aino  esimerkki", 1), ("Аino Esimerkki", 1), ("virtanen", 2), ("Väinö", 3), ("va\u0308ino\u0308 a\u030angs", 3),
        ("ångs", 3),
    ],
)  # fmt: skip
def test_a_person_is_found_by_number_address_name_or_part_of_it(crowd: World, reference: str, number: int) -> None:
    assert people.get(crowd.db, reference).id == number


@pytest.mark.parametrize(
    "reference",
    [
        "",
        " ",
        "\u200b",
        "0",
        "4",
        "9" * 18,
        "9" * 19,
        "9" * 5000,
        "-1",
        "Nobody",
        "vaino",
        "x@example.org",
        "ino@example.org",
        "%",
        "_",
    ],
)
def test_nobody_is_found_by_anything_else(crowd: World, reference: str) -> None:
    with pytest.raises(NotFound) as refused:
        people.get(crowd.db, reference)
    assert refused.value.message == f"There is nobody '{reference}'."


def test_an_ambiguous_name_is_listed_never_guessed(crowd: World) -> None:
    with pytest.raises(Ambiguous) as refused:
        people.get(crowd.db, "esimerk")
    assert refused.value.message == "'esimerk' fits 2 people."
    assert refused.value.candidates == ["1  Aino Esimerkki  aino@example.org  040 123 4567", "2  Aino Esimerkki-Virtanen"]
    for n in range(20):
        crowd.person(f"Matti {n}")
    with pytest.raises(Ambiguous, match="'matti' fits 20 people") as refused:
        people.get(crowd.db, "matti")
    assert len(refused.value.candidates) == 10


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3]), ("AINO", [1, 2, 3]), ("aino e", [1, 2]), ("example.org", [1, 3]), ("ångström", [3]),
        ("040 123", [1]), ("+358 50", [3]), ("(050) 765", [3]), ("4567", [1]), ("nobody", []),
        ("'; DROP TABLE people; --", []), ("999", []), ("puh. 4567", []),
    ],
)  # fmt: skip
def test_people_are_searched_by_name_address_and_number(crowd: World, text: str, numbers: list[int]) -> None:
    assert [person.id for person in people.search(crowd.db, text)] == numbers


def test_those_who_share_a_name_or_a_contact_may_be_one(world: World) -> None:
    world.person("Aino Esimerkki", email="perhe@example.org", phone="040 1")
    world.person("AINO ESIMERKKI")
    world.person("Аino Esimerkki", phone="+358 (0)40 1")
    world.person("Eino Esimerkki", email="PERHE@example.org")
    world.person("Olli Omillaan")
    assert [(group.reason, [person.id for person in group.people]) for group in people.duplicates(world.db)] == [
        ("name", [1, 2, 3]),
        ("email", [1, 4]),
        ("phone", [1, 3]),
    ]
    assert [person.id for person in people.alike(world.db, people.get(world.db, "1"))] == [2, 3, 4]
    assert people.alike(world.db, people.get(world.db, "5")) == []


def test_the_same_two_people_are_told_once(world: World) -> None:
    for name in ("Aino Esimerkki", "aino esimerkki"):
        world.person(name, email="aino@example.org", phone="040 1")
    assert [(group.reason, len(group.people)) for group in people.duplicates(world.db)] == [("name", 2)]


# Merging


def test_merging_fills_what_is_empty_and_tells_what_is_lost(world: World) -> None:
    world.person("Aino Esimerkki", email="aino@example.org", language="fi", municipality="Vantaa")
    world.person("Aino E.", email="old@example.org", phone="040 1", language="fi", organisation="Ry")
    done = merge(world, 1, 2)
    assert done.fill == {"phone": "040 1", "organisation_id": 1}
    assert done.lose == {"name": "Aino E.", "email": "old@example.org"}
    kept = people.get(world.db, "1")
    assert (kept.name, kept.email, kept.phone, kept.phone_key, kept.organisation_id) == (
        "Aino Esimerkki", "aino@example.org", "040 1", "358401", 1,
    )  # fmt: skip
    assert people.search(world.db) == [kept]
    entry = world.last_entry()
    assert entry == [{"did": "merged", "person": 1, "dropped": 2, "fields": ["organisation_id", "phone"], "moved": {}}]
    assert world.erased
    for number in ("1", "2"):  # the log of either number tells of it
        assert logbook.entries(world.db.connection, noun="person", subject=number)[-1].changes == entry


def test_merging_moves_everything_that_refers_to_the_dropped_person(world: World) -> None:
    for name in ("Aino", "Aino", "Deputy"):
        world.person(name)
    world.panel(coordinator=2)
    join(world, 1, "2022-01-01")
    join(world, 2, "2022-01-01")  # the same as the kept one's
    join(world, 2, "2022-01-01", role="coordinator")
    join(world, 2, "2021-01-01", "2021-12-31")
    join(world, 3, "2022-01-01", deputy_for=2)
    for person, texts in ((1, ["tulkki"]), (2, ["tulkki", "induktiosilmukka"])):
        world.write(lambda change, person=person, texts=texts: people.arrange(world.db, person, texts, change))
    plan = people.plan_merge(world.db, people.get(world.db, "1"), people.get(world.db, "2"))
    assert plan.moves == {
        "arrangements.person_id": 1,
        "hosts.coordinator": 1,
        "memberships.deputy_for": 1,
        "memberships.person_id": 2,
    }
    assert plan.same == {"arrangements.person_id": 1, "memberships.person_id": 1}
    assert merge(world, 1, 2) == plan
    assert getattr(hosts.get(world.db, "vantaa"), "coordinator", None) == 1
    assert people.arrangements(world.db, 1) == ["induktiosilmukka", "tulkki"]
    assert [(m.from_date, m.role) for m in memberships.search(world.db, person_id=1)] == [
        ("2021-01-01", "peer"),
        ("2022-01-01", "peer"),
        ("2022-01-01", "coordinator"),
    ]
    assert [m.deputy_for for m in memberships.search(world.db, person_id=3)] == [1]
    assert world.db.rows("PRAGMA foreign_key_check") == []


def test_what_both_have_is_not_moved(world: World) -> None:
    world.person()
    world.person()
    for person in (1, 2):
        world.write(lambda change, person=person: people.arrange(world.db, person, ["tulkki"], change))
    done = merge(world, 1, 2)
    assert (done.moves, done.same) == ({}, {"arrangements.person_id": 1})


def test_old_numbers_go_on_finding_the_person_through_chains_of_merges(world: World) -> None:
    for _number in range(5):
        world.person()
    merge(world, 2, 1)
    assert merge(world, 3, 2).moves == {}
    merge(world, 5, 4)
    merge(world, 3, 5)
    assert {people.get(world.db, str(number)).id for number in range(1, 6)} == {3}
    assert world.person().id == 6  # a number never comes to mean somebody else
    with pytest.raises(Refused) as refused:
        merge(world, 3, 1)
    assert refused.value.message == "Both are the same person (3)."
    assert [person.id for person in people.search(world.db)] == [3, 6]


@pytest.fixture
def many(world: World) -> Iterator[World]:
    world.panel()
    yield world
    assert world.db.rows("PRAGMA foreign_key_check") == []


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_merges_leave_each_number_with_one_living_person(many: World, pairs: list[tuple[int, int]]) -> None:
    numbers = [many.person(f"Henkilö {n}").id for n in range(8)]
    for number in numbers:
        join(many, number, "2022-01-01")
    together = {number: {number} for number in numbers}  # who is one with whom
    for keep, drop in ((numbers[a], numbers[b]) for a, b in pairs):
        if drop in together[keep]:
            with pytest.raises(Refused):
                merge(many, keep, drop)
        else:
            merge(many, keep, drop)
            both = together[keep] | together[drop]
            together |= dict.fromkeys(both, both)
    found = {number: people.get(many.db, str(number)).id for number in numbers}
    assert all(found[a] == found[b] for a in numbers for b in together[a])
    assert len(set(found.values())) == len({frozenset(group) for group in together.values()})
    for alive in set(found.values()):
        assert len(memberships.search(many.db, person_id=alive)) == 1
