"""Handing letters to a mail server (RFC 5321): one recipient a transaction, one connection for many.

What came of each is one of four things, and the difference is when it was: until the letter itself is on its way, or where the
server says "later" (4xx), it stays queued; after a "no" (5xx) it is refused; when the connection breaks after the letter began
to leave, nobody can know (RFC 1047): unknown.
"""

import re
import smtplib
import ssl
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, replace

from osallisuus.errors import Busy, OsallisuusError, Refused
from osallisuus.i18n import _
from osallisuus.mail.accounts import Account
from osallisuus.texts import has_identity_code

_DOT = re.compile(rb"^\.", re.MULTILINE)
_LONGEST_REPLY = 300
# RFC 5321 4.5.3.1.5 allows lines of 512 bytes; what a server offers takes a dozen of them.
_MOST_READ = 64 * 1024
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
# Said to the server as our name: the name of this computer is nobody's business (RFC 5321 4.1.4 allows a literal).
_OWN_NAME = "[127.0.0.1]"
# What Exchange Online says to a password, as an answer to AUTH or only to DATA.
_NO_PASSWORDS = re.compile(r"(?<![\d.])5\.7\.(?:30|139|57)(?!\d)")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a letter: `state` is sent, queued, refused or unknown; `reply` what the server said.

    `ends_run` is why no other letter would fare better now; empty where the next one may.
    """

    state: str
    reply: str
    ends_run: str = ""


class _Connection(smtplib.SMTP):
    """smtplib's, with replies that end: it would read on for as long as lines come, and take a word for a number."""

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the words of one reply; the code is -1 when it is none. It is here in time or the line is cut."""
        until = time.monotonic() + self.timeout
        read = b""
        while self.sock:
            try:
                self.sock.settimeout(max(until - time.monotonic(), 0.001))
                piece = self.sock.recv(4096)
                self.sock.settimeout(self.timeout)
            except OSError as error:
                self.close()
                raise smtplib.SMTPServerDisconnected(_words(error)) from error
            read += piece
            if not piece or len(read) > _MOST_READ:
                self.close()
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed" if not piece else "Reply too long")
            said = []
            for line in read.split(b"\n")[:-1]:
                match = _LINE.fullmatch(line.rstrip(b"\r"))
                if not match:
                    return -1, line
                said.append(match[3] or b"")
                if match[2] != b"-":
                    return int(match[1]), b"\n".join(said)
        raise smtplib.SMTPServerDisconnected("Not connected")


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same, with TLS from its first byte."""


