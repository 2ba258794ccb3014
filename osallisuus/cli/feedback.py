"""`osallisuus feedback`: what participants thought, never joined to who they are."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import (
    AnyOccasion,
    Columns,
    Delimiter,
    DryRun,
    Encoding,
    ImportFile,
    TextLanguage,
    Yes,
    app_of,
    columns_of,
    given,
)
from osallisuus.domain import events, feedback
from osallisuus.domain.feedback import Answer, Measure, Summary
from osallisuus.errors import Refused
from osallisuus.i18n import _, format_number, n_

app = Group()


@app.verb(
    "add",
    _("Add one answer: a grade, a recommendation, free words. Who gave it is not kept; leave names out of the words, too."),
    'feedback add teematiistait/2022-10-11 --rating 5 --recommend 9 --text "Selkeät esimerkit."',
    "feedback add teematiistait/2 --rating 4",
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    rating: Annotated[
        int | None, typer.Option("--rating", metavar="1-5", parser=whole(1, 5), help=_("Grade, 5 is best."))
    ] = None,
    recommend: Annotated[
        int | None,
        typer.Option("--recommend", metavar="0-10", parser=whole(0, 10), help=_("How likely they would recommend it.")),
    ] = None,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help=_("Free words."))] = "",
    language: TextLanguage = None,
) -> None:
    """Add an answer. Two people may answer alike, so the same again is another answer."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        answer = Answer(event_id=event.id, rating=rating, recommend=recommend, text=text, **given(language=language))
        number = feedback.add(run.db, event, [answer], change, today=run.today)[0]
    n = feedback.count(run.db, event)
    sentence = n_(
        "Added feedback {id}; {occasion} has {n} answer.",
        "Added feedback {id}; {occasion} has {n} answers.",
        n,
        id=str(number),
        occasion=event.reference,
    )
    run.out.done("feedback", {"id": number, "occasion": event.reference, "n": n}, sentence)


@app.verb(
    "import",
    _("Add all answers of a file: CSV or Excel, from Forms, Webropol or of your own. Names and addresses in it are not read."),
    "feedback import teematiistait/2022-10-11 vastaukset.xlsx --dry-run",
    'feedback import teematiistait/2 vastaukset.csv --column rating="Kouluarvosana"',
)
def import_(
    ctx: typer.Context,
    occasion: AnyOccasion,
    file: ImportFile,
    column: Columns = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("Add the answers also where the date has some: a second file, not the same one."))
    ] = False,
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    dry_run: DryRun = False,
) -> None:
    """Import answers. They carry nothing to know them by, so a date that has some takes more only with --again."""
    run = app_of(ctx)
    from osallisuus.imports import feedback as reader  # start-up: only where a file is read

    found = reader.read(file, columns=columns_of(column), encoding=encoding, delimiter=delimiter)
    with run.trying(dry_run=dry_run) as change:
        event = run.any_event(occasion)
        there = feedback.count(run.db, event)
        if there and found and not again:
            raise Refused(
                n_("{occasion} has {n} answer already.", "{occasion} has {n} answers already.", there, occasion=event.reference),
                hint=_("If this is another file and not the same one again, add --again."),
                code="answers_there",
            )
        answers = [
            Answer(event_id=event.id, rating=one.rating, recommend=one.recommend, text=one.text, language=one.language)
            for one in found
        ]
        numbers = feedback.add(run.db, event, answers, change, today=run.today)
    sentence = n_("{file}: {n} answer.", "{file}: {n} answers.", len(found), file=str(file))
    if dry_run:
        sentence = _("{summary} Nothing was written (--dry-run).").format(summary=sentence)
    document = {
        "file": str(file),
        "occasion": event.reference,
        "added": len(found),
        "ids": [] if dry_run else numbers,
        "dry_run": dry_run,
    }
    run.out.done("import", document, sentence)


@app.verb(
    "show",
    _("Show what participants thought of a date, or of each date of a series and all together. Few answers are not shown."),
    "feedback show teematiistait/2022-10-11",
    "feedback show teematiistait --json",
)
def show(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="HOST|OCCASION", help=_("A series, a panel or one date."), autocompletion=completion.hosts)
    ],
) -> None:
    """Show results of feedback."""
    run = app_of(ctx)
    minimum = run.settings.feedback_minimum
    if "/" in what:
        event = run.any_event(what)
        summary = feedback.of_event(run.db, event, minimum=minimum)
        texts = feedback.texts(run.db, event, minimum=minimum)
        if run.out.json:
            run.out.document({"feedback": {"occasion": event.lasting, **_public(summary), "texts": texts}})
            return
        run.out.say(*_lines(event.reference, summary), *(f"  – {text}" for text in texts))
        return
    host = run.host(what)
    found = events.search(run.db, host=host.slug)
    by_date, overall = feedback.of_host(run.db, host.slug, minimum=minimum)
    handles = events.names(run.db, found)
    dates = [(handles[event.id], by_date[event.id]) for event in found if event.id in by_date]
    if run.out.json:
        each = [{"occasion": handle, **_public(summary)} for handle, summary in dates]
        run.out.document({"feedback": {"host": host.slug, **_public(overall), "by_date": each}})
        return
    run.out.say(*(line for handle, summary in dates for line in _lines(handle, summary)))
    run.out.say(*_lines(_("All together"), overall))
    if overall.left_out:
        run.out.note(
            n_(
                "{n} date has too few answers to be in all the sums: its results would be the difference.",
                "{n} dates have too few answers to be in all the sums: their results would be the difference.",
                overall.left_out,
            )
        )


