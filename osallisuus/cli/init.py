"""`osallisuus init`: the database and the settings."""

from pathlib import Path
from typing import Annotated

import typer

from osallisuus import config
from osallisuus.cli.commands import single
from osallisuus.cli.context import app_of, given
from osallisuus.i18n import _
from osallisuus.store import places, upkeep

app, command = single(
    "init",
    _("Make the database and the settings. Safe to run again: what is there stays."),
    'init --organisation "Esimerkkilän hyvinvointialue" --language fi',
    "--db ./kokeilu.db init",
)


@command
def init(
    ctx: typer.Context,
    organisation: Annotated[str | None, typer.Option("--organisation", metavar="TEXT", help=_("Your organisation."))] = None,
    sender_name: Annotated[str | None, typer.Option("--sender-name", metavar="TEXT", help=_("Sender's name in letters."))] = None,
    sender_email: Annotated[
        str | None, typer.Option("--sender-email", metavar="ADDR", help=_("Sender's e-mail address in letters."))
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="fi|sv|en", help=_("Language of the program and its texts."))
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help=_("For example Europe/Helsinki."))] = None,
    i_know: Annotated[bool, typer.Option("--i-know", help=_("Accept a network or synchronised folder."))] = False,
) -> None:
    """Make the database, private to its owner, and write the settings that were given."""
    run = app_of(ctx)
    path: Path = run.settings.database
    places.require_safe(path, i_know=i_know)
    asked = given(
        organisation=organisation, sender_name=sender_name, sender_email=sender_email, language=language, timezone=timezone
    )
    changed = config.change(run.settings.config_file, asked) if asked else False
    created = upkeep.create(path, now=run.now)
    if created and ctx.find_root().params.get("db"):
        run.out.note(
            _("Later commands find it with --db {path}, or after: osallisuus config set database {path}").format(path=path)
        )
    run.out.done(
        "database",
        {"path": str(path), "created": created, "config_file": str(run.settings.config_file), "config_changed": changed},
        _("Made the database {path}.").format(path=path)
        if created
        else _("The database {path} is there already.").format(path=path),
        *([_("Wrote the settings to {path}.").format(path=run.settings.config_file)] if changed else []),
        *([_("Next: osallisuus series add, osallisuus panel add, or osallisuus demo to look around.")] if created else []),
    )
