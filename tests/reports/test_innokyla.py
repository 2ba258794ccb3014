"""The Innokylä page: the fields of both source pages in their order, what fills each, and that nothing unpublished is on it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from osallisuus.config import Settings
from osallisuus.domain import (
    agreements,
    descriptions,
    feedback,
    hosts,
    memberships,
    notes,
    progress,
    proposals,
    publications,
    questions,
    resources,
)
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.descriptions import Description
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Answer
from osallisuus.domain.memberships import Membership
from osallisuus.domain.notes import Note
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.questions import Question
from osallisuus.domain.resources import Resource
from osallisuus.errors import UsageError
from osallisuus.i18n import speaking
from osallisuus.reports import innokyla
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Block, Figures, Heading, Link, Number, Paragraph, Quoted, Report, Table, words
from osallisuus.store.database import Database
from tests.domain.conftest import World
from tests.domain.webinars import know, material, publish, speaker, talk

SERIES, PANEL = "teematiistait", "vantaa"
ON = date(2022, 12, 20)
# As they stand on the two pages; "Liitteet ja linkit" is on the panel's, the last three are on the series'.
FIELDS = (
    "Toimintamallin nimi",
    "Toimintamallin lyhyt kuvaus",
    "Toteutuspaikka",
    "Paikkakunta, maakunta tai hyvinvointialue",
    "Toimintamallin rahoittaja",
    "Liitteet ja linkit",
    "Tekijä",
    "Luotu",
    "Viimeksi muokattu",
    "Ratkaisun perusidea",
    "Toimintaympäristö",
    "Kohderyhmä ja asiakasymmärrys",
    "Toimivuuden ja käyttöönoton ehdot",
    "Arvioinnin tulokset tiivistettynä",
    "Vinkit toimintamallin soveltajille",
    "Kansikuva",
    "Kehittämisen vaihe",
    "Aihealueet",
)


@pytest.fixture
def world(db: Database) -> World:
    """Give a series and a panel of which nothing is known but their names and dates."""
    world = World(db)
    world.series(SERIES)
    world.panel(PANEL, rule="last thursday", at="17:00", minutes=120)
    for starts in ("2022-09-13T14:00", "2022-11-15T14:00", "2022-10-11T14:00", "2023-01-10T14:00"):
        world.add(SERIES, starts)
    for starts in ("2022-09-29T17:00", "2022-10-27T17:00", "2023-01-26T17:00"):
        world.add(PANEL, starts)
    return world


def made(world: World, slug: str = SERIES, *, since: date | None = None, until: date | None = None, **settings: Any) -> Report:
    asked = Asked(
        name="innokyla",
        host=hosts.get(world.db, slug),
        since=since or date(2022, 1, 1),
        until=until or date(2022, 12, 31),
        today=ON,
        internal=False,
        settings=Settings(config_file=Path("c.toml"), database=world.db.path, **settings),
    )
    return innokyla.make(world.db, asked)


def write(world: World, slug: str, field: str, text: str, *, year: int = 0, language: str = "fi") -> None:
    asked = Description(host=slug, field=field, year=year, language=language, text=text)
    world.write(lambda change: descriptions.put(world.db, hosts.get(world.db, slug), asked, change))


def fields(report: Report) -> dict[str, list[Block]]:
    """Return the blocks under each heading of level 2."""
    found: dict[str, list[Block]] = {}
    for block in report.blocks:
        if isinstance(block, Heading) and block.level == 2:
            found[block.text] = []
        else:
            found[list(found)[-1]].append(block)
    return found


def said(blocks: Sequence[Block]) -> list[str]:
    """Return what is read in blocks: paragraphs, headings, figures as `label: value`, rows of tables with `|` between cells."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                lines.append(block.text)
            case Figures():
                lines += [f"{item.label}: {words(item.value)}" for item in block.items]
            case Table():
                lines += [" | ".join(map(words, row)) for row in block.rows]
    return lines


def under(report: Report, field: str) -> list[str]:
    return said(fields(report)[field])


def everything(report: Report) -> str:
    return "\n".join([report.title, *said(report.blocks), *report.limits])


def behind(world: World, number: Number) -> int:
    """Return what the records behind a number add up to."""
    assert number.behind is not None
    rows = world.db.rows(number.behind.sql, dict(number.behind.values))
    assert all({"id", "day", "text"} <= set(row.keys()) for row in rows)
    return len(rows)


