"""What letters about an occasion say to one person: invitations, reminders, changes, cancellations, thanks, report-backs.

A letter holds one recipient and never anybody else's name or address but that of whom to ask. The texts themselves are templates
(`exports/letters.py`); what is here are the facts they are filled with.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from osallisuus import i18n
from osallisuus.domain import agendas, audiences, people, proposals
from osallisuus.domain.audiences import Recipient
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.domain.messages import Revision
from osallisuus.domain.programmes import Slot
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.speakers import AWAY, OPEN, Named
from osallisuus.i18n import _
from osallisuus.redaction import Redactor
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to ask: a name, and an e-mail address or telephone number (empty where there is none)."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody was told of a date before: civil times, place, link, title and description."""

    starts: datetime
    ends: datetime
    place: str
    url: str
    title: str
    description: str


@dataclass(frozen=True, kw_only=True)
class OwnTalk:
    """A talk of the speaker who is written to; `starts` is None while it is not known, `minutes` its length."""

    title: str
    starts: datetime | None
    minutes: int | None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of a proposal: `decision` is yes, partly, no or not-ours; `answered_by` who decided."""

    number: int
    text: str
    decision: str
    reason: str
    answered_by: str
    answered_on: date
    done_on: date | None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to one person. Times are civil time where the occasion is; texts are in the recipient's language where they are.

    `role` is member, registered or speaker. `public` is whether the host may be named in the subject line: that somebody belongs
    to a panel may not be seen on a locked telephone. `answer` is what the recipient has answered: accepted, declined, tentative
    or nothing; `answered_before` is whether they answered to another time. `again` is whether they were told that it is
    cancelled, and it takes place after all; `on_paper` whether no mail goes to them. `days` is how many days are left. Of a
    change, `before` is what they were told and `changed` what differs from it: time, place, url, title, description. `cause` of a
    cancellation is cancelled, replaced (a new invitation comes) or released (it takes place without them). `missing` names what a
    speaker still owes: confirmation, slides, may-publish, may-record, introduction. `items` are titles of an agenda, `programme`
    those of talks.
    """

    kind: str
    role: str
    name: str
    organisation: str
    host: str
    public: bool
    title: str
    starts: datetime
    ends: datetime
    place: str
    url: str
    description: str
    contact: Contact
    answer: str = ""
    answered_before: bool = False
    again: bool = False
    on_paper: bool = False
    days: int = 0
    items: Sequence[str] = ()
    programme: Sequence[str] = ()
    before: Told | None = None
    changed: Collection[str] = ()
    cause: str = ""
    reason: str = ""
    next_starts: datetime | None = None
    feedback_url: str = ""
    talks: Sequence[OwnTalk] = ()
    missing: Collection[str] = ()
    replies: Sequence[Reply] = ()


@dataclass(frozen=True, kw_only=True)
class Sender:
    """From whom letters come: the organisation, and whom to ask where a panel has no coordinator of its own."""

    organisation: str
    name: str
    email: str
    phone: str


# Rules


def lacking(letter: Letter) -> list[str]:
    """Return what a letter must say and cannot: where (place and link are both missing), or whom to ask."""
    if letter.kind in ("thanks", "report-back", "cancellation"):
        return []
    where = [] if letter.place or letter.url else ["where"]
    return where if letter.contact.name and (letter.contact.email or letter.contact.phone) else [*where, "contact"]


def facts(letter: Letter) -> list[str]:
    """Return the words that must stand in a letter, whoever wrote its template: weekday and date, times, place, link, contact."""
    if letter.kind in ("thanks", "report-back"):
        return []
    found = [i18n.long_date(letter.starts.date()), i18n.format_time(letter.starts), i18n.format_time(letter.ends)]
    if letter.kind != "cancellation":
        found += [letter.place, letter.url]
    return [word for word in (*found, letter.contact.email or letter.contact.phone) if word]


def personal(
    base: Letter, recipient: Recipient, *, kind: str, today: date, reply: str = "", answered_before: bool = False
) -> Letter:
    """Return what a letter says to one person; `reply` is what they have answered, unless it was to another time."""
    return replace(
        base,
        kind=kind,
        role=recipient.role,
        name=recipient.name,
        answer="" if answered_before else reply,
        answered_before=answered_before,
        on_paper=not recipient.email,
        days=(base.starts.date() - today).days,
        replies=base.replies if kind == "report-back" else (),
    )


def changed(letter: Letter, before: Revision, differences: Sequence[str], language: str) -> Letter:
    """Return a letter that tells what is otherwise than its reader was told."""
    starts = datetime.fromisoformat(before.starts)
    told = Told(
        starts=starts,
        ends=starts + timedelta(minutes=before.minutes),
        place=before.place,
        url=before.url,
        title=_in(before, "title", language),
        description=before.description,
    )
    return replace(letter, before=told, changed=tuple(differences))


