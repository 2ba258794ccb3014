"""What webinar dates still lack: each line of the checklist, by when, and which dates are looked at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from osallisuus.domain import checklists, hosts, materials, questions, readiness
from osallisuus.domain.checklists import DEFAULTS
from osallisuus.domain.events import Event
from osallisuus.domain.materials import Material
from osallisuus.domain.programmes import Slot
from osallisuus.domain.questions import Question
from osallisuus.domain.readiness import Gap, Picture, gaps
from osallisuus.domain.speakers import Named
from osallisuus.domain.talks import Talk
from tests.domain.conftest import World
from tests.domain.webinars import material, publish, speaker, talk

DAY = date(2022, 11, 8)
HANDLE = "teematiistait/2022-11-08"


def days(number: int) -> date:
    """Return the day so many days from that of the webinar."""
    return DAY + timedelta(days=number)


def named(**values: Any) -> Named:
    """Return a speaker of whom everything is known."""
    known: dict[str, Any] = {"state": "confirmed", "slides": "accessible", "may_publish": "yes", "may_record": "yes"}
    fields = {"talk_id": 1, "person_id": 1, "briefed_on": "2022-10-20", "name": "Aino Esimerkki", "organisation": ""}
    return Named(**fields | known | values)


def slot(*speakers: Named, number: int = 1, minutes: int | None = 30) -> Slot:
    return Slot(talk=Talk(id=number, event_id=1, title="Tieto", minutes=minutes), starts=None, speakers=speakers)


def paper(number: int = 1, **values: Any) -> Material:
    """Return a material that is published."""
    fields = {"event_id": 1, "label": "Esitys", "url": "https://example.org", "published_on": "2022-11-09"}
    return Material(id=number, **fields | values)


def asked(number: int = 1, on: str = "2022-11-08", answer: str = "") -> Question:
    return Question(id=number, event_id=1, text="Miksi?", asked_on=on, answer=answer)


EVENT = Event(
    id=1, host="teematiistait", number=3, planned="2022-11-08T14:00", starts="2022-11-08T14:00", minutes=60,
    timezone="Europe/Helsinki", kind="webinar", title="Tieto", url="https://example.org", uid="u", created_at="", revised_at="",
)  # fmt: skip
READY = Picture(
    event=EVENT,
    handle=HANDLE,
    programme=[slot(named())],
    materials=[],
    questions=[],
    registered=0,
    reminded=False,
    marks={"reminder": "done"},
    lines=dict(DEFAULTS),
)
DONE = replace(READY, event=replace(EVENT, status="held"), materials=[paper(talk_id=1)])


def lacks(seen: Picture, today: date = DAY) -> list[tuple[str, str]]:
    return [(gap.what, gap.text) for gap in gaps(seen, today)]


def with_event(seen: Picture, **values: Any) -> Picture:
    return replace(seen, event=replace(seen.event, **values))


# One date


@pytest.mark.parametrize("today", [days(-400), days(-28), days(0)])
def test_a_date_with_all_it_needs_lacks_nothing(today: date) -> None:
    assert gaps(READY, today) == []


@pytest.mark.parametrize("today", [days(0), days(14), days(15), days(400)])
def test_a_held_date_with_all_that_comes_of_it_lacks_nothing(today: date) -> None:
    assert gaps(DONE, today) == []


BEFORE = [
    (with_event(READY, title=""), "theme", "no theme yet"),
    (replace(READY, programme=[]), "speakers", "no talk yet"),
    (replace(READY, programme=[slot(named(state="proposed"))]), "speakers", "talk 1: 1 speaker has not confirmed yet"),
    (
        replace(READY, programme=[slot(named(), named(state="invited"), named(state="proposed"), number=7)]),
        "speakers",
        "talk 7: 2 speakers have not confirmed yet",
    ),
    (replace(READY, programme=[slot(named(state="declined"))]), "speakers", "talk 1: nobody comes to give it"),
    (replace(READY, programme=[slot(named(state="cancelled"))]), "speakers", "talk 1: nobody comes to give it"),
    (with_event(READY, url=""), "link", "neither place nor link yet"),
    (replace(READY, programme=[slot(named(briefed_on=None))]), "briefing", "talk 1: 1 speaker is not briefed"),
    (
        replace(READY, programme=[slot(named(briefed_on=None), named(), named(briefed_on=None))]),
        "briefing",
        "talk 1: 2 speakers are not briefed",
    ),
    (replace(READY, programme=[slot(named(), minutes=61)]), "budget", "the talks take 61 of 60 minutes"),
    (
        replace(READY, programme=[slot(named(), minutes=45), slot(minutes=16, number=2)]),
        "budget",
        "the talks take 61 of 60 minutes",
    ),
    (replace(READY, programme=[slot(named(), minutes=None)]), "budget", "talk 1: no length yet"),
    (replace(READY, programme=[slot(minutes=None, number=4)]), "budget", "talk 4: no length yet"),
    (
        replace(READY, programme=[slot(named(may_publish=""))]),
        "permissions",
        "talk 1: it is not known whether it may be published",
    ),
    (
        replace(READY, programme=[slot(named(), named(may_record=""))]),
        "permissions",
        "talk 1: it is not known whether it may be recorded",
    ),
    (replace(READY, programme=[slot(named(slides=""))]), "slides", "talk 1: no slides yet"),
    (replace(READY, programme=[slot(named(), named(slides=""))]), "slides", "talk 1: no slides yet"),
    (
        replace(READY, programme=[slot(named(slides="received"))]),
        "slides",
        "talk 1: nobody has looked whether the slides are accessible",
    ),
    (replace(READY, marks={}), "reminder", "the reminder has not gone out"),
]


@pytest.mark.parametrize(("seen", "what", "text"), BEFORE, ids=lambda value: value if isinstance(value, str) else "")
def test_each_line_is_in_time_until_its_day_and_late_after_it(seen: Picture, what: str, text: str) -> None:
    due = days(DEFAULTS[what])
    for today, late in ((due - timedelta(days=30), False), (due, False), (due + timedelta(days=1), True), (DAY, True)):
        (gap,) = gaps(seen, today)
        assert (gap.occasion, gap.what, gap.text, gap.due, gap.late) == (HANDLE, what, text, due, late)
        assert gap.command.startswith("osallisuus ")


@pytest.mark.parametrize(("seen", "what", "_text"), BEFORE, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_not_needed_or_left_out_is_not_missed(seen: Picture, what: str, _text: str) -> None:
    assert gaps(replace(seen, marks={**seen.marks, what: "not-needed"}), DAY) == []
    assert gaps(replace(seen, lines={line: due for line, due in seen.lines.items() if line != what}), DAY) == []


@pytest.mark.parametrize(("seen", "what", "_text"), BEFORE, ids=lambda value: value if isinstance(value, str) else "")
def test_what_was_to_be_there_before_a_date_is_not_missed_after_it(seen: Picture, what: str, _text: str) -> None:
    after = replace(seen, event=replace(seen.event, status="held"), materials=[paper()], marks={})
    unsure = any(one.state in ("proposed", "invited") for slot in seen.programme for one in slot.speakers)
    assert [gap.text for gap in gaps(after, days(1))] == (
        [f"talk {seen.programme[0].talk.id}: did everybody speak?"] if unsure else []
    )
    assert what in DEFAULTS


@pytest.mark.parametrize(
    "seen",
    [
        with_event(READY, url="", place="Tikkurila"),
        replace(READY, programme=[slot(named(), minutes=60)]),
        replace(READY, programme=[slot(named(), minutes=60), slot(named(state="declined"), minutes=30, number=2)]),
        replace(READY, programme=[slot(named(), named(state="declined", slides="", may_publish="", briefed_on=None))]),
        replace(READY, programme=[slot(named(may_publish="no", may_record="no"))]),
        replace(READY, programme=[slot(named(slides="none"))]),
        replace(READY, programme=[slot(named()), slot(number=2, minutes=15)]),
        replace(READY, marks={"reminder": "not-needed"}),
        replace(READY, questions=[asked()], materials=[paper(published_on=None)]),
    ],
    ids=[
        "a place for a link", "all the time there is", "nobody's time", "a speaker declined", "a no is an answer", "no slides",
        "a discussion", "no reminder", "what comes afterwards",
    ],
)  # fmt: skip
def test_what_is_settled_is_not_missed(seen: Picture) -> None:
    lacking = [gap.what for gap in gaps(seen, DAY)]
    assert lacking == (["speakers"] if len(seen.programme) == 2 and seen.programme[1].speakers else [])


def test_all_that_an_empty_date_lacks_is_told_in_the_order_in_which_it_is_due() -> None:
    empty = replace(with_event(READY, title="", url=""), programme=[], marks={})
    assert [(gap.what, gap.due, gap.late) for gap in gaps(empty, days(-21))] == [
        ("theme", days(-28), True),
        ("speakers", days(-21), False),
        ("link", days(-14), False),
        ("reminder", days(-3), False),
    ]
    assert [gap.command for gap in gaps(empty, DAY)] == [
        f'osallisuus webinar edit {HANDLE} --title "…"',
        f'osallisuus talk add {HANDLE} "…" --speaker "…" --minutes …',
        f"osallisuus webinar edit {HANDLE} --place … --url …",
        f"osallisuus checklist mark {HANDLE} reminder",
    ]


def test_each_talk_has_lines_of_its_own() -> None:
    silent = named(may_publish="", may_record="")
    programme = [
        slot(named(slides=""), minutes=20),
        slot(silent, number=2, minutes=20),
        slot(named(slides=""), number=3, minutes=20),
    ]
    assert lacks(replace(READY, programme=programme)) == [
        ("permissions", "talk 2: it is not known whether it may be published"),
        ("permissions", "talk 2: it is not known whether it may be recorded"),
        ("slides", "talk 1: no slides yet"),
        ("slides", "talk 3: no slides yet"),
    ]


@pytest.mark.parametrize(("today", "unmarked"), [(days(0), False), (days(1), True), (days(500), True)])
def test_of_a_day_that_has_passed_one_thing_is_asked(today: date, unmarked: bool) -> None:
    empty = replace(with_event(READY, title=""), marks={}, questions=[asked()])
    found = gaps(empty, today)
    if not unmarked:
        assert [gap.what for gap in found] == ["theme", "reminder"]
        return
    assert found == [
        Gap(
            occasion=HANDLE,
            what="unmarked",
            text="it has passed: was it held?",
            due=DAY,
            late=True,
            command=f"osallisuus webinar held {HANDLE}",
        )
    ]


AFTER = [
    (replace(DONE, questions=[asked()]), "questions", "1 question has no answer, asked {n} ago"),
    (
        replace(DONE, questions=[asked(on="2022-11-30"), asked(2)]),
        "questions",
        "2 questions have no answer, the oldest asked {n} ago",
    ),
    (replace(DONE, questions=[asked(answer="Siksi.")]), "questions", "1 answer is not published"),
    (replace(DONE, questions=[asked(answer="Niin."), asked(2, answer="Noin.")]), "questions", "2 answers are not published"),
    (replace(DONE, materials=[]), "materials", "nothing is published"),
    (replace(DONE, materials=[paper(published_on=None)]), "materials", "1 material is not published"),
    (
        replace(DONE, materials=[paper(talk_id=1), paper(2, published_on=None), paper(3, published_on=None)]),
        "materials",
        "2 materials are not published",
    ),
    (replace(DONE, materials=[paper(kind="document")]), "materials", "talk 1: the slides are not published"),
    (
        replace(DONE, materials=[paper(kind="recording", talk_id=1, captioned_on="2022-11-10")]),
        "materials",
        "talk 1: the slides are not published",
    ),
]


@pytest.mark.parametrize(("seen", "what", "text"), AFTER)
def test_what_comes_of_a_date_is_late_two_weeks_after_it(seen: Picture, what: str, text: str) -> None:
    for number, late in ((0, False), (14, False), (15, True), (366, True), (400, True)):
        if number == 400 and what == "materials":
            assert gaps(seen, days(number)) == []
            continue
        (gap,) = gaps(seen, days(number))
        age = "1 day" if number == 1 else f"{number} days"
        assert (gap.what, gap.text, gap.due, gap.late) == (what, text.replace("{n}", age), days(14), late)
    for marked in (replace(seen, marks={what: "not-needed"}), replace(seen, lines={"theme": -28})):
        assert gaps(marked, days(20)) == []
    assert gaps(with_event(replace(seen, marks={"reminder": "done"}), status="planned"), DAY) == []


def test_the_age_of_a_question_is_that_of_the_oldest_and_never_less_than_nothing() -> None:
    assert lacks(replace(DONE, questions=[asked()]), days(1)) == [("questions", "1 question has no answer, asked 1 day ago")]
    assert lacks(replace(DONE, questions=[asked(on="2022-12-01")]), DAY) == [
        ("questions", "1 question has no answer, asked 0 days ago")
    ]


def test_answers_to_give_and_to_publish_are_two_things() -> None:
    found = gaps(replace(DONE, questions=[asked(), asked(2, answer="Niin."), asked(5, answer="Noin.")]), DAY)
    assert [gap.text for gap in found] == ["1 question has no answer, asked 0 days ago", "2 answers are not published"]
    assert found[1].command == "osallisuus question publish 2 5"


@pytest.mark.parametrize(
    ("speakers", "papers"),
    [
        ([named(slides="none")], [paper(kind="document")]),
        ([named(slides="")], [paper(kind="document")]),
        ([named(may_publish="no")], [paper(kind="document")]),
        ([named(state="declined")], [paper(kind="document")]),
        ([named()], [paper(kind="slides")]),
        ([named()], [paper(kind="link", talk_id=1)]),
        ([named()], [paper(kind="document", talk_id=1)]),
    ],
    ids=["none", "never came", "a no", "declined", "those of the whole date", "a link", "a document"],
)
def test_slides_are_not_missed_where_there_are_none_to_publish(speakers: list[Named], papers: list[Material]) -> None:
    assert gaps(replace(DONE, programme=[slot(*speakers)], materials=papers), days(20)) == []


@pytest.mark.parametrize("said", ["", "no"])
def test_what_somebody_does_not_want_published_is_not_missed(said: str) -> None:
    """Slides whose speaker said no can never be published; while nothing was said, they wait for the answer."""
    seen = replace(
        DONE,
        programme=[slot(named(may_publish=said))],
        materials=[paper(kind="document"), paper(2, talk_id=1, published_on=None)],
    )
    assert [gap.what for gap in gaps(seen, days(20))] == ([] if said else ["materials"])


# The law on captions


def recording(**values: Any) -> Picture:
    return replace(DONE, materials=[paper(talk_id=1), paper(2, kind="recording", **values)])


@pytest.mark.parametrize(
    ("line", "due"),
    [
        (14, date(2022, 11, 23)),
        (1, date(2022, 11, 10)),
        (13, date(2022, 11, 22)),
        (15, date(2022, 11, 23)),
        (1000, date(2022, 11, 23)),
    ],
)
def test_captions_are_due_after_publication_and_never_later_than_by_law(line: int, due: date) -> None:
    seen = replace(recording(), lines={"captions": line})
    for today, late in ((date(2022, 11, 9), False), (due, False), (due + timedelta(days=1), True), (days(900), True)):
        assert gaps(seen, today) == [
            Gap(
                occasion=HANDLE,
                what="captions",
                text="recording 2 has no captions, which the law wants within 14 days",
                due=due,
                late=late,
                command="osallisuus material captioned 2",
            )
        ]


@pytest.mark.parametrize(
    "values", [{"captioned_on": "2022-11-10"}, {"published_on": None, "kind": "link"}, {"kind": "document"}, {"kind": "slides"}]
)
def test_what_has_captions_or_is_no_published_recording_owes_none(values: dict[str, Any]) -> None:
    seen = replace(DONE, materials=[paper(talk_id=1), paper(2, **{"kind": "recording"} | values)])
    assert "captions" not in [gap.what for gap in gaps(seen, days(100))]


def test_a_recording_that_is_not_published_owes_no_captions_yet() -> None:
    assert [gap.what for gap in gaps(recording(published_on=None), days(100))] == ["materials"]


def test_captions_are_told_of_each_recording_and_can_be_said_not_to_be_needed() -> None:
    two = replace(DONE, materials=[paper(n, kind="recording", published_on=f"2022-11-{n + 9:02d}") for n in (1, 2)])
    seen = replace(two, programme=[])
    assert [(gap.text[:11], gap.due.day) for gap in gaps(seen, DAY)] == [("recording 1", 24), ("recording 2", 25)]
    assert gaps(replace(seen, marks={"captions": "not-needed"}), days(100)) == []
    assert gaps(replace(seen, lines={"materials": 14}), days(100)) == []


# Lines of one's own and changed days


@pytest.mark.parametrize(
    ("line", "status", "due"),
    [
        (-2, "planned", days(-2)), (0, "planned", days(0)), (3, "held", days(3)), (-2, "held", None), (0, "held", None),
        (3, "planned", None),
    ],
)  # fmt: skip
def test_a_line_of_ones_own_is_ticked_by_hand(line: int, status: str, due: date | None) -> None:
    seen = with_event(replace(READY, lines={"Tekninen testaus": line}), status=status)
    expected = [
        Gap(
            occasion=HANDLE,
            what="Tekninen testaus",
            text="Tekninen testaus",
            due=due,
            late=False,
            command=f"osallisuus checklist mark {HANDLE} 'Tekninen testaus'",
        )
        for due in (due,)
        if due
    ]
    assert gaps(seen, days(-2)) == expected
    for state in ("done", "not-needed"):
        assert gaps(replace(seen, marks={"Tekninen testaus": state}), days(-2)) == []


@pytest.mark.parametrize(("line", "late"), [(-10, True), (-7, False), (-1, False)])
def test_a_changed_day_is_the_day_that_counts(line: int, late: bool) -> None:
    seen = replace(READY, programme=[slot(named(slides=""))], lines={**DEFAULTS, "slides": line})
    (gap,) = gaps(seen, days(-7))
    assert (gap.due, gap.late) == (days(line), late)


def test_the_dates_by_which_it_is_due_follow_a_date_that_was_moved() -> None:
    moved = with_event(READY, title="", starts="2022-11-15T14:00")
    assert [(gap.what, gap.due) for gap in gaps(moved, DAY)] == [("theme", days(-21))]


# Which dates are looked at


@pytest.fixture
def series(world: World) -> World:
    """Give a world with a series of the coordinator's and one beside it."""
    world.series()
    world.series("etäraadit", at="10:00")
    return world


