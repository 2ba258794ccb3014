"""The memo of a session as data: the internal one with names, and the public one without.

A public memo names only those whose consent to publishing the name is in force: that somebody belongs to a panel can show that
they are a client of social or health services, which is secret (621/1999 section 24(1)(25)). Names that were written into titles
and outcomes are left out, too, and told to the coordinator.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from osallisuus.domain import agendas, agreements, anonymity, attendance, events, hosts, proposals, questions, roles, rundowns
from osallisuus.domain.attendance import Attendee
from osallisuus.domain.events import Event
from osallisuus.i18n import _, language
from osallisuus.redaction import Redactor
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Attended:
    """One person in the head of a memo: `role` is a title, `state` as marked."""

    name: str
    role: str
    duty: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """One numbered item of a memo."""

    number: int
    title: str
    kind: str
    presenter: str
    outcome: str
    owner: str
    due: date | None
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question from outside and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A proposal that was made at the session."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many were there: `remote` of the `present`, `others` counted beside those named; `unmarked` members have no mark."""

    present: int
    remote: int
    absent: int
    unmarked: int
    others: int


@dataclass(frozen=True, kw_only=True)
class Memo:
    """What a memo says. `starts`, `ends` and `next_starts` are civil time; `public` is without names but of those who consented.

    `present` and `absent` hold members and others on the list, of a public memo only those who may be named; `chair` and
    `secretary` are names or nothing, `experts` names. `reviewed` is what a later session said of this memo.
    """

    public: bool
    draft: bool
    organisation: str
    panel: str
    title: str
    starts: datetime
    ends: datetime
    place: str
    online: bool
    chair: str
    secretary: str
    experts: Sequence[str]
    present: Sequence[Attended]
    absent: Sequence[Attended]
    counts: Counts
    items: Sequence[Point]
    proposals: Sequence[Said]
    questions: Sequence[Exchange]
    reviewed_on: date | None
    reviewed: str
    next_starts: datetime | None
    next_place: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A memo with what the coordinator is told beside it: words `left_out` of a public one, and those only `doubted`.

    `untranslated` are the numbers of items that are not written in its language, `unpublished` those of questions with an answer
    that a public memo leaves out.
    """

    memo: Memo
    left_out: Sequence[str]
    doubted: Sequence[str]
    untranslated: Sequence[str]
    unpublished: Sequence[int] = ()


def prepare(db: Database, event: Event, *, organisation: str, public: bool, today: date, spare: Collection[str] = ()) -> Draft:
    """Return the memo of a session in the language that is spoken; a name is published with a consent in force on `today`.

    Words to `spare` are no names although they look like ones. Raises Refused for a cancelled session.
    """
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} has no memo."))
    spoken = language()
    panel = hosts.get(db, event.host)
    titles = {role.key: roles.title(role, spoken) for role in roles.search(db)}
    listed = attendance.search(db, event)
    open_names = agreements.consenting(db, "name-publication", today) if public else {a.person_id for a in listed}
    people = [_attended(attendee, titles) for attendee in listed if attendee.person_id in open_names]
    agenda = rundowns.lines(db, event)
    following = _next(db, event)
    reviewed = agendas.gone_through(db, event)
    memo = Memo(
        public=public,
        draft=event.status != "held",
        organisation=organisation,
        panel=panel.called(spoken),
        title=getattr(event, f"title_{spoken}", "") or event.title,
        starts=event.start,
        ends=event.end,
        place=event.place,
        online=bool(event.url),
        chair="".join(_on_duty(people, "chair", event)),
        secretary="".join(_on_duty(people, "secretary", event)),
        experts=_on_duty(people, "expert", event),
        present=[person for person in people if person.state in attendance.SEEN],
        absent=[person for person in people if person.state in ("excused", "absent")],
        counts=_counts(listed, attendance.headcount(db, event) or 0),
        items=[_point(line, None if not public else open_names) for line in agenda],
        proposals=[Said(number=p.id, text=p.text) for p in proposals.search(db, event_id=event.id) if p.status != "withdrawn"],
        questions=_answers(db, event, public=public),
        reviewed_on=reviewed[0] if reviewed else None,
        reviewed=(getattr(reviewed[1], f"outcome_{spoken}", "") or reviewed[1].outcome) if reviewed else "",
        next_starts=following.start if following else None,
        next_place=following.place if following else "",
    )
    untranslated = [str(line.number) for line in agenda if line.untranslated]
    draft = Draft(memo=memo, left_out=(), doubted=(), untranslated=untranslated)
    return _for_everybody(db, event, draft, open_names, spare) if public else draft


def _for_everybody(db: Database, event: Event, draft: Draft, open_names: Collection[int], spare: Collection[str]) -> Draft:
    """Return a memo without names, and with what the coordinator should know of that."""
    redact = anonymity.redactor(db, [event.host], open_names=open_names, spare=spare, texts=_texts(draft.memo))
    return replace(
        draft,
        memo=_redacted(draft.memo, redact),
        left_out=sorted(redact.found),
        doubted=sorted(redact.doubted),
        unpublished=[one.id for one in questions.search(db, event_id=event.id, unpublished=True) if one.answer],
    )


def _answers(db: Database, event: Event, *, public: bool) -> list[Exchange]:
    """Return the questions with an answer; in a public memo those that are published."""
    found = questions.search(db, event_id=event.id, published=public)
    return [Exchange(question=q.text, answer=q.answer) for q in found if q.answer and q.state not in ("merged", "dropped")]


def _counts(listed: Sequence[Attendee], others: int) -> Counts:
    return Counts(
        present=sum(one.state in attendance.SEEN for one in listed),
        remote=sum(one.state == "remote" for one in listed),
        absent=sum(one.state in ("excused", "absent") for one in listed),
        unmarked=sum(not one.state for one in listed if one.member),
        others=others,
    )


def _texts(memo: Memo) -> list[str]:
    """Return what a memo says in people's words."""
    return [
        *(memo.panel, memo.title, memo.place, memo.next_place, memo.reviewed),
        *(text for item in memo.items for text in (item.title, item.outcome)),
        *(said.text for said in memo.proposals),
        *(text for one in memo.questions for text in (one.question, one.answer)),
    ]


