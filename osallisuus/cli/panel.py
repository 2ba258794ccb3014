"""`osallisuus panel`: customer panels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import (
    DAY,
    App,
    At,
    FeedbackUrl,
    Funder,
    Holidays,
    Minutes,
    Name,
    NameEn,
    NameSv,
    NewName,
    NewSlug,
    On,
    PanelSlug,
    Place,
    Purpose,
    Reopen,
    RuleText,
    Url,
    Yes,
    Zone,
    app_of,
    given,
)
from osallisuus.cli.hosting import HOST_LABELS, close_host, edit_host, host_changes, remove_host
from osallisuus.domain import hosts, memberships, people, targets
from osallisuus.domain.hosts import Panel
from osallisuus.errors import UsageError
from osallisuus.i18n import _, named

app = Group()

_KIND_HELP = _("main, side (feeds its parent) or extended (with trained peers and experts by experience).")
Kind = Annotated[str, typer.Option("--kind", metavar="main|side|extended", parser=one_of(hosts.KINDS), help=_KIND_HELP)]
NewKind = Annotated[str | None, typer.Option("--kind", metavar="main|side|extended", parser=one_of(hosts.KINDS), help=_KIND_HELP)]
Parent = Annotated[
    str | None,
    typer.Option("--parent", metavar="SLUG", help=_("The panel it belongs to."), autocompletion=completion.panels),
]
Area = Annotated[str | None, typer.Option("--area", metavar="TEXT", help=_("Service area, for example disability services."))]
Mandate = Annotated[str | None, typer.Option("--mandate", metavar="TEXT", help=_("Who set it up: body, date, section."))]
TermStart = Annotated[
    str | None, typer.Option("--term-start", metavar="DATE", help=_("First day of the term. {how}").format(how=DAY))
]
TermEnd = Annotated[str | None, typer.Option("--term-end", metavar="DATE", help=_("Last day of the term. {how}").format(how=DAY))]
Size = Annotated[
    int | None,
    typer.Option("--size", metavar="N", parser=whole(1, hosts.MOST_MEMBERS), help=_("How many members it is meant to have.")),
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="ROLE=N",
        help=_("How many members of a role it is meant to have; 0 takes that back. May be repeated."),
    ),
]
Coordinator = Annotated[
    str | None,
    typer.Option("--coordinator", metavar="PERSON", help=_("Who answers for it."), autocompletion=completion.people),
]


@app.verb(
    "add",
    _("Add a panel."),
    'panel add vantaa --name "Vantaan asiakasraati" --kind main --size 12',
    'panel add vantaa-sivu --name "Sivuraati" --kind side --parent vantaa',
)
def add(
    ctx: typer.Context,
    slug: NewSlug,
    name: Name,
    kind: Kind,
    parent: Parent = None,
    name_sv: NameSv = None,
    name_en: NameEn = None,
    area: Area = None,
    place: Place = None,
    url: Url = None,
    funder: Funder = None,
    purpose: Purpose = None,
    feedback_url: FeedbackUrl = None,
    mandate: Mandate = None,
    term_start: TermStart = None,
    term_end: TermEnd = None,
    size: Size = None,
    target: Targets = None,
    coordinator: Coordinator = None,
    timezone: Zone = None,
) -> None:
    """Add a panel; the same one again changes nothing."""
    run = app_of(ctx)
    values = host_changes(
        run, name_sv=name_sv, name_en=name_en, term_start=term_start, term_end=term_end, parent=parent, area=area
    )
    values |= given(place=place, url=url, funder=funder, purpose=purpose, feedback_url=feedback_url, mandate=mandate, size=size)
    with run.writing() as change:
        if coordinator:
            values["coordinator"] = people.get(run.db, coordinator).id
        panel = Panel(slug=slug, name=name, kind=kind, timezone=timezone or run.settings.timezone, **values)
        new = hosts.add(run.db, panel, change)
        targets.put(run.db, panel.slug, _aims(target), change)
    run.out.done(
        "panel",
        asdict(hosts.get(run.db, slug, Panel)),
        _("Added the panel {slug}: {name}.").format(slug=slug, name=name)
        if new
        else _("{slug} is there already, unchanged.").format(slug=slug),
        *([_("Next: osallisuus member add {slug} NAME --role ROLE").format(slug=slug)] if new else []),
    )


@app.verb("list", _("List the panels."), "panel list", "panel list --json")
def list_(ctx: typer.Context, on: On = None) -> None:
    """List all panels with how many members each has."""
    run = app_of(ctx)
    run.out.rows("panels", _with_members(run, on), _columns(run), empty=_EMPTY)


@app.verb(
    "tree",
    _("Show the panels as a family: side and extended panels under their main panel."),
    "panel tree",
    "panel tree --on 2022-10-01",
)
def tree(ctx: typer.Context, on: On = None) -> None:
    """List the panels, each under its parent."""
    run = app_of(ctx)
    rows = list(_nested(_with_members(run, on), None, 0))
    run.out.rows("panels", rows, _columns(run), empty=_EMPTY)


@app.verb("show", _("Show one panel."), "panel show vantaa", "panel show vantaa --json")
def show(ctx: typer.Context, slug: PanelSlug, on: On = None) -> None:
    """Show one panel with its family and the number of its members."""
    run = app_of(ctx)
    panel = run.host(slug, Panel)
    row = next(row for row in _with_members(run, on) if row["slug"] == panel.slug)
    below = [host.slug for host in hosts.search(run.db, Panel) if isinstance(host, Panel) and host.parent == panel.slug]
    record: dict[str, Any] = dict(row) | {"panels": below, "targets": targets.of(run.db, panel.slug)}
    labels = (
        *HOST_LABELS[:4],
        (_("Kind"), "kind"),
        (_("Belongs to"), "parent"),
        (_("Has under it"), "panels"),
        (_("Members"), "members"),
        (_("Meant size"), "size"),
        (_("Meant roles"), lambda r: [f"{role}={n}" for role, n in r["targets"].items()]),
        (_("Service area"), "area"),
        (_("Mandate"), "mandate"),
        (_("Term begins"), "term_start"),
        (_("Term ends"), "term_end"),
        (_("Coordinator"), lambda r: people.get(run.db, str(r["coordinator"])).name if r["coordinator"] else ""),
        *HOST_LABELS[4:],
    )
    run.out.record("panel", record, labels)


@app.verb(
    "edit",
    _("Change a panel."),
    "panel edit vantaa --size 14 --term-end 2024-12-31",
    "panel edit vantaa --target developer-client=8 --target developer-worker=3",
    'panel edit vantaa --name-sv "Vanda klientråd"',
)
def edit(
    ctx: typer.Context,
    slug: PanelSlug,
    name: NewName = None,
    kind: NewKind = None,
    parent: Parent = None,
    name_sv: NameSv = None,
    name_en: NameEn = None,
    area: Area = None,
    place: Place = None,
    url: Url = None,
    funder: Funder = None,
    purpose: Purpose = None,
    feedback_url: FeedbackUrl = None,
    mandate: Mandate = None,
    term_start: TermStart = None,
    term_end: TermEnd = None,
    size: Size = None,
    target: Targets = None,
    coordinator: Coordinator = None,
    timezone: Zone = None,
    rule: RuleText = None,
    at: At = None,
    minutes: Minutes = None,
    holidays: Holidays = None,
    reopen: Reopen = False,
) -> None:
    """Change the given fields of a panel."""
    run = app_of(ctx)
    changes = host_changes(run, name=name, kind=kind, name_sv=name_sv, name_en=name_en, term_start=term_start, term_end=term_end)
    changes |= host_changes(run, rule=rule, at=at, minutes=minutes, holidays=holidays)
    changes |= given(
        area=area,
        place=place,
        url=url,
        funder=funder,
        purpose=purpose,
        feedback_url=feedback_url,
        mandate=mandate,
        size=size,
        timezone=timezone,
    )
    if parent is not None:
        changes["parent"] = parent or None
    changes |= {"closed_on": None} if reopen else {}
    edit_host(run, slug, Panel, changes, coordinator=coordinator, aims=_aims(target))


@app.verb(
    "close",
    _("Close a panel: nothing is planned after that day, and nobody joins."),
    "panel close vantaa-sivu --on 2022-12-31",
    "panel close vantaa-sivu",
)
def close(ctx: typer.Context, slug: PanelSlug, on: On = None) -> None:
    """Close a panel."""
    close_host(app_of(ctx), slug, Panel, on)


@app.verb(
    "remove",
    _("Remove a panel that was entered by mistake. One that has dates or members stays; close it instead."),
    "panel remove kokeilu",
    "panel remove kokeilu --yes",
)
def remove(ctx: typer.Context, slug: PanelSlug, yes: Yes = False) -> None:
    """Remove a panel that nothing belongs to."""
    remove_host(app_of(ctx), slug, Panel, yes=yes)


_EMPTY = _("There are no panels yet. Add one: osallisuus panel add --help")


def _with_members(run: App, on: str | None) -> list[Mapping[str, Any]]:
    counts = memberships.counts(run.db, run.day(on) or run.today)
    return [vars(host) | {"members": counts.get(host.slug, 0), "depth": 0} for host in hosts.search(run.db, Panel)]


def _nested(rows: Sequence[Mapping[str, Any]], parent: str | None, depth: int) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        if row["parent"] == parent:
            yield dict(row) | {"depth": depth}
            yield from _nested(rows, row["slug"], depth + 1)


def _columns(run: App) -> tuple[Any, ...]:
    kinds = {"main": _("main panel"), "side": _("side panel"), "extended": _("extended panel")}
    return (
        (_("Panel"), lambda row: "  " * row["depth"] + str(row["slug"])),
        (_("Name"), lambda row: named(row, run.language)),
        (_("Kind"), lambda row: kinds[row["kind"]]),
        (_("Belongs to"), "parent"),
        (_("Members"), lambda row: f"{row['members']}/{row['size']}" if row["size"] else row["members"]),
        (_("Term ends"), "term_end"),
        (_("Closed on"), "closed_on"),
    )


def _aims(target: Sequence[str] | None) -> dict[str, int]:
    """Return how many of which role are meant; raise UsageError for what does not say that."""
    found = {}
    for option in target or ():
        role, equals, number = option.rpartition("=")
        if not (role.strip() and equals and number.strip().isdecimal() and int(number) <= hosts.MOST_MEMBERS):
            raise UsageError(
                _("'{value}' does not say how many of which role.").format(value=option),
                hint=_("Write --target ROLE=N, for example --target developer-client=6."),
            )
        found[role.strip()] = int(number)
    return found
