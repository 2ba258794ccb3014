"""Rules in words and the dates they give, checked against the standard library's own calendar."""

import calendar
import string
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus import recurrence
from osallisuus.dates import EARLIEST, LATEST
from osallisuus.errors import UsageError
from osallisuus.recurrence import Rule, Slot, parse, slots

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAYS = st.dates(EARLIEST, LATEST)
WEEKDAYS = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(lambda days: tuple(sorted(days)))
WEEKLY = st.builds(Rule, weekdays=WEEKDAYS, interval=st.integers(1, 6))
ORDINALS = st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=3, unique=True).map(tuple)
MONTHLY = st.builds(Rule, weekdays=WEEKDAYS, ordinals=ORDINALS, interval=st.integers(1, 6))


def rule(*weekdays: int, nth: tuple[int, ...] = (), every: int = 1) -> Rule:
    return Rule(weekdays=weekdays, ordinals=nth, interval=every)


# Rules in words


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        # the forms of the documentation
        ("2nd tuesday", rule(TUE, nth=(2,))),
        ("last thursday", rule(THU, nth=(-1,))),
        ("every 2 weeks on monday", rule(MON, every=2)),
        ("2. tiistai", rule(TUE, nth=(2,))),
        ("kuukauden toinen tiistai", rule(TUE, nth=(2,))),
        ("kuukauden viimeinen torstai", rule(THU, nth=(-1,))),
        # English
        ("2ND  Tuesday ", rule(TUE, nth=(2,))),
        ("second tue", rule(TUE, nth=(2,))),
        ("the second tuesday of the month", rule(TUE, nth=(2,))),
        ("the 2nd tuesday of every month", rule(TUE, nth=(2,))),
        ("every 2nd tuesday of the month", rule(TUE, nth=(2,))),
        ("every month on the 2nd tuesday", rule(TUE, nth=(2,))),
        ("every month on the 2nd tuesday of the month", rule(TUE, nth=(2,))),
        ("monthly on the last friday", rule(FRI, nth=(-1,))),
        ("last friday of each month", rule(FRI, nth=(-1,))),
        ("every last friday of the month", rule(FRI, nth=(-1,))),
        ("2nd and 4th tuesday", rule(TUE, nth=(2, 4))),
        ("1st, 3rd and 5th monday", rule(MON, nth=(1, 3, 5))),
        ("4th and last tuesday", rule(TUE, nth=(4, -1))),
        ("last and 1st tuesday", rule(TUE, nth=(1, -1))),
        ("1st and 3rd tuesdays of the month", rule(TUE, nth=(1, 3))),
        ("2nd tuesday and thursday", rule(TUE, THU, nth=(2,))),
        ("2nd tuesday and 2nd thursday", rule(TUE, THU, nth=(2,))),
        ("first monday and third monday", rule(MON, nth=(1, 3))),
        ("every 2 months on the 2nd tuesday", rule(TUE, nth=(2,), every=2)),
        ("every 2 months on the 2nd tuesday of the month", rule(TUE, nth=(2,), every=2)),
        ("2nd tuesday every 3 months", rule(TUE, nth=(2,), every=3)),
        ("last thursday of every 3rd month", rule(THU, nth=(-1,), every=3)),
        ("every other month on the 1st monday", rule(MON, nth=(1,), every=2)),
        ("every 12 months on the 5th friday", rule(FRI, nth=(5,), every=12)),
        ("every tuesday", rule(TUE)),
        ("each tuesday", rule(TUE)),
        ("tuesdays", rule(TUE)),
        ("on tuesdays and thursdays", rule(TUE, THU)),
        ("every thursday and tuesday", rule(TUE, THU)),
        ("every tuesday and every thursday", rule(TUE, THU)),
        ("every mon, wed, fri", rule(MON, WED, FRI)),
        ("weekly on sunday", rule(SUN)),
        ("sunday weekly", rule(SUN)),
        ("every week on saturday", rule(SAT)),
        ("every other tuesday", rule(TUE, every=2)),
        ("every other week on tuesday", rule(TUE, every=2)),
        ("every 2nd week on tuesday", rule(TUE, every=2)),
        ("every second week on tuesday", rule(TUE, every=2)),
        ("every two weeks on monday and thursday", rule(MON, THU, every=2)),
        ("monday, every 3 weeks", rule(MON, every=3)),
        ("every 1 week on monday", rule(MON)),
        ("every 52 weeks on monday", rule(MON, every=52)),
        # Finnish
        ("toinen tiistai", rule(TUE, nth=(2,))),
        ("kuukauden toisena tiistaina", rule(TUE, nth=(2,))),
        ("kuukauden 1. ja 3. maanantai", rule(MON, nth=(1, 3))),
        ("kuun viimeinen perjantai", rule(FRI, nth=(-1,))),
        ("joka kuukauden toinen tiistai", rule(TUE, nth=(2,))),
        ("joka kuukausi toinen tiistai", rule(TUE, nth=(2,))),
        ("kuukausittain ensimmäisenä keskiviikkona", rule(WED, nth=(1,))),
        ("joka toinen kuukausi viimeinen torstai", rule(THU, nth=(-1,), every=2)),
        ("kuukauden toinen tiistai joka toinen kuukausi", rule(TUE, nth=(2,), every=2)),
        ("kolmen kuukauden välein toinen tiistai", rule(TUE, nth=(2,), every=3)),
        ("joka tiistai", rule(TUE)),
        ("tiistaisin", rule(TUE)),
        ("tiistaisin ja torstaisin", rule(TUE, THU)),
        ("joka tiistai ja torstai", rule(TUE, THU)),
        ("viikoittain tiistaina", rule(TUE)),
        ("joka viikko tiistaina", rule(TUE)),
        ("joka toinen tiistai", rule(TUE, every=2)),
        ("joka 2. tiistai", rule(TUE, every=2)),
        ("joka toinen tiistai ja torstai", rule(TUE, THU, every=2)),
        ("joka toinen viikko tiistaina", rule(TUE, every=2)),
        ("joka 2. viikko tiistaisin", rule(TUE, every=2)),
        ("joka kolmas viikko maanantaina", rule(MON, every=3)),
        ("kahden viikon välein maanantaina", rule(MON, every=2)),
        ("maanantaina 2 viikon välein", rule(MON, every=2)),
        # Swedish
        ("andra tisdagen i månaden", rule(TUE, nth=(2,))),
        ("2:a tisdagen i månaden", rule(TUE, nth=(2,))),
        ("den första måndagen varje månad", rule(MON, nth=(1,))),
        ("sista torsdagen i varje månad", rule(THU, nth=(-1,))),
        ("varje månads andra tisdag", rule(TUE, nth=(2,))),
        ("varje sista torsdag i månaden", rule(THU, nth=(-1,))),
        ("varannan månad den andra tisdagen", rule(TUE, nth=(2,), every=2)),
        ("varje tisdag", rule(TUE)),
        ("tisdagar och torsdagar", rule(TUE, THU)),
        ("varje vecka på lördag", rule(SAT)),
        ("varannan tisdag", rule(TUE, every=2)),
        ("varannan vecka på tisdagar", rule(TUE, every=2)),
        ("var tredje vecka på söndag", rule(SUN, every=3)),
        ("var tredje söndag", rule(SUN, every=3)),
        # as they come out of other programs
        ("nelja\u0308s ma\u030andag", rule(MON, nth=(4,))),
        ("2nd\u00a0tues\u00adday", rule(TUE, nth=(2,))),
    ],
)
def test_a_rule_is_read(text: str, meaning: Rule) -> None:
    assert parse(text) == meaning


