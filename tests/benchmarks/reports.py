"""Fills one database for reports, run by the interpreter of osallisuus. Arguments: file, panels, series, people.

Ten years of panels: each with 100 members, 10 sessions a year of 10 people, 50 proposals. Two years of series: each with a date a
month, to which so many `people` register, and a fifth of them answer the feedback. 100 panels and 10 series of 4 167 people make
10 000 members, 100 000 marks of attendance, 5 000 proposals, 1 000 000 registrations and 200 000 answers. The first panel is
`raati-0`, the first series `teematiistait`; the same arguments always give the same rows.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from seed import DESCRIPTION, NOW, series_of

from osallisuus.domain import hosts, planning, trainings
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.domain.materials import Material
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Person, keyed
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.questions import Question
from osallisuus.domain.speakers import Speaker
from osallisuus.domain.talks import Talk
from osallisuus.domain.trainings import Training
from osallisuus.store import upkeep
from osallisuus.store.database import Database, Record, open_db, writing
from osallisuus.store.logbook import utc_stamp

MEMBERS = 100
YEARS = range(2013, 2023)
SEASONS = range(2021, 2023)
_MONTHS = (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)
_MARKED = 10
_PROPOSALS = 5
_QUESTIONS = 25
_TALKS = 3
_OF_A_SESSION = 8
_STATES = ("present", "present", "present", "present", "present", "present", "present", "remote", "excused", "absent")
_ROLES = ("developer-client", "developer-worker", "service-provider", "peer", "expert-by-experience")
_THEMES = ("asiakasmaksut", "kuljetukset", "ajanvaraus", "palveluohjaus", "tiedottaminen", "esteettömyys", "")
_DECISIONS = ("yes", "partly", "no", "not-ours")
_TOWNS = ("Esimerkkilä", "Mallila", "Näytekylä", "Kokeilampi", "Testijärvi", "Harjoitusniemi", "Luonnosmäki", "Kaavakoski")
_GIVEN = (
    *("Aino", "Eero", "Helmi", "Ilmari", "Kerttu", "Lauri", "Martta", "Niilo", "Oona", "Pekka", "Raili", "Sulo", "Taimi"),
    *("Urho", "Venla", "Väinö", "Sanna", "Tapio", "Maija", "Jussi", "Leena", "Kalle", "Inkeri", "Armas", "Siiri"),
)
_BEGINNINGS = (
    *("Esimerkki", "Malli", "Näyte", "Koe", "Testi", "Harjoitus", "Luonnos", "Kaava", "Kuvio", "Muotti"),
    *("Piirros", "Kaavio", "Lomake", "Luettelo", "Taulu", "Rivi", "Sarake", "Otsikko", "Viite", "Liite"),
)
_ENDINGS = (
    *("lä", "nen", "niemi", "mäki", "järvi", "koski", "lampi", "saari", "lahti", "salo"),
    *("ranta", "kangas", "pelto", "harju", "vaara", "suo", "kivi", "puro", "luoto", "virta"),
)


def fill(path: Path, panels: int, series: int, people: int) -> None:
    """Make a database of so many panels and series, with so many people registered for each date."""
    upkeep.create(path, now=NOW)
    db = open_db(path)
    with writing(db, "seed", now=NOW) as change:
        made: list[Host] = [*map(_panel, range(panels)), *map(_series, range(series))]
        for host in made:
            hosts.add(db, host, change)
        # one by one through the nouns, more than a million rows would take an hour
        _fill_people(db, panels)
        sessions = _numbered([one for host in made[:panels] for one in _sessions(host)], first=1)
        dates = _numbered([one for host in made[panels:] for one in _dates(host)], first=len(sessions) + 1)
        _insert(db, [*sessions, *dates])
        _fill_sessions(db, sessions)
        _fill_proposals(db, sessions)
        if dates:
            _fill_dates(db, dates, people, panels)
    db.close()


def _panel(number: int) -> Panel:
    return Panel(
        slug=f"raati-{number}",
        name=f"Esimerkkilän asiakasraati {number}",
        kind="side" if number else "main",
        parent="raati-0" if number else None,
        purpose="Raati tuo asiakkaiden kokemuksen palvelujen suunnitteluun ja arviointiin.",
        term_start="2021-09-01",
        timezone="Europe/Helsinki",
        size=MEMBERS,
        minutes=120,
    )


def _series(number: int) -> Host:
    return replace(series_of(number), purpose="Etäseminaareja asiakasosallisuudesta kaikille.")


def _fill_people(db: Database, panels: int) -> None:
    everybody = range(1, panels * MEMBERS + 1)
    db.connection.executemany(
        "INSERT INTO organisations (name, name_key) VALUES (?, ?)",
        [(f"Esimerkkiyhdistys {n} ry", f"esimerkkiyhdistys {n} ry") for n in range(1, 41)],
    )
    _insert(db, map(_person, everybody))
    _insert(db, (_membership(key) for key in everybody))
    _insert(db, (trainings.keyed(_training(key)) for key in everybody if key % 5))
    _insert(
        db,
        (
            Agreement(person_id=key, kind=kind, on_date="2017-09-01")
            for key in everybody
            for kind in ("confidentiality", "participation", "name-publication")
            if kind != "name-publication" or key % 50 == 0
        ),
    )


def _person(key: int) -> Person:
    family, given = divmod(key - 1, len(_GIVEN))
    first, last = divmod(family, len(_ENDINGS))
    name = f"{_GIVEN[given]} {_BEGINNINGS[first % len(_BEGINNINGS)]}{_ENDINGS[last]}"
    return keyed(
        Person(
            id=key,
            name=name,
            email=f"jasen.{key}@example.org",
            phone=f"+358 40 {key:07}",
            language=("fi", "fi", "fi", "sv", "")[key % 5],
            municipality=_TOWNS[key % len(_TOWNS)],
            organisation_id=key % 40 + 1 if key % 3 == 0 else None,
            created_at=utc_stamp(NOW),
        )
    )


def _membership(key: int) -> Membership:
    panel, place = divmod(key - 1, MEMBERS)
    # of every tenth panel three are coordinators: too few to be told
    role = "coordinator" if panel % 10 == 1 and place < 3 else _ROLES[place % len(_ROLES)]
    return Membership(panel=f"raati-{panel}", person_id=key, role=role, from_date=f"{2013 + key % 3}-01-01")


def _training(key: int) -> Training:
    day = f"{YEARS[key % len(YEARS)]}-03-{1 + key % 4:02}"
    return Training(person_id=key, course=f"Kehittäjäkoulutus {key % 4 + 1}", on_date=day, hours=6)


def _insert(db: Database, records: Iterable[Record]) -> None:
    known = list(records)
    columns = [name for name, value in vars(known[0]).items() if name != "id" or value]
    places = ", ".join(f":{name}" for name in columns)
    db.connection.executemany(f"INSERT INTO {known[0].table} ({', '.join(columns)}) VALUES ({places})", map(vars, known))


# Dates


def _numbered(found: list[Event], *, first: int) -> list[Event]:
    """Give row ids in order of time, as years of planning do."""
    return [replace(one, id=key) for key, one in enumerate(sorted(found, key=lambda one: (one.starts, one.host)), first)]


def _sessions(panel: Host) -> Iterator[Event]:
    day = 2 + int(panel.slug.partition("-")[2]) % 25
    for number, (year, month) in enumerate(((year, month) for year in YEARS for month in _MONTHS), 1):
        yield _event(panel, number, f"{year}-{month:02}-{day:02}T17:00", f"Kokous {number}")


def _dates(series: Host) -> Iterator[Event]:
    for number, (year, month) in enumerate(((year, month) for year in SEASONS for month in range(1, 13)), 1):
        yield _event(series, number, f"{year}-{month:02}-20T14:00", f"Osallisuus päätöksenteossa, osa {number}", DESCRIPTION)


def _event(host: Host, number: int, starts: str, title: str, description: str = "") -> Event:
    blank = asdict(planning.blank(host, starts, uid=f"{host.slug}-{number}"))
    own = {"number": number, "minutes": 120, "status": "held", "title": title, "description": description}
    return Event(**blank | own | {"created_at": utc_stamp(NOW), "revised_at": utc_stamp(NOW)})


def _fill_sessions(db: Database, sessions: list[Event]) -> None:
    many = db.connection.executemany
    many(
        "INSERT INTO attendance (event_id, person_id, state) VALUES (?, ?, ?)",
        (
            (event.id, int(event.host.partition("-")[2]) * MEMBERS + (event.number + place * _MARKED) % MEMBERS + 1, state)
            for event in sessions
            for place, state in enumerate(_STATES)
        ),
    )
    many("INSERT INTO headcounts (event_id, headcount) VALUES (?, 6)", ((one.id,) for one in sessions if one.id % 5 == 0))
    last = [one for one in sessions if one.starts >= str(YEARS[-1])]
    _answers(db, ((event.id, n) for event in last for n in range(_OF_A_SESSION)))


def _fill_proposals(db: Database, sessions: list[Event]) -> None:
    made = (one for one in sessions if one.number % len(_MONTHS) % 2 == 0)  # at every other session one
    _insert(db, (_proposal(key, event) for key, event in enumerate(made, 1)))


def _proposal(key: int, event: Event) -> Proposal:
    sent = event.day
    waiting = event.starts >= "2022-06" and key % 3 == 0
    decision = _DECISIONS[key % len(_DECISIONS)]
    answered = (sent + timedelta(days=20 + key % 60)).isoformat()
    done = decision in ("yes", "partly") and key % 7 > 0
    told = {
        "answered_on": answered,
        "decision": decision,
        "reason": f"Asia {key} otetaan huomioon seuraavassa talousarviossa; siitä vastaa palvelujohtaja.",
        "told_on": answered,
        "done_on": answered if done else None,
    }
    return Proposal(
        panel=event.host,
        event_id=event.id,
        theme=_THEMES[key % len(_THEMES)],
        text=f"Kuljetuspalvelun puhelin auki myös iltaisin ja viikonloppuisin, jotta siitä saa kyydin muuallekin, {key}",
        status="sent" if waiting else "told",
        added_on=sent.isoformat(),
        accepted_on=sent.isoformat(),
        sent_on=sent.isoformat(),
        sent_to="Liikkumispalvelujen johtoryhmä",
        due=(sent + timedelta(days=90)).isoformat(),
        **({} if waiting else told),
    )


# Series


def _fill_dates(db: Database, dates: list[Event], people: int, panels: int) -> None:
    many = db.connection.executemany
    # an index that is made at the end is sorted once, instead of being searched for each of a million rows
    indexes = db.rows("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'registrations' AND type = 'index'")
    for index in indexes:
        db.execute(f"DROP INDEX {index['name']}")
    many(
        "INSERT INTO registrations (event_id, name, name_key, email, email_key, registered_on, cancelled_on)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        _registrations(dates, people),
    )
    for index in indexes:
        db.execute(index["sql"])
    many("INSERT INTO headcounts (event_id, headcount) VALUES (?, ?)", ((one.id, people * 2 // 3) for one in dates))
    _answers(db, ((event.id, n) for event in dates for n in range(people // 5)))
    _insert(db, (_question(event, n) for event in dates for n in range(_QUESTIONS)))
    talks = [
        Talk(id=n * _TALKS + p, event_id=one.id, position=p, title=f"Puhe {p}") for n, one in enumerate(dates) for p in (1, 2, 3)
    ]
    _insert(db, talks)
    _insert(db, (speaker for talk in talks for speaker in _speakers(talk, panels * MEMBERS)))
    _insert(db, map(_material, dates))


def _registrations(dates: list[Event], people: int) -> Iterator[tuple[object, ...]]:
    """Yield who registered in the five weeks before dates; those of one day register for all of its dates by turns."""
    days: dict[date, list[int]] = {}
    for one in dates:
        days.setdefault(one.day, []).append(one.id)
    for day, ids in days.items():
        for n in range(people):
            on = (day - timedelta(days=35 - n * 35 // people)).isoformat()
            name, address = f"Osallistuja {n:05}", f"osallistuja.{n:05}@example.org"
            for event in ids:
                yield event, name, name.casefold(), address, address, on, on if n % 12 == 5 else None


def _answers(db: Database, given: Iterator[tuple[int, int]]) -> None:
    db.connection.executemany(
        "INSERT INTO feedback (event_id, rating, recommend, text, language) VALUES (?, ?, ?, ?, 'fi')",
        (
            (event, (event + n) % 5 + 1, (event * 3 + n) % 11, "Selkeät esimerkit, ja aikaa keskustella." if n % 5 == 0 else "")
            for event, n in given
        ),
    )


def _question(event: Event, n: int) -> Question:
    day = event.starts[:10]
    answered = {"answer": "Kysy aina ensin etuuden maksajalta.", "answered_on": day, "approved_on": day, "published_on": day}
    return Question(event_id=event.id, text=f"Miten palkkio vaikuttaa etuuksiin, kysymys {n}?", asked_on=day, **answered)


def _speakers(talk: Talk, people: int) -> Iterator[Speaker]:
    for place in range(2):
        yield Speaker(
            talk_id=talk.id,
            person_id=(talk.id * 2 + place) * 7 % people + 1,
            organisation_id=talk.id % 40 + 1,
            state="spoke",
            title="kokemusasiantuntija" if place else "palvelujohtaja",
            may_publish="yes",
        )


def _material(event: Event) -> Material:
    day = (datetime.fromisoformat(event.starts) + timedelta(days=4)).date().isoformat()
    url = f"https://example.org/esitykset/{event.id}"
    return Material(event_id=event.id, kind="slides", label="Esitykset", url=url, published_on=day, first_published_on=day)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
