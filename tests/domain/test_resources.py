"""What was mentioned at a date and can be read elsewhere."""

from typing import Any

import pytest

from osallisuus.domain import publications, resources
from osallisuus.domain.events import Event
from osallisuus.domain.resources import Resource
from osallisuus.errors import NotFound, OsallisuusError, UsageError
from tests.domain.conftest import TODAY, World

LINK = "https://example.org/ohjelma"


@pytest.fixture
def dates(world: World) -> list[Event]:
    """Give a session and a webinar before it."""
    world.panel(minutes=120)
    world.series()
    return [world.add("vantaa", "2022-09-29T17:00"), world.add("teematiistait", "2022-09-13T14:00")]


def add(world: World, event: Event, title: str = "Ohjelma", url: str = LINK, **values: Any) -> tuple[Resource, bool]:
    asked = Resource(event_id=event.id, title=title, url=url, **values)
    return world.write(lambda change: resources.add(world.db, event, asked, change))


def edit(world: World, number: int, **changes: object) -> Resource:
    return world.write(lambda change: resources.edit(world.db, resources.get(world.db, number), changes, change))


def test_a_link_is_once_at_a_date(world: World, dates: list[Event]) -> None:
    known = Resource(id=1, event_id=1, title="Ohjelma", url=LINK, language="fi")
    assert add(world, dates[0], " Ohjelma\n", f" {LINK} ", language="fi") == (known, True)
    assert world.last_entry() == [{"did": "added", "event": "vantaa/1", "host": "vantaa", "resource": 1}]
    assert add(world, dates[0], "Muu", f"{LINK} ") == (known, False)
    assert not world.wrote
    assert add(world, dates[1])[0].id == 2
    assert add(world, dates[0], url=f"{LINK}/2")[0].id == 3
    assert resources.get(world.db, 1) == known
    # what another date has already is new here, whichever came first
    assert add(world, dates[1], url=f"{LINK}/3")[0].id == 4
    assert add(world, dates[0], url=f"{LINK}/3")[0].id == 5
    assert [one.id for one in resources.search(world.db)] == [2, 4, 1, 3, 5]
    assert [one.id for one in resources.search(world.db, event_id=1)] == [1, 3, 5]
    with pytest.raises(NotFound, match=r"^There is no resource 6\.$"):
        resources.get(world.db, 6)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": " "}, "A resource needs a title."),
        ({"url": " "}, "A resource needs a link."),
        ({"url": "example.org"}, "'example.org' is not a link."),
        ({"url": "javascript:alert(1)"}, "'javascript:alert(1)' is not a web address."),
        ({"url": "data:text/html,x"}, "'data:text/html,x' is not a web address."),
    ],
)
def test_what_is_no_resource_is_refused_new_or_changed(
    world: World, dates: list[Event], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        add(world, dates[0], **values)
    assert wrong.value.message == said
    known, _new = add(world, dates[0])
    with pytest.raises(UsageError) as wrong:
        edit(world, 1, **values)
    assert wrong.value.message == said
    assert resources.get(world.db, 1) == known


@pytest.mark.parametrize("url", ["https://", "https:// example.org", "https://exa mple.org", "http:///"])
def test_a_link_that_leads_nowhere_is_refused(world: World, dates: list[Event], url: str) -> None:
    with pytest.raises(UsageError):
        add(world, dates[0], url=url)


def test_a_resource_is_changed_once(world: World, dates: list[Event]) -> None:
    add(world, dates[0])
    changed = edit(world, 1, title=" Uusi ", url=f" {LINK}/2", language="sv")
    assert changed == resources.get(world.db, 1) == Resource(id=1, event_id=1, title="Uusi", url=f"{LINK}/2", language="sv")
    assert world.last_entry() == [
        {"did": "edited", "event": "vantaa/1", "host": "vantaa", "resource": 1, "fields": ["language", "title", "url"]}
    ]
    edit(world, 1, title="Uusi ", url=f"{LINK}/2")
    assert not world.wrote
    edit(world, 1, title="Vanha")
    assert world.last_entry()[0]["fields"] == ["title"]


def test_a_link_does_not_become_that_of_another_resource_of_the_date(world: World, dates: list[Event]) -> None:
    for url in (LINK, f"{LINK}/2"):
        add(world, dates[0], url=url)
    with pytest.raises(OsallisuusError):
        edit(world, 2, url=LINK)


def test_a_resource_is_published_taken_back_and_removed(world: World, dates: list[Event]) -> None:
    add(world, dates[0], "salainen")

    def act(verb: Any, *words: object) -> Any:
        return world.write(lambda change: verb(world.db, resources.get(world.db, 1), "resource", *words, change))

    for verb, words, day, did in (
        (publications.publish, (TODAY,), "2022-08-22", "published"),
        (publications.unpublish, (), None, "unpublished"),
    ):
        assert act(verb, *words) == resources.get(world.db, 1)
        assert resources.get(world.db, 1).published_on == day
        assert world.last_entry() == [{"did": did, "event": "vantaa/1", "host": "vantaa", "resource": 1}]
        act(verb, *words)
        assert not world.wrote
    act(publications.remove)
    assert (resources.search(world.db), world.erased) == ([], True)
    assert b"salainen" not in world.db.path.read_bytes()
