"""Writing files so that nobody ever sees half of one."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from osallisuus.errors import Refused, StorageError
from osallisuus.i18n import _

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def replace(path: Path, content: bytes) -> None:
    """Put `content` into the file in one step: readable by its owner only, on disk before it is seen, never half.

    A symbolic link at `path` is replaced, not followed. Raises StorageError when the folder cannot be written.
    """
    replace_by(path, lambda partial: partial.write_bytes(content))


def replace_by(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill an empty private file beside `path`, then put it in the place of `path` in one step."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        write(partial)
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise Refused when a file would be overwritten without `force`."""
    if path.is_dir():
        raise StorageError(_("{path} is a folder; a file name is needed.").format(path=path))
    if not force and (path.exists() or path.is_symlink()):
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


def _sync(path: Path) -> None:
    """Force a file, or the entries of a folder, onto the disk (Windows has no way to do it for a folder)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
