"""Recurrence rules in words, English, Finnish or Swedish, and the dates they propose.

A rule only ever proposes: each date it gives has a *slot* (the month or ISO week it fills), and it is the slot, not the date,
that planning remembers, so that a date moved by hand stays moved.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise, product
from typing import Literal

from osallisuus.dates import LATEST
from osallisuus.errors import UsageError
from osallisuus.i18n import _
from osallisuus.texts import identity_key

MAX_INTERVAL = 52

# One table for three languages: what a word of a rule means, as one letter and a value. Finnish comes in the cases it takes
# inside a rule. "First" and "last" stand apart from the other ordinals (n): "every second week" counts, "every first" does not.
_WORDS: dict[str, tuple[str, int]] = {
    word: (kind, value)
    for kind, value, words in (
        ("f", 1, "first ensimmäinen ensimmäisenä första"),
        ("f", -1, "last viimeinen viimeisenä sista"),
        ("n", 2, "second toinen toisena toisen andra"),
        ("n", 3, "third kolmas kolmantena kolmannen tredje"),
        ("n", 4, "fourth neljäs neljäntenä neljännen fjärde"),
        ("n", 5, "fifth viides viidentenä viidennen femte"),
        ("n", 6, "sixth kuudes kuudennen sjätte"),
        ("c", 1, "one"),
        ("c", 2, "two kahden två"),
        ("c", 3, "three kolmen tre"),
        ("c", 4, "four neljän fyra"),
        ("c", 5, "five viiden fem"),
        ("c", 6, "six kuuden sex"),
        ("o", 2, "other varannan vartannat"),
        ("e", 1, "every each"),
        ("j", 1, "joka varje var"),
        ("w", 1, "week weeks weekly viikko viikon viikoittain vecka veckor"),
        ("m", 1, "month months monthly kuukausi kuukauden kuun kuukausittain månad månads månaden månader"),
        ("v", 0, "välein"),
        ("a", 0, "and ja och"),
        ("", 0, "the of on a in i på den"),
        ("d", 0, "mon monday maanantai maanantaina måndag måndagen"),
        ("d", 1, "tue tuesday tiistai tiistaina tisdag tisdagen"),
        ("d", 2, "wed wednesday keskiviikko keskiviikkona onsdag onsdagen"),
        ("d", 3, "thu thursday torstai torstaina torsdag torsdagen"),
        ("d", 4, "fri friday perjantai perjantaina fredag fredagen"),
        ("d", 5, "sat saturday lauantai lauantaina lördag lördagen"),
        ("d", 6, "sun sunday sunnuntai sunnuntaina söndag söndagen"),
        ("D", 0, "mondays maanantaisin måndagar"),
        ("D", 1, "tuesdays tiistaisin tisdagar"),
        ("D", 2, "wednesdays keskiviikkoisin onsdagar"),
        ("D", 3, "thursdays torstaisin torsdagar"),
        ("D", 4, "fridays perjantaisin fredagar"),
        ("D", 5, "saturdays lauantaisin lördagar"),
        ("D", 6, "sundays sunnuntaisin söndagar"),
    )
    for word in words.split()
}
_FIGURE = re.compile(r"([1-9]\d?)(\.|st|nd|rd|th|:[ae])?")

# The rows of those letters that mean one thing only; all else is refused, since a wrong date is found out too late. Refused
# are also "every 2nd tuesday" (of the month, or every other?), "2nd last", "two tuesdays a month" and a bare "tuesday".
_DAYS = "[dD](?:a?[dD])*"
_NTHS = "[nf](?:a[nf])*"
_NTH_DAYS = f"{_NTHS}{_DAYS}(?:a{_NTHS}{_DAYS})*"
_WEEKS, _MONTHS = (f"(?:[ej]?{unit}|[ej][nc]{unit}|e?o{unit}|[nc]{unit}v)" for unit in "wm")
_WEEKLY = f"{_WEEKS}a?{_DAYS}|{_DAYS}a?{_WEEKS}|[ej]{_DAYS}(?:a[ej]{_DAYS})*|(?:jn|e?o){_DAYS}|(?=[da]*D){_DAYS}"
_MONTHLY = f"{_MONTHS}a?e?{_NTH_DAYS}m?|m?{_NTH_DAYS}m?(?:a?{_MONTHS})?|e{_NTH_DAYS}{_MONTHS}|jf{_DAYS}{_MONTHS}"


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
    read = [_meaning(word) for word in identity_key(text).replace(",", " and ").split()]
    read = [(kind, value) for kind, value in read if kind]
    row = "".join(kind for kind, _value in read)
    if re.fullmatch(_MONTHLY, row):
        counted = [value for (kind, value), (after, _value) in pairwise(read) if kind in "nco" and after == "m"]
        pairs = {
            (day, nth)
            for match in re.finditer(f"({_NTHS})({_DAYS})", row)
            for nth in _values(read[slice(*match.span(1))], "nf")
            for day in _values(read[slice(*match.span(2))], "dD")
        }
    elif re.fullmatch(_WEEKLY, row):
        counted = _values(read, "nco")
        pairs = {(day, 0) for day in _values(read, "dD")}
    else:
        raise _not_understood(text)
    weekdays, ordinals = {day for day, _nth in pairs}, {nth for _day, nth in pairs}
    interval = counted[0] if counted else 1
    # a Rule pairs each weekday with each ordinal, so "2nd tuesday and 4th thursday" does not fit into one
    if pairs != set(product(weekdays, ordinals)) or max(ordinals) > 5 or interval > MAX_INTERVAL:
        raise _not_understood(text)
    return Rule(weekdays=tuple(sorted(weekdays)), ordinals=tuple(sorted(ordinals - {0}, key=_from_start)), interval=interval)


def slots(rule: Rule, *, start: date, anchor: date) -> Iterator[Slot]:
    """Yield the rule's slots whose date is `start` or later, in order, up to the last year there is.

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
        until=datetime(LATEST.year, LATEST.month, LATEST.day),
    )
    several = len(days) > 1
    yield from _numbered(found, start, monthly=rule.monthly, several=several)


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


def _meaning(word: str) -> tuple[str, int]:
    figure = _FIGURE.fullmatch(word)
    if not figure:
        return _WORDS.get(word, ("?", 0))
    number = int(figure[1])
    return ("c" if not figure[2] else "f" if number == 1 else "n"), number


def _values(read: Sequence[tuple[str, int]], kinds: str) -> list[int]:
    return [value for kind, value in read if kind in kinds]


def _not_understood(text: str) -> UsageError:
    return UsageError(
        _("The rule '{text}' is not understood.").format(text=text),
        hint=_("Write for example '2nd tuesday', 'last thursday', 'every 2 weeks on monday' or 'kuukauden toinen tiistai'."),
        code="bad_rule",
    )


def _from_start(ordinal: int) -> int:
    return ordinal if ordinal > 0 else 10
