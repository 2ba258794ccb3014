"""Speakers: what is agreed with each of each talk, where they came from, and what they let be published."""

from datetime import date
from itertools import product

import pytest

from osallisuus.domain import people, speakers, talks
from osallisuus.domain.events import Event
from osallisuus.domain.people import Person
from osallisuus.domain.speakers import STATES, Named
from osallisuus.domain.talks import Talk
from osallisuus.errors import NotFound, Refused
from osallisuus.store import logbook
from tests.domain.conftest import TODAY, World
from tests.domain.webinars import know, speaker, talk


@pytest.fixture
def event(world: World) -> Event:
    """Give a webinar with a talk (1) and another (2), and two people."""
    world.series()
    event = world.add("teematiistait", "2022-09-13T14:00")
    for title in ("Tieto", "Palkkiot"):
        talk(world, event, title)
    world.person("Aino Esimerkki", "Esimerkkijärjestö ry")
    world.person("Eero Malli")
    return event


def one(world: World, number: int = 1) -> Talk:
    return talks.get(world.db, number)


def who(world: World, number: int = 1) -> Person:
    return people.get(world.db, str(number))


def listed(world: World, number: int = 1) -> list[tuple[str, str, str]]:
    return [(s.name, s.organisation, s.state) for s in speakers.of(world.db, one(world, number))]


def agree(world: World, event: Event, person: int, state: str, today: date = TODAY) -> Named:
    known = speakers.get(world.db, one(world), who(world, person))
    return world.write(lambda change: speakers.agree(world.db, one(world), known, state, event, change, today=today))


def test_somebody_is_a_speaker_of_a_talk_once(world: World, event: Event) -> None:
    assert speaker(world, one(world), who(world), title="kokemusasiantuntija")
    assert world.last_entry() == [{"did": "added", "event": "teematiistait/1", "host": "teematiistait", "talk": 1, "person": 1}]
    assert not speaker(world, one(world), who(world), title="muu", state="confirmed")
    assert not world.wrote
    assert speaker(world, one(world, 2), who(world))
    assert speakers.get(world.db, one(world), who(world)) == Named(
        id=1, talk_id=1, person_id=1, organisation_id=1, title="kokemusasiantuntija", name="Aino Esimerkki",
        organisation="Esimerkkijärjestö ry",
    )  # fmt: skip
    with pytest.raises(NotFound, match=r"^Eero Malli is no speaker of talk 1\.$"):
        speakers.get(world.db, one(world), who(world, 2))
    assert [entry.command for entry in logbook.entries(world.db.connection, noun="person", subject="1")] == ["test"] * 3


def test_speakers_stand_in_the_order_in_which_they_came(world: World, event: Event) -> None:
    for person in (2, 1):
        speaker(world, one(world), who(world, person))
    speaker(world, one(world, 2), who(world))
    assert [s.name for s in speakers.of(world.db, one(world))] == ["Eero Malli", "Aino Esimerkki"]
    found = speakers.search(world.db, [2, 1])
    assert {number: [s.person_id for s in own] for number, own in found.items()} == {1: [2, 1], 2: [1]}
    assert not speakers.search(world.db, [])
    assert speakers.of(world.db, talk(world, event, "Kolmas")) == []


def test_where_a_speaker_came_from_stays_when_they_change_jobs(world: World, event: Event) -> None:
    speaker(world, one(world), who(world))
    speaker(world, one(world), who(world, 2), "Esimerkkikaupunki")
    world.write(lambda change: people.update(world.db, who(world), {}, change, organisation="Uusi työpaikka oy"))
    assert listed(world) == [
        ("Aino Esimerkki", "Esimerkkijärjestö ry", "proposed"),
        ("Eero Malli", "Esimerkkikaupunki", "proposed"),
    ]
    # another talk, the new place
    speaker(world, one(world, 2), who(world))
    assert listed(world, 2) == [("Aino Esimerkki", "Uusi työpaikka oy", "proposed")]
    assert world.db.value("SELECT organisation_id FROM people WHERE id = 2") is None


def test_who_came_from_nowhere_still_does_after_finding_a_job(world: World, event: Event) -> None:
    speaker(world, one(world), who(world, 2))
    world.write(lambda change: people.update(world.db, who(world, 2), {}, change, organisation="Uusi työpaikka oy"))
    assert listed(world) == [("Eero Malli", "", "proposed")]


