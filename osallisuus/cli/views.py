"""How dates and plans are shown to people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from osallisuus.cli.context import App
from osallisuus.cli.output import Column
from osallisuus.i18n import _, format_date, format_time


def columns(run: App) -> tuple[Column, ...]:
    """Return the columns of a list of dates."""
    return (
        (_("Date"), "occasion"),
        (_("No"), "number"),
        (_("When"), when),
        (_("Theme"), lambda row: row.get(f"title_{run.language}") or row["title"]),
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
        (_("Description"), "description"),
        (_("Kind"), "kind"),
        (_("Time zone"), "timezone"),
        (_("Identity in calendars"), "uid"),
        (_("Revision"), "sequence"),
    )
