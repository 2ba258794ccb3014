"""The programme of a date: its talks in order, each with its clock time and its speakers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from osallisuus.domain import speakers
from osallisuus.domain.events import Event
from osallisuus.domain.speakers import AWAY, Named
from osallisuus.domain.talks import Talk
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A talk in its place; `starts` is civil time, None after a talk whose length is not known."""

    talk: Talk
    starts: datetime | None
    speakers: Sequence[Named]

    @property
    def takes_time(self) -> bool:
        """Whether it has its place in the hour: not when everybody who was to give it has declined."""
        return not self.speakers or any(speaker.state not in AWAY for speaker in self.speakers)

    @property
    def coming(self) -> list[Named]:
        """Those who are to speak, or have spoken."""
        return [speaker for speaker in self.speakers if speaker.comes]


# Rules


def slots(event: Event, found: Sequence[Talk], who: Mapping[int, Sequence[Named]]) -> list[Slot]:
    """Return the talks of a date with their times; a talk that all its speakers have declined takes no time."""
    placed = []
    clock: datetime | None = event.start
    for talk in found:
        own = who.get(talk.id, ())
        slot = Slot(talk=talk, starts=clock, speakers=own)
        placed.append(slot)
        if not slot.takes_time:
            continue
        clock = clock + timedelta(minutes=talk.minutes) if clock and talk.minutes else None
    return placed


def public(slot: Slot, occasion: str) -> dict[str, object]:
    """Return a talk with its speakers as its JSON object."""
    values = asdict(slot.talk)
    del values["event_id"]
    speaking = [
        {name: value for name, value in asdict(speaker).items() if name not in ("id", "talk_id", "organisation_id")}
        for speaker in slot.speakers
    ]
    starts = slot.starts.isoformat(timespec="minutes") if slot.starts else None
    return {"occasion": occasion, **values, "starts": starts, "speakers": speaking}


# Reads


def of(db: Database, event: Event) -> list[Slot]:
    """Return the programme of one date."""
    return by_event(db, [event]).get(event.id, [])


def by_event(db: Database, found: Sequence[Event]) -> Mapping[int, list[Slot]]:
    """Return the programmes of these dates by row id, read at once."""
    places = ", ".join("?" for _event in found)
    talks = db.fetch(
        Talk, f"SELECT * FROM talks WHERE event_id IN ({places}) ORDER BY event_id, position, id", [event.id for event in found]
    )
    own = defaultdict(list)
    for talk in talks:
        own[talk.event_id].append(talk)
    who = speakers.search(db, [talk.id for talk in talks]) if talks else {}
    return {event.id: slots(event, own[event.id], who) for event in found}
