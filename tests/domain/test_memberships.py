"""Who was in which panel on which day, and how periods begin and end."""

from contextlib import suppress
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain import memberships, people
from osallisuus.domain.memberships import Member, Membership, overlap
from osallisuus.errors import Ambiguous, NotFound, OsallisuusError, Refused
from osallisuus.store.logbook import Change
from tests.domain.conftest import TODAY, World


def period(start: str, end: str | None = None, person: int = 1, **values: Any) -> Membership:
    fields = {"panel": "vantaa", "role": "peer"}
    return Membership(person_id=person, from_date=start, to_date=end, **fields | values)


def join(world: World, membership: Membership, *, exact_start: bool = True) -> Membership | None:
    return world.write(lambda change: memberships.add(world.db, membership, change, exact_start=exact_start))


def leave(world: World, day: str, today: date = TODAY, **values: Any) -> list[Membership]:
    on = date.fromisoformat(day)
    return world.write(lambda change: memberships.leave(world.db, "vantaa", 1, on, change, today=today, **values))


def change_role(world: World, role: str, day: str) -> Membership:
    on = date.fromisoformat(day)
    return world.write(lambda change: memberships.change_role(world.db, "vantaa", 1, role, on, change, today=TODAY))


def history(world: World) -> list[tuple[str, str, str | None]]:
    found = sorted(memberships.search(world.db, person_id=1), key=lambda m: (m.from_date, m.role))
    return [(m.role, m.from_date, m.to_date) for m in found]


@pytest.fixture
def vantaa(world: World) -> World:
    world.panel()
    for name in ("Aino", "Eino", "Väinö"):
        world.person(name)
    return world


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("01", "10"), ("10", "20"), True),
        (("01", "10"), ("11", "20"), False),
        (("01", None), ("11", "20"), True),
        (("12", None), ("11", "20"), True),
        (("21", None), ("11", "20"), False),
        (("01", None), ("11", None), True),
        (("05", "05"), ("05", "05"), True),
        (("01", "30"), ("10", "11"), True),
    ],
)
def test_two_periods_overlap_when_they_share_a_day(
    one: tuple[str, str | None], other: tuple[str, str | None], *, shared: bool
) -> None:
    a, b = (period(f"2022-01-{start}", end and f"2022-01-{end}") for start, end in (one, other))
    assert overlap(a, b) == overlap(b, a) == shared


DAYS = st.dates(date(2022, 1, 1), date(2022, 2, 28))
PERIODS = st.tuples(DAYS, DAYS | st.none()).filter(lambda p: p[1] is None or p[0] <= p[1])


@given(PERIODS, PERIODS)
@settings(deadline=None)
def test_overlapping_is_sharing_a_day_of_the_calendar(one: tuple[date, date | None], other: tuple[date, date | None]) -> None:
    a, b = (period(str(start), end and str(end)) for start, end in (one, other))
    days = [set(range(start.toordinal(), (end or date(2022, 12, 31)).toordinal() + 1)) for start, end in (one, other)]
    assert overlap(a, b) == bool(days[0] & days[1])


# Joining


def test_joining_again_changes_nothing(vantaa: World) -> None:
    assert join(vantaa, period("2022-01-01")) is None
    assert vantaa.last_entry() == [
        {"did": "joined", "person": 1, "host": "vantaa", "role": "peer", "from_date": "2022-01-01"}
    ]  # fmt: skip
    known = join(vantaa, period("2022-01-01"))
    assert known == period("2022-01-01", id=1)
    assert join(vantaa, period("2022-05-05"), exact_start=False) == known
    assert not vantaa.wrote
    leave(vantaa, "2022-06-30")
    assert join(vantaa, period("2022-01-01")) == period("2022-01-01", "2022-06-30", id=1)
    assert not vantaa.wrote


