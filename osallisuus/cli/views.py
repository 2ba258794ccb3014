"""How dates and plans are shown to people."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from osallisuus.cli.context import App
from osallisuus.cli.output import Column
from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.domain.planning import Plan
from osallisuus.i18n import _, format_date, format_moment, format_time, n_


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


def plan_lines(shown: Plan) -> list[str]:
    """Return a plan's dates in order of time: `=` stays, `+` is new, `>` moves, `-` is dropped."""
    lines = [
        *((event.start, "=", _stay(event)) for event in shown.kept),
        *((datetime.fromisoformat(p.starts), "+", _("new")) for p in shown.new),
        *(
            (datetime.fromisoformat(m.starts), ">", _("moves from {date}").format(date=format_moment(m.event.start)))
            for m in shown.moved
        ),
        *((event.start, "-", _("no longer in the rule: will be cancelled")) for event in shown.dropped),
        *((event.start, "=", _("no longer in the rule, but has people or notes: kept")) for event in shown.protected),
    ]
    return [f"{sign} {format_moment(moment)}  {text}" for moment, sign, text in sorted(lines)]


def _stay(event: Event) -> str:
    return state(events.public(event)) if event.status != "planned" or event.moved else _("there already")


def plan_sentence(shown: Plan, *, dry_run: bool) -> str:
    """Return the sums of a plan."""
    parts = [n_("{n} new date", "{n} new dates", len(shown.new))]
    if shown.moved:
        parts.append(n_("{n} moved", "{n} moved", len(shown.moved)))
    if shown.dropped:
        parts.append(n_("{n} cancelled", "{n} cancelled", len(shown.dropped)))
    parts.append(n_("{n} kept", "{n} kept", len(shown.kept) + len(shown.protected)))
    summary = f"{shown.host.slug}: {', '.join(parts)}."
    return _("{summary} Nothing was written (--dry-run).").format(summary=summary) if dry_run else summary


def plan_document(shown: Plan, *, dry_run: bool) -> Mapping[str, Any]:
    """Return a plan as its JSON object."""
    slug = shown.host.slug
    return {
        "host": slug,
        "rule": shown.host.rule,
        "dry_run": dry_run,
        "kept": [event.reference for event in shown.kept],
        "new": [{"occasion": f"{slug}/{p.starts[:10]}", "starts": p.starts} for p in shown.new],
        "moved": [{"occasion": m.event.lasting, "starts": [m.event.starts, m.starts]} for m in shown.moved],
        "dropped": [event.reference for event in shown.dropped],
        "protected": [event.reference for event in shown.protected],
        "remarks": [asdict(remark) for remark in shown.remarks],
    }
