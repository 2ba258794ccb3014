"""What is owed in the life of panels: answers, news of them, papers and training, promises of a session, silence noticed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from osallisuus.domain import agreements, attendance, events, memberships, proposals, questions, requirements, rundowns, scopes
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.requirements import Lack
from osallisuus.i18n import _, format_date, n_
from osallisuus.store.database import Database
from osallisuus.texts import shortened

# How long before the answer is due it is worth a look, and before an agreement runs out.
_SOON = timedelta(days=30)
# After so many days without a step, an accepted proposal that nobody has sent is late.
_UNSENT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do: `state` is late or waiting, `kind` a stable code, `day` the day it is about, `command` what mends it."""

    state: str
    kind: str
    subject: str
    day: str
    text: str
    command: str


def of(db: Database, running: Sequence[Host], *, day: date, until: date) -> Iterator[Task]:
    """Yield what is owed on a day; lacks and needs for the sessions that come up to `until`."""
    panels = [host for host in running if isinstance(host, Panel)]
    coming = events.search(db, type="panel", since=day, until=until, status="planned")
    yield from _answers(db, day)
    yield from _promised(db, day)
    yield from _lacking(db, coming)
    yield from _expiring(db, day)
    yield from _unattended(db, panels, day)
    yield from _asked(db, day)
    yield from _quiet(db, day)


def _answers(db: Database, day: date) -> Iterator[Task]:
    """Yield the answer debt: of those who are to answer, and ours to the panel."""
    found = proposals.search(db, unfinished=True)
    with_others = {proposal.raised_from for proposal in found if proposal.raised_from}
    last_held = {
        row["host"]: row["day"]
        for row in db.rows(
            "SELECT host, max(substr(starts, 1, 10)) AS day FROM events WHERE status = 'held' AND starts < ? GROUP BY host",
            ((day + timedelta(days=1)).isoformat(),),
        )
    }
    for proposal in found:
        if question := scopes.question(proposal.scope):
            yield _of_proposal(proposal, "waiting", "scope", day, question, f"edit {proposal.id} --scope ok")
        if proposal.status == "accepted":
            age = _age(proposal.accepted_on, day)
            text = n_("accepted {n} day ago and not sent yet.", "accepted {n} days ago and not sent yet.", age)
            state = "late" if age > _UNSENT.days else "waiting"
            yield _of_proposal(proposal, state, "unsent", day, text, f"send {proposal.id} --to … --due …")
        elif proposal.status == "sent" and proposal.id not in with_others:
            yield from _unanswered(proposal, day)
        elif proposal.status in ("answered", "done"):
            yield _untold(proposal, last_held.get(proposal.panel, ""), day)
        elif proposal.status == "told" and proposal.id not in with_others:
            yield from _undone(proposal, day)


def _undone(proposal: Proposal, day: date) -> Iterator[Task]:
    command = f"done {proposal.id} --on …"
    if not proposal.done_by:
        age = _age(proposal.answered_on, day)
        text = n_("agreed to {n} day ago and not done yet.", "agreed to {n} days ago and not done yet.", age)
        yield _of_proposal(proposal, "waiting", "undone", day, text, command)
        return
    promised = date.fromisoformat(proposal.done_by)
    if promised <= day + _SOON:
        state, text = ("late", _("was to be done by {date}.")) if promised < day else ("waiting", _("is to be done by {date}."))
        yield _of_proposal(proposal, state, "undone", promised, text.format(date=format_date(promised)), command)


def _unanswered(proposal: Proposal, day: date) -> Iterator[Task]:
    if not proposal.due:
        age = _age(proposal.sent_on, day)
        text = n_("sent to {to} {n} day ago, no answer.", "sent to {to} {n} days ago, no answer.", age, to=proposal.sent_to)
        yield _of_proposal(proposal, "waiting", "unanswered", day, text, f"answer {proposal.id} …")
        return
    due = date.fromisoformat(proposal.due)
    if proposals.overdue(proposal, day):
        late = (day - due).days
        text = n_("{to} owes an answer, {n} day late.", "{to} owes an answer, {n} days late.", late, to=proposal.sent_to)
        yield _of_proposal(proposal, "late", "answer_overdue", due, text, f"answer {proposal.id} …")
    elif due <= day + _SOON:
        text = _("{to} is to answer by {date}.").format(to=proposal.sent_to, date=format_date(due))
        yield _of_proposal(proposal, "waiting", "answer_due", due, text, f"answer {proposal.id} …")


def _untold(proposal: Proposal, last_held: str, day: date) -> Task:
    """Return our own debt: late when the answer itself was, or when a session has gone by without the news."""
    news = (proposal.done_on if proposal.status == "done" else proposal.answered_on) or day.isoformat()
    came_late = bool(proposal.due and proposal.status == "answered" and (proposal.answered_on or "") > proposal.due)
    missed = last_held > news or came_late
    age = _age(news, day)
    text = n_("the panel has not heard the answer yet ({n} day).", "the panel has not heard the answer yet ({n} days).", age)
    command = f"told {proposal.id} --on …"
    return _of_proposal(proposal, "late" if missed else "waiting", "untold", date.fromisoformat(news), text, command)


