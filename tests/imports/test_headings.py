"""Columns are known by headings in three languages, or by the heading that a person names."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from osallisuus.errors import UsageError
from osallisuus.imports import headings, tables
from osallisuus.imports.headings import field_of, headed, words

Saved = Callable[..., Path]
WANTED = {"name": ["nimi", "name"], "email": ["sähköposti", "e-post*"], "_time": ["aika"]}


def table(saved: Saved, text: str, **chosen: str) -> headings.Headed:
    return headed(tables.read(saved(text)), WANTED, chosen)


@pytest.mark.parametrize("group", ["feedback", "registrations", "attendance", "zoom", "words", "languages"])
def test_every_word_of_the_file_can_be_met(group: str) -> None:
    for field, entries in words(group).items():
        assert len(set(entries)) == len(entries), field
        for entry in entries:
            assert headings._key(f" {entry}: ") == entry.strip("*") or "*" in entry, entry
            assert entry == entry.casefold()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("NIMI", "name"),
        (" Nimi *:", "name"),
        ("Sahkoposti", None),
        ("Sa\u0308hko\u0308posti", "email"),
        ("E\u2011POST\n(arbete)", "email"),
        ("nimike", None),
        ("", None),
        ("e-post" + "i" * 400, None),
    ],
)
def test_a_heading_is_known_however_it_is_typed(heading: str, field: str | None) -> None:
    assert field_of(heading, WANTED) == field


def test_an_exact_name_wins_over_a_pattern_of_an_earlier_field() -> None:
    assert field_of("nimi b", {"a": ["nimi*"], "b": ["nimi b"]}) == "b"


def test_the_headings_are_the_first_row_with_the_most_fields(saved: Saved) -> None:
    found = table(saved, "Nimi: raati\n\nNimi;E-post;Sähköposti;Aika\nnimi;sähköposti;aika\nAino;;a@b.fi;1\n")
    assert (found.line, found.headings) == (3, ("Nimi", "E-post", "Sähköposti", "Aika"))
    assert found.found == {"name": (0,), "email": (1, 2), "_time": (3,)}
    assert found.value(found.rows[1], "email") == "a@b.fi"
    assert found.values(found.rows[0], "email") == ["sähköposti", "aika"]
    assert (found.heading("email"), found.heading("phone")) == ("E-post", "")


def test_rows_about_people_are_no_headings(saved: Saved) -> None:
    found = table(saved, "Nimi;aino@esimerkki.fi\nEero;eero@malli.fi\n")
    assert (found.line, len(found.rows)) == (0, 2)


@pytest.mark.parametrize(
    ("chosen", "columns"),
    [
        ({"name": "Kuka"}, {"name": (2,), "email": (1,)}),
        ({"name": "kuka olet"}, {"name": (2,), "email": (1,)}),
        ({"name": "Sähköposti"}, {"name": (1,)}),
        ({"email": ""}, {"name": (0,)}),
    ],
)
def test_what_a_person_names_wins(saved: Saved, chosen: Mapping[str, str], columns: object) -> None:
    found = table(saved, "Otsikko\nNimi;Sähköposti;Kuka olet?;\nx;y;z\n", **chosen)
    assert (found.line, found.found) == (2, columns)


def test_a_heading_that_only_the_person_knows_makes_the_row_of_headings(saved: Saved) -> None:
    assert table(saved, "Raati 2022\nKuka;Mistä\nAino;Sotkamo\n", name="kuka").line == 2


@pytest.mark.parametrize("text", ["Nimi;Kunta\nAino;Sotkamo\n", "Raati\nKuka;Kunta\nAino;Sotkamo\n"])
def test_a_heading_that_is_not_there_is_answered_with_those_that_are(saved: Saved, text: str) -> None:
    with pytest.raises(UsageError, match="no heading 'Osoite'") as caught:
        table(saved, text, name="Osoite")
    assert "'Kunta'" in caught.value.hint
    with pytest.raises(UsageError, match="no column 'phone'") as caught:
        table(saved, text, phone="Kunta")
    assert caught.value.hint == "What can be read: name, email."
    with pytest.raises(UsageError, match="no column '_time'"):
        table(saved, text, _time="Kunta")
