"""The letters of `invite` from the outside: what each must say and must not, and what the files of them hold."""

import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from operator import itemgetter
from pathlib import Path

import pytest
import python_calamine

from osallisuus.mail.dispatch import WORKBOOK
from osallisuus.store.database import open_db
from tests.cli.test_invite import DATE, NAMES, draft, each, event_in, found_panel, letters, tell
from tests.conftest import Program
from tests.store import faults

FORMULA = '=HYPERLINK("https://example.org";"Aino")'


@pytest.fixture
def panel(program: Program) -> Program:
    """Give the program with a panel of five."""
    found_panel(program)
    program.now += timedelta(hours=1)
    return program


@pytest.fixture
def told(panel: Program) -> Program:
    """Give that panel, all of whom know of the first date."""
    tell(panel)
    panel("invite", "told", DATE, "Väinö")
    return panel


# What a letter must say, and must not


def test_a_letter_without_place_and_link_is_refused(panel: Program) -> None:
    panel("session", "edit", DATE, "--place", "")
    refused = panel("invite", "draft", DATE, status=4)
    assert refused.err == (
        f"{DATE} has neither place nor link, so nobody could come.\nSay where: osallisuus session edit {DATE} --place … --url …\n"
    )
    error = panel.json("invite", "draft", DATE, status=4)["error"]
    assert (error["code"], error["lacking"]) == ("incomplete_letter", ["where"])
    assert letters(panel) == []
    panel("session", "edit", DATE, "--url", "https://example.org/liity")
    assert draft(panel) == each("invitation")


def test_a_reason_is_told_in_the_language_of_who_reads_it_here(panel: Program) -> None:
    panel("session", "edit", DATE, "--place", "")
    with_finnish = panel("--lang", "fi", "invite", "draft", DATE, "--person", "Sanna", status=4).err
    assert with_finnish == panel("--lang", "fi", "invite", "draft", DATE, "--person", "Aino", status=4).err
    assert panel("--lang", "en", "invite", "draft", DATE, "--person", "Sanna", status=4).err.startswith(f"{DATE} has neither")


def test_a_letter_without_anybody_to_ask_is_refused(panel: Program) -> None:
    for key in ("organisation", "sender_name"):
        panel("config", "set", key, "")
    assert panel.json("invite", "draft", DATE, status=4)["error"]["lacking"] == ["contact"]
    panel("panel", "edit", "vantaa", "--coordinator", "Tom")
    assert draft(panel) == each("invitation")
    assert "Ota yhteyttä: Tom Sample, tom@example.org\n" in panel("invite", "show", "1").out


def test_without_a_sender_nothing_is_drafted(panel: Program) -> None:
    panel("config", "set", "sender_email", "")
    assert panel.json("invite", "draft", DATE, status=2)["error"]["code"] == "no_sender"
    panel("config", "set", "sender_email", "raati@")
    assert panel.json("invite", "draft", DATE, status=4)["error"]["code"] == "bad_address"


@pytest.mark.parametrize(
    "words",
    [
        ("edit", DATE, "--title", "Eero Mallin ilta"),
        ("edit", DATE, "--title-sv", "Eero Mallis kväll"),
        ("edit", DATE, "--description", "Puhumme siitä, mitä Eero Malli kertoi."),
        ("cancel", DATE, "--reason", "Eero Malli on estynyt."),
        ("edit", DATE, "--place", "Eero Mallin koti"),
    ],
)
def test_a_text_that_names_a_member_goes_to_nobody(told: Program, words: tuple[str, ...]) -> None:
    told("session", *words)
    error = told.json("invite", "draft", DATE, status=4)["error"]
    assert error["code"] == "names_member"
    # nor to somebody else alone, while Eero is to get none
    assert told.json("invite", "draft", DATE, "--person", "Aino", status=4)["error"]["code"] == "names_member"