@app.verb(
    "publish",
    _("Publish the results of a date as numbers, from the next 'site build' on; the words are never published."),
    "feedback publish teematiistait/2022-10-11",
    "feedback publish teematiistait/2 --json",
)
def publish(ctx: typer.Context, occasion: AnyOccasion) -> None:
    """Publish results."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        feedback.publish(run.db, event, run.today, change, minimum=run.settings.feedback_minimum)
    sentence = _("Published already: {numbers}.") if change.empty else _("Published: {numbers}.")
    run.out.done("feedback", {"occasion": event.lasting, "published": True}, sentence.format(numbers=event.reference))


@app.verb(
    "unpublish",
    _("Take the results of a date off its page, from the next 'site build' on."),
    "feedback unpublish teematiistait/2022-10-11",
    "feedback unpublish teematiistait/2 --json",
)
def unpublish(ctx: typer.Context, occasion: AnyOccasion) -> None:
    """Take results off the page."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        feedback.unpublish(run.db, event, change)
    sentence = _("Not published anyway: {numbers}.") if change.empty else _("No longer published: {numbers}.")
    run.out.done("feedback", {"occasion": event.lasting, "published": False}, sentence.format(numbers=event.reference))


@app.verb(
    "clear",
    _("Take all answers of a date away, as after the import of a wrong file."),
    "feedback clear teematiistait/2022-10-11 --yes",
    "feedback clear teematiistait/2 --yes --json",
)
def clear(ctx: typer.Context, occasion: AnyOccasion, yes: Yes = False) -> None:
    """Remove all answers of a date."""
    run = app_of(ctx)
    run.confirm(_("Remove all feedback on {occasion} for good?").format(occasion=run.any_event(occasion).reference), yes=yes)
    with run.writing() as change:
        event = run.any_event(occasion)
        gone = feedback.clear(run.db, event, change)
    sentence = n_("{occasion}: {n} answer removed.", "{occasion}: {n} answers removed.", gone, occasion=event.reference)
    run.out.done("feedback", {"occasion": event.lasting, "removed": gone}, sentence)


@app.verb(
    "remove",
    _("Take away an answer that was entered by mistake."),
    "feedback remove 12 --yes",
    "feedback remove 12 --yes --json",
)
def remove(
    ctx: typer.Context,
    id: Annotated[int, typer.Argument(metavar="ID", parser=whole(1, 10**9), help=_("The number told when it was added."))],
    yes: Yes = False,
) -> None:
    """Remove an answer."""
    run = app_of(ctx)
    feedback.get(run.db, id)
    run.confirm(_("Remove {numbers} for good?").format(numbers=id), yes=yes)
    with run.writing() as change:
        feedback.remove(run.db, feedback.get(run.db, id), change)
    run.out.done("feedback", {"id": id, "removed": True}, _("Removed: {numbers}.").format(numbers=id))


def _public(summary: Summary) -> dict[str, Any]:
    return asdict(summary) | {"hidden": summary.hidden}


def _lines(handle: str, summary: Summary) -> list[str]:
    """Return the results of a date in words; every share stands beside the number of answers."""
    if not summary.n:
        return [_("{occasion}: no feedback yet.").format(occasion=handle)]
    lines = [n_("{occasion}: {n} answer", "{occasion}: {n} answers", summary.n, occasion=handle)]
    if summary.hidden or not (summary.rating or summary.recommend or summary.written):
        return [*lines, _("  Results are shown from {minimum} answers on.").format(minimum=summary.minimum)]
    if summary.rating:
        lines += [_measured(_("Grade"), summary.rating, 5)]
    if summary.recommend:
        lines += [_measured(_("Recommendation"), summary.recommend, 10)]
        text = n_(
            "  Recommendation index {index} ({n} answer)",
            "  Recommendation index {index} ({n} answers)",
            summary.recommend.n,
            index="{index}",
        )
        lines += [text.format(index=f"{summary.index:+d}")]
    return lines


def _measured(name: str, measure: Measure, best: int) -> str:
    shares = ", ".join(f"{value}: {count}" for value, count in sorted(measure.distribution.items(), reverse=True) if count)
    return n_(
        "  {name} {mean} of {best} ({n} answer); {shares}",
        "  {name} {mean} of {best} ({n} answers); {shares}",
        measure.n,
        name=name,
        mean=format_number(measure.mean, 1),
        best=str(best),
        shares=shares,
    )
