"""What everybody may see of a series: what is published and nothing else."""

from datetime import date, datetime
from typing import Any

import pytest

from osallisuus.domain import events, feedback, hosts, notes, pages, people, publications, questions, registrations, resources
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Answer
from osallisuus.domain.notes import Note
from osallisuus.domain.pages import Exchange, Page, Pages, Text, Voice
from osallisuus.domain.questions import Question
from osallisuus.domain.registrations import Registration
from osallisuus.domain.resources import Resource
from tests.domain.conftest import TODAY, World
from tests.domain.webinars import know, material, publish, speaker, talk

SLUG = "teematiistait"
AFTER = date(2022, 12, 31)


@pytest.fixture
def event(world: World) -> Event:
    """Give the first of the Tuesdays of autumn 2022."""
    world.series(name_sv="Tematisdagar", purpose="Tunti osallisuudesta", funder="Rahasto")
    world.plan(SLUG, date(2022, 9, 1), date(2022, 12, 31))
    return world.events()[0]


def read(world: World, language: str = "fi", minimum: int = 3, today: date = TODAY) -> Pages:
    return pages.in_language(pages.read(world.db, hosts.get(world.db, SLUG), minimum=minimum, today=today), language)


def first(world: World, language: str = "fi") -> Page:
    return read(world, language).dates[0]


def ask(world: World, event: Event, text: str, answer: str = "", *, public: bool = False) -> None:
    asked = Question(event_id=event.id, text=text, asked_on="2022-08-22", asker="Sala Kysyjä")
    one = world.write(lambda change: questions.add(world.db, event, asked, change))[0]
    if answer:
        one = world.write(lambda change: questions.answer(world.db, one, answer, TODAY, change))
    if public:
        world.write(lambda change: questions.publish(world.db, one, TODAY, change))


def note(world: World, event: Event, text: str, *, public: bool) -> Note:
    one = world.write(lambda change: notes.add(world.db, event, Note(event_id=event.id, text=text), change))[0]
    return world.write(lambda change: publications.publish(world.db, one, "note", TODAY, change)) if public else one


def resource(world: World, event: Event, title: str, *, public: bool) -> Resource:
    asked = Resource(event_id=event.id, title=title, url=f"https://example.org/{title}")
    one = world.write(lambda change: resources.add(world.db, event, asked, change))[0]
    return world.write(lambda change: publications.publish(world.db, one, "resource", TODAY, change)) if public else one


# What is published


def test_a_page_holds_what_is_published_and_nothing_else(world: World, event: Event) -> None:
    second = world.events()[1]
    for at, public in ((event, True), (event, False), (second, False)):
        word = "Julkinen" if public else "Salainen"
        ask(world, at, f"{word} kysymys", "Vastaus", public=public)
        note(world, at, f"{word} aihe", public=public)
        resource(world, at, f"{word}-lähde", public=public)
        paper = material(world, at, f"{word}-esitys")
        if public:
            publish(world, paper.id)
    ask(world, event, "Avoin kysymys")
    page, other = read(world).dates[:2]
    assert page.questions == [Exchange(question="Julkinen kysymys", answer="Vastaus", language="")]
    assert "Sala Kysyjä" not in repr(read(world))
    assert [one.text for one in page.notes] == ["Julkinen aihe"]
    assert [one.title for one in page.resources] == ["Julkinen-lähde"]
    assert [one.label for one in page.materials] == ["Julkinen-esitys"]
    assert (other.questions, other.notes, other.resources, other.materials) == ([], (), (), [])
    one = questions.search(world.db, published=True)[0]
    world.write(lambda change: publications.unpublish(world.db, one, "question", change))
    assert first(world).questions == []


def test_other_series_and_panels_are_not_on_the_page(world: World, event: Event) -> None:
    world.panel(at="17:00", minutes=120)
    world.series("etäraadit", at="10:00")
    for slug in ("vantaa", "etäraadit"):
        other = world.add(slug, "2022-09-13T10:00")
        note(world, other, "Muualla", public=True)
        ask(world, other, "Muualla?", "Niin", public=True)
    assert [page.starts for page in read(world).dates] == [
        datetime(2022, month, day, 14) for month, day in ((9, 13), (10, 11), (11, 8), (12, 13))
    ]
    assert "Muualla" not in repr(read(world))


# Names


