"""Texts of panels and series: one a field, year and language; written over, taken away, and read in a reader's language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.domain import descriptions, hosts
from osallisuus.domain.descriptions import FIELDS, YEARLY, Description, chosen
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import LANGUAGES
from osallisuus.store.database import Database
from tests.domain.conftest import World


def text(host: str = "vantaa", field: str = "idea", *, year: int = 0, language: str = "fi", text: str = "Sana.") -> Description:
    return Description(host=host, field=field, year=year, language=language, text=text)


def put(world: World, asked: Description) -> None:
    world.write(lambda change: descriptions.put(world.db, hosts.get(world.db, asked.host), asked, change))


def kept(world: World, host: str = "vantaa") -> list[tuple[str, int, str, str]]:
    return [(one.field, one.year, one.language, one.text) for one in descriptions.search(world.db, host)]


# The rule


@pytest.mark.parametrize(
    ("there", "language", "expected"),
    [
        (("fi", "sv", "en"), "sv", "sv"),
        (("fi", "en"), "sv", "fi"),
        (("sv", "en"), "fi", "sv"),
        (("en",), "fi", "en"),
        ((), "fi", None),
    ],
)
def test_a_reader_gets_their_language_or_the_first_there_is(there: tuple[str, ...], language: str, expected: str | None) -> None:
    found = chosen({one: text(language=one) for one in there}, language)
    assert (found.language if found else None) == expected


@given(there=st.sets(st.sampled_from(LANGUAGES)), language=st.sampled_from(LANGUAGES))
def test_something_is_chosen_wherever_something_is(there: set[str], language: str) -> None:
    found = chosen({one: text(language=one) for one in there}, language)
    assert bool(found) == bool(there)
    assert not found or found.language in there


# The table


def test_the_database_knows_the_same_fields(db: Database) -> None:
    world = World(db)
    world.panel()
    for field in FIELDS:
        put(world, text(field=field))
    assert [field for field, *_rest in kept(world)] == list(FIELDS)
    assert set(YEARLY) <= set(FIELDS)


# Writing


def test_a_text_is_written_written_over_and_taken_away(world: World) -> None:
    world.panel()
    put(world, text(text="  Ensin.  "))
    assert (world.wrote, world.erased) == (True, False)
    assert world.last_entry() == [{"did": "described", "host": "vantaa", "field": "idea", "year": 0, "language": "fi"}]
    assert kept(world) == [("idea", 0, "fi", "Ensin.")]
    put(world, text(text="Ensin.\n"))
    assert not world.wrote
    put(world, text(text="Sitten."))
    assert (world.wrote, world.erased) == (True, True)
    assert kept(world) == [("idea", 0, "fi", "Sitten.")]
    put(world, text(text=" "))
    assert (world.wrote, world.erased) == (True, True)
    assert kept(world) == []
    put(world, text(text=""))
    assert not world.wrote


def test_what_was_taken_away_is_nowhere_in_the_file(world: World) -> None:
    world.panel()
    put(world, text(text="Varjeltava lause"))
    assert b"Varjeltava" in world.db.path.read_bytes()
    put(world, text(text=""))
    assert b"Varjeltava" not in world.db.path.read_bytes()


def test_fields_years_languages_and_hosts_are_apart(world: World) -> None:
    world.panel()
    world.series()
    asked = [
        text(text="a"),
        text(language="sv", text="b"),
        text(field="evaluation", text="c"),
        text(field="evaluation", year=2022, text="d"),
        text(field="evaluation", year=2023, text="e"),
        text("teematiistait", text="f"),
    ]
    for one in asked:
        put(world, one)
    assert [words for _field, _year, _language, words in kept(world)] == ["a", "b", "c", "d", "e"]
    assert [one.text for one in descriptions.search(world.db, "vantaa", year=2022)] == ["d"]
    assert {field: one.text for field, one in descriptions.read(world.db, "vantaa", "sv").items()} == {
        "idea": "b",
        "evaluation": "c",
    }
    assert descriptions.read(world.db, "vantaa", "fi", year=2023)["evaluation"].text == "e"
    assert descriptions.read(world.db, "vantaa", "fi", year=2024) == {}


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in YEARLY])
def test_what_holds_in_any_year_has_no_year(world: World, field: str) -> None:
    world.panel()
    with pytest.raises(UsageError) as error:
        put(world, text(field=field, year=2022))
    assert "evaluation, next-year" in error.value.hint
    assert kept(world) == []


def test_an_identity_code_is_refused(world: World) -> None:
    world.panel()
    put(world, text())
    for known in (text(text="131052-308T"), text(field="tips", text="131052-308T")):
        with pytest.raises(Refused) as error:
            put(world, known)
        assert error.value.code == "identity_code"
    assert kept(world) == [("idea", 0, "fi", "Sana.")]


def test_texts_go_with_their_host(world: World) -> None:
    host = world.panel()
    put(world, text())
    world.write(lambda change: hosts.remove(world.db, host, change))
    assert world.db.value("SELECT count(*) FROM descriptions") == 0
