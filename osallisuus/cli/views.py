"""How dates and plans are shown to people."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from osallisuus.cli.output import Column, Output
from osallisuus.domain import events, hosts
from osallisuus.i18n import _, format_date, format_time, language
from osallisuus.store.database import Database


def columns(spoken: str) -> tuple[Column, ...]:
    """Return the columns of a list of dates."""
    return (
        (_("Date"), "occasion"),
        (_("No"), "number"),
        (_("When"), when),
        (_("Theme"), lambda row: row.get(f"title_{spoken}") or row["title"]),
        (_("Place"), lambda row: row["place"] or row["url"]),
        (_("State"), state),
    )


def when(row: Mapping[str, Any]) -> str:
    """Return date and time from start to end as people write them."""
    start = datetime.fromisoformat(row["starts"])
    end = start + timedelta(minutes=row["minutes"])
    return f"{format_date(start.date())} {format_time(start)}–{format_time(end)}"


def state(row: Mapping[str, Any]) -> str:
    """Return the state of a date in words."""
    word = {"planned": _("planned"), "held": _("held"), "cancelled": _("cancelled")}[row["status"]]
    return (
        _("{state}, moved from {date}").format(state=word, date=format_date(datetime.fromisoformat(row["planned"]).date()))
        if row["moved"]
        else word
    )


def labels() -> tuple[Column, ...]:
    """Return the labels of one date."""
    return (
        (_("Date"), "occasion"),
        (_("Number"), "number"),
        (_("When"), when),
        (_("State"), state),
        (_("Reason"), "cancel_reason"),
        (_("Theme"), "title"),
        (_("In Swedish"), "title_sv"),
        (_("In English"), "title_en"),
        (_("Place"), "place"),
        (_("Link"), "url"),
        (_("Places"), "capacity"),
        (_("Registration"), "registration_url"),
        (_("Description"), "description"),
        (_("Kind"), "kind"),
        (_("Time zone"), "timezone"),
        (_("Identity in calendars"), "uid"),
        (_("Revision"), "sequence"),
    )


def show_dates(out: Output, db: Database, host: str, kind: str, *, since: date | None, until: date | None, status: str) -> None:
    """Print the dates of one host, or of all of a kind (panel or series), in order of time."""
    record: type[hosts.Host] = hosts.Panel if kind == "panel" else hosts.Series
    one = "session" if kind == "panel" else "webinar"
    slug = hosts.get(db, host, record).slug if host else ""
    found = events.search(db, host=slug, type=kind, since=since, until=until, status=status)
    handles = events.names(db, found)
    out.rows(
        f"{one}s",
        [dict(events.public(event)) | {"occasion": handles[event.id]} for event in found],
        columns(language()),
        empty=_("There are no dates. Plan some: osallisuus {noun} plan --help").format(noun=one),
    )