# The fields


def test_the_fields_are_those_of_both_source_pages(world: World) -> None:
    with speaking("fi"):
        report = made(world)
    assert tuple(fields(report)) == FIELDS


def test_both_have_the_same_fields_in_every_language(world: World) -> None:
    for language in ("fi", "sv", "en"):
        with speaking(language):
            assert list(fields(made(world, PANEL))) == list(fields(made(world)))
            assert made(world).language == language
    assert len(fields(made(world))) == len(FIELDS)


@pytest.mark.parametrize("slug", [SERIES, PANEL])
def test_what_nobody_has_written_says_so_and_how_to_write_it(world: World, slug: str) -> None:
    report = made(world, slug)
    blank = [label for label, blocks in fields(report).items() if "Not written yet." in said(blocks)]
    assert blank == [
        *("Short description of the model", "Where it is done", "Town, region or wellbeing services county", "Who funds it"),
        *("Author", "Basic idea of the solution", "Operating environment", "Target group and client insight"),
        *("Conditions for it to work and be taken into use", "Tips for those who apply the model", "Cover picture"),
        *("Phase of development", "Topics"),
    ]
    assert under(report, "Results of the evaluation in brief") == ["No evaluation has been written yet."]
    assert under(report, "Attachments and links") == ["No material of this period is published."]
    # the year's text is asked for where a year is, and in the language of the page
    assert f'osallisuus report text {slug} evaluation "…" --year 2022 --language en' in report.missing
    assert f'osallisuus {hosts.get(world.db, slug).type} edit {slug} --purpose "…"' in report.missing
    assert len(report.missing) == len(blank) + 2
    assert all(command.startswith("osallisuus ") for command in report.missing)


def test_finnish_texts_are_asked_for_without_a_language(world: World) -> None:
    with speaking("fi"):
        assert f'osallisuus report text {SERIES} tips "…"' in made(world).missing


def test_texts_stand_in_their_fields_and_are_asked_for_no_more(world: World) -> None:
    for field in innokyla.labels():
        write(world, SERIES, field, f"Kenttä {field}.\n\nToinen kappale.")
    world.change_host(SERIES, place="Webinaareja", funder="Rahasto", purpose="Tarkoitus")
    with speaking("fi"):
        report = made(world)
        labels = innokyla.labels()
    for field in set(labels) - {"next-year"}:
        assert under(report, labels[field])[:2] == [f"Kenttä {field}.", "Toinen kappale."]
    assert all("report text" not in command and "edit" not in command for command in report.missing)
    assert "Kenttä next-year" not in everything(report)
    first = fields(report)[labels["tips"]][0]
    assert isinstance(first, Paragraph)
    assert first.language == "fi"


def test_the_purpose_describes_until_a_description_is_written(world: World) -> None:
    world.change_host(SERIES, purpose="Tunti osallisuudesta")
    assert under(made(world), "Short description of the model") == ["Tunti osallisuudesta"]
    assert under(made(world), "Basic idea of the solution")[0] == "Not written yet."
    write(world, SERIES, "summary", "Lyhyesti.")
    assert under(made(world), "Short description of the model") == ["Lyhyesti."]
    assert under(made(world), "Basic idea of the solution")[0] == "Tunti osallisuudesta"


def test_the_organisation_is_author_and_place_until_others_are_named(world: World) -> None:
    report = made(world, organisation="Mallilan kaupunki")
    assert under(report, "Where it is done") == under(report, "Author") == ["Mallilan kaupunki"]
    world.change_host(SERIES, place="Webinaareja")
    write(world, SERIES, "author", "Osallisuustiimi")
    report = made(world, organisation="Mallilan kaupunki")
    assert under(report, "Where it is done") == ["Webinaareja"]
    assert under(report, "Author") == ["Osallisuustiimi"]


def test_what_is_not_translated_is_there_in_its_language_and_told(world: World) -> None:
    write(world, SERIES, "tips", "Vinkki.")
    with speaking("sv"):
        report = made(world)
        label = innokyla.labels()["tips"]
    (paragraph,) = fields(report)[label]
    assert paragraph == Paragraph(text="Vinkki.", language="fi")
    assert f'osallisuus report text {SERIES} tips "…" --language sv' in report.missing


