"""A panel that was closed: its last day counts, and what it said is quoted without names as any other's is."""

import pytest

from tests.conftest import Program


@pytest.fixture
def closed(season: Program) -> Program:
    """Return a program in whose database a panel of six was closed in spring 2022, with an answer in summer."""
    season("panel", "add", "vanha", "--name", "Vanha raati", "--kind", "main")
    for name in ("Orvokki Esimerkki", "Aune Malli", "Eino Testinen", "Saimi Kokeilu", "Uuno Mallikas", "Elsa Exempel"):
        season("member", "add", "vanha", name, "--role", "developer-client", "--from", "2021-01-01")
    season("proposal", "add", "vanha", "Orvokki toivoo penkkejä")
    season("proposal", "accept", "1", "--on", "2021-11-01")
    season("proposal", "send", "1", "--to", "Kiinteistöt", "--on", "2021-11-02")
    season("proposal", "answer", "1", "yes", "--reason", "Orvokin toive toteutuu.", "--on", "2022-07-01")
    season("panel", "close", "vanha", "--on", "2022-04-30")
    return season


def test_members_are_counted_on_its_last_day(closed: Program) -> None:
    def members(year: int) -> object:
        blocks = closed.json("report", "panel", "vanha", "--year", str(year), "--internal")["report"]["blocks"]
        figures = [one for block in blocks if block["type"] == "figures" for one in block["figures"]]
        return next((one["value"] for one in figures if one["key"] == "members"), None)

    assert members(2021) == members(2022) == 6
    assert members(2023) is None
    assert "Orvokki" not in closed("report", "contacts", "vanha").out


def test_it_is_in_the_report_of_its_last_year_and_in_no_later_one(closed: Program) -> None:
    assert "Vanha raati\tmain panel\t6" in closed("report", "year", "--internal", "--year", "2022").out
    assert "Vanha raati\tmain panel" not in closed("report", "year", "--internal", "--year", "2023").out
    assert "Vanha raati\tmain panel" not in closed("report", "year", "--internal", "--year", "2015").out


@pytest.mark.parametrize("report", ["year", "you-said-we-did", "panel vanha"])
def test_what_it_said_is_quoted_without_names(closed: Program, report: str) -> None:
    closed("panel", "close", "vanha", "--on", "2021-12-31")
    ran = closed("report", *report.split(), "--year", "2022")
    assert "[name left out] toivoo penkkejä" in ran.out
    assert "Orvok" not in ran.out
    assert "Left out as names: Orvokin, Orvokki" in ran.err
