"""VTIMEZONE: every reader that trusts the file, and nothing but the file, comes to the right instants."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from osallisuus.domain.events import Event
from osallisuus.errors import UsageError
from osallisuus.exports.timezones import vtimezone
from tests.exports.peers import Reads, each_reader
from tests.exports.rfc5545 import Component, faults, read
from tests.exports.samples import event, written

HELSINKI = (
    b"BEGIN:VTIMEZONE\r\n"
    b"TZID:Europe/Helsinki\r\n"
    b"BEGIN:DAYLIGHT\r\n"
    b"DTSTART:19970330T030000\r\n"
    b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
    b"TZNAME:EEST\r\n"
    b"TZOFFSETFROM:+0200\r\n"
    b"TZOFFSETTO:+0300\r\n"
    b"END:DAYLIGHT\r\n"
    b"BEGIN:STANDARD\r\n"
    b"DTSTART:19961027T040000\r\n"
    b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
    b"TZNAME:EET\r\n"
    b"TZOFFSETFROM:+0300\r\n"
    b"TZOFFSETTO:+0200\r\n"
    b"END:STANDARD\r\n"
    b"END:VTIMEZONE\r\n"
)

ZONES = [
    "Europe/Helsinki",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Asia/Kolkata",  # half an hour, no summer time
    "America/New_York",  # a new rule in 2007
    "America/Sao_Paulo",  # summer time over the turn of the year, until 2019
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Nuuk",  # the European moment, but there it is still Saturday
    "Europe/Dublin",  # its winter is what the zone data call daylight time
    "Europe/Istanbul",  # in 2016 summer time stayed and got another name
    "Europe/Moscow",  # three kinds of standard time
    "Africa/Casablanca",  # Ramadan, on other days each year
    "Africa/Cairo",  # no summer time during Ramadan
    "Asia/Jerusalem",  # the Friday before the last Sunday
    "Asia/Tehran",  # days of another calendar
    "Antarctica/Troll",  # two hours of summer time
]
YEARS = [(2004, 2008), (2014, 2019), (2099, 2100)]


def parts(block: bytes) -> list[Component]:
    """Return the STANDARD and DAYLIGHT parts of a VTIMEZONE."""
    (zone,) = read(b"BEGIN:VCALENDAR\r\n" + block + b"END:VCALENDAR\r\n").components
    return zone.components


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2022, 9, 13), date(2022, 12, 13)), (date(2000, 1, 1), date(2100, 12, 31)), (date(2000, 1, 1), date(2000, 1, 1))],
)
def test_helsinki_is_the_block_that_ten_readers_agree_on_whatever_the_dates(first: date, last: date) -> None:
    assert vtimezone("Europe/Helsinki", first, last) == HELSINKI


@pytest.mark.parametrize("years", YEARS, ids=str)
@each_reader
def test_every_reader_finds_the_right_instants_in_every_zone(reads: Reads, years: tuple[int, int]) -> None:
    found = [one for zone in ZONES for one in through_the_years(zone, *years)]
    data = written(*found)
    assert faults(data) == []
    for number, zone in enumerate(ZONES):
        # under names that nobody knows, readers have only the file to go by
        data = data.replace(f"TZID={zone}:".encode(), f"TZID=Own/Zone-{years[0]}-{number}:".encode())
        data = data.replace(f"TZID:{zone}\r\n".encode(), f"TZID:Own/Zone-{years[0]}-{number}\r\n".encode())
    seen = reads(data)
    right = {one.uid: one.start.replace(tzinfo=ZoneInfo(one.timezone)).astimezone(UTC) for one in found}
    assert {uid: one.start for uid, one in seen.items() if one.start != right[uid]} == {}
    assert len(seen) == len(found)


def through_the_years(zone: str, first: int, last: int) -> Iterator[Event]:
    """Yield a date at 14.00 every 23 days: in each month of each year, before and after every clock change."""
    moment = datetime(first, 1, 2, 14)
    while moment.year <= last:
        yield event(uid=f"{zone} {moment.date()}", timezone=zone, starts=moment.isoformat(timespec="minutes"))
        moment += timedelta(days=23)


@each_reader
def test_known_instants(reads: Reads) -> None:
    known = {
        # New York went over to summer time on 11 March instead of 1 April from 2007 on
        ("America/New_York", "2006-03-20T14:00"): "2006-03-20T19:00",
        ("America/New_York", "2007-03-20T14:00"): "2007-03-20T18:00",
        ("America/New_York", "2022-11-01T14:00"): "2022-11-01T18:00",
        ("America/New_York", "2022-11-08T14:00"): "2022-11-08T19:00",
        ("Asia/Kolkata", "2022-11-15T14:00"): "2022-11-15T08:30",
        ("UTC", "2022-11-15T14:00"): "2022-11-15T14:00",
        ("Europe/Tallinn", "2022-10-29T14:00"): "2022-10-29T11:00",
        ("Europe/Tallinn", "2022-10-31T14:00"): "2022-10-31T12:00",
        ("Europe/Stockholm", "2100-07-01T14:00"): "2100-07-01T12:00",
        ("Europe/Helsinki", "2100-12-31T14:00"): "2100-12-31T12:00",
        ("Europe/Istanbul", "2022-01-15T14:00"): "2022-01-15T11:00",
    }
    found = [event(uid=f"{zone} {starts}", timezone=zone, starts=starts) for zone, starts in known]
    data = written(*found)
    assert faults(data) == []
    seen = reads(data)
    assert [f"{seen[one.uid].start:%Y-%m-%dT%H:%M}" for one in found] == [*known.values()]


def test_utc_needs_no_block_and_others_one_each() -> None:
    found = [event(uid=zone, timezone=zone) for zone in ("UTC", "Etc/UTC", "Europe/Tallinn", "Asia/Kolkata")]
    zones = [part.value("TZID") for part in read(written(*found)).components if part.name == "VTIMEZONE"]
    assert zones == ["Asia/Kolkata", "Europe/Tallinn"]


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York", "Europe/Dublin", "Australia/Sydney"])
def test_where_one_rule_holds_exchange_finds_one_summer_and_one_winter(zone: str) -> None:
    found = parts(vtimezone(zone, date(2022, 9, 1), date(2023, 12, 31)))
    assert [(part.name, "UNTIL" in part.value("RRULE")) for part in found] == [("DAYLIGHT", False), ("STANDARD", False)]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Europe/Istanbul", "Europe/Moscow"])
def test_where_there_is_no_summer_time_there_is_only_standard_time(zone: str) -> None:
    (found,) = parts(vtimezone(zone, date(2022, 9, 1), date(2023, 12, 31)))
    offset = f"{datetime(2022, 9, 1, tzinfo=ZoneInfo(zone)):%z}"
    assert (found.name, found.value("RRULE"), found.value("TZOFFSETTO")) == ("STANDARD", "", offset)


def test_a_rule_that_ended_says_so_and_is_left_out_when_no_date_needs_it() -> None:
    both = parts(vtimezone("America/New_York", date(2006, 3, 1), date(2008, 3, 1)))
    assert [(part.name, part.value("DTSTART")[:4], part.value("RRULE")) for part in both] == [
        ("DAYLIGHT", "1997", "FREQ=YEARLY;UNTIL=20061231T235959Z;BYDAY=1SU;BYMONTH=4"),
        ("DAYLIGHT", "2007", "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"),
        ("STANDARD", "1996", "FREQ=YEARLY;UNTIL=20061231T235959Z;BYDAY=-1SU;BYMONTH=10"),
        ("STANDARD", "2007", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"),
    ]
    new = parts(vtimezone("America/New_York", date(2008, 3, 1), date(2008, 3, 1)))
    assert [part.value("DTSTART")[:4] for part in new] == ["2007", "2007"]


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="'Europe/Vantaa' is not a time zone"):
        vtimezone("Europe/Vantaa", date(2022, 9, 1), date(2022, 12, 31))
