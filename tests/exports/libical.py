"""libical 3 through ctypes: the parser of Evolution, KOrganizer's forebears and many servers, in C."""

import ctypes
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

_FIELDS = ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")


class _Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3.0."""

    _fields_ = (*((name, ctypes.c_int) for name in _FIELDS), ("zone", ctypes.c_void_p))

    def moment(self) -> datetime:
        return datetime(self.year, self.month, self.day, self.hour, self.minute, self.second, tzinfo=UTC)


def load() -> Callable[[bytes], list[Mapping[str, Any]]]:
    """Return the function that reads a calendar; raises OSError when the library is not there."""
    library = ctypes.CDLL("libical.so.3")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int

    def function(name: str, result: Any, *arguments: Any) -> Any:
        found = library[f"ical{name}"]
        found.restype, found.argtypes = result, arguments
        return found

    parse = function("parser_parse_string", pointer, text)
    free = function("component_free", None, pointer)
    errors = function("component_count_errors", number, pointer)
    kind = function("component_string_to_kind", number, text)
    first, following = (function(f"component_get_{which}_component", pointer, pointer, number) for which in ("first", "next"))
    utc = function("timezone_get_utc_timezone", pointer)
    convert = function("time_convert_to_zone", _Time, _Time, pointer)
    times = {name: function(f"component_get_dt{name}", _Time, pointer) for name in ("start", "end")}
    texts = {name: function(f"component_get_{name}", text, pointer) for name in ("uid", "summary", "location", "description")}

    def each(calendar: int) -> Iterator[int]:
        event = first(calendar, kind(b"VEVENT"))
        while event:
            yield event
            event = following(calendar, kind(b"VEVENT"))

    def read(data: bytes) -> list[Mapping[str, Any]]:
        calendar = parse(data)
        assert calendar, "libical reads no calendar"
        try:
            assert errors(calendar) == 0, "libical finds errors"
            return [
                {name: convert(get(event), utc()).moment() for name, get in times.items()}
                | {name: (get(event) or b"").decode() for name, get in texts.items()}
                for event in each(calendar)
            ]
        finally:
            free(calendar)

    return read
