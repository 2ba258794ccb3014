"""Where a database should not lie: folders that another program copies or another machine shares.

SQLite's locks do not hold across a network, and a half-copied database is a broken one (sqlite.org/howtocorrupt.html 2).
"""

import os
import sys
from pathlib import Path

from osallisuus.errors import Refused
from osallisuus.i18n import _

_SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "owncloud",
    "box",
    "box sync",
    "seafile",
)
_NETWORK = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "fuse.rclone", "davfs", "vboxsf", "afs", "fuse.gvfsd")


def require_safe(path: Path, *, i_know: bool) -> None:
    """Raise Refused for a risky folder unless the person says they know."""
    reason = risk(path)
    if reason and not i_know:
        raise Refused(
            reason,
            hint=_("Choose a folder on this computer's own disk with --db FILE, or add --i-know if you accept the risk."),
            code="risky_folder",
        )


def risk(path: Path) -> str:
    """Return a sentence about the risk of keeping a database at this path, or an empty text."""
    whole = path.expanduser().absolute()
    for part in whole.parent.parts:
        plain = part.casefold()
        if plain in _SYNCHRONISED or plain.startswith(("onedrive -", "nextcloud-", "mobile documents", "cloudstorage")):
            return _("{path} is in a synchronised folder ({part}): a copy made in the middle of a write is broken.").format(
                path=whole, part=part
            )
    kind = _network_kind(whole)
    if kind:
        return _("{path} is on a network drive ({kind}): locks do not hold there, and two writers can break it.").format(
            path=whole, kind=kind
        )
    return ""


def _network_kind(path: Path) -> str:
    if sys.platform == "win32":
        if str(path).startswith("\\\\"):
            return "UNC"
        import ctypes

        return "DRIVE_REMOTE" if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == 4 else ""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    real = os.path.realpath(path)
    best, kind = "", ""
    for line in lines:
        before, _dash, after = line.partition(" - ")
        mount = before.split()[4].encode().decode("unicode_escape")
        if (real == mount or real.startswith(mount.rstrip("/") + "/")) and len(mount) >= len(best):
            best, kind = mount, after.split()[0]
    return kind if kind.startswith(_NETWORK) else ""
