"""Replies of many clients, what is no reply, and files that somebody made to do harm."""

import base64
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.domain.replies import Proposal, Reply
from osallisuus.errors import StorageError
from osallisuus.imports import replies
from tests.imports import replies_samples as samples

Saved = Callable[..., Path]

SAID = {
    samples.outlook: ("accepted", "Tulen mielelläni!"),
    samples.gmail: ("declined", "En pääse"),
    samples.apple: ("accepted", ""),
    samples.icloud: ("tentative", ""),
    samples.thunderbird: ("accepted", "Tarvitsen induktiosilmukan, kiitos."),
    samples.nextcloud: ("declined", ""),
    samples.sogo: ("tentative", "Ehkä myöhässä"),
    samples.zimbra: ("accepted", "Tulen.\nTuon kahvia."),
    samples.phone: ("accepted", ""),
    samples.counter: ("tentative", "Sopisiko näin?"),
}


def one(path: Path) -> Reply:
    box = replies.read(path)
    assert box.unusable == []
    assert len(box.replies) == 1
    return box.replies[0]


def reasons(path: Path) -> list[str]:
    box = replies.read(path)
    assert box.replies == []
    return [unusable.reason for unusable in box.unusable]


@pytest.mark.parametrize("client", samples.CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("sequence", [0, 7])
def test_every_client_is_understood(saved: Saved, client: Callable[..., bytes], sequence: int) -> None:
    content = client("uid-ä", "Aino.Esimerkki@Example.org", sequence)
    reply = one(saved(content, "vastaus.eml"))
    assert (reply.uid, reply.attendee, reply.sequence or 0) == ("uid-ä", "aino.esimerkki@example.org", sequence)
    assert (reply.answer, reply.comment) == SAID[client]
    assert reply.stamp == "2022-08-22T06:00:00Z"
    assert reply.sender == ("" if content[:20].upper().lstrip().startswith(b"BEGIN") else "aino.esimerkki@example.org")
    assert reply.method == ("COUNTER" if client is samples.counter else "REPLY")


@pytest.mark.parametrize("client", [samples.icloud, samples.nextcloud, samples.sogo], ids=lambda client: client.__name__)
def test_a_calendar_is_known_by_what_it_holds_not_by_its_name(saved: Saved, client: Callable[[], bytes]) -> None:
    assert one(saved(client(), "vastaus.txt")).uid == samples.UID


def test_a_counter_proposes_a_time(saved: Saved) -> None:
    proposed = one(saved(samples.counter(), "c.eml")).proposed
    assert proposed == Proposal(starts="2022-11-09T15:00", ends="2022-11-09T16:00", timezone="Europe/Kiev")


@pytest.mark.parametrize(
    ("start", "proposed"),
    [
        ("DTSTART:20221109T120000Z", Proposal(starts="2022-11-09T12:00", ends="", timezone="UTC")),
        ("DTSTART:20221109T120000", Proposal(starts="2022-11-09T12:00", ends="", timezone="")),
        ("DTSTART;TZID=Oma aika:20221109T120000", Proposal(starts="2022-11-09T12:00", ends="", timezone="Oma aika")),
        ("DTSTART;VALUE=DATE:20221109", None),
        ("DTSTART:rikki", None),
        ("DTSTART:00010101T000000", None),
        ("X-NOTHING:1", None),
    ],
)
def test_proposed_times_are_read_in_every_form(saved: Saved, start: str, proposed: Proposal | None) -> None:
    body = f"UID:1\nATTENDEE;PARTSTAT=DECLINED:mailto:{samples.AINO}\n{start}"
    assert one(saved(samples.calendar(body, method="COUNTER"), "c.ics")).proposed == proposed


@pytest.mark.parametrize(
    ("described", "plain", "comment"),
    [
        ("\\n", "Olen myöhässä.\n", "Olen myöhässä."),
        ("\\n", "Olen myöhässä.\n\n-----Original Appointment-----\nFrom: Koordinaattori\n", "Olen myöhässä."),
        ("When: Tue\\nWhere: Teams\\n\\n*~*~*~*~*~*~*~*~*~*\\n\\nOlen myöhässä.\\n", "", "Olen myöhässä."),
        ("\\n", "Hanki Outlook for Android<https://example.org>\n", ""),
        ("\\n", "\n", ""),
    ],
)
def test_what_was_typed_into_outlook_is_found(saved: Saved, described: str, plain: str, comment: str) -> None:
    assert one(saved(samples.outlook(described=described, plain=plain), "o.eml")).comment == comment


def test_comments_are_bounded_and_hold_nothing_unseen(saved: Saved) -> None:
    body = f"UID:1\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org\nCOMMENT:\x1b[31m{'ä' * 600}"
    assert one(saved(samples.calendar(body), "c.ics")).comment == "[31m" + "ä" * 496


def test_a_letter_broken_in_two_by_its_line_is_whole(saved: Saved) -> None:
    body = "UID:1\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org\nCOMMENT:Päivää"
    content = samples.crlf(samples.calendar(body)).replace("ä".encode(), b"\xc3\r\n \xa4")
    assert one(saved(content, "c.ics")).comment == "Päivää"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marks_at_the_beginning_tell_the_encoding(saved: Saved, encoding: str) -> None:
    assert one(saved(samples.sogo().decode("latin-1").encode(encoding), "c.ics")).comment == "Ehkä myöhässä"


def test_the_charset_of_the_mail_counts(saved: Saved) -> None:
    body = f"UID:1\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{samples.AINO}\nCOMMENT:Приду"
    coded = base64.encodebytes(samples.calendar(body).encode("koi8-r")).decode()
    header = "Content-Type: text/calendar; charset=koi8-r; method=REPLY\nContent-Transfer-Encoding: base64\n\n"
    assert one(saved(samples.mail(samples.AINO, header + coded), "m.eml")).comment == "Приду"


def test_one_file_may_hold_many_replies(saved: Saved) -> None:
    content = samples.nextcloud("1") + samples.nextcloud("2") + samples.nextcloud("1") + samples.nextcloud("3", "nobody")
    box = replies.read(saved(content, "kaikki.ics"))
    assert [reply.uid for reply in box.replies] == ["1", "2"]
    assert [unusable.reason for unusable in box.unusable] == ["It does not tell who answers: there is no e-mail address in it."]


@pytest.mark.parametrize("words", ['PARTSTAT=DELEGATED;DELEGATED-TO="mailto:b@example.org"', "PARTSTAT=NEEDS-ACTION", "CN=Aino"])
def test_what_is_neither_yes_nor_no_has_no_answer(saved: Saved, words: str) -> None:
    assert one(saved(samples.calendar(f"UID:1\nATTENDEE;{words}:mailto:{samples.AINO}"), "d.ics")).answer == ""


WHO = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{samples.AINO}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.calendar(f"UID:1\n{WHO}", method="REQUEST"), "no answer to an invitation (REQUEST)"),
        (samples.calendar(f"UID:1\n{WHO}", method="CANCEL"), "no answer to an invitation (CANCEL)"),
        (samples.calendar(f"UID:1\n{WHO}").replace("METHOD:REPLY\n", ""), "no answer to an invitation (PUBLISH)"),
        (samples.calendar("UID:1"), "names nobody, or several"),
        (samples.calendar(f"UID:1\n{WHO}\n{WHO}"), "names nobody, or several"),
        (samples.calendar("UID:1\nATTENDEE:invalid:nomail"), "no e-mail address"),
        (samples.calendar(WHO), "damaged"),
        (samples.calendar(f"UID:1\nUID:2\n{WHO}"), "damaged"),
        (samples.calendar(f"UID:1\nSEQUENCE:x\n{WHO}"), "damaged"),
        (samples.calendar(f"UID:1\n{WHO}\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\n{WHO}"), "several invitations"),
        (samples.calendar(f"UID:1\n{WHO}").replace("VEVENT", "VTODO"), "something else"),
        (samples.calendar(f"UID:1\n{WHO}").replace("END:VCALENDAR", ""), "damaged"),
        (f"BEGIN:VEVENT\nUID:1\n{WHO}\nEND:VEVENT\n", "damaged"),
        (samples.mail(samples.AINO, "\nTulen!\n"), "no calendar in it"),
        ("", "no calendar in it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Outlook (.msg)"),
        (bytes(range(256)) * 9, "no calendar in it"),
    ],
)
def test_what_is_no_reply_is_told_why(saved: Saved, content: str | bytes, reason: str) -> None:
    found = reasons(saved(content, "x.eml"))
    assert len(found) == 1
    assert reason in found[0]