NAMES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "fi": "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "sv": "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
}
FIGURES = {
    "en": ["1st", "2nd", "3rd", "4th", "5th"],
    "fi": ["1.", "2.", "3.", "4.", "5."],
    "sv": ["1:a", "2:a", "3:e", "4:e", "5:e"],
}
NUMBERS = {
    "en": "first second third fourth fifth last",
    "fi": "ensimmäinen toinen kolmas neljäs viides viimeinen",
    "sv": "första andra tredje fjärde femte sista",
}


@pytest.mark.parametrize("language", NAMES)
def test_every_weekday_and_number_is_known(language: str) -> None:
    for weekday, name in enumerate(NAMES[language].split()):
        for nth, number in zip([1, 2, 3, 4, 5, -1], NUMBERS[language].split(), strict=True):
            assert parse(f"{number} {name}") == rule(weekday, nth=(nth,))
        for nth, figure in enumerate(FIGURES[language], start=1):
            assert parse(f"{figure} {name}") == rule(weekday, nth=(nth,))


PLURALS = [
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays",
    "maanantaisin tiistaisin keskiviikkoisin torstaisin perjantaisin lauantaisin sunnuntaisin",
    "måndagar tisdagar onsdagar torsdagar fredagar lördagar söndagar",
    "mon tue wed thu fri sat sun",
    "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
]


@pytest.mark.parametrize("names", PLURALS)
def test_every_form_of_a_weekday_is_known(names: str) -> None:
    for weekday, name in enumerate(names.split()):
        assert parse(f"every week {name}") == rule(weekday)
        assert parse(f"2nd {name.upper()}") == rule(weekday, nth=(2,))


