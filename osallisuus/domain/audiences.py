"""Whom an occasion concerns: members of the panel on its day, those added to it; of a webinar speakers and who registered."""

from collections.abc import Sequence
from dataclasses import dataclass

from osallisuus.domain import attendance, registrations, speakers, talks
from osallisuus.domain.events import Event
from osallisuus.domain.speakers import AWAY
from osallisuus.store.database import Database
from osallisuus.texts import identity_key

# A person by number, or a registration by its own.
Key = tuple[int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody who is written to about an occasion: a person or a registration, as member, speaker or registered.

    `email` and `language` may be empty; `state` is how it stands with a speaker, or how a member was marked (`excused`).
    """

    person_id: int | None
    registration_id: int | None
    role: str
    name: str
    email: str
    language: str
    state: str = ""
    phone: str = ""

    @property
    def key(self) -> Key:
        """Who it is, whatever they are called."""
        return self.person_id, self.registration_id

    @property
    def called(self) -> str:
        """What to call them in a list."""
        return self.name or self.email


# Reads


def of(db: Database, event: Event) -> list[Recipient]:
    """Return everybody whom an occasion concerns, each once: who speaks and has registered is written to as a speaker."""
    if event.verbs == "session":
        marks = {one.person_id: one.state for one in attendance.search(db, event)}
        return _people(db, marks, "member")
    states = _speakers(db, event)
    speaking = _people(db, {number: state for number, state in states.items() if state not in AWAY}, "speaker")
    taken = {identity_key(one.email) for one in speaking if one.email}
    registered = [
        Recipient(
            person_id=None,
            registration_id=place.registration.id,
            role="registered",
            name=place.registration.name,
            email=place.registration.email,
            language="",
            state="",
        )
        for place in registrations.search(db, event)
        if place.state == "registered" and place.registration.email_key not in taken
    ]
    return [*speaking, *registered]


def named(db: Database, keys: Sequence[Key], event: Event) -> list[Recipient]:
    """Return recipients by their keys, also those whom the occasion does not concern any more."""
    role = "member" if event.verbs == "session" else "speaker"
    found = _people(db, {person: "" for person, _registration in keys if person is not None}, role)
    for _person, registration in keys:
        if registration is not None:
            row = db.rows("SELECT name, email FROM registrations WHERE id = ?", (registration,))[0]
            found.append(
                Recipient(
                    person_id=None,
                    registration_id=registration,
                    role="registered",
                    name=row["name"],
                    email=row["email"],
                    language="",
                )
            )
    return found


def _people(db: Database, states: dict[int, str], role: str) -> list[Recipient]:
    places = ", ".join("?" for _id in states)
    rows = db.rows(
        f"SELECT id, name, email, phone, language FROM people WHERE id IN ({places}) ORDER BY name_key, id", list(states)
    )
    return [
        Recipient(
            person_id=row["id"],
            registration_id=None,
            role=role,
            name=row["name"],
            email=row["email"],
            language=row["language"],
            state=states[row["id"]],
            phone=row["phone"],
        )
        for row in rows
    ]


def _speakers(db: Database, event: Event) -> dict[int, str]:
    """Return how it stands with each speaker of a date: of several talks, the best of them."""
    states: dict[int, str] = {}
    found = speakers.search(db, [talk.id for talk in talks.search(db, event.id)])
    for speaker in (one for own in found.values() for one in own):
        known = states.get(speaker.person_id)
        if known is None or known in AWAY or speaker.comes:
            states[speaker.person_id] = speaker.state
    return states
