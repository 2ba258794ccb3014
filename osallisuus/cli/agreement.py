"""`osallisuus agreement`: agreements and consents of people."""

from datetime import timedelta
from itertools import product
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import DAY, App, Numbers, On, OptionalPanel, People, PersonRef, Yes, app_of, given
from osallisuus.cli.lacks import show_lacks
from osallisuus.domain import agreements, people, requirements
from osallisuus.domain.agreements import Agreement
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_date, n_

app = Group()

Kind = Annotated[
    str,
    typer.Option("--kind", metavar="|".join(agreements.KINDS), parser=one_of(agreements.KINDS), help=_("What was agreed to.")),
]


@app.verb(
    "add",
    _("Note agreements or consents of people. The same again changes nothing."),
    "agreement add aino --kind confidentiality --on 2022-01-20 --expires 2023-12-31",
    'agreement add aino eero --kind confidentiality --kind participation --on 20.1.2022 --version "2022-01" --kept-at "mappi 3"',
)
def add(
    ctx: typer.Context,
    person: People,
    kind: Annotated[
        list[str],
        typer.Option(
            "--kind",
            metavar="|".join(agreements.KINDS),
            parser=one_of(agreements.KINDS),
            help=_("What was agreed to; may be repeated."),
        ),
    ],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("When it was made. {how}").format(how=DAY))],
    expires: Annotated[str | None, typer.Option("--expires", metavar="DATE", help=_("Last day it counts."))] = None,
    version: Annotated[str, typer.Option("--version", metavar="TEXT", help=_("Which version of the text."))] = "",
    kept_at: Annotated[str, typer.Option("--kept-at", metavar="TEXT", help=_("Where the signed paper is."))] = "",
) -> None:
    """Add an agreement of each kind for each person."""
    run = app_of(ctx)
    day, end = run.day(on) or run.today, run.day(expires)
    noted: dict[int, str] = {}
    with run.writing() as change:
        found = run.people(person)
        for one, what in product(found, dict.fromkeys(kind)):
            agreement = Agreement(
                person_id=one.id,
                kind=what,
                on_date=day.isoformat(),
                expires=end.isoformat() if end else None,
                version=version,
                kept_at=kept_at,
            )
            if agreements.add(run.db, agreement, change):
                noted[one.id] = one.name
    known = [a for one in found for a in agreements.search(run.db, person_id=one.id)]
    sentence = _("That is noted already.") if change.empty else _("Noted for {people}: {what}, {day}.")
    run.out.done(
        "agreements",
        [_public(run, agreement) for agreement in known if agreement.on_date == day.isoformat() and agreement.kind in kind],
        sentence.format(
            people=n_("{n} person", "{n} people", len(noted)) if len(noted) > 1 else "".join(noted.values()),
            what=", ".join(requirements.called(what) for what in dict.fromkeys(kind)),
            day=format_date(day),
        ),
    )


@app.verb(
    "withdraw",
    _("Note that somebody withdrew an agreement or consent. It stays in the history."),
    "agreement withdraw aino --kind name-publication --on 2022-11-01",
    "agreement withdraw 3 --kind mailing --on today",
)
def withdraw(
    ctx: typer.Context,
    person: PersonRef,
    kind: Kind,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("First day it counts no more. {how}").format(how=DAY))],
) -> None:
    """Withdraw what is in force of a kind, and say what follows from it."""
    run = app_of(ctx)
    day = run.day(on) or run.today
    with run.writing() as change:
        one = people.get(run.db, person)
        withdrawn = agreements.withdraw(run.db, one.id, kind, day, change)
    sentence = _("That is withdrawn already.") if change.empty else _("{name} withdrew: {what}, {day}.")
    run.out.done(
        "agreements",
        [_public(run, agreement) for agreement in withdrawn],
        sentence.format(name=one.name, what=requirements.called(kind), day=format_date(day)),
    )
    going_on = [
        a for a in agreements.search(run.db, person_id=one.id, kind=kind) if a.on_date > day.isoformat() and not a.withdrawn_on
    ]
    for agreement in going_on:
        run.out.note(_("Another one, made on {day}, goes on.").format(day=agreement.on_date))
    if not change.empty and not going_on:
        run.out.note(_("From {day} on:").format(day=format_date(day)) + " " + _what_follows(kind))


