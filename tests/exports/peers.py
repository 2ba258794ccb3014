"""Four calendar readers that share no code, and what each makes of a file: icalendar, vobject, ical.js (node), libical (C).

Where ical.js or libical is not installed its tests are skipped; with OSALLISUUS_REQUIRE_PEERS=1 they fail instead.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
import vobject

from tests.exports import libical

HERE = Path(__file__).parent
TEXTS = ("summary", "location", "description")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One event as a reader sees it: instants in UTC, texts unescaped, an absent text empty."""

    start: datetime
    end: datetime
    summary: str
    location: str
    description: str


def icalendar_reads(data: bytes) -> Mapping[str, Seen]:
    events = icalendar.Calendar.from_ical(data).events
    assert [event.errors for event in events] == [[] for _event in events]
    return {
        str(event.uid): Seen(
            start=event.start.astimezone(UTC), end=event.end.astimezone(UTC), **{name: str(event.get(name, "")) for name in TEXTS}
        )
        for event in events
    }


def vobject_reads(data: bytes) -> Mapping[str, Seen]:
    events = vobject.readOne(data.decode()).contents.get("vevent", [])
    assert all(event.dtstart.value.tzinfo and event.dtend.value.tzinfo for event in events)
    return {
        event.uid.value: Seen(
            start=event.dtstart.value.astimezone(UTC),
            end=event.dtend.value.astimezone(UTC),
            **{name: event.getChildValue(name, "") for name in TEXTS},
        )
        for event in events
    }


def icaljs_reads(data: bytes) -> Mapping[str, Seen]:
    node, modules = shutil.which("node"), node_modules()
    if not node or not modules:
        missing("ical.js needs node and `npm install ical.js`; name its folder in OSALLISUUS_NODE_MODULES")
    ran = subprocess.run([str(node), str(HERE / "parse_ical.mjs"), str(modules)], input=data, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return {
        event["uid"]: Seen(
            start=datetime.fromisoformat(event["start"]),
            end=datetime.fromisoformat(event["end"]),
            **{name: event[name] for name in TEXTS},
        )
        for event in json.loads(ran.stdout)
    }


def libical_reads(data: bytes) -> Mapping[str, Seen]:
    try:
        read = libical.load()
    except OSError:
        missing("libical.so.3 is not installed (Debian: libical3)")
    return {str(event["uid"]): Seen(**{name: event[name] for name in ("start", "end", *TEXTS)}) for event in read(data)}


READERS = {
    "icalendar": icalendar_reads,
    "vobject": vobject_reads,
    "ical.js": icaljs_reads,
    "libical": libical_reads,
}
Reads = Callable[[bytes], Mapping[str, Seen]]
each_reader = pytest.mark.parametrize("reads", [pytest.param(reads, id=name) for name, reads in READERS.items()])


def node_modules() -> Path | None:
    """Return the folder that holds ical.js: the one that is named, else the nearest `node_modules` upwards."""
    named = os.environ.get("OSALLISUUS_NODE_MODULES")
    folders = [Path(named)] if named else [folder / "node_modules" for folder in HERE.parents]
    return next((folder for folder in folders if (folder / "ical.js").is_dir()), None)


def missing(reason: str) -> None:
    if os.environ.get("OSALLISUUS_REQUIRE_PEERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
