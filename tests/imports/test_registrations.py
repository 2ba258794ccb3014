"""Lists of those who have registered, with headings or without, each address once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from osallisuus.errors import BadInput, UsageError
from osallisuus.imports import registrations
from osallisuus.imports.registrations import Registrant
from tests.imports import samples

Saved = Callable[..., Path]


def people(path: Path, **columns: str) -> list[tuple[str, str, bool]]:
    return [(one.name, one.email, one.cancelled) for one in registrations.read(path, columns=columns)]


AINO, EERO, SANNA = (
    ("Aino Esimerkki", "aino@esimerkki.fi", False),
    ("Eero Malli", "eero@malli.fi", True),
    ("Sanna Exempel", "", False),
)
ZOOM = """\ufeffRegistration Report
Report generated:,"11/14/2022 08:00"
Topic,Webinar ID,Scheduled Time,Duration (minutes),# Registered,# Cancelled,# Approved,# Denied
Teematiistai,123,"Nov 15, 2022 02:00 PM",60,2,1,1,0
Attendee Details
First Name,Last Name,Email,Mistä kuulit?,Registration Time,Approval Status,
Aino,Esimerkki,aino@esimerkki.fi,kollegalta,"Nov 1, 2022 09:00",approved,
Eero,Malli,eero@malli.fi,,"Nov 2, 2022 09:00",cancelled by self,
Sanna,Exempel,,,"Nov 2, 2022 09:00",approved,
"""
LYYTI = samples.xlsx(
    samples.sheet(
        {
            1: ["Osallistujalista"],
            3: ["Etunimi", "Sukunimi", "Sähköposti", "Tila"],
            4: ["Aino", "Esimerkki", "aino@esimerkki.fi", "Osallistuu"],
            5: ["Eero", "Malli", "eero@malli.fi", "Peruttu 14.11."],
            7: ["Sanna", "Exempel", "", ""],
        }
    )
)
FORMS = samples.xlsx(
    samples.sheet(
        {
            1: ["ID", "Start time", "Email", "Name", "Sähköpostiosoite", "Etunimi", "Sukunimi", "Peruttu"],
            2: [1, 44880.5, "tuntematon", "", "aino@esimerkki.fi", "Aino", "Esimerkki", "ei"],
            3: [2, 44880.5, "eero@malli.fi", "Eero Malli", "", "", "", "x"],
            4: [3, 44880.5, "anonymous", "", "", "Sanna", "Exempel", ""],
        }
    )
)


@pytest.mark.parametrize(
    "content",
    [
        ZOOM.encode(),
        LYYTI,
        FORMS,
        "Nimi;Sähköposti;Tila\nAino Esimerkki;aino@esimerkki.fi;\nEero Malli;eero@malli.fi;peruttu\nSanna Exempel;;\n".encode(
            "cp1252"
        ),
        samples.teams(
            "Namn|E-post|Status\nAino Esimerkki|aino@esimerkki.fi|Anmäld\nEero Malli|eero@malli.fi|Avanmäld\nSanna Exempel||\n"
        ),
        b"First Name,Last Name,Email,Status\nAino,Esimerkki,aino@esimerkki.fi,\nEero,Malli,eero@malli.fi,Denied\n,Sanna Exempel",
    ],
)
def test_lists_of_many_programs_say_the_same(saved: Saved, content: bytes) -> None:
    assert people(saved(content)) == [AINO, EERO, SANNA]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aino@esimerkki.fi\neero@malli.fi\n", [("", "aino@esimerkki.fi"), ("", "eero@malli.fi")]),
        ("Aino Esimerkki\nÅke Öhö\n", [("Aino Esimerkki", ""), ("Åke Öhö", "")]),
        (
            "Aino Esimerkki;aino@esimerkki.fi;040 1234567;15.11.2022\n;eero@malli.fi\n",
            [("Aino Esimerkki", "aino@esimerkki.fi"), ("", "eero@malli.fi")],
        ),
        ("aino@esimerkki.fi, Aino Esimerkki\n", [("Aino Esimerkki", "aino@esimerkki.fi")]),
        (
            '"Esimerkki, Aino" <aino@esimerkki.fi>\n<eero@malli.fi>\n',
            [("Esimerkki, Aino", "aino@esimerkki.fi"), ("", "eero@malli.fi")],
        ),
        ("mailto:aino@esimerkki.fi\n", [("", "aino@esimerkki.fi")]),
        ("Aino Esimerkki (External)\n", [("Aino Esimerkki", "")]),
    ],
)
def test_a_list_without_headings_is_read_by_what_is_in_it(saved: Saved, text: str, found: list[tuple[str, str]]) -> None:
    assert people(saved(text)) == [(name, email, False) for name, email in found]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Aino;Esimerkki;aino@esimerkki.fi\n", 1, "which cell is the name"),
        ("Esimerkki, Aino\nMalli, Eero\n", 1, "which cell is the name"),
        ("aino@esimerkki.fi\nOsallistujat 15.11.\n", 2, "which cell is the name"),
        ("aino@esimerkki.fi\neero@\n", 2, "'eero@' is not one e-mail address"),
        ("aino@esimerkki.fi;eero@malli.fi\n", 1, "is not one e-mail address"),
        ("x" * 101, 1, "which cell is the name"),
    ],
)
def test_a_doubt_about_who_is_who_is_a_fault(saved: Saved, text: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        people(saved(text))
    assert caught.value.candidates[0].startswith(f"line {line}: ")
    assert words in caught.value.candidates[0]


def test_an_address_counts_once_and_its_later_row_decides(saved: Saved) -> None:
    rows = [
        *(
            "Nimi;Sähköposti;Tila",
            ";AINO@esimerkki.fi;peruttu",
            "Eero Malli;eero@malli.fi;",
            "Sanna Exempel;;",
            "Sanna Exempel;;peruttu",
        ),
        *("Aino Esimerkki;aino@esimerkki.fi;", "Eero Malli;eero@malli.fi;ei osallistu"),
    ]
    assert registrations.read(saved("\n".join(rows)), columns={}) == [
        Registrant(line=2, name="Aino Esimerkki", email="AINO@esimerkki.fi", cancelled=False),
        Registrant(line=3, name="Eero Malli", email="eero@malli.fi", cancelled=True),
        Registrant(line=4, name="Sanna Exempel", email="", cancelled=False),
        Registrant(line=5, name="Sanna Exempel", email="", cancelled=True),
    ]


def test_faulty_rows_are_told_together(saved: Saved) -> None:
    path = saved("Nimi;Sähköposti\nAino;aino(at)esimerkki.fi\nEero;eero@malli.fi, eero@koti.fi\nSanna 131052-308T;-\n;\n")
    with pytest.raises(BadInput) as caught:
        people(path)
    assert caught.value.candidates[:2] == [
        "line 2, Sähköposti: 'aino(at)esimerkki.fi' is not one e-mail address.",
        "line 3, Sähköposti: 'eero@malli.fi, eero@koti.fi' is not one e-mail address.",
    ]
    assert caught.value.candidates[2].startswith("line 4, Nimi: ")
    assert len(caught.value.candidates) == 3


def test_columns_can_be_named(saved: Saved) -> None:
    path = saved("Kuka;Mihin posti;Huomio\nAino Esimerkki;aino@esimerkki.fi;Peruttu\n")
    assert people(path, name="Kuka", email="mihin", status="Huomio") == [("Aino Esimerkki", "aino@esimerkki.fi", True)]
    with pytest.raises(UsageError, match="no heading 'Nimi'"):
        people(path, name="Nimi")


def test_a_list_of_something_else_is_refused(saved: Saved) -> None:
    with pytest.raises(BadInput, match="known to hold names") as caught:
        people(saved("Tila;Kunta\nvapaa;Sotkamo\n"))
    assert "'Tila', 'Kunta'" in caught.value.hint
