"""What the commands for panels and for series share."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from osallisuus.cli.context import App, given
from osallisuus.cli.output import Column
from osallisuus.dates import parse_date, parse_time
from osallisuus.domain import events, hosts, memberships, people, targets
from osallisuus.domain.hosts import Host
from osallisuus.i18n import _, format_date, n_

HOST_LABELS: tuple[Column, ...] = (
    (_("Short name"), "slug"),
    (_("Name"), "name"),
    (_("In Swedish"), "name_sv"),
    (_("In English"), "name_en"),
    (_("Rule"), "rule"),
    (_("At"), "at"),
    (_("Minutes"), "minutes"),
    (_("Holidays"), "holidays"),
    (_("Time zone"), "timezone"),
    (_("Place"), "place"),
    (_("Link"), "url"),
    (_("Funder"), "funder"),
    (_("Purpose"), "purpose"),
    (_("Feedback is given at"), "feedback_url"),
    (_("Closed on"), "closed_on"),
)


def host_changes(run: App, **options: Any) -> dict[str, Any]:
    """Return the given options as columns: times as HH:MM, dates as ISO."""
    values = given(**options)
    if "at" in values:
        values["at"] = parse_time(values["at"]).isoformat("minutes")
    for name in ("term_start", "term_end"):
        if name in values:
            values[name] = parse_date(values[name], today=run.today).isoformat()
    return values


def edit_host(
    run: App,
    slug: str,
    record: type[Host],
    changes: dict[str, Any],
    *,
    coordinator: str | None = None,
    aims: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Change a host, and how many of which role (`aims`) a panel is meant to have, and show what came of it."""
    with run.counting_letters(), run.writing() as change:
        if coordinator is not None:
            changes = changes | {"coordinator": people.get(run.db, coordinator).id if coordinator else None}
        before = hosts.get(run.db, slug, record)
        after = hosts.update(run.db, before, changes, change)
        events.follow(run.db, before, after, change)
        unaimed = len(change.entries)
        if aims:
            targets.put(run.db, after.slug, aims, change)
    sentence = _("{slug} is as asked already.") if change.empty else _("Changed {slug}: {fields}.")
    if before.closed_on and not after.closed_on:
        sentence = _("{slug} is open again.")
    changed = [name for name in changes if getattr(before, name) != getattr(after, name)]
    fields = ", ".join([*changed, *(["targets"] if len(change.entries) > unaimed else [])])
    run.out.done("series" if after.type == "series" else "panel", asdict(after), sentence.format(slug=after.slug, fields=fields))
    if {"rule", "at", "minutes", "holidays"} & set(changes) and not change.empty:
        run.out.note(
            _("Dates that are there already change at: osallisuus {group} plan {slug} …").format(
                group=after.verbs, slug=after.slug
            )
        )


def close_host(run: App, slug: str, record: type[Host], on: str | None) -> None:
    """Close a host from a day on, and tell which planned dates come after it."""
    day: date = run.day(on) or run.today
    with run.writing() as change:
        host = hosts.update(run.db, hosts.get(run.db, slug, record), {"closed_on": day.isoformat()}, change)
    run.out.done(
        "series" if host.type == "series" else "panel",
        asdict(host),
        _("{slug} is closed on {day}.").format(slug=host.slug, day=format_date(day)),
    )
    if host.type == "panel" and (count := memberships.counts(run.db, day + timedelta(days=1)).get(host.slug)):
        run.out.note(
            n_("{n} person is still a member after that", "{n} people are still members after that", count)
            + f": osallisuus member list {host.slug} --on {day + timedelta(days=1)}"
        )
    later = [event for event in events.search(run.db, host=host.slug, since=day, status="planned") if event.day > day]
    handles = events.names(run.db, later)
    for event in later:
        run.out.note(
            _("Still planned after that: osallisuus {verbs} cancel {occasion}").format(
                verbs=host.verbs, occasion=handles[event.id]
            )
        )


def remove_host(run: App, slug: str, record: type[Host], *, yes: bool) -> None:
    """Remove a host that nothing belongs to."""
    host = hosts.get(run.db, slug, record)
    run.confirm(_("Remove {slug}, {name}, for good?").format(slug=host.slug, name=host.name), yes=yes)
    with run.writing() as change:
        hosts.remove(run.db, hosts.get(run.db, slug, record), change)
    run.out.done(host.type, {"slug": host.slug, "removed": True}, _("Removed {slug}.").format(slug=host.slug))
