"""How long somebody was there, as the meeting programs write it: `1h 7s`, `59 Min. 0 Sek.`, `1:05:00`, `64`."""

import re

_HOUR, _MINUTE = 3600, 60
# English, Finnish, Swedish, German and Polish units, by how they begin: "st" is the German hour, before the "s" of seconds.
_UNITS = (("st", _HOUR), ("h", _HOUR), ("t", _HOUR), ("g", _HOUR), ("m", _MINUTE), ("s", 1))
_PART = r"(\d{1,6})\s*([^\W\d_]+)\.?"
_WORDS = re.compile(rf"(?:{_PART}[\s,]*)+")
_CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_LONGEST = 40


def seconds(text: str) -> int | None:
    """Return a duration in seconds, None where the text tells none; a bare number is minutes, `1:05` is hours and minutes."""
    plain = text.strip().casefold()
    if len(plain) > _LONGEST:
        return None
    if _NUMBER.fullmatch(plain):
        return round(float(plain.replace(",", ".")) * _MINUTE)
    if match := _CLOCK.fullmatch(plain):
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        return hours * _HOUR + minutes * _MINUTE + rest
    if not _WORDS.fullmatch(plain):
        return None
    parts = [(int(number), _unit(name)) for number, name in re.findall(_PART, plain)]
    return None if any(unit is None for _number, unit in parts) else sum(number * (unit or 0) for number, unit in parts)


def whole_minutes(total: int | None) -> int | None:
    """Return seconds as the nearest whole minute, half a minute upwards; None stays unknown."""
    return None if total is None else (total + _MINUTE // 2) // _MINUTE


def _unit(name: str) -> int | None:
    return next((length for beginning, length in _UNITS if name.startswith(beginning)), None)
