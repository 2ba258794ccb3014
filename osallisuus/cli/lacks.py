"""How the want of a training or an agreement is told: never as a refusal."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from osallisuus.cli.context import App
from osallisuus.domain import attendance, events, memberships, requirements, roles, rundowns
from osallisuus.domain.events import Event
from osallisuus.domain.people import Person
from osallisuus.domain.requirements import Lack
from osallisuus.i18n import _, format_date, n_

# How far ahead a session is looked for that a lack matters for.
_AHEAD = timedelta(days=92)


def show_lacks(run: App, lacks: Sequence[Lack], empty: str) -> None:
    """Print who lacks what, and before which session that matters."""
    coming = events.search(run.db, type="panel", since=run.today, until=run.today + _AHEAD, status="planned")
    first = {event.host: event for event in reversed(coming)}
    handles = events.names(run.db, list(first.values()))
    titles = {role.key: roles.title(role, run.language) for role in roles.search(run.db)}
    run.out.rows(
        "missing",
        [asdict(lack) | {"before": handles[first[lack.panel].id] if lack.panel in first else None} for lack in lacks],
        (
            (_("Number"), "person_id"),
            (_("Name"), "name"),
            (_("Panel"), "panel"),
            (_("Role"), lambda row: titles[row["role"]]),
            (_("Lacks"), lambda row: requirements.called(row["what"])),
            (_("Ended"), "ended"),
            (_("Before"), "before"),
        ),
        empty=empty,
    )


def tell_of_gaps(run: App, event: Event) -> None:
    """Say what is still to be written down of a session that was held; nothing when nobody keeps its agenda or attendance."""
    listed = attendance.search(run.db, event)
    unmarked = sum(not one.state for one in listed if one.member)
    silent = sum(not line.outcome and line.status == "open" for line in rundowns.lines(run.db, event))
    if unmarked and unmarked < len(listed):
        run.out.note(n_("{n} member is not marked.", "{n} members are not marked.", unmarked))
    if silent:
        run.out.note(
            n_("{n} item has no outcome and goes on.", "{n} items have no outcome and go on.", silent)
            + f" osallisuus session agenda {event.lasting}"
        )


def warn_of_lacks(run: App, person: Person, event: Event) -> None:
    """Say what somebody lacks on the day of a session, and forbid nothing."""
    here = memberships.search(run.db, panel=event.host, person_id=person.id, on=event.day)
    lacks = requirements.of_person(run.db, person.id, event.day, panel=event.host if here else "")
    if lacks:
        run.out.note(
            _("{name} lacks for {day}: {what}.").format(
                name=person.name, day=format_date(event.day), what=requirements.in_words(lacks)
            )
        )
