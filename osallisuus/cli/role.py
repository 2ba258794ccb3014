"""`osallisuus role`: the roles that members have."""

from typing import Annotated

import typer

from osallisuus.cli.commands import Group, one_of
from osallisuus.cli.context import app_of
from osallisuus.domain import roles
from osallisuus.domain.roles import Role
from osallisuus.i18n import _

app = Group()


@app.verb("list", _("List the roles."), "role list", "role list --json")
def list_(ctx: typer.Context) -> None:
    """List all roles with their titles."""
    run = app_of(ctx)
    sides = {"customer": _("customer"), "staff": _("staff"), "provider": _("provider")}
    run.out.rows(
        "roles",
        [roles.public(role) for role in roles.search(run.db)],
        (
            (_("Role"), "key"),
            (_("In Finnish"), "name_fi"),
            (_("In Swedish"), "name_sv"),
            (_("In English"), "name_en"),
            (_("Side"), lambda row: sides[row["side"]]),
            (_("Needs training"), lambda row: _("yes") if row["needs_training"] else _("no")),
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
) -> None:
    """Add a role; the same one again changes nothing."""
    run = app_of(ctx)
    role = Role(key=key, name_fi=name_fi, name_sv=name_sv, name_en=name_en, side=side, needs_training=int(needs_training))
    with run.writing() as change:
        new = roles.add(run.db, role, change)
    sentence = _("Added the role {key}.") if new else _("The role {key} is there already, unchanged.")
    run.out.done("role", roles.public(roles.get(run.db, key)), sentence.format(key=key))
