"""The facts of letters: whom to ask, what must stand in each, what is still missing of a speaker, and no name of a member."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from osallisuus import i18n
from osallisuus.domain import agendas, events, hosts, letters, programmes, proposals
from osallisuus.domain.agendas import Item
from osallisuus.domain.audiences import Recipient
from osallisuus.domain.events import Event
from osallisuus.domain.letters import Contact, Letter, Sender
from osallisuus.domain.messages import KINDS, SHOWN, Revision
from osallisuus.domain.proposals import Proposal
from tests.domain.conftest import World
from tests.domain.test_audiences import member
from tests.domain.webinars import know, speaker, talk
from tests.store import faults

SENDER = Sender(organisation="Hyvinvointialue", name="Osallisuustiimi", email="raati@example.org", phone="09 123")
CONTACT = Contact(name="Osallisuustiimi", email="raati@example.org", phone="09 123")
LETTER = Letter(
    kind="invitation", role="member", name="Aino", organisation="Hyvinvointialue", host="Vantaan raati", public=False,
    title="Syksy", starts=datetime(2022, 9, 29, 17), ends=datetime(2022, 9, 29, 19), place="Sali 2",
    url="https://example.org/liity", description="", contact=CONTACT,
)  # fmt: skip


@pytest.fixture
def session(world: World) -> Event:
    """Give a session of a panel of two."""
    world.panel(minutes=120, place="Sali 2", name_sv="Vanda råd")
    member(world, "Aino Esimerkki", email="aino@example.org")
    member(world, "Eero Malli", email="eero@example.org", phone="040 1")
    return world.add("vantaa", "2022-09-29T17:00")


def prepared(world: World, event: Event, language: str = "fi", sender: Sender = SENDER) -> Letter:
    """Return the letter as everybody gets it."""
    programme = programmes.of(world.db, event) if event.verbs == "webinar" else ()
    with i18n.speaking("en"):
        return letters.prepare(world.db, event, hosts.get(world.db, event.host), sender, programme, language)


# What must be there


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, []), ({"place": ""}, []), ({"url": ""}, []), ({"place": "", "url": ""}, ["where"]),
        ({"contact": replace(CONTACT, name="")}, ["contact"]), ({"contact": replace(CONTACT, email="")}, []),
        ({"contact": replace(CONTACT, email="", phone="")}, ["contact"]), ({"contact": replace(CONTACT, phone="")}, []),
        ({"place": "", "url": "", "contact": replace(CONTACT, name="")}, ["where", "contact"]),
    ],
)  # fmt: skip
def test_a_letter_says_where_and_whom_to_ask_or_is_not_made(kind: str, changes: dict[str, Any], lacking: list[str]) -> None:
    found = letters.lacking(replace(LETTER, kind=kind, **changes))
    assert found == ([] if kind in ("thanks", "report-back", "cancellation") else lacking)


@pytest.mark.parametrize("kind", KINDS)
def test_these_words_stand_in_every_letter(kind: str) -> None:
    with i18n.speaking("fi"):
        found = letters.facts(replace(LETTER, kind=kind))
    when = ["torstai 29.9.2022", "17.00", "19.00"]
    if kind in ("thanks", "report-back"):
        assert found == []
    elif kind == "cancellation":
        assert found == [*when, "raati@example.org"]
    else:
        assert found == [*when, "Sali 2", "https://example.org/liity", "raati@example.org"]


def test_who_has_no_address_is_asked_by_telephone_and_what_is_empty_need_not_be_said() -> None:
    bare = replace(LETTER, place="", url="https://example.org", contact=replace(CONTACT, email=""))
    assert letters.facts(bare)[-2:] == ["https://example.org", "09 123"]


# Whom to ask


@pytest.mark.parametrize(
    ("sender", "contact"),
    [
        (SENDER, CONTACT),
        (replace(SENDER, name=""), replace(CONTACT, name="Hyvinvointialue")),
        (replace(SENDER, name="", organisation=""), replace(CONTACT, name="")),
        (replace(SENDER, phone=""), replace(CONTACT, phone="")),
    ],
)
def test_without_a_coordinator_the_sender_is_asked(world: World, session: Event, sender: Sender, contact: Contact) -> None:
    assert prepared(world, session, sender=sender).contact == contact


def test_a_panels_coordinator_is_asked_and_what_they_lack_is_the_senders(world: World, session: Event) -> None:
    world.change_host("vantaa", coordinator=2)
    assert prepared(world, session).contact == Contact(name="Eero Malli", email="eero@example.org", phone="040 1")
    world.change_host("vantaa", coordinator=1)
    assert prepared(world, session).contact == Contact(name="Aino Esimerkki", email="aino@example.org", phone="09 123")


# Texts


def test_texts_are_in_the_readers_language_where_they_are(world: World, session: Event) -> None:
    event = world.edit(session, title="Syksy", title_sv="Höst")
    found = [(one.host, one.title) for one in (prepared(world, event, language) for language in ("fi", "sv", "en"))]
    assert found == [("Vantaan asiakasraati", "Syksy"), ("Vanda råd", "Höst"), ("Vantaan asiakasraati", "Syksy")]


def test_the_next_date_is_one_that_takes_place(world: World, session: Event) -> None:
    assert prepared(world, session).next_starts is None
    later = world.add("vantaa", "2022-10-27T17:00")
    world.add("vantaa", "2022-11-24T17:00")
    assert prepared(world, session).next_starts == datetime(2022, 10, 27, 17)
    world.cancel(later)
    assert prepared(world, session).next_starts == datetime(2022, 11, 24, 17)


def test_names_are_left_out_of_what_members_wrote(world: World, session: Event) -> None:
    asked = Item(event_id=session.id, title="Eero Mallin terveiset")
    world.write(lambda change: agendas.add(world.db, session, asked, change))
    text = "Aino Esimerkki toivoo valoa, ja Eero myös."
    proposal = Proposal(panel="vantaa", event_id=session.id, text=text, added_on="2022-09-29")
    world.write(lambda change: proposals.add(world.db, proposal, change))
    assert (list(prepared(world, session).items), prepared(world, session).replies) == (["[name left out] terveiset"], [])
    faults.meddle(
        world.db.path,
        "UPDATE proposals SET status = 'answered', accepted_on = '2022-09-29', sent_on = '2022-09-30', sent_to = 'Kaupunki',"
        " answered_on = '2022-10-01', decision = 'no', reason = 'Ainon mukaan valoa on.'",
    )
    (reply,) = prepared(world, session).replies
    assert (reply.text, reply.reason) == (
        "[name left out] toivoo valoa, ja [name left out] myös.", "[name left out] mukaan valoa on.",
    )  # fmt: skip
    assert (reply.decision, reply.answered_by, reply.answered_on, reply.done_on) == ("no", "Kaupunki", date(2022, 10, 1), None)


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("title", "Eero Mallin ilta", ["Eero Mallin"]), ("title_sv", "Eero Mallis kväll", ["Eero Mallis"]),
        ("title_en", "Malli, Eero", ["Eero", "Malli"]),
        ("description", "Aino Esimerkki ja Eero Malli", ["Aino Esimerkki", "Eero Malli"]),
        ("place", "Aino Esimerkin luona", ["Aino Esimerkin"]), ("cancel_reason", "aino esimerkki sairastui", ["aino esimerkki"]),
        ("title", "Aino ja esimerkki", []), ("title", "Malliratkaisut", []), ("url", "https://example.org/eero-malli", []),
    ],
)  # fmt: skip
def test_a_text_that_everybody_gets_names_no_member(
    world: World, session: Event, field: str, text: str, found: list[str]
) -> None:
    recipients = [
        Recipient(person_id=number, registration_id=None, role="member", name=name, email="", language="")
        for number, name in enumerate(("Aino Esimerkki", "Eero Malli", ""))
    ]
    named = letters.names_in(replace(session, **{field: text}), recipients)
    assert named == found
    assert letters.names_in(replace(session, kind="webinar", **{field: text}), recipients) == []


# To one person


def test_a_letter_to_one_person_holds_their_name_answer_and_days_left() -> None:
    reader = Recipient(person_id=1, registration_id=None, role="speaker", name="Pia", email="", language="")
    reply = letters.Reply(
        number=1, text="a", decision="yes", reason="", answered_by="", answered_on=date(2022, 9, 1), done_on=None
    )
    base = replace(LETTER, replies=[reply])
    found = letters.personal(base, reader, kind="reminder", today=date(2022, 9, 22), reply="tentative")
    assert (found.kind, found.role, found.name, found.answer, found.days, found.replies) == (
        "reminder", "speaker", "Pia", "tentative", 7, (),
    )  # fmt: skip
    assert letters.personal(base, reader, kind="report-back", today=date(2022, 9, 30)).replies == [reply]
    assert letters.personal(base, reader, kind="thanks", today=date(2022, 9, 30)).days == -1


def test_a_change_holds_what_was_told_in_the_readers_language(world: World, session: Event) -> None:
    event = replace(session, title="Vanha", title_sv="Gammal", place="Sali 1", description="Kuvaus")
    before = Revision(event_id=1, organizer="a", **{name: getattr(event, name) for name in SHOWN})
    told = letters.changed(LETTER, before, ["time", "place"], "sv").before
    assert told == letters.Told(
        starts=datetime(2022, 9, 29, 17), ends=datetime(2022, 9, 29, 19), place="Sali 1", url="", title="Gammal",
        description="Kuvaus",
    )  # fmt: skip
    assert letters.changed(LETTER, before, ["time"], "fi").changed == ("time",)


def test_a_speaker_is_told_their_own_talks_and_what_is_missing_of_them(world: World) -> None:
    world.series(url="https://example.org/liity")
    event = world.add("teematiistait", "2022-09-13T14:00")
    pia, eero = world.person("Pia Puhuja"), world.person("Eero Malli")
    first = talk(world, event, "Tieto", minutes=20)
    second = talk(world, event, "Palkkiot", title_sv="Arvoden")
    third = talk(world, event, "Kolmas")
    for each, person in ((first, eero), (second, pia), (third, pia)):
        speaker(world, each, person)
    know(world, third, pia, state="declined")

    def told(language: str = "fi") -> Letter:
        return letters.for_speaker(LETTER, programmes.of(world.db, event), pia.id, language)

    (own,) = told("sv").talks
    assert (own.title, own.starts, own.minutes) == ("Arvoden", datetime(2022, 9, 13, 14, 20), None)
    missing = ["confirmation", "slides", "may-publish", "may-record", "introduction"]
    for what in (
        {"state": "confirmed"}, {"slides": "none"}, {"may_publish": "no"}, {"may_record": "yes"}, {"bio": "Kokemusta"},
    ):  # fmt: skip
        assert told().missing == missing
        know(world, second, pia, **what)
        missing = missing[1:]
    assert told().missing == []
    assert list(prepared(world, event).programme) == ["Palkkiot"]
    assert prepared(world, events.search(world.db, host="teematiistait")[0]).public
