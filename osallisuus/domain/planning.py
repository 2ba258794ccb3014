"""Turning a host's rule into dates, again and again, without ever touching what a person has decided.

Planning matches what the rule proposes with what is there by slot. A date that was moved, cancelled or held by a person is kept
as it is; one added by hand at a proposed time fills that slot; only a changed rule moves or drops a date, and only after
consent. A date with people or notes is never dropped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from osallisuus import dates, recurrence
from osallisuus.dates import MAX_DATES, MAX_YEARS
from osallisuus.domain import events, hosts
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import _, format_date, format_moment, language
from osallisuus.recurrence import Slot
from osallisuus.store.database import Database, referencing
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days to plan: from `start` to `until` (inclusive), or for `count` dates."""

    start: date
    until: date | None = None
    count: int | None = None

    def holds(self, day: date) -> bool:
        """Tell whether a day is in the span (with a count: not before it)."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A civil start for a slot, after the holiday policy."""

    slot: str
    starts: str


@dataclass(frozen=True, kw_only=True)
class Move:
    """A date that a changed rule wants elsewhere."""

    event: Event
    starts: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something to know about a date; `kind` is holiday, clock_change, collision, or length."""

    kind: str
    day: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What planning would do.

    `returning` are dates that an earlier planning dropped and the rule gives again; `protected` are dates that the rule no longer
    gives but that people or notes hang on.
    """

    host: Host
    anchor: str
    kept: list[Event] = field(default_factory=list)
    returning: list[Move] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    new: list[Candidate] = field(default_factory=list)
    dropped: list[Event] = field(default_factory=list)
    protected: list[Event] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def needs_consent(self) -> bool:
        """Whether it changes dates that are there already."""
        return bool(self.moved or self.dropped)


# Rules


def require_ruled(host: Host) -> tuple[recurrence.Rule, time, int]:
    """Return the host's rule, time and length, or raise UsageError that names what is missing."""
    missing = [option for option, value in (("--rule", host.rule), ("--at", host.at), ("--minutes", host.minutes)) if not value]
    if missing:
        raise UsageError(
            _("{slug} has no rule to plan by yet: {options} missing.").format(slug=host.slug, options=", ".join(missing)),
            hint=_('Add for example: --rule "last thursday" --at 17:00 --minutes 120.'),
            code="no_rule",
        )
    return recurrence.parse(host.rule), dates.parse_time(host.at), hosts.require_minutes(host.minutes or 0)


def require_span(span: Span) -> None:
    """Raise UsageError for a span that ends before it starts, is endless or longer than `MAX_YEARS`."""
    if span.count is not None and not 1 <= span.count <= MAX_DATES:
        raise UsageError(_("The number of dates is 1 to {most}, not {n}.").format(most=MAX_DATES, n=span.count))
    if span.until and span.until < span.start:
        raise UsageError(
            _("The planning would end ({until}) before it starts ({start}).").format(
                until=format_date(span.until), start=format_date(span.start)
            )
        )
    if span.until and span.until > dates.add_months(span.start, 12 * MAX_YEARS):
        raise UsageError(
            _("Planning reaches at most {years} years ahead.").format(years=MAX_YEARS), hint=_("Choose an earlier last date.")
        )


def first_anchor(rule: recurrence.Rule, start: date) -> date:
    """Return the rule's first date at or after `start`, from which every second (third, …) week or month is counted."""
    first = next(recurrence.slots(replace(rule, interval=1), start=start, anchor=start), None)
    return first.day if first else start


