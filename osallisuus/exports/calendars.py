"""Calendar files and messages (RFC 5545, 5546): occasions as VEVENTs of their own, the same bytes for the same data.

A file is a snapshot: no METHOD, no ORGANIZER, no ATTENDEE, no name of any member. A message is one VEVENT for one person.
Lines of free text are folded by icalendar itself; the other properties have one fixed ASCII form shorter than a fold.
`Calendar.to_ical()` would write the same bytes, but holds every event in memory and takes several times as long.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from icalendar.parser import Contentline

from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.exports.timezones import vtimezone
from osallisuus.i18n import _

PRODID = "-//osallisuus//osallisuus 1.0//FI"
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# RFC 5545 3.3.11. Not by icalendar's vText: it takes the `\N` in `\\NAS01\Nimet` for a line break.
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_LINK = re.compile(r"[a-z][a-z0-9+.-]+:\S", re.IGNORECASE)
_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\nCALSCALE:GREGORIAN\r\n".encode()
_END = b"END:VCALENDAR\r\n"
_VEVENT_END = b"END:VEVENT\r\n"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who a message is for and from whom: `organizer` is the address of the UID's life, `sender` the one it comes from now."""

    name: str
    email: str
    organizer: str
    organizer_name: str
    sender: str


def write(
    events: Iterable[Event],
    hosts: Mapping[str, Host],
    zones: Mapping[str, tuple[date, date]],
    *,
    name: str,
    language: str,
    refresh: int = 0,
    source: str = "",
) -> Iterator[bytes]:
    """Yield the pieces of one calendar file, lines ending in CRLF.

    `events` come in the order they are to stand in and each belongs to a host of `hosts`; `zones` tells the first and last day in
    each time zone they are in; `name` is what the calendar is called. A feed says after how many hours it is to be fetched again
    (`refresh`; RFC 7986 5.7, and X-PUBLISHED-TTL for Outlook) and, where it is known, at which address (`source`).
    """
    feed = f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh}H\r\nX-PUBLISHED-TTL:PT{refresh}H\r\n".encode() if refresh else b""
    yield _HEAD
    yield b"".join(
        (
            _text_line("NAME", _plain(name)),
            _text_line("X-WR-CALNAME", _plain(name)),
            feed,
            _folded(f"SOURCE;VALUE=URI:{_link(source)}") if source else b"",
        )
    )
    for zone, (first, last) in sorted(zones.items()):
        if not _is_utc(zone):
            yield vtimezone(zone, first, last)
    titles = {slug: _plain(h.called(language)) for slug, h in hosts.items()}
    for event in events:
        yield _vevent(event, titles[event.host], private=isinstance(hosts[event.host], Panel), language=language)
    yield _END


def single(event: Event, host: Host, *, language: str) -> bytes:
    """Return a calendar of one event, as a CalDAV server keeps it (RFC 4791 4.1): no METHOD, and X-OSALLISUUS-HOST says whose."""
    vevent = _vevent(event, _plain(host.called(language)), private=isinstance(host, Panel), language=language)
    return _alone(event, vevent.removesuffix(_VEVENT_END) + _text_line("X-OSALLISUUS-HOST", event.host) + _VEVENT_END)


def message(event: Event, host: Host, invited: Invited, *, method: str, stamp: str, language: str) -> bytes:
    """Return an iTIP message about one event to one person: `method` is REQUEST or CANCEL (RFC 5546 3.2.2, 3.2.5).

    `stamp` is when the message was made (UTC). The event is as this person is told of it: a cancelled one has that status; one
    that goes on without them is cancelled for them alone, without a status.
    """
    cancels = method == "CANCEL"
    attendee = _folded(
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP={'FALSE' if cancels else 'TRUE'}"
        f"{_called(invited.name)}:mailto:{invited.email}"
    )
    behalf = f';SENT-BY="mailto:{invited.sender}"' if invited.sender != invited.organizer else ""
    vevent = _vevent(
        event,
        _plain(host.called(language)),
        private=isinstance(host, Panel),
        language=language,
        stamp=stamp,
        attendee=attendee,
        organizer=_folded(f"ORGANIZER{_called(invited.organizer_name)}{behalf}:mailto:{invited.organizer}"),
        without_status=cancels and event.status != "cancelled",
    )
    return _alone(event, vevent, method=f"METHOD:{method}\r\n".encode())


