"""Handing letters to servers of every temper: what is known of a letter afterwards, and who gets to see what on the way."""

import base64
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from osallisuus.errors import Busy, OsallisuusError, Refused
from osallisuus.mail import accounts
from osallisuus.mail.accounts import Account
from osallisuus.mail.delivery import Outcome, Server
from tests.mail import servers
from tests.mail.servers import BEFORE, PASSWORD, TOKEN, USER, Rude, mailbox

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

SENDER = "raati@example.org"
LETTER = b"From: raati@example.org\r\nTo: aino@example.org\r\nSubject: Kutsu\r\nMessage-ID: <1@example.org>\r\n\r\nHei!\r\n"
# Seconds; a setting has whole ones.
PATIENCE = 0.4
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


@contextmanager
def connected(
    port: int, *, security: str = "none", user: str = "", password: str = "", token: str = "", timeout: float = 10
) -> Iterator[Server]:
    account = Account(host="127.0.0.1", port=port, security=security, user=user, timeout=timeout)
    server = Server(account, password, token)
    try:
        yield server
    finally:
        server.close()


def deliver(port: int, *, timeout: float = 10) -> Outcome:
    with connected(port, timeout=timeout) as server:
        return server.deliver(SENDER, "aino@example.org", LETTER)


def refusal(kind: type[OsallisuusError], port: int, **login: str) -> OsallisuusError:
    """Return how opening the connection fails."""
    with connected(port, timeout=PATIENCE if kind is Busy else 10, **login) as server, pytest.raises(kind) as caught:
        server.open()
    error = caught.value
    assert "127.0.0.1" in error.message
    assert error.hint
    assert PASSWORD not in f"{error.message}{error.hint}{error.details}"
    return error


# A letter arrives


def test_a_polite_server_gets_the_letter_as_it_is() -> None:
    with mailbox() as box:
        outcome = deliver(box.port)
    assert outcome == Outcome(state="sent", reply="250 2.0.0 Kept")
    assert [(mail.sender, mail.recipients, mail.content) for mail in box.mails] == [(SENDER, ("aino@example.org",), LETTER)]


def test_dots_and_ends_of_lines_arrive_byte_for_byte() -> None:
    odd = b".\r\n..\r\n.dot\r\n...\r\n\r\n.\r\nFrom here\r\n   \r\nlast .\r\n.\r\n"
    with mailbox() as box, Rude() as rude:
        for port in (box.port, rude.port):
            with connected(port) as server:
                assert server.deliver(SENDER, "aino@example.org", LETTER + odd).state == "sent"
    assert [mail.content for mail in (*box.mails, *rude.accepted)] == [LETTER + odd] * 2


def test_many_letters_share_a_connection_and_each_has_a_transaction_of_its_own() -> None:
    people = [f"h{n}@example.org" for n in range(20)]
    with mailbox() as box, connected(box.port) as server:
        assert {server.deliver(SENDER, one, LETTER).state for one in people} == {"sent"}
    assert [mail.recipients for mail in box.mails] == [(one,) for one in people]
    assert len(box.connections) == 1


def test_the_server_does_not_learn_what_this_computer_is_called() -> None:
    with Rude() as rude:
        deliver(rude.port)
    assert rude.heard[0] == b"ehlo [127.0.0.1]"
    assert rude.commands == ["ehlo", "mail", "rcpt", "DATA", "quit"]


@pytest.mark.parametrize("reply", [b"250 Ok", b"251 Forwarded", b"252 May be", b"200 Fine", b"250", b"250-Kept\r\n250 indeed"])
def test_every_yes_is_a_yes(reply: bytes) -> None:
    with Rude(dot=reply, rcpt=reply, mail=reply) as rude:
        outcome = deliver(rude.port)
    assert outcome.state == "sent"
    assert len(rude.accepted) == 1


# Until the content began, nothing has happened


BREAKS = {
    "drop": servers.drop,
    "leave": servers.leave,
    "hang": servers.hang,
    "trickle": servers.trickle,
    "endless": servers.endless,
    "endless line": servers.endless_line,
    "garbage": b"\x00\xff\x1b[2J what?",
    "no words": b"",
    "a number too many": b"2500 Ok",
    "looks like a number": b"+25 Ok",
}
each_break = pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)


@each_break
@pytest.mark.parametrize("step", BEFORE)
def test_a_connection_that_breaks_before_the_content_leaves_the_letter_queued(step: str, broken: servers.Reaction) -> None:
    with Rude(**{step: broken}) as rude:
        began = time.monotonic()
        outcome = deliver(rude.port, timeout=PATIENCE)
        assert time.monotonic() - began < 6
    assert outcome.state == "queued"
    assert "Hei!" not in str(rude.heard)


