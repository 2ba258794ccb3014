"""What a coordinator has to do next, over all panels and series: each thing with the command that does it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from osallisuus.domain import checklists, debts, events, hosts, messages, notices, readiness
from osallisuus.domain.debts import Task
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.i18n import _, format_date, n_
from osallisuus.store.database import Database

SEASON_WARNING = timedelta(days=30)
# How long before it is due something that a webinar lacks is worth a look.
DUE_SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One view of a day: the occasions that come within `days` with how to name them, what is late and what waits."""

    day: date
    days: int
    coming: list[Event]
    handles: Mapping[int, str]
    late: list[Task]
    waiting: list[Task]


def public(overview: Overview) -> Mapping[str, object]:
    """Return the overview as its JSON object."""
    return {
        "date": overview.day.isoformat(),
        "days": overview.days,
        "coming": [dict(events.public(event)) | {"occasion": overview.handles[event.id]} for event in overview.coming],
        "late": [asdict(task) for task in overview.late],
        "waiting": [asdict(task) for task in overview.waiting],
    }


def today(db: Database, *, day: date, days: int) -> Overview:
    """Return the overview of a day, looking `days` ahead."""
    planned = events.search(db, until=day + timedelta(days=days), status="planned")
    coming = [event for event in planned if event.day >= day]
    handles = events.names(db, planned)
    running = hosts.search(db, open_on=day)
    last = {
        row["host"]: date.fromisoformat(row["last"][:10])
        for row in db.rows("SELECT host, max(starts) AS last FROM events WHERE status <> 'cancelled' GROUP BY host")
    }
    tasks = [
        *_unmarked([event for event in planned if event.day < day], handles),
        *_incomplete(coming, handles),
        *_unready(db, day),
        *_unplanned(running, last, day),
        *_terms(running, day),
        *_letters(db, day),
        *debts.of(db, running, day=day, until=day + timedelta(days=days)),
    ]
    tasks.sort(key=lambda task: (task.day, task.subject, task.kind))
    return Overview(
        day=day,
        days=days,
        coming=coming,
        handles=handles,
        late=[task for task in tasks if task.state == "late"],
        waiting=[task for task in tasks if task.state == "waiting"],
    )


def _unmarked(past: Sequence[Event], handles: Mapping[int, str]) -> Iterator[Task]:
    for event in past:
        yield Task(
            state="late",
            kind="unmarked",
            subject=handles[event.id],
            day=event.starts[:10],
            text=_("{date} has passed: was it held?").format(date=format_date(event.day)),
            command=f"osallisuus {event.verbs} held {handles[event.id]}",
        )


def _incomplete(coming: Sequence[Event], handles: Mapping[int, str]) -> Iterator[Task]:
    for event in coming:
        # a webinar's theme and link are on its checklist
        if event.verbs == "session" and not (event.place or event.url):
            yield Task(
                state="waiting",
                kind="no_place",
                subject=handles[event.id],
                day=event.starts[:10],
                text=_("{date} has neither place nor link yet.").format(date=format_date(event.day)),
                command=f"osallisuus session edit {handles[event.id]} --place … --url …",
            )


def _unready(db: Database, day: date) -> Iterator[Task]:
    """Yield what webinars lack: all that is late, and what is due soon."""
    for gap in readiness.search(db, readiness.concerned(db, day), day):
        if gap.due <= day + DUE_SOON and gap.what != checklists.UNMARKED:
            due = _("was needed by {date}") if gap.late else _("is needed by {date}")
            yield Task(
                state="late" if gap.late else "waiting",
                kind=gap.what,
                subject=gap.occasion,
                day=gap.due.isoformat(),
                text=f"{gap.text} ({due.format(date=format_date(gap.due))}).",
                command=gap.command,
            )


def _letters(db: Database, day: date) -> Iterator[Task]:
    """Yield the letters that wait for a person, and the dates of which somebody was told otherwise."""
    counts = messages.counts(db)
    sentences = (
        (
            "unknown",
            "late",
            n_("{n} letter may not have arrived.", "{n} letters may not have arrived.", counts.get("unknown", 0)),
        ),
        ("refused", "late", n_("{n} letter was refused.", "{n} letters were refused.", counts.get("refused", 0))),
        ("queued", "waiting", n_("{n} letter is queued.", "{n} letters are queued.", counts.get("queued", 0))),
        ("draft", "waiting", n_("{n} letter is a draft.", "{n} letters are drafts.", counts.get("draft", 0))),
    )
    for kind, state, text in sentences:
        if counts.get(kind):
            command = f"osallisuus invite list --state {kind}" if state == "late" else "osallisuus invite send"
            yield Task(state=state, kind=f"letters_{kind}", subject="invite", day=day.isoformat(), text=text, command=command)
    for one in notices.unsettled(db, day):
        kinds = (
            ("late", "stale", one.stale, n_("{n} person was told otherwise.", "{n} people were told otherwise.", one.stale)),
            ("waiting", "untold", one.untold, n_("{n} person has not been told.", "{n} people have not been told.", one.untold)),
        )
        command = f"osallisuus invite draft {one.event.lasting}"
        for state, kind, people, text in kinds:
            if people:
                day_ = one.event.starts[:10]
                yield Task(state=state, kind=kind, subject=one.event.lasting, day=day_, text=text, command=command)


def _unplanned(running: Sequence[Host], last: Mapping[str, date], day: date) -> Iterator[Task]:
    for host in running:
        end = last.get(host.slug)
        if not host.rule or host.closed_on or (end and end > day + SEASON_WARNING):
            continue
        after = max(end + timedelta(days=1), day) if end else day
        yield Task(
            state="waiting",
            kind="unplanned",
            subject=host.slug,
            day=(end or day).isoformat(),
            text=_("Nothing is planned after {date}.").format(date=format_date(end)) if end else _("Nothing is planned yet."),
            command=f"osallisuus {host.verbs} plan {host.slug} --from {after.isoformat()} --months 6",
        )


def _terms(running: Sequence[Host], day: date) -> Iterator[Task]:
    for host in running:
        if not isinstance(host, Panel) or not host.term_end:
            continue
        left = (date.fromisoformat(host.term_end) - day).days
        if left > SEASON_WARNING.days:
            continue
        text = (
            n_("The term ends in {n} day.", "The term ends in {n} days.", left)
            if left > 0
            else _("The term ends today.")
            if left == 0
            else _("The term ended on {date}.").format(date=format_date(date.fromisoformat(host.term_end)))
        )
        yield Task(
            state="waiting" if left >= 0 else "late",
            kind="term",
            subject=host.slug,
            day=host.term_end,
            text=text,
            command=f"osallisuus panel edit {host.slug} --term-end …",
        )