def for_speaker(letter: Letter, programme: Sequence[Slot], person_id: int, language: str) -> Letter:
    """Return a letter that names the reader's own talks and what is still missing of them."""
    own = [(slot, one) for slot in programme for one in slot.speakers if one.person_id == person_id and one.state not in AWAY]
    talks = [
        OwnTalk(title=_in(slot.talk, "title", language), starts=slot.starts, minutes=slot.talk.minutes) for slot, _one in own
    ]
    return replace(
        letter, talks=talks, missing=[code for code, lacks in _MISSING.items() if any(lacks(one) for _slot, one in own)]
    )


_MISSING: Mapping[str, Callable[[Named], bool]] = {
    "confirmation": lambda speaker: speaker.state in OPEN,
    "slides": lambda speaker: not speaker.slides,
    "may-publish": lambda speaker: not speaker.may_publish,
    "may-record": lambda speaker: not speaker.may_record,
    "introduction": lambda speaker: not (speaker.title or speaker.bio),
}


def _in(record: object, field: str, language: str) -> str:
    return str(getattr(record, f"{field}_{language}", "") or getattr(record, field))


# Reads


def prepare(db: Database, event: Event, host: Host, sender: Sender, programme: Sequence[Slot], language: str) -> Letter:
    """Return what a letter about an occasion says to everybody, in a language; to be made `personal`.

    Names of people are left out of what members wrote (agenda, proposals), as a letter names nobody to others.
    """
    redact = _redactor(db, event)
    items = [] if event.verbs == "webinar" or event.status == "cancelled" else agendas.get(db, event)
    return Letter(
        kind="",
        role="",
        name="",
        organisation=sender.organisation,
        host=host.called(language),
        public=event.verbs == "webinar",
        title=_in(event, "title", language),
        starts=event.start,
        ends=event.end,
        place=event.place,
        url=event.url,
        description=event.description,
        contact=_contact(db, host, sender),
        items=[redact(_in(item, "title", language)) for item in items if item.title],
        programme=[_in(slot.talk, "title", language) for slot in programme if slot.coming],
        reason=event.cancel_reason,
        next_starts=_next(db, event),
        feedback_url=host.feedback_url,
        replies=[_reply(one, redact) for one in answered(db, event)],
    )


def answered(db: Database, event: Event) -> list[Proposal]:
    """Return the proposals of a session that have an answer."""
    return [one for one in proposals.search(db, event_id=event.id) if one.decision and one.status != "withdrawn"]


def newest_answer(db: Database, event: Event) -> int:
    """Return the number of the newest step that is news to a panel about the proposals of a session; 0 where there is none."""
    numbers = [one.id for one in answered(db, event)]
    places = ", ".join("?" for _id in numbers)
    return int(
        db.value(f"SELECT max(id) FROM proposal_steps WHERE did IN ('answered', 'done') AND proposal_id IN ({places})", numbers)
        or 0
    )


def names_in(event: Event, recipients: Sequence[Recipient]) -> list[str]:
    """Return the words in the texts that everybody gets which are the name of a member: a letter never names one to others."""
    if event.verbs == "webinar":
        return []
    look = Redactor([one.name for one in recipients if one.name], near=(), instead="")
    for text in (event.title, event.title_sv, event.title_en, event.description, event.cancel_reason, event.place):
        look(text)
    return sorted(look.found)


def _contact(db: Database, host: Host, sender: Sender) -> Contact:
    if isinstance(host, Panel) and host.coordinator:
        found = people.get(db, str(host.coordinator))
        return Contact(name=found.name, email=found.email or sender.email, phone=found.phone or sender.phone)
    return Contact(name=sender.name or sender.organisation, email=sender.email, phone=sender.phone)


def _redactor(db: Database, event: Event) -> Redactor:
    everybody = people.names(db)
    near = [one.name for one in audiences.of(db, event)] if event.verbs == "session" else []
    return Redactor(everybody.values(), near=near, instead=_("[name left out]"))


def _next(db: Database, event: Event) -> datetime | None:
    row = db.value(
        "SELECT starts FROM events WHERE host = ? AND starts > ? AND status = 'planned' AND id <> ? ORDER BY starts LIMIT 1",
        (event.host, event.starts, event.id),
    )
    return datetime.fromisoformat(row) if row else None


def _reply(proposal: Proposal, redact: Redactor) -> Reply:
    return Reply(
        number=proposal.id,
        text=redact(proposal.text),
        decision=proposal.decision,
        reason=redact(proposal.reason),
        answered_by=proposal.sent_to,
        answered_on=date.fromisoformat(proposal.answered_on or ""),
        done_on=date.fromisoformat(proposal.done_on) if proposal.done_on else None,
    )
