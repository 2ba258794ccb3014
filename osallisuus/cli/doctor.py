"""`osallisuus doctor`: what is wrong, and how to mend it."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typer

from osallisuus import __version__, dates, i18n
from osallisuus.cli.commands import ATTENTION, single
from osallisuus.cli.context import App, app_of
from osallisuus.domain import materials
from osallisuus.errors import OsallisuusError
from osallisuus.i18n import _
from osallisuus.store import filing, places, upkeep
from osallisuus.store.database import Database, file_mode

app, command = single(
    "doctor", _("Check that everything is in order, and say how to mend what is not."), "doctor", "doctor --json"
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is not right."""

    what: str
    ok: bool
    found: str
    mend: str = ""


@command
def doctor(ctx: typer.Context) -> None:
    """Look at everything; exit status 8 when something is not right."""
    run = app_of(ctx)
    findings = [*_machine(run), *_templates(run), *_mail(run), *_database(run)]
    run.out.rows(
        "doctor",
        [asdict(finding) for finding in findings],
        (
            ("", lambda row: _("ok") if row["ok"] else _("WRONG")),
            (_("What"), "what"),
            (_("Found"), "found"),
            (_("What to do"), "mend"),
        ),
        empty="",
    )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ATTENTION)


def _machine(run: App) -> Iterator[Finding]:
    new_enough = sqlite3.sqlite_version_info >= (3, 37)
    versions = f"osallisuus {__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    yield Finding(
        what=_("versions"),
        ok=new_enough,
        found=versions,
        mend="" if new_enough else _("Install a newer Python."),
    )
    yield Finding(what=_("settings file"), ok=True, found=str(run.settings.config_file))
    encoding = (sys.stdout.encoding or "").lower()
    yield Finding(
        what=_("encoding"), ok="utf" in encoding, found=encoding, mend="" if "utf" in encoding else _("Set PYTHONUTF8=1.")
    )
    summer, winter = (dates.utc_offset(datetime(2022, month, 13, 14), "Europe/Helsinki") for month in (9, 12))
    right = summer.total_seconds() == 10800 and winter.total_seconds() == 7200
    yield Finding(
        what=_("time zone data"),
        ok=right,
        found=run.settings.timezone,
        mend="" if right else _("Run: pip install --upgrade tzdata"),
    )
    spoken = i18n.has_catalogue(run.language)
    yield Finding(
        what=_("language"),
        ok=spoken,
        found=run.language,
        mend="" if spoken else _("Install the program with pip; its texts are compiled then."),
    )


def _templates(run: App) -> Iterator[Finding]:
    """Yield how templates of one's own are, where there are any."""
    if not run.settings.templates:
        return
    from osallisuus.cli.template import broken  # jinja2: only where somebody has templates

    there = Path(run.settings.templates).is_dir()
    faults = " ".join(str(fault["message"]) for fault in broken(run)) if there else ""
    yield Finding(
        what=_("templates"),
        ok=there and not faults,
        found=faults or run.settings.templates,
        mend="osallisuus template check" if faults else "" if there else _("There is no such folder: make it, or set another."),
    )


def _mail(run: App) -> Iterator[Finding]:
    """Yield how the settings of mail are, where there are any; whether the server lets one in, 'invite login' tries."""
    settings = run.settings
    if not settings.smtp_host:
        return
    from osallisuus.mail import accounts  # start-up: only where letters are sent

    found = f"{settings.smtp_host}, {settings.smtp_security}"
    try:
        accounts.account(settings)
    except OsallisuusError as error:
        yield Finding(what=_("mail"), ok=False, found=error.message, mend=error.hint)
        return
    mend = "" if settings.sender_email else "osallisuus config set sender_email ADDR"
    yield Finding(what=_("mail"), ok=not mend, found=found if not mend else _("no address that letters come from"), mend=mend)


def _files(path: Path, db: Database) -> Iterator[Finding]:
    """Yield how the files of materials are, where there are any."""
    base = filing.folder(path)
    wanted = materials.checksums(db)
    if not wanted and not base.is_dir():
        return
    faulty, strays = filing.faults(base, wanted), filing.strays(base, wanted)
    mend = _("Bring them back from a backup, or remove their materials.") if faulty else ""
    yield Finding(
        what=_("files of materials"),
        ok=not (faulty or strays),
        found=", ".join(faulty or strays) or str(base),
        mend=mend or (_("An interrupted command left them: delete them from {folder}.").format(folder=base) if strays else ""),
    )


def _database(run: App) -> Iterator[Finding]:
    path = run.settings.database
    try:
        db = run.db
        problems = upkeep.problems(db)
        off = upkeep.settings_off(db)
    except OsallisuusError as error:
        yield Finding(what=_("database"), ok=False, found=error.message, mend=error.hint)
        return
    yield Finding(
        what=_("database"),
        ok=not problems,
        found=" ".join(problems) or str(path),
        mend=_("osallisuus db restore FILE") if problems else "",
    )
    yield Finding(
        what=_("safe settings"),
        ok=not off,
        found=", ".join(off) or _("all on"),
        mend=_("Another program changed the file's settings; restore a backup.") if off else "",
    )
    yield from _files(path, db)
    private = os.name == "nt" or not file_mode(path) & 0o077
    yield Finding(
        what=_("who can read it"), ok=private, found=f"{file_mode(path):o}", mend="" if private else f"chmod 600 '{path}'"
    )
    risk = places.risk(path)
    yield Finding(
        what=_("folder"),
        ok=not risk,
        found=risk or str(path.parent),
        mend=_("Move it to this computer's own disk.") if risk else "",
    )
