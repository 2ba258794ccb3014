"""Who is to hear what of an occasion: worked out anew each time from what it is now and what each has been told of it.

A calendar keeps what it was told last, so whoever was told an older version is told the change, and whoever was told of a date
that does not happen, or not with them, is told that. Reminders and thanks follow a schedule; nobody is reminded twice of the same
time, late, or of something that they were told otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from osallisuus.dates import require_zone, to_utc
from osallisuus.domain import answers, attendance, audiences, messages, speakers
from osallisuus.domain.audiences import Key, Recipient
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message, Revision
from osallisuus.domain.schedules import Schedule
from osallisuus.store.database import Database
from osallisuus.texts import identity_key

# What differs for the people who come, by the columns it is kept in.
_DIFFERENCES: Mapping[str, tuple[str, ...]] = {
    "time": ("starts", "minutes", "timezone"),
    "place": ("place",),
    "url": ("url",),
    "title": ("title", "title_sv", "title_en"),
    "description": ("description",),
}
# How many days a letter may be behind its schedule: a computer that was off over the weekend.
_GRACE = 2
_GRACE_OF_THANKS = 6
_AWAY = ("excused", "absent")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A letter that somebody is to get: its kind and turn, and for a cancellation its cause and the UID it is about."""

    kind: str
    turn: int = 0
    cause: str = ""
    uid: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody's calendar was told of a UID, by which message, when (UTC), and whether that was a cancellation."""

    message: int
    revision: Revision
    at: str
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands with one recipient: what they were ever told, what they are to hear, and what they answered.

    `concerned` is whether the occasion is theirs now; `counting` are the messages that a schedule looks at. `again` is what
    they would be to hear without the letters that go to them once more. `reply` is what they answered, `reply_current` whether it
    was to the present time.
    """

    recipient: Recipient
    concerned: bool
    heard: Sequence[Told]
    wants: Sequence[Notice]
    counting: Sequence[Message]
    again: Sequence[Notice] = ()
    reply: str = ""
    reply_current: bool = False
    comment: str = ""

    @property
    def stale(self) -> bool:
        """Whether their calendar shows something that is not so any more."""
        return any(notice.kind in ("change", "cancellation") for notice in self.wants)

    @property
    def told(self) -> list[Told]:
        """What their calendar was told last of each UID."""
        return latest(self.heard)

    def told_before(self, message: Message) -> list[Told]:
        """Return what their calendar was told last of each UID before this message, which may not be kept yet."""
        return latest([one for one in self.heard if not message.id or one.message < message.id])

    @property
    def awaits(self) -> bool:
        """Whether a letter about the date itself is still on its way to them."""
        return any(one.kind in messages.CALENDAR and one.state in ("draft", "queued", "sending") for one in self.counting)

    @property
    def was_there(self) -> bool:
        """Whether they are to be thanked: members who were marked as there, and all others who were not marked as away."""
        seen = attendance.SEEN if self.recipient.role == "member" else (*attendance.SEEN, "", *speakers.COMING)
        return self.recipient.state in seen

    @property
    def hears_again(self) -> bool:
        """Whether they were told that the date is cancelled, under a UID that has been given up since."""
        return any(one.cancelled and one.revision.status == "cancelled" for one in self.heard)

    @property
    def comes_not(self) -> bool:
        """Whether they have said that they do not come at the present time, or were marked so."""
        return self.recipient.state in _AWAY or (self.reply == "declined" and self.reply_current)


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """A date of which so many people were told otherwise (`stale`), or are yet to hear what others have (`untold`)."""

    event: Event
    stale: int
    untold: int


# Rules


def latest(heard: Sequence[Told]) -> list[Told]:
    """Return the last of what was told of each UID."""
    return list({one.revision.uid: one for one in heard}.values())


def differences(before: Revision, event: Event) -> list[str]:
    """Return what is otherwise now than a revision said: time, place, url, title, description."""
    return [
        what for what, columns in _DIFFERENCES.items() if any(getattr(before, name) != getattr(event, name) for name in columns)
    ]


def wanted(
    event: Event, recipient: Recipient, heard: Sequence[Told], *, concerned: bool, passed: bool, shared: bool = False
) -> list[Notice]:
    """Return what somebody is to hear of an occasion so that their calendar is right; nothing once it has passed.

    Who was taken off and comes back is invited again. Nobody is taken off at an address that is `shared` with somebody who comes:
    the calendar behind it would lose the date.
    """
    if passed or event.status == "held":
        return []
    found = []
    rounds = Counter(one.revision.uid for one in heard if one.cancelled)
    known = [one for one in latest(heard) if not one.cancelled]
    for uid, revision in ((one.revision.uid, one.revision) for one in known):
        cause = gone(event, uid, concerned=concerned)
        if cause == "released" and shared:
            continue
        if cause:
            found.append(Notice(kind="cancellation", turn=rounds[uid], cause=cause, uid=uid))
        elif differences(revision, event):
            found.append(Notice(kind="change"))
    if event.status == "cancelled" and concerned and not heard and recipient.role == "registered":
        found.append(Notice(kind="cancellation", cause="cancelled", uid=event.uid))  # who registered knows of it anyway
    if concerned and event.status == "planned" and not any(one.revision.uid == event.uid for one in known):
        kind = "speaker-invitation" if recipient.role == "speaker" else "invitation"
        found.append(Notice(kind=kind, turn=rounds[event.uid]))
    return found


def gone(event: Event, uid: str, *, concerned: bool) -> str:
    """Return why a UID is no more in somebody's calendar: cancelled, replaced by another, released; or nothing."""
    if uid != event.uid:
        return "replaced" if event.status != "cancelled" and concerned else "cancelled"
    if event.status == "cancelled":
        return "cancelled"
    return "" if concerned else "released"


