"""One panel's year, as a board handles it and a newspaper may quote it: numbers and reasons, no names."""

from collections.abc import Sequence
from datetime import date, timedelta

from osallisuus.domain import descriptions, events
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _, format_date, language, n_
from osallisuus.reports import members, opinions, outcomes, sessions
from osallisuus.reports.asking import Asked, called, hidden, written
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
    Quoted,
    Report,
    Table,
)
from osallisuus.store.database import Database
from osallisuus.words import panel_words

_TAKEN = (
    "t.on_date BETWEEN :since AND :until AND t.person_id IN (SELECT person_id FROM memberships WHERE panel = :panel)"
    " AND EXISTS (SELECT 1 FROM memberships m WHERE m.panel = :panel AND m.person_id = t.person_id"
    " AND m.from_date <= t.on_date AND (m.to_date IS NULL OR m.to_date >= t.on_date))"
)

_YEAR = timedelta(days=365)


def make(db: Database, asked: Asked) -> Report:
    """Return the yearly report of a panel."""
    panel = asked.host
    if not isinstance(panel, Panel):
        raise TypeError("the report of a panel is about a panel")
    texts = descriptions.read(db, panel.slug, language(), year=asked.until.year)
    people = members.read(db, asked)
    dates = sessions.read(db, asked, host=panel.slug)
    held = [one for one in dates if one.date.status == "held"]
    made = outcomes.read(db, asked, panel=panel.slug)
    thought = opinions.read(db, asked, panel.slug)
    evaluation = texts.get("evaluation")
    blocks: list[Block] = [
        Heading(text=_("Purpose")),
        Paragraph(text=panel.purpose, language="fi") if panel.purpose else Paragraph(text=_("Its purpose is not written down.")),
        _facts(panel),
        Heading(text=_("Membership")),
        *_members(db, people, panel),
        Heading(text=_("Sessions and attendance")),
        *_sessions(asked, dates, held, people.number("members", panel.slug)),
        Heading(text=_("Proposals and answers")),
        *_proposals(db, asked, made, panel),
        Heading(text=_("Training")),
        *_training(db, asked, people, panel),
        Heading(text=_("Evaluation")),
        *opinions.blocks(thought),
        written(evaluation, _("No evaluation is written of this year.")),
        Heading(text=_("Next year")),
        *_next(db, asked, panel),
        *([written(texts["next-year"], "")] if "next-year" in texts else []),
    ]
    missing = [
        *([] if panel.purpose else [f'osallisuus panel edit {panel.slug} --purpose "…"']),
        *([] if evaluation else [f'osallisuus report text {panel.slug} evaluation "…" --year {asked.until.year}']),
        *([] if "next-year" in texts else [f'osallisuus report text {panel.slug} next-year "…" --year {asked.until.year}']),
    ]
    limits = [*asked.limits, *opinions.limits(thought)]
    title = (_("Yearly report: {name}") if asked.year else _("Report: {name}")).format(name=called(panel))
    return asked.report(db, title=title, blocks=blocks, limits=limits, missing=missing, panels=[panel.slug])


def _facts(panel: Panel) -> Figures:
    facts: list[tuple[str, Cell]] = [
        (_("Kind"), panel_words()[panel.kind]),
        (_("Service area"), panel.area and Quoted(text=panel.area, language="fi")),
        (_("Mandate"), panel.mandate and Quoted(text=panel.mandate, language="fi")),
        (_("Term"), _term(panel)),
        (_("Funded by"), panel.funder and Quoted(text=panel.funder, language="fi")),
    ]
    return Figures(items=[Figure(label=label, value=value) for label, value in facts if value])


def _term(panel: Panel) -> str:
    start, end = (
        format_date(date.fromisoformat(day)).partition(" ")[2] if day else "" for day in (panel.term_start, panel.term_end)
    )
    return f"{start}–{end}" if start or end else ""


def _members(db: Database, people: members.Members, panel: Panel) -> list[Block]:
    size = panel.size
    total = people.number("members", panel.slug)
    if not total.value and not total.hidden:
        return [Paragraph(text=_("Nobody was in the panel on {day}.").format(day=format_date(people.day)))]
    meant = [Figure(label=_("Meant size"), value=Number(key="size", value=size, behind=_size(panel)))] if size else []
    day = _("Members on {day}").format(day=format_date(people.day))
    return [Figures(items=[Figure(label=day, value=total), *meant]), members.by_role(db, people, panel=panel.slug)]


