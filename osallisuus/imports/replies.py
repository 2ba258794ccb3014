"""What members' calendars send back: `METHOD:REPLY` and `METHOD:COUNTER` (RFC 5546) in .ics files, or in mails saved as .eml.

Such a file comes from anybody, so it is bounded before anything reads it, and only the lines that matter here reach icalendar:
a megabyte of anything else would keep it busy for ten seconds (measured with 7.3.0). What cannot be used is told with its reason.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar
from icalendar.cal import Component
from icalendar.prop import vBroken

from osallisuus import files
from osallisuus.domain.answers import ANSWERS
from osallisuus.domain.replies import Proposal, Reply
from osallisuus.i18n import _
from osallisuus.store.logbook import utc_stamp

MOST_CALENDAR, MOST_MAIL = 1_000_000, 5_000_000
MOST_PARTS, MOST_DEPTH = 50, 10
MOST_COMMENT = 500
# A reply has some twenty lines that matter. Each costs icalendar up to a quarter of a millisecond, in an unknown time zone.
_MOST_LINES, _MOST_TEXT = 5_000, 500_000
# A mail of 5 MB that is base64 has 70 000. Each is held against the boundary of every part it is in.
_MOST_MAIL_LINES = 100_000
# The standard library takes two minutes for a header of 4 MB.
_MOST_HEADER = 4_096
# What the libraries raise on input that somebody made for it, beside what they say they raise (OSError: a long name of a zone).
_HOSTILE = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)

_OUTLOOK_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_LINE = re.compile(
    rb"(?:BEGIN|END|METHOD|PRODID|UID|SEQUENCE|DTSTAMP|DTSTART|DTEND|ATTENDEE|COMMENT|DESCRIPTION)[ \t]*[;:]", re.IGNORECASE
)
_FROM = re.compile(r"(?:[^<>]*<([^<>@,;\s]+@[^<>@,;\s]+)>|([^<>@,;\s]+@[^<>@,;\s]+))")
_CONTENT_HEADER = re.compile(rb"^content-[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_NESTS = re.compile(rb"boundary|message/", re.IGNORECASE)
# Codecs that are no encodings of mail: some take quadratic time.
_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7")
# Where the letter that is answered begins, or what a telephone adds of itself; above the row of stars stand time and place.
_QUOTED = re.compile(r"^(?:[ \t]*(?:-{5}|_{5}|>)|(?:From|Lähettäjä|Från):|(?:Get|Hanki|Skaffa|Hämta) Outlook )", re.MULTILINE)
_STARS = "*~*~*"
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """A file, or a calendar in it, that holds no reply; `reason` is a sentence."""

    source: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Letterbox:
    """What was found in files: replies, and what could not be used."""

    replies: list[Reply] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class _Mail:
    """What is known of the mail that a calendar came in: nothing where it came without one. `sent` is UTC."""

    sender: str = ""
    message_id: str = ""
    sent: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class _Source:
    """The lines of one calendar that matter and the mail it came in; `method` is what the mail says of it."""

    text: str
    mail: _Mail
    method: str = ""


class _Unusable(Exception):
    """Something holds no reply, for the reason that is its argument."""


def read(path: Path) -> Letterbox:
    """Return the replies of an .ics or .eml file, or of all of them in a folder.

    Raises StorageError when a file cannot be read; whatever else is wrong with it makes it unusable.
    """
    box = Letterbox()
    try:
        found = sorted(one for one in path.iterdir() if one.suffix.lower() in (".eml", ".ics")) if path.is_dir() else [path]
    except OSError as error:
        raise files.cannot_read(path, error) from error
    if not found:
        box.unusable.append(Unusable(source=str(path), reason=_("There is no .eml or .ics file in this folder.")))
    for file in found:
        _read_file(file, box)
    return box


def read_mails(mails: Iterable[tuple[str, bytes]]) -> Letterbox:
    """Return the replies in mails or calendars, each with the name it is known by."""
    box = Letterbox()
    for name, content in mails:
        _read_content(name, content, box)
    return box


def _read_file(path: Path, box: Letterbox) -> None:
    try:
        with path.open("rb") as handle:
            content = handle.read(MOST_MAIL + 1)
    except OSError as error:
        raise files.cannot_read(path, error) from error
    _read_content(str(path), content, box)


def _read_content(name: str, content: bytes, box: Letterbox) -> None:
    try:
        sources = _sources(content)
    except _Unusable as error:
        box.unusable.append(Unusable(source=name, reason=str(error)))
        return
    replies: list[Reply] = []
    reasons: list[str] = []
    for source in sources:
        _read_calendars(source, name, replies, reasons)
    # Gmail sends one calendar twice, and of the same calendar one copy may tell what the other does
    box.replies.extend(dict.fromkeys(replies))
    box.unusable.extend(Unusable(source=name, reason=reason) for reason in dict.fromkeys(reasons))


# The mail around it


def _sources(content: bytes) -> list[_Source]:
    """Return the calendars of a file: the file itself, or parts of a mail."""
    if content.startswith(_OUTLOOK_FILE):
        raise _Unusable(_("This is a message file of Outlook (.msg). Save the mail as .eml, or its attachment as .ics."))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", "replace").encode()
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:6].upper() == b"BEGIN:":
        if len(content) > MOST_CALENDAR:
            raise _Unusable(_("The file is larger than {most} MB.").format(most=MOST_CALENDAR // 10**6))
        return _bounded([_Source(text=_lines(content, ""), mail=_Mail())])
    if len(content) > MOST_MAIL:
        raise _Unusable(_("The file is larger than {most} MB.").format(most=MOST_MAIL // 10**6))
    try:
        sources = list(_parts(_parsed(content)))
    except _HOSTILE as error:
        raise _Unusable(_("The mail is damaged.")) from error
    if not sources:
        raise _Unusable(_("There is no calendar in it, so it holds no answer that can be read."))
    return _bounded(list(dict.fromkeys(sources)))


def _bounded(sources: list[_Source]) -> list[_Source]:
    if sum(source.text.count("\n") for source in sources) > _MOST_LINES or sum(len(one.text) for one in sources) > _MOST_TEXT:
        raise _Unusable(_("The calendar in it is larger than an answer is."))
    return sources


def _parsed(content: bytes) -> Message:
    """Return the mail, unless taking it apart would take long."""
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(codecs.BOM_UTF8 + b"\n")
    if (
        content.count(b"\n") > _MOST_MAIL_LINES
        or len(_NESTS.findall(content)) > 2 * MOST_PARTS
        or any(len(header[0]) > _MOST_HEADER for header in _CONTENT_HEADER.finditer(content))
    ):
        raise _Unusable(_("The mail is not built like one that holds an answer."))
    return message_from_bytes(content)


def _parts(mail: Message) -> Iterator[_Source]:
    """Yield the calendars of a mail and of the mails in it, each with the mail that it came in."""
    waiting = [(mail, 0, _of_mail(mail))]
    taken = 0
    while waiting:
        part, depth, around = waiting.pop()
        taken += 1
        if taken > MOST_PARTS or depth > MOST_DEPTH:
            raise _Unusable(_("The mail is not built like one that holds an answer."))
        kind, inner = part.get_content_type(), part.get_payload()
        if isinstance(inner, list):
            nested = part.get_content_maintype() == "message"
            # the first part last: what is taken next is the last one
            waiting += [
                (one, depth + 1, _of_mail(one) if nested else around) for one in reversed(inner) if isinstance(one, Message)
            ]
        elif kind in ("text/calendar", "application/ics") or str(part.get_filename("")).lower().endswith(".ics"):
            yield _Source(
                text=_lines(_bytes(part), part.get_content_charset("") or ""),
                mail=around,
                method=str(part.get_param("method", "")),
            )
        elif kind == "text/plain" and not around.text and part.get_content_disposition() != "attachment":
            around.text = _decoded(_bytes(part), part.get_content_charset("") or "")


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _sender(header: str) -> str:
    """Return the one address of a From header, or all of it: `parseaddr` can be led to another one (CVE-2023-27043)."""
    match = _FROM.fullmatch(header.strip())
    return (match[1] or match[2]) if match else header


def _of_mail(mail: Message) -> _Mail:
    # no address is longer, and parsing a long one is not quick
    sender = str(mail.get("From", ""))[:1000]
    sent = ""
    with suppress(*_HOSTILE):
        sent = _stamp(parsedate_to_datetime(str(mail.get("Date", ""))[:100]))
    return _Mail(
        sender=_clean(_sender(sender)).lower(),
        message_id=_clean(str(mail.get("Message-ID", ""))[:1000]),
        sent=sent,
    )


# The calendar in it


def _read_calendars(source: _Source, name: str, replies: list[Reply], reasons: list[str]) -> None:
    try:
        calendars = _calendars(source)
    except _Unusable as error:
        reasons.append(str(error))
        return
    for calendar in calendars:
        try:
            replies.append(replace(_reply(calendar, source), source=name))
        except _Unusable as error:
            reasons.append(str(error))
        except _HOSTILE:
            reasons.append(_broken())


def _calendars(source: _Source) -> list[Component]:
    try:
        # bytes: a text that is the name of a file would be read from it
        found: list[Component] = list(Calendar.from_ical(source.text.encode(errors="replace"), multiple=True))
    except _HOSTILE as error:
        raise _Unusable(_broken()) from error
    if not found:
        raise _Unusable(_broken())
    return found


def _lines(content: bytes, charset: str) -> str:
    """Return the lines of a calendar that matter, whole: bytes, as many a client breaks a line within a letter (RFC 5545 3.1)."""
    if b"\0" in content:
        content = _decoded(content, charset).encode(errors="replace")
    lines: list[list[bytes]] = []
    for line in content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line[1:])
        elif line:
            lines.append([line])
    return "".join(f"{_decoded(b''.join(line), charset)}\r\n" for line in lines if _LINE.match(b"".join(line[:2])))


def _decoded(content: bytes, charset: str) -> str:
    """Return a text in its encoding: UTF-8 where it is that, whatever the mail says of it."""
    named = charset
    with suppress(LookupError, ValueError):
        named = codecs.lookup(charset).name if charset else ""
    first = [named] if named and named not in _NO_CHARSETS else []
    for encoding in (*first, "utf-8-sig", "cp1252") if b"\0" in content else ("utf-8-sig", *first, "cp1252"):
        with suppress(LookupError, ValueError):
            return content.decode(encoding)
    return content.decode("latin-1")


def _reply(calendar: Component, source: _Source) -> Reply:
    if calendar.name != "VCALENDAR":
        raise _Unusable(_broken())
    method = (_text(calendar, "METHOD") or source.method).upper()
    if method not in ("REPLY", "COUNTER"):
        raise _Unusable(_("It is a calendar, but no answer to an invitation ({method}).").format(method=method[:20] or "PUBLISH"))
    parts = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    outlook = "microsoft" in _text(calendar, "PRODID").lower()
    found = list(dict.fromkeys(_of_event(part, method, source.mail, outlook=outlook) for part in parts))
    if not found:
        raise _Unusable(_("It is an answer to something else than an invitation."))
    if len(found) > 1:
        raise _Unusable(_("It answers several invitations at once, and it is not clear how."))
    return found[0]


def _of_event(event: Component, method: str, mail: _Mail, *, outlook: bool) -> Reply:
    uid, sequence = _text(event, "UID"), event.get("SEQUENCE")
    if not uid or isinstance(sequence, (list, vBroken)):
        raise _Unusable(_broken())
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list):
        raise _Unusable(_("It does not tell who answers: it names nobody, or several."))
    status = attendee.params.get("PARTSTAT", "")
    answer = status.lower() if isinstance(status, str) else ""
    return Reply(
        source="",
        method=method,
        uid=uid,
        sequence=None if sequence is None else int(sequence),
        attendee=_address(attendee),
        answer=answer if answer in ANSWERS else "",
        comment=_comment(event, attendee, mail.text, outlook=outlook),
        proposed=_proposed(event) if method == "COUNTER" else None,
        stamp=_moment(event.get("DTSTAMP")) or mail.sent,
        sender=mail.sender,
        message_id=mail.message_id,
    )


def _address(attendee: Any) -> str:
    """Return the address; Apple's calendars may have it in a parameter, beside a path of their server (RFC 7986 6.2)."""
    for value in (str(attendee), attendee.params.get("EMAIL", "")):
        address = re.sub("^mailto:", "", str(value).strip(), flags=re.IGNORECASE).strip().lower()
        if re.fullmatch(r"[^\s@\x00-\x1f]{1,200}@[^\s@\x00-\x1f]{1,200}", address):
            return address
    raise _Unusable(_("It does not tell who answers: there is no e-mail address in it."))