@pytest.mark.parametrize(
    ("state", "may_publish", "shown"),
    [
        ("confirmed", "yes", True),
        ("spoke", "yes", True),
        ("confirmed", "no", False),
        ("confirmed", "", False),
        ("proposed", "yes", None),
        ("invited", "yes", None),
        ("declined", "yes", None),
        ("cancelled", "yes", None),
    ],
)
def test_a_speaker_is_named_who_comes_and_said_yes(
    world: World, event: Event, state: str, may_publish: str, shown: bool | None
) -> None:
    one = talk(world, event, title_sv="Kunskap", minutes=20)
    aino = world.person(organisation="Esimerkkijärjestö ry")
    speaker(world, one, aino, state=state, may_publish=may_publish, title="sosiaaliohjaaja", bio="Ohjaaja.")
    talks = first(world).talks
    if shown is None:
        assert talks == []
        return
    organisation = "Esimerkkijärjestö ry"
    named = Voice(name="Aino Esimerkki", title="sosiaaliohjaaja", organisation=organisation, bio="Ohjaaja.")
    nameless = Voice(name="", title="", organisation=organisation, bio="")
    (only,) = talks
    assert only.voices == [named if shown else nameless]
    assert (only.title, only.starts, only.minutes) == (Text(text="Tieto", language="fi"), event.start, 20)
    assert ("Aino" in repr(read(world))) == shown


def test_a_talk_that_needs_nobody_stands_and_one_of_two_comes(world: World, event: Event) -> None:
    talk(world, event, "Keskustelu", minutes=15)
    two = talk(world, event, "Yhdessä", minutes=20)
    speaker(world, two, world.person("Aino Esimerkki"), state="declined", may_publish="yes")
    speaker(world, two, world.person("Eero Malli"), state="confirmed", may_publish="yes")
    found = [(one.title.text, [voice.name for voice in one.voices], one.starts) for one in first(world).talks]
    assert found == [("Keskustelu", [], event.start), ("Yhdessä", ["Eero Malli"], datetime(2022, 9, 13, 14, 15))]


def test_a_permission_that_was_withdrawn_counts_at_once(world: World, event: Event) -> None:
    one = talk(world, event)
    speaker(world, one, world.person(), state="confirmed", may_publish="yes", may_record="yes")
    of_talk = material(world, event, "Esitys", talk_id=one.id)
    recording = material(world, event, "Tallenne", kind="recording")
    document = material(world, event, "Ohje", kind="document")
    for each in (of_talk, recording, document):
        publish(world, each.id)

    def shown() -> tuple[list[str], list[str]]:
        page = first(world)
        return [m.label for m in page.materials], [m.label for t in page.talks for m in t.materials]

    assert shown() == (["Tallenne", "Ohje"], ["Esitys"])
    know(world, one, people.get(world.db, "1"), may_record="no")
    assert shown() == (["Ohje"], ["Esitys"])
    know(world, one, people.get(world.db, "1"), may_publish="no")
    assert shown() == (["Ohje"], [])


# The way in


@pytest.mark.parametrize(
    ("values", "status", "url", "registration_url"),
    [
        ({}, "planned", "https://example.org/teams", ""),
        ({"capacity": 30}, "planned", "", ""),
        ({"registration_url": "https://example.org/ilmo"}, "planned", "", "https://example.org/ilmo"),
        ({"capacity": 30, "registration_url": "https://example.org/ilmo"}, "planned", "", "https://example.org/ilmo"),
        ({"registration_url": "https://example.org/ilmo"}, "held", "", ""),
        ({}, "held", "", ""),
        ({"registration_url": "https://example.org/ilmo"}, "cancelled", "", ""),
        ({}, "cancelled", "", ""),
    ],
)
def test_the_link_to_join_is_open_only_where_nobody_has_to_register(
    world: World, event: Event, values: dict[str, Any], status: str, url: str, registration_url: str
) -> None:
    event = world.edit(event, title="Tieto", url="https://example.org/teams", place="Tikkurila", **values)
    if status != "planned":
        event = world.hold(event) if status == "held" else world.cancel(event, "puhuja sairastui")
    page = first(world)
    assert page.by_registration == (status == "planned" and bool(values))
    assert (page.status, page.place, page.url, page.registration_url) == (status, "Tikkurila", url, registration_url)
    subscribed = pages.for_subscribers(event)
    assert subscribed.url == url
    assert (subscribed.cancel_reason, subscribed.title, subscribed.uid) == ("", "Tieto", event.uid)
    assert "sairastui" not in repr(page)


@pytest.mark.parametrize(
    ("capacity", "counted", "full"), [(None, 500, False), (3, 1, False), (3, 2, True), (3, 9, True), (1, 0, True)]
)
def test_a_date_is_full_when_only_the_waiting_line_is_left(
    world: World, event: Event, capacity: int | None, counted: int, full: bool
) -> None:
    event = world.edit(event, capacity=capacity)
    asked = Registration(event_id=event.id, name="Sala Ilmoittautunut", registered_on="2022-08-22")
    world.write(lambda change: registrations.add(world.db, event, asked, change))
    world.write(lambda change: registrations.count(world.db, event, counted, change))
    assert [page.full for page in read(world).dates] == [full, False, False, False]
    assert "Sala" not in repr(read(world))
    world.hold(event)
    assert not first(world).full