def _promised(db: Database, day: date) -> Iterator[Task]:
    """Yield what somebody was to see to by a day that has passed."""
    for line, event in rundowns.owned(db, due_before=day):
        due = date.fromisoformat(line.due or day.isoformat())
        yield Task(
            state="late",
            kind="item_due",
            subject=event.lasting,
            day=due.isoformat(),
            # cron mails what is late, and a name in a mail can show whose client somebody is
            text=_("was to be seen to by {date}: {title}.").format(date=format_date(due), title=line.title),
            command=f"osallisuus session agenda {event.lasting}",
        )


def _lacking(db: Database, coming: Sequence[Event]) -> Iterator[Task]:
    """Yield who lacks what before the next session of each panel."""
    first: dict[str, Event] = {}
    for event in coming:
        first.setdefault(event.host, event)
    handles = events.names(db, list(first.values()))
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in first.values():
        by_day[event.day].append(event)
    for day, same_day in by_day.items():
        panels = {event.host: event for event in same_day}
        members = [member for member in memberships.search(db, on=day) if member.panel in panels]
        lacks: Mapping[tuple[str, int], list[Lack]] = defaultdict(list)
        for lack in requirements.lacking(db, members, day):
            lacks[lack.panel, lack.person_id].append(lack)
        for (panel, person_id), own in lacks.items():
            yield Task(
                state="waiting",
                kind="lacking",
                subject=handles[panels[panel].id],
                day=day.isoformat(),
                text=_("{name} lacks: {what}.").format(name=own[0].name, what=requirements.in_words(own)),
                command=f"osallisuus person show {person_id}",
            )


def _expiring(db: Database, day: date) -> Iterator[Task]:
    for agreement in agreements.expiring(db, day, day + _SOON):
        name = db.value("SELECT name FROM people WHERE id = ?", (agreement.person_id,))
        yield Task(
            state="waiting",
            kind="expiring",
            subject=f"agreement/{agreement.id}",
            day=agreement.expires or "",
            text=_("{name}: {what} runs out on {date}.").format(
                name=name,
                what=requirements.called(agreement.kind),
                date=format_date(date.fromisoformat(agreement.expires or day.isoformat())),
            ),
            command=f"osallisuus agreement add {agreement.person_id} --kind {agreement.kind} --on … --expires …",
        )


def _unattended(db: Database, panels: Sequence[Panel], day: date) -> Iterator[Task]:
    """Yield the meetings held in the last month whose attendance is not marked."""
    rows = db.fetch(
        Event,
        "SELECT e.* FROM events e WHERE e.status = 'held' AND e.kind IN ('meeting', 'workshop') AND e.starts >= ?"
        " AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.state NOT IN ('', 'excused'))"
        " AND NOT EXISTS (SELECT 1 FROM headcounts h WHERE h.event_id = e.id)"
        " AND EXISTS (SELECT 1 FROM memberships m WHERE m.panel = e.host) ORDER BY e.starts",
        ((day - _SOON).isoformat(),),
    )
    handles = events.names(db, rows)
    running = {panel.slug for panel in panels}
    for event in rows:
        if event.host in running:
            yield Task(
                state="waiting",
                kind="unmarked_attendance",
                subject=handles[event.id],
                day=event.starts[:10],
                text=_("Nobody is marked as present or absent."),
                command=f"osallisuus attendance mark {handles[event.id]} --rest --as present",
            )


def _asked(db: Database, day: date) -> Iterator[Task]:
    """Yield the sessions whose questions from outside have no answer after they were held; webinars have their checklist."""
    for row in db.rows(
        "SELECT e.host || '/' || e.number AS occasion, substr(e.starts, 1, 10) AS day, count(*) AS n, min(q.asked_on) AS oldest"
        " FROM questions q JOIN events e ON e.id = q.event_id WHERE q.answer = ''"
        f" AND {questions.UNFINISHED} AND e.kind <> 'webinar' AND e.status = 'held'"
        " GROUP BY e.id ORDER BY e.starts"
    ):
        age = n_("{n} day", "{n} days", _age(row["oldest"], day))
        yield Task(
            state="waiting",
            kind="questions",
            subject=row["occasion"],
            day=row["day"],
            text=n_(
                "{n} question has no answer, asked {days} ago.",
                "{n} questions have no answer, the oldest asked {days} ago.",
                row["n"],
                days=age,
            ),
            command=f"osallisuus question list {row['occasion']} --open",
        )


def _quiet(db: Database, day: date) -> Iterator[Task]:
    """Yield members who have stayed away without a word, to be asked gently."""
    for panel, person_id, name, why in attendance.fallen_quiet(db, day):
        text = (
            _("{name} has been absent twice running; perhaps a call?")
            if why == "absent-twice"
            else _("{name} has not been seen this term; perhaps a call?")
        )
        yield Task(
            state="waiting",
            kind="quiet",
            subject=panel,
            day=day.isoformat(),
            text=text.format(name=name),
            command=f"osallisuus person show {person_id}",
        )


def _of_proposal(proposal: Proposal, state: str, kind: str, day: date, text: str, command: str) -> Task:
    return Task(
        state=state,
        kind=kind,
        subject=proposal.panel,
        day=day.isoformat(),
        text=_("proposal {id} ({about}): {text}").format(id=proposal.id, about=shortened(proposal.text), text=text),
        command=f"osallisuus proposal {command}",
    )


def _age(since: str | None, day: date) -> int:
    return max(0, (day - date.fromisoformat(since or day.isoformat())).days)
