"""VTIMEZONE: the clock changes of a zone, as yearly rules wherever they follow one.

Exchange reads one STANDARD and one DAYLIGHT with a yearly weekday rule and nothing else (MS-OXCICAL 2.1.3.1.1.19), and where
icalendar lists the changes as RDATEs, ical.js and vobject take the first one only: an hour off for every later year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from osallisuus.dates import require_zone

# No date of ours is older, and from here on the European Union's present rule holds without a break.
_SINCE = datetime(1996, 10, 1, tzinfo=UTC)
# Shorter than any time between two changes: the shortest, Morocco's Ramadan, is four weeks.
_STEP = timedelta(days=7)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, kw_only=True)
class _Change:
    """A moment at which the clocks of a zone get another offset or another name."""

    moment: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def onset(self) -> datetime:
        """The civil time that the clocks have come to when they change."""
        return (self.moment + self.before).replace(tzinfo=None)

    @property
    def manner(self) -> tuple[object, ...]:
        """What is the same every year where one rule holds, except the day."""
        return self.before, self.after, self.name, self.onset.month, self.onset.time()

    @property
    def weekdays(self) -> set[str]:
        """The day as a rule may put it: `2SU`, or `4SU` and `-1SU` where the fourth is the last."""
        day = self.onset.date()
        name = _WEEKDAYS[day.weekday()]
        return {f"{(day.day - 1) // 7 + 1}{name}"} | ({f"-1{name}"} if (day + timedelta(days=7)).month != day.month else set())


@lru_cache(maxsize=16)  # a letter to each of a thousand people holds the same one
def vtimezone(zone: str, first: date, last: date) -> bytes:
    """Return the VTIMEZONE of a zone, valid for the days from `first` to `last` (RFC 5545 3.6.5)."""
    horizon = last.year + 1
    changes = list(_changes(zone, datetime(horizon + 1, 1, 1, tzinfo=UTC)))
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    in_force = max(change.moment for change in changes if change.moment <= begin)
    runs = [run for run in _runs(changes) if run[-1].moment >= in_force]
    # a zone without summer time has standard time, however it came by it
    parts = sorted(_part("STANDARD" if len(runs) == 1 else _kind(run[0]), run, horizon) for run in runs)
    return f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\n{''.join(parts)}END:VTIMEZONE\r\n".encode()


def _changes(zone: str, end: datetime) -> Iterator[_Change]:
    """Yield what holds at the beginning, as a change that changes nothing, and then each change until `end`."""
    tz = require_zone(zone)

    def state(moment: datetime) -> tuple[timedelta, str]:
        local = moment.astimezone(tz)
        return local.utcoffset() or timedelta(), local.tzname() or zone

    moment, (offset, name) = _SINCE, state(_SINCE)
    yield _Change(moment=moment, before=offset, after=offset, name=name)
    while moment < end:
        moment += _STEP
        if state(moment) == (offset, name):
            continue
        low, high = moment - _STEP, moment
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // timedelta(seconds=2) * timedelta(seconds=1)
            low, high = (middle, high) if state(middle) == (offset, name) else (low, middle)
        before, (offset, name) = offset, state(high)
        yield _Change(moment=high, before=before, after=offset, name=name)


def _runs(changes: list[_Change]) -> list[list[_Change]]:
    """Group changes so that one yearly rule tells each group."""
    runs: list[list[_Change]] = []
    for change in changes:
        for run in runs:
            follows = run[-1].onset.year + 1 == change.onset.year and run[-1].manner == change.manner
            if follows and _shared_weekdays([*run, change]):
                run.append(change)
                break
        else:
            runs.append([change])
    return runs


def _shared_weekdays(run: list[_Change]) -> set[str]:
    return set.intersection(*(change.weekdays for change in run))


def _kind(change: _Change) -> str:
    # not what the zone data call it: there Ireland's winter and Morocco's Ramadan are the daylight time
    return "DAYLIGHT" if change.after > change.before else "STANDARD"


def _part(kind: str, run: list[_Change], horizon: int) -> str:
    """Return a STANDARD or DAYLIGHT part; its rule ends where the run does, unless that is at the horizon."""
    first, last = run[0], run[-1]
    rule = ""
    if len(run) > 1:
        # the end of the year and not the last change itself: vobject compares UTC with civil time, and would leave that one out
        until = f"UNTIL={last.onset.year}1231T235959Z;" if last.onset.year < horizon else ""
        rule = f"RRULE:FREQ=YEARLY;{until}BYDAY={min(_shared_weekdays(run))};BYMONTH={first.onset.month}\r\n"
    return (
        f"BEGIN:{kind}\r\nDTSTART:{first.onset:%Y%m%dT%H%M%S}\r\n{rule}TZNAME:{first.name}\r\n"
        f"TZOFFSETFROM:{_offset(first.before)}\r\nTZOFFSETTO:{_offset(first.after)}\r\nEND:{kind}\r\n"
    )


def _offset(offset: timedelta) -> str:
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    hours, rest = divmod(minutes // timedelta(minutes=1), 60)
    return f"{sign}{hours:02}{rest:02}"
