"""Calendar messages (iTIP): one event, one reader, one organizer; read by four readers that share no code."""

import re
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus import i18n
from osallisuus.domain.events import Event
from osallisuus.exports import calendars
from osallisuus.exports.calendars import Invited
from tests.exports.peers import Reads, each_reader
from tests.exports.rfc5545 import Component, events, read
from tests.exports.samples import PANEL, SERIES, event

STAMP = "2022-08-23T06:00:00Z"
# What people are called, and what may stand of it.
NAMES = {
    "Aino Esimerkki": "Aino Esimerkki",
    'Aino "Ainu" Esimerkki': "Aino ”Ainu” Esimerkki",
    "Esimerkki, Aino; ja: muut": "Esimerkki, Aino; ja: muut",
    "Äijö Ölander-Åström 🙂": "Äijö Ölander-Åström 🙂",
    "Aino\r\nATTENDEE:mailto:evil@example.org": "Aino ATTENDEE:mailto:evil@example.org",
    "Aino\x00\x1b Esimerkki\\n": "Aino Esimerkki\\n",
    "A" * 200: "A" * 200,
    "🙂" * 60: "🙂" * 60,
    " ": "",
}


def invited(name: str = "Aino Esimerkki", **values: str) -> Invited:
    fields = {
        "email": "aino@example.org", "organizer": "raati@example.org", "organizer_name": "Osallisuustiimi",
        "sender": "raati@example.org",
    }  # fmt: skip
    return Invited(name=name, **(fields | values))


def written(one: Event, who: Invited | None = None, method: str = "REQUEST", language: str = "fi") -> bytes:
    host = SERIES if one.kind == "webinar" else PANEL
    with i18n.speaking(language):
        return calendars.message(one, host, who or invited(), method=method, stamp=STAMP, language=language)


