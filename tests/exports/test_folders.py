"""A folder of public files brought up to date: what is written, what is left alone, what is refused, and what a fault leaves."""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from osallisuus.errors import OsallisuusError, Refused, StorageError
from osallisuus.exports import folders
from osallisuus.exports.folders import Copy
from tests.store.test_disk import disk, fill  # noqa: F401  # a fixture is found by its name

OWNER = "teematiistait"
TREE: dict[str, bytes] = {
    "index.html": b"<h1>Teematiistait</h1>",
    "1.html": b"<h1>Yksi</h1>",
    "sv/index.html": b"<h1>Tematisdagar</h1>",
    "style.css": b"p { margin: 0 }",
    "teematiistait.ics": b"BEGIN:VCALENDAR",
}


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    """Give a stored file."""
    path = tmp_path / "esitys.pdf"
    path.write_bytes(b"%PDF-1.4 esitys")
    return path


def update(folder: Path, tree: dict[str, bytes | Copy] | dict[str, bytes], **options: bool) -> folders.Outcome:
    return folders.update(folder, tree, owner=OWNER, **options)


def copy_of(path: Path) -> Copy:
    content = path.read_bytes()
    return Copy(source=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def holds(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones too, without the list of what is ours."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop(folders.LIST, None)
    return found


def marks(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what changes about a file when it is written: its number, its time and its mode."""
    stats = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {path: (found.st_ino, found.st_mtime_ns, found.st_mode) for path, found in stats.items()}


def listed(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / folders.LIST).read_text(encoding="utf-8"))["files"]
    return found


def tamper(folder: Path, *paths: str) -> None:
    """Write paths into the list of what is ours."""
    files = listed(folder) | dict.fromkeys(paths, "")
    (folder / folders.LIST).write_text(json.dumps({"owner": OWNER, "files": files}), encoding="utf-8")


def age(folder: Path) -> None:
    """Make everything old, so that the next writing shows in the time of a file."""
    for path in folder.rglob("*"):
        os.utime(path, ns=(1_000_000_000, 1_000_000_000))


# What is written


def test_a_tree_is_written_whole_and_the_list_says_what_is_ours(public: Path) -> None:
    done = update(public, TREE)
    assert (done.written, done.unchanged, done.removed) == (sorted(TREE), [], [])
    assert holds(public) == TREE
    assert listed(public) == {path: hashlib.sha256(content).hexdigest() for path, content in TREE.items()}


@pytest.mark.parametrize("place", ["public", "a/b/public", "ä ö/public"])
def test_the_folder_and_those_above_it_are_made(tmp_path: Path, place: str) -> None:
    update(tmp_path / place, TREE)
    assert holds(tmp_path / place) == TREE


def test_an_empty_folder_is_taken_as_it_is(public: Path) -> None:
    public.mkdir()
    update(public, TREE)
    assert holds(public) == TREE


def test_again_nothing_is_touched(public: Path, slides: Path) -> None:
    tree = TREE | {"files/1/esitys.pdf": copy_of(slides)}
    update(public, tree)
    age(public)
    before = marks(public)
    done = update(public, tree)
    assert (done.written, done.unchanged, done.removed) == ([], sorted(tree), [])
    assert marks(public) == before


def test_only_what_changed_is_written(public: Path, slides: Path) -> None:
    tree = TREE | {"files/1/esitys.pdf": copy_of(slides)}
    update(public, tree)
    age(public)
    before = marks(public)
    changed = tree | {"1.html": b"<h1>Uusi</h1>", "2.html": b"<h1>Kaksi</h1>"}
    done = update(public, changed)
    assert (done.written, done.removed) == (["1.html", "2.html"], [])
    after = marks(public)
    touched = {path for path in before | after if before.get(path) != after.get(path)}
    assert {path for path in touched if (public / path).is_file()} == {"1.html", "2.html", folders.LIST}


def test_a_file_that_somebody_changed_or_took_away_comes_back(public: Path, slides: Path) -> None:
    tree = TREE | {"files/1/esitys.pdf": copy_of(slides)}
    update(public, tree)
    (public / "index.html").write_bytes(b"muuta")
    (public / "sv/index.html").unlink()
    (public / "files/1/esitys.pdf").unlink()
    assert update(public, tree).written == ["files/1/esitys.pdf", "index.html", "sv/index.html"]
    assert holds(public) == TREE | {"files/1/esitys.pdf": slides.read_bytes()}


def test_a_copy_of_which_only_half_is_there_is_made_anew(public: Path, slides: Path) -> None:
    tree = {"files/esitys.pdf": copy_of(slides)}
    update(public, tree)
    (public / "files/esitys.pdf").write_bytes(b"%PDF")
    assert update(public, tree).written == ["files/esitys.pdf"]
    assert (public / "files/esitys.pdf").read_bytes() == slides.read_bytes()


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000])
def test_what_is_public_is_readable_by_everybody_and_writable_by_its_owner(public: Path, slides: Path, mask: int) -> None:
    slides.chmod(0o600)
    old = os.umask(mask)
    try:
        update(public, TREE | {"files/1/esitys.pdf": copy_of(slides)})
    finally:
        os.umask(old)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [public, *public.rglob("*")]}
    assert {oct(mode) for path, mode in modes.items() if path.is_dir()} == {"0o755"}
    assert {oct(mode) for path, mode in modes.items() if path.is_file()} == {"0o644"}


def test_a_dry_run_tells_the_same_and_writes_nothing(public: Path) -> None:
    assert update(public, TREE, dry_run=True) == folders.Outcome(written=sorted(TREE), unchanged=[], removed=[])
    assert not public.exists()
    update(public, TREE)
    before = marks(public)
    done = update(public, {"index.html": b"uusi"}, dry_run=True)
    assert (done.written, done.removed) == (["index.html"], sorted(set(TREE) - {"index.html"}))
    assert marks(public) == before


# What is taken away


def test_only_what_is_ours_is_taken_away_with_folders_that_are_empty_then(public: Path) -> None:
    update(public, TREE | {"files/1/a.pdf": b"a", "files/2/b.pdf": b"b"})
    (public / "robots.txt").write_text("User-agent: *")
    (public / "files/2/oma.txt").write_text("oma")
    (public / "kuvat").mkdir()
    done = update(public, {"index.html": TREE["index.html"]})
    assert done.removed == sorted({*TREE, "files/1/a.pdf", "files/2/b.pdf"} - {"index.html"})
    assert holds(public) == {"index.html": TREE["index.html"], "robots.txt": b"User-agent: *", "files/2/oma.txt": b"oma"}
    assert (public / "kuvat").is_dir()
    assert not (public / "files/1").exists()
    assert not (public / "sv").exists()
    assert list(listed(public)) == ["index.html"]


def test_what_is_gone_already_is_no_matter(public: Path) -> None:
    update(public, TREE)
    (public / "1.html").unlink()
    assert update(public, {"index.html": TREE["index.html"]}).removed == sorted(set(TREE) - {"index.html"})
    assert holds(public) == {"index.html": TREE["index.html"]}


# What is refused, with nothing written


def refused(folder: Path, code: str, *, force: bool = False, owner: str = OWNER, tree: dict[str, bytes] = TREE) -> str:
    """Bring a folder up to date, which is refused with this code and changes nothing; return what is said."""
    before = marks(folder)
    with pytest.raises(OsallisuusError) as raised:
        folders.update(folder, tree, owner=owner, force=force)
    assert raised.value.code == code
    assert marks(folder) == before
    return str(raised.value)


def test_a_folder_of_others_is_left_alone_unless_forced(public: Path) -> None:
    public.mkdir()
    (public / "muistio.txt").write_text("oma")
    assert refused(public, "not_empty") == f"{public} holds other things."
    update(public, TREE, force=True)
    assert holds(public) == TREE | {"muistio.txt": b"oma"}
    assert update(public, TREE).written == []


def test_a_file_of_others_in_the_place_of_ours_is_left_alone_unless_forced(public: Path) -> None:
    update(public, TREE)
    (public / "2.html").write_text("oma")
    tree = TREE | {"2.html": b"<h1>Kaksi</h1>"}
    assert refused(public, "file_exists", tree=tree).startswith(f"{public / '2.html'} is there already")
    assert update(public, tree, force=True).written == ["2.html"]
    assert holds(public) == tree


def test_pages_of_another_series_are_left_alone_unless_forced(public: Path) -> None:
    update(public, TREE)
    assert refused(public, "other_owner", owner="keskiviikot") == f"{public} holds the pages of teematiistait."
    done = folders.update(public, {"index.html": b"muu"}, owner="keskiviikot", force=True)
    assert done.removed == sorted(set(TREE) - {"index.html"})
    assert holds(public) == {"index.html": b"muu"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '"x"',
        "{}",
        '{"owner": "teematiistait"}',
        '{"owner": "teematiistait", "files": []}',
        "\udcff\udcfe",
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_damaged_list_is_not_guessed_at(public: Path, text: str, force: bool) -> None:
    update(public, TREE)
    (public / folders.LIST).write_bytes(text.encode(errors="surrogateescape"))
    assert refused(public, "bad_list", force=force).startswith(f"{public / folders.LIST} is damaged")


@pytest.mark.parametrize(
    "path",
    [
        "../salaisuus.txt",
        "a/../../salaisuus.txt",
        "/etc/osallisuus-salaisuus",
        "sv/../../salaisuus.txt",
        "..",
        ".",
        "",
        "a/..",
        "./1.html",
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_list_that_leads_out_of_the_folder_is_refused(tmp_path: Path, public: Path, path: str, force: bool) -> None:
    update(public, TREE)
    secret = tmp_path / "salaisuus.txt"
    secret.write_text("salainen")
    tamper(public, path)
    before = marks(public)
    with pytest.raises(StorageError) as raised:
        update(public, TREE, force=force)
    assert raised.value.code in ("symbolic_link", "bad_list")
    assert marks(public) == before
    assert secret.read_text() == "salainen"


@pytest.mark.parametrize("path", ["../x.html", "/x.html", "a/../../x.html"])
def test_a_tree_that_leads_out_of_the_folder_is_refused(public: Path, path: str) -> None:
    update(public, TREE)
    refused(public, "symbolic_link", tree=TREE | {path: b"x"})


@pytest.mark.parametrize("name", ["index.html", "sv/index.html", "sv", "files", folders.LIST])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_symbolic_link_in_the_place_of_ours_is_refused(tmp_path: Path, public: Path, name: str, dangling: bool) -> None:
    tree = TREE | {"files/1/a.pdf": b"a"}
    update(public, tree)
    outside = tmp_path / "outside"
    (public / name).rename(outside)
    (public / name).symlink_to(tmp_path / "nowhere" if dangling else outside)
    beyond = holds(outside) if outside.is_dir() else outside.read_bytes()
    before = marks(public)
    with pytest.raises(OsallisuusError):
        update(public, {path: content + b"!" for path, content in tree.items()})
    assert marks(public) == before
    assert (holds(outside) if outside.is_dir() else outside.read_bytes()) == beyond


def test_what_is_to_be_taken_away_is_not_sought_behind_a_link(tmp_path: Path, public: Path) -> None:
    update(public, TREE)
    outside = tmp_path / "outside"
    (public / "sv").rename(outside)
    (public / "sv").symlink_to(outside)
    refused(public, "symbolic_link", tree={"index.html": TREE["index.html"]})
    assert (outside / "index.html").read_bytes() == TREE["sv/index.html"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path, public: Path) -> None:
    (tmp_path / "www").mkdir()
    public.symlink_to(tmp_path / "www")
    update(public, TREE)
    assert holds(tmp_path / "www") == TREE


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_the_place_of_a_file_and_a_file_in_the_place_of_a_folder_are_left_alone(public: Path, force: bool) -> None:
    public.mkdir()
    (public / "1.html").mkdir()
    before = marks(public)
    with pytest.raises(OsallisuusError):
        update(public, TREE, force=force)
    assert marks(public) == before
    (public / "1.html").rmdir()
    (public / "sv").write_text("oma")
    before = marks(public)
    with pytest.raises(OsallisuusError):
        update(public, TREE, force=force)
    assert marks(public) == before


def test_a_file_is_not_a_folder(public: Path) -> None:
    public.write_text("oma")
    with pytest.raises(OsallisuusError):
        update(public, TREE)
    assert public.read_text() == "oma"


@pytest.mark.parametrize(
    ("folder", "private"),
    [
        (".", "osallisuus.db"),
        ("public", "public/osallisuus.db"),
        ("public", "public/a/osallisuus.db"),
        ("files/public", "files"),
        ("files", "files"),
    ],
)
def test_what_is_private_is_not_published_with_the_folder(tmp_path: Path, folder: str, private: str) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "public/a").mkdir(parents=True)
    (tmp_path / private).touch() if "." in private else None
    with pytest.raises(Refused) as raised:
        folders.require_apart(tmp_path / folder, [tmp_path / private])
    assert raised.value.code == "own_file"
    (tmp_path / "link").symlink_to(tmp_path / folder)
    with pytest.raises(Refused):
        folders.require_apart(tmp_path / "link", [tmp_path / private])


def test_a_folder_beside_the_private_files_is_fine(tmp_path: Path) -> None:
    (tmp_path / "osallisuus.db").touch()
    folders.require_apart(
        tmp_path / "public", [tmp_path / "osallisuus.db", tmp_path / "config.toml", tmp_path / "osallisuus-files"]
    )


# Files to copy


@pytest.mark.parametrize("fault", ["changed", "shorter", "missing", "a folder"])
def test_a_stored_file_that_is_not_what_was_added_is_not_published(public: Path, slides: Path, fault: str) -> None:
    update(public, TREE)
    tree = TREE | {"files/esitys.pdf": copy_of(slides), "1.html": b"<a href=files/esitys.pdf>"}
    if fault in ("changed", "shorter"):
        slides.write_bytes(slides.read_bytes()[::-1] if fault == "changed" else b"%PDF")
    else:
        slides.unlink()
        if fault == "a folder":
            slides.mkdir()
    with pytest.raises(StorageError) as raised:
        update(public, tree)
    assert str(slides) in str(raised.value)
    assert holds(public) == TREE  # no page names what is not there, and nothing half lies about


def test_a_file_with_other_content_of_the_same_size_is_written_even_after_a_fault_between(public: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    old.write_bytes(b"vanha")
    new.write_bytes(b"uusi!")
    update(public, {"files/a.pdf": copy_of(old)})
    tree = {"files/a.pdf": copy_of(new)}
    content = new.read_bytes()
    new.unlink()
    with pytest.raises(StorageError):
        update(public, tree)
    new.write_bytes(content)
    assert update(public, tree).written == ["files/a.pdf"]
    assert holds(public) == {"files/a.pdf": b"uusi!"}


# Faults


# Brings a folder from one tree to another in a process that is killed before its n-th step on the disk, for every n; then again.
KILLED_EVERYWHERE = """
import json, os, shutil, signal, sys
from pathlib import Path
from osallisuus.errors import OsallisuusError
from osallisuus.exports import folders

folder = Path(sys.argv[1])
old, new = [{path: text.encode() for path, text in tree.items()} for tree in json.load(sys.stdin)]

def holds():
    found = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    found.pop(folders.LIST, None)
    return found

def die_before(step):
    left = [step]
    def count(event, args):
        if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)

runs, step, ended = [], 0, None
while ended != 0:
    shutil.rmtree(folder, ignore_errors=True)
    if old:
        folders.update(folder, old, owner="teematiistait")
    child = os.fork()
    if not child:
        die_before(step)
        folders.update(folder, new, owner="teematiistait")
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    seen, said = holds() if folder.exists() else {}, ""
    try:
        folders.update(folder, new, owner="teematiistait")
    except OsallisuusError as error:
        said = str(error)
    runs.append({"step": step, "ended": ended, "seen": seen, "said": said, "after": holds()})
    step += 1
print(json.dumps(runs))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked for every step")
@pytest.mark.parametrize(
    "old", [{}, {"index.html": "vanha", "style.css": "p {}", "3.html": "pois", "en/index.html": "pois"}], ids=["new", "old"]
)
def test_a_run_that_is_killed_anywhere_is_simply_run_again(public: Path, old: dict[str, str]) -> None:
    new = {"index.html": "uusi", "style.css": "p {}", "1.html": "yksi", "sv/index.html": "ny"}
    command = [sys.executable, "-c", KILLED_EVERYWHERE, str(public)]
    ran = subprocess.run(command, input=json.dumps([old, new]), capture_output=True, text=True, check=True)
    runs = json.loads(ran.stdout)
    assert len(runs) > 20
    assert [run["ended"] for run in runs] == [signal.SIGKILL] * (len(runs) - 1) + [0]
    for run in runs:
        whole = {path: {old.get(path), new.get(path)} for path in run["seen"] if not path.endswith(".partial")}
        assert all(run["seen"][path] in each for path, each in whole.items()), run
    assert [(run["said"], run["after"]) for run in runs] == [("", new)] * len(runs)


SCRIPT = """
import sys
from pathlib import Path
from osallisuus.exports import folders
tree = {f"{k % 7}/{k}.html": f"{sys.argv[2]} {k}".encode() * 200 for k in range(50)}
print("begins", flush=True)
folders.update(Path(sys.argv[1]), tree, owner="teematiistait")
"""


def tree_of(n: int) -> dict[str, bytes]:
    return {f"{k % 7}/{k}.html": f"{n} {k}".encode() * 200 for k in range(50)}


def begun(folder: Path, n: int) -> subprocess.Popen[bytes]:
    """Start a run of its own, and wait until it is at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(n)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"begins\n"
    return process


@pytest.mark.parametrize(
    "left",
    [
        ".osallisuus-site.json.7fffffff-0a1b2c3d.partial",
        ".index.html.7fffffff-0a1b2c3d.partial",
        "sv/.index.html.7fffffff-0a1b2c3d.partial",
    ],
)
def test_what_a_killed_run_left_is_cleared_away(public: Path, left: str) -> None:
    (public / left).parent.mkdir(parents=True)
    if not left.startswith(".osallisuus"):
        update(public, TREE, force=True)
    (public / left).write_bytes(b"half")
    update(public, TREE)
    assert holds(public) == TREE


@pytest.mark.slow
def test_two_runs_at_once_leave_a_whole_tree(public: Path) -> None:
    for n in range(5):
        both = [begun(public, n), begun(public, n)]
        ends = [process.communicate()[1].decode() for process in both]
        assert [process.returncode for process in both] == [0, 0], ends
        assert holds(public) == tree_of(n)
        assert sorted(listed(public)) == sorted(tree_of(n))


def test_on_a_full_disk_nothing_is_half_and_with_room_it_is_run_again(disk: Path) -> None:  # noqa: F811  # the fixture that is imported above
    folder = disk / "public"
    tree = {f"{k}.html": bytes([65 + k]) * 5000 for k in range(12)}
    seen = set()
    for leave in range(40):
        ballast = fill(disk, leave=leave)
        with suppress(StorageError):
            update(folder, tree)
        found = holds(folder) if folder.exists() else {}
        assert found.items() <= tree.items()
        seen.add(len(found))
        ballast.unlink()
        update(folder, tree)
        assert holds(folder) == tree
        update(folder, {})
    assert len(seen) > 3


@pytest.fixture
def locked(public: Path) -> Iterator[Path]:
    """Give a folder on a read-only disk: a permission would not keep root out."""
    public.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(public)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a disk cannot be mounted here (it takes root): {done.stderr.strip()}")
    try:
        update(public, TREE)
        subprocess.run(["mount", "-o", "remount,ro", str(public)], check=True)
        yield public
    finally:
        subprocess.run(["umount", "--lazy", str(public)], check=True)


def test_on_a_read_only_disk_it_is_said_and_nothing_changes(locked: Path) -> None:
    assert update(locked, TREE).written == []
    assert "cannot be written" in refused(locked, "cannot_write", tree=TREE | {"2.html": b"x"})
    assert "cannot be written" in refused(locked, "cannot_write", tree={"index.html": TREE["index.html"]})