def ask(world: World, event: Event, text: str = "Miksi?") -> Question:
    question = Question(event_id=event.id, text=text, asked_on="2022-08-22")
    return world.write(lambda change: questions.add(world.db, event, question, change))[0]


def concerned(world: World, today: date, host: str = "") -> list[str]:
    return [event.reference for event in readiness.concerned(world.db, today, host=host)]


def found(world: World, today: date) -> list[tuple[str, str]]:
    return [(gap.occasion, gap.what) for gap in readiness.search(world.db, readiness.concerned(world.db, today), today)]


def test_dates_of_a_year_back_and_all_to_come_are_looked_at(series: World) -> None:
    series.hold(series.add("teematiistait", "2022-09-13T14:00"))
    series.hold(series.add("etäraadit", "2022-09-13T10:00"))
    series.add("teematiistait", "2042-10-11T14:00")
    coming = ["teematiistait/2042-10-11"]
    assert concerned(series, date(2022, 9, 1)) == ["etäraadit/2022-09-13", "teematiistait/2022-09-13", *coming]
    assert concerned(series, date(2022, 9, 1), "etäraadit") == ["etäraadit/2022-09-13"]
    assert concerned(series, date(2023, 9, 14), "etäraadit") == ["etäraadit/2022-09-13"]
    assert concerned(series, date(2023, 9, 15), "etäraadit") == []
    assert concerned(series, date(2023, 9, 15)) == coming
    assert concerned(series, date(2022, 9, 1), "ilman") == []


