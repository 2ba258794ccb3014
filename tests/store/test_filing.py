"""The files of materials: names that every system can hold, copies nobody sees half of, and nothing outside the folder."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.errors import OsallisuusError, Refused, StorageError
from osallisuus.store import filing
from tests.store import faults, peers, test_disk

disk = test_disk.disk

MEGABYTE = 1 << 20
INSIDE = "teematiistait/2"
PARTIAL = re.compile(r"\.copy\.[0-9a-f]{8}-[0-9a-f]{8}\.partial")
SAFE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]{1,10})?")
WINDOWS = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Give the folder of a database's files, not made yet."""
    return filing.folder(tmp_path / "osallisuus.db")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a file to copy."""
    return written(tmp_path / "Esitys – Äijälä.PDF", "Hyvää päivää")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def put(base: Path, source: Path, inside: str = INSIDE) -> str:
    with filing.staged(base, source) as copy:
        return filing.place(base, inside, copy)


def short(text: str) -> str:
    """Return what a text adds to the name of its file."""
    return sha256(text.encode()).hexdigest()[:8]


def python(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a script that finds the program."""
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.run(command, env=peers.environment(), capture_output=True, text=True, check=False)


def tree(base: Path) -> list[str]:
    """Return the files below a folder, hidden ones too."""
    return sorted(path.relative_to(base).as_posix() for path in base.rglob("*") if not path.is_dir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Esitys – Äijälä.PDF", "esitys-aijala.pdf"),
        ("Esitys – A\u0308ija\u0308la\u0308.PDF", "esitys-aijala.pdf"),
        ("Åbo förening ÖÄÅ öäå.docx", "abo-forening-oaa-oaa.docx"),
        ("CON", "file-con"),
        ("con", "file-con"),
        ("con.txt", "file-con.txt"),
        ("CoN.TXT", "file-con.txt"),
        ("PRN.pdf", "file-prn.pdf"),
        ("aux.h", "file-aux.h"),
        ("NUL", "file-nul"),
        ("nul.", "file-nul"),
        ("nul .pdf", "file-nul.pdf"),
        ("COM0", "file-com0"),
        ("COM1", "file-com1"),
        ("com9.log", "file-com9.log"),
        ("LPT¹", "file-lpt1"),
        ("COM³.txt", "file-com3.txt"),
        ("COM10", "com10"),
        ("con1", "con1"),
        ("console.pdf", "console.pdf"),
        ("con.tar.gz", "con-tar.gz"),
        (".", "file"),
        ("..", "file"),
        ("...", "file"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\windows\\win.ini", "windows-win.ini"),
        ("/etc/shadow.pdf", "etc-shadow.pdf"),
        ("a/b\\c:d.pdf", "a-b-c-d.pdf"),
        ("a.pdf:stream", "a-pdf-stream"),
        ("a\0b.pdf", "a-b.pdf"),
        ("a\nb\r.pdf", "a-b.pdf"),
        ("\x1b[31mpunainen.pdf", "31mpunainen.pdf"),
        ("😀.pdf", "file.pdf"),
        ("raati 👍🏽 2022.pdf", "raati-2022.pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("kuva\u202egpj.exe", "kuva-gpj.exe"),
        ("عرض.pdf", "file.pdf"),
        ("презентация.pptx", "file.pptx"),
        ("", "file"),
        (" ", "file"),
        ("-", "file"),
        ("--a--b--", "a-b"),
        ("esitys", "esitys"),
        (".htaccess", "htaccess"),
        (".htaccess.txt", "htaccess.txt"),
        ("index.html", "index.html"),
        ("a.pdf.exe", "a-pdf.exe"),
        ("a.tar.gz", "a-tar.gz"),
        ("a..pdf", "a.pdf"),
        ("v1.2 lopullinen.pptx", "v1-2-lopullinen.pptx"),
        ("1.1.2023", "1-1.2023"),
        ("a.ääkköset", "a-aakkoset"),
        ("a.päätteenäpitkälause", "a-paatteenapitkalause"),
        ("a.abcdefghij", "a.abcdefghij"),
        ("a.abcdefghijk", "a-abcdefghijk"),
        ("a.b c", "a-b-c"),
        ("a.٣", "a"),
        ("ﬁnaali.pdf", "finaali.pdf"),
        ("K\u212aelvin.pdf", "kkelvin.pdf"),
        ("_a_b_.pdf", "a-b.pdf"),
        ("%2e%2e%2fa.pdf", "2e-2e-2fa.pdf"),
        ("$(reboot);`id`.pdf", "reboot-id.pdf"),
        ("<script>.html", "script.html"),
        ("file-con.txt", "file-con.txt"),
        ("a" * 300, "a" * 80),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ("ä" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ("a" * 79 + " " + "b" * 300 + ".pdf", "a" * 79 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_every_system_can_hold_it(name: str, safe: str) -> None:
    assert filing.safe_name(name) == safe


@pytest.mark.parametrize("name", ["esitys.pdf.", "esitys.pdf ", "esitys.pdf. . "])
def test_a_dot_or_space_at_the_end_does_not_cost_the_ending(name: str) -> None:
    assert filing.safe_name(name) == "esitys.pdf"


PIECES = st.sampled_from(["con", "COM1", "lpt¹", ".", "..", "/", "\\", " ", "-", "ä", "Å", "\u202e", "😀", ".pdf", "\0", "file"])


@given(st.text() | st.lists(PIECES).map("".join) | st.text(alphabet="conCON.1¹ ", max_size=6))
@settings(max_examples=500, deadline=None)
def test_whatever_a_file_is_called_its_name_is_safe(name: str) -> None:
    safe = filing.safe_name(name)
    assert SAFE.fullmatch(safe)
    assert safe.partition(".")[0] not in WINDOWS
    assert len(safe.partition(".")[0]) <= 85
    assert filing.safe_name(safe) == safe


def test_the_folder_is_beside_the_database() -> None:
    assert filing.folder(Path("/a/osallisuus.db")) == Path("/a/osallisuus.db-files")
    assert filing.folder(Path("osallisuus.bak")) == Path("osallisuus.bak-files")
    assert filing.folder(Path("raadit")) == Path("raadit-files")


# Copies


def test_a_copy_is_whole_private_and_has_its_sum(base: Path, source: Path) -> None:
    old = os.umask(0)
    try:
        with filing.staged(base, source) as copy:
            assert (copy.name, copy.size) == ("esitys-aijala.pdf", 17)
            assert copy.sha256 == sha256("Hyvää päivää".encode()).hexdigest() == filing.digest(source)
            assert PARTIAL.fullmatch(copy.partial.name)
            assert (mode(copy.partial), mode(base)) == (0o600, 0o700)
            file = filing.place(base, INSIDE, copy)
    finally:
        os.umask(old)
    assert file == f"teematiistait/2/esitys-aijala-{short('Hyvää päivää')}.pdf"
    assert tree(base) == [file]
    path = filing.locate(base, file)
    assert path == base / file
    assert path.read_text(encoding="utf-8") == "Hyvää päivää"
    assert [mode(part) for part in (path, path.parent, path.parent.parent, base)] == [0o600, 0o700, 0o700, 0o700]
    assert filing.digest(path) == filing.digest(source)
    assert source.read_text(encoding="utf-8") == "Hyvää päivää"


@pytest.mark.parametrize("size", [1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE])
def test_a_copy_is_whole_whatever_its_size(base: Path, tmp_path: Path, size: int) -> None:
    source = tmp_path / "a.bin"
    source.write_bytes(os.urandom(size))
    with filing.staged(base, source) as copy:
        assert (copy.size, copy.sha256) == (size, filing.digest(source))
        file = filing.place(base, INSIDE, copy)
    assert filing.locate(base, file).read_bytes() == source.read_bytes()


def test_a_copy_that_got_no_name_is_gone(base: Path, source: Path) -> None:
    with filing.staged(base, source) as copy:
        assert copy.partial.is_file()
    assert tree(base) == []
    with pytest.raises(KeyboardInterrupt), filing.staged(base, source):
        raise KeyboardInterrupt
    assert tree(base) == []


def link(path: Path) -> None:
    path.symlink_to(written(path.with_name("toinen.pdf"), "x"))


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("missing.pdf"))


def linked_folder(path: Path) -> None:
    path.symlink_to(path.parent)


def device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


def unread(path: Path) -> None:
    path.write_text("")


@pytest.mark.parametrize(
    ("make", "kind", "code"),
    [
        (link, Refused, "symbolic_link"),
        (dangling, Refused, "symbolic_link"),
        (linked_folder, Refused, "symbolic_link"),
        (Path.mkdir, Refused, "not_a_file"),
        (os.mkfifo, Refused, "not_a_file"),
        (device, Refused, "not_a_file"),
        (unread, Refused, "empty_file"),
        (lambda _path: None, StorageError, "cannot_read"),
    ],
)
def test_only_an_ordinary_file_with_something_in_it_is_copied(
    base: Path, tmp_path: Path, make: Callable[[Path], None], kind: type[OsallisuusError], code: str
) -> None:
    path = tmp_path / "esitys.pdf"
    make(path)
    with pytest.raises(kind) as refused:
        put(base, path)
    assert refused.value.code == code
    assert str(path) in refused.value.message
    assert tree(tmp_path / base.name) == [] if base.exists() else True


def test_a_link_is_named_with_what_it_points_at(base: Path, tmp_path: Path) -> None:
    link(tmp_path / "esitys.pdf")
    with pytest.raises(Refused) as refused:
        put(base, tmp_path / "esitys.pdf")
    assert refused.value.hint == f"Name the file itself: {tmp_path / 'toinen.pdf'}."


def test_a_device_under_the_name_of_the_system_is_no_material(base: Path) -> None:
    for path in (Path("/dev/null"), Path("/dev/zero")):
        with pytest.raises(Refused) as refused:
            put(base, path)
        assert refused.value.code == "not_a_file"


@pytest.mark.parametrize(("name", "code"), [("a" * 300, "cannot_read"), ("a/b.pdf", "cannot_read")])
def test_a_name_that_cannot_be_is_told(base: Path, tmp_path: Path, name: str, code: str) -> None:
    written(tmp_path / "a", "no folder")
    with pytest.raises(StorageError) as failed:
        put(base, tmp_path / name)
    assert failed.value.code == code


def test_a_file_of_somebody_else_is_told_as_what_cannot_be_read() -> None:
    script = """
import os, sys
from pathlib import Path
from osallisuus.errors import StorageError
from osallisuus.store import filing
folder = Path(sys.argv[1])
if not os.geteuid():
    os.seteuid(65534)
try:
    with filing.staged(folder / "f", folder / "a.pdf"):
        pass
except StorageError as error:
    print(error.code, error.message)
print(os.listdir(folder / "f"))
"""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder, "a.pdf"), "x")
        path.chmod(0)
        Path(folder).chmod(0o777)
        done = python(script, folder)
    assert (done.stdout, done.stderr) == (f"cannot_read {path} cannot be read: Permission denied.\n[]\n", "")


def test_a_file_that_fails_while_it_is_read_is_what_is_blamed(base: Path) -> None:
    # an ordinary file that opens, and whose first bytes cannot be read: like a stick that is pulled out
    speed = Path("/sys/class/net/lo/speed")
    if not speed.exists():
        pytest.skip("there is no such file on this machine")
    with pytest.raises(StorageError) as failed:
        put(base, speed)
    assert tree(base) == []
    assert (failed.value.code, failed.value.message) == ("cannot_read", f"{speed} cannot be read: Invalid argument.")


def test_a_database_is_nothing_for_others(base: Path, tmp_path: Path) -> None:
    for name in ("copy.db", "kuva.png"):
        faults.foreign(tmp_path / name)
        with pytest.raises(Refused) as refused:
            put(base, tmp_path / name)
        assert refused.value.code == "own_file"
    assert tree(base) == []


def test_what_killed_runs_left_is_swept_away_and_what_living_ones_do_stays(base: Path, source: Path) -> None:
    file = put(base, source)
    own, nobody = f"{os.getpid():08x}", "7fffffff"
    for name, age in (
        (f".copy.{nobody}-01234567.partial", 0),
        (f".copy.{own}-01234567.partial", 3700),
        (f".copy.{own}-76543210.partial", 3000),
        ("esitys.partial", 3700),
    ):
        (base / name).write_text("half")
        moment = (base / name).stat().st_mtime - age
        os.utime(base / name, (moment, moment))
    os.utime(base / file, (0, 0))
    put(base, source)
    assert filing.strays(base, [file, f"{file[:-4]}-2.pdf"]) == [f".copy.{own}-76543210.partial", "esitys.partial"]


@pytest.mark.slow
def test_a_large_file_is_copied_in_small_pieces(base: Path, tmp_path: Path) -> None:
    size = 200 * MEGABYTE
    source = tmp_path / "tallenne.mp4"
    with source.open("wb") as stream:
        stream.truncate(size)
    script = """
import json, resource, sys
from pathlib import Path
from osallisuus.store import filing
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with filing.staged(Path(sys.argv[1]), Path(sys.argv[2])) as copy:
    file = filing.place(Path(sys.argv[1]), "s/1", copy)
filing.digest(Path(sys.argv[1]) / file)
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([file, copy.size, copy.sha256, kilobytes]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(base), str(source)],
        env=peers.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    file, copied, digest, kilobytes = json.loads(done.stdout)
    whole = filing.digest(source)
    assert (file, copied, digest) == (f"s/1/tallenne-{whole[:8]}.mp4", size, whole)
    assert kilobytes < 16 * 1024


# Names inside the folder


def test_other_bytes_get_another_name_and_the_same_ones_a_number(base: Path, tmp_path: Path) -> None:
    other = [put(base, written(tmp_path / "Esitys.pdf", text)) for text in "abc"]
    assert other == [f"{INSIDE}/esitys-{short(text)}.pdf" for text in "abc"]
    same = [put(base, tmp_path / "Esitys.pdf") for _again in range(3)]
    assert same == [f"{INSIDE}/esitys-{short('c')}-{n}.pdf" for n in (2, 3, 4)]
    assert [filing.locate(base, file).read_text() for file in (*other, *same)] == [*"abc", *"ccc"]
    assert put(base, tmp_path / "Esitys.pdf", "teematiistait/3") == f"teematiistait/3/esitys-{short('c')}.pdf"
    filing.discard(base, same[0])
    assert put(base, written(tmp_path / "esitys.PDF", "c")) == same[0]
    bare = [put(base, written(tmp_path / "esitys", "x")) for _again in range(2)]
    assert bare == [f"{INSIDE}/esitys-{short('x')}", f"{INSIDE}/esitys-{short('x')}-2"]


@pytest.mark.parametrize("inside", ["teematiistait/12", "pohjois-pohjanmaa-åäö/1", "s/9999"])
def test_a_file_stands_below_the_lasting_name_of_its_date(base: Path, source: Path, inside: str) -> None:
    assert put(base, source, inside) == f"{inside}/esitys-aijala-{short('Hyvää päivää')}.pdf"


@pytest.mark.parametrize("part", ["", "teematiistait", "teematiistait/2"])
def test_nothing_is_written_through_a_linked_folder(base: Path, source: Path, tmp_path: Path, part: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = base / part
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(elsewhere)
    with pytest.raises(StorageError) as failed:
        put(base, source)
    assert failed.value.code == "symbolic_link"
    assert list(elsewhere.rglob("*")) == []
    assert [name for name in tree(base) if name.endswith(".partial")] == []


@pytest.mark.parametrize("part", ["", "teematiistait", "teematiistait/2"])
def test_a_file_in_the_place_of_a_folder_is_told(base: Path, source: Path, part: str) -> None:
    place = base / part
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("x")
    with pytest.raises(StorageError) as failed:
        put(base, source)
    assert (failed.value.code, failed.value.message) == ("cannot_write", f"{place} cannot be written: File exists.")


def test_on_a_full_disk_nothing_half_is_left(disk: Path, tmp_path: Path) -> None:
    base, source = disk / "files", tmp_path / "tallenne.mp4"
    source.write_bytes(os.urandom(3 * MEGABYTE))
    ballast = test_disk.fill(disk, leave=200)
    with pytest.raises(StorageError) as failed:
        put(base, source)
    assert failed.value.code == "cannot_write"
    assert failed.value.message.endswith("cannot be written: No space left on device.")
    assert tree(base) == []
    ballast.unlink()
    assert filing.digest(filing.locate(base, put(base, source))) == filing.digest(source)


def test_copies_made_at_once_never_overwrite_each_other(base: Path, tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from osallisuus.store import filing
base, source = map(Path, sys.argv[1:3])
sys.stdin.readline()
for _again in range(15):
    with filing.staged(base, source) as copy:
        print(filing.place(base, "s/1", copy))
"""
    processes = []
    for n in range(4):
        (tmp_path / f"{n}").mkdir()
        # four sources of one name, two of them with the same bytes
        source = written(tmp_path / f"{n}" / "esitys.pdf", f"{n % 2}" * 1000)
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", script, str(base), str(source)],
                env=peers.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    every = [file for files in said for file in files]
    assert len(set(every)) == 60
    wanted = [f"s/1/esitys-{short(text * 1000)}{f'-{n}' if n > 1 else ''}.pdf" for text in "01" for n in range(1, 31)]
    assert sorted(every) == tree(base) == sorted(wanted)
    for n, files in enumerate(said):
        assert {filing.locate(base, file).read_text() for file in files} == {f"{n % 2}" * 1000}


@pytest.mark.parametrize("size", [MEGABYTE, 300 * MEGABYTE])
def test_a_copy_that_is_killed_leaves_one_partial_that_is_found(base: Path, tmp_path: Path, size: int) -> None:
    source = tmp_path / "tallenne.mp4"
    with source.open("wb") as stream:
        stream.truncate(size)
    script = """
import sys, time
from pathlib import Path
from osallisuus.store import filing
with filing.staged(Path(sys.argv[1]), Path(sys.argv[2])):
    print("copied", flush=True)
    time.sleep(60)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(base), str(source)], env=peers.environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    if size == MEGABYTE:
        assert process.stdout.readline() == "copied\n"
    else:
        while not (base.is_dir() and any(path.stat().st_size for path in base.iterdir())):
            assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    (left,) = filing.strays(base, set())
    assert PARTIAL.fullmatch(left)
    assert mode(base / left) == 0o600
    file = put(base, written(tmp_path / "b.pdf", "x"))
    assert filing.strays(base, {file}) == []


# What is asked for by a name from the database

HOSTILE = [
    "",
    ".",
    "..",
    "../osallisuus.db",
    "../../../../../../etc/passwd",
    "teematiistait/2/../../../osallisuus.db",
    "/etc/passwd",
    "~/.ssh/id_rsa",
    "teematiistait",
    "teematiistait/2",
    "teematiistait/2/missing.pdf",
    "teematiistait/2/esitys-2d711642.pdf/x",
    "C:\\Windows\\win.ini",
]


@pytest.fixture
def kept(base: Path, tmp_path: Path) -> str:
    """Give a file in its place, and the database beside the folder."""
    written(tmp_path / "osallisuus.db", "data")
    return put(base, written(tmp_path / "esitys.pdf", "x"))


@pytest.mark.parametrize("file", [*HOSTILE, "teematiistait/2/" + "a" * 300])
def test_what_does_not_lie_in_the_folder_is_not_found(base: Path, kept: str, file: str) -> None:
    with pytest.raises(StorageError) as failed:
        filing.locate(base, file)
    assert failed.value.code == "missing_file"
    assert failed.value.message == f"The file {file} is missing from {base}."


@pytest.mark.parametrize("file", HOSTILE)
def test_what_does_not_lie_in_the_folder_is_not_taken_away(base: Path, tmp_path: Path, kept: str, file: str) -> None:
    before = tree(tmp_path)
    filing.discard(base, file)
    assert tree(tmp_path) == before


def test_a_file_is_taken_away_once(base: Path, kept: str) -> None:
    for _again in range(2):
        filing.discard(base, kept)
        assert tree(base) == []
    with pytest.raises(StorageError) as failed:
        filing.locate(base, kept)
    assert failed.value.hint == "Bring it back from a backup, or add the material again."
    filing.discard(base / "missing", kept)


def test_a_link_in_the_place_of_a_file_is_not_followed(base: Path, tmp_path: Path, kept: str) -> None:
    other = put(base, written(tmp_path / "toinen.pdf", "y"))
    for target in (tmp_path / "osallisuus.db", base / other, tmp_path / "missing"):
        (base / kept).unlink()
        (base / kept).symlink_to(target)
        with pytest.raises(StorageError) as failed:
            filing.locate(base, kept)
        assert failed.value.code == "missing_file"
        filing.discard(base, kept)
        assert (base / kept).is_symlink()


def test_a_linked_folder_that_leads_out_is_not_followed(base: Path, tmp_path: Path, kept: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (base / INSIDE).rename(elsewhere)
    (base / INSIDE).symlink_to(elsewhere)
    with pytest.raises(StorageError):
        filing.locate(base, kept)
    filing.discard(base, kept)
    assert (elsewhere / Path(kept).name).read_text() == "x"


def test_a_linked_folder_that_stays_inside_is_not_followed(base: Path, tmp_path: Path, kept: str) -> None:
    (base / INSIDE).rename(base / "toinen")
    (base / INSIDE).symlink_to(base / "toinen")
    with pytest.raises(StorageError):
        filing.locate(base, kept)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_any_more_is_missing(base: Path, kept: str, make: Callable[[Path], None]) -> None:
    (base / kept).unlink()
    make(base / kept)
    with pytest.raises(StorageError) as failed:
        filing.locate(base, kept)
    assert failed.value.code == "missing_file"


# What nobody knows of


def test_strays_are_what_lies_there_and_is_not_known(base: Path, tmp_path: Path, kept: str) -> None:
    assert filing.strays(base, {kept}) == []
    assert filing.strays(base, set()) == [kept]
    (base / ".0123456789abcdef.partial").write_text("half")
    (base / "vieras.txt").write_text("x")
    (base / INSIDE / "linkki.pdf").symlink_to(tmp_path / "missing")
    (base / "tyhjä").mkdir()
    assert filing.strays(base, {kept, "teematiistait/9/missing.pdf"}) == [
        ".0123456789abcdef.partial",
        "teematiistait/2/linkki.pdf",
        "vieras.txt",
    ]


def test_no_folder_has_no_strays(base: Path) -> None:
    assert filing.strays(base, {"a/1/b.pdf"}) == []
    base.write_text("a file in its place")
    assert filing.strays(base, set()) == []


# A second folder, beside a backup


def sums(base: Path, *found: str) -> dict[str, str]:
    return {file: filing.digest(base / file) for file in found}


def test_the_other_folder_is_brought_up_to_date_and_keeps_what_else_it_holds(base: Path, tmp_path: Path, kept: str) -> None:
    other = put(base, written(tmp_path / "toinen.pdf", "y"), "s/1")
    target, wanted = tmp_path / "copy-files", sums(base, kept, other)
    assert filing.mirror(base, target, wanted) == (2, [])
    assert tree(target) == sorted([kept, other])
    assert [mode(target / part) for part in ("", "s", "s/1", other)] == [0o700, 0o700, 0o700, 0o600]
    assert filing.mirror(base, target, wanted) == (0, [])
    (target / other).write_text("rot")
    (target / "vieras.txt").write_text("z")
    (base / kept).unlink()
    # one is mended from here; the other is missing here, and is still whole there
    assert filing.mirror(base, target, wanted) == (1, [])
    assert (target / other).read_text() == "y"
    assert tree(target) == sorted([kept, other, "vieras.txt"])


def test_what_is_missing_or_changed_is_named_and_not_copied(base: Path, tmp_path: Path, kept: str) -> None:
    files = [kept, *(put(base, written(tmp_path / f"{n}.pdf", n)) for n in "abc")]
    wanted = sums(base, *files) | {"../osallisuus.db": filing.digest(tmp_path / "osallisuus.db")}
    assert filing.faults(base, sums(base, *files)) == []
    (base / files[0]).unlink()
    (base / files[1]).write_text("rot")
    (base / files[2]).unlink()
    (base / files[2]).symlink_to(tmp_path / "b.pdf")
    faulty = sorted(["../osallisuus.db", *files[:3]])
    assert filing.faults(base, wanted) == faulty
    assert filing.mirror(base, tmp_path / "copy-files", wanted) == (1, faulty)
    assert tree(tmp_path / "copy-files") == [files[3]]


def test_an_exact_mirror_holds_nothing_else(base: Path, tmp_path: Path, kept: str) -> None:
    target = tmp_path / "copy-files"
    filing.mirror(base, target, sums(base, kept))
    (target / "vieras.txt").write_text("z")
    assert filing.mirror(base, target, sums(base, kept), exact=True) == (0, [])
    assert tree(target) == [kept]
    assert filing.mirror(base, target, {}, exact=True) == (0, [])
    assert tree(target) == []
    assert filing.mirror(base, tmp_path / "none-files", {}, exact=True) == (0, [])


def test_a_file_is_there_in_its_size(base: Path, tmp_path: Path, kept: str) -> None:
    assert filing.is_there(base, kept, 1)
    assert not filing.is_there(base, kept, 2)
    assert not filing.is_there(base, "teematiistait/2", 4096)
    assert not filing.is_there(base, "../osallisuus.db", 4)
    assert not filing.is_there(base, "s/1/missing.pdf", 1)


def test_nothing_wanted_makes_no_folder(base: Path, tmp_path: Path) -> None:
    assert filing.mirror(base, tmp_path / "copy-files", {}) == (0, [])
    assert not (tmp_path / "copy-files").exists()
    assert filing.faults(base, {}) == []
    assert filing.faults(base, {"s/1/a.pdf": "0"}) == ["s/1/a.pdf"]


def test_a_copy_beside_a_backup_is_not_written_through_a_link(base: Path, tmp_path: Path, kept: str) -> None:
    target, elsewhere = tmp_path / "copy-files", tmp_path / "elsewhere"
    elsewhere.mkdir()
    target.mkdir()
    (target / "teematiistait").symlink_to(elsewhere)
    with pytest.raises(StorageError) as failed:
        filing.mirror(base, target, sums(base, kept))
    assert failed.value.code == "symbolic_link"
    assert list(elsewhere.iterdir()) == []


def test_on_a_full_disk_no_half_copy_is_beside_a_backup(disk: Path, base: Path, tmp_path: Path) -> None:
    source = tmp_path / "tallenne.mp4"
    source.write_bytes(os.urandom(3 * MEGABYTE))
    file = put(base, source)
    test_disk.fill(disk, leave=200)
    with pytest.raises(StorageError) as failed:
        filing.mirror(base, disk / "copy-files", sums(base, file))
    assert failed.value.code == "cannot_write"
    assert tree(disk / "copy-files") == []
