"""Publishing all that is ready of a date at once: answers, resources, notes, and materials with the permission they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import feedback, materials, notes, publications, questions, resources
from osallisuus.domain.events import Event
from osallisuus.errors import Refused
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Release:
    """What was published, as numbers; `refused` says why a material was not, `texts` is what everybody can read now."""

    questions: Sequence[int]
    resources: Sequence[int]
    notes: Sequence[int]
    materials: Sequence[int]
    feedback: bool
    refused: Sequence[Refused]
    texts: Sequence[str]


def publish(db: Database, event: Event, day: date, change: Change, *, minimum: int) -> Release:
    """Publish what is ready of a date; what is not stays as it is. Feedback is, with at least `minimum` answers."""
    answered = [one for one in questions.search(db, event_id=event.id, unpublished=True) if one.answer]
    links = [one for one in resources.search(db, event_id=event.id) if not one.published_on]
    themes = [one for one in notes.search(db, event_id=event.id) if not one.published_on]
    refused, shown = [], []
    for material in materials.search(db, event_id=event.id):
        if not material.published_on:
            try:
                shown.append(materials.publish(db, material, day, change))
            except Refused as error:
                refused.append(error)
    for question in answered:
        questions.publish(db, question, day, change)
    for link in links:
        publications.publish(db, link, "resource", day, change)
    for theme in themes:
        publications.publish(db, theme, "note", day, change)
    results = feedback.count(db, event) >= minimum and feedback.publish(db, event, day, change, minimum=minimum)
    return Release(
        questions=[one.id for one in answered],
        resources=[one.id for one in links],
        notes=[one.id for one in themes],
        materials=[one.id for one in shown],
        feedback=results,
        refused=refused,
        texts=[
            *(text for one in answered for text in (one.text, one.answer)),
            *(one.title for one in links),
            *(one.text for one in themes),
            *(one.label for one in shown),
        ],
    )
