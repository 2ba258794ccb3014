"""Hosts and events to write calendars of, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel, Series
from osallisuus.exports import calendars

SERIES = Series(
    slug="teematiistait", name="Asiakasosallisuuden teematiistait", name_sv="Tematisdagar", timezone="Europe/Helsinki"
)
PANEL = Panel(slug="vantaa", name="Vantaan asiakasraati", kind="main", timezone="Europe/Helsinki")
HOSTS: Mapping[str, Host] = {host.slug: host for host in (SERIES, PANEL)}

_BLANK = Event(
    host="teematiistait",
    number=1,
    planned="2022-09-13T14:00",
    starts="2022-09-13T14:00",
    minutes=60,
    timezone="Europe/Helsinki",
    kind="webinar",
    uid="0a54ee2c-5a5b-4a55-8b4f-1f2c1f0f0001",
    created_at="2022-08-22T06:00:00Z",
    revised_at="2022-08-22T06:00:00Z",
)


def event(**changes: Any) -> Event:
    """Return the first date of the season with these fields changed."""
    return replace(_BLANK, **changes)


def season() -> list[Event]:
    """Return the four dates of autumn 2022; the third was moved from 8 November."""
    days = ("2022-09-13", "2022-10-11", "2022-11-15", "2022-12-13")
    return [event(number=n, starts=f"{day}T14:00", uid=f"date-{n}") for n, day in enumerate(days, 1)]


def written(*events: Event, hosts: Mapping[str, Host] = HOSTS, name: str = "Teematiistait", language: str = "fi") -> bytes:
    """Return the calendar file of these events."""
    zones: dict[str, tuple[date, date]] = {}
    for one in events:
        first, last = zones.get(one.timezone, (one.day, one.day))
        zones[one.timezone] = (min(first, one.day), max(last, one.day))
    return b"".join(calendars.write(events, hosts, zones, name=name, language=language))
