"""`osallisuus material`: slides, recordings, documents and links of a date or a talk."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import AnyOccasion, App, OccasionFilter, On, TextLanguage, app_of, given
from osallisuus.cli.publishing import Number, Numbers, Publish, public_of, register
from osallisuus.domain import materials
from osallisuus.domain.events import Event
from osallisuus.domain.materials import Material
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_date
from osallisuus.words import material_words

app = Group()

Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="|".join(materials.KINDS), parser=one_of(materials.KINDS), help=_("What it is.")),
]
TalkOption = Annotated[
    int | None,
    typer.Option("--talk", metavar="TALK", parser=whole(1, 10**9), help=_("Which talk it belongs to, see 'talk list'.")),
]
# Beyond this a file is slow to open on a telephone.
_LARGE = 50_000_000


@app.verb(
    "add",
    _("Add a link, or a file: it is copied into the data folder. It is public only once it is published."),
    'material add teematiistait/2022-10-11 "Esitys: Raati" --file raati.pdf --kind slides --talk 3',
    'material add teematiistait/2 "Tallenne" --url https://example.org/tallenne --kind recording --publish',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    label: Annotated[str, typer.Argument(metavar="LABEL", help=_("What people read on the page."))],
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help=_("A link; begins with https://."))] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help=_("A file to copy."))] = None,
    kind: Kind = None,
    talk: TalkOption = None,
    language: TextLanguage = None,
    publish: Publish = False,
) -> None:
    """Add a material; the same link or the same bytes at the same date again change nothing."""
    run = app_of(ctx)
    if (url is None) == (file is None):
        raise UsageError(_("A material is a link or a file."), hint=_("Give one of --url and --file."))
    event = run.any_event(occasion)
    asked = Material(
        event_id=event.id,
        label=label,
        kind=kind or ("slides" if file or talk else "link"),
        talk_id=talk,
        url=url or "",
        **given(language=language),
    )
    material, new = _add_file(run, event, asked, file, publish=publish) if file else _add(run, asked, publish=publish)
    sentence = _("Added material {id}: {label}.") if new else _("That is material {id} already: {label}.")
    run.out.done("material", _public(run, material), sentence.format(id=material.id, label=material.label))
    if not new and any(getattr(material, name) != getattr(asked, name) for name in ("label", "kind", "talk_id")):
        run.out.note(_("It was left as it is. Change it with: osallisuus material edit {id}.").format(id=material.id))
    if new and (material.size or 0) > _LARGE:
        run.out.note(_("It is large: on a telephone it is slow to open. A recording is better as a link to a video service."))
    if publish:
        _tell_of_duties(run, [material])


@app.verb(
    "list",
    _("List the materials of a date, or of all dates."),
    "material list teematiistait/2022-10-11",
    "material list --json",
)
def list_(ctx: typer.Context, occasion: OccasionFilter = None) -> None:
    """List materials."""
    run = app_of(ctx)
    found = materials.search(run.db, event_id=run.any_event(occasion).id if occasion else 0)
    run.out.rows(
        "materials",
        [_public(run, one) for one in found],
        (
            (_("Number"), "id"),
            (_("Date"), "occasion"),
            (_("Talk"), "talk_id"),
            (_("Kind"), lambda row: material_words()[row["kind"]]),
            (_("Label"), "label"),
            (_("Where"), lambda row: row["url"] or row["file"]),
            (_("Size"), lambda row: _size(row["size"])),
            (_("Published"), "published_on"),
            (_("Captions"), lambda row: row["captioned_on"] or _due(row["captions_due"])),
        ),
        empty=_("There are no materials."),
    )


@app.verb(
    "edit",
    _("Change the label, link, kind, talk or language of a material."),
    'material edit 1 --label "Esitys: Asiakasraadin vuosi"',
    "material edit 1 --talk 3",
)
def edit(
    ctx: typer.Context,
    id: Number,
    label: Annotated[str | None, typer.Option("--label", metavar="TEXT", help=_("What people read on the page."))] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help=_("A link; begins with https://."))] = None,
    kind: Kind = None,
    talk: TalkOption = None,
    language: TextLanguage = None,
) -> None:
    """Change a material."""
    run = app_of(ctx)
    changes = given(label=label, url=url, kind=kind, talk_id=talk, language=language)
    with run.writing() as change:
        changed = materials.edit(run.db, materials.get(run.db, id), changes, change)
    sentence = _("Material {id} is as asked already.") if change.empty else _("Changed material {id}: {label}.")
    run.out.done("material", _public(run, changed), sentence.format(id=id, label=changed.label))


@app.verb(
    "captioned",
    _("Note that a recording has captions. By law they are there within 14 days of its publication."),
    "material captioned 4",
    "material captioned 4 --on 2022-10-20",
)
def captioned(ctx: typer.Context, id: Numbers, on: On = None) -> None:
    """Note captions."""
    run = app_of(ctx)
    day = run.past_day(on)
    with run.writing() as change:
        done = [materials.caption(run.db, materials.get(run.db, number), day, change) for number in id]
    numbers = ", ".join(str(one.id) for one in done)
    sentence = _("Material {id} is as asked already.") if change.empty else _("Material {id} has captions.")
    found = [_public(run, one) for one in done]
    noun, result = ("material", found[0]) if len(found) == 1 else ("materials", found)
    run.out.done(noun, result, sentence.format(id=numbers))


def _add(run: App, asked: Material, *, publish: bool) -> tuple[Material, bool]:
    with run.writing() as change:
        known = materials.twin(run.db, asked)
        material = known or materials.add(run.db, asked, change)
        if publish:
            material = materials.publish(run.db, material, run.today, change)
    return material, not known


def _add_file(run: App, event: Event, asked: Material, source: Path, *, publish: bool) -> tuple[Material, bool]:
    """Copy a file into the data folder, then add it; what was copied goes when it cannot be added, or is there already."""
    from osallisuus.store import filing  # start-up: OpenSSL, only where a file is copied

    base = filing.folder(run.settings.database)
    run.refuse_own(source)
    # copied before the database is locked: a large file takes its time
    with filing.staged(base, source) as copy:
        asked = replace(asked, size=copy.size, sha256=copy.sha256)
        placed = ""
        try:
            with run.writing() as change:
                known = materials.twin(run.db, asked)
                if not known:
                    placed = filing.place(base, event.lasting, copy)
                material = known or materials.add(run.db, replace(asked, file=placed), change)
                if publish:
                    material = materials.publish(run.db, material, run.today, change)
        except BaseException:
            if placed:
                filing.discard(base, placed)
            raise
    return material, not known


def _take_files(run: App, gone: Sequence[Material]) -> None:
    from osallisuus.store import filing  # start-up: as in _add_file()

    for material in gone:
        if material.file:
            filing.discard(filing.folder(run.settings.database), material.file)


def _size(size: int | None) -> str:
    return _("{n} kB").format(n=max(1, round(size / 1000))) if size else ""


def _due(day: str | None) -> str:
    return _("by {date}").format(date=day) if day else ""


def _public(run: App, material: Material) -> dict[str, Any]:
    return public_of(run, material) | {"captions_due": material.captions_due.isoformat() if material.captions_due else None}


def _tell_of_duties(run: App, found: Sequence[Material]) -> None:
    """Say what the law still wants of what was just published."""
    for material in found:
        if materials.unchecked(run.db, material):
            text = _("Nobody has looked whether material {id} is accessible: osallisuus talk speaker {talk} --slides accessible.")
            run.out.note(text.format(id=material.id, talk=material.talk_id))
        if material.captions_due:
            run.out.note(
                _("Recording {id} needs captions by {date} (act 306/2019): osallisuus material captioned {id}.").format(
                    id=material.id, date=format_date(material.captions_due)
                )
            )


register(
    app,
    "material",
    get=materials.get,
    texts=lambda one: (one.label,),
    public=_public,
    publish=materials.publish,
    published=_tell_of_duties,
    removed=_take_files,
)