def propose(host: Host, span: Span, anchor: date, holidays: Mapping[date, str]) -> tuple[list[Candidate], list[Remark]]:
    """Return the host's candidates in a span and remarks on those that the holiday policy leaves out or shifts.

    Raises Refused when there are more than `MAX_DATES`.
    """
    rule, at, _minutes = require_ruled(host)
    candidates: dict[str, Candidate] = {}
    remarks = []
    # a date that a holiday shifts into the span belongs to it, so begin a little earlier
    for slot in recurrence.slots(rule, start=span.start - timedelta(days=10), anchor=anchor):
        if (span.until and slot.day > span.until) or len(candidates) == span.count:
            break
        day, remark = _after_holidays(host, slot, holidays)
        if not span.holds(day or slot.day):
            continue
        if remark:
            remarks.append(remark)
        if day:
            starts = events.civil(day, at, host.timezone)
            # two holidays in a row, or one before another date of the rule, come to one date and not two at once
            candidates.pop(starts, None)
            candidates[starts] = Candidate(slot=slot.key, starts=starts)
        if len(candidates) > MAX_DATES:
            raise Refused(
                _("The rule '{rule}' gives more than {most} dates in that time.").format(rule=host.rule, most=MAX_DATES),
                hint=_("Choose an earlier last date."),
                code="too_many_dates",
            )
    return list(candidates.values()), remarks


def decide(
    plan: Plan,
    candidates: Sequence[Candidate],
    beyond: Sequence[Candidate],
    known: Sequence[Event],
    pinned: set[int],
    span: Span,
) -> Plan:
    """Match candidates with the host's events: by slot, else by time. Pure; returns the plan with its five lists filled.

    `beyond` are the candidates just after the span: a changed rule may move a date there that is in the span now.
    """
    by_slot = {event.slot: event for event in known if event.slot}
    by_start = {start: event for event in known for start in (event.planned, event.starts)}
    whole = replace(span, until=span.until or date.fromisoformat(max(p.starts for p in candidates)[:10]))
    kept, returning, moved, new, met = [], [], [], [], set()
    for candidate in candidates:
        event = by_slot.get(candidate.slot) or by_start.get(candidate.starts)
        if event is None:
            new.append(candidate)
            continue
        if event.id in met:  # a date moved by hand onto the next one of the rule is both
            continue
        met.add(event.id)
        if event.dropped:
            returning.append(Move(event=event, starts=candidate.starts))
        elif event.status != "planned" or event.moved or event.slot is None or event.planned == candidate.starts:
            kept.append(event)
        else:
            moved.append(Move(event=event, starts=candidate.starts))
    orphans = {
        event.slot: event
        for event in known
        if event.id not in met and event.slot and event.status == "planned" and not event.moved and whole.holds(event.day)
    }
    moved += [Move(event=orphans.pop(p.slot), starts=p.starts) for p in beyond if p.slot in orphans]
    return replace(
        plan,
        kept=kept,
        returning=returning,
        moved=moved,
        new=new,
        dropped=[event for event in orphans.values() if event.id not in pinned],
        protected=[event for event in orphans.values() if event.id in pinned],
    )


def remarks_on(
    host: Host, fresh: Iterable[str], neighbours: Iterable[Event], others: Iterable[Event], holidays: Mapping[date, str]
) -> list[Remark]:
    """Return what to know about fresh civil starts: a holiday, a clock change to a neighbouring date, another occasion meanwhile.

    `neighbours` are the host's other dates, `others` the occasions of all hosts on those days.
    """
    fresh = sorted(set(fresh))
    found = [
        Remark(
            kind="holiday",
            day=start[:10],
            text=_("{date} is a holiday: {name}.").format(date=format_date(day), name=holidays[day]),
        )
        for start in fresh
        if (day := datetime.fromisoformat(start).date()) in holidays
    ]
    every = sorted({*fresh, *(event.starts for event in neighbours if event.status == "planned")})
    for earlier, later in pairwise(every):
        if earlier in fresh or later in fresh:
            found += _clock_change(host.timezone, datetime.fromisoformat(earlier), datetime.fromisoformat(later))
    for start in fresh:
        begin = datetime.fromisoformat(start)
        end = begin + timedelta(minutes=host.minutes or 60)
        for event in others:
            same_day = event.host == host.slug and event.day == begin.date()
            if event.status != "cancelled" and (same_day or (event.start < end and begin < event.end)):
                found.append(_collision(begin, event))
    return found


# Reads


