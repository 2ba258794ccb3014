"""`calendar export` as people and scripts run it."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import osallisuus
from osallisuus.domain.events import Event
from osallisuus.store import upkeep
from osallisuus.store.database import open_db, writing
from tests.conftest import NOW, Program
from tests.exports.peers import Reads, each_reader
from tests.exports.rfc5545 import Component, blocks, events, faults, read
from tests.exports.samples import PANEL, SERIES, event
from tests.exports.samples import season as four_dates

PLACE = Path(osallisuus.__file__).parents[1]
MEMBERS = ("Aino Esimerkki", "aino@example.org", "Onni Osallinen", "onni@example.org", "+358401234567")


@pytest.fixture
def autumn(season: Program) -> Program:
    """Give the season with its one exception: the November date was moved a week on."""
    season("webinar", "move", "teematiistait/2022-11-08", "2022-11-15")
    return season


@pytest.fixture
def panel(season: Program) -> Program:
    """Give four sessions of the panel, on 29.9., 27.10., 24.11. and 29.12., and a member of autumn and of Christmas."""
    season("session", "plan", "vantaa", "--rule", "last thursday", "--at", "17:00", "--minutes", "120", *SPAN)
    season("person", "edit", "Aino", "--email", "aino@example.org", "--phone", "+358401234567")
    season("member", "leave", "vantaa", "Aino", "--on", "2022-10-27")
    season("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client", "--from", "2022-12-01")
    season(
        "member", "add", "vantaa-sivu", "Onni Osallinen", "--role", "peer", "--email", "onni@example.org", "--from", "2022-01-01"
    )
    return season


SPAN = ("--from", "2022-09-01", "--until", "2022-12-31")


def export(program: Program, *words: str) -> bytes:
    """Return the file that the program writes to standard output."""
    return program("calendar", "export", *words).out.encode()


def found(program: Program, *words: str) -> list[Component]:
    """Return the events of a file without faults."""
    data = export(program, *words)
    panels = {uid for uid, block in blocks(data).items() if b"CATEGORIES:Vantaan asiakasraati" in block or b"Sivuraati" in block}
    assert faults(data, panels=panels, secrets=MEMBERS) == []
    return events(read(data))


def days(program: Program, *words: str) -> list[str]:
    """Return the days of the events that are exported."""
    return [one.value("DTSTART")[:8] for one in found(program, *words)]


# The season


@each_reader
def test_the_four_dates_of_the_season_are_at_these_instants(autumn: Program, reads: Reads) -> None:
    seen = reads(export(autumn, "teematiistait")).values()
    assert [f"{one.start:%Y-%m-%dT%H:%MZ}/{one.end:%H:%MZ} {one.summary}" for one in seen] == [
        "2022-09-13T11:00Z/12:00Z Asiakasosallisuuden teematiistait",
        "2022-10-11T11:00Z/12:00Z Asiakasosallisuuden teematiistait",
        "2022-11-15T12:00Z/13:00Z Asiakasosallisuuden teematiistait",
        "2022-12-13T12:00Z/13:00Z Asiakasosallisuuden teematiistait",
    ]


def test_the_moved_date_is_a_revision_of_the_same_meeting(autumn: Program) -> None:
    assert [(one.value("DTSTART"), one.value("SEQUENCE")) for one in found(autumn, "teematiistait")] == [
        ("20220913T140000", "0"),
        ("20221011T140000", "0"),
        ("20221115T140000", "1"),
        ("20221213T140000", "0"),
    ]


@pytest.mark.parametrize(("language", "name"), [("fi", "Teematiistait"), ("sv", "Tematisdagar"), ("en", "Theme Tuesdays")])
def test_a_calendar_of_one_series_has_its_name_in_the_language_spoken(autumn: Program, language: str, name: str) -> None:
    names = ("--name", "Teematiistait", "--name-sv", "Tematisdagar", "--name-en", "Theme Tuesdays")
    autumn("series", "edit", "teematiistait", *names)
    calendar = read(autumn("--lang", language, "calendar", "export", "teematiistait").out.encode())
    assert {calendar.text("NAME"), *(one.text("SUMMARY") for one in events(calendar))} == {name}


def test_a_calendar_of_several_is_named_after_the_organisation(panel: Program) -> None:
    assert read(export(panel)).text("NAME") == "osallisuus"
    panel("config", "set", "organisation", "Vantaan ja Keravan hyvinvointialue")
    for words in ((), ("teematiistait", "vantaa"), ("--person", "Aino"), ("vantaa", "--person", "Aino")):
        assert read(export(panel, *words)).text("NAME") == "Vantaan ja Keravan hyvinvointialue"
    assert read(export(panel, "vantaa", "VANTAA")).text("NAME") == "Vantaan asiakasraati"


def test_the_calendar_of_a_person_speaks_their_language(panel: Program) -> None:
    panel("panel", "edit", "vantaa", "--name-sv", "Vanda klientråd", "--name-en", "Vantaa panel")
    panel("person", "edit", "Aino", "--language", "sv")
    assert {one.text("SUMMARY") for one in events(read(export(panel, "--person", "Aino")))} == {"Vanda klientråd"}
    assert {one.text("SUMMARY") for one in events(read(export(panel, "vantaa")))} == {"Vantaa panel"}


# The same data, the same bytes


def test_an_export_is_the_same_bytes_today_and_in_a_year(autumn: Program) -> None:
    first = export(autumn)
    autumn.now += timedelta(days=365)
    assert export(autumn) == first


def test_two_databases_from_one_backup_give_the_same_bytes(autumn: Program) -> None:
    autumn("db", "backup", "copy.db")
    files = []
    for name in ("first.db", "second.db"):
        autumn("--db", name, "db", "restore", "copy.db", "--yes")
        files.append(autumn("--db", name, "calendar", "export").out)
    assert files == [export(autumn).decode()] * 2


def test_the_order_in_which_dates_were_entered_does_not_matter(blank: Program) -> None:
    twins = [replace(one, host="vantaa", uid=f"twin of {one.uid}") for one in four_dates()]
    dates = [*four_dates(), event(number=5, uid="also date-1"), *twins]
    assert stored(blank, "forth.db", dates) == stored(blank, "back.db", dates[::-1])
    assert [*blocks(stored(blank, "mixed.db", dates[::2] + dates[1::2]))][:3] == ["date-1", "also date-1", "twin of date-1"]


def stored(program: Program, name: str, dates: list[Event]) -> bytes:
    """Return the calendar of a new database into which these dates were put in this order."""
    path = program.folder / name
    upkeep.create(path, now=NOW)
    db = open_db(path)
    with writing(db, "test", now=NOW) as change:
        for record in (replace(SERIES, created_at=change.stamp), replace(PANEL, created_at=change.stamp), *dates):
            db.insert(record)
        change.tell("added", "event", "all")
    db.close()
    return program("--db", str(path), "calendar", "export").out.encode()


@pytest.mark.parametrize(
    "words",
    [
        ("move", "teematiistait/2", "2022-10-12"),
        ("edit", "teematiistait/2", "--title", "Uusi teema"),
        ("edit", "teematiistait/2", "--minutes", "90"),
        ("cancel", "teematiistait/2"),
    ],
    ids=" ".join,
)
def test_a_changed_date_changes_only_its_own_event(autumn: Program, words: tuple[str, ...]) -> None:
    before = export(autumn)
    autumn.now += timedelta(hours=1)
    autumn("webinar", *words)
    after = export(autumn)
    uid = [*blocks(before)][1]
    assert after.replace(blocks(after)[uid], b"") == before.replace(blocks(before)[uid], b"")
    assert b"SEQUENCE:1\r\n" in blocks(after)[uid]
    assert b"LAST-MODIFIED:20220822T070000Z\r\n" in blocks(after)[uid]


# Cancelled and restored


def test_a_cancelled_date_stays_in_the_calendar_as_cancelled(autumn: Program) -> None:
    before = found(autumn, "teematiistait")[2]
    autumn("webinar", "cancel", "teematiistait/3", "--reason", "puhuja estynyt")
    after = found(autumn, "teematiistait")[2]
    assert after.value("UID") == before.value("UID")
    assert (before.value("SEQUENCE"), after.value("SEQUENCE")) == ("1", "2")
    assert (after.value("STATUS"), after.text("SUMMARY")) == ("CANCELLED", "Cancelled: Asiakasosallisuuden teematiistait")
    assert after.text("DESCRIPTION") == "Reason: puhuja estynyt"


def test_a_restored_date_is_a_new_meeting_and_the_old_one_stays_cancelled(autumn: Program) -> None:
    uid = found(autumn, "teematiistait")[2].value("UID")
    autumn("webinar", "cancel", "teematiistait/3")
    autumn.now += timedelta(days=1)
    autumn("webinar", "restore", "teematiistait/3")
    both = [one for one in found(autumn, "teematiistait") if one.value("DTSTART") == "20221115T140000"]
    assert sorted((one.value("STATUS"), one.value("UID") == uid, one.value("SEQUENCE")) for one in both) == [
        ("CANCELLED", True, "2"),
        ("CONFIRMED", False, "0"),
    ]
    autumn("webinar", "move", "teematiistait/3", "2022-11-22")
    assert days(autumn, "teematiistait") == ["20220913", "20221011", "20221115", "20221122", "20221213"]


# What is chosen


def test_panels_and_series_in_one_calendar_in_order_of_time(panel: Program) -> None:
    everything = ["20220913", "20220929", "20221011", "20221027", "20221108", "20221124", "20221213", "20221229"]
    assert days(panel) == days(panel, "vantaa", "teematiistait") == everything
    assert days(panel, "vantaa") == everything[1::2]
    assert days(panel, "vantaa-sivu") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--from", "2022-10-27"), ["20221027", "20221124", "20221229"]),
        (("--until", "27.10.2022"), ["20220929", "20221027"]),
        (("--from", "2022-10-28", "--until", "2022-11-24"), ["20221124"]),
    ],
)
def test_days_are_inclusive(panel: Program, words: tuple[str, ...], expected: list[str]) -> None:
    assert days(panel, "vantaa", *words) == expected


def test_a_person_gets_the_sessions_of_the_membership_and_nobody_is_named(panel: Program) -> None:
    assert days(panel, "--person", "Aino") == ["20220929", "20221027", "20221229"]
    assert days(panel, "--person", "aino@example.org", "--from", "2022-10-01") == ["20221027", "20221229"]
    assert days(panel, "--person", "Onni") == []
    panel("session", "plan", "vantaa-sivu", "--rule", "1st monday", "--at", "9", "--minutes", "30", *SPAN)
    assert days(panel, "--person", "Onni") == ["20220905", "20221003", "20221107", "20221205"]
    assert days(panel, "vantaa", "--person", "Onni") == []


def test_the_same_session_has_the_same_identity_in_every_calendar(panel: Program) -> None:
    everything = blocks(export(panel))
    for words in (("vantaa",), ("--person", "Aino"), ("vantaa", "teematiistait"), ("--from", "2022-10-01")):
        some = blocks(export(panel, *words))
        assert some.items() <= everything.items()
        assert some


def test_dates_in_several_zones_have_a_block_each(autumn: Program) -> None:
    autumn("series", "add", "nordic", "--name", "Nordic", "--timezone", "Europe/Stockholm", "--at", "13:00", "--minutes", "60")
    autumn("webinar", "add", "nordic", "--on", "2022-11-15")
    data = export(autumn)
    assert faults(data) == []
    assert [part.value("TZID") for part in read(data).components if part.name == "VTIMEZONE"] == [
        "Europe/Helsinki",
        "Europe/Stockholm",
    ]
    assert data.count(b"DTSTART;TZID=Europe/Stockholm:20221115T130000") == 1


def test_when_nothing_fits_the_calendar_is_empty_and_that_is_said(autumn: Program) -> None:
    ran = autumn("calendar", "export", "--from", "2030-01-01")
    assert ran.err == "No date fits: the calendar is empty.\n"
    assert read(ran.out.encode()).components == []
    assert autumn("calendar", "export").err == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("teematistait",), "There is no panel or series 'teematistait'."),
        (("teematiistait", "nobody"), "There is no panel or series 'nobody'."),
        (("--person", "Kukaan"), "Kukaan"),
    ],
)
def test_an_unknown_host_or_person_is_not_found_and_nothing_is_written(
    autumn: Program, words: tuple[str, ...], message: str
) -> None:
    ran = autumn("calendar", "export", *words, "-o", "season.ics", status=3)
    assert message in ran.err
    assert not Path("season.ics").exists()


def test_two_people_of_a_name_are_listed_and_none_is_taken(panel: Program) -> None:
    panel("member", "add", "vantaa", "Aino Toinen", "--role", "peer", "--from", "2022-01-01")
    ran = panel("calendar", "export", "--person", "Aino", status=3)
    assert "Aino Esimerkki" in ran.err
    assert "Aino Toinen" in ran.err
    assert ran.out == ""


def test_without_any_host_there_is_nothing_to_export(program: Program) -> None:
    assert program.json("calendar", "export", status=3)["error"]["code"] == "not_found"


# Where it goes


def test_file_standard_output_and_json_hold_the_same_bytes(autumn: Program) -> None:
    autumn("calendar", "export", "-o", "season.ics")
    data = Path("season.ics").read_bytes()
    assert faults(data) == []
    assert export(autumn) == export(autumn, "-o", "-") == data
    assert autumn.json("calendar export")["calendar"]["ics"].encode() == data


def test_json_tells_where_the_calendar_is_and_what_is_in_it(autumn: Program) -> None:
    autumn("webinar cancel teematiistait/1")
    told = {"events": 4, "cancelled": 1}
    assert autumn.json("calendar export -o season.ics") == {"calendar": {"file": "season.ics"} | told}
    document = autumn.json("calendar export --from 2022-09-01")
    assert document == {"calendar": {"file": None} | told | {"ics": export(autumn).decode()}}


def test_a_file_is_told_of_in_one_sentence(autumn: Program) -> None:
    assert autumn("calendar export -o season.ics").out == "season.ics: 4 dates.\n"
    assert autumn("calendar export --until 2022-09-30 -o season.ics").out == "season.ics: 1 date.\n"
    autumn("webinar cancel teematiistait/1")
    assert autumn("calendar export -o season.ics").out == "season.ics: 4 dates, of them cancelled: 1.\n"
    assert autumn("calendar export --until 2022-09-30 -o season.ics").out == "season.ics: 1 date, of them cancelled: 1.\n"


def test_the_bytes_are_exact_through_a_real_pipe(autumn: Program) -> None:
    ran = subprocess.run(real("calendar", "export"), capture_output=True, check=True, env=environment())
    assert ran.stdout == export(autumn)
    assert ran.stderr == b""


def test_a_slow_reader_keeps_nobody_from_writing(season: Program) -> None:
    season("webinar", "plan", "teematiistait", "--rule", "every monday", "--from", "2023-01-01", "--months", "60", "--yes")
    with subprocess.Popen(real("calendar", "export"), stdout=subprocess.PIPE, env=environment()) as slow:
        assert slow.stdout
        first = slow.stdout.read(1)  # a pipe holds 64 KiB, so the program now waits with the rest
        season("config", "set", "timeout", "1")
        season("webinar", "cancel", "teematiistait/1")
        rest = slow.stdout.read()
    assert slow.returncode == 0
    assert len(rest) > 100_000
    assert faults(first + rest) == []
    assert b"CANCELLED" not in rest


def real(*words: str) -> list[str]:
    """Return the command of a process of its own."""
    return [sys.executable, "-m", "osallisuus", *words]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(PLACE)}


# The file


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither permission bits nor links for everybody")


@posix
def test_the_file_is_for_its_owner_only(autumn: Program) -> None:
    old = os.umask(0)
    try:
        autumn("calendar export -o season.ics")
    finally:
        os.umask(old)
    assert Path("season.ics").stat().st_mode & 0o777 == 0o600


def test_a_scheduled_export_runs_again_over_its_own_file(autumn: Program) -> None:
    target = Path("season.ics")
    autumn("calendar export -o season.ics")
    first, reader = target.read_bytes(), target.open("rb")
    autumn("webinar cancel teematiistait/1")
    autumn("calendar export -o season.ics")
    assert blocks(target.read_bytes()) == blocks(export(autumn))
    with reader:
        assert reader.read() == first  # whoever was reading meanwhile saw the old file whole
    assert leftovers() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"notes of the coordinator",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\r\nEND:VCALENDAR\r\n",
        b"\xff\xfe\x00" * 100 + b"PRODID:-//osallisuus//",
    ],
)
def test_a_file_of_somebody_else_is_overwritten_only_with_force(autumn: Program, content: bytes) -> None:
    target = Path("other.ics")
    target.write_bytes(content)
    refused = autumn.json("calendar export -o other.ics", status=4)
    assert refused["error"]["code"] == "file_exists"
    assert target.read_bytes() == content
    autumn("calendar export -o other.ics --force")
    assert target.read_bytes() == export(autumn)


@posix
def test_a_symbolic_link_is_refused_and_with_force_replaced_not_followed(autumn: Program) -> None:
    own, link = Path("own.ics"), Path("link.ics")
    autumn("calendar export --until 2022-09-30 -o own.ics")
    before = own.read_bytes()
    link.symlink_to(own)
    autumn("calendar export -o link.ics", status=4)
    assert link.is_symlink()
    autumn("calendar export -o link.ics --force")
    assert not link.is_symlink()
    assert (link.read_bytes(), own.read_bytes()) == (export(autumn), before)


@posix
def test_a_dangling_link_is_refused(autumn: Program) -> None:
    Path("link.ics").symlink_to("nowhere.ics")
    autumn("calendar export -o link.ics", status=4)
    assert not Path("nowhere.ics").exists()


@pytest.mark.parametrize("target", ["missing/season.ics", "osallisuus.db/season.ics", ".", f"{'x' * 300}.ics"])
def test_what_cannot_be_written_is_said_with_status_6(autumn: Program, target: str) -> None:
    message = autumn.json("calendar", "export", "-o", target, status=6)["error"]["message"]
    assert message.startswith(target[:20])
    assert leftovers() == []


def test_an_export_that_fails_half_way_leaves_the_old_file(autumn: Program) -> None:
    autumn("calendar export -o season.ics")
    before = Path("season.ics").read_bytes()
    db = open_db(autumn.database)
    with writing(db, "test", now=NOW) as change:
        # a zone that a newer computer knew
        db.insert(event(host="teematiistait", number=99, uid="later", timezone="Europe/Vantaa"))
        change.tell("added", "event", "teematiistait/99")
    db.close()
    autumn("calendar export -o season.ics", status=2)
    assert Path("season.ics").read_bytes() == before
    assert leftovers() == []
    assert autumn("calendar export", status=2).out == ""


def leftovers() -> list[Path]:
    return [*Path().glob(".*.partial")]


def test_names_that_look_like_rules_or_markup_reach_the_calendar_as_they_are(program: Program) -> None:
    name = '[/]; =1+1, \\n "Raati"\r\nATTENDEE:mailto:x@example.org 👩\u200d🦽'
    program("panel", "add", "raati", "--name", name, "--kind", "main")
    program("session", "add", "raati", "--on", "2022-10-04", "--at", "12:00", "--minutes", "90", "--title", name)
    data = export(program)
    (one,) = events(read(data))
    plain = name.replace("\r\n", "\n")
    assert faults(data, panels={one.value("UID")}) == []
    assert (one.text("SUMMARY"), one.text("CATEGORIES"), read(data).text("NAME")) == (f"{plain}: {plain}", plain, plain)
