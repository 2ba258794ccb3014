"""Talks: the parts of a webinar's programme, in order. A talk is a record of its own and can move to another date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from osallisuus.domain import events, hosts
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One talk, discussion or break; `position` counts from 1 within its date, `minutes` is None while not known."""

    table: ClassVar[str] = "talks"
    id: int = 0
    event_id: int
    position: int = 0
    title: str
    title_sv: str = ""
    title_en: str = ""
    minutes: int | None = None


# Reads


def search(db: Database, event_id: int) -> list[Talk]:
    """Return the talks of a date in their order."""
    return db.fetch(Talk, "SELECT * FROM talks WHERE event_id = ? ORDER BY position, id", (event_id,))


def get(db: Database, number: int) -> Talk:
    """Return one talk; raise NotFound."""
    found = db.fetch(Talk, "SELECT * FROM talks WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no talk {id}.").format(id=number), hint=_("See them: osallisuus talk list."))
    return found[0]


# Actions


def add(db: Database, event: Event, talk: Talk, change: Change) -> tuple[Talk, bool]:
    """Add a talk at the end and return it; one of the same title on that date is returned instead, with False."""
    _require_on(event)
    talk = replace(talk, title=talk.title.strip(), event_id=event.id)
    _require_sound(talk)
    if twin := _twin(db, event.id, talk):
        return twin, False
    talk = replace(talk, position=len(search(db, event.id)) + 1)
    talk = replace(talk, id=db.insert(talk))
    events.tell(db, change, "added", event.id, talk=talk.id)
    return talk, True


def edit(db: Database, talk: Talk, changes: Mapping[str, object], change: Change) -> Talk:
    """Change titles, minutes or the position of a talk; the talks after it make room."""
    wanted = dict(changes)
    position = wanted.pop("position", None)
    changed = with_columns(talk, wanted)
    changed = replace(changed, title=changed.title.strip())
    _require_sound(changed)
    if twin := _twin(db, talk.event_id, changed):
        raise _same_title(twin, talk)
    new = {name: getattr(changed, name) for name in wanted if getattr(talk, name) != getattr(changed, name)}
    if new:
        db.update(Talk, talk.id, **new)
        events.tell(db, change, "edited", talk.event_id, talk=talk.id, fields=sorted(new))
    others = [one.id for one in search(db, talk.event_id) if one.id != talk.id]
    place = min(int(str(position)), len(others) + 1) if position is not None else talk.position
    if place != talk.position:
        others.insert(place - 1, talk.id)
        _renumber(db, others)
        events.tell(db, change, "placed", talk.event_id, talk=talk.id)
    return get(db, talk.id)


def move(db: Database, talk: Talk, event: Event, change: Change) -> Talk:
    """Take a talk to the end of another date; what was added for it (slides, a recording) goes along."""
    if talk.event_id == event.id:
        return talk
    _require_on(event)
    if twin := _twin(db, event.id, talk):
        raise _same_title(twin, talk)
    columns = {"event_id": event.id, "position": len(search(db, event.id)) + 1}
    db.update(Talk, talk.id, **columns)
    _renumber(db, [one.id for one in search(db, talk.event_id)])
    events.tell(db, change, "moved", talk.event_id, talk=talk.id, to=event.lasting)
    events.tell(db, change, "moved", event.id, talk=talk.id, came=events.lasting(db, talk.event_id))
    return with_columns(talk, columns)


def remove(db: Database, talk: Talk, change: Change) -> None:
    """Take a talk away with its speakers; raise Refused while materials belong to it."""
    count = db.value("SELECT count(*) FROM materials WHERE talk_id = ?", (talk.id,))
    if count:
        raise Refused(
            _("Talk {id} has materials and stays.").format(id=talk.id),
            hint=_("Remove them first: osallisuus material list {occasion}.").format(occasion=events.lasting(db, talk.event_id)),
            code="in_use",
        )
    db.execute("DELETE FROM talks WHERE id = ?", (talk.id,))
    _renumber(db, [one.id for one in search(db, talk.event_id)])
    change.erases = True
    events.tell(db, change, "removed", talk.event_id, talk=talk.id)


def _twin(db: Database, event_id: int, talk: Talk) -> Talk | None:
    """Return another talk of a date that has the title of this one."""
    key = identity_key(talk.title)
    return next((one for one in search(db, event_id) if one.id != talk.id and identity_key(one.title) == key), None)


def _same_title(twin: Talk, talk: Talk) -> Refused:
    return Refused(
        _("That date has a talk of that title already: {id}.").format(id=twin.id),
        hint=_("Change one of the titles first: osallisuus talk edit {id} --title TEXT.").format(id=talk.id),
        code="same_title",
    )


def _require_on(event: Event) -> None:
    if event.kind != "webinar":
        raise Refused(
            _("{occasion} is a session, and talks belong to webinars.").format(occasion=event.reference),
            hint=_("Put it on the agenda: osallisuus session agenda add {occasion} …").format(occasion=event.reference),
            code="is_session",
        )
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} takes no talks."))


def _require_sound(talk: Talk) -> None:
    if not talk.title.strip():
        raise UsageError(_("A talk needs a title."))
    if talk.minutes is not None:
        hosts.require_minutes(talk.minutes)


def _renumber(db: Database, numbers: list[int]) -> None:
    for position, number in enumerate(numbers, 1):
        db.update(Talk, number, position=position)
