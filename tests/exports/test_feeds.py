"""`calendar feed`: what subscribers fetch, what is written anew, and where a feed may lie."""

import os
import re
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
import vobject

from tests.conftest import Program
from tests.exports.peers import Reads, each_reader
from tests.exports.rfc5545 import Component, events, faults, read

SPAN = ("--from", "2022-09-01", "--until", "2022-12-31")
MEMBERS = ("Aino Esimerkki", "aino@example.org")
FEED_ONLY = ("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither permission bits nor links for everybody")


@pytest.fixture
def panel(season: Program) -> Program:
    """Give four webinars, four sessions of a panel, and a member."""
    season("session", "plan", "vantaa", "--rule", "last thursday", "--at", "17:00", "--minutes", "120", *SPAN)
    season("person", "edit", "Aino", "--email", "aino@example.org")
    return season


def feed(program: Program, *words: str) -> dict[str, bytes]:
    """Bring the feeds up to date and return them."""
    program("calendar", "feed", "public", *words)
    return {path.name: path.read_bytes() for path in sorted(Path("public").iterdir())}


def states() -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path("public").iterdir()}


def days(data: bytes) -> list[Component]:
    return events(read(data))


# What is in it


def test_there_is_a_feed_for_each_open_host(panel: Program) -> None:
    panel("panel close vantaa-sivu --on 2022-08-01")
    assert [*feed(panel)] == ["teematiistait.ics", "vantaa.ics"]
    assert [*feed(panel, "vantaa-sivu")] == ["teematiistait.ics", "vantaa-sivu.ics", "vantaa.ics"]


def test_only_the_hosts_that_are_named_get_one(panel: Program) -> None:
    assert [*feed(panel, "vantaa", "VANTAA")] == ["vantaa.ics"]


@each_reader
def test_feeds_are_read_by_other_programs(panel: Program, reads: Reads) -> None:
    data = feed(panel, "--address", "https://example.org/4f1c/")["vantaa.ics"]
    assert [f"{one.start:%Y-%m-%dT%H:%MZ}/{one.end:%H:%MZ} {one.summary}" for one in reads(data).values()] == [
        "2022-09-29T14:00Z/16:00Z Vantaan asiakasraati",
        "2022-10-27T14:00Z/16:00Z Vantaan asiakasraati",
        "2022-11-24T15:00Z/17:00Z Vantaan asiakasraati",
        "2022-12-29T15:00Z/17:00Z Vantaan asiakasraati",
    ]


def test_a_feed_says_how_often_it_is_fetched_and_where_it_is(panel: Program) -> None:
    data = feed(panel, "--address", "https://example.org/4f1c/", "--refresh", "24")["vantaa.ics"]
    head = data.partition(b"BEGIN:VTIMEZONE")[0].decode()
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT24H\r\n" in head
    assert "\r\nX-PUBLISHED-TTL:PT24H\r\n" in head
    assert "\r\nSOURCE;VALUE=URI:https://example.org/4f1c/vantaa.ics\r\n" in head
    calendar = icalendar.Calendar.from_ical(data)
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=24)
    assert (calendar["REFRESH-INTERVAL"].params["VALUE"], str(calendar["SOURCE"])) == (
        "DURATION",
        "https://example.org/4f1c/vantaa.ics",
    )
    assert vobject.readOne(data.decode()).contents["refresh-interval"][0].params == {"VALUE": ["DURATION"]}


def test_without_an_address_there_is_no_source_and_twelve_hours_are_usual(panel: Program) -> None:
    data = feed(panel)["vantaa.ics"]
    assert b"SOURCE" not in data
    assert read(data).value("REFRESH-INTERVAL") == read(data).value("X-PUBLISHED-TTL") == "PT12H"


def test_a_long_address_is_folded_and_read_whole(panel: Program) -> None:
    address = f"https://example.org/{'pitkä-kansio/' * 12}"
    data = feed(panel, "--address", address)["vantaa.ics"]
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert str(icalendar.Calendar.from_ical(data)["SOURCE"]) == f"{address}vantaa.ics"


def test_a_feed_has_no_faults_and_names_no_member(panel: Program) -> None:
    for name, data in feed(panel).items():
        panels = [one.value("UID") for one in days(data)] if name == "vantaa.ics" else []
        found = [fault for fault in faults(data, panels=panels, secrets=MEMBERS) if not fault.startswith(FEED_ONLY)]
        assert found == []


