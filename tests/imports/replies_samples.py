"""Replies as members' calendars write them, client by client; the people are made up.

Each takes what the invitation said (UID, SEQUENCE) and what the member's client makes of it (address, moment); `stamp` is the
DTSTAMP, `20220822T060000Z`.
"""

import base64
import quopri
from email.message import EmailMessage

UID = "11111111-2222-4333-8444-555555555555@osallisuus"
AINO = "aino@example.org"
STAMP = "20220822T060000Z"
ORGANIZER = "coordinator@example.org"
FLE = """BEGIN:VTIMEZONE
TZID:FLE Standard Time
BEGIN:STANDARD
DTSTART:16010101T040000
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(body: str, *, method: str = "REPLY", prodid: str = "-//example//EN", zone: str = "") -> str:
    """Return a calendar with one event of these lines."""
    head = f"BEGIN:VCALENDAR\nMETHOD:{method}\nPRODID:{prodid}\nVERSION:2.0\n{zone}"
    return f"{head}BEGIN:VEVENT\n{body.strip()}\nEND:VEVENT\nEND:VCALENDAR\n"


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def mail(sender: str, body: str) -> str:
    """Return a mail's headers and the rest of it."""
    return (
        f"From: {sender}\nTo: <{ORGANIZER}>\nSubject: Accepted: Teematiistai\nDate: Mon, 22 Aug 2022 09:00:07 +0300\n"
        f"Message-ID: <abc@mail.example.org>\nMIME-Version: 1.0\n{body}"
    )


def part(text: str, kind: str, encoding: str = "base64", headers: str = "") -> str:
    raw = text.encode()
    coded = base64.encodebytes(raw) if encoding == "base64" else quopri.encodestring(raw)
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{headers}\n{coded.decode()}"


def multipart(kind: str, *parts: str, boundary: str = "b1") -> str:
    inner = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}--{boundary}--\n'


def outlook(  # noqa: PLR0913  # what differs between its versions
    uid: str = UID,
    attendee: str = AINO,
    sequence: int = 0,
    stamp: str = STAMP,
    *,
    partstat: str = "ACCEPTED",
    described: str = "Tulen mielelläni!\\n",
    plain: str = "Tulen mielelläni!\n",
    method: str = "REPLY",
    day: str = "20221108",
) -> bytes:
    """Outlook with Exchange: a Windows zone, the typed text in DESCRIPTION or only in the mail, QP plain text."""
    body = f"""ATTENDEE;PARTSTAT={partstat};CN="Esimerkki, Äinö":MAILTO:{attendee}
DESCRIPTION;LANGUAGE=fi-FI:{described}
UID:{uid}
SUMMARY;LANGUAGE=fi-FI:Hyväksytty: Teematiistai
DTSTART;TZID=FLE Standard Time:{day}T150000
DTEND;TZID=FLE Standard Time:{day}T160000
CLASS:PUBLIC
DTSTAMP:{stamp}
STATUS:CONFIRMED
SEQUENCE:{sequence}
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-DISALLOW-COUNTER:FALSE"""
    ics = calendar(body, method=method, prodid="Microsoft Exchange Server 2010", zone=FLE).replace("\n", "\r\n")
    parts = (
        part(plain, 'text/plain; charset="utf-8"', "quoted-printable"),
        part("<html><body>Tulen</body></html>", 'text/html; charset="utf-8"', "quoted-printable"),
        part(ics, f'text/calendar; charset="utf-8"; method={method}'),
    )
    return crlf(mail(f"=?utf-8?B?w4RpbsO2?= <{attendee.upper()}>", multipart("alternative", *parts)))


