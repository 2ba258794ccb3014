"""`osallisuus attendance`: who was at a session or webinar."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import (
    AnyOccasion,
    App,
    Columns,
    Delimiter,
    DryRun,
    Encoding,
    From,
    ImportFile,
    On,
    PanelSlug,
    People,
    app_of,
    columns_of,
    given,
)
from osallisuus.cli.lacks import warn_of_lacks
from osallisuus.domain import attendance, events, people, roles
from osallisuus.domain.attendance import Mark
from osallisuus.domain.events import Event
from osallisuus.errors import UsageError
from osallisuus.i18n import _, n_
from osallisuus.words import duty_words, quiet_words, reason_words, state_words

app = Group()

Duty = Annotated[
    str | None,
    typer.Option(
        "--duty",
        metavar="|".join(attendance.DUTIES),
        parser=one_of(attendance.DUTIES),
        help=_("What they do there. There is one chair and one secretary; a new one takes over."),
    ),
]


@app.verb(
    "add",
    _("Put people on the list of a session beforehand: a guest, an expert, the chair. Says what they lack, and forbids nothing."),
    'attendance add vantaa/2022-09-29 "Eero Malli" --duty chair',
    "attendance add vantaa/1 7 8 --duty expert",
)
def add(ctx: typer.Context, occasion: AnyOccasion, person: People, duty: Duty = None) -> None:
    """Put people on the list."""
    _mark(ctx, occasion, person, **given(duty=duty))


@app.verb(
    "mark",
    _("Mark who was there. Excused can be marked beforehand; why is one of a few words, and health is not among them."),
    "attendance mark vantaa/2022-09-29 aino eero --as present",
    "attendance mark vantaa/1 3 --as excused --reason work",
    "attendance mark vantaa/1 --rest --as absent",
)
def mark(
    ctx: typer.Context,
    occasion: AnyOccasion,
    as_: Annotated[
        str, typer.Option("--as", metavar="|".join(attendance.STATES), parser=one_of(attendance.STATES), help=_("How."))
    ],
    person: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PERSON", help=_("Numbers, e-mail addresses or parts of names."), autocompletion=completion.people
        ),
    ] = None,
    rest: Annotated[bool, typer.Option("--rest", help=_("All members of that day who are not marked yet."))] = False,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="|".join(attendance.REASONS),
            parser=one_of(attendance.REASONS),
            help=_("Why excused; 'personal' covers everything about health."),
        ),
    ] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="N", parser=whole(1, 1440), help=_("How many minutes they stayed."))
    ] = None,
    duty: Duty = None,
) -> None:
    """Mark people."""
    if not person and not rest:
        raise UsageError(_("Say whom."), hint=_("Name people, or use --rest for all who are not marked yet."))
    _mark(ctx, occasion, person or [], state=as_, rest=rest, **given(reason=reason, minutes=minutes, duty=duty))


@app.verb(
    "clear",
    _("Take back a mark made by mistake: a member is then not marked, somebody added is off the list."),
    "attendance clear vantaa/1 aino",
    "attendance clear vantaa/1 3 7 --json",
)
def clear(ctx: typer.Context, occasion: AnyOccasion, person: People) -> None:
    """Take marks back."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        cleared = [one for one in run.people(person) if attendance.clear(run.db, event, one.id, change)]
    names = ", ".join(one.name for one in cleared)
    sentence = _("Took back: {names}.") if cleared else _("Nobody of them was marked.")
    run.out.done("attendance", _document(run, event), sentence.format(names=names))


