"""Fills one database, run by the interpreter that osallisuus is installed for. Arguments: file, series, dates of each, members.

The first series is called teematiistait, the only panel vantaa. The same arguments always give the same rows.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from osallisuus.domain import hosts, memberships, people, planning
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Panel, Series
from osallisuus.domain.memberships import Membership
from osallisuus.domain.people import Person
from osallisuus.store import upkeep
from osallisuus.store.database import open_db, writing

NOW = datetime(2022, 8, 22, 6, tzinfo=UTC)
FIRST = datetime(2022, 9, 6, 14)
# As long as texts of a real season are: to be folded, with letters outside ASCII and characters that calendars escape.
DESCRIPTION = (
    "Miten asiakkaiden kokemus näkyy päätöksissä? Puhujina kehittäjäasiakas, palvelujohtaja ja kokemusasiantuntija; lopuksi "
    "keskustelua.\nTilaisuus tulkataan viittomakielelle, ja siitä tehdään tallenne."
)


def fill(path: Path, series: int, dates: int, members: int) -> None:
    """Make a database of so many series with so many weekly dates each, and a panel of so many members."""
    upkeep.create(path, now=NOW)
    db = open_db(path)
    with writing(db, "seed", now=NOW) as change:
        made = [series_of(number) for number in range(series)]
        for one in made:
            hosts.add(db, one, change)
        hosts.add(db, Panel(slug="vantaa", name="Vantaan asiakasraati", kind="main", size=20, timezone="Europe/Helsinki"), change)
        for number in range(members):
            person = Person(name=f"Aino Esimerkki-{number:02}", email=f"aino.{number}@example.org", phone="+358 40 123 4567")
            person = people.add(db, person, change, organisation="Esimerkkiyhdistys ry")
            membership = Membership(panel="vantaa", person_id=person.id, role="peer", from_date="2022-01-01")
            memberships.add(db, membership, change)
        # one by one through the nouns, a hundred thousand events would take longer than all the measurements
        rows = [asdict(event) for one in made for event in _events(one, dates)]
        if rows:
            columns = [name for name in rows[0] if name != "id"]
            places = ", ".join(f":{name}" for name in columns)
            db.connection.executemany(f"INSERT INTO events ({', '.join(columns)}) VALUES ({places})", rows)
    db.close()


def series_of(number: int) -> Series:
    return Series(
        slug=f"sarja-{number}" if number else "teematiistait",
        name=f"Järjestöjen etäraadit {number}" if number else "Asiakasosallisuuden teematiistait",
        place="Teams, asiakasosallisuuden kanava",
        url="https://teams.example.org/l/meetup-join/19%3ameeting_teematiistait?context=%7b%22Tid%22%3a%22esimerkki%22%7d",
        timezone="Europe/Helsinki",
        rule="2nd tuesday",
        at="14:00",
        minutes=60,
    )


def _events(series: Series, dates: int) -> Iterator[Event]:
    for number in range(1, dates + 1):
        starts = (FIRST + timedelta(weeks=number - 1)).isoformat(timespec="minutes")
        uid = str(uuid5(NAMESPACE_URL, f"{series.slug}/{number}"))
        blank = asdict(planning.blank(series, starts, uid=uid))
        stamp = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        own = {"number": number, "title": f"Osallisuus päätöksenteossa, osa {number}", "description": DESCRIPTION}
        yield Event(**blank | own | {"created_at": stamp, "revised_at": stamp})


if __name__ == "__main__":
    fill(Path(sys.argv[1]), *map(int, sys.argv[2:]))
