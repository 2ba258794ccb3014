"""Planning again and again: whatever people do meanwhile, what they decided stays and what is there is not made twice."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from osallisuus.dates import add_months
from osallisuus.domain.events import Event
from osallisuus.errors import OsallisuusError
from tests.domain.conftest import World

MONTHS = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(24)]
RULES = [
    "2nd tuesday",
    "last thursday",
    "1st and 3rd tuesday",
    "every 2 weeks on tuesday",
    "every tuesday and wednesday",
    "5th friday",
]
POLICIES = ["skip", "keep", "next"]

DAYS = st.dates(date(2022, 1, 1), date(2023, 12, 31))
SPANS = st.one_of(
    st.tuples(DAYS, st.integers(0, 400)).map(lambda span: {"start": span[0], "until": span[0] + timedelta(days=span[1])}),
    st.tuples(DAYS, st.integers(1, 12)).map(lambda span: {"start": span[0], "n": span[1]}),
)
PICKED = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("plan"), SPANS),
    st.tuples(st.just("plan"), SPANS),
    st.tuples(st.just("move"), PICKED, DAYS, st.sampled_from(["09:00", "14:00"])),
    st.tuples(st.just("move to the next"), PICKED),
    st.tuples(st.just("cancel"), PICKED),
    st.tuples(st.just("restore"), PICKED),
    st.tuples(st.just("hold"), PICKED),
    st.tuples(st.just("edit"), PICKED),
    st.tuples(st.just("add"), DAYS, st.sampled_from(["09:00", "14:00"])),
)
CHANGES = st.tuples(
    st.just("change"),
    SPANS,
    st.fixed_dictionaries(
        {"rule": st.sampled_from(RULES), "holidays": st.sampled_from(POLICIES), "at": st.sampled_from(["14:00", "15:00"])}
    ),
)
# Shrinking a failing case takes minutes: add Phase.shrink to look for the smallest one.
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Watched:
    """A host whose dates are looked at after each step."""

    world: World
    slug: str
    uids: set[str] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)  # numbers of the dates about which a person has decided
    ruled: bool = False  # whether the rule has been changed

    @property
    def events(self) -> list[Event]:
        return sorted(self.world.events(self.slug), key=lambda event: event.number)

    def step(self, name: str, *details: Any) -> None:
        before = self.events
        if name in ("plan", "change"):
            self.plan(*details)
        elif name == "add":
            day, at = details
            added = self.world.add(self.slug, f"{day}T{at}")
            if self.world.wrote:
                self.touched.add(added.number)
        elif before:
            self.decide(name, before[details[0] % len(before)], *details[1:])
        self.compare(before, self.events, restores=name in ("restore", "change", "plan"))

    def plan(self, span: dict[str, Any], asked: dict[str, str] | None = None) -> None:
        before = self.events
        done = self.world.plan(self.slug, **span, **asked or {})
        after = {e.number: e for e in self.events}
        changed = {e.number for e in before if after[e.number] != e}
        assert changed == {e.number for e in [*done.dropped, *(move.event for move in (*done.moved, *done.returning))]}
        assert not changed & self.touched
        assert not any(e.title for e in done.dropped), "a date with notes was dropped"
        assert len(after) == len(before) + len(done.new)
        assert not {p.starts for p in done.new} & {e.starts for e in before}
        assert len({p.starts for p in done.new}) == len(done.new)
        self.ruled = self.ruled or asked is not None
        assert self.ruled or not changed, "planning by the same rule changed a date"
        self.require_rest(span)

    def require_rest(self, span: dict[str, Any]) -> None:
        """Require that the same plan once more would change nothing."""
        again = self.world.plan(self.slug, **span)
        assert (again.new, again.moved, again.dropped, again.returning) == ([], [], [], [])
        assert not self.world.wrote

    def decide(self, name: str, chosen: Event, *details: Any) -> None:
        world = self.world
        if name == "move":
            world.move(chosen, "{}T{}".format(*details))
        elif name == "move to the next":
            following = [e.starts for e in self.events if e.starts > chosen.starts]
            world.move(chosen, min(following, default=chosen.starts))
        elif name == "edit":
            world.edit(chosen, title=f"Teema {chosen.title}")
        else:
            {"cancel": world.cancel, "restore": world.restore, "hold": world.hold}[name](chosen)
        # a date that a person put back where the plan had it is the plan's again
        self.touched = (self.touched - {chosen.number}) | {
            e.number for e in self.events if e.number == chosen.number and (e.moved or e.status != "planned" or e.slot is None)
        }

    def compare(self, before: list[Event], after: list[Event], *, restores: bool) -> None:
        """Compare the identities: numbers, UIDs and revisions only ever go forward."""
        assert [e.number for e in after] == list(range(1, len(after) + 1))
        for old, new in zip(before, after, strict=False):
            assert (new.number, new.slot) == (old.number, old.slot)
            if new.uid != old.uid:
                assert restores
                assert (old.status, new.status, new.sequence) == ("cancelled", "planned", 0)
                assert new.uid not in self.uids
            elif new != old and (old.status, new.status) not in (("planned", "held"), ("held", "planned")):
                assert new.sequence == old.sequence + 1
                assert new.revised_at > old.revised_at
            else:
                assert (new.sequence, new.revised_at) == (old.sequence, old.revised_at)
        self.uids |= {e.uid for e in after}
        assert len({e.uid for e in after}) == len(after)


NAMES = count(1)


def watch(world: World, rule: str, holidays: str) -> Watched:
    slug = f"s{next(NAMES)}"
    world.series(slug, rule=rule, holidays=holidays)
    return Watched(world, slug)


@given(st.sampled_from(RULES), st.sampled_from(POLICIES), st.lists(STEPS, max_size=14))
@SETTINGS
def test_what_people_decide_stays_however_often_the_rule_is_planned(
    world: World, rule: str, holidays: str, steps: list[tuple[Any, ...]]
) -> None:
    host = watch(world, rule, holidays)
    for step in steps:
        try:
            host.step(*step)
        except OsallisuusError as refused:
            event(f"{step[0]}: {refused.code}")


@given(st.sampled_from(RULES), st.sampled_from(POLICIES), st.lists(STEPS | CHANGES, max_size=10))
@SETTINGS
def test_what_people_decide_stays_when_the_rule_changes(
    world: World, rule: str, holidays: str, steps: list[tuple[Any, ...]]
) -> None:
    host = watch(world, rule, holidays)
    for step in steps:
        try:
            host.step(*step)
        except OsallisuusError as refused:
            event(f"{step[0]}: {refused.code}")


@pytest.mark.parametrize(("rule", "holidays"), list(zip(RULES, ["next", "skip", "keep", "next", "next", "next"], strict=True)))
def test_a_monthly_cron_job_comes_to_the_same_dates_as_one_big_plan(world: World, rule: str, holidays: str) -> None:
    for slug in ("monthly", "backwards", "whole"):
        world.series(slug, rule=rule, holidays=holidays)
    last = add_months(MONTHS[-1], 6) - timedelta(days=1)
    for slug, months in (("monthly", MONTHS), ("backwards", [MONTHS[0], *reversed(MONTHS)])):
        for month in months:
            world.plan(slug, month, add_months(month, 6) - timedelta(days=1))
    world.plan("whole", MONTHS[0], last)
    found = {slug: [(e.slot, e.starts) for e in world.events(slug)] for slug in ("monthly", "backwards", "whole")}
    assert found["monthly"] == found["whole"]
    assert found["backwards"] == found["whole"]
    assert {e.sequence for e in world.events("monthly")} == {0}


@pytest.mark.parametrize("holidays", POLICIES)
def test_runs_from_any_day_come_to_the_same_dates(world: World, holidays: str) -> None:
    rule = "every monday, tuesday, friday and saturday"
    world.series("daily", rule=rule, holidays=holidays)
    world.series("whole", rule=rule, holidays=holidays)
    day = date(2022, 12, 1)
    while day <= date(2023, 1, 31):
        with suppress(OsallisuusError):  # a single day without a date
            world.plan("daily", day, day)
        day += timedelta(days=1)
    world.plan("whole", date(2022, 12, 1), date(2023, 1, 31))
    assert [e.starts for e in world.events("daily")] == [e.starts for e in world.events("whole")]
