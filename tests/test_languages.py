"""Every sentence is there in Finnish and Swedish, with the same placeholders, and is really spoken."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.conftest import Program

PACKAGE = Path(__file__).parent.parent / "osallisuus"
KEYWORDS = {"_": None, "n_": (1, 2), "marked": None}


def extracted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(str(PACKAGE), [("**.py", "python")], keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def translated(language: str) -> Iterator[tuple[str | tuple[str, ...], tuple[str, ...]]]:
    with (PACKAGE / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as handle:
        for message in read_po(handle, locale=language):
            if message.id:
                key = message.id if isinstance(message.id, str) else tuple(message.id)
                yield key, (message.string,) if isinstance(message.string, str) else tuple(message.string)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_catalogue_has_what_the_source_says_and_nothing_else(language: str) -> None:
    catalogue = dict(translated(language))
    assert set(catalogue) == extracted()
    assert [key for key, texts in catalogue.items() if not all(texts)] == []


def test_no_sentence_hides_in_an_f_string() -> None:
    """Babel does not look into f-strings, so what stands there is never translated."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)] if isinstance(node, ast.JoinedStr) else []
            assert not any(isinstance(call.func, ast.Name) and call.func.id in ("_", "n_") for call in calls), path


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_keep_placeholders(language: str) -> None:
    for key, texts in translated(language):
        wanted = set(re.findall(r"\{[^}]*\}", key if isinstance(key, str) else " ".join(key)))
        for text in texts:
            assert set(re.findall(r"\{[^}]*\}", text)) == wanted, text


def spoken(language: str, *words: str) -> str:
    """Run in a process of its own: help texts are looked up as modules are imported."""
    command = [sys.executable, "-m", "osallisuus", "--lang", language, *words]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("fi", "today --on 2022-11-10", "Tänään on to 10.11.2022."),
        ("sv", "today --on 2022-11-10", "I dag är det tor 10.11.2022."),
        ("fi", "webinar list teematiistait", "ti 8.11.2022 14.00–15.00"),
        ("sv", "webinar list teematiistait", "tis 8.11.2022 14.00–15.00"),
        ("fi", "member list vantaa --on 2022-10-01", "kehittäjäasiakas"),
        ("sv", "member list vantaa --on 2022-10-01", "utvecklarklient"),
        ("fi", "webinar plan --help", "--months"),
        ("fi", "--help", "Webinaarisarjat ja"),
        ("sv", "--help", "Webbinarieserier, och"),
        ("fi", "webinar held teematiistait/2099-01-01", "teematiistait"),
    ],
)
def test_the_language_is_spoken(season: Program, language: str, words: str, said: str) -> None:
    assert said in spoken(language, *words.split())


@pytest.mark.parametrize(("language", "word"), [("fi", "Peruttu"), ("sv", "Inställt"), ("en", "Cancelled")])
def test_a_members_calendar_speaks_the_members_language(season: Program, language: str, word: str) -> None:
    season("person", "edit", "aino", "--language", language)
    season("session", "add", "vantaa", "--on", "2022-10-04", "--at", "12", "--minutes", "60")
    season("session cancel vantaa/1")
    assert f"SUMMARY:{word}: Vantaan asiakasraati" in season("calendar export --person aino").out
