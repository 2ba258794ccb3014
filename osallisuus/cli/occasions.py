"""The verbs of an occasion, written once: a panel's session and a series' webinar differ in their name only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

import typer

from osallisuus import dates
from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import (
    App,
    At,
    DryRun,
    From,
    Holidays,
    Minutes,
    Place,
    PlanCount,
    PlanMonths,
    RuleText,
    Until,
    Url,
    Yes,
    app_of,
    given,
)
from osallisuus.cli.views import labels, show_dates
from osallisuus.domain import events
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel, Series
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_moment, n_
from osallisuus.store.logbook import Change

Titles = Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("Theme or title."))]
TitleSv = Annotated[str | None, typer.Option("--title-sv", metavar="TEXT", help=_("Title in Swedish."))]
TitleEn = Annotated[str | None, typer.Option("--title-en", metavar="TEXT", help=_("Title in English."))]
Description = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help=_("What it is about; goes into calendars."))
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="|".join(events.KINDS), parser=one_of(events.KINDS), help=_("What kind of session.")),
]


Capacity = Annotated[
    int | None,
    typer.Option("--capacity", metavar="N", parser=whole(0, 100_000), help=_("How many places there are; 0 for no limit.")),
]
RegistrationUrl = Annotated[
    str | None, typer.Option("--registration-url", metavar="URL", help=_("Where people register; empty for nowhere."))
]


@dataclass(frozen=True)
class Noun:
    """What the command line calls an occasion, and what hosts it."""

    one: str
    many: str
    record: type[Host]
    complete_occasion: Callable[..., Any]
    complete_host: Callable[..., Any]


SESSION = Noun("session", "sessions", Panel, completion.sessions, completion.panels)
WEBINAR = Noun("webinar", "webinars", Series, completion.webinars, completion.series)
_NOUNS = {noun.one: noun for noun in (SESSION, WEBINAR)}


def noun_of(ctx: typer.Context) -> Noun:
    """Return the noun of the group that was called."""
    return _NOUNS[ctx.command_path.split()[1]]


def _complete_occasion(ctx: typer.Context, incomplete: str) -> Any:
    return noun_of(ctx).complete_occasion(ctx, incomplete)


def _complete_host(ctx: typer.Context, incomplete: str) -> Any:
    return noun_of(ctx).complete_host(ctx, incomplete)


HostSlug = Annotated[
    str, typer.Argument(metavar="HOST", help=_("Short name of the panel or series."), autocompletion=_complete_host)
]
Occasion = Annotated[
    str,
    typer.Argument(metavar="OCCASION", help=_("HOST/DATE, HOST/YYYY-MM or HOST/NUMBER."), autocompletion=_complete_occasion),
]


def register(group: Group, noun: Noun, slug: str, rule: str, occasion: str) -> None:
    """Give a group all the verbs, with examples about this host, rule and occasion."""
    for name, help_, function, examples in (
        (
            "plan",
            _("Make dates by the rule. Run it as often as you like: it adds what is missing and leaves all else as it is."),
            plan,
            (
                f"plan {slug} {rule}--from 2022-09-01 --until 2022-12-31",
                f"plan {slug} --from today --months 6 --holidays next --json",
                f"plan {slug} --from today --months 6 --dry-run",
            ),
        ),
        ("list", _("List dates."), list_, (f"list {slug}", "list --from today --status planned", f"list {slug} --json")),
        ("show", _("Show one date."), show, (f"show {occasion}", f"show {slug}/3 --json")),
        (
            "edit",
            _("Change the texts, place, link or length of one date."),
            edit,
            (
                f'edit {occasion} --title "Asiakkaiden osallistuminen päätöksentekoon"',
                f"edit {slug}/3 --url https://example.org/teams",
            ),
        ),
        (
            "move",
            _("Move one date; nothing else moves. It keeps its number and its identity in calendars."),
            move,
            (f"move {occasion} 2022-11-15", f'move {slug}/3 "15.11.2022 klo 15.00"'),
        ),
        (
            "cancel",
            _("Cancel one date; planning does not bring it back."),
            cancel,
            (f'cancel {occasion} --reason "puhuja estynyt"', f"cancel {slug}/3"),
        ),
        (
            "restore",
            _("Bring back a cancelled date, or one marked as held by mistake."),
            restore,
            (f"restore {occasion}", f"restore {slug}/3"),
        ),
        ("held", _("Mark a date as held."), held, (f"held {occasion}", f"held {slug}/today")),
    ):
        group.verb(name, help_, *(f"{noun.one} {example}" for example in examples))(function)


def plan(
    ctx: typer.Context,
    host: HostSlug,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=_("First day; 'today' will do."))],
    until: Until = None,
    count: PlanCount = None,
    months: PlanMonths = None,
    rule: RuleText = None,
    at: At = None,
    minutes: Minutes = None,
    holidays: Holidays = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Show what the rule gives and what is there, then add what is missing."""
    run, noun = app_of(ctx), noun_of(ctx)
    from osallisuus.cli import plans  # start-up: lists and single dates need nothing of planning

    asked = given(rule=rule, minutes=minutes, holidays=holidays)
    if at is not None:
        asked["at"] = dates.parse_time(at).isoformat("minutes")
    span = plans.span(run, from_, until, count, months)
    plans.run_plan(run, host, noun.record, asked, span, dry_run=dry_run, yes=yes)


