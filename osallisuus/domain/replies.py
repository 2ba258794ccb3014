"""Replies of calendars (iTIP: RFC 5546 3.2.3, 3.2.7) taken as answers to what was sent.

What comes by mail proves no identity (RFC 6047), so a reply changes an answer only where address, UID and SEQUENCE fit what was
sent; whatever else it is, a person decides. The newest counts, and a reply that is read again changes nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from osallisuus.dates import require_zone
from osallisuus.domain import answers, events
from osallisuus.domain.answers import Answer, Given
from osallisuus.domain.events import Event
from osallisuus.domain.messages import CALENDAR, Revision
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import _, format_moment
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change, utc_stamp
from osallisuus.texts import checked, identity_key

# Clocks of telephones and servers differ, but not by more than this.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Another time that somebody proposes: civil, in an IANA zone; `timezone` may be empty or a name that nobody knows."""

    starts: str
    ends: str
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a calendar sent back, as it was read; `source` is the file, `stamp` UTC, or empty when it does not say when.

    `method` is REPLY or COUNTER, `sequence` None where it has none, `answer` one of ANSWERS or empty for anything else, such as
    delegated. `attendee` and `sender` are addresses in small letters; a calendar file without its mail has no sender.
    """

    source: str
    method: str
    uid: str
    sequence: int | None
    attendee: str
    answer: str
    comment: str
    proposed: Proposal | None
    stamp: str
    sender: str
    message_id: str


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody who was written to: a person or a registration."""

    person_id: int | None
    registration_id: int | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a reply: `what` is taken, known, older or undecided (then a person is to decide, and `reason` says why).

    `left_out` when the comment may not be stored.
    """

    reply: Reply
    what: str
    reason: str = ""
    event: Event | None = None
    given: Given | None = None
    left_out: bool = False


class _Undecided(Exception):
    """A person is to decide about a reply, for the reason that is its argument."""


# Rules


def revision_of(revisions: Sequence[Revision], sequence: int | None) -> Revision | None:
    """Return what somebody had been told who answers a UID under this SEQUENCE, or None where that cannot be known.

    Without one (some telephones leave it out) it is 0 (RFC 5545 3.8.7.4), or any where all of them told the same time.
    """
    known = [one for one in revisions if one.sequence <= (sequence or 0)]
    if not known and sequence is None and len({answers.time_of(one) for one in revisions}) == 1:
        known = list(revisions)
    return max(known, key=lambda one: one.sequence, default=None)


def proposal_text(proposal: Proposal, zone: str, comment: str) -> str:
    """Return a proposed time as a comment, in the zone of the event where its own is known, with what was written to it."""
    start, unknown = datetime.fromisoformat(proposal.starts), ""
    if proposal.timezone not in ("", zone):
        try:
            start = start.replace(tzinfo=require_zone(proposal.timezone)).astimezone(require_zone(zone))
        except (UsageError, OverflowError):
            unknown = f" ({proposal.timezone})"
    text = _("proposes {moment}").format(moment=f"{format_moment(start)}{unknown}")
    return f"{text}: {comment}" if comment else text


# Reads


def recipients(db: Database, event: Event, uid: str, address: str) -> list[Recipient]:
    """Return who has this address of those who were, or may have been, written to about an event under a UID."""
    rows = db.rows(
        "SELECT DISTINCT m.person_id, m.registration_id, coalesce(p.name, nullif(r.name, ''), r.email) AS name FROM messages m"
        " JOIN revisions v ON v.id = m.revision_id LEFT JOIN people p ON p.id = m.person_id"
        " LEFT JOIN registrations r ON r.id = m.registration_id WHERE m.event_id = :event AND v.uid = :uid"
        " AND (m.state NOT IN ('draft', 'withdrawn') OR (m.state = 'withdrawn' AND m.by_hand) OR m.may_have)"
        " AND coalesce(p.email_key, r.email_key) = :key",
        {"event": event.id, "uid": uid, "key": identity_key(_as_typed(address))},
    )
    return [Recipient(**dict(row)) for row in rows]


def _as_typed(address: str) -> str:
    """Return an address with its domain as people write it: mails carry letters beyond ASCII in it as `xn--…` (RFC 5891)."""
    local, _at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        return f"{local}@{domain.encode('ascii').decode('idna')}"
    return address


# Actions


def take(db: Database, replies: Sequence[Reply], change: Change) -> list[Outcome]:
    """Take the answers of replies, oldest first, and return what came of each; one that cannot be taken stops no other."""
    latest = utc_stamp(change.now + _AHEAD)
    outcomes = []
    # those that do not say when they were given must not stand in the way of those that do
    for reply in sorted(replies, key=lambda one: one.stamp or "~"):
        sure = replace(reply, stamp="") if reply.stamp > latest else reply
        event = None
        try:
            event, revisions = _asked(db, reply)
            outcomes.append(_take(db, sure, event, revisions, change))
        except _Undecided as error:
            outcomes.append(Outcome(reply=reply, what="undecided", reason=str(error), event=event))
    return outcomes


def _asked(db: Database, reply: Reply) -> tuple[Event, list[Revision]]:
    """Return the event that a reply is about, and what was told of it under that UID."""
    if db.value("SELECT 1 FROM retired_identities WHERE uid = ?", (reply.uid,)):
        raise _Undecided(_("It is about a date that was cancelled and then replaced by a new invitation."))
    revisions = db.fetch(Revision, "SELECT * FROM revisions WHERE uid = ? ORDER BY sequence", (reply.uid,))
    if not revisions:
        raise _Undecided(_("It answers an invitation that was not sent from here."))
    return events.by_id(db, revisions[0].event_id), revisions


def _take(db: Database, reply: Reply, event: Event, revisions: Sequence[Revision], change: Change) -> Outcome:
    who = _recipient(db, reply, event)
    stored = answers.get(db, event, person_id=who.person_id, registration_id=who.registration_id)
    new, left_out = _answer(reply, event, who, _told(reply, event, _heard(db, who, reply.uid) or revisions), change)
    present = answers.time_of(event)
    if reply.stamp or not stored:
        what = answers.judged(stored, new, present)
    else:
        # without a moment it can say what is known, and nothing else beside it
        same = answers.time_of(stored) == answers.time_of(new) and (new.answer or stored.answer) == stored.answer
        what = "known" if same and new.comment in ("", stored.comment) else "undecided"
    if what in ("known", "older"):
        return Outcome(
            reply=reply, what=what, event=event, given=answers.given(stored or new, who.name, event), left_out=left_out
        )
    if what == "undecided":
        reason = _("It differs from the answer that is known, and it does not show which of them is the later one.")
        raise _Undecided(reason)
    _require_trust(reply, event)
    kept = answers.store(db, stored, answers.joined(stored, new), change)
    return Outcome(reply=reply, what="taken", event=event, given=answers.given(kept, who.name, event), left_out=left_out)


def _recipient(db: Database, reply: Reply, event: Event) -> Recipient:
    found = recipients(db, event, reply.uid, reply.attendee)
    if not found:
        raise _Undecided(_("Nobody with the address {address} was invited.").format(address=reply.attendee))
    if len(found) > 1:
        raise _Undecided(_("{n} who were invited share the address {address}.").format(n=len(found), address=reply.attendee))
    return found[0]


def _heard(db: Database, who: Recipient, uid: str) -> list[Revision]:
    """Return what somebody was told of a UID, each under the SEQUENCE that their own calendar knows it by."""
    columns = ", ".join("m.sequence" if field.name == "sequence" else f"r.{field.name}" for field in fields(Revision))
    return db.fetch(
        Revision,
        f"SELECT {columns} FROM messages m JOIN revisions r ON r.id = m.revision_id WHERE r.uid = :uid"
        " AND (m.person_id = :person OR m.registration_id = :registration)"
        f" AND (m.state NOT IN ('draft', 'withdrawn') OR m.by_hand OR m.may_have) AND m.kind IN {CALENDAR}",
        {"uid": uid, "person": who.person_id, "registration": who.registration_id},
    )


def _told(reply: Reply, event: Event, revisions: Sequence[Revision]) -> Revision:
    if (reply.sequence or 0) > max(event.sequence, *(one.sequence for one in revisions)):
        raise _Undecided(_("It answers a later version of the invitation than any that was sent."))
    revision = revision_of(revisions, reply.sequence)
    if not revision:
        raise _Undecided(_("It answers a version of the invitation that was not sent."))
    return revision


def _answer(reply: Reply, event: Event, who: Recipient, told: Revision, change: Change) -> tuple[Answer, bool]:
    """Return a reply as it would be stored, and whether its comment had to be left out."""
    comment, left_out = _comment(reply, event.timezone)
    answer = "" if reply.method == "COUNTER" else reply.answer
    if not answer and reply.method != "COUNTER":
        raise _Undecided(_("It says neither yes nor no nor perhaps; the invitation may have been passed on to somebody else."))
    new = Answer(
        event_id=event.id,
        person_id=who.person_id,
        registration_id=who.registration_id,
        answer=answer,
        comment=comment,
        starts=told.starts,
        minutes=told.minutes,
        timezone=told.timezone,
        answered_at=reply.stamp or change.stamp,
    )
    return new, left_out


def _comment(reply: Reply, zone: str) -> tuple[str, bool]:
    """Return the comment to be stored, and whether words had to be left out of it: a proposal goes without them, or any."""
    proposed = reply.proposed
    wanted = [reply.comment, ""]
    if reply.method == "COUNTER":
        whole = (
            [proposal_text(proposed, zone, comment) for comment in wanted] if proposed else [reply.comment] * bool(reply.comment)
        )
        wanted = [*whole, _("proposes another time")]
    *tried, last = wanted
    for number, text in enumerate(tried):
        with suppress(Refused):
            return checked(text, "comment"), number > 0
    return last, bool(tried)


def _require_trust(reply: Reply, event: Event) -> None:
    """Let a person decide about what comes from somebody else, or about a date that is not to come."""
    if reply.sender and identity_key(reply.sender) != identity_key(reply.attendee):
        raise _Undecided(
            _("The mail comes from {sender}, and the answer is in the name of {attendee}.").format(
                sender=reply.sender, attendee=reply.attendee
            )
        )
    if event.status == "cancelled":
        raise _Undecided(_("It answers an invitation to a date that is cancelled."))
    if event.status == "held":
        raise _Undecided(_("It answers an invitation to a date that has been held."))
