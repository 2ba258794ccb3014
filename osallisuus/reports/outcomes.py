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
from osallisuus.reports.blocks import Behind, Cell, Column, Figure, Figures, Number, Picture, Quoted, Table
from osallisuus.store.database import Database
from osallisuus.words import decision_words

_MINE = "(CASE WHEN :panel = '' THEN p.raised_from IS NULL ELSE p.panel = :panel END)"
_OUTCOME = (
    "CASE WHEN p.status = 'withdrawn' THEN 'withdrawn' WHEN p.decision <> '' THEN p.decision"
    " WHEN p.status = 'sent' THEN 'waiting' ELSE 'unsent' END"
)
_MADE = f"p.accepted_on BETWEEN :since AND :until AND {_MINE}"
_RECORD = "p.id, p.panel || ': ' || p.text AS text"
# What was sent somewhere is no longer only the panel's own.
_SENT = "p.status IN ('sent', 'answered', 'done', 'told')"


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The proposals of a panel, or of all, in a period, counted by what came of them."""

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
    rows = db.rows(f"SELECT {_OUTCOME} AS outcome, count(*) AS n FROM proposals p WHERE {_MADE} GROUP BY 1", dict(values))
    waits = db.rows(
        "SELECT julianday(p.answered_on) - julianday(p.sent_on) AS days FROM proposals p"
        f" WHERE p.answered_on BETWEEN :since AND :until AND {_MINE} AND p.decision <> ''",
        dict(values),
    )
    answers = Behind(
        noun="proposal",
        sql=f"SELECT {_RECORD}, p.answered_on AS day FROM proposals p"
        f" WHERE p.answered_on BETWEEN :since AND :until AND {_MINE} AND p.decision <> '' ORDER BY p.id",
        values=values,
    )
    counted = {row["outcome"]: row["n"] for row in rows}
    return Outcomes(
        bounds=values,
        made=Number(key="proposals.made", value=sum(counted.values()), behind=_behind(_MADE, "accepted_on", values)),
        answered=Number(key="proposals.answered", value=len(waits), behind=answers),
        days=Number(
            key="proposals.days",
            value=_median([row["days"] for row in waits]),
            unit="days",
            places=0 if len(waits) % 2 else 1,
            behind=answers,
        ),
        done=_stepped(db, "done", values),
        told=_stepped(db, "told", values),
        by_outcome=counted,
    )


def figures(outcomes: Outcomes) -> Figures:
    """Return what to know at a glance of the proposals of a period."""
    return Figures(
        items=[
            Figure(label=_("Proposals the panel accepted"), value=outcomes.made),
            Figure(label=_("Answers that came"), value=outcomes.answered),
            Figure(label=_("Time to an answer (median)"), value=outcomes.days),
            Figure(label=_("Promises that were kept"), value=outcomes.done),
            Figure(label=_("Answers told to the panel"), value=outcomes.told),
        ]
    )


def table(outcomes: Outcomes) -> Table:
    """Return the proposals accepted in the period by what came of them."""
    rows: list[Sequence[Cell]] = [
        [
            words,
            Number(
                key=f"proposals.{outcome}",
                value=outcomes.by_outcome.get(outcome, 0),
                behind=_behind(f"{_MADE} AND {_OUTCOME} = :outcome", "accepted_on", {**outcomes.bounds, "outcome": outcome}),
            ),
        ]
        for outcome, words in _outcome_words().items()
    ]
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
    found = db.rows(
        f"SELECT p.theme, count(*) AS n FROM proposals p WHERE {_MADE} AND p.theme <> '' GROUP BY p.theme"
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
                    behind=_behind(f"{_MADE} AND p.theme = :theme", "accepted_on", {**outcomes.bounds, "theme": row["theme"]}),
                ),
            ]
            for place, row in enumerate(found, 1)
        ],
    )


def said_and_done(db: Database, asked: Asked, *, panel: str = "") -> Table:
    """Return what was said, what was answered and why, and what came of it."""
    found = db.fetch(
        Proposal,
        f"SELECT p.* FROM proposals p WHERE {_SENT} AND {_MINE} AND (p.accepted_on BETWEEN :since AND :until"
        " OR p.answered_on BETWEEN :since AND :until OR p.done_on BETWEEN :since AND :until) ORDER BY p.id",
        asked.bounds | {"panel": panel},
    )
    names = {one.slug: one.called(language()) for one in hosts.search(db, Panel)}
    rows: list[Sequence[Cell]] = [
        [
            Quoted(text=one.text, language="fi"),
            *([] if panel else [names[one.panel]]),
            names.get(one.sent_to) or Quoted(text=one.sent_to, language="fi"),
            _answered(one),
            _came_of(one),
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


def _answered(proposal: Proposal) -> Cell:
    if not proposal.decision:
        return _("No answer yet.")
    decision = decision_words()[proposal.decision].capitalize()
    return Quoted(text=f"{decision}. {proposal.reason}", language="fi") if proposal.reason else f"{decision}."


def _came_of(proposal: Proposal) -> str:
    if proposal.done_on:
        return _on(_("Done {date}."), proposal.done_on)
    if proposals.agreed(proposal):
        return _on(_("To be done by {date}."), proposal.done_by) if proposal.done_by else _("Not done yet.")
    if proposal.decision:
        return _("Nothing was promised.")
    return _on(_("The answer is due {date}."), proposal.due) if proposal.due else _("Waits for an answer.")


def _on(sentence: str, day: str) -> str:
    return sentence.format(date=bare_date(date.fromisoformat(day)))


def _stepped(db: Database, did: str, values: Mapping[str, object]) -> Number:
    where = f"p.{did}_on BETWEEN :since AND :until AND {_MINE}"
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