class Server:
    """A connection to a mail server, opened at its first use and again when it breaks; to be closed.

    `began` is whether the content of the last letter was on its way.
    """

    def __init__(self, account: Account, password: str, token: str) -> None:
        self.began = False
        self._account = account
        self._password = password
        self._token = token
        self._smtp: smtplib.SMTP | None = None
        self._used = False

    def open(self) -> smtplib.SMTP:
        """Return the connection, logged in.

        Raises Busy when the server cannot be reached, Refused when it does not take the login or offers no TLS.
        """
        if self._smtp is None:
            self._smtp = self._connect()
        return self._smtp

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()

    def deliver(self, sender: str, recipient: str, content: bytes) -> Outcome:
        """Hand over one letter, lines ending in CRLF, and return what came of it."""
        try:
            return self._deliver(sender, recipient, content)
        except BaseException:
            self._drop()  # without a goodbye: it would be waited for, or taken for a part of the letter
            raise

    def _deliver(self, sender: str, recipient: str, content: bytes) -> Outcome:
        self.began = False
        used = self._used
        outcome = self._announce(sender, recipient)
        if outcome and used and self._smtp is None:
            # some take only so many letters in one connection
            outcome = self._announce(sender, recipient)
        self._used = self._smtp is not None
        if outcome or not self._smtp:
            return outcome or Outcome(state="queued", reply="")
        self.began = True
        try:
            self._smtp.send(_DOT.sub(b"..", content) + b".\r\n")
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="unknown", reply=_words(error))
        if 200 <= code < 300:
            return Outcome(state="sent", reply=_reply(code, text))
        if not 400 <= code < 600:
            # no answer to a letter: it may have been taken
            self._drop()
            return Outcome(state="unknown", reply=_reply(code, text))
        return self._settled(code, text)

    def _announce(self, sender: str, recipient: str) -> Outcome | None:
        """Go as far as the server asking for the letter; return what came of it when it does not."""
        try:
            smtp = self.open()
            code, text = smtp.mail(sender)
            if not 200 <= code < 300:
                # it is about who sends, so it is the same for every letter
                outcome = self._settled(code, text)
                return Outcome(state="queued", reply=outcome.reply, ends_run=outcome.ends_run or outcome.reply)
            code, text = smtp.rcpt(recipient)
            if not 200 <= code < 300:
                outcome = self._settled(code, text)
                # a server that wants a login first has nothing against this reader (RFC 4954 6)
                return replace(outcome, state="queued", ends_run=outcome.reply) if code in (530, 535) else outcome
            code, text = smtp.docmd("DATA")
            return None if code == 354 else self._settled(code, text)
        except OsallisuusError as error:
            return Outcome(state="queued", reply=error.message[:_LONGEST_REPLY])
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="queued", reply=_words(error))

    def _settled(self, code: int, text: bytes) -> Outcome:
        """Return what a refusal means, with the connection ready for the next letter."""
        reply = _reply(code, text)
        if not 400 <= code < 600 or code == 421 or not self._reset():
            self._drop()
        if _NO_PASSWORDS.search(reply):
            return Outcome(state="queued", reply=reply, ends_run=_no_passwords(reply))
        return Outcome(state="refused" if 500 <= code < 600 else "queued", reply=reply)

    def _reset(self) -> bool:
        try:
            return bool(self._smtp and self._smtp.rset()[0] == 250)
        except (OSError, smtplib.SMTPException):
            return False

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
            self._used = False

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        try:
            smtp = self._greeted(account)
        except ssl.SSLError as error:
            raise Refused(
                _("There is no safe connection to the mail server {host}: {reason}.").format(
                    host=account.host, reason=_words(error)
                ),
                hint=_("Check smtp_host, smtp_port and smtp_security (starttls is usual on 587, tls on 465)."),
                code="no_tls",
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(
                _("The mail server {host} offers no TLS, and without it nothing is sent.").format(host=account.host),
                hint=_("Ask its keeper for the right port: osallisuus config set smtp_port N."),
                code="no_tls",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Busy(
                _("The mail server {host} cannot be reached: {reason}.").format(host=account.host, reason=_words(error)),
                hint=_("Nothing was sent. Check the connection, smtp_host and smtp_port, and try again."),
                code="unreachable",
            ) from error
        try:
            self._log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    @staticmethod
    def _greeted(account: Account) -> smtplib.SMTP:
        host, port, patience = account.host, account.port, account.timeout
        if account.security == "tls":
            smtp: smtplib.SMTP = _TlsConnection(host, port, _OWN_NAME, timeout=patience, context=_safely())
        else:
            smtp = _Connection(host, port, _OWN_NAME, timeout=patience)
        try:
            if account.security == "starttls":
                smtp.starttls(context=_safely())
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        host, user = self._account.host, self._account.user
        if not user:
            return
        if not (self._token or self._password):
            raise _no_secret(user)
        try:
            code, reply = self._introduce(smtp)
        except (OSError, smtplib.SMTPException) as error:
            code, reply = -1, _words(error)
        if code == 235:
            return
        if not (300 <= code < 400 or 500 <= code < 600):
            raise Busy(
                _("The mail server {host} cannot log {user} in now: {reply}").format(host=host, user=user, reply=reply),
                hint=_("Nothing was sent. Try again in a moment."),
                code="unreachable",
            )
        sentence = _("The mail server {host} does not let {user} in: {reply}").format(host=host, user=user, reply=reply)
        if _NO_PASSWORDS.search(reply):
            raise Refused(sentence, hint=_no_passwords(reply), code="no_passwords")
        raise Refused(sentence, hint=_("Check smtp_user and the password: osallisuus invite login."), code="login_refused")

    def _introduce(self, smtp: smtplib.SMTP) -> tuple[int, str]:
        """Say who logs in and return the answer.

        Not by smtplib's `login`: it knows passwords in ASCII only, and tries a wrong one in three ways, which locks accounts.
        """
        user = self._account.user
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if self._token:
            # to a challenge, which is an error message, the answer is empty
            mechanism, words = "XOAUTH2", [f"user={user}\x01auth=Bearer {self._token}\x01\x01", ""]
        elif "PLAIN" in offered:
            mechanism, words = "PLAIN", [f"\0{user}\0{self._password}"]
        elif "LOGIN" in offered:
            mechanism, words = "LOGIN", [user, self._password]
        else:
            raise Refused(
                _("The mail server {host} takes no login by password here.").format(host=self._account.host),
                hint=_("Ask its keeper which login it takes, or set smtp_user to nothing where it needs none."),
                code="login_refused",
            )
        first, *others = [b64encode(word.encode()).decode() for word in words]
        code, text = smtp.docmd("AUTH", f"{mechanism} {first}")
        for word in others:
            if code == 334:
                code, text = smtp.docmd(word)
        reply = _reply(code, text)
        # some repeat what they could not read
        told = any(secret in reply for secret in (self._password, self._token, first, *others) if secret)
        return code, str(code) if told else reply


def _safely() -> ssl.SSLContext:
    """Return TLS with the certificates of the system, names checked; SSL_CERT_FILE names those of an organisation's own."""
    return ssl.create_default_context()


def _no_secret(user: str) -> Refused:
    return Refused(
        _("There is no password for {user}.").format(user=user),
        hint=_("Keep it in the keyring: osallisuus invite login. Or set password_command, or pass it with --password-stdin."),
        code="no_secret",
    )


def _no_passwords(reply: str) -> str:
    return _(
        "Microsoft 365 takes no passwords for sending any more ({reply}). Set token_command to a program that prints an access "
        "token, send through your organisation's own relay, or write the letters as files: osallisuus invite write DIR."
    ).format(reply=reply)


def _reply(code: int, text: bytes | str) -> str:
    words = " ".join((text.decode(errors="replace") if isinstance(text, bytes) else text).split())
    reply = f"{code} {words}".rstrip() if code > 0 else words
    return str(code) if has_identity_code(reply) or "\0" in reply else reply[:_LONGEST_REPLY]


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    words = " ".join(str(getattr(error, "strerror", "") or error).split()) or type(error).__name__
    return words.rstrip(".")[:_LONGEST_REPLY]
