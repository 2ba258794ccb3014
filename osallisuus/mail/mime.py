"""A letter as the bytes that leave: one recipient, plain text, HTML and, where there is one, an entry for the calendar.

`EmailMessage` would write the same message and parse and fold again every header it is given, which takes most of its time; what
is the same in a thousand letters is encoded once here. Before anything leaves, the bytes are parsed again and compared
(CVE-2024-6923: what was put into a header came out as another one).
"""

import base64
import binascii
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.header import Header, decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime
from functools import lru_cache

from osallisuus.errors import Refused
from osallisuus.i18n import _

# Neither quoted-printable nor base64 can hold "=_", so no part can end another.
_BOUNDARY = "=_osallisuus"
# RFC 5321 4.1.2, without quoted local parts; letters beyond ASCII would need SMTPUTF8, which few servers have.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{,251}[A-Za-z0-9])?")
_LONGEST_ADDRESS = 254
# RFC 5322 2.1.1.
_FOLD = 78
_PLAIN = re.compile(r"[\x20-\x7e]*")
_PARSER = BytesParser(policy=compat32)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What stands on a letter: names may be empty, addresses are bare; `date` is aware; `unsent` makes it a draft in Outlook."""

    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    message_id: str
    date: datetime
    language: str
    unsent: bool = False


@dataclass(frozen=True, kw_only=True)
class Body:
    """What is in a letter: its text in two forms and, for the calendar, an iTIP message with its method (RFC 6047 2.4)."""

    text: str
    html: str
    calendar: bytes = b""
    method: str = ""


def address(email: str) -> str:
    """Return an address as it is sent: the domain in ASCII (RFC 5891); raise Refused when no mail can carry it."""
    local, _at, domain = email.rpartition("@")
    if not domain.isascii():
        import idna  # start-up: few domains have å, ä or ö

        with suppress(idna.IDNAError):
            email = f"{local}@{idna.encode(domain, uts46=True).decode()}"
    if len(email) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(email):
        raise Refused(
            _("No mail can be sent to the address {email}.").format(email=email),
            hint=_("Correct it, or tell this person another way: osallisuus invite told OCCASION PERSON."),
            code="bad_address",
        )
    return email


def assemble(envelope: Envelope, body: Body) -> bytes:
    """Return the message, lines ending in CRLF; raise Refused when it would not be read back as what it is meant to be."""
    headers = _headers(envelope)
    parts = [_quoted("plain", body.text), _quoted("html", body.html)]
    if body.calendar:
        # the calendar comes last, is no attachment, and names the method that stands in it (MS-OXCMAIL 2.1.3.3.8)
        kind = f"text/calendar; charset=utf-8; method={body.method}; component=VEVENT"
        encoded = base64.encodebytes(body.calendar).replace(b"\n", b"\r\n")
        parts.append(b"Content-Type: %b\r\nContent-Transfer-Encoding: base64\r\n\r\n%b" % (kind.encode(), encoded))
    delimiter = b"--%b" % _BOUNDARY.encode()
    content = b"".join(
        (
            "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii"),
            b"\r\n",
            *(b"%b\r\n%b\r\n" % (delimiter, part) for part in parts),
            b"%b--\r\n" % delimiter,
        )
    )
    _compare(content, headers, envelope, body)
    return content


def _headers(envelope: Envelope) -> list[tuple[str, str]]:
    sender = _mailbox(envelope.sender_name, envelope.sender)
    return [
        ("From", sender),
        ("To", _mailbox(envelope.recipient_name, envelope.recipient)),
        ("Subject", _words(envelope.subject)),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", f"<{envelope.message_id}>"),
        ("MIME-Version", "1.0"),
        # RFC 3834 5: no out-of-office notes in answer; a draft is sent by a person, though
        ("X-Unsent", "1") if envelope.unsent else ("Auto-Submitted", "auto-generated"),
        ("Content-Language", envelope.language),
        ("Content-Type", f'multipart/alternative; boundary="{_BOUNDARY}"'),
    ]


def _mailbox(name: str, email: str) -> str:
    plain = _in_one_line(name)
    if not plain:
        return email
    phrase = _phrase(plain)
    last = phrase.rpartition("\n")[2]
    return f"{phrase} <{email}>" if len(last) + len(email) < _FOLD - len("From:  <>") else f"{phrase}\r\n <{email}>"


@lru_cache(maxsize=32)  # the sender is the same in all letters
def _phrase(name: str) -> str:
    escaped = name.replace("\\", r"\\").replace('"', r"\"")
    if _PLAIN.fullmatch(name) and "=?" not in name and len(escaped) < _FOLD - len('From: ""'):
        return f'"{escaped}"'
    return Header(name, "utf-8", header_name="From").encode(linesep="\r\n")


@lru_cache(maxsize=32)
def _words(text: str) -> str:
    plain = _in_one_line(text)
    # what is plain and can be folded between words needs no encoding
    if _PLAIN.fullmatch(plain) and "=?" not in plain and max(map(len, plain.split()), default=0) < _FOLD // 2:
        return Header(plain, "us-ascii", header_name="Subject").encode(linesep="\r\n")
    return Header(plain, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _in_one_line(text: str) -> str:
    """Return a text without anything that could end a line or be obeyed: breaks, control and direction marks become spaces."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def _quoted(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
    encoded = binascii.b2a_qp(_lines(text).encode(), istext=True)
    return head + encoded.replace(b"\n", b"\r\n")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _compare(content: bytes, headers: list[tuple[str, str]], envelope: Envelope, body: Body) -> None:
    """Raise Refused unless the bytes, parsed again, are exactly the message that was meant."""
    message = _PARSER.parsebytes(content)
    parts = [(part.get_content_type(), part.get_payload(decode=True)) for part in message.walk()][1:]
    wanted: list[tuple[str, object]] = [("text/plain", _crlf(body.text)), ("text/html", _crlf(body.html))]
    if body.calendar:
        wanted.append(("text/calendar", body.calendar))
    same = (
        message.items() == headers
        and parts == wanted
        and not message.defects
        and str(make_header(decode_header(message["Subject"].replace("\r\n", "")))) == _in_one_line(envelope.subject)
    )
    if not same:
        raise Refused(
            _("The letter to {email} cannot be written as a mail without changing what it says.").format(
                email=envelope.recipient
            ),
            hint=_("Look at the name, the title and the address in it for odd characters."),
            code="unsafe_letter",
        )


def _crlf(text: str) -> bytes:
    return _lines(text).replace("\n", "\r\n").encode()
