"""The judge itself: a sound file has no fault, and each broken rule is named."""

import pytest

from tests.exports.rfc5545 import blocks, faults
from tests.exports.samples import event, season, written

LINK = "https://example.org/teams"


def sound() -> bytes:
    return written(
        *season(), event(uid="raati", host="vantaa", place="Tikkurila; sali 2, ovi B", url=LINK, description="kahvit\n" * 30)
    )


def test_a_sound_file_has_no_fault() -> None:
    assert faults(sound(), panels={"raati"}, secrets=["Aino Esimerkki", "aino@example.org"]) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR", "it begins with a BOM"),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "the last line has no CRLF"),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\n", "a line ends without CRLF"),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\r\n\r\n", "there is a blank line"),
        (b"\\nkahvit\\n", b"\\nkahvit\x07\\n", "there is a control character or a foreign line end"),
        (b"\\nkahvit\\n", "\\nkahvit\u2028\\n".encode(), "there is a control character or a foreign line end"),
        (b"\r\n ", b"", "a line is longer than 75 octets"),
        (b"Tikkurila", b"Tikkurila\xc3\r\n \xa4", "a line is not UTF-8 by itself"),
        (b"END:VCALENDAR", b"END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR", "it is not exactly one whole VCALENDAR"),
        (b"END:VEVENT\r\nEND:VCALENDAR", b"END:VCALENDAR", "END:VCALENDAR closes nothing"),
        (b"VERSION:2.0", b"VERSION 2.0", "not a content line: 'VERSION 2.0'"),
        (b"VERSION:2.0", b"VERSION:3.0", "VERSION is not once what it must be"),
        (b"PRODID:-//osallisuus", b"PRODID:-//somebody", "PRODID is not once what it must be"),
        (b"CALSCALE:GREGORIAN\r\n", b"", "CALSCALE is not once what it must be"),
        (b"CALSCALE:GREGORIAN\r\n", b"CALSCALE:GREGORIAN\r\n" * 2, "CALSCALE is not once what it must be"),
        (b"X-WR-CALNAME:T", b"X-WR-CALNAME:t", "NAME and X-WR-CALNAME differ"),
        (b"NAME:Teematiistait", b"NAME:Teema,tiistait", "NAME is not escaped: Teema,tiistait"),
        (b"NAME:Teematiistait", b"METHOD:PUBLISH\r\nNAME:Teematiistait", "METHOD has no place in the calendar"),
        (b"END:VCALENDAR", b"VERSION:2.0\r\nEND:VCALENDAR", "VERSION stands after a component of VCALENDAR"),
        (b"END:VCALENDAR", b"BEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR", "VTODO has no place in the calendar"),
        (
            b"TZID:Europe/Helsinki",
            b"TZID:Europe/Helsingfors",
            "there is not one VTIMEZONE for each zone in use and none other",
        ),
        (b"DTSTART:19970330T030000", b"DTSTART:19970330T040000", "Europe/Helsinki: not the block that every reader takes"),
        (b"BYDAY=-1SU;BYMONTH=10", b"BYMONTHDAY=28;BYMONTH=10", "Europe/Helsinki: a rule that is not yearly on one weekday"),
        (b"TZNAME:EEST", b"RDATE:19980329T030000", "Europe/Helsinki: DAYLIGHT with DTSTART, RDATE, TZOFFSETFROM, TZOFFSETTO"),
        (b"TZID:Europe/Helsinki", b"TZID:Europe/Helsinki\r\nCOMMENT:x", "Europe/Helsinki: more than a TZID"),
        (b"STANDARD", b"DAYLIGHT", "Europe/Helsinki: no STANDARD"),
        (b"TZOFFSETTO:+0200", b"TZOFFSETTO:2", "Europe/Helsinki: an offset is not ±HHMM"),
        (b"DTSTART:19970330T030000", b"DTSTART:19970330T010000Z", "Europe/Helsinki: an onset is not civil time"),
        (b"UID:raati", b"UID:date-4", "UID date-4 comes twice"),
        (b"UID:raati", b"UID:", ": UID is empty or longer than 255 octets"),
        (b"STATUS:CONFIRMED\r\n", b"", "raati: STATUS does not stand there once"),
        (b"SUMMARY:", b"SUMMARY:x\r\nSUMMARY:", "raati: SUMMARY does not stand there once"),
        (b"CATEGORIES:", b"CATEGORIES:x\r\nCATEGORIES:", "raati: CATEGORIES stands there more than once"),
        (b"CLASS:", b"ATTENDEE:mailto:aino@example.org\r\nCLASS:", "raati: ATTENDEE has no place there"),
        (b"CLASS:", b"ORGANIZER:mailto:aino@example.org\r\nCLASS:", "raati: ORGANIZER has no place there"),
        (b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT", "raati: VALARM has no place there"),
        (b"SEQUENCE:0", b"SEQUENCE:-1", "raati: SEQUENCE is not a number"),
        (b"DTSTAMP:20220822T060000Z", b"DTSTAMP:20220822T060000", "raati: DTSTAMP is not in UTC"),
        (b"CREATED:20220822T060000Z", b"CREATED:20220823T060000Z", "raati: it was changed before it was made"),
        (b"DTSTAMP:20220822T060000Z", b"DTSTAMP:20220823T060000Z", "raati: DTSTAMP is not the time of the revision"),
        (b"DTEND;TZID=Europe/Helsinki:", b"DTEND;TZID=Europe/Tallinn:", "raati: DTSTART and DTEND are in different zones"),
        (b"T140000\r\n", b"T140001\r\n", "raati: DTSTART is neither civil time in a zone nor UTC, to the minute"),
        (b"T150000\r\n", b"T150000Z\r\n", "raati: DTEND is neither civil time in a zone nor UTC, to the minute"),
        (b"DTEND;TZID=Europe/Helsinki", b"DTEND", "raati: DTEND is neither civil time in a zone nor UTC, to the minute"),
        (b"T150000\r\n", b"T140000\r\n", "raati: DTEND is not later than DTSTART"),
        (b"STATUS:CONFIRMED", b"STATUS:OK", "raati: STATUS is neither CONFIRMED nor CANCELLED"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "raati: TRANSP does not go with STATUS"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "raati: it is cancelled and yet can be joined"),
        (b"SUMMARY:Vantaan asiakasraati", b"SUMMARY: ", "raati: SUMMARY is empty"),
        (b"sali 2\\, ovi", b"sali 2, ovi", "raati: LOCATION is not escaped: Tikkurila\\; sali 2, ovi B"),
        (b"Tikkurila\\;", b"Tikkurila\\:", "raati: LOCATION is not escaped: Tikkurila\\:"),
        (b"URL:https:", b"URL:http s:", "raati: URL is not an address"),
        (b"URL:https:", b"URL:http:", "raati: the link is neither in LOCATION nor in DESCRIPTION"),
        (b"CLASS:PRIVATE", b"CLASS:PUBLIC", "raati: CLASS is not PRIVATE"),
        (b"CLASS:PUBLIC", b"CLASS:PRIVATE", "date-1: CLASS is not PUBLIC"),
        (b"kahvit", b"ka\r\n hvit Aino Esi\r\n merkki", "'Aino Esimerkki' stands in it"),
    ],
)
def test_each_broken_rule_is_named(old: bytes, new: bytes, fault: str) -> None:
    broken = sound().replace(old, new)
    assert broken != sound()
    found = faults(broken, panels={"raati"}, secrets=["Aino Esimerkki"])
    assert [name for name in found if fault.removeprefix("raati: ") in name], found


def test_the_blocks_of_a_file_are_its_events() -> None:
    assert list(blocks(sound())) == ["date-1", "date-2", "date-3", "date-4", "raati"]
