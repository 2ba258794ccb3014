"""Questions to a session or webinar, from being asked to standing on a public page with their answers.

Who asked is not kept unless that is wanted, and is never published. Where a question stands follows from its dates: it is open,
assigned, answered, approved, published, merged into another or dropped.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from osallisuus.domain import events, publications
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

STATES = ("open", "assigned", "answered", "approved", "published", "merged", "dropped")
# What still waits for somebody; the condition of the index, word for word, or SQLite does not use it.
UNFINISHED = "q.published_on IS NULL AND q.dropped_on IS NULL AND q.merged_into IS NULL"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question; its dates are None until it gets there, `assigned_to` is the person who is to answer."""

    table: ClassVar[str] = "questions"
    id: int = 0
    event_id: int
    theme: str = ""
    text: str
    answer: str = ""
    language: str = ""
    asker: str = ""
    asked_on: str
    assigned_to: int | None = None
    answered_on: str | None = None
    approved_on: str | None = None
    published_on: str | None = None
    merged_into: int | None = None
    dropped_on: str | None = None

    @property
    def state(self) -> str:
        """Where it stands, one of `STATES`."""
        for state, there in (
            ("merged", self.merged_into),
            ("dropped", self.dropped_on),
            ("published", self.published_on),
            ("approved", self.approved_on),
            ("answered", self.answered_on),
            ("assigned", self.assigned_to),
        ):
            if there:
                return state
        return "open"


# Reads


def search(
    db: Database,
    *,
    event_id: int = 0,
    unanswered: bool = False,
    unpublished: bool = False,
    published: bool = False,
    assigned_to: int = 0,
) -> list[Question]:
    """Return questions by date of their occasion: of one or of all, those that wait for an answer, or to be published.

    Merged and dropped questions wait for nothing.
    """
    where = ["1"]
    for wanted, condition in (
        (event_id, "q.event_id = :event_id"),
        (unanswered, f"q.answer = '' AND {UNFINISHED}"),
        (unpublished, UNFINISHED),
        (published, "q.published_on IS NOT NULL"),
        (assigned_to, "q.assigned_to = :assigned_to"),
    ):
        where += [condition] if wanted else []
    return db.fetch(
        Question,
        f"SELECT q.* FROM questions q JOIN events e ON e.id = q.event_id WHERE {' AND '.join(where)} ORDER BY e.starts, q.id",
        {"event_id": event_id, "assigned_to": assigned_to},
    )


def unfinished(db: Database, event_ids: Sequence[int]) -> Mapping[int, list[Question]]:
    """Return the questions of these dates that wait for an answer or to be published, by row id of the date."""
    found: dict[int, list[Question]] = defaultdict(list)
    places = ", ".join("?" for _id in event_ids)
    for question in db.fetch(
        Question,
        f"SELECT q.* FROM questions q WHERE q.event_id IN ({places}) AND {UNFINISHED} ORDER BY q.id",
        list(event_ids),
    ):
        found[question.event_id].append(question)
    return found


def get(db: Database, number: int) -> Question:
    """Return one question; raise NotFound."""
    found = db.fetch(Question, "SELECT * FROM questions WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no question {id}.").format(id=number), hint=_("See them: osallisuus question list."))
    return found[0]


# Actions


def add(db: Database, event: Event, question: Question, change: Change) -> tuple[Question, bool]:
    """Add a question and return it; the same words at the same occasion are returned instead, with False."""
    question = replace(question, text=_worded(question.text))
    for known in search(db, event_id=event.id):
        if known.text == question.text:
            return known, False
    question = replace(question, id=db.insert(question))
    change.tell("asked", "event", event.lasting, about=(("host", event.host),), question=question.id)
    return question, True


def edit(db: Database, question: Question, changes: Mapping[str, object], change: Change) -> Question:
    """Change words, theme, language or asker; other words of what is public have to be approved and published anew."""
    changed = with_columns(question, changes)
    changed = replace(changed, text=_worded(changed.text))
    new: dict[str, object] = {
        name: getattr(changed, name) for name in changes if getattr(changed, name) != getattr(question, name)
    }
    if not new:
        return question
    if "text" in new:
        new |= {"approved_on": None, "published_on": None}
    db.update(Question, question.id, **new)
    change.erases |= any(getattr(question, name) for name in new if name in ("text", "theme", "asker"))
    events.tell(db, change, "edited", question.event_id, question=question.id, fields=sorted(new))
    return with_columns(question, new)


def assign(db: Database, question: Question, person_id: int | None, change: Change) -> Question:
    """Say who is to answer; None takes it back."""
    _require_standing(question)
    if question.assigned_to == person_id:
        return question
    db.update(Question, question.id, assigned_to=person_id)
    events.tell(db, change, "assigned", question.event_id, question=question.id, person=person_id)
    return replace(question, assigned_to=person_id)


