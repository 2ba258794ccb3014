"""What a panel says to those who decide: a register with every step that was taken, dated, and never rewritten.

draft → accepted (by the panel) → sent → answered → done → told (to the panel); `progress` holds how one goes on. The steps are
the history; where a proposal stands now is what its steps add up to (`standing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from osallisuus.domain import hosts, scopes
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

KINDS = ("proposal", "statement", "initiative", "clarification-request", "recommendation")
STATUSES = ("draft", "accepted", "sent", "answered", "done", "told", "withdrawn")
DECISIONS = ("yes", "partly", "no", "not-ours")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One proposal of a panel; `raised_from` is the side panel's proposal that it stands for. Days are ISO dates.

    `decision` is yes, partly, no or not-ours; `reason` what was answered with it, obligatory for all but yes; `done_by` the day
    that was promised.
    """

    table: ClassVar[str] = "proposals"
    id: int = 0
    panel: str
    event_id: int | None = None
    raised_from: int | None = None
    kind: str = "proposal"
    theme: str = ""
    text: str
    scope: str = ""
    status: str = "draft"
    added_on: str
    accepted_on: str | None = None
    sent_on: str | None = None
    sent_to: str = ""
    due: str | None = None
    answered_on: str | None = None
    decision: str = ""
    reason: str = ""
    done_by: str | None = None
    done_on: str | None = None
    told_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened to a proposal on a day, entered `at` a moment (UTC).

    `due` is the day an answer is to come by, or with an answer the day by which what it promises is to be done.
    """

    table: ClassVar[str] = "proposal_steps"
    id: int = 0
    proposal_id: int
    did: str
    on_date: str
    at: str
    sent_to: str = ""
    due: str | None = None
    decision: str = ""
    reason: str = ""


_NO_ANSWER = {"answered_on": None, "decision": "", "reason": "", "done_by": None, "told_on": None}
_NOWHERE = {"status": "draft", "accepted_on": None, "sent_on": None, "sent_to": "", "due": None, "done_on": None, **_NO_ANSWER}


# Rules


def counting(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that count: those that move a proposal on and were not taken back."""
    found: list[Step] = []
    for step in steps:
        if step.did == "undone":
            found.pop()
        elif step.did not in ("added", "edited"):
            found.append(step)
    return found


def standing(steps: Sequence[Step]) -> dict[str, str | None]:
    """Return the columns that say where a proposal stands after these steps."""
    columns: dict[str, str | None] = dict(_NOWHERE)
    for step in counting(steps):
        match step.did:
            case "sent" | "raised":
                columns |= {"sent_on": step.on_date, "sent_to": step.sent_to, "due": step.due, "status": "sent"} | _NO_ANSWER
            case "answered":
                columns |= {"answered_on": step.on_date, "decision": step.decision, "reason": step.reason, "done_by": step.due}
            case "accepted" | "done" | "told":
                columns[f"{step.did}_on"] = step.on_date
        columns["status"] = "sent" if step.did == "raised" else step.did
    return columns


def agreed(proposal: Proposal) -> bool:
    """Tell whether something was promised: the answer was yes or partly."""
    return proposal.decision in ("yes", "partly")


def finished(proposal: Proposal) -> bool:
    """Tell whether nothing is open any more: withdrawn, or told to the panel with nothing left that was promised."""
    return proposal.status == "withdrawn" or (
        proposal.status == "told" and (not agreed(proposal) or proposal.done_on is not None)
    )


def overdue(proposal: Proposal, day: date) -> bool:
    """Tell whether an answer should have come before a day and has not."""
    return proposal.status == "sent" and proposal.due is not None and proposal.due < day.isoformat()


def public(proposal: Proposal, day: date) -> Mapping[str, object]:
    """Return the proposal as its JSON object, with `open` and `overdue` as they are on a day."""
    return vars(proposal) | {"open": not finished(proposal), "overdue": overdue(proposal, day)}


# Reads


def search(
    db: Database, *, panel: str = "", status: str = "", kind: str = "", unfinished: bool = False, event_id: int = 0
) -> list[Proposal]:
    """Return proposals by number: of one panel or event, in one status, of one kind, or only those with something open."""
    conditions = {
        "panel = :panel": panel,
        "status = :status": status,
        "kind = :kind": kind,
        "event_id = :event_id": event_id,
        "status <> 'withdrawn' AND (status <> 'told' OR (decision IN ('yes', 'partly') AND done_on IS NULL))": unfinished,
    }
    where = " AND ".join(("1", *(condition for condition, value in conditions.items() if value)))
    values = {"panel": panel, "status": status, "kind": kind, "event_id": event_id}
    return db.fetch(Proposal, f"SELECT * FROM proposals WHERE {where} ORDER BY id", values)


def get(db: Database, number: int) -> Proposal:
    """Return one proposal; raise NotFound."""
    found = db.fetch(Proposal, "SELECT * FROM proposals WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no proposal {id}.").format(id=number), hint=_("See them: osallisuus proposal list."))
    return found[0]


