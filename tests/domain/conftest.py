"""A world of nouns on a real database: each write is a transaction of its own, a minute after the one before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest

from osallisuus.domain import events, hosts, people, planning
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel, Series
from osallisuus.domain.people import Person
from osallisuus.domain.planning import Plan, Span
from osallisuus.store import logbook
from osallisuus.store.database import Database, writing
from osallisuus.store.logbook import Change
from tests.conftest import NOW

T = TypeVar("T")
TODAY = NOW.date()


class World:
    """The nouns of a test, called as the commands call them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now: datetime = NOW
        self.wrote = False  # whether the last write changed anything
        self.erased = False  # whether it took personal text away
        self._uids = (f"uid-{n}" for n in count(1))

    def write(self, act: Callable[[Change], T]) -> T:
        self.now += timedelta(minutes=1)
        with writing(self.db, "test", now=self.now) as change:
            result = act(change)
        self.wrote, self.erased = not change.empty, change.erases
        return result

    def series(self, slug: str = "teematiistait", **values: Any) -> Host:
        fields = {"name": "Teematiistait", "timezone": "Europe/Helsinki", "rule": "2nd tuesday", "at": "14:00", "minutes": 60}
        self.write(lambda change: hosts.add(self.db, Series(slug=slug, **fields | values), change))
        return hosts.get(self.db, slug)

    def panel(self, slug: str = "vantaa", **values: Any) -> Host:
        fields = {"name": "Vantaan asiakasraati", "timezone": "Europe/Helsinki", "kind": "main"}
        self.write(lambda change: hosts.add(self.db, Panel(slug=slug, **fields | values), change))
        return hosts.get(self.db, slug)

    def change_host(self, slug: str, **changes: object) -> Host:
        return self.write(lambda change: hosts.update(self.db, hosts.get(self.db, slug), changes, change))

    def person(self, name: str = "Aino Esimerkki", organisation: str = "", **values: Any) -> Person:
        return self.write(lambda change: people.add(self.db, Person(name=name, **values), change, organisation=organisation))

    def prepare(self, slug: str, start: date, until: date | None = None, n: int | None = None, **asked: Any) -> Plan:
        """Prepare a plan as `plan HOST` does."""
        return planning.prepare(self.db, hosts.ruled(hosts.get(self.db, slug), asked), Span(start=start, until=until, count=n))

    def plan(self, slug: str, start: date, until: date | None = None, n: int | None = None, **asked: Any) -> Plan:
        plan = self.prepare(slug, start, until, n, **asked)
        self.write(lambda change: planning.apply(self.db, plan, change, new_uid=self.uid))
        return plan

    def add(self, slug: str, starts: str) -> Event:
        event = planning.blank(hosts.get(self.db, slug), starts, uid=self.uid())
        return self.write(lambda change: events.add(self.db, event, change))[0]

    def edit(self, event: Event, **changes: object) -> Event:
        return self.write(lambda change: events.edit(self.db, event, changes, change))

    def move(self, event: Event, starts: str) -> Event:
        return self.write(lambda change: events.move(self.db, event, starts, change))

    def cancel(self, event: Event, reason: str = "") -> Event:
        return self.write(lambda change: events.cancel(self.db, event, change, reason=reason))

    def restore(self, event: Event) -> Event:
        return self.write(lambda change: events.restore(self.db, event, change, uid=self.uid()))

    def hold(self, event: Event, today: date = date(2030, 1, 1)) -> Event:
        return self.write(lambda change: events.hold(self.db, event, change, today=today))

    def uid(self) -> str:
        return next(self._uids)

    def events(self, slug: str = "teematiistait") -> list[Event]:
        return events.search(self.db, host=slug)

    def starts(self, slug: str = "teematiistait", status: str = "") -> list[str]:
        return [event.starts for event in events.search(self.db, host=slug, status=status)]

    def last_entry(self) -> list[dict[str, Any]]:
        return logbook.entries(self.db.connection, limit=1)[0].changes


@pytest.fixture
def world(db: Database) -> World:
    """Give an empty database and its verbs."""
    return World(db)