def test_what_nobody_missed_for_a_year_is_no_longer_told(series: World) -> None:
    series.hold(series.add("teematiistait", "2022-09-13T14:00"))
    assert found(series, date(2023, 9, 14)) == [("teematiistait/2022-09-13", "materials")]
    assert found(series, date(2023, 9, 15)) == []


def test_an_open_question_is_owed_for_ever_and_nothing_else_of_that_date(series: World) -> None:
    event = series.add("teematiistait", "2022-09-13T14:00")
    ask(series, event)
    series.hold(event)
    assert found(series, date(2032, 1, 1)) == [("teematiistait/2022-09-13", "questions")]


def test_a_question_that_was_merged_is_owed_as_the_other_until_that_is_published(series: World) -> None:
    event = series.add("teematiistait", "2022-09-13T14:00")
    one, other = ask(series, event), ask(series, event, "Milloin?")
    series.hold(event)
    late = date(2032, 1, 1)
    series.write(lambda change: questions.merge(series.db, one, other, change))
    owed = [gap.text for gap in readiness.search(series.db, series.events(), late) if gap.what == "questions"]
    assert [text[:22] for text in owed] == ["1 question has no answ"]
    assert concerned(series, late) == ["teematiistait/2022-09-13"]
    answered = series.write(lambda change: questions.answer(series.db, other, "Siksi.", late, change))
    assert concerned(series, late) == ["teematiistait/2022-09-13"]
    series.write(lambda change: questions.publish(series.db, answered, late, change))
    assert concerned(series, late) == []


