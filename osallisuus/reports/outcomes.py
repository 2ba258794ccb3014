"""What came of proposals: by outcome, how long answers took, and "you said – we did" in words.

Of a side panel's proposal that was raised to another panel each panel tells its own; where all panels are looked at together, it
is told once, as the panel that made it did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import hosts, proposals
from osallisuus.domain.hosts import Panel
from osallisuus.domain.proposals import Proposal
from osallisuus.i18n import _, bare_date, language
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Behind, Cell, Column, Figure, Figures, Number, Picture, Quoted, Table, Term
from osallisuus.store.database import Database
from osallisuus.words import decision_words

_OUTCOME = (
    "CASE WHEN p.status = 'withdrawn' THEN 'withdrawn' WHEN p.decision <> '' THEN p.decision"
    " WHEN p.status = 'sent' THEN 'waiting' ELSE 'unsent' END"
)
_MADE = "p.accepted_on BETWEEN :since AND :until"
_ANSWERED = "p.answered_on BETWEEN :since AND :until AND p.decision <> ''"
_DAYS = "julianday(p.answered_on) - julianday(p.sent_on)"
_RECORD = "p.id, p.panel || ': ' || p.text AS text"
# What was sent somewhere is no longer only the panel's own.
_SENT = "p.status IN ('sent', 'answered', 'done', 'told')"


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The proposals of a panel, or of all, in a period, counted by what came of them."""

    panel: str
    bounds: Mapping[str, object]
    made: Number
    answered: Number
    days: Number
    done: Number
    told: Number
    by_outcome: Mapping[str, int]


