"""Where a database should not lie: folders that another program copies or another machine shares.

SQLite's locks do not hold across a network, and a half-copied database is a broken one (sqlite.org/howtocorrupt.html 2).
"""

import os
import re
import sys
from pathlib import Path

from osallisuus.errors import Refused
from osallisuus.i18n import _

# how their folders begin: "OneDrive - Vantaa", "Dropbox (Personal)", "iCloudDrive"
_SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "owncloud",
    "box sync",
    "seafile",
    "mobile documents",
    "cloudstorage",
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
    real = Path(os.path.realpath(whole))
    for part in (*whole.parent.parts, *real.parent.parts):
        plain = part.casefold()
        if plain == "box" or plain.startswith(_SYNCHRONISED):
            return _("{path} is in a synchronised folder ({part}): a copy made in the middle of a write is broken.").format(
                path=whole, part=part
            )
    kind = _network_kind(real)
    if kind:
        return _("{path} is on a network drive ({kind}): locks do not hold there, and two writers can break it.").format(
            path=whole, kind=kind
        )
    return ""


def network_mount(path: str, mountinfo: str) -> str:
    """Return the kind of network file system a real path lies on, by the text of /proc/self/mountinfo, or an empty text."""
    best, kind = "", ""
    for line in mountinfo.splitlines():
        before, _dash, after = line.partition(" - ")
        # a space in a mount's name is written \040 (proc_pid_mountinfo(5))
        mount = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), before.split()[4])
        if (path == mount or path.startswith(mount.rstrip("/") + "/")) and len(mount) >= len(best):
            best, kind = mount, after.split()[0]
    return kind if kind.startswith(_NETWORK) else ""


def _network_kind(real: Path) -> str:
    if sys.platform == "win32":
        if str(real).startswith("\\\\"):
            return "UNC"
        import ctypes

        return "DRIVE_REMOTE" if ctypes.windll.kernel32.GetDriveTypeW(real.anchor) == 4 else ""
    try:
        mountinfo = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    return network_mount(str(real), mountinfo)
