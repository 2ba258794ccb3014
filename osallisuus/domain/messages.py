"""The outbox's ledger: which letter about which revision of a date went to whom, and how far it is.

A message is one letter to one recipient: a person, or somebody who registered for a webinar. It holds no name, no address and no
text, only what it is about; its text is made from present data, and `sha256` is of the bytes that a person agreed to send.
States: draft → queued → sending → sent | refused | unknown (the server may have it: RFC 1047), or withdrawn. A new revision of a
date withdraws what was not sent yet of the old one: the database does it, whichever command made the revision.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

# The kinds of letters; those in CALENDAR carry an entry for the recipient's calendar (iMIP, RFC 6047).
KINDS = (
    "invitation",
    "reminder",
    "change",
    "cancellation",
    "thanks",
    "speaker-invitation",
    "speaker-reminder",
    "report-back",
)
CALENDAR = ("invitation", "change", "cancellation", "speaker-invitation")
STATES = ("draft", "queued", "sending", "sent", "refused", "unknown", "withdrawn")
# Whoever has one of these has heard of it, or may have.
TOLD = ("sent", "unknown")
# The turn of a reminder that is no part of a schedule.
BY_HAND = -1
# How many are read at once where there may be very many.
_AT_ONCE = 500
# How far a letter is, as its reader may know of it.
_FURTHEST = ("withdrawn", "draft", "queued", "refused", "sending", "unknown", "sent")
# What a revision keeps of an event.
SHOWN = (
    *("uid", "sequence", "starts", "minutes", "timezone", "status"),
    *("title", "title_sv", "title_en", "description", "place", "url"),
)


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

    `turn` tells letters of one kind apart: the days before a date for reminders, the newest answer for report-backs, how often
    its reader was taken off before for invitations and cancellations; BY_HAND for reminders that a person asked for, 0 otherwise.
    `sequence` is that of the entry for the calendar. `may_have` is whether its reader may have it although it is to go again.
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
    sequence: int = 0
    state: str = "draft"
    by_hand: int = 0
    may_have: int = 0
    message_id: str
    made_at: str
    sha256: str = ""
    sent_at: str | None = None
    reply: str = ""


# Rules


def is_told(message: Message) -> bool:
    """Tell whether whoever it was for has heard of it, or may have."""
    return message.state in TOLD or bool(message.may_have)


def _changeable(message: Message, to: str) -> bool:
    """Tell whether a person may put a message into a state."""
    whence = {
        "withdrawn": ("draft", "queued", "refused", "unknown"),
        "draft": ("refused", "unknown", "withdrawn", "queued", "sent"),
    }
    return message.state in whence[to]


# Reads


def revisions(db: Database, event_id: int) -> Mapping[int, Revision]:
    """Return what was ever told of an event, by row id."""
    found = db.fetch(Revision, "SELECT * FROM revisions WHERE event_id = ? ORDER BY id", (event_id,))
    return {revision.id: revision for revision in found}


def of_event(db: Database, event: Event) -> list[Message]:
    """Return all messages about an event, oldest first."""
    return db.fetch(Message, "SELECT * FROM messages WHERE event_id = ? ORDER BY id", (event.id,))


def search(
    db: Database, *, states: Sequence[str] = (), event_id: int = 0, host: str = "", limit: int = -1, after: int = 0
) -> list[Message]:
    """Return messages in these states (all without), of one event or host, oldest first; those `after` a number."""
    values: dict[str, object] = {f"s{i}": state for i, state in enumerate(states)}
    where = [f"m.state IN ({', '.join(f':{name}' for name in values)})"] if states else ["1"]
    where += ["m.event_id = :event_id"] if event_id else []
    where += ["m.event_id IN (SELECT id FROM events WHERE host = :host)"] if host else []
    values |= {"event_id": event_id, "host": host, "limit": limit, "after": after}
    condition = " AND ".join(("m.id > :after", *where))
    return db.fetch(Message, f"SELECT m.* FROM messages m WHERE {condition} ORDER BY m.id LIMIT :limit", values)


def each(db: Database, *, states: Sequence[str], event_id: int, host: str) -> Iterator[Message]:
    """Yield the same messages without holding them all."""
    last = 0
    while found := search(db, states=states, event_id=event_id, host=host, limit=_AT_ONCE, after=last):
        yield from found
        last = found[-1].id


def get(db: Database, number: int) -> Message:
    """Return one message; raise NotFound."""
    found = db.fetch(Message, "SELECT * FROM messages WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no letter {id}.").format(id=number), hint=_("See them: osallisuus invite list."))
    return found[0]


def counts(db: Database) -> Mapping[str, int]:
    """Return how many messages wait for a person, by state: draft, queued, sending, refused and unknown."""
    rows = db.rows("SELECT state, count(*) AS n FROM messages WHERE state NOT IN ('sent', 'withdrawn') GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


def reminded(db: Database, ids: Sequence[int]) -> set[int]:
    """Return which of these events somebody was reminded of, at the time they have now."""
    rows = db.rows(
        "SELECT DISTINCT m.event_id FROM messages m JOIN revisions r ON r.id = m.revision_id JOIN events e ON e.id = m.event_id"
        f" WHERE m.kind = 'reminder' AND m.state IN ('sent', 'unknown') AND r.starts = e.starts"
        f" AND m.event_id IN ({', '.join('?' for _id in ids)})",
        list(ids),
    )
    return {row["event_id"] for row in rows}


# Actions


def revise(db: Database, event: Event, organizer: str, change: Change) -> Revision:
    """Return what the event is now as a revision, keeping it when it is new; the UID's first organizer stays (RFC 5546 3.1.1)."""
    known = db.fetch(Revision, "SELECT * FROM revisions WHERE uid = ? ORDER BY sequence", (event.uid,))
    if known and known[-1].sequence == event.sequence:
        return known[-1]
    revision = Revision(
        event_id=event.id,
        organizer=known[0].organizer if known else organizer,
        **{name: getattr(event, name) for name in SHOWN},
    )
    revision = replace(revision, id=db.insert(revision))
    events.tell(db, change, "revised", event.id, sequence=event.sequence)
    return revision


