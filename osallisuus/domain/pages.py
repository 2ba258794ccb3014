"""What everybody may see of a series: its dates with programme, materials, answers, resources, discussion and feedback.

Only what is published is in it. A speaker is named once they are to speak and have said that it may be published; until then the
talk stands with the organisation alone. Texts know the language they are in, for whoever has a page read aloud.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from osallisuus.domain import events, feedback, programmes, registrations
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Summary
from osallisuus.domain.hosts import Host, is_web_address
from osallisuus.domain.materials import Material, unpermitted
from osallisuus.domain.notes import Note
from osallisuus.domain.programmes import Slot
from osallisuus.domain.publications import P
from osallisuus.domain.questions import Question
from osallisuus.domain.resources import Resource
from osallisuus.store.database import Database

# What names and titles are in when no other language is asked for (`name`, beside `name_sv` and `name_en`).
FIRST_LANGUAGE = "fi"


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who gives a talk; `name` is empty for somebody who has not said that it may be published."""

    name: str
    title: str
    organisation: str
    bio: str


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question and its answer; who asked is not in it."""

    question: str
    answer: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Programmed:
    """A talk as everybody sees it; `starts` is civil time or None."""

    id: int
    title: Text
    starts: datetime | None
    minutes: int | None
    voices: Sequence[Voice]
    materials: Sequence[Material]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One date. `url` is where to join, empty where one has to register; `full` when there is only the waiting line left."""

    number: int
    starts: datetime
    ends: datetime
    status: str
    theme: Text
    description: str
    place: str
    url: str
    registration_url: str
    by_registration: bool
    ahead: bool
    full: bool
    talks: Sequence[Programmed]
    materials: Sequence[Material]
    questions: Sequence[Exchange]
    resources: Sequence[Resource]
    notes: Sequence[Note]
    feedback: Summary | None


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The public face of a series in one language: its dates in order of time."""

    language: str
    name: Text
    purpose: str
    funder: str
    dates: Sequence[Page]

    @property
    def coming(self) -> list[Page]:
        """The dates to come, and those cancelled after the last one that has been."""
        last = max((page.starts for page in self.dates if page.status != "cancelled" and not page.ahead), default=None)
        return [
            page for page in self.dates if page.ahead or (page.status == "cancelled" and (last is None or page.starts > last))
        ]

    @property
    def past(self) -> list[Page]:
        """The other dates, the newest first."""
        coming = {page.number for page in self.coming}
        return [page for page in reversed(self.dates) if page.number not in coming]


@dataclass(frozen=True, kw_only=True)
class Publicity:
    """What is public of a series, whatever the language: its dates with all that hangs on each, by row id."""

    series: Host
    events: Sequence[Event]
    programmes: Mapping[int, Sequence[Slot]]
    materials: Mapping[int, Sequence[Material]]
    questions: Mapping[int, Sequence[Question]]
    resources: Mapping[int, Sequence[Resource]]
    notes: Mapping[int, Sequence[Note]]
    feedback: Mapping[int, Summary]
    full: frozenset[int]
    today: date


# Rules


def in_language(record: Publicity, language: str) -> Pages:
    """Return the pages of a series in a language; what is not translated stands in the language it is in."""
    series = record.series
    return Pages(
        language=language,
        name=_translated(series, "name", language),
        purpose=series.purpose,
        funder=series.funder,
        dates=[_page(record, event, language) for event in record.events],
    )


def without(record: Publicity, materials: Collection[int]) -> Publicity:
    """Return what is public but for these materials, by number."""
    kept = {number: [one for one in own if one.id not in materials] for number, own in record.materials.items()}
    return replace(record, materials=kept)


def texts(record: Publicity) -> list[str]:
    """Return what people wrote that is public, but for the programme."""
    return [
        *(text for own in record.questions.values() for one in own for text in (one.text, one.answer)),
        *(one.text for own in record.notes.values() for one in own),
        *(one.label for own in record.materials.values() for one in own),
        *(event.description for event in record.events),
    ]


def for_subscribers(event: Event) -> Event:
    """Return a date as a public calendar shows it: without the reason it was cancelled, and with a link only where it is open.

    A meeting room is used again: its link is for a date that is planned, and no way round a registration.
    """
    open_ = event.status == "planned" and not _registers(event) and is_web_address(event.url)
    return replace(event, cancel_reason="", url=event.url if open_ else "")


def _page(record: Publicity, event: Event, language: str) -> Page:
    off = event.status == "cancelled"
    ahead = event.status == "planned" and event.day >= record.today
    materials = record.materials.get(event.id, ())
    return Page(
        number=event.number,
        starts=event.start,
        ends=event.end,
        status=event.status,
        theme=_translated(event, "title", language),
        description=event.description,
        place=event.place,
        url=for_subscribers(event).url if ahead else "",
        registration_url=event.registration_url if ahead else "",
        by_registration=ahead and _registers(event),
        full=ahead and event.id in record.full,
        ahead=ahead,
        talks=[] if off else [_talk(slot, materials, language) for slot in record.programmes[event.id] if _stands(slot)],
        materials=[material for material in materials if not material.talk_id],
        questions=[
            Exchange(question=one.text, answer=one.answer, language=one.language) for one in record.questions.get(event.id, ())
        ],
        resources=record.resources.get(event.id, ()),
        notes=record.notes.get(event.id, ()),
        feedback=record.feedback.get(event.id),
    )


def _talk(slot: Slot, materials: Sequence[Material], language: str) -> Programmed:
    return Programmed(
        id=slot.talk.id,
        title=_translated(slot.talk, "title", language),
        starts=slot.starts,
        minutes=slot.talk.minutes,
        voices=[
            Voice(name=s.name, title=s.title, organisation=s.organisation, bio=s.bio)
            if s.may_publish == "yes"
            else Voice(name="", title="", organisation=s.organisation, bio="")
            for s in slot.coming
        ],
        materials=[material for material in materials if material.talk_id == slot.talk.id],
    )


def _stands(slot: Slot) -> bool:
    """Tell whether a talk is sure to be given: somebody comes for it, or it needs nobody."""
    return bool(slot.coming) or not slot.speakers


def _registers(event: Event) -> bool:
    return bool(event.capacity or event.registration_url)


def _translated(record: object, field: str, language: str) -> Text:
    own = str(getattr(record, f"{field}_{language}", ""))
    if own:
        return Text(text=own, language=language)
    return Text(text=str(getattr(record, field)), language=FIRST_LANGUAGE)


# Reads


def read(db: Database, series: Host, *, minimum: int, today: date) -> Publicity:
    """Return what is public of a series; results of feedback only where at least `minimum` answered.

    Dates that planning itself took back are left out; the calendar still tells those who had them that they are cancelled.
    """
    found = [event for event in events.search(db, host=series.slug) if not event.dropped]
    programme = programmes.by_event(db, found)
    speaking = {number: {slot.talk.id: slot.speakers for slot in slots} for number, slots in programme.items()}
    materials = _published(db, Material, series.slug)
    shown = feedback.published(db, series.slug)
    by_date = feedback.of_host(db, series.slug, minimum=minimum, texts=False)[0] if shown else {}
    return Publicity(
        series=series,
        events=found,
        programmes=programme,
        # a permission that was withdrawn counts even where the publication was not taken back
        materials={
            number: [one for one in own if not unpermitted(one, speaking.get(number, {}))] for number, own in materials.items()
        },
        questions=_published(db, Question, series.slug),
        resources=_published(db, Resource, series.slug),
        notes=_published(db, Note, series.slug),
        feedback={
            number: one for number, one in by_date.items() if number in shown and not one.hidden and (one.rating or one.recommend)
        },
        today=today,
        full=frozenset(e.id for e in found if e.status == "planned" and e.capacity and registrations.sums(db, e).full),
    )


def _published(db: Database, record: type[P], host: str) -> dict[int, list[P]]:
    found = defaultdict(list)
    for one in db.fetch(
        record,
        f"SELECT x.* FROM events e JOIN {record.table} x ON x.event_id = e.id"
        " WHERE e.host = ? AND x.published_on IS NOT NULL ORDER BY e.starts, x.id",
        (host,),
    ):
        found[one.event_id].append(one)
    return found
