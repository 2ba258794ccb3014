"""Fixtures: a panel of seven with a proposal that was answered, for reports."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import RULE, Program
from tests.exports.sites import at_home

# What a template, a shell, Markdown or a browser would take for its own.
HOSTILE = "Kuljetus {{ 7 * 7 }} {% raw %} ${x} <b>&amp;</b> ja muut"


@pytest.fixture(scope="session")
def panel_of_seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with a panel of seven and a proposal that was answered; to copy, not to change."""
    folder = tmp_path_factory.mktemp("report")
    with at_home(folder) as program:
        program("series", "add", "teematiistait", "--name", "Asiakasosallisuuden teematiistait", *RULE)
        program("webinar plan teematiistait --from 2022-09-01 --until 2022-12-31")
        program("panel", "add", "vantaa", "--name", "Vantaan asiakasraati", "--kind", "main", "--size", "12")
        program("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client", "--from", "2022-01-01")
        for number in range(6):
            program("member", "add", "vantaa", f"Henkilö{number} Esimerkki", "--role", "peer", "--from", "2022-01-01")
        program("proposal", "add", "vantaa", HOSTILE)
        program("proposal", "accept", "1", "--on", "2022-08-01")
        program("proposal", "send", "1", "--to", "johtoryhmä", "--on", "2022-08-02", "--due", "2022-09-02")
        program("proposal", "answer", "1", "no", "--reason", "Ei {{ nyt }}", "--on", "2022-08-20")
    return folder


@pytest.fixture
def told(blank: Program, panel_of_seven: Path) -> Program:
    """Give the program with a copy of that."""
    shutil.copy(panel_of_seven / "osallisuus.db", blank.database)
    return blank
