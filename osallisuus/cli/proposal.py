"""`osallisuus proposal`: what panels propose, and what became of it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import DAY, App, From, PanelSlug, Scope, Until, Yes, app_of, given
from osallisuus.cli.proposing import ask_about_scope, document, history_lines, session_of, state
from osallisuus.domain import dialogue, progress, proposals
from osallisuus.domain.proposals import Proposal
from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change
from osallisuus.words import decision_words, kind_words

app = Group()

Number = Annotated[
    int,
    typer.Argument(metavar="ID", parser=whole(1, 10**9), help=_("Its number in the list."), autocompletion=completion.proposals),
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="|".join(proposals.KINDS), parser=one_of(proposals.KINDS), help=_("What kind of proposal.")),
]
Session = Annotated[
    str | None,
    typer.Option("--session", metavar="OCCASION", help=_("The session it comes from."), autocompletion=completion.sessions),
]
Theme = Annotated[str | None, typer.Option("--theme", metavar="TEXT", help=_("Theme, for example 'transport'."))]
StepOn = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help=_("When it happened; today without it. {how}").format(how=DAY))
]
Due = Annotated[str | None, typer.Option("--due", metavar="DATE", help=_("By when an answer is to come. {how}").format(how=DAY))]


@app.verb(
    "add",
    _("Add a proposal as a draft. The panel accepts it, then it is sent, answered, done and told back."),
    'proposal add vantaa "Kuljetuspalvelun puhelin auki myös iltaisin" --session vantaa/2022-09-29 --theme kuljetus',
    'proposal add vantaa "Selvitys jonotusajoista" --kind clarification-request',
)
def add(
    ctx: typer.Context,
    panel: PanelSlug,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What the panel proposes, in its own words."))],
    kind: Kind = None,
    session: Session = None,
    theme: Theme = None,
    scope: Scope = None,
) -> None:
    """Add a draft; the same words again change nothing."""
    run = app_of(ctx)
    values = given(kind=kind, theme=theme, scope=scope)
    with run.writing() as change:
        slug = run.panel(panel).slug
        proposal = Proposal(
            panel=slug,
            text=text,
            event_id=session_of(run, session, slug),
            added_on=run.today.isoformat(),
            **values,
        )
        proposal, new = proposals.add(run.db, proposal, change)
    sentence = _("Added proposal {id} of {panel}.") if new else _("{panel} has this already as proposal {id}.")
    _done(run, proposal, sentence.format(id=proposal.id, panel=slug))
    if not new and any(getattr(proposal, name) != value for name, value in values.items()):
        run.out.note(_("It was left as it is; change it with 'edit'."))
    ask_about_scope(run, proposal)


@app.verb(
    "accept",
    _("Note that the panel accepted a proposal."),
    "proposal accept 3",
    "proposal accept 3 --on 2022-09-29",
)
def accept(ctx: typer.Context, id: Number, on: StepOn = None) -> None:
    """Accept a draft."""
    _step(ctx, id, on, dialogue.accept, _("The panel has accepted proposal {id}."))


@app.verb(
    "send",
    _("Note to whom a proposal was sent, and by when an answer is to come."),
    'proposal send 3 --to "Vammaispalvelujen johtoryhmä" --due 2022-11-15',
    'proposal send 3 --to "Kaupungin liikennesuunnittelu" --on 2022-10-03 --due 2022-12-01',
)
def send(
    ctx: typer.Context,
    id: Number,
    to: Annotated[str, typer.Option("--to", metavar="TEXT", help=_("Body or person who is to answer."))],
    due: Due = None,
    on: StepOn = None,
) -> None:
    """Send a proposal."""
    run = app_of(ctx)
    answer_by = run.day(due)

    def act(db: Database, proposal: Proposal, day: date, change: Change, *, today: date) -> Proposal:
        return progress.send(db, proposal, to, day, change, due=answer_by, today=today)

    sent = _step(ctx, id, on, act, _("Proposal {id} was sent to {to}."), to=to)
    if sent.due is None:
        run.out.note(_("Without --due nothing reminds of the answer."))


@app.verb(
    "raise",
    _("Raise a side panel's proposal to its main panel, which finds it on its next agenda. The answer comes back by itself."),
    "proposal raise 2",
    "proposal raise 2 --to vantaa --on 2022-10-05",
)
def raise_(
    ctx: typer.Context,
    id: Number,
    to: Annotated[
        str, typer.Option("--to", metavar="PANEL", help=_("Which panel; else its parent."), autocompletion=completion.panels)
    ] = "",
    due: Due = None,
    on: StepOn = None,
) -> None:
    """Raise a proposal to another panel."""
    run = app_of(ctx)
    answer_by = run.day(due)
    with run.writing() as change:
        raised, up = progress.raise_up(
            run.db, proposals.get(run.db, id), to, run.day(on) or run.today, change, due=answer_by, today=run.today
        )
    sentence = (
        _("Proposal {id} is with {panel} already, as number {up}.")
        if change.empty
        else _("Raised proposal {id} to {panel}, where it is number {up}.")
    )
    _done(run, raised, sentence.format(id=id, panel=up.panel, up=up.id))


@app.verb(
    "answer",
    _("Note the answer. All but yes need a reason: the panel is to hear why."),
    "proposal answer 3 yes",
    'proposal answer 3 partly --reason "Ilta-ajat alkavat tammikuussa, viikonloput eivät." --on 2022-11-20',
    'proposal answer 4 yes --reason "Näytöt asennetaan keväällä." --done-by 2023-05-31',
)
def answer(
    ctx: typer.Context,
    id: Number,
    decision: Annotated[
        str,
        typer.Argument(metavar="|".join(proposals.DECISIONS), parser=one_of(proposals.DECISIONS), help=_("What the answer is.")),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why, and what will be done."))] = "",
    done_by: Annotated[
        str | None,
        typer.Option("--done-by", metavar="DATE", help=_("By when what is promised is to be done. {how}").format(how=DAY)),
    ] = None,
    on: StepOn = None,
) -> None:
    """Note an answer."""
    promised = app_of(ctx).day(done_by)

    def act(db: Database, proposal: Proposal, day: date, change: Change, *, today: date) -> Proposal:
        return progress.answer(db, proposal, decision, reason, day, change, today=today, done_by=promised)

    _step(ctx, id, on, act, _("Proposal {id} is answered: {decision}."), decision=decision)


@app.verb(
    "done",
    _("Note that what was promised has been done."),
    "proposal done 3 --on 2023-01-09",
    "proposal done 3",
)
def done(ctx: typer.Context, id: Number, on: StepOn = None) -> None:
    """Mark what was promised as done."""
    _step(ctx, id, on, progress.done, _("What was promised in proposal {id} is done."))


@app.verb(
    "told",
    _("Note that the panel has heard the answer, or that it is done."),
    "proposal told 3 --on 2022-11-24",
    "proposal told 3",
)
def told(ctx: typer.Context, id: Number, on: StepOn = None) -> None:
    """Note that the panel was told."""
    _step(ctx, id, on, dialogue.tell, _("The panel has been told of proposal {id}."))


@app.verb(
    "undo",
    _("Take back the last step of a proposal: an answer or a date entered wrongly. It stays in the history as taken back."),
    "proposal undo 3",
    "proposal undo 3 --json",
)
def undo(ctx: typer.Context, id: Number) -> None:
    """Take back the last step."""
    run = app_of(ctx)
    with run.writing() as change:
        proposal = dialogue.undo(run.db, proposals.get(run.db, id), change, today=run.today)
    _done(run, proposal, _("Took back the last step of proposal {id}.").format(id=id), progress.next_step(run.db, proposal))


@app.verb(
    "withdraw",
    _("Note that the panel does not go on with a proposal, and why. An initiative that was sent waits for its answer."),
    'proposal withdraw 3 --reason "Asia ratkesi jo."',
    'proposal withdraw 3 --reason "Yhdistetty ehdotukseen 5." --on 2022-10-01',
)
def withdraw(
    ctx: typer.Context,
    id: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why; it stays in the history."))],
    on: StepOn = None,
) -> None:
    """Withdraw a proposal."""

    def act(db: Database, proposal: Proposal, day: date, change: Change, *, today: date) -> Proposal:
        return dialogue.withdraw(db, proposal, reason, day, change, today=today)

    _step(ctx, id, on, act, _("Proposal {id} is withdrawn."))


@app.verb(
    "list",
    _("List proposals: of a panel or of all, those with something open, or those whose answer is overdue."),
    "proposal list vantaa --open",
    "proposal list --overdue --json",
)
def list_(
    ctx: typer.Context,
    panel: Annotated[
        str | None, typer.Argument(metavar="PANEL", help=_("One panel; all without it."), autocompletion=completion.panels)
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help=_("Only those with something still to do."))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only those whose answer should have come."))] = False,
    status: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="|".join(proposals.STATUSES), parser=one_of(proposals.STATUSES), help=_("Only in this state.")
        ),
    ] = None,
    kind: Kind = None,
    from_: From = None,
    until: Until = None,
) -> None:
    """List proposals by number."""
    run = app_of(ctx)
    first, last = (day.isoformat() if day else end for day, end in ((run.day(from_), ""), (run.day(until), "~")))
    if open_ and overdue:
        raise UsageError(_("--open and --overdue do not go together."), hint=_("What is overdue is open, too."))
    slug = run.panel(panel).slug if panel else ""
    found = proposals.search(run.db, panel=slug, status=status or "", kind=kind or "", unfinished=open_ or overdue)
    run.out.rows(
        "proposals",
        [document(run, p) for p in found if (not overdue or proposals.overdue(p, run.today)) and first <= p.added_on <= last],
        (
            (_("Number"), "id"),
            (_("Panel"), "panel"),
            (_("Kind"), lambda row: kind_words()[row["kind"]]),
            (_("Theme"), "theme"),
            (_("Proposal"), "text"),
            (_("State"), lambda row: state(row, run.today)),
            (_("Sent to"), "sent_to"),
            (_("Due"), "due"),
            (_("Answer"), lambda row: decision_words()[row["decision"]]),
        ),
        empty=_("No answer is overdue.")
        if overdue
        else _("There are no such proposals.")
        if open_ or status or kind
        else _("There are no proposals yet. Add one: osallisuus proposal add --help"),
    )


@app.verb("show", _("Show a proposal with its whole history."), "proposal show 3", "proposal show 3 --json")
def show(ctx: typer.Context, id: Number) -> None:
    """Show one proposal."""
    run = app_of(ctx)
    proposal = proposals.get(run.db, id)
    below, above = proposals.trail(run.db, proposal)
    history = [asdict(step) for step in proposals.history(run.db, id)]
    record = document(run, proposal) | {
        "raised_to": above.id if above else None,
        "history": history,
    }
    run.out.record(
        "proposal",
        record,
        (
            (_("Number"), "id"),
            (_("Panel"), "panel"),
            (_("Kind"), lambda row: kind_words()[row["kind"]]),
            (_("Theme"), "theme"),
            (_("Proposal"), "text"),
            (_("Session"), "session"),
            (_("Raised from"), lambda _row: [f"{one.panel} {one.id}" for one in below]),
            (_("Raised to"), lambda _row: f"{above.panel} {above.id}" if above else ""),
            (_("State"), lambda row: state(row, run.today)),
            (_("Sent to"), "sent_to"),
            (_("Due"), "due"),
            (_("Answer"), lambda row: decision_words()[row["decision"]]),
            (_("Reason"), "reason"),
            (_("To be done by"), "done_by"),
        ),
    )
    run.out.say(_("History:"), *(f"  {line}" for line in history_lines(history)), progress.next_step(run.db, proposal))
    ask_about_scope(run, proposal)


@app.verb(
    "edit",
    _("Change a proposal. Its words and kind can change until the panel has accepted it."),
    'proposal edit 3 --theme "kuljetus" --session vantaa/2022-09-29',
    "proposal edit 3 --scope ok",
)
def edit(
    ctx: typer.Context,
    id: Number,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("What the panel proposes."))] = None,
    kind: Kind = None,
    session: Session = None,
    theme: Theme = None,
    scope: Scope = None,
) -> None:
    """Change the given fields of a proposal."""
    run = app_of(ctx)
    with run.writing() as change:
        known = proposals.get(run.db, id)
        changes = given(text=text, kind=kind, theme=theme, scope=scope)
        if session is not None:
            changes["event_id"] = session_of(run, session, known.panel)
        changed = proposals.edit(run.db, known, changes, change)
    sentence = _("Proposal {id} is as asked already.") if change.empty else _("Changed proposal {id}.")
    _done(run, changed, sentence.format(id=id))


@app.verb(
    "remove",
    _("Take away a draft that was entered by mistake. What the panel has accepted is withdrawn instead."),
    "proposal remove 3",
    "proposal remove 3 --yes",
)
def remove(ctx: typer.Context, id: Number, yes: Yes = False) -> None:
    """Remove a draft."""
    run = app_of(ctx)
    known = proposals.get(run.db, id)
    proposals.require_removable(run.db, known)
    run.confirm(_("Remove the draft {id} for good?").format(id=known.id), yes=yes)
    with run.writing() as change:
        proposals.remove(run.db, proposals.get(run.db, id), change)
    run.out.done("proposal", {"id": id, "removed": True}, _("Removed proposal {id}.").format(id=id))


def _step(ctx: typer.Context, number: int, on: str | None, act: Callable[..., Proposal], sentence: str, **words: str) -> Proposal:
    """Take one step with a proposal, say so and say what comes next."""
    run = app_of(ctx)
    with run.writing() as change:
        proposal = act(run.db, proposals.get(run.db, number), run.day(on) or run.today, change, today=run.today)
    if "decision" in words:
        words["decision"] = decision_words()[words["decision"]]
    chosen = _("Proposal {id} is as asked already.") if change.empty else sentence
    _done(run, proposal, chosen.format(id=number, **words), progress.next_step(run.db, proposal))
    return proposal


def _done(run: App, proposal: Proposal, *sentences: str) -> None:
    run.out.done("proposal", document(run, proposal), *sentences)
