"""Texts of panels and series from the outside: `report text`."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from osallisuus.domain.descriptions import FIELDS
from tests.conftest import Program


def texts(program: Program, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.json("report", "text", "vantaa", *words)["texts"]
    return found


def write(program: Program, field: str, text: str, *words: str) -> Any:
    return program.json("report", "text", "vantaa", field, text, *words)["text"]


# Listing


def test_a_panel_without_texts_lists_every_field_as_empty(season: Program) -> None:
    lines = season("report text vantaa").out.splitlines()
    assert lines[0].split("\t") == ["Field", "What it is", "Year", "Language", "Text"]
    assert [line.split("\t")[0] for line in lines[1:]] == list(FIELDS)
    assert {line.split("\t")[4] for line in lines[1:]} == {"not written yet"}
    assert [row["text"] for row in texts(season)] == [""] * len(FIELDS)


def test_the_list_tells_year_language_and_first_words(season: Program) -> None:
    write(season, "evaluation", "Raati arvioi toimintansa joulukuussa ja päätti jatkaa samalla tavalla.", "--year", "2022")
    write(season, "idea", "Rådet.", "--language", "sv")
    lines = [line.split("\t") for line in season("report text vantaa").out.splitlines()]
    assert ["idea", "Basic idea of the solution", "", "sv", "Rådet."] in lines
    (line,) = [line for line in lines if line[0] == "evaluation"]
    assert line[2:] == ["2022", "fi", "Raati arvioi toimintansa joulukuussa ja päätti …"]
    assert [row["field"] for row in texts(season)] == list(FIELDS)


def test_the_list_can_be_of_one_year_or_language(season: Program) -> None:
    write(season, "evaluation", "Vuosi 2022.", "--year", "2022")
    write(season, "idea", "Rådet.", "--language", "sv")
    assert [(row["field"], row["text"]) for row in texts(season, "--year", "2022")] == [
        ("evaluation", "Vuosi 2022."),
        ("next-year", ""),
    ]
    assert {row["text"] for row in texts(season, "--language", "fi")} == {"", "Vuosi 2022."}


# Writing and showing


def test_a_text_is_written_shown_and_taken_away(season: Program) -> None:
    said = season("report", "text", "vantaa", "idea", "Raati kehittää.\n\nSe kokoontuu.").out
    assert said == "Wrote: Basic idea of the solution (fi).\n"
    assert season("report text vantaa idea").out == "Raati kehittää.\n\nSe kokoontuu.\n"
    assert season("report", "text", "vantaa", "idea", "Raati kehittää.\n\nSe kokoontuu.").out.endswith("is as asked already.\n")
    assert season("report", "text", "vantaa", "idea", "").out == "Took away: Basic idea of the solution (fi).\n"
    shown = season("report text vantaa idea")
    assert (shown.out, shown.err) == ("", "Basic idea of the solution: not written yet.\n")
    assert season("report", "text", "vantaa", "idea", "").out.endswith("was not written anyway.\n")


def test_programs_read_and_write_one_object(season: Program) -> None:
    asked = {"host": "vantaa", "field": "evaluation", "year": 2022, "language": "sv", "text": "Bra."}
    assert write(season, "evaluation", " Bra. ", "--year", "2022", "--language", "sv") == asked
    assert season.json("report text vantaa evaluation --year 2022")["text"] == asked
    nothing = asked | {"year": 0, "language": "fi", "text": ""}
    assert season.json("report text vantaa evaluation")["text"] == nothing


def test_showing_tells_what_there_is_of_other_years_and_languages(season: Program) -> None:
    write(season, "evaluation", "Vuosi.", "--year", "2022")
    write(season, "evaluation", "Bra.", "--language", "sv")
    shown = season("report text vantaa evaluation")
    assert shown.out == "Bra.\n"
    assert shown.err == "It is written also: 2022 fi.\n"
    shown = season("report text vantaa evaluation --language en")
    assert shown.out == ""
    assert "It is written also: sv, 2022 fi.\n" in shown.err


def test_a_series_has_texts_too_and_the_first_part_of_a_field_will_do(season: Program) -> None:
    written = season.json("report", "text", "teematiistait", "target", "Kaikki kiinnostuneet")["text"]
    assert (written["host"], written["field"]) == ("teematiistait", "target-group")
    assert [row["text"] for row in texts(season)] == [""] * len(FIELDS)


def test_a_terminal_is_told_what_it_would_obey(season: Program) -> None:
    write(season, "idea", "Raati\x1b[31m punainen")
    assert season("report text vantaa idea").out == "Raati\\x1b[31m punainen\n"


def test_names_in_a_text_are_pointed_out(season: Program) -> None:
    said = season("report", "text", "vantaa", "tips", "Kysykää Aino Esimerkiltä.")
    assert "Aino Esimerkiltä" in said.err
    assert not season("report", "text", "vantaa", "tips", "Kysykää koordinaattorilta.").err


# Files


@pytest.mark.parametrize("content", [b"Eka\r\nToka \xc3\xa4\r\n", b"\xef\xbb\xbfEka\nToka \xc3\xa4\n"])
def test_a_text_comes_from_a_file(season: Program, content: bytes) -> None:
    (season.folder / "idea.txt").write_bytes(content)
    assert season.json("report text vantaa idea --file idea.txt")["text"]["text"] == "Eka\nToka ä"


def test_a_text_comes_from_standard_input(season: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Putkesta ä\n".encode()), encoding="ascii"))
    season("report text vantaa idea --file -")
    assert season("report text vantaa idea").out == "Putkesta ä\n"


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 2, "idea.txt is empty."),
        (b" \n", 2, "idea.txt is empty."),
        (b"PK\x03\x04\xff\xfe", 7, "idea.txt is not text in UTF-8."),
        (b"Koodi 131052-308T", 4, "personal identity code"),
        (b"x" * 10_001, 4, "at most 10000"),
        (None, 6, "idea.txt cannot be read"),
    ],
)
def test_what_is_no_text_leaves_what_was_there(season: Program, content: bytes | None, status: int, said: str) -> None:
    write(season, "idea", "Vanha.")
    if content is not None:
        (season.folder / "idea.txt").write_bytes(content)
    assert said in season("report text vantaa idea --file idea.txt", status=status).err
    assert season("report text vantaa idea").out == "Vanha.\n"


# What is refused


def test_an_unknown_field_names_them_all(season: Program) -> None:
    err = season("report text vantaa ajatus", status=2).err
    assert all(field in err for field in FIELDS)
    assert season.json("report text vantaa ajatus", status=2)["error"]["code"] == "usage"


def test_a_text_given_twice_or_for_no_field_is_refused(season: Program) -> None:
    Path("idea.txt").write_text("Tiedostosta.", encoding="utf-8")
    assert "given twice" in season("report text vantaa idea Sana --file idea.txt", status=2).err
    assert "which field" in season("report text vantaa --file idea.txt", status=2).err
    assert "not written for one year" in season("report text vantaa idea Sana --year 2022", status=2).err
    assert [row["text"] for row in texts(season)] == [""] * len(FIELDS)


def test_an_unknown_host_is_not_found(season: Program) -> None:
    assert "vanta" in season("report text vanta", status=3).err
    season("report text vanta idea Sana", status=3)


def test_without_a_database_it_says_how_to_make_one(blank: Program) -> None:
    assert "osallisuus init" in blank("report text vantaa", status=6).err
