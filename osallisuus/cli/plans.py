"""Planning by a rule at the command line: show what it gives and what is there, ask where dates would move, then do it."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from osallisuus import dates
from osallisuus.cli.context import App, given
from osallisuus.cli.occasions import Noun
from osallisuus.cli.views import state
from osallisuus.domain import events, hosts, planning
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host
from osallisuus.domain.planning import Plan, Span
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import _, format_date, format_moment, n_

_SATURDAY = 5


def run_plan(run: App, slug: str, record: type[Host], asked: Mapping[str, Any], span: Span, *, dry_run: bool, yes: bool) -> None:
    """Plan a host over a span with the fields that were `asked` for, or only show it."""

    def prepare() -> Plan:
        stored = run.host(slug, record)
        return planning.prepare(run.db, hosts.ruled(stored, asked), span)

    shown = prepare()
    run.out.say(*lines(shown))
    if not dry_run:
        if shown.needs_consent:
            run.confirm(_("The rule has changed. Move and drop these dates?"), yes=yes)
        with run.writing() as change:
            done = prepare()  # again under the lock: another process may have planned meanwhile
            if done.needs_consent and (done.moved, done.dropped) != (shown.moved, shown.dropped):
                raise Refused(
                    _("The dates were changed by somebody else meanwhile; nothing was done."),
                    hint=_("Run the same command again."),
                    code="changed_meanwhile",
                )
            planning.apply(run.db, done, change, new_uid=lambda: str(uuid4()))
        shown = done
    for remark in shown.remarks:
        run.out.say(_("Note: {text}").format(text=remark.text))
    run.out.done("plan", document(shown, dry_run=dry_run), sentence(shown, dry_run=dry_run))


def add_occasion(
    run: App, noun: Noun, slug: str, on: str, at: str | None, minutes: int | None, *, kind: str = "", **texts: str | None
) -> None:
    """Add a date by hand; the same host at the same time is the same date."""
    day, clock = dates.parse_moment(on, today=run.today)
    with run.writing() as change:
        owner = run.host(slug, noun.record)
        start = dates.parse_time(at) if at else clock or (dates.parse_time(owner.at) if owner.at else None)
        if start is None:
            raise UsageError(_("At what time? Add --at."), code="no_time")
        starts = events.civil(day, start, owner.timezone)
        blank = planning.blank(owner, starts, uid=str(uuid4()), minutes=minutes or 0, kind=kind)
        event, new = events.add(run.db, replace(blank, **given(**texts)), change)
    sentence = _("Added {lasting}: {when}.") if new else _("{lasting} is there already: {when}.")
    run.out.done(noun.one, events.public(event), sentence.format(lasting=event.lasting, when=format_moment(event.start)))
    if new:
        tell_remarks(run, event)


def tell_remarks(run: App, event: Event) -> None:
    """Tell what is worth knowing about a date that was just added or moved by hand."""
    if event.day < run.today:
        run.out.note(_("{date} is in the past.").format(date=format_date(event.day)))
    if event.day.weekday() >= _SATURDAY:
        run.out.note(_("{date} is on a weekend.").format(date=format_date(event.day)))
    for remark in planning.remarks_for(run.db, run.host(event.host), event.starts, event.id):
        run.out.note(remark.text)


def span(run: App, from_: str, until: str | None, count: int | None, months: int | None) -> Span:
    """Return the span that the options describe; exactly one of its three ends must be given."""
    start = dates.parse_date(from_, today=run.today)
    ends = given(until=until, count=count, months=months)
    if len(ends) != 1:
        if not ends:
            raise UsageError(_("Until when? Give one of --until DATE, --count N and --months N."), code="no_end")
        raise UsageError(_("Give only one of --until, --count and --months."), code="two_ends")
    last = dates.add_months(start, months) - timedelta(days=1) if months else run.day(until)
    return Span(start=start, until=last, count=count)


def lines(shown: Plan) -> list[str]:
    """Return a plan's dates in order of time: `=` stays, `+` is new, `>` moves, `-` is dropped."""
    lines = [
        *((event.start, "=", _stay(event)) for event in shown.kept),
        *((datetime.fromisoformat(p.starts), "+", _("new")) for p in shown.new),
        *((datetime.fromisoformat(m.starts), "+", _("comes back")) for m in shown.returning),
        *(
            (datetime.fromisoformat(m.starts), ">", _("moves from {date}").format(date=format_moment(m.event.start)))
            for m in shown.moved
        ),
        *((event.start, "-", _("no longer in the rule: will be cancelled")) for event in shown.dropped),
        *((event.start, "=", _("no longer in the rule, but has people or notes: kept")) for event in shown.protected),
    ]
    return [f"{sign} {format_moment(moment)}  {text}" for moment, sign, text in sorted(lines)]


def _stay(event: Event) -> str:
    return state(events.public(event)) if event.status != "planned" or event.moved else _("there already")


def sentence(shown: Plan, *, dry_run: bool) -> str:
    """Return the sums of a plan."""
    parts = [n_("{n} new date", "{n} new dates", len(shown.new))]
    if shown.returning:
        parts.append(n_("{n} back", "{n} back", len(shown.returning)))
    if shown.moved:
        parts.append(n_("{n} moved", "{n} moved", len(shown.moved)))
    if shown.dropped:
        parts.append(n_("{n} cancelled", "{n} cancelled", len(shown.dropped)))
    parts.append(n_("{n} kept", "{n} kept", len(shown.kept) + len(shown.protected)))
    summary = f"{shown.host.slug}: {', '.join(parts)}."
    return _("{summary} Nothing was written (--dry-run).").format(summary=summary) if dry_run else summary


def document(shown: Plan, *, dry_run: bool) -> Mapping[str, Any]:
    """Return a plan as its JSON object."""
    slug = shown.host.slug
    return {
        "host": slug,
        "rule": shown.host.rule,
        "dry_run": dry_run,
        "kept": [event.reference for event in shown.kept],
        "new": [{"occasion": f"{slug}/{p.starts[:10]}", "starts": p.starts} for p in shown.new],
        "returning": [{"occasion": m.event.lasting, "starts": m.starts} for m in shown.returning],
        "moved": [{"occasion": m.event.lasting, "starts": [m.event.starts, m.starts]} for m in shown.moved],
        "dropped": [event.reference for event in shown.dropped],
        "protected": [event.reference for event in shown.protected],
        "remarks": [asdict(remark) for remark in shown.remarks],
    }