def fits(event: Event, standing: Standing, kind: str, now: datetime) -> bool:
    """Tell whether a letter that tells a calendar nothing may go to somebody because a person asks for it (`now` is aware)."""
    role = standing.recipient.role
    if kind == "report-back":
        return role == "member"
    if kind == "thanks":
        return event.status == "held" and standing.was_there and not _had(standing, kind)
    right = kind == ("speaker-reminder" if role == "speaker" else "reminder")
    to_come = event.status == "planned" and now < to_utc(event.start, event.timezone)
    return right and to_come and not (standing.stale or standing.comes_not or standing.awaits)


def may_be_due(event: Event, schedule: Schedule, now: datetime) -> bool:
    """Tell from the date alone whether a schedule can give anybody a letter now."""
    today = now.astimezone(require_zone(event.timezone)).date()
    kinds = {"held": ("thanks",), "planned": ("reminder", "speaker-reminder")}.get(event.status, ())
    return any(_turn(event, kind, schedule[kind], today) is not None for kind in kinds)


def all_due(event: Event, standings: Sequence[Standing], schedule: Schedule, now: datetime) -> list[tuple[Standing, Notice]]:
    """Return who is to get which letter of the schedule now (`now` is aware)."""
    found = [(one, due(event, one, schedule, now)) for one in standings]
    return [(one, notice) for one, notice in found if notice]


def due(event: Event, standing: Standing, schedule: Schedule, now: datetime) -> Notice | None:
    """Return the letter that the schedule gives somebody now (`now` is aware), or None.

    A step is due for a few days from its day on, and never once the next one has begun, the occasion has, or anything was told
    of it since. Whoever does not come, or has not heard of a change yet, is not reminded.
    """
    local = now.astimezone(require_zone(event.timezone))
    kind = "thanks" if event.status == "held" else "speaker-reminder" if standing.recipient.role == "speaker" else "reminder"
    if not standing.concerned or event.status == "cancelled" or (kind == "thanks" and not standing.was_there):
        return None
    late = now >= to_utc(event.start, event.timezone)
    if kind != "thanks" and (late or standing.stale or standing.comes_not or standing.awaits):
        return None
    turn = _turn(event, kind, schedule[kind], local.date())
    if turn is None:
        return None
    begun = event.day + timedelta(days=turn if kind == "thanks" else -turn)
    since = [one for one in standing.counting if one.sent_at and _local_day(one.sent_at, event) >= begun]
    again = _had(standing, kind) if kind == "thanks" else _had(standing, kind, turn)
    return None if since or again else Notice(kind=kind, turn=turn)


def _had(standing: Standing, kind: str, turn: int | None = None) -> bool:
    return any(one.kind == kind and turn in (None, one.turn) for one in standing.counting)


def outdated(event: Event, standing: Standing, message: Message, uid: str, now: datetime) -> bool:
    """Tell whether a letter that waits, about this UID, is of no use any more: too late, or not what its reader is to hear."""
    if message.kind in messages.CALENDAR:
        wants = standing.again if message.may_have else standing.wants
        return not any(one.kind == message.kind and one.uid in ("", uid) for one in wants)
    if message.kind == "report-back":
        return False
    if message.kind == "thanks":
        return event.status != "held" or not standing.was_there
    left = (event.day - now.astimezone(require_zone(event.timezone)).date()).days
    late = now >= to_utc(event.start, event.timezone) or left < message.turn - _GRACE
    return late or not standing.concerned or standing.comes_not or event.status != "planned"


