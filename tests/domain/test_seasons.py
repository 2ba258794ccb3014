"""The roll-over of a season: a series like the one before, its checklist, and nothing about people."""

from datetime import date

import pytest

from osallisuus.domain import checklists, hosts, seasons
from osallisuus.domain.hosts import Host, Series
from osallisuus.errors import Refused, UsageError
from tests.domain.conftest import World
from tests.domain.webinars import speaker, talk

AUTUMN = {
    "name": "Teematiistait", "name_sv": "Tematisdagar", "name_en": "Theme Tuesdays", "place": "Teams", "url": "https://example.org/t",
    "funder": "Esimerkkirahasto", "purpose": "Tunti osallisuudesta", "rule": "every 2 weeks on tuesday", "holidays": "next",
}  # fmt: skip


@pytest.fixture
def autumn(world: World) -> Host:
    """Give a series that has counted its weeks and was closed, with a checklist of its own."""
    series = world.series(**AUTUMN)
    world.plan("teematiistait", date(2022, 9, 6), n=3)
    for what, days in (("slides", -10), ("captions", None), ("Tekninen testaus", -1)):
        world.write(lambda change, what=what, days=days: checklists.put(world.db, series, what, days, change))
    return world.change_host("teematiistait", closed_on="2022-12-31")


def start(world: World, source: Host, slug: str = "kevät-2023", **changes: object) -> bool:
    asked = seasons.follower(source, slug, changes)
    return world.write(lambda change: seasons.start(world.db, source, asked, change))


def items(world: World, slug: str) -> list[tuple[str, int | None]]:
    rows = world.db.rows("SELECT what, days FROM checklist_items WHERE series = ? ORDER BY id", (slug,))
    return [(row["what"], row["days"]) for row in rows]


def test_a_follower_is_the_same_series_under_another_name_and_counts_its_weeks_anew(world: World, autumn: Host) -> None:
    assert (autumn.anchor, autumn.closed_on) == ("2022-09-06", "2022-12-31")
    follower = seasons.follower(autumn, "kevät-2023", {"name": "Kevät", "at": "13:00"})
    assert follower == Series(
        slug="kevät-2023", timezone="Europe/Helsinki", minutes=60, **AUTUMN | {"name": "Kevät", "at": "13:00", "url": ""}
    )  # fmt: skip
    assert (follower.anchor, follower.closed_on, follower.created_at) == (None, None, "")


def test_a_season_starts_once_with_the_checklist_of_the_one_before(world: World, autumn: Host) -> None:
    assert start(world, autumn, name="Kevät")
    assert items(world, "kevät-2023") == [("slides", -10), ("captions", None), ("Tekninen testaus", -1)]
    spring = hosts.get(world.db, "kevät-2023")
    assert (spring.name, spring.rule, spring.anchor, spring.closed_on) == ("Kevät", "every 2 weeks on tuesday", None, None)
    assert world.events("kevät-2023") == []
    assert not start(world, autumn, name="Kevät")
    assert not world.wrote


def test_a_season_that_is_there_keeps_its_own_checklist(world: World, autumn: Host) -> None:
    start(world, autumn)
    spring = hosts.get(world.db, "kevät-2023")
    world.write(lambda change: checklists.put(world.db, spring, "slides", -3, change))
    world.write(lambda change: checklists.put(world.db, spring, "Tekninen testaus", None, change))
    world.write(lambda change: checklists.put(world.db, autumn, "Kiitosviesti", 2, change))
    assert not start(world, autumn)
    assert items(world, "kevät-2023") == [("slides", -3), ("captions", None)]


def test_a_season_does_not_take_the_name_of_another(world: World, autumn: Host) -> None:
    start(world, autumn)
    world.panel()
    for slug, changes in (("kevät-2023", {"name": "Toinen"}), ("vantaa", {})):
        with pytest.raises(Refused) as caught:
            start(world, autumn, slug, **changes)
        assert caught.value.code == "slug_taken"
    for slug in ("Kevät 2023", "2023", ""):
        with pytest.raises(UsageError):
            start(world, autumn, slug)


def test_nothing_about_people_is_in_a_new_season(world: World, autumn: Host) -> None:
    event = world.events()[0]
    speaker(world, talk(world, event), world.person(), state="confirmed")
    world.write(lambda change: checklists.mark(world.db, event, "reminder", "done", change))
    world.edit(event, title="Syksyn teema", capacity=30)
    start(world, autumn)
    world.plan("kevät-2023", date(2023, 1, 10), n=2)
    for spring in world.events("kevät-2023"):
        assert (spring.title, spring.capacity, spring.url) == ("", None, "")
        assert checklists.marks(world.db, [spring.id]) == {}
    talks = world.db.rows("SELECT e.host FROM talks t JOIN events e ON e.id = t.event_id")
    assert [row["host"] for row in talks] == ["teematiistait"]
