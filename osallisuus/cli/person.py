"""`osallisuus person`: people, and finding those entered twice."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group
from osallisuus.cli.context import (
    App,
    Arrangements,
    DryRun,
    Email,
    Municipality,
    Organisation,
    PersonLanguage,
    PersonRef,
    Phone,
    RemoveArrangements,
    Yes,
    app_of,
    given,
)
from osallisuus.domain import people
from osallisuus.domain.materials import Material
from osallisuus.domain.people import Person
from osallisuus.errors import Ambiguous
from osallisuus.i18n import _, n_
from osallisuus.store.logbook import Change
from osallisuus.texts import names_a_diagnosis

app = Group()


@app.verb(
    "add",
    _("Add a person. An e-mail address is not needed, and is not what tells people apart."),
    'person add "Eero Esimerkki" --phone "040 123 4567" --language fi',
    'person add "Sanna Exempel" --email sanna@example.org --organisation "Esimerkkijärjestö ry"',
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Given and family name."))],
    email: Email = None,
    phone: Phone = None,
    language: PersonLanguage = None,
    organisation: Organisation = None,
    municipality: Municipality = None,
    arrangement: Arrangements = None,
    new_person: Annotated[bool, typer.Option("--new-person", help=_("Somebody else of the same name."))] = False,
) -> None:
    """Add a person; the same one again changes nothing."""
    run = app_of(ctx)
    contacts = given(email=email, phone=phone, language=language, municipality=municipality)
    with run.writing() as change:
        person, new = entered(run, name, contacts, change, organisation=organisation, separate=new_person, as_reference=False)
        arrange(run, person, arrangement or [], change)
    sentence = _("Added {name}, number {id}.") if new else _("{name} is known already, number {id}.")
    run.out.done("person", _public(run, person), sentence.format(name=person.name, id=person.id))


@app.verb("list", _("List or search people."), "person list", "person list --search esim", "person list --without-email")
def list_(
    ctx: typer.Context,
    search: Annotated[
        str, typer.Option("--search", metavar="TEXT", help=_("Part of a name, an e-mail address or a telephone number."))
    ] = "",
    without_email: Annotated[bool, typer.Option("--without-email", help=_("Only those to be reached otherwise."))] = False,
) -> None:
    """List people by name."""
    run = app_of(ctx)
    names = people.organisations(run.db)
    run.out.rows(
        "people",
        [
            people.public(person, names.get(person.organisation_id or 0, ""))
            for person in people.search(run.db, search)
            if not (without_email and person.email)
        ],
        (
            (_("Number"), "id"),
            (_("Name"), "name"),
            (_("E-mail"), "email"),
            (_("Phone"), "phone"),
            (_("Language"), "language"),
            (_("Organisation"), "organisation"),
        ),
        empty=_("Nobody was found.")
        if search or without_email
        else _("There is nobody yet. Add people: osallisuus member add --help"),
    )


@app.verb("show", _("Show everything about a person."), 'person show "Eero Esimerkki"', "person show 3 --json")
def show(ctx: typer.Context, person: PersonRef) -> None:
    """Show one person."""
    from osallisuus.cli.dossier import show_person  # start-up: only this verb gathers everything

    show_person(app_of(ctx), person)


@app.verb(
    "edit",
    _("Change a person's name or contacts. An empty text takes a contact away."),
    'person edit 3 --name "Eero Esimerkki-Malli"',
    'person edit eero --phone "" --email eero@example.org',
)
def edit(
    ctx: typer.Context,
    person: PersonRef,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help=_("Given and family name."))] = None,
    email: Email = None,
    phone: Phone = None,
    language: PersonLanguage = None,
    organisation: Organisation = None,
    municipality: Municipality = None,
    arrangement: Arrangements = None,
    remove_arrangement: RemoveArrangements = None,
) -> None:
    """Change the given fields of a person."""
    run = app_of(ctx)
    changes = given(name=name, email=email, phone=phone, language=language, municipality=municipality)
    with run.writing() as change:
        known = people.update(run.db, people.get(run.db, person), changes, change, organisation=organisation)
        arrange(run, known, arrangement or [], change)
        people.unarrange(run.db, known.id, remove_arrangement or [], change)
        alike = people.alike(run.db, known)
    _warn_of_alike(run, known, alike)
    run.out.done(
        "person",
        _public(run, known),
        (_("{name} is as asked already.") if change.empty else _("Changed {name}.")).format(name=known.name),
    )


@app.verb(
    "duplicates",
    _("Find people who may have been entered twice: same name, e-mail or telephone."),
    "person duplicates",
    "person duplicates --json",
)
def duplicates(ctx: typer.Context) -> None:
    """List groups of people who share a name, an address or a number."""
    run = app_of(ctx)
    reasons = {"name": _("same name"), "email": _("same e-mail"), "phone": _("same telephone")}
    groups = people.duplicates(run.db)
    run.out.rows(
        "duplicates",
        [{"reason": group.reason, "people": [people.public(person) for person in group.people]} for group in groups],
        (
            (_("Why"), lambda row: reasons[row["reason"]]),
            (_("People"), lambda row: [f"{person['id']} {person['name']}" for person in row["people"]]),
            (
                _("If they are one"),
                lambda row: f"osallisuus person merge {row['people'][0]['id']} {row['people'][1]['id']} --dry-run",
            ),
        ),
        empty=_("Nobody seems to have been entered twice."),
    )


@app.verb(
    "merge",
    _("Make two people one. All that DROP has goes to KEEP, whose own values win; the number of DROP goes on finding KEEP."),
    "person merge 3 7 --dry-run",
    "person merge 3 7 --yes",
)
def merge(
    ctx: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help=_("Who stays."))],
    drop: Annotated[str, typer.Argument(metavar="DROP", help=_("Who was entered twice."))],
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Merge two people after a preview."""
    run = app_of(ctx)
    kept, dropped = people.get(run.db, keep), people.get(run.db, drop)
    if kept.id == dropped.id and drop.strip() != keep.strip():
        run.out.done(
            "merge",
            {"keep": kept.id, "drop": dropped.id, "merged": False},
            _("They are one already, number {id}.").format(id=kept.id),
        )
        return
    from osallisuus.cli.talk import tell_of_withdrawn
    from osallisuus.domain import (  # start-up: only merging needs them
        agreements,
        answers,
        attendance,
        materials,
        memberships,
        messages,
        speakers,
        trainings,
    )

    withdrawn: list[Material] = []
    plan = people.plan_merge(run.db, kept, dropped)
    run.out.say(*_merge_lines(plan))
    if not dry_run:
        run.confirm(_("Merge them?"), yes=yes)
        with run.writing() as change:
            # read again under the lock: the preview may be older than somebody else's change
            kept, dropped = people.get(run.db, str(kept.id)), people.get(run.db, str(dropped.id))
            for noun in (memberships, trainings, agreements, attendance, speakers, messages, answers):
                noun.unite(run.db, kept.id, dropped.id, change)
            people.merge(run.db, kept, dropped, change)
            withdrawn = materials.follow_permissions_of(run.db, kept.id, change)
    result = {"keep": kept.id, "drop": dropped.id, "merged": not dry_run, "fill": plan.fill, "lose": plan.lose}
    run.out.done(
        "merge",
        result | {"moves": plan.moves, "same": plan.same},
        _("Nothing was changed.")
        if dry_run
        else _("Merged: number {drop} is now number {keep}.").format(drop=dropped.id, keep=kept.id),
    )
    tell_of_withdrawn(run, withdrawn)


