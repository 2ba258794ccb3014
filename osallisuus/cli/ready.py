"""What webinar dates still lack, and publishing what is ready of one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import typer

from osallisuus.cli.commands import ATTENTION
from osallisuus.cli.context import App
from osallisuus.cli.publishing import tell_of_names
from osallisuus.domain import (
    events,
    programmes,
    readiness,
    registrations,
    releases,
)
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Series
from osallisuus.domain.readiness import Gap
from osallisuus.i18n import _, format_date, format_moment, n_

# How far ahead dates are shown, unless all are asked for.
_AHEAD = timedelta(days=90)


def show(run: App, what: str | None, *, check: bool, all_: bool, day: date) -> None:
    """Show what dates lack on a day, by date; with `check` only what is late, and exit status 8 when anything is."""
    found = _concerned(run, what, day, all_=all_)
    gaps = readiness.search(run.db, found, day)
    late = {gap.occasion for gap in gaps if gap.late}
    handles = events.names(run.db, found)
    whole = all_ or check or run.out.json or (what is not None and "/" in what)
    later = [] if whole else [e for e in found if e.day > day + _AHEAD and handles[e.id] not in late]
    found = [event for event in found if event not in later]
    gaps = [gap for gap in gaps if gap.late or not check]
    by_date: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        by_date[gap.occasion].append(gap)
    if run.out.json:
        dates = [
            {
                "occasion": handles[event.id],
                "starts": event.starts,
                "status": event.status,
                "lacks": [_public(gap) for gap in by_date[handles[event.id]]],
            }
            for event in found
        ]
        run.out.document({"ready": dates})
    else:
        for event in found:
            own = by_date[handles[event.id]]
            if own or not check:
                run.out.say(*_lines(event, handles[event.id], own))
        if later:
            run.out.note(
                n_(
                    "{n} later date is not shown; it is with --all.",
                    "{n} later dates are not shown; they are with --all.",
                    len(later),
                )
            )
        if not found and not later:
            run.out.note(_("No webinar date lacks anything."))
    if check and gaps:
        raise typer.Exit(ATTENTION)


def publish(run: App, occasion: str, *, dry_run: bool) -> None:
    """Publish what is ready of a date, and say what is not."""
    with run.trying(dry_run=dry_run) as change:
        event = run.event(occasion, Series)
        release = releases.publish(run.db, event, run.today, change, minimum=run.settings.feedback_minimum)
    nouns = {"questions": _("questions"), "resources": _("resources"), "notes": _("notes"), "materials": _("materials")}
    done = {noun: getattr(release, noun) for noun in nouns}
    words = "; ".join(f"{nouns[noun]} {', '.join(map(str, numbers))}" for noun, numbers in done.items() if numbers)
    words = "; ".join(filter(None, (words, _("feedback") if release.feedback else "")))
    sentence = _("{occasion}: published {what}.") if words else _("{occasion}: nothing more to publish.")
    summary = sentence.format(occasion=event.reference, what=words)
    if dry_run:
        summary = _("{summary} Nothing was written (--dry-run).").format(summary=summary)
    refused = [error.details for error in release.refused]
    run.out.done(
        "published",
        {"occasion": event.lasting, **done, "feedback": release.feedback, "refused": refused, "dry_run": dry_run},
        summary,
    )
    for error in release.refused:
        run.out.note(f"{error.message} {error.hint}")
    tell_of_names(run, release.texts)


def tell_of_people(run: App, event: Event) -> None:
    """Say who does not hear by themselves that a webinar is cancelled or moved."""
    speaking = {one.person_id for slot in programmes.of(run.db, event) for one in slot.speakers if one.state != "declined"}
    totals = registrations.sums(run.db, event)
    waiting = totals.registered + totals.waiting
    parts = [
        *([n_("{n} speaker", "{n} speakers", len(speaking))] if speaking else []),
        *([n_("{n} who registered", "{n} who registered", waiting)] if waiting else []),
    ]
    if parts:
        run.out.note(_("Nobody hears of it by themselves. Tell them: {who}.").format(who=", ".join(parts)))


def _concerned(run: App, what: str | None, day: date, *, all_: bool) -> list[Event]:
    if what and "/" in what:
        return [run.event(what, Series)]
    host = run.host(what, Series).slug if what else ""
    if not all_:
        return readiness.concerned(run.db, day, host=host)
    return [event for event in events.search(run.db, host=host, type="series") if event.status != "cancelled"]


def _lines(event: Event, handle: str, own: Sequence[Gap]) -> list[str]:
    head = f"{handle}  {format_moment(event.start)}  {event.title}".rstrip()
    if not own:
        return [head, _("  Cancelled.") if event.status == "cancelled" else _("  Ready.")]
    lines = [head]
    for gap in own:
        due = _("LATE since {date}") if gap.late else _("by {date}")
        lines += [f"  {due.format(date=format_date(gap.due))}: {readiness.sentence(gap)}", f"      {gap.command}"]
    return lines


def _public(gap: Gap) -> dict[str, Any]:
    return {name: value for name, value in vars(gap).items() if name != "occasion"}
