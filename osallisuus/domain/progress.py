"""How a proposal goes on, step by step. What the rules forbid is refused with the sentence that says what is allowed now.

Who raises something is owed an answer, and the panel is owed the news of it: an initiative that was sent is not withdrawn without
one (whoever makes an initiative is told what was done about it). No step deletes anything, the same step again changes nothing,
and the last one can be taken back.
"""

from collections.abc import Callable, Sequence
from datetime import date

from osallisuus.domain import hosts, proposals
from osallisuus.domain.hosts import Panel
from osallisuus.domain.proposals import Proposal, Step
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change

# Rules


def allowed(proposal: Proposal) -> str:
    """Return the sentence that says what can be done with a proposal now."""
    sentences = {
        "draft": _("The panel has not accepted it yet: osallisuus proposal accept {id}."),
        "accepted": _("It can be sent now: osallisuus proposal send {id} --to TEXT --due DATE."),
        "sent": _("It waits for an answer: osallisuus proposal answer {id} yes|partly|no|not-ours --reason TEXT."),
        "answered": _("The panel is to hear the answer: osallisuus proposal told {id} --on DATE."),
        "done": _("The panel is to hear that it is done: osallisuus proposal told {id} --on DATE."),
        "told": _("The panel has been told. Nothing is left to do."),
        "withdrawn": _("It was withdrawn. The same matter can be taken up anew: osallisuus proposal add."),
    }
    sentence = sentences[proposal.status]
    if proposal.status == "told" and not proposals.finished(proposal):
        sentence = _("The panel has been told; when what was promised is done: osallisuus proposal done {id} --on DATE.")
    if proposal.decision == "not-ours" and proposal.status in ("answered", "told"):
        sentence += " " + _(
            "It can also be sent to those whose matter it is: osallisuus proposal send {id} --to TEXT --due DATE."
        )
    return sentence.format(id=proposal.id)


def next_step(db: Database, proposal: Proposal) -> str:
    """Return what can be done with a proposal now, or where it lies when it was raised."""
    up = proposals.raised_to(db, proposal)
    if up and proposal.status in ("sent", "told") and not proposals.finished(proposal):
        return _("It lies with {panel}: osallisuus proposal show {up}.").format(panel=up.panel, up=up.id)
    return allowed(proposal)


def _require(proposal: Proposal, possible: bool, refusal: str) -> None:
    if not possible:
        raise Refused(refusal.format(id=proposal.id), hint=allowed(proposal), code=f"is_{proposal.status}")


def _require_day(proposal: Proposal, on: date, after: str | None, today: date) -> None:
    """Raise UsageError for a step that would be in the future or before the step it follows."""
    if on > today:
        raise UsageError(
            _("{day} is still to come; a step is entered when it has been taken.").format(day=format_date(on)),
            hint=_("Give the day on which it happened, today or earlier."),
        )
    if after and on.isoformat() < after:
        raise UsageError(
            _("{day} is before the step it follows ({before}).").format(
                day=format_date(on), before=format_date(date.fromisoformat(after))
            ),
            hint=_("See its history: osallisuus proposal show {id}.").format(id=proposal.id),
        )


# Actions


