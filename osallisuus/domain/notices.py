"""Who is to hear what of an occasion: worked out anew each time from what it is now and what each has been told of it.

A calendar keeps what it was told last, so whoever was told an older version is told the change, and whoever was told of a date
that does not happen, or not with them, is told that. Reminders and thanks follow a schedule; nobody is reminded twice of the same
time, late, or of something that they were told otherwise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from osallisuus.dates import require_zone, to_utc
from osallisuus.domain import answers, attendance, audiences, messages
from osallisuus.domain.audiences import Key, Recipient
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message, Revision
from osallisuus.domain.schedules import Schedule
from osallisuus.store.database import Database

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

    `concerned` is whether the occasion is theirs now; `counting` are the messages that a schedule looks at. `reply` is what they
    answered, `reply_current` whether it was to the present time.
    """

    recipient: Recipient
    concerned: bool
    heard: Sequence[Told]
    wants: Sequence[Notice]
    counting: Sequence[Message]
    reply: str = ""
    reply_current: bool = False

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
    def comes_not(self) -> bool:
        """Whether they have said that they do not come at the present time, or were marked so."""
        return self.recipient.state in _AWAY or (self.reply == "declined" and self.reply_current)


# Rules


def latest(heard: Sequence[Told]) -> list[Told]:
    """Return the last of what was told of each UID."""
    return list({one.revision.uid: one for one in heard}.values())


def differences(before: Revision, event: Event) -> list[str]:
    """Return what is otherwise now than a revision said: time, place, url, title, description."""
    return [
        what for what, columns in _DIFFERENCES.items() if any(getattr(before, name) != getattr(event, name) for name in columns)
    ]


def wanted(event: Event, recipient: Recipient, told: Sequence[Told], *, concerned: bool, passed: bool) -> list[Notice]:
    """Return what somebody is to hear of an occasion so that their calendar is right; nothing once it has passed."""
    if passed or event.status == "held":
        return []
    found = []
    for known in told:
        cause = gone(event, known.revision.uid, concerned=concerned)
        if known.cancelled:
            continue
        if cause:
            found.append(Notice(kind="cancellation", cause=cause, uid=known.revision.uid))
        elif differences(known.revision, event):
            found.append(Notice(kind="change"))
    knows = any(known.revision.uid == event.uid for known in told)
    if concerned and not knows and event.status == "planned":
        found.append(Notice(kind="speaker-invitation" if recipient.role == "speaker" else "invitation"))
    return found


def gone(event: Event, uid: str, *, concerned: bool) -> str:
    """Return why a UID is no more in somebody's calendar: cancelled, replaced by another, released; or nothing."""
    if uid != event.uid:
        return "replaced" if event.status != "cancelled" and concerned else "cancelled"
    if event.status == "cancelled":
        return "cancelled"
    return "" if concerned else "released"


def fits(event: Event, standing: Standing, kind: str) -> bool:
    """Tell whether a letter that tells a calendar nothing may go to somebody because a person asks for it."""
    role = standing.recipient.role
    if kind == "report-back":
        return role == "member"
    if kind == "thanks":
        return event.status == "held" and standing.recipient.state not in _AWAY and not _had(standing, kind)
    right = kind == ("speaker-reminder" if role == "speaker" else "reminder")
    return right and event.status == "planned" and not (standing.stale or standing.comes_not)


def all_due(event: Event, standings: Sequence[Standing], schedule: Schedule, now: datetime) -> list[tuple[Standing, Notice]]:
    """Return who is to get which letter of the schedule now (`now` is aware).

    Where attendance was marked, only those who were there are thanked.
    """
    marked = event.status == "held" and any(one.recipient.state in attendance.SEEN for one in standings)
    there = [one for one in standings if not marked or one.recipient.state in attendance.SEEN]
    found = [(one, due(event, one, schedule, now)) for one in there]
    return [(one, notice) for one, notice in found if notice]


