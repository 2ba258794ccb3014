"""Letters as files for another mail programme: one .eml a person, and a workbook for a mail merge.

A file is named by the number of its letter, never by a name. Writing again changes only what changed, and takes away the files of
letters that wait no more.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from osallisuus import files
from osallisuus.domain.messages import Message
from osallisuus.errors import Refused
from osallisuus.exports import mailmerge
from osallisuus.i18n import _
from osallisuus.mail.drafting import Composed

WORKBOOK = "letters.xlsx"
_OURS = re.compile(r"\d{5,}-[a-z0-9åäö-]+\.eml")
# What every letter of ours holds near its beginning, and no other mail does.
_SIGN = b'boundary="=_osallisuus"'

# Letters with the names of their files.
Letters = Iterable[tuple[str, Composed]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many files were written, left as they were, and taken away (or would be)."""

    written: int
    unchanged: int
    removed: int


def name(message: Message, occasion: str) -> str:
    """Return the file name of a letter: `00012-vantaa-3-invitation.eml`."""
    return f"{message.id:05}-{occasion.replace('/', '-')}-{message.kind}.eml"


def write(folder: Path, waiting: Collection[str], letters: Letters, occasions: Mapping[int, str], *, dry_run: bool) -> Written:
    """Make a private folder hold these letters, beside what others put there; they are made and written one by one.

    `waiting` are the file names of all letters that wait, also of other dates: those stay. Raises StorageError when that fails,
    Refused when the folder holds another workbook, or another letter, of the same name.
    """
    _require_ours(folder, waiting)
    before = {path.name for path in _ours(folder)}
    tally: Counter[str] = Counter()
    rows = _put(folder, letters, tally, before, occasions, dry_run=dry_run)
    if dry_run:
        for _one in rows:
            pass
    else:
        try:
            folder.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
            _put_workbook(folder / WORKBOOK, rows)
            for path in before - set(waiting):
                (folder / path).unlink(missing_ok=True)
            files.sync(folder)
        except OSError as error:
            raise files.cannot_write(folder, error) from error
    return Written(written=tally["written"], unchanged=tally["unchanged"], removed=len(before - set(waiting)))


def _put(
    folder: Path, letters: Letters, tally: Counter[str], before: set[str], occasions: Mapping[int, str], *, dry_run: bool
) -> Iterator[mailmerge.Row]:
    """Write each letter whose file differs, yield its row, and take its name out of those that were there `before`."""
    for path, letter in letters:
        same = _content(folder / path) == letter.content
        tally["unchanged" if same else "written"] += 1
        before.discard(path)
        if not same and not dry_run:
            files.replace_soon(folder / path, letter.content)
        yield _row(letter, occasions)


def _put_workbook(path: Path, rows: Iterable[mailmerge.Row]) -> None:
    """Write the workbook unless it is there as it is to be."""
    with files.partial_of(path) as partial:
        mailmerge.write(partial, rows)
        if _content(partial) != _content(path):
            partial.replace(path)


def _require_ours(folder: Path, names: Collection[str]) -> None:
    """Raise Refused for a file that was put there by somebody else under a name of ours."""
    books = [folder / WORKBOOK] if (folder / WORKBOOK).exists() and not mailmerge.is_ours(_content(folder / WORKBOOK)) else []
    foreign = [path for path in map(folder.joinpath, sorted(names)) if path.exists() and _SIGN not in _content(path)[:2000]]
    for path in (*books, *foreign):
        raise Refused(
            _("{path} is not a file that this program wrote, and is not overwritten.").format(path=path),
            hint=_("Choose another folder, or take that file away."),
            code="foreign_file",
        )


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
