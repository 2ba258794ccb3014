"""`osallisuus role`: the roles that members have."""

from typing import Annotated

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of
from osallisuus.cli.context import App, app_of, given
from osallisuus.domain import agreements, requirements, roles
from osallisuus.domain.roles import Role
from osallisuus.i18n import _

app = Group()

NeedsAgreement = Annotated[
    list[str] | None,
    typer.Option(
        "--agreement",
        metavar="|".join(agreements.KINDS),
        parser=one_of(agreements.KINDS),
        help=_("An agreement that people need for this role; may be repeated."),
    ),
]


@app.verb("list", _("List the roles."), "role list", "role list --json")
def list_(ctx: typer.Context) -> None:
    """List all roles with their titles."""
    run = app_of(ctx)
    asked = roles.agreements(run.db)
    sides = {"customer": _("customer"), "staff": _("staff"), "provider": _("provider")}
    run.out.rows(
        "roles",
        [roles.public(role, asked.get(role.key, ())) for role in roles.search(run.db)],
        (
            (_("Role"), "key"),
            (_("In Finnish"), "name_fi"),
            (_("In Swedish"), "name_sv"),
            (_("In English"), "name_en"),
            (_("Side"), lambda row: sides[row["side"]]),
            (_("Needs training"), lambda row: _("yes") if row["needs_training"] else _("no")),
            (_("Agreements"), lambda row: [requirements.called(kind) for kind in row["agreements"]]),
        ),
        empty="",
    )


@app.verb(
    "add",
    _("Add a role under the title your region uses."),
    "role add puhe --name-fi puheenjohtaja --name-sv ordförande --name-en chair --side staff",
    'role add toimija --name-fi kokemustoimija --name-sv erfarenhetsaktör --name-en "lived-experience actor" --needs-training',
)
def add(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help=_("A short name of the role to type."))],
    name_fi: Annotated[str, typer.Option("--name-fi", metavar="TEXT", help=_("Title in Finnish."))],
    name_sv: Annotated[str, typer.Option("--name-sv", metavar="TEXT", help=_("Title in Swedish."))],
    name_en: Annotated[str, typer.Option("--name-en", metavar="TEXT", help=_("Title in English."))],
    side: Annotated[
        str,
        typer.Option("--side", metavar="customer|staff|provider", parser=one_of(roles.SIDES), help=_("Whom it stands for.")),
    ] = "customer",
    needs_training: Annotated[bool, typer.Option("--needs-training", help=_("People need training for this role."))] = False,
    agreement: NeedsAgreement = None,
) -> None:
    """Add a role; the same one again changes nothing."""
    run = app_of(ctx)
    role = Role(key=key, name_fi=name_fi, name_sv=name_sv, name_en=name_en, side=side, needs_training=int(needs_training))
    with run.writing() as change:
        new = roles.add(run.db, role, change)
        roles.ask_for(run.db, role, agreement or [], change)
    sentence = _("The role {key} is there already, unchanged.") if change.empty else _("Changed the role {key}.")
    _done(run, key, _("Added the role {key}.") if new else sentence)


@app.verb(
    "edit",
    _("Change a role: its titles, and what it asks of people."),
    "role edit service-provider --needs-training",
    "role edit peer --agreement photo --remove-agreement participation",
)
def edit(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="ROLE", help=_("Role, see 'role list'."), autocompletion=completion.roles)],
    name_fi: Annotated[str | None, typer.Option("--name-fi", metavar="TEXT", help=_("Title in Finnish."))] = None,
    name_sv: Annotated[str | None, typer.Option("--name-sv", metavar="TEXT", help=_("Title in Swedish."))] = None,
    name_en: Annotated[str | None, typer.Option("--name-en", metavar="TEXT", help=_("Title in English."))] = None,
    needs_training: Annotated[
        bool | None, typer.Option("--needs-training/--no-training", help=_("Whether people need training for this role."))
    ] = None,
    agreement: NeedsAgreement = None,
    remove_agreement: Annotated[
        list[str] | None,
        typer.Option(
            "--remove-agreement", metavar="KIND", parser=one_of(agreements.KINDS), help=_("Which one it asks for no more.")
        ),
    ] = None,
) -> None:
    """Change the given fields of a role."""
    run = app_of(ctx)
    changes: dict[str, object] = given(name_fi=name_fi, name_sv=name_sv, name_en=name_en)
    if needs_training is not None:
        changes["needs_training"] = int(needs_training)
    with run.writing() as change:
        role = roles.edit(run.db, roles.get(run.db, key), changes, change)
        roles.ask_for(run.db, role, agreement or [], change, no_more=remove_agreement or [])
    _done(run, role.key, _("The role {key} is as asked already.") if change.empty else _("Changed the role {key}."))


def _done(run: App, key: str, sentence: str) -> None:
    role = roles.get(run.db, key)
    run.out.done("role", roles.public(role, roles.agreements(run.db).get(role.key, ())), sentence.format(key=role.key))