def history(db: Database, number: int) -> list[Step]:
    """Return the steps of a proposal in the order they were entered."""
    return db.fetch(Step, "SELECT * FROM proposal_steps WHERE proposal_id = ? ORDER BY id", (number,))


def trail(db: Database, proposal: Proposal) -> tuple[list[Proposal], Proposal | None]:
    """Return the proposals this one was raised from, the nearest first, and the one it was raised to."""
    below = []
    origin = proposal.raised_from
    while origin is not None:
        below.append(get(db, origin))
        origin = below[-1].raised_from
    return below, raised_to(db, proposal)


def raised_to(db: Database, proposal: Proposal) -> Proposal | None:
    """Return the main panel's proposal that stands for this one of a side panel."""
    found = db.fetch(Proposal, "SELECT * FROM proposals WHERE raised_from = ?", (proposal.id,))
    return found[0] if found else None


# Actions


def add(db: Database, proposal: Proposal, change: Change) -> tuple[Proposal, bool]:
    """Add a draft and return it; one of the panel with the same words that is still open is returned instead, with False."""
    text = proposal.text.strip()
    if not text:
        raise UsageError(_("A proposal needs words."))
    hosts.require_open(hosts.get(db, proposal.panel), date.fromisoformat(proposal.added_on))
    proposal = replace(proposal, text=text, scope=proposal.scope or scopes.suspected(text))
    for known in search(db, panel=proposal.panel, unfinished=True):
        if known.text == text and known.raised_from == proposal.raised_from:
            return known, False
    proposal = replace(proposal, id=db.insert(proposal))
    return step(db, proposal, "added", proposal.added_on, change), True


def edit(db: Database, proposal: Proposal, changes: Mapping[str, object], change: Change) -> Proposal:
    """Change fields of a proposal. The words and the kind are the panel's own once it has accepted them: then Refused."""
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    new = {name: value for name, value in changes.items() if getattr(proposal, name) != value}
    if not new:
        return proposal
    if "text" in new and "scope" not in changes and proposal.scope != "ok":
        new["scope"] = scopes.suspected(str(new["text"]))
    if proposal.status != "draft" and {"text", "kind"} & set(new):
        raise Refused(
            _("The panel has accepted proposal {id} in these words.").format(id=proposal.id),
            hint=_("Theme, session and scope can be changed; for other words withdraw it and add a new one."),
            code="accepted_already",
        )
    if not str(new.get("text", proposal.text)).strip():
        raise UsageError(_("A proposal needs words."))
    db.update(Proposal, proposal.id, **new)
    change.erases |= "text" in new
    changed = with_columns(proposal, new)
    return step(db, changed, "edited", change.stamp[:10], change)


def require_removable(db: Database, proposal: Proposal) -> None:
    """Raise Refused when a proposal is no draft any more, was raised by another panel, or is on an agenda."""
    hint = _("Withdraw it instead: osallisuus proposal withdraw {id} --reason TEXT.").format(id=proposal.id)
    if proposal.status != "draft":
        refusal = _("Proposal {id} is no draft any more and stays in the register.")
        if proposal.status == "accepted":
            hint = _("If it was accepted by mistake: osallisuus proposal undo {id}.").format(id=proposal.id)
        raise Refused(refusal.format(id=proposal.id), hint=hint, code="in_use")
    on_agenda = "SELECT 1 FROM agenda_items WHERE step_id IN (SELECT id FROM proposal_steps WHERE proposal_id = ?)"
    if proposal.raised_from or db.value(on_agenda, (proposal.id,)):
        refusal = _("Proposal {id} was raised by another panel or is on an agenda, and stays.")
        raise Refused(refusal.format(id=proposal.id), hint=hint, code="in_use")


def remove(db: Database, proposal: Proposal, change: Change) -> None:
    """Take away a draft entered by mistake; raises as `require_removable`."""
    require_removable(db, proposal)
    db.execute("DELETE FROM proposals WHERE id = ?", (proposal.id,))
    change.erases = True
    change.tell("removed", "proposal", proposal.id, about=(("host", proposal.panel),))


def step(
    db: Database, proposal: Proposal, did: str, on: str, change: Change, details: Mapping[str, str | None] = MappingProxyType({})
) -> Proposal:
    """Write one step, with its `details`, into the history and the log, and return the proposal where it stands after it."""
    db.insert(Step(proposal_id=proposal.id, did=did, on_date=on, at=change.stamp, **details))  # type: ignore[arg-type]  # columns of a step
    told = {name: details[name] for name in ("due", "decision") if details.get(name)}
    change.tell(did, "proposal", proposal.id, about=(("host", proposal.panel),), on_date=on, **told)
    columns = {n: v for n, v in standing(history(db, proposal.id)).items() if v != getattr(proposal, n)}
    if columns:
        db.update(Proposal, proposal.id, **columns)
    return with_columns(proposal, columns)
