"""The answer debt: who owes which panel an answer and for how long, what has not been sent, and what the panel has not heard."""

from collections.abc import Sequence
from datetime import date

from osallisuus.domain import hosts, proposals
from osallisuus.domain.hosts import Panel
from osallisuus.domain.proposals import Proposal
from osallisuus.i18n import _, format_date, language
from osallisuus.reports.asking import Asked, called
from osallisuus.reports.blocks import (
    Behind,
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Number,
    Paragraph,
    Picture,
    Quoted,
    Report,
    Table,
)
from osallisuus.store.database import Database

# Days that an answer has been waited for: from, to.
_AGES = ((0, 30), (31, 90), (91, 180), (181, 36_500))


def make(db: Database, asked: Asked) -> Report:
    """Return the answer debt to a panel, or to all, as it is today."""
    panel = asked.host.slug if asked.host else ""
    found = proposals.search(db, panel=panel, unfinished=True)
    above = {one.raised_from for one in proposals.search(db, unfinished=True) if one.raised_from}
    names = {one.slug: one.called(language()) for one in hosts.search(db, Panel)}
    # what was raised waits with the other panel, and is told there
    waiting = [one for one in found if one.status == "sent" and one.id not in above]
    late = [one for one in waiting if proposals.overdue(one, asked.today)]
    unsent = [one for one in found if one.status == "accepted"]
    untold = [one for one in found if one.status in ("answered", "done")]
    undone = [one for one in found if one.status == "told" and one.id not in above]
    blocks: list[Block] = [
        Figures(
            items=[
                Figure(label=_("Answers that are waited for"), value=_these("waiting", waiting, "sent_on")),
                Figure(label=_("Late among them"), value=_these("late", late, "due")),
                Figure(label=_("Accepted and not sent"), value=_these("unsent", unsent, "accepted_on")),
                Figure(label=_("Answered and not told to the panel"), value=_these("untold", untold, "answered_on")),
                Figure(label=_("Promised and not done"), value=_these("undone", undone, "answered_on")),
            ]
        )
    ]
    if not (waiting or unsent or untold or undone):
        blocks = [Paragraph(text=_("Nobody owes an answer, and nothing waits to be sent, told or done."))]
    day = asked.today
    if waiting:
        blocks += [_ages(waiting, day), _waiting(waiting, names, day)]
    for title, key, some, since in (
        (_("Accepted and not sent"), "unsent-list", unsent, "accepted_on"),
        (_("Answered and not told to the panel"), "untold-list", untold, "answered_on"),
        (_("Promised and not done"), "undone-list", undone, "answered_on"),
    ):
        if some:
            blocks += [_listed(key, title, some, names, day, since)]
    name = called(asked.host) if asked.host else _("all panels")
    return asked.report(db, title=_("Answer debt: {name}").format(name=name), blocks=blocks, subtitle=format_date(asked.today))


def _these(key: str, found: Sequence[Proposal], day: str) -> Number:
    ids = ", ".join(str(one.id) for one in found)
    sql = f"SELECT p.id, coalesce(p.{day}, '') AS day, p.panel || ': ' || p.text AS text FROM proposals p WHERE p.id IN ({ids})"
    return Number(key=key, value=len(found), behind=Behind(noun="proposal", sql=f"{sql} ORDER BY p.id"))


def _waited(key: str, one: Proposal, since: str, today: date) -> Number:
    return Number(key=key, value=_age(getattr(one, since), today), unit="days", behind=_these("", [one], since).behind)


def _age(day: str | None, today: date) -> int | None:
    return (today - date.fromisoformat(day)).days if day else None


def _ages(waiting: Sequence[Proposal], today: date) -> Table:
    rows: list[Sequence[Cell]] = []
    for first, last in _AGES:
        own = [one for one in waiting if first <= max(0, _age(one.sent_on, today) or 0) <= last]
        label = (
            _("{first} days or more").format(first=first)
            if last == _AGES[-1][1]
            else _("{first}–{last} days").format(first=first, last=last)
        )
        rows.append([label, _these(f"ages.{first}", own, "sent_on")])
    return Table(
        key="ages",
        title=_("For how long answers have been waited for"),
        columns=[Column(key="age", label=_("Since it was sent")), Column(key="proposals", label=_("Proposals"), kind="number")],
        rows=rows,
        picture=Picture(kind="bars", value="proposals"),
    )


def _waiting(found: Sequence[Proposal], names: dict[str, str], today: date) -> Table:
    rows: list[Sequence[Cell]] = [
        [
            Quoted(text=one.text, language="fi"),
            names[one.panel],
            names.get(one.sent_to) or Quoted(text=one.sent_to, language="fi"),
            _day(one.sent_on),
            _day(one.due),
            _waited(f"waited.{one.id}", one, "sent_on", today),
        ]
        for one in sorted(found, key=lambda one: (one.due or "9999", one.sent_on or "", one.id))
    ]
    return Table(
        key="waiting-list",
        title=_("Who owes which answer"),
        columns=[
            Column(key="proposal", label=_("Proposal")),
            Column(key="panel", label=_("Panel")),
            Column(key="to", label=_("To whom")),
            Column(key="sent", label=_("Sent"), kind="day"),
            Column(key="due", label=_("Due"), kind="day"),
            Column(key="waited", label=_("Waited for"), kind="number"),
        ],
        rows=rows,
    )


def _listed(key: str, title: str, found: Sequence[Proposal], names: dict[str, str], today: date, since: str) -> Table:
    promised = any(one.done_by for one in found)
    rows: list[Sequence[Cell]] = [
        [
            Quoted(text=one.text, language="fi"),
            names[one.panel],
            _day(getattr(one, since)),
            *([_day(one.done_by)] if promised else []),
            _waited(f"{key}.{one.id}", one, since, today),
        ]
        for one in sorted(found, key=lambda one: (one.done_by or "9999", one.id))
    ]
    return Table(
        key=key,
        title=title,
        columns=[
            Column(key="proposal", label=_("Proposal")),
            Column(key="panel", label=_("Panel")),
            Column(key="since", label=_("Since"), kind="day"),
            *([Column(key="promised", label=_("Promised by"), kind="day")] if promised else []),
            Column(key="days", label=_("For how long"), kind="number"),
        ],
        rows=rows,
    )


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
