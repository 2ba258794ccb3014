"""Checklists of series: our lines and the coordinator's, days that are changed, lines left out, and ticks on dates."""

import pytest

from osallisuus.domain import checklists, hosts
from osallisuus.domain.checklists import DEFAULTS
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from tests.domain.conftest import World

SLUG = "teematiistait"
OURS = [
    "theme",
    "speakers",
    "link",
    "briefing",
    "budget",
    "permissions",
    "slides",
    "reminder",
    "questions",
    "materials",
    "captions",
    "registrations",
]


@pytest.fixture
def series(world: World) -> World:
    """Give a world with two series."""
    world.series()
    world.series("etäraadit")
    return world


def put(world: World, what: str, days: int | None, slug: str = SLUG) -> bool:
    return world.write(lambda change: checklists.put(world.db, hosts.get(world.db, slug), what, days, change))


def remove(world: World, what: str, slug: str = SLUG) -> bool:
    return world.write(lambda change: checklists.remove(world.db, hosts.get(world.db, slug), what, change))


def mark(world: World, event: Event, what: str, state: str) -> bool:
    return world.write(lambda change: checklists.mark(world.db, event, what, state, change))


def lines(world: World, slug: str = SLUG) -> dict[str, int]:
    return dict(checklists.lines(world.db, [slug])[slug])


def test_a_series_has_our_lines_in_the_order_in_which_they_are_due(series: World) -> None:
    assert list(lines(series)) == OURS
    assert lines(series) == DEFAULTS
    assert list(lines(series).values()) == [-28, -21, -14, -14, -7, -7, -7, -3, 14, 14, 14, 30]
    assert checklists.left_out(series.db, SLUG) == []
    assert checklists.lines(series.db, []) == {}


@pytest.mark.parametrize(
    ("what", "ticked"), [("theme", False), ("captions", False), ("reminder", True), ("Tekninen testaus", True)]
)
def test_what_no_data_show_is_ticked_by_hand(what: str, ticked: bool) -> None:
    assert checklists.is_ticked(what) == ticked


def test_a_line_gets_another_day_and_its_place_and_its_usual_day_back(series: World) -> None:
    assert put(series, "slides", -30)
    assert series.last_entry() == [{"did": "edited", "fields": ["checklist"], "host": SLUG}]
    assert list(lines(series))[:2] == ["slides", "theme"]
    assert lines(series) == DEFAULTS | {"slides": -30}
    assert lines(series, "etäraadit") == DEFAULTS
    assert not put(series, "slides", -30)
    assert not series.wrote
    assert put(series, "slides", -7)
    assert not put(series, "slides", -7)
    assert put(series, "slides", -10)
    assert remove(series, "slides")
    assert lines(series) == DEFAULTS
    assert not remove(series, "slides")
    assert not series.wrote


def test_the_usual_day_is_no_change(series: World) -> None:
    assert not put(series, "slides", -7)
    assert not series.wrote
    assert series.db.rows("SELECT * FROM checklist_items") == []


def test_a_line_of_ours_is_left_out_and_comes_back(series: World) -> None:
    assert put(series, "captions", None)
    assert put(series, "briefing", None)
    assert checklists.left_out(series.db, SLUG) == ["briefing", "captions"]
    assert checklists.left_out(series.db, "etäraadit") == []
    assert list(lines(series)) == [what for what in OURS if what not in ("briefing", "captions")]
    assert not put(series, "briefing", None)
    assert put(series, "briefing", -14)
    assert remove(series, "captions")
    assert lines(series) == DEFAULTS


def test_a_line_of_ones_own_stands_among_ours_and_is_taken_away(series: World) -> None:
    assert put(series, "  Tekninen   testaus ", -1)
    assert put(series, "Kiitosviesti", 3)
    assert list(lines(series))[7:10] == ["reminder", "Tekninen testaus", "Kiitosviesti"]
    assert (lines(series)["Tekninen testaus"], lines(series)["Kiitosviesti"]) == (-1, 3)
    assert "Kiitosviesti" not in lines(series, "etäraadit")
    assert not put(series, "tekninen TESTAUS", -1)
    assert put(series, "tekninen TESTAUS", 0)
    assert lines(series)["Tekninen testaus"] == 0
    assert put(series, "kiitosviesti", None)
    assert "Kiitosviesti" not in lines(series)
    assert checklists.left_out(series.db, SLUG) == []
    assert remove(series, "Tekninen testaus")
    assert lines(series) == DEFAULTS


def test_our_words_are_ours_in_any_case(series: World) -> None:
    assert put(series, "SLIDES", -9)
    assert lines(series) == DEFAULTS | {"slides": -9}
    assert put(series, " Theme ", None)
    assert checklists.left_out(series.db, SLUG) == ["theme"]