def _turn(event: Event, kind: str, days: Sequence[int], today: date) -> int | None:
    """Return which letter of a schedule is due on a day: its number of days, or None."""
    if kind == "thanks":
        begun = [day for day in days if 0 <= (today - event.day).days - day <= _GRACE_OF_THANKS]
        return max(begun, default=None)
    left = (event.day - today).days
    begun = [day for day in days if day >= left]
    turn = min(begun, default=None)
    return turn if turn is not None and turn - left <= _GRACE else None


def _local_day(stamp: str, event: Event) -> date:
    return datetime.fromisoformat(stamp).astimezone(require_zone(event.timezone)).date()


# Reads


def of(db: Database, event: Event, *, now: datetime) -> list[Standing]:
    """Return how it stands with everybody whom an occasion concerns or who ever had a letter about it; `now` is aware."""
    concerned = {one.key: one for one in audiences.of(db, event)}
    by_key = _by_key(messages.of_event(db, event))
    others = [key for key in by_key if key not in concerned]
    standings = _Standings(db, event, now, concerned.values())
    return [
        *(standings.of(one, by_key.get(key, ()), concerned=True) for key, one in concerned.items()),
        *(standings.of(one, by_key.get(one.key, ()), concerned=False) for one in audiences.named(db, others, event)),
    ]


def unsettled(db: Database, day: date) -> list[Unsettled]:
    """Return the dates from a day on about which somebody was told, and others are to hear something."""
    found = db.fetch(
        Event,
        "SELECT * FROM events WHERE starts >= ? AND status <> 'held'"
        " AND id IN (SELECT event_id FROM messages WHERE state IN ('sent', 'unknown') OR may_have) ORDER BY starts, host",
        (day.isoformat(),),
    )
    # nobody can be told after it has begun, and which hour it is does not matter before the day
    now = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=1)
    counted = []
    for event in found:
        standings = of(db, event, now=now)
        untold = sum(bool(one.wants) and not (one.stale or one.awaits) for one in standings)
        counted.append(Unsettled(event=event, stale=sum(one.stale for one in standings), untold=untold))
    return [one for one in counted if one.stale or one.untold]


class _Standings:
    """Makes the standings of recipients from what is read once for an event."""

    def __init__(self, db: Database, event: Event, now: datetime, coming: Collection[Recipient]) -> None:
        self.event = event
        self.revisions = messages.revisions(db, event.id)
        self.replies = {(one.answer.person_id, one.answer.registration_id): one for one in answers.of_event(db, event)}
        self.passed = event.status == "held" or now >= to_utc(event.start, event.timezone)
        self.addresses = {identity_key(one.email) for one in coming if one.email}

    def of(self, recipient: Recipient, own: Sequence[Message], *, concerned: bool) -> Standing:
        """Return how it stands with one recipient, whose messages are `own`, oldest first."""
        heard = [
            Told(
                message=message.id,
                revision=self.revisions[message.revision_id],
                at=message.sent_at or message.made_at,
                cancelled=message.kind == "cancellation",
            )
            for message in own
            if message.kind in messages.CALENDAR and messages.is_told(message)
        ]
        reply = self.replies.get(recipient.key)
        shared = identity_key(recipient.email) in self.addresses
        repeated = {message.id for message in own if message.may_have}
        first = [one for one in heard if one.message not in repeated]

        def wants(known: Sequence[Told]) -> list[Notice]:
            return wanted(self.event, recipient, known, concerned=concerned, passed=self.passed, shared=shared)

        return Standing(
            recipient=recipient,
            concerned=concerned,
            heard=heard,
            wants=wants(heard),
            again=wants(first) if repeated else (),
            counting=[message for message in own if self._counts(message)],
            reply=reply.answer.answer if reply else "",
            reply_current=bool(reply and reply.current),
            comment=reply.answer.comment if reply else "",
        )

    def _counts(self, message: Message) -> bool:
        """Tell whether a letter counts as had: about the present time, or afterwards, and not withdrawn by a revision."""
        lasting = message.state != "withdrawn" or message.by_hand
        afterwards = message.kind in ("thanks", "report-back")
        return bool(lasting) and (afterwards or self.revisions[message.revision_id].starts == self.event.starts)


def _by_key(found: Sequence[Message]) -> Mapping[Key, list[Message]]:
    by_key: dict[Key, list[Message]] = defaultdict(list)
    for message in found:
        by_key[message.person_id, message.registration_id].append(message)
    return by_key
