"""A folder of public files that is brought up to date: only what changed is written, and only what we wrote is taken away.

A list of what is ours lies in the folder itself. It is written before anything else is, so that an interrupted run is simply
run again; each file appears whole or not at all.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from osallisuus import files
from osallisuus.errors import Refused, StorageError
from osallisuus.i18n import _

LIST = "osallisuus-site.json"
# What is public is readable by whoever serves it.
_FILE, _FOLDER = 0o644, 0o755


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A file to be copied from elsewhere: where it lies, its size in bytes and its SHA-256."""

    source: Path
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What bringing a folder up to date did, or would do: paths written, left as they were, and taken away."""

    written: list[str]
    unchanged: list[str]
    removed: list[str]


def update(folder: Path, tree: Mapping[str, bytes | Copy], *, owner: str, force: bool = False, dry_run: bool = False) -> Outcome:
    """Make a folder hold exactly this tree beside what others put there; `owner` is whose tree it is.

    Raises Refused for a folder with other things in it, with another owner's tree, or with a foreign file in the place of one of
    ours, unless with `force`; StorageError when something cannot be read or written.
    """
    known = _known(folder, owner, force=force)
    if not dry_run:
        files.sweep(folder)
    for path in tree:
        _require_plain(folder, path)
    foreign = [path for path in tree if path not in known and (folder / path).exists()]
    if foreign and not force:
        raise Refused(
            _("{path} is there already and was not made by this program.").format(path=folder / foreign[0]),
            hint=_("Choose another folder, or add --force to overwrite it."),
            code="file_exists",
        )
    sums = {path: _sum(content) for path, content in tree.items()}
    changed = [path for path, content in tree.items() if not _is_there(folder / path, content, known.get(path, ""))]
    gone = sorted(set(known) - set(tree))
    outcome = Outcome(written=sorted(changed), unchanged=sorted(set(tree) - set(changed)), removed=gone)
    if dry_run or not (changed or gone or known != sums):
        return outcome
    # without its sum, what an interrupted run did not get to is written by the next one
    _remember(folder, owner, known | sums | dict.fromkeys(changed, ""))
    # what is to go goes first, whatever happens to the rest
    for path in gone:
        _take_away(folder, path)
    # then what links lead to, so that a page is not there before what it names
    for path in sorted(changed, key=lambda path: (path.endswith(".html"), path.endswith("index.html"), path)):
        _put(folder, path, tree[path])
    _remember(folder, owner, sums)
    return outcome


def require_apart(folder: Path, private: Iterable[Path]) -> None:
    """Raise Refused when one of these private files or folders lies in a folder that is to be public, or it in one of them."""
    real = folder.resolve()
    for path in private:
        own = path.resolve()
        if own.is_relative_to(real) or real.is_relative_to(own):
            raise Refused(
                _("{path} holds your data or settings and would be published with {folder}.").format(path=path, folder=folder),
                hint=_("Choose a folder of its own."),
                code="own_file",
            )


def _known(folder: Path, owner: str, *, force: bool) -> dict[str, str]:
    """Return what is ours in a folder, by path with its SHA-256; nothing in a new or empty one."""
    try:
        if not files.is_there(folder) or all(files.is_partial(path) for path in folder.iterdir()):
            return {}
        _require_plain(folder, LIST)
        text = (folder / LIST).read_bytes()
    except FileNotFoundError:
        if force:
            return {}
        raise Refused(
            _("{folder} holds other things.").format(folder=folder),
            hint=_("Choose an empty folder, or add --force to put the pages beside them."),
            code="not_empty",
        ) from None
    except OSError as error:
        raise files.cannot_read(folder, error) from error
    try:
        found = json.loads(text)
        whose, paths = found["owner"], {str(path): str(digest) for path, digest in found["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(
            _("{path} is damaged: it no longer says what in the folder is ours.").format(path=folder / LIST),
            hint=_("Empty the folder, or choose another one."),
            code="bad_list",
        ) from error
    if whose != owner and not force:
        raise Refused(
            _("{folder} holds the pages of {owner}.").format(folder=folder, owner=whose),
            hint=_("Choose another folder, or add --force to put other pages in their place."),
            code="other_owner",
        )
    for path in paths:
        _require_plain(folder, path)
    return paths


def _require_plain(folder: Path, path: str) -> None:
    """Raise StorageError for a path that leads out of the folder, or over a symbolic link in it."""
    parts = Path(path).parts
    crooked = path != PurePosixPath(*parts).as_posix() or path == "." or Path(path).is_absolute() or ".." in parts
    if crooked or any((folder / Path(*parts[:n])).is_symlink() for n in range(1, len(parts) + 1)):
        raise StorageError(
            _("{path} leads elsewhere; nothing was written.").format(path=folder / path),
            hint=_("Put an ordinary file or folder in the place of the link."),
            code="symbolic_link",
        )
    there = folder / path
    if there.exists() and not there.is_file():
        raise StorageError(
            _("{path} is not an ordinary file.").format(path=there),
            hint=_("Take it away, or choose another folder."),
            code="not_a_file",
        )


def _is_there(path: Path, content: bytes | Copy, known: str) -> bool:
    """Tell whether a file is as it should be; a large copy by its size and what we remember of it."""
    try:
        if isinstance(content, Copy):
            return known == content.sha256 and path.stat().st_size == content.size
        return path.read_bytes() == content
    except FileNotFoundError:
        return False
    except OSError as error:
        raise files.cannot_read(path, error) from error


def _put(folder: Path, path: str, content: bytes | Copy) -> None:
    target = folder / path
    _make(target.parent)
    with files.partial_of(target) as partial:
        if isinstance(content, Copy):
            _copy(content, partial)
        else:
            partial.write_bytes(content)
        partial.chmod(_FILE)
        partial.replace(target)


def _copy(content: Copy, partial: Path) -> None:
    try:
        reading = content.source.open("rb")
    except OSError as error:
        raise files.cannot_read(content.source, error) from error
    with reading, partial.open("wb") as writing:
        shutil.copyfileobj(reading, writing)
    with partial.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != content.sha256:
            raise StorageError(
                _("{path} is not the file that was added: its checksum differs.").format(path=content.source),
                hint=_("Bring it back from a backup, or add the material again."),
                code="checksum",
            )


def _take_away(folder: Path, path: str) -> None:
    try:
        (folder / path).unlink(missing_ok=True)
    except OSError as error:
        raise files.cannot_write(folder / path, error) from error
    for parent in (folder / path).parents:
        if parent == folder:
            break
        with suppress(OSError):  # somebody else's file keeps its folder
            parent.rmdir()


def _remember(folder: Path, owner: str, sums: Mapping[str, str]) -> None:
    _make(folder)
    text = json.dumps({"owner": owner, "files": dict(sorted(sums.items()))}, ensure_ascii=False, indent=1)
    _put(folder, LIST, f"{text}\n".encode())


def _make(folder: Path) -> None:
    """Make a folder and those above it, readable by whoever serves them; one that is there stays as it is."""
    if folder.is_dir():
        return
    _make(folder.parent)
    try:
        folder.mkdir(exist_ok=True)
        folder.chmod(_FOLDER)
    except OSError as error:
        raise files.cannot_write(folder, error) from error


def _sum(content: bytes | Copy) -> str:
    return content.sha256 if isinstance(content, Copy) else hashlib.sha256(content).hexdigest()
