"""`osallisuus report` from the outside: what is refused, formats, files, languages; and that nothing is written."""

import io
import json
import subprocess
import sys

import openpyxl
import pytest

from osallisuus.reports.catalogue import CATALOGUE
from tests.conftest import Program
from tests.store import peers

PANEL = ("report", "panel", "vantaa", "--year", "2022")
YEAR = ("report", "year", "--year", "2022")
FORMATS = {"text": "txt", "md": "md", "html": "html", "json": "json", "xlsx": "xlsx", "pdf": "pdf"}


def kind_of(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK"):
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames
        return "xlsx"
    text = content.decode()
    if text.startswith("<!doctype html>"):
        return "html"
    if text.startswith("{"):
        assert json.loads(text)["report"]["name"]
        return "json"
    return "md" if text.startswith("# ") else "text"


# Listing


def test_the_list_tells_what_each_report_is_about_and_for_whom(program: Program) -> None:
    heading, *rows = program("report list").out.splitlines()
    assert heading.split("\t") == ["Report", "About", "Who may see it", "What it says"]
    found = {row.split("\t")[0]: row.split("\t")[1:] for row in rows}
    assert list(found) == list(CATALOGUE)
    assert found["panel"][:2] == ["a panel", "everybody"]
    assert found["contacts"][:2] == ["[a panel]", "internal"]
    assert found["year"][:2] == ["everything", "everybody"]
    listed = program.json("report list")["reports"]
    assert [(one["name"], one["audience"], one["required"]) for one in listed] == [
        (name, sheet.audience, sheet.required) for name, sheet in CATALOGUE.items()
    ]


def test_every_report_of_the_catalogue_is_a_command(told: Program) -> None:
    for name, sheet in CATALOGUE.items():
        host = {"panel": ["vantaa"], "series": ["teematiistait"], "host": ["vantaa"], "": []}[sheet.about]
        assert told.json("report", name, *host)["report"]["name"] == name
        assert told("report", name, *host, "--help").out.startswith(f"Usage: osallisuus report {name}")


# Formats


@pytest.mark.parametrize("format", FORMATS)
def test_the_ending_of_the_file_is_the_format(told: Program, format: str) -> None:
    file = f"raati.{FORMATS[format]}"
    assert told(*PANEL, "-o", file).out == f"Wrote {file}.\n"
    assert kind_of((told.folder / file).read_bytes()) == format


def test_an_ending_in_capitals_or_htm_is_known_too(told: Program) -> None:
    told(*PANEL, "-o", "R.PDF")
    told(*PANEL, "-o", "r.htm")
    assert kind_of((told.folder / "R.PDF").read_bytes()) == "pdf"
    assert kind_of((told.folder / "r.htm").read_bytes()) == "html"


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_that_is_named_goes_before_the_ending(told: Program, format: str) -> None:
    told(*PANEL, "-o", "raati.data", "--format", format)
    assert kind_of((told.folder / "raati.data").read_bytes()) == format


@pytest.mark.parametrize("format", ["text", "md", "html", "json"])
def test_a_text_is_printed(told: Program, format: str) -> None:
    assert kind_of(told(*PANEL, "--format", format).out.encode()) == format
    told(*PANEL, "--format", format, "-o", "same.data")
    assert told(*PANEL, "--format", format, "-o", "-").out.encode() == (told.folder / "same.data").read_bytes()


@pytest.mark.parametrize("format", ["xlsx", "pdf"])
def test_what_is_no_text_is_not_printed(told: Program, format: str) -> None:
    ran = told(*PANEL, "--format", format, status=2)
    assert ran.out == ""
    assert "no text to print" in ran.err
    assert f"-o report.{format}" in ran.err
    assert told(*PANEL, "--format", format, "-o", "-", status=2).out == ""


def test_an_ending_that_no_format_has_is_refused(told: Program) -> None:
    ran = told(*PANEL, "-o", "raati.docx", status=2)
    assert "No format ends in '.docx'" in ran.err
    assert ".xlsx" in ran.err
    assert not (told.folder / "raati.docx").exists()
    assert "xlsx" in told(*PANEL, "--format", "word", status=2).err
    told(*PANEL, "-o", "raati")  # without an ending it is text
    assert kind_of((told.folder / "raati").read_bytes()) == "text"


def test_a_file_that_is_there_stays_unless_forced(told: Program) -> None:
    file = told.folder / "raati.md"
    file.write_text("mine")
    assert "raati.md" in told(*PANEL, "-o", "raati.md", status=4).err
    assert file.read_text() == "mine"
    told(*PANEL, "-o", "raati.md", "--force")
    assert kind_of(file.read_bytes()) == "md"


def test_the_document_of_a_report_has_its_blocks(told: Program) -> None:
    document = told.json(*PANEL)
    assert list(document) == ["report"]
    report = document["report"]
    assert (report["name"], report["audience"], report["subtitle"]) == ("panel", "public", "2022")
    assert report["made"] == {
        "on": "2022-08-22",
        "version": report["made"]["version"],
        "database": "osallisuus.db",
        "entry": max(one["id"] for one in told.json("log")["log"]),
    }
    assert {block["type"] for block in report["blocks"]} == {"heading", "paragraph", "figures", "table"}
    assert report["limits"]
    written = told.json(*PANEL, "-o", "r.md")["report"]
    assert written["files"] == [{"file": "r.md", "format": "md"}]
    assert written["blocks"] == report["blocks"]
    assert told.json(*PANEL, "--format", "md")["report"]["blocks"] == report["blocks"]


# Several files at once


def test_one_report_goes_into_several_files(told: Program) -> None:
    told(*PANEL, "-o", "1.pdf")
    ran = told(*PANEL, "-o", "a.pdf", "-o", "b.xlsx", "-o", "c.html")
    assert ran.out == "Wrote a.pdf.\nWrote b.xlsx.\nWrote c.html.\n"
    assert [kind_of((told.folder / name).read_bytes()) for name in ("a.pdf", "b.xlsx", "c.html")] == ["pdf", "xlsx", "html"]
    assert (told.folder / "a.pdf").read_bytes() == (told.folder / "1.pdf").read_bytes()


def test_where_one_of_several_cannot_be_written_none_is(told: Program) -> None:
    (told.folder / "there.md").write_text("mine")
    for other, status in (("there.md", 4), ("raati.docx", 2), ("no/such/folder.md", 6)):
        told(*PANEL, "-o", "first.md", "-o", other, status=status)
        assert not (told.folder / "first.md").exists()
    assert (told.folder / "there.md").read_text() == "mine"


def test_printing_and_writing_at_once_is_refused(told: Program) -> None:
    ran = told(*PANEL, "-o", "-", "-o", "a.md", status=2)
    assert "printed or written" in ran.err
    assert not ran.out
    assert not (told.folder / "a.md").exists()


# Periods


def test_a_year_and_a_period_at_once_are_refused(told: Program) -> None:
    for option in ("--from", "--until"):
        ran = told(*PANEL, option, "2022-02-01", status=2)
        assert "at once" in ran.err


def test_a_period_that_ends_before_it_begins_is_refused(told: Program) -> None:
    ran = told("report", "panel", "vantaa", "--from", "2022-05-02", "--until", "2022-05-01", status=2)
    assert "before it begins" in ran.err
    told("report", "panel", "vantaa", "--from", "2022-05-01", "--until", "2022-05-01")
    assert told("report", "panel", "vantaa", "--from", "eilispäivä", status=2).err


def test_the_period_is_told(told: Program) -> None:
    def period(*words: str) -> str:
        return str(told.json("report", "panel", "vantaa", *words)["report"]["subtitle"])

    assert period() == period("--year", "2022") == period("--from", "2022-01-01", "--until", "2022-12-31") == "2022"
    assert period("--year", "2021") == "2021"
    assert period("--from", "2022-02-01") == "2022-02-01–2022-12-31"  # to the end of its year
    assert period("--until", "31.3.2022") == "2022-01-01–2022-03-31"
    assert period("--year", "2021", "--language", "fi") == "2021"


# What it is about


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("panel", 2, "Say what the report is about"),
        ("series", 2, "Say what the report is about"),
        ("innokyla", 2, "Say what the report is about"),
        ("panel teematiistait", 3, "teematiistait"),
        ("series vantaa", 3, "vantaa"),
        ("panel olematon", 3, "olematon"),
        ("year vantaa", 2, "leave 'vantaa' out"),
        ("art30 vantaa", 2, "leave 'vantaa' out"),
        ("answer-debt teematiistait", 3, "teematiistait"),
        ("paneli vantaa", 2, "panel"),
    ],
)
def test_what_it_cannot_be_about_is_refused(told: Program, words: str, status: int, said: str) -> None:
    ran = told("report", *words.split(), status=status)
    assert said in ran.err
    assert ran.out == ""


