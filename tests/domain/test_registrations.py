"""Who has registered for a date: places in the order of registration, the waiting line, cancelling, and forgetting."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.domain import events, registrations
from osallisuus.domain.events import Event
from osallisuus.domain.registrations import Registration, Taken, Totals, placed, totals
from osallisuus.errors import Ambiguous, NotFound, Refused, UsageError
from tests.domain.conftest import TODAY, World

AFTER = date(2022, 9, 14)


@pytest.fixture
def event(world: World) -> Event:
    """Give a webinar without a limit."""
    world.series()
    return world.add("teematiistait", "2022-09-13T14:00")


def limit(world: World, event: Event, capacity: int | None) -> Event:
    return world.edit(events.get(world.db, event.lasting, today=TODAY), capacity=capacity)


def register(world: World, event: Event, name: str = "", email: str = "", *, on: date = TODAY) -> int:
    asked = Registration(event_id=event.id, name=name, email=email, registered_on=on.isoformat())
    return world.write(lambda change: registrations.add(world.db, event, asked, change))[0].id


def cancel(world: World, event: Event, who: str, on: date = TODAY) -> bool:
    return world.write(
        lambda change: registrations.cancel(world.db, registrations.get(world.db, event, who), on, change),
    )


def take(world: World, event: Event, *listed: tuple[str, str, bool], today: date = TODAY) -> Taken:
    """Take over a list of names, addresses and whether each has cancelled."""
    found = [
        (Registration(event_id=event.id, name=name, email=email, registered_on=today.isoformat()), cancelled)
        for name, email, cancelled in listed
    ]
    return world.write(lambda change: registrations.take(world.db, event, found, change, today=today))


def count(world: World, event: Event, number: int) -> bool:
    return world.write(lambda change: registrations.count(world.db, event, number, change))


def forget(world: World, event: Event, today: date = AFTER) -> int:
    return world.write(lambda change: registrations.forget(world.db, event, change, today=today))


def states(world: World, event: Event) -> list[tuple[str, str, int | None]]:
    return [(one.registration.called, one.state, one.turn) for one in registrations.search(world.db, event)]


# Places


def line(letters: str) -> list[Registration]:
    """Return a line of registrations: `x` has cancelled, any other letter has not."""
    return [
        Registration(
            id=number, event_id=1, name=letter, registered_on="2022-08-22", cancelled_on="2022-08-23" if letter == "x" else None
        )
        for number, letter in enumerate(letters, 1)
    ]


@pytest.mark.parametrize(
    ("letters", "capacity", "counted", "expected"),
    [
        ("", 3, 0, ""),
        ("oooo", None, 0, "rrrr"),
        ("oooo", None, 900, "rrrr"),
        ("oooo", 4, 0, "rrrr"),
        ("oooo", 3, 0, "rrr1"),
        ("oooo", 1, 0, "r123"),
        ("oooo", 3, 2, "r123"),
        ("oooo", 3, 3, "1234"),
        ("oooo", 3, 4, "1234"),
        ("oooo", 0, 0, "1234"),
        ("xooo", 2, 0, "xrr1"),
        ("oxox", 1, 0, "rx1x"),
        ("ooxoo", 2, 0, "rrx12"),
        ("xx", 0, 0, "xx"),
        ("oxoo", None, 5, "rxrr"),
    ],
)
def test_there_are_places_in_the_order_of_registration_and_those_counted_come_first(
    letters: str, capacity: int | None, counted: int, expected: str
) -> None:
    found = placed(line(letters), capacity, counted)
    assert "".join(str(place.turn or place.state[0].replace("c", "x")) for place in found) == expected
    assert [place.state for place in found if place.turn] == ["waiting"] * sum(letter.isdecimal() for letter in expected)
    assert [place.registration for place in found] == line(letters)


@given(
    letters=st.text(alphabet="ox", max_size=30),
    capacity=st.none() | st.integers(min_value=0, max_value=20),
    counted=st.integers(min_value=0, max_value=25),
)
def test_as_many_as_there_are_places_have_one_and_nobody_overtakes(letters: str, capacity: int | None, counted: int) -> None:
    found = placed(line(letters), capacity, counted)
    active = letters.count("o")
    left = active if capacity is None else max(0, capacity - counted)
    in_line = "".join(place.state[0] for place in found if place.state != "cancelled")
    assert in_line == "r" * min(left, active) + "w" * (active - min(left, active))
    assert [place.turn for place in found if place.state == "waiting"] == list(range(1, in_line.count("w") + 1))
    assert [place.registration.id for place in found] == list(range(1, len(letters) + 1))
    sums = totals(found, capacity, counted)
    assert (sums.named, sums.waiting, sums.cancelled) == (in_line.count("r"), in_line.count("w"), letters.count("x"))
    assert sums.registered == sums.named + counted
    one_more = placed(line(f"{letters}o"), capacity, counted)[-1]
    assert sums.full == (one_more.state == "waiting")


@pytest.mark.parametrize(
    ("named", "counted", "waiting", "capacity", "full"),
    [
        (3, 0, 0, None, False),
        (3, 9999, 0, None, False),
        (2, 0, 0, 3, False),
        (3, 0, 0, 3, True),
        (1, 2, 0, 3, True),
        (0, 4, 0, 3, True),
        (3, 0, 1, 3, True),
        (0, 0, 0, 0, True),
    ],
)
def test_a_date_is_full_when_the_next_has_to_wait(
    named: int, counted: int, waiting: int, capacity: int | None, full: bool
) -> None:
    sums = Totals(named=named, counted=counted, waiting=waiting, cancelled=7, capacity=capacity)
    assert (sums.registered, sums.full) == (named + counted, full)


# Registering


def test_somebody_registers_by_name_and_address_by_one_of_them_or_not_at_all(world: World, event: Event) -> None:
    register(world, event, "  Aino   Esimerkki ", " aino@example.org ")
    assert world.last_entry() == [{"did": "registered", "event": "teematiistait/1", "host": "teematiistait", "registration": 1}]
    register(world, event, email="eero@example.org")
    register(world, event, "Sanna Exempel")
    assert [place.registration for place in registrations.search(world.db, event)] == [
        Registration(
            id=1, event_id=1, name="Aino Esimerkki", name_key="aino esimerkki", email="aino@example.org",
            email_key="aino@example.org", registered_on="2022-08-22",
        ),
        Registration(id=2, event_id=1, email="eero@example.org", email_key="eero@example.org", registered_on="2022-08-22"),
        Registration(id=3, event_id=1, name="Sanna Exempel", name_key="sanna exempel", registered_on="2022-08-22"),
    ]  # fmt: skip
    assert [called for called, *_rest in states(world, event)] == ["Aino Esimerkki", "eero@example.org", "Sanna Exempel"]
    for name, email in (("", ""), (" ", " "), ("Aino", "aino"), ("Aino", "aino@")):
        with pytest.raises(UsageError):
            register(world, event, name, email)


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        (("Aino Esimerkki", "aino@example.org"), ("Aino Esimerkki", "aino@example.org"), 1),
        (("Aino Esimerkki", "aino@example.org"), ("", "AINO@example.org"), 1),
        (("Aino Esimerkki", "aino@example.org"), ("Eero Malli", "Aino@Example.Org"), 1),
        (("Aino Esimerkki", ""), ("aino  ESIMERKKI", ""), 1),
        (("Aino Esimerkki", "aino@example.org"), ("Aino Esimerkki", "toinen@example.org"), 2),
        (("Aino Esimerkki", ""), ("Aino Esimerkki", "aino@example.org"), 2),
        (("Aino Esimerkki", "aino@example.org"), ("Aino Esimerkki", ""), 2),
        (("Aino Esimerkki", ""), ("Aino Esimerkkinen", ""), 2),
    ],
)
def test_one_address_is_one_person_and_without_one_a_name_is(
    world: World, event: Event, first: tuple[str, str], second: tuple[str, str], people: int
) -> None:
    register(world, event, *first)
    assert register(world, event, *second) == people
    assert world.wrote == (people == 2)
    assert registrations.sums(world.db, event).named == people
    assert registrations.search(world.db, event)[0].registration.name == first[0]


def test_the_same_person_may_come_to_another_date(world: World, event: Event) -> None:
    other = world.add("teematiistait", "2022-10-11T14:00")
    assert [register(world, one, "Aino Esimerkki", "aino@example.org") for one in (event, other)] == [1, 2]
    assert [registrations.sums(world.db, one).named for one in (event, other)] == [1, 1]
    count(world, other, 5)
    assert (registrations.counted(world.db, event), registrations.counted(world.db, other)) == (0, 5)


def test_a_cancelled_date_takes_no_registrations_and_keeps_those_it_has(world: World, event: Event) -> None:
    register(world, event, "Aino Esimerkki")
    cancelled = world.cancel(event)
    with pytest.raises(Refused, match=r"^teematiistait/2022-09-13 takes no registrations\.$"):
        register(world, cancelled, "Eero Malli")
    assert states(world, cancelled) == [("Aino Esimerkki", "registered", None)]


# The waiting line


def test_the_next_in_line_has_a_place_when_somebody_cancels_or_the_room_grows(world: World, event: Event) -> None:
    event = limit(world, event, 2)
    for name in ("Aino", "Eero", "Sanna", "Väinö"):
        register(world, event, name)
    assert states(world, event)[2:] == [("Sanna", "waiting", 1), ("Väinö", "waiting", 2)]
    assert cancel(world, event, "Aino", date(2022, 8, 25))
    assert world.last_entry() == [{"did": "unregistered", "event": "teematiistait/1", "host": "teematiistait", "registration": 1}]
    assert states(world, event) == [
        ("Aino", "cancelled", None), ("Eero", "registered", None), ("Sanna", "registered", None), ("Väinö", "waiting", 1),
    ]  # fmt: skip
    assert registrations.get(world.db, event, "Aino").cancelled_on == "2022-08-25"
    assert not cancel(world, event, "Aino", date(2022, 8, 26))
    assert not world.wrote
    assert registrations.get(world.db, event, "Aino").cancelled_on == "2022-08-25"
    event = limit(world, event, 3)
    assert states(world, event)[3] == ("Väinö", "registered", None)
    event = limit(world, event, 1)
    assert states(world, event)[1:] == [("Eero", "registered", None), ("Sanna", "waiting", 1), ("Väinö", "waiting", 2)]
    event = limit(world, event, None)
    assert registrations.sums(world.db, event) == Totals(named=3, counted=0, waiting=0, cancelled=1, capacity=None)


def test_who_cancelled_and_comes_after_all_is_last_in_line_unless_an_old_list_is_read_anew(world: World, event: Event) -> None:
    event = limit(world, event, 1)
    register(world, event, "Aino Esimerkki", "aino@example.org")
    register(world, event, "Eero Malli")
    cancel(world, event, "aino@example.org")
    assert take(world, event, ("Aino Esimerkki", "aino@example.org", False)) == Taken(added=0, known=1, cancelled=0)
    assert not world.wrote
    assert states(world, event) == [("Aino Esimerkki", "cancelled", None), ("Eero Malli", "registered", None)]
    register(world, event, email="AINO@example.org", on=date(2022, 8, 30))
    assert world.wrote
    assert states(world, event) == [("Eero Malli", "registered", None), ("Aino Esimerkki", "waiting", 1)]
    back = registrations.get(world.db, event, "Aino Esimerkki")
    assert (back.registered_on, back.cancelled_on) == ("2022-08-30", None)
    register(world, event, email="aino@example.org")
    assert not world.wrote


def test_those_who_registered_elsewhere_are_counted_and_take_their_places(world: World, event: Event) -> None:
    event = limit(world, event, 3)
    register(world, event, "Aino")
    register(world, event, "Eero")
    assert not count(world, event, 0)
    assert count(world, event, 2)
    assert world.last_entry() == [{"did": "counted", "event": "teematiistait/1", "host": "teematiistait", "registered": 2}]
    assert registrations.sums(world.db, event) == Totals(named=1, counted=2, waiting=1, cancelled=0, capacity=3)
    assert not count(world, event, 2)
    assert not world.wrote
    assert count(world, event, 0)
    assert registrations.sums(world.db, event) == Totals(named=2, counted=0, waiting=0, cancelled=0, capacity=3)
    assert not count(world, event, 0)


def test_a_list_adds_cancels_and_changes_nothing_when_it_is_read_again(world: World, event: Event) -> None:
    first = (("Aino Esimerkki", "aino@example.org", False), ("Eero Malli", "eero@example.org", False))
    assert take(world, event, *first) == Taken(added=2, known=0, cancelled=0)
    assert take(world, event, *first) == Taken(added=0, known=2, cancelled=0)
    assert not world.wrote
    later = (("", "AINO@example.org", True), ("Sanna Exempel", "", False), ("Väinö Vieras", "", True))
    assert take(world, event, *later, today=date(2022, 8, 30)) == Taken(added=1, known=0, cancelled=1)
    assert states(world, event) == [
        ("Aino Esimerkki", "cancelled", None), ("Eero Malli", "registered", None), ("Sanna Exempel", "registered", None),
    ]  # fmt: skip
    assert registrations.get(world.db, event, "aino").cancelled_on == "2022-08-30"
    take(world, event, *later)
    assert not world.wrote


# Finding


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("1", 1), (" 1 ", 1), ("aino@example.org", 1), ("AINO@EXAMPLE.ORG", 1), ("esimerkki", 1), ("MALLI", 2),
        ("Eero  malli", 3), ("mallinen", 3), ("3", 3),
    ],
)  # fmt: skip
def test_a_registration_is_found_by_number_address_or_part_of_the_name(
    world: World, event: Event, reference: str, number: int
) -> None:
    register(world, event, "Aino Esimerkki", "aino@example.org")
    register(world, event, "Malli")
    register(world, event, "Eero Mallinen", "eero@example.org")
    assert registrations.get(world.db, event, reference).id == number


@pytest.mark.parametrize("reference", ["", " ", "9", "Sanna", "eero@example.com"])
def test_who_is_not_registered_is_not_found(world: World, event: Event, reference: str) -> None:
    register(world, event, "Aino Esimerkki", "aino@example.org")
    register(world, event, email="eero@example.org")
    with pytest.raises(NotFound):
        registrations.get(world.db, event, reference)
    other = world.add("teematiistait", "2022-10-11T14:00")
    with pytest.raises(NotFound, match=r"^Nobody 'Aino' is registered for teematiistait/2022-10-11\.$"):
        registrations.get(world.db, other, "Aino")


def test_several_who_fit_are_listed_and_never_guessed(world: World, event: Event) -> None:
    for n in range(12):
        register(world, event, "Eero Malli", f"eero{n}@example.org")
    with pytest.raises(Ambiguous, match=r"^'malli' fits 12 registrations\.$") as caught:
        registrations.get(world.db, event, "malli")
    assert caught.value.candidates == [f"{n + 1}  Eero Malli  eero{n}@example.org" for n in range(10)]
    assert registrations.get(world.db, event, "12").email == "eero11@example.org"


# Forgetting


def test_names_are_forgotten_after_the_date_and_their_number_stays(world: World, event: Event) -> None:
    event = limit(world, event, 3)
    for name in ("Aino", "Eero", "Sanna", "Väinö"):
        register(world, event, name, f"{name.replace('ä', 'a').replace('ö', 'o')}@example.org")
    cancel(world, event, "Eero")
    count(world, event, 1)
    sums = registrations.sums(world.db, event)
    assert sums == Totals(named=2, counted=1, waiting=1, cancelled=1, capacity=3)
    event = world.hold(event, AFTER)
    assert forget(world, event) == 4
    assert world.erased
    assert world.last_entry()[-1] == {
        "did": "forgotten", "event": "teematiistait/1", "host": "teematiistait", "registrations": 4,
    }  # fmt: skip
    assert states(world, event) == []
    assert registrations.sums(world.db, event) == Totals(named=0, counted=3, waiting=0, cancelled=0, capacity=3)
    assert [word for word in ("Sanna", "sanna", "Eero", "example.org") if word.encode() in world.db.path.read_bytes()] == []
    assert forget(world, event) == 0
    assert not world.wrote
    assert registrations.counted(world.db, event) == 3


@pytest.mark.parametrize(
    ("status", "today", "allowed"),
    [
        ("planned", date(2022, 9, 12), False),
        ("planned", date(2022, 9, 13), False),
        ("planned", date(2022, 9, 14), True),
        ("held", date(2022, 9, 13), True),
        ("cancelled", date(2022, 8, 22), True),
    ],
)
def test_who_registered_is_not_forgotten_before_it_is_over(
    world: World, event: Event, status: str, today: date, allowed: bool
) -> None:
    register(world, event, "Aino Esimerkki")
    if status != "planned":
        event = world.hold(event, today) if status == "held" else world.cancel(event)
    if allowed:
        assert forget(world, event, today) == 1
        return
    with pytest.raises(Refused, match=r"^teematiistait/2022-09-13 is still to come\.$") as caught:
        forget(world, event, today)
    assert caught.value.code == "in_future"
    assert len(states(world, event)) == 1


def test_the_log_names_nobody_who_registered(world: World, event: Event) -> None:
    register(world, event, "Salanimi Esimerkki", "salainen@example.org")
    cancel(world, event, "salanimi")
    register(world, event, "Salanimi Esimerkki", "salainen@example.org")
    logged = str([row["changes"] for row in world.db.rows("SELECT changes FROM log")]).casefold()
    assert [word for word in ("salanimi", "salainen") if word in logged] == []