def test_a_date_is_the_same_in_feed_and_file(panel: Program) -> None:
    exported = panel("calendar", "export", "vantaa").out.encode()
    assert feed(panel)["vantaa.ics"].partition(b"BEGIN:VTIMEZONE")[2] == exported.partition(b"BEGIN:VTIMEZONE")[2]


def test_the_feed_of_a_series_tells_no_more_than_its_pages(panel: Program) -> None:
    panel("webinar edit teematiistait/1 --url https://example.org/salainen --capacity 5")
    panel("webinar", "cancel", "teematiistait/2", "--reason", "puhuja sairastui")
    panel("session", "cancel", "vantaa/2", "--reason", "lakko")
    both = feed(panel)
    assert not re.search(b"salainen|sairastui", both["teematiistait.ics"])
    assert b"Reason: lakko" in both["vantaa.ics"]


def test_the_language_is_that_of_the_feed(panel: Program) -> None:
    panel("panel", "edit", "vantaa", "--name-sv", "Vanda klientråd")
    panel("session cancel vantaa/2")
    data = feed(panel, "vantaa", "--language", "sv")["vantaa.ics"]
    assert read(data).text("NAME") == "Vanda klientråd"
    assert days(data)[1].text("SUMMARY").endswith(": Vanda klientråd")


@pytest.mark.parametrize(("weeks", "kept"), [(0, True), (8, True), (9, False)])
def test_a_cancelled_date_stays_for_eight_weeks(panel: Program, weeks: int, kept: bool) -> None:
    panel("session cancel vantaa/1")  # 29 September
    panel.now = panel.now.replace(month=9, day=29) + timedelta(weeks=weeks)
    seen = [(one.value("DTSTART")[:8], one.value("STATUS")) for one in days(feed(panel)["vantaa.ics"])]
    assert (("20220929", "CANCELLED") in seen) == kept
    assert len([one for one in seen if one[1] == "CONFIRMED"]) == 3


def test_the_last_day_of_the_eight_weeks_is_a_day_like_others(panel: Program) -> None:
    panel("session cancel vantaa/1")
    panel.now = panel.now.replace(month=11, day=24, hour=21)
    assert len(days(feed(panel)["vantaa.ics"])) == 4
    panel.now += timedelta(hours=1)  # midnight in Helsinki
    assert len(days(feed(panel)["vantaa.ics"])) == 3


def test_a_zone_that_only_an_old_cancelled_date_was_in_is_left_out(panel: Program) -> None:
    panel("series", "add", "nordic", "--name", "Nordic", "--timezone", "Europe/Stockholm", "--at", "13:00", "--minutes", "60")
    panel("webinar add nordic --on 2022-09-01")
    panel("webinar cancel nordic/1")
    panel.now += timedelta(days=200)
    data = feed(panel, "nordic")["nordic.ics"]
    assert (read(data).components, read(data).text("NAME")) == ([], "Nordic")


def test_the_calendar_beside_the_public_pages_is_a_feed_too(panel: Program) -> None:
    panel("site", "build", "teematiistait", "pages", "--language", "fi")
    assert read(Path("pages/teematiistait.ics").read_bytes()).value("REFRESH-INTERVAL") == "PT12H"


# What is written


def test_the_same_data_are_the_same_bytes(panel: Program) -> None:
    first = feed(panel)
    for path in Path("public").iterdir():
        path.unlink()
    panel.now += timedelta(days=30)
    assert feed(panel) == first


def test_only_what_changed_is_written(panel: Program) -> None:
    feed(panel, "vantaa", "teematiistait")
    before = states()
    ran = panel("calendar feed public vantaa teematiistait")
    assert (ran.out, ran.err) == ("public: 0 feeds written, 2 as they were.\n", "")
    assert states() == before
    panel.now += timedelta(hours=1)
    panel("session move vantaa/1 2022-09-30")
    assert panel("calendar feed public vantaa teematiistait").out == "public: 1 feed written, 1 as it was.\n"
    after = states()
    assert [name for name in after if after[name] != before[name]] == ["vantaa.ics"]