def draft(db: Database, message: Message, change: Change) -> int:
    """Put a letter into the outbox and return its number; 0 when it is there already, in whichever state.

    One that a new revision had withdrawn and that fits again is taken up again, under its own Message-ID.
    """
    known = _same(db, message)
    if known and (known.state != "withdrawn" or known.by_hand):
        return 0
    if known:
        db.update(Message, known.id, state="draft", made_at=message.made_at, sequence=message.sequence, sha256="")
    number = known.id if known else db.insert(message)
    _tell(db, change, "drafted", message)
    return number


def queue(db: Database, agreed: Mapping[int, str], change: Change) -> int:
    """Queue the drafts that a person agreed to send, each with the SHA-256 of its bytes; return how many still were drafts."""
    done: Counter[int] = Counter()
    for number, sha256 in agreed.items():
        event_id = db.value("SELECT event_id FROM messages WHERE id = ? AND state = 'draft'", (number,))
        if event_id:
            db.execute("UPDATE messages SET state = 'queued', sha256 = ? WHERE id = ?", (sha256, number))
            done[event_id] += 1
    for event_id, letters in done.items():
        events.tell(db, change, "queued", event_id, letters=letters)
    return done.total()


def claim(db: Database, message: Message, change: Change) -> bool:
    """Take a queued message for sending; return False when it is not queued any more (withdrawn, or taken by somebody else)."""
    if not db.value("SELECT 1 FROM messages WHERE id = ? AND state = 'queued'", (message.id,)):
        return False
    db.execute("UPDATE messages SET state = 'sending' WHERE id = ?", (message.id,))
    _tell(db, change, "sending", message)
    return True


def settle(db: Database, message: Message, state: str, reply: str, change: Change) -> None:
    """Note what came of a message that was claimed: sent, queued, refused or unknown."""
    sent_at = change.stamp if state == "sent" else None
    db.execute(
        "UPDATE messages SET state = ?, reply = ?, sent_at = ? WHERE id = ? AND state = 'sending'",
        (state, reply, sent_at, message.id),
    )
    _tell(db, change, state, message)


def recover(db: Database, change: Change) -> int:
    """Mark as unknown what a killed run was sending, to be called by whoever holds the sender's lock; return how many."""
    found = search(db, states=["sending"])
    for message in found:
        db.execute("UPDATE messages SET state = 'unknown' WHERE id = ?", (message.id,))
        _tell(db, change, "unknown", message)
    return len(found)