# Dates


def test_dates_that_planning_took_back_were_never_announced(world: World, event: Event) -> None:
    second = world.events()[1]
    note(world, second, "Julkinen", public=True)
    dropped = world.write(lambda change: events.cancel(world.db, second, change, by_rule=True))
    assert numbers(list(read(world).dates)) == [1, 3, 4]
    world.cancel(dropped, "ei tulijoita")
    assert numbers(list(read(world).dates)) == [1, 2, 3, 4]


def numbers(found: list[Page]) -> list[int]:
    return [page.number for page in found]


@pytest.mark.parametrize(
    ("today", "coming", "past"),
    [
        (date(2022, 9, 13), [1, 2, 3, 4], []),
        (date(2022, 9, 14), [2, 3, 4], [1]),
        (date(2022, 11, 9), [4], [3, 2, 1]),
        (date(2022, 12, 14), [], [4, 3, 2, 1]),
    ],
)
def test_a_day_that_has_passed_has_nothing_to_join(
    world: World, event: Event, today: date, coming: list[int], past: list[int]
) -> None:
    for one in world.events():
        world.edit(one, registration_url="https://example.org/ilmo", capacity=1)
        world.write(lambda change, one=one: registrations.count(world.db, one, 1, change))
    found = read(world, today=today)
    assert (numbers(found.coming), numbers(found.past)) == (coming, past)
    for page in found.dates:
        ahead = page.number in coming
        assert (page.ahead, page.full, page.by_registration, bool(page.registration_url)) == (ahead, ahead, ahead, ahead)


def test_what_comes_and_what_was_are_told_apart(world: World, event: Event) -> None:
    one, two, three, four = world.events()
    assert (numbers(read(world).coming), read(world).past) == ([1, 2, 3, 4], [])
    world.cancel(one)
    assert (numbers(read(world).coming), read(world).past) == ([1, 2, 3, 4], [])
    world.hold(two)
    assert (numbers(read(world).coming), numbers(read(world).past)) == ([3, 4], [2, 1])
    world.cancel(three)
    assert (numbers(read(world).coming), numbers(read(world).past)) == ([3, 4], [2, 1])
    world.hold(four)
    assert (read(world).coming, numbers(read(world).past)) == ([], [4, 3, 2, 1])
    world.restore(world.events()[2])
    assert (numbers(read(world).coming), numbers(read(world).past)) == ([3], [4, 2, 1])


def test_a_cancelled_date_has_no_programme(world: World, event: Event) -> None:
    one = talk(world, event)
    speaker(world, one, world.person(), state="confirmed", may_publish="yes")
    assert len(first(world).talks) == 1
    world.cancel(event)
    assert first(world).talks == []
    assert "Aino" not in repr(read(world))


# Words and languages


@pytest.mark.parametrize(
    ("language", "name", "theme"),
    [
        ("fi", Text(text="Teematiistait", language="fi"), Text(text="Tieto", language="fi")),
        ("sv", Text(text="Tematisdagar", language="sv"), Text(text="Tieto", language="fi")),
        ("en", Text(text="Teematiistait", language="fi"), Text(text="Knowledge", language="en")),
    ],
)
def test_what_is_not_translated_stands_in_the_language_it_is_in(
    world: World, event: Event, language: str, name: Text, theme: Text
) -> None:
    world.edit(event, title="Tieto", title_en="Knowledge", description="Kuvaus")
    found = read(world, language)
    assert (found.language, found.name, found.purpose, found.funder) == (language, name, "Tunti osallisuudesta", "Rahasto")
    assert (found.dates[0].theme, found.dates[0].description) == (theme, "Kuvaus")
    assert found.dates[0].ends == datetime(2022, 9, 13, 15)


# Feedback


def test_results_of_feedback_stand_on_the_page_from_the_least_number_on(world: World, event: Event) -> None:
    second = world.events()[1]
    for at, n in ((event, 5), (second, 4)):
        answers = [Answer(event_id=0, rating=4, text="Sala palaute")] * n
        world.write(lambda change, at=at, answers=answers: feedback.add(world.db, at, answers, change, today=AFTER))
    assert [page.feedback for page in read(world).dates] == [None] * 4
    for at in (event, second):
        world.write(lambda change, at=at: feedback.publish(world.db, at, AFTER, change, minimum=4))
    found = [page.feedback for page in read(world, minimum=5).dates]
    assert [bool(summary) for summary in found] == [True, False, False, False]
    assert found[0]
    assert found[0].rating
    assert (found[0].n, found[0].rating.mean, found[0].recommend) == (5, 4.0, None)
    assert [bool(page.feedback) for page in read(world, minimum=4).dates] == [True, True, False, False]
    assert "Sala" not in repr(read(world))
