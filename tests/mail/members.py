"""A mail server on loopback with members behind it: what is sent arrives, and some of them answer as their calendars do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller

from tests.imports import replies_samples as clients

# What the first nine who are invited answer with, each in the way of another client.
ANSWERS: tuple[tuple[str, Callable[..., bytes]], ...] = (
    ("outlook.eml", clients.outlook),
    ("gmail.eml", clients.gmail),
    ("apple.eml", clients.apple),
    ("icloud.ics", clients.icloud),
    ("thunderbird.eml", clients.thunderbird),
    ("nextcloud.eml", clients.nextcloud),
    ("sogo.eml", clients.sogo),
    ("zimbra.eml", clients.zimbra),
    ("phone.ics", clients.phone),
)


class Members:
    """Takes mail (aiosmtpd's hook) and puts the answers of the first nine who are invited into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.received: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        message = cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.SMTP))
        self.received.append(message)
        assert envelope.rcpt_tos == [address.addr_spec for address in message["To"].addresses]
        if len(self.received) <= len(ANSWERS):
            self._answer(message, *ANSWERS[len(self.received) - 1])
        return "250 OK"

    def _answer(self, message: EmailMessage, name: str, client: Callable[..., bytes]) -> None:
        (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        lines = dict(line.split(":", 1) for line in part.get_content().splitlines() if line.startswith(("UID:", "SEQUENCE:")))
        self.folder.mkdir(exist_ok=True)
        attendee = message["To"].addresses[0].addr_spec
        (self.folder / name).write_bytes(client(lines["UID"], attendee, int(lines["SEQUENCE"])))


@contextmanager
def members(folder: Path) -> Iterator[tuple[Members, int]]:
    """Run the server and give it with its port."""
    handler = Members(folder)
    # port 0 would not tell which one it got before the first connection
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