@pytest.mark.parametrize(
    "forms",
    [
        ["every {} weeks on monday", "one two three four five six"],
        ["every {} week on monday", "1 second third fourth fifth sixth"],
        ["every {} week on monday", "1 2nd 3rd 4th 5th 6th"],
        ["{} viikon välein maanantaina", "1 kahden kolmen neljän viiden kuuden"],
        ["joka {} viikko maanantaina", "1 toinen kolmas neljäs viides kuudes"],
        ["joka {} viikon maanantai", "1 toisen kolmannen neljännen viidennen kuudennen"],
        ["joka {} viikko maanantaina", "1 toisena kolmantena neljäntenä viidentenä 6."],
        ["var {} vecka på måndag", "1 andra tredje fjärde femte sjätte"],
        ["var {} vecka på måndag", "1 två tre fyra fem sex"],
    ],
)
def test_every_number_counts_weeks_and_months(forms: list[str]) -> None:
    form, numbers = forms
    for interval, number in enumerate(numbers.split(), start=1):
        assert parse(form.format(number)) == rule(MON, every=interval)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tuesday",
        "2nd",
        "every",
        "tuesday every",
        "every month",
        "every 2 weeks",
        "tiistai ja torstai",
        # two meanings
        "every 2nd tuesday",
        "every second tuesday",
        "every 2 tuesdays",
        "every last thursday",
        "joka ensimmäinen tiistai",
        "joka viimeinen torstai",
        "varje första tisdag",
        "varje andra tisdag i månaden",
        "kuukauden joka toinen tiistai",
        "joka toinen tiistai kuukauden",
        "2nd last tuesday",
        "second last tuesday",
        "last 2 tuesdays",
        "two tuesdays a month",
        "två tisdagar i månaden",
        "2 tuesday",
        "2 tiistai",
        "2nd tuesday of the 3rd month",
        "1st and 3rd month tuesday",
        "2nd month tuesday",
        "tuesday last month",
        # two rules
        "2nd tuesday and 4th thursday",
        "tuesday and 2nd thursday",
        "2nd tuesday and every thursday",
        "joka toinen tiistai ja joka torstai",
        "every tuesday and every other thursday",
        "every 2 weeks every 3 weeks tuesday",
        "every 2 months on the 2nd tuesday every 3 months",
        "every 2 weeks on the 2nd tuesday",
        "every tuesday of the month",
        "monthly on tuesday",
        # no such dates
        "6th tuesday",
        "0. tiistai",
        "0th tuesday",
        "12th tuesday",
        "every 0 weeks on monday",
        "every 53 weeks on monday",
        "every 100 weeks on monday",
        "every -2 weeks on monday",
        "every ½ week on monday",
        # words of another kind
        "ti",
        "2nd tuesday at 14:00",
        "FREQ=MONTHLY;BYDAY=2TU",
        "every day",
        "joka arkipäivä",
        "15.11.2022",
        "2nd; tuesday",
        "\0",
        "\ud800",
        "every " * 3000,
    ],
)
def test_a_rule_with_two_meanings_or_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert refused.value.code == "bad_rule"
    assert refused.value.message == f"The rule '{text}' is not understood."


WORDS = [*sorted(recurrence._WORDS), "2nd", "2.", "3:e", "1", "0", "7", "99th", ",", "x"]


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | st.text(st.characters()))
@settings(max_examples=800, deadline=None)
def test_any_text_is_a_rule_or_a_usage_error(text: str) -> None:
    try:
        found = parse(text)
    except UsageError:
        return
    assert found.weekdays == tuple(sorted(set(found.weekdays)))
    assert set(found.weekdays) <= set(range(7))
    assert set(found.ordinals) <= {1, 2, 3, 4, 5, -1}
    assert 1 <= found.interval <= recurrence.MAX_INTERVAL
    assert next(slots(found, start=EARLIEST, anchor=EARLIEST)).day >= EARLIEST
    assert parse(text.upper()) == found


# Dates


