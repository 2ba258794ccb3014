"""Folders in which a database would break sooner or later."""

from pathlib import Path

import pytest

from osallisuus.store import places
from tests.conftest import Program
from tests.store import faults

MOUNTS = r"""22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 28 0:30 / /home rw shared:2 - nfs4 palvelin:/home rw,vers=4.2
31 30 0:31 / /home/oma rw shared:3 - ext4 /dev/vdb rw
32 28 0:32 / /mnt/työ\040asema rw - cifs //palvelin/ty\303\266 rw
33 28 0:33 / /mnt/auto rw - autofs systemd-1 rw
34 33 0:34 / /mnt/auto rw - fuse.sshfs aino@palvelin: rw
35 28 0:35 / /mnt/c rw,noatime master:9 propagate_from:2 - 9p drvfs rw
36 28 0:36 / /mnt/x\134y rw - smb3 //palvelin/x rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/o.db", ""),
        ("/home/aino/o.db", "nfs4"),
        ("/home/oma/o.db", ""),
        ("/home/omat/o.db", "nfs4"),
        ("/homes/o.db", ""),
        ("/mnt/työ asema/o.db", "cifs"),
        ("/mnt/työ/o.db", ""),
        ("/mnt/auto/o.db", "fuse.sshfs"),
        ("/mnt/c/Users/Aino/o.db", "9p"),
        ("/mnt/x\\y/o.db", "smb3"),
        ("/sys/o.db", ""),
    ],
)
def test_the_mount_a_path_lies_on_is_found(path: str, kind: str) -> None:
    assert places.network_mount(path, MOUNTS) == kind


def test_a_mount_whose_name_is_not_utf_8_is_no_obstacle() -> None:
    assert places.network_mount("/mnt/\udcff/o.db", "1 0 0:1 / /mnt/\udcff rw - nfs x:/ rw\n") == "nfs"


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - Vantaan ja Keravan hyvinvointialue",
        "onedrive",
        "Dropbox",
        "Dropbox (Personal)",
        "Google Drive",
        "iCloudDrive",
        "Library/Mobile Documents/com~apple~CloudDocs",
        "Library/CloudStorage/OneDrive-Vantaa",
        "Nextcloud",
        "Box",
    ],
)
def test_a_synchronised_folder_is_refused_until_one_knows(blank: Program, folder: str) -> None:
    path = blank.folder / folder / "raadit" / "o.db"
    assert blank.json("--db", str(path), "init", status=4)["error"]["code"] == "risky_folder"
    assert faults.names(blank.folder) == []
    blank("--db", str(path), "init", "--i-know")
    blank("--db", str(path), "person", "add", "Aino Esimerkki")
    assert "in a synchronised folder" in blank("--db", str(path), "doctor", status=8).out


@pytest.mark.parametrize("folder", ["Boxes", "mybox", "Tiedostot", "Laatikko", "One"])
def test_other_folders_are_not(blank: Program, folder: str) -> None:
    blank("--db", str(blank.folder / folder / "o.db"), "init")


def test_the_name_of_the_file_says_nothing(blank: Program) -> None:
    blank("--db", str(blank.folder / "dropbox"), "init")


def test_a_link_into_a_synchronised_folder_is_seen_through(blank: Program) -> None:
    (blank.folder / "Dropbox").mkdir()
    (blank.folder / "data").symlink_to("Dropbox")
    blank("--db", "data/o.db", "init", status=4)


def test_restoring_into_a_synchronised_folder_is_refused_too(season: Program) -> None:
    season("db backup copy.db")
    season("--db", "Dropbox/o.db", "db", "restore", "copy.db", "--yes", status=4)
    assert not Path("Dropbox").exists()
    season("--db", "Dropbox/o.db", "db", "restore", "copy.db", "--yes", "--i-know")
    assert "Aino" in season("--db", "Dropbox/o.db", "person", "list").out


def test_this_very_folder_is_safe(tmp_path: Path) -> None:
    assert places.risk(tmp_path / "o.db") == ""