@pytest.mark.parametrize("days", [-1, 15, 1000])
def test_captions_are_not_put_later_than_the_law_wants_or_before_the_recording(series: World, days: int) -> None:
    with pytest.raises(Refused, match=r"^The law wants captions within 14 days of the publication\.$") as caught:
        put(series, "Captions", days)
    assert caught.value.code == "law"
    assert put(series, "captions", 0)
    assert lines(series)["captions"] == 0


def test_a_line_is_not_called_what_is_said_of_a_date_that_has_passed(series: World) -> None:
    with pytest.raises(UsageError, match=r"^'Unmarked' has a meaning of its own here\.$"):
        put(series, "Unmarked", -1)


@pytest.mark.parametrize("what", ["", "  ", "\u200b"])
def test_a_line_needs_words(series: World, what: str) -> None:
    with pytest.raises(UsageError, match=r"^A line of a checklist needs words\.$"):
        put(series, what, -1)


@pytest.mark.parametrize("what", ["Tekninen testaus", "slide", "the"])
def test_what_is_not_there_cannot_be_left_out(series: World, what: str) -> None:
    with pytest.raises(NotFound) as caught:
        put(series, what, None)
    assert caught.value.message == f"'{what}' is not on the checklist of teematiistait."
    assert lines(series) == DEFAULTS


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("theme", "theme"), ("THEME", "theme"), ("th", "theme"), ("s", None), ("sl", "slides"), ("tek", "Tekninen testaus"),
        ("Tekninen", "Tekninen"), ("Tekninen t", "Tekninen testaus"), ("brief", "briefing"), ("", None), (" ", None),
        ("puhujat", None),
    ],
)  # fmt: skip
def test_a_line_is_named_by_its_beginning(series: World, reference: str, expected: str | None) -> None:
    put(series, "Tekninen testaus", -1)
    put(series, "briefing", None)
    if reference != "tek":
        put(series, "Tekninen", -2)
    if expected:
        assert checklists.named(series.db, SLUG, reference) == expected
        return
    with pytest.raises(NotFound) as caught:
        checklists.named(series.db, SLUG, reference)
    assert caught.value.hint == (
        "There are: theme, speakers, link, budget, permissions, slides, reminder, Tekninen, Tekninen testaus, questions,"
        " materials, captions, registrations, briefing."
    )


def test_a_line_is_ticked_on_one_date_and_the_tick_taken_back(series: World) -> None:
    first, second = (series.add(SLUG, day) for day in ("2022-09-13T14:00", "2022-10-11T14:00"))
    assert mark(series, first, "reminder", "done")
    assert series.last_entry() == [{"did": "ticked", "event": "teematiistait/1", "host": SLUG, "state": "done"}]
    assert not mark(series, first, "reminder", "done")
    assert not series.wrote
    mark(series, second, "slides", "not-needed")
    assert checklists.marks(series.db, [first.id, second.id]) == {(1, "reminder"): "done", (2, "slides"): "not-needed"}
    assert checklists.marks(series.db, [first.id]) == {(1, "reminder"): "done"}
    assert mark(series, first, "reminder", "not-needed")
    assert checklists.marks(series.db, [first.id]) == {(1, "reminder"): "not-needed"}
    assert mark(series, first, "reminder", "")
    assert series.last_entry() == [{"did": "unticked", "event": "teematiistait/1", "host": SLUG, "state": None}]
    assert not mark(series, first, "reminder", "")
    assert not series.wrote
    assert checklists.marks(series.db, [first.id]) == {}


def test_a_checklist_is_copied_with_what_differs_and_without_ticks(series: World) -> None:
    put(series, "slides", -10)
    put(series, "captions", None)
    put(series, "Tekninen testaus", -1)
    mark(series, series.add(SLUG, "2022-09-13T14:00"), "reminder", "done")
    source, target = (hosts.get(series.db, slug) for slug in (SLUG, "etäraadit"))
    assert series.write(lambda change: checklists.copy(series.db, source, target, change)) == 3
    assert lines(series, "etäraadit") == lines(series)
    assert checklists.left_out(series.db, "etäraadit") == ["captions"]
    assert series.write(lambda change: checklists.copy(series.db, source, target, change)) == 0
    assert not series.wrote
    put(series, "slides", -20)
    assert lines(series, "etäraadit")["slides"] == -10
    event = series.add("etäraadit", "2022-09-13T14:00")
    assert checklists.marks(series.db, [event.id]) == {}


def test_a_series_that_is_removed_takes_its_checklist_along(series: World) -> None:
    put(series, "Tekninen testaus", -1)
    series.write(lambda change: hosts.remove(series.db, hosts.get(series.db, SLUG), change))
    assert series.db.rows("SELECT * FROM checklist_items") == []
    series.series()
    assert lines(series) == DEFAULTS
