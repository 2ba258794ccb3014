"""Sending what is queued: at most once by itself, never lost silently (RFC 1047).

One sender at a time holds a lock beside the database. Each letter is claimed in one transaction, handed over, and its outcome
kept in another; whatever a killed run was sending is unknown to the next one, and only a person sends it again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from osallisuus import files
from osallisuus.domain import messages, speakers
from osallisuus.domain.messages import Message
from osallisuus.errors import Busy, OsallisuusError
from osallisuus.i18n import _
from osallisuus.mail.delivery import Outcome, Server
from osallisuus.mail.drafting import Composed, Desk
from osallisuus.store.logbook import Change

Begin = Callable[[], AbstractContextManager[Change]]
# A server that takes none of so many letters in a row takes no others now.
_PATIENCE = 5


@dataclass(kw_only=True)
class Tally:
    """What came of a run: letters by outcome; `redrafted` are no longer what was agreed to, `withdrawn` of no use any more.

    `left` were not tried; `why` says what ended the run before its time, `failure` is the error where there was one.
    """

    sent: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    queued: list[int] = field(default_factory=list)
    redrafted: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    replies: dict[int, str] = field(default_factory=dict)
    left: int = 0
    why: str = ""
    failure: OsallisuusError | None = None


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold the sender's lock of a database; raise Busy while another run holds it."""
    with files.only_one(database.with_name(f"{database.name}.send-lock")) as first:
        if not first:
            raise Busy(_("Another run is sending letters now."), hint=_("Try again when it is done."))
        yield


def recover(desk: Desk, begin: Begin) -> int:
    """Mark as unknown what a killed run was sending, as the holder of the lock; return how many letters."""
    if not messages.search(desk.db, states=["sending"]):
        return 0
    with begin() as change:
        return messages.recover(desk.db, change)


def agree(desk: Desk, begin: Begin, drafts: Sequence[Composed]) -> None:
    """Queue the letters that a person agreed to send, as they were shown."""
    with begin() as change:
        messages.queue(desk.db, {one.message.id: one.sha256 for one in drafts}, change)


def send(desk: Desk, begin: Begin, server: Server, queued: Sequence[Message], step: Callable[[], object]) -> Tally:
    """Send queued letters one by one, as the holder of the lock, and return what came of them; `step` is called after each."""
    tally = Tally()
    failed, seen = 0, None
    for place, message in enumerate(queued):
        try:
            version = desk.db.value("PRAGMA data_version")
            if version != seen:
                # somebody else wrote since: an address may be another one now
                desk, seen = Desk(desk.db, desk.settings, desk.templates, desk.now), version
            outcome = _send(desk, begin, server, message, tally)
        except OsallisuusError as error:
            tally.failure, tally.left = error, len(queued) - place - (message.id in tally.unknown)
            break
        step()
        if outcome is None:
            continue
        # who refuses everybody has something against the sender, and lost lines are no accident any more
        failed = 0 if outcome.state == "sent" or (outcome.state == "refused" and tally.sent) else failed + 1
        tally.why = outcome.ends_run or (outcome.reply if failed >= _PATIENCE else "")
        if tally.why:
            tally.left = len(queued) - place - 1
            break
    return tally


def _send(desk: Desk, begin: Begin, server: Server, message: Message, tally: Tally) -> Outcome | None:
    """Send one letter unless it is of no use any more or no longer what was agreed to; return what came of it."""
    outdated = desk.outdated(message)
    try:
        letter = None if outdated else desk.compose(message)
    except OsallisuusError:
        letter = None  # its address is gone, or its place: a person has to look at it
    if letter is None or letter.sha256 != message.sha256:
        with begin() as change:
            # it may have been withdrawn, or told another way, meanwhile
            waits = messages.get(desk.db, message.id).state == "queued"
            if waits and outdated:
                messages.withdraw(desk.db, [message], change, by_hand=False)
            elif waits:
                messages.reopen(desk.db, [message], change)
        (tally.redrafted if waits and not outdated else tally.withdrawn).append(message.id)
        return None
    server.open()  # before the letter is claimed: without a server nothing has happened to it
    with begin() as change:
        claimed = messages.claim(desk.db, message, change)
    if not claimed:
        tally.withdrawn.append(message.id)
        return None
    outcome = None
    try:
        outcome = _without(letter.email, server.deliver(desk.sender.email, letter.email, letter.content))
    finally:
        _keep(desk, begin, message, outcome or Outcome(state="unknown" if server.began else "queued", reply=""), tally)
    getattr(tally, outcome.state).append(message.id)
    if outcome.state != "sent":
        tally.replies[message.id] = outcome.reply
    return outcome


def _without(email: str, outcome: Outcome) -> Outcome:
    """Return an outcome whose reply does not repeat the reader's address, which is kept with the person only."""
    return replace(outcome, reply=re.sub(re.escape(email), "…", outcome.reply, flags=re.IGNORECASE))


def tidy(desk: Desk, begin: Begin, found: Sequence[Message]) -> list[int]:
    """Take back the letters that are of no use any more; return their numbers."""
    outdated = [message for message in found if desk.outdated(message)]
    if outdated:
        with begin() as change:
            messages.withdraw(desk.db, outdated, change, by_hand=False)
    return [message.id for message in outdated]


def _keep(desk: Desk, begin: Begin, message: Message, outcome: Outcome, tally: Tally) -> None:
    """Keep what came of a letter; where that cannot be done it stays claimed, and the next run calls it unknown."""
    try:
        with begin() as change:
            messages.settle(desk.db, message, outcome.state, outcome.reply, change)
            if outcome.state == "sent" and message.kind == "speaker-invitation" and message.person_id:
                speakers.invited(desk.db, message.event_id, message.person_id, change)
    except OsallisuusError:
        tally.unknown.append(message.id)
        raise
