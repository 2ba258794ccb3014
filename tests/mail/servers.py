"""Mail servers on this computer: a polite one that keeps what it is given, and one that does whatever a test wants of it."""

import base64
import random
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.exports.peers import missing

USER, PASSWORD, TOKEN = "koordinaattori@example.org", "Sala:sana-äö ✓", "eyJ0.abc-DEF_123"
# The steps of a transaction in the order they come, as far as the content has not begun.
BEFORE = ("mail", "rcpt", "data")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What a server was given in one transaction."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The message as a mail program reads it."""
        message = BytesParser(policy=default).parsebytes(self.content)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def message_id(self) -> str:
        """Its Message-ID without the brackets."""
        return str(self.parsed["Message-ID"]).strip("<>")


@dataclass(kw_only=True)
class Mailbox:
    """The handler of the polite server: `mails` are in the order they came; `on_mail` is called with each before it is taken."""

    port: int
    mails: list[Mail] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    on_mail: Callable[[Mail], object] = lambda _mail: None

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        mail = Mail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content or b"",
        )
        self.on_mail(mail)
        self.mails.append(mail)
        self.connections.add(session.peer)
        return "250 2.0.0 Kept"

    @property
    def recipients(self) -> list[str]:
        """To whom letters came, sorted."""
        return sorted(one for mail in self.mails for one in mail.recipients)


@contextmanager
def mailbox(*, tls: Path | None = None, starttls: Path | None = None, login: bool = False) -> Iterator[Mailbox]:
    """Give a running polite server; `tls` and `starttls` name a certificate, with `login` it takes nothing without one."""
    box = Mailbox(port=free_port())
    controller = _Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=tls and serving(tls),
        tls_context=starttls and serving(starttls),
        require_starttls=bool(starttls),
        authenticator=_right if login else None,
        auth_required=login,
        auth_require_tls=bool(starttls),
        ready_timeout=20,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """Look that it answers, as aiosmtpd does, but without its trust in the certificate."""
        socket.create_connection((self.hostname, self.port), timeout=20).close()