def test_an_organisation_is_taken_away_by_an_empty_one(world: World, event: Event) -> None:
    speaker(world, one(world), who(world))
    assert know(world, one(world), who(world), organisation="esimerkkikaupunki").organisation == "esimerkkikaupunki"
    assert know(world, one(world), who(world)).organisation == "esimerkkikaupunki"
    assert know(world, one(world), who(world), organisation="").organisation_id is None
    assert world.last_entry()[-1]["fields"] == ["organisation_id"]
    know(world, one(world), who(world), organisation="")
    assert not world.wrote


def test_an_organisation_that_was_taken_away_is_not_shown(world: World, event: Event) -> None:
    speaker(world, one(world), who(world))
    assert know(world, one(world), who(world), organisation="").organisation == ""


def test_what_is_known_of_a_speaker_changes_once_and_no_text_is_in_the_log(world: World, event: Event) -> None:
    speaker(world, one(world), who(world))
    said = {"title": "tutkija", "bio": "Elinikä", "slides": "received", "may_publish": "yes", "briefed_on": "2022-09-01"}
    known = know(world, one(world), who(world), **said)
    assert (known.title, known.bio, known.slides, known.may_publish, known.briefed_on) == (
        "tutkija", "Elinikä", "received", "yes", "2022-09-01",
    )  # fmt: skip
    assert known == speakers.get(world.db, one(world), who(world))
    assert not world.erased
    assert world.last_entry() == [
        {
            "did": "edited", "event": "teematiistait/1", "host": "teematiistait", "talk": 1, "person": 1,
            "fields": ["bio", "briefed_on", "may_publish", "slides", "title"], "may_publish": ["", "yes"],
        }
    ]  # fmt: skip
    know(world, one(world), who(world), title="tutkija", may_publish="yes")
    assert not world.wrote
    know(world, one(world), who(world), slides="accessible")
    assert not world.erased
    know(world, one(world), who(world), bio="")
    assert world.erased
    assert "Elinikä".encode() not in world.db.path.read_bytes()
    written = str([entry.changes for entry in logbook.entries(world.db.connection)])
    assert not any(word in written for word in ("tutkija", "Elinikä", "Aino"))


@pytest.mark.parametrize("state", STATES)
def test_how_far_it_is_agreed_is_said_once(world: World, event: Event, state: str) -> None:
    speaker(world, one(world), who(world))
    agreed = agree(world, event, 1, state, event.day)
    assert (agreed.state, agreed.comes) == (state, state in ("confirmed", "spoke"))
    assert world.wrote == (state != "proposed")
    if world.wrote:
        assert world.last_entry()[0]["state"] == ["proposed", state]
    assert agree(world, event, 1, state, event.day) == agreed
    assert not world.wrote


def test_nobody_spoke_before_the_day(world: World, event: Event) -> None:
    speaker(world, one(world), who(world))
    with pytest.raises(Refused) as refused:
        agree(world, event, 1, "spoke", date(2022, 9, 12))
    assert (refused.value.code, refused.value.message) == ("in_future", "teematiistait/2022-09-13 is still to come.")
    assert listed(world)[0][2] == "proposed"
    agree(world, event, 1, "confirmed", date(2022, 9, 12))
    assert agree(world, event, 1, "spoke", date(2022, 9, 13)).state == "spoke"


def test_as_a_date_is_held_who_was_to_speak_spoke_and_back_again(world: World, event: Event) -> None:
    persons = [world.person(f"Aino {state.capitalize()}") for state in STATES]
    for person, state in zip(persons, STATES, strict=True):
        speaker(world, one(world), person, state=state)
    elsewhere = talk(world, world.add("teematiistait", "2022-10-11T14:00"))
    speaker(world, elsewhere, persons[0], state="confirmed")
    world.write(lambda change: speakers.conclude(world.db, event, change))
    assert [s.state for s in speakers.of(world.db, one(world))] == [
        "proposed", "invited", "spoke", "declined", "cancelled", "spoke",
    ]  # fmt: skip
    assert world.last_entry() == [{"did": "spoke", "event": "teematiistait/1", "host": "teematiistait", "speakers": 1}]
    assert [s.state for s in speakers.of(world.db, elsewhere)] == ["confirmed"]
    world.write(lambda change: speakers.conclude(world.db, event, change))
    assert not world.wrote
    world.write(lambda change: speakers.reopen(world.db, event, change))
    assert [s.state for s in speakers.of(world.db, one(world))] == [
        "proposed", "invited", "confirmed", "declined", "cancelled", "confirmed",
    ]  # fmt: skip
    assert world.last_entry() == [{"did": "confirmed", "event": "teematiistait/1", "host": "teematiistait", "speakers": 2}]