def test_its_days_are_those_of_the_log_where_the_organisation_is(world: World) -> None:
    report = made(world)
    assert under(report, "Created") == under(report, "Last changed") == ["2022-08-22"]
    event = world.events()[0]
    world.now = world.now.replace(day=30, hour=22)  # the 31st in Helsinki
    world.edit(event, title="Mielenterveyspalvelut")
    assert under(made(world), "Created") == ["2022-08-22"]
    assert under(made(world), "Last changed") == ["2022-08-31"]


def test_a_page_is_about_one_panel_or_series(world: World) -> None:
    settings = Settings(config_file=Path("c.toml"), database=world.db.path)
    asked = Asked(name="innokyla", host=None, since=ON, until=ON, today=ON, internal=False, settings=settings)
    with pytest.raises(UsageError):
        innokyla.make(world.db, asked)


# A series


def season(world: World) -> list[Event]:
    """Publish something of three dates, in another order than theirs, and leave something unpublished."""
    first, second, third, _next = world.events()
    world.edit(first, title="Mielenterveys- ja päihdepalvelut", title_sv="Psykisk hälsa")
    world.edit(second, title="Johtaminen")
    for event, text in ((second, "Nimikkeistä."), (first, "Palkkioista.")):
        one = world.write(lambda change, e=event, t=text: notes.add(world.db, e, Note(event_id=e.id, text=t), change))[0]
        world.write(lambda change, n=one: publications.publish(world.db, n, "note", ON, change))
    world.write(lambda change: notes.add(world.db, first, Note(event_id=first.id, text="Salainen muistiinpano."), change))
    for url in ("verkosto", "luonnos"):
        asked = Resource(event_id=first.id, title=url.capitalize(), url=f"https://example.org/{url}")
        kept = world.write(lambda change, a=asked: resources.add(world.db, first, a, change))[0]
        if url == "verkosto":
            world.write(lambda change, r=kept: publications.publish(world.db, r, "resource", ON, change))
    ask(world, second, "Kuka johtaa?", "Kaikki.", public=True)
    ask(world, second, "Miksi?", "Siksi.", public=False)
    return [first, second, third]


def ask(world: World, event: Event, text: str, answer: str, *, public: bool) -> None:
    asked = Question(event_id=event.id, text=text, asked_on="2022-09-01", asker="Sala Kysyjä")
    one = world.write(lambda change: questions.add(world.db, event, asked, change))[0]
    one = world.write(lambda change: questions.answer(world.db, one, answer, ON, change))
    if public:
        world.write(lambda change: questions.publish(world.db, one, ON, change))


def test_the_dates_of_the_period_stand_in_order_with_their_themes(world: World) -> None:
    season(world)
    world.cancel(world.events()[2], "sairaus")
    lines = under(made(world), "Basic idea of the solution")
    assert lines[1:] == [
        "Dates and themes, 2022",
        "Tue 2022-09-13 at 14:00 | Mielenterveys- ja päihdepalvelut",
        "Tue 2022-10-11 at 14:00 | Johtaminen",
    ]
    assert "sairaus" not in everything(made(world))
    with speaking("sv"):
        (table,) = [block for block in made(world).blocks if isinstance(block, Table) and block.key == "season"]
    assert [row[1] for row in table.rows] == [
        Quoted(text="Psykisk hälsa", language="sv"),
        Quoted(text="Johtaminen", language="fi"),
    ]


def test_a_period_without_dates_says_so(world: World) -> None:
    report = made(world, since=date(2020, 1, 1), until=date(2020, 6, 30))
    assert under(report, "Basic idea of the solution") == [
        "Not written yet.",
        "Dates and themes, 2020-01-01–2020-06-30",
        "There is no date in this period.",
    ]
    assert report.subtitle == "2020-01-01–2020-06-30"


def test_tips_hold_what_is_published_in_order_of_time(world: World) -> None:
    season(world)
    assert under(made(world), "Tips for those who apply the model") == [
        "Not written yet.",
        "2022-09-13",
        "Verkosto | https://example.org/verkosto",
        "Palkkioista.",
        "2022-10-11",
        "Kuka johtaa? | Kaikki.",
        "Nimikkeistä.",
    ]
    text = everything(made(world))
    for secret in ("Salainen", "Luonnos", "Miksi?", "Sala Kysyjä"):
        assert secret not in text


def test_only_the_period_counts(world: World) -> None:
    season(world)
    report = made(world, since=date(2022, 10, 1), until=date(2022, 10, 31))
    assert "Verkosto" not in everything(report)
    assert under(report, "Tips for those who apply the model")[1:] == ["2022-10-11", "Kuka johtaa? | Kaikki.", "Nimikkeistä."]


