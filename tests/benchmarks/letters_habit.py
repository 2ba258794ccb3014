"""The usual way to write invitations: bare jinja2, one EmailMessage a person, its calendar part by icalendar's `add()`.

Reads the same database as `osallisuus invite write`, renders the same templates and writes the same kind of files. Arguments:
database, folder to write into.
"""

import sqlite3
import sys
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from osallisuus.exports.letters import SHIPPED
from osallisuus.exports.timezones import vtimezone

_WEEKDAYS = ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai")


def write(database: str, folder: Path) -> None:
    """Write a message for each draft of a database."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    environment = Environment(  # noqa: S701  # as whoever writes plain mail has it; the HTML is escaped below
        loader=FileSystemLoader(SHIPPED), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"time": lambda moment: f"{moment:%H.%M}", "long_moment": _long_moment}
    escaping = environment.overlay(autoescape=True)
    text, html = environment.get_template("fi/invitation.txt"), escaping.get_template("fi/invitation.html")
    rows = connection.execute(
        "SELECT e.*, h.name AS host_name, r.name, r.email, m.id AS message, m.message_id, m.made_at FROM messages m"
        " JOIN events e ON e.id = m.event_id JOIN hosts h ON h.slug = e.host JOIN registrations r ON r.id = m.registration_id"
    )
    folder.mkdir()
    for row in rows:
        values = {"letter": _letter(row), "language": "fi"}
        subject, _end, body = text.render(values).partition("\n")
        message = EmailMessage(policy=SMTP)
        message["From"] = Address("Osallisuustiimi", addr_spec="raati@example.org")
        message["To"] = Address(row["name"], addr_spec=row["email"])
        message["Subject"] = subject
        message["Date"] = datetime.fromisoformat(row["made_at"])
        message["Message-ID"] = f"<{row['message_id']}>"
        message["X-Unsent"] = "1"
        message.set_content(body, cte="quoted-printable")
        message.add_alternative(html.render(values | {"subject": subject}), subtype="html", cte="quoted-printable")
        calendar = _calendar(row).decode()
        message.add_alternative(
            calendar, subtype="calendar", charset="utf-8", cte="base64", params={"method": "REQUEST", "component": "VEVENT"}
        )
        (folder / f"{row['message']:05}.eml").write_bytes(message.as_bytes())


def _letter(row: sqlite3.Row) -> SimpleNamespace:
    start = datetime.fromisoformat(row["starts"])
    return SimpleNamespace(
        **{key: row[key] for key in ("name", "title", "place", "url", "description")},
        kind="invitation",
        role="registered",
        public=True,
        again=False,
        on_paper=False,
        organisation="Esimerkkilän hyvinvointialue",
        host=row["host_name"],
        starts=start,
        ends=start + timedelta(minutes=row["minutes"]),
        contact=SimpleNamespace(name="Osallisuustiimi", email="raati@example.org", phone=""),
        items=(),
        programme=(),
    )


def _long_moment(moment: datetime) -> str:
    return f"{_WEEKDAYS[moment.weekday()]} {moment.day}.{moment.month}.{moment.year} klo {moment:%H.%M}"


def _calendar(row: sqlite3.Row) -> bytes:
    zone = ZoneInfo(row["timezone"])
    start = datetime.fromisoformat(row["starts"]).replace(tzinfo=zone)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//icalendar//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "REQUEST")
    event = Event()
    event.add("summary", f"{row['host_name']}: {row['title']}")
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=row["minutes"]))
    event.add("dtstamp", datetime.fromisoformat(row["made_at"]))
    event.add("uid", row["uid"])
    event.add("sequence", row["sequence"])
    event.add("description", f"{row['description']}\n\nJoin: {row['url']}")
    event.add("location", row["url"])
    event.add("url", row["url"])
    event.add("status", "CONFIRMED")
    attendee = vCalAddress(f"mailto:{row['email']}")
    attendee.params |= {"CN": row["name"], "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE", "ROLE": "REQ-PARTICIPANT"}
    event.add("attendee", attendee)
    organizer = vCalAddress("mailto:raati@example.org")
    organizer.params["CN"] = "Osallisuustiimi"
    event.add("organizer", organizer)
    calendar.add_component(_zone(row["timezone"], start.date()))
    calendar.add_component(event)
    return calendar.to_ical()


@cache
def _zone(zone: str, first: date) -> Timezone:
    """Return the component of a zone, made once and short: icalendar's own lists every change since 1970."""
    return Timezone.from_ical(vtimezone(zone, first, first))


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