@pytest.mark.parametrize(
    ("membership", "outcome"),
    [
        (period("2022-07-01"), None),
        (period("2022-06-30"), "This person is already in vantaa as peer from Sat 2022-01-01."),
        (period("2021-01-01"), "This person is already in vantaa as peer from Sat 2022-01-01."),
        (period("2021-01-01", "2021-12-31"), None),
        (period("2021-01-01", "2022-01-01"), "This person is already in vantaa as peer from Sat 2022-01-01."),
        (period("2022-02-02", role="coordinator"), None),
        (period("2022-02-02", person=2), None),
        (period("2022-02-02", panel="espoo"), None),
    ],
)
def test_a_person_has_one_role_once_at_a_time(vantaa: World, membership: Membership, outcome: str | None) -> None:
    vantaa.panel("espoo")
    join(vantaa, period("2022-01-01", "2022-06-30"))
    if outcome is None:
        assert join(vantaa, membership) is None
        assert vantaa.wrote
        return
    with pytest.raises(Refused) as refused:
        join(vantaa, membership)
    assert (refused.value.code, refused.value.message) == ("already_member", outcome)


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"panel": "espoo"}, NotFound, "There is no panel 'espoo'."),
        ({"panel": "teematiistait"}, NotFound, "'teematiistait' is a series, not a panel."),
        ({"role": "boss"}, NotFound, "There is no role 'boss'."),
        ({"panel": "closed"}, Refused, "closed was closed on Fri 2021-12-31."),
        ({"deputy_for": 1}, Refused, "Nobody is their own deputy."),
    ],
)
def test_nobody_joins_what_is_not_there_or_closed(
    vantaa: World, values: dict[str, Any], error: type[OsallisuusError], sentence: str
) -> None:
    vantaa.series()
    vantaa.panel("closed", closed_on="2021-12-31")
    with pytest.raises(error) as refused:
        join(vantaa, period("2022-01-01", **values))
    assert refused.value.message == sentence
    assert history(vantaa) == []


