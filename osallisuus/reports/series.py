"""A webinar season in numbers: each date by itself, and who was heard over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from osallisuus.domain import checklists, descriptions
from osallisuus.domain.hosts import Host
from osallisuus.i18n import _, bare_date, language
from osallisuus.reports import opinions, registered, sessions, voices
from osallisuus.reports.asking import Asked, called, written
from osallisuus.reports.blocks import (
    Behind,
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Heading,
    Number,
    Paragraph,
    Picture,
    Report,
    Table,
    Term,
)
from osallisuus.reports.sessions import Attended, Date
from osallisuus.store.database import Database

_ASKED = (
    "SELECT q.id, q.asked_on AS day, q.text FROM questions q JOIN events e ON e.id = q.event_id"
    " WHERE e.host = :host AND e.starts >= :since AND e.starts < :beyond AND (:event = 0 OR e.id = :event)"
    " AND q.merged_into IS NULL AND q.dropped_on IS NULL AND (:answered = 0 OR q.answer <> '') ORDER BY q.id"
)


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """When what belongs to a date was published: the first and the last day of it, empty where nothing is; `due` in time."""

    first: str
    last: str
    due: date | None


def make(db: Database, asked: Asked) -> Report:
    """Return the report of a series."""
    host = asked.host
    if host is None:
        raise TypeError("the report of a series is about a series")
    dates = sessions.read(db, asked, host=host.slug)
    held = [one for one in dates if one.date.status == "held"]
    signed = registered.read(db, asked, host.slug)
    thought = opinions.read(db, asked, host.slug)
    text = descriptions.read(db, host.slug, language(), year=asked.until.year).get("evaluation")
    blocks: list[Block] = [
        *([Paragraph(text=host.purpose, language="fi")] if host.purpose else []),
        *_dates(dates, held, signed, asked.today),
        Heading(text=_("Questions and what was published")),
        *_questions(db, asked, dates),
        Heading(text=_("Who was heard")),
        *voices.blocks(db, asked, host.slug),
        Heading(text=_("Feedback")),
        *opinions.blocks(thought),
        *([opinions.by_date(thought, dates)] if thought.overall.n else []),
        Heading(text=_("Evaluation")),
        written(text, _("No evaluation is written of this season.")),
    ]
    missing = [] if text else [f'osallisuus report text {host.slug} evaluation "…" --year {asked.until.year}']
    limits = [
        *asked.limits,
        _("Speakers, whom the programme names, are counted whatever their number."),
        *opinions.limits(thought),
    ]
    return asked.report(
        db, title=_("Season report: {name}").format(name=called(host)), blocks=blocks, limits=limits, missing=missing
    )


def _dates(dates: Sequence[Attended], held: Sequence[Attended], signed: Mapping[int, Number], today: date) -> list[Block]:
    if not dates:
        return [Paragraph(text=_("The series has no date in this period."))]
    off = [one for one in dates if one.date.status == "cancelled"]
    figures = Figures(
        items=[
            Figure(label=_("Webinars held"), value=sessions.how_many("dates.held", held)),
            Figure(label=_("Webinars cancelled"), value=sessions.how_many("dates.cancelled", off)),
            Figure(label=_("Registered"), value=registered.together("registered", held, signed)),
            Figure(label=_("Took part"), value=sessions.visits("attended", held)),
            Figure(label=_("Took part on average"), value=sessions.average("average", held)),
            Figure(label=_("Show-up"), value=registered.show_up("show-up", held, signed)),
        ]
    )
    return [Heading(text=_("Dates")), figures, _table(dates, signed, today)]


def _table(dates: Sequence[Attended], signed: Mapping[int, Number], today: date) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            one.date.start,
            sessions.theme(one.date),
            Term(code=one.date.status, text=sessions.state(one.date, today)),
            signed.get(one.date.id),
            one.present,
            registered.show_up(f"show-up.{one.date.lasting}", [one], signed),
        ]
        for one in dates
    ]
    return Table(
        key="dates",
        title=_("Webinars of the season"),
        columns=[
            Column(key="day", label=_("Date"), kind="moment"),
            Column(key="theme", label=_("Theme")),
            Column(key="state", label=_("State"), shown=any(one.date.status != "held" for one in dates)),
            Column(key="registered", label=_("Registered"), kind="number"),
            Column(key="attended", label=_("Took part"), kind="number"),
            Column(key="show-up", label=_("Show-up"), kind="number"),
        ],
        rows=rows,
        picture=Picture(kind="columns", value="attended"),
    )


def _questions(db: Database, asked: Asked, dates: Sequence[Attended]) -> list[Block]:
    held = [one.date for one in dates if one.date.status == "held"]
    if not held or asked.host is None:
        return [Paragraph(text=_("No date has been held in this period."))]
    published = _published(db, asked, asked.host)
    in_time = [one for one in held if _is_in_time(published[one.id])]
    figures = Figures(
        items=[
            Figure(label=_("Questions asked"), value=_question("questions", db, asked)),
            Figure(label=_("Questions answered"), value=_question("answers", db, asked, answered=1)),
            Figure(label=_("Dates published in time"), value=_these("published", in_time)),
        ]
    )
    rows: list[Sequence[Cell]] = [
        [
            one.start,
            _question(f"questions.{one.lasting}", db, asked, event=one.id),
            _question(f"answers.{one.lasting}", db, asked, event=one.id, answered=1),
            _in_words(published[one.id], asked.today),
        ]
        for one in held
    ]
    table = Table(
        key="published",
        title=_("Questions, answers and publishing by date"),
        columns=[
            Column(key="day", label=_("Date"), kind="moment"),
            Column(key="asked", label=_("Asked"), kind="number"),
            Column(key="answered", label=_("Answered"), kind="number"),
            Column(key="published", label=_("Published")),
        ],
        rows=rows,
        note=_("In time is what the checklist of the series says: materials so many days after the date."),
    )
    return [figures, table]


def _question(key: str, db: Database, asked: Asked, *, event: int = 0, answered: int = 0) -> Number:
    host = asked.host.slug if asked.host else ""
    values = asked.bounds | {"host": host, "event": event, "answered": answered}
    n = db.value(f"SELECT count(*) FROM ({_ASKED})", dict(values))
    return Number(key=key, value=n, behind=Behind(noun="question", sql=_ASKED, values=values))


def _these(key: str, found: Sequence[Date]) -> Number:
    return sessions.how_many(key, [Attended(date=one, present=Number(key="", value=None)) for one in found])


def _published(db: Database, asked: Asked, host: Host) -> Mapping[int, Publishing]:
    days = checklists.lines(db, [host.slug])[host.slug].get("materials")
    rows = db.rows(
        "SELECT e.id, substr(e.starts, 1, 10) AS day, min(p.on_date) AS first, max(p.on_date) AS last FROM events e LEFT JOIN ("
        " SELECT event_id, first_published_on AS on_date FROM materials WHERE published_on IS NOT NULL"
        " UNION ALL SELECT event_id, published_on FROM questions WHERE published_on IS NOT NULL) p ON p.event_id = e.id"
        " WHERE e.host = :host AND e.starts >= :since AND e.starts < :beyond GROUP BY e.id",
        asked.bounds | {"host": host.slug},
    )
    return {
        row["id"]: Publishing(
            first=row["first"] or "",
            last=row["last"] or "",
            due=None if days is None else date.fromisoformat(row["day"]) + timedelta(days=days),
        )
        for row in rows
    }


def _is_in_time(one: Publishing) -> bool:
    return bool(one.last) and (one.due is None or one.last <= one.due.isoformat())


def _in_words(one: Publishing, today: date) -> str:
    if not one.first:
        return _("not yet") if one.due is None or one.due >= today else _("nothing, late")
    day = bare_date(date.fromisoformat(one.last))
    return _("in time, {date}").format(date=day) if _is_in_time(one) else _("late, {date}").format(date=day)
