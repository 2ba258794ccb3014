"""The desk where letters are made: what is drafted, the very bytes that leave, and what they say to one reader."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import cast

import icalendar
import pytest

from osallisuus.config import Settings
from osallisuus.domain import events, memberships, messages, people
from osallisuus.domain.events import Event
from osallisuus.domain.memberships import Membership
from osallisuus.domain.messages import Message
from osallisuus.errors import Busy, Refused
from osallisuus.exports.letters import Letters
from osallisuus.mail.drafting import Desk
from osallisuus.store.database import Database, open_db, writing
from tests.conftest import NOW
from tests.domain.conftest import World
from tests.store import faults

NAMES = ("Aino Esimerkki", 'Eero "Eki" Mälli, jr.', "Sanna: Exempel 🙂")


class Office(World):
    """The nouns with a desk at which letters about them are made."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.settings = Settings(
            config_file=db.path, database=db.path, organisation="Hyvinvointialue", sender_name="Osallisuustiimi",
            sender_email="raati@example.org", language="fi",
        )  # fmt: skip

    @property
    def desk(self) -> Desk:
        return Desk(self.db, self.settings, Letters(None), self.now)

    def join(self, name: str, email: str, language: str = "") -> int:
        person = self.person(name, email=email, language=language)
        asked = Membership(person_id=person.id, panel="vantaa", role="peer", from_date="2022-01-01")
        self.write(lambda change: memberships.add(self.db, asked, change))
        return person.id

    def present(self) -> Event:
        return events.search(self.db, host="vantaa")[0]

    def draft(self, kind: str = "") -> list[Message]:
        self.now += timedelta(minutes=1)
        desk = self.desk
        wanted = desk.wanted(self.present(), kind)
        return self.write(lambda change: desk.draft(wanted, change))

    def tell(self) -> list[Message]:
        drafted = self.draft()
        self.write(lambda change: [messages.told(self.db, one, change) for one in map(self.kept, drafted)])
        return drafted

    def kept(self, message: Message) -> Message:
        return messages.get(self.db, message.id)

    def mail(self, message: Message) -> EmailMessage:
        content = self.desk.compose(self.kept(message)).content
        return cast("EmailMessage", message_from_bytes(content, policy=policy.SMTP))

    def calendar(self, message: Message) -> icalendar.Event:
        (part,) = [one for one in self.mail(message).walk() if one.get_content_type() == "text/calendar"]
        (event,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).events
        assert event.errors == []
        return event


@pytest.fixture
def office(db: Database) -> Office:
    """Give a panel of three with one date."""
    office = Office(db)
    office.panel(minutes=120, place="Sali 2")
    office.add("vantaa", "2022-09-29T17:00")
    for name, language in zip(NAMES, ("fi", "", "sv"), strict=True):
        office.join(name, f"{name[:4].lower()}@example.org", language)
    return office


def leave(office: Office, person: int) -> None:
    on = date(2022, 9, 1)
    office.write(lambda change: memberships.leave(office.db, "vantaa", person, on, change, today=on))


def kinds(found: Sequence[Message]) -> list[tuple[str, int | None]]:
    return [(one.kind, one.person_id) for one in found]


def test_a_letter_is_one_mail_to_one_reader_in_three_parts(office: Office) -> None:
    (aino, *_others) = office.draft()
    mail = office.mail(aino)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    assert {name: str(mail[name]) for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language")} == {
        "From": "Osallisuustiimi <raati@example.org>", "To": "Aino Esimerkki <aino@example.org>",
        "Subject": "Kutsu: torstai 29.9.2022 klo 17.00", "Message-ID": f"<{office.kept(aino).message_id}>",
        "Auto-Submitted": "auto-generated", "Content-Language": "fi",
    }  # fmt: skip
    assert [mail[name] for name in ("Cc", "Bcc", "Reply-To")] == [None, None, None]
    assert parsedate_to_datetime(mail["Date"]) == office.now.replace(microsecond=0) - timedelta(minutes=1)
    calendar = mail.get_payload(2)
    assert isinstance(calendar, EmailMessage)
    assert (calendar.get_param("method"), calendar.get_param("component"), calendar.get_content_disposition()) == (
        "REQUEST", "VEVENT", None,
    )  # fmt: skip


