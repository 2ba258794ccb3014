"""`osallisuus db`: the database file itself."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import PARTLY, Group
from osallisuus.cli.context import App, Force, Yes, app_of
from osallisuus.domain import materials
from osallisuus.errors import StorageError
from osallisuus.i18n import _, n_
from osallisuus.store import filing, places, upkeep
from osallisuus.store.database import open_db
from osallisuus.store.upkeep import Backup

app = Group()

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("The backup."))]
IKnow = Annotated[bool, typer.Option("--i-know", help=_("Accept a network or synchronised folder."))]


@app.verb("path", _("Say where the database is."), "db path")
def path_(ctx: typer.Context) -> None:
    """Print the path of the database."""
    run = app_of(ctx)
    path = run.settings.database.absolute()
    run.out.done("database", {"path": str(path), "exists": path.exists()}, str(path))


@app.verb(
    "backup",
    _("Copy the database to a file, read the copy back, and put its checksum beside it. Others may go on working."),
    "db backup ~/varmuuskopiot/osallisuus-2022-11-15.db",
    "db backup copy.db --force",
)
def backup(ctx: typer.Context, file: BackupFile, force: Force = False) -> None:
    """Make a backup."""
    run = app_of(ctx)
    made = upkeep.backup(run.db, file, force=force)
    wanted = materials.checksums(run.db)
    copied, faulty = filing.mirror(filing.folder(run.settings.database), filing.folder(file), wanted, exact=True)
    run.out.done(
        "backup",
        _document(made) | {"files_copied": copied, "files_missing": faulty},
        _("Backed up to {path}: {what}.").format(path=file, what=_contents(made)),
        *(
            [
                n_(
                    "{n} file of materials is in {folder}.",
                    "{n} files of materials are in {folder}.",
                    copied,
                    folder=str(filing.folder(file)),
                )
            ]
            if copied
            else []
        ),
    )
    _tell_of(run, faulty)
    if faulty:
        raise typer.Exit(PARTLY)


@app.verb("verify", _("Read a backup through and compare it with its checksum."), "db verify copy.db", "db verify copy.db --json")
def verify(ctx: typer.Context, file: BackupFile) -> None:
    """Verify a backup."""
    run = app_of(ctx)
    found, remarks = upkeep.verify(file)
    for remark in remarks:
        run.out.note(remark)
    _require_files(file)
    run.out.done(
        "backup", _document(found) | {"remarks": remarks}, _("{path} is sound: {what}.").format(path=file, what=_contents(found))
    )


@app.verb(
    "restore",
    _("Put a backup in the place of the database. The present state is saved beside it first."),
    "db restore copy.db",
    "db restore copy.db --yes",
)
def restore(ctx: typer.Context, file: BackupFile, yes: Yes = False, i_know: IKnow = False) -> None:
    """Restore a backup."""
    run = app_of(ctx)
    path = run.settings.database
    places.require_safe(path, i_know=i_know)
    found, _remarks = upkeep.verify(file)
    run.confirm(_("Replace {path} by {file} ({what})?").format(path=path, file=file, what=_contents(found)), yes=yes)
    saved = upkeep.restore(path, file, now=run.now, timeout=run.settings.timeout)
    copied, faulty = _bring_files_back(run, file)
    run.out.done(
        "restore",
        {"path": str(path), "from": str(file), "saved": str(saved) if saved else None, "files_copied": copied},
        _("Restored {path} from {file}.").format(path=path, file=file),
        *([_("The state before the restore is in {saved}.").format(saved=saved)] if saved else []),
    )
    _tell_of(run, faulty)


@app.verb("check", _("Read the whole database and say what is wrong in it."), "db check")
def check(ctx: typer.Context) -> None:
    """Check the database; exit status 6 when something is wrong."""
    run = app_of(ctx)
    problems = upkeep.problems(run.db)
    if problems:
        raise StorageError(
            _("{path} is damaged: {what}").format(path=run.settings.database, what=" ".join(problems[:5])),
            hint=_("Bring back a backup: osallisuus db restore FILE."),
            code="broken_database",
            problems=problems,
        )
    run.out.done(
        "check", {"path": str(run.settings.database), "problems": []}, _("{path} is sound.").format(path=run.settings.database)
    )


@app.verb("upgrade", _("Bring a database of an older osallisuus up to date; a backup is made first."), "db upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Upgrade the database's schema."""
    run = app_of(ctx)
    applied, copy = upkeep.upgrade(run.settings.database, now=run.now, timeout=run.settings.timeout)
    sentence = _("Upgraded; the state before is in {copy}.").format(copy=copy) if applied else _("It is up to date.")
    run.out.done("upgrade", {"applied": applied, "backup": str(copy) if copy else None}, sentence)


def _require_files(file: Path) -> None:
    """Raise StorageError when files of materials are missing beside a backup, or were changed."""
    wanted = _files_of(file)
    faulty = filing.faults(filing.folder(file), wanted)
    if faulty:
        raise StorageError(
            _("{path} is sound, but files of materials are missing from {folder} or were changed: {files}.").format(
                path=file, folder=filing.folder(file), files=", ".join(faulty[:5])
            ),
            hint=_("Use another backup, or make a new one."),
            code="missing_file",
        )


def _files_of(file: Path) -> Mapping[str, str]:
    """Return the SHA-256 of the files that belong to a backup; a backup of an older osallisuus has none."""
    try:
        db = open_db(file, readonly=True)
    except StorageError:
        return {}
    try:
        return materials.checksums(db)
    finally:
        db.close()


def _bring_files_back(run: App, file: Path) -> tuple[int, list[str]]:
    """Copy the files of materials that are missing beside the database from beside the backup."""
    return filing.mirror(filing.folder(file), filing.folder(run.settings.database), _files_of(file))


def _tell_of(run: App, faulty: list[str]) -> None:
    for file in faulty:
        run.out.note(_("The file {file} is missing or was changed: osallisuus doctor.").format(file=file))


def _document(made: Backup) -> dict[str, Any]:
    return asdict(made) | {"path": str(made.path)}


def _contents(made: Backup) -> str:
    return ", ".join(
        (
            n_("{n} person", "{n} people", made.rows["people"]),
            n_("{n} panel or series", "{n} panels and series", made.rows["hosts"]),
            n_("{n} date", "{n} dates", made.rows["events"]),
        )
    )