def list_(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Argument(metavar="HOST", help=_("One panel or series; all without it."), autocompletion=_complete_host)
    ] = None,
    from_: From = None,
    until: Until = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="|".join(events.STATUSES), parser=one_of(events.STATUSES), help=_("Only in this state.")
        ),
    ] = None,
) -> None:
    """List dates in order of time."""
    run, kind = app_of(ctx), "panel" if noun_of(ctx) is SESSION else "series"
    show_dates(run.out, run.db, host or "", kind, since=run.day(from_), until=run.day(until), status=status or "")


def show(ctx: typer.Context, occasion: Occasion) -> None:
    """Show one date; of a webinar also what hangs on it."""
    run, noun = app_of(ctx), noun_of(ctx)
    event = run.event(occasion, noun.record)
    beside = _beside(run, event) if noun is WEBINAR else {}
    more = (
        (_("Talks"), "talks"),
        (_("Materials"), "materials"),
        (_("Questions without an answer"), "open_questions"),
        (_("Registered"), "registered"),
        (_("Answers to feedback"), "feedback"),
    )
    run.out.record(noun.one, {**events.public(event), **beside}, (*labels(), *(more if beside else ())))


def _beside(run: App, event: Event) -> dict[str, Any]:
    """Return what hangs on a webinar, in a few words and numbers."""
    from osallisuus.domain import feedback, materials, programmes, questions, registrations  # start-up: as in plan()

    return {
        "talks": [
            ": ".join(filter(None, (slot.talk.title, ", ".join(one.name for one in slot.speakers))))
            for slot in programmes.of(run.db, event)
        ],
        "materials": [one.label for one in materials.search(run.db, event_id=event.id)],
        "open_questions": len(questions.search(run.db, event_id=event.id, unanswered=True)) or None,
        "registered": registrations.sums(run.db, event).registered or None,
        "feedback": feedback.count(run.db, event) or None,
    }


def edit(
    ctx: typer.Context,
    occasion: Occasion,
    title: Titles = None,
    title_sv: TitleSv = None,
    title_en: TitleEn = None,
    description: Description = None,
    place: Place = None,
    url: Url = None,
    minutes: Minutes = None,
    kind: KindOption = None,
    capacity: Capacity = None,
    registration_url: RegistrationUrl = None,
) -> None:
    """Change the given fields of one date."""
    changes = given(title=title, title_sv=title_sv, title_en=title_en, description=description, place=place, url=url)
    changes |= given(minutes=minutes, kind=kind, registration_url=registration_url)
    if capacity is not None:
        changes["capacity"] = capacity or None
    if kind and noun_of(ctx) is WEBINAR:
        raise UsageError(_("A webinar is always a webinar."), hint=_("Leave --kind out."))
    run, noun = app_of(ctx), noun_of(ctx)
    before = _places(run, run.event(occasion, noun.record)) if capacity is not None else None
    _change(
        ctx, occasion, lambda run, event, change: events.edit(run.db, event, changes, change), _("Changed {occasion}: {when}.")
    )
    event = run.event(occasion, noun.record)
    if before is not None:
        from osallisuus.cli.registration import tell_of_turns  # start-up: as in plan()

        tell_of_turns(run, event, before)
    _tell_of_stale(run, event)


def move(
    ctx: typer.Context,
    occasion: Occasion,
    date: Annotated[str, typer.Argument(metavar="DATE", help=_("Where to; a time may follow: '15.11.2022 klo 15.00'."))],
    at: At = None,
) -> None:
    """Move one date, keeping its time unless another is given."""
    run, noun = app_of(ctx), noun_of(ctx)
    day, clock = dates.parse_moment(date, today=run.today)
    if at is not None:
        clock = dates.parse_time(at)
    with run.counting_letters(), run.writing() as change:
        event = run.event(occasion, noun.record)
        starts = events.civil(day, clock or event.start.time(), event.timezone)
        moved = events.move(run.db, event, starts, change)
    sentence = _("Moved {lasting}: {old} → {new}.") if not change.empty else _("{lasting} is on {new} already.")
    run.out.done(
        noun.one,
        events.public(moved),
        sentence.format(lasting=moved.lasting, old=format_moment(event.start), new=format_moment(moved.start)),
    )
    if not change.empty:
        from osallisuus.cli import plans  # start-up: as in plan()

        plans.tell_remarks(run, moved)
        _tell_of_people(run, moved)
        run.out.note(_("If calendar files were given out, export them again: a file does not follow changes."))


