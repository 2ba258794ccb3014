"""What the proposal commands share: where one stands, its history, its session and its scope."""

from datetime import date
from typing import Any

from osallisuus.cli.context import App
from osallisuus.cli.output import Row
from osallisuus.domain import proposals, scopes
from osallisuus.domain.hosts import Panel
from osallisuus.domain.proposals import Proposal
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_date, n_
from osallisuus.words import decision_words, status_words, step_words


def document(run: App, proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as its JSON object, its session named as people name it."""
    values = dict(proposals.public(proposal, run.today))
    del values["event_id"]
    return values | {"session": run.occasions[proposal.event_id] if proposal.event_id else None}


def state(row: Row, today: date) -> str:
    """Return where a proposal stands, in words."""
    word = status_words()[row["status"]]
    if row["status"] == "told" and row["open"]:
        return _("told, not done yet")
    if row["status"] == "sent" and row["overdue"]:
        late = (today - date.fromisoformat(row["due"])).days
        return f"{word}, " + n_("{n} day late", "{n} days late", late)
    return word


def history_lines(history: list[dict[str, Any]]) -> list[str]:
    """Return the steps of the history as lines; what was taken back says what that was."""
    lines: list[str] = []
    counting: list[str] = []
    for step in history:
        line = _step_line(step)
        if step["did"] == "undone":
            line = f"{line}: {step_words()[counting.pop()]}"
        elif step["did"] not in ("added", "edited"):
            counting.append(step["did"])
        lines.append(line)
    return lines


def _step_line(step: dict[str, Any]) -> str:
    word = step_words()[step["did"]]
    promise = _("done by {day}") if step["did"] == "answered" else _("due {day}")
    due = promise.format(day=format_date(date.fromisoformat(step["due"]))) if step["due"] else ""
    details = [step["sent_to"], due, decision_words()[step["decision"]], step["reason"]]
    line = f"{format_date(date.fromisoformat(step['on_date']))}  {word}"
    return ": ".join([line, ", ".join(filter(None, details))]) if any(details) else line


def session_of(run: App, reference: str | None, panel: str) -> int | None:
    """Return the session a proposal comes from; it must be one of its own panel."""
    if not reference:
        return None
    event = run.event(reference, Panel)
    if event.host != panel:
        raise UsageError(
            _("{occasion} is not a session of {panel}.").format(occasion=event.reference, panel=panel),
            hint=_("A proposal comes from a session of its own panel; use 'raise' to take it to another one."),
        )
    return event.id


def ask_about_scope(run: App, proposal: Proposal) -> None:
    """Ask the coordinator whether a proposal is for a panel, when its words sound as if not."""
    if question := scopes.question(proposal.scope):
        run.out.note(
            _("{question} If it is fine: osallisuus proposal edit {id} --scope ok").format(question=question, id=proposal.id)
        )