@pytest.mark.parametrize("code", [b"421", b"450", b"451 4.7.1", b"452", b"454"])
@pytest.mark.parametrize("step", BEFORE)
def test_a_later_before_the_content_leaves_the_letter_queued(step: str, code: bytes) -> None:
    with Rude(**{step: code + b" Later"}) as rude:
        outcome = deliver(rude.port)
    assert (outcome.state, outcome.reply) == ("queued", f"{code.decode()} Later")
    assert bool(outcome.ends_run) == (step == "mail")


@pytest.mark.parametrize("code", [b"530 5.7.0", b"535 5.7.8"])
def test_a_server_that_wants_a_login_first_has_nothing_against_the_reader(code: bytes) -> None:
    with Rude(rcpt=code + b" Authentication required") as rude:
        outcome = deliver(rude.port)
    assert (outcome.state, outcome.ends_run) == ("queued", f"{code.decode()} Authentication required")


@pytest.mark.parametrize("code", [b"500", b"550 5.1.1", b"552", b"553", b"554"])
def test_a_no_is_about_the_letter_unless_it_is_about_who_sends(code: bytes) -> None:
    for step, state in (("mail", "queued"), ("rcpt", "refused"), ("data", "refused"), ("dot", "refused")):
        with Rude(**{step: code + b" No"}) as rude:
            outcome = deliver(rude.port)
        assert (outcome.state, outcome.reply) == (state, f"{code.decode()} No")
        assert bool(outcome.ends_run) == (step == "mail")


@pytest.mark.parametrize("reply", [b"250 Ok", b"220 Ok", b"350 Go", b"334 "])
def test_another_answer_than_go_on_keeps_the_content_back(reply: bytes) -> None:
    with Rude(data=reply) as rude:
        outcome = deliver(rude.port)
    assert outcome.state == "queued"
    assert b"Hei!" not in rude.heard


# Since the content began, only an answer counts


@each_break
def test_no_proper_answer_to_a_letter_is_unknown(broken: servers.Reaction) -> None:
    with Rude(dot=broken) as rude:
        began = time.monotonic()
        outcome = deliver(rude.port, timeout=PATIENCE)
        assert time.monotonic() - began < 6
    assert (outcome.state, outcome.ends_run) == ("unknown", "")


@pytest.mark.parametrize("broken", [servers.drop, servers.leave, servers.hang])
def test_a_connection_that_breaks_in_the_content_is_unknown(broken: Callable[[servers.Line], None]) -> None:
    with Rude(content=broken) as rude, connected(rude.port, timeout=PATIENCE) as server:
        outcome = server.deliver(SENDER, "aino@example.org", LETTER + b"x" * 76 + b"\r\n" * 4_000_000)
    assert outcome.state == "unknown"
    assert rude.accepted == []


@pytest.mark.parametrize("reply", [b"354 Go on", b"334 ", b"350 And?"])
def test_an_answer_that_is_none_to_a_letter_is_unknown(reply: bytes) -> None:
    with Rude(dot=reply) as rude:
        assert deliver(rude.port).state == "unknown"


@pytest.mark.parametrize("reply", [b"421 4.3.2 Going down", b"451 Greylisted", b"452 4.2.2 Full"])
def test_a_later_to_a_letter_is_later(reply: bytes) -> None:
    with Rude(dot=reply) as rude:
        outcome = deliver(rude.port)
    assert (outcome.state, outcome.reply, outcome.ends_run) == ("queued", reply.decode(), "")


# One after the other


def test_a_refused_letter_does_not_stop_the_next_one() -> None:
    with Rude(rcpt=[b"550 5.1.1 Nobody"], dot=[b"554 Spam", b"451 Later"]) as rude, connected(rude.port) as server:
        states = [server.deliver(SENDER, f"h{n}@example.org", LETTER).state for n in range(4)]
    assert states == ["refused", "refused", "queued", "sent"]
    assert rude.connections == 1
    assert [mail.recipients for mail in rude.accepted] == [("h3@example.org",)]


@pytest.mark.parametrize("step", ["rcpt", "data", "dot"])
def test_the_line_is_opened_again_after_a_421(step: str) -> None:
    with Rude(**{step: [b"421 Enough"]}) as rude, connected(rude.port) as server:
        states = [server.deliver(SENDER, f"h{n}@example.org", LETTER).state for n in range(2)]
    assert states == ["queued", "sent"]
    assert rude.connections == 2


