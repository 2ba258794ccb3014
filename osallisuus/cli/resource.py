"""`osallisuus resource`: what was mentioned at a date and can be read elsewhere."""

from typing import Annotated

import typer

from osallisuus.cli.commands import Group
from osallisuus.cli.context import AnyOccasion, OccasionFilter, TextLanguage, app_of, given
from osallisuus.cli.publishing import Number, Publish, public_of, register
from osallisuus.domain import publications, resources
from osallisuus.domain.resources import Resource
from osallisuus.i18n import _

app = Group()


@app.verb(
    "add",
    _("Add a link to something that was mentioned: a strategy, a network, a law."),
    'resource add teematiistait/2022-10-11 "Osallisuusohjelma" --url https://example.org/osallisuusohjelma',
    'resource add teematiistait/2 "Delaktighetsplan" --url https://example.org/plan --language sv --publish',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What people read on the page."))],
    url: Annotated[str, typer.Option("--url", metavar="URL", help=_("Where it is; begins with https://."))],
    language: TextLanguage = None,
    publish: Publish = False,
) -> None:
    """Add a resource; the same link at the same date again changes nothing."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        asked = Resource(event_id=event.id, title=title, url=url, **given(language=language))
        resource, new = resources.add(run.db, event, asked, change)
        if publish:
            resource = publications.publish(run.db, resource, "resource", run.today, change)
    sentence = _("Added resource {id}.") if new else _("That is resource {id} already.")
    run.out.done("resource", public_of(run, resource), sentence.format(id=resource.id))


@app.verb(
    "list",
    _("List resources by date: of one date or of all."),
    "resource list teematiistait/2022-10-11",
    "resource list --json",
)
def list_(ctx: typer.Context, occasion: OccasionFilter = None) -> None:
    """List resources."""
    run = app_of(ctx)
    found = resources.search(run.db, event_id=run.any_event(occasion).id if occasion else 0)
    run.out.rows(
        "resources",
        [public_of(run, one) for one in found],
        (
            (_("Number"), "id"),
            (_("Date"), "occasion"),
            (_("Title"), "title"),
            (_("Link"), "url"),
            (_("Language"), "language"),
            (_("Published"), "published_on"),
        ),
        empty=_("There are no resources."),
    )


@app.verb(
    "edit",
    _("Change the title, link or language of a resource."),
    'resource edit 1 --title "Satakunnan osallisuusohjelma"',
    "resource edit 1 --url https://example.org/uusi",
)
def edit(
    ctx: typer.Context,
    id: Number,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("What people read on the page."))] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help=_("Where it is; begins with https://."))] = None,
    language: TextLanguage = None,
) -> None:
    """Change a resource."""
    run = app_of(ctx)
    with run.writing() as change:
        known = resources.get(run.db, id)
        changed = resources.edit(run.db, known, given(title=title, url=url, language=language), change)
    sentence = _("Resource {id} is as asked already.") if change.empty else _("Changed resource {id}.")
    run.out.done("resource", public_of(run, changed), sentence.format(id=id))


register(app, "resource", get=resources.get, texts=lambda one: (one.title,))
