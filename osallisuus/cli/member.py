"""`osallisuus member`: who is in which panel, in which role, from when to when."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group
from osallisuus.cli.context import (
    DAY,
    App,
    Arrangements,
    Email,
    Municipality,
    On,
    OptionalRole,
    Organisation,
    PanelSlug,
    PersonLanguage,
    PersonRef,
    Phone,
    RemoveArrangements,
    RoleKey,
    Yes,
    app_of,
    given,
)
from osallisuus.cli.person import arrange, entered
from osallisuus.domain import memberships, people, roles
from osallisuus.domain.hosts import Panel
from osallisuus.domain.memberships import Member, Membership
from osallisuus.domain.people import Person
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_date, n_

app = Group()

DeputyFor = Annotated[
    str | None,
    typer.Option("--deputy-for", metavar="PERSON", help=_("Whose deputy they are."), autocompletion=completion.people),
]
NewPerson = Annotated[bool, typer.Option("--new-person", help=_("Somebody else of the same name, not the one known already."))]


@app.verb(
    "add",
    _(
        "Add a person to a panel. A name that is known already is that person, unless the e-mail or telephone differs or "
        "--new-person says that it is somebody else."
    ),
    'member add vantaa "Aino Esimerkki" --role developer-client --email aino@example.org --from 2022-01-01',
    'member add vantaa-sivu 3 --role peer --arrangement "induktiosilmukka"',
)
def add(
    ctx: typer.Context,
    panel: PanelSlug,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help=_("Name; or number or e-mail of a known person."), autocompletion=completion.people),
    ],
    role: RoleKey,
    email: Email = None,
    phone: Phone = None,
    language: PersonLanguage = None,
    organisation: Organisation = None,
    municipality: Municipality = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("First day; today without it. {how}").format(how=DAY))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("Last day, when it is known. {how}").format(how=DAY))
    ] = None,
    deputy_for: DeputyFor = None,
    arrangement: Arrangements = None,
    new_person: NewPerson = False,
) -> None:
    """Add a membership, and the person too where they are new; the same again changes nothing."""
    run = app_of(ctx)
    start, end = run.day(from_) or run.today, run.day(until)
    if end and end < start:
        raise UsageError(
            _("The membership would end ({end}) before it starts ({start}).").format(
                end=format_date(end), start=format_date(start)
            )
        )
    contacts = given(email=email, phone=phone, language=language, municipality=municipality)
    with run.writing() as change:
        deputy = people.get(run.db, deputy_for).id if deputy_for else None
        person, _new = entered(run, name, contacts, change, organisation=organisation, separate=new_person)
        membership = Membership(
            panel=run.host(panel, Panel).slug,
            person_id=person.id,
            role=roles.get(run.db, role).key,
            from_date=start.isoformat(),
            to_date=end.isoformat() if end else None,
            deputy_for=deputy,
        )
        known = memberships.add(run.db, membership, change, exact_start=from_ is not None)
        arrange(run, person, arrangement or [], change)
        shown = _member(run, person, known or membership)
    _warn_of_size(run, membership.panel)
    from osallisuus.domain import requirements  # start-up: lists need nothing of it

    lacks = requirements.of_person(run.db, person.id, max(start, run.today), panel=membership.panel)
    since = format_date(date.fromisoformat(known.from_date) if known else start)
    already = _("{name} (number {id}) is already in {panel} as {role}, since {day}.")
    sentence = already if known else _("{name} (number {id}) is in {panel} as {role}, from {day}.")
    run.out.done(
        "member",
        asdict(shown),
        sentence.format(name=person.name, id=person.id, panel=membership.panel, role=membership.role, day=since),
    )
    if lacks:
        run.out.note(_("Still needed for the role: {what}.").format(what=requirements.in_words(lacks)))


@app.verb(
    "list",
    _("List the members of a panel on a day."),
    "member list vantaa",
    "member list vantaa --on 2022-10-01 --role developer-client --json",
)
def list_(ctx: typer.Context, panel: PanelSlug, on: On = None, role: OptionalRole = None) -> None:
    """List who is in a panel on a day."""
    run = app_of(ctx)
    day = run.day(on) or run.today
    slug = run.host(panel, Panel).slug
    found = memberships.search(run.db, panel=slug, on=day, role=roles.get(run.db, role).key if role else "")
    titles = {r.key: roles.title(r, run.language) for r in roles.search(run.db)}
    run.out.rows(
        "members",
        [vars(member) for member in found],
        (
            (_("Number"), "person_id"),
            (_("Name"), "name"),
            (_("Role"), lambda row: titles[row["role"]]),
            (_("From"), "from_date"),
            (_("Until"), "to_date"),
            (_("E-mail"), "email"),
            (_("Phone"), "phone"),
            (_("Organisation"), "organisation"),
        ),
        empty=_nobody(run, slug, day, role) if not found else "",
    )


@app.verb("show", _("Show everything about a person."), 'member show "Aino Esimerkki"', "member show aino@example.org --json")
def show(ctx: typer.Context, person: PersonRef) -> None:
    """Show one person."""
    from osallisuus.cli.dossier import show_person  # start-up: only this verb gathers everything

    show_person(app_of(ctx), person)


@app.verb(
    "edit",
    _("Change a member: contacts, or the role in a panel from a day on (the present role ends the day before)."),
    'member edit "Aino Esimerkki" --email aino.e@example.org',
    "member edit aino --panel vantaa --role peer --on 2022-10-01",
    'member edit aino --panel vantaa --from 2022-01-15 --until ""',
)
def edit(
    ctx: typer.Context,
    person: PersonRef,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="PANEL", help=_("In which panel."), autocompletion=completion.panels)
    ] = None,
    role: OptionalRole = None,
    on: On = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("The right first day, where it was entered wrongly."))
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help=_("The right last day, where it was entered wrongly; empty for none.")),
    ] = None,
    deputy_for: DeputyFor = None,
    email: Email = None,
    phone: Phone = None,
    language: PersonLanguage = None,
    organisation: Organisation = None,
    municipality: Municipality = None,
    arrangement: Arrangements = None,
    remove_arrangement: RemoveArrangements = None,
) -> None:
    """Change a person's contacts or their role in a panel."""
    run = app_of(ctx)
    if (role or deputy_for or from_ or until is not None) and not panel:
        raise UsageError(_("A role belongs to a panel."), hint=_("Add --panel."))
    with run.writing() as change:
        known = people.get(run.db, person)
        contacts = given(email=email, phone=phone, language=language, municipality=municipality)
        known = people.update(run.db, known, contacts, change, organisation=organisation)
        arrange(run, known, arrangement or [], change)
        people.unarrange(run.db, known.id, remove_arrangement or [], change)
        slug = run.host(panel, Panel).slug if panel else ""
        if role:
            memberships.change_role(run.db, slug, known.id, role, run.day(on) or run.today, change, today=run.today)
        if from_ or until is not None:
            first, last = run.stored_day(from_), run.stored_day(until)
            memberships.correct(run.db, slug, known.id, change, from_date=first, to_date=last, no_end=until == "")
        if deputy_for:
            memberships.set_deputy(run.db, slug, known.id, people.get(run.db, deputy_for).id, change, on=run.day(on) or run.today)
    if not run.out.json and change.empty:
        run.out.note(_("Everything is as asked already."))
    from osallisuus.cli.dossier import show_person  # start-up: as in show()

    show_person(run, str(known.id))


