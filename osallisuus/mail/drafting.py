"""Making letters: which are wanted, and each as the very bytes that would leave, from present data and nothing else."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from osallisuus import i18n
from osallisuus.config import Settings
from osallisuus.dates import require_zone
from osallisuus.domain import events, hosts, letters, messages, notices, programmes, speakers
from osallisuus.domain.audiences import Key
from osallisuus.domain.events import Event, RetiredIdentity
from osallisuus.domain.hosts import Host
from osallisuus.domain.letters import Letter, Sender
from osallisuus.domain.messages import Message, Revision
from osallisuus.domain.notices import Notice, Standing
from osallisuus.domain.programmes import Slot
from osallisuus.domain.schedules import Schedule
from osallisuus.errors import Busy, Refused, UsageError
from osallisuus.exports import calendars
from osallisuus.exports.calendars import Invited
from osallisuus.exports.letters import Letters, Written
from osallisuus.i18n import _
from osallisuus.mail import completeness, mime
from osallisuus.mail.mime import Body, Envelope
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change, utc_stamp
from osallisuus.texts import identity_key


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
        # whoever joins later may be the one who is named
        self.named = letters.names_in(event, [one.recipient for one in self.standings.values()])

    def shown(self, revision: Revision) -> Event:
        """Return the event as a revision shows it; one of a UID that was given up, as that was."""
        columns: dict[str, Any] = {name: getattr(revision, name) for name in messages.SHOWN}
        if revision.uid in self.retired:
            old = self.retired[revision.uid]
            columns |= {"created_at": old.created_at, "revised_at": old.revised_at, "cancel_reason": ""}
        return with_columns(self.event, columns)

    def taken_off(self, uid: str, standing: Standing) -> int:
        """Return how often the calendar at somebody's address was taken off a date that goes on."""
        return self._taken_off[uid, identity_key(standing.recipient.email)] if self._taken_off else 0

    @cached_property
    def _taken_off(self) -> Counter[tuple[str, str]]:
        """How often each address, which several people may share, was taken off a date that goes on, by UID."""
        return Counter(
            (told.revision.uid, identity_key(one.recipient.email))
            for one in self.standings.values()
            for told in one.heard
            if told.cancelled and told.revision.status != "cancelled"
        )