def test_json_tells_of_each_feed(panel: Program) -> None:
    panel("session cancel vantaa/1")
    words = ("calendar", "feed", "public", "vantaa", "--address", "https://example.org/4f1c")
    one = {"host": "vantaa", "file": str(Path("public/vantaa.ics")), "address": "https://example.org/4f1c/vantaa.ics"}
    document = {"folder": "public", "feeds": [one | {"events": 4, "cancelled": 1, "written": True}], "dry_run": False}
    assert panel.json(*words) == {"calendar": document}
    assert panel.json(*words)["calendar"]["feeds"][0]["written"] is False


def test_a_dry_run_writes_nothing(panel: Program) -> None:
    ran = panel("calendar feed public --dry-run")
    assert ran.out == "public: 3 feeds written, 0 as they were. Nothing was written (--dry-run).\n"
    assert not Path("public").exists()


def test_it_is_said_how_to_subscribe_and_that_an_address_is_the_key(panel: Program) -> None:
    told = panel("calendar feed public vantaa --address https://example.org/4f1c").err
    assert "Subscribe: webcal://example.org/4f1c/vantaa.ics\n" in told
    assert "nobody guesses" in told
    assert "nobody guesses" not in panel("calendar feed public teematiistait").err


@posix
def test_feeds_can_be_served_and_are_made_so_again(panel: Program) -> None:
    old = os.umask(0o077)
    try:
        feed(panel, "vantaa")
        assert Path("public").stat().st_mode & 0o777 == 0o755
        Path("public/vantaa.ics").chmod(0o600)
        feed(panel, "vantaa")
    finally:
        os.umask(old)
    assert Path("public/vantaa.ics").stat().st_mode & 0o777 == 0o644


def test_a_reader_of_the_old_feed_sees_it_whole(panel: Program) -> None:
    first = feed(panel)["vantaa.ics"]
    with Path("public/vantaa.ics").open("rb") as reader:
        panel("session cancel vantaa/1")
        feed(panel)
        assert reader.read() == first
    assert not list(Path("public").glob(".*"))


def test_what_a_killed_run_left_is_swept_away(panel: Program) -> None:
    feed(panel)
    left = Path("public/.vantaa.ics.7fffffff-0123abcd.partial")
    left.write_bytes(b"BEGIN")
    feed(panel)
    assert not left.exists()


# Where it may lie


@pytest.mark.parametrize("folder", [".", "..", "osallisuus.db-files", "osallisuus.db-files/feeds"])
def test_a_folder_with_our_data_is_not_served(panel: Program, folder: str) -> None:
    before = sorted(panel.folder.iterdir())
    assert panel.json("calendar", "feed", folder, "--force", status=4)["error"]["code"] == "own_file"
    assert sorted(panel.folder.iterdir()) == before


def test_a_file_of_somebody_else_is_overwritten_only_with_force(panel: Program) -> None:
    Path("public").mkdir()
    other = Path("public/vantaa.ics")
    other.write_bytes(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//Else//EN\r\nEND:VCALENDAR\r\n")
    assert panel.json("calendar feed public", status=4)["error"]["code"] == "file_exists"
    assert [path.name for path in Path("public").iterdir()] == ["vantaa.ics"]  # not the others, either
    assert b"Somebody" not in feed(panel, "--force")["vantaa.ics"]


@posix
def test_a_link_is_not_followed(panel: Program) -> None:
    feed(panel, "vantaa")
    Path("public/vantaa.ics").rename("elsewhere.ics")
    Path("public/vantaa.ics").symlink_to(Path("elsewhere.ics").absolute())
    panel("calendar feed public vantaa", status=4)
    feed(panel, "vantaa", "--force")
    assert not Path("public/vantaa.ics").is_symlink()


@pytest.mark.parametrize("folder", ["osallisuus.db", f"{'x' * 300}", "season.txt/feeds"])
def test_what_cannot_be_written_is_said(panel: Program, folder: str) -> None:
    Path("season.txt").write_text("x", encoding="utf-8")
    panel.json("calendar", "feed", folder, status=4 if folder == "osallisuus.db" else 6)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("nobody",), 3),
        (("--address", "example.org"), 2),
        (("--address", "ftp://example.org/x"), 2),
        (("--refresh", "0"), 2),
        (("--refresh", "PT1H"), 2),
    ],
)
def test_wrong_words_write_nothing(panel: Program, words: tuple[str, ...], status: int) -> None:
    panel.json("calendar", "feed", "public", *words, status=status)
    assert not Path("public").exists()


def test_without_any_host_there_is_nothing_to_feed(program: Program) -> None:
    assert program.json("calendar feed public", status=3)["error"]["code"] == "not_found"
