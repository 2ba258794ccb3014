"""Recurrence rules in words, English, Finnish or Swedish, and the dates they propose.

A rule only ever proposes: each date it gives has a *slot* (the month or ISO week it fills), and it is the slot, not the date,
that planning remembers, so that a date moved by hand stays moved.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Literal

from osallisuus.dates import LATEST
from osallisuus.errors import UsageError
from osallisuus.i18n import _

MAX_DATES = 400
MAX_YEARS = 5

# One table for three languages: what a word of a rule means. Finnish comes in the cases it takes inside a rule.
_WORDS: dict[str, tuple[str, int]] = {
    word: (kind, value)
    for kind, value, words in (
        ("number", 1, "1 1. 1st one first ensimmäinen ensimmäisenä första"),
        ("number", 2, "2 2. 2nd two second toinen toisena toisen kahden två andra"),
        ("number", 3, "3 3. 3rd three third kolmas kolmantena kolmannen kolmen tre tredje"),
        ("number", 4, "4 4. 4th four fourth neljäs neljäntenä neljännen neljän fyra fjärde"),
        ("number", 5, "5 5. 5th five fifth viides viidentenä viidennen viiden fem femte"),
        ("number", 6, "6 6. 6th six sixth kuudennen kuuden sex sjätte"),
        ("number", -1, "last viimeinen viimeisenä sista"),
        ("other", 2, "other varannan vartannat"),
        ("every", 1, "every each"),
        ("joka", 1, "joka varje var"),
        ("week", 1, "week weeks weekly viikko viikon viikoittain vecka veckor"),
        ("month", 1, "month months monthly kuukausi kuukauden kuun kuukausittain månad månads månaden månader"),
        ("filler", 0, "the of on a in and ja och i på välein den"),
        ("day", 0, "mon monday maanantai maanantaina måndag måndagen"),
        ("day", 1, "tue tuesday tiistai tiistaina tisdag tisdagen"),
        ("day", 2, "wed wednesday keskiviikko keskiviikkona onsdag onsdagen"),
        ("day", 3, "thu thursday torstai torstaina torsdag torsdagen"),
        ("day", 4, "fri friday perjantai perjantaina fredag fredagen"),
        ("day", 5, "sat saturday lauantai lauantaina lördag lördagen"),
        ("day", 6, "sun sunday sunnuntai sunnuntaina söndag söndagen"),
        ("days", 0, "mondays maanantaisin måndagar"),
        ("days", 1, "tuesdays tiistaisin tisdagar"),
        ("days", 2, "wednesdays keskiviikkoisin onsdagar"),
        ("days", 3, "thursdays torstaisin torsdagar"),
        ("days", 4, "fridays perjantaisin fredagar"),
        ("days", 5, "saturdays lauantaisin lördagar"),
        ("days", 6, "sundays sunnuntaisin söndagar"),
    )
    for word in words.split()
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A recurrence: the n-th weekdays of each month (`ordinals` not empty) or weekdays of each week, every `interval` of them.

    `weekdays` are 0 (Monday) to 6; `ordinals` are 1 to 5 or -1 (last), each paired with every weekday.
    """

    weekdays: tuple[int, ...]
    ordinals: tuple[int, ...] = ()
    interval: int = 1

    @property
    def monthly(self) -> bool:
        """Whether the rule counts months (otherwise weeks)."""
        return bool(self.ordinals)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place in the rule's calendar, `2022-11` or `2022-W45` (`.2` for the second of several), and the rule's date for it."""

    key: str
    day: date


def parse(text: str) -> Rule:
    """Read a rule: `2nd tuesday`, `last thursday`, `every 2 weeks on monday`, `kuukauden toinen tiistai`.

    Raises UsageError with examples of what is understood, also for `every 2nd tuesday`, which people use for two things.
    """
    weekdays: set[int] = set()
    ordinals: set[int] = set()
    units: dict[str, int] = {}
    waiting: list[int] = []  # numbers that wait for what they count: a weekday or a unit
    every, doubtful = "", False
    for word in text.casefold().replace(",", " ").split():
        kind, value = _WORDS.get(word, ("", 0))
        if kind == "number":
            waiting.append(value)
        elif kind in ("every", "joka"):
            every = every or kind
        elif kind == "other":
            every = "joka"
            waiting.append(value)
        elif kind in ("week", "month"):
            units[kind] = waiting.pop() if len(waiting) == 1 else value
            every = "unit"
        elif kind in ("day", "days"):
            weekdays.add(value)
            if waiting and every == "joka":
                units["week"] = waiting.pop()
            doubtful = doubtful or (bool(waiting) and every == "every")
            ordinals.update(waiting)
            waiting.clear()
            every = every or ("days" if kind == "days" else "")
        elif kind != "filler":
            raise _not_understood(text)
    interval = units.get("month" if ordinals else "week", 1)
    bare = not (ordinals or every or units)
    contradictory = ("week" in units and ordinals) or ("month" in units and not ordinals)
    doubtful = doubtful and "month" not in units
    if not weekdays or waiting or bare or contradictory or doubtful or interval < 1:
        raise _not_understood(text)
    return Rule(weekdays=tuple(sorted(weekdays)), ordinals=tuple(sorted(ordinals, key=_from_start)), interval=interval)


def slots(rule: Rule, *, start: date, anchor: date) -> Iterator[Slot]:
    """Yield the rule's slots whose date is `start` or later, in order, up to `MAX_DATES` of them.

    `anchor` is a date of the rule's first month or week: with an interval above one it decides which months or weeks count,
    so that planning again from a later date keeps step.
    """
    from dateutil import rrule  # start-up: needed only while planning

    frequency: Literal[1, 2] = rrule.MONTHLY if rule.monthly else rrule.WEEKLY
    if rule.monthly:
        first = anchor.replace(day=1)
        days = [rrule.weekday(day, n) for day in rule.weekdays for n in rule.ordinals]
    else:
        first = date.fromisocalendar(*anchor.isocalendar()[:2], 1)
        days = [rrule.weekday(day) for day in rule.weekdays]
    if start < first:  # the first month or week in step with the anchor that is not after the start
        first = _step_back(rule, first, start)
    found = rrule.rrule(
        frequency,
        interval=rule.interval,
        byweekday=days,
        dtstart=datetime(first.year, first.month, first.day),
        until=datetime(LATEST.year, 12, 31),
    )
    several = len(days) > 1
    yield from islice(_numbered(found, start, monthly=rule.monthly, several=several), MAX_DATES)


def _numbered(found: Iterable[datetime], start: date, *, monthly: bool, several: bool) -> Iterator[Slot]:
    previous, nth = "", 0
    for moment in found:
        day = moment.date()
        key = f"{day:%Y-%m}" if monthly else "{}-W{:02}".format(*day.isocalendar()[:2])
        nth = nth + 1 if key == previous else 1
        previous = key
        if day >= start:
            yield Slot(key=f"{key}.{nth}" if several else key, day=day)


def _step_back(rule: Rule, first: date, start: date) -> date:
    if rule.monthly:
        months = (first.year - start.year) * 12 + first.month - start.month
        back = -(-months // rule.interval) * rule.interval
        year, month = divmod(first.year * 12 + first.month - 1 - back, 12)
        return date(year, month + 1, 1)
    span = 7 * rule.interval
    return date.fromordinal(first.toordinal() - -(-(first - start).days // span) * span)


def _not_understood(text: str) -> UsageError:
    return UsageError(
        _("The rule '{text}' is not understood.").format(text=text),
        hint=_("Write for example '2nd tuesday', 'last thursday', 'every 2 weeks on monday' or 'kuukauden toinen tiistai'."),
        code="bad_rule",
    )


def _from_start(ordinal: int) -> int:
    return ordinal if ordinal > 0 else 10