def _right(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def certificate(folder: Path, name: str = "IP:127.0.0.1") -> Path:
    """Make a certificate that nobody has signed but itself, with its key in the same file."""
    if not shutil.which("openssl"):
        missing("openssl makes the certificate (Debian: openssl)")
    path = folder / "server.pem"
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=posti")
    names = ("-addext", f"subjectAltName={name}")
    subprocess.run(["openssl", *made, *names, "-keyout", path, "-out", folder / "cert.pem"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (folder / "cert.pem").read_bytes())
    return path


def serving(path: Path) -> ssl.SSLContext:
    """Return what a server needs to speak TLS with this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# What the rude server can do at a step, other than answer with these bytes


class Dropped(Exception):
    """The connection is gone."""


@dataclass(kw_only=True)
class Line:
    """One connection of the rude server."""

    server: "Rude"
    sock: socket.socket
    read: bytes = b""

    def say(self, words: bytes) -> None:
        self.sock.sendall(words + b"\r\n")

    def hear(self, until: bytes = b"\r\n") -> bytes:
        while until not in self.read:
            piece = self.sock.recv(65536)
            if not piece:
                raise Dropped
            self.read += piece
        heard, _until, self.read = self.read.partition(until)
        return heard


def drop(line: Line) -> None:
    """Hang up as a server that crashed."""
    line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Dropped


def leave(line: Line) -> None:
    """Hang up properly."""
    raise Dropped


def hang(line: Line) -> None:
    """Say nothing until the other one loses patience."""
    line.sock.settimeout(20)
    while line.sock.recv(65536):
        pass
    raise Dropped


def trickle(line: Line) -> None:
    """Answer so slowly that no single wait is too long."""
    for _n in range(200):
        line.sock.sendall(b"2")
        time.sleep(0.1)


def endless(line: Line) -> None:
    """Say lines that announce another one, for ever."""
    for n in range(10_000_000):
        line.say(b"250-%d and there is more" % n)


def endless_line(line: Line) -> None:
    """Say one line that does not end."""
    for _n in range(10_000_000):
        line.sock.sendall(b"250 and more" * 100)


Reaction = bytes | Callable[[Line], None]
_POLITE: Mapping[str, bytes] = {
    "greet": b"220 127.0.0.1 ready",
    "ehlo": b"250-127.0.0.1\r\n250 AUTH PLAIN LOGIN XOAUTH2",
    "helo": b"250 127.0.0.1",
    "auth": b"235 2.7.0 Welcome",
    "mail": b"250 2.1.0 Ok",
    "rcpt": b"250 2.1.5 Ok",
    "data": b"354 Go on",
    "dot": b"250 2.0.0 Kept",
    "rset": b"250 Ok",
    "quit": b"221 Bye",
}


class Rude:
    """A server that reacts at each step as it is told: with bytes, or by doing something to the connection.

    A list of reactions is used up one by one, then it is polite; `accepted` is what it answered with 2yz. `thinks` is how long it
    takes over a step at most, in seconds.
    """

    def __init__(self, *, thinks: float = 0, **reactions: Reaction | list[Reaction]) -> None:
        self.reactions = reactions
        self.thinks = thinks
        self.accepted: list[Mail] = []
        self.heard: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    @property
    def commands(self) -> list[str]:
        """The verbs it heard, in order."""
        return [line.split(b" ")[0].decode() for line in self.heard]

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _peer = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with sock, suppress(Dropped, OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._converse(Line(server=self, sock=sock))

    def _converse(self, line: Line) -> None:
        sender, recipients = b"", []
        self._react(line, "greet")
        while True:
            words = line.hear()
            self.heard.append(words)
            step = words.split(b" ")[0].decode().lower()
            said = self._react(line, step)
            if step == "mail":
                sender, recipients = words, []
            elif step == "rcpt":
                recipients.append(_within(words))
            elif step == "quit":
                return
            elif step == "data" and said.startswith(b"354"):
                if self.reactions.get("content"):
                    line.sock.recv(100)
                    self._react(line, "content")
                content = line.hear(b"\r\n.\r\n") + b"\r\n"
                mail = Mail(sender=_within(sender), recipients=tuple(recipients), content=content.replace(b"\r\n..", b"\r\n."))
                self._end(line, mail)

    def _end(self, line: Line, mail: Mail) -> None:
        reaction = self._reaction("dot")
        if isinstance(reaction, bytes) and reaction.startswith(b"2"):
            with self._lock:
                self.accepted.append(mail)
        self._do(line, reaction)

    def _react(self, line: Line, step: str) -> bytes:
        reaction = self._reaction(step)
        self._do(line, reaction)
        return reaction if isinstance(reaction, bytes) else b""

    def _reaction(self, step: str) -> Reaction:
        found = self.reactions.get(step)
        if isinstance(found, list):
            found = found.pop(0) if found else None
        return _POLITE.get(step, b"500 5.5.1 What?") if found is None else found

    def _do(self, line: Line, reaction: Reaction) -> None:
        if self.thinks:
            time.sleep(random.uniform(0, self.thinks))
        if isinstance(reaction, bytes):
            line.say(reaction)
        else:
            reaction(line)


def _within(command: bytes) -> str:
    return command.partition(b"<")[2].partition(b">")[0].decode()


def checking(secret: bytes, *challenges: bytes, wrong: bytes = b"535 5.7.8 Not right") -> Callable[[Line], None]:
    """Return how a server logs in: each challenge is answered by a line, and all of them together are the secret or not."""

    def check(line: Line) -> None:
        words = [line.server.heard[-1].split(b" ")[-1]]
        for challenge in challenges:
            line.say(b"334 " + challenge)
            words.append(line.hear())
        line.say(b"235 2.7.0 Welcome" if b" ".join(base64.b64decode(word) for word in words) == secret else wrong)

    return check