@pytest.mark.parametrize("place", range(3))
def test_a_letter_names_nobody_but_its_reader(office: Office, place: int) -> None:
    office.edit(office.present(), title="Palkkiot")
    message = office.draft()[place]
    composed = office.desk.compose(office.kept(message))
    calendar = office.calendar(message).to_ical().decode()
    for name in NAMES[:place] + NAMES[place + 1 :]:
        for text in (composed.written.subject, composed.written.text, composed.written.html, calendar):
            assert name.split()[0] not in text
            assert f"{name[:4].lower()}@" not in text
    assert str(office.calendar(message)["ATTENDEE"]) == f"mailto:{NAMES[place][:4].lower()}@example.org"


def test_the_same_letter_is_the_same_bytes_at_any_hour(office: Office) -> None:
    message = office.draft()[0]
    first = office.desk.compose(office.kept(message))
    office.now += timedelta(days=3)
    again = office.desk.compose(office.kept(message))
    assert (again.content, again.sha256) == (first.content, first.sha256)
    unsent = office.desk.compose(office.kept(message), unsent=True)
    assert b"\r\nX-Unsent: 1\r\n" in unsent.content
    assert unsent.sha256 != first.sha256


def test_a_letter_that_is_not_kept_yet_is_the_one_that_will_be(office: Office) -> None:
    desk = office.desk
    wanted = desk.wanted(office.present())
    message, revision = desk.message(wanted[0])
    before = desk.compose(message, revision)
    (kept, *_others) = office.write(lambda change: desk.draft(wanted, change))
    after = office.desk.compose(office.kept(kept))
    assert (before.written, before.email, before.method) == (after.written, after.email, after.method)


# The organizer and the sequence


def test_the_organizer_is_the_same_for_the_life_of_a_uid(office: Office) -> None:
    first = office.tell()
    assert str(office.calendar(first[0])["ORGANIZER"]) == "mailto:raati@example.org"
    office.settings = replace(office.settings, sender_email="uusi@example.org")
    office.move(office.present(), "2022-10-06T17:00")
    office.join("Uusi Jäsen", "jasen@example.org")
    changes = office.tell()
    assert kinds(changes) == [("change", 1), ("change", 2), ("change", 3), ("invitation", 4)]
    for one in changes:
        event = office.calendar(one)
        assert (str(event["ORGANIZER"]), event["ORGANIZER"].params["SENT-BY"], event["SEQUENCE"]) == (
            "mailto:raati@example.org", "mailto:uusi@example.org", 1,
        )  # fmt: skip
        assert office.mail(one)["From"].addresses[0].addr_spec == "uusi@example.org"
    office.cancel(office.present())
    assert {str(office.calendar(one)["ORGANIZER"]) for one in office.tell()} == {"mailto:raati@example.org"}
    office.restore(office.present())
    (event,) = {str(office.calendar(one)["ORGANIZER"]): office.calendar(one) for one in office.tell()}.values()
    assert (str(event["ORGANIZER"]), "SENT-BY" in event["ORGANIZER"].params) == ("mailto:uusi@example.org", False)


def test_a_cancel_is_newer_than_the_last_request_whatever_came_between(office: Office) -> None:
    told = [office.calendar(office.tell()[0])["SEQUENCE"]]
    for starts in ("2022-10-06T17:00", "2022-10-13T17:00"):
        office.move(office.present(), starts)
        told.append(office.calendar(office.tell()[0])["SEQUENCE"])
    leave(office, 1)
    (released,) = office.tell()
    event = office.calendar(released)
    assert (event.get("STATUS"), event["SEQUENCE"]) == (None, 3)
    office.cancel(office.present())
    (cancelled, _other) = office.tell()
    event = office.calendar(cancelled)
    assert (event["STATUS"], event["SEQUENCE"], told) == ("CANCELLED", 3, [0, 1, 2])


