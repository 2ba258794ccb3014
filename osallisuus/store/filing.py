"""The files of materials: copied into a private folder beside the database, under safe names, each with its size and SHA-256.

A name is kept as far as every system can hold it. What is asked for by a name from the database is opened only when it really
lies in the folder, without a symbolic link on the way.
"""

import hashlib
import os
import shutil
import stat
import unicodedata
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath

from osallisuus import files
from osallisuus.errors import Refused, StorageError
from osallisuus.i18n import _

_CHUNK = 1 << 20
_DATABASE = b"SQLite format 3\0"
_LONGEST = 80
_TOLD_BY = 8
_LONGEST_ENDING = 10
# Names that Windows gives to devices, with any ending (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A copy that has no name yet: where it waits, the safe name it should get, its size in bytes and its SHA-256."""

    partial: Path
    name: str
    size: int
    sha256: str


def folder(database: Path) -> Path:
    """Return the folder of the files that belong to a database or a backup: `osallisuus.db-files` beside `osallisuus.db`."""
    real = Path(os.path.realpath(database)) if database.is_symlink() else database
    return real.with_name(f"{real.name}-files")


def safe_name(name: str) -> str:
    """Return a file name that every system can hold and a link can name: small ASCII letters, digits and hyphens.

    `Esitys – Äijälä.PDF` becomes `esitys-aijala.pdf`, `CON.txt` becomes `file-con.txt`.
    """
    name = unicodedata.normalize("NFC", name).rstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or not ending.isascii() or not ending.isalnum() or len(ending) > _LONGEST_ENDING:
        stem, ending = name, ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(c)).lower()
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain).split("-")
    short = "-".join(filter(None, words))[:_LONGEST].strip("-")
    if not short or short in _RESERVED:
        short = f"file-{short}".rstrip("-")
    return f"{short}.{ending.lower()}" if ending else short


@contextmanager
def staged(base: Path, source: Path) -> Iterator[Staged]:
    """Copy a file into the folder, without a name yet; it is gone after the block unless `place` gave it one.

    Raises Refused for a symbolic link, a folder, a device or an empty file; StorageError when it cannot be read or copied.
    """
    _require_ordinary(source)
    _make_private(base)
    files.sweep(base)
    waiting = base / files.partial_name("copy")
    try:
        size, sha256 = _copy(source, waiting)
        with waiting.open("rb") as stream:
            if stream.read(len(_DATABASE)) == _DATABASE:
                raise Refused(
                    _("{path} is a database, perhaps a backup of yours, and is not for others.").format(path=source),
                    hint=_("Choose another file."),
                    code="own_file",
                )
        yield Staged(partial=waiting, name=safe_name(source.name), size=size, sha256=sha256)
    finally:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)


def place(base: Path, inside: str, copy: Staged) -> str:
    """Give a staged copy a name of its own in a folder inside `base`, and return it: `teematiistait/2/esitys-3f2a9c1d.pdf`."""
    target = base
    for part in PurePosixPath(inside).parts:
        target /= part
        _make_private(target)
    # with a piece of its checksum, a name never comes to mean another file, whatever was removed and restored meanwhile
    stem, dot, ending = copy.name.rpartition(".") if "." in copy.name else (copy.name, "", "")
    for n in count(1):
        name = f"{stem}-{copy.sha256[:_TOLD_BY]}{f'-{n}' if n > 1 else ''}{dot}{ending}"
        try:
            if files.put_if_absent(copy.partial, target / name):
                return f"{inside}/{name}"
        except OSError as error:
            raise files.cannot_write(target / name, error) from error
    raise AssertionError  # there is always a next number


def discard(base: Path, file: str) -> None:
    """Take a file away; one that is gone already is no matter."""
    path = base / file
    if _inside(base, path):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def locate(base: Path, file: str) -> Path:
    """Return where a stored file lies; raise StorageError when it is missing or no longer what was put there."""
    path = base / file
    if not _inside(base, path) or not path.is_file():
        raise StorageError(
            _("The file {file} is missing from {folder}.").format(file=file, folder=base),
            hint=_("Bring it back from a backup, or add the material again."),
            code="missing_file",
        )
    return path


