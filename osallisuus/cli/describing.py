"""`osallisuus report text`: what is written of a panel or series for its reports and its Innokylä page."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from osallisuus import files
from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import App, TextLanguage, app_of
from osallisuus.domain import descriptions, mentions
from osallisuus.domain.descriptions import FIELDS, Description
from osallisuus.domain.hosts import Host
from osallisuus.errors import BadInput, UsageError
from osallisuus.i18n import _
from osallisuus.texts import shortened

# What a text is in when nothing else is said.
_FIRST = "fi"


def register(group: Group) -> None:
    """Give a group the verb `text`."""
    group.verb(
        "text",
        _(
            "Read or write what is said of a panel or series in its reports: the fields of its Innokylä page, the evaluation and"
            " plans of a year. Without a field, list them all."
        ),
        "report text vantaa",
        'report text vantaa evaluation "Raati arvioi vuotensa joulukuussa." --year 2022',
        "report text teematiistait idea --file idea.txt",
        'report text teematiistait tips ""',
    )(text)


def text(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Argument(metavar="HOST", help=_("Short name of the panel or series."), autocompletion=completion.hosts)
    ],
    field: Annotated[
        str | None,
        typer.Argument(
            metavar="FIELD",
            parser=one_of(FIELDS),
            help=_("One of: {fields}.").format(fields=", ".join(FIELDS)),
            autocompletion=lambda: list(FIELDS),
        ),
    ] = None,
    words: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help=_('What to write there; "" takes it away, and without it the text is shown.')),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="N", parser=whole(1990, 2200), help=_("The year that it is about, if any."))
    ] = None,
    language: TextLanguage = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help=_("Take the text from a file; '-' is standard input."))
    ] = None,
) -> None:
    """List, show or write texts."""
    run = app_of(ctx)
    if file is not None:
        if words is not None:
            raise UsageError(_("The text is given twice."), hint=_("Give TEXT or --file, not both."))
        if field is None:
            raise UsageError(_("It is not said which field."), hint=_("Fields are: {fields}.").format(fields=", ".join(FIELDS)))
        words = _content(file)
    about = run.host(host)
    if field is None:
        _list(run, about, year, language)
    elif words is None:
        _show(run, about, field, year or 0, language)
    else:
        asked = Description(host=about.slug, field=field, year=year or 0, language=language or _FIRST, text=words)
        _write(run, about, asked)


def _list(run: App, host: Host, year: int | None, language: str | None) -> None:
    names = _names()
    found = [one for one in descriptions.search(run.db, host.slug, year=year) if language in (None, one.language)]
    rows = [_public(one) for one in found]
    there = {one.field for one in found}
    fields = descriptions.YEARLY if year else FIELDS
    rows += [
        _public(Description(host=host.slug, field=field, year=year or 0, language=language or _FIRST, text=""))
        for field in fields
        if field not in there
    ]
    run.out.rows(
        "texts",
        sorted(rows, key=lambda row: FIELDS.index(row["field"])),
        (
            (_("Field"), "field"),
            (_("What it is"), lambda row: names[row["field"]]),
            (_("Year"), lambda row: row["year"] or ""),
            (_("Language"), lambda row: row["language"] if row["text"] else ""),
            (_("Text"), lambda row: shortened(row["text"]) or _("not written yet")),
        ),
        empty="",
    )


def _show(run: App, host: Host, field: str, year: int, language: str | None) -> None:
    known = [one for one in descriptions.search(run.db, host.slug) if one.field == field]
    found = {one.language: one for one in known if one.year == year}
    one = found.get(language) if language else descriptions.chosen(found, _FIRST)
    if run.out.json:
        nothing = Description(host=host.slug, field=field, year=year, language=language or _FIRST, text="")
        run.out.document({"text": _public(one or nothing)})
    elif one:
        run.out.text(one.text)
    else:
        run.out.note(_("{name}: not written yet.").format(name=_names()[field]))
    others = ", ".join(_version(other) for other in known if other is not one)
    if others:
        run.out.note(_("It is written also: {versions}.").format(versions=others))


def _write(run: App, host: Host, asked: Description) -> None:
    with run.writing() as change:
        descriptions.put(run.db, run.host(host.slug), asked, change)
    kept = asked.text.strip()
    if change.empty:
        sentence = _("{name} is as asked already.") if kept else _("{name} was not written anyway.")
    else:
        sentence = _("Wrote: {name}.") if kept else _("Took away: {name}.")
    name = f"{_names()[asked.field]} ({_version(asked)})"
    run.out.done("text", _public(asked) | {"text": kept}, sentence.format(name=name))
    if named := mentions.search(run.db, [kept]):
        sentence = _(
            "People are named in it: {names}. Reports of panels leave out those who have not agreed, reports of series do not."
        )
        run.out.note(sentence.format(names=", ".join(named)))
    if kept and not asked.year and asked.field in descriptions.YEARLY:
        run.out.note(_("It is of no year: yearly reports do not show it. For one year add --year N."))


def _content(file: str) -> str:
    """Return the text of a file or of standard input; raise BadInput for what is no text, UsageError for an empty file."""
    path = Path(file)
    try:
        content = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except OSError as error:
        raise files.cannot_read(path, error) from error
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            _("{file} is not text in UTF-8.").format(file=file), file=file, hint=_("Save it as plain text in UTF-8.")
        ) from error
    if not found.strip():
        # a pipe that broke must not take a text away
        raise UsageError(_("{file} is empty.").format(file=file), hint=_('To take a text away, give "" as TEXT.'))
    return "\n".join(found.splitlines())


def _version(one: Description) -> str:
    return " ".join(filter(None, (str(one.year or ""), one.language)))


def _names() -> Mapping[str, str]:
    from osallisuus.reports.innokyla import labels  # start-up: the help of the group needs nothing of reports

    return labels()


def _public(one: Description) -> dict[str, Any]:
    """Return a text as its JSON object."""
    return {name: value for name, value in vars(one).items() if name != "id"}