def test_two_at_one_address_are_cancelled_under_letters_that_stay_as_agreed(office: Office) -> None:
    office.write(lambda change: people.update(office.db, people.get(office.db, "2"), {"email": "aino@example.org"}, change))
    office.tell()
    office.cancel(office.present())
    drafted = office.draft()
    agreed = {one.id: office.desk.compose(office.kept(one)).sha256 for one in drafted}
    office.now += timedelta(minutes=1)
    office.write(lambda change: messages.told(office.db, office.kept(drafted[0]), change))
    assert {one.id: office.desk.compose(office.kept(one)).sha256 for one in drafted} == agreed


def test_a_change_tells_what_was_told_before_it_and_not_after(office: Office) -> None:
    office.tell()
    office.move(office.present(), "2022-10-06T17:00")
    first = office.tell()[0]
    text = office.desk.compose(office.kept(first)).written.text
    assert "Vanha aika: torstai 29.9.2022 klo 17.00–19.00\n" in text
    office.edit(office.present(), place="Sali 3")
    second = office.tell()[0]
    assert "Vanha aika" not in office.desk.compose(office.kept(second)).written.text
    assert "Vanha paikka: Sali 2\nUusi paikka: Sali 3\n" in office.desk.compose(office.kept(second)).written.text
    assert office.desk.compose(office.kept(first)).written.text == text


# Nothing twice, and nothing of what was


def test_a_date_that_is_changed_while_letters_are_made_is_told_to_nobody(office: Office) -> None:
    desk = office.desk
    wanted = desk.wanted(office.present())
    with closing(open_db(office.db.path)) as other, writing(other, "test", now=NOW) as change:
        events.move(other, office.present(), "2022-10-06T17:00", change)
    for act in (desk.draft, desk.told):
        with pytest.raises(Busy) as busy:
            office.write(lambda change, act=act: act(wanted, change))
        assert busy.value.message == "vantaa/1 was changed by another program meanwhile."
    assert messages.search(office.db) == []


def test_two_desks_draft_each_letter_once(office: Office) -> None:
    with closing(open_db(office.db.path)) as other:
        desks = [office.desk, Desk(other, office.settings, Letters(None), office.now)]
        wanted = [desk.wanted(office.present()) for desk in desks]
        drafted = []
        for desk, found, db in zip(desks, wanted, (office.db, other), strict=True):
            with writing(db, "test", now=NOW) as change:
                drafted.append(desk.draft(found, change))
    assert [len(found) for found in drafted] == [3, 0]
    assert len({one.message_id for one in messages.search(office.db)}) == 3


def test_one_letter_to_a_reader_about_a_version_whatever_is_drafted(office: Office) -> None:
    for _each in range(3):
        office.draft()
        office.draft("reminder")
        office.draft("invitation")
    assert kinds(messages.search(office.db)) == [("invitation", person) for person in (1, 2, 3)]
    office.write(lambda change: [messages.told(office.db, one, change) for one in messages.search(office.db)])
    for _each in range(3):
        office.draft("reminder")
        office.draft()
    found = messages.search(office.db)
    assert sorted(kinds(found)) == sorted([(kind, person) for kind in ("invitation", "reminder") for person in (1, 2, 3)])
    assert {one.turn for one in found if one.kind == "reminder"} == {messages.BY_HAND}


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_what_is_to_go_once_more_is_of_use_while_its_reader_is_to_know_it(office: Office, state: str) -> None:
    (first, *_others) = office.draft()
    sent_at = "made_at" if state == "sent" else "NULL"
    faults.meddle(office.db.path, f"UPDATE messages SET state = '{state}', sha256 = 'x', sent_at = {sent_at}")
    kept = office.kept(first)
    office.write(lambda change: messages.reopen(office.db, [kept], change))
    assert not office.desk.outdated(office.kept(first))
    assert office.desk.wanted(office.present()) == [], "who may have it is not invited by itself"
    leave(office, 1)
    assert office.desk.outdated(office.kept(first))
    assert [(one.notice.kind, one.standing.recipient.person_id) for one in office.desk.wanted(office.present())] == [
        ("cancellation", 1)
    ]