def test_a_speaker_made_by_mistake_is_gone_and_the_person_stays(world: World, event: Event) -> None:
    speaker(world, one(world), who(world, 2), title="salainen")
    speaker(world, one(world), who(world))
    known = speakers.get(world.db, one(world), who(world, 2))
    world.write(lambda change: speakers.remove(world.db, one(world), known, change))
    assert (listed(world), world.erased) == ([("Aino Esimerkki", "Esimerkkijärjestö ry", "proposed")], True)
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "host": "teematiistait", "talk": 1, "person": 2}]
    assert b"salainen" not in world.db.path.read_bytes()
    assert who(world, 2).name == "Eero Malli"


def test_the_talks_of_a_person_are_told_the_newest_first(world: World, event: Event) -> None:
    later = talk(world, world.add("teematiistait", "2022-10-11T14:00"), "Uusi")
    for of, state in ((one(world), "spoke"), (one(world, 2), "declined"), (later, "invited")):
        speaker(world, of, who(world), state=state)
    assert speakers.of_person(world.db, 1) == [
        {"occasion": "teematiistait/2", "day": "2022-10-11", "talk": 3, "title": "Uusi", "state": "invited"},
        {"occasion": "teematiistait/1", "day": "2022-09-13", "talk": 1, "title": "Tieto", "state": "spoke"},
        {"occasion": "teematiistait/1", "day": "2022-09-13", "talk": 2, "title": "Palkkiot", "state": "declined"},
    ]
    assert speakers.of_person(world.db, 2) == []


# A no counts whoever comes in the end; silence counts for everybody who has not declined.
@pytest.mark.parametrize(("state", "said"), list(product(STATES, ("", "yes", "no"))))
def test_a_permission_is_what_somebody_said(state: str, said: str) -> None:
    known = Named(id=1, talk_id=1, person_id=1, state=state, may_publish=said, may_record="yes", name="A", organisation="")
    lacking = said == "no" or (said == "" and state not in ("declined", "cancelled"))
    assert speakers.without([known], "may_publish") == ([known] if lacking else [])
    assert speakers.without([known], "may_record") == []


def test_those_who_had_agreed_are_asked_anew(world: World, event: Event) -> None:
    for state in STATES:
        speaker(world, one(world), world.person(f"Aino {state.capitalize()}"), state=state, briefed_on="2022-09-01")
    assert world.write(lambda change: speakers.ask_again(world.db, one(world), change)) == 2
    assert [(s.state, s.briefed_on) for s in speakers.of(world.db, one(world))] == [
        ("proposed", "2022-09-01"), ("invited", "2022-09-01"), ("invited", None), ("declined", "2022-09-01"),
        ("cancelled", "2022-09-01"), ("invited", None),
    ]  # fmt: skip
    assert world.write(lambda change: speakers.ask_again(world.db, one(world), change)) == 0
    assert not world.wrote


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Aino Esimerkki", 1), (" aino esimerkki ", 1), ("Esimerkki", 1), ("1", 1), (" 2 ", 2), ("eero", 2), ("MALLI", 2),
        ("Ai", None), ("", None), (" ", None), ("3", None), ("9", None), ("sanna", None), ("aino malli", None),
    ],
)  # fmt: skip
def test_a_speaker_is_named_by_number_name_or_a_word_of_it(world: World, event: Event, text: str, found: int | None) -> None:
    world.person("Sanna Exempel")
    for number in (1, 2):
        speaker(world, one(world), who(world, number))
    named = speakers.named(world.db, one(world), text)
    assert (named.person_id if named else None) == found


def test_a_word_of_two_names_is_nobody_and_a_whole_name_is_one(world: World, event: Event) -> None:
    for name in ("Aino Malli", "Aino Malli-Esimerkki"):
        speaker(world, one(world), world.person(name))
    assert speakers.named(world.db, one(world), "aino") is None
    found = speakers.named(world.db, one(world), "Aino Malli")
    assert found
    assert found.name == "Aino Malli"


