"""Leaving names out of texts that are known beforehand leaves out what leaving out everybody's would."""

import random

import pytest

from osallisuus.domain import anonymity, people
from osallisuus.domain.people import Person
from osallisuus.store.database import Database

GIVEN = ("Aino", "Åke", "Örn", "Ümit", "Jo", "Eero", "Anna-Maija", "Väinö", "Äijä", "O'Neil", "aino", "de")
FAMILY = ("Esimerkki", "Äyräs", "Näyte", "Virta-Koski", "Järvi", "la Cruz", "Ö", "Vesi", "Malli", "Testinen", "Kivi")
OTHER = ("kertoi", "puhelin", "ja", "A.", "aijan", "Ayras", "ai\u200bno", "AinoEsimerkki")
DECLINED = ("Ainon", "Esimerkin", "Järveltä", "Virralla", "Åken", "Oran", "Veden", "mallin", "Kiven", "Väinölle", "O'Neilin")


@pytest.fixture
def town(db: Database) -> Database:
    """Return a database with two hundred people of names that are hard to find, every seventh of them in a panel."""
    chance = random.Random(3)
    db.execute(
        "INSERT INTO hosts (slug, type, name, timezone, kind, created_at)"
        " VALUES ('raati', 'panel', 'Raati', 'Europe/Helsinki', 'main', '2022-01-01T00:00:00Z')"
    )
    for number in range(1, 201):
        name = " ".join([chance.choice(GIVEN), *chance.sample(FAMILY, chance.choice((1, 1, 1, 2)))])
        one = people.keyed(Person(name=name, created_at="2022-01-01T00:00:00Z"))
        db.execute("INSERT INTO people (name, name_key, created_at) VALUES (?, ?, ?)", (one.name, one.name_key, one.created_at))
        if number % 7 == 0:
            db.execute(
                "INSERT INTO memberships (panel, person_id, role, from_date) VALUES ('raati', ?, 'peer', '2022-01-01')", (number,)
            )
    return db


def test_names_that_begin_as_no_word_does_are_not_missed(town: Database) -> None:
    chance = random.Random(4)
    everything = anonymity.redactor(town, ["raati"], open_names=range(1, 20))
    for _time in range(150):
        texts = [" ".join(chance.choices([*GIVEN, *FAMILY, *OTHER, *DECLINED], k=chance.randint(2, 9))) for _text in range(3)]
        chosen = anonymity.redactor(town, ["raati"], open_names=range(1, 20), texts=texts)
        assert [chosen(text) for text in texts] == [everything(text) for text in texts]


def test_few_names_are_prepared_for_a_short_text(town: Database) -> None:
    redact = anonymity.redactor(town, ["raati"], open_names=(), texts=["Kuljetus kulkee illalla"])
    assert len(redact._whole.lengths) < len(anonymity.redactor(town, ["raati"], open_names=())._whole.lengths) - 50