def cancel(
    ctx: typer.Context,
    occasion: Occasion,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why; goes into calendars."))] = "",
) -> None:
    """Cancel one date."""
    _change(
        ctx,
        occasion,
        lambda run, event, change: events.cancel(run.db, event, change, reason=reason),
        _("Cancelled {occasion}: {when}."),
        _("{occasion} is cancelled already."),
    )
    run, noun = app_of(ctx), noun_of(ctx)
    _tell_of_people(run, run.event(occasion, noun.record))
    run.out.note(_("If calendar files were given out, export them again: a file does not follow changes."))


def restore(ctx: typer.Context, occasion: Occasion) -> None:
    """Make a cancelled or held date planned again."""

    def bring_back(run: App, event: Event, change: Change) -> Event:
        if event.status == "held":
            from osallisuus.domain import speakers  # start-up: as in plan()

            speakers.reopen(run.db, event, change)
        return events.restore(run.db, event, change, uid=str(uuid4()))

    run = app_of(ctx)
    was_held = run.event(occasion, noun_of(ctx).record).status == "held"
    _change(
        ctx,
        occasion,
        bring_back,
        _("{occasion} is planned again, not marked as held: {when}.") if was_held else _("{occasion} is on again: {when}."),
        _("{occasion} is planned already."),
    )
    _tell_of_uninvited(run, run.event(occasion, noun_of(ctx).record))


def held(ctx: typer.Context, occasion: Occasion) -> None:
    """Mark a date as held."""

    def hold(run: App, event: Event, change: Change) -> Event:
        if event.status == "planned" and event.day <= run.today:
            from osallisuus.domain import agendas, speakers  # start-up: as in plan()

            (agendas if event.verbs == "session" else speakers).conclude(run.db, event, change)
        return events.hold(run.db, event, change, today=run.today)

    _change(
        ctx,
        occasion,
        hold,
        _("Held: {occasion}, {when}."),
        _("{occasion} is marked as held already."),
    )
    if noun_of(ctx) is SESSION:
        from osallisuus.cli.lacks import tell_of_gaps  # start-up: as in plan()

        run = app_of(ctx)
        tell_of_gaps(run, run.event(occasion, Panel))


def _places(run: App, event: Event) -> Any:
    from osallisuus.domain import registrations  # start-up: as in plan()

    return registrations.search(run.db, event)


def _tell_of_stale(run: App, event: Event) -> bool:
    """Say how many calendars were told otherwise; return whether any was."""
    from osallisuus.domain import notices  # start-up: as in plan()

    stale = sum(standing.stale for standing in notices.of(run.db, event, now=run.now))
    if stale:
        sentence = n_("{n} person was told otherwise.", "{n} people were told otherwise.", stale)
        hint = _("Tell them: osallisuus invite draft {occasion}").format(occasion=event.lasting)
        run.out.note(f"{sentence} {hint}")
    return bool(stale)


def _tell_of_uninvited(run: App, event: Event) -> None:
    """Say how many were told that it does not take place."""
    from osallisuus.domain import notices  # start-up: as in plan()

    told = sum(standing.hears_again and bool(standing.wants) for standing in notices.of(run.db, event, now=run.now))
    if told:
        sentence = n_("{n} person was told that it is cancelled.", "{n} people were told that it is cancelled.", told)
        hint = _("Invite them anew: osallisuus invite draft {occasion}").format(occasion=event.lasting)
        run.out.note(f"{sentence} {hint}")


def _tell_of_people(run: App, event: Event) -> None:
    """Say who does not hear of it by themselves."""
    if not _tell_of_stale(run, event) and event.verbs == "webinar":
        from osallisuus.cli.ready import tell_of_people  # start-up: as in plan()

        tell_of_people(run, event)


def _change(
    ctx: typer.Context, occasion: str, act: Callable[[App, Event, Any], Event], sentence: str, unchanged: str = ""
) -> None:
    """Do one thing to one date and say so."""
    run, noun = app_of(ctx), noun_of(ctx)
    with run.counting_letters(), run.writing() as change:
        event = act(run, run.event(occasion, noun.record), change)
    chosen = (unchanged or _("{occasion} is as asked already.")) if change.empty else sentence
    run.out.done(noun.one, events.public(event), chosen.format(occasion=event.reference, when=format_moment(event.start)))