def parsed(data: bytes) -> tuple[Component, Component]:
    """Return the calendar and its one event, of bytes that are as they must be."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\r\n\r\n", data)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    calendar = read(data)
    (one,) = events(calendar)
    return calendar, one


def session(**changes: Any) -> Event:
    return event(**{"host": "vantaa", "kind": "meeting", "place": "Sali 2", "url": "https://example.org/liity"} | changes)


def test_a_request_is_these_properties_and_no_others() -> None:
    calendar, one = parsed(written(session(sequence=3), language="en"))
    assert [(prop.name, prop.value) for prop in calendar.properties] == [
        ("VERSION", "2.0"), ("PRODID", "-//osallisuus//osallisuus 1.0//FI"), ("CALSCALE", "GREGORIAN"), ("METHOD", "REQUEST"),
    ]  # fmt: skip
    assert [part.name for part in calendar.components] == ["VTIMEZONE", "VEVENT"]
    assert {prop.name: (prop.parameters, prop.value) for prop in one.properties} == {
        "SUMMARY": ((), "Vantaan asiakasraati"),
        "DTSTART": (("TZID=Europe/Helsinki",), "20220913T140000"),
        "DTEND": (("TZID=Europe/Helsinki",), "20220913T150000"),
        "DTSTAMP": ((), "20220823T060000Z"),
        "UID": ((), "0a54ee2c-5a5b-4a55-8b4f-1f2c1f0f0001"),
        "SEQUENCE": ((), "3"),
        "ATTENDEE": (
            ("CUTYPE=INDIVIDUAL", "ROLE=REQ-PARTICIPANT", "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE", 'CN="Aino Esimerkki"'),
            "mailto:aino@example.org",
        ),
        "CATEGORIES": ((), "Vantaan asiakasraati"),
        "CLASS": ((), "PRIVATE"),
        "CREATED": ((), "20220822T060000Z"),
        "DESCRIPTION": ((), "Join: https://example.org/liity"),
        "LAST-MODIFIED": ((), "20220822T060000Z"),
        "LOCATION": ((), "Sali 2"),
        "ORGANIZER": (('CN="Osallisuustiimi"',), "mailto:raati@example.org"),
        "STATUS": ((), "CONFIRMED"),
        "TRANSP": ((), "OPAQUE"),
        "URL": ((), "https://example.org/liity"),
    }
    assert len(one.properties) == 17


@pytest.mark.parametrize(
    ("status", "has"), [("cancelled", ["CANCELLED"]), ("planned", [])], ids=["for everybody", "for one who is taken off"]
)
def test_a_cancel_keeps_uid_time_and_reader_and_can_be_joined_by_nobody(status: str, has: list[str]) -> None:
    _calendar, request = parsed(written(session()))
    calendar, one = parsed(written(session(status=status, sequence=1), method="CANCEL"))
    assert calendar.value("METHOD") == "CANCEL"
    assert [prop.value for prop in one.all("STATUS")] == has
    for name in ("UID", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE"):
        assert one.value(name) == request.value(name)
    assert "RSVP=FALSE" in one.all("ATTENDEE")[0].parameters
    assert int(one.value("SEQUENCE")) > int(request.value("SEQUENCE"))
    assert len(one.all("ATTENDEE")) == 1
    if status == "cancelled":
        assert (one.value("URL"), "https" in one.value("DESCRIPTION")) == ("", False)


def test_a_new_sender_speaks_for_the_organizer_of_the_uid() -> None:
    _calendar, one = parsed(written(session(), invited(sender="uusi@example.org")))
    (organizer,) = one.all("ORGANIZER")
    assert (organizer.value, organizer.parameters) == (
        "mailto:raati@example.org", ('CN="Osallisuustiimi"', 'SENT-BY="mailto:uusi@example.org"'),
    )  # fmt: skip
    _calendar, one = parsed(written(session(), invited()))
    assert not any("SENT-BY" in parameter for parameter in one.all("ORGANIZER")[0].parameters)


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_whatever_somebody_is_called_is_one_name(name: str, shown: str) -> None:
    data = written(session(), invited(name, organizer_name=name))
    _calendar, one = parsed(data)
    assert len(one.properties) == 17
    (read_by_library,) = icalendar.Calendar.from_ical(data).events
    assert read_by_library.errors == []
    for prop in ("ATTENDEE", "ORGANIZER"):
        assert str(read_by_library[prop].params.get("CN", "")) == shown
        assert str(read_by_library[prop]) in ("mailto:aino@example.org", "mailto:raati@example.org")


@each_reader
@pytest.mark.parametrize(("name", "_shown"), NAMES.items(), ids=range(len(NAMES)))
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_four_readers_see_the_same_event(reads: Reads, name: str, _shown: str, method: str) -> None:
    data = written(
        session(title="Tieto; ja, muuta", sequence=2), invited(name, organizer_name=name, sender="b@example.org"), method
    )
    (seen,) = reads(data).values()
    assert (seen.start, seen.end) == (datetime(2022, 9, 13, 11, tzinfo=UTC), datetime(2022, 9, 13, 12, tzinfo=UTC))
    assert (seen.summary, seen.location) == ("Vantaan asiakasraati: Tieto; ja, muuta", "Sali 2")


@each_reader
def test_a_winter_date_is_at_its_own_hour(reads: Reads) -> None:
    (seen,) = reads(written(session(starts="2022-11-15T14:00"))).values()
    assert seen.start == datetime(2022, 11, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "summary"), [("fi", "Peruttu: Tieto"), ("sv", "Inställt: Kunskap"), ("en", "Cancelled: Tieto")]
)
def test_a_cancellation_says_so_in_the_language_of_its_reader(language: str, summary: str) -> None:
    own = session(status="cancelled", title="Tieto", title_sv="Kunskap", cancel_reason="Sali ei ole vapaa.")
    _calendar, one = parsed(written(own, method="CANCEL", language=language))
    before, _colon, title = summary.partition(": ")
    assert one.text("SUMMARY").split(": ")[-1] == title
    if i18n.has_catalogue(language) or language == "en":
        assert one.text("SUMMARY") == f"{before}: Vantaan asiakasraati: {title}"
    assert "Sali ei ole vapaa." in one.text("DESCRIPTION")


def test_webinars_are_public_and_the_same_data_is_the_same_bytes() -> None:
    assert parsed(written(event()))[1].value("CLASS") == "PUBLIC"
    assert written(event()) == written(event())
    _calendar, one = parsed(written(event(timezone="UTC")))
    assert (one.value("DTSTART"), one.all("DTSTART")[0].parameters) == ("20220913T140000Z", ())


@given(
    st.text(st.characters(codec="utf-8"), max_size=120),
    st.text(st.characters(codec="utf-8"), max_size=120),
    st.sampled_from(["REQUEST", "CANCEL"]),
)
def test_no_text_makes_it_anything_else(name: str, title: str, method: str) -> None:
    data = written(session(title=title, place=title), invited(name, organizer_name=name, sender="b@example.org"), method)
    calendar, one = parsed(data)
    assert (calendar.value("METHOD"), len(one.all("ATTENDEE")), len(one.all("ORGANIZER")), len(one.all("UID"))) == (
        method,
        1,
        1,
        1,
    )
    assert one.value("ATTENDEE") == "mailto:aino@example.org"
    assert icalendar.Calendar.from_ical(data).events[0].errors == []
