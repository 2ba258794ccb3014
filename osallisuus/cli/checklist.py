"""`osallisuus checklist`: what each date of a series has to have, and by when."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import AnyOccasion, App, SeriesSlug, app_of
from osallisuus.domain import checklists
from osallisuus.domain.hosts import Host, Series
from osallisuus.errors import UsageError
from osallisuus.i18n import _, n_
from osallisuus.texts import identity_key
from osallisuus.words import line_words

app = Group()

What = Annotated[str, typer.Argument(metavar="WHAT", help=_("A line of the checklist, or the beginning of it."))]
Before = Annotated[
    int | None, typer.Option("--before", metavar="DAYS", parser=whole(0, 1000), help=_("Due so many days before each date."))
]
After = Annotated[
    int | None, typer.Option("--after", metavar="DAYS", parser=whole(0, 1000), help=_("Due so many days after each date."))
]


@app.verb(
    "list",
    _("List what each date of a series has to have, in the order in which it is due."),
    "checklist list teematiistait",
    "checklist list teematiistait --json",
)
def list_(ctx: typer.Context, series: SeriesSlug) -> None:
    """List the checklist of a series."""
    run = app_of(ctx)
    host = run.host(series, Series)
    run.out.rows(
        "checklist",
        _public(run, host),
        (
            (_("What"), "what"),
            (_("In words"), lambda row: line_words().get(row["what"], "")),
            (_("Due"), lambda row: _due(row["what"], row["days"])),
            (_("Seen or ticked"), lambda row: _("ticked by hand") if row["ticked"] else _("seen from the data")),
        ),
        empty="",
    )


@app.verb(
    "set",
    _("Set by when something is due for each date of a series, or put a line of your own on its checklist."),
    "checklist set teematiistait slides --before 10",
    'checklist set teematiistait "Tekninen testaus" --before 1',
)
def set_(
    ctx: typer.Context,
    series: SeriesSlug,
    what: Annotated[str, typer.Argument(metavar="WHAT", help=_("One of ours, or words of your own."))],
    before: Before = None,
    after: After = None,
    off: Annotated[bool, typer.Option("--off", help=_("The series does without it; a line of your own is removed."))] = False,
    usual: Annotated[bool, typer.Option("--usual", help=_("Back to the usual day."))] = False,
) -> None:
    """Change a line of a checklist."""
    if (before is not None) + (after is not None) + off + usual != 1:
        raise UsageError(_("By when? Give one of --before DAYS, --after DAYS, --off and --usual."))
    run = app_of(ctx)
    with run.writing() as change:
        host = run.host(series, Series)
        if usual:
            checklists.remove(run.db, host, checklists.named(run.db, host.slug, _plain(what)), change)
        else:
            days = None if off else -before if before is not None else after
            checklists.put(run.db, host, _plain(what), days, change)
    sentence = _("{series} is as asked already.") if change.empty else _("Changed the checklist of {series}.")
    run.out.done("checklist", _public(run, host), sentence.format(series=host.slug))


@app.verb(
    "mark",
    _("Tick a line on one date: done; or not needed, for what is seen from the data."),
    "checklist mark teematiistait/2022-11-15 reminder",
    "checklist mark teematiistait/2022-11-15 slides --not-needed",
)
def mark(
    ctx: typer.Context,
    occasion: AnyOccasion,
    what: What,
    not_needed: Annotated[bool, typer.Option("--not-needed", help=_("This date does without it."))] = False,
) -> None:
    """Tick a line of one date."""
    run = app_of(ctx)
    event = run.event(occasion, Series)
    line = checklists.named(run.db, event.host, _plain(what))
    if not not_needed and not checklists.is_ticked(line):
        raise UsageError(
            _("'{what}' is seen from the data and cannot be ticked.").format(what=line),
            hint=_("See what is missing: osallisuus webinar ready {occasion}. If it is not needed, add --not-needed.").format(
                occasion=event.reference
            ),
        )
    _put(run, occasion, line, "not-needed" if not_needed else "done")


@app.verb(
    "clear",
    _("Take a tick back."),
    "checklist clear teematiistait/2022-11-15 reminder",
    "checklist clear teematiistait/2022-11-15 slides --json",
)
def clear(ctx: typer.Context, occasion: AnyOccasion, what: What) -> None:
    """Take a tick of one date back."""
    run = app_of(ctx)
    _put(run, occasion, checklists.named(run.db, run.event(occasion, Series).host, _plain(what)), "")


def _put(run: App, occasion: str, what: str, state: str) -> None:
    with run.writing() as change:
        event = run.event(occasion, Series)
        checklists.mark(run.db, event, what, state, change)
    sentences = {
        "done": _("{occasion}: {what} is done."),
        "not-needed": _("{occasion}: {what} is not needed."),
        "": _("{occasion}: {what} is open again."),
    }
    sentence = _("{occasion}: {what} is as asked already.") if change.empty else sentences[state]
    document = {"occasion": event.reference, "what": what, "state": state}
    run.out.done("checklist", document, sentence.format(occasion=event.reference, what=what))


def _plain(what: str) -> str:
    """Return our own word for a line that is named in the language that is spoken."""
    said = identity_key(what)
    return next((line for line, word in line_words().items() if identity_key(word) == said), what)


def _public(run: App, host: Host) -> list[dict[str, Any]]:
    days: Mapping[str, int | None] = {
        **checklists.lines(run.db, [host.slug])[host.slug],
        **dict.fromkeys(checklists.left_out(run.db, host.slug)),
    }
    return [{"what": what, "days": day, "ticked": checklists.is_ticked(what)} for what, day in days.items()]


def _due(what: str, days: int | None) -> str:
    if days is None:
        return _("left out")
    if what == "captions":
        return n_("{n} day after publication", "{n} days after publication", days)
    if days > 0:
        return n_("{n} day after", "{n} days after", days)
    return n_("{n} day before", "{n} days before", -days)
