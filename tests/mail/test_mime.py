"""A letter as bytes: what a mail program reads from them, whatever somebody typed into a name, a title or an address."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32, default
from email.utils import format_datetime

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.errors import Refused
from osallisuus.mail import mime
from osallisuus.mail.mime import Body, Envelope

MOMENT = datetime(2022, 8, 22, 6, 0, tzinfo=UTC)
SENDER, RECIPIENT = "raati@example.org", "aino@example.org"
ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//FI\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    b"DTSTAMP:20220822T060000Z\r\nDTSTART:20220929T140000Z\r\nSUMMARY:P\xc3\xa4iv\xc3\xa4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Language", "Content-Type"]
ATTACKS = {
    "CRLF": "A\r\nBcc: paha@example.net",
    "LF": "A\nBcc: paha@example.net",
    "CR": "A\rBcc: paha@example.net",
    "a blank line": "A\r\n\r\nBcc: paha@example.net",
    "folded": "A\r\n Bcc: paha@example.net\r\nTo: paha@example.net",
    "line separator": "A\u2028Bcc: paha@example.net",
    "paragraph separator": "A\u2029Bcc: paha@example.net",
    "next line": "A\u0085Bcc: paha@example.net",
    "vertical tab": "A\x0bBcc: paha@example.net\x0cBcc: paha@example.net\x1cBcc: x",
    "encoded LF": "A ä =?UTF-8?Q?=0A?=Bcc: paha@example.net",
    "encoded CRLF": "A =?utf-8?b?DQpCY2M6IHBhaGFAZXhhbXBsZS5uZXQ=?=",
    "encoded address": "=?utf-8?q?paha=40example=2Enet=3E=2C_=3C?=",
    "half encoded": "=?UTF-8?Q?",
    "encoded end": "?= =?",
    "NUL": "A\0Bcc: paha@example.net",
    "surrogate": "A \ud800\udfff B",
    "escaped byte": "A \udc0a\udc0dBcc: paha@example.net",
    "bidi": "A \u202eten.elpmaxe\u2066@ahap\u200f\u061c",
    "invisible": "A\u200b\u2060\ufeff\u00ad B",
    "an address": "paha@example.net",
    "another address": '"paha" <paha@example.net>, Aino',
    "an end of the phrase": 'A" <paha@example.net>, "B',
    "a group": "ryhma: paha@example.net, toinen@example.net;",
    "commas": "Esimerkki, Aino, FM",
    "quotes": '"Aino" "Esimerkki"',
    "backslashes": "A\\",
    "a quoted quote": 'A\\" <paha@example.net>',
    "a comment": "Aino (paha@example.net)",
    "spaces": "  A   \t B \u00a0 ",
    "long": "a" * 1000,
    "long with spaces": "a b " * 250,
    "long and not ASCII": "ä" * 1000,
    "long words": "sana " * 60 + "ä",
    "long quotes": '"\\' * 200,
    "emoji": "👩\u200d🦽 Aino",
    "Finnish": "Päivi Åström",
    "unassigned": "\U000e0fff\uffff\U0010ffff",
    "another alphabet": "Айно " * 30,
    "nothing": "",
    "only breaks": "\r\n\u2028",
    "a dot": ".",
    "dashes": "--=_osallisuus--",
}
each_attack = pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)


def envelope(**columns: object) -> Envelope:
    values: dict[str, object] = {
        "sender": SENDER,
        "sender_name": "Koordinaattori",
        "recipient": RECIPIENT,
        "recipient_name": "Aino Esimerkki",
        "subject": "Kutsu tapaamiseen",
        "message_id": "1@example.org",
        "date": MOMENT,
        "language": "fi",
    }
    return Envelope(**(values | columns))


def body(text: str = "Hei!\n", html: str = "<p>Hei!</p>\n") -> Body:
    return Body(text=text, html=html, calendar=ICS, method="REQUEST")


def shown(text: str) -> str:
    """Return what of a text is to be seen in a header: one line, nothing that is obeyed."""
    return mime._in_one_line(text)


def oracle(one: Envelope, letter: Body) -> EmailMessage:
    """Make the same message as the standard library makes it."""
    from email.headerregistry import Address

    def mailbox(name: str, email: str) -> Address:
        return Address(display_name=shown(name), addr_spec=email)

    message = EmailMessage(policy=SMTP)
    message["From"] = mailbox(one.sender_name, one.sender)
    message["To"] = mailbox(one.recipient_name, one.recipient)
    message["Subject"] = shown(one.subject)
    message["Date"] = format_datetime(one.date)
    message["Message-ID"] = f"<{one.message_id}>"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        message.add_alternative(
            letter.calendar, maintype="text", subtype="calendar", params={"charset": "utf-8", "method": letter.method}
        )
    return message


def sound(content: bytes, one: Envelope, letter: Body) -> EmailMessage:
    """Check what must hold for every letter there is, and return it parsed."""
    lines = content.split(b"\r\n")
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", content)
    assert content.endswith(b"\r\n")
    assert max(map(len, lines)) <= max(78, len(f" <{one.recipient}>"))  # an address cannot be folded
    for policy in (default, compat32):
        parsed: Message = message_from_bytes(content, policy=policy)
        assert parsed.keys() == [*HEADERS[:6], "X-Unsent" if one.unsent else "Auto-Submitted", *HEADERS[7:]]
        assert [part.defects for part in parsed.walk()] == [[]] * 4 if letter.calendar else True
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    for name, called, email in (("From", one.sender_name, one.sender), ("To", one.recipient_name, one.recipient)):
        (address,) = message[name].addresses
        assert (_bare(address.display_name), address.addr_spec) == (_bare(shown(called)), email)
        phrase = message_from_bytes(content)[name].rpartition("<")[0].rstrip()
        if phrase.startswith("=?"):
            assert str(make_header(decode_header(phrase.replace("\r\n", "")))) == shown(called)
        assert message[name].defects == ()
    assert message["Subject"] == shown(one.subject)
    assert not any(character in "\r\n" for character in message["Subject"] + str(message["To"]) + str(message["From"]))
    return message


def _bare(text: str) -> str:
    """Return a name without its spaces: the newer parser of 3.11 adds one between two encoded words (RFC 2047 6.2)."""
    return "".join(text.split())


# Headers


@each_attack
@pytest.mark.parametrize("field", ["sender_name", "recipient_name", "subject"])
def test_no_text_makes_a_header_or_another_reader(field: str, text: str) -> None:
    one = envelope(**{field: text})
    content = mime.assemble(one, body())
    message = sound(content, one, body())
    assert not set("\x00\x1b\u202e\u2066\u200b\u2028\u0085") & set("".join(map(str, message.values())))
    head = content.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?mi)^(bcc|cc|reply-to|resent)", head)
    assert len(re.findall(rb"(?m)^[^\s:]+:", head)) == len(HEADERS)


@each_attack
def test_no_text_in_a_letter_becomes_a_part_or_a_header(text: str) -> None:
    if re.search("[\ud800-\udfff]", text):
        return
    letter = body(f"{text}\r\n--=_osallisuus\r\n{text}", f"<p>{text}</p>")
    message = sound(mime.assemble(envelope(), letter), envelope(), letter)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html", "text/calendar"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=120))
def test_whatever_is_typed_is_read_back(sender: str, recipient: str, subject: str) -> None:
    one = envelope(sender_name=sender, recipient_name=recipient, subject=subject)
    sound(mime.assemble(one, body()), one, body())


@settings(max_examples=150, deadline=None)
@given(st.text('ab ,;:<>@"\\()[].=?_-Qq\r\n\tä', max_size=200), st.text("a =?UTF-8Qb0AD\r\n", max_size=200))
def test_what_headers_are_made_of_is_read_back(name: str, subject: str) -> None:
    one = envelope(sender_name=subject, recipient_name=name, subject=subject)
    sound(mime.assemble(one, body()), one, body())


def test_headers_are_the_ones_of_the_standard_library() -> None:
    for name in ("Aino Esimerkki", "Päivi Åström", "Esimerkki, Aino", 'Aino "A" \\', "Айно Эсимерк " * 5):
        one = envelope(recipient_name=name, subject=f"Kutsu: {name}")
        ours = sound(mime.assemble(one, body()), one, body())
        theirs = message_from_bytes(oracle(one, body()).as_bytes(), policy=default)
        assert theirs.get_content_type() == ours.get_content_type()
        for header in ("From", "To", "Subject", "Date", "Message-ID"):
            assert ours[header] == theirs[header]


def test_a_draft_for_outlook_is_marked_and_what_we_send_is_automatic() -> None:
    sent = sound(mime.assemble(envelope(), body()), envelope(), body())
    assert (sent["Auto-Submitted"], sent["X-Unsent"]) == ("auto-generated", None)
    one = envelope(unsent=True)
    kept = sound(mime.assemble(one, body()), one, body())
    assert (kept["Auto-Submitted"], kept["X-Unsent"]) == (None, "1")


def test_the_same_letter_has_the_same_bytes() -> None:
    assert mime.assemble(envelope(), body()) == mime.assemble(envelope(), body())
    assert mime.assemble(envelope(message_id="2@example.org"), body()) != mime.assemble(envelope(), body())


# Parts


TEXTS = {
    "plain": "Hei!\n\nTervetuloa.\n",
    "Finnish": "Hyvää päivää, Åsa – tervetuloa 👩‍🦽\n",
    "dots": ".\n..\n.a\n\n.\n",
    "From": "From here\n>From there\nFrom: x\n",
    "spaces": "   \n\t\n a \n  \n",
    "one long line": "a" * 10_000 + "\n",
    "one long line, not ASCII": "ä" * 10_000,
    "no end": "Hei",
    "empty": "",
    "only ends": "\n\n\n",
    "CRLF": "a\r\nb\r\n",
    "CR": "a\rb\r",
    "odd breaks": "a\x0bb\x0cc\u2028d\u0085e\x1cf\n",
    "quoted-printable": "=\n=3D=0A =\t\n==\n",
    "boundary": "--=_osallisuus--\n--=_osallisuus\nContent-Type: text/html\n",
    "NUL": "a\0b\n",
    "words": "sana " * 2000,
}


def ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    letter = body(text, f"<p>{text}</p>")
    message = sound(mime.assemble(envelope(), letter), envelope(), letter)
    plain, html, calendar = message.iter_parts()
    assert plain.get_payload(decode=True) == ends(text).replace("\n", "\r\n").encode()
    assert html.get_payload(decode=True) == ends(f"<p>{text}</p>").replace("\n", "\r\n").encode()
    assert calendar.get_payload(decode=True) == ICS


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.text(" \t.=F\n\rä", max_size=200))
def test_any_text_arrives_as_it_was_written(text: str, edges: str) -> None:
    letter = body(text, edges)
    message = sound(mime.assemble(envelope(), letter), envelope(), letter)
    plain, html, _calendar = message.iter_parts()
    assert ends(plain.get_payload(decode=True).decode()) == ends(text)
    assert ends(html.get_payload(decode=True).decode()) == ends(edges)


@pytest.mark.parametrize("text", ["Hei!\n", "Hyvää päivää\n" * 40, "a" * 500 + "\n"])
def test_the_parts_are_those_of_the_standard_library(text: str) -> None:
    letter = body(text, f"<p>{text.strip()}</p>\n")
    ours = message_from_bytes(mime.assemble(envelope(), letter), policy=default)
    theirs = message_from_bytes(oracle(envelope(), letter).as_bytes(), policy=default)
    assert isinstance(ours, EmailMessage)
    assert isinstance(theirs, EmailMessage)

    def parts(message: EmailMessage) -> list[tuple[str, object, object]]:
        return [
            (one.get_content_type(), one.get_content_charset(), one.get_payload(decode=True).replace(b"\r\n", b"\n"))
            for one in message.iter_parts()
        ]

    assert parts(ours) == parts(theirs)
    for kind in ("plain", "html"):
        assert ours.get_body((kind,)).get_content().splitlines() == theirs.get_body((kind,)).get_content().splitlines()
    assert list(ours.iter_attachments()) == []


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_calendar_comes_last_is_no_attachment_and_says_its_method_twice(method: str) -> None:
    ics = ICS.replace(b"METHOD:REQUEST", f"METHOD:{method}".encode())
    letter = Body(text="Hei!\n", html="<p>Hei!</p>\n", calendar=ics, method=method)
    message = sound(mime.assemble(envelope(), letter), envelope(), letter)
    part = list(message.iter_parts())[-1]
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == method
    inside = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert inside["METHOD"] == method
    assert part.get_payload(decode=True) == ics
    assert [one.get_content_disposition() for one in message.walk()] == [None] * 4
    assert [one.get_filename() for one in message.walk()] == [None] * 4


def test_a_letter_without_a_calendar_has_two_parts() -> None:
    letter = Body(text="Hei!\n", html="<p>Hei!</p>\n")
    message = message_from_bytes(mime.assemble(envelope(), letter), policy=default)
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


# Addresses


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("aino@example.org", "aino@example.org"),
        ("Aino.O'Malli+raati@example.org", "Aino.O'Malli+raati@example.org"),
        ("aino@ääni.example.org", "aino@xn--ni-uiaa.example.org"),
        ("aino@ÄÄNI.Example.org", "aino@xn--ni-uiaa.example.org"),
        ("aino@xn--ni-uiaa.example.org", "aino@xn--ni-uiaa.example.org"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_is_sent_in_ascii(typed: str, sent: str) -> None:
    assert mime.address(typed) == sent
    one = envelope(recipient=sent, recipient_name="Päivi " * 12)
    sound(mime.assemble(one, body()), one, body())


@pytest.mark.parametrize(
    "typed",
    [
        "päivi@example.org",
        "a@b@example.org",
        "aino",
        "@example.org",
        "aino@",
        "",
        "aino @example.org",
        " aino@example.org",
        "aino@example.org ",
        "aino@example.org\n",
        "aino@example.org\r\nRCPT TO:<paha@example.net>",
        "aino@example.org>\r\nDATA",
        "<aino@example.org>",
        "aino@example.org> SIZE=1 <",
        "Aino <aino@example.org>",
        "aino@example.org,paha@example.net",
        "aino@example.org;paha@example.net",
        '"aino malli"@example.org',
        "aino@[127.0.0.1]",
        "aino@-example.org",
        "aino@example.org-",
        "aino@exa mple.org",
        "aino@exa\u2028mple.org",
        "aino@ex\0ample.org",
        "aino\x7f@example.org",
        "aino@\u202eexample.org",
        "=?utf-8?q?aino?=\u00e4@example.org",
        "aino@example。org\n",
        "a" * 65 + "@example.org",
        "a@" + "b" * 260 + ".org",
        "a" * 64 + "@" + "b." * 95 + "org",
        "a@" + "ä" * 100 + ".org",
        "a@\ud800.org",
    ],
)
def test_an_address_that_no_mail_can_carry_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        mime.address(typed)
    assert caught.value.code == "bad_address"
    assert "invite told" in caught.value.hint


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text("ab.@<> \r\n\"'=?äö-", max_size=30))
def test_an_address_is_one_word_or_refused(local: str, domain: str) -> None:
    for typed in (f"{local}@{domain}", f"{domain}@example.org"):
        try:
            sent = mime.address(typed)
        except Refused:
            continue
        assert re.fullmatch(r"[!-~]+@[A-Za-z0-9.-]+", sent)
        assert not set(sent) & set('<>()[],;:\\" ')


def test_bytes_that_are_read_back_otherwise_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard behind all of this: an encoder that can be tricked, as the one of Python 3.11.7 (CVE-2024-6923)."""
    tricked: list[Callable[[str], str]] = [
        lambda text: f"{text}\r\nBcc: paha@example.net",
        lambda _text: "Another subject",
        lambda text: f"{text}\r\n\r\nHei",
        lambda _text: "=?utf-8?q?A=0ABcc=3A_x?=",
    ]
    for words in tricked:
        monkeypatch.setattr(mime, "_words", words)
        with pytest.raises(Refused) as caught:
            mime.assemble(envelope(), body())
        assert caught.value.code == "unsafe_letter"
