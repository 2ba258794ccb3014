"""The usual way to write a calendar with icalendar: `Event.add()` for each property, then one `Calendar.to_ical()`.

Reads the same database as `osallisuus calendar export` and writes the same events. Arguments: database, file to write.
"""

import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event


def export(database: str, target: str) -> None:
    """Write all events of a database into one calendar file."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//icalendar//EN")
    calendar.add("calscale", "GREGORIAN")
    for row in connection.execute(
        "SELECT e.*, h.name AS host_name FROM events e JOIN hosts h ON h.slug = e.host ORDER BY starts, host, number"
    ):
        zone = ZoneInfo(row["timezone"])
        start = datetime.fromisoformat(row["starts"]).replace(tzinfo=zone)
        event = Event()
        event.add("summary", f"{row['host_name']}: {row['title']}")
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=row["minutes"]))
        event.add("dtstamp", datetime.fromisoformat(row["revised_at"]))
        event.add("uid", row["uid"])
        event.add("sequence", row["sequence"])
        event.add("categories", [row["host_name"]])
        event.add("class", "PUBLIC")
        event.add("created", datetime.fromisoformat(row["created_at"]))
        event.add("description", f"{row['description']}\n\nJoin: {row['url']}")
        event.add("last-modified", datetime.fromisoformat(row["revised_at"]))
        event.add("location", row["place"])
        event.add("status", "CONFIRMED")
        event.add("transp", "OPAQUE")
        event.add("url", row["url"])
        calendar.add_component(event)
    calendar.add_missing_timezones()
    Path(target).write_bytes(calendar.to_ical())


if __name__ == "__main__":
    export(*sys.argv[1:])
