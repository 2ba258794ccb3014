"""`osallisuus today`: one view over everything."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from osallisuus.cli import views
from osallisuus.cli.commands import ATTENTION, single, whole
from osallisuus.cli.context import App, On, app_of
from osallisuus.domain import events, hosts, tasks
from osallisuus.domain.debts import Task
from osallisuus.domain.tasks import Overview
from osallisuus.i18n import _, format_date, n_

app, command = single(
    "today",
    _("What is coming, late or waiting, over all panels and series."),
    "today",
    "today --days 60",
    "today --check || echo something is late",
)


@command
def today(
    ctx: typer.Context,
    days: Annotated[int, typer.Option("--days", metavar="N", parser=whole(1, 3650), help=_("How many days ahead to look."))] = 30,
    on: On = None,
    check: Annotated[
        bool, typer.Option("--check", help=_("For cron: print only what is late, and exit with status 8 when anything is."))
    ] = False,
) -> None:
    """Show the overview of a day."""
    run = app_of(ctx)
    overview = tasks.today(run.db, day=run.day(on) or run.today, days=days)
    if run.out.json:
        run.out.document({"today": tasks.public(overview)})
    elif check:
        run.out.say(*_task_lines(overview.late))
    else:
        _show(run, overview)
    if check and overview.late:
        raise typer.Exit(ATTENTION)


def _show(run: App, overview: Overview) -> None:
    run.out.say(_("Today is {date}.").format(date=format_date(overview.day)))
    if overview.late:
        run.out.say("", _("Late"), *_task_lines(overview.late))
    run.out.say("", n_("Coming in {n} day", "Coming in {n} days", overview.days))
    titles = {host.slug: host.called(run.language) for host in hosts.search(run.db)}
    rows = [dict(events.public(event)) | {"occasion": overview.handles[event.id]} for event in overview.coming]
    coming = [_coming(run, row, titles) for row in rows]
    run.out.say(*(coming or [_("  Nothing.")]))
    if overview.waiting:
        run.out.say("", _("Waiting"), *_task_lines(overview.waiting))


def _coming(run: App, row: Any, titles: Mapping[str, str]) -> str:
    title = row.get(f"title_{run.language}") or row["title"] or titles[row["host"]]
    return f"  {views.when(row)}  {row['occasion']}  {title}"


def _task_lines(found: list[Task]) -> list[str]:
    return [line for task in found for line in (f"  {task.subject}: {task.text}", f"      {task.command}")]