def test_a_question_that_was_dropped_is_owed_no_more(series: World) -> None:
    event = series.hold(series.add("teematiistait", "2022-09-13T14:00"))
    question = ask(series, event)
    series.write(lambda change: questions.drop(series.db, question, date(2022, 9, 20), change))
    assert found(series, date(2022, 10, 1)) == [("teematiistait/2022-09-13", "materials")]
    assert concerned(series, date(2032, 1, 1)) == []


def test_captions_are_owed_for_ever(series: World) -> None:
    event = series.hold(series.add("teematiistait", "2022-09-13T14:00"))
    one = material(series, event, "Tallenne", kind="recording")
    assert concerned(series, date(2032, 1, 1)) == []
    publish(series, one.id, date(2022, 9, 14))
    assert found(series, date(2032, 1, 1)) == [("teematiistait/2022-09-13", "captions")]
    series.write(lambda change: materials.caption(series.db, materials.get(series.db, 1), date(2032, 1, 1), change))
    assert concerned(series, date(2032, 1, 1)) == []


def test_a_cancelled_date_lacks_nothing(series: World) -> None:
    event = series.add("teematiistait", "2022-09-13T14:00")
    ask(series, event)
    assert {what for _occasion, what in found(series, date(2022, 9, 1))} == {"theme", "speakers", "link", "reminder"}
    cancelled = series.cancel(event)
    assert concerned(series, date(2022, 9, 1)) == []
    assert readiness.search(series.db, [cancelled], date(2022, 9, 1)) == []


