"""Occasions: what may be done in which state, how one is named, and what calendars are told of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from osallisuus.domain import calendars, events, hosts, memberships, planning
from osallisuus.domain.calendars import Selection
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Panel, Series
from osallisuus.domain.memberships import Membership
from osallisuus.errors import Ambiguous, NotFound, OsallisuusError, Refused, UsageError
from osallisuus.store.logbook import Change
from tests.domain.conftest import TODAY, World

AUTUMN = (date(2022, 9, 1), date(2022, 12, 31))
DAYS = ["2022-09-13T14:00", "2022-10-11T14:00", "2022-11-08T14:00", "2022-12-13T14:00"]


@pytest.fixture
def season(world: World) -> World:
    """Plan the four Tuesdays of autumn 2022."""
    world.series()
    world.plan("teematiistait", *AUTUMN)
    return world


def first(world: World) -> Event:
    return events.get(world.db, "teematiistait/1", today=TODAY)


def named(world: World, which: str) -> int:
    """Return the number of the event with this reference."""
    return events.get(world.db, f"teematiistait/{which}", today=TODAY).number


# States and verbs

VERBS: dict[str, Callable[[World, Event], Event]] = {
    "edit": lambda world, event: world.edit(event, title="Teema"),
    "move": lambda world, event: world.move(event, "2022-09-14T15:00"),
    "stay": lambda world, event: world.move(event, event.starts),
    "cancel": lambda world, event: world.cancel(event),
    "cancel why": lambda world, event: world.cancel(event, "puhuja estynyt"),
    "restore": lambda world, event: world.restore(event),
    "hold": lambda world, event: world.hold(event, event.day),
    "hold early": lambda world, event: world.hold(event, event.day - timedelta(days=1)),
}
MADE: dict[str, Callable[[World, Event], Event]] = {
    "planned": lambda _world, event: event,
    "held": lambda world, event: world.hold(event),
    "cancelled": lambda world, event: world.cancel(event),
}
HELD = "It has been held. If that is a mistake: osallisuus webinar restore teematiistait/2022-09-13."
CANCELLED = "It is cancelled. Bring it back first: osallisuus webinar restore teematiistait/2022-09-13."


@pytest.mark.parametrize(
    ("state", "verb", "outcome"),
    [
        ("planned", "edit", "planned"),
        ("planned", "move", "planned"),
        ("planned", "stay", None),
        ("planned", "cancel", "cancelled"),
        ("planned", "cancel why", "cancelled"),
        ("planned", "restore", None),
        ("planned", "hold", "held"),
        ("planned", "hold early", ("in_future", "is still to come.", "Mark it as held on the day or after it.")),
        ("held", "edit", "held"),
        ("held", "move", ("is_held", "cannot be moved.", HELD)),
        ("held", "stay", None),
        ("held", "cancel", ("is_held", "cannot be cancelled.", HELD)),
        ("held", "cancel why", ("is_held", "cannot be cancelled.", HELD)),
        ("held", "restore", "planned"),
        ("held", "hold", None),
        ("held", "hold early", None),
        ("cancelled", "edit", ("is_cancelled", "cannot be changed.", CANCELLED)),
        ("cancelled", "move", ("is_cancelled", "cannot be moved.", CANCELLED)),
        ("cancelled", "stay", None),
        ("cancelled", "cancel", None),
        ("cancelled", "cancel why", "cancelled"),
        ("cancelled", "restore", "planned"),
        ("cancelled", "hold", ("is_cancelled", "cannot be marked as held.", CANCELLED)),
        ("cancelled", "hold early", ("is_cancelled", "cannot be marked as held.", CANCELLED)),
    ],
)
def test_each_state_allows_its_verbs_and_says_what_is_possible(
    season: World, state: str, verb: str, outcome: str | tuple[str, str, str] | None
) -> None:
    before = MADE[state](season, first(season))
    if isinstance(outcome, tuple):
        with pytest.raises(Refused) as refused:
            VERBS[verb](season, before)
        code, sentence, hint = outcome
        assert (refused.value.code, refused.value.message, refused.value.hint) == (code, f"{before.reference} {sentence}", hint)
        assert first(season) == before
        return
    after = VERBS[verb](season, before)
    assert after == first(season)
    assert season.wrote == (outcome is not None)
    assert after.status == (outcome or state)
    if outcome is None:
        assert after == before
    assert (after.number, after.slot, after.planned) == (before.number, before.slot, before.planned)
    assert (after.uid == before.uid) == ((state, verb) != ("cancelled", "restore"))
    if outcome and verb not in ("restore", "hold"):
        assert after.sequence == before.sequence + 1
        assert after.revised_at > before.revised_at
    if verb == "hold" or (state, verb) == ("held", "restore"):
        assert (after.sequence, after.revised_at) == (before.sequence, before.revised_at)  # calendars do not show it


def test_what_was_done_is_told_with_numbers_and_days_only(season: World) -> None:
    event = season.move(first(season), "2022-09-20T14:00")
    about = {"event": "teematiistait/1", "host": "teematiistait"}
    assert season.last_entry() == [{"did": "moved", **about, "starts": ["2022-09-13T14:00", "2022-09-20T14:00"]}]
    event = season.edit(event, title="Salainen", place="Salainen")
    assert season.last_entry() == [{"did": "edited", **about, "fields": ["place", "title"]}]
    event = season.cancel(event, "Salainen syy")
    assert season.last_entry() == [{"did": "cancelled", **about, "status": ["planned", "cancelled"]}]
    season.restore(event)
    assert season.last_entry() == [{"did": "restored", **about, "status": ["cancelled", "planned"]}]


def test_an_edit_is_checked_whole_and_repeated_quietly(season: World) -> None:
    event = season.edit(first(season), title="Teema", minutes=90)
    season.edit(event, title="Teema", minutes=90)
    assert not season.wrote
    for changes in ({"minutes": 0}, {"minutes": 1441}, {"title": "131052-308T"}, {"title": "x" * 10_001}, {"url": "teams"}):
        with pytest.raises(OsallisuusError):
            season.edit(event, place="x", **changes)
    assert first(season) == event
    assert event.end == datetime(2022, 9, 13, 15, 30)


def test_a_clock_set_back_never_makes_a_revision_look_older(season: World) -> None:
    event = season.edit(first(season), title="1")
    season.now -= timedelta(days=365)
    stamps = [event.revised_at]
    for n in range(2, 5):
        event = season.edit(event, title=str(n))
        stamps.append(event.revised_at)
    assert stamps == sorted(set(stamps))
    season.now = datetime(2030, 1, 1, tzinfo=UTC)
    assert season.edit(event, title="now").revised_at == "2030-01-01T00:01:00Z"


def test_a_restored_date_is_a_new_one_to_calendars_and_the_old_one_stays_cancelled(season: World) -> None:
    event = season.move(first(season), "2022-09-20T14:00")
    once = season.restore(season.cancel(event))
    twice = season.restore(season.cancel(season.move(once, "2022-09-21T14:00")))
    assert len({event.uid, once.uid, twice.uid}) == 3
    assert (once.sequence, twice.sequence, twice.starts) == (0, 0, "2022-09-21T14:00")
    shown = list(calendars.each(season.db, Selection(hosts=["teematiistait"], until=date(2022, 9, 30))))
    assert [(e.uid, e.status, e.starts, e.sequence) for e in shown] == [
        (event.uid, "cancelled", "2022-09-20T14:00", 2),
        (once.uid, "cancelled", "2022-09-21T14:00", 2),
        (twice.uid, "planned", "2022-09-21T14:00", 0),
    ]


def follow(world: World, **changes: object) -> None:
    def act(change: Change) -> None:
        before = hosts.get(world.db, "teematiistait")
        events.follow(world.db, before, hosts.update(world.db, before, changes, change), change)

    world.write(act)


def test_a_renamed_host_makes_a_new_revision_of_every_date(season: World) -> None:
    season.hold(season.events()[0])
    season.cancel(season.events()[1])
    before = season.events()
    follow(season, name_sv="Tematisdagar")
    for old, new in zip(before, season.events(), strict=True):
        assert replace(new, sequence=old.sequence, revised_at=old.revised_at) == old
        assert (new.sequence - old.sequence, new.revised_at > old.revised_at) == (1, True)
    after = season.events()
    follow(season, funder="STM")
    assert season.events() == after


def test_planned_dates_follow_the_place_link_and_zone_of_their_host_unless_they_have_their_own(season: World) -> None:
    season.hold(season.events()[0])
    season.edit(season.events()[1], place="Tikkurila")
    before = season.events()
    follow(season, place="Tampere", url="https://example.org/t", timezone="Europe/Stockholm")
    assert season.events()[0] == before[0]
    assert [(e.place, e.url, e.timezone, e.sequence) for e in season.events()[1:]] == [
        ("Tikkurila", "https://example.org/t", "Europe/Stockholm", 2),
        ("Tampere", "https://example.org/t", "Europe/Stockholm", 1),
        ("Tampere", "https://example.org/t", "Europe/Stockholm", 1),
    ]
    follow(season, place="")
    assert [e.place for e in season.events()] == ["", "Tikkurila", "", ""]


def test_no_date_follows_to_a_zone_whose_clocks_skip_it(season: World) -> None:
    season.add("teematiistait", "2023-03-26T02:30")
    before = (season.events(), hosts.get(season.db, "teematiistait"))
    with pytest.raises(UsageError, match="2023-03-26 02:30 does not exist in Europe/Stockholm"):
        follow(season, timezone="Europe/Stockholm")
    assert (season.events(), hosts.get(season.db, "teematiistait")) == before


# Adding by hand


def test_a_date_added_twice_is_one(season: World) -> None:
    event = season.add("teematiistait", "2022-09-20T14:00")
    assert (event.number, event.slot, event.kind, event.minutes) == (5, None, "webinar", 60)
    assert season.add("teematiistait", "2022-09-20T14:00") == event
    assert not season.wrote
    assert season.add("teematiistait", DAYS[0]) == first(season)
    assert season.add("teematiistait", "2022-09-20T15:00").number == 6


def test_numbers_are_never_used_again(season: World) -> None:
    for event in season.events():
        season.cancel(event)
    assert season.add("teematiistait", "2023-01-10T14:00").number == 5
    season.panel(at="17:00", minutes=120)
    assert season.add("vantaa", "2023-01-10T17:00").number == 1
    assert len({event.uid for slug in ("teematiistait", "vantaa") for event in season.events(slug)}) == 6


def test_nothing_is_added_or_moved_past_the_end_of_a_closed_host(season: World) -> None:
    season.change_host("teematiistait", closed_on="2022-11-30")
    for act in (lambda: season.add("teematiistait", "2022-12-01T14:00"), lambda: season.move(first(season), "2022-12-01T14:00")):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.message == "teematiistait was closed on Wed 2022-11-30."
    assert season.move(first(season), "2022-11-30T14:00").starts == "2022-11-30T14:00"
    assert len(season.events()) == 4


def test_nothing_comes_back_past_the_end_of_a_closed_host(season: World) -> None:
    event = season.cancel(season.events()[3])
    season.change_host("teematiistait", closed_on="2022-11-30")
    with pytest.raises(Refused, match="teematiistait was closed on Wed 2022-11-30"):
        season.restore(event)
    assert season.events()[3] == event


@pytest.mark.parametrize(
    ("day", "at", "stored"),
    [
        (date(2022, 9, 13), time(14), "2022-09-13T14:00"),
        (date(2022, 9, 13), time(0), "2022-09-13T00:00"),
        (date(2022, 3, 27), time(3, 30), None),
        (date(2022, 10, 30), time(3, 30), None),
        (date(2022, 10, 30), time(4), "2022-10-30T04:00"),
    ],
)
def test_civil_time_is_stored_as_it_is_said_unless_the_clocks_skip_or_repeat_it(day: date, at: time, stored: str | None) -> None:
    if stored:
        assert events.civil(day, at, "Europe/Helsinki") == stored
    else:
        with pytest.raises(UsageError):
            events.civil(day, at, "Europe/Helsinki")


# Naming


@pytest.mark.parametrize(
    ("which", "number"),
    [
        ("2022-09-13", 1),
        ("13.9.2022", 1),
        ("ti 13.9.2022", 1),
        ("2022-10", 2),
        ("3", 3),
    ],
)
def test_a_date_is_named_by_day_month_or_number(season: World, which: str, number: int) -> None:
    assert named(season, which) == number
    assert events.get(season.db, f"TEEMATIISTAIT/{which}", Series, today=TODAY).number == number


def test_today_is_a_name_too(season: World) -> None:
    assert events.get(season.db, "teematiistait/today", today=date(2022, 10, 11)).number == 2
    assert events.get(season.db, "teematiistait/huomenna", today=date(2022, 11, 7)).number == 3


@pytest.mark.parametrize(
    ("reference", "error", "message"),
    [
        ("teematiistait", UsageError, "'teematiistait' does not say which date."),
        ("teematiistait/", UsageError, "'teematiistait/' does not say which date."),
        ("", UsageError, "'' does not say which date."),
        ("/3", NotFound, "There is no panel or series ''."),
        ("nobody/3", NotFound, "There is no panel or series 'nobody'."),
        ("teematiistait/9", NotFound, "teematiistait has no date '9'."),
        ("teematiistait/2022-13", NotFound, "teematiistait has no date '2022-13'."),
        ("teematiistait/2023-01", NotFound, "teematiistait has no date '2023-01'."),
        ("teematiistait/2022-09-14", NotFound, "teematiistait has no date '2022-09-14'."),
        ("teematiistait/2022", NotFound, "teematiistait has no date '2022'."),
        ("teematiistait/0", UsageError, "'0' is not a date."),
        ("teematiistait/12345", UsageError, "'12345' is not a date."),
        ("teematiistait/2022-09-13/x", UsageError, "'2022-09-13/x' is not a date."),
        ("teematiistait/13.9.", UsageError, "The date '13.9.' has no year."),
        ("teematiistait/ke 13.9.2022", UsageError, "'ke 13.9.2022' does not agree with itself: that date is another weekday."),
        ("teematiistait/%", UsageError, "'%' is not a date."),
    ],
)
def test_what_names_no_date_is_told(season: World, reference: str, error: type[OsallisuusError], message: str) -> None:
    with pytest.raises(error) as refused:
        events.get(season.db, reference, today=TODAY)
    assert refused.value.message == message


def test_what_is_not_there_is_looked_for_in_the_right_list(season: World) -> None:
    season.panel()
    for reference, hint in (
        ("teematiistait/9", "See its dates: osallisuus webinar list teematiistait."),
        ("vantaa/9", "See its dates: osallisuus session list vantaa."),
    ):
        with pytest.raises(NotFound) as refused:
            events.get(season.db, reference, today=TODAY)
        assert refused.value.hint == hint


def test_a_session_is_no_webinar(season: World) -> None:
    with pytest.raises(NotFound, match="'teematiistait' is a series, not a panel"):
        events.get(season.db, "teematiistait/1", Panel, today=TODAY)


def test_a_moved_date_goes_by_its_old_day_until_something_else_happens_then(season: World) -> None:
    notes: list[str] = []
    season.move(first(season), "2022-10-20T15:00")
    assert events.get(season.db, "teematiistait/2022-09-13", today=TODAY, note=notes.append).number == 1
    assert notes == ["teematiistait/2022-09-13 was moved to Thu 2022-10-20 at 15:00 (teematiistait/1)."]
    assert named(season, "2022-09") == 1
    assert named(season, "2022-10-20") == 1
    assert named(season, "1") == 1
    season.add("teematiistait", "2022-09-13T10:00")
    assert named(season, "2022-09-13") == 5
    assert named(season, "2022-09") == 5
    assert events.get(season.db, "teematiistait/2022-09-13", today=TODAY, note=notes.append).number == 5
    assert len(notes) == 1


def test_two_dates_of_a_day_or_month_are_listed_never_guessed(season: World) -> None:
    season.edit(first(season), title="Teema")
    second = season.add("teematiistait", "2022-09-13T18:00")
    for which in ("2022-09-13", "2022-09"):
        with pytest.raises(Ambiguous) as refused:
            named(season, which)
        assert refused.value.message == f"'teematiistait/{which}' fits 2 dates."
        assert refused.value.candidates == [
            "teematiistait/1  Tue 2022-09-13 at 14:00  Teema",
            "teematiistait/5  Tue 2022-09-13 at 18:00",
        ]
    season.cancel(second)
    with pytest.raises(Ambiguous):  # which one is to be restored?
        named(season, "2022-09-13")


def test_a_date_is_called_by_its_number_where_its_host_has_two_on_that_day(season: World) -> None:
    season.panel(at="17:00", minutes=120)
    season.add("vantaa", "2022-10-11T17:00")
    season.cancel(season.add("teematiistait", "2022-09-13T18:00"))
    found = events.search(season.db, status="planned")
    handles = events.names(season.db, found)
    assert [handles[event.id] for event in found] == [
        "teematiistait/1",
        "teematiistait/2022-10-11",
        "vantaa/2022-10-11",
        "teematiistait/2022-11-08",
        "teematiistait/2022-12-13",
    ]
    assert all(events.get(season.db, handles[event.id], today=TODAY) == event for event in found)
    assert events.names(season.db, []) == {}


def test_two_dates_moved_from_one_day_are_listed(season: World) -> None:
    second = season.add("teematiistait", "2022-09-13T18:00")
    season.move(first(season), "2022-09-20T14:00")
    season.move(second, "2022-09-21T14:00")
    with pytest.raises(Ambiguous, match="fits 2 dates"):
        named(season, "2022-09-13")


def test_each_event_has_a_name_that_finds_it_alone(season: World) -> None:
    season.panel(at="17:00", minutes=120)
    season.add("vantaa", "2022-09-13T17:00")  # of another host
    second = season.add("teematiistait", "2022-09-13T18:00")

    def names() -> list[str]:
        found = events.search(season.db, until=date(2022, 10, 31))
        handles = events.names(season.db, found)
        for event in found:
            assert events.get(season.db, handles[event.id], today=TODAY) == event
            assert events.names(season.db, [event]) == {event.id: handles[event.id]}
        return [handles[event.id] for event in found]

    shared = ["teematiistait/1", "vantaa/2022-09-13", "teematiistait/5", "teematiistait/2022-10-11"]
    assert names() == shared
    second = season.cancel(second)
    assert names() == shared
    season.move(season.restore(second), "2022-09-14T18:00")
    assert names() == ["teematiistait/2022-09-13", "vantaa/2022-09-13", "teematiistait/2022-09-14", "teematiistait/2022-10-11"]
    assert events.names(season.db, []) == {}


# Reading


def test_dates_are_searched_by_host_kind_days_and_state(season: World) -> None:
    season.panel(at="17:00", minutes=120)
    season.add("vantaa", "2022-10-11T09:00")
    season.cancel(first(season))

    def found(**wanted: object) -> list[str]:
        return [event.lasting for event in events.search(season.db, **wanted)]

    assert found() == ["teematiistait/1", "vantaa/1", "teematiistait/2", "teematiistait/3", "teematiistait/4"]
    assert found(type="panel") == found(host="vantaa") == ["vantaa/1"]
    assert found(type="series", since=date(2022, 10, 11), until=date(2022, 11, 8)) == ["teematiistait/2", "teematiistait/3"]
    assert found(until=date(2022, 10, 11)) == ["teematiistait/1", "vantaa/1", "teematiistait/2"]
    assert found(since=date(2022, 12, 14)) == []
    assert found(status="cancelled") == ["teematiistait/1"]
    assert found(host="nobody") == []


def test_an_event_shows_itself_to_programs(season: World) -> None:
    event = season.move(first(season), "2022-09-13T23:30")
    assert events.public(event) == {
        "occasion": "teematiistait/2022-09-13",
        "host": "teematiistait",
        "number": 1,
        "slot": "2022-09",
        "planned": "2022-09-13T14:00",
        "starts": "2022-09-13T23:30",
        "minutes": 60,
        "timezone": "Europe/Helsinki",
        "kind": "webinar",
        "status": "planned",
        "cancel_reason": "",
        "dropped": False,
        "title": "",
        "title_sv": "",
        "title_en": "",
        "description": "",
        "place": "",
        "url": "",
        "capacity": None,
        "registration_url": "",
        "uid": "uid-1",
        "sequence": 1,
        "created_at": "2022-08-22T06:02:00Z",
        "revised_at": "2022-08-22T06:03:00Z",
        "ends": "2022-09-14T00:30",
        "moved": True,
    }


def test_a_calendar_of_a_person_has_the_dates_of_their_own_time(season: World) -> None:
    season.person()
    season.panel(at="17:00", minutes=120)
    for day in ("2022-09-30", "2022-10-01", "2022-11-30", "2022-12-01"):
        season.add("vantaa", f"{day}T17:00")
    membership = Membership(panel="vantaa", person_id=1, role="peer", from_date="2022-10-01", to_date="2022-11-30")
    season.write(lambda change: memberships.add(season.db, membership, change))

    def days(**chosen: object) -> list[str]:
        selection = Selection(hosts=["vantaa", "teematiistait"], **chosen)
        return [event.starts[5:10] for event in calendars.each(season.db, selection)]

    assert days(person_id=1) == ["10-01", "11-30"]
    assert days(person_id=1, since=date(2022, 10, 2)) == ["11-30"]
    assert days(person_id=2) == []
    assert days(since=date(2022, 11, 30), until=date(2022, 12, 1)) == ["11-30", "12-01"]
    assert len(days()) == 8
    assert calendars.zones(season.db, Selection(hosts=["vantaa"])) == {"Europe/Helsinki": (date(2022, 9, 30), date(2022, 12, 1))}
    assert calendars.zones(season.db, Selection(hosts=[])) == {}


def test_people_and_notes_are_attached_to_a_date(season: World) -> None:
    numbers = {event.number: event for event in season.events()}
    assert planning.attached(season.db, "teematiistait") == set()
    season.edit(numbers[1], description="Kuvaus")
    season.edit(numbers[2], url="https://example.org/2")
    season.restore(season.cancel(numbers[3]))
    assert planning.attached(season.db, "teematiistait") == {numbers[n].id for n in (1, 2, 3)}
    # the host's own place and link are on every date and are nobody's note
    season.change_host("teematiistait", url="https://example.org/2", place="Teams")
    assert planning.attached(season.db, "teematiistait") == {numbers[n].id for n in (1, 3)}
    season.panel()
    assert planning.attached(season.db, "vantaa") == set()
