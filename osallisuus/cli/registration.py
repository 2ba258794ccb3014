"""`osallisuus registration`: who has registered for a date."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import (
    AnyOccasion,
    App,
    Columns,
    Delimiter,
    DryRun,
    Email,
    Encoding,
    ImportFile,
    Yes,
    app_of,
    columns_of,
)
from osallisuus.domain import registrations
from osallisuus.domain.events import Event
from osallisuus.domain.registrations import Place, Registration, Totals
from osallisuus.i18n import _, n_
from osallisuus.words import place_words

app = Group()

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Name; may be empty where there is an address."))]


@app.verb(
    "add",
    _("Register somebody for a date. When it is full they are on the waiting list, and get a place when one is free."),
    'registration add teematiistait/2022-11-15 "Aino Esimerkki" --email aino@example.org',
    'registration add teematiistait/3 "Eero Malli"',
)
def add(ctx: typer.Context, occasion: AnyOccasion, name: Name, email: Email = None) -> None:
    """Register somebody; the same address, or without one the same name, again changes nothing."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        asked = Registration(event_id=event.id, name=name, email=email or "", registered_on=run.today.isoformat())
        registration, new = registrations.add(run.db, event, asked, change)
        place = _place(run, event, registration)
    called = registration.called
    sentence = (
        (_("{name} is registered for {occasion}.") if new else _("{name} is registered for {occasion} already."))
        if place.state == "registered"
        else _("{occasion} is full: {name} is number {turn} on the waiting list.")
    )
    run.out.done("registration", _public(place), sentence.format(name=called, occasion=event.reference, turn=place.turn))


@app.verb(
    "import",
    _("Register everybody in a file: CSV or Excel, from Lyyti, Teams, Zoom or of your own. Nobody is registered twice."),
    "registration import teematiistait/2022-11-15 ilmoittautuneet.csv --dry-run",
    "registration import teematiistait/3 lista.xlsx --column name=Osallistuja",
)
def import_(
    ctx: typer.Context,
    occasion: AnyOccasion,
    file: ImportFile,
    column: Columns = None,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    dry_run: DryRun = False,
) -> None:
    """Import registrations; those who cancelled are cancelled."""
    run = app_of(ctx)
    from osallisuus.imports import registrations as reader  # start-up: only where a file is read

    found = reader.read(file, columns=columns_of(column), encoding=encoding, delimiter=delimiter)
    with run.trying(dry_run=dry_run) as change:
        event = run.any_event(occasion)
        day = run.today.isoformat()
        listed = [
            (Registration(event_id=event.id, name=one.name, email=one.email, registered_on=day), one.cancelled) for one in found
        ]
        taken = registrations.take(run.db, event, listed, change, today=run.today)
        totals = registrations.sums(run.db, event)
    sentence = _("{file}: {added} added, {known} there already, {cancelled} cancelled.").format(file=file, **vars(taken))
    document = {"file": str(file), **vars(taken), "dry_run": dry_run}
    run.out.done("import", document, _tried(sentence, dry_run=dry_run), _sentence(totals))


@app.verb(
    "cancel",
    _("Cancel a registration. The next on the waiting list has a place then."),
    "registration cancel teematiistait/2022-11-15 aino@example.org",
    "registration cancel teematiistait/3 7",
)
def cancel(
    ctx: typer.Context,
    occasion: AnyOccasion,
    who: Annotated[str, typer.Argument(metavar="WHO", help=_("Number in the list, e-mail address or part of the name."))],
) -> None:
    """Cancel a registration."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        waiting = {place.registration.id for place in registrations.search(run.db, event) if place.state == "waiting"}
        registration = registrations.get(run.db, event, who)
        registrations.cancel(run.db, registration, run.today, change)
        after = registrations.search(run.db, event)
    sentence = (
        _("The registration of {name} is cancelled already.") if change.empty else _("Cancelled the registration of {name}.")
    )
    risen = [p.registration for p in after if p.state == "registered" and p.registration.id in waiting]
    run.out.done(
        "registration",
        _public(_place(run, event, registration)) | {"risen": [one.id for one in risen]},
        sentence.format(name=registration.called),
        *(_("Has a place now: {name} {email}").format(name=one.name, email=one.email).rstrip() for one in risen),
    )


@app.verb(
    "count",
    _("Note how many have registered elsewhere, beside those named here."),
    "registration count teematiistait/2022-11-15 84",
    "registration count teematiistait/3 0",
)
def count(
    ctx: typer.Context,
    occasion: AnyOccasion,
    number: Annotated[int, typer.Argument(metavar="N", parser=whole(0, 100_000), help=_("How many, without names."))],
) -> None:
    """Note a number of registrations."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        before = registrations.search(run.db, event)
        registrations.count(run.db, event, number, change)
        totals = registrations.sums(run.db, event)
    run.out.done("registrations", _totals(event, totals), _sentence(totals))
    tell_of_turns(run, event, before)


