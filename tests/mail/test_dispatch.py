"""Letters as files: their names, what is written again, what is taken away, and what is never touched."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import python_calamine

from osallisuus.domain.audiences import Recipient
from osallisuus.domain.messages import Message
from osallisuus.domain.notices import Standing
from osallisuus.errors import Refused, StorageError
from osallisuus.exports import mailmerge
from osallisuus.exports.letters import Written
from osallisuus.exports.mailmerge import Row
from osallisuus.mail import dispatch
from osallisuus.mail.dispatch import WORKBOOK
from osallisuus.mail.drafting import Composed
from tests.store import faults

BEGIN = b'Content-Type: multipart/alternative; boundary="=_osallisuus"\r\n\r\n'


def message(number: int, kind: str = "invitation") -> Message:
    return Message(id=number, event_id=1, revision_id=1, person_id=1, kind=kind, message_id="a", made_at="2022-08-22T06:00:00Z")


def letter(number: int, text: str = "Hei") -> Composed:
    reader = Recipient(person_id=1, registration_id=None, role="member", name="Aino", email="aino@example.org", language="fi")
    return Composed(
        message=message(number),
        standing=Standing(recipient=reader, concerned=True, heard=(), wants=(), counting=()),
        email="aino@example.org",
        language="fi",
        written=Written(subject="Kutsu", text=text, html=""),
        method="REQUEST",
        content=BEGIN + text.encode(),
    )


def write(folder: Path, *letters: Composed, dry_run: bool = False) -> tuple[int, int, int]:
    named = {dispatch.name(one.message, "vantaa/1"): one for one in letters}
    done = dispatch.write(folder, named, named.items(), {1: "vantaa/1"}, dry_run=dry_run)
    return done.written, done.unchanged, done.removed


def test_a_file_is_named_by_the_number_of_its_letter() -> None:
    assert dispatch.name(message(12), "vantaa/3") == "00012-vantaa-3-invitation.eml"
    assert dispatch.name(message(123456, "report-back"), "itä-väylä/10") == "123456-itä-väylä-10-report-back.eml"


def test_writing_again_rewrites_what_changed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert write(folder, letter(1), letter(2)) == (2, 0, 0)
    before = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert write(folder, letter(1), letter(2)) == (0, 2, 0)
    assert {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert write(folder, letter(1, "Moi"), letter(2)) == (1, 1, 0)
    after = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert after["00002-vantaa-1-invitation.eml"] == before["00002-vantaa-1-invitation.eml"][0]
    assert (folder / "00001-vantaa-1-invitation.eml").read_bytes() == BEGIN + b"Moi"
    assert write(folder) == (0, 0, 2)
    assert faults.names(folder) == [WORKBOOK]


@pytest.mark.parametrize("dry_run", [True, False])
def test_files_of_other_letters_that_still_wait_stay(tmp_path: Path, dry_run: bool) -> None:
    write(tmp_path, letter(1), letter(2), letter(3))
    names = [dispatch.name(message(number), "vantaa/1") for number in (1, 2, 3)]
    done = dispatch.write(tmp_path, names[:2], iter([(names[0], letter(1))]), {1: "vantaa/1"}, dry_run=dry_run)
    assert (done.written, done.unchanged, done.removed) == (0, 1, 1)
    assert faults.names(tmp_path) == [*(names if dry_run else names[:2]), WORKBOOK]


def test_a_trial_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    assert write(tmp_path / "uusi", letter(1), dry_run=True) == (1, 0, 0)
    assert not (tmp_path / "uusi").exists()
    write(tmp_path, letter(1), letter(2))
    before = faults.listing(tmp_path)
    assert write(tmp_path, letter(2, "Moi"), dry_run=True) == (1, 0, 1)
    assert faults.listing(tmp_path) == before


FOREIGN = {
    "00009-oma.eml": b"Subject: oma\r\n\r\n",
    "00009-vantaa-1-invitation.eml": b"Subject: oma\r\n\r\nContent-Type: text/plain; boundary=x",
    "9-vantaa-1-invitation.eml": BEGIN,
    "00009-vantaa-1-invitation.eml.bak": BEGIN,
    "00009-Vantaa-1-Invitation.eml": BEGIN,
    "letters.csv": b"",
}


def test_files_of_others_are_never_touched(tmp_path: Path) -> None:
    for name, content in FOREIGN.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "00008-vantaa-1-invitation.eml").mkdir()
    write(tmp_path, letter(1))
    assert write(tmp_path) == (0, 0, 1)
    assert {name: (tmp_path / name).read_bytes() for name in FOREIGN} == FOREIGN
    assert faults.names(tmp_path) == sorted([*FOREIGN, WORKBOOK, "00008-vantaa-1-invitation.eml"])


@pytest.mark.parametrize("name", [WORKBOOK, "00001-vantaa-1-invitation.eml"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_another_file_under_a_name_of_ours_is_told_and_stays(tmp_path: Path, name: str, dry_run: bool) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("docProps/core.xml", "<coreProperties/>")
    before = faults.listing(tmp_path)
    with pytest.raises(Refused) as refused:
        write(tmp_path, letter(1), dry_run=dry_run)
    assert (refused.value.code, faults.listing(tmp_path)) == ("foreign_file", before)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "tiedosto").write_text("")
    with pytest.raises(StorageError):
        write(tmp_path / "tiedosto", letter(1))
    with pytest.raises(StorageError):
        write(tmp_path / "tiedosto" / "kansio", letter(1))


def test_folder_and_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "kirjeet", letter(1))
    finally:
        os.umask(old)
    assert (tmp_path / "kirjeet").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "kirjeet").iterdir()} == {0o600}


# The workbook


def row(text: str) -> Row:
    return Row(
        name=text, email="aino@example.org", language="fi", kind="invitation", occasion="vantaa/1", subject=text, text=text
    )


def workbook(folder: Path, *rows: mailmerge.Row) -> bytes:
    mailmerge.write(folder / "book.xlsx", rows)
    return (folder / "book.xlsx").read_bytes()


def cells(content: bytes) -> list[list[object]]:
    return python_calamine.CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("letters").to_python()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "https://example.org", "mailto:a@example.org", "1,5", "2022-09-29",
        "{=A1}", "Ä 🙂 <&>\"'", "a\nb", "internal:Sheet1!A1", "'x", "\ttab",
    ],
)  # fmt: skip
def test_every_cell_is_text(tmp_path: Path, text: str) -> None:
    content = workbook(tmp_path, row(text))
    assert cells(content)[1] == [text, "aino@example.org", "fi", "invitation", "vantaa/1", text, text]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_the_same_letters_are_the_same_workbook_and_none_is_a_heading(tmp_path: Path) -> None:
    assert workbook(tmp_path, row("a")) == workbook(tmp_path, row("a"))
    assert cells(workbook(tmp_path)) == [["name", "email", "language", "kind", "occasion", "subject", "text"]]
    assert len(str(cells(workbook(tmp_path, row("ä" * 40_000)))[1][6])) == 32_767


def test_a_workbook_of_ours_is_known(tmp_path: Path) -> None:
    assert mailmerge.is_ours(workbook(tmp_path))
    assert not any(map(mailmerge.is_ours, (b"", b"PK\x03\x04rikki")))
