"""Making letters: which are wanted, and each as the very bytes that would leave, from present data and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from osallisuus import i18n
from osallisuus.config import Settings
from osallisuus.dates import require_zone
from osallisuus.domain import hosts, letters, messages, notices, programmes
from osallisuus.domain.audiences import Key
from osallisuus.domain.events import Event, RetiredIdentity
from osallisuus.domain.hosts import Host
from osallisuus.domain.letters import Letter, Sender
from osallisuus.domain.messages import Message, Revision
from osallisuus.domain.notices import Notice, Standing
from osallisuus.domain.programmes import Slot
from osallisuus.domain.schedules import Schedule
from osallisuus.errors import BadTemplate, Refused, UsageError
from osallisuus.exports import calendars
from osallisuus.exports.calendars import Invited
from osallisuus.exports.letters import Letters, Written
from osallisuus.i18n import _
from osallisuus.mail import mime
from osallisuus.mail.mime import Body, Envelope
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change, utc_stamp


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A letter that is to be: what it is about, for whom, and which notice it carries."""

    event: Event
    standing: Standing
    notice: Notice


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A letter ready to leave: `sha256` is of `content`, `written` its words as people read them.

    `method` is that of its part for the calendar, empty where it has none.
    """

    message: Message
    standing: Standing
    email: str
    language: str
    written: Written
    method: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The checksum of the bytes."""
        import hashlib  # start-up: OpenSSL

        return hashlib.sha256(self.content).hexdigest()


class _Occasion:
    """What the letters about one occasion have in common, read once."""

    def __init__(self, db: Database, event: Event, now: datetime) -> None:
        self.event = event
        self.host: Host = hosts.get(db, event.host)
        self.standings = {one.recipient.key: one for one in notices.of(db, event, now=now)}
        self.revisions = dict(messages.revisions(db, event.id))
        self.programme: Sequence[Slot] = programmes.of(db, event) if event.verbs == "webinar" else ()
        self.retired = {
            one.uid: one for one in db.fetch(RetiredIdentity, "SELECT * FROM retired_identities WHERE event_id = ?", (event.id,))
        }
        self.bases: dict[tuple[int, str], Letter] = {}

    def shown(self, revision: Revision) -> Event:
        """Return the event as a revision shows it; one of a UID that was given up, as that was."""
        columns: dict[str, Any] = {name: getattr(revision, name) for name in messages.SHOWN}
        if revision.uid in self.retired:
            old = self.retired[revision.uid]
            columns |= {"created_at": old.created_at, "revised_at": old.revised_at, "cancel_reason": ""}
        return with_columns(self.event, columns)