@app.verb(
    "count",
    _("Note how many people were there beside those named."),
    "attendance count vantaa/2022-09-29 5",
    "attendance count teematiistait/1 84",
)
def count(
    ctx: typer.Context,
    occasion: AnyOccasion,
    number: Annotated[int, typer.Argument(metavar="N", parser=whole(0, 100_000), help=_("How many, without names."))],
) -> None:
    """Note a head-count."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        new = attendance.count(run.db, event, number, change, today=run.today)
    sentence = _("{occasion}: {people} beside those named.") if new else _("{occasion}: that is noted already.")
    run.out.done(
        "attendance",
        _document(run, event),
        sentence.format(occasion=event.lasting, people=n_("{n} person", "{n} people", number)),
    )


@app.verb(
    "import",
    _(
        "Read an attendance report of Teams, Zoom or Meet, or a list: people who are known are marked, the others only counted. "
        "Nobody new is stored."
    ),
    "attendance import teematiistait/2022-10-11 osallistujaraportti.csv --dry-run",
    "attendance import vantaa/1 lista.xlsx --as present --column name=Osallistuja",
)
def import_(
    ctx: typer.Context,
    occasion: AnyOccasion,
    file: ImportFile,
    as_: Annotated[
        str,
        typer.Option("--as", metavar="|".join(attendance.SEEN), parser=one_of(attendance.SEEN), help=_("How they came.")),
    ] = "remote",
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    force: Annotated[bool, typer.Option("--force", help=_("Put another count in the place of the one that is there."))] = False,
    dry_run: DryRun = False,
) -> None:
    """Mark and count those in a report; reading it again changes nothing."""
    from osallisuus.cli import attendees  # start-up: only where a file is read

    asked = attendees.Asked(
        state=as_, columns=columns_of(column), encoding=encoding, delimiter=delimiter, force=force, dry_run=dry_run
    )
    attendees.take(app_of(ctx), occasion, file, asked)


@app.verb(
    "list",
    _("List who was there, or is to come: the members of that day and those added."),
    "attendance list vantaa/2022-09-29",
    "attendance list vantaa/1 --json",
)
def list_(ctx: typer.Context, occasion: AnyOccasion) -> None:
    """List the attendance of one date."""
    run = app_of(ctx)
    event = run.any_event(occasion)
    if run.out.json:
        run.out.document({"attendance": _document(run, event)})
        return
    titles = {role.key: roles.title(role, run.language) for role in roles.search(run.db)}
    rows = [asdict(attendee) for attendee in attendance.search(run.db, event)]
    run.out.rows(
        "attendance",
        rows,
        (
            (_("Number"), "person_id"),
            (_("Name"), "name"),
            (_("Role"), lambda row: titles[row["role"]] if row["member"] else _("not a member")),
            (_("Duty"), lambda row: duty_words()[row["duty"]]),
            (_("Attendance"), lambda row: state_words()[row["state"]]),
            (_("Reason"), lambda row: reason_words()[row["reason"]]),
            (_("Minutes"), "minutes"),
        ),
        empty=_("Nobody is on the list of {occasion}.").format(occasion=event.reference),
    )
    if rows:
        run.out.note(_summary(run, event, rows))


@app.verb(
    "rates",
    _("How the members of a panel have come to its sessions. Days on which somebody was no member do not count."),
    "attendance rates vantaa",
    "attendance rates vantaa --from 2022-01-01 --json",
)
def rates(ctx: typer.Context, panel: PanelSlug, from_: From = None, on: On = None) -> None:
    """List attendance rates by member."""
    run = app_of(ctx)
    found = attendance.rates(run.db, run.panel(panel), since=run.day(from_), until=run.day(on) or run.today)
    titles = {role.key: roles.title(role, run.language) for role in roles.search(run.db)}
    run.out.rows(
        "rates",
        [asdict(rate) for rate in found],
        (
            (_("Number"), "person_id"),
            (_("Name"), "name"),
            (_("Role"), lambda row: titles[row["role"]]),
            (_("Present"), "attended"),
            (_("Of them remote"), "remote"),
            (_("Excused"), "excused"),
            (_("Absent"), "absent"),
            (_("Not marked"), "unmarked"),
            (_("Rate"), lambda row: "" if row["rate"] is None else f"{row['rate']:.0%}"),
            (_("To notice"), lambda row: quiet_words()[row["quiet"]]),
        ),
        empty=_("{panel} has no members on that day.").format(panel=panel),
    )


def _mark(
    ctx: typer.Context,
    occasion: str,
    references: list[str],
    *,
    state: str = "",
    rest: bool = False,
    **fields: Any,
) -> None:
    """Mark the people, say so, and say what each lacks for the role they have."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        found = run.people(references)
        if fields.get("duty") in ("chair", "secretary") and (rest or len(found) > 1):
            raise UsageError(_("There is one chair and one secretary."), hint=_("Name one person with --duty."))
        if rest:
            unmarked = {a.person_id for a in attendance.search(run.db, event) if a.member and not a.state}
            found += [people.get(run.db, str(number)) for number in sorted(unmarked - {one.id for one in found})]
        for one in found:
            asked = Mark(event_id=event.id, person_id=one.id, state=state, **fields)
            attendance.mark(run.db, event, asked, change, today=run.today)
    names = ", ".join(one.name for one in found)
    sentence = _("{occasion}: {state}: {names}.") if state else _("{occasion}: on the list: {names}.")
    if change.empty:
        sentence = _("{occasion}: everything is as asked already.")
    run.out.done(
        "attendance",
        _document(run, event),
        sentence.format(occasion=event.lasting, state=state_words()[state], names=names),
    )
    if state in ("", *attendance.SEEN):
        for one in found:
            warn_of_lacks(run, one, event)


def _document(run: App, event: Event) -> dict[str, Any]:
    rows = attendance.search(run.db, event)
    return {
        "occasion": events.names(run.db, [event])[event.id],
        "people": [asdict(row) for row in rows],
        "headcount": attendance.headcount(run.db, event),
        **{state: sum(row.state == state for row in rows) for state in attendance.STATES},
        "unmarked": sum(not row.state for row in rows),
    }


def _summary(run: App, event: Event, rows: list[dict[str, Any]]) -> str:
    counted = [(word, sum(row["state"] == state for row in rows)) for state, word in state_words().items()]
    others = attendance.headcount(run.db, event)
    parts = [f"{word} {n}" for word, n in counted if n]
    if others:
        parts.append(_("others {n}").format(n=others))
    return ", ".join(parts)