def _redacted(memo: Memo, redact: Redactor) -> Memo:
    return replace(
        memo,
        panel=redact(memo.panel),
        title=redact(memo.title),
        place=redact(memo.place),
        next_place=redact(memo.next_place),
        reviewed=redact(memo.reviewed),
        items=[replace(item, title=redact(item.title), outcome=redact(item.outcome)) for item in memo.items],
        proposals=[replace(said, text=redact(said.text)) for said in memo.proposals],
        questions=[Exchange(question=redact(q.question), answer=redact(q.answer)) for q in memo.questions],
    )


def _attended(attendee: Attendee, titles: dict[str, str]) -> Attended:
    return Attended(
        name=attendee.name,
        role=titles.get(attendee.role, ""),
        duty=attendee.duty,
        state=attendee.state,
    )


def _on_duty(people: Sequence[Attended], duty: str, event: Event) -> list[str]:
    """Return who had a duty; after the session only those who were there."""
    return [p.name for p in people if p.duty == duty and (p.state in attendance.SEEN or event.status == "planned")]


def _point(line: rundowns.Line, open_names: Collection[int] | None) -> Point:
    def said(name: str, number: int | None) -> str:
        return name if open_names is None or number in open_names else ""

    return Point(
        number=line.number,
        title=line.title,
        kind=line.kind,
        presenter=said(line.presenter, line.presenter_id),
        outcome=line.outcome,
        owner=said(line.owner, line.owner_id),
        due=date.fromisoformat(line.due) if line.due else None,
        closed=line.status == "closed",
    )


def _next(db: Database, event: Event) -> Event | None:
    """Return the session after this one, also when it has been held: a memo does not change with the days."""
    later = events.search(db, host=event.host, since=event.day)
    return next((other for other in later if other.starts > event.starts and other.status != "cancelled"), None)