@app.verb(
    "list",
    _("List who has registered for a date, in the order of registration."),
    "registration list teematiistait/2022-11-15",
    "registration list teematiistait/3 --json",
)
def list_(ctx: typer.Context, occasion: AnyOccasion) -> None:
    """List registrations."""
    run = app_of(ctx)
    event = run.any_event(occasion)
    found = registrations.search(run.db, event)
    totals = registrations.sums(run.db, event)
    if run.out.json:
        run.out.document({"registrations": _totals(event, totals) | {"people": [_public(place) for place in found]}})
        return
    run.out.rows(
        "registrations",
        [_public(place) for place in found],
        (
            (_("Number"), "id"),
            (_("Name"), "name"),
            (_("E-mail"), "email"),
            (_("Registered on"), "registered_on"),
            (_("State"), lambda row: place_words()[row["state"]]),
            (_("Turn"), "turn"),
        ),
        empty=_("Nobody is registered by name for {occasion}.").format(occasion=event.reference),
    )
    run.out.note(_sentence(totals))


@app.verb(
    "forget",
    _("After the date: remove the names and addresses of those who registered, and keep how many they were."),
    "registration forget teematiistait/2022-09-13 --yes",
    "registration forget teematiistait/1 --yes --json",
)
def forget(ctx: typer.Context, occasion: AnyOccasion, yes: Yes = False) -> None:
    """Forget who registered."""
    run = app_of(ctx)
    reference = run.any_event(occasion).reference
    run.confirm(_("Remove the names of those who registered for {occasion} for good?").format(occasion=reference), yes=yes)
    with run.writing() as change:
        event = run.any_event(occasion)
        gone = registrations.forget(run.db, event, change, today=run.today)
        totals = registrations.sums(run.db, event)
    sentence = n_("{n} registration has no name any more.", "{n} registrations have no names any more.", gone)
    run.out.done("registrations", _totals(event, totals) | {"forgotten": gone}, sentence, _sentence(totals))


@app.verb(
    "clear",
    _("Take away all who are registered by name for a date, as after the import of a wrong list."),
    "registration clear teematiistait/2022-12-13 --yes",
    "registration clear teematiistait/4 --yes --json",
)
def clear(ctx: typer.Context, occasion: AnyOccasion, yes: Yes = False) -> None:
    """Remove all registrations of a date."""
    run = app_of(ctx)
    reference = run.any_event(occasion).reference
    run.confirm(_("Remove all who are registered for {occasion} for good?").format(occasion=reference), yes=yes)
    with run.writing() as change:
        event = run.any_event(occasion)
        gone = registrations.clear(run.db, event, change)
        totals = registrations.sums(run.db, event)
    sentence = n_("{n} registration removed.", "{n} registrations removed.", gone)
    run.out.done("registrations", _totals(event, totals) | {"removed": gone}, sentence)


def tell_of_turns(run: App, event: Event, before: Sequence[Place]) -> None:
    """Say who has a place now, and who has lost one, since `before`."""
    states = {place.registration.id: place.state for place in before}
    for place in registrations.search(run.db, event):
        was, one = states.get(place.registration.id), place.registration
        if was == "waiting" and place.state == "registered":
            run.out.note(_("Has a place now: {name} {email}").format(name=one.name, email=one.email).rstrip())
        elif was == "registered" and place.state == "waiting":
            run.out.note(_("Is on the waiting list now: {name} {email}").format(name=one.name, email=one.email).rstrip())


def _place(run: App, event: Event, registration: Registration) -> Place:
    return next(place for place in registrations.search(run.db, event) if place.registration.id == registration.id)


def _public(place: Place) -> dict[str, Any]:
    shown = ("id", "name", "email", "registered_on", "cancelled_on")
    return {name: getattr(place.registration, name) for name in shown} | {"state": place.state, "turn": place.turn}


def _totals(event: Event, totals: Totals) -> dict[str, Any]:
    return {"occasion": event.lasting, **vars(totals), "registered": totals.registered}


def _sentence(totals: Totals) -> str:
    text = n_("{n} registered", "{n} registered", totals.registered)
    parts = [text if totals.capacity is None else _("{text} of {capacity}").format(text=text, capacity=totals.capacity)]
    if totals.waiting:
        parts.append(n_("{n} waiting", "{n} waiting", totals.waiting))
    if totals.cancelled:
        parts.append(n_("{n} cancelled", "{n} cancelled", totals.cancelled))
    return ", ".join(parts) + "."


def _tried(sentence: str, *, dry_run: bool) -> str:
    return _("{summary} Nothing was written (--dry-run).").format(summary=sentence) if dry_run else sentence
