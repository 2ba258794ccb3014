"""The record of processing: complete against the schema, counted from the records, without anybody's name."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from osallisuus.config import Settings
from osallisuus.domain import agreements, attendance, checklists, hosts, memberships, people, questions, registrations, trainings
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.attendance import Mark
from osallisuus.domain.memberships import Membership
from osallisuus.domain.questions import Question
from osallisuus.domain.registrations import Registration
from osallisuus.domain.trainings import Training
from osallisuus.i18n import speaking
from osallisuus.reports import processing
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Figures, Heading, Number, Paragraph, Report, Table, words
from osallisuus.store.database import Database
from tests.domain.conftest import TODAY, World
from tests.domain.webinars import know, speaker, talk

SETTINGS = {
    "organisation": "Mallilan hyvinvointialue",
    "sender_name": "Osallisuustiimi",
    "sender_email": "raati@example.org",
    "sender_phone": "040 000 0000",
    "data_protection_officer": "tietosuoja@example.org",
}


def made(db: Database, *, internal: bool = True, **settings: Any) -> Report:
    asked = Asked(
        name="art30",
        host=None,
        since=date(2022, 1, 1),
        until=date(2022, 12, 31),
        today=TODAY,
        internal=internal,
        settings=Settings(config_file=Path("c.toml"), database=db.path, **settings),
    )
    return processing.make(db, asked)


def table(report: Report, key: str) -> Table:
    return next(block for block in report.blocks if isinstance(block, Table) and block.key == key)


def everything(report: Report) -> str:
    lines = [report.title, *report.limits, *report.missing]
    for block in report.blocks:
        match block:
            case Heading() | Paragraph():
                lines.append(block.text)
            case Figures():
                lines += [f"{item.label}: {words(item.value)}" for item in block.items]
            case Table():
                lines += [block.title, block.note, *(" | ".join(map(words, row)) for row in block.rows)]
    return "\n".join(lines)


def records(report: Report) -> dict[str, Number]:
    return {number.key.removeprefix("records."): number for _label, number in report.numbers()}


@pytest.fixture
def filled(db: Database) -> World:
    """Give a database with somebody in nearly every table."""
    world = World(db)
    world.series()
    world.panel(at="17:00", minutes=120)
    webinar, session = world.add("teematiistait", "2022-08-16T14:00"), world.add("vantaa", "2022-08-18T17:00")
    aino = world.person("Aino Esimerkki", email="aino@example.org", phone="0401234567")
    eero = world.person("Eero Malli")
    one = Membership(panel="vantaa", person_id=aino.id, role="peer", from_date="2022-01-01")
    world.write(lambda change: memberships.add(db, one, change))
    for day, course in (("2022-01-20", "Perehdytys"), ("2022-03-20", "Fasilitointi")):
        asked = Training(person_id=aino.id, course=course, course_key=course.casefold(), on_date=day)
        world.write(lambda change, a=asked: trainings.add(db, a, change))
    world.write(lambda change: people.arrange(db, aino.id, ["Induktiosilmukka"], change))
    agreed = Agreement(person_id=aino.id, kind="confidentiality", on_date="2022-01-20")
    world.write(lambda change: agreements.add(db, agreed, change))
    there = Mark(event_id=session.id, person_id=aino.id, state="present")
    world.write(lambda change: attendance.mark(db, session, there, change, today=TODAY))
    held = talk(world, webinar)
    speaker(world, held, eero)
    know(world, held, eero, state="confirmed")
    asked_by = Question(event_id=webinar.id, text="Miksi?", asked_on="2022-08-16", asker="Sala Kysyjä")
    world.write(lambda change: questions.add(db, webinar, asked_by, change))
    nobodys = Question(event_id=webinar.id, text="Miten?", asked_on="2022-08-16")
    world.write(lambda change: questions.add(db, webinar, nobodys, change))
    for name in ("Iiro Ilmo", "Oona Osallistuja"):
        guest = Registration(event_id=webinar.id, name=name, registered_on="2022-08-01")
        world.write(lambda change, g=guest: registrations.add(db, webinar, g, change))
    return world


# Complete


def test_every_table_with_somebody_in_it_is_in_the_record(db: Database) -> None:
    told = [column for one in processing.holdings() for column in one.columns]
    assert sorted(told) == sorted(set(told))
    assert set(told) == processing.personal(db)


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("CREATE TABLE fees (id INTEGER PRIMARY KEY, payee INTEGER REFERENCES people (id)) STRICT", "fees.payee"),
        ("CREATE TABLE seats (id INTEGER PRIMARY KEY, held INTEGER REFERENCES memberships (id)) STRICT", "seats.held"),
        ("CREATE TABLE bounces (id INTEGER PRIMARY KEY, email TEXT NOT NULL) STRICT", "bounces.email"),
        ("CREATE TABLE applicants (id INTEGER PRIMARY KEY, family_name TEXT NOT NULL) STRICT", "applicants.family_name"),
        ("ALTER TABLE talks ADD COLUMN moderator_name TEXT NOT NULL DEFAULT ''", "talks.moderator_name"),
        ("ALTER TABLE events ADD COLUMN moderator INTEGER REFERENCES people (id)", "events.moderator"),
    ],
)
def test_a_new_place_for_somebody_is_noticed(db: Database, statement: str, column: str) -> None:
    known = processing.personal(db)
    db.execute(statement)
    assert processing.personal(db) - known == {column}


def test_names_of_things_are_nobodys(db: Database) -> None:
    known = processing.personal(db)
    db.execute("ALTER TABLE hosts ADD COLUMN name_se TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE TABLE rooms (id INTEGER PRIMARY KEY, title TEXT NOT NULL) STRICT")
    assert processing.personal(db) == known


def test_all_that_the_article_asks_for_is_there_in_its_order(db: Database) -> None:
    headings = [block.text for block in made(db).blocks if isinstance(block, Heading)]
    assert [text[-3:] for text in headings] == ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"]
    for language in ("fi", "sv", "en"):
        with speaking(language):
            report = made(db)
            assert report.language == language
            assert len([block for block in report.blocks if isinstance(block, Heading)]) == 7


# Counted


def test_an_empty_database_says_so_in_words(db: Database) -> None:
    report = made(db)
    assert "Nothing is kept of anybody yet, but for the log." in everything(report)
    assert {key: number.value for key, number in records(report).items() if number.value} == {"log": 1}
    assert "Controller: Not written yet." in everything(report)
    assert "The data protection officer is not written down yet." in everything(report)
    assert list(report.missing) == [
        f'osallisuus config set {key} "…"' for key in ("organisation", "sender_name", "sender_email", "data_protection_officer")
    ]
    assert table(report, "holdings").rows[0][3:] == [records(report)["people"], None, None]


def test_every_record_is_counted_with_its_days(filled: World) -> None:
    report = made(filled.db)
    found = records(report)
    assert {key: number.value for key, number in found.items() if key != "log"} == {
        "people": 2,
        "memberships": 1,
        "coordinators": 0,
        "arrangements": 1,
        "trainings": 2,
        "agreements": 1,
        "attendance": 1,
        "agenda": 0,
        "speakers": 1,
        "registrations": 2,
        "questions": 1,
        "letters": 0,
        "answers": 0,
        "calendars": 0,
    }
    for number in found.values():
        assert number.behind is not None
        rows = filled.db.rows(number.behind.sql, dict(number.behind.values))
        assert len(rows) == number.value
        assert all(list(row.keys()) == ["id", "day", "text"] for row in rows)
    days = {row[0]: row[4:] for row in table(report, "holdings").rows}
    assert days["Trainings"] == [date(2022, 1, 20), date(2022, 3, 20)]
    assert days["Registrations"] == [date(2022, 8, 1), date(2022, 8, 1)]
    assert days["Attendance"] == [date(2022, 8, 18), date(2022, 8, 18)]
    assert days["Needs at sessions"] == [None, None]
    assert "Nothing is kept of anybody" not in everything(report)


def test_nobody_is_named_not_even_behind_the_numbers(filled: World) -> None:
    report = made(filled.db)
    behind = [
        str(tuple(row))
        for number in records(report).values()
        if number.behind
        for row in filled.db.rows(number.behind.sql, dict(number.behind.values))
    ]
    text = "\n".join([everything(report), *behind])
    for part in ("Aino", "Esimerkki", "aino@", "0401234567", "Eero", "Malli", "Sala", "Iiro", "Oona", "Induktio"):
        assert part not in text


def test_a_public_one_hides_small_numbers(filled: World) -> None:
    report = made(filled.db, internal=False)
    found = records(report)
    assert found["people"].hidden
    assert found["people"].value is None
    assert found["letters"].value == 0
    assert "Nothing is kept of anybody" not in everything(report)


# What is set


def test_the_controller_and_whom_to_ask_are_told(db: Database) -> None:
    report = made(db, **SETTINGS)
    text = everything(report)
    assert "Controller: Mallilan hyvinvointialue" in text
    assert "Contact: Osallisuustiimi, raati@example.org, 040 000 0000" in text
    assert "Data protection officer: tietosuoja@example.org" in text
    assert list(report.missing) == []
    assert report.subtitle == "Mon 2022-08-22"


def test_the_mail_server_is_a_recipient_that_is_named(db: Database) -> None:
    assert "the organisation's mail server" in everything(made(db))
    text = everything(made(db, smtp_host="posti.example.org"))
    assert "posti.example.org" in text
    assert "the organisation's mail server" not in text


def test_registrations_are_kept_as_long_as_the_checklist_of_each_series_says(world_of_two: World) -> None:
    rows = {words(what): words(limit) for what, limit in table(made(world_of_two.db), "limits").rows}
    kept = "how many there were is kept."
    assert rows["Registrations: Aamut"] == "As the organisation's information management plan says."
    assert rows["Registrations: Illat"] == f"Names and addresses are to be erased 1 day after the date; {kept}"
    assert rows["Registrations: Teematiistait"] == f"Names and addresses are to be erased 30 days after the date; {kept}"
    assert list(rows)[3:] == ["Agreements and consents", "Log", "All else"]


@pytest.fixture
def world_of_two(db: Database) -> World:
    """Give three series, of which one does without the line on registrations and one has its own."""
    world = World(db)
    world.series()
    world.series("aamut", name="Aamut")
    world.series("illat", name="Illat")
    world.panel()
    for slug, days in (("aamut", None), ("illat", 1)):
        series = hosts.get(db, slug)
        world.write(lambda change, s=series, d=days: checklists.put(db, s, "registrations", d, change))
    return world


def test_security_tells_the_least_numbers_that_are_set(db: Database) -> None:
    assert "Numbers of people below 7, and feedback of fewer than 4," in everything(
        made(db, report_minimum=7, feedback_minimum=4)
    )


def test_bases_are_told_as_a_rule_only(db: Database) -> None:
    bases = [words(row[2]) for row in table(made(db), "purposes").rows]
    assert all(basis.startswith(("As a rule", "Consent (article 6(1)(a))", "No personal data")) for basis in bases)
    assert any("the controller decides" in limit for limit in made(db).limits)
