"""Fills one database with years of one webinar series, run by the interpreter that osallisuus is installed for.

Arguments: file, years. Each year has 12 dates, each with 3 talks of 2 speakers, materials, 25 questions and 500 answers to the
feedback: ten years make 120 dates, 360 talks, 3 000 questions and 60 000 answers. One question of the newest date is open.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from family import insert, person
from seed import DESCRIPTION, NOW, series_of

from osallisuus.domain import hosts, planning
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Answer
from osallisuus.domain.hosts import Series
from osallisuus.domain.materials import Material
from osallisuus.domain.notes import Note
from osallisuus.domain.questions import Question
from osallisuus.domain.resources import Resource
from osallisuus.domain.speakers import Speaker
from osallisuus.domain.talks import Talk
from osallisuus.store import upkeep
from osallisuus.store.database import open_db, writing

DATES_A_YEAR = 12
TALKS = 3
QUESTIONS = 25
ANSWERS = 500
_PEOPLE = 60
_MONTH = timedelta(weeks=4)
_ANSWER = "Kysy **aina** ensin etuuden maksajalta:\n\n- [Kela](https://www.kela.fi)\n- oma työttömyyskassa"


def fill(path: Path, years: int) -> None:
    """Make a database with so many years of a series up to now."""
    upkeep.create(path, now=NOW)
    db = open_db(path)
    series = series_of(0)
    with writing(db, "seed", now=NOW) as change:
        hosts.add(db, series, change)
        # one by one through the nouns, tens of thousands of rows would take longer than all the measurements
        insert(db, (person(key) for key in range(1, _PEOPLE + 1)))
        found = list(_events(series, years))
        insert(db, found)
        talks = [talk for event in found for talk in _talks(event)]
        insert(db, talks)
        insert(db, (speaker for talk in talks for speaker in _speakers(talk)))
        insert(db, (_material(event) for event in found))
        insert(db, (_question(event, n, open_=event is found[-1] and n == 0) for event in found for n in range(QUESTIONS)))
        insert(db, (Note(event_id=event.id, text=DESCRIPTION, published_on=event.starts[:10]) for event in found))
        insert(db, (_resource(event, n) for event in found for n in range(3)))
        insert(db, (_answer(event, n) for event in found for n in range(ANSWERS)))
    db.close()


def _events(series: Series, years: int) -> Iterator[Event]:
    first = datetime(2022, 8, 9, 14) - (years * DATES_A_YEAR - 1) * _MONTH
    for number in range(1, years * DATES_A_YEAR + 1):
        starts = (first + (number - 1) * _MONTH).isoformat(timespec="minutes")
        blank = asdict(planning.blank(series, starts, uid=f"uid-{number}"))
        stamp = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        own = {"id": number, "number": number, "status": "held", "title": f"Osallisuus päätöksenteossa, osa {number}"}
        yield Event(**blank | own | {"description": DESCRIPTION, "created_at": stamp, "revised_at": stamp})


def _talks(event: Event) -> Iterator[Talk]:
    for position in range(1, TALKS + 1):
        number = (event.id - 1) * TALKS + position
        yield Talk(id=number, event_id=event.id, position=position, title=f"Puheenvuoro {number}", minutes=15)


def _speakers(talk: Talk) -> Iterator[Speaker]:
    for place in range(2):
        who = (talk.id * 2 + place) % _PEOPLE + 1
        yield Speaker(
            talk_id=talk.id,
            person_id=who,
            state="spoke",
            bio="Tutkii, miten kokemus muuttuu työvälineeksi.",
            slides="accessible",
            may_publish="yes",
            may_record="yes",
            briefed_on="2012-01-01",
        )


def _material(event: Event) -> Material:
    url, day = f"https://example.org/esitykset/{event.number}", event.starts[:10]
    label = "Esitykset"
    return Material(event_id=event.id, kind="slides", label=label, url=url, published_on=day, first_published_on=day)


def _question(event: Event, n: int, *, open_: bool) -> Question:
    day = event.starts[:10]
    asked = Question(event_id=event.id, text=f"Miten palkkio vaikuttaa etuuksiin, kysymys {n}?", asked_on=day)
    answered = {"answer": _ANSWER, "answered_on": day, "approved_on": day, "published_on": day}
    return asked if open_ else Question(**asdict(asked) | answered)


def _resource(event: Event, n: int) -> Resource:
    url = f"https://example.org/lue/{event.number}/{n}"
    return Resource(event_id=event.id, title=f"Osallisuusohjelma {n}", url=url, published_on=event.starts[:10])


def _answer(event: Event, n: int) -> Answer:
    text = "Selkeät esimerkit." if n % 5 == 0 else ""
    return Answer(event_id=event.id, rating=(event.id + n) % 5 + 1, recommend=(event.id * 3 + n) % 11, text=text)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))