class Desk:
    """Where letters are made: knows the settings, the templates and this moment (aware)."""

    def __init__(self, db: Database, settings: Settings, templates: Letters, now: datetime) -> None:
        self.db = db
        self.settings = settings
        self.templates = templates
        self.now = now
        self._occasions: dict[int, _Occasion] = {}
        self._shown: dict[int, Event] = {}

    @cached_property
    def sender(self) -> Sender:
        """From whom letters come; raises UsageError when that is not set."""
        settings = self.settings
        if not settings.sender_email:
            raise UsageError(
                _("It is not set from which address letters come."),
                hint=_("Set it: osallisuus config set sender_email ADDR (and sender_name, sender_phone)."),
                code="no_sender",
            )
        return Sender(
            organisation=settings.organisation,
            name=settings.sender_name,
            email=mime.address(settings.sender_email),
            phone=settings.sender_phone,
        )

    # What is wanted

    def wanted(self, event: Event, kind: str = "", only: Collection[Key] = ()) -> list[Wanted]:
        """Return the letters that are wanted about an occasion: of one kind, or all that keep calendars right."""
        found = []
        for standing in self._occasion(event).standings.values():
            if only and standing.recipient.key not in only:
                continue
            found += [Wanted(event=event, standing=standing, notice=notice) for notice in self._notices(event, standing, kind)]
        return found

    def due(self, event: Event, schedule: Schedule) -> list[Wanted]:
        """Return the letters of a schedule that are due about an occasion now."""
        standings = list(self._occasion(event).standings.values())
        return [
            Wanted(event=event, standing=standing, notice=notice)
            for standing, notice in notices.all_due(event, standings, schedule, self.now)
        ]

    def _notices(self, event: Event, standing: Standing, kind: str) -> list[Notice]:
        if kind in ("", *messages.CALENDAR):
            return [notice for notice in standing.wants if kind in ("", notice.kind)]
        if not standing.concerned or not notices.fits(event, standing, kind):
            return []
        turn = letters.newest_answer(self.db, event) if kind == "report-back" else 0
        return [] if kind == "report-back" and not turn else [Notice(kind=kind, turn=turn)]

    # What is made of it

    def draft(self, wanted: Sequence[Wanted], change: Change) -> list[Message]:
        """Put letters into the outbox and return those that were not there."""
        drafted = []
        for one in wanted:
            message, revision = self.message(one)
            kept = messages.revise(self.db, self._occasion(one.event).shown(revision), revision.organizer, change)
            message = replace(message, revision_id=kept.id)
            number = messages.draft(self.db, message, change)
            if number:
                drafted.append(replace(message, id=number))
        self._occasions.clear()
        return drafted

    def told(self, wanted: Sequence[Wanted], change: Change) -> None:
        """Note that people heard another way what these letters would have told them."""
        for one in wanted:
            message, revision = self.message(one)
            kept = messages.revise(self.db, self._occasion(one.event).shown(revision), revision.organizer, change)
            messages.told(self.db, replace(message, revision_id=kept.id), change)
        self._occasions.clear()

    def standings(self, event: Event) -> list[Standing]:
        """Return how it stands with everybody whom an occasion concerns or who was told of it."""
        return list(self._occasion(event).standings.values())

    def message(self, wanted: Wanted) -> tuple[Message, Revision]:
        """Return the message that a wanted letter would be, not kept yet, with the revision it is about."""
        key = wanted.standing.recipient.key
        revision = self._revision(wanted)
        domain = self.sender.email.rpartition("@")[2]
        message = Message(
            event_id=wanted.event.id,
            revision_id=revision.id,
            person_id=key[0],
            registration_id=key[1],
            kind=wanted.notice.kind,
            turn=wanted.notice.turn,
            message_id=f"{uuid4()}@{domain}",
            made_at=utc_stamp(self.now),
        )
        return message, revision

    def _revision(self, wanted: Wanted) -> Revision:
        """Return what a letter is about: the event as it is now, or a UID that was given up, as cancelled."""
        occasion = self._occasion(wanted.event)
        event = wanted.event
        if wanted.notice.uid and wanted.notice.uid != event.uid:
            told = next(one.revision for one in wanted.standing.told if one.revision.uid == wanted.notice.uid)
            return replace(told, id=0, sequence=occasion.retired[told.uid].sequence, status="cancelled")
        known = next((one for one in occasion.revisions.values() if (one.uid, one.sequence) == (event.uid, event.sequence)), None)
        organizer = next((one.organizer for one in occasion.revisions.values() if one.uid == event.uid), self.sender.email)
        columns: dict[str, Any] = {name: getattr(event, name) for name in messages.SHOWN}
        return known or Revision(event_id=event.id, organizer=organizer, **columns)

    def compose(self, message: Message, revision: Revision | None = None, *, unsent: bool = False) -> Composed:
        """Return a letter as it would leave now; `unsent` makes it a draft for Outlook.

        Raises Refused when it would not say what it must or its reader has no address, BadTemplate when a template is at fault.
        """
        occasion = self._of(message)
        revision = revision or occasion.revisions[message.revision_id]
        standing = self.standing(message)
        language = standing.recipient.language or self.settings.language
        if not standing.recipient.email:
            raise _unreachable(standing)
        email = mime.address(standing.recipient.email)
        with i18n.speaking(language):
            letter = self._letter(occasion, message, revision, standing, language)
            self._require_whole(letter, occasion.event)
            written = self.templates.letter(message.kind, language, letter)
            if self.templates.own:
                _require_said(letter, written, language)
            body = Body(
                text=written.text, html=written.html, **self._calendar(occasion, message, revision, standing, email, language)
            )
        envelope = Envelope(
            sender=self.sender.email,
            sender_name=self.sender.name or self.sender.organisation,
            recipient=email,
            recipient_name=standing.recipient.name,
            subject=written.subject,
            message_id=message.message_id,
            date=datetime.fromisoformat(message.made_at),
            language=language,
            unsent=unsent,
        )
        return Composed(
            message=message,
            standing=standing,
            email=email,
            language=language,
            written=written,
            method=body.method,
            content=mime.assemble(envelope, body),
        )

    def standing(self, message: Message) -> Standing:
        """Return how it stands with the recipient of a message."""
        key = (message.person_id, message.registration_id)
        occasion = self._of(message)
        if key not in occasion.standings:
            occasion.standings |= {one.recipient.key: one for one in notices.apart(self.db, occasion.event, [key], now=self.now)}
        return occasion.standings[key]

    def outdated(self, message: Message) -> bool:
        """Tell whether a letter that waits is of no use any more."""
        return notices.outdated(self._of(message).event, self.standing(message), message.kind, self.now)

    def _letter(self, occasion: _Occasion, message: Message, revision: Revision, standing: Standing, language: str) -> Letter:
        """Return what a letter says to its reader."""
        known = next((one for one in reversed(standing.told_before(message)) if one.revision.uid == revision.uid), None)
        basis = known.revision if known and message.kind == "cancellation" else revision
        today = self.now.astimezone(require_zone(basis.timezone)).date()
        base = self._base(occasion, basis, language)
        reply = standing.reply if standing.reply_current else ""
        letter = letters.personal(base, standing.recipient, kind=message.kind, today=today, reply=reply)
        if message.kind == "cancellation":
            cause = notices.gone(occasion.event, revision.uid, concerned=standing.concerned)
            return replace(letter, cause=cause, reason=letter.reason if cause == "cancelled" else "")
        if message.kind == "change" and known:
            different = notices.differences(known.revision, occasion.shown(revision))
            return letters.changed(letter, known.revision, different, language)
        if message.kind.startswith("speaker-") and message.person_id:
            return letters.for_speaker(letter, occasion.programme, message.person_id, language)
        return letter

    def _base(self, occasion: _Occasion, revision: Revision, language: str) -> Letter:
        key = revision.id, f"{revision.uid}/{revision.sequence}/{language}"
        if key not in occasion.bases:
            shown = occasion.shown(revision)
            occasion.bases[key] = letters.prepare(self.db, shown, occasion.host, self.sender, occasion.programme, language)
        return occasion.bases[key]

    def _calendar(
        self, occasion: _Occasion, message: Message, revision: Revision, standing: Standing, email: str, language: str
    ) -> Mapping[str, Any]:
        """Return the part of a letter that is for the calendar, where its kind has one."""
        if message.kind not in messages.CALENDAR:
            return {}
        shown = occasion.shown(revision)
        cancels = message.kind == "cancellation"
        if cancels and shown.status != "cancelled":
            # they are taken off a date that goes on: newer than anything they were told (RFC 5546 3.2.5)
            shown = replace(shown, sequence=shown.sequence + 1)
        invited = Invited(
            name=standing.recipient.name,
            email=email,
            organizer=revision.organizer,
            organizer_name=self.sender.name or self.sender.organisation,
            sender=self.sender.email,
        )
        method = "CANCEL" if cancels else "REQUEST"
        ics = calendars.message(shown, occasion.host, invited, method=method, stamp=message.made_at, language=language)
        return {"calendar": ics, "method": method}

    def _require_whole(self, letter: Letter, event: Event) -> None:
        lacking = letters.lacking(letter)
        if not lacking:
            return
        sentences = {
            "where": _("{occasion} has neither place nor link, so nobody could come."),
            "contact": _("It is not set whom people can ask about {occasion}."),
        }
        hints = {
            "where": _("Say where: osallisuus {verbs} edit {occasion} --place … --url …"),
            "contact": _("Say who: osallisuus config set sender_name NAME; a panel's own contact is its coordinator."),
        }
        words = {"occasion": event.reference, "verbs": event.verbs}
        raise Refused(
            sentences[lacking[0]].format(**words),
            hint=hints[lacking[0]].format(**words),
            code="incomplete_letter",
            lacking=lacking,
        )

    def _occasion(self, event: Event) -> _Occasion:
        if event.id not in self._occasions:
            self._occasions[event.id] = _Occasion(self.db, event, self.now)
        return self._occasions[event.id]

    def _of(self, message: Message) -> _Occasion:
        if message.event_id not in self._occasions:
            found = self.db.fetch(Event, "SELECT * FROM events WHERE id = ?", (message.event_id,))
            self._occasions[message.event_id] = _Occasion(self.db, found[0], self.now)
        return self._occasions[message.event_id]


def _require_said(letter: Letter, written: Written, language: str) -> None:
    """Raise BadTemplate when a template of the coordinator's own leaves out when, where or whom to ask."""
    text = " ".join(written.text.split())
    missing = [word for word in letters.facts(letter) if " ".join(word.split()) not in text]
    if missing:
        name = f"{language}/{letter.kind}.txt"
        raise BadTemplate(
            _("The letter of the template {name} does not say: {words}.").format(name=name, words=", ".join(missing)),
            hint=_("Every invitation says weekday, date and time, place and link, and whom to ask. Mend the template."),
            file=name,
            line=1,
        )


def _unreachable(standing: Standing) -> Refused:
    return Refused(
        _("{name} has no e-mail address.").format(name=standing.recipient.name),
        hint=_("Tell this person another way, and note it: osallisuus invite told OCCASION PERSON."),
        code="no_address",
    )
