"""What every command promises: one document or plain text, the right status, nothing asked where nobody can answer."""

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

import pytest

from tests.conftest import Program

HOSTILE = (
    "å ä ö \"quotes\" 'and' more",
    "👩🏽‍🦽 emoji",
    "a\u0308iti NFD",
    "bidi \u202e reversed \u2066 x",
    "esc \x1b[31m bell \x07 c1 \x9b nul-less",
    "[/] [bold] :smile:",
    "=1+1",
    "tab\there\nline\r\nbreak",
    "x" * 10_000,
    "a;b,c\\d",
    "{name} %s {0}",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_text_survives(season: Program, text: str) -> None:
    season("webinar", "edit", "teematiistait/1", "--title", text, "--description", text, "--place", text)
    season("person", "edit", "1", "--name", text, "--municipality", text)
    season("panel", "edit", "vantaa", "--name", text, "--area", text)
    assert season.json("webinar show teematiistait/1")["webinar"]["description"].replace("a\u0308", "ä") == text.replace(
        "a\u0308", "ä"
    )
    for words in (
        "webinar list",
        "webinar show teematiistait/1",
        "person list",
        "panel list",
        "member list vantaa",
        "today --days 90",
    ):
        ran = season(words)
        assert not set(ran.out) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r"}
        assert (
            all(line.count("\t") == ran.out.splitlines()[0].count("\t") for line in ran.out.splitlines()) or "list" not in words
        )
        raw = season(*words.split(), "--json").out
        assert not set(raw) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r"}
        assert raw.count("\n") == 1
    season("calendar export -o out.ics --force")


@pytest.mark.parametrize("text", ["131052-308T", "code 010100A123D in a sentence"])
def test_an_identity_code_is_refused_everywhere(season: Program, text: str) -> None:
    before = season.database.read_bytes()
    for words in (
        ("webinar", "edit", "teematiistait/1", "--description", text),
        ("session", "add", "vantaa", "--on", "2022-10-04", "--at", "12", "--minutes", "60", "--title", text),
        ("panel", "edit", "vantaa", "--purpose", text),
        ("person", "edit", "1", "--municipality", text),
        ("member", "add", "vantaa", "Uusi Esimerkki", "--role", "peer", "--arrangement", text),
        ("webinar", "cancel", "teematiistait/1", "--reason", text),
        ("member", "leave", "vantaa", "1", "--on", "2022-10-01", "--reason", text),
        ("config", "set", "organisation", text),
    ):
        assert season.json(*words, status=4)["error"]["code"] == "identity_code", words
    assert season.database.read_bytes() == before


def test_nothing_is_asked_where_nobody_can_answer(season: Program) -> None:
    season("person", "add", "Toinen")
    assert "Add --yes" in season("--no-input", "person", "merge", "1", "2", status=2).err


def test_a_missing_database_says_how_to_make_one(blank: Program) -> None:
    ran = blank("panel list", status=6)
    assert ran.out == ""
    assert ran.err.splitlines()[1] == "Make one with 'osallisuus init', or name another with --db FILE."


def test_a_fault_is_one_line_and_debug_shows_more(season: Program) -> None:
    broken = season.database.read_bytes()
    season.database.write_bytes(broken[:100] + b"\xff" * 4000 + broken[4100:])
    error = season.json("person list", status=6)["error"]
    assert error["code"] == "broken_database"


def test_languages_of_the_machine_and_of_the_settings(blank: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert blank.json("--lang", "de", "config", "list", status=2)["error"]["code"] == "usage"
    assert blank.json("config list")["config"]["language"] == "en"
    monkeypatch.setenv("LANG", "sv_FI.UTF-8")
    assert blank.json("config list")["config"]["language"] == "sv"
    blank("config set language fi")
    assert blank.json("config list")["config"]["language"] == "fi"
    monkeypatch.setenv("OSALLISUUS_LANG", "en")
    assert blank.json("config list")["config"]["language"] == "en"
    assert blank.json("--lang", "sv", "config", "list")["config"]["language"] == "sv"


def test_settings(blank: Program) -> None:
    assert blank("config get timezone").out == "Europe/Helsinki\n"
    assert blank("config", "set", "sender_name", "Osallisuustiimi").out == "sender_name is now Osallisuustiimi.\n"
    assert blank("config", "set", "sender_name", "Osallisuustiimi").out == "sender_name is Osallisuustiimi already.\n"
    assert blank.json("config path")["config"] == {"path": str(blank.config), "exists": True}
    assert blank.json("config set colour blue", status=3)["error"]["code"] == "not_found"
    assert blank.json("config get colour", status=3)["error"]["code"] == "not_found"
    blank.config.write_text("sender_name = \n")
    assert blank.json("today", status=6)["error"]["code"] == "bad_config"
    blank.config.write_text('sende_name = "x"\n')
    assert blank.json("today", status=6)["error"]["code"] == "bad_config"


def test_a_faulty_settings_file_can_be_found_and_mended(blank: Program) -> None:
    blank.config.write_text('timezone = "Mars"\nlanguage = "sv"\n')
    assert "is wrong: 'Mars' is not a time zone." in blank("panel list", status=6).err
    assert "osallisuus config set timezone VALUE" in blank("panel list", status=6).err
    assert "Usage:" in blank("--help").out
    assert str(blank.config) in blank("config path").out
    assert "is wrong" in blank("doctor", status=8).err
    blank("config set timezone Europe/Helsinki")
    assert blank.json("config list")["config"]["language"] == "sv"


def test_init_may_run_again(blank: Program) -> None:
    assert blank.json("init --organisation Esimerkki")["database"]["created"] is True
    before = blank.database.read_bytes()
    again = blank.json("init --organisation Toinen")["database"]
    assert (again["created"], again["config_changed"]) == (False, True)
    assert blank.database.read_bytes() == before
    other = blank("--db", str(blank.folder / "other.db"), "init")
    assert "config set database" in other.err


def test_today_tells_late_coming_and_waiting(season: Program) -> None:
    season.now = datetime(2022, 10, 20, 6, tzinfo=UTC)
    season("panel edit vantaa --term-end 2022-11-01")
    season("webinar held teematiistait/1")
    season("material add teematiistait/1 Esitys --url https://example.org/1 --publish")
    view = season.json("today")["today"]
    assert [event["occasion"] for event in view["coming"]] == ["teematiistait/2022-11-08"]
    assert [(t["kind"], t["subject"]) for t in view["late"]] == [
        ("unmarked", "teematiistait/2022-10-11"),
        ("theme", "teematiistait/2022-11-08"),
        ("speakers", "teematiistait/2022-11-08"),
    ]
    assert [(t["kind"], t["subject"]) for t in view["waiting"]] == [
        ("link", "teematiistait/2022-11-08"),
        ("term", "vantaa"),
    ]
    assert season("today --check", status=8).out.startswith("  teematiistait/2022-10-11")
    for number in (2, 3):
        season(f"webinar cancel teematiistait/{number}")
    assert season("today --check").out == ""
    season.now = datetime(2022, 12, 1, 6, tzinfo=UTC)
    view = season.json("today")["today"]
    assert {t["kind"] for t in view["waiting"]} == {"reminder", "unplanned"}
    assert {t["kind"] for t in view["late"]} == {"theme", "speakers", "link", "term"}


def test_every_command_that_mends_can_be_typed(season: Program) -> None:
    season("panel edit vantaa --term-end 2022-12-15")
    season("session add vantaa-sivu --on 2022-12-08 --at 17:00 --minutes 120")
    season.now = datetime(2022, 12, 1, 6, tzinfo=UTC)
    view = season.json("today --days 20")["today"]
    tasks = view["late"] + view["waiting"]
    assert {task["kind"] for task in tasks} == {
        "unmarked", "theme", "speakers", "link", "reminder", "no_place", "unplanned", "term",
    }  # fmt: skip
    meant = {
        "--url …": "--url https://example.org/teams", "--term-end …": "--term-end 2024-12-31", "--minutes …": "--minutes 30",
        "--speaker …": "--speaker 1", "…": "Sali",
    }  # fmt: skip
    for command in (task["command"] for task in tasks):
        typed = reduce(lambda line, gap: line.replace(*gap), meant.items(), command.replace('"…"', "…"))
        season(*typed.split()[1:])
    after = season.json("today --days 20")["today"]
    # nothing is published of what was held, who was asked to speak has not answered yet, and January is planned now
    assert {(task["kind"], task["subject"][-5:]) for task in after["late"] + after["waiting"]} == {
        ("materials", "09-13"), ("materials", "10-11"), ("materials", "11-08"), ("speakers", "12-13"), ("theme", "01-10"),
    }  # fmt: skip


def test_two_dates_of_a_day_are_named_by_number_everywhere(season: Program) -> None:
    for clock in ("10", "14"):
        season(f"session add vantaa --on 2022-09-12 --at {clock} --minutes 60")
    coming = [event["occasion"] for event in season.json("today")["today"]["coming"]]
    assert coming == ["vantaa/1", "vantaa/2", "teematiistait/2022-09-13"]
    assert "  Mon 2022-09-12 14:00–15:00  vantaa/2  Vantaan asiakasraati\n" in season("today").out
    season.now = datetime(2022, 9, 13, 6, tzinfo=UTC)
    for number in range(1, 5):
        season(f"webinar cancel teematiistait/{number}")
    assert season("today --check", status=8).out == (
        "  vantaa/1: Mon 2022-09-12 has passed: was it held?\n      osallisuus session held vantaa/1\n"
        "  vantaa/2: Mon 2022-09-12 has passed: was it held?\n      osallisuus session held vantaa/2\n"
    )


def test_words_too_many_are_told(season: Program) -> None:
    ran = season("webinar edit teematiistait/1 --title Uusi hieno teema", status=2)
    assert ran.err == (
        "There are words too many: hieno teema. Put a name or text with spaces in quotes.\nSee: osallisuus webinar edit --help\n"
    )
    assert "too many: (x) y." in season("member", "leave", "vantaa", "1", "(x)", "y", "--on", "today", status=2).err


def test_the_log_is_shown_in_local_time_and_kept_in_utc(season: Program) -> None:
    season.now = datetime(2022, 12, 1, 22, 30, tzinfo=UTC)
    season("webinar cancel teematiistait/2")
    assert season("log teematiistait/2").out == (
        "When\tUser\tCommand\tWhat\n"
        "2022-08-22 09:00\tkoordinaattori\twebinar plan\tadded teematiistait/2 starts 2022-10-11T14:00\n"
        "2022-12-02 00:30\tkoordinaattori\twebinar cancel\tcancelled teematiistait/2 planned → cancelled\n"
    )
    assert season.json("log teematiistait/2")["log"][-1]["at"] == "2022-12-01T22:30:00Z"
    season("config set timezone America/New_York")
    assert season("log teematiistait/2").out.splitlines()[-1].startswith("2022-12-01 17:30\t")


def test_the_log_is_read_by_subject(season: Program) -> None:
    season("member leave vantaa aino --on 2022-12-31")
    commands = [entry["command"] for entry in season.json("log", "Aino Esimerkki")["log"]]
    assert commands == ["member add", "member leave"]
    assert [entry["command"] for entry in season.json("log vantaa")["log"]] == ["panel add", "member add", "member leave"]
    assert season.json("log nobody", status=3)["error"]["code"] == "not_found"
    assert len(season.json("log --limit 2")["log"]) == 2
    assert "Aino" not in season("log", "--json").out


def test_doctor_finds_an_open_file(season: Program) -> None:
    season("doctor")
    season.database.chmod(0o644)
    findings = {finding["what"]: finding for finding in season("doctor", "--json", status=8).document["doctor"]}
    assert findings["who can read it"]["mend"] == f"chmod 600 '{season.database}'"
    assert [what for what, finding in findings.items() if not finding["ok"]] == ["who can read it"]


def test_database_commands(season: Program) -> None:
    copy = season.folder / "copy.db"
    made = season.json("db", "backup", str(copy))["backup"]
    assert made["rows"]["events"] == 4
    assert season.json("db", "backup", str(copy), status=4)["error"]["code"] == "file_exists"
    season("webinar cancel teematiistait/1")
    assert season.json("db", "restore", str(copy), status=2)["error"]["code"] == "needs_yes"
    restored = season.json("db", "restore", str(copy), "--yes")["restore"]
    assert Path(restored["saved"]).is_file()
    assert season.json("webinar show teematiistait/1")["webinar"]["status"] == "planned"
    assert season.json("db check")["check"]["problems"] == []
    assert season.json("db upgrade")["upgrade"] == {"applied": [], "backup": None}
    assert season("db path").out == f"{season.database}\n"


def test_the_demo_is_safe_to_run_again(blank: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    blank.now = datetime(2026, 11, 21, 6, tzinfo=UTC)
    first = blank("demo kokeilu")
    assert "Try next:" in first.out
    folder = blank.folder / "kokeilu"
    assert sorted(path.name for path in folder.iterdir()) == [
        "aino.ics",
        "julkinen",
        "kirjeet",
        "osallisuus.db",
        "osallisuus.toml",
        "palaute-1.csv",
        "palaute-2.csv",
        "palaute-3.csv",
        "palaute-4.csv",
        "palaute-raati.csv",
        "raadit.ics",
        "raati-2022.html",
        "raati-2022.xlsx",
        "teematiistait-2022.html",
        "teematiistait.ics",
    ]
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    assert blank.json("demo kokeilu")["demo"]["calendars"] == ["aino.ics", "raadit.ics", "teematiistait.ics"]
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before
    monkeypatch.delenv("OSALLISUUS_DB")
    monkeypatch.delenv("OSALLISUUS_CONFIG")
    monkeypatch.chdir(folder)
    assert len(blank.json("webinar list")["webinars"]) == 4
    blank("session cancel asiakasraati/5")
    blank("demo .")


def test_the_demo_leaves_real_data_alone(season: Program) -> None:
    season.config.rename(season.folder / "osallisuus.toml") if season.config.exists() else None
    before = season.database.read_bytes()
    assert season.json("demo .", status=4)["error"]["code"] == "not_the_demo"
    assert season.database.read_bytes() == before


def on_terminal(*words: str) -> str:
    """Run the program on a pseudo-terminal and return all it shows."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "osallisuus", *words]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "xterm", "COLUMNS": "120"}):
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:  # the terminal's other end was closed: the program is done
            pass
    os.close(master)
    return shown.decode()


def test_a_terminal_gets_a_table_and_obeys_no_name(season: Program) -> None:
    season("webinar", "edit", "teematiistait/1", "--title", "[/] [bold]x[/bold] \x1b[31m :smile:")
    shown = on_terminal("webinar", "list")
    assert "[/] [bold]x[/bold] \\x1b[31m :smile:" in shown
    assert "─" in shown
    assert "╭" in on_terminal("webinar", "plan", "--help")


def test_a_reader_that_leaves_is_no_fault(season: Program) -> None:
    command = f"{sys.executable} -m osallisuus log --json --limit 100 | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
