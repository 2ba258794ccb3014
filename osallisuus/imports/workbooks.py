"""Workbooks (.xlsx, .xls, .ods) to lines of text, through calamine.

What is inside the file decides, not its name. What can be seen to be too much beforehand is told at once; the reading itself runs
in a process of its own (`unpacking`), which a harmful file cannot take anybody along with.
"""

import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from osallisuus.errors import BadInput
from osallisuus.i18n import _
from osallisuus.imports.faults import bad

# The exit statuses of `unpacking`, and the most cells it takes.
_LOCKED, _LARGE = 3, 5
_MOST_CELLS = 5_000_000
_PATIENCE = 45  # seconds
_MOST_ENTRIES = 2000
_MOST_UNPACKED = 100 * 2**20
# A row or a cell with its own place, in bytes of XML; text cannot hold a bare "<".
_PLACE = re.compile(rb"<(?:\w+:)?(?:row|c)\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")


def read(path: Path, content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows, each with its number, of the first sheet with at least two filled rows, or else with one.

    Dates become ISO text, whole numbers lose their decimals; a formula is what it last came to. Raises BadInput.
    """
    if content.startswith(b"PK"):
        _require_harmless(path, content)
    try:
        done = subprocess.run(
            # -P: nothing in the folder one stands in is taken for a module of ours
            [sys.executable, "-P", "-m", "osallisuus.imports.unpacking"],
            input=content,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _broken(path) from error
    if done.returncode == _LOCKED:
        raise bad(path, _("{file} is locked with a password."), _("Open it, take the password off and save it again."))
    if done.returncode == _LARGE:
        raise _too_large(path)
    if done.returncode:
        raise _broken(path)
    return [(number, cells) for number, cells in json.loads(done.stdout)]


def _require_harmless(path: Path, content: bytes) -> None:
    """Raise BadInput for a zip that is no workbook, is damaged, or would unpack to more than fits."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.casefold() for entry in entries}
            if not names & {"xl/workbook.xml", "content.xml"}:
                raise _no_workbook(path)
            if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise _too_large(path)
            for height, width in _corners(archive, entries):
                _require_size(path, height, width)
    # what zipfile raises for a damaged, encrypted or oddly packed entry
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zlib.error) as error:
        raise _broken(path) from error


def _corners(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[int, int]]:
    """Give the last row and the last column that each part of an .xlsx speaks of."""
    for entry in entries:
        if not entry.filename.casefold().startswith("xl/") or not entry.filename.casefold().endswith(".xml"):
            continue
        height = width = 0
        for letters, digits in _PLACE.findall(archive.read(entry)):
            height = max(height, int(digits[:12]))
            width = max(width, _column(letters[:12]))
        yield height, width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _require_size(path: Path, height: int, width: int) -> None:
    if height * width > _MOST_CELLS:
        raise _too_large(path)


def _too_large(path: Path) -> BadInput:
    return bad(
        path,
        _("{file} unpacks to more than a list of people or answers can be."),
        _("Copy the rows that are needed into a new workbook and give that."),
    )


def _no_workbook(path: Path) -> BadInput:
    return bad(
        path,
        _("{file} is a packed file or another kind of document, not a table."),
        _("Unpack it, or save the table in it as .xlsx or .csv, and give that file."),
    )


def _broken(path: Path) -> BadInput:
    return bad(
        path, _("{file} is damaged or not a workbook: it cannot be opened."), _("Open it in Excel and save it again as .xlsx.")
    )
