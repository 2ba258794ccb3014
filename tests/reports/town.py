"""A town with something in every table that a report reads: small roles, sessions with few people, little feedback."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from osallisuus.config import Settings
from osallisuus.domain import (
    agreements,
    attendance,
    descriptions,
    feedback,
    hosts,
    memberships,
    people,
    proposals,
    questions,
    registrations,
    targets,
    trainings,
)
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.attendance import Mark
from osallisuus.domain.descriptions import Description
from osallisuus.domain.events import Event
from osallisuus.domain.feedback import Answer
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Person
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.questions import Question
from osallisuus.domain.registrations import Registration
from osallisuus.domain.trainings import Training
from osallisuus.i18n import speaking
from osallisuus.reports import catalogue
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Number, Report, Table
from osallisuus.store import upkeep
from osallisuus.store.database import Database, open_db
from tests.conftest import NOW
from tests.domain.conftest import World
from tests.domain.webinars import know, material, publish, speaker, talk

TODAY = date(2022, 12, 20)
YEAR = (date(2022, 1, 1), date(2022, 12, 31))
PANELS = ("vantaa", "vantaa-sivu", "kerava", "espoo")
SERIES = ("teematiistait", "aamut")
CLIENT, EXPERT, WORKER, PEER = "developer-client", "expert-by-experience", "developer-worker", "peer"
# How many are in which panel and role.
MEMBERS = {
    "vantaa": {CLIENT: 7, EXPERT: 2, WORKER: 6},
    "vantaa-sivu": {CLIENT: 6, PEER: 3},
    "kerava": {CLIENT: 5, EXPERT: 1, PEER: 4},
    "espoo": {CLIENT: 8, WORKER: 9},
}
_GIVEN = ("Aino", "Eero", "Helka", "Ilpo", "Jorma", "Kerttu", "Lempi", "Maunu", "Orvokki", "Pirkko", "Rauno", "Sylvi", "Taisto")
_FAMILY = ("Esimerkki", "Kaislaniemi", "Purovirta", "Hallapelto", "Suvanto")
# Days of sessions of vantaa, and how many of its members were there; None where nobody was marked.
CAME = (
    *(("2022-01-27", 9), ("2022-02-24", 3), ("2022-03-31", 12), ("2022-04-28", 0), ("2022-05-26", 2)),
    *(("2022-06-30", 8), ("2022-09-29", 15), ("2022-10-27", None)),
)
# Grades that were given at sessions of vantaa.
GRADES = {"2022-01-27": [5, 5, 4, 4, 3, 5], "2022-03-31": [5, 3], "2022-06-30": [*[5] * 6, *[4] * 7], "2022-09-29": [1] * 5}
# Days of webinars: registered elsewhere, registered by name, how many came, grades.
WEBINARS = {
    "2022-01-11": (20, 0, 18, [5] * 8 + [4] * 6 + [3] * 5),
    "2022-02-08": (0, 3, 2, [5, 4]),
    "2022-03-08": (0, 9, 7, [5, 5, 5, 4, 3]),
    "2022-04-12": (2, 0, 6, []),
    "2022-05-10": (40, 2, 31, [5] * 20 + [4]),
}


def name_of(number: int) -> str:
    return f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}"


def build(path: Path) -> None:
    """Make the database of the town."""
    upkeep.create(path, now=NOW)
    with_db = open_db(path)
    try:
        _Town(World(with_db)).fill()
    finally:
        with_db.close()


class _Town:
    def __init__(self, world: World) -> None:
        self.world, self.db, self.everybody = world, world.db, list[Person]()

    def fill(self) -> None:
        for number, slug in enumerate(PANELS):
            parent = "vantaa" if slug == "vantaa-sivu" else None
            kind = "side" if parent else "main"
            self.world.panel(slug, name=f"Raati {number}", kind=kind, parent=parent, at="17:00", minutes=120, size=12)
        for slug in SERIES:
            self.world.series(slug)
        for panel, by_role in MEMBERS.items():
            for role, n in by_role.items():
                self.members(panel, role, n)
        self.world.write(lambda change: targets.put(self.db, "vantaa", {CLIENT: 8, PEER: 2}, change))
        for day, came in CAME:
            self.session("vantaa", day, came)
        self.session("kerava", "2022-02-10", 4)
        self.session("kerava", "2022-03-10", 9)
        self.session("espoo", "2022-03-17", 17)
        self.world.cancel(self.world.add("vantaa", "2022-11-24T17:00"))
        self.world.add("vantaa", "2023-01-26T17:00")
        self.courses()
        self.proposals()
        for day, (elsewhere, named, came, grades) in WEBINARS.items():
            self.webinar(day, elsewhere, named, came, grades)
        other = self.world.add("aamut", "2022-03-22T14:00")
        self.world.write(lambda change: registrations.add(self.db, other, _guest(90, "2022-03-01"), change))
        self.text("vantaa", "evaluation", "Raati arvioi työnsä hyödylliseksi.", 2022)
        self.text("teematiistait", "evaluation", "Kausi oli {{ 7 * 7 }} hyvä {% raw %}.", 2022)

    def members(self, panel: str, role: str, n: int) -> None:
        for _n in range(n):
            number = len(self.everybody)
            person = self.world.person(
                name_of(number),
                email=f"osoite{number}@yksityinen.example",
                phone=f"040777{number:04}",
                municipality="Vantaa" if number % 2 else "",
            )
            self.everybody.append(person)
            one = Membership(panel=panel, person_id=person.id, role=role, from_date="2021-01-01")
            self.world.write(lambda change, one=one: memberships.add(self.db, one, change))

    def of(self, panel: str) -> list[int]:
        return sorted({one.person_id for one in memberships.search(self.db, panel=panel)})

    def session(self, panel: str, day: str, came: int | None) -> Event:
        event = self.world.hold(self.world.add(panel, f"{day}T17:00"))
        if came is not None:
            for place, person in enumerate(self.of(panel)):
                state = "present" if place < came else "excused" if place % 2 else "absent"
                mark = Mark(event_id=event.id, person_id=person, state=state)
                self.world.write(lambda change, mark=mark: attendance.mark(self.db, event, mark, change, today=TODAY))
        if day == "2022-03-31":
            self.world.write(lambda change: attendance.count(self.db, event, 3, change, today=TODAY))
        if panel == "vantaa":
            self.grades(event, GRADES.get(day, []))
        return event

    def grades(self, event: Event, grades: Sequence[int]) -> None:
        answers = [Answer(event_id=event.id, rating=grade, recommend=grade * 2) for grade in grades]
        self.world.write(lambda change: feedback.add(self.db, event, answers, change, today=TODAY))

    def courses(self) -> None:
        for course, day, people_ in (
            ("Perehdytys", "2022-01-20", self.of("vantaa")[:8]),
            ("Fasilitointi", "2022-02-20", self.of("vantaa")[9:11]),
            ("Perehdytys", "2022-03-20", self.of("kerava")[:3]),
        ):
            for person in people_:
                taken = Training(person_id=person, course=course, on_date=day, hours=2.5)
                self.world.write(lambda change, taken=taken: trainings.add(self.db, taken, change))

    def proposals(self) -> None:
        named = "Ainon toive: kuljetuksen {{ 7 * 7 }} puhelinajat {% if %} aamuun, Aino Esimerkille soitettava"
        one = self.propose("vantaa", named, theme="kuljetus")
        self.step(one, "sent", "2022-02-10", sent_to="johtoryhmä", due="2022-03-10")
        self.step(one, "answered", "2022-03-01", decision="partly", reason="Ainon kanssa sovittu; Kertun ehdotus ei käy.")
        self.step(one, "done", "2022-04-01")
        two = self.propose("vantaa", "Lisää penkkejä", theme="ympäristö")
        self.step(two, "sent", "2022-02-11", sent_to="tekninen toimi")
        self.step(two, "answered", "2022-04-02", decision="no", reason="Rahaa ei ole.")
        self.step(two, "told", "2022-04-28")
        self.propose("vantaa", "Ei lähetetty vielä", theme="kuljetus")
        four = self.propose("vantaa", "Perutaan", theme="kuljetus")
        self.step(four, "withdrawn", "2022-05-01", reason="Turha.")
        five = self.propose("kerava", "Odottaa vastausta", theme="neuvonta")
        self.step(five, "sent", "2022-06-01", sent_to="neuvonta", due="2022-07-01")
        six = self.propose("vantaa-sivu", "Sivuraadin ehdotus", theme="neuvonta")
        self.step(six, "sent", "2022-06-02", sent_to="neuvonta")

    def propose(self, panel: str, text: str, **more: Any) -> Proposal:
        asked = Proposal(panel=panel, text=text, added_on="2022-02-01", **more)
        made = self.world.write(lambda change: proposals.add(self.db, asked, change))[0]
        return self.step(made, "accepted", "2022-02-02")

    def step(self, one: Proposal, did: str, on: str, **details: str | None) -> Proposal:
        now = proposals.get(self.db, one.id)
        return self.world.write(lambda change: proposals.step(self.db, now, did, on, change, details))

    def webinar(self, day: str, elsewhere: int, named: int, came: int, grades: Sequence[int]) -> None:
        world, db = self.world, self.db
        event = world.add("teematiistait", f"{day}T14:00")
        if day == "2022-03-08":
            event = world.edit(event, capacity=8)
        for number in range(named):
            guest = _guest(number, f"{day[:8]}01")
            world.write(lambda change, guest=guest: registrations.add(db, event, guest, change))
        if elsewhere:
            world.write(lambda change: registrations.count(db, event, elsewhere, change))
        given = talk(world, event, f"Puhe {day}")
        for n in range(3):
            number = event.id * 10 + n
            who = world.person(f"Puhuja{number} Lavatähti", municipality=f"Kunta{number % 4}", email=f"p{number}@lava.example")
            title = "kokemusasiantuntija" if n < (2 if day < "2022-03-01" else 1) else "johtaja"
            speaker(world, given, who, "Vantaan kaupunki" if n else "Järjestö", title=title)
            know(world, given, who, state="spoke", may_publish="yes")
        publish(world, material(world, event).id)
        event = world.hold(event)
        world.write(lambda change: attendance.count(db, event, came, change, today=TODAY))
        self.grades(event, grades)
        asked = Question(event_id=event.id, text="Miksi?", asked_on=day, asker="Sala Kyselevä")
        one = world.write(lambda change: questions.add(db, event, asked, change))[0]
        world.write(lambda change: questions.answer(db, one, "Siksi.", date.fromisoformat(day), change))

    def text(self, slug: str, field: str, text: str, year: int) -> None:
        one = Description(host=slug, field=field, year=year, language="fi", text=text)
        self.world.write(lambda change: descriptions.put(self.db, hosts.get(self.db, slug), one, change))


def _guest(number: int, on: str) -> Registration:
    return Registration(event_id=0, name=f"Vieras{number} Ilmoittautuja", email=f"v{number}@vieras.example", registered_on=on)


def consent(world: World, name: str, *, on: str = "2022-01-02") -> int:
    """Let somebody allow their name to be published."""
    person = next(one for one in people.search(world.db, name) if one.name == name)
    agreed = Agreement(person_id=person.id, kind="name-publication", on_date=on)
    world.write(lambda change: agreements.add(world.db, agreed, change))
    return person.id


def made(
    db: Database,
    name: str,
    slug: str = "",
    *,
    period: tuple[date, date] = YEAR,
    internal: bool = False,
    language: str = "en",
    today: date = TODAY,
    **settings: Any,
) -> Report:
    """Return a report as the command makes it."""
    asked = Asked(
        name=name,
        host=hosts.get(db, slug) if slug else None,
        since=period[0],
        until=period[1],
        today=today,
        internal=internal or catalogue.CATALOGUE[name].audience == "internal",
        settings=Settings(config_file=Path("c.toml"), database=db.path, **settings),
    )
    with speaking(language):
        return catalogue.make(db, asked)


def every(db: Database, **more: Any) -> list[Report]:
    """Return every report of the catalogue, of everything it can be about."""
    found = []
    for name, sheet in catalogue.CATALOGUE.items():
        slugs = {"panel": PANELS, "series": SERIES, "host": (*PANELS, *SERIES), "": ()}[sheet.about]
        found += [made(db, name, slug, **more) for slug in (*slugs, *([] if sheet.required else [""]))]
    return found


def numbers(report: Report) -> dict[str, Number]:
    return {number.key: number for _label, number in report.numbers()}


def tables(report: Report) -> dict[str, Table]:
    return {block.key: block for block in report.blocks if isinstance(block, Table)}
