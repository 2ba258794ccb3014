"""Who is to hear what of a date: from what it is now, what each was told of it, and the schedule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.domain import messages, notices
from osallisuus.domain.audiences import Recipient
from osallisuus.domain.events import Event
from osallisuus.domain.messages import CALENDAR, KINDS, SHOWN, Message, Revision
from osallisuus.domain.notices import Notice, Standing, Told
from osallisuus.domain.schedules import Schedule

EVENT = Event(
    id=1, host="vantaa", number=1, planned="2022-09-29T17:00", starts="2022-09-29T17:00", minutes=120,
    timezone="Europe/Helsinki", kind="meeting", place="Sali 2", uid="uid-1", created_at="2022-08-01T06:00:00Z",
    revised_at="2022-08-01T06:00:00Z",
)  # fmt: skip
MEMBER = Recipient(person_id=1, registration_id=None, role="member", name="Aino", email="aino@example.org", language="fi")
SPEAKER = replace(MEMBER, role="speaker", state="confirmed")
USUAL = {"reminder": (7, 1), "speaker-reminder": (21, 7), "thanks": (1,)}


def revision(event: Event) -> Revision:
    return Revision(event_id=1, organizer="raati@example.org", **{name: getattr(event, name) for name in SHOWN})


def heard(*events: tuple[Event, bool]) -> list[Told]:
    """Return that somebody was told of an event as it was each time, or that it is gone."""
    return [
        Told(message=number, revision=revision(event), at=f"2022-08-{number:02}T06:00:00Z", cancelled=gone)
        for number, (event, gone) in enumerate(events, 1)
    ]


MOVED = replace(EVENT, starts="2022-10-06T17:00", sequence=1)
BACK = replace(EVENT, sequence=2)
CANCELLED = replace(EVENT, status="cancelled", sequence=1)
ANEW = replace(EVENT, uid="uid-2")
INVITATION, CHANGE = Notice(kind="invitation"), Notice(kind="change")
RELEASED = Notice(kind="cancellation", cause="released", uid="uid-1")
OFF = Notice(kind="cancellation", cause="cancelled", uid="uid-1")
REPLACED = Notice(kind="cancellation", cause="replaced", uid="uid-1")


@pytest.mark.parametrize(
    ("event", "known", "concerned", "wants"),
    [
        (EVENT, [], True, [INVITATION]),
        (EVENT, [], False, []),
        (EVENT, [(EVENT, False)], True, []),
        (EVENT, [(EVENT, False)], False, [RELEASED]),
        (MOVED, [(EVENT, False)], True, [CHANGE]),
        (MOVED, [(EVENT, False)], False, [RELEASED]),
        (BACK, [(EVENT, False)], True, []),
        (BACK, [(EVENT, False), (MOVED, False)], True, [CHANGE]),
        (CANCELLED, [], True, []),
        (CANCELLED, [(EVENT, False)], True, [OFF]),
        (CANCELLED, [(EVENT, False)], False, [OFF]),
        (CANCELLED, [(EVENT, False), (CANCELLED, True)], True, []),
        (CANCELLED, [(EVENT, False), (EVENT, True)], False, []),
        (ANEW, [(EVENT, False)], True, [REPLACED, INVITATION]),
        (ANEW, [(EVENT, False)], False, [OFF]),
        (ANEW, [(EVENT, False), (CANCELLED, True)], True, [INVITATION]),
        (ANEW, [(EVENT, False), (CANCELLED, True), (ANEW, False)], True, []),
        (replace(ANEW, status="cancelled", sequence=1), [(EVENT, False)], True, [OFF]),
        # taken off, and back again
        (EVENT, [(EVENT, False), (EVENT, True)], False, []),
        (EVENT, [(EVENT, False), (EVENT, True)], True, [replace(INVITATION, turn=1)]),
        (EVENT, [(EVENT, False), (EVENT, True), (EVENT, False)], True, []),
        (MOVED, [(EVENT, False), (EVENT, True), (EVENT, False)], True, [CHANGE]),
        (EVENT, [(EVENT, False), (EVENT, True), (EVENT, False)], False, [replace(RELEASED, turn=1)]),
        (CANCELLED, [(EVENT, False), (EVENT, True), (EVENT, False)], True, [replace(OFF, turn=1)]),
        (replace(EVENT, status="held"), [], True, []),
        (replace(MOVED, status="held"), [(EVENT, False)], True, []),
    ],
)
def test_a_calendar_is_told_what_it_does_not_know(
    event: Event, known: Sequence[tuple[Event, bool]], concerned: bool, wants: list[Notice]
) -> None:
    found = notices.wanted(event, MEMBER, heard(*known), concerned=concerned, passed=False)
    assert found == wants
    assert notices.wanted(event, MEMBER, heard(*known), concerned=concerned, passed=True) == []
    kinds = [replace(one, kind="speaker-invitation") if one.kind == "invitation" else one for one in wants]
    assert notices.wanted(event, SPEAKER, heard(*known), concerned=concerned, passed=False) == kinds


def test_nobody_is_taken_off_at_an_address_that_somebody_else_reads() -> None:
    told = heard((EVENT, False))
    assert notices.wanted(EVENT, MEMBER, told, concerned=False, passed=False, shared=True) == []
    assert notices.wanted(CANCELLED, MEMBER, told, concerned=False, passed=False, shared=True) == [OFF]
    assert notices.wanted(ANEW, MEMBER, told, concerned=True, passed=False, shared=True) == [REPLACED, INVITATION]


def test_who_registered_and_was_never_written_to_hears_that_it_is_cancelled() -> None:
    registered = replace(MEMBER, role="registered")

    def hears(event: Event, known: Sequence[Told], *, concerned: bool = True, passed: bool = False) -> list[Notice]:
        return notices.wanted(event, registered, known, concerned=concerned, passed=passed)

    assert hears(CANCELLED, []) == [OFF]
    assert hears(CANCELLED, [], concerned=False) == hears(CANCELLED, [], passed=True) == []
    assert hears(CANCELLED, heard((CANCELLED, True))) == []
    assert hears(replace(ANEW, status="cancelled"), heard((EVENT, False))) == [OFF]
    assert notices.wanted(CANCELLED, SPEAKER, [], concerned=True, passed=False) == []


STEPS = st.lists(st.sampled_from(["move", "edit", "cancel", "restore", "leave", "join", "tell", "tell"]), max_size=14)


@given(STEPS)
def test_whatever_happens_whoever_was_told_all_of_it_has_the_right_calendar(steps: list[str]) -> None:
    """Play a calendar that takes only what is newer, as RFC 5546 wants it, and compare it with what is so."""
    event, concerned, told = EVENT, True, list[Told]()
    calendar: dict[str, Event | None] = {}
    for step in [*steps, "tell"]:
        if step == "move" and event.status == "planned":
            event = replace(
                event, starts="2022-10-06T17:00" if event.day.month == 9 else "2022-09-29T17:00", sequence=event.sequence + 1
            )
        elif step == "edit" and event.status == "planned":
            event = replace(event, place=f"{event.place}!", sequence=event.sequence + 1)
        elif step == "cancel" and event.status == "planned":
            event = replace(event, status="cancelled", sequence=event.sequence + 1)
        elif step == "restore" and event.status == "cancelled":
            event = replace(event, status="planned", uid=f"{event.uid}+", sequence=0)
        elif step in ("leave", "join"):
            concerned = step == "join"
        elif step == "tell":
            for notice in notices.wanted(event, MEMBER, told, concerned=concerned, passed=False):
                gone = notice.kind == "cancellation"
                shown = replace(event, uid=notice.uid) if gone else event
                told.append(Told(message=len(told) + 1, revision=revision(shown), at="", cancelled=gone))
                calendar[shown.uid] = None if gone else event
            assert notices.wanted(event, MEMBER, told, concerned=concerned, passed=False) == []
    there = {uid: (one.starts, one.place) for uid, one in calendar.items() if one}
    assert there == ({event.uid: (event.starts, event.place)} if concerned and event.status == "planned" else {})


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({}, []),
        ({"starts": "2022-09-29T18:00"}, ["time"]),
        ({"minutes": 60}, ["time"]),
        ({"timezone": "UTC"}, ["time"]),
        ({"place": ""}, ["place"]),
        ({"url": "https://example.org"}, ["url"]),
        ({"title": "A"}, ["title"]),
        ({"title_sv": "A", "title_en": "B"}, ["title"]),
        ({"description": "A"}, ["description"]),
        ({"capacity": 9, "sequence": 7, "registration_url": "https://example.org", "number": 3}, []),
        ({"starts": "2022-10-06T17:00", "url": "x:y", "place": "B"}, ["time", "place", "url"]),
    ],
)
def test_what_differs_for_those_who_come(columns: dict[str, object], what: list[str]) -> None:
    assert notices.differences(revision(EVENT), replace(EVENT, **columns)) == what


# Schedules


def message(kind: str = "reminder", turn: int = 0, sent: str | None = None, **values: object) -> Message:
    found = Message(
        event_id=1, revision_id=1, person_id=1, kind=kind, turn=turn, state="sent" if sent else "draft", message_id="a",
        made_at="2022-08-01T06:00:00Z", sent_at=sent,
    )  # fmt: skip
    return replace(found, **values)


def standing(recipient: Recipient = MEMBER, **values: object) -> Standing:
    found = Standing(recipient=recipient, concerned=True, heard=(), wants=(), counting=())
    return replace(found, **values)


def at(day: str, hour: int = 9) -> datetime:
    """Return a moment in Helsinki in summer."""
    return datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) + timedelta(hours=hour - 3)


def turn(now: datetime, one: Standing | None = None, event: Event = EVENT, schedule: Schedule = USUAL) -> int | None:
    found = notices.due(event, one or standing(), schedule, now)
    return found.turn if found else None


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2022-09-21", None), ("2022-09-22", 7), ("2022-09-23", 7), ("2022-09-24", 7), ("2022-09-25", None),
        ("2022-09-27", None), ("2022-09-28", 1), ("2022-09-29", 1), ("2022-09-30", None),
    ],
)  # fmt: skip
def test_a_step_begins_on_its_day_and_is_late_by_two_days_at_most(day: str, wanted: int | None) -> None:
    assert turn(at(day)) == wanted
    assert turn(at(day, 0)) == wanted
    assert turn(at(day, 23)) == (wanted if day != "2022-09-29" else None)


def test_nothing_is_due_once_it_has_begun() -> None:
    assert turn(at("2022-09-29", 17) - timedelta(seconds=1)) == 1
    assert turn(at("2022-09-29", 17)) is None


@pytest.mark.parametrize(
    ("days", "day", "wanted"),
    [
        ((), "2022-09-28", None), ((0,), "2022-09-28", None), ((0,), "2022-09-29", 0), ((3, 2), "2022-09-27", 2),
        ((3, 2), "2022-09-26", 3), ((365,), "2021-09-29", 365), ((14, 7, 1), "2022-09-22", 7),
    ],
)  # fmt: skip
def test_a_host_has_days_of_its_own(days: tuple[int, ...], day: str, wanted: int | None) -> None:
    assert turn(at(day), schedule=USUAL | {"reminder": days}) == wanted


@pytest.mark.parametrize(
    "one",
    [
        standing(concerned=False),
        standing(replace(MEMBER, state="excused")),
        standing(replace(MEMBER, state="absent")),
        standing(reply="declined", reply_current=True),
        standing(wants=(CHANGE,)),
        standing(wants=(RELEASED,)),
        standing(counting=(message(turn=7),)),
        standing(counting=(message(turn=7, sent="2022-09-22T06:00:00Z"),)),
        standing(counting=(message(turn=7, state="refused"),)),
        standing(counting=(message(turn=7, state="withdrawn", by_hand=1),)),
        standing(counting=(message("invitation", sent="2022-09-22T06:00:00Z"),)),
        standing(counting=(message("change", sent="2022-09-21T21:00:00Z"),)),
        *(standing(counting=(message(kind, state=state),)) for kind in CALENDAR for state in ("draft", "queued", "sending")),
    ],
)
def test_some_are_not_reminded(one: Standing) -> None:
    assert turn(at("2022-09-23"), one) is None


@pytest.mark.parametrize(
    "one",
    [
        standing(reply="declined", reply_current=False),
        standing(reply="tentative", reply_current=True),
        standing(wants=(INVITATION,)),
        standing(counting=(message("invitation", sent="2022-09-21T20:59:00Z"),)),
        standing(counting=(message("invitation", state="refused"),)),
        standing(counting=(message("invitation", state="withdrawn", by_hand=1),)),
        standing(counting=(message("thanks"),)),
        standing(counting=(message(turn=14, sent="2022-09-15T06:00:00Z"),)),
        standing(replace(MEMBER, state="present")),
    ],
)
def test_others_are(one: Standing) -> None:
    assert turn(at("2022-09-23"), one) == 7


def test_the_day_is_that_of_the_place_whose_clock_changed_between() -> None:
    event = replace(EVENT, starts="2022-11-04T00:30", planned="2022-11-04T00:30")
    assert turn(datetime(2022, 10, 27, 20, 59, tzinfo=UTC), event=event) is None
    assert turn(datetime(2022, 10, 27, 21, 0, tzinfo=UTC), event=event) == 7
    assert turn(datetime(2022, 11, 2, 21, 59, tzinfo=UTC), event=event) is None
    assert turn(datetime(2022, 11, 2, 22, 0, tzinfo=UTC), event=event) == 1


def test_speakers_have_steps_of_their_own() -> None:
    assert turn(at("2022-09-08"), standing(SPEAKER)) == 21
    assert turn(at("2022-09-28"), standing(SPEAKER)) is None
    found = notices.due(EVENT, standing(SPEAKER), USUAL, at("2022-09-22"))
    assert found == Notice(kind="speaker-reminder", turn=7)


HELD = replace(EVENT, status="held")
PRESENT = replace(MEMBER, state="present")


@given(st.dates(date(2021, 9, 1), date(2022, 12, 1)), st.sampled_from(["planned", "held", "cancelled"]), st.booleans())
def test_a_date_of_which_nothing_may_be_due_has_nothing_due_to_anybody(day: date, status: str, speaks: bool) -> None:
    event, now = replace(EVENT, status=status), at(day.isoformat())
    one = standing(replace(SPEAKER if speaks else MEMBER, state="present" if status == "held" else ""))
    if not notices.may_be_due(event, USUAL, now):
        assert notices.due(event, one, USUAL, now) is None


@pytest.mark.parametrize(
    ("event", "day", "may"),
    [
        (EVENT, "2022-09-22", True), (EVENT, "2022-09-08", True), (EVENT, "2022-09-18", False), (EVENT, "2022-10-02", False),
        (HELD, "2022-09-30", True), (HELD, "2022-09-22", False), (HELD, "2022-10-07", False), (CANCELLED, "2022-09-22", False),
    ],
)  # fmt: skip
def test_from_its_day_alone_it_is_known_that_nothing_is_due(event: Event, day: str, may: bool) -> None:
    assert notices.may_be_due(event, USUAL, at(day)) == may


@pytest.mark.parametrize(("day", "wanted"), [("2022-09-29", None), ("2022-09-30", 1), ("2022-10-06", 1), ("2022-10-07", None)])
def test_thanks_are_a_week_late_at_most(day: str, wanted: int | None) -> None:
    assert turn(at(day), standing(PRESENT), event=HELD) == wanted
    assert turn(at(day), standing(PRESENT), event=replace(EVENT, status="cancelled")) is None
    assert (
        turn(at(day), standing(PRESENT, counting=(message("thanks", turn=2, sent="2022-09-30T06:00:00Z"),)), event=HELD) is None
    )


STATES_THERE = ("present", "remote", "", "excused", "absent")


@pytest.mark.parametrize(
    ("role", "states", "thanked"),
    [
        ("member", STATES_THERE, [0, 1]), ("member", ("", "excused", ""), []), ("registered", STATES_THERE, [0, 1, 2]),
        ("speaker", (*STATES_THERE, "asked", "invited", "confirmed", "spoke", "declined"), [0, 1, 2, 7, 8]),
    ],
)  # fmt: skip
def test_members_are_thanked_who_were_marked_as_there_and_others_unless_marked_as_away(
    role: str, states: Sequence[str], thanked: list[int]
) -> None:
    everybody = [standing(replace(MEMBER, role=role, person_id=n, state=state)) for n, state in enumerate(states)]
    found = notices.all_due(HELD, everybody, USUAL, at("2022-09-30"))
    assert [one.recipient.person_id for one, _notice in found] == thanked
    for n, one in enumerate(everybody):
        assert notices.fits(HELD, one, "thanks", at("2022-10-20")) == (n in thanked)
        assert notices.outdated(HELD, one, message("thanks"), "uid-1", at("2022-10-01")) == (n not in thanked)


@given(st.integers(0, 400), st.lists(st.integers(0, 365), max_size=5, unique=True))
def test_the_step_that_is_due_has_begun_and_is_the_last_one_that_has(left: int, days: list[int]) -> None:
    schedule = USUAL | {"reminder": sorted(days, reverse=True)}
    found = turn(at((date(2022, 9, 29) - timedelta(days=left)).isoformat(), 12), schedule=schedule)
    begun = [day for day in days if day >= left]
    assert found == (min(begun) if begun and min(begun) - left <= 2 else None)


# By hand, and letters that wait


@pytest.mark.parametrize(
    ("role", "kind", "fits"),
    [
        ("member", "reminder", True), ("member", "speaker-reminder", False), ("member", "thanks", False),
        ("member", "report-back", True), ("registered", "reminder", True), ("registered", "report-back", False),
        ("speaker", "speaker-reminder", True), ("speaker", "reminder", False), ("speaker", "report-back", False),
    ],
)  # fmt: skip
def test_by_hand_each_gets_what_fits_them(role: str, kind: str, fits: bool) -> None:
    one = standing(replace(MEMBER, role=role))
    assert notices.fits(EVENT, one, kind, at("2022-09-01")) == fits
    over = kind == "report-back" and role == "member"
    assert notices.fits(EVENT, one, kind, at("2022-09-29", 17)) == over
    assert notices.fits(replace(EVENT, status="cancelled"), one, kind, at("2022-09-01")) == over
    assert notices.fits(HELD, replace(one, recipient=replace(one.recipient, state="present")), "thanks", at("2022-10-20"))


@pytest.mark.parametrize("kind", CALENDAR)
@pytest.mark.parametrize(("state", "waits"), [("draft", True), ("queued", True), ("sending", True), ("sent", False)])
def test_by_hand_nobody_is_reminded_who_is_still_to_get_word_of_the_date(kind: str, state: str, waits: bool) -> None:
    one = standing(counting=(message(kind, state=state, sent="2022-08-02T06:00:00Z" if state == "sent" else None),))
    one = replace(one, counting=tuple(replace(each, state=state) for each in one.counting))
    assert notices.fits(EVENT, one, "reminder", at("2022-09-01")) != waits


@pytest.mark.parametrize("kind", CALENDAR)
def test_a_letter_for_the_calendar_that_waits_is_outdated_when_it_is_not_wanted(kind: str) -> None:
    now = at("2022-09-01")
    uid = "uid-1" if kind == "cancellation" else ""
    assert notices.outdated(EVENT, standing(), message(kind), "uid-1", now)
    assert not notices.outdated(EVENT, standing(wants=(Notice(kind=kind, uid=uid),)), message(kind), "uid-1", now)
    assert notices.outdated(EVENT, standing(wants=(Notice(kind="other"),)), message(kind), "uid-1", now)


@pytest.mark.parametrize("kind", CALENDAR)
def test_what_goes_once_more_is_outdated_when_it_would_not_be_wanted_anew(kind: str) -> None:
    letter, wants = message(kind, may_have=1), (Notice(kind=kind),)
    assert not notices.outdated(EVENT, standing(again=wants), letter, "uid-1", at("2022-09-01"))
    assert notices.outdated(EVENT, standing(wants=wants), letter, "uid-1", at("2022-09-01"))


def test_a_reminder_that_was_asked_for_by_hand_is_no_use_once_the_date_has_begun() -> None:
    letter = message(turn=messages.BY_HAND)
    assert not notices.outdated(EVENT, standing(), letter, "uid-1", at("2022-08-01"))
    assert not notices.outdated(EVENT, standing(), letter, "uid-1", at("2022-09-29"))
    assert notices.outdated(EVENT, standing(), letter, "uid-1", at("2022-09-29", 17))


def test_a_cancellation_of_another_uid_is_not_the_one_that_waits() -> None:
    wants = (Notice(kind="cancellation", uid="uid-2", cause="cancelled"),)
    assert notices.outdated(EVENT, standing(wants=wants), message("cancellation"), "uid-1", at("2022-09-01"))


@pytest.mark.parametrize(
    ("letter", "day", "is_outdated"),
    [
        (message(turn=7), "2022-09-22", False), (message(turn=7), "2022-09-24", False), (message(turn=7), "2022-09-25", True),
        (message(turn=1), "2022-09-29", False), (message(turn=0), "2022-09-01", False), (message(turn=7), "2022-09-30", True),
        (message("speaker-reminder", turn=21), "2022-09-12", True), (message("report-back", turn=9), "2022-11-01", False),
        (message("thanks", turn=1), "2022-09-30", True),
    ],
)  # fmt: skip
def test_a_reminder_that_waited_too_long_is_outdated(letter: Message, day: str, is_outdated: bool) -> None:
    assert notices.outdated(EVENT, standing(), letter, "uid-1", at(day)) == is_outdated


@pytest.mark.parametrize(
    "one", [standing(concerned=False), standing(reply="declined", reply_current=True), standing(replace(MEMBER, state="excused"))]
)
def test_a_reminder_to_somebody_who_does_not_come_is_outdated(one: Standing) -> None:
    assert notices.outdated(EVENT, one, message(turn=7), "uid-1", at("2022-09-22"))


def test_thanks_are_for_what_was_held_and_for_who_was_there() -> None:
    now = at("2022-10-01")
    assert not notices.outdated(HELD, standing(PRESENT), message("thanks"), "uid-1", now)
    assert notices.outdated(EVENT, standing(PRESENT), message("thanks"), "uid-1", now)
    assert notices.outdated(HELD, standing(), message("thanks"), "uid-1", now)
    assert notices.outdated(HELD, standing(replace(MEMBER, state="absent")), message("thanks"), "uid-1", now)
    assert set(CALENDAR) < set(KINDS)
