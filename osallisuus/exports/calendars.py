"""Calendar files (RFC 5545): occasions as VEVENTs of their own, streamed, the same bytes for the same data.

A file is a snapshot: no METHOD, no ORGANIZER, no ATTENDEE, no name of any member. Free text is escaped and folded by icalendar
itself; the other properties have one fixed ASCII form shorter than a fold. `Calendar.to_ical()` would write the same bytes, but
holds every event in memory and takes several times as long.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone
from icalendar.parser import Contentline, Parameters
from icalendar.prop import vText

from osallisuus.dates import require_zone
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.i18n import _, named

PRODID = "-//osallisuus//osallisuus 1.0//FI"
_NO_PARAMETERS = Parameters()
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def write(
    events: Iterable[Event],
    hosts: Mapping[str, Host],
    zones: Mapping[str, tuple[date, date]],
    *,
    name: str,
    language: str,
) -> Iterator[bytes]:
    """Yield the pieces of one calendar file, lines ending in CRLF.

    `events` come in the order they are to stand in and each belongs to a host of `hosts`; `zones` tells the first and last day in
    each time zone they are in; `name` is what the calendar is called.
    """
    yield b"".join(
        (
            b"BEGIN:VCALENDAR\r\n",
            b"VERSION:2.0\r\n",
            f"PRODID:{PRODID}\r\n".encode(),
            b"CALSCALE:GREGORIAN\r\n",
            _text_line("NAME", name),
            _text_line("X-WR-CALNAME", name),
        )
    )
    for zone, (first, last) in sorted(zones.items()):
        yield timezone_block(zone, first, last)
    titles = {
        slug: _plain(named({"name": h.name, "name_sv": h.name_sv, "name_en": h.name_en}, language)) for slug, h in hosts.items()
    }
    for event in events:
        yield _vevent(event, titles[event.host], private=isinstance(hosts[event.host], Panel), language=language)
    yield b"END:VCALENDAR\r\n"


def timezone_block(zone: str, first: date, last: date) -> bytes:
    """Return the VTIMEZONE of a zone, valid for the days from `first` to `last`; nothing for UTC.

    Where the zone follows the European rule (Directive 2000/84/EC) it is one STANDARD and one DAYLIGHT part with a yearly RRULE
    and nothing else, the only form that every client reads the same way.
    """
    if _is_utc(zone):
        return b""
    if not _follows_european_rule(zone, first, last):
        begin, end = first - timedelta(days=366), last + timedelta(days=366)
        block: bytes = Timezone.from_tzid(zone, first_date=begin, last_date=end).to_ical()
        return block
    tz = require_zone(zone)
    winter, summer = datetime(first.year, 1, 15, tzinfo=tz), datetime(first.year, 7, 15, tzinfo=tz)
    standard, daylight = winter.utcoffset() or timedelta(), summer.utcoffset() or timedelta()
    part = (
        "BEGIN:{kind}\r\nDTSTART:{onset:%Y%m%dT%H%M%S}\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={month}\r\n"
        "TZNAME:{name}\r\nTZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\nEND:{kind}\r\n"
    )
    spring, autumn = datetime(1997, 3, 30, 1), datetime(1996, 10, 27, 1)
    names = {"winter": winter.tzname(), "summer": summer.tzname()}
    halves = part.format(
        kind="DAYLIGHT", onset=spring + standard, month=3, name=names["summer"], before=_offset(standard), after=_offset(daylight)
    ) + part.format(
        kind="STANDARD",
        onset=autumn + daylight,
        month=10,
        name=names["winter"],
        before=_offset(daylight),
        after=_offset(standard),
    )
    return f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\n{halves}END:VTIMEZONE\r\n".encode()


def _vevent(event: Event, host_name: str, *, private: bool, language: str) -> bytes:
    own_title = _plain(getattr(event, f"title_{language}", "") or event.title)
    summary = f"{host_name}: {own_title}" if own_title else host_name
    cancelled = event.status == "cancelled"
    if cancelled:
        summary = _("Cancelled: {summary}").format(summary=summary)
    place, url = _plain(event.place), _address(event.url)
    reason = _("Reason: {reason}").format(reason=_plain(event.cancel_reason)) if cancelled and event.cancel_reason else ""
    joining = _("Join: {url}").format(url=url) if url and not cancelled else ""
    description = "\n\n".join(part for part in (reason, _plain(event.description), joining) if part)
    start, end = _civil("DTSTART", event.start, event.timezone), _civil("DTEND", event.end, event.timezone)
    return b"".join(
        (
            b"BEGIN:VEVENT\r\n",
            _text_line("SUMMARY", summary),
            start,
            end,
            f"DTSTAMP:{_utc(event.revised_at)}\r\nUID:{event.uid}\r\nSEQUENCE:{event.sequence}\r\n".encode(),
            _text_line("CATEGORIES", host_name),
            b"CLASS:PRIVATE\r\n" if private else b"CLASS:PUBLIC\r\n",
            f"CREATED:{_utc(event.created_at)}\r\n".encode(),
            _text_line("DESCRIPTION", description) if description else b"",
            f"LAST-MODIFIED:{_utc(event.revised_at)}\r\n".encode(),
            _text_line("LOCATION", place or url) if place or url else b"",
            b"STATUS:CANCELLED\r\n" if cancelled else b"STATUS:CONFIRMED\r\n",
            b"TRANSP:TRANSPARENT\r\n" if cancelled else b"TRANSP:OPAQUE\r\n",
            _address_line(url) if url else b"",
            b"END:VEVENT\r\n",
        )
    )


@lru_cache(maxsize=512)  # places, links and host names repeat from date to date
def _text_line(name: str, text: str) -> bytes:
    line: bytes = Contentline.from_parts(name, _NO_PARAMETERS, vText(text)).to_ical()
    return line + b"\r\n"


@lru_cache(maxsize=512)
def _address_line(url: str) -> bytes:
    line: bytes = Contentline(f"URL:{url}").to_ical()  # type: ignore[no-untyped-call]  # icalendar's own gap
    return line + b"\r\n"


def _civil(name: str, local: datetime, zone: str) -> bytes:
    if _is_utc(zone):
        return f"{name}:{local:%Y%m%dT%H%M%S}Z\r\n".encode()
    return f"{name};TZID={zone}:{local:%Y%m%dT%H%M%S}\r\n".encode()


def _utc(stamp: str) -> str:
    return stamp.replace("-", "").replace(":", "")


def _plain(text: str) -> str:
    """Return text that may stand in a TEXT value: other line breaks become newlines, control characters go (RFC 5545 3.3.11)."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def _address(url: str) -> str:
    """Return a link that may stand in a URI value: no spaces, line breaks or control characters (RFC 3986)."""
    return "".join(_plain(url).split())


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _is_utc(zone: str) -> bool:
    return zone in ("UTC", "Etc/UTC")


def _follows_european_rule(zone: str, first: date, last: date) -> bool:
    """Tell whether the clocks of a zone change at 01:00 UTC on the last Sundays of March and October in all these years."""
    tz = require_zone(zone)
    if first.year < 1997:
        return False
    for year in range(first.year, last.year + 1):
        spring, autumn = _last_sunday(year, 3), _last_sunday(year, 10)
        quarter = timedelta(minutes=15)
        offsets = [
            moment.astimezone(tz).utcoffset()
            for moment in (
                datetime(year, 1, 1, tzinfo=UTC),
                spring - quarter,
                spring,
                autumn - quarter,
                autumn,
                datetime(year, 12, 31, tzinfo=UTC),
            )
        ]
        if not offsets[0] == offsets[1] == offsets[4] == offsets[5] or offsets[2] != offsets[3] or offsets[1] == offsets[2]:
            return False
    return True


def _last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31, 1, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)