@pytest.mark.parametrize(
    ("known", "asked", "left"),
    [
        ({}, {"slides": "none", "may_publish": "yes"}, {"slides": "none", "may_publish": "yes"}),
        ({"may_publish": "no"}, {"may_publish": "yes", "may_record": "yes"}, {"may_record": "yes"}),
        ({"slides": "received"}, {"slides": "accessible"}, {"slides": "accessible"}),
        ({"slides": "received"}, {"slides": "none"}, {}),
        ({"slides": "accessible"}, {"slides": "received"}, {}),
        ({"slides": "none"}, {"slides": "accessible"}, {}),
    ],
)
def test_what_is_asked_of_all_overrules_nothing(known: dict[str, str], asked: dict[str, str], left: dict[str, str]) -> None:
    said = Named(id=1, talk_id=1, person_id=1, name="A", organisation="", **known)
    assert speakers.unsaid(said, asked) == left


# Two who are one


def unite(world: World) -> people.Merge:
    def act(change: logbook.Change) -> people.Merge:
        speakers.unite(world.db, 1, 2, change)
        return people.merge(world.db, who(world), who(world, 2), change)

    return world.write(act)


@pytest.mark.parametrize(
    ("kept", "dropped", "state"),
    [
        ("proposed", "invited", "invited"),
        ("invited", "proposed", "invited"),
        ("confirmed", "proposed", "confirmed"),
        ("declined", "invited", "declined"),
        ("cancelled", "declined", "cancelled"),
        ("confirmed", "declined", "confirmed"),
        ("cancelled", "confirmed", "confirmed"),
        ("confirmed", "spoke", "spoke"),
        ("spoke", "cancelled", "spoke"),
    ],
)
def test_of_two_who_are_one_the_farther_state_counts(world: World, event: Event, kept: str, dropped: str, state: str) -> None:
    speaker(world, one(world), who(world), state=kept)
    speaker(world, one(world), who(world, 2), state=dropped)
    unite(world)
    assert listed(world) == [("Aino Esimerkki", "Esimerkkijärjestö ry", state)]


@pytest.mark.parametrize(
    ("kept", "dropped", "said"),
    [("", "", ""), ("yes", "", "yes"), ("", "yes", "yes"), ("yes", "no", "no"), ("no", "yes", "no"), ("", "no", "no")],
)
@pytest.mark.parametrize("permission", ["may_publish", "may_record"])
def test_of_two_who_are_one_a_no_counts(world: World, event: Event, permission: str, kept: str, dropped: str, said: str) -> None:
    speaker(world, one(world), who(world), **{permission: kept})
    speaker(world, one(world), who(world, 2), **{permission: dropped})
    unite(world)
    (known,) = speakers.of(world.db, one(world))
    assert getattr(known, permission) == said


def test_of_two_who_are_one_what_is_known_fills_what_is_not(world: World, event: Event) -> None:
    speaker(world, one(world), who(world), title="tutkija", slides="received")
    said = {"title": "muu", "bio": "Muu", "slides": "accessible", "briefed_on": "2022-09-01"}
    speaker(world, one(world), who(world, 2), "Esimerkkikaupunki", **said)
    speaker(world, one(world, 2), who(world, 2), title="toisessa")
    plan = unite(world)
    assert (plan.moves["speakers.person_id"], plan.same["speakers.person_id"] if plan.same else 0) == (1, 0)
    assert world.last_entry()[0] == {"did": "united", "person": 1, "speaker": 1}
    (known,), (other,) = (speakers.of(world.db, one(world, number)) for number in (1, 2))
    assert (known.title, known.bio, known.slides, known.briefed_on, known.organisation) == (
        "tutkija", "Muu", "received", "2022-09-01", "Esimerkkijärjestö ry",
    )  # fmt: skip
    assert (other.person_id, other.title) == (1, "toisessa")


def test_whoever_speaks_stays_among_the_people(world: World, event: Event) -> None:
    speaker(world, one(world), who(world, 2))
    with pytest.raises(Refused) as refused:
        world.write(lambda change: people.remove(world.db, who(world, 2), change))
    assert refused.value.code == "in_use"
    known = speakers.get(world.db, one(world), who(world, 2))
    world.write(lambda change: speakers.remove(world.db, one(world), known, change))
    world.write(lambda change: people.remove(world.db, who(world, 2), change))
    assert [person.id for person in people.search(world.db)] == [1]