def test_a_session_lacks_nothing_of_a_webinar(series: World) -> None:
    series.panel(at="17:00", minutes=120)
    session = series.add("vantaa", "2022-09-13T17:00")
    ask(series, session)
    assert concerned(series, date(2022, 9, 20)) == []
    assert readiness.search(series.db, [session], date(2022, 9, 20)) == []
    assert readiness.search(series.db, [], date(2022, 9, 20)) == []


def test_what_all_dates_lack_comes_in_the_order_in_which_it_is_due_under_names_that_can_be_typed(series: World) -> None:
    for start in ("2022-09-13T10:00", "2022-09-13T14:00", "2022-10-11T14:00"):
        series.edit(series.add("teematiistait", start), url="https://example.org", title="Teema" if "T10" in start else "")
    assert (
        found(series, date(2022, 9, 1))
        == [
            ("teematiistait/2", "theme"),
            ("teematiistait/1", "speakers"),
            ("teematiistait/2", "speakers"),
            ("teematiistait/1", "reminder"),
            ("teematiistait/2", "reminder"),
            ("teematiistait/2022-10-11", "theme"),
            ("teematiistait/2022-10-11", "speakers"),
            ("teematiistait/2022-10-11", "reminder"),
        ]
        or sorted(found(series, date(2022, 9, 1))) == []
    )