def prepare(db: Database, host: Host, span: Span) -> Plan:
    """Read what is there and decide what planning the host over a span would do."""
    require_span(span)
    rule, _at, minutes = require_ruled(host)
    hosts.require_open(host, span.start)
    anchor = date.fromisoformat(host.anchor) if host.anchor else first_anchor(rule, span.start)
    holidays = dates.finnish_holidays(language=language())
    candidates, holiday_remarks = propose(host, span, anchor, holidays)
    _require_dates(host, candidates, span)
    known = events.search(db, host=host.slug)
    empty = Plan(host=host, anchor=anchor.isoformat())
    plan = decide(
        empty, candidates, _just_after(host, span, anchor, holidays), known, attached(db, host.slug) if known else set(), span
    )
    gone = {event.id for event in plan.dropped} | {move.event.id for move in plan.moved}
    fresh = [p.starts for p in plan.new] + [m.starts for m in (*plan.moved, *plan.returning)]
    neighbours = [event for event in known if event.id not in gone]
    touched = {p.starts[:10] for p in plan.new}
    remarks = [r for r in holiday_remarks if _concerns(r, plan)] + remarks_on(
        host, fresh, neighbours, _on_days(db, fresh, gone), holidays if host.holidays == "keep" else {}
    )
    other_lengths = [e for e in plan.kept if e.status == "planned" and e.minutes != minutes and e.slot]
    if other_lengths and touched:
        remarks += [_other_length(event, minutes) for event in other_lengths]
    return replace(plan, remarks=sorted(remarks, key=lambda r: (r.day, r.kind)))


def attached(db: Database, host: str) -> set[int]:
    """Return the ids of a host's events with people or notes: rows of any table that refer to them, or texts of their own."""
    own = hosts.get(db, host)
    written = (
        "SELECT id FROM events WHERE host = :host AND (title || title_sv || title_en || description || registration_url <> ''"
        " OR capacity IS NOT NULL OR place NOT IN ('', :place) OR url NOT IN ('', :url))"
    )
    referred = (
        f'SELECT "{column}" FROM "{table}" WHERE "{column}" IN (SELECT id FROM events WHERE host = :host)'
        for table, column in referencing(db, "events")
    )
    rows = db.rows(" UNION ".join((written, *referred)), {"host": host, "place": own.place, "url": own.url})
    return {row[0] for row in rows}


def remarks_for(db: Database, host: Host, starts: str, event_id: int = 0) -> list[Remark]:
    """Return the remarks on one date that was just added or moved by hand."""
    holidays = dates.finnish_holidays(language=language())
    known = events.search(db, host=host.slug)
    lasting = replace(host, minutes=next((event.minutes for event in known if event.id == event_id), host.minutes))
    neighbours = [event for event in known if event.id != event_id]
    return remarks_on(lasting, [starts], neighbours, _on_days(db, [starts], {event_id}), holidays)


# Actions


def apply(db: Database, plan: Plan, change: Change, *, new_uid: Callable[[], str]) -> None:
    """Do what the plan says, and remember the rule on the host."""
    host = plan.host
    stored = hosts.get(db, host.slug)
    wanted = {name: getattr(host, name) for name in ("rule", "at", "minutes", "holidays")}
    hosts.update(db, stored, wanted | {"anchor": plan.anchor}, change)
    for move in plan.moved:
        columns = {"starts": move.starts, "planned": move.starts} | events.revised(move.event, change)
        db.update(Event, move.event.id, **columns)
        change.tell("moved", "event", move.event.lasting, about=(("host", host.slug),), starts=[move.event.starts, move.starts])
    for move in plan.returning:
        events.restore(db, move.event, change, uid=new_uid())
        db.update(Event, move.event.id, starts=move.starts, planned=move.starts)
    for event in plan.dropped:
        events.cancel(db, event, change, by_rule=True)
    for candidate in plan.new:
        events.insert(db, blank(host, candidate.starts, uid=new_uid(), slot=candidate.slot), change)


