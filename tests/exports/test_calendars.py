"""Calendar files as a function writes them: rules, texts, what other programs read, and memory."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Panel
from osallisuus.exports import calendars
from tests.exports.peers import TEXTS, Reads, each_reader
from tests.exports.rfc5545 import Component, blocks, events, faults, read, unfold
from tests.exports.samples import HOSTS, PANEL, SERIES, event, season, written

HOSTILE = {
    "Finnish and Swedish": "Äänekoski, Åbo ja öljy",
    "quotation marks": "\"suora\" 'heitto' ”kaari” »kulma«",
    "emoji with joiners and flags": ("👩\u200d🦽 ja 🇫🇮 " * 12).strip(),
    "decomposed letters": "a\u0308a\u0308nestys",
    "text direction": "\u202eoikealta\u202c \u2067vasen\u2069",
    "what is escaped": r"a,b;c:d\e\\f\,g\;h",
    "a network drive": r"\\NAS01\Nimet\nimet\raati",
    "a backslash last": "loppuu\\",
    "lines": "eka\ntoka\n\nviides\n",
    "a formula": "=1+1",
    "markup": "[/] [bold]x[/bold] <b>&amp;</b>",
    "long": ("pitkä sana " * 909).strip(),
    "long without a space": "ä" * 10_000,
    "many spaces": f"x{' ' * 300}y",
    "a tab": "a\tb",
    "percent signs": "100 % %2C %0A",
    "carets": "^n ^' ^^",
    "an end": "END:VEVENT",
    "injected lines": "x\nATTENDEE:mailto:a@example.org\nBEGIN:VALARM",
    "a byte order mark": "\ufeffalku",
    "no characters": "a\ufffe\U0010ffffb",
}


def only(data: bytes) -> Component:
    """Return the one event of a file without faults."""
    assert faults(data) == []
    (found,) = events(read(data))
    return found


# Other programs


@each_reader
def test_the_season_is_at_the_same_instants_for_every_reader(reads: Reads) -> None:
    seen = reads(written(*season()))
    assert [(uid, f"{one.start:%d.%m. %H:%M}", f"{one.end:%H:%M}") for uid, one in seen.items()] == [
        ("date-1", "13.09. 11:00", "12:00"),
        ("date-2", "11.10. 11:00", "12:00"),
        ("date-3", "15.11. 12:00", "13:00"),
        ("date-4", "13.12. 12:00", "13:00"),
    ]


@each_reader
def test_every_reader_gets_back_the_text_that_was_stored(reads: Reads) -> None:
    data = written(*(event(uid=uid, title=text, place=text, description=text) for uid, text in HOSTILE.items()))
    assert faults(data) == []
    seen = reads(data)
    for uid, text in HOSTILE.items():
        wanted = {"summary": f"Asiakasosallisuuden teematiistait: {text}", "location": text, "description": text}
        assert {name: getattr(seen[uid], name) for name in TEXTS} == wanted


# The same bytes as icalendar itself


hostile = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=200),
    st.text(st.sampled_from('\\;,:"N n\r\n\t\x00\x07\x0b\x0c\x1b\x7f\x85\u2028\u2029\u200dåä\u0308👩\u202e=[/]%^'), max_size=200),
    st.sampled_from([text for text in HOSTILE.values() if len(text) < 1000]),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)).map(lambda moment: moment.isoformat(timespec="minutes"))
stamps = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}")
occasions = st.builds(
    event,
    uid=st.uuids().map(str),
    host=st.sampled_from([*HOSTS]),
    status=st.sampled_from(["planned", "held", "cancelled"]),
    starts=moments,
    minutes=st.integers(1, 1440),
    timezone=st.sampled_from(["Europe/Helsinki", "UTC", "America/New_York"]),
    sequence=st.integers(0, 1000),
    created_at=stamps,
    revised_at=st.just("2040-01-01T00:00:00Z"),
    cancel_reason=hostile,
    title=hostile,
    description=hostile,
    place=hostile,
    url=st.sampled_from(["", 'https://example.org/l/meetup-join/19%3ameeting@thread.v2?c=1,2;3&ä="x"\'#[/]']),
)


@settings(deadline=None)
@given(occasions)
@example(event(title=HOSTILE["long"], description=HOSTILE["long without a space"], place=HOSTILE["long without a space"]))
def test_an_event_is_byte_for_byte_what_icalendar_writes(one: Event) -> None:
    expected = as_icalendar(one)
    # icalendar takes a backslash before a capital N for a line break (the network drive above would lose its name), and drops a
    # byte order mark
    assume(not any(r"\N" in str(value) or str(value).startswith("\ufeff") for value in expected.values()))
    assert blocks(written(one)) == {one.uid: expected.to_ical()}


@settings(deadline=None)
@given(st.lists(occasions, max_size=5, unique_by=lambda one: one.uid), hostile)
def test_a_file_keeps_every_rule_and_is_what_icalendar_makes_of_it(found: list[Event], name: str) -> None:
    assume(clean(name))
    data = written(*found, name=name)
    assert faults(data, panels={one.uid for one in found if one.host == "vantaa"}) == []
    assert read(data).text("NAME") == clean(name)
    assume(r"\\N" not in unfold(data) and "\ufeff" not in unfold(data))
    assert icalendar.Calendar.from_ical(data).to_ical() == data


def as_icalendar(one: Event) -> icalendar.Event:
    """Return the same event built by icalendar's own means."""
    host, cancelled = HOSTS[one.host].name, one.status == "cancelled"
    link = "" if cancelled else one.url
    zone = ZoneInfo(one.timezone) if one.timezone != "UTC" else UTC
    title, place, reason = clean(one.title), clean(one.place), clean(one.cancel_reason)
    summary = f"{host}: {title}" if title else host
    parts = (f"Reason: {reason}" if cancelled and one.cancel_reason else "", clean(one.description))
    description = "\n\n".join(part for part in (*parts, f"Join: {link}" if link else "") if part)
    built = icalendar.Event()
    for name, value in {
        "summary": f"Cancelled: {summary}" if cancelled else summary,
        "dtstart": one.start.replace(tzinfo=zone),
        "dtend": one.end.replace(tzinfo=zone),
        "dtstamp": datetime.fromisoformat(one.revised_at),
        "uid": one.uid,
        "sequence": one.sequence,
        "categories": [host],
        "class": "PRIVATE" if one.host == "vantaa" else "PUBLIC",
        "created": datetime.fromisoformat(one.created_at),
        "description": description,
        "last-modified": datetime.fromisoformat(one.revised_at),
        "location": place or link,
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "transp": "TRANSPARENT" if cancelled else "OPAQUE",
        "url": link,
    }.items():
        if value != "":
            built.add(name, value)
    return built