class Desk:
    """Where letters are made: knows the settings, the templates and this moment (aware)."""

    def __init__(self, db: Database, settings: Settings, templates: Letters, now: datetime) -> None:
        self.db = db
        self.settings = settings
        self.templates = templates
        self.now = now
        self._occasions: dict[int, _Occasion] = {}

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
        if not standing.concerned or not notices.fits(event, standing, kind, self.now):
            return []
        by_hand = messages.BY_HAND if kind in ("reminder", "speaker-reminder") else 0
        turn = letters.newest_answer(self.db, event) if kind == "report-back" else by_hand
        # whichever version of the date it was about, nobody gets the same answers twice
        had = any((one.kind, one.turn) == ("report-back", turn) for one in standing.counting)
        return [] if kind == "report-back" and (had or not turn) else [Notice(kind=kind, turn=turn)]

    # What is made of it

    def draft(self, wanted: Sequence[Wanted], change: Change) -> list[Message]:
        """Put letters into the outbox and return those that were not there; raise Busy when their date was changed meanwhile."""
        self._require_unchanged(wanted)
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
        """Note that people heard another way what these letters would have told them; raises Busy like `draft`."""
        self._require_unchanged(wanted)
        for one in wanted:
            message, revision = self.message(one)
            kept = messages.revise(self.db, self._occasion(one.event).shown(revision), revision.organizer, change)
            self.note(replace(message, revision_id=kept.id), change)
        self._occasions.clear()

    def note(self, message: Message, change: Change) -> None:
        """Note that somebody heard another way what this letter says; a speaker has been invited by it."""
        messages.told(self.db, message, change)
        if message.kind == "speaker-invitation" and message.person_id:
            speakers.invited(self.db, message.event_id, message.person_id, change)

    def _require_unchanged(self, wanted: Sequence[Wanted]) -> None:
        """Raise Busy when an occasion is not any more what it was when it was read: nobody is to be told what it was."""
        for event in {one.event.id: one.event for one in wanted}.values():
            row = self.db.rows("SELECT uid, sequence, status FROM events WHERE id = ?", (event.id,))[0]
            if (row["uid"], row["sequence"], row["status"]) != (event.uid, event.sequence, event.status):
                raise Busy(
                    _("{occasion} was changed by another program meanwhile.").format(occasion=event.lasting),
                    hint=_("Try again in a moment."),
                )

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
            sequence=self._sequence(wanted, revision),
            message_id=f"{uuid4()}@{domain}",
            made_at=utc_stamp(self.now),
        )
        return message, revision

    def _sequence(self, wanted: Wanted, revision: Revision) -> int:
        """Return the SEQUENCE of a letter's entry.

        Who is taken off a date that goes on hears of it under one of their own, newer than anything they were told (RFC 5546
        3.2.5); whatever the calendar at their address is told after that is newer still.
        """
        off = self._occasion(wanted.event).taken_off(revision.uid, wanted.standing)
        goes_on = wanted.notice.kind == "cancellation" and revision.status != "cancelled"
        return revision.sequence + 2 * off + goes_on

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
        language = standing.recipient.language or self.settings.letter_language
        if not standing.recipient.email:
            raise _unreachable(standing)
        email = mime.address(standing.recipient.email)
        written = self.written(message, revision)
        with i18n.speaking(language):
            calendar = self._calendar(occasion, message, revision, standing, email, language)
        body = Body(text=written.text, html=written.html, **calendar)
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

    def written(self, message: Message, revision: Revision) -> Written:
        """Return the words of a letter, as they can also be read out or printed for somebody without an address."""
        occasion, standing = self._of(message), self.standing(message)
        language = standing.recipient.language or self.settings.letter_language
        with i18n.speaking(language):
            letter = self._letter(occasion, message, revision, standing, language)
            said = letters.facts(letter)
        completeness.require_unnamed(occasion.named, occasion.event)
        completeness.require_whole(letter, occasion.event)
        written = self.templates.letter(message.kind, language, letter)
        if self.templates.own:
            completeness.require_said(said, written, f"{language}/{message.kind}.txt")
        return written

    def standing(self, message: Message) -> Standing:
        """Return how it stands with the recipient of a message."""
        return self._of(message).standings[message.person_id, message.registration_id]

    def outdated(self, message: Message) -> bool:
        """Tell whether a letter that waits is of no use any more."""
        occasion = self._of(message)
        uid = occasion.revisions[message.revision_id].uid
        return notices.outdated(occasion.event, self.standing(message), message, uid, self.now)

    def _letter(self, occasion: _Occasion, message: Message, revision: Revision, standing: Standing, language: str) -> Letter:
        """Return what a letter says to its reader."""
        known = next((one for one in reversed(standing.told_before(message)) if one.revision.uid == revision.uid), None)
        basis = known.revision if known and message.kind == "cancellation" else revision
        today = self.now.astimezone(require_zone(basis.timezone)).date()
        base = self._base(occasion, basis, language)
        before = bool(standing.reply) and not standing.reply_current
        letter = letters.personal(
            base, standing.recipient, kind=message.kind, today=today, reply=standing.reply, answered_before=before
        )
        if message.kind in ("invitation", "speaker-invitation"):
            letter = replace(letter, again=standing.hears_again)
        if message.kind == "cancellation":
            cause = notices.gone(occasion.event, revision.uid, concerned=standing.concerned) or "released"
            following = None if cause == "released" else letter.next_starts
            return replace(letter, cause=cause, reason=letter.reason if cause == "cancelled" else "", next_starts=following)
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
        shown = replace(occasion.shown(revision), sequence=message.sequence)
        invited = Invited(
            name=standing.recipient.name,
            email=email,
            organizer=revision.organizer,
            organizer_name=self.sender.name or self.sender.organisation,
            sender=self.sender.email,
        )
        method = "CANCEL" if message.kind == "cancellation" else "REQUEST"
        ics = calendars.message(shown, occasion.host, invited, method=method, stamp=message.made_at, language=language)
        return {"calendar": ics, "method": method}

    def _occasion(self, event: Event) -> _Occasion:
        if event.id not in self._occasions:
            self._occasions[event.id] = _Occasion(self.db, event, self.now)
        return self._occasions[event.id]

    def _of(self, message: Message) -> _Occasion:
        if message.event_id not in self._occasions:
            self._occasions[message.event_id] = _Occasion(self.db, events.by_id(self.db, message.event_id), self.now)
        return self._occasions[message.event_id]


def _unreachable(standing: Standing) -> Refused:
    return Refused(
        _("{name} has no e-mail address.").format(name=standing.recipient.name),
        hint=_("Tell this person another way, and note it: osallisuus invite told OCCASION PERSON."),
        code="no_address",
    )