def test_a_report_is_in_the_language_asked_for(told: Program) -> None:
    for language, word in (("fi", "Jäsenet"), ("sv", "Medlemmar"), ("en", "Members")):
        document = told.json(*PANEL, "--language", language)["report"]
        assert document["language"] == language
        assert word in told(*PANEL, "--language", language).out
        assert f'<html lang="{language}"' in told(*PANEL, "--language", language, "--format", "html").out
    assert "Jäsenet" in told("--lang", "fi", *PANEL).out
    assert "Members" in told("--lang", "fi", *PANEL, "--language", "en").out
    told(*PANEL, "--language", "de", status=2)


# The same again


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_database_gives_the_same_bytes(told: Program, format: str) -> None:
    made = []
    for number in range(2):
        told(*YEAR, "--language", "fi", "--format", format, "-o", f"{number}.x")
        made.append((told.folder / f"{number}.x").read_bytes())
    day = "from datetime import date, datetime, UTC\nimport osallisuus.cli as c, sys\n"
    code = f"{day}sys.exit(c.run(sys.argv[1:], clock=lambda: datetime(2022, 8, 22, 20, 59, tzinfo=UTC)))"
    words = [*YEAR, "--language", "fi", "--format", format, "-o", "other.x"]
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=peers.environment(PYTHONHASHSEED="7", TZ="Asia/Tokyo", COLUMNS="40"),
        check=False,
        capture_output=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert made[0] == made[1] == (told.folder / "other.x").read_bytes()


def test_a_report_writes_nothing_to_the_database(told: Program) -> None:
    before, entries = told.database.read_bytes(), told.json("log")["log"]
    for name, sheet in CATALOGUE.items():
        host = {"panel": ["vantaa"], "series": ["teematiistait"], "host": ["vantaa"], "": []}[sheet.about]
        for words in ((), ("--internal",), ("--explain", "list"), ("-o", f"{name}.html", "--force")):
            told("report", name, *host, *words)
    assert told.database.read_bytes() == before
    assert told.json("log")["log"] == entries
    assert not [file for file in told.folder.iterdir() if file.suffix in (".db-journal", ".db-wal", ".tmp")]


def test_what_is_missing_is_told_beside_the_report(told: Program) -> None:
    ran = told(*PANEL)
    assert 'osallisuus report text vantaa evaluation "…" --year 2022' in ran.err
    assert "report text" not in ran.out
