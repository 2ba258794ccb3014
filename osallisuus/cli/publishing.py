"""The verbs of what can be public, written once: a question, a material, a resource and a note differ in their name only."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, whole
from osallisuus.cli.context import App, On, Yes, app_of
from osallisuus.domain import mentions, publications
from osallisuus.i18n import _
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change

Numbers = Annotated[list[int], typer.Argument(metavar="ID…", parser=whole(1, 10**9), help=_("Numbers in the list."))]
Number = Annotated[int, typer.Argument(metavar="ID", parser=whole(1, 10**9), help=_("Its number in the list."))]
Publish = Annotated[bool, typer.Option("--publish", help=_("Publish it at once."))]


def register(
    group: Group,
    noun: str,
    *,
    get: Callable[[Database, int], Any],
    texts: Callable[[Any], Sequence[str]],
    public: Callable[[App, Any], dict[str, Any]] | None = None,
    publish: Callable[[Database, Any, date, Change], Any] | None = None,
    remove: Callable[[Database, Any, Change], Any] | None = None,
    published: Callable[[App, Sequence[Any]], object] = lambda _run, _done: None,
    removed: Callable[[App, Sequence[Any]], object] = lambda _run, _done: None,
) -> None:
    """Give a group the verbs publish, unpublish and remove; `published` and `removed` are told of it once it is done.

    `publish` and `remove` are what a noun does of its own at that, `public` how it is shown, `texts` what of it people will read.
    """
    shown = public or public_of

    def publish_(ctx: typer.Context, id: Numbers, on: On = None) -> None:
        """Publish things."""
        run = app_of(ctx)
        day = run.past_day(on)
        with run.writing() as change:
            found = [get(run.db, number) for number in dict.fromkeys(id)]
            done = [
                publish(run.db, one, day, change) if publish else publications.publish(run.db, one, noun, day, change)
                for one in found
            ]
        numbers = ", ".join(str(one.id) for one in done)
        sentence = _("Published already: {numbers}.") if change.empty else _("Published: {numbers}.")
        run.out.done(*_result(noun, [shown(run, one) for one in done]), sentence.format(numbers=numbers))
        if not change.empty:
            tell_of_names(run, [text for one in done for text in texts(one)])
            published(run, done)

    def unpublish_(ctx: typer.Context, id: Numbers) -> None:
        """Take things off the public page."""
        run = app_of(ctx)
        with run.writing() as change:
            found = [get(run.db, number) for number in dict.fromkeys(id)]
            done = [publications.unpublish(run.db, one, noun, change) for one in found]
        numbers = ", ".join(str(one.id) for one in done)
        sentence = _("Not published anyway: {numbers}.") if change.empty else _("No longer published: {numbers}.")
        run.out.done(*_result(noun, [shown(run, one) for one in done]), sentence.format(numbers=numbers))
        if not change.empty:
            run.out.note(_("They are on the page until the site is built again: osallisuus site build SERIES DIR."))

    def remove_(ctx: typer.Context, id: Numbers, yes: Yes = False) -> None:
        """Remove things for good."""
        run = app_of(ctx)
        numbers = ", ".join(str(get(run.db, number).id) for number in id)
        run.confirm(_("Remove {numbers} for good?").format(numbers=numbers), yes=yes)
        with run.writing() as change:
            gone = [get(run.db, number) for number in dict.fromkeys(id)]
            for one in gone:
                if remove:
                    remove(run.db, one, change)
                else:
                    publications.remove(run.db, one, noun, change)
        removed(run, gone)
        result = _result(noun, [{"id": one.id, "removed": True} for one in gone])
        run.out.done(*result, _("Removed: {numbers}.").format(numbers=numbers))

    for name, help_, function, example in (
        ("publish", _("Publish, from the next 'site build' on."), publish_, "publish 1 2"),
        ("unpublish", _("Take off the public page, from the next 'site build' on."), unpublish_, "unpublish 1"),
        ("remove", _("Remove for good what was entered by mistake."), remove_, "remove 1 --yes"),
    ):
        group.verb(name, help_, f"{noun} {example}", f"{noun} {example} --json")(function)


def public_of(run: App, one: Any) -> dict[str, Any]:
    """Return something that hangs on a date as its JSON object."""
    values: dict[str, Any] = {"occasion": run.occasions[one.event_id]} | vars(one)
    del values["event_id"]
    return values


def _result(noun: str, found: list[dict[str, Any]]) -> tuple[str, Any]:
    """Return one thing as itself, several as a list."""
    return (noun, found[0]) if len(found) == 1 else (f"{noun}s", found)


def tell_of_names(run: App, texts: Sequence[str]) -> None:
    """Say which people that the program knows are named in what was just published."""
    named = mentions.search(run.db, texts)
    if named:
        run.out.note(_("People are named in it: {names}. Read it again before the site is built.").format(names=", ".join(named)))
