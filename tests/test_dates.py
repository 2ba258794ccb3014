"""Dates and times as people write them, civil time and its zone, holidays."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from osallisuus import i18n
from osallisuus.dates import (
    EARLIEST,
    LATEST,
    add_months,
    finnish_holidays,
    next_working_day,
    parse_date,
    parse_moment,
    parse_time,
    require_zone,
    to_utc,
    utc_offset,
)
from osallisuus.errors import UsageError

TODAY = date(2022, 8, 22)  # a Monday
DAYS = st.dates(EARLIEST, LATEST)
MINUTES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
HELSINKI = "Europe/Helsinki"


def read(text: str) -> tuple[date, time | None] | None:
    """Return the moment, or None where it is refused; any other exception is a bug."""
    try:
        return parse_moment(text, today=TODAY)
    except UsageError:
        return None


# Dates and times as people write them


@pytest.mark.parametrize(
    "text",
    [
        "2022-11-05",
        "2022-11-5",
        "5.11.2022",
        "05.11.2022",
        "5. 11. 2022",
        " 5.11.2022 ",
        "la 5.11.2022",
        "la. 5.11.2022",
        "LA 5.11.2022",
        "lauantai 5.11.2022",
        "lauantaina 5.11.2022",
        "lör 5.11.2022",
        "lör. 5.11.2022",
        "lördag 5.11.2022",
        "Sat 2022-11-05",
        "Saturday, 5.11.2022",
        "Sat  \t2022-11-05",
        "lo\u0308rdag 5.11.2022",
        "\u200e5\u200e.\u200e11\u200e.\u200e2022",  # as Windows copies a date
        "2022–11–05",
        "２０２２-11-05",
    ],
)
def test_a_date_is_read(text: str) -> None:
    assert parse_date(text, today=TODAY) == date(2022, 11, 5)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today tänään idag", date(2022, 8, 22)),
        ("tomorrow huomenna imorgon", date(2022, 8, 23)),
        ("yesterday eilen igår", date(2022, 8, 21)),
    ],
)
def test_a_relative_word_is_read_in_three_languages(words: str, day: date) -> None:
    for word in words.split():
        assert parse_date(word, today=TODAY) == day
        assert parse_date(word.upper(), today=TODAY) == day
    assert parse_date("i dag", today=TODAY) == TODAY
    assert parse_date("huomenna", today=date(2022, 12, 31)) == date(2023, 1, 1)
    assert parse_date("igår", today=date(2024, 3, 1)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("isoweekday", "names"),
    [
        (1, "ma maanantai maanantaina mon monday mån måndag"),
        (2, "ti tiistai tiistaina tue tuesday tis tisdag"),
        (3, "ke keskiviikko keskiviikkona wed wednesday ons onsdag"),
        (4, "to torstai torstaina thu thursday tor tors torsdag"),
        (5, "pe perjantai perjantaina fri friday fre fredag"),
        (6, "la lauantai lauantaina sat saturday lör lördag"),
        (7, "su sunnuntai sunnuntaina sun sunday sön söndag"),
    ],
)
def test_a_weekday_is_checked_against_its_date(isoweekday: int, names: str) -> None:
    week = [date(2022, 8, 22) + timedelta(days=n) for n in range(7)]
    for name in names.split():
        assert [day.isoweekday() for day in week if read(f"{name} {day}")] == [isoweekday]
    with pytest.raises(UsageError) as refused:
        parse_date("ti 16.11.2022", today=TODAY)
    assert refused.value.message == "'ti 16.11.2022' does not agree with itself: that date is another weekday."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is not a date."),
        ("ti", "'ti' is not a date."),
        ("soon", "'soon' is not a date."),
        ("15.11.22", "'15.11.22' is not a date."),
        ("15/11/2022", "'15/11/2022' is not a date."),
        ("11/15/2022", "'11/15/2022' is not a date."),
        ("20221115", "'20221115' is not a date."),
        ("2022-11", "'2022-11' is not a date."),
        ("22-11-15", "'22-11-15' is not a date."),
        ("15.11.20222", "'15.11.20222' is not a date."),
        ("2022-W45-2", "'2022-W45-2' is not a date."),
        ("15.11.", "The date '15.11.' has no year."),
        ("ti 15.11.", "The date 'ti 15.11.' has no year."),
        ("15.11. klo 14.00", "The date '15.11. klo 14.00' has no year."),
        ("29.2.2022", "There is no such day in the calendar: '29.2.2022'."),
        ("29.2.2100", "There is no such day in the calendar: '29.2.2100'."),
        ("31.4.2022", "There is no such day in the calendar: '31.4.2022'."),
        ("0.11.2022", "There is no such day in the calendar: '0.11.2022'."),
        ("2022-13-01", "There is no such day in the calendar: '2022-13-01'."),
        ("15.11.1999", "The date '15.11.1999' is outside the years 2000–2100."),
        ("2101-01-01", "The date '2101-01-01' is outside the years 2000–2100."),
        ("ti 16.11.2022", "'ti 16.11.2022' does not agree with itself: that date is another weekday."),
        ("15.11.2022 klo 14.00", "Only a date is wanted here, without a time: '15.11.2022 klo 14.00'."),
        ("2022-11-15 huomenna", "'huomenna' is not a time of day."),
    ],
)
def test_what_is_no_date_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_date(text, today=TODAY)
    assert refused.value.message == sentence


def test_a_missing_year_is_asked_for_with_an_example() -> None:
    with pytest.raises(UsageError) as refused:
        parse_date("ti 15. 11., klo 14", today=TODAY)
    assert refused.value.hint == "Write it whole, for example 15.11.2022."


@pytest.mark.parametrize(
    ("text", "example"), [("22.8.", "22.8.2022"), ("21.8.", "21.8.2023"), ("1.9.", "1.9.2022"), ("31.7.", "31.7.2023")]
)
def test_a_missing_year_is_most_likely_the_coming_one(text: str, example: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_date(text, today=TODAY)
    assert refused.value.hint == f"Write it whole, for example {example}."


def test_the_first_and_the_last_day_there_are() -> None:
    assert parse_date("1.1.2000", today=TODAY) == EARLIEST == date(2000, 1, 1)
    assert parse_date("31.12.2100", today=TODAY) == LATEST == date(2100, 12, 31)
    assert read("31.12.1999") is read("1.1.2101") is None


def test_the_leap_day_is_read_where_there_is_one() -> None:
    assert parse_date("29.2.2000", today=TODAY) == date(2000, 2, 29)
    assert parse_date("2024-02-29", today=TODAY) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2022-11-15T14:00",
        "2022-11-15t14:00",
        "2022-11-15T14:00:00",
        "2022-11-15 14:00",
        "2022-11-15 14",
        "Tue 2022-11-15 at 14:00",
        "15.11.2022 klo 14.00",
        "15.11.2022 klo 14",
        "15.11.2022 klo14.00",
        "15.11.2022 14.00",
        "15.11.2022, klo 14:00",
        "ti 15.11.2022 klo 14.00",
        "Tiistaina 15.11.2022 KLO 14.00",
        "tis 15.11.2022 kl. 14.00",
        "tisdag 15.11.2022 kl 14.00",
    ],
)
def test_a_date_with_a_time_is_read(text: str) -> None:
    assert parse_moment(text, today=TODAY) == (date(2022, 11, 15), time(14, 0))


@pytest.mark.parametrize(
    "text", ["2022-11-15T14:00Z", "2022-11-15T14:00+02:00", "15.11.2022 klo", "15.11.2022 klo 14-15", "15.11.2022klo 14"]
)
def test_a_date_with_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_moment(text, today=TODAY)


@given(DAYS, MINUTES, st.sampled_from(i18n.LANGUAGES))
@settings(deadline=None)
def test_what_the_program_writes_it_reads(day: date, clock: time, language: str) -> None:
    i18n.use(language)
    try:
        written = i18n.format_moment(datetime.combine(day, clock))
        assert parse_moment(written, today=TODAY) == (day, clock)
        assert parse_date(i18n.format_date(day), today=TODAY) == day
    finally:
        i18n.use("en")
    assert parse_moment(datetime.combine(day, clock).isoformat(), today=TODAY) == (day, clock)


PIECES = st.lists(
    st.sampled_from(["15", "11", "2022", ".", "-", "T", " ", "klo", "ti", ":", "00", "29", "2", "at", "today", "٣"])
)


@given(st.text() | PIECES.map("".join), st.text(st.characters()))
@settings(deadline=None)
@example("0000-00-00", "\0")
def test_any_text_is_a_date_or_a_usage_error(text: str, other: str) -> None:
    for moment in (read(text), read(other)):
        assert moment is None or EARLIEST <= moment[0] <= LATEST


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:00", time(14)),
        ("14.00", time(14)),
        ("klo 14.30", time(14, 30)),
        ("klo 14", time(14)),
        ("kl. 8", time(8)),
        ("at 8:05", time(8, 5)),
        ("8", time(8)),
        ("08.05", time(8, 5)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("14:00:00", time(14)),
        (" 14:00 ", time(14)),
    ],
)
def test_a_clock_time_is_read(text: str, clock: time) -> None:
    assert parse_time(text) == clock


@pytest.mark.parametrize(
    "text", ["", "klo", "24:00", "14:60", "14:5", "1400", "14:00:30", "-1:00", "2 pm", "14.00–15.00", "neljä"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_time(text)
    assert refused.value.message == f"'{text}' is not a time of day."


# Civil time and its zone


def test_civil_time_keeps_its_hour_over_the_clock_change() -> None:
    assert to_utc(datetime(2022, 10, 25, 14), HELSINKI) == datetime(2022, 10, 25, 11, tzinfo=UTC)
    assert to_utc(datetime(2022, 11, 1, 14), HELSINKI) == datetime(2022, 11, 1, 12, tzinfo=UTC)
    assert utc_offset(datetime(2022, 10, 25, 14), HELSINKI) == timedelta(hours=3)
    assert utc_offset(datetime(2022, 11, 1, 14), HELSINKI) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("local", "zone", "sentence"),
    [
        (
            datetime(2022, 3, 27, 3),
            HELSINKI,
            "2022-03-27 03:00 does not exist in Europe/Helsinki: the clocks go forward over it.",
        ),
        (datetime(2022, 3, 27, 3, 59), HELSINKI, "does not exist"),
        (datetime(2022, 10, 30, 3), HELSINKI, "2022-10-30 03:00 comes twice in Europe/Helsinki: the clocks go back over it."),
        (datetime(2022, 10, 30, 3, 59), HELSINKI, "comes twice"),
        (datetime(2022, 3, 27, 2, 30), "Europe/Stockholm", "does not exist"),
        (datetime(2022, 10, 2, 2, 15), "Australia/Lord_Howe", "does not exist"),  # half an hour
        (datetime(2022, 4, 3, 1, 45), "Australia/Lord_Howe", "comes twice"),
        (datetime(2011, 12, 30, 12), "Pacific/Apia", "does not exist"),  # a whole day
        (datetime(2014, 10, 26, 1, 30), "Europe/Moscow", "comes twice"),  # not a summer time
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(local: datetime, zone: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        to_utc(local, zone)
    assert sentence in refused.value.message
    assert refused.value.hint == "Choose another time."


@pytest.mark.parametrize(
    "local",
    [datetime(2022, 3, 27, 2, 59), datetime(2022, 3, 27, 4), datetime(2022, 10, 30, 2, 59), datetime(2022, 10, 30, 4)],
)
def test_the_minutes_around_a_clock_change_are_times_like_others(local: datetime) -> None:
    assert to_utc(local, HELSINKI).astimezone(require_zone(HELSINKI)).replace(tzinfo=None) == local


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)),
    st.sampled_from(
        [HELSINKI, "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Chatham", "UTC"]
    ),
)
@settings(deadline=None)
def test_an_instant_is_the_only_one_of_its_civil_time(local: datetime, zone: str) -> None:
    where = require_zone(zone)
    near = (datetime.combine(local, local.time(), UTC) + timedelta(minutes=15 * n) for n in range(-60, 61))
    instants = [instant for instant in near if instant.astimezone(where).replace(tzinfo=None) == local]
    try:
        assert [to_utc(local, zone)] == instants
    except UsageError:
        assert len(instants) != 1


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "Mars", "Europe", "Europe/", "Europe/Helsinki ", "Europe/Helsinki/x", "../etc/passwd", "/etc/localtime", "..",
        ".", "Europe/Helsinki\0", "a" * 5000, "\udce4", "ä", "Europe\\Helsinki", "zone.tab", "a.b/c", "__init__.py", "UTC+2",
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        require_zone(name)
    assert refused.value.message == f"'{name}' is not a time zone."


def test_every_zone_of_the_database_is_known() -> None:
    assert all(require_zone(name).utcoffset(datetime(2022, 6, 1)) is not None for name in available_timezones())


# Calendar arithmetic


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2022, 12, 31), 1, date(2023, 1, 31)),
        (date(2022, 12, 15), 1, date(2023, 1, 15)),
        (date(2022, 1, 1), -1, date(2021, 12, 1)),
        (date(2022, 3, 31), -1, date(2022, 2, 28)),
        (date(2022, 5, 5), 0, date(2022, 5, 5)),
    ],
)
def test_months_are_added_up_to_the_last_day_of_a_month(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(DAYS, st.integers(-1200, 1200))
@settings(deadline=None)
def test_the_month_is_right_and_the_day_is_the_same_or_the_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


def test_holidays_have_their_names_in_three_languages() -> None:
    day = date(2022, 12, 6)
    assert {language: finnish_holidays(language=language)[day] for language in i18n.LANGUAGES} == {
        "fi": "Itsenäisyyspäivä",
        "sv": "Självständighetsdagen",
        "en": "Independence Day",
    }


def test_the_holidays_of_a_year_are_the_public_ones_and_the_two_eves() -> None:
    holidays = finnish_holidays(language="fi")
    year = [date(2022, 1, 1) + timedelta(days=n) for n in range(365)]
    found = " ".join(f"{day.day}.{day.month}." for day in year if day in holidays)
    assert found == "1.1. 6.1. 15.4. 17.4. 18.4. 1.5. 26.5. 5.6. 24.6. 25.6. 5.11. 6.12. 24.12. 25.12. 26.12."


@given(DAYS)
@settings(deadline=None)
def test_independence_day_is_a_holiday_of_every_year(day: date) -> None:
    assert finnish_holidays(language="sv")[date(day.year, 12, 6)] == "Självständighetsdagen"
    assert date(day.year, 12, 7) not in finnish_holidays(language="sv")


@pytest.mark.parametrize("locale", ["fi_FI.UTF-8", "sv_FI.UTF-8", "C"])
def test_holiday_names_follow_the_asked_language_not_the_machine(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", locale)
    monkeypatch.setenv("LC_ALL", locale)
    assert finnish_holidays(language="en")[date(2022, 12, 6)] == "Independence Day"


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2022, 12, 6), date(2022, 12, 7)),
        (date(2022, 11, 4), date(2022, 11, 7)),  # All Saints' Day is a Saturday
        (date(2022, 4, 14), date(2022, 4, 19)),  # Easter
        (date(2022, 4, 15), date(2022, 4, 19)),
        (date(2021, 12, 23), date(2021, 12, 27)),  # Christmas Eve on a Friday
        (date(2022, 12, 23), date(2022, 12, 27)),
        (date(2023, 12, 23), date(2023, 12, 27)),
        (date(2022, 12, 30), date(2023, 1, 2)),
        (date(2022, 1, 5), date(2022, 1, 7)),
        (date(2022, 6, 23), date(2022, 6, 27)),  # Midsummer
    ],
)
def test_the_next_working_day_comes_after_weekends_and_holidays(day: date, following: date) -> None:
    assert next_working_day(day, finnish_holidays(language="fi")) == following


@given(DAYS)
@settings(deadline=None)
def test_a_working_day_is_at_most_six_days_away(day: date) -> None:
    holidays = finnish_holidays(language="fi")
    following = next_working_day(day, holidays)
    # a Friday before a Christmas Eve on Monday
    assert 1 <= (following - day).days <= 6
    assert following.weekday() < 5
    assert following not in holidays