def withdraw(db: Database, found: Sequence[Message], change: Change, *, by_hand: bool = True) -> int:
    """Take letters back that have not left, or did not arrive; return how many.

    What a person takes back, no schedule drafts again.
    """
    done = 0
    for message in found:
        if not _changeable(message, "withdrawn"):
            if message.state == "withdrawn":
                continue
            raise Refused(
                _("Letter {id} has left, and cannot be taken back.").format(id=message.id),
                hint=_("See it: osallisuus invite show {id}.").format(id=message.id),
                code=f"is_{message.state}",
            )
        # of what was sent once and is not to go again after all, its reader still has the first one
        may_have = 0 if message.state == "unknown" else message.may_have
        db.update(Message, message.id, state="withdrawn", by_hand=int(by_hand), may_have=may_have)
        _tell(db, change, "withdrawn", message)
        done += 1
    return done


def reopen(db: Database, found: Sequence[Message], change: Change) -> int:
    """Make drafts again of letters; return how many. Of one that its reader may have already, that goes on being known."""
    done = 0
    for message in found:
        if message.state == "draft" or get(db, message.id).state != message.state:
            continue
        if not _changeable(message, "draft"):
            raise Refused(
                _("Letter {id} is on its way.").format(id=message.id),
                hint=_("See it: osallisuus invite show {id}.").format(id=message.id),
                code=f"is_{message.state}",
            )
        _require_present(db, message)
        may_have = int(is_told(message) and not message.by_hand)
        columns = {"state": "draft", "by_hand": 0, "may_have": may_have, "sha256": "", "reply": "", "sent_at": None}
        db.update(Message, message.id, **columns, made_at=change.stamp)
        _tell(db, change, "reopened", message)
        done += 1
    return done


def told(db: Database, message: Message, change: Change) -> None:
    """Note that somebody heard of it another way: the letter they would have got counts as sent, by hand."""
    known = _same(db, message)
    if known and known.state == "sent":
        return
    columns = {"state": "sent", "by_hand": 1, "sent_at": change.stamp, "reply": ""}
    if known:
        db.update(Message, known.id, **columns)
    else:
        db.insert(with_columns(message, columns))
    _tell(db, change, "told", message)


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Keep of two people's letters about the same thing the one that went further, to be called before `people.merge`."""
    for other in db.fetch(Message, "SELECT * FROM messages WHERE person_id = ?", (drop,)):
        own = _same(db, replace(other, person_id=keep))
        if own:
            worse = min(own, other, key=lambda message: _FURTHEST.index(message.state))
            db.execute("DELETE FROM messages WHERE id = ?", (worse.id,))
            change.tell("united", "person", keep, letter=worse.id)


def _require_present(db: Database, message: Message) -> None:
    """Raise Refused for a letter that would tell of a date as it was; that a UID was given up may be told at any time."""
    if message.kind in ("thanks", "report-back"):
        return
    event = events.by_id(db, message.event_id)
    revision = db.fetch(Revision, "SELECT * FROM revisions WHERE id = ?", (message.revision_id,))[0]
    present = (event.uid, event.sequence) == (revision.uid, revision.sequence)
    if not present and (revision.uid == event.uid or message.kind != "cancellation"):
        raise Refused(
            _("Letter {id} tells of {occasion} as it was before it was changed.").format(id=message.id, occasion=event.lasting),
            hint=_("Draft a new one: osallisuus invite draft {occasion}.").format(occasion=event.lasting),
            code="older_version",
        )


def _same(db: Database, message: Message) -> Message | None:
    """Return the letter of the same kind and turn about the same revision to the same recipient."""
    whose = "person_id" if message.person_id is not None else "registration_id"
    key = {name: getattr(message, name) for name in ("event_id", whose, "kind", "turn", "revision_id")}
    where = " AND ".join(f"{name} = :{name}" for name in key)
    # the condition of the index, word for word, or SQLite does not use it
    found = db.fetch(Message, f"SELECT * FROM messages WHERE {where} AND {whose} IS NOT NULL", key)
    return found[0] if found else None


def _tell(db: Database, change: Change, did: str, message: Message) -> None:
    """Note in the log what became of a letter, by its kind and the number of the person."""
    whom = {"person": message.person_id} if message.person_id is not None else {"registration": message.registration_id}
    events.tell(db, change, did, message.event_id, letter=message.kind, **whom)
    if message.person_id is not None:
        change.subjects.add(("person", str(message.person_id)))
