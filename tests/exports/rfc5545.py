"""A judge of calendar files of our own, independent of icalendar and of the exporter.

`faults` names every rule that a file breaks: RFC 5545, and what Outlook, Exchange, Google and Thunderbird want beyond it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

# What an exported event may hold. Above all no ATTENDEE and ORGANIZER: servers write to everybody named there.
ALWAYS = ("UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "CLASS")
SOMETIMES = ("CATEGORIES", "DESCRIPTION", "LOCATION", "URL")
TEXT = ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "UID", "NAME", "X-WR-CALNAME", "TZNAME", "TZID", "PRODID")
HEAD = {
    "VERSION": r"2\.0",
    "PRODID": r"-//osallisuus//osallisuus 1\.0//FI",
    "CALSCALE": "GREGORIAN",
    "NAME": ".+",
    "X-WR-CALNAME": ".+",
}
# Right for every date from 1997 on.
HELSINKI = {
    "DAYLIGHT": {
        "DTSTART": "19970330T030000",
        "TZOFFSETFROM": "+0200",
        "TZOFFSETTO": "+0300",
        "TZNAME": "EEST",
        "RRULE": {"FREQ=YEARLY", "BYMONTH=3", "BYDAY=-1SU"},
    },
    "STANDARD": {
        "DTSTART": "19961027T040000",
        "TZOFFSETFROM": "+0300",
        "TZOFFSETTO": "+0200",
        "TZNAME": "EET",
        "RRULE": {"FREQ=YEARLY", "BYMONTH=10", "BYDAY=-1SU"},
    },
}

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_LINE = re.compile(r'([A-Z][A-Z0-9-]*)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_ESCAPED = re.compile(r"(?:[^\\;,]|\\[\\;,n])*", re.DOTALL)
_UTC = re.compile(r"\d{8}T\d{6}Z")
_LOCAL = re.compile(r"\d{8}T\d{4}00")
_YEARLY = re.compile(r"FREQ=YEARLY;(UNTIL=\d{8}T\d{6}Z;)?BYDAY=(-1|[1-5])(MO|TU|WE|TH|FR|SA|SU);BYMONTH=([1-9]|1[0-2])")


@dataclass(frozen=True)
class Property:
    """One content line."""

    name: str
    parameters: tuple[str, ...]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property."""
        return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], self.value)


@dataclass
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [found for found in self.properties if found.name == name]

    def value(self, name: str) -> str:
        return next((found.value for found in self.all(name)), "")

    def text(self, name: str) -> str:
        return next((found.text for found in self.all(name)), "")


def faults(data: bytes, *, panels: Collection[str] = (), secrets: Sequence[str] = ()) -> list[str]:
    """Return what is wrong in a file; `panels` are the UIDs of panel sessions, `secrets` the texts that may stand nowhere."""
    found = [*_bytes(data)]
    if not found:
        try:
            calendar = read(data)
        except ValueError as error:
            return [str(error)]
        found += [*_head(calendar), *_zones(calendar), *_text(calendar)]
        for event in events(calendar):
            found += [f"{event.value('UID')}: {fault}" for fault in (*_event(event), *_privacy(event, panels))]
        uids = [event.value("UID") for event in events(calendar)]
        found += [f"UID {uid} comes twice" for uid in sorted(set(uids)) if uids.count(uid) > 1]
    plain = unfold(data).casefold()
    return found + [f"'{secret}' stands in it" for secret in secrets if secret.casefold() in plain]


def unfold(data: bytes) -> str:
    """Return the text with folded lines joined."""
    return data.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode(errors="replace")