@app.verb(
    "remove",
    _("Remove a person entered by mistake. One who belongs to a panel stays; two who are one are for 'merge'."),
    "person remove 7",
    "person remove 7 --yes",
)
def remove(ctx: typer.Context, person: PersonRef, yes: Yes = False) -> None:
    """Remove a person to whom nothing refers."""
    run = app_of(ctx)
    known = people.get(run.db, person)
    run.confirm(_("Remove {name}, number {id}, for good?").format(name=known.name, id=known.id), yes=yes)
    with run.writing() as change:
        people.remove(run.db, people.get(run.db, str(known.id)), change)
    run.out.done("person", {"id": known.id, "removed": True}, _("Removed number {id}.").format(id=known.id))


def entered(
    run: App,
    name: str,
    contacts: dict[str, Any],
    change: Change,
    *,
    organisation: str | None = None,
    separate: bool = False,
    as_reference: bool = True,
) -> tuple[Person, bool]:
    """Return the person that was typed in, adding them where they are new, and warn of others who look the same.

    One known person with that very name and no contradicting contact is that person; new contacts are added to them. A number or
    an address `as_reference` is somebody known. Two of that name are listed, never guessed.
    """
    if as_reference and (name.strip().isdecimal() or "@" in name):
        person = people.get(run.db, name)
        return people.update(run.db, person, contacts, change, organisation=organisation), False
    typed = people.keyed(Person(name=name, **contacts))
    alike = people.alike(run.db, typed)
    same_name = [person for person in alike if person.name_key == typed.name_key]
    if as_reference and not separate and not same_name and " " not in typed.name:
        _refuse_part_of_name(run, typed)
    fitting = [
        person
        for person in same_name
        if all(not getattr(typed, key) or getattr(person, key) in ("", getattr(typed, key)) for key in ("email_key", "phone_key"))
    ]
    if not separate and len(fitting) > 1:
        exact = [person for person in fitting if typed.email_key and person.email_key == typed.email_key]
        fitting = exact if len(exact) == 1 else fitting
    if not separate and len(fitting) > 1:
        raise Ambiguous(
            _("There are {n} people called {name}.").format(n=len(fitting), name=typed.name),
            candidates=[people.described(person) for person in fitting],
            hint=_("Use the number of the one you mean, or --new-person for somebody else."),
        )
    if fitting and not separate:
        empty = {
            field: value
            for field, value in contacts.items()
            if not getattr(fitting[0], field) or field in ("language", "municipality")
        }
        return people.update(run.db, fitting[0], empty, change, organisation=organisation), False
    _warn_of_alike(run, typed, alike)
    return people.add(run.db, typed, change, organisation=organisation or ""), True


