"""Reports of online meetings tell who was there and how long."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.errors import BadInput, UsageError
from osallisuus.imports import attendance
from osallisuus.imports.durations import seconds, whole_minutes
from tests.imports import samples

Saved = Callable[..., Path]
Person = tuple[str, str, int | None]


def report(path: Path, **columns: str) -> tuple[str, list[Person]]:
    found = attendance.read(path, columns=columns)
    return found.kind, [(one.name, one.email, one.minutes) for one in found.people]


MEET = (
    b"First name,Last name,Email,Duration,Time joined,Time exited\nAino,Esimerkki,aino@esimerkki.fi,1 hr 2 min,2:00 PM,3:02 PM\n"
)
LIST = samples.xlsx(
    samples.sheet(
        {1: ["Teematiistai"], 3: ["Nimi", "Sähköposti", "Kesto (min)"], 4: ["Aino Esimerkki", "", 45], 5: ["Eero Malli", "", ""]}
    )
    + f'<row r="6">{samples.text_cell("A6", "Sanna Exempel")}<c r="C6" s="{samples.HOURS}"><v>0.04375</v></c></row>'
)


@pytest.mark.parametrize(
    ("content", "kind", "people"),
    [
        (
            samples.TEAMS_EN,
            "teams",
            [
                ("Aino Esimerkki", "aino@esimerkki.fi", 66),
                ("Eero Malli", "eero@malli.fi", 1),
                ("Sanna Exempel", "", 60),
                ("Aino Esimerkki", "", 0),
                ("Nimetön Testaaja", "", None),
            ],
        ),
        (samples.TEAMS_FI, "teams", [("Aino Esimerkki", "aino@esimerkki.fi", 66), ("Eero Malli", "eero@malli.fi", 30)]),
        (samples.TEAMS_SV, "teams", [("Sanna Exempel", "sanna@exempel.fi", 66)]),
        (samples.TEAMS_UNKNOWN, "teams", [("Aino Esimerkki", "aino@esimerkki.fi", 66), ("Sanna Exempel", "", 12)]),
        (
            samples.TEAMS_2021,
            "teams-2021",
            [("Aino Esimerkki", "aino@esimerkki.fi", 61), ("Eero Malli", "", 20), ("Eero Malli", "", 5)],
        ),
        (
            samples.ZOOM_WEBINAR,
            "zoom-webinar",
            [
                ("Sanna Exempel", "sanna@exempel.fi", 67),
                ("Aino Esimerkki", "aino@esimerkki.fi", 59),
                ("Linjoilta Soittaja", "", 15),
            ],
        ),
        (
            samples.ZOOM_MEETING,
            "zoom-meeting",
            [("Aino Esimerkki", "aino@esimerkki.fi", 62), ("Eero Malli", "eero@malli.fi", 20), ("Sanna", "", 10)],
        ),
        (
            b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAino Esimerkki,aino@esimerkki.fi,62,No\n",
            "zoom-meeting",
            [("Aino Esimerkki", "aino@esimerkki.fi", 62)],
        ),
        (MEET, "meet", [("Aino Esimerkki", "aino@esimerkki.fi", 62)]),
        (LIST, "list", [("Aino Esimerkki", "", 45), ("Eero Malli", "", None), ("Sanna Exempel", "", 63)]),
        ("Namn;Minuter\nÅsa Exempel;12,5\n".encode("cp1252"), "list", [("Åsa Exempel", "", 13)]),
        (
            "Nimi;Läsnä\nAino Esimerkki;x\nEero Malli;\nSanna Exempel;etänä\n".encode(),
            "list",
            [("Aino Esimerkki", "", None), ("Sanna Exempel", "", None)],
        ),
        (
            b"aino@esimerkki.fi\nEero Malli (Guest)\nAINO@esimerkki.fi\n",
            "list",
            [("", "aino@esimerkki.fi", None), ("Eero Malli", "", None)],
        ),
        (b"1. Aino Esimerkki\n2. Eero Malli\n", "", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_report_tells_who_was_there(saved: Saved, content: bytes, kind: str, people: list[Person]) -> None:
    if not kind:
        with pytest.raises(BadInput, match="2 faults"):
            report(saved(content))
        return
    assert report(saved(content)) == (kind, people)


def test_lines_lead_back_to_the_file(saved: Saved) -> None:
    found = attendance.read(saved(samples.TEAMS_EN), columns={})
    lines = samples.TEAMS_EN.decode("utf-16").splitlines()
    assert [lines[one.line - 1].split("\t")[0].partition(" (")[0] for one in found.people] == [one.name for one in found.people]


def test_an_identity_joins_rows_that_have_no_other_address(saved: Saved) -> None:
    head = "Full Name|Join Time|Leave Time|Duration|Email|Role|Participant ID (UPN)\n"
    rows = [
        "Aino E|||1m|||aino@tenant",
        "Aino|||2m|aino@esimerkki.fi||AINO@tenant",
        "A|||4m|toinen@esimerkki.fi||aino@tenant",
        "B|||8m|||aino@tenant",
    ]
    assert report(saved(samples.teams(head + "\n".join(rows)))) == (
        "teams-2021",
        [("Aino E", "aino@esimerkki.fi", 11), ("A", "toinen@esimerkki.fi", 4)],
    )


def test_a_person_with_unknown_and_known_stays_has_the_known(saved: Saved) -> None:
    assert report(saved("Nimi;Email;Kesto\nAino;a@b.fi;--\nAino;a@b.fi;5 min\nEero;e@b.fi;ei tiedossa\n"))[1] == [
        ("Aino", "a@b.fi", 5),
        ("Eero", "e@b.fi", None),
    ]


def test_columns_can_be_named(saved: Saved) -> None:
    path = saved("Kuka;Kauanko;Oliko\nAino Esimerkki;1:05;kyllä\nEero Malli;0:10;ei\n")
    assert report(path, name="Kuka", minutes="Kauanko", attended="Oliko") == ("list", [("Aino Esimerkki", "", 65)])
    with pytest.raises(UsageError, match="no heading 'Nimi'"):
        report(path, name="Nimi")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Full Name\tUser Action\tTimestamp\nAino Esimerkki\tJoined\t11/15/2020, 2:00:00 PM\n", "log of comings and goings"),
        (
            "SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role\n1,2,Aino,x,y,Joined,z\n",
            "log of comings and goings",
        ),
        ("Kesto;Kunta\n5;Sotkamo\n", "known to hold names"),
        ("1. Summary\nMeeting title\tTeematiistai\n", "faults"),
    ],
)
def test_what_does_not_tell_people_apart_is_refused(saved: Saved, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        report(saved(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("3h 23m 20s", 12200), ("1h 7s", 3607), ("45m", 2700), ("8s", 8), ("1h7s", 3607)),
        *(("1 godz. 30 min 55 sek.", 5455), ("59 Min. 0 Sek.", 3540), ("2 Std. 1 Min.", 7260), ("1 hr 2 min", 3720)),
        *(
            ("1 t 5 min", 3900),
            ("2 tuntia, 5 minuuttia", 7500),
            ("1 timme 2 minuter 3 sekunder", 3723),
            ("1:05:00", 3900),
            ("0:45", 2700),
        ),
        *(("25:01:00", 90060), ("64", 3840), ("12,5", 750), ("12.5", 750), ("00:45:00", 2700), (" 5\u00a0min ", 300)),
        *(
            ("", None),
            ("--", None),
            ("NA", None),
            ("ei tiedossa", None),
            ("5 kg", None),
            ("-5", None),
            ("klo 14.00", None),
            ("5m " * 20, None),
        ),
    ],
)
def test_durations_are_read_as_the_programs_write_them(text: str, expected: int | None) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(("length", "minutes"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (None, None)])
def test_minutes_are_the_nearest(length: int | None, minutes: int | None) -> None:
    assert whole_minutes(length) == minutes


@given(
    total=st.integers(0, 99 * 3600), units=st.sampled_from([("h", "m", "s"), (" t", " min", " s"), (" godz.", " min", " sek.")])
)
def test_a_duration_with_its_zero_parts_left_out_is_whole(total: int, units: tuple[str, str, str]) -> None:
    parts = (total // 3600, total % 3600 // 60, total % 60)
    written = " ".join(f"{number}{unit}" for number, unit in zip(parts, units, strict=True) if number)
    assert seconds(written) == (total or None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    stays=st.lists(st.tuples(st.sampled_from(["a@b.fi", "B@b.fi", "b@b.fi", ""]), st.integers(0, 90)), min_size=1, max_size=12)
)
def test_no_minute_is_lost_and_no_address_comes_twice(saved: Saved, stays: list[tuple[str, int]]) -> None:
    lines = [f"Aino;{email};{minutes}" for email, minutes in stays]
    _kind, people = report(saved("Nimi;Email;Minuutit\n" + "\n".join(lines)))
    assert sum(minutes or 0 for _name, _email, minutes in people) == sum(minutes for _email, minutes in stays)
    addresses = [email.casefold() for _name, email, _minutes in people if email]
    assert len(set(addresses)) == len(addresses)
    assert len(people) - len(addresses) == sum(not email for email, _minutes in stays)