def test_each_date_is_seen_with_what_hangs_on_it_and_its_series_checklist(series: World) -> None:
    first = series.edit(series.add("teematiistait", "2022-11-08T14:00"), title="Tieto", url="https://example.org")
    second = series.edit(series.add("etäraadit", "2022-11-08T10:00"), title="Raadit", place="Tikkurila")
    one = talk(series, first, minutes=45)
    talk(series, second, "Keskustelu", minutes=30)
    settled: Mapping[str, object] = {"state": "confirmed", "slides": "none", "may_publish": "no", "briefed_on": "2022-10-20"}
    speaker(series, one, series.person(), **settled)
    host = hosts.get(series.db, "etäraadit")
    series.write(lambda change: checklists.put(series.db, host, "Kahvi", -1, change))
    series.write(lambda change: checklists.put(series.db, host, "reminder", None, change))
    assert found(series, date(2022, 11, 1)) == [
        ("teematiistait/2022-11-08", "permissions"),
        ("teematiistait/2022-11-08", "reminder"),
        ("etäraadit/2022-11-08", "Kahvi"),
    ]
    series.write(lambda change: checklists.mark(series.db, first, "reminder", "done", change))
    series.write(lambda change: checklists.mark(series.db, second, "Kahvi", "not-needed", change))
    assert found(series, date(2022, 11, 1)) == [("teematiistait/2022-11-08", "permissions")]