def arrange(run: App, person: Person, texts: Sequence[str], change: Change) -> None:
    """Note arrangements, and say so when one names an illness: what is needed is enough, why is nobody's business here."""
    people.arrange(run.db, person.id, texts, change)
    for text in texts:
        if names_a_diagnosis(text):
            run.out.note(
                _("'{text}' sounds like an illness. Write what is needed, never why: --remove-arrangement takes it away.").format(
                    text=text
                )
            )


def _refuse_part_of_name(run: App, typed: Person) -> None:
    """Raise Ambiguous when a single word is part of a known name: more likely somebody known than somebody without a surname."""
    fitting = [person for person in people.search(run.db, typed.name) if typed.name_key in person.name_key]
    if fitting:
        raise Ambiguous(
            _("'{name}' is part of a known name.").format(name=typed.name),
            candidates=[people.described(person) for person in fitting],
            hint=_("Use the number of the one you mean, or --new-person for somebody else."),
        )


def _merged(what: str) -> str:
    """Return in words what refers to a person from `table.column`."""
    return {
        "memberships.person_id": _("memberships"),
        "memberships.deputy_for": _("deputy for them"),
        "hosts.coordinator": _("panels they coordinate"),
        "arrangements.person_id": _("arrangements"),
        "trainings.person_id": _("trainings"),
        "agreements.person_id": _("agreements"),
        "attendance.person_id": _("marks of attendance"),
        "agenda_items.presenter_id": _("items they present"),
        "agenda_items.owner_id": _("items they see to"),
        "speakers.person_id": _("talks"),
        "questions.assigned_to": _("questions to answer"),
    }.get(what, what)


def _public(run: App, person: Person) -> dict[str, Any]:
    return people.public(person, people.organisations(run.db).get(person.organisation_id or 0, ""))


def _warn_of_alike(run: App, person: Person, alike: list[Person]) -> None:
    for other in alike:
        shared = [
            word
            for key, word in (("name_key", _("name")), ("email_key", _("e-mail")), ("phone_key", _("telephone")))
            if getattr(other, key) and getattr(other, key) == getattr(person, key)
        ]
        run.out.note(
            _("Number {id}, {name}, has the same {what}. If they are one person: osallisuus person duplicates").format(
                id=other.id, name=other.name, what=", ".join(shared)
            )
        )


def _merge_lines(plan: people.Merge) -> list[str]:
    lines = [
        _("Keep {keep} {keep_name}, drop {drop} {drop_name}.").format(
            keep=plan.keep.id, keep_name=plan.keep.name, drop=plan.drop.id, drop_name=plan.drop.name
        )
    ]
    lines += [
        _("  {field} comes from the dropped: {value}").format(field=field, value=value) for field, value in plan.fill.items()
    ]
    lines += [
        _("  {field} of the dropped is lost: {value}").format(field=field, value=value) for field, value in plan.lose.items()
    ]
    lines += [f"  {_merged(what)}: " + n_("{n} moves", "{n} move", n) for what, n in plan.moves.items()]
    lines += [
        f"  {_merged(what)}: " + n_("{n} of both becomes one", "{n} of both become one", n) for what, n in plan.same.items()
    ]
    return lines