def test_panel_and_role_are_known_however_they_are_typed(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", panel="VANTAA", role="Peer"))
    assert history(vantaa) == [("peer", "2022-01-01", None)]
    assert leave(vantaa, "2022-02-02", role="PEER")[0].to_date == "2022-02-02"
    join(vantaa, period("2022-03-01"))
    assert change_role(vantaa, "Coordinator", "2022-04-01").role == "coordinator"


# History


def test_who_was_a_member_is_known_for_any_day(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", "2022-06-30"))
    join(vantaa, period("2022-07-01", role="coordinator"))
    join(vantaa, period("2022-03-01", person=2))
    assert [memberships.counts(vantaa.db, date(2022, month, 1)).get("vantaa", 0) for month in (1, 3, 7)] == [1, 2, 2]
    for day, members in (
        ("2021-12-31", []),
        ("2022-01-01", [(1, "peer")]),
        ("2022-06-30", [(1, "peer"), (2, "peer")]),
        ("2022-07-01", [(2, "peer"), (1, "coordinator")]),
        ("2099-01-01", [(2, "peer"), (1, "coordinator")]),
    ):
        found = memberships.search(vantaa.db, panel="vantaa", on=date.fromisoformat(day))
        assert [(m.person_id, m.role) for m in found] == members
    assert memberships.search(vantaa.db, panel="vantaa", role="coordinator") == [
        Member(id=2, panel="vantaa", person_id=1, name="Aino", role="coordinator", from_date="2022-07-01", to_date=None,
               end_reason="", deputy_for=None, email="", phone="", language="", organisation=""),
    ]  # fmt: skip
    assert memberships.search(vantaa.db, panel="espoo") == []


def test_who_joins_later_is_known_the_next_one_first(vantaa: World) -> None:
    vantaa.panel("espoo")
    for membership in (
        period("2022-11-01", person=2),
        period("2022-10-01", "2022-12-31"),
        period("2022-08-22", person=3),
        period("2022-09-01", panel="espoo"),
    ):
        join(vantaa, membership)

    def later(day: date) -> list[tuple[int, str]]:
        return [(m.person_id, m.from_date) for m in memberships.upcoming(vantaa.db, "vantaa", day)]

    assert later(TODAY) == [(1, "2022-10-01"), (2, "2022-11-01")]
    assert later(date(2022, 10, 1)) == [(2, "2022-11-01")]
    assert later(date(2022, 11, 1)) == []


# Leaving


def test_leaving_twice_changes_nothing_and_history_stays(vantaa: World) -> None:
    join(vantaa, period("2022-01-01"))
    first = leave(vantaa, "2022-06-30", reason="kausi päättyi")
    assert first == [period("2022-01-01", "2022-06-30", id=1, end_reason="kausi päättyi")]
    assert leave(vantaa, "2022-06-30") == first
    assert not vantaa.wrote
    with pytest.raises(Refused) as refused:
        leave(vantaa, "2022-07-31")
    assert (refused.value.code, refused.value.message) == (
        "already_left",
        "The membership ended on Thu 2022-06-30 already; history is not rewritten.",
    )
    assert history(vantaa) == [("peer", "2022-01-01", "2022-06-30")]


@pytest.mark.parametrize("day", ["2021-12-31", "2022-01-01"])
def test_the_first_day_may_be_the_last_but_no_day_before(vantaa: World, day: str) -> None:
    join(vantaa, period("2022-01-01"))
    if day == "2022-01-01":
        assert leave(vantaa, day)[0].to_date == day
    else:
        with pytest.raises(NotFound, match="This person is not in vantaa on Fri 2021-12-31"):
            leave(vantaa, day)
        assert history(vantaa) == [("peer", "2022-01-01", None)]


def test_leaving_ends_all_roles_or_the_one_that_is_named(vantaa: World) -> None:
    join(vantaa, period("2022-01-01"))
    join(vantaa, period("2022-01-01", role="coordinator"))
    join(vantaa, period("2022-01-01", role="service-provider"))
    assert [m.role for m in leave(vantaa, "2022-03-31", role="peer")] == ["peer"]
    with pytest.raises(NotFound):
        leave(vantaa, "2022-03-31", role="boss")
    assert {m.role for m in leave(vantaa, "2022-06-30")} == {"coordinator", "service-provider"}
    assert {end for _role, _start, end in history(vantaa)} == {"2022-03-31", "2022-06-30"}


def test_who_was_never_there_cannot_leave(vantaa: World) -> None:
    with pytest.raises(NotFound) as refused:
        leave(vantaa, "2022-03-31")
    assert refused.value.message == "This person is not in vantaa on Thu 2022-03-31."
    assert refused.value.hint == "See the members: osallisuus member list vantaa --on 2022-03-31."


@pytest.mark.parametrize(
    ("today", "day", "end"),
    [
        ("2022-08-22", "2022-10-31", "2022-10-31"),
        ("2022-08-22", "2023-06-30", "2023-06-30"),
        ("2022-08-22", "2022-02-28", "2022-02-28"),
        ("2022-12-31", "2023-06-30", "2023-06-30"),
        ("2023-01-01", "2023-06-30", None),
        ("2023-01-01", "2022-10-31", None),
    ],
)
def test_an_end_may_be_put_on_another_day_until_it_has_passed(vantaa: World, today: str, day: str, end: str | None) -> None:
    join(vantaa, period("2022-01-01", "2022-12-31"))
    if end:
        assert [m.to_date for m in leave(vantaa, day, date.fromisoformat(today))] == [end]
    else:
        with pytest.raises(Refused, match="The membership ended on Sat 2022-12-31 already"):
            leave(vantaa, day, date.fromisoformat(today))
    assert history(vantaa) == [("peer", "2022-01-01", end or "2022-12-31")]


def test_leaving_a_later_period_leaves_the_one_before_it_as_it_was(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", "2022-12-31"))
    join(vantaa, period("2023-01-01"))
    leave(vantaa, "2023-03-31")
    assert history(vantaa) == [("peer", "2022-01-01", "2022-12-31"), ("peer", "2023-01-01", "2023-03-31")]
    leave(vantaa, "2023-05-31")
    assert history(vantaa) == [("peer", "2022-01-01", "2022-12-31"), ("peer", "2023-01-01", "2023-05-31")]
    leave(vantaa, "2022-10-31")
    assert history(vantaa) == [("peer", "2022-01-01", "2022-10-31"), ("peer", "2023-01-01", "2023-05-31")]


DAY = st.dates(date(2022, 1, 1), date(2022, 12, 31)).map(str)
ROLE = st.sampled_from(["peer", "coordinator"])
DEEDS = st.one_of(
    st.tuples(st.just("join"), DAY, DAY | st.none(), ROLE),
    st.tuples(st.just("leave"), DAY, ROLE | st.just("")),
    st.tuples(st.just("change"), DAY, ROLE),
    st.tuples(st.just("remove"), ROLE | st.just("")),
)


@given(st.lists(DEEDS, max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_a_person_has_each_role_once_at_a_time(vantaa: World, deeds: list[tuple[Any, ...]]) -> None:
    vantaa.db.connection.execute("DELETE FROM memberships")
    for name, *details in deeds:
        with suppress(OsallisuusError):
            if name == "join":
                start, end, role = details
                if end is None or start <= end:
                    join(vantaa, period(start, end, role=role))
            elif name == "leave":
                leave(vantaa, details[0], role=details[1])
            elif name == "change":
                change_role(vantaa, details[1], details[0])
            else:
                vantaa.write(lambda change, role=details[0]: memberships.remove(vantaa.db, "vantaa", 1, change, role=role))
    found = memberships.search(vantaa.db, person_id=1)
    periods = [period(m.from_date, m.to_date, role=m.role) for m in found]
    assert [(a, b) for a, b in combinations(periods, 2) if a.role == b.role and overlap(a, b)] == []
    assert all(m.to_date is None or m.from_date <= m.to_date for m in found)


# Roles over time


def test_a_new_role_ends_the_old_one_the_day_before(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", deputy_for=2))
    new = change_role(vantaa, "coordinator", "2022-10-01")
    assert (new.role, new.from_date, new.to_date, new.deputy_for) == ("coordinator", "2022-10-01", None, 2)
    assert history(vantaa) == [("peer", "2022-01-01", "2022-09-30"), ("coordinator", "2022-10-01", None)]
    change_role(vantaa, "coordinator", "2022-11-01")
    assert not vantaa.wrote
    assert len(history(vantaa)) == 2


def test_a_role_changed_from_its_first_day_was_mistaken_from_the_start(vantaa: World) -> None:
    join(vantaa, period("2022-01-01"))
    assert change_role(vantaa, "coordinator", "2022-01-01") == period("2022-01-01", id=1, role="coordinator")
    assert vantaa.last_entry() == [{"did": "corrected", "person": 1, "host": "vantaa", "role": ["peer", "coordinator"]}]
    assert history(vantaa) == [("coordinator", "2022-01-01", None)]


def test_a_role_that_ends_is_followed_until_then(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", "2022-12-31"))
    change_role(vantaa, "coordinator", "2022-10-01")
    assert history(vantaa) == [("peer", "2022-01-01", "2022-09-30"), ("coordinator", "2022-10-01", "2022-12-31")]
    change_role(vantaa, "peer", "2022-12-31")
    assert history(vantaa)[1:] == [("coordinator", "2022-10-01", "2022-12-30"), ("peer", "2022-12-31", "2022-12-31")]
    with pytest.raises(NotFound):
        change_role(vantaa, "coordinator", "2023-01-01")


def test_a_role_cannot_begin_where_it_is_not_clear_what_it_follows(vantaa: World) -> None:
    with pytest.raises(NotFound, match="This person is not in vantaa on Sat 2022-10-01"):
        change_role(vantaa, "peer", "2022-10-01")
    join(vantaa, period("2022-01-01"))
    with pytest.raises(NotFound, match="There is no role 'boss'"):
        change_role(vantaa, "boss", "2022-10-01")
    with pytest.raises(NotFound):
        change_role(vantaa, "coordinator", "2021-12-31")
    join(vantaa, period("2022-01-01", role="service-provider"))
    with pytest.raises(Ambiguous, match="This person has 2 roles in the panel") as refused:
        change_role(vantaa, "coordinator", "2022-10-01")
    assert sorted(refused.value.candidates) == ["peer  2022-01-01–", "service-provider  2022-01-01–"]
    assert {end for _role, _start, end in history(vantaa)} == {None}


@pytest.mark.parametrize("day", ["2022-01-01", "2022-10-01"])
def test_a_role_that_begins_later_anyway_is_not_begun_twice(vantaa: World, day: str) -> None:
    join(vantaa, period("2022-01-01"))
    join(vantaa, period("2022-12-01", role="coordinator"))
    with pytest.raises(Refused, match="already in vantaa as coordinator from Thu 2022-12-01"):
        change_role(vantaa, "coordinator", day)
    assert history(vantaa) == [("peer", "2022-01-01", None), ("coordinator", "2022-12-01", None)]


def test_no_role_is_taken_in_a_closed_panel(vantaa: World) -> None:
    join(vantaa, period("2022-01-01"))
    vantaa.change_host("vantaa", closed_on="2022-06-30")
    with pytest.raises(Refused, match="vantaa was closed on Thu 2022-06-30"):
        change_role(vantaa, "coordinator", "2022-10-01")
    assert history(vantaa) == [("peer", "2022-01-01", None)]


def test_a_membership_entered_by_mistake_is_taken_away(vantaa: World) -> None:
    def remove(role: str = "") -> Membership:
        return vantaa.write(lambda change: memberships.remove(vantaa.db, "vantaa", 1, change, role=role))

    with pytest.raises(NotFound, match="This person has not been in vantaa"):
        remove()
    join(vantaa, period("2022-01-01", "2022-06-30"))
    join(vantaa, period("2022-01-01", role="coordinator"))
    with pytest.raises(Ambiguous) as refused:
        remove()
    assert sorted(refused.value.candidates) == ["coordinator  2022-01-01–", "peer  2022-01-01–2022-06-30"]
    assert remove("Peer") == period("2022-01-01", "2022-06-30", id=1)
    assert vantaa.erased
    assert remove().role == "coordinator"
    assert history(vantaa) == []


def test_the_same_start_with_another_end_or_deputy_is_another_membership(vantaa: World) -> None:
    known = period("2022-01-01", "2022-12-31", deputy_for=2)
    join(vantaa, known)
    assert join(vantaa, period("2022-01-01")) == join(vantaa, known)
    for other in (period("2022-01-01", "2022-11-30"), period("2022-01-01", deputy_for=3)):
        with pytest.raises(Refused, match="already in vantaa as peer from Sat 2022-01-01") as refused:
            join(vantaa, other)
        assert "member leave" in refused.value.hint
    assert history(vantaa) == [("peer", "2022-01-01", "2022-12-31")]


# Two people who are one

MANY = st.lists(st.tuples(st.sampled_from([1, 2]), PERIODS, ROLE), max_size=8)


@given(MANY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_memberships_of_two_become_those_of_one(
    vantaa: World, wanted: list[tuple[int, tuple[date, date | None], str]]
) -> None:
    vantaa.db.connection.execute("DELETE FROM memberships")
    for person, (start, end), role in wanted:
        with suppress(Refused):
            join(vantaa, period(str(start), end and str(end), person=person, role=role))
    before = covered(vantaa, 1) | covered(vantaa, 2)
    vantaa.write(lambda change: memberships.unite(vantaa.db, 1, 2, change))
    vantaa.db.connection.execute("UPDATE memberships SET person_id = 1")  # what merging does; a clash would raise
    assert covered(vantaa, 1) == before
    found = [period(m.from_date, m.to_date, role=m.role) for m in memberships.search(vantaa.db, person_id=1)]
    assert [(a, b) for a, b in combinations(found, 2) if a.role == b.role and overlap(a, b)] == []


def covered(world: World, person: int) -> set[tuple[str, int]]:
    """Return every day in every role of a person; open periods up to the end of 2023."""
    return {
        (m.role, day)
        for m in memberships.search(world.db, person_id=person)
        for day in range(
            date.fromisoformat(m.from_date).toordinal(), date.fromisoformat(m.to_date or "2023-12-31").toordinal() + 1
        )
    }


def test_a_period_that_grows_over_the_next_one_takes_it_in(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", "2022-06-30", end_reason="tauko"))
    join(vantaa, period("2022-07-15"))
    join(vantaa, period("2022-03-01", "2022-12-31", person=2, end_reason="muutto"))
    vantaa.write(lambda change: memberships.unite(vantaa.db, 1, 2, change))
    assert memberships.search(vantaa.db, person_id=2) == []
    assert [(m.from_date, m.to_date, m.end_reason) for m in memberships.search(vantaa.db, person_id=1)] == [
        ("2022-01-01", None, "")
    ]


def test_nobody_becomes_their_own_deputy_by_being_one(vantaa: World) -> None:
    join(vantaa, period("2022-01-01", deputy_for=2))
    join(vantaa, period("2022-01-01", person=2, role="coordinator", deputy_for=3))

    def act(change: Change) -> None:
        memberships.unite(vantaa.db, 1, 2, change)
        people.merge(vantaa.db, people.get(vantaa.db, "1"), people.get(vantaa.db, "2"), change)

    vantaa.write(act)
    assert [(m.person_id, m.role, m.deputy_for) for m in memberships.search(vantaa.db, panel="vantaa")] == [
        (1, "peer", None),
        (1, "coordinator", 3),
    ]


def test_a_deputy_is_somebody_elses(vantaa: World) -> None:
    def deputise(person: int, day: date = TODAY) -> None:
        vantaa.write(lambda change: memberships.set_deputy(vantaa.db, "vantaa", 1, person, change, on=day))

    with pytest.raises(NotFound, match="This person is not in vantaa on Mon 2022-08-22"):
        deputise(2)
    join(vantaa, period("2022-01-01"))
    deputise(2)
    assert [m.deputy_for for m in memberships.search(vantaa.db, person_id=1)] == [2]
    deputise(2)
    assert not vantaa.wrote
    with pytest.raises(Refused, match="Nobody is their own deputy"):
        deputise(1)
    with pytest.raises(NotFound):
        deputise(2, date(2021, 12, 31))
    leave(vantaa, "2022-09-30")
    join(vantaa, period("2022-10-01", role="coordinator"))
    deputise(3, date(2022, 10, 1))
    assert {m.role: m.deputy_for for m in memberships.search(vantaa.db, person_id=1)} == {"peer": 2, "coordinator": 3}
    join(vantaa, period("2022-10-01", role="service-provider"))
    with pytest.raises(Ambiguous, match="This person has 2 roles in the panel"):
        deputise(2, date(2022, 10, 1))
