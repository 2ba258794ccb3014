"""`osallisuus template`: the templates of memos and letters, and a coordinator's own in their place."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from osallisuus import files
from osallisuus.cli.commands import Group
from osallisuus.cli.context import App, Force, app_of
from osallisuus.errors import BadTemplate, NotFound, OsallisuusError, UsageError
from osallisuus.i18n import _

app = Group()


@app.verb("list", _("List the templates, and which file is used for each."), "template list", "template list --json")
def list_(ctx: typer.Context) -> None:
    """List the templates."""
    run = app_of(ctx)
    rows = [
        {"name": name, "own": run.letters.file(name) is not None, "file": str(path)} for name, path in run.letters.names().items()
    ]
    run.out.rows(
        "templates",
        rows,
        (
            (_("Template"), "name"),
            (_("Whose"), lambda row: _("your own") if row["own"] else _("shipped")),
            (_("File"), lambda row: row["file"] if row["own"] else ""),
        ),
        empty="",
    )


@app.verb(
    "copy",
    _("Copy a shipped template into your own folder, to be changed there. 'config set templates FOLDER' names the folder."),
    "template copy fi/memo.txt",
    "template copy sv/memo.html --force",
)
def copy(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the template, see 'template list'."))],
    force: Force = False,
) -> None:
    """Copy a template."""
    run = app_of(ctx)
    if not run.letters.own:
        raise UsageError(
            _("There is no folder for templates of your own yet."),
            hint=_("Name one: osallisuus config set templates FOLDER."),
            code="no_folder",
        )
    if name not in run.letters.names():
        raise NotFound(
            _("There is no template '{name}'.").format(name=name), hint=_("See what there is: osallisuus template list.")
        )
    target = run.letters.own / name
    files.refuse_existing(run.letters.file(name) or target, force=force)  # one of an old name would no longer be used
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.cannot_write(target, error) from error
    files.replace(target, run.letters.shipped(name))
    run.out.done("template", {"name": name, "file": str(target)}, _("Copied to {file}.").format(file=target))


@app.verb(
    "check",
    _("Try every template with made-up data: a broken one is told with file and line, and ends in status 7."),
    "template check",
    "template check --json",
)
def check(ctx: typer.Context) -> None:
    """Render every template once."""
    run = app_of(ctx)
    faults = broken(run)
    names = [name for name in run.letters.names() if "/" in name]
    run.out.done("check", {"checked": names, "broken": faults}, *([] if faults else [_("All templates work.")]))
    for fault in faults:
        run.out.note(str(fault["message"]))
    if faults:
        raise typer.Exit(BadTemplate.status)


def broken(run: App) -> list[Mapping[str, Any]]:
    """Return the templates that cannot be rendered, with why."""
    from osallisuus.exports import samples  # start-up: as memos, only where they are made

    found: list[Mapping[str, Any]] = []
    for name in run.letters.names():
        language, slash, file = name.partition("/")
        for values in samples.of(file.partition(".")[0]) if slash else ():
            try:
                run.letters.render(name, language, values)
            except OsallisuusError as error:
                found.append({"name": name, "message": error.message, **error.details})
                break
    return found
