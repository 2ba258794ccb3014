"""Letters as files for another mail programme: one .eml a person, and a workbook for a mail merge.

A file is named by the number of its letter, never by a name. Writing again changes only what changed, and takes away the files of
letters that wait no more.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from osallisuus import files
from osallisuus.domain.messages import Message
from osallisuus.exports import mailmerge
from osallisuus.mail.drafting import Composed

WORKBOOK = "letters.xlsx"
_OURS = re.compile(r"\d{5,}-[a-z0-9åäö-]+\.eml")
# What every letter of ours holds near its beginning, and no other mail does.
_SIGN = b'boundary="=_osallisuus"'


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many files were written, left as they were, and taken away (or would be)."""

    written: int
    unchanged: int
    removed: int


def name(message: Message, occasion: str) -> str:
    """Return the file name of a letter: `00012-vantaa-3-invitation.eml`."""
    return f"{message.id:05}-{occasion.replace('/', '-')}-{message.kind}.eml"


def write(folder: Path, letters: Mapping[str, Composed], occasions: Mapping[int, str], *, dry_run: bool) -> Written:
    """Make a private folder hold exactly these letters, beside what others put there; raise StorageError when that fails."""
    changed = {path: one.content for path, one in letters.items() if _content(folder / path) != one.content}
    gone = [path for path in _ours(folder) if path.name not in letters]
    outcome = Written(written=len(changed), unchanged=len(letters) - len(changed), removed=len(gone))
    if dry_run:
        return outcome
    workbook = mailmerge.workbook([_row(one, occasions) for one in letters.values()])
    try:
        folder.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
        for path in gone:
            path.unlink(missing_ok=True)
        files.replace_many(folder, changed)
    except OSError as error:
        raise files.cannot_write(folder, error) from error
    if _content(folder / WORKBOOK) != workbook:
        files.replace(folder / WORKBOOK, workbook)
    return outcome


def _ours(folder: Path) -> list[Path]:
    """Return the letters in a folder that we wrote."""
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path.is_file())
    return [path for path in found if _SIGN in _content(path)[:2000]]


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def _row(letter: Composed, occasions: Mapping[int, str]) -> mailmerge.Row:
    return mailmerge.Row(
        name=letter.standing.recipient.name,
        email=letter.email,
        language=letter.language,
        kind=letter.message.kind,
        occasion=occasions[letter.message.event_id],
        subject=letter.written.subject,
        text=letter.written.text,
    )
