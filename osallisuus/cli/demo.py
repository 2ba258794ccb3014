"""`osallisuus demo`: the autumn-2022 season and a panel family, made by the very commands that a person would type."""

import io
import os
import shlex
from collections.abc import Callable, Mapping
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from osallisuus import cli, config, files
from osallisuus.cli import aftermath, story
from osallisuus.cli.commands import single
from osallisuus.cli.context import App, app_of
from osallisuus.errors import OsallisuusError, Refused
from osallisuus.i18n import _, n_
from osallisuus.store import places

# Marks a folder as the demo's own, so that it never touches anybody's real data.
_ORGANISATION = "Esimerkkilän hyvinvointialue (demo)"
_REFUSED = Refused.status
app, command = single(
    "demo",
    _("Show the whole thing on an example season, in a folder of its own. Everybody in it is made up. Safe to run again."),
    "demo",
    "demo ~/kokeilu",
)


@command
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Folder for the demo."))] = Path("osallisuus-demo"),
) -> None:
    """Build the demo in a folder, command by command, and say what to try next."""
    run = app_of(ctx)
    settings_file = folder.absolute() / config.PROJECT_FILE
    _require_own(settings_file)
    places.require_safe(settings_file, i_know=False)
    settings = {
        "database": str(settings_file.with_name(config.DATABASE_FILE)),
        "organisation": _ORGANISATION,
        "language": run.language,
        "timezone": "Europe/Helsinki",
        "sender_name": "Kaisa Koordinaattori",
        "sender_email": "raati@example.org",
    }
    config.change(settings_file, settings)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("OSALLISUUS_")} | {"OSALLISUUS_CONFIG": str(settings_file)}
    for name, text in aftermath.answers().items():
        files.replace(folder / name, text.encode())
    steps = story.steps(folder)
    for number, step in enumerate(steps, 1):
        run.out.say("")
        run.out.heading(f"{number}. {step.title}")
        for verb, alike in groupby(step.commands, lambda line: line.split()[:2]):
            _perform_alike(run, step, list(alike), environ, quiet=run.out.json or verb not in step.verbs_shown)
    calendars = sorted(path.name for path in folder.glob("*.ics"))
    commands = [line for step in steps for line in step.commands]
    run.out.done("demo", {"folder": str(folder.absolute()), "calendars": calendars, "commands": commands}, *_farewell(folder))


def _perform_alike(run: App, step: story.Step, lines: list[str], environ: Mapping[str, str], *, quiet: bool) -> None:
    """Run command lines of one verb; of quiet ones only the first is shown."""
    for position, line in enumerate(lines):
        if not quiet or position == 0:
            run.out.say(f"   $ osallisuus {line}")
        _perform(run, line, environ, day=step.day, quiet=quiet)
    if quiet and len(lines) > 1:
        run.out.say("   " + n_("… and {n} more like it", "… and {n} more like it", len(lines) - 1))


def _perform(run: App, line: str, environ: Mapping[str, str], *, day: datetime | None, quiet: bool) -> None:
    """Run one command line; one that a rule refuses (the person has been playing with the demo) is passed over."""
    silence: Callable[[], object] = io.StringIO
    with redirect_stdout(silence()) if quiet else nullcontext(), redirect_stderr(io.StringIO()) as talk:  # type: ignore[type-var]  # either manager will do
        status = cli.run([*shlex.split(line)], clock=(lambda: day) if day else run.clock, environ=environ)
    if status not in (0, _REFUSED):
        raise OsallisuusError(
            _("The demo stopped at 'osallisuus {line}': {reason}").format(line=line, reason=talk.getvalue().strip())
        )


def _require_own(settings_file: Path) -> None:
    """Raise Refused when the folder holds somebody's real data."""
    database = settings_file.with_name(config.DATABASE_FILE)
    known = config.load({"OSALLISUUS_CONFIG": str(settings_file)}) if settings_file.exists() else None
    if (known and known.organisation != _ORGANISATION) or (not known and database.exists()):
        raise Refused(
            _("{folder} holds data that is not the demo's; it was left untouched.").format(folder=settings_file.parent),
            hint=_("Give the demo a folder of its own: osallisuus demo DIR."),
            code="not_the_demo",
        )


def _farewell(folder: Path) -> tuple[str, ...]:
    return (
        "",
        _("That is all in the folder {folder}. Everybody in it is made up.").format(folder=folder),
        "",
        _("Try next:"),
        f"   cd {shlex.quote(str(folder))}",
        "   osallisuus log teematiistait/3",
        "   osallisuus session cancel asiakasraati/5",
        "   osallisuus report panel asiakasraati --year 2022",
        "   osallisuus webinar plan teematiistait --from 2023-01-01 --months 5 --dry-run",
        '   osallisuus person show "Eero Malli"',
        "   osallisuus session memo asiakasraati/1 -o muistio.html",
        "   osallisuus webinar ready teematiistait",
        "   osallisuus db backup copy.db",
        "",
        _("Open {file} in a browser: it is the public page.").format(file=folder / "julkinen" / "index.html"),
        _("Your own data starts with: osallisuus init"),
    )