@app.verb(
    "leave",
    _("End a membership, after telling what is still open; the person stays in the history of the panel."),
    'member leave vantaa "Aino Esimerkki" --on 2022-12-31 --reason "kausi päättyi"',
    "member leave vantaa 3 --on today",
)
def leave(
    ctx: typer.Context,
    panel: PanelSlug,
    person: PersonRef,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("Last day as a member. {how}").format(how=DAY))],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=_("Why, in few words; never anything about health."))
    ] = "",
    role: OptionalRole = None,
    yes: Yes = False,
) -> None:
    """End a person's memberships in a panel, after asking about what is still open."""
    run = app_of(ctx)
    day = run.day(on) or run.today
    slug, known = run.host(panel, Panel).slug, people.get(run.db, person)
    from osallisuus.domain import departures, notices  # start-up: as in add()

    memberships.leaving(run.db, slug, known.id, day, today=run.today, role=role or "")
    matters = departures.open_matters(run.db, slug, known.id, day)
    for matter in matters:
        run.out.note(_("Still open, {name}: {matter}").format(name=known.name, matter=matter.text))
        run.out.note(f"      {matter.command}")
    if matters and run.can_ask:
        run.confirm(_("Let {name} leave all the same?").format(name=known.name), yes=yes)
    with run.writing() as change:
        ended = memberships.leave(run.db, slug, known.id, day, change, today=run.today, reason=reason, role=role or "")
    if run.out.json:
        run.out.document(
            {"members": [asdict(_member(run, known, m)) for m in ended], "open": [asdict(matter) for matter in matters]}
        )
    run.out.say(_("{name} leaves {panel}; the last day is {day}.").format(name=known.name, panel=slug, day=format_date(day)))
    for one in notices.unsettled(run.db, run.today):
        if one.stale and one.event.host == slug:
            run.out.note(_("Tell them: osallisuus invite draft {occasion}").format(occasion=one.event.lasting))


@app.verb(
    "remove",
    _("Take away a membership that was entered by mistake, as if it had never been. To end a real one, use 'leave'."),
    'member remove vantaa "Aino Esimerkki"',
    "member remove vantaa 3 --role peer --yes",
)
def remove(ctx: typer.Context, panel: PanelSlug, person: PersonRef, role: OptionalRole = None, yes: Yes = False) -> None:
    """Remove a mistaken membership."""
    run = app_of(ctx)
    known, slug = people.get(run.db, person), run.host(panel, Panel).slug
    run.confirm(_("Remove {name} from {panel}, as if never there?").format(name=known.name, panel=slug), yes=yes)
    with run.writing() as change:
        removed = memberships.remove(run.db, slug, known.id, change, role=role or "")
    run.out.done("member", asdict(removed), _("Removed {name} from {panel}.").format(name=known.name, panel=slug))


def _nobody(run: App, slug: str, day: date, role: str | None) -> str:
    if role:
        return _("Nobody has that role in {panel} on {day}.").format(panel=slug, day=format_date(day))
    later = memberships.upcoming(run.db, slug, day)
    nobody = _("{panel} has no members on {day}.").format(panel=slug, day=format_date(day))
    if not later:
        return nobody
    first = later[0].from_date
    joining = n_(
        "{n} joins later: osallisuus member list", "{n} join later: osallisuus member list", len({m.person_id for m in later})
    )
    return f"{nobody} {joining} {slug} --on {first}"


def _member(run: App, person: Person, membership: Membership) -> Member:
    found = memberships.search(run.db, panel=membership.panel, person_id=person.id, role=membership.role)
    return next(member for member in found if member.from_date == membership.from_date)


def _warn_of_size(run: App, slug: str) -> None:
    panel: Any = run.host(slug, Panel)
    count = memberships.counts(run.db, run.today).get(slug, 0)
    if panel.size and count > panel.size:
        run.out.note(
            _("{panel} now has {count} members; it is meant to have {size}.").format(panel=slug, count=count, size=panel.size)
        )