def clean(text: str) -> str:
    """Return what may stand in a file of a text: one kind of line break, no control characters."""
    text = text.replace("\r\n", "\n")
    for line_break in "\r\x0b\x0c\x85\u2028\u2029":
        text = text.replace(line_break, "\n")
    return "".join(
        character for character in text if character in "\n\t" or not (character < " " or "\x7f" <= character < "\xa0")
    )


# What a person finds in the calendar


def test_a_plain_date_line_by_line() -> None:
    (found,) = blocks(written(event(uid="u", title="Asiakkaiden ääni", url="https://example.org/t", sequence=2))).values()
    assert found.decode() == (
        "BEGIN:VEVENT\r\n"
        "SUMMARY:Asiakasosallisuuden teematiistait: Asiakkaiden ääni\r\n"
        "DTSTART;TZID=Europe/Helsinki:20220913T140000\r\n"
        "DTEND;TZID=Europe/Helsinki:20220913T150000\r\n"
        "DTSTAMP:20220822T060000Z\r\n"
        "UID:u\r\n"
        "SEQUENCE:2\r\n"
        "CATEGORIES:Asiakasosallisuuden teematiistait\r\n"
        "CLASS:PUBLIC\r\n"
        "CREATED:20220822T060000Z\r\n"
        "DESCRIPTION:Join: https://example.org/t\r\n"
        "LAST-MODIFIED:20220822T060000Z\r\n"
        "LOCATION:https://example.org/t\r\n"
        "STATUS:CONFIRMED\r\n"
        "TRANSP:OPAQUE\r\n"
        "URL:https://example.org/t\r\n"
        "END:VEVENT\r\n"
    )


@pytest.mark.parametrize(
    ("language", "summary"),
    [("fi", "Raati: Palvelut"), ("sv", "Rådet: Tjänster"), ("en", "Raati: Services"), ("xx", "Raati: Palvelut")],
)
def test_titles_come_in_the_language_asked_for_and_else_in_the_first(language: str, summary: str) -> None:
    hosts = {"vantaa": replace(PANEL, name="Raati", name_sv="Rådet")}
    one = event(host="vantaa", title="Palvelut", title_sv="Tjänster", title_en="Services")
    (found,) = events(read(written(one, hosts=hosts, language=language)))
    assert (found.text("SUMMARY"), found.text("CATEGORIES")) == (summary, summary.partition(":")[0])


