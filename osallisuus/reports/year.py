"""All panels together in a year, as the yearly client report asks: who, how often, what they proposed and what came of it."""

from collections.abc import Iterator, Mapping, Sequence

from osallisuus.domain import descriptions, hosts
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _, language
from osallisuus.reports import members, outcomes, sessions
from osallisuus.reports.asking import Asked, called
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
    Report,
    Table,
    Term,
)
from osallisuus.reports.members import Members
from osallisuus.reports.sessions import Attended
from osallisuus.store.database import Database
from osallisuus.words import panel_words

# There is a panel in a period when somebody was in it, it met, or it accepted a proposal.
_OPEN = (
    "h.type = 'panel' AND (h.closed_on IS NULL OR h.closed_on >= :since) AND ("
    "EXISTS (SELECT 1 FROM memberships m WHERE m.panel = h.slug AND m.from_date <= :until"
    "  AND (m.to_date IS NULL OR m.to_date >= :since))"
    " OR EXISTS (SELECT 1 FROM events e WHERE e.host = h.slug AND e.dropped = 0 AND e.starts >= :since AND e.starts < :beyond)"
    " OR EXISTS (SELECT 1 FROM proposals p WHERE p.panel = h.slug AND p.accepted_on BETWEEN :since AND :until))"
)


def make(db: Database, asked: Asked) -> Report:
    """Return the report of all panels."""
    panels = _panels(db, asked)
    people = members.read(db, asked)
    dates = sessions.read(db, asked, status="held")
    by_panel: dict[str, list[Attended]] = {panel.slug: [] for panel in panels}
    for one in dates:
        by_panel.setdefault(one.date.host, []).append(one)
    made = outcomes.read(db, asked)
    blocks: list[Block] = [_figures(asked, panels, people, dates)]
    if not panels:
        blocks = [Paragraph(text=_("There was no panel in this period."))]
    else:
        blocks += [
            Heading(text=_("Panels")),
            _table(db, asked, panels, people, by_panel),
            Heading(text=_("Membership")),
            *_members(db, people),
            Heading(text=_("Sessions and attendance")),
            *_attendance(dates),
            Heading(text=_("Proposals and answers")),
            *_proposals(db, asked, made),
            Heading(text=_("Evaluation")),
            *_evaluations(db, asked, panels),
        ]
    slugs = [panel.slug for panel in hosts.search(db, Panel)]
    title = _("Yearly report of the customer panels") if asked.year else _("Report of the customer panels")
    return asked.report(db, title=title, blocks=blocks, limits=asked.limits, panels=slugs)


def _panels(db: Database, asked: Asked) -> list[Panel]:
    rows = db.rows(f"SELECT h.slug FROM hosts h WHERE {_OPEN}", asked.bounds)
    there = {row["slug"] for row in rows}
    return [host for host in hosts.search(db, Panel) if isinstance(host, Panel) and host.slug in there]


def _figures(asked: Asked, panels: Sequence[Panel], people: Members, dates: Sequence[Attended]) -> Figures:
    sql = f"SELECT h.slug AS id, coalesce(h.term_start, '') AS day, h.name AS text FROM hosts h WHERE {_OPEN} ORDER BY h.slug"
    count = Number(key="panels", value=len(panels), behind=Behind(noun="panel", sql=sql, values=asked.bounds))
    return Figures(
        items=[
            Figure(label=_("Panels at work"), value=count),
            Figure(label=_("Memberships"), value=people.number("members")),
            Figure(label=_("Sessions held"), value=sessions.how_many("sessions.held", dates)),
            Figure(label=_("Visits to sessions"), value=sessions.visits("sessions.visits", dates)),
        ]
    )


def _table(
    db: Database, asked: Asked, panels: Sequence[Panel], people: Members, by_panel: Mapping[str, Sequence[Attended]]
) -> Table:
    kinds = panel_words()
    shares = outcomes.by_panel(db, asked, [panel.slug for panel in panels])
    rows: list[Sequence[Cell]] = []
    for panel in panels:
        slug, dates, own = panel.slug, by_panel[panel.slug], shares[panel.slug]
        rows.append(
            [
                Term(code=slug, text=called(panel)),
                Term(code=panel.kind, text=kinds[panel.kind]),
                people.number(f"panels.{slug}.members", slug),
                sessions.how_many(f"panels.{slug}.sessions", dates),
                sessions.average(f"panels.{slug}.average", dates),
                own.made,
                own.answered,
                own.days,
            ]
        )
    return Table(
        key="panels",
        title=_("Panels"),
        columns=[
            Column(key="panel", label=_("Panel")),
            Column(key="kind", label=_("Kind")),
            Column(key="members", label=_("Members"), kind="number"),
            Column(key="sessions", label=_("Sessions held"), kind="number"),
            Column(key="average", label=_("Were there on average"), kind="number"),
            Column(key="made", label=_("Proposals"), kind="number"),
            Column(key="answered", label=_("Answers"), kind="number"),
            Column(key="days", label=_("Time to an answer (median)"), kind="number"),
        ],
        rows=rows,
        note=_(
            "A proposal that a side panel raised to another panel stands with both; in the sums it is counted once,"
            " as the panel that made it did. Somebody who is in two panels is counted in both."
        ),
    )


def _members(db: Database, people: Members) -> list[Block]:
    if not people.cells:
        return [Paragraph(text=_("Nobody was in a panel."))]
    return [members.by_role(db, people)]


def _attendance(dates: Sequence[Attended]) -> list[Block]:
    if not dates:
        return [Paragraph(text=_("No session was held in this period."))]
    return [sessions.by_month(dates)]


def _proposals(db: Database, asked: Asked, made: outcomes.Outcomes) -> list[Block]:
    if not (made.made.value or made.answered.value or made.done.value):
        return [Paragraph(text=_("No proposal was accepted, answered or done in this period."))]
    found: list[Block] = [outcomes.figures(made)]
    found += [outcomes.table(made)] if made.made.value else []
    said = outcomes.said_and_done(db, asked)
    return [*found, said] if said.rows else found


def _evaluations(db: Database, asked: Asked, panels: Sequence[Panel]) -> list[Block]:
    found = list(_written(db, asked, panels))
    return found or [Paragraph(text=_("No evaluation is written of this year."))]


def _written(db: Database, asked: Asked, panels: Sequence[Panel]) -> Iterator[Block]:
    for panel in panels:
        text = descriptions.read(db, panel.slug, language(), year=asked.until.year).get("evaluation")
        if text:
            yield Heading(text=called(panel), level=3)
            yield Paragraph(text=text.text, language=text.language)