def due(event: Event, standing: Standing, schedule: Schedule, now: datetime) -> Notice | None:
    """Return the letter that the schedule gives somebody now (`now` is aware), or None.

    A step is due for a few days from its day on, and never once the next one has begun, the occasion has, or anything was told
    of it since. Whoever does not come, or has not heard of a change yet, is not reminded.
    """
    local = now.astimezone(require_zone(event.timezone))
    kind = "thanks" if event.status == "held" else "speaker-reminder" if standing.recipient.role == "speaker" else "reminder"
    if not standing.concerned or event.status == "cancelled" or standing.recipient.state in _AWAY:
        return None
    late = standing.stale or standing.comes_not or now >= to_utc(event.start, event.timezone)
    if kind != "thanks" and late:
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


def outdated(event: Event, standing: Standing, kind: str, now: datetime) -> bool:
    """Tell whether a letter that waits is of no use any more: it is too late, or its reader has nothing to do with it now."""
    if kind in ("cancellation", "thanks", "report-back"):
        return False
    unwanted = kind in ("reminder", "speaker-reminder") and standing.comes_not
    return not standing.concerned or unwanted or event.status != "planned" or now >= to_utc(event.start, event.timezone)


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
    """Return how it stands with everybody whom an occasion concerns or who was told of it; `now` is aware."""
    concerned = {one.key: one for one in audiences.of(db, event)}
    by_key = _by_key(messages.of_event(db, event))
    others = [key for key, own in by_key.items() if key not in concerned and any(map(messages.is_told, own))]
    standings = _Standings(db, event, now)
    return [
        *(standings.of(one, by_key.get(key, ()), concerned=True) for key, one in concerned.items()),
        *(standings.of(one, by_key.get(one.key, ()), concerned=False) for one in audiences.named(db, others, event)),
    ]


def apart(db: Database, event: Event, keys: Sequence[Key], *, now: datetime) -> list[Standing]:
    """Return how it stands with these recipients, whom the occasion does not concern any more."""
    by_key = _by_key(messages.of_event(db, event))
    standings = _Standings(db, event, now)
    return [standings.of(one, by_key.get(one.key, ()), concerned=False) for one in audiences.named(db, keys, event)]


def told_otherwise(db: Database, day: date) -> list[tuple[Event, int]]:
    """Return the dates from a day on of which calendars were told something else, each with how many."""
    found = db.fetch(
        Event,
        "SELECT * FROM events WHERE starts >= ? AND status <> 'held' AND id IN (SELECT m.event_id FROM messages m"
        " JOIN revisions r ON r.id = m.revision_id JOIN events e ON e.id = m.event_id"
        " WHERE m.state IN ('sent', 'unknown') AND (r.uid <> e.uid OR r.sequence < e.sequence)) ORDER BY starts, host",
        (day.isoformat(),),
    )
    # nobody can be told after it has begun, and which hour it is does not matter before the day
    now = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=1)
    counted = [(event, sum(standing.stale for standing in of(db, event, now=now))) for event in found]
    return [(event, stale) for event, stale in counted if stale]


class _Standings:
    """Makes the standings of recipients from what is read once for an event."""

    def __init__(self, db: Database, event: Event, now: datetime) -> None:
        self.event = event
        self.revisions = messages.revisions(db, event.id)
        self.replies = {(one.answer.person_id, one.answer.registration_id): one for one in answers.of_event(db, event)}
        self.passed = event.status == "held" or now >= to_utc(event.start, event.timezone)

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
        return Standing(
            recipient=recipient,
            concerned=concerned,
            heard=heard,
            wants=wanted(self.event, recipient, latest(heard), concerned=concerned, passed=self.passed),
            counting=[message for message in own if self._counts(message)],
            reply=reply.answer.answer if reply else "",
            reply_current=bool(reply and reply.current),
        )

    def _counts(self, message: Message) -> bool:
        """Tell whether a schedule looks at a message: about the present time, or thanks, and not withdrawn by a revision."""
        lasting = message.state != "withdrawn" or message.by_hand
        return bool(lasting) and (self.revisions[message.revision_id].starts == self.event.starts or message.kind == "thanks")


def _by_key(found: Sequence[Message]) -> Mapping[Key, list[Message]]:
    by_key: dict[Key, list[Message]] = defaultdict(list)
    for message in found:
        by_key[message.person_id, message.registration_id].append(message)
    return by_key