@pytest.mark.parametrize(
    ("place", "url", "location", "description", "link"),
    [
        ("Tikkurila", "https://x.org/a", "Tikkurila", "Join: https://x.org/a", "https://x.org/a"),
        ("", "https://x.org/a", "https://x.org/a", "Join: https://x.org/a", "https://x.org/a"),
        ("Tikkurila", "", "Tikkurila", "", ""),
        ("", "", "", "", ""),
        # a link that a mail program broke over two lines, and one to a folder with a space in its name
        ("", " https://x.org/a\r\n/b ", "https://x.org/a/b", "Join: https://x.org/a/b", "https://x.org/a/b"),
        (
            "",
            "https://x.org/Oma kansio",
            "https://x.org/Oma%20kansio",
            "Join: https://x.org/Oma%20kansio",
            "https://x.org/Oma%20kansio",
        ),
        # what is no address is still worth reading
        ("", "lähetetään edellisenä päivänä", "lähetetään edellisenä päivänä", "Join: lähetetään edellisenä päivänä", ""),
        ("", "Teams: kysy linkki", "Teams: kysy linkki", "Join: Teams: kysy linkki", ""),
    ],
)
def test_where_to_go_and_how_to_join(place: str, url: str, location: str, description: str, link: str) -> None:
    found = only(written(event(place=place, url=url)))
    assert (found.text("LOCATION"), found.text("DESCRIPTION"), found.value("URL")) == (location, description, link)


def test_a_cancelled_date_says_so_says_why_and_does_not_ask_to_join() -> None:
    found = only(
        written(
            event(
                status="cancelled",
                sequence=3,
                cancel_reason="puhuja estynyt",
                title="Teema",
                description="Kahvit.",
                url="https://x.org",
            )
        )
    )
    assert {name: found.text(name) for name in ("SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE")} == {
        "SUMMARY": "Cancelled: Asiakasosallisuuden teematiistait: Teema",
        "DESCRIPTION": "Reason: puhuja estynyt\n\nKahvit.",
        "STATUS": "CANCELLED",
        "TRANSP": "TRANSPARENT",
        "SEQUENCE": "3",
    }


def test_a_held_date_is_as_it_was() -> None:
    assert written(event(status="held")) == written(event())


def test_control_characters_of_a_name_never_reach_the_file() -> None:
    calendar = read(written(event(), name="Vantaa\x07, Kerava\x85ja; muut"))
    assert (calendar.text("NAME"), calendar.text("X-WR-CALNAME")) == ("Vantaa, Kerava\nja; muut",) * 2


def test_panel_sessions_are_private_and_webinars_public() -> None:
    data = written(event(uid="webinar"), event(uid="session", host="vantaa"))
    assert [found.value("CLASS") for found in events(read(data))] == ["PUBLIC", "PRIVATE"]
    assert isinstance(HOSTS["vantaa"], Panel)


def test_a_calendar_without_dates_has_a_name_and_no_zone() -> None:
    calendar = read(written())
    assert (calendar.text("NAME"), calendar.components) == ("Teematiistait", [])


# The same data, the same bytes


def test_one_changed_date_changes_its_own_event_and_nothing_else() -> None:
    before, moved = season(), season()
    moved[1] = replace(moved[1], starts="2022-10-12T15:00", sequence=1, revised_at="2022-09-01T08:00:00Z")
    old, new = written(*before), written(*moved)
    assert [uid for uid, block in blocks(new).items() if block != blocks(old)[uid]] == ["date-2"]
    assert outside(new) == outside(old)


def test_more_dates_leave_the_zone_as_it_was() -> None:
    later = event(uid="later", starts="2026-03-10T14:00")
    assert outside(written(*season(), later)) == outside(written(*season()))


def outside(data: bytes) -> bytes:
    """Return the file without its events."""
    for block in blocks(data).values():
        data = data.replace(block, b"")
    return data


# Many dates


@pytest.mark.slow
def test_ten_thousand_dates_are_never_in_memory_together() -> None:
    text = "Mitä asiakkaat toivovat palveluilta? " * 8

    def many() -> Iterator[Event]:
        for n in range(10_000):
            yield event(
                uid=f"{n:032}", title=f"Teema {n}", description=f"{n}: {text}", place=f"Sali {n % 7}", url="https://example.org/x"
            )

    tracemalloc.start()
    try:
        zones = {"Europe/Helsinki": (date(2022, 9, 13), date(2022, 9, 13))}
        size = sum(len(piece) for piece in calendars.write(many(), HOSTS, zones, name=SERIES.name, language="fi"))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 8_000_000
    assert peak < 2_000_000