def read(db: Database, asked: Asked, *, panel: str = "") -> Outcomes:
    """Return what came of the proposals accepted in the period, and what was answered, done and told in it."""
    values = asked.bounds | {"panel": panel}
    made, answered = f"{_MADE} AND {_mine(panel)}", f"{_ANSWERED} AND {_mine(panel)}"
    rows = db.rows(f"SELECT {_OUTCOME} AS outcome, count(*) AS n FROM proposals p WHERE {made} GROUP BY 1", dict(values))
    waits = [row["days"] for row in db.rows(f"SELECT {_DAYS} AS days FROM proposals p WHERE {answered}", dict(values))]
    counted = {row["outcome"]: row["n"] for row in rows}
    return Outcomes(
        panel=panel,
        bounds=values,
        made=Number(key="proposals.made", value=sum(counted.values()), behind=_behind(made, "accepted_on", values)),
        answered=Number(key="proposals.answered", value=len(waits), behind=_behind(answered, "answered_on", values)),
        days=_waited("proposals.days", waits, _behind(answered, "answered_on", values)),
        done=_stepped(db, "done", panel, values),
        told=_stepped(db, "told", panel, values),
        by_outcome=counted,
    )


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one of several panels did: how many proposals it accepted, how many were answered, and in how many days (median)."""

    made: Number
    answered: Number
    days: Number


def by_panel(db: Database, asked: Asked, panels: Sequence[str]) -> Mapping[str, Share]:
    """Return what each of these panels did in the period, all read at once."""
    rows = db.rows(f"SELECT p.panel, count(*) AS n FROM proposals p WHERE {_MADE} GROUP BY p.panel", asked.bounds)
    made = {row["panel"]: row["n"] for row in rows}
    waits: dict[str, list[float]] = {}
    for row in db.rows(f"SELECT p.panel, {_DAYS} AS days FROM proposals p WHERE {_ANSWERED}", asked.bounds):
        waits.setdefault(row["panel"], []).append(row["days"])
    found = {}
    for panel in panels:
        values = asked.bounds | {"panel": panel}
        answers = _behind(f"{_ANSWERED} AND {_mine(panel)}", "answered_on", values)
        own = _behind(f"{_MADE} AND {_mine(panel)}", "accepted_on", values)
        found[panel] = Share(
            made=Number(key=f"panels.{panel}.made", value=made.get(panel, 0), behind=own),
            answered=Number(key=f"panels.{panel}.answered", value=len(waits.get(panel, ())), behind=answers),
            days=_waited(f"panels.{panel}.days", waits.get(panel, []), answers),
        )
    return found


def _mine(panel: str) -> str:
    # a condition that an index can serve
    return "p.panel = :panel" if panel else "p.raised_from IS NULL"


def _waited(key: str, days: Sequence[float], behind: Behind) -> Number:
    return Number(key=key, value=_median(days), unit="days", places=0 if len(days) % 2 else 1, behind=behind)


def figures(outcomes: Outcomes) -> Figures:
    """Return what to know at a glance of the proposals of a period."""
    return Figures(
        items=[
            Figure(label=_("Proposals accepted in the period"), value=outcomes.made),
            Figure(label=_("Answers that came in the period"), value=outcomes.answered),
            Figure(label=_("Time to an answer (median)"), value=outcomes.days),
            Figure(label=_("Promises kept in the period"), value=outcomes.done),
            Figure(label=_("Answers told to the panel in the period"), value=outcomes.told),
        ]
    )


def table(outcomes: Outcomes) -> Table:
    """Return the proposals accepted in the period by what came of them."""
    where = f"{_MADE} AND {_mine(outcomes.panel)} AND {_OUTCOME} = :outcome"
    rows: list[Sequence[Cell]] = []
    for outcome, words in _outcome_words().items():
        behind = _behind(where, "accepted_on", {**outcomes.bounds, "outcome": outcome})
        n = Number(key=f"proposals.{outcome}", value=outcomes.by_outcome.get(outcome, 0), behind=behind)
        rows.append([Term(code=outcome, text=words), n])
    there = bool(outcomes.made.value)
    return Table(
        key="outcomes",
        title=_("Proposals by what came of them"),
        columns=[Column(key="outcome", label=_("Answer")), Column(key="proposals", label=_("Proposals"), kind="number")],
        rows=[*rows, [_("All together"), outcomes.made]] if there else [],
        total=there,
        picture=Picture(kind="bars", value="proposals"),
        note=_("Of the proposals accepted in the period, as things stood when this was made.") if there else "",
    )


def themes(db: Database, outcomes: Outcomes) -> Table:
    """Return the themes of the proposals accepted in the period, the most frequent first."""
    made = f"{_MADE} AND {_mine(outcomes.panel)}"
    found = db.rows(
        f"SELECT p.theme, count(*) AS n FROM proposals p WHERE {made} AND p.theme <> '' GROUP BY p.theme"
        " ORDER BY n DESC, p.theme",
        dict(outcomes.bounds),
    )
    return Table(
        key="themes",
        title=_("Themes of the proposals"),
        columns=[Column(key="theme", label=_("Theme")), Column(key="proposals", label=_("Proposals"), kind="number")],
        rows=[
            [
                Quoted(text=row["theme"], language="fi"),
                Number(
                    key=f"themes.{place}",
                    value=row["n"],
                    behind=_behind(f"{made} AND p.theme = :theme", "accepted_on", {**outcomes.bounds, "theme": row["theme"]}),
                ),
            ]
            for place, row in enumerate(found, 1)
        ],
    )


def said_and_done(db: Database, asked: Asked, *, panel: str = "") -> Table:
    """Return what was said, what was answered and why, and what came of it."""
    found = db.fetch(
        Proposal,
        f"SELECT p.* FROM proposals p WHERE {_SENT} AND {_mine(panel)} AND ("
        + " OR ".join(f"p.{day}_on BETWEEN :since AND :until" for day in ("accepted", "sent", "answered", "done"))
        + ") ORDER BY p.id",
        asked.bounds | {"panel": panel},
    )
    names = {one.slug: one.called(language()) for one in hosts.search(db, Panel)}
    answers_ = decision_words()
    rows: list[Sequence[Cell]] = [
        [
            Quoted(text=one.text, language="fi"),
            *([] if panel else [Term(code=one.panel, text=names[one.panel])]),
            names.get(one.sent_to) or Quoted(text=one.sent_to, language="fi"),
            Term(code=one.decision, text=answers_[one.decision].capitalize() if one.decision else _("No answer yet.")),
            Quoted(text=one.reason, language="fi") if one.reason else "",
            _came_of(one, asked.today),
        ]
        for one in found
    ]
    return Table(
        key="said",
        title=_("You said – we did"),
        columns=[
            Column(key="said", label=_("You said")),
            *([] if panel else [Column(key="panel", label=_("Panel"))]),
            Column(key="to", label=_("To whom")),
            Column(key="answer", label=_("Answer")),
            Column(key="reason", label=_("Reasons")),
            Column(key="done", label=_("We did")),
        ],
        rows=rows,
    )


def _median(values: Sequence[float]) -> float | None:
    """Return the middle value, or the mean of the two in the middle."""
    # start-up: the module statistics brings fractions and random numbers along
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _came_of(proposal: Proposal, today: date) -> str:
    day = today.isoformat()
    if proposal.done_on:
        return _on(_("Done {date}."), proposal.done_on)
    if proposals.agreed(proposal):
        if not proposal.done_by:
            return _("Not done yet.")
        late = proposal.done_by < day
        return _on(_("Was to be done by {date}, not done yet.") if late else _("To be done by {date}."), proposal.done_by)
    if proposal.decision:
        return _("Nothing was promised.")
    if not proposal.due:
        return _("Waits for an answer.")
    return _on(
        _("The answer is late: it was due {date}.") if proposal.due < day else _("The answer is due {date}."), proposal.due
    )


def _on(sentence: str, day: str) -> str:
    return sentence.format(date=bare_date(date.fromisoformat(day)))


def _stepped(db: Database, did: str, panel: str, values: Mapping[str, object]) -> Number:
    where = f"p.{did}_on BETWEEN :since AND :until AND {_mine(panel)}"
    n = db.value(f"SELECT count(*) FROM proposals p WHERE {where}", dict(values))
    return Number(key=f"proposals.{did}", value=n, behind=_behind(where, f"{did}_on", values))


def _behind(where: str, day: str, values: Mapping[str, object]) -> Behind:
    return Behind(
        noun="proposal",
        sql=f"SELECT {_RECORD}, p.{day} AS day FROM proposals p WHERE {where} ORDER BY p.id",
        values=values,
    )


def _outcome_words() -> Mapping[str, str]:
    return {
        **{code: words.capitalize() for code, words in decision_words().items() if code},
        "waiting": _("Waits for an answer"),
        "unsent": _("Not sent yet"),
        "withdrawn": _("Withdrawn by the panel"),
    }
