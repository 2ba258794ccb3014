"""`osallisuus note`: what was discussed at a date."""

from typing import Annotated

import typer

from osallisuus.cli.commands import Group
from osallisuus.cli.context import AnyOccasion, OccasionFilter, TextLanguage, app_of, given
from osallisuus.cli.publishing import Number, Publish, public_of, register, tell_of_names
from osallisuus.domain import notes, publications
from osallisuus.domain.notes import Note
from osallisuus.i18n import _

app = Group()


@app.verb(
    "add",
    _("Note what was discussed, as a theme without names. Markdown's lists, emphasis and links will do."),
    'note add teematiistait/2022-09-13 "Palkkiot ja niiden vaikutus etuuksiin."',
    'note add teematiistait/1 "Koulutuserot." --publish',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What was discussed."))],
    language: TextLanguage = None,
    publish: Publish = False,
) -> None:
    """Add a note; the same words at the same date again change nothing."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        note, new = notes.add(run.db, event, Note(event_id=event.id, text=text, **given(language=language)), change)
        if publish:
            note = publications.publish(run.db, note, "note", run.today, change)
    sentence = _("Added note {id}.") if new else _("That is note {id} already.")
    run.out.done("note", public_of(run, note), sentence.format(id=note.id))
    if publish:
        tell_of_names(run, [note.text])


@app.verb("list", _("List notes by date: of one date or of all."), "note list teematiistait/2022-09-13", "note list --json")
def list_(ctx: typer.Context, occasion: OccasionFilter = None) -> None:
    """List notes."""
    run = app_of(ctx)
    found = notes.search(run.db, event_id=run.any_event(occasion).id if occasion else 0)
    run.out.rows(
        "notes",
        [public_of(run, one) for one in found],
        (
            (_("Number"), "id"),
            (_("Date"), "occasion"),
            (_("Text"), "text"),
            (_("Language"), "language"),
            (_("Published"), "published_on"),
        ),
        empty=_("There are no notes."),
    )


@app.verb("edit", _("Change a note."), 'note edit 1 --text "Palkkiot ja etuudet."', "note edit 1 --language sv")
def edit(
    ctx: typer.Context,
    id: Number,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("What was discussed."))] = None,
    language: TextLanguage = None,
) -> None:
    """Change a note."""
    run = app_of(ctx)
    with run.writing() as change:
        changed = notes.edit(run.db, notes.get(run.db, id), given(text=text, language=language), change)
    sentence = _("Note {id} is as asked already.") if change.empty else _("Changed note {id}.")
    run.out.done("note", public_of(run, changed), sentence.format(id=id))


register(app, "note", get=notes.get, texts=lambda one: (one.text,))
