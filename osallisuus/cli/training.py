"""`osallisuus training`: courses that people have taken."""

from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, number
from osallisuus.cli.context import DAY, App, Numbers, On, OptionalPanel, People, Yes, app_of, given
from osallisuus.cli.lacks import show_lacks
from osallisuus.cli.output import Row
from osallisuus.domain import requirements, trainings
from osallisuus.domain.trainings import Training
from osallisuus.i18n import _, format_date, n_
from osallisuus.texts import identity_key

app = Group()


@app.verb(
    "add",
    _("Note that people have taken a course. The same again changes nothing; other hours or another end are put right."),
    'training add "Kehittäjäasiakaskoulutus" "Aino Esimerkki" "Eero Malli" --on 2022-01-20 --hours 6',
    'training add "Vertaistoimijakoulutus" aino --on 20.1.2022 --hours 4,5 --valid-until 2024-01-20',
)
def add(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help=_("Name of the course."))],
    person: People,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help=_("When it was taken. {how}").format(how=DAY))],
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="N", parser=number(0.1, 10_000), help=_("How many hours."))
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option("--valid-until", metavar="DATE", help=_("Last day it counts, when it runs out."))
    ] = None,
) -> None:
    """Add the training of each person."""
    run = app_of(ctx)
    day, end = run.day(on) or run.today, run.day(valid_until)
    added = []
    with run.writing() as change:
        found = run.people(person)
        for one in found:
            training = Training(
                person_id=one.id,
                course=course,
                on_date=day.isoformat(),
                hours=hours,
                valid_until=end.isoformat() if end else None,
            )
            if trainings.add(run.db, training, change):
                added.append(one.name)
    key = (identity_key(course), day.isoformat())
    told = n_("{n} person", "{n} people", len(added))
    sentence = _("Noted for {people}: {course}, {day}.") if added else _("That is noted already.")
    run.out.done(
        "trainings",
        [
            _public(run, t)
            for one in found
            for t in trainings.search(run.db, person_id=one.id)
            if (t.course_key, t.on_date) == key
        ],
        sentence.format(
            people=told if len(added) > 1 else ", ".join(added), course=" ".join(course.split()), day=format_date(day)
        ),
    )
    for one in found:
        for t in trainings.search(run.db, person_id=one.id):
            if added and (t.course_key, t.on_date) != key and t.course_key == key[0]:
                run.out.note(_("{name} has taken this course on {day}, too.").format(name=one.name, day=t.on_date))


@app.verb(
    "list",
    _("List trainings, or who lacks one that their role needs."),
    "training list --panel vantaa",
    "training list --missing --json",
)
def list_(
    ctx: typer.Context,
    panel: OptionalPanel = None,
    missing: Annotated[bool, typer.Option("--missing", help=_("Who lacks training, for a role that needs it."))] = False,
    on: On = None,
) -> None:
    """List trainings or the lack of them."""
    run = app_of(ctx)
    day = run.day(on) or run.today
    slug = run.panel(panel).slug if panel else ""
    if missing:
        lacks = requirements.of_members(run.db, day, panel=slug)
        show_lacks(run, [lack for lack in lacks if lack.what == requirements.TRAINING], _("Nobody lacks training."))
        return
    run.out.rows(
        "trainings",
        [_public(run, t) for t in trainings.search(run.db, panel=slug, on=day)],
        (
            (_("Number"), "id"),
            (_("Person"), "person"),
            (_("Course"), "course"),
            (_("Date"), "on_date"),
            (_("Hours"), lambda row: f"{row['hours']:g}" if row["hours"] else ""),
            (_("Valid until"), _until),
        ),
        empty=_("No training has been noted. Note one: osallisuus training add --help"),
    )


@app.verb(
    "edit",
    _("Put right trainings that were noted wrongly: course, date, hours or end."),
    "training edit 3 4 5 --on 2022-08-20",
    'training edit 3 --hours 4,5 --valid-until ""',
)
def edit(
    ctx: typer.Context,
    number_: Numbers,
    course: Annotated[str | None, typer.Option("--course", metavar="TEXT", help=_("Name of the course."))] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("When it was taken. {how}").format(how=DAY))] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="N", parser=number(0.1, 10_000), help=_("How many hours."))
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option("--valid-until", metavar="DATE", help=_("Last day it counts; empty when it does not run out."))
    ] = None,
) -> None:
    """Change the given fields of trainings."""
    run = app_of(ctx)
    changes: dict[str, object] = given(course=course, on_date=run.stored_day(on), hours=hours)
    changes |= {} if valid_until is None else {"valid_until": run.stored_day(valid_until)}
    with run.writing() as change:
        edited = [trainings.edit(run.db, one, changes, change) for one in number_]
    sentence = _("Everything is as asked already.") if change.empty else _("Changed: {numbers}.")
    numbers = ", ".join(map(str, number_))
    run.out.done("trainings", [_public(run, one) for one in edited], sentence.format(numbers=numbers))


@app.verb(
    "remove",
    _("Take away trainings that were entered by mistake."),
    "training remove 3",
    "training remove 3 4 5 --yes --json",
)
def remove(ctx: typer.Context, number_: Numbers, yes: Yes = False) -> None:
    """Remove trainings."""
    run = app_of(ctx)
    for one in number_:
        trainings.get(run.db, one)
    run.confirm(_("Remove {numbers} for good?").format(numbers=", ".join(map(str, number_))), yes=yes)
    with run.writing() as change:
        removed = [trainings.remove(run.db, one, change) for one in number_]
    numbers = ", ".join(map(str, number_))
    run.out.done("trainings", [_public(run, one) for one in removed], _("Removed: {numbers}.").format(numbers=numbers))


def _public(run: App, training: Training) -> dict[str, Any]:
    return trainings.public(training) | {
        "person": run.names[training.person_id],
        "in_force": trainings.in_force(training, run.today),
        "ended": bool(training.valid_until and training.valid_until < run.today.isoformat()),
    }


def _until(row: Row) -> str:
    return _("{day} (ended)").format(day=row["valid_until"]) if row["ended"] else row["valid_until"] or ""