def gmail(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Google Calendar: the calendar twice, the whole description of the invitation, the note in a parameter."""
    body = f"""DTSTART:20221108T120000Z
DTEND:20221108T130000Z
DTSTAMP:{stamp}
ORGANIZER;CN=Koordinaattori:mailto:{ORGANIZER}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN={attendee};X-NUM-GUESTS=0;
 X-RESPONSE-COMMENT="En pääse":mailto:{attendee}
CREATED:20220801T060000Z
DESCRIPTION:Ohjelma ja liittymislinkki.
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Teematiistai
TRANSP:OPAQUE"""
    ics = calendar(body, prodid="-//Google Inc//Google Calendar 70.9054//EN")
    inner = multipart(
        "alternative",
        part("Aino has declined this invitation.\n", "text/plain; charset=UTF-8"),
        part(ics, "text/calendar; charset=UTF-8; method=REPLY", "quoted-printable"),
        boundary="b2",
    )
    file = part(ics, 'application/ics; name="invite.ics"', headers='Content-Disposition: attachment; filename="invite.ics"\n')
    return crlf(mail(f"Aino <{attendee}>", multipart("mixed", inner, file)))


def apple(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Apple Mail: no DTSTART, LF line ends, a bare calendar part."""
    who = f"ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL={attendee};PARTSTAT=ACCEPTED:mailto:{attendee}"
    body = f"{who}\nUID:{uid}\nDTSTAMP:{stamp}\nSEQUENCE:{sequence}"
    ics = calendar(body, prodid="-//Apple Inc.//macOS 13.0//EN")
    return mail(f"Aino <{attendee}>", f"Content-Type: text/calendar; charset=utf-8; method=REPLY\n\n{ics}").encode()


def icloud(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """ICloud's server: the address only in the parameter EMAIL."""
    who = f'ATTENDEE;CN="Aino";EMAIL="{attendee}";PARTSTAT=TENTATIVE;CUTYPE=INDIVIDUAL:/aMTIzNDU2Nzg5/principal/'
    return calendar(
        f"UID:{uid}\nDTSTAMP:{stamp}\n{who}\nSEQUENCE:{sequence}", prodid="-//CALENDARSERVER.ORG//NONSGML 1//EN"
    ).encode()


def thunderbird(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Thunderbird: an attachment beside the text, the zone as it was."""
    body = f"""CREATED:20220822T060000Z
LAST-MODIFIED:{stamp}
DTSTAMP:{stamp}
UID:{uid}
SUMMARY:Teematiistai
ORGANIZER;CN=Koordinaattori:mailto:{ORGANIZER}
ATTENDEE;CN=Aino Esimerkki;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:{attendee}
COMMENT:Tarvitsen induktiosilmukan\\, kiitos.
DTSTART;TZID=Europe/Helsinki:20221108T140000
DTEND;TZID=Europe/Helsinki:20221108T150000
SEQUENCE:{sequence}
TRANSP:OPAQUE"""
    ics = calendar(body, prodid="-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN")
    file = part(
        ics, 'text/calendar; method=REPLY; charset="UTF-8"; name="invite.ics"', headers="Content-Disposition: attachment\n"
    )
    text = part("Aino has accepted your event invitation.\n", "text/plain; charset=UTF-8")
    return crlf(mail(attendee, multipart("mixed", multipart("alternative", text, file, boundary="b2"), file)))


def nextcloud(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Nextcloud (sabre/vobject): RSVP left in, REQUEST-STATUS, short lines."""
    body = f"""DTSTAMP:{stamp}
UID:{uid}
SEQUENCE:{sequence}
REQUEST-STATUS:2.0;Success
DTSTART;TZID=Europe/Helsinki:20221108T140000
ATTENDEE;CN=Aino;PARTSTAT=DECLINED;RSVP=TRUE:mailto:{attendee[:4]}
 {attendee[4:]}
ORGANIZER:mailto:{ORGANIZER}"""
    return crlf(calendar(body, prodid="-//Sabre//Sabre VObject 4.4.1//EN"))


def sogo(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """SOGo: lower-case PARTSTAT, a comment in Latin-1 that no header tells of."""
    body = (
        f"UID:{uid}\nDTSTAMP:{stamp}\nSEQUENCE:{sequence}\nATTENDEE;PARTSTAT=tentative:mailto:{attendee}\nCOMMENT:Ehkä myöhässä"
    )
    return calendar(body, prodid="-//Inverse inc./SOGo 5.8.0//EN").encode("latin-1")


def zimbra(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Zimbra: several COMMENTs, a calendar part without a method in its header, and one mail inside another."""
    body = f"""UID:{uid}
SUMMARY:Hyväksy: Teematiistai
ATTENDEE;CN=Aino;PARTSTAT=ACCEPTED:mailto:{attendee}
COMMENT:Tulen.
COMMENT:Tuon kahvia.
DTSTART;TZID="Europe/Helsinki":20221108T140000
DTSTAMP:{stamp}
SEQUENCE:{sequence}"""
    inner = mail(f"Aino <{attendee}>", part(calendar(body, prodid="Zimbra-Calendar-Provider"), "text/calendar; charset=utf-8"))
    return crlf(mail(f"<{ORGANIZER}>", multipart("mixed", f"Content-Type: message/rfc822\n\n{inner}", boundary="out")))


def phone(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Android: BOM, no DTSTAMP, no SEQUENCE where it is 0."""
    said = f"SEQUENCE:{sequence}\n" if sequence else ""
    body = f"UID:{uid}\n{said}ATTENDEE;PARTSTAT=ACCEPTED:mailto:{attendee}"
    message = EmailMessage()
    message["From"] = attendee
    if stamp:
        message["Date"] = "Mon, 22 Aug 2022 09:00:00 +0300"
    message.set_content("Lähetetty puhelimesta")
    message.add_attachment(
        b"\xef\xbb\xbf" + calendar(body).encode(), maintype="application", subtype="octet-stream", filename="r.ics"
    )
    return message.as_bytes()


def counter(uid: str = UID, attendee: str = AINO, sequence: int = 0, stamp: str = STAMP) -> bytes:
    """Outlook proposes another time."""
    return outlook(
        uid, attendee, sequence, stamp, partstat="TENTATIVE", method="COUNTER", day="20221109", described="Sopisiko näin?\\n"
    )


CLIENTS = (outlook, gmail, apple, icloud, thunderbird, nextcloud, sogo, zimbra, phone, counter)
