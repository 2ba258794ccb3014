"""Reading a folder of an IMAP server (RFC 9051), without changing anything in it: no mail is marked as read, moved or deleted."""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

from osallisuus.errors import Busy, NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.mail.accounts import is_loopback

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")
# What a mail with an answer in it is made of; a mail within a mail may hold one.
_MAY_ANSWER = re.compile(rb'"CALENDAR"|"ICS"|"RFC822"', re.IGNORECASE)
_MOST = 5 * 1024 * 1024
_MOST_MAILS = 5_000
# A command may be a few thousand bytes long (RFC 7162 4).
_AT_ONCE = 200
_BEGINS = re.compile(rb"\d+ \(")


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A folder on a server: `imaps://user@host/Folder`, or `imap://` on this computer itself."""

    host: str
    port: int
    secure: bool
    user: str
    folder: str


def parse(url: str) -> Mailbox:
    """Read the address of a folder; raise UsageError for what is none, Refused for one that would be read in the clear."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    user, folder = unquote(parts.username or ""), unquote(parts.path.lstrip("/")) or "INBOX"
    plain = all(text.isprintable() for text in (user, folder))
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not user or not plain or parts.password is not None:
        raise UsageError(
            _("'{url}' is not the address of a mail folder.").format(url=url if parts.password is None else "…"),
            hint=_("As imaps://user@imap.example.org/Folder; the password is never in it."),
        )
    secure = parts.scheme == "imaps"
    if not secure and not is_loopback(parts.hostname):
        raise Refused(
            _("Without TLS nothing is read from {host}.").format(host=parts.hostname), hint=_("Use imaps://."), code="no_tls"
        )
    return Mailbox(host=parts.hostname, port=port or (993 if secure else 143), secure=secure, user=user, folder=folder)


def fetch(box: Mailbox, *, password: str, token: str, since: date, timeout: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each mail of a folder since a day that may hold an answer; `timeout` is in seconds.

    Raises Busy when the server cannot be reached, Refused when it does not let one in, NotFound when there is no such folder.
    """
    with _explained(box):
        client = _connect(box, timeout)
        try:
            _log_in(client, box, password, token)
            if client.select(_quoted(box.folder), readonly=True)[0] != "OK":
                raise NotFound(
                    _("There is no folder {folder} on {host}.").format(folder=box.folder, host=box.host),
                    hint=_("Name it as the server does; folders within folders often as INBOX/Name or INBOX.Name."),
                )
            for uid in _candidates(client, since):
                found = client.uid("FETCH", uid, "(BODY.PEEK[])")[1]
                content = next((one[1] for one in found if isinstance(one, tuple)), b"")
                yield f"{box.folder};UID={uid}", bytes(content)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()


def _connect(box: Mailbox, timeout: int) -> imaplib.IMAP4:
    if box.secure:
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=timeout)
    return imaplib.IMAP4(box.host, box.port, timeout=timeout)


def _log_in(client: imaplib.IMAP4, box: Mailbox, password: str, token: str) -> None:
    try:
        if token:
            words = f"user={box.user}\x01auth=Bearer {token}\x01\x01".encode()
            client.authenticate("XOAUTH2", lambda _challenge: words)
        elif (box.user + password).isascii():
            client.login(box.user, password)
        else:
            client.authenticate("PLAIN", lambda _challenge: f"\0{box.user}\0{password}".encode())  # LOGIN is for ASCII only
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise Refused(
            _("The server {host} does not let {user} in: {reason}").format(host=box.host, user=box.user, reason=_words(error)),
            hint=_("Check the user and the password; Microsoft 365 and Gmail want token_command or an app password."),
            code="login_refused",
        ) from None


def _candidates(client: imaplib.IMAP4, since: date) -> list[str]:
    """Return the UIDs of mails since a day that may hold an answer, by how they are built; others are not even fetched."""
    day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
    uids = (client.uid("SEARCH", "SINCE", day)[1][0] or b"").split()[-_MOST_MAILS:]
    if not uids:
        return []
    found = []
    for first in range(0, len(uids), _AT_ONCE):
        some = b",".join(uids[first : first + _AT_ONCE]).decode()
        for text in _responses(client.uid("FETCH", some, "(UID RFC822.SIZE BODYSTRUCTURE)")[1]):
            uid, size = _UID.search(text), _SIZE.search(text)
            if uid and size and int(size[1]) <= _MOST and _MAY_ANSWER.search(text):
                found.append(uid[1].decode())
    return found


def _responses(pieces: Iterable[Any]) -> Iterator[bytes]:
    """Yield whole responses: one that holds literals comes in pieces, the first of which begins with its number."""
    whole = b""
    for piece in pieces:
        text = b" ".join(piece) if isinstance(piece, tuple) else piece or b""
        if whole and _BEGINS.match(text):
            yield whole
            whole = b""
        whole += b" " + text
    if whole:
        yield whole


def _quoted(folder: str) -> str:
    """Return a folder's name as IMAP wants it: modified UTF-7 (RFC 9051 Appendix A.1), in quotes."""
    encoded = "".join(_shifted(run) if not run.isascii() else run.replace("&", "&-") for run in _runs(folder))
    escaped = encoded.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _runs(text: str) -> list[str]:
    return re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", text)


def _shifted(text: str) -> str:
    coded = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{coded}-"


@contextmanager
def _explained(box: Mailbox) -> Iterator[None]:
    """Turn what goes wrong with a server into a sentence."""
    try:
        yield
    except ssl.SSLError as error:
        raise Refused(
            _("There is no safe connection to {host}: {reason}.").format(host=box.host, reason=_words(error)),
            hint=_("Check the address; IMAP with TLS is usually on port 993."),
            code="no_tls",
        ) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise Busy(
            _("The server {host} cannot be read: {reason}.").format(host=box.host, reason=_words(error)),
            hint=_("Nothing was changed. Check the address, and try again."),
            code="unreachable",
        ) from error


def _words(error: BaseException) -> str:
    argument = error.args[0] if error.args else ""
    words = argument.decode(errors="replace") if isinstance(argument, bytes) else str(error)
    return " ".join(words.split()).rstrip(".")[:300] or type(error).__name__