def _size(panel: Panel) -> Behind:
    sql = "SELECT slug AS id, '' AS day, name AS text, size AS n FROM hosts WHERE slug = :panel"
    return Behind(noun="panel", sql=sql, values={"panel": panel.slug})


def _sessions(asked: Asked, dates: Sequence[sessions.Attended], held: Sequence[sessions.Attended], total: Number) -> list[Block]:
    rate = sessions.rate("sessions.rate", asked, held)
    if not dates:
        return [Paragraph(text=_("The panel had no session in this period."))]
    figures = Figures(
        items=[
            Figure(label=_("Sessions held"), value=sessions.how_many("sessions.held", held)),
            Figure(
                label=_("Sessions cancelled"),
                value=sessions.how_many("sessions.cancelled", [one for one in dates if one.date.status == "cancelled"]),
            ),
            Figure(label=_("Were there on average"), value=sessions.average("sessions.average", held)),
            Figure(label=_("Attendance rate"), value=hidden(rate) if total.hidden else rate),
        ]
    )
    return [figures, sessions.table(dates, _("Sessions"), asked.today)]


def _proposals(db: Database, asked: Asked, made: outcomes.Outcomes, panel: Panel) -> list[Block]:
    if not (made.made.value or made.answered.value or made.done.value):
        return [Paragraph(text=_("No proposal was accepted, answered or done in this period."))]
    themes, said = outcomes.themes(db, made), outcomes.said_and_done(db, asked, panel=panel.slug)
    found: list[Block] = [outcomes.figures(made)]
    found += [outcomes.table(made)] if made.made.value else []
    found += [themes] if themes.rows else []
    found += [said] if said.rows else []
    return found


def _training(db: Database, asked: Asked, people: members.Members, panel: Panel) -> list[Block]:
    found: list[Block] = []
    total = people.number("members", panel.slug)
    if total.value or total.hidden:
        trained = members.trained(db, asked, people, panel.slug)
        found.append(Figures(items=[Figure(label=_("Members with a training in force"), value=trained)]))
    courses = _courses(db, asked, panel)
    return [*found, courses] if courses.rows else [*found, Paragraph(text=_("No course was taken in this period."))]


def _courses(db: Database, asked: Asked, panel: Panel) -> Table:
    """Return the courses that members took in the period: how many took each, and how long it was."""
    values = asked.bounds | {"panel": panel.slug}
    rows = db.rows(
        f"SELECT t.course_key, t.on_date, min(t.course) AS course, count(*) AS n, max(t.hours) AS hours FROM trainings t"
        f" WHERE {_TAKEN} GROUP BY t.course_key, t.on_date ORDER BY t.on_date, t.course_key",
        dict(values),
    )
    sql = (
        "SELECT t.id, t.on_date AS day, p.name AS text FROM trainings t JOIN people p ON p.id = t.person_id"
        f" WHERE {_TAKEN} AND t.course_key = :course AND t.on_date = :on ORDER BY p.name_key"
    )
    found: list[Sequence[Cell]] = []
    for place, row in enumerate(rows, 1):
        key = f"courses.{place}"
        behind = Behind(noun="training", sql=sql, values={**values, "course": row["course_key"], "on": row["on_date"]})
        hours = Number(key=f"{key}.hours", value=row["hours"], unit="hours", places=_decimals(row["hours"]), behind=behind)
        people = asked.people(Number(key=key, value=row["n"], behind=behind))
        found.append([Quoted(text=row["course"], language="fi"), date.fromisoformat(row["on_date"]), hours, people])
    return Table(
        key="courses",
        title=_("Courses that members took"),
        columns=[
            Column(key="course", label=_("Course")),
            Column(key="day", label=_("Date"), kind="day"),
            Column(key="hours", label=_("Length"), kind="number"),
            Column(key="people", label=_("Took it"), kind="number"),
        ],
        rows=found,
    )


def _decimals(hours: float | None) -> int:
    return 0 if hours is None or hours == int(hours) else 1


def _next(db: Database, asked: Asked, panel: Panel) -> list[Block]:
    after = asked.until + timedelta(days=1)
    coming = [one for one in events.search(db, host=panel.slug, since=after, until=after + _YEAR) if one.status != "cancelled"]
    if not coming:
        return [Paragraph(text=_("No session is planned after this period yet."))]
    days = ", ".join(format_date(one.day) for one in coming)
    sentence = n_("{n} session is planned: {days}.", "{n} sessions are planned: {days}.", len(coming), days=days)
    return [Paragraph(text=sentence)]