def is_there(base: Path, file: str, size: int) -> bool:
    """Tell whether a stored file lies where it was put, in its size."""
    path = base / file
    return _inside(base, path) and path.is_file() and path.stat().st_size == size


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def mirror(base: Path, target: Path, wanted: Mapping[str, str], *, exact: bool = False) -> tuple[int, list[str]]:
    """Bring the files of another folder up to date; return how many were copied, and those missing or changed in `base`.

    `wanted` is the SHA-256 of each by name. What else the other folder holds stays, unless it is to be `exact`.
    """
    files.sweep(target)
    copied, faulty = 0, []
    if exact and target.is_dir():
        for file in strays(target, wanted):
            discard(target, file)
    for file, expected in sorted(wanted.items()):
        known = target / file
        if _inside(target, known) and known.is_file() and digest(known) == expected:
            continue
        source = base / file
        if not (_inside(base, source) and source.is_file() and digest(source) == expected):
            faulty.append(file)
            continue
        folder_ = target
        for part in ("", *PurePosixPath(file).parent.parts):
            folder_ /= part
            _make_private(folder_)
        files.replace_by(known, partial(shutil.copyfile, source))
        copied += 1
    return copied, faulty


def faults(base: Path, wanted: Mapping[str, str]) -> list[str]:
    """Return the files that are missing, or are not what was put there."""
    return [
        file
        for file, expected in sorted(wanted.items())
        if not (_inside(base, base / file) and (base / file).is_file() and digest(base / file) == expected)
    ]


def strays(base: Path, known: Container[str]) -> list[str]:
    """Return the files of the folder that nothing in the database knows: what an interrupted command left."""
    if not base.is_dir():
        return []
    found = (path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(path for path in found if path not in known)


def _require_ordinary(source: Path) -> None:
    try:
        mode = source.lstat().st_mode
    except OSError as error:
        raise files.cannot_read(source, error) from error
    if stat.S_ISLNK(mode):
        raise Refused(
            _("{path} is a symbolic link, and what it points at can change.").format(path=source),
            hint=_("Name the file itself: {target}.").format(target=os.path.realpath(source)),
            code="symbolic_link",
        )
    # files of /proc say they are empty, whatever they tell
    if stat.S_ISREG(mode) and not source.lstat().st_size:
        raise Refused(_("{path} is empty.").format(path=source), hint=_("Choose another file."), code="empty_file")
    if not stat.S_ISREG(mode):
        raise Refused(_("{path} is not an ordinary file.").format(path=source), hint=_("Choose another file."), code="not_a_file")


def _make_private(path: Path) -> None:
    """Make a folder that only its owner can read; raise StorageError where something else is in its place."""
    try:
        path.mkdir(mode=files.PRIVATE_FOLDER, exist_ok=True)
        if not path.is_symlink():
            path.chmod(files.PRIVATE_FOLDER)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    if path.is_symlink():
        raise StorageError(
            _("{path} is a symbolic link; files are kept in ordinary folders only.").format(path=path),
            hint=_("Put a real folder in its place."),
            code="symbolic_link",
        )


def _copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file piece by piece; return its size and SHA-256."""
    total, sums = 0, hashlib.sha256()
    try:
        writing = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.PRIVATE), "wb")
        with writing:
            for piece in _pieces(source):
                writing.write(piece)
                sums.update(piece)
                total += len(piece)
            writing.flush()
            os.fsync(writing.fileno())
    except OSError as error:
        raise files.cannot_write(target, error) from error
    return total, sums.hexdigest()


def _pieces(source: Path) -> Iterator[bytes]:
    """Yield a file piece by piece; what goes wrong is its own fault, not that of the copy."""
    try:
        with source.open("rb") as reading:
            while piece := reading.read(_CHUNK):
                yield piece
    except OSError as error:
        raise files.cannot_read(source, error) from error


def _inside(base: Path, path: Path) -> bool:
    """Tell whether a path lies in the folder without a symbolic link on the way; a name that cannot be looked up does not."""
    try:
        parts = path.relative_to(base).parts
        plain = ".." not in parts and not any((base / Path(*parts[:n])).is_symlink() for n in range(1, len(parts) + 1))
        return plain and bool(parts) and (path.is_file() or not path.exists())
    except (OSError, ValueError):
        return False