@pytest.mark.parametrize(("may_publish", "named"), [("yes", True), ("no", False)])
def test_presentations_name_speakers_who_may_be_named(world: World, may_publish: str, named: bool) -> None:
    event = world.events()[0]
    held = talk(world, event, "Tieto")
    person = world.person("Veikko Näyte")
    speaker(world, held, person, organisation="Mallikaupunki")
    know(world, held, person, state="confirmed", may_publish="yes")
    slides = material(world, event, "Esitys", kind="slides", talk_id=held.id)
    material(world, event, "Luonnos")
    publish(world, slides.id)
    know(world, held, person, may_publish=may_publish)
    report = made(world)
    assert ("Veikko Näyte" in everything(report)) is named
    # a permission that was withdrawn takes the slides along
    assert under(report, "Attachments and links") == (
        ["Tue 2022-09-13 | Esitys (https://example.org/Esitys) | slides | Veikko Näyte, Mallikaupunki"]
        if named
        else ["No material of this period is published."]
    )
    who = "Veikko Näyte, Mallikaupunki" if named else "Mallikaupunki"
    assert f"Tue 2022-09-13 at 14:00 | The theme will be told later. | Tieto ({who})" in under(
        report, "Basic idea of the solution"
    )
    assert "Luonnos" not in everything(report)


def test_a_copied_file_has_no_address(world: World) -> None:
    event = world.events()[0]
    one = material(world, event, "Ohjelma", kind="document", url="", file="teematiistait/1/ohjelma.pdf", size=10, sha256="0" * 64)
    publish(world, one.id)
    (table,) = fields(made(world))["Attachments and links"]
    assert isinstance(table, Table)
    assert table.rows[0][1] == Quoted(text="Ohjelma", language="fi")
    assert "ohjelma.pdf" not in everything(made(world))
    linked = publish(world, material(world, event, "Linkki").id)
    (table,) = fields(made(world))["Attachments and links"]
    assert isinstance(table, Table)
    assert Link(label="Linkki", url=linked.url) in [row[1] for row in table.rows]


# The evaluation


def rate(world: World, event: Event, *ratings: int) -> None:
    answers = [Answer(event_id=0, rating=rating, recommend=10) for rating in ratings]
    world.write(lambda change: feedback.add(world.db, event, answers, change, today=date(2023, 6, 1)))


def test_feedback_stands_for_an_evaluation_until_one_is_written(world: World) -> None:
    label = "Results of the evaluation in brief"
    rate(world, world.events()[0], 5, 4, 4, 5)
    report = made(world)
    assert under(report, label) == ["No evaluation has been written yet."]
    assert not list(report.numbers())
    rate(world, world.events()[0], 3, 4)
    rate(world, world.events()[3], 1, 1, 1, 1, 1)  # of the next year
    report = made(world)
    assert under(report, label) == [
        "Answers: 6",
        "Grade on average: 4.2 of 5",
        "Recommendation index (−100 to 100): 100",
    ]
    assert not any("evaluation" in command for command in report.missing)
    assert any("at least 5" in limit for limit in report.limits)
    (answers,) = [number for _label, number in report.numbers() if number.key == "feedback.n"]
    assert behind(world, answers) == 6
    write(world, SERIES, "evaluation", "Aina pyydetään palautetta.")
    assert under(made(world), label) == ["Aina pyydetään palautetta."]
    write(world, SERIES, "evaluation", "Vuosi 2022 oli hyvä.", year=2022)
    assert under(made(world), label) == ["Vuosi 2022 oli hyvä."]
    assert under(made(world, until=date(2022, 12, 30)), label) == ["Aina pyydetään palautetta."]


# A panel