def test_the_sequence_of_an_entry_is_that_of_its_letter_whatever_comes_after(office: Office) -> None:
    first = office.tell()
    leave(office, 1)
    (off,) = office.tell()
    again = Membership(person_id=1, panel="vantaa", role="peer", from_date="2022-09-02")
    office.write(lambda change: memberships.add(office.db, again, change))
    (back,) = office.tell()
    letters = [office.kept(one) for one in (first[0], off, back)]
    assert [(one.kind, one.sequence) for one in letters] == [("invitation", 0), ("cancellation", 1), ("invitation", 2)]
    assert [office.calendar(one)["SEQUENCE"] for one in letters] == [0, 1, 2]


def test_the_words_for_somebody_without_an_address_are_those_of_the_letter(office: Office) -> None:
    desk = office.desk
    wanted = desk.wanted(office.present())[0]
    message, revision = desk.message(wanted)
    assert desk.written(message, revision) == desk.compose(message, revision).written
    faults.meddle(office.db.path, "UPDATE people SET email = '', email_key = '' WHERE id = 1")
    desk = office.desk
    assert desk.written(message, revision).subject == "Kutsu: torstai 29.9.2022 klo 17.00"
    with pytest.raises(Refused) as refused:
        desk.compose(message, revision)
    assert refused.value.code == "no_address"


def test_whatever_makes_the_words_of_a_letter_they_name_no_member(office: Office) -> None:
    office.edit(office.present(), title="Aino Esimerkin ilta")
    message, revision = office.desk.message(office.desk.wanted(office.present())[1])
    with pytest.raises(Refused) as refused:
        office.desk.written(message, revision)
    assert refused.value.code == "names_member"


# What cannot be made


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE people SET email = ''", "no_address"),
        ("UPDATE people SET email = 'äino@example.org'", "bad_address"),
        ("UPDATE people SET email = 'a@b@c'", "bad_address"),
        ("UPDATE people SET email = 'aino@example.org' || char(13, 10) || 'Bcc: x@example.org'", "bad_address"),
        ("UPDATE revisions SET place = '', url = ''", "incomplete_letter"),
    ],
)
def test_a_letter_that_could_not_be_read_or_answered_is_not_made(office: Office, sql: str, code: str) -> None:
    (first, *_others) = office.draft()
    faults.meddle(office.db.path, sql)
    with pytest.raises(Refused) as refused:
        office.desk.compose(office.kept(first))
    assert refused.value.code == code


def test_an_address_with_a_finnish_domain_is_written_as_mail_can_carry_it(office: Office) -> None:
    domain = "ääkköset.example".encode("idna").decode()
    faults.meddle(office.db.path, "UPDATE people SET email = 'aino@ääkköset.example' WHERE id = 1")
    (first, *_others) = office.draft()
    assert str(office.calendar(first)["ATTENDEE"]) == f"mailto:aino@{domain}"
    assert office.mail(first)["To"].addresses[0].addr_spec == f"aino@{domain}"


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_a_name_arrives_as_it_is_written(office: Office, place: int, name: str) -> None:
    message = office.draft()[place]
    assert office.mail(message)["To"].addresses[0].display_name == name
    assert office.calendar(message)["ATTENDEE"].params["CN"] == name.replace('"', "”")


def test_a_title_of_many_lines_is_one_subject(office: Office) -> None:
    faults.meddle(office.db.path, "UPDATE events SET title = 'Yksi' || char(10) || 'Bcc: x@example.org', kind = 'meeting'")
    mail = office.mail(office.draft()[0])
    assert mail["Bcc"] is None
    assert office.calendar(office.tell()[0] if office.draft() else messages.search(office.db)[0])["SUMMARY"] == (
        "Vantaan asiakasraati: Yksi\nBcc: x@example.org"
    )


def test_what_waits_is_outdated_once_it_is_not_wanted(office: Office) -> None:
    drafted = office.draft()
    assert [office.desk.outdated(office.kept(one)) for one in drafted] == [False] * 3
    leave(office, 1)
    assert [office.desk.outdated(office.kept(one)) for one in drafted] == [True, False, False]
    office.now = datetime(2022, 9, 29, 14, tzinfo=UTC)
    assert [office.desk.outdated(office.kept(one)) for one in drafted] == [True, True, True]
