"""`osallisuus session agenda`: what a session is to go through, and what came of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import DAY, App, Scope, app_of, given
from osallisuus.cli.lacks import warn_of_lacks
from osallisuus.cli.occasions import Occasion
from osallisuus.cli.output import Row
from osallisuus.domain import agendas, arrivals, events, people, rundowns, scopes
from osallisuus.domain.arrivals import Item
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _, format_date, n_
from osallisuus.texts import shortened


class _EitherOrder(TyperGroup):
    """Takes `agenda OCCASION` and `agenda OCCASION add …` as well as `agenda add OCCASION …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb first, `list` where there is none."""
        words = [arg for arg in args if not arg.startswith("-")]
        if words and words[0] not in self.commands:
            verb = next((word for word in words if word in self.commands), "")
            if verb:
                args.remove(verb)
            args.insert(0, verb or "list")
        return list(super().parse_args(ctx, args))


app = Group(cls=_EitherOrder)

Number = Annotated[int, typer.Argument(metavar="ITEM", parser=whole(1, 999), help=_("Number of the item on the agenda."))]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="|".join(arrivals.KINDS), parser=one_of(arrivals.KINDS), help=_("What is to be done with it.")
    ),
]
Presenter = Annotated[
    str | None,
    typer.Option("--presenter", metavar="PERSON", help=_("Who presents it."), autocompletion=completion.people),
]
ItemMinutes = Annotated[
    int | None, typer.Option("--minutes", metavar="N", parser=whole(1, 1440), help=_("Time meant for it, in minutes."))
]
Owner = Annotated[
    str | None,
    typer.Option("--owner", metavar="PERSON", help=_("Who sees to it; empty for nobody."), autocompletion=completion.people),
]
ItemDue = Annotated[str | None, typer.Option("--due", metavar="DATE", help=_("By when; empty for no day. {how}").format(how=DAY))]
TitleSv = Annotated[str | None, typer.Option("--title-sv", metavar="TEXT", help=_("Title in Swedish."))]
TitleEn = Annotated[str | None, typer.Option("--title-en", metavar="TEXT", help=_("Title in English."))]


@app.verb(
    "list",
    _("Show the agenda: its items, and those that come by themselves. 'session agenda OCCASION' does the same."),
    "session agenda list vantaa/2022-10-27",
    "session agenda list vantaa/2 --json",
)
def list_(ctx: typer.Context, occasion: Occasion) -> None:
    """Show an agenda with its time budget."""
    run = app_of(ctx)
    event = run.event(occasion, Panel)
    document = _document(run, event)
    if run.out.json:
        run.out.document({"agenda": document})
        return
    kinds = {
        "information": _("information"),
        "discussion": _("discussion"),
        "decision": _("decision"),
        "report-back": _("report-back"),
    }
    run.out.rows(
        "items",
        document["items"],
        (
            (_("No"), "number"),
            (_("Item"), _shown_title),
            (_("Kind"), lambda row: kinds[row["kind"]]),
            (_("Presented by"), "presenter"),
            (_("Minutes"), "minutes"),
            (_("Outcome"), "outcome"),
            (_("Seen to by"), "owner"),
            (_("Due"), "due"),
            (_("State"), lambda row: _("open") if row["status"] == "open" else _("closed")),
        ),
        empty=_("There is nothing on the agenda yet. Add an item: osallisuus session agenda add {occasion} TITLE").format(
            occasion=event.lasting
        ),
    )
    for sentence in _budget_sentences(document):
        run.out.note(sentence)
    for row in document["items"]:
        _ask_about_scope(run, row["number"], row["scope"], row["proposal_id"])


@app.verb(
    "add",
    _("Add an item at the end. What comes by itself is on the agenda already."),
    'session agenda add vantaa/2022-10-27 "Kuljetuspalvelun puhelinajat" --kind discussion --minutes 30 --presenter eero',
    'session agenda add vantaa/2 "Talousarvio" --kind information --minutes 15 --title-sv Budgeten',
)
def add(
    ctx: typer.Context,
    occasion: Occasion,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What it is about."))],
    kind: Kind = None,
    presenter: Presenter = None,
    minutes: ItemMinutes = None,
    title_sv: TitleSv = None,
    title_en: TitleEn = None,
    scope: Scope = None,
) -> None:
    """Add an item; the same title again changes nothing."""
    run = app_of(ctx)
    values = given(kind=kind, minutes=minutes, title_sv=title_sv, title_en=title_en, scope=scope)
    with run.writing() as change:
        event = run.event(occasion, Panel)
        who = people.get(run.db, presenter) if presenter else None
        item = Item(event_id=event.id, title=title, presenter_id=who.id if who else None, **values)
        item, new = agendas.add(run.db, event, item, change)
    sentence = _("Added item {number} to {occasion}: {title}.") if new else _("Item {number} of {occasion} is there already.")
    _done(run, event, sentence.format(number=_number_of(run, event, item), occasion=event.lasting, title=item.title))
    if not new and any(getattr(item, name) != value for name, value in values.items()):
        run.out.note(_("It was left as it is; change it with 'edit'."))
    if who and item.presenter_id == who.id:
        warn_of_lacks(run, who, event)
    _ask_about_scope(run, _number_of(run, event, item), item.scope, None)


@app.verb(
    "edit",
    _("Change an item."),
    "session agenda edit vantaa/2 3 --minutes 20 --presenter eero",
    "session agenda edit vantaa/2 3 --scope ok",
)
def edit(
    ctx: typer.Context,
    occasion: Occasion,
    item: Number,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("What it is about."))] = None,
    kind: Kind = None,
    presenter: Presenter = None,
    minutes: ItemMinutes = None,
    owner: Owner = None,
    due: ItemDue = None,
    title_sv: TitleSv = None,
    title_en: TitleEn = None,
    scope: Scope = None,
) -> None:
    """Change the given fields of an item; an empty presenter, owner or due date is taken off."""
    run = app_of(ctx)
    changes = given(title=title, kind=kind, minutes=minutes, title_sv=title_sv, title_en=title_en, scope=scope)
    with run.writing() as change:
        event = run.event(occasion, Panel)
        if presenter is not None:
            changes["presenter_id"] = people.get(run.db, presenter).id if presenter else None
        changes |= _to_do(run, owner, due)
        agendas.edit(run.db, event, item, changes, change)
    sentence = _("Item {number} is as asked already.") if change.empty else _("Changed item {number} of {occasion}.")
    _done(run, event, sentence.format(number=item, occasion=event.lasting))


@app.verb(
    "move",
    _("Put an item in another place."),
    "session agenda move vantaa/2 4 1",
    "session agenda move vantaa/2 4 1 --json",
)
def move(
    ctx: typer.Context,
    occasion: Occasion,
    item: Number,
    to: Annotated[int, typer.Argument(metavar="PLACE", parser=whole(1, 999), help=_("Its new number."))],
) -> None:
    """Move an item."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.event(occasion, Panel)
        moved = agendas.move(run.db, event, item, to, change)
    sentence = _("Item {number} is now number {to}.")
    _done(run, event, sentence.format(number=item, to=_number_of(run, event, moved)))


@app.verb(
    "outcome",
    _(
        "Note what came of an item. It is closed by that; with --owner or --due it stays open and goes on to the next session. "
        "An answer that was gone through here has been told to the panel."
    ),
    'session agenda outcome vantaa/2 3 "Raati kannattaa ehdotusta."',
    'session agenda outcome vantaa/2 4 "Selvitetään." --owner "Kaisa Koordinaattori" --due 2022-11-15',
    'session agenda outcome vantaa/2 5 "Jäi kesken." --open',
)
def outcome(
    ctx: typer.Context,
    occasion: Occasion,
    item: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What was said or decided."))],
    owner: Owner = None,
    due: ItemDue = None,
    text_sv: Annotated[str | None, typer.Option("--text-sv", metavar="TEXT", help=_("The same in Swedish."))] = None,
    text_en: Annotated[str | None, typer.Option("--text-en", metavar="TEXT", help=_("The same in English."))] = None,
    closed: Annotated[
        bool | None, typer.Option("--closed/--open", help=_("Whether it is dealt with, or goes on at the next session."))
    ] = None,
) -> None:
    """Note the outcome of an item."""
    run = app_of(ctx)
    noted: dict[str, Any] = given(outcome=text.strip(), outcome_sv=text_sv, outcome_en=text_en)
    with run.writing() as change:
        event = run.event(occasion, Panel)
        noted |= _to_do(run, owner, due)
        concluded = agendas.outcome(run.db, event, item, noted, change, today=run.today, closed=closed)
        about = agendas.proposal_of(run.db, concluded)
    title = shortened(_document(run, event)["items"][item - 1]["title"])
    sentences = [
        _("Item {number} ({title}) is closed.")
        if concluded.status == "closed"
        else _("Item {number} ({title}) goes on at the next session.")
    ]
    if change.empty:
        sentences = [_("Item {number} is as asked already.")]
    elif about and about.status == "told" and not agendas.is_raised(run.db, concluded):
        sentences.append(_("The panel has heard the answer to proposal {id}."))
    _done(run, event, " ".join(sentences).format(number=item, title=title, id=about.id if about else ""))


@app.verb(
    "remove",
    _("Take away an item that was entered by mistake."),
    "session agenda remove vantaa/2 5",
    "session agenda remove vantaa/2 5 --json",
)
def remove(ctx: typer.Context, occasion: Occasion, item: Number) -> None:
    """Remove an item of the session's own."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.event(occasion, Panel)
        removed = agendas.remove(run.db, event, item, change)
    _done(run, event, _("Removed item {number}: {title}.").format(number=item, title=removed.title))


def _to_do(run: App, owner: str | None, due: str | None) -> dict[str, Any]:
    """Return who sees to an item by when as its columns; an empty one is taken off."""
    found: dict[str, Any] = {} if owner is None else {"owner_id": people.get(run.db, owner).id if owner else None}
    return found if due is None else found | {"due": run.stored_day(due)}


def _document(run: App, event: Event) -> dict[str, Any]:
    lines = rundowns.lines(run.db, event)
    budget = rundowns.budget(lines, event)
    return {
        "occasion": events.names(run.db, [event])[event.id],
        "items": [asdict(line) for line in lines],
        **asdict(budget),
        "over": budget.over,
    }


def _done(run: App, event: Event, sentence: str) -> None:
    document = _document(run, event)
    run.out.done("agenda", document, sentence)
    if document["over"]:
        run.out.note(_budget_sentences(document)[0])


def _budget_sentences(document: dict[str, Any]) -> Sequence[str]:
    if not document["items"]:
        return []
    first = (
        _("The items take {planned} minutes, {over} more than the session's {length}.")
        if document["over"]
        else _("The items take {planned} of the session's {length} minutes.")
    )
    untimed = document["untimed"]
    more = [n_("{n} item has no time.", "{n} items have no time.", untimed)] if untimed else []
    return [" ".join([first.format(**document), *more])]


def _number_of(run: App, event: Event, item: Item) -> int:
    return [other.id for other in agendas.get(run.db, event)].index(item.id) + 1


def _shown_title(row: Row) -> str:
    since = _(" (since {date})").format(date=format_date(date.fromisoformat(row["since"]))) if row["since"] else ""
    return f"{row['title']}{since}"


def _ask_about_scope(run: App, number: int, scope: str, proposal_id: int | None) -> None:
    if question := scopes.question(scope):
        where = _("Proposal {id}").format(id=proposal_id) if proposal_id else _("Item {number}").format(number=number)
        hint = _("If it is fine: --scope ok.")
        run.out.note(f"{where}: {question} {hint}")