def _alone(event: Event, vevent: bytes, *, method: bytes = b"") -> bytes:
    zone = b"" if _is_utc(event.timezone) else vtimezone(event.timezone, event.day, event.end.date())
    return b"".join((_HEAD, method, zone, vevent, _END))


def _vevent(
    event: Event,
    host_name: str,
    *,
    private: bool,
    language: str,
    stamp: str = "",
    attendee: bytes = b"",
    organizer: bytes = b"",
    without_status: bool = False,
) -> bytes:
    own_title = _plain(getattr(event, f"title_{language}", "") or event.title)
    summary = f"{host_name}: {own_title}" if own_title else host_name
    cancelled = event.status == "cancelled"
    if cancelled:
        summary = _("Cancelled: {summary}").format(summary=summary)
    url = "" if cancelled else event.url  # nobody is to join what does not happen
    link = _link(url)
    place, way = _plain(event.place), link or _plain(url)
    reason = _("Reason: {reason}").format(reason=_plain(event.cancel_reason)) if cancelled and event.cancel_reason else ""
    joining = _("Join: {url}").format(url=way) if way else ""
    description = "\n\n".join(part for part in (reason, _plain(event.description), joining) if part)
    start, end = _civil("DTSTART", event.start, event.timezone), _civil("DTEND", event.end, event.timezone)
    status = b"" if without_status else b"STATUS:CANCELLED\r\n" if cancelled else b"STATUS:CONFIRMED\r\n"
    return b"".join(
        (
            b"BEGIN:VEVENT\r\n",
            _text_line("SUMMARY", summary),
            start,
            end,
            f"DTSTAMP:{_utc(stamp or event.revised_at)}\r\nUID:{event.uid}\r\nSEQUENCE:{event.sequence}\r\n".encode(),
            attendee,
            _text_line("CATEGORIES", host_name),
            b"CLASS:PRIVATE\r\n" if private else b"CLASS:PUBLIC\r\n",
            f"CREATED:{_utc(event.created_at)}\r\n".encode(),
            _text_line("DESCRIPTION", description) if description else b"",
            f"LAST-MODIFIED:{_utc(event.revised_at)}\r\n".encode(),
            _text_line("LOCATION", place or way) if place or way else b"",
            organizer,
            status,
            b"TRANSP:TRANSPARENT\r\n" if cancelled else b"TRANSP:OPAQUE\r\n",
            _folded(f"URL:{link}") if link else b"",
            _VEVENT_END,
        )
    )


def _called(name: str) -> str:
    """Return the parameter with somebody's name, or nothing; a quotation mark has no place in it (RFC 5545 3.2)."""
    words = " ".join(_plain(name).split()).replace('"', "”")
    return f';CN="{words}"' if words else ""


def _text_line(name: str, text: str) -> bytes:
    return _folded(f"{name}:{text.translate(_ESCAPES)}")


@lru_cache(maxsize=128)  # places, links and host names repeat from date to date
def _folded(content: str) -> bytes:
    line: bytes = Contentline(content).to_ical()  # type: ignore[no-untyped-call]  # icalendar's own gap
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


def _link(url: str) -> str:
    """Return a link the way a browser reads it (WHATWG URL 4.4), or nothing when it is a text such as "sent the day before"."""
    link = re.sub("[\t\n]", "", _plain(url)).strip()
    return link.replace(" ", "%20") if _LINK.match(link) else ""


def _is_utc(zone: str) -> bool:
    return zone in ("UTC", "Etc/UTC")
