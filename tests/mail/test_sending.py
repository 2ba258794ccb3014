"""`invite send` against real servers: every letter once, and after whatever went wrong the outbox says what is known."""

import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import icalendar
import pytest

from osallisuus.mail import sending
from tests.conftest import Program, Ran
from tests.mail import servers
from tests.mail.servers import PASSWORD, TOKEN, USER, Mail, Mailbox, Rude, mailbox
from tests.store import faults, peers

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

# After today: some runs are processes of their own, with the clock of this computer.
DATE = "vantaa/2035-09-27"
PEOPLE = [("Aino Esimerkki", "aino@example.org"), *((f"Henkilö{n} Malli", f"h{n}@example.org") for n in range(11))]
EVERYBODY = sorted(email for _name, email in PEOPLE)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the files of a panel with twelve members and a session, with a letter to each drafted."""
    folder = tmp_path_factory.mktemp("drafted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSALLISUUS_DB", str(folder / "osallisuus.db"))
        patch.setenv("OSALLISUUS_CONFIG", str(folder / "config.toml"))
        patch.setenv("LANG", "C.UTF-8")
        run = Program(folder)
        run("init")
        run("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--size", "12")
        for name, email in PEOPLE:
            words = ("--role", "developer-client", "--from", "2022-01-01", "--email", email, "--language", "fi")
            run("member", "add", "vantaa", name, *words)
        run("config", "set", "sender_email", "raati@example.org")
        run("config", "set", "sender_name", "Koordinaattori Malli")
        when = ("--rule", "last thursday", "--at", "17:00", "--minutes", "120", "--from", "2035-09-01", "--until", "2035-10-31")
        run("session", "plan", "vantaa", *when)
        run("session", "edit", DATE, "--place", "Kirjasto")
        run("invite", "draft", DATE)
        for key, value in (("smtp_host", "127.0.0.1"), ("smtp_security", "none"), ("smtp_timeout", "1")):
            run("config", "set", key, value)
    return folder


@pytest.fixture
def outbox(drafted: Path, blank: Program) -> Program:
    """Give the program with twelve drafts and a mail server that is not set yet."""
    for name in ("osallisuus.db", "config.toml"):
        faults.copy(drafted / name, blank.folder / name)
    return blank


@pytest.fixture
def box(outbox: Program) -> Iterator[Mailbox]:
    """Give the polite server that the settings name."""
    with mailbox() as box:
        sends_by(outbox, box.port)
        yield box


def sends_by(outbox: Program, port: int, **settings: str) -> None:
    for key, value in {"smtp_port": str(port), **settings}.items():
        outbox("config", "set", key, value)


def states(outbox: Program) -> dict[str, int]:
    return dict(faults.rows(outbox.database, "SELECT state, count(*) FROM messages GROUP BY state"))


def letters(outbox: Program, state: str) -> list[int]:
    return [number for (number,) in faults.rows(outbox.database, "SELECT id FROM messages WHERE state = ? ORDER BY id", state)]


def listed(outbox: Program, number: int) -> tuple[str, str]:
    """Return how the list shows a letter: its state and the reply."""
    rows = [line.split("\t") for line in outbox("invite list").out.splitlines()]
    return next((row[4], row[5]) for row in rows if row[0] == str(number))


def queue(outbox: Program) -> None:
    """Queue all drafts by a run that found its server gone as soon as it was logged in."""
    with Rude(mail=b"451 Later") as rude:
        sends_by(outbox, rude.port)
        outbox("invite send --yes", status=5)
    assert states(outbox) == {"queued": 12}


# All goes well


def test_every_letter_arrives_once(outbox: Program, box: Mailbox) -> None:
    ran = outbox("invite send --yes")
    assert ran == Ran(0, "12 letters sent.\n", "")
    assert box.recipients == EVERYBODY
    assert {(mail.sender, len(mail.recipients)) for mail in box.mails} == {("raati@example.org", 1)}
    assert len({mail.message_id for mail in box.mails}) == 12
    assert len({port for _host, port in box.connections}) == 1
    assert states(outbox) == {"sent": 12}
    assert outbox("invite list").err == "No letter waits.\n"
    again = outbox("invite send --yes")
    assert (again.out, len(box.mails)) == ("Nothing waits to be sent.\n", 12)
    assert outbox(f"invite draft {DATE}").out == "vantaa/2035-09-27: no new letter is wanted.\n"


def test_a_letter_holds_nothing_of_anybody_else(outbox: Program, box: Mailbox) -> None:
    outbox("invite send --yes")
    for mail in box.mails:
        message = mail.parsed
        (to,) = message["To"].addresses
        assert (to.addr_spec,) == mail.recipients
        own = (to.display_name, to.addr_spec)
        assert own in PEOPLE
        whole = str(message.items()) + "".join(str(part.get_content()) for part in message.iter_parts()) + mail.content.decode()
        calendar = icalendar.Calendar.from_ical(list(message.iter_parts())[-1].get_content())
        assert [str(one["ATTENDEE"]) for one in calendar.events] == [f"mailto:{to.addr_spec}"]
        unfolded = calendar.to_ical().replace(b"\r\n ", b"").decode()
        for name, email in PEOPLE:
            for text in (whole, unfolded):
                # Henkilö1 is the beginning of Henkilö10
                assert (name in text) == (name == to.display_name)
                assert (email in text) == (email == to.addr_spec)
        assert {"Cc", "Bcc", "Reply-To", "Return-Path", "Received", "X-Mailer", "User-Agent"}.isdisjoint(message.keys())


def test_nothing_leaves_without_a_yes(outbox: Program, box: Mailbox) -> None:
    before = faults.contents(outbox.database)
    assert outbox("invite send", status=2).err.endswith("Send 12 letters?\nAdd --yes to the same command.\n")
    outbox("--no-input", "invite", "send", status=2)
    dry = outbox.json("invite send --dry-run --yes")["sending"]
    assert (len(dry["would_send"]), dry["sent"], dry["dry_run"]) == (12, [], True)
    ran = outbox("invite send --dry-run")
    assert ran.out == "12 letters would be sent. Nothing was (--dry-run).\n"
    assert "To" not in ran.out
    assert "Aino Esimerkki <aino@example.org>" in ran.err
    assert faults.contents(outbox.database) == before
    assert (box.mails, box.connections) == ([], set())


def test_a_dry_run_does_not_touch_what_another_run_is_sending(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    faults.meddle(outbox.database, "UPDATE messages SET state = 'sending' WHERE id = 3")
    before = faults.contents(outbox.database)
    with sending.alone(outbox.database):
        assert len(outbox.json("invite send --dry-run")["sending"]["would_send"]) == 11
    assert faults.contents(outbox.database) == before


def test_a_run_sends_so_many_and_no_more(outbox: Program, box: Mailbox) -> None:
    assert outbox("invite send --yes --max 5").out == "5 letters sent.\n"
    outbox("config set send_limit 4")
    assert outbox("invite send --yes").out == "4 letters sent.\n"
    assert outbox("invite send --yes --max 100").out == "3 letters sent.\n"
    assert box.recipients == EVERYBODY


def test_letters_that_cannot_leave_do_not_use_up_the_number(outbox: Program, box: Mailbox) -> None:
    for name, _email in PEOPLE[:4]:
        outbox("person", "edit", name, "--email", "")
    ran = outbox("invite send --yes --max 5", status=5)
    assert ran.out == "5 letters sent.\n"
    assert ran.err.count("has no e-mail address") == 4
    assert "osallisuus invite told" in ran.err
    outbox("session", "edit", DATE, "--place", "Kirjasto")  # nothing new: nothing is withdrawn
    assert Counter(states(outbox)) == {"draft": 7, "sent": 5}


def test_only_the_date_that_is_named_leaves(outbox: Program, box: Mailbox) -> None:
    outbox("session edit vantaa/2035-10-25 --place Kirjasto")
    outbox("invite draft vantaa/2035-10-25")
    assert outbox("invite send vantaa/2035-10-25 --yes").out == "12 letters sent.\n"
    assert states(outbox) == {"draft": 12, "sent": 12}
    assert {"25.10.2035" in mail.parsed.get_body().get_content() for mail in box.mails} == {True}
    assert outbox("invite send vantaa --yes").out == "12 letters sent.\n"


# What goes wrong: reactions of the server, exit status, the state of the first letter, what the list says of it

FATES: dict[str, tuple[dict[str, servers.Reaction], int, str, str]] = {
    "no greeting": ({"greet": servers.hang}, 75, "draft", ""),
    "gone before EHLO": ({"greet": servers.drop}, 75, "draft", ""),
    "full": ({"greet": b"421 Full"}, 75, "draft", ""),
    "gone at EHLO": ({"ehlo": servers.drop}, 75, "draft", ""),
    "sender not liked": ({"mail": b"550 5.7.1 Not you"}, 5, "queued", "550 5.7.1 Not you"),
    "sender later": ({"mail": b"451 Later"}, 5, "queued", "451 Later"),
    "gone at MAIL": ({"mail": [servers.drop]}, 5, "queued", "Connection reset by peer"),
    "nobody there": ({"rcpt": [b"550 5.1.1 Nobody"]}, 5, "refused", "550 5.1.1 Nobody"),
    "box full": ({"rcpt": [b"452 4.2.2 Full"]}, 5, "queued", "452 4.2.2 Full"),
    "gone at RCPT": ({"rcpt": [servers.leave]}, 5, "queued", "Connection unexpectedly closed"),
    "slow at RCPT": ({"rcpt": [servers.hang]}, 5, "queued", "timed out"),
    "going at RCPT": ({"rcpt": [b"421 4.3.2 Going"]}, 5, "queued", "421 4.3.2 Going"),
    "gone at DATA": ({"data": [servers.drop]}, 5, "queued", "Connection reset by peer"),
    "no content": ({"data": [b"554 No"]}, 5, "refused", "554 No"),
    "gone in the content": ({"content": [servers.drop]}, 5, "unknown", "Connection reset by peer"),
    "gone after the dot": ({"dot": [servers.leave]}, 5, "unknown", "Connection unexpectedly closed"),
    "silent after the dot": ({"dot": [servers.hang]}, 5, "unknown", "timed out"),
    "mumbles after the dot": ({"dot": [b"\x1b[2Jok"]}, 5, "unknown", "\\x1b[2Jok"),
    "greylisted": ({"dot": [b"451 4.7.1 Greylisted"]}, 5, "queued", "451 4.7.1 Greylisted"),
    "spam": ({"dot": [b"554 5.7.1 Spam"]}, 5, "refused", "554 5.7.1 Spam"),
    "a code in the reply": ({"rcpt": [b"550 Not 010190-123M"]}, 5, "refused", "550"),
}


@pytest.mark.parametrize("fate", FATES)
def test_the_outbox_says_what_became_of_a_letter(outbox: Program, fate: str) -> None:
    reactions, status, state, reply = FATES[fate]
    with Rude(**reactions) as rude:
        sends_by(outbox, rude.port)
        ran = outbox("invite send --yes --max 2", status=status)
    assert faults.rows(outbox.database, "SELECT state FROM messages WHERE id = 1") == [(state,)]
    shown, said = listed(outbox, 1)
    assert shown == {"draft": "draft", "queued": "queued", "refused": "refused", "unknown": "unknown"}[state]
    assert said == reply
    assert not faults.rows(outbox.database, "SELECT 1 FROM messages WHERE state = 'sending'")
    goes_on = all(isinstance(one, list) for one in reactions.values())
    assert [mail.recipients for mail in rude.accepted] == ([("h0@example.org",)] if goes_on else [])
    assert letters(outbox, "sent") == ([2] if goes_on else [])
    if status == 75:
        assert ran.err.startswith("The mail server 127.0.0.1 cannot be reached: ")
        assert states(outbox) == {"draft": 12}
    else:
        assert f"Letter 1: {reply}" in ran.err
    assert "010190-123M" not in ran.err + ran.out + faults.contents(outbox.database)


def test_a_server_that_takes_nothing_is_not_asked_for_every_letter(outbox: Program) -> None:
    with Rude(rcpt=b"451 4.3.0 Later") as rude:
        sends_by(outbox, rude.port)
        ran = outbox("invite send --yes", status=5)
    assert (rude.commands.count("rcpt"), states(outbox)) == (5, {"queued": 12})
    assert ran.out == "0 letters sent, 12 to be tried again later.\n"
    assert "The run ended before its time: 451 4.3.0 Later" in ran.err


def test_one_bad_address_stops_nobody_else(outbox: Program) -> None:
    with Rude(rcpt=[b"250 Ok", b"550 5.1.1 Nobody"]) as rude:
        sends_by(outbox, rude.port)
        document = outbox.json("invite send --yes", status=5)["sending"]
    assert (document["refused"], len(document["sent"]), document["left"]) == ([2], 11, 0)
    assert len(rude.accepted) == 11


def test_a_server_that_goes_away_in_the_middle(outbox: Program) -> None:
    with Rude(dot=[b"250 Ok", b"250 Ok", b"250 Ok", servers.drop], greet=[b"220 x", servers.drop]) as rude:
        sends_by(outbox, rude.port)
        error = outbox.json("invite send --yes", status=75)["error"]
    assert error["code"] == "unreachable"
    assert (error["sending"]["sent"], error["sending"]["unknown"], error["sending"]["left"]) == ([1, 2, 3], [4], 8)
    assert states(outbox) == {"sent": 3, "unknown": 1, "queued": 8}
    with mailbox() as box:
        sends_by(outbox, box.port)
        outbox("invite send --yes")
    assert len(box.mails) == 8
    assert {mail.message_id for mail in box.mails}.isdisjoint({mail.message_id for mail in rude.accepted})


def test_microsoft_without_passwords_ends_the_run_and_refuses_nobody(outbox: Program) -> None:
    with Rude(dot=b"550 5.7.30 Basic authentication is not supported for Client Submission") as rude:
        sends_by(outbox, rude.port)
        ran = outbox("invite send --yes", status=5)
    assert states(outbox) == {"queued": 12}
    assert rude.commands.count("DATA") == 1
    assert "token_command" in ran.err


# Again


def test_a_retry_has_the_same_message_id_and_the_same_bytes(outbox: Program, box: Mailbox) -> None:
    made = dict(faults.rows(outbox.database, "SELECT id, message_id FROM messages"))
    queue(outbox)
    with Rude(dot=b"451 Later") as rude:
        sends_by(outbox, rude.port)
        outbox("invite send --yes --max 2", status=5)
    assert rude.accepted == []
    sends_by(outbox, box.port)
    outbox("invite send --yes")
    assert sorted(made.values()) == sorted(mail.message_id for mail in box.mails)
    assert dict(faults.rows(outbox.database, "SELECT id, message_id FROM messages")) == made


@pytest.mark.parametrize(("reaction", "state"), [(b"554 5.7.1 Spam", "refused"), (servers.leave, "unknown")])
def test_only_a_person_sends_again_what_was_refused_or_may_have_arrived(
    outbox: Program, box: Mailbox, reaction: servers.Reaction, state: str
) -> None:
    with Rude(dot=[reaction]) as rude:
        sends_by(outbox, rude.port)
        ran = outbox("invite send --yes", status=5)
    assert letters(outbox, state) == [1]
    assert ("Ask their readers before you send it again: invite resend ID" in ran.err) == (state == "unknown")
    assert len(rude.accepted) == 11
    sends_by(outbox, box.port)
    assert outbox("invite send --yes").out == "Nothing waits to be sent.\n"
    outbox(f"invite draft {DATE}")
    assert outbox("invite send --yes").out == "Nothing waits to be sent.\n"
    outbox("invite resend 1")
    assert outbox("invite send --yes").out == "1 letter sent.\n"
    assert [mail.message_id for mail in box.mails] == [
        message_id for (message_id,) in faults.rows(outbox.database, "SELECT message_id FROM messages WHERE id = 1")
    ]
    outbox("invite resend 1")
    assert outbox("invite send --yes").out == "1 letter sent.\n"
    assert {mail.message_id for mail in box.mails} == {mail.message_id for mail in box.mails[:1]}
    faults.meddle(outbox.database, "UPDATE messages SET state = 'sending', sent_at = NULL WHERE id = 1")
    assert outbox("invite resend 1", status=4).err.startswith("Letter 1 is on its way.")


# Something changes meanwhile


@pytest.mark.parametrize("change", [("move", DATE, "2035-10-04"), ("cancel", DATE)])
def test_letters_about_a_date_that_was_moved_or_cancelled_never_leave(
    outbox: Program, box: Mailbox, change: tuple[str, ...]
) -> None:
    queue(outbox)
    sends_by(outbox, box.port)
    outbox("session", *change)
    assert states(outbox) == {"withdrawn": 12}
    assert outbox("invite send --yes").out == "Nothing waits to be sent.\n"
    assert box.mails == []


def test_a_date_that_moves_while_letters_leave_stops_the_rest(outbox: Program, box: Mailbox) -> None:
    moved: list[int] = []

    def move(mail: Mail) -> None:
        if len(box.mails) == 2:
            moved.append(peers.osallisuus_("session", "move", DATE, "2035-10-04").status)

    box.on_mail = move
    outbox("config set smtp_timeout 30")
    ran = outbox("invite send --yes")
    assert moved == [0]
    assert ran.out == "3 letters sent, 9 no longer needed.\n"
    assert len(box.mails) == 3
    assert states(outbox) == {"sent": 3, "withdrawn": 9}


def test_an_address_that_is_corrected_after_the_yes_is_looked_at_again(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    sends_by(outbox, box.port)
    outbox("person", "edit", "Henkilö3 Malli", "--email", "oikea@example.org")
    ran = outbox("invite send --yes", status=5)
    assert ran.out == "11 letters sent, 1 changed since, and drafts again.\n"
    assert box.recipients == [one for one in EVERYBODY if one != "h3@example.org"]
    assert states(outbox) == {"sent": 11, "draft": 1}
    assert outbox("invite send --yes").out == "1 letter sent.\n"
    assert box.mails[-1].recipients == ("oikea@example.org",)


def test_an_address_that_is_corrected_while_letters_leave_is_looked_at_again(outbox: Program, box: Mailbox) -> None:
    def correct(mail: Mail) -> None:
        if len(box.mails) == 2:
            faults.meddle(outbox.database, "UPDATE people SET email = 'oikea@example.org' WHERE email = 'h9@example.org'")

    box.on_mail = correct
    ran = outbox("invite send --yes", status=5)
    assert ran.out == "11 letters sent, 1 changed since, and drafts again.\n"
    assert not {"oikea@example.org", "h9@example.org"} & set(box.recipients)


def test_a_text_that_is_changed_after_the_yes_is_looked_at_again(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    sends_by(outbox, box.port, sender_name="Toinen Malli")
    ran = outbox("invite send --yes", status=5)
    assert ran.out == "0 letters sent, 12 changed since, and drafts again.\n"
    assert (box.mails, states(outbox)) == ([], {"draft": 12})
    assert outbox("invite send --yes").out == "12 letters sent.\n"


def test_somebody_who_left_the_panel_gets_no_letter_that_was_queued(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    sends_by(outbox, box.port)
    outbox("member", "leave", "vantaa", "Henkilö3 Malli", "--on", "2035-09-01", "--yes")
    ran = outbox("invite send --yes")
    assert (ran.out, ran.err) == ("11 letters sent.\n", "1 letter was of no use any more and is taken back.\n")
    assert "h3@example.org" not in box.recipients
    assert states(outbox) == {"sent": 11, "withdrawn": 1}


def test_what_is_of_no_use_any_more_is_taken_back_also_where_nothing_else_waits(outbox: Program, box: Mailbox) -> None:
    outbox("config set smtp_port 1")
    outbox.now = datetime(2035, 9, 27, 15, tzinfo=UTC)
    assert states(outbox) == {"draft": 12}
    outbox("invite send --dry-run")
    assert states(outbox) == {"draft": 12}
    ran = outbox("invite send --yes")
    assert ran == Ran(0, "Nothing waits to be sent.\n", "12 letters were of no use any more and are taken back.\n")
    assert states(outbox) == {"withdrawn": 12}


def test_somebody_who_leaves_while_letters_leave_gets_none(outbox: Program, box: Mailbox) -> None:
    def go(mail: Mail) -> None:
        if len(box.mails) == 2:
            faults.meddle(
                outbox.database,
                "UPDATE memberships SET to_date = '2035-09-01' WHERE person_id = (SELECT id FROM people WHERE email LIKE 'h9@%')",
            )

    box.on_mail = go
    assert outbox("invite send --yes").out == "11 letters sent, 1 no longer needed.\n"
    assert "h9@example.org" not in box.recipients
    assert states(outbox) == {"sent": 11, "withdrawn": 1}


def test_what_a_server_says_is_kept_without_the_address_of_the_reader(outbox: Program) -> None:
    with Rude(rcpt=[b"550 5.1.1 <AINO@example.org> is unknown, not aino@example.org"]) as rude:
        sends_by(outbox, rude.port)
        (document,) = outbox.json("invite send --yes", status=5).values()
    (refused,) = letters(outbox, "refused")
    assert listed(outbox, refused)[1] == "550 5.1.1 <…> is unknown, not …"
    assert document["replies"] == [{"id": refused, "reply": "550 5.1.1 <…> is unknown, not …"}]


def test_a_server_that_refuses_everybody_is_not_tried_with_all(outbox: Program, box: Mailbox) -> None:
    with Rude(rcpt=b"550 5.7.1 Relaying denied") as rude:
        sends_by(outbox, rude.port)
        outbox("invite send --yes", status=5)
    assert states(outbox) == {"refused": 5, "queued": 7}
    sends_by(outbox, box.port)
    assert outbox("invite send --yes").out == "7 letters sent.\n"


def test_refusals_among_letters_that_arrive_end_no_run(outbox: Program) -> None:
    refusals = [b"250 OK", *[b"550 5.1.1 Unknown"] * 6]
    with Rude(rcpt=refusals) as rude:
        sends_by(outbox, rude.port)
        outbox("invite send --yes", status=5)
    assert states(outbox) == {"sent": 6, "refused": 6}


def test_a_letter_that_was_taken_back_does_not_leave(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    sends_by(outbox, box.port)
    outbox("invite withdraw 1 2")
    assert outbox("invite send --yes").out == "10 letters sent.\n"
    assert letters(outbox, "withdrawn") == [1, 2]


# Several at once, and what is in the way


def test_two_senders_at_once_send_every_letter_once(outbox: Program, box: Mailbox) -> None:
    box.on_mail = lambda _mail: time.sleep(0.03)
    runs = [peers.end(process) for process in [peers.start("invite", "send", "--yes") for _n in range(3)]]
    assert {run.status for run in runs} <= {0, 75}
    assert 0 in {run.status for run in runs}
    for run in runs:
        assert run.status == 0 or run.err.startswith("Another run is sending letters now.")
    assert box.recipients == EVERYBODY
    assert states(outbox) == {"sent": 12}


def test_a_sender_that_works_is_not_disturbed(outbox: Program, box: Mailbox) -> None:
    with sending.alone(outbox.database):
        assert outbox("invite send --yes", status=75).err.startswith("Another run is sending letters now.")
    assert (box.mails, states(outbox)) == ([], {"draft": 12})


def test_what_a_killed_run_was_sending_is_unknown_and_told(outbox: Program, box: Mailbox) -> None:
    queue(outbox)
    sends_by(outbox, box.port)
    faults.meddle(outbox.database, "UPDATE messages SET state = 'sending' WHERE id = 3")
    ran = outbox("invite send --yes")
    assert ran.out == "11 letters sent.\n"
    assert "An earlier run was interrupted while it sent 1 letter: whether it arrived is unknown." in ran.err
    assert letters(outbox, "unknown") == [3]
    assert listed(outbox, 3) == ("unknown", "")


def test_an_outcome_that_cannot_be_kept_is_never_taken_for_a_letter_that_did_not_leave(outbox: Program, box: Mailbox) -> None:
    outbox("config set timeout 1")
    held: list[sqlite3.Connection] = []

    def hold(mail: Mail) -> None:
        if len(box.mails) == 2:
            held.append(sqlite3.connect(outbox.database, isolation_level=None, check_same_thread=False))
            held[0].execute("BEGIN IMMEDIATE")

    box.on_mail = hold
    error = outbox.json("invite send --yes", status=75)["error"]
    assert error["code"] == "busy"
    assert (error["sending"]["sent"], error["sending"]["unknown"], error["sending"]["left"]) == ([1, 2], [3], 9)
    held[0].close()
    assert len(box.mails) == 3
    assert states(outbox) == {"sent": 2, "sending": 1, "queued": 9}
    assert outbox("invite send --yes").out == "9 letters sent.\n"
    assert letters(outbox, "unknown") == [3]
    assert box.recipients == EVERYBODY


@pytest.mark.parametrize(("step", "state"), [("rcpt", "queued"), ("dot", "unknown")])
def test_an_interrupted_run_keeps_what_it_knows(outbox: Program, step: str, state: str) -> None:
    with Rude(**{step: [b"250 Ok", servers.hang]}) as rude:
        sends_by(outbox, rude.port, smtp_timeout="20")
        # whoever starts a program in the background keeps Ctrl+C from it
        process = peers.start("invite", "send", "--yes", prelude="import signal; signal.signal(2, signal.default_int_handler)")
        until = time.monotonic() + 20
        while rude.commands.count({"rcpt": "rcpt", "dot": "DATA"}[step]) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGINT)
        began = time.monotonic()
        assert peers.end(process).status == 130
        assert time.monotonic() - began < 5
    assert faults.rows(outbox.database, "SELECT state FROM messages WHERE id IN (1, 2) ORDER BY id") == [("sent",), (state,)]


# The way in


def test_there_is_no_server_and_it_is_said_where_to_set_one(outbox: Program) -> None:
    outbox("config", "set", "smtp_host", "")
    assert "smtp_host" in outbox("invite send --yes", status=2).err
    sends_by(outbox, 25, smtp_host="posti.example.org")
    assert outbox.json("invite send --yes", status=4)["error"]["code"] == "no_tls"
    assert states(outbox) == {"draft": 12}


def test_the_sender_is_not_set(outbox: Program, box: Mailbox) -> None:
    outbox("config", "set", "sender_email", "")
    ran = outbox("invite send --yes", status=5)
    assert "sender_email" in ran.err
    assert (box.mails, states(outbox)) == ([], {"draft": 12})


def secrets_told(outbox: Program, *texts: str) -> list[str]:
    """Return where the password or the token can be read."""
    everything = {"texts": "\n".join(texts), "environment": str(dict(os.environ)), "database": faults.contents(outbox.database)}
    everything |= {path.name: path.read_bytes().decode(errors="replace") for path in outbox.folder.iterdir() if path.is_file()}
    return [name for name, text in everything.items() if PASSWORD in text or TOKEN in text]


def test_the_password_comes_by_standard_input(outbox: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox(login=True) as box:
        sends_by(outbox, box.port, smtp_user=USER)
        monkeypatch.setattr(sys, "stdin", StringIO("väärä\n"))
        wrong = outbox("invite send --yes --password-stdin", status=4)
        assert wrong.err.startswith(f"The mail server 127.0.0.1 does not let {USER} in: 535")
        assert states(outbox) == {"draft": 12}
        monkeypatch.setattr(sys, "stdin", StringIO(""))
        assert outbox.json("invite send --yes --password-stdin", status=2)["error"]["code"] == "no_secret"
        monkeypatch.setattr(sys, "stdin", StringIO(f"{PASSWORD}\r\nmuuta\n"))
        right = outbox("invite send --yes --password-stdin")
    assert (right.out, box.recipients) == ("12 letters sent.\n", EVERYBODY)
    assert secrets_told(outbox, right.err, wrong.err, outbox("log --json").out, outbox("config list").out) == []


def test_an_access_token_is_printed_by_a_command(outbox: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    script = outbox.folder.parent / f"{outbox.folder.name}-token"
    script.write_text(f"#!/bin/sh\necho '{TOKEN}'\n")
    script.chmod(0o700)
    words = f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode()
    with Rude(auth=servers.checking(words)) as rude:
        sends_by(outbox, rude.port, smtp_user=USER, token_command=str(script))
        ran = outbox("invite send --yes")
    assert (ran.out, len(rude.accepted)) == ("12 letters sent.\n", 12)
    assert secrets_told(outbox, ran.err, outbox("log --json").out) == []


def test_the_processes_of_this_computer_do_not_show_the_password(outbox: Program) -> None:
    seen: list[str] = []

    def look(line: servers.Line) -> None:
        of_it = Path(f"/proc/{running[0].pid}")
        seen.extend((of_it / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ"))
        servers.checking(f"\0{USER}\0{PASSWORD}".encode())(line)

    with Rude(auth=look) as rude:
        sends_by(outbox, rude.port, smtp_user=USER, password_command=f"{sys.executable} -c \"print('{PASSWORD}')\"")
        running = [peers.start("invite", "send", "--yes")]
        assert peers.end(running[0]).status == 0
    assert "invite\0send" in seen[0]
    assert "OSALLISUUS_DB" in seen[1]
    assert PASSWORD not in "".join(seen)
    assert len(rude.accepted) == 12


def test_a_login_can_be_tried(outbox: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox(login=True) as box:
        sends_by(outbox, box.port, smtp_user=USER)
        for typed, status in (("väärä", 4), (PASSWORD, 0)):
            monkeypatch.setattr(sys, "stdin", StringIO(f"{typed}\n"))
            ran = outbox("invite login --password-stdin", status=status)
    assert ran.out == f"127.0.0.1 lets {USER} in.\n"
    assert secrets_told(outbox, ran.err) == []
    assert states(outbox) == {"draft": 12}


def test_the_database_says_who_was_invited_and_the_log_says_no_names(outbox: Program, box: Mailbox) -> None:
    outbox("invite send --yes")
    with closing(sqlite3.connect(outbox.database)) as db:
        kept = db.execute("SELECT DISTINCT state, reply, by_hand FROM messages").fetchall()
        logged = str(db.execute("SELECT changes FROM log WHERE command = 'invite send'").fetchall())
    assert kept == [("sent", "250 2.0.0 Kept", 0)]
    assert logged.count('"did":"sent"') == 12
    assert not [word for name, email in PEOPLE for word in (name, email) if word in logged]