def read(data: bytes) -> Component:
    """Return the one VCALENDAR; raise ValueError for anything else."""
    top = Component("file")
    open_now = [top]
    for line in unfold(data).removesuffix("\r\n").split("\r\n"):
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"not a content line: {line[:40]!r}")
        name, parameters, value = match[1], tuple(match[2].split(";")[1:]), match[3]
        if name == "BEGIN":
            open_now[-1].components.append(Component(value))
            open_now.append(open_now[-1].components[-1])
        elif name == "END":
            if open_now.pop().name != value or not open_now:
                raise ValueError(f"END:{value} closes nothing")
        elif open_now[-1].components:
            raise ValueError(f"{name} stands after a component of {open_now[-1].name}")
        else:
            open_now[-1].properties.append(Property(name, parameters, value))
    if open_now != [top] or [component.name for component in top.components] != ["VCALENDAR"]:
        raise ValueError("it is not exactly one whole VCALENDAR")
    return top.components[0]


def events(calendar: Component) -> list[Component]:
    """Return the VEVENTs."""
    return [component for component in calendar.components if component.name == "VEVENT"]


def blocks(data: bytes) -> dict[str, bytes]:
    """Return the bytes of each VEVENT by UID."""
    found = re.findall(rb"^BEGIN:VEVENT\r\n.*?^END:VEVENT\r\n", data, re.DOTALL | re.MULTILINE)
    return {re.search(rb"\r\nUID:(.*)\r\n", block)[1].decode(): block for block in found}


def _bytes(data: bytes) -> Iterator[str]:
    if data.startswith(b"\xef\xbb\xbf"):
        yield "it begins with a BOM"
    if not data.endswith(b"\r\n"):
        yield "the last line has no CRLF"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        yield "a line ends without CRLF"
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    if not all(lines):
        yield "there is a blank line"
    if any(len(line) > 75 for line in lines):
        yield "a line is longer than 75 octets"
    try:
        text = "\n".join(line.decode() for line in lines)
    except UnicodeDecodeError:
        yield "a line is not UTF-8 by itself"
        return
    if _CONTROL.search(text):
        yield "there is a control character or a foreign line end"


def _head(calendar: Component) -> Iterator[str]:
    for name, pattern in HEAD.items():
        if len(calendar.all(name)) != 1 or not re.fullmatch(pattern, calendar.value(name), re.DOTALL):
            yield f"{name} is not once what it must be"
    if calendar.value("NAME") != calendar.value("X-WR-CALNAME"):
        yield "NAME and X-WR-CALNAME differ"
    yield from (f"{prop.name} has no place in the calendar" for prop in calendar.properties if prop.name not in HEAD)
    kinds = [component.name for component in calendar.components]
    yield from (f"{kind} has no place in the calendar" for kind in kinds if kind not in ("VTIMEZONE", "VEVENT"))
    if kinds != sorted(kinds, reverse=True):
        yield "a VTIMEZONE comes after a VEVENT"


def _zones(calendar: Component) -> Iterator[str]:
    zones = [component for component in calendar.components if component.name == "VTIMEZONE"]
    used = {
        parameter.removeprefix("TZID=")
        for event in events(calendar)
        for prop in event.properties
        for parameter in prop.parameters
        if parameter.startswith("TZID=")
    }
    if sorted(zone.value("TZID") for zone in zones) != sorted(used):
        yield "there is not one VTIMEZONE for each zone in use and none other"
    for zone in zones:
        yield from (f"{zone.value('TZID')}: {fault}" for fault in _zone(zone))


