"""Questions from outside to a session or webinar, and their answers. Who asked is not kept."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question; `answered_on` is None while it has no answer."""

    table: ClassVar[str] = "questions"
    id: int = 0
    event_id: int
    theme: str = ""
    text: str
    answer: str = ""
    asked_on: str
    answered_on: str | None = None


def search(db: Database, *, event_id: int = 0, unanswered: bool = False) -> list[Question]:
    """Return questions by date of their occasion: of one, of all, or only those without an answer."""
    where = ["1", *(["q.event_id = :event_id"] if event_id else []), *(["q.answer = ''"] if unanswered else [])]
    return db.fetch(
        Question,
        f"SELECT q.* FROM questions q JOIN events e ON e.id = q.event_id WHERE {' AND '.join(where)} ORDER BY e.starts, q.id",
        {"event_id": event_id},
    )


def get(db: Database, number: int) -> Question:
    """Return one question; raise NotFound."""
    found = db.fetch(Question, "SELECT * FROM questions WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no question {id}.").format(id=number), hint=_("See them: osallisuus question list."))
    return found[0]


def add(db: Database, event: Event, question: Question, change: Change) -> tuple[Question, bool]:
    """Add a question and return it; the same words at the same occasion are returned instead, with False."""
    text = question.text.strip()
    if not text:
        raise UsageError(_("A question needs words."))
    for known in search(db, event_id=event.id):
        if known.text == text:
            return known, False
    question = replace(question, text=text)
    question = replace(question, id=db.insert(question))
    change.tell("asked", "event", event.lasting, about=(("host", event.host),), question=question.id)
    return question, True


def answer(db: Database, question: Question, text: str, on: date, change: Change) -> Question:
    """Answer a question, or change its answer; an empty text takes the answer away."""
    text = text.strip()
    if text == question.answer:
        return question
    columns = {"answer": text, "answered_on": on.isoformat() if text else None}
    db.update(Question, question.id, **columns)
    change.erases |= bool(question.answer)
    row = db.rows("SELECT host, host || '/' || number AS lasting FROM events WHERE id = ?", (question.event_id,))[0]
    change.tell("answered", "event", row["lasting"], about=(("host", row["host"]),), question=question.id)
    return with_columns(question, columns)


def remove(db: Database, question: Question, change: Change) -> None:
    """Take away a question entered by mistake."""
    row = db.rows("SELECT host, host || '/' || number AS lasting FROM events WHERE id = ?", (question.event_id,))[0]
    db.execute("DELETE FROM questions WHERE id = ?", (question.id,))
    change.erases = True
    change.tell("removed", "event", row["lasting"], about=(("host", row["host"]),), question=question.id)
