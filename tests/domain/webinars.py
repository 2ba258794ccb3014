"""Verbs for what hangs on a webinar, each a write of its own."""

from datetime import date
from typing import Any

from osallisuus.domain import materials, speakers, talks
from osallisuus.domain.events import Event
from osallisuus.domain.materials import Material
from osallisuus.domain.people import Person
from osallisuus.domain.speakers import Named
from osallisuus.domain.talks import Talk
from tests.domain.conftest import TODAY, World


def talk(world: World, event: Event, title: str = "Tieto", **values: Any) -> Talk:
    asked = Talk(event_id=event.id, title=title, **values)
    return world.write(lambda change: talks.add(world.db, event, asked, change))[0]


def edit(world: World, number: int, **changes: object) -> Talk:
    return world.write(lambda change: talks.edit(world.db, talks.get(world.db, number), changes, change))


def speaker(world: World, of: Talk, person: Person, organisation: str = "", **values: object) -> bool:
    return world.write(lambda change: speakers.add(world.db, of, person, change, organisation=organisation, **values))


def know(world: World, of: Talk, person: Person, *, organisation: str | None = None, **changes: object) -> Named:
    one = speakers.get(world.db, of, person)
    return world.write(lambda change: speakers.update(world.db, of, one, changes, change, organisation=organisation))


def material(world: World, event: Event, label: str = "Esitys", **values: Any) -> Material:
    """Add a link, or what `values` say."""
    asked = Material(event_id=event.id, label=label, **({"url": f"https://example.org/{label}"} | values))
    return world.write(lambda change: materials.add(world.db, asked, change))


def publish(world: World, number: int, on: date = TODAY) -> Material:
    return world.write(lambda change: materials.publish(world.db, materials.get(world.db, number), on, change))