def expected(wanted: Rule, start: date, anchor: date) -> Iterator[date]:
    """Give the dates of a rule by walking through every day from its start."""
    monday = anchor - timedelta(days=anchor.weekday())
    for ordinal in range(start.toordinal(), LATEST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if wanted.monthly:
            step = (day.year - anchor.year) * 12 + day.month - anchor.month
            column = [week[day.weekday()] for week in calendar.monthcalendar(day.year, day.month) if week[day.weekday()]]
            fits = column.index(day.day) + 1 in wanted.ordinals or (column[-1] == day.day and -1 in wanted.ordinals)
        else:
            step, fits = (day - monday).days // 7, True
        if fits and day.weekday() in wanted.weekdays and step % wanted.interval == 0:
            yield day


@given(MONTHLY | WEEKLY, DAYS, DAYS)
@settings(max_examples=150, deadline=None)
def test_the_dates_are_those_of_the_calendar(wanted: Rule, start: date, anchor: date) -> None:
    assert [slot.day for slot in islice(slots(wanted, start=start, anchor=anchor), 12)] == list(
        islice(expected(wanted, start, anchor), 12)
    )


@pytest.mark.parametrize("wanted", [rule(TUE, nth=(2,)), rule(THU, nth=(-1,)), rule(FRI, nth=(5,)), rule(MON, every=2)])
def test_the_dates_of_the_whole_century_are_those_of_the_calendar(wanted: Rule) -> None:
    assert [slot.day for slot in slots(wanted, start=EARLIEST, anchor=EARLIEST)] == list(expected(wanted, EARLIEST, EARLIEST))


@given(MONTHLY | WEEKLY, DAYS, DAYS, st.integers(0, 1000))
@settings(deadline=None)
def test_planning_from_a_later_day_keeps_step_and_slots(wanted: Rule, start: date, anchor: date, days: int) -> None:
    later = min(start + timedelta(days=days), LATEST)
    end = start + timedelta(days=1500)
    early = list(takewhile(lambda slot: slot.day <= end, slots(wanted, start=start, anchor=anchor)))
    late = list(takewhile(lambda slot: slot.day <= end, slots(wanted, start=later, anchor=anchor)))
    assert late == [slot for slot in early if slot.day >= later]


@given(MONTHLY | WEEKLY, DAYS, DAYS)
@settings(deadline=None)
def test_any_of_its_own_dates_is_as_good_an_anchor(wanted: Rule, start: date, anchor: date) -> None:
    found = list(islice(slots(wanted, start=start, anchor=anchor), 8))
    for slot in found:
        assert list(islice(slots(wanted, start=start, anchor=slot.day), 8)) == found


@given(MONTHLY | WEEKLY, DAYS, DAYS)
@settings(deadline=None)
def test_slots_are_unique_in_order_and_say_their_month_or_week(wanted: Rule, start: date, anchor: date) -> None:
    found = list(islice(slots(wanted, start=start, anchor=anchor), 60))
    assert len({slot.key for slot in found}) == len(found)
    assert [slot.day for slot in found] == sorted({slot.day for slot in found})
    several = len(wanted.weekdays) * max(len(wanted.ordinals), 1) > 1
    for slot in found:
        key, _dot, nth = slot.key.partition(".")
        assert key == (slot.day.strftime("%Y-%m") if wanted.monthly else slot.day.strftime("%G-W%V"))
        assert bool(nth) == several
        assert nth.strip(string.digits) == ""


def test_the_fifth_weekday_leaves_out_the_months_that_have_none() -> None:
    found = slots(rule(TUE, nth=(5,)), start=date(2022, 8, 1), anchor=date(2022, 8, 1))
    assert [str(slot.day) for slot in islice(found, 4)] == ["2022-08-30", "2022-11-29", "2023-01-31", "2023-05-30"]


def test_several_dates_of_a_month_have_numbered_slots_also_from_its_middle() -> None:
    wanted, day = rule(TUE, nth=(1, 3)), date(2022, 9, 10)
    assert list(islice(slots(wanted, start=day, anchor=day), 2)) == [
        Slot(key="2022-09.2", day=date(2022, 9, 20)),
        Slot(key="2022-10.1", day=date(2022, 10, 4)),
    ]


def test_the_fourth_and_the_last_are_one_date_where_they_are_the_same() -> None:
    found = slots(rule(TUE, nth=(4, -1)), start=date(2022, 10, 1), anchor=date(2022, 10, 1))
    assert [f"{slot.key} {slot.day.day}" for slot in islice(found, 4)] == [
        "2022-10.1 25",
        "2022-11.1 22",
        "2022-11.2 29",
        "2022-12.1 27",
    ]


def test_the_weeks_of_a_year_with_53_of_them_keep_step() -> None:
    found = slots(rule(MON, every=2), start=date(2020, 12, 10), anchor=date(2020, 12, 14))
    assert [f"{slot.key} {slot.day}" for slot in islice(found, 3)] == [
        "2020-W51 2020-12-14",
        "2020-W53 2020-12-28",
        "2021-W02 2021-01-11",
    ]


def test_an_anchor_after_the_start_decides_which_months_count() -> None:
    found = slots(rule(TUE, nth=(2,), every=3), start=date(2022, 1, 1), anchor=date(2022, 9, 1))
    assert [str(slot.day) for slot in islice(found, 3)] == ["2022-03-08", "2022-06-14", "2022-09-13"]


def test_the_last_dates_there_are_end_the_row() -> None:
    assert [str(slot.day) for slot in slots(rule(FRI), start=date(2100, 12, 20), anchor=EARLIEST)] == ["2100-12-24", "2100-12-31"]
    assert list(slots(rule(TUE, nth=(2,)), start=date(2100, 12, 31), anchor=EARLIEST)) == []
