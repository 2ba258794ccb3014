"""Who is named in a text that is to be public."""

import pytest

from osallisuus.domain import mentions
from tests.domain.conftest import World
from tests.domain.webinars import speaker, talk


@pytest.fixture
def known(world: World) -> World:
    """Give three people: one who lets a talk be published, one who has not said, and one who speaks nowhere."""
    world.series()
    event = world.add("teematiistait", "2022-09-13T14:00")
    speaker(world, talk(world, event), world.person("Aino Esimerkki"), state="confirmed", may_publish="yes")
    speaker(world, talk(world, event), world.person("Eero Malli"), state="confirmed")
    world.person("Sanna Exempel")
    return world


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], []),
        (["", "Palkkiot ja etuudet."], []),
        (["Sanna Exempel kysyi."], ["Sanna Exempel"]),
        (["Exempel Sanna kysyi.", "Sanna Exempelin kysymys"], ["Exempel Sanna", "Sanna Exempelin"]),
        (["SANNA EXEMPEL"], ["SANNA EXEMPEL"]),
        (["Sanna\u200b Exempel"], ["Sanna\u200b Exempel"]),
        (["**Sanna** Exempel"], ["Sanna", "Exempel"]),
        (["Sanna kysyi."], []),
        (["Exempel kysyi."], []),
        (["Aino Esimerkki kertoi."], []),
        (["Eero Malli kertoi."], ["Eero Malli"]),
        (["Tuntematon Ihminen"], []),
        (["Sanna Exempel ja Aino Esimerkki", "Sanna Exempel"], ["Sanna Exempel"]),
    ],
)
def test_people_who_have_not_agreed_are_found_as_they_are_written(known: World, texts: list[str], found: list[str]) -> None:
    assert mentions.search(known.db, texts) == sorted(found)


def test_a_text_is_searched_once_for_all_of_several_names(known: World) -> None:
    known.person("Maija Mallikas")
    assert mentions.search(known.db, ["Maija Mallikas tapasi Sanna Exempelin."]) == ["Maija Mallikas", "Sanna Exempelin"]


def test_nobody_known_nobody_found(world: World) -> None:
    assert mentions.search(world.db, ["Sanna Exempel kysyi."]) == []
