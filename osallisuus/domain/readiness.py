"""What webinar dates still lack, each with the day by which it is needed and the command that mends it.

Before a date: theme, speakers, link, time budget, briefing, slides, permissions, reminder; after it: answers, materials,
captions; and the coordinator's own lines. `checklists` says by when, for each series.
"""

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from osallisuus.domain import checklists, events, messages, programmes, questions
from osallisuus.domain.events import Event
from osallisuus.domain.materials import Material, unpermitted
from osallisuus.domain.programmes import Slot
from osallisuus.domain.questions import Question
from osallisuus.domain.speakers import OPEN, Named
from osallisuus.i18n import _, n_
from osallisuus.store.database import Database

# What nobody missed for a year is no longer told, but for what is owed to people.
_LOOK_BACK = timedelta(days=366)
_FOR_EVER = ("questions", "captions", "registrations")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something a date lacks: `what` is the line of the checklist, `due` the last day in time, `command` what mends it."""

    occasion: str
    what: str
    text: str
    due: date
    late: bool
    command: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is known of one date when its gaps are looked for; `handle` is how to name it."""

    event: Event
    handle: str
    programme: Sequence[Slot]
    materials: Sequence[Material]
    questions: Sequence[Question]
    registered: int
    reminded: bool
    marks: Mapping[str, str]
    lines: Mapping[str, int]


# Rules


def sentence(gap: Gap) -> str:
    """Return what is lacking as a sentence of its own."""
    return gap.text if gap.text.endswith(("?", "!", ".")) else f"{gap.text}."


Found = Iterator[tuple[str, str]]


def gaps(seen: Picture, today: date) -> list[Gap]:
    """Return what a date lacks, in the order in which it is due."""
    passed = seen.event.status == "planned" and seen.event.day < today
    found: list[Gap] = [_unmarked(seen)] if passed else []
    for what, days in seen.lines.items():
        if what in seen.marks:
            continue
        if what == "captions":
            found += _uncaptioned(seen, days, today)
        forgotten = seen.event.day < today - _LOOK_BACK and what not in _FOR_EVER
        if what == "captions" or passed or forgotten:
            continue
        due = seen.event.day + timedelta(days=days)
        of_line = _LINES.get(what, _own(what))
        # what was to be there before a date is of no use after it, and what comes of it is not there before
        if (days > 0) != (seen.event.status == "held"):
            continue
        found += [
            Gap(occasion=seen.handle, what=what, text=text, due=due, late=due < today, command=f"osallisuus {command}")
            for text, command in of_line(seen, today)
        ]
    if seen.event.status == "held" and "speakers" in seen.lines and "speakers" not in seen.marks:
        found += _silent(seen, today)
    return sorted(found, key=lambda gap: gap.due)


def _silent(seen: Picture, today: date) -> Iterator[Gap]:
    """Yield the talks of a date that was held of which it is not known whether they were given."""
    for slot in seen.programme:
        unsure = [speaker for speaker in slot.speakers if speaker.state in OPEN]
        if unsure:
            yield Gap(
                occasion=seen.handle,
                what="speakers",
                text=_("talk {id}: did everybody speak?").format(id=slot.talk.id),
                due=seen.event.day,
                late=seen.event.day < today,
                command=f"osallisuus talk spoke {slot.talk.id} {' '.join(str(one.person_id) for one in unsure)}",
            )


def _unmarked(seen: Picture) -> Gap:
    """Return the one thing to know of a date that has passed: what else it lacks depends on the answer."""
    return Gap(
        occasion=seen.handle,
        what=checklists.UNMARKED,
        text=_("it has passed: was it held?"),
        due=seen.event.day,
        late=True,
        command=f"osallisuus webinar held {seen.handle}",
    )


def _theme(seen: Picture, _today: date) -> Found:
    if not seen.event.title:
        yield _("no theme yet"), f'webinar edit {seen.handle} --title "…"'


def _link(seen: Picture, _today: date) -> Found:
    if not (seen.event.url or seen.event.place):
        yield _("neither place nor link yet"), f"webinar edit {seen.handle} --place … --url …"


def _speakers(seen: Picture, _today: date) -> Found:
    if not seen.programme:
        yield _("no talk yet"), f'talk add {seen.handle} "…" --speaker "…" --minutes …'
    for slot in seen.programme:
        waiting = sum(speaker.state in OPEN for speaker in slot.speakers)
        if waiting:
            text = n_(
                "talk {id}: {n} speaker has not confirmed yet",
                "talk {id}: {n} speakers have not confirmed yet",
                waiting,
                id=str(slot.talk.id),
            )
            yield text, f"talk confirm {slot.talk.id}"
        elif slot.speakers and not slot.coming:
            yield _("talk {id}: nobody comes to give it").format(id=slot.talk.id), f'talk speaker {slot.talk.id} "…"'