def test_a_panel_is_described_without_numbers_of_people(world: World) -> None:
    world.panel("vantaa-sivu", name="Sivuraati", kind="side", parent=PANEL)
    world.panel("vanha", name="Vanha sivuraati", kind="side", parent=PANEL, closed_on="2021-12-31")
    for name, role in (("Aino Esimerkki", "developer-client"), ("Eero Malli", "developer-client"), ("Sanna Testi", "peer")):
        person = world.person(name)
        one = Membership(panel=PANEL, person_id=person.id, role=role, from_date="2022-01-01")
        world.write(lambda change, o=one: memberships.add(world.db, o, change))
    world.change_host(PANEL, area="Vammaispalvelut", mandate="Aluehallitus 1.2.2022 § 5")
    report = made(world, PANEL)
    assert under(report, "Basic idea of the solution") == [
        "Not written yet.",
        "The panel, 2022",
        "Kind: main panel",
        "Roles of its members: developer client, peer",
        "Meets: every month",
        "Panels under it: Sivuraati",
        "Sessions: 2",
        "Proposals that were sent: 0",
        "Answers that came: 0",
    ]
    assert "Mandate: Aluehallitus 1.2.2022 § 5" in under(report, "Operating environment")
    assert "Service area: Vammaispalvelut" in under(report, "Target group and client insight")
    assert "Belongs to: Vantaan asiakasraati" in under(made(world, "vantaa-sivu"), "Basic idea of the solution")
    assert {number.behind.noun for _label, number in report.numbers() if number.behind} == {"event", "proposal"}
    for name in ("Aino", "Eero", "Sanna"):
        assert name not in everything(report)


@pytest.mark.parametrize(
    ("rule", "rhythm"),
    [
        ("2nd tuesday", "every month"),
        ("2nd tuesday every 2 months", "every 2 months"),
        ("every week on monday", "every week"),
        ("every 3 weeks on monday", "every 3 weeks"),
        ("1st and 3rd monday", "1st and 3rd monday"),
    ],
)
def test_how_often_a_panel_meets_is_in_words(world: World, rule: str, rhythm: str) -> None:
    world.change_host(PANEL, rule=rule)
    assert f"Meets: {rhythm}" in under(made(world, PANEL), "Basic idea of the solution")


def propose(world: World, sent: str, answered: str) -> None:
    """Add a proposal and, with days, take it to its answer."""
    asked = Proposal(panel=PANEL, text=f"Puhelin auki iltaisin {sent}", added_on="2021-11-01")
    one = world.write(lambda change: proposals.add(world.db, asked, change))[0]
    if not sent:
        return
    days, today = [date.fromisoformat(day) for day in ("2021-11-02", sent, answered)], date(2023, 6, 1)
    one = world.write(lambda change: progress.accept(world.db, one, days[0], change, today=today))
    one = world.write(lambda change: progress.send(world.db, one, "Johto", days[1], change, today=today))
    world.write(lambda change: progress.answer(world.db, one, "yes", "", days[2], change, today=today))


def test_proposals_of_the_period_are_counted_as_their_records_are(world: World) -> None:
    for sent, answered in (("2022-03-01", "2022-04-01"), ("2022-12-01", "2023-01-10"), ("2021-12-01", "2022-01-15"), ("", "")):
        propose(world, sent, answered)
    report = made(world, PANEL)
    found = {number.key: number for _label, number in report.numbers()}
    assert {key: number.value for key, number in found.items()} == {"sessions": 2, "proposals.sent": 2, "proposals.answered": 2}
    for number in found.values():
        assert behind(world, number) == number.value
    assert "Puhelin" not in everything(report)


def test_names_of_members_are_left_out_of_what_a_panel_publishes(world: World) -> None:
    person = world.person("Aino Esimerkki")
    one = Membership(panel=PANEL, person_id=person.id, role="peer", from_date="2022-01-01")
    world.write(lambda change: memberships.add(world.db, one, change))
    event = world.events(PANEL)[0]
    ask(world, event, "Mitä Aino sanoi?", "Ainon mukaan jono on pitkä.", public=True)
    note = world.write(lambda change: notes.add(world.db, event, Note(event_id=event.id, text="Esimerkin toive."), change))[0]
    world.write(lambda change: publications.publish(world.db, note, "note", ON, change))
    write(world, PANEL, "tips", "Kysykää Aino Esimerkiltä.")
    text = everything(made(world, PANEL))
    assert "jono on pitkä" in text
    assert "Kysykää [name left out]." in text  # also in what the coordinator wrote
    assert "Ainon" not in text
    assert "Esimerkin toive" not in text
    agreed = Agreement(person_id=person.id, kind="name-publication", on_date="2022-01-01")
    world.write(lambda change: agreements.add(world.db, agreed, change))
    text = everything(made(world, PANEL))
    assert "Ainon mukaan jono on pitkä." in text
    assert "Esimerkin toive." in text


def test_the_same_data_make_the_same_page(world: World) -> None:
    season(world)
    assert made(world) == made(world)