def blank(host: Host, starts: str, *, uid: str, slot: str | None = None, minutes: int = 0, kind: str = "") -> Event:
    """Return a new event of a host, with the host's place and link; it gets its number when it is inserted."""
    length = minutes or host.minutes
    if not length:
        raise UsageError(_("How long does it last? Add --minutes."), code="no_minutes")
    return Event(
        host=host.slug,
        number=0,
        slot=slot,
        planned=starts,
        starts=starts,
        minutes=hosts.require_minutes(length),
        timezone=host.timezone,
        kind=kind or ("meeting" if isinstance(host, Panel) else "webinar"),
        place=host.place,
        url=host.url,
        uid=uid,
        created_at="",
        revised_at="",
    )


def _require_dates(host: Host, candidates: Sequence[Candidate], span: Span) -> None:
    for candidate in candidates:
        hosts.require_open(host, date.fromisoformat(candidate.starts[:10]))
    if not candidates:
        raise Refused(
            _("The rule '{rule}' gives no date in that time.").format(rule=host.rule),
            hint=_("Choose a later end than {day}.").format(day=format_date(span.until or span.start)),
            code="no_dates",
        )


def _just_after(host: Host, span: Span, anchor: date, holidays: Mapping[date, str]) -> list[Candidate]:
    """Return the candidates of the month after a span, as far as the host is open; a slot is a month at most."""
    if not span.until:
        return []
    after = Span(start=span.until + timedelta(days=1), until=span.until + timedelta(days=31))
    found, _remarks = propose(host, after, anchor, holidays)
    return [candidate for candidate in found if candidate.starts[:10] <= (host.closed_on or candidate.starts)]


def _after_holidays(host: Host, slot: Slot, holidays: Mapping[date, str]) -> tuple[date | None, Remark | None]:
    if slot.day not in holidays or host.holidays == "keep":
        return slot.day, None
    name, day = holidays[slot.day], slot.day.isoformat()
    if host.holidays == "skip":
        text = _("{date} is left out: {name}.").format(date=format_date(slot.day), name=name)
        return None, Remark(kind="holiday", day=day, text=text)
    later = dates.next_working_day(slot.day, holidays)
    text = _("{date} is {name}; the next working day is {later}.").format(
        date=format_date(slot.day), name=name, later=format_date(later)
    )
    return later, Remark(kind="holiday", day=later.isoformat(), text=text)


def _concerns(remark: Remark, plan: Plan) -> bool:
    """Tell whether a remark is news: on a date left out while planning something new, or on one that is new or moved."""
    fresh = {p.starts[:10] for p in plan.new} | {m.starts[:10] for m in plan.moved}
    return remark.day in fresh or (bool(fresh) and remark.day not in {e.planned[:10] for e in plan.kept})


def _clock_change(zone: str, earlier: datetime, later: datetime) -> list[Remark]:
    before, after = dates.utc_offset(earlier, zone), dates.utc_offset(later, zone)
    if before == after:
        return []
    text = _("The clocks change between {earlier} and {later}: the time of day stays, UTC shifts by {hours} h.").format(
        earlier=format_date(earlier.date()), later=format_date(later.date()), hours=f"{(before - after) / timedelta(hours=1):+g}"
    )
    return [Remark(kind="clock_change", day=later.date().isoformat(), text=text)]


def _collision(begin: datetime, event: Event) -> Remark:
    text = _("{date}: {other} is on the same day, {moment}.").format(
        date=format_date(begin.date()), other=event.reference, moment=format_moment(event.start)
    )
    return Remark(kind="collision", day=begin.date().isoformat(), text=text)


def _other_length(event: Event, minutes: int) -> Remark:
    text = _("{occasion} keeps its {own} minutes; new dates have {minutes}.").format(
        occasion=event.reference, own=event.minutes, minutes=minutes
    )
    return Remark(kind="length", day=event.starts[:10], text=text)


def _on_days(db: Database, starts: Iterable[str], without: set[int]) -> list[Event]:
    days = {datetime.fromisoformat(start).date() for start in starts}
    if not days:
        return []
    found = events.search(db, since=min(days), until=max(days))
    return [event for event in found if event.id not in without and event.day in days]
