"""Fills one database with a family of panels, run by the interpreter that osallisuus is installed for. Arguments: file, panels.

Every panel is alike: 20 members, 5 terms of 8 sessions each, with marks, agendas, papers, and 67 proposals of which a few are
open. 30 panels make the family of 600 people and 2 000 proposals. The first panel is `raati-0`, the same in any family; with no
panel at all it is there, and empty.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path

from seed import NOW

from osallisuus.domain import hosts, planning, trainings
from osallisuus.domain.agendas import Item
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.attendance import Mark
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Panel
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Person, keyed
from osallisuus.domain.proposals import Proposal, Step
from osallisuus.domain.trainings import Training
from osallisuus.store import upkeep
from osallisuus.store.database import Database, Record, open_db, writing
from osallisuus.store.logbook import utc_stamp

MEMBERS = 20
SESSIONS = 40
PROPOSALS = 67
_FIRST = datetime(2017, 9, 7, 17)
_BETWEEN = timedelta(days=45)


def fill(path: Path, panels: int) -> None:
    """Make a database with a family of so many panels."""
    upkeep.create(path, now=NOW)
    db = open_db(path)
    with writing(db, "seed", now=NOW) as change:
        made = [_panel(number) for number in range(max(1, panels))]
        for panel in made:
            hosts.add(db, panel, change)
        # one by one through the nouns, tens of thousands of rows would take longer than all the measurements
        for number, panel in enumerate(made[:panels]):
            _fill_panel(db, number, panel)
    db.close()


def _fill_panel(db: Database, number: int, panel: Panel) -> None:
    people = range(number * MEMBERS + 1, (number + 1) * MEMBERS + 1)
    events = list(_events(number, panel))
    past = [event for event in events if event.status == "held"]
    insert(db, (person(key) for key in people))
    insert(db, (Membership(panel=panel.slug, person_id=key, role="peer", from_date="2017-09-01") for key in people))
    insert(db, (trainings.keyed(_training(key)) for key in people if key % 10))
    insert(db, (_agreement(key, kind) for key in people for kind in ("confidentiality", "participation") if key % 7))
    insert(db, events)
    insert(
        db,
        (
            Mark(event_id=e.id, person_id=key, state="absent" if (e.id + key) % 9 == 0 else "present")
            for e in past
            for key in people
        ),
    )
    insert(db, (_item(event, place) for event in past for place in range(1, 6)))
    first = number * PROPOSALS + 1
    proposals = [_proposal(key, panel.slug, past[key % len(past)]) for key in range(first, first + PROPOSALS)]
    insert(db, proposals)
    insert(db, (step for proposal in proposals for step in _steps(proposal)))


def insert(db: Database, records: Iterable[Record]) -> None:
    known = list(records)
    rows = [asdict(record) for record in known]
    columns = [name for name in rows[0] if name != "id" or rows[0]["id"]]
    places = ", ".join(f":{name}" for name in columns)
    db.connection.executemany(f"INSERT INTO {known[0].table} ({', '.join(columns)}) VALUES ({places})", rows)


def _panel(number: int) -> Panel:
    return Panel(
        slug=f"raati-{number}",
        name=f"Esimerkkilän asiakasraati {number}",
        kind="side" if number else "main",
        parent="raati-0" if number else None,
        place="Esimerkkitalo",
        term_start="2021-09-01",
        timezone="Europe/Helsinki",
        size=MEMBERS,
        minutes=120,
    )


def person(key: int) -> Person:
    named = Person(id=key, name=f"Aino Esimerkki-{key:03}", email=f"aino.{key}@example.org", created_at=utc_stamp(NOW))
    return keyed(named)


def _training(person_id: int) -> Training:
    return Training(person_id=person_id, course="Kehittäjäkoulutus", on_date="2017-09-01", hours=6)


def _agreement(person_id: int, kind: str) -> Agreement:
    return Agreement(person_id=person_id, kind=kind, on_date="2017-09-01")


def _events(number: int, panel: Panel) -> Iterator[Event]:
    for place in range(1, SESSIONS + 1):
        starts = (_FIRST + place * _BETWEEN).isoformat(timespec="minutes")
        key = number * SESSIONS + place
        blank = asdict(planning.blank(panel, starts, uid=f"uid-{key}"))
        held = starts < NOW.isoformat()
        own = {"id": key, "number": place, "minutes": 120, "status": "held" if held else "planned"}
        yield Event(**blank | own | {"created_at": utc_stamp(NOW), "revised_at": utc_stamp(NOW)})


def _item(event: Event, place: int) -> Item:
    return Item(event_id=event.id, position=place, title=f"Asia {place}", outcome="Käsiteltiin.", status="closed", minutes=20)


def _proposal(key: int, panel: str, event: Event) -> Proposal:
    day = event.day
    waiting = key % PROPOSALS in (1, 2)  # of each panel one that waits for its answer, and one that is late
    due = (date(2022, 9, 30) if key % PROPOSALS == 1 else date(2022, 8, 1)) if waiting else day
    told = (
        {} if waiting else {"answered_on": day.isoformat(), "decision": "no", "reason": "Ei varoja.", "told_on": day.isoformat()}
    )
    return Proposal(
        id=key,
        panel=panel,
        event_id=event.id,
        text=f"Kuljetuspalvelun puhelin auki myös iltaisin, {key}",
        status="sent" if waiting else "told",
        added_on=day.isoformat(),
        accepted_on=day.isoformat(),
        sent_on=day.isoformat(),
        sent_to="Liikkumispalvelujen johtoryhmä",
        due=due.isoformat(),
        **told,
    )


def _steps(proposal: Proposal) -> Iterator[Step]:
    done = ("added", "accepted", "sent") + (("answered", "told") if proposal.status == "told" else ())
    for did in done:
        yield Step(proposal_id=proposal.id, did=did, on_date=proposal.added_on, at=utc_stamp(NOW))


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))
