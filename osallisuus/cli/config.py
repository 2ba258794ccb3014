"""`osallisuus config`: settings."""

from typing import Annotated

import typer

from osallisuus import config
from osallisuus.cli.commands import Group
from osallisuus.cli.context import app_of
from osallisuus.i18n import _

app = Group()

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY", help=_("One of: {keys}.").format(keys=", ".join(config.KEYS)), autocompletion=lambda: list(config.KEYS)
    ),
]


@app.verb("list", _("List the settings in force."), "config list", "config list --json")
def list_(ctx: typer.Context) -> None:
    """List all settings."""
    run = app_of(ctx)
    values = {key: getattr(run.settings, key) for key in config.KEYS}
    run.out.record("config", values | {"database": str(run.settings.database)}, tuple((key, key) for key in config.KEYS))


@app.verb("get", _("Print one setting."), "config get language", "config get database --json")
def get(ctx: typer.Context, key: Key) -> None:
    """Print one setting."""
    run = app_of(ctx)
    config.require_key(key)
    value = getattr(run.settings, key)
    run.out.done("config", {key: value if isinstance(value, int) else str(value)}, str(value))


@app.verb(
    "set", _("Change one setting in the settings file."), "config set language sv", 'config set sender_name "Osallisuustiimi"'
)
def set_(ctx: typer.Context, key: Key, value: Annotated[str, typer.Argument(metavar="VALUE", help=_("The new value."))]) -> None:
    """Change one setting."""
    run = app_of(ctx)
    changed = config.change(run.settings.config_file, {key: value}, project=run.settings.project)
    sentence = _("{key} is now {value}.") if changed else _("{key} is {value} already.")
    if not value:
        sentence = _("{key} is empty now.")
    run.out.done("config", {key: value, "changed": changed}, sentence.format(key=key, value=value))


@app.verb("path", _("Say where the settings file is."), "config path")
def path_(ctx: typer.Context) -> None:
    """Print the path of the settings file."""
    run = app_of(ctx)
    path = run.settings.config_file
    run.out.done("config", {"path": str(path), "exists": path.exists()}, str(path))
