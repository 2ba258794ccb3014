"""Registrations from the outside: places and the waiting line, lists from elsewhere, and names that are forgotten."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program

DATE = "teematiistait/2022-09-13"


@pytest.fixture
def webinar(season: Program) -> Program:
    """Give the season; its first date has two places."""
    season(f"webinar edit {DATE} --capacity 2")
    return season


def add(program: Program, name: str, email: str = "") -> str:
    return program("registration", "add", DATE, name, *(["--email", email] if email else [])).out


def sums(program: Program) -> tuple[int, int, int, int, int | None]:
    found = program.json("registration", "list", DATE)["registrations"]
    return tuple(found[name] for name in ("named", "counted", "waiting", "cancelled", "capacity"))


def file(program: Program, text: str, name: str = "lista.csv") -> Path:
    path = program.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_people_register_until_it_is_full_and_then_wait(webinar: Program) -> None:
    assert add(webinar, "Aino Esimerkki", "aino@example.org") == f"Aino Esimerkki is registered for {DATE}.\n"
    before = webinar.database.read_bytes()
    assert add(webinar, "Aino", "AINO@example.org") == f"Aino Esimerkki is registered for {DATE} already.\n"
    assert webinar.database.read_bytes() == before
    assert add(webinar, "", "eero@example.org") == f"eero@example.org is registered for {DATE}.\n"
    assert add(webinar, "Sanna Exempel") == f"{DATE} is full: Sanna Exempel is number 1 on the waiting list.\n"
    assert add(webinar, "Väinö Vieras") == f"{DATE} is full: Väinö Vieras is number 2 on the waiting list.\n"
    before = webinar.database.read_bytes()
    assert add(webinar, "Väinö Vieras") == f"{DATE} is full: Väinö Vieras is number 2 on the waiting list.\n"
    assert webinar.database.read_bytes() == before
    listed = webinar("registration list teematiistait/1")
    assert listed.out == (
        "Number\tName\tE-mail\tRegistered on\tState\tTurn\n"
        "1\tAino Esimerkki\taino@example.org\t2022-08-22\tregistered\t\n"
        "2\t\teero@example.org\t2022-08-22\tregistered\t\n"
        "3\tSanna Exempel\t\t2022-08-22\twaiting\t1\n"
        "4\tVäinö Vieras\t\t2022-08-22\twaiting\t2\n"
    )
    assert listed.err == "2 registered of 2, 2 waiting.\n"


def test_the_next_has_a_place_when_somebody_cancels_and_is_told(webinar: Program) -> None:
    for name, email in (("Aino Esimerkki", ""), ("Eero Malli", ""), ("Sanna Exempel", "sanna@example.org"), ("Väinö Vieras", "")):
        add(webinar, name, email)
    cancelled = webinar("registration", "cancel", DATE, "aino")
    assert cancelled.out == "Cancelled the registration of Aino Esimerkki.\nHas a place now: Sanna Exempel sanna@example.org\n"
    before = webinar.database.read_bytes()
    assert webinar("registration", "cancel", DATE, "aino").out == (
        "The registration of Aino Esimerkki is cancelled already.\n"
    )  # fmt: skip
    assert webinar.database.read_bytes() == before
    assert webinar.json("registration", "cancel", DATE, "2")["registration"] == {
        "id": 2, "name": "Eero Malli", "email": "", "registered_on": "2022-08-22", "cancelled_on": "2022-08-22",
        "state": "cancelled", "turn": None, "risen": [4],
    }  # fmt: skip
    assert webinar.json("registration", "cancel", DATE, "4")["registration"]["risen"] == []
    assert add(webinar, "Aino Esimerkki") == f"Aino Esimerkki is registered for {DATE}.\n"
    assert [(one["name"], one["state"]) for one in people(webinar)] == [
        ("Eero Malli", "cancelled"), ("Sanna Exempel", "registered"), ("Väinö Vieras", "cancelled"),
        ("Aino Esimerkki", "registered"),
    ]  # fmt: skip
    assert webinar("registration", "list", DATE).err == "2 registered of 2, 2 cancelled.\n"


def people(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.json("registration", "list", DATE)["registrations"]["people"]
    return found


def test_a_number_alone_is_enough(webinar: Program) -> None:
    counted = webinar("registration", "count", DATE, "84")
    assert (counted.out, counted.err) == ("84 registered of 2.\n", "")
    before = webinar.database.read_bytes()
    assert webinar.json("registration", "count", DATE, "84")["registrations"] == {
        "occasion": "teematiistait/1", "named": 0, "counted": 84, "waiting": 0, "cancelled": 0, "capacity": 2, "registered": 84,
    }  # fmt: skip
    assert webinar.database.read_bytes() == before
    assert add(webinar, "Aino") == f"{DATE} is full: Aino is number 1 on the waiting list.\n"
    webinar(f"webinar edit {DATE} --capacity 0")
    assert webinar("registration", "count", DATE, "0").out == "1 registered.\n"
    listed = webinar("registration list teematiistait/2")
    assert (listed.out, listed.err) == ("", "Nobody is registered by name for teematiistait/2022-10-11.\n0 registered.\n")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("add", DATE, ""), 2, "usage"),
        (("add", DATE, "Aino", "--email", "aino"), 2, "bad_email"),
        (("add", "teematiistait/9", "Aino"), 3, "not_found"),
        (("add", "teematiistait", "Aino"), 2, "usage"),
        (("add", "teematiistait/2", "Aino"), 4, "is_cancelled"),
        (("cancel", DATE, "Sanna"), 3, "not_found"),
        (("cancel", DATE, "malli"), 3, "ambiguous"),
        (("count", DATE, "-1"), 2, "usage"),
        (("count", DATE, "100001"), 2, "usage"),
        (("count", DATE, "monta"), 2, "usage"),
        (("forget", DATE), 2, "needs_yes"),
        (("forget", DATE, "--yes"), 4, "in_future"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(webinar: Program, words: tuple[str, ...], status: int, code: str) -> None:
    webinar("webinar cancel teematiistait/2")
    for name in ("Eero Malli", "Eeva Malli"):
        add(webinar, name)
    before = webinar.database.read_bytes()
    assert webinar.json("registration", *words, status=status)["error"]["code"] == code
    assert webinar.database.read_bytes() == before


def test_names_are_forgotten_and_the_number_stays(webinar: Program) -> None:
    for name in ("Aino Esimerkki", "Eero Malli", "Sanna Exempel"):
        add(webinar, name, f"{name.split()[0].lower()}@example.org")
    webinar.now = datetime(2022, 9, 14, 6, tzinfo=UTC)
    assert webinar("registration", "forget", DATE, "--yes").out == (
        "3 registrations have no names any more.\n2 registered of 2.\n"
    )  # fmt: skip
    assert sums(webinar) == (0, 2, 0, 0, 2)
    before = webinar.database.read_bytes()
    assert [word for word in (b"Sanna", b"sanna@", b"exempel") if word in before] == []
    assert webinar.json("registration", "forget", DATE, "--yes")["registrations"]["forgotten"] == 0
    assert webinar.database.read_bytes() == before
    assert "Eero" not in webinar("log", "--json").out


def test_all_of_a_wrong_list_are_taken_away(webinar: Program) -> None:
    for name in ("Aino Esimerkki", "Eero Malli", "Sanna Exempel"):
        add(webinar, name)
    webinar("registration", "count", DATE, "1")
    assert webinar.json("registration", "clear", DATE, status=2)["error"]["code"] == "needs_yes"
    assert webinar.json("registration", "clear", DATE, "--yes")["registrations"]["removed"] == 3
    assert sums(webinar) == (0, 1, 0, 0, 2)
    assert b"Sanna" not in webinar.database.read_bytes()
    before = webinar.database.read_bytes()
    assert webinar("registration", "clear", DATE, "--yes").out == "0 registrations removed.\n"
    assert webinar.database.read_bytes() == before


def test_a_list_is_read_again_and_again(webinar: Program) -> None:
    first = file(webinar, "Nimi;Sähköposti;Tila\nAino Esimerkki;aino@example.org;\nEero Malli;eero@example.org;\n")
    before = webinar.database.read_bytes()
    tried = webinar("registration", "import", DATE, str(first), "--dry-run")
    assert tried.out == (
        f"{first}: 2 added, 0 there already, 0 cancelled. Nothing was written (--dry-run).\n2 registered of 2.\n"
    )  # fmt: skip
    assert webinar.database.read_bytes() == before
    assert webinar("registration", "import", DATE, str(first)).out == (
        f"{first}: 2 added, 0 there already, 0 cancelled.\n2 registered of 2.\n"
    )  # fmt: skip
    before = webinar.database.read_bytes()
    assert webinar.json("registration", "import", DATE, str(first))["import"] == {
        "file": str(first), "added": 0, "known": 2, "cancelled": 0, "dry_run": False,
    }  # fmt: skip
    assert webinar.database.read_bytes() == before
    second = file(webinar, "Nimi;Sähköposti;Tila\nAino Esimerkki;aino@example.org;Peruttu\nSanna Exempel;sanna@example.org;\n")
    assert webinar("registration", "import", DATE, str(second)).out == (
        f"{second}: 1 added, 0 there already, 1 cancelled.\n2 registered of 2, 1 cancelled.\n"
    )  # fmt: skip
    assert webinar("registration", "import", DATE, str(first)).out.startswith(f"{first}: 0 added, ")
    first.write_text("Nimi;Sähköposti\nAino Esimerkki;aino@example.org\n", encoding="utf-8")
    webinar("registration", "import", DATE, str(first))
    assert sums(webinar) == (2, 0, 0, 1, 2)  # an old list does not bring back who cancelled


def test_a_faulty_list_registers_nobody(webinar: Program) -> None:
    path = file(webinar, "Nimi;Sähköposti\nAino Esimerkki;aino@example.org\nEero Malli;eero\n")
    before = webinar.database.read_bytes()
    error = webinar.json("registration", "import", DATE, str(path), status=7)["error"]
    assert "eero" in str(error)
    assert webinar.database.read_bytes() == before
    assert webinar.json("registration", "import", DATE, str(path), "--column", "nimi", status=2)["error"]["code"] == "usage"


def test_a_cancelled_date_takes_no_list(webinar: Program) -> None:
    webinar(f"webinar cancel {DATE}")
    path = file(webinar, "Nimi\nAino Esimerkki\n")
    assert webinar.json("registration", "import", DATE, str(path), status=4)["error"]["code"] == "is_cancelled"


def test_the_audience_is_not_among_the_people(webinar: Program) -> None:
    add(webinar, "Sanna Exempel", "sanna@example.org")
    assert [one["name"] for one in webinar.json("person list")["people"]] == ["Aino Esimerkki"]