def test_a_folder_is_read_in_order(saved: Saved, tmp_path: Path) -> None:
    saved(samples.nextcloud("2"), "b.ICS")
    saved(samples.outlook("1"), "a.eml")
    saved(samples.nextcloud("3"), "c.txt")
    (tmp_path / "d").mkdir()
    assert [reply.uid for reply in replies.read(tmp_path).replies] == ["1", "2"]
    assert reasons(tmp_path / "d") == ["There is no .eml or .ics file in this folder."]


def test_a_file_that_cannot_be_read_stops(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        replies.read(tmp_path / "none.eml")
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "x.ics").symlink_to(tmp_path / "none.ics")
    with pytest.raises(StorageError, match="cannot be read"):
        replies.read(tmp_path / "f")


def filled(line: bytes, most: int = 499_000) -> bytes:
    head, tail = b"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\n", b"END:VEVENT\nEND:VCALENDAR\n"
    return head + line * ((most - len(head) - len(tail)) // len(line)) + tail


def enclosed(content: bytes) -> bytes:
    return b"From: a@example.org\nContent-Type: text/calendar\n\n" + content


def nested(depth: int, filling: bytes) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return head + filling * ((replies.MOST_MAIL - len(head)) // len(filling))


ROOM = 498_000  # what just passes the bounds takes longest
HARMFUL = {
    "much": filled(b"X:\n", replies.MOST_CALENDAR),
    "too much": b"BEGIN:" + b"x" * replies.MOST_CALENDAR,
    "many lines": filled(b"X:\n"),
    "too many attendees": filled(b"ATTENDEE:mailto:a@b.c\n"),
    "many attendees": filled(b"ATTENDEE:mailto:a@b.c\n", 5_000 * 21),
    "many zones": filled(b"DTSTART;TZID=x:20220101T000000\n", 5_000 * 31),
    "many long zones": filled(b"DTSTART;TZID=" + b"x" * 69 + b":20220101T000000\n", 490_000),
    "long zones": filled(b"DTSTART;TZID=" + b"x" * 4000 + b":20220101T000000\n"),
    "rules": filled(b"RRULE:FREQ=DAILY\n"),
    "categories": filled(b"CATEGORIES:" + b"a," * (ROOM // 2) + b"\n"),
    "parameters": filled(b"ATTENDEE" + b";A=b" * (ROOM // 4) + b":c\n"),
    "spaces": filled(b"ATTENDEE;A=b" + b" " * ROOM + b":c\n"),
    "quotes": filled(b'ATTENDEE;A="' + b'a" ;"' * (ROOM // 5) + b"\n"),
    "backslashes": filled(b"COMMENT:" + b"\\" * ROOM + b"\n"),
    "commas": filled(b"COMMENT:" + b"\\," * (ROOM // 2) + b"\n"),
    "digits": filled(b"SEQUENCE:" + b"9" * ROOM + b"\n"),
    "folds": filled(b" a\n"),
    "returns": filled(b"\r"),
    "depth": b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * (ROOM // 13),
    "depth that ends": b"BEGIN:VCALENDAR\n" * 2000 + b"END:VCALENDAR\n" * 2000,
    "many calendars": b"BEGIN:VCALENDAR\nEND:VCALENDAR\n" * 2000,
    "a large mail": enclosed(b"x" * replies.MOST_MAIL),
    "a large calendar in a mail": enclosed(filled(b"COMMENT:" + b"a" * 9000 + b"\n", replies.MOST_MAIL - 100)),
    "a hundred in each other": nested(100, b"\nxx"),
    "nine in each other": nested(9, b"\n" + b"x" * 60),
    "a long header": b"Content-Type: multipart/mixed" + b";boundary*0=b" * 300_000 + b"\n\nx",
    "a long folded header": b"Content-Type: multipart/mixed" + b";\n boundary*0=b" * 90_000 + b"\n\nx",
    "quotes in a header": b'Content-Type: multipart/mixed; boundary="' + b'"\\' * 2_000_000 + b"\n\nx",
    "a long sender": b"From: " + b"(" * 4_000_000 + b"\nContent-Type: text/calendar\n\n" + samples.nextcloud(),
    "a long date": b"Date: " + b"1 " * 2_000_000 + b"\nContent-Type: text/calendar\n\n" + samples.apple(),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 30_000,
    "many large parts": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"".join(
        b"--b\nContent-Type: text/calendar\n\n" + filled(b"DTSTART;TZID=%d:20220101T000000\n" % n, 100_000) for n in range(45)
    ),
    "a strange charset": b"Content-Type: text/calendar; charset=punycode\n\n" + samples.sogo() * 2,
    "text": b"From: a\n\n" + b"*~*~*" * 900_000,
    "text of Outlook": samples.outlook(plain=("> \n" + " " * 90 + "-") * 5000),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_files_do_not_take_long(saved: Saved, name: str) -> None:
    path = saved(HARMFUL[name], "x.eml")
    begin = time.process_time()
    replies.read(path)
    assert time.process_time() - begin < 5


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_reply_has_become_it_is_told_and_not_raised(saved: Saved, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(samples.CLIENTS))())
    for _change in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content)))
        until = min(len(content), at + data.draw(st.integers(0, 60)))
        piece = st.one_of(st.binary(max_size=12), st.sampled_from(PIECES), st.just(bytes(content[: until - at])))
        content[at:until] = data.draw(piece)
    box = replies.read(saved(bytes(content), "x.eml"))
    assert all(reply.uid and "@" in reply.attendee for reply in box.replies)


PIECES = (
    *(b"\n", b"\r", b"\0", b'"', b";", b":", b"=", b"=3D", b",", b"\\", b"\xff", b"--b1\r\n", b"--b1--\r\n", b"BEGIN:VEVENT\r\n"),
    *(
        b"END:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\n",
        b"UID:2\r\n",
        b"ATTENDEE:mailto:b@example.org\r\n",
        b"DTSTAMP:99999999T999999Z\r\n",
    ),
    *(b"SEQUENCE:-1\r\n", b"DTSTAMP;VALUE=DATE:20220101\r\n", b"COMMENT;VALUE=BINARY;ENCODING=BASE64:!\r\n", b"charset=idna"),
    *(
        b"charset*=utf-8''%ff",
        b"charset=hex",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
    ),
    *(b"DTSTART;VALUE=PERIOD:1/2\r\n", b"DTSTART:00010101T000000Z\r\n", b"DTSTAMP;TZID=Europe/Helsinki:00010101T000000\r\n"),
)
