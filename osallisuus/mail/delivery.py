"""Handing letters to a mail server (RFC 5321): one recipient a transaction, one connection for many.

What came of each is one of four things, and the difference is when it was: until the letter itself is on its way, or where the
server says "later" (4xx), it stays queued; after a "no" (5xx) it is refused; when the connection breaks after the letter began
to leave, nobody can know (RFC 1047): unknown.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from osallisuus.errors import Busy, Refused
from osallisuus.i18n import _
from osallisuus.mail.accounts import Account
from osallisuus.texts import has_identity_code

_DOT = re.compile(rb"^\.", re.MULTILINE)
_LONGEST_REPLY = 300
# Said to the server as our name: the name of this computer is nobody's business (RFC 5321 4.1.4 allows a literal).
_OWN_NAME = "[127.0.0.1]"
# What Exchange Online says to a password, as an answer to AUTH or only to DATA.
_NO_PASSWORDS = ("5.7.30", "5.7.139", "5.7.57")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a letter: `state` is sent, queued, refused or unknown; `reply` what the server said.

    `ends_run` is why no other letter would fare better now; empty where the next one may.
    """

    state: str
    reply: str
    ends_run: str = ""


class Server:
    """A connection to a mail server, opened at its first use and again when it breaks; to be closed."""

    def __init__(self, account: Account, password: str, token: str) -> None:
        self._account = account
        self._password = password
        self._token = token
        self._smtp: smtplib.SMTP | None = None

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
        smtp = self.open()
        try:
            outcome = self._announce(smtp, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="queued", reply=_words(error))
        if outcome:
            return outcome
        try:
            smtp.send(_DOT.sub(b"..", content) + b".\r\n")
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="unknown", reply=_words(error))
        return self._settled(code, text, accepted=(250,))

    def _announce(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        """Go as far as the server asking for the letter; return what came of it when it does not."""
        code, text = smtp.mail(sender)
        if code != 250:
            # it is about who sends, so it is the same for every letter
            outcome = self._settled(code, text)
            return Outcome(state="queued", reply=outcome.reply, ends_run=outcome.ends_run or outcome.reply)
        code, text = smtp.rcpt(recipient)
        if code not in (250, 251):
            return self._settled(code, text)
        code, text = smtp.docmd("DATA")
        return None if code == 354 else self._settled(code, text)

    def _settled(self, code: int, text: bytes, accepted: tuple[int, ...] = ()) -> Outcome:
        """Return what a reply means, with the connection ready for the next letter."""
        reply = _reply(code, text)
        if code in accepted:
            return Outcome(state="sent", reply=reply)
        if code == 421 or not self._reset():
            self._drop()
        if any(sign in reply for sign in _NO_PASSWORDS):
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
        # certificates of the system, names checked; SSL_CERT_FILE names those of an organisation's own
        safely = ssl.create_default_context()
        host, port, patience = account.host, account.port, account.timeout
        if account.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _OWN_NAME, timeout=patience, context=safely)
        else:
            smtp = smtplib.SMTP(host, port, _OWN_NAME, timeout=patience)
        try:
            if account.security == "starttls":
                smtp.starttls(context=safely)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        user = self._account.user
        if not user:
            return
        try:
            if self._token:
                smtp.auth("XOAUTH2", _xoauth2(user, self._token))
            elif self._password:
                smtp.login(user, self._password)
            else:
                raise _no_secret(user)
        except smtplib.SMTPResponseException as error:
            reply = _reply(error.smtp_code, error.smtp_error)
            if 400 <= error.smtp_code < 500:
                raise Busy(
                    _("The mail server cannot log {user} in now: {reply}").format(user=user, reply=reply),
                    hint=_("Nothing was sent. Try again in a moment."),
                    code="unreachable",
                ) from None
            sentence = _("The mail server does not let {user} in: {reply}").format(user=user, reply=reply)
            if any(sign in reply for sign in _NO_PASSWORDS):
                raise Refused(sentence, hint=_no_passwords(reply), code="no_passwords") from None
            hint = _("Check smtp_user and the password: osallisuus invite login.")
            raise Refused(sentence, hint=hint, code="login_refused") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Refused(
                _("Logging in at the mail server failed: {reason}.").format(reason=_words(error)),
                hint=_("Ask its keeper which login it takes."),
                code="login_refused",
            ) from None


def _xoauth2(user: str, token: str) -> Callable[..., str]:
    """Return what smtplib asks for the words of XOAUTH2; to a challenge, which is an error message, the answer is empty."""
    return lambda challenge=None: f"user={user}\x01auth=Bearer {token}\x01\x01" if challenge is None else ""


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
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    reply = f"{code} {' '.join(words.split())}"[:_LONGEST_REPLY]
    return str(code) if has_identity_code(reply) or "\0" in reply else reply


def _words(error: BaseException) -> str:
    words = " ".join(str(getattr(error, "strerror", "") or error).split()) or type(error).__name__
    return words.rstrip(".")[:_LONGEST_REPLY]
