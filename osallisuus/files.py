"""Writing files so that nobody ever sees half of one."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from osallisuus.errors import Refused, StorageError
from osallisuus.i18n import _

_AN_HOUR = 3600
# What a file is called until it is whole: `.name.PID-RANDOM.partial`, both in hexadecimal.
_PARTIAL = r"\..*\.([0-9a-f]{8})-[0-9a-f]{8}\.partial"
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def replace(path: Path, content: bytes) -> None:
    """Put `content` into the file in one step: readable by its owner only, on disk before it is seen, never half.

    A symbolic link at `path` is replaced, not followed. Raises StorageError when the folder cannot be written.
    """
    replace_by(path, lambda partial: partial.write_bytes(content))


def replace_by(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill an empty private file beside `path`, then put it in the place of `path` in one step."""
    with partial_of(path) as partial:
        write(partial)
        sync(partial)
        partial.replace(path)
        sync(path.parent)


def replace_soon(path: Path, content: bytes) -> None:
    """Put `content` into a private file in one step, without waiting for the disk: for one of many that can be made again.

    Waiting for each would take longer than making them. Raises OSError.
    """
    partial = path.with_name(partial_name(path.name))
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as handle:
            handle.write(content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def partial_of(path: Path) -> Iterator[Path]:
    """Give an empty private file beside `path` that becomes it or is gone after the block; StorageError when that fails."""
    # a name nobody else has: what a killed run left behind must not stand in the way of the next one with the same number
    partial = path.with_name(partial_name(path.name))
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        yield partial
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def partial_name(name: str) -> str:
    """Return what a file is called until it is whole: nobody else's name, and one that tells whose it is."""
    return f".{name}.{os.getpid():08x}-{os.urandom(4).hex()}.partial"


def is_partial(path: Path) -> bool:
    """Tell whether a file is one that was never finished, or is not yet."""
    return re.fullmatch(_PARTIAL, path.name) is not None


def sweep(folder: Path) -> None:
    """Take away what killed runs left unfinished in a folder; what a living run is at work with stays."""
    with suppress(OSError):
        for left in folder.rglob(".*.partial"):
            if is_partial(left) and left.is_file() and not _is_at_work(left):
                left.unlink(missing_ok=True)


def _is_at_work(partial: Path) -> bool:
    if time.time() - partial.lstat().st_mtime > _AN_HOUR:
        return False
    if os.name == "nt":
        return True  # there is no asking without harm whether a process lives
    found = re.fullmatch(_PARTIAL, partial.name)
    try:
        os.kill(int(found[1], 16) if found else 0, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Tell whether nobody else is inside such a block for the same file, which is made for it and stays.

    The lock goes with the process, however that ends; a file with a process number in it would outlive it.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def put_if_absent(partial: Path, path: Path) -> bool:
    """Give a finished file its name unless something has that name already; tell whether it got it."""
    try:
        if os.name == "nt":
            partial.rename(path)  # refuses an existing target there
        else:
            path.hardlink_to(partial)
    except FileExistsError:
        return False
    except OSError:
        # a file system without hard links (FAT on a stick)
        if path.exists():
            return False
        partial.replace(path)
    sync(path.parent)
    return True


def is_there(path: Path) -> bool:
    """Tell whether a file or folder is there; raise StorageError when that cannot be known (no permission, too long a name)."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise cannot_read(path, error) from error
    return True


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise Refused when a file would be overwritten without `force`."""
    there = is_there(path)
    if there and path.is_dir():
        raise StorageError(_("{path} is a folder; a file name is needed.").format(path=path))
    if there and not path.is_file():
        raise StorageError(_("{path} is not an ordinary file.").format(path=path))
    if not force and (there or path.is_symlink()):
        raise Refused(
            _("{path} exists already and was left as it is.").format(path=path),
            hint=_("Choose another name, or add --force to overwrite it."),
            code="file_exists",
        )


def cannot_write(path: Path, error: OSError) -> StorageError:
    """Return the error that says why a file could not be written."""
    return StorageError(
        _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror or error),
        hint=_("Check that the folder exists, that you may write there, and that the disk has room."),
        code="cannot_write",
    )


def cannot_read(path: Path, error: OSError) -> StorageError:
    """Return the error that says why a file could not be read."""
    return StorageError(
        _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error),
        hint=_("Check the name, and that you may read it."),
        code="cannot_read",
    )


def sync(path: Path) -> None:
    """Force a file, or the entries of a folder, onto the disk (Windows has no way to do it for a folder)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