def answer(db: Database, question: Question, text: str, on: date, change: Change) -> Question:
    """Answer a question, or change its answer; an empty text takes the answer away.

    Approval is of certain words: another answer has to be approved and published anew.
    """
    text = text.strip()
    if text == question.answer:
        return question
    _require_standing(question)
    columns = {"answer": text, "answered_on": on.isoformat() if text else None, "approved_on": None, "published_on": None}
    db.update(Question, question.id, **columns)
    change.erases |= bool(question.answer)
    events.tell(db, change, "answered", question.event_id, question=question.id)
    return with_columns(question, columns)


def approve(db: Database, question: Question, on: date, change: Change) -> Question:
    """Note that an answer is right as it stands."""
    _require_answer(question)
    if question.approved_on:
        return question
    db.update(Question, question.id, approved_on=on.isoformat())
    events.tell(db, change, "approved", question.event_id, question=question.id)
    return replace(question, approved_on=on.isoformat())


def publish(db: Database, question: Question, on: date, change: Change) -> Question:
    """Make a question and its answer public, which approves the answer; raise Refused while there is none."""
    _require_answer(question)
    approved = question.approved_on or on.isoformat()
    return publications.publish(db, question, "question", on, change, approved_on=approved)


def merge(db: Database, question: Question, into: Question, change: Change) -> Question:
    """Let another question stand for this one, too; it is answered once, and this one is no longer shown."""
    if question.merged_into == into.id:
        return question
    _require_standing(question)
    _require_standing(into)
    if question.id == into.id:
        raise Refused(_("A question cannot be merged into itself."))
    if question.event_id != into.event_id:
        raise Refused(
            _("Questions {id} and {into} are of different dates.").format(id=question.id, into=into.id),
            hint=_("Answer both: the pages of the dates stay apart."),
        )
    if question.answer and not into.answer:
        raise Refused(
            _("Question {id} has the answer, and {into} has none.").format(id=question.id, into=into.id),
            hint=_("Merge it the other way round: osallisuus question merge {into} {id}.").format(id=question.id, into=into.id),
        )
    db.execute("UPDATE questions SET merged_into = ? WHERE merged_into = ?", (into.id, question.id))
    db.update(Question, question.id, merged_into=into.id, published_on=None)
    events.tell(db, change, "merged", question.event_id, question=question.id, into=into.id)
    return replace(question, merged_into=into.id, published_on=None)


def drop(db: Database, question: Question, on: date, change: Change) -> Question:
    """Let a question go unanswered and unpublished."""
    if question.dropped_on:
        return question
    _require_standing(question)
    _require_alone(db, question)
    db.update(Question, question.id, dropped_on=on.isoformat(), published_on=None)
    events.tell(db, change, "dropped", question.event_id, question=question.id)
    return replace(question, dropped_on=on.isoformat(), published_on=None)


def reopen(db: Database, question: Question, change: Change) -> Question:
    """Bring back a question that was dropped or merged by mistake."""
    if not (question.dropped_on or question.merged_into):
        return question
    db.update(Question, question.id, dropped_on=None, merged_into=None)
    events.tell(db, change, "reopened", question.event_id, question=question.id)
    return replace(question, dropped_on=None, merged_into=None)


def remove(db: Database, question: Question, change: Change) -> None:
    """Take away a question entered by mistake; raise Refused while others are merged into it."""
    _require_alone(db, question)
    publications.remove(db, question, "question", change)


def _require_alone(db: Database, question: Question) -> None:
    if db.value("SELECT count(*) FROM questions WHERE merged_into = ?", (question.id,)):
        raise Refused(
            _("Other questions are merged into question {id}, and it stays.").format(id=question.id),
            hint=_("Bring them back first: osallisuus question list --all, osallisuus question reopen ID."),
            code="in_use",
        )


def _worded(text: str) -> str:
    if not text.strip():
        raise UsageError(_("A question needs words."))
    return text.strip()


def _require_answer(question: Question) -> None:
    _require_standing(question)
    if not question.answer:
        raise Refused(
            _("Question {id} has no answer yet.").format(id=question.id),
            hint=_("Answer it first: osallisuus question answer {id} TEXT.").format(id=question.id),
            code="unanswered",
        )


def _require_standing(question: Question) -> None:
    if question.state in ("merged", "dropped"):
        sentence = _("Question {id} is merged into another.") if question.state == "merged" else _("Question {id} is dropped.")
        raise Refused(
            sentence.format(id=question.id),
            hint=_("Bring it back first: osallisuus question reopen {id}.").format(id=question.id),
            code=f"is_{question.state}",
        )
