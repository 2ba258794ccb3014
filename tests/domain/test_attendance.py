"""Who was there: marks, the heads beside the names, rates, silence noticed, and what people need."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain import attendance, hosts, memberships, people
from osallisuus.domain.attendance import Mark, Need, Rate, quiet, summed
from osallisuus.domain.events import Event
from osallisuus.domain.memberships import Membership
from osallisuus.errors import Refused
from osallisuus.store import logbook
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key
from tests.domain.conftest import TODAY, World

LETTERS = {"P": "present", "R": "remote", "E": "excused", "A": "absent", ".": ""}


def join(world: World, person: int, start: str = "2022-01-01", end: str | None = None, role: str = "peer") -> None:
    period = Membership(panel="vantaa", person_id=person, role=role, from_date=start, to_date=end)
    world.write(lambda change: memberships.add(world.db, period, change))


def mark(world: World, event: Event, person: int, state: str = "", today: date = TODAY, **values: Any) -> Mark:
    asked = Mark(event_id=event.id, person_id=person, state=state, **values)
    return world.write(lambda change: attendance.mark(world.db, event, asked, change, today=today))


def clear(world: World, event: Event, person: int) -> bool:
    return world.write(lambda change: attendance.clear(world.db, event, person, change))


def count(world: World, event: Event, number: int) -> bool:
    return world.write(lambda change: attendance.count(world.db, event, number, change, today=TODAY))


def arrange(world: World, person: int, *texts: str) -> None:
    world.write(lambda change: people.arrange(world.db, person, texts, change))


def listed(world: World, event: Event) -> list[tuple[int, bool, str, str]]:
    return [(a.person_id, a.member, a.duty, a.state) for a in attendance.search(world.db, event)]


def rate(world: World, *, since: date | None = None, until: date = TODAY) -> Rate:
    return attendance.rates(world.db, hosts.get(world.db, "vantaa"), since=since, until=until)[0]


def sessions(world: World, marks: str, person: int = 1) -> list[Event]:
    """Add a session on the 10th of each month from January on, and mark somebody as the letters say."""
    found = [world.add("vantaa", f"2022-{month:02d}-10T17:00") for month, _letter in enumerate(marks, 1)]
    for event, letter in zip(found, marks, strict=True):
        if letter != ".":
            mark(world, event, person, LETTERS[letter])
    return found


@pytest.fixture
def vantaa(world: World) -> World:
    """Add a panel with two members, and somebody else."""
    world.panel(at="17:00", minutes=120)
    for name in ("Aino Esimerkki", "Eero Malli", "Väinö Vieras"):
        world.person(name)
    join(world, 1)
    join(world, 2)
    return world


@pytest.fixture
def past(vantaa: World) -> Event:
    return vantaa.add("vantaa", "2022-08-18T17:00")


# Marking


def test_members_of_the_day_are_on_the_list_unmarked(vantaa: World, past: Event) -> None:
    join(vantaa, 3, "2022-08-19")
    assert listed(vantaa, past) == [(1, True, "", ""), (2, True, "", "")]
    assert attendance.of_person(vantaa.db, 1) == []


@pytest.mark.parametrize("state", attendance.STATES)
def test_the_same_mark_again_changes_nothing(vantaa: World, past: Event, state: str) -> None:
    first = mark(vantaa, past, 1, state, duty="expert")
    assert first == Mark(id=1, event_id=past.id, person_id=1, state=state, duty="expert")
    assert vantaa.last_entry() == [{"did": "marked", "person": 1, "event": "vantaa/1", "host": "vantaa"}]
    for again in ({"state": state}, {"duty": "expert"}, {}):
        assert mark(vantaa, past, 1, **again) == first
        assert not vantaa.wrote
    assert listed(vantaa, past) == [(1, True, "expert", state), (2, True, "", "")]


def test_who_is_no_member_is_added_after_the_members(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 3)
    assert vantaa.wrote
    mark(vantaa, past, 3)
    assert not vantaa.wrote
    assert listed(vantaa, past)[2:] == [(3, False, "", "")]
    mark(vantaa, past, 3, "remote", minutes=45)
    (guest,) = (a for a in attendance.search(vantaa.db, past) if not a.member)
    assert (guest.name, guest.role, guest.state, guest.minutes) == ("Väinö Vieras", "", "remote", 45)


def test_there_is_one_chair_and_one_secretary_and_any_number_of_experts(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 1, "present", duty="chair")
    mark(vantaa, past, 2, duty="secretary")
    mark(vantaa, past, 3, duty="chair")
    assert listed(vantaa, past) == [(1, True, "", "present"), (2, True, "secretary", ""), (3, False, "chair", "")]
    mark(vantaa, past, 3, duty="chair")
    assert not vantaa.wrote
    mark(vantaa, past, 1, duty="secretary")
    for person in (2, 3):
        mark(vantaa, past, person, duty="expert")
    assert [duty for _person, _member, duty, _state in listed(vantaa, past)] == ["secretary", "expert", "expert"]
    other = vantaa.add("vantaa", "2022-08-19T17:00")
    mark(vantaa, other, 2, duty="secretary")
    assert listed(vantaa, past)[0] == (1, True, "secretary", "present")


@pytest.mark.parametrize(("day", "today"), [("2022-08-23", TODAY), ("2022-08-22", date(2022, 8, 21))])
def test_before_the_day_somebody_can_only_be_added_or_excused(vantaa: World, day: str, today: date) -> None:
    event = vantaa.add("vantaa", f"{day}T17:00")
    for state in ("present", "remote", "absent"):
        with pytest.raises(Refused) as refused:
            mark(vantaa, event, 1, state, today)
        assert (refused.value.code, refused.value.message) == ("in_future", f"vantaa/{day} is still to come.")
        written = f"{date.fromisoformat(day):%a} {day}"
        assert refused.value.hint == f"Until {written} somebody can be added to it, or marked as excused."
    mark(vantaa, event, 1, "excused", today, reason="travel")
    mark(vantaa, event, 2, "", today, duty="chair")
    assert listed(vantaa, event) == [(1, True, "", "excused"), (2, True, "chair", "")]
    mark(vantaa, event, 1, "present", event.day)
    assert listed(vantaa, event)[0] == (1, True, "", "present")


@pytest.mark.parametrize("state", ["", *attendance.STATES])
def test_what_was_cancelled_has_no_attendance(vantaa: World, past: Event, state: str) -> None:
    cancelled = vantaa.cancel(past)
    for act in (lambda: mark(vantaa, cancelled, 1, state), lambda: count(vantaa, cancelled, 3)):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.message) == ("is_cancelled", "vantaa/2022-08-18 has no attendance.")
    assert listed(vantaa, past) == [(1, True, "", ""), (2, True, "", "")]


def test_a_reason_is_for_the_excused_and_goes_when_they_come_after_all(vantaa: World, past: Event) -> None:
    for state in ("", "present", "remote", "absent"):
        with pytest.raises(Refused, match="A reason belongs to somebody who is excused") as refused:
            mark(vantaa, past, 1, state, reason="work")
        assert refused.value.hint == "Leave --reason out, or use --as excused."
    assert mark(vantaa, past, 1, "excused", reason="work").reason == "work"
    assert mark(vantaa, past, 1, reason="personal").reason == "personal"
    assert mark(vantaa, past, 1, "excused").reason == "personal"
    for state in ("present", "excused"):
        assert mark(vantaa, past, 1, state).reason == ""


def test_minutes_are_those_of_somebody_who_was_there(vantaa: World, past: Event) -> None:
    assert mark(vantaa, past, 1, "present", minutes=30).minutes == 30
    assert mark(vantaa, past, 1, "remote").minutes == 30
    assert mark(vantaa, past, 1, "remote", minutes=60).minutes == 60
    for state in ("absent", "present"):
        assert mark(vantaa, past, 1, state).minutes is None


def test_a_mark_made_by_mistake_is_taken_back(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 1, "absent")
    mark(vantaa, past, 3, duty="expert")
    assert [clear(vantaa, past, person) for person in (1, 3)] == [True, True]
    assert vantaa.last_entry() == [{"did": "unmarked", "person": 3, "event": "vantaa/1", "host": "vantaa"}]
    assert listed(vantaa, past) == [(1, True, "", ""), (2, True, "", "")]
    assert [clear(vantaa, past, person) for person in (1, 2, 3)] == [False] * 3
    assert not vantaa.wrote


def test_heads_are_counted_beside_the_names(vantaa: World, past: Event) -> None:
    assert attendance.headcount(vantaa.db, past) is None
    for number in (0, 84, 3):
        assert count(vantaa, past, number)
        assert vantaa.last_entry() == [{"did": "counted", "event": "vantaa/1", "host": "vantaa", "headcount": number}]
        assert not count(vantaa, past, number)
        assert not vantaa.wrote
        assert attendance.headcount(vantaa.db, past) == number
    assert listed(vantaa, past) == [(1, True, "", ""), (2, True, "", "")]
    later = vantaa.add("vantaa", "2022-08-23T17:00")
    with pytest.raises(Refused, match="is still to come"):
        count(vantaa, later, 3)
    assert attendance.headcount(vantaa.db, later) is None


def test_the_log_tells_neither_names_nor_reasons(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 1, "excused", reason="personal")
    mark(vantaa, past, 1, "present", minutes=77)
    clear(vantaa, past, 1)
    told = [
        change for entry in logbook.entries(vantaa.db.connection, noun="event", subject="vantaa/1") for change in entry.changes
    ]
    assert [change["did"] for change in told] == ["added", "marked", "marked", "unmarked"]
    assert not [word for word in ("Aino", "personal", "77") if word in str(told)]


# Rates and silence


@pytest.mark.parametrize(
    ("marks", "attended", "marked", "unmarked"),
    [("PPPP", 4, 4, 0), ("PRAE", 2, 4, 0), ("A..R", 1, 2, 2), ("E", 0, 1, 0), ("", 0, 0, 0), ("....", 0, 0, 4)],
)
def test_a_rate_is_attended_of_marked(vantaa: World, marks: str, attended: int, marked: int, unmarked: int) -> None:
    for event in sessions(vantaa, marks):
        mark(vantaa, event, 2, "present")  # so that every session has a mark
    found = rate(vantaa)
    assert found == Rate(
        person_id=1, name="Aino Esimerkki", role="peer", attended=attended, remote=marks.count("R"),
        excused=marks.count("E"), absent=marks.count("A"), unmarked=unmarked,
        rate=attended / marked if marked else None, quiet=found.quiet,
    )  # fmt: skip


def test_a_rate_leaves_out_other_days_sessions_and_panels(vantaa: World) -> None:
    found = sessions(vantaa, "PP.P" + "." * 5)
    vantaa.panel("espoo", at="17:00", minutes=120)
    mark(vantaa, vantaa.add("espoo", "2022-03-11T17:00"), 1, "absent")
    mark(vantaa, found[8], 1, "excused")  # in September, still to come
    mark(vantaa, found[4], 2)  # on the list only: nobody is marked there
    count(vantaa, found[5], 20)
    mark(vantaa, found[6], 1, "absent")
    vantaa.cancel(found[6])
    assert (rate(vantaa).attended, rate(vantaa).rate, rate(vantaa).unmarked) == (3, 1.0, 0)
    mark(vantaa, found[2], 2, "present")
    assert (rate(vantaa).rate, rate(vantaa).unmarked) == (1.0, 1)
    spring = [rate(vantaa, since=date(2022, 2, day), until=date(2022, 4, until)) for day in (10, 11) for until in (9, 10)]
    assert [found.attended for found in spring] == [1, 2, 0, 1]


def test_days_of_no_membership_do_not_count(vantaa: World) -> None:
    vantaa.write(lambda change: memberships.remove(vantaa.db, "vantaa", 1, change))
    join(vantaa, 1, "2022-02-11", "2022-03-10")
    join(vantaa, 1, "2022-05-10", role="coordinator")
    for event, letter in zip(sessions(vantaa, "AAPAPA", person=1), "PPPPPP", strict=True):
        mark(vantaa, event, 2, LETTERS[letter])
    found = {r.person_id: r for r in attendance.rates(vantaa.db, hosts.get(vantaa.db, "vantaa"), until=date(2022, 5, 31))}
    assert (found[1].attended, found[1].absent, found[1].rate, found[1].role) == (2, 0, 1.0, "coordinator")
    assert (found[2].attended, found[2].rate) == (5, 1.0)
    assert [r.person_id for r in attendance.rates(vantaa.db, hosts.get(vantaa.db, "vantaa"), until=date(2022, 4, 1))] == [2]


STATES = st.lists(st.sampled_from(["", *attendance.STATES]), max_size=8)


@given(STATES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rate_is_between_none_and_all_and_nothing_is_counted_twice(vantaa: World, states: list[str]) -> None:
    vantaa.db.connection.execute("DELETE FROM attendance")
    vantaa.db.connection.execute("DELETE FROM events")
    for month, state in enumerate(states, 1):
        event = vantaa.add("vantaa", f"2022-{month:02d}-10T17:00")
        mark(vantaa, event, 2, "absent")
        if state:
            mark(vantaa, event, 1, state)
    found = rate(vantaa)
    assert found.attended + found.excused + found.absent + found.unmarked == len(states)
    assert (found.rate is None) == (not any(states))
    assert found.rate is None or 0 <= found.rate <= 1
    assert (found.rate == 1) == (any(states) and not {"excused", "absent"} & set(states))


@pytest.mark.parametrize(
    ("marks", "this_term", "why"),
    [
        ("", "", ""),
        ("A", "A", ""),
        ("AA", "AA", "absent-twice"),
        ("PAA", "PAA", "absent-twice"),
        ("A.A", "A.A", "absent-twice"),
        ("AA.", "A.", "absent-twice"),
        ("AA", "", "absent-twice"),
        ("AAP", "AAP", ""),
        ("AAR", "AAR", ""),
        ("PAEA", "PAEA", ""),
        ("AE", "AE", "unseen-this-term"),
        ("EE", "EE", "unseen-this-term"),
        ("PEE", "EE", "unseen-this-term"),
        ("PEE", "PEE", ""),
        ("PE", "E", ""),
        ("PE..", "E..", ""),
        ("REAE", "REAE", ""),
    ],
)
def test_silence_is_absence_twice_running_or_a_term_unseen(marks: str, this_term: str, why: str) -> None:
    assert quiet([LETTERS[mark] for mark in marks], [LETTERS[mark] for mark in this_term]) == why


@pytest.mark.parametrize(
    ("start", "why"), [(None, ""), ("2022-02-10", ""), ("2022-03-10", "unseen-this-term"), ("2022-03-11", "")]
)
def test_a_term_begins_on_its_first_day(vantaa: World, start: str | None, why: str) -> None:
    vantaa.change_host("vantaa", term_start=start)
    sessions(vantaa, "PPEE")
    assert rate(vantaa).quiet == why
    assert rate(vantaa).attended == 2


# What people need


def test_what_those_expected_need_is_summed_without_names(vantaa: World) -> None:
    event = vantaa.add("vantaa", "2022-09-29T17:00")
    arrange(vantaa, 1, "induktiosilmukka", "kuljetus")
    arrange(vantaa, 2, "Induktiosilmukka ", "avustaja")
    arrange(vantaa, 3, "INDUKTIOSILMUKKA")
    two = [Need(text="Induktiosilmukka", people=2), Need(text="avustaja", people=1), Need(text="kuljetus", people=1)]
    assert attendance.needs(vantaa.db, event) == two
    mark(vantaa, event, 3, duty="expert")
    assert attendance.needs(vantaa.db, event) == [Need(text="INDUKTIOSILMUKKA", people=3), *two[1:]]
    mark(vantaa, event, 3, "excused")
    mark(vantaa, event, 1, "excused")
    assert attendance.needs(vantaa.db, event) == [Need(text="Induktiosilmukka", people=1), two[1]]
    mark(vantaa, event, 2, "absent", today=event.day)
    assert attendance.needs(vantaa.db, event) == []


@given(st.lists(st.sampled_from(["tulkki", "Tulkki", "TULKKI ", "kuljetus", "Kuljetus", "avustaja"]) | st.text(min_size=1)))
@settings(deadline=None)
def test_summing_keeps_the_total_and_tells_each_need_once(texts: list[str]) -> None:
    needs = summed(texts)
    assert sum(need.people for need in needs) == len(texts)
    assert len({identity_key(need.text) for need in needs}) == len(needs)
    assert {need.text for need in needs} <= set(texts)
    assert needs == sorted(needs, key=lambda need: (-need.people, need.text))


# Two people who are one, and one who stays


def test_the_marks_of_two_become_those_of_one_each_session_once(vantaa: World, past: Event) -> None:
    other = vantaa.add("vantaa", "2022-08-19T17:00")
    mark(vantaa, past, 1, "present", duty="chair")
    mark(vantaa, past, 2, "absent")
    mark(vantaa, other, 2, "remote", minutes=30)

    def act(change: Change) -> people.Merge:
        memberships.unite(vantaa.db, 1, 2, change)
        return people.merge(vantaa.db, people.get(vantaa.db, "1"), people.get(vantaa.db, "2"), change)

    plan = vantaa.write(act)
    assert (plan.moves["attendance.person_id"], plan.same["attendance.person_id"]) == (1, 1)
    assert [listed(vantaa, event) for event in (past, other)] == [[(1, True, "chair", "present")], [(1, True, "", "remote")]]
    assert attendance.of_person(vantaa.db, 1) == [
        {"occasion": "vantaa/2", "day": "2022-08-19", "duty": "", "state": "remote", "reason": "", "minutes": 30},
        {"occasion": "vantaa/1", "day": "2022-08-18", "duty": "chair", "state": "present", "reason": "", "minutes": None},
    ]


def test_who_is_on_the_list_of_a_session_stays(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 3)
    guest = people.get(vantaa.db, "3")
    with pytest.raises(Refused) as refused:
        vantaa.write(lambda change: people.remove(vantaa.db, guest, change))
    assert refused.value.code == "in_use"
    clear(vantaa, past, 3)
    vantaa.write(lambda change: people.remove(vantaa.db, guest, change))
    assert [person.id for person in people.search(vantaa.db)] == [1, 2]


def test_marks_follow_a_date_that_moves(vantaa: World, past: Event) -> None:
    mark(vantaa, past, 1, "present")
    moved = vantaa.move(past, "2022-08-20T10:00")
    assert listed(vantaa, moved)[0] == (1, True, "", "present")
    assert attendance.of_person(vantaa.db, 1)[0]["day"] == "2022-08-20"