@pytest.mark.parametrize("goodbye", [b"421 4.7.0 Too many in one connection", servers.leave, servers.drop])
@pytest.mark.parametrize("step", BEFORE)
def test_a_server_that_takes_few_letters_in_a_connection_gets_them_in_several(step: str, goodbye: servers.Reaction) -> None:
    polite = {"mail": b"250 Ok", "rcpt": b"250 Ok", "data": b"354 Go on"}[step]
    with Rude(**{step: [polite, goodbye, polite, goodbye]}) as rude, connected(rude.port) as server:
        states = [server.deliver(SENDER, f"h{n}@example.org", LETTER).state for n in range(3)]
    assert states == ["sent"] * 3
    assert rude.connections == 3
    assert [mail.recipients for mail in rude.accepted] == [("h0@example.org",), ("h1@example.org",), ("h2@example.org",)]


def test_a_letter_that_may_have_arrived_is_not_tried_again_on_a_new_line() -> None:
    with Rude(dot=[b"250 Ok", servers.drop]) as rude, connected(rude.port) as server:
        states = [server.deliver(SENDER, f"h{n}@example.org", LETTER).state for n in range(3)]
    assert states == ["sent", "unknown", "sent"]
    assert rude.commands.count("DATA") == 3


def test_a_server_that_went_away_between_two_letters_has_not_got_the_second() -> None:
    with connected((rude := Rude()).port, timeout=2) as server:
        assert server.deliver(SENDER, "h0@example.org", LETTER).state == "sent"
        rude.reactions["mail"] = servers.drop
        rude.__exit__()
        outcome = server.deliver(SENDER, "h1@example.org", LETTER)
    assert outcome.state == "queued"
    assert not server.began


# Replies


def test_what_a_server_says_is_kept_short_and_without_codes_of_people() -> None:
    replies = {
        b"550 5.1.1 " + b"very " * 100 + b"long": "550 5.1.1 very",
        b"550 Who is 010190-123M?": "550",
        b"550 " + b"x" * 290 + b" 010190-123M": "550",
        b"550 \x00": "550",
        b"550-a\r\n550-  b\t\r\n550 c": "550 a b c",
        b"550 \xe4\xff": "550 \ufffd\ufffd",
    }
    for said, kept in replies.items():
        with Rude(rcpt=said) as rude:
            outcome = deliver(rude.port)
        assert outcome.state == "refused"
        assert outcome.reply.startswith(kept)
        assert len(outcome.reply) <= (300 if "very" in kept else len(kept))


@pytest.mark.parametrize("code", ["5.7.30", "5.7.139", "5.7.57"])
def test_the_end_of_passwords_at_microsoft_ends_the_run_and_refuses_no_letter(code: str) -> None:
    for step in ("rcpt", "data", "dot"):
        with Rude(**{step: f"550 {code} Basic authentication is not supported".encode()}) as rude:
            outcome = deliver(rude.port)
        assert outcome.state == "queued"
        assert "token_command" in outcome.ends_run
    for other in ("550 5.7.300 No", "550 5.7.1 See 15.7.30.1", "550 5.7.5 No"):
        with Rude(rcpt=other.encode()) as rude:
            assert deliver(rude.port) == Outcome(state="refused", reply=other)


# Opening


@pytest.mark.parametrize("step", ["greet", "ehlo"])
@each_break
def test_a_server_that_does_not_begin_properly_cannot_be_reached(step: str, broken: servers.Reaction) -> None:
    reactions = {step: broken} | ({"helo": broken} if step == "ehlo" else {})
    began = time.monotonic()
    with Rude(**reactions) as rude:
        error = refusal(Busy, rude.port)
    assert time.monotonic() - began < 6
    assert (error.code, error.status) == ("unreachable", 75)
    assert "mail" not in rude.commands


@pytest.mark.parametrize("greeting", [b"421 Too busy", b"554 No service here", b"554 See 010190-123M"])
def test_a_greeting_that_is_a_no_is_told(greeting: bytes) -> None:
    with Rude(greet=greeting) as rude:
        error = refusal(Busy, rude.port)
    told = "554" if b"-" in greeting else greeting.decode()
    assert error.message == f"The mail server 127.0.0.1 cannot be reached: {told}."


def test_nobody_listens() -> None:
    error = refusal(Busy, servers.free_port())
    assert error.message == "The mail server 127.0.0.1 cannot be reached: Connection refused."


