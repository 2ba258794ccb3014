"""Speakers: who gives a talk, from which organisation, how far it is agreed, and what may be published of it.

Speakers are people like any others: a name is enough. What is agreed is kept for each speaker of each talk, because a person may
let one talk be recorded and not another.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from osallisuus.domain import events, people
from osallisuus.domain.events import Event
from osallisuus.domain.people import Person
from osallisuus.domain.talks import Talk
from osallisuus.errors import NotFound, Refused
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change
from osallisuus.texts import identity_key

STATES = ("proposed", "invited", "confirmed", "declined", "cancelled", "spoke")
# Who is to speak, or has spoken.
COMING = ("confirmed", "spoke")
# Who has not said yet.
OPEN = ("proposed", "invited")
# Who is not to speak after all.
AWAY = ("declined", "cancelled")
# How far the slides are; somebody who has none says so.
SLIDES = ("received", "accessible", "none")
ANSWERS = ("yes", "no")


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """One speaker of one talk; `title` is what they are (a profession), `organisation_id` where they come from then.

    `slides` is empty while nothing has come, `may_publish` and `may_record` while nothing was said.
    """

    table: ClassVar[str] = "speakers"
    id: int = 0
    talk_id: int
    person_id: int
    organisation_id: int | None = None
    state: str = "proposed"
    title: str = ""
    bio: str = ""
    slides: str = ""
    may_publish: str = ""
    may_record: str = ""
    briefed_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class Named(Speaker):
    """A speaker with the name of the person and of the organisation, as lists and pages show them."""

    name: str
    organisation: str

    @property
    def comes(self) -> bool:
        """Whether they are to speak, or have spoken."""
        return self.state in COMING


# Rules


def without(found: Sequence[Named], permission: str) -> list[Named]:
    """Return those of the speakers whose permission (may_publish, may_record) is not there.

    A no counts whoever comes in the end; silence counts for everybody who has not declined.
    """
    return [
        speaker
        for speaker in found
        if getattr(speaker, permission) == "no" or (speaker.state not in AWAY and getattr(speaker, permission) != "yes")
    ]


def unsaid(speaker: Named, changes: Mapping[str, object]) -> dict[str, object]:
    """Return those of the changes that overrule nothing: what is said of all speakers at once fills only what is empty.

    A no always counts, and slides that were received can become accessible.
    """
    further = {("slides", "received"): "accessible", ("may_publish", "yes"): "no", ("may_record", "yes"): "no"}
    return {
        name: value
        for name, value in changes.items()
        if not getattr(speaker, name) or further.get((name, getattr(speaker, name))) == value
    }


# Reads


def search(db: Database, talks: Collection[int]) -> Mapping[int, list[Named]]:
    """Return the speakers of these talks by talk, in the order in which they were added."""
    found: dict[int, list[Named]] = defaultdict(list)
    for speaker in db.fetch(
        Named,
        "SELECT s.*, p.name, coalesce(o.name, '') AS organisation FROM speakers s JOIN people p ON p.id = s.person_id"
        " LEFT JOIN organisations o ON o.id = s.organisation_id"
        f" WHERE s.talk_id IN ({', '.join('?' for _id in talks)}) ORDER BY s.talk_id, s.id",
        list(talks),
    ):
        found[speaker.talk_id].append(speaker)
    return found


def of(db: Database, talk: Talk) -> list[Named]:
    """Return the speakers of one talk."""
    return search(db, [talk.id]).get(talk.id, [])


def get(db: Database, talk: Talk, person: Person) -> Named:
    """Return one speaker of a talk; raise NotFound."""
    found = [speaker for speaker in of(db, talk) if speaker.person_id == person.id]
    if not found:
        raise NotFound(
            _("{name} is no speaker of talk {id}.").format(name=person.name, id=talk.id),
            hint=_('Add them: osallisuus talk speaker {id} "{name}".').format(id=talk.id, name=person.name),
        )
    return found[0]


def of_person(db: Database, person_id: int) -> list[dict[str, object]]:
    """Return the talks of a person with date and state, newest first."""
    rows = db.rows(
        "SELECT e.host || '/' || e.number AS occasion, substr(e.starts, 1, 10) AS day, t.id AS talk, t.title, s.state"
        " FROM speakers s JOIN talks t ON t.id = s.talk_id JOIN events e ON e.id = t.event_id"
        " WHERE s.person_id = ? ORDER BY e.starts DESC, t.position",
        (person_id,),
    )
    return [dict(row) for row in rows]


def named(db: Database, talk: Talk, text: str) -> Named | None:
    """Return the one speaker of a talk with this number, name or word of a name; None when nobody or several fit."""
    key = identity_key(text)
    everybody = of(db, talk)
    found = [one for one in everybody if text.strip() == str(one.person_id) or identity_key(one.name) == key]
    found = found or [one for one in everybody if key in identity_key(one.name).split()]
    return found[0] if len(found) == 1 else None


# Actions


def add(db: Database, talk: Talk, person: Person, change: Change, *, organisation: str = "", **values: object) -> bool:
    """Make somebody a speaker of a talk; return False when they are one already.

    Where they come from is kept as it is now: a page about last year does not change when somebody changes jobs.
    """
    if any(speaker.person_id == person.id for speaker in of(db, talk)):
        return False
    come_from = people.organisation_id(db, organisation, change) if organisation else person.organisation_id
    speaker = with_columns(Speaker(talk_id=talk.id, person_id=person.id, organisation_id=come_from), values)
    db.insert(speaker)
    events.tell(db, change, "added", talk.event_id, talk=talk.id, person=person.id)
    change.subjects.add(("person", str(person.id)))
    return True


def update(
    db: Database, talk: Talk, speaker: Named, changes: Mapping[str, object], change: Change, *, organisation: str | None = None
) -> Named:
    """Change what is known of a speaker of a talk; an empty `organisation` takes it away, None leaves it."""
    wanted = dict(changes)
    if organisation is not None:
        wanted["organisation_id"] = people.organisation_id(db, organisation, change) if organisation else None
    new = {name: value for name, value in wanted.items() if getattr(speaker, name) != value}
    if not new:
        return speaker
    db.update(Speaker, speaker.id, **new)
    change.erases |= any(name in new and getattr(speaker, name) for name in ("bio", "title"))
    codes = ("state", "may_publish", "may_record")
    what = {name: [getattr(speaker, name), new[name]] for name in codes if name in new}
    events.tell(db, change, "edited", talk.event_id, talk=talk.id, person=speaker.person_id, fields=sorted(new), **what)
    change.subjects.add(("person", str(speaker.person_id)))
    return next(one for one in of(db, talk) if one.id == speaker.id)


def agree(db: Database, talk: Talk, speaker: Named, state: str, event: Event, change: Change, *, today: date) -> Named:
    """Note how far it is agreed with a speaker; raise Refused for somebody who spoke before the day."""
    if state == "spoke" and event.day > today:
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("Until then a speaker is confirmed: osallisuus talk confirm {id}.").format(id=talk.id),
            code="in_future",
        )
    return update(db, talk, speaker, {"state": state}, change)


def remove(db: Database, talk: Talk, speaker: Named, change: Change) -> None:
    """Take away somebody who was made a speaker by mistake; who declined or fell ill stays, as declined or cancelled."""
    db.execute("DELETE FROM speakers WHERE id = ?", (speaker.id,))
    change.erases = True
    events.tell(db, change, "removed", talk.event_id, talk=talk.id, person=speaker.person_id)
    change.subjects.add(("person", str(speaker.person_id)))


def invited(db: Database, event_id: int, person_id: int, change: Change) -> None:
    """Note that somebody who was only proposed has been invited to speak on a date."""
    rows = db.rows(
        "SELECT s.id FROM speakers s JOIN talks t ON t.id = s.talk_id"
        " WHERE t.event_id = ? AND s.person_id = ? AND s.state = 'proposed'",
        (event_id, person_id),
    )
    for row in rows:
        db.update(Speaker, row["id"], state="invited")
    if rows:
        events.tell(db, change, "invited", event_id, person=person_id)


def conclude(db: Database, event: Event, change: Change) -> None:
    """Let those who were to speak have spoken, as their date is marked as held."""
    _turn(db, event, ("confirmed", "spoke"), change)


def ask_again(db: Database, talk: Talk, change: Change) -> int:
    """Let those who had agreed to speak be invited anew, not briefed, as their talk has gone to another date; return how many."""
    found = [speaker for speaker in of(db, talk) if speaker.comes]
    for speaker in found:
        update(db, talk, speaker, {"state": "invited", "briefed_on": None}, change)
    return len(found)


def receive(db: Database, talk: Talk, change: Change) -> None:
    """Note that the slides of a talk have come, for those of its speakers of whom nothing was known."""
    for speaker in of(db, talk):
        if not speaker.slides and speaker.state not in AWAY:
            update(db, talk, speaker, {"slides": "received"}, change)


def reopen(db: Database, event: Event, change: Change) -> None:
    """Let those who spoke be confirmed again, as their date was marked as held by mistake."""
    _turn(db, event, ("spoke", "confirmed"), change)


def unite(db: Database, keep: int, drop: int, change: Change) -> None:
    """Make two speakers of a talk one, to be called before `people.merge`: a no counts, then what is known."""
    own = {s.talk_id: s for s in db.fetch(Speaker, "SELECT * FROM speakers WHERE person_id = ?", (keep,))}
    for other in db.fetch(Speaker, "SELECT * FROM speakers WHERE person_id = ?", (drop,)):
        kept = own.get(other.talk_id)
        if not kept:
            continue
        filled = {
            name: getattr(kept, name) or getattr(other, name)
            for name in ("organisation_id", "title", "bio", "slides", "may_publish", "may_record", "briefed_on")
        }
        filled |= {name: "no" for name in ("may_publish", "may_record") if "no" in (getattr(kept, name), getattr(other, name))}
        filled["state"] = max(kept.state, other.state, key=lambda state: (state in COMING, STATES.index(state)))
        db.execute("DELETE FROM speakers WHERE id = ?", (other.id,))
        db.update(Speaker, kept.id, **filled)
        change.tell("united", "person", keep, speaker=kept.id)


def _turn(db: Database, event: Event, states: tuple[str, str], change: Change) -> None:
    old, new = states
    rows = db.rows(
        "SELECT s.id FROM speakers s JOIN talks t ON t.id = s.talk_id WHERE t.event_id = ? AND s.state = ?", (event.id, old)
    )
    for row in rows:
        db.update(Speaker, row["id"], state=new)
    if rows:
        events.tell(db, change, new, event.id, speakers=len(rows))