def test_no_letter_names_anybody_else(panel: Program) -> None:
    panel("session", "agenda", "add", DATE, "Eero Mallin terveiset", "--minutes", "10")
    panel("proposal", "add", "vantaa", "Eero Malli toivoo valoa.", "--session", DATE)
    draft(panel)
    for number, name in enumerate(NAMES, 1):
        shown = panel.json("invite", "show", str(number))["letter"]
        whole = panel("invite", "show", str(number), "--format", "source").out
        _method, event = event_in(panel, number)
        others = [other for other in [*NAMES, "Väinö Vieras"] if other != name]
        words = [word for other in others for word in (*other.split(), f"{other.split()[0].lower()}@")]
        for text in (shown["subject"], shown["text"], shown["html"], whole.partition("\n\n")[0], event.to_ical().decode()):
            assert [word for word in words if word in text] == []
    assert "- [nimi poistettu]" in panel("invite", "show", "1").out or "terveiset" in panel("invite", "show", "1").out


def test_an_own_template_that_leaves_out_the_date_is_refused(panel: Program) -> None:
    folder = panel.folder / "pohjat" / "fi"
    folder.mkdir(parents=True)
    (folder / "invitation.txt").write_text(
        "Kutsu\n\nTervetuloa {{ letter.name }}! {{ letter.place }} {{ letter.contact.email }}\n"
    )
    panel("config", "set", "templates", str(folder.parent))
    error = panel.json("invite", "draft", DATE, status=7)["error"]
    assert (error["code"], error["file"]) == ("bad_template", "fi/invitation.txt")
    assert error["message"] == "The letter of the template fi/invitation.txt does not say: torstai 29.9.2022, 17.00, 19.00."
    assert letters(panel) == []
    assert draft(panel, DATE, "--person", "Tom") == each("invitation", "Tom")
    (folder / "invitation.txt").write_text(
        "Kutsu\n\n{{ letter.starts | long_date }} {{ letter.starts | time }}-{{ letter.ends | time }}\n"
        "{{ letter.place }} {{ letter.contact.email }}\n"
    )
    # nor may its HTML leave it out
    html = folder / "invitation.html"
    html.write_text("<p>Tervetuloa</p>")
    error = panel.json("invite", "draft", DATE, status=7)["error"]
    assert (error["code"], "torstai 29.9.2022" in error["message"]) == ("bad_template", True)
    html.unlink()
    assert draft(panel) == each("invitation", "Aino", "Eero", "Sanna")


# Files


def write(program: Program, *words: str, status_: int = 0) -> tuple[int, int, int]:
    found = program.json("invite", "write", "kirjeet", *words, status=status_)["letters"]
    return found["written"], found["unchanged"], found["removed"]


def test_letters_are_written_once_and_taken_away_when_they_wait_no_more(panel: Program) -> None:
    draft(panel)
    folder = panel.folder / "kirjeet"
    assert write(panel, "--dry-run") == (4, 0, 0)
    assert not folder.exists()
    assert write(panel) == (4, 0, 0)
    names = [f"{number:05}-vantaa-1-invitation.eml" for number in (1, 2, 3, 4)]
    assert faults.names(folder) == [*names, WORKBOOK]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    stamps = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    panel.now += timedelta(hours=3)
    assert write(panel) == (0, 4, 0)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == stamps
    (folder / "00001-oma-muistio.eml").write_bytes(b"Subject: oma\r\n\r\n")
    (folder / "muistio.txt").write_text("oma")
    panel("invite", "withdraw", "1")
    panel("person", "edit", "Eero", "--name", "Eero Uusi")
    assert write(panel, "--dry-run") == (1, 2, 1)
    assert write(panel) == (1, 2, 1)
    assert faults.names(folder) == ["00001-oma-muistio.eml", *names[1:], WORKBOOK, "muistio.txt"]
    panel("invite", "told", DATE)
    assert write(panel) == (0, 0, 3)
    assert faults.names(folder) == ["00001-oma-muistio.eml", WORKBOOK, "muistio.txt"]


