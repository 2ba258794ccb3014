"""What letters about an occasion say to one person: invitations, reminders, changes, cancellations, thanks, report-backs.

A letter holds one recipient and never anybody else's name or address but that of whom to ask. The texts themselves are templates
(`exports/letters.py`); what is here are the facts they are filled with.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
    or nothing. `days` is how many days are left. Of a change, `before` is what they were told and `changed` what differs from it:
    time, place, url, title, description. `cause` of a cancellation is cancelled, replaced (a new invitation comes) or released
    (it takes place without them). `missing` names what a speaker still owes: confirmation, slides, may-publish, may-record,
    introduction. `items` are titles of an agenda, `programme` those of talks.
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
