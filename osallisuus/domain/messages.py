"""The outbox's ledger: which letter about which revision of a date went to whom, and how far it is.

A message is one letter to one recipient: a person, or somebody who registered for a webinar. It holds no name, no address and no
text, only what it is about; its text is made from present data, and `sha256` is of the bytes that a person agreed to send.
States: draft → queued → sending → sent | refused | unknown (the server may have it: RFC 1047), or withdrawn. A new revision of a
date withdraws what was not sent yet of the old one: the database does it, whichever command made the revision.
"""

from dataclasses import dataclass
from typing import ClassVar

from osallisuus.domain.events import Event
from osallisuus.store.database import Database

STATES = ("draft", "queued", "sending", "sent", "refused", "unknown", "withdrawn")
# Whoever has one of these has heard of it, or may have.
TOLD = ("sent", "unknown")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a calendar shows of a UID under a SEQUENCE; `organizer` is the address that all of the UID's messages name."""

    table: ClassVar[str] = "revisions"
    id: int = 0
    event_id: int
    uid: str
    sequence: int
    starts: str
    minutes: int
    timezone: str
    status: str
    title: str
    title_sv: str
    title_en: str
    description: str
    place: str
    url: str
    organizer: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One letter to one recipient.

    `turn` tells letters of one kind apart: the days before a date for reminders, the newest answer for report-backs; 0 otherwise.
    `made_at` and `sent_at` are UTC; `reply` is what the mail server said.
    """

    table: ClassVar[str] = "messages"
    id: int = 0
    event_id: int
    revision_id: int
    person_id: int | None = None
    registration_id: int | None = None
    kind: str
    turn: int = 0
    state: str = "draft"
    by_hand: int = 0
    message_id: str
    made_at: str
    sha256: str = ""
    sent_at: str | None = None
    reply: str = ""


# Reads


def revisions(db: Database, event_id: int) -> list[Revision]:
    """Return what was ever told of an event, UID by UID, oldest first."""
    return db.fetch(Revision, "SELECT * FROM revisions WHERE event_id = ? ORDER BY uid, sequence", (event_id,))


def of_event(db: Database, event: Event) -> list[Message]:
    """Return all messages about an event, oldest first."""
    return db.fetch(Message, "SELECT * FROM messages WHERE event_id = ? ORDER BY id", (event.id,))