@app.verb(
    "list",
    _("List agreements, who lacks one that their role asks for, or which run out soon."),
    "agreement list --panel vantaa",
    "agreement list --missing",
    "agreement list --expiring 60 --json",
)
def list_(
    ctx: typer.Context,
    panel: OptionalPanel = None,
    missing: Annotated[bool, typer.Option("--missing", help=_("Who lacks one that their role asks for."))] = False,
    expiring: Annotated[
        int | None,
        typer.Option("--expiring", metavar="DAYS", parser=whole(0, 3650), help=_("Those that run out within so many days.")),
    ] = None,
    on: On = None,
) -> None:
    """List agreements, the lack of them, or those that run out."""
    run = app_of(ctx)
    as_of = run.day(on) or run.today
    if missing and expiring is not None:
        raise UsageError(_("--missing and --expiring do not go together."), hint=_("Ask for one, then for the other."))
    slug = run.panel(panel).slug if panel else ""
    if missing:
        lacks = requirements.of_members(run.db, as_of, panel=slug)
        show_lacks(run, [lack for lack in lacks if lack.what != requirements.TRAINING], _("Nobody lacks an agreement."))
        return
    found = agreements.search(run.db, panel=slug, on=as_of)
    if expiring is not None:
        soon = agreements.expiring(run.db, as_of, as_of + timedelta(days=expiring))
        there = {agreement.id for agreement in found}
        found = [agreement for agreement in soon if agreement.id in there]
    states = {"in-force": _("in force"), "future": _("later"), "expired": _("run out"), "withdrawn": _("withdrawn")}
    run.out.rows(
        "agreements",
        [_public(run, agreement) for agreement in found],
        (
            (_("Number"), "id"),
            (_("Person"), "person"),
            (_("What"), lambda row: requirements.called(row["kind"])),
            (_("Made"), "on_date"),
            (_("Until"), "expires"),
            (_("Withdrawn"), "withdrawn_on"),
            (_("State"), lambda row: states[row["state"]]),
            (_("Version"), "version"),
            (_("Paper"), "kept_at"),
        ),
        empty=_("No agreement runs out in that time.")
        if expiring is not None
        else _("No agreement has been noted. Note one: osallisuus agreement add --help"),
    )


@app.verb(
    "edit",
    _("Put right agreements that were noted wrongly: date, end, version or where the paper is."),
    "agreement edit 3 4 5 --on 2022-08-20",
    'agreement edit 3 --expires "" --kept-at "mappi 3"',
)
def edit(
    ctx: typer.Context,
    number: Numbers,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("When it was made. {how}").format(how=DAY))] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DATE", help=_("Last day it counts; empty when it does not run out."))
    ] = None,
    version: Annotated[str | None, typer.Option("--version", metavar="TEXT", help=_("Which version of the text."))] = None,
    kept_at: Annotated[str | None, typer.Option("--kept-at", metavar="TEXT", help=_("Where the signed paper is."))] = None,
) -> None:
    """Change the given fields of agreements."""
    run = app_of(ctx)
    changes = given(on_date=run.stored_day(on), version=version, kept_at=kept_at)
    changes |= {} if expires is None else {"expires": run.stored_day(expires)}
    with run.writing() as change:
        edited = [agreements.edit(run.db, one, changes, change) for one in number]
    sentence = _("Everything is as asked already.") if change.empty else _("Changed: {numbers}.")
    numbers = ", ".join(map(str, number))
    run.out.done("agreements", [_public(run, one) for one in edited], sentence.format(numbers=numbers))


@app.verb(
    "remove",
    _("Take away agreements that were entered by mistake. Real ones are withdrawn."),
    "agreement remove 3",
    "agreement remove 3 4 5 --yes --json",
)
def remove(ctx: typer.Context, number: Numbers, yes: Yes = False) -> None:
    """Remove agreements."""
    run = app_of(ctx)
    for one in number:
        agreements.get(run.db, one)
    run.confirm(_("Remove {numbers} for good?").format(numbers=", ".join(map(str, number))), yes=yes)
    with run.writing() as change:
        removed = [agreements.remove(run.db, one, change) for one in number]
    numbers = ", ".join(map(str, number))
    run.out.done("agreements", [_public(run, one) for one in removed], _("Removed: {numbers}.").format(numbers=numbers))


def _public(run: App, agreement: Agreement) -> dict[str, Any]:
    return vars(agreement) | {"person": run.names[agreement.person_id], "state": agreements.state(agreement, run.today)}


def _what_follows(kind: str) -> str:
    """Return what the withdrawal of a consent means from now on."""
    return {
        "name-publication": _("Public memos leave the name out. Take it off pages and papers already published."),
        "photo": _("Take the person's photographs off pages already published, and use them no more."),
        "recording": _("Take recordings with the person off pages already published, or cut the person out."),
        "mailing": _("Take the address off mailing lists outside this program, too."),
        "confidentiality": _("The role may ask for it: see osallisuus agreement list --missing."),
        "participation": _("The role may ask for it: see osallisuus agreement list --missing."),
    }[kind]
