"""Pure calendar arithmetic: dates and times as people write them, holidays, civil time and its zone. No clock, no I/O."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.texts import identity_key

EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 12, 31)
# How far one planning reaches.
MAX_DATES = 400
MAX_YEARS = 5

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ](.+))?")
_FINNISH = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})?(?:,? (.+))?")
_CLOCK = re.compile(r"(?:klo|kl\.?|at)? ?(\d{1,2})(?:[.:](\d{2}))?(?:[.:]00)?")
_RELATIVE = {
    **dict.fromkeys(("today", "tänään", "idag", "i dag"), 0),
    **dict.fromkeys(("tomorrow", "huomenna", "imorgon", "i morgon"), 1),
    **dict.fromkeys(("yesterday", "eilen", "igår", "i går"), -1),
}
# The weekday may stand before the date, as in "ti 15.11.2022": it is checked against the date, never guessed from.
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday ma maanantai maanantaina mån måndag",
            "tue tuesday ti tiistai tiistaina tis tisdag",
            "wed wednesday ke keskiviikko keskiviikkona ons onsdag",
            "thu thursday to torstai torstaina tor tors torsdag",
            "fri friday pe perjantai perjantaina fre fredag",
            "sat saturday la lauantai lauantaina lör lördag",
            "sun sunday su sunnuntai sunnuntaina sön söndag",
        )
    )
    for name in names.split()
}


def parse_date(text: str, *, today: date) -> date:
    """Read a date: `2022-11-15`, `15.11.2022`, `ti 15.11.2022`, `today`, `huomenna`. Raises UsageError."""
    day, clock = parse_moment(text, today=today)
    if clock is not None:
        raise UsageError(_("Only a date is wanted here, without a time: '{text}'.").format(text=text))
    return day


def parse_moment(text: str, *, today: date) -> tuple[date, time | None]:
    """Read a date that may carry a time: `15.11.2022 klo 14.00`, `2022-11-15T14:00`. Raises UsageError."""
    words = identity_key(text)
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words]), None
    first, _space, rest = words.partition(" ")
    named = _WEEKDAYS.get(first.rstrip(".,"))
    words = rest if named is not None else words
    if match := _ISO.fullmatch(words):
        year, month, day, clock = match.groups()
    elif match := _FINNISH.fullmatch(words):
        day, month, year, clock = match.groups()
        if year is None:
            raise UsageError(
                _("The date '{text}' has no year.").format(text=text),
                hint=_("Write it whole, for example {example}.").format(example=f"{day}.{month}.{_next_year(match, today)}"),
            )
    else:
        raise _unreadable_date(text)
    try:
        result = date(int(year), int(month), int(day))
    except ValueError as error:
        raise UsageError(_("There is no such day in the calendar: '{text}'.").format(text=text)) from error
    if not EARLIEST <= result <= LATEST:
        raise UsageError(
            _("The date '{text}' is outside the years {first}–{last}.").format(text=text, first=EARLIEST.year, last=LATEST.year)
        )
    if named is not None and named != result.weekday():
        raise UsageError(
            _("'{text}' does not agree with itself: that date is another weekday.").format(text=text),
            hint=_("Check the date, or leave the weekday out."),
        )
    return result, parse_time(clock) if clock else None


def parse_time(text: str) -> time:
    """Read a clock time: `14:00`, `14.00`, `klo 14`. Raises UsageError."""
    match = _CLOCK.fullmatch(identity_key(text))
    if match:
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UsageError(_("'{text}' is not a time of day.").format(text=text), hint=_("Write it as 14:00 or 14.00."))


@cache
def require_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name (`Europe/Helsinki`); raise UsageError when there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # start-up: lists show civil time and need no zone data

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            _("'{name}' is not a time zone.").format(name=name),
            hint=_("Use a name such as Europe/Helsinki."),
        ) from error


def to_utc(local: datetime, zone: str) -> datetime:
    """Return the instant of a civil time, aware, in UTC.

    Raises UsageError for a time that the spring change leaves out or the autumn change repeats (nobody can know which is meant).
    """
    aware = local.replace(tzinfo=require_zone(zone))
    instant = aware.astimezone(UTC)
    if instant.astimezone(aware.tzinfo).replace(tzinfo=None) != local:
        raise UsageError(
            _("{moment} does not exist in {zone}: the clocks go forward over it.").format(
                moment=local.isoformat(" ", "minutes"), zone=zone
            ),
            hint=_("Choose another time."),
        )
    if aware.replace(fold=1).utcoffset() != aware.utcoffset():
        raise UsageError(
            _("{moment} comes twice in {zone}: the clocks go back over it.").format(
                moment=local.isoformat(" ", "minutes"), zone=zone
            ),
            hint=_("Choose another time."),
        )
    return instant


def utc_offset(local: datetime, zone: str) -> timedelta:
    """Return how far the zone's clocks are ahead of UTC at a civil time."""
    return local - to_utc(local, zone).replace(tzinfo=None)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where there is no such day."""
    from calendar import monthrange  # start-up: it loads the machine's locale

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def finnish_holidays(*, language: str) -> Mapping[date, str]:
    """Return Finland's public holidays with their names in Finnish, Swedish or English; a year is there once it is asked for."""
    import holidays  # start-up: 120 ms, needed only while planning

    # without a language the library follows the machine's locale
    spoken = {"fi": "fi", "sv": "sv_FI"}.get(language, "en_US")
    return holidays.country_holidays("FI", language=spoken)


def next_working_day(day: date, holidays: Mapping[date, str]) -> date:
    """Return the first Monday-to-Friday after `day` that is no holiday."""
    day += timedelta(days=1)
    while day in holidays or day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def _next_year(match: re.Match[str], today: date) -> int:
    """Return the year in which a day without a year comes next."""
    return today.year + ((int(match[2]), int(match[1])) < (today.month, today.day))


def _unreadable_date(text: str) -> UsageError:
    return UsageError(_("'{text}' is not a date.").format(text=text), hint=_("Write it as 2022-11-15 or 15.11.2022."))