def _budget(seen: Picture, _today: date) -> Found:
    taken = [slot for slot in seen.programme if slot.takes_time]
    total = sum(slot.talk.minutes or 0 for slot in taken)
    if total > seen.event.minutes:
        text = _("the talks take {total} of {minutes} minutes").format(total=total, minutes=seen.event.minutes)
        yield text, f"talk list {seen.handle}"
    for slot in taken:
        if not slot.talk.minutes:
            yield _("talk {id}: no length yet").format(id=slot.talk.id), f"talk edit {slot.talk.id} --minutes …"


def _briefing(seen: Picture, _today: date) -> Found:
    for slot in seen.programme:
        unbriefed = [speaker for speaker in slot.coming if not speaker.briefed_on]
        if unbriefed:
            text = n_(
                "talk {id}: {n} speaker is not briefed",
                "talk {id}: {n} speakers are not briefed",
                len(unbriefed),
                id=str(slot.talk.id),
            )
            yield text, f"{_speaker(slot, unbriefed)} --briefed today"


def _permissions(seen: Picture, _today: date) -> Found:
    for slot in seen.programme:
        for field, text in (
            ("may_publish", _("talk {id}: it is not known whether it may be published")),
            ("may_record", _("talk {id}: it is not known whether it may be recorded")),
        ):
            silent = [speaker for speaker in slot.coming if not getattr(speaker, field)]
            if silent:
                yield text.format(id=slot.talk.id), f"{_speaker(slot, silent)} --{field.replace('_', '-')} yes|no"


def _slides(seen: Picture, _today: date) -> Found:
    for slot in seen.programme:
        missing = [speaker for speaker in slot.coming if not speaker.slides]
        unchecked = [speaker for speaker in slot.coming if speaker.slides == "received"]
        if missing:
            yield _("talk {id}: no slides yet").format(id=slot.talk.id), f"{_speaker(slot, missing)} --slides received"
        elif unchecked:
            text = _("talk {id}: nobody has looked whether the slides are accessible").format(id=slot.talk.id)
            yield text, f"{_speaker(slot, unchecked)} --slides accessible"


def _speaker(slot: Slot, who: Iterable[Named]) -> str:
    """Return the beginning of the command that says something of these speakers, by number: cron mails it."""
    return f"talk speaker {slot.talk.id} {' '.join(str(speaker.person_id) for speaker in who)}"


def _reminder(seen: Picture, _today: date) -> Found:
    if not seen.reminded:
        # those who registered elsewhere are reminded elsewhere
        command = f"invite draft {seen.handle} --kind reminder" if seen.registered else f"checklist mark {seen.handle} reminder"
        yield _("the reminder has not gone out"), command


def _questions(seen: Picture, today: date) -> Found:
    open_ = [question for question in seen.questions if not question.answer]
    if open_:
        age = max((today - date.fromisoformat(question.asked_on)).days for question in open_)
        days = n_("{n} day", "{n} days", max(age, 0))
        text = n_(
            "{n} question has no answer, asked {days} ago",
            "{n} questions have no answer, the oldest asked {days} ago",
            len(open_),
            days=days,
        )
        yield text, f"question list {seen.handle} --open"
    ready = [question for question in seen.questions if question.answer]
    if ready:
        numbers = " ".join(str(question.id) for question in ready)
        text = n_("{n} answer is not published", "{n} answers are not published", len(ready))
        yield text, f"question publish {numbers}"


def _materials(seen: Picture, _today: date) -> Found:
    published = [material for material in seen.materials if material.published_on]
    who = {slot.talk.id: slot.speakers for slot in seen.programme}
    hidden = {material.id: unpermitted(material, who) for material in seen.materials if not material.published_on}
    # what somebody does not want to be public is settled
    waiting = [
        material
        for material in seen.materials
        if material.id in hidden and not any(_refuses(speaker, material) for speaker in hidden[material.id])
    ]
    ready = [material for material in waiting if not hidden[material.id]]
    for material in waiting:
        for speaker in hidden[material.id]:
            text = _("material {id} waits for a permission").format(id=material.id)
            recorded = " --may-record yes|no" if material.kind == "recording" else ""
            yield text, f"talk speaker {speaker.talk_id} {speaker.person_id} --may-publish yes|no{recorded}"
    if ready:
        text = n_("{n} material is not published", "{n} materials are not published", len(ready))
        yield text, f"material publish {' '.join(str(material.id) for material in ready)}"
    elif not (published or waiting or _has_nothing(seen.programme)):
        yield _("nothing is published"), f'material add {seen.handle} "…" --kind slides --url … --publish'
    if any(material.kind == "slides" and not material.talk_id for material in seen.materials):
        return
    there = {material.talk_id for material in seen.materials if material.kind != "recording"}
    for slot in seen.programme:
        due = any(s.slides in ("received", "accessible") and s.may_publish == "yes" for s in slot.coming)
        if due and slot.talk.id not in there and (published or waiting):
            text = _("talk {id}: the slides are not published").format(id=slot.talk.id)
            yield text, f'material add {seen.handle} "…" --talk {slot.talk.id} --url … --publish'


