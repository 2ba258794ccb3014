"""Whom a date concerns: members of its day, those added to it; of a webinar who speaks and who registered, each once."""

from datetime import date
from functools import partial

import pytest

from osallisuus.domain import attendance, audiences, memberships, registrations
from osallisuus.domain.attendance import Mark
from osallisuus.domain.events import Event
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Person
from osallisuus.domain.registrations import Registration
from tests.domain.conftest import TODAY, World
from tests.domain.webinars import speaker, talk


def member(world: World, name: str, since: str = "2022-01-01", until: str | None = None, **values: str) -> Person:
    person = world.person(name, **values)
    asked = Membership(person_id=person.id, panel="vantaa", role="peer", from_date=since, to_date=until)
    world.write(lambda change: memberships.add(world.db, asked, change))
    return person


def register(world: World, event: Event, name: str, email: str = "") -> None:
    asked = Registration(event_id=event.id, name=name, email=email, registered_on=TODAY.isoformat())
    world.write(lambda change: registrations.add(world.db, event, asked, change))


def found(world: World, event: Event) -> list[tuple[str, str, str, str]]:
    return [(one.role, one.called, one.email, one.state) for one in audiences.of(world.db, event)]


@pytest.fixture
def session(world: World) -> Event:
    """Give a session of a panel."""
    world.panel(minutes=120)
    return world.add("vantaa", "2022-09-29T17:00")


@pytest.fixture
def webinar(world: World) -> Event:
    """Give a webinar."""
    world.series()
    return world.add("teematiistait", "2022-09-13T14:00")


def test_a_session_concerns_the_members_of_its_day_by_name(world: World, session: Event) -> None:
    member(world, "Sanna Exempel", email="sanna@example.org", language="sv")
    member(world, "Aino Esimerkki")
    member(world, "Eero Malli", until="2022-09-28")
    member(world, "Uusi Jäsen", since="2022-09-30")
    member(world, "Viime Päivänä", until="2022-09-29")
    world.person("Joku Muu")
    assert found(world, session) == [
        ("member", "Aino Esimerkki", "", ""), ("member", "Sanna Exempel", "sanna@example.org", ""),
        ("member", "Viime Päivänä", "", ""),
    ]  # fmt: skip
    assert {one.language for one in audiences.of(world.db, session)} == {"", "sv"}
    later = world.move(session, "2022-10-06T17:00")
    assert [name for _role, name, *_rest in found(world, later)] == ["Aino Esimerkki", "Sanna Exempel", "Uusi Jäsen"]


def test_who_was_added_to_a_session_is_written_to_and_a_mark_is_told(world: World, session: Event) -> None:
    aino = member(world, "Aino Esimerkki")
    guest = world.person("Väinö Vieras")
    for one in (aino, guest):
        asked = Mark(event_id=session.id, person_id=one.id, state="excused")
        world.write(partial(attendance.mark, world.db, session, asked, today=TODAY))
    assert found(world, session) == [("member", "Aino Esimerkki", "", "excused"), ("member", "Väinö Vieras", "", "excused")]


def test_a_webinar_concerns_speakers_and_those_with_a_place(world: World, webinar: Event) -> None:
    webinar = world.edit(webinar, capacity=2)
    register(world, webinar, "", "reetta@example.org")
    register(world, webinar, "Nimi Vain")
    register(world, webinar, "Jono Ttaja", "jono@example.org")
    speaker(world, talk(world, webinar), world.person("Pia Puhuja", email="pia@example.org"))
    assert found(world, webinar) == [
        ("speaker", "Pia Puhuja", "pia@example.org", "proposed"), ("registered", "reetta@example.org", "reetta@example.org", ""),
        ("registered", "Nimi Vain", "", ""),
    ]  # fmt: skip
    keys = [one.key for one in audiences.of(world.db, webinar)]
    assert keys == [(1, None), (None, 1), (None, 2)]
    world.write(
        lambda change: registrations.cancel(world.db, registrations.get(world.db, webinar, "Nimi"), date(2022, 9, 1), change)
    )
    assert found(world, webinar)[-1][1] == "Jono Ttaja"


def test_who_speaks_and_has_registered_is_written_to_once_as_a_speaker(world: World, webinar: Event) -> None:
    register(world, webinar, "Pia", "PIA@example.org")
    register(world, webinar, "Nimi Vain")
    speaker(world, talk(world, webinar), world.person("Pia Puhuja", email="pia@example.org"))
    speaker(world, talk(world, webinar, "Toinen"), world.person("Nimi Vain"))
    assert [one[:2] for one in found(world, webinar)] == [
        ("speaker", "Nimi Vain"), ("speaker", "Pia Puhuja"), ("registered", "Nimi Vain"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("declined", "proposed", "proposed"), ("proposed", "declined", "proposed"), ("confirmed", "proposed", "confirmed"),
        ("proposed", "confirmed", "confirmed"), ("cancelled", "confirmed", "confirmed"), ("confirmed", "declined", "confirmed"),
        ("declined", "cancelled", None), ("invited", "cancelled", "invited"), ("spoke", "declined", "spoke"),
    ],
)  # fmt: skip
def test_of_a_speakers_talks_the_best_counts(world: World, webinar: Event, first: str, second: str, state: str | None) -> None:
    person = world.person("Pia Puhuja")
    for title, each in (("Yksi", first), ("Kaksi", second)):
        speaker(world, talk(world, webinar, title), person, state=each)
    assert [one.state for one in audiences.of(world.db, webinar)] == ([state] if state else [])


def test_somebody_whom_it_concerns_no_more_is_still_known_by_name(world: World, webinar: Event) -> None:
    register(world, webinar, "Reetta Registroitunut", "reetta@example.org")
    person = world.person("Pia Puhuja", email="pia@example.org", language="sv")
    assert [(one.role, one.name, one.language) for one in audiences.named(world.db, [(person.id, None), (None, 1)], webinar)] == [
        ("speaker", "Pia Puhuja", "sv"), ("registered", "Reetta Registroitunut", ""),
    ]  # fmt: skip
    assert audiences.named(world.db, [], webinar) == []
    world.panel(minutes=120)
    (one,) = audiences.named(world.db, [(person.id, None)], world.add("vantaa", "2022-09-29T17:00"))
    assert one.role == "member"