def _zone(zone: Component) -> Iterator[str]:
    if [prop.name for prop in zone.properties] != ["TZID"]:
        yield "more than a TZID"
    if "STANDARD" not in [part.name for part in zone.components]:
        yield "no STANDARD"
    for part in zone.components:
        names = sorted(prop.name for prop in part.properties if prop.name != "RRULE")
        if part.name not in HELSINKI or names != ["DTSTART", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"]:
            yield f"{part.name} with {', '.join(names)}"
        if not all(re.fullmatch(r"[+-]\d{4}", part.value(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO")):
            yield "an offset is not ±HHMM"
        if not re.fullmatch(r"\d{8}T\d{6}", part.value("DTSTART")):
            yield "an onset is not civil time"
        rules = part.all("RRULE")
        if len(rules) > 1 or not all(_YEARLY.fullmatch(rule.value) for rule in rules):
            yield "a rule that is not yearly on one weekday"
    if zone.value("TZID") == "Europe/Helsinki":
        found = [
            (part.name, {p.name: set(p.value.split(";")) if p.name == "RRULE" else p.value for p in part.properties})
            for part in zone.components
        ]
        if sorted(found, key=lambda pair: pair[0]) != list(HELSINKI.items()):
            yield "not the block that every reader takes"


def _text(component: Component) -> Iterator[str]:
    for prop in component.properties:
        if prop.name in TEXT and not _ESCAPED.fullmatch(prop.value):
            yield f"{prop.name} is not escaped: {prop.value[:40]}"
    for part in component.components:
        yield from _text(part)


def _event(event: Component) -> Iterator[str]:
    yield from (f"{name} does not stand there once" for name in ALWAYS if len(event.all(name)) != 1)
    yield from (f"{name} stands there more than once" for name in SOMETIMES if len(event.all(name)) > 1)
    yield from (f"{prop.name} has no place there" for prop in event.properties if prop.name not in (*ALWAYS, *SOMETIMES))
    yield from (f"{part.name} has no place there" for part in event.components)
    if not 1 <= len(event.value("UID").encode()) <= 255:
        yield "UID is empty or longer than 255 octets"
    if not re.fullmatch("0|[1-9][0-9]*", event.value("SEQUENCE")):
        yield "SEQUENCE is not a number"
    yield from (f"{n} is not in UTC" for n in ("DTSTAMP", "CREATED", "LAST-MODIFIED") if not _UTC.fullmatch(event.value(n)))
    if not event.value("CREATED") <= event.value("LAST-MODIFIED"):
        yield "it was changed before it was made"
    if event.value("DTSTAMP") != event.value("LAST-MODIFIED"):
        yield "DTSTAMP is not the time of the revision"
    yield from _times(event)
    if event.value("STATUS") not in ("CONFIRMED", "CANCELLED"):
        yield "STATUS is neither CONFIRMED nor CANCELLED"
    if event.value("TRANSP") != ("TRANSPARENT" if event.value("STATUS") == "CANCELLED" else "OPAQUE"):
        yield "TRANSP does not go with STATUS"
    if not event.value("SUMMARY").strip():
        yield "SUMMARY is empty"
    yield from _link(event)


def _times(event: Component) -> Iterator[str]:
    start, end = ((event.all(name) or [Property(name, (), "")])[0] for name in ("DTSTART", "DTEND"))
    if start.parameters != end.parameters:
        yield "DTSTART and DTEND are in different zones"
    for prop in (start, end):
        zoned = len(prop.parameters) == 1 and re.fullmatch(r"TZID=(?!UTC$|Etc/UTC$)[A-Za-z0-9_+/-]+", prop.parameters[0])
        right = _LOCAL.fullmatch(prop.value) if zoned else not prop.parameters and _LOCAL.fullmatch(prop.value.removesuffix("Z"))
        if not right or (not zoned and not prop.value.endswith("Z")):
            yield f"{prop.name} is neither civil time in a zone nor UTC, to the minute"
    if start.value >= end.value:
        yield "DTEND is not later than DTSTART"


def _link(event: Component) -> Iterator[str]:
    """Google and Outlook show nothing of URL, so the link must stand where people look; nobody is to join what is cancelled."""
    link = event.value("URL")
    if event.all("URL") and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", link):
        yield "URL is not an address"
    if link not in event.text("LOCATION") + event.text("DESCRIPTION"):
        yield "the link is neither in LOCATION nor in DESCRIPTION"
    if link and event.value("STATUS") == "CANCELLED":
        yield "it is cancelled and yet can be joined"


def _privacy(event: Component, panels: Collection[str]) -> Iterator[str]:
    wanted = "PRIVATE" if event.value("UID") in panels else "PUBLIC"
    if event.value("CLASS") != wanted:
        yield f"CLASS is not {wanted}"