def _registrations(seen: Picture, _today: date) -> Found:
    if seen.registered:
        text = n_(
            "{n} person who registered is still kept by name", "{n} people who registered are still kept by name", seen.registered
        )
        yield text, f"registration forget {seen.handle}"


def _refuses(speaker: Named, material: Material) -> bool:
    return speaker.may_publish == "no" or (material.kind == "recording" and speaker.may_record == "no")


def _has_nothing(programme: Sequence[Slot]) -> bool:
    """Tell whether those who spoke have no slides, or want them to stay where they are."""
    spoke = [speaker for slot in programme for speaker in slot.coming]
    return bool(spoke) and all(speaker.slides == "none" or speaker.may_publish == "no" for speaker in spoke)


def _own(what: str) -> Callable[[Picture, date], Found]:
    def ticked(seen: Picture, _today: date) -> Found:
        yield what, f"checklist mark {seen.handle} {shlex.quote(what)}"

    return ticked


_LINES: Mapping[str, Callable[[Picture, date], Found]] = {
    "theme": _theme,
    "speakers": _speakers,
    "link": _link,
    "briefing": _briefing,
    "budget": _budget,
    "permissions": _permissions,
    "slides": _slides,
    "reminder": _reminder,
    "questions": _questions,
    "materials": _materials,
    "registrations": _registrations,
}


def _uncaptioned(seen: Picture, days: int, today: date) -> Iterator[Gap]:
    """Yield the published recordings without captions; due so many days after their publication, at most by the law."""
    for material in seen.materials:
        lawful = material.captions_due
        if lawful and material.published_on:
            due = min(lawful, date.fromisoformat(material.published_on) + timedelta(days=days))
            text = _("recording {id} has no captions, which the law wants within 14 days")
            yield Gap(
                occasion=seen.handle,
                what="captions",
                text=text.format(id=material.id),
                due=due,
                late=due < today,
                command=f"osallisuus material captioned {material.id}",
            )


# Reads


def search(db: Database, found: Sequence[Event], today: date) -> list[Gap]:
    """Return what these webinar dates lack, by the day it is due; cancelled dates lack nothing."""
    lasting = [event for event in found if event.status != "cancelled" and event.verbs == "webinar"]
    if not lasting:
        return []
    found_gaps = [gap for seen in _pictures(db, lasting) for gap in gaps(seen, today)]
    return sorted(found_gaps, key=lambda gap: gap.due)


def concerned(db: Database, today: date, *, host: str = "") -> list[Event]:
    """Return the webinars that can lack something now: to come, a year past, or with an old question or uncaptioned recording."""
    return db.fetch(
        Event,
        "SELECT e.* FROM events e JOIN hosts h ON h.slug = e.host WHERE h.type = 'series' AND :host IN ('', h.slug)"
        " AND e.status <> 'cancelled' AND (e.starts >= :since OR e.status = 'planned'"
        f"  OR e.id IN (SELECT q.event_id FROM questions q WHERE {questions.UNFINISHED})"
        "  OR e.id IN (SELECT event_id FROM materials"
        "   WHERE kind = 'recording' AND captioned_on IS NULL AND published_on IS NOT NULL))"
        " ORDER BY e.starts, e.host",
        {"host": host, "since": (today - _LOOK_BACK).isoformat()},
    )


def _pictures(db: Database, found: Sequence[Event]) -> Iterator[Picture]:
    ids = [event.id for event in found]
    places = ", ".join("?" for _id in ids)
    handles = events.names(db, found)
    lines = checklists.lines(db, sorted({event.host for event in found}))
    programme = programmes.by_event(db, found)
    materials: dict[int, list[Material]] = defaultdict(list)
    for material in db.fetch(Material, f"SELECT * FROM materials WHERE event_id IN ({places}) ORDER BY id", ids):
        materials[material.event_id].append(material)
    waiting = questions.unfinished(db, ids)
    marks: dict[int, dict[str, str]] = defaultdict(dict)
    for (event_id, what), state in checklists.marks(db, ids).items():
        marks[event_id][what] = state
    rows = db.rows(f"SELECT event_id, count(*) AS n FROM registrations WHERE event_id IN ({places}) GROUP BY event_id", ids)
    registered = {row["event_id"]: row["n"] for row in rows}
    reminded = messages.reminded(db, ids)
    for event in found:
        yield Picture(
            event=event,
            handle=handles[event.id],
            programme=programme[event.id],
            materials=materials[event.id],
            questions=waiting.get(event.id, ()),
            registered=registered.get(event.id, 0),
            reminded=event.id in reminded,
            marks=marks[event.id],
            lines=lines[event.host],
        )
