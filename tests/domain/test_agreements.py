"""Agreements and consents: who agreed to what, from when until when, and what withdrawing one means."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.domain import agreements, memberships, people
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.memberships import Membership
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import TODAY, World

MADE = "2022-01-20"


def paper(kind: str = "photo", on: str = MADE, person: int = 1, **values: Any) -> Agreement:
    return Agreement(person_id=person, kind=kind, on_date=on, **values)


def note(world: World, *papers: Agreement) -> list[bool]:
    return [world.write(lambda change, one=one: agreements.add(world.db, one, change)) for one in papers]


def withdraw(world: World, day: str, kind: str = "photo") -> list[Agreement]:
    on = date.fromisoformat(day)
    return world.write(lambda change: agreements.withdraw(world.db, 1, kind, on, change))


def ends(world: World, kind: str = "") -> list[tuple[str, str | None]]:
    return [(a.on_date, a.withdrawn_on) for a in agreements.search(world.db, person_id=1, kind=kind)]


@pytest.fixture
def two(world: World) -> World:
    """Add two people."""
    world.person("Aino Esimerkki")
    world.person("Eero Malli")
    return world


# Agreeing


def test_an_agreement_is_noted_once(two: World) -> None:
    full = paper(expires="2023-12-31", version="2022-1", kept_at="mappi 3")
    assert note(two, full) == [True]
    assert two.last_entry() == [{"did": "agreed", "person": 1, "agreement": 1, "kind": "photo", "on_date": MADE}]
    for again in (full, paper()):
        assert note(two, again) == [False]
        assert not two.wrote
    assert agreements.search(two.db) == [paper(id=1, expires="2023-12-31", version="2022-1", kept_at="mappi 3")]
    assert note(two, paper("recording"), paper(on="2022-01-21"), paper(person=2)) == [True] * 3


@pytest.mark.parametrize("new", [{"expires": "2024-12-31"}, {"version": "2"}, {"kept_at": "arkisto"}, {"expires": MADE}])
def test_what_is_noted_of_it_is_put_right_and_what_is_not_said_stays(two: World, new: dict[str, str]) -> None:
    first = {"expires": "2023-12-31", "version": "1", "kept_at": "mappi"}
    note(two, paper(**first))
    assert note(two, paper(**new)) == [True]
    assert two.last_entry() == [{"did": "edited", "person": 1, "agreement": 1, "fields": list(new)}]
    assert agreements.search(two.db) == [paper(id=1, **first | new)]


def test_an_agreement_does_not_run_out_before_it_is_made(two: World) -> None:
    for before in ([], [paper(id=1)]):
        with pytest.raises(UsageError) as refused:
            note(two, paper(expires="2022-01-19"))
        assert refused.value.message == "The agreement would run out (2022-01-19) before it was made (2022-01-20)."
        assert agreements.search(two.db) == before
        note(two, paper())


def test_no_identity_code_hides_in_an_agreement(two: World) -> None:
    for field in ("version", "kept_at"):
        with pytest.raises(Refused) as refused:
            note(two, paper(**{field: "131052-308T"}))
        assert refused.value.code == "identity_code"
    assert agreements.search(two.db) == []


# Counting


@pytest.mark.parametrize(
    ("agreement", "day", "state"),
    [
        (paper(), "2022-01-19", "future"),
        (paper(), "2022-01-20", "in-force"),
        (paper(), "2099-12-31", "in-force"),
        (paper(expires="2023-12-31"), "2023-12-31", "in-force"),
        (paper(expires="2023-12-31"), "2024-01-01", "expired"),
        (paper(withdrawn_on="2022-11-01"), "2022-10-31", "in-force"),
        (paper(withdrawn_on="2022-11-01"), "2022-11-01", "withdrawn"),
        (paper(withdrawn_on=MADE), MADE, "withdrawn"),
        (paper(withdrawn_on="2022-11-01", expires="2022-10-30"), "2022-10-31", "expired"),
        (paper(withdrawn_on="2022-11-01", expires="2022-12-31"), "2023-01-01", "withdrawn"),
    ],
)
def test_an_agreement_counts_on_its_last_day_and_no_more_on_that_of_its_withdrawal(
    agreement: Agreement, day: str, state: str
) -> None:
    assert agreements.state(agreement, date.fromisoformat(day)) == state
    assert agreements.in_force(agreement, date.fromisoformat(day)) is (state == "in-force")


DAYS = st.dates(date(2022, 1, 1), date(2022, 1, 31))


@given(st.lists(DAYS, min_size=2, max_size=2).map(sorted), DAYS, DAYS)
@settings(deadline=None)
def test_the_end_never_counts_more_than_the_day_before(span: list[date], withdrawn: date, day: date) -> None:
    start, end = map(str, span)
    counts = [agreements.in_force(paper(on=start, expires=last), day) for last in (None, end)]
    assert counts == [str(day) >= start, start <= str(day) <= end]
    ended = paper(on=start, expires=end, withdrawn_on=str(withdrawn))
    assert agreements.in_force(ended, day) == (counts[1] and day < withdrawn)


def test_who_consents_is_who_has_not_withdrawn(two: World) -> None:
    note(two, paper(), paper(person=2, on="2022-03-01", expires="2022-06-30"), paper("recording", person=2))
    withdraw(two, "2022-05-01")

    def consenting(month: int, day: int) -> set[int]:
        return agreements.consenting(two.db, "photo", date(2022, month, day))

    found = [consenting(2, 28), consenting(4, 30), consenting(5, 1), consenting(6, 30), consenting(7, 1)]
    assert found == [{1}, {1, 2}, {2}, {2}, set()]
    assert agreements.consenting(two.db, "mailing", TODAY) == set()


def test_agreements_are_listed_by_person_kind_and_day_of_a_panels_members(two: World) -> None:
    two.panel()
    period = Membership(panel="vantaa", person_id=1, role="peer", from_date="2022-02-01", to_date="2022-06-30")
    two.write(lambda change: memberships.add(two.db, period, change))
    note(two, paper(person=2), paper(on="2022-03-01"), paper("mailing"), paper())
    found = [(a.person_id, a.kind, a.on_date) for a in agreements.search(two.db)]
    assert found == [(1, "mailing", MADE), (1, "photo", MADE), (1, "photo", "2022-03-01"), (2, "photo", MADE)]

    def of_panel(month: int, day: int) -> list[int]:
        return [a.person_id for a in agreements.search(two.db, panel="vantaa", on=date(2022, month, day), kind="photo")]

    assert [of_panel(1, 31), of_panel(2, 1), of_panel(6, 30), of_panel(7, 1)] == [[], [1, 1], [1, 1], []]


# Running out


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        ([paper(expires="2022-08-21")], []),
        ([paper(expires="2022-08-22")], [1]),
        ([paper(expires="2022-09-21")], [1]),
        ([paper(expires="2022-09-22")], []),
        ([paper()], []),
        ([paper(on="2022-08-22", expires="2022-09-01")], [1]),
        ([paper(on="2022-08-23", expires="2022-09-01")], []),
        ([paper(expires="2022-09-01"), paper(on="2022-09-01")], []),
        ([paper(expires="2022-09-01"), paper(on="2022-05-01", expires="2022-09-02")], [2]),
        ([paper(expires="2022-09-01"), paper(on="2022-05-01", expires="2022-08-21")], [1]),
        ([paper(expires="2022-09-01"), paper("recording", on="2022-05-01")], [1]),
        ([paper(expires="2022-09-01"), paper(on="2022-05-01", person=2)], [1]),
        ([paper(expires="2022-09-02"), paper(expires="2022-09-01", person=2)], [2, 1]),
    ],
)
def test_what_runs_out_soon_is_told_unless_it_is_renewed(two: World, papers: list[Agreement], expected: list[int]) -> None:
    note(two, *papers)
    assert [a.id for a in agreements.expiring(two.db, TODAY, date(2022, 9, 21))] == expected


def test_what_was_withdrawn_neither_runs_out_nor_renews(two: World) -> None:
    note(two, paper(expires="2022-09-01"))
    withdraw(two, "2022-08-01")
    assert agreements.expiring(two.db, TODAY, date(2022, 9, 21)) == []
    note(two, paper(on="2022-08-03"))
    withdraw(two, "2022-08-04")
    note(two, paper(on="2022-08-02", expires="2022-09-05"))
    assert [a.id for a in agreements.expiring(two.db, TODAY, date(2022, 9, 21))] == [3]


# Withdrawing


def test_withdrawing_deletes_nothing_and_the_same_day_again_changes_nothing(two: World) -> None:
    note(two, paper(version="1"), paper("recording"), paper(person=2))
    first = withdraw(two, "2022-11-01")
    assert first == [paper(id=1, version="1", withdrawn_on="2022-11-01")]
    assert two.last_entry() == [
        {"did": "withdrew", "person": 1, "agreement": 1, "kind": "photo", "withdrawn_on": "2022-11-01"}
    ]  # fmt: skip
    assert not two.erased
    assert withdraw(two, "2022-11-01") == first
    assert not two.wrote
    assert [a.withdrawn_on for a in agreements.search(two.db)] == ["2022-11-01", None, None]


def test_everything_of_the_kind_that_counts_on_the_day_is_withdrawn(two: World) -> None:
    note(two, paper(on="2021-01-01", expires="2021-12-31"), paper(), paper(on="2022-03-01"), paper(on="2023-01-01"))
    assert {a.id for a in withdraw(two, "2022-11-01")} == {2, 3}
    assert ends(two) == [("2021-01-01", None), (MADE, "2022-11-01"), ("2022-03-01", "2022-11-01"), ("2023-01-01", None)]


def test_a_withdrawal_that_is_still_to_come_may_come_sooner(two: World) -> None:
    note(two, paper())
    withdraw(two, "2022-11-01")
    withdraw(two, "2022-10-01")
    assert ends(two) == [(MADE, "2022-10-01")]
    with pytest.raises(NotFound):
        withdraw(two, "2022-12-01")
    assert ends(two) == [(MADE, "2022-10-01")]


@pytest.mark.parametrize(("day", "kind"), [("2022-01-19", "photo"), ("2022-07-01", "photo"), ("2022-03-01", "recording")])
def test_what_does_not_count_on_the_day_is_not_withdrawn(two: World, day: str, kind: str) -> None:
    note(two, paper(expires="2022-06-30"))
    with pytest.raises(NotFound) as missing:
        withdraw(two, day, kind)
    written = f"{date.fromisoformat(day):%a} {day}"
    assert missing.value.message == f"There is no agreement of this kind to withdraw on {written}: {kind}."
    assert missing.value.hint == "See what there is: osallisuus person show 1."
    assert ends(two) == [(MADE, None)]


def test_who_agrees_again_does_so_on_a_later_day(two: World) -> None:
    note(two, paper())
    withdraw(two, "2022-11-01")
    with pytest.raises(Refused) as refused:
        note(two, paper(version="2"))
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "withdrawn", "That agreement was withdrawn on Tue 2022-11-01.", "A new one needs a later date: --on DATE.",
    )  # fmt: skip
    assert note(two, paper(on="2022-11-01")) == [True]
    assert agreements.consenting(two.db, "photo", date(2022, 11, 1)) == {1}
    assert ends(two) == [(MADE, "2022-11-01"), ("2022-11-01", None)]


# Entered by mistake, and entered twice


def test_an_agreement_entered_by_mistake_leaves_the_file(two: World) -> None:
    note(two, paper(kept_at="kaapin ylähylly"), paper(person=2))
    removed = two.write(lambda change: agreements.remove(two.db, 1, change))
    assert removed == paper(id=1, kept_at="kaapin ylähylly")
    assert two.erased
    assert two.last_entry() == [{"did": "removed", "person": 1, "agreement": 1, "kind": "photo"}]
    assert [a.person_id for a in agreements.search(two.db)] == [2]
    assert "kaapin ylähylly".encode() not in two.db.path.read_bytes()
    with pytest.raises(NotFound) as missing:
        two.write(lambda change: agreements.remove(two.db, 1, change))
    assert missing.value.message == "There is no agreement 1."
    assert missing.value.hint == "See their numbers: osallisuus agreement list."


def test_the_papers_of_two_become_those_of_one_the_same_paper_once(two: World) -> None:
    note(two, paper(version="1"), paper(person=2, version="2"), paper(person=2, on="2022-03-01"), paper("mailing", person=2))
    keep, drop = (people.get(two.db, number) for number in "12")
    plan = two.write(lambda change: people.merge(two.db, keep, drop, change))
    assert (plan.moves, plan.same) == ({"agreements.person_id": 2}, {"agreements.person_id": 1})
    assert [(a.person_id, a.kind, a.on_date, a.version) for a in agreements.search(two.db)] == [
        (1, "mailing", MADE, ""),
        (1, "photo", MADE, "1"),
        (1, "photo", "2022-03-01", ""),
    ]


def test_a_person_with_an_agreement_stays_also_with_one_that_was_withdrawn(two: World) -> None:
    note(two, paper())
    withdraw(two, "2022-02-01")
    with pytest.raises(Refused) as refused:
        two.write(lambda change: people.remove(two.db, people.get(two.db, "1"), change))
    assert refused.value.code == "in_use"
    two.write(lambda change: agreements.remove(two.db, 1, change))
    two.write(lambda change: people.remove(two.db, people.get(two.db, "1"), change))
    assert [person.id for person in people.search(two.db)] == [2]


def test_the_log_says_neither_the_version_nor_the_place(two: World) -> None:
    note(two, paper(version="Sanat 1", kept_at="Sanat 2"), paper(version="Sanat 3", kept_at="Sanat 4"))
    withdraw(two, "2022-02-01")
    two.write(lambda change: agreements.remove(two.db, 1, change))
    told = [entry.changes for entry in logbook.entries(two.db.connection, noun="person", subject="1")]
    assert [change["did"] for changes in told for change in changes] == ["added", "agreed", "edited", "withdrew", "removed"]
    assert "Sanat" not in str(told)