def _comment(event: Component, attendee: Any, plain: str, *, outlook: bool) -> str:
    """Return what somebody typed to their answer.

    Others than Outlook have the description of the invitation in DESCRIPTION, and a sentence of the program in the mail.
    """
    typed = event.get("COMMENT", [])
    texts = [str(one) for one in (typed if isinstance(typed, list) else [typed])]
    texts = texts if any(one.strip() for one in texts) else [str(attendee.params.get("X-RESPONSE-COMMENT", ""))]
    if outlook and not any(one.strip() for one in texts):
        texts = [_own_words(_text(event, "DESCRIPTION")) or _own_words(plain)]
    return _clean("\n".join(one.strip() for one in texts))[:MOST_COMMENT].strip()


def _own_words(text: str) -> str:
    text = text.rpartition(_STARS)[2].lstrip("*~")
    quoted = _QUOTED.search(text)
    return (text[: quoted.start()] if quoted else text).strip()


def _proposed(event: Component) -> Proposal | None:
    start, end = event.get("DTSTART"), event.get("DTEND")
    moment = getattr(start, "dt", None) if not isinstance(start, (list, vBroken)) else None
    if not isinstance(moment, datetime) or _stamp(moment.replace(tzinfo=UTC)) == "":
        return None
    until = getattr(end, "dt", None) if not isinstance(end, (list, vBroken)) else None
    zone = "UTC" if moment.tzinfo == UTC else str(getattr(moment.tzinfo, "key", "") or start.params.get("TZID", ""))
    return Proposal(
        starts=_civil(moment), ends=_civil(until) if isinstance(until, datetime) else "", timezone=_clean(zone)[:MOST_COMMENT]
    )


def _civil(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _moment(value: Any) -> str:
    if value is None or isinstance(value, (list, vBroken)) or not isinstance(value.dt, date):
        return ""
    return _stamp(value.dt) if isinstance(value.dt, datetime) else ""


def _stamp(moment: datetime) -> str:
    """Return a moment as it is stored, or an empty text for one that nobody can have answered at; without a zone it is UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return utc_stamp(aware) if 2000 < aware.year < 2100 else ""


def _text(component: Component, name: str) -> str:
    value = component.get(name, "")
    if isinstance(value, (list, vBroken)):
        raise _Unusable(_broken())
    return str(value).strip()


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()


def _broken() -> str:
    return _("The calendar in it is damaged.")