def test_files_of_other_dates_that_still_wait_stay_and_what_fails_is_told(panel: Program) -> None:
    draft(panel)
    draft(panel, "vantaa/2")
    assert write(panel) == (8, 0, 0)
    assert write(panel, "vantaa/2") == (0, 4, 0)
    assert len(faults.names(panel.folder / "kirjeet")) == 9
    faults.meddle(panel.database, "UPDATE people SET email = 'äino@example.org' WHERE id = 1")
    document = panel.json("invite", "write", "kirjeet", "vantaa/2", status=5)["letters"]
    assert [one["message"] for one in document["failed"]] == ["No mail can be sent to the address äino@example.org."]


@pytest.mark.parametrize("name", [WORKBOOK, "00001-vantaa-1-invitation.eml"])
def test_a_file_of_somebody_else_under_a_name_of_ours_stays(panel: Program, name: str) -> None:
    draft(panel)
    folder = panel.folder / "kirjeet"
    folder.mkdir()
    (folder / name).write_bytes(b"oma")
    refused = panel("invite", "write", "kirjeet", status=4)
    assert (
        refused.err.splitlines()[0] == f"{Path('kirjeet') / name} is not a file that this program wrote, and is not overwritten."
    )
    assert panel.json("invite", "write", "kirjeet", "--dry-run", status=4)["error"]["code"] == "foreign_file"
    assert faults.names(folder) == [name]
    assert (folder / name).read_bytes() == b"oma"


def test_the_workbook_of_letters_holds_texts_and_nothing_that_is_worked_out(panel: Program) -> None:
    panel("person", "edit", "Aino", "--name", FORMULA)
    panel("person", "edit", "Eero", "--name", "+358 Malli")
    draft(panel)
    write(panel)
    book = python_calamine.CalamineWorkbook.from_path(panel.folder / "kirjeet" / WORKBOOK)
    sheet = book.get_sheet_by_name("letters")
    rows = sheet.to_python()
    assert rows[0] == ["name", "email", "language", "kind", "occasion", "subject", "text"]
    assert sorted((row[:6] for row in rows[1:]), key=itemgetter(1)) == [
        [FORMULA, "aino@example.org", "fi", "invitation", "vantaa/1", "Kutsu: torstai 29.9.2022 klo 17.00"],
        ["+358 Malli", "eero@example.org", "fi", "invitation", "vantaa/1", "Kutsu: torstai 29.9.2022 klo 17.00"],
        ["Sanna Exempel", "sanna@example.org", "sv", "invitation", "vantaa/1", "Inbjudan: torsdag 29.9.2022 kl. 17.00"],
        ["Tom Sample", "tom@example.org", "en", "invitation", "vantaa/1", "Invitation: Thursday 2022-09-29 at 17:00"],
    ]  # fmt: skip
    with zipfile.ZipFile(panel.folder / "kirjeet" / WORKBOOK) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)


def test_a_letter_can_be_looked_at_in_three_ways(panel: Program) -> None:
    draft(panel)
    assert panel("invite", "show", "4").out.splitlines()[:4] == [
        "To: Tom Sample <tom@example.org>", "Subject: Invitation: Thursday 2022-09-29 at 17:00", "For the calendar: an entry", "",
    ]  # fmt: skip
    assert panel("invite", "show", "4", "--format", "html").out.lower().startswith("<!doctype html>")
    source = panel("invite", "show", "4", "--format", "source").out
    assert '\nTo: "Tom Sample" <tom@example.org>\n' in source
    faults.meddle(panel.database, "UPDATE people SET email = '', email_key = '' WHERE id = 4")
    assert panel.json("invite", "show", "4", status=4)["error"]["code"] == "no_address"


def test_a_closed_pipe_is_no_failure(panel: Program) -> None:
    draft(panel)
    reader, writer = os.pipe()
    process = subprocess.Popen([sys.executable, "-m", "osallisuus", "invite", "list"], stdout=writer, stderr=subprocess.PIPE)
    os.close(reader)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == b""


def test_what_is_said_of_a_letter_holds_no_text_of_it(told: Program) -> None:
    db = open_db(told.database)
    log = "".join(str(row["changes"]) for row in db.rows("SELECT changes FROM log"))
    db.close()
    assert "drafted" in log
    assert not any(word in log for word in ("Aino", "example.org", "Tervetuloa"))