def accept(db: Database, proposal: Proposal, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel accepted a draft."""
    if proposal.accepted_on == on.isoformat() and proposal.status != "withdrawn":
        return proposal
    _require(proposal, proposal.status == "draft", _("Proposal {id} cannot be accepted now."))
    _require_day(proposal, on, proposal.added_on if proposal.raised_from else None, today)
    return _go_on(db, proposal, "accepted", on, change)


def send(
    db: Database,
    proposal: Proposal,
    to: str,
    on: date,
    change: Change,
    *,
    due: date | None = None,
    today: date,
    did: str = "sent",
) -> Proposal:
    """Note that a proposal went to somebody who is to answer by `due`; also anew, to somebody else, or on after `not-ours`."""
    to, stored = to.strip(), due.isoformat() if due else None
    if not to:
        raise UsageError(_("Say to whom it was sent."), hint=_('Add --to, for example --to "Vammaispalvelujen johtoryhmä".'))
    same = (proposal.sent_to, proposal.due) == (to, stored)
    if same and (
        proposal.status == "sent" or (proposal.sent_on == on.isoformat() and proposal.status not in ("draft", "accepted"))
    ):
        return proposal
    forwarded = proposal.status in ("answered", "told") and proposal.decision == "not-ours"
    _require(proposal, proposal.status in ("accepted", "sent") or forwarded, _("Proposal {id} cannot be sent."))
    _require_own(db, proposal)
    _require_day(proposal, on, proposal.answered_on if forwarded else proposal.sent_on or proposal.accepted_on, today)
    _require_after(due, on, _("The answer would be due ({due}) before the proposal was sent ({day})."))
    return _go_on(db, proposal, did, on, change, sent_to=to, due=stored)


def raise_up(
    db: Database, proposal: Proposal, to: str, on: date, change: Change, *, today: date, due: date | None = None
) -> tuple[Proposal, Proposal]:
    """Raise a side panel's accepted proposal to another panel (its parent when `to` is empty); return it and what stands for it.

    The other panel finds it on its next agenda; what is answered there comes back by itself.
    """
    panel = hosts.get(db, proposal.panel, Panel)
    target = to or (panel.parent if isinstance(panel, Panel) else None) or ""
    if not target:
        raise Refused(
            _("{slug} belongs to no other panel.").format(slug=panel.slug),
            hint=_("Say which one with --to, or give it a parent: osallisuus panel edit {slug} --parent SLUG.").format(
                slug=panel.slug
            ),
            code="no_parent",
        )
    other = hosts.get(db, target, Panel)
    if other.slug in {one.panel for one in (proposal, *proposals.trail(db, proposal)[0])}:
        raise Refused(_("A panel cannot raise something to itself, or back to where it came from."), code="in_a_circle")
    known = proposals.raised_to(db, proposal)
    if known and known.panel == other.slug:
        return proposal, known
    _require(proposal, proposal.status == "accepted", _("Proposal {id} cannot be raised."))
    hosts.require_open(other, on)
    sent = send(db, proposal, other.slug, on, change, due=due, today=today, did="raised")
    same = {name: getattr(proposal, name) for name in ("kind", "theme", "text", "scope")}
    up = Proposal(panel=other.slug, raised_from=proposal.id, added_on=on.isoformat(), **same)
    return sent, proposals.add(db, up, change)[0]


def answer(
    db: Database,
    proposal: Proposal,
    decision: str,
    reason: str,
    on: date,
    change: Change,
    *,
    today: date,
    done_by: date | None = None,
) -> Proposal:
    """Note the answer, and by when what it promises is to be done; all but yes need a reason.

    A side panel's proposal that this one stands for gets the same answer.
    """
    reason = reason.strip()
    if decision != "yes" and not reason:
        raise UsageError(
            _("A reason is needed with '{decision}'.").format(decision=decision),
            hint=_("Add --reason TEXT: the panel is to hear why."),
            code="no_reason",
        )
    promised = done_by.isoformat() if done_by else None
    if promised and decision not in ("yes", "partly"):
        raise UsageError(_("Only yes and partly promise something that is to be done."), hint=_("Leave --done-by out."))
    if (proposal.decision, proposal.reason, proposal.answered_on, proposal.done_by) == (
        decision,
        reason,
        on.isoformat(),
        promised,
    ):
        return proposal
    _require(proposal, proposal.status in ("sent", "answered"), _("Proposal {id} cannot be answered."))
    _require_own(db, proposal)
    _require_day(proposal, on, proposal.sent_on, today)
    _require_after(done_by, on, _("It would be done ({due}) before it was promised ({day})."))
    return _answer(db, proposal, on, change, decision=decision, reason=reason, due=promised)


def done(db: Database, proposal: Proposal, on: date, change: Change, *, today: date) -> Proposal:
    """Note that what was promised has been done; after that the panel is to hear of it."""
    if proposal.done_on == on.isoformat() and proposal.status in ("done", "told"):
        return proposal
    possible = proposal.status in ("answered", "told") and proposal.done_on is None
    if possible and not proposals.agreed(proposal):
        raise Refused(
            _("Proposal {id} was answered '{decision}': nothing was promised that could be done.").format(
                id=proposal.id, decision=proposal.decision
            ),
            hint=allowed(proposal),
            code="nothing_promised",
        )
    _require(proposal, possible, _("Proposal {id} cannot be marked as done."))
    _require_own(db, proposal)
    _require_day(proposal, on, proposal.answered_on, today)
    return _down(db, proposal, lambda one: _go_on(db, one, "done", on, change))


def told(db: Database, proposal: Proposal, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel has heard the answer, or that it is done."""
    if proposal.status == "told" and proposal.told_on == on.isoformat():
        return proposal
    _require(proposal, proposal.status in ("answered", "done"), _("There is nothing to tell of proposal {id}."))
    _require_day(proposal, on, proposal.done_on if proposal.status == "done" else proposal.answered_on, today)
    return _go_on(db, proposal, "told", on, change)


def withdraw(db: Database, proposal: Proposal, reason: str, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel does not go on with something, and why; refused for an initiative that was sent and not answered.

    A side panel's proposal that this one stood for is answered with that reason.
    """
    if proposal.status == "withdrawn":
        return proposal
    if not reason.strip():
        raise UsageError(_("Say why it is withdrawn."), hint=_("Add --reason TEXT: it stays in the history."))
    if proposal.kind == "initiative" and proposal.status == "sent":
        raise Refused(
            _("Proposal {id} is an initiative and has no answer yet: it cannot be withdrawn in silence.").format(id=proposal.id),
            hint=allowed(proposal),
            code="initiative_unanswered",
        )
    _require(
        proposal, proposal.status in ("draft", "accepted", "sent"), _("Proposal {id} has an answer and cannot be withdrawn.")
    )
    _require_own(db, proposal)
    _require_day(proposal, on, proposal.sent_on or proposal.accepted_on, today)
    withdrawn = _go_on(db, proposal, "withdrawn", on, change, reason=reason.strip())
    if proposal.raised_from and _hears(db, origin := proposals.get(db, proposal.raised_from)):
        _answer(db, origin, on, change, decision="no", reason=reason.strip())
    return withdrawn


def undo(db: Database, proposal: Proposal, change: Change, *, today: date) -> Proposal:
    """Take back the last step, which stays in the history as taken back, and with it what it did to a side panel's proposal.

    Raises Refused where there is no step, where something was raised, and where the step came from another panel.
    """
    steps = proposals.counting(proposals.history(db, proposal.id))
    last = steps[-1] if steps else None
    up = proposals.raised_to(db, proposal)
    if last is None:
        raise Refused(
            _("Proposal {id} is a draft; there is no step to take back.").format(id=proposal.id),
            hint=(
                _("Withdraw it instead: osallisuus proposal withdraw {id} --reason TEXT.")
                if proposal.raised_from
                else _("If it was entered by mistake: osallisuus proposal remove {id}.")
            ).format(id=proposal.id),
            code="nothing_to_undo",
        )
    if up and last.did in ("raised", "answered", "done") and _lies_above(steps):
        raise Refused(
            _("Proposal {id} was raised to {panel}, where it is number {up}.").format(id=proposal.id, panel=up.panel, up=up.id),
            hint=(
                _("Withdraw it there: osallisuus proposal withdraw {up} --reason TEXT.")
                if up.status == "draft"
                else _("Take the step back there: osallisuus proposal undo {up}.")
            ).format(up=up.id),
            code="raised",
        )
    if last.did in ("answered", "done", "withdrawn"):
        _undo_below(db, proposal, "done" if last.did == "done" else "answered", change, today)
    return proposals.step(db, proposal, "undone", today.isoformat(), change)


def _undo_below(db: Database, proposal: Proposal, did: str, change: Change, today: date) -> None:
    """Take back what came down a chain of panels; raise Refused where a panel below has gone on from it."""
    if not proposal.raised_from:
        return
    origin = proposals.get(db, proposal.raised_from)
    steps = proposals.counting(proposals.history(db, origin.id))
    if not _lies_above(steps):
        return
    if steps[-1].did != did:
        raise Refused(
            _("{panel} has gone on from it already, with proposal {id}.").format(panel=origin.panel, id=origin.id),
            hint=_("Take that back first: osallisuus proposal undo {id}.").format(id=origin.id),
            code="gone_on_below",
        )
    _undo_below(db, origin, did, change, today)
    proposals.step(db, origin, "undone", today.isoformat(), change)


def _lies_above(steps: Sequence[Step]) -> bool:
    """Tell whether a proposal was last given to another panel, not sent elsewhere since."""
    given = [step.did for step in steps if step.did in ("sent", "raised")]
    return bool(given) and given[-1] == "raised"


def _hears(db: Database, proposal: Proposal) -> bool:
    """Tell whether a raised proposal still gets the answer from the panel it was raised to."""
    lies_above = _lies_above(proposals.counting(proposals.history(db, proposal.id)))
    return lies_above and proposal.status != "withdrawn" and proposal.done_on is None


def _require_own(db: Database, proposal: Proposal) -> None:
    """Raise Refused for a proposal that was raised and still lies with the other panel: its answer comes from there."""
    up = proposals.raised_to(db, proposal)
    if up and not proposals.finished(up) and _lies_above(proposals.counting(proposals.history(db, proposal.id))):
        raise Refused(
            _("Proposal {id} was raised to {panel}, where it is number {up}.").format(id=proposal.id, panel=up.panel, up=up.id),
            hint=_("What is answered there comes back by itself. See: osallisuus proposal show {up}.").format(up=up.id),
            code="raised",
        )


def _require_after(due: date | None, on: date, refusal: str) -> None:
    if due and due < on:
        raise UsageError(refusal.format(due=format_date(due), day=format_date(on)))


def _answer(db: Database, proposal: Proposal, on: date, change: Change, **details: str | None) -> Proposal:
    return _down(db, proposal, lambda one: _go_on(db, one, "answered", on, change, **details))


def _down(db: Database, proposal: Proposal, act: Callable[[Proposal], Proposal]) -> Proposal:
    """Take a step, and the same step with every proposal this one was raised from, as long as that still hears of it."""
    result = act(proposal)
    if proposal.raised_from and _hears(db, origin := proposals.get(db, proposal.raised_from)):
        _down(db, origin, act)
    return result


def _go_on(db: Database, proposal: Proposal, did: str, on: date, change: Change, **details: str | None) -> Proposal:
    return proposals.step(db, proposal, did, on.isoformat(), change, details)