def test_an_old_server_is_greeted_in_the_old_way() -> None:
    with Rude(ehlo=b"502 What?") as rude:
        assert deliver(rude.port).state == "sent"
    assert rude.commands[:2] == ["ehlo", "helo"]


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return servers.certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_has_signed_is_refused_unless_it_is_named(
    security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = {security: certificate}
    with mailbox(tls=kind.get("tls"), starttls=kind.get("starttls"), login=True) as box:
        login = {"security": security, "user": USER, "password": PASSWORD}
        error = refusal(Refused, box.port, **login)
        assert (error.code, error.status) == ("no_tls", 4)
        assert "certificate" in error.message
        assert box.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with connected(box.port, **login) as server:
            assert server.deliver(SENDER, "aino@example.org", LETTER).state == "sent"
    assert box.recipients == ["aino@example.org"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_for_another_name_is_refused(security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = servers.certificate(tmp_path, "DNS:posti.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    kind = {security: other}
    with mailbox(tls=kind.get("tls"), starttls=kind.get("starttls")) as box:
        assert refusal(Refused, box.port, security=security).code == "no_tls"


def test_no_tls_on_offer_and_nothing_is_sent() -> None:
    with Rude() as rude:
        error = refusal(Refused, rude.port, security="starttls", user=USER, password=PASSWORD)
    assert (error.code, rude.commands) == ("no_tls", ["ehlo"])
    with Rude(ehlo=b"250-x\r\n250 STARTTLS", starttls=b"454 4.7.0 Not now") as rude:
        error = refusal(Busy, rude.port, security="starttls", user=USER, password=PASSWORD)
    assert error.message == "The mail server 127.0.0.1 cannot be reached: 454 4.7.0 Not now."
    assert rude.commands == ["ehlo", "STARTTLS"]


def test_what_was_said_before_tls_is_forgotten(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CVE-2011-0411: somebody on the way adds answers in the clear, to be taken for answers under TLS."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def secured(line: servers.Line) -> None:
        line.sock.sendall(b"220 Go on\r\n250-injected\r\n250 AUTH PLAIN\r\n235 Welcome\r\n250 Ok\r\n")
        line.sock = servers.serving(certificate).wrap_socket(line.sock, server_side=True)

    with Rude(ehlo=[b"250-x\r\n250 STARTTLS", b"250-x\r\n250 AUTH LOGIN"], starttls=secured, auth=b"535 No") as rude:
        refusal(Refused, rude.port, security="starttls", user=USER, password=PASSWORD)
    assert rude.commands == ["ehlo", "STARTTLS", "ehlo", "AUTH"]
    assert rude.heard[-1].startswith(b"AUTH LOGIN")


def test_tls_from_the_first_byte_where_there_is_none_is_told() -> None:
    with Rude() as rude:
        error = refusal(Refused, rude.port, security="tls")
    assert (error.code, rude.heard) == ("no_tls", [])
    assert "smtp_security" in error.hint


# Logging in


def test_a_password_with_letters_beyond_ascii_logs_in() -> None:
    for offered, check in (
        (b"PLAIN LOGIN", servers.checking(f"\0{USER}\0{PASSWORD}".encode())),
        (b"LOGIN CRAM-MD5", servers.checking(f"{USER} {PASSWORD}".encode(), b"UGFzc3dvcmQ6")),
    ):
        with (
            Rude(ehlo=b"250-x\r\n250 AUTH " + offered, auth=check) as rude,
            connected(rude.port, user=USER, password=PASSWORD) as server,
        ):
            assert server.deliver(SENDER, "aino@example.org", LETTER).state == "sent"


def test_a_polite_server_checks_the_password() -> None:
    with mailbox(login=True) as box:
        with connected(box.port, user=USER, password=PASSWORD) as server:
            assert server.deliver(SENDER, "aino@example.org", LETTER).state == "sent"
        error = refusal(Refused, box.port, user=USER, password="Väärä")  # noqa: S106
        assert (error.code, error.status) == ("login_refused", 4)
        assert deliver(box.port).state == "queued"  # 530 5.7.0 to MAIL: it is about who sends
    assert box.recipients == ["aino@example.org"]


def test_a_wrong_password_is_tried_once() -> None:
    plain, login = servers.checking(b"another"), servers.checking(b"another", b"UGFzc3dvcmQ6")
    for offered, auth in ((b"CRAM-MD5 LOGIN PLAIN", plain), (b"CRAM-MD5 LOGIN", login)):
        with Rude(ehlo=b"250-x\r\n250 AUTH " + offered, auth=auth) as rude:
            assert "535 5.7.8" in refusal(Refused, rude.port, user=USER, password=PASSWORD).message
        assert rude.commands.count("AUTH") == 1


def test_an_access_token_logs_in_and_a_wrong_one_is_told() -> None:
    words = f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode()
    with Rude(auth=servers.checking(words)) as rude:
        with connected(rude.port, user=USER, token=TOKEN) as server:
            assert server.deliver(SENDER, "aino@example.org", LETTER).state == "sent"
        assert rude.heard[1] == b"AUTH XOAUTH2 " + base64.b64encode(words)
    why = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.example.org/"}')
    with Rude(auth=servers.checking(b"never", why)) as rude:
        error = refusal(Refused, rude.port, user=USER, token=TOKEN)
    assert error.message == f"The mail server 127.0.0.1 does not let {USER} in: 535 5.7.8 Not right"
    assert rude.commands.count("AUTH") == 1


@pytest.mark.parametrize("challenge", [b"!", b"", b"=====", b"\xff\xfe"])
def test_a_challenge_that_is_nonsense_is_a_no(challenge: bytes) -> None:
    with Rude(auth=b"334 " + challenge) as rude:
        assert refusal(Refused, rude.port, user=USER, password=PASSWORD).code == "login_refused"


@pytest.mark.parametrize("code", ["5.7.30", "5.7.139"])
def test_microsoft_takes_no_passwords_any_more(code: str) -> None:
    with Rude(auth=f"535 {code} Basic authentication is not supported".encode()) as rude:
        error = refusal(Refused, rude.port, user=USER, password=PASSWORD)
    assert error.code == "no_passwords"
    assert "token_command" in error.hint


@each_break
def test_a_line_that_breaks_at_the_login_says_nothing_about_the_password(broken: servers.Reaction) -> None:
    with Rude(auth=broken) as rude:
        error = refusal(Busy, rude.port, user=USER, password=PASSWORD)
    assert error.code == "unreachable"


def test_a_login_that_is_put_off_is_no_wrong_password() -> None:
    with Rude(auth=b"454 4.7.0 Temporary failure") as rude:
        error = refusal(Busy, rude.port, user=USER, password=PASSWORD)
    assert error.message == f"The mail server 127.0.0.1 cannot log {USER} in now: 454 4.7.0 Temporary failure"


@pytest.mark.parametrize("echo", [PLAIN, PASSWORD])
def test_a_server_that_repeats_the_password_is_not_quoted(echo: str) -> None:
    with Rude(auth=f"501 5.5.2 Cannot decode {echo}".encode()) as rude:
        error = refusal(Refused, rude.port, user=USER, password=PASSWORD)
    assert error.message.endswith(": 501")


def test_a_server_without_a_login_that_we_know_gets_no_password() -> None:
    for offered in (b"250 x", b"250-x\r\n250 AUTH GSSAPI NTLM"):
        with Rude(ehlo=offered) as rude:
            assert refusal(Refused, rude.port, user=USER, password=PASSWORD).code == "login_refused"
        assert rude.commands == ["ehlo"]


def test_a_user_without_a_secret_is_told_where_to_put_one() -> None:
    with Rude() as rude, connected(rude.port, user=USER) as server, pytest.raises(Refused) as caught:
        server.open()
    assert caught.value.code == "no_secret"
    assert "invite login" in caught.value.hint
    assert rude.commands == ["ehlo"]


def test_a_login_that_fails_is_not_left_open() -> None:
    with Rude(auth=b"535 No") as rude:
        refusal(Refused, rude.port, user=USER, password=PASSWORD)
        table = subprocess.run(["ls", "-l", f"/proc/{os.getpid()}/fd"], capture_output=True, text=True, check=False).stdout
        with connected(rude.port, user=USER, password=PASSWORD) as server:
            for _n in range(5):
                with pytest.raises(Refused):
                    server.open()
        again = subprocess.run(["ls", "-l", f"/proc/{os.getpid()}/fd"], capture_output=True, text=True, check=False).stdout
    assert again.count("socket:") <= table.count("socket:") + 1


def test_without_tls_letters_go_to_this_computer_only() -> None:
    for host in ("127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "::1", "[::1]"):
        assert accounts.is_loopback(host)
    for host in ("192.168.1.2", "posti.example.org", "localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "", "::"):  # noqa: S104
        assert not accounts.is_loopback(host)
