"""The dates of a period and how many were there: of one panel or series, or of all panels.

How many were there is told of each date by itself, and what is said of several is taken over the dates of which it is told: no
two reports about overlapping periods give back what one of them hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain.events import Event
from osallisuus.i18n import LANGUAGES, _, format_month, language, rounded
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Behind, Cell, Column, Number, Picture, Quoted, Table, Term
from osallisuus.store.database import Database
from osallisuus.words import occasion_words

_PRESENT = (
    "SELECT a.id, substr(e.starts, 1, 10) AS day, p.name AS text, 1 AS n FROM attendance a JOIN events e ON e.id = a.event_id"
    " JOIN people p ON p.id = a.person_id WHERE a.event_id = :event AND a.state IN ('present', 'remote')"
    " UNION ALL SELECT c.event_id, substr(e.starts, 1, 10), :others, c.headcount FROM headcounts c"
    " JOIN events e ON e.id = c.event_id WHERE c.event_id = :event"
)
_SEEN = "SELECT count(*) FROM attendance a WHERE a.event_id = e.id AND a.state IN ('present', 'remote')"
_MARKED = "SELECT count(*) FROM attendance a WHERE a.event_id = e.id AND a.state > ''"


@dataclass(frozen=True, kw_only=True)
class Date(Event):
    """An occasion with how many were seen and marked by name, and how many were counted beside them (None: nobody counted)."""

    seen: int
    marked: int
    heads: int | None

    @property
    def present(self) -> int | None:
        """How many were there; None where nobody was marked or counted."""
        return self.seen + (self.heads or 0) if self.marked or self.heads is not None else None


@dataclass(frozen=True, kw_only=True)
class Attended:
    """A date with the number of those who were there, as it is told."""

    date: Date
    present: Number


def read(db: Database, asked: Asked, *, host: str = "", status: str = "") -> list[Attended]:
    """Return the dates of a host, or of all panels, in the period, with how many were there; none that planning took back."""
    found = db.fetch(
        Date,
        f"SELECT e.*, ({_SEEN}) AS seen, ({_MARKED}) AS marked, c.headcount AS heads FROM events e"
        " JOIN hosts h ON h.slug = e.host LEFT JOIN headcounts c ON c.event_id = e.id"
        " WHERE (CASE WHEN :host = '' THEN h.type = 'panel' ELSE e.host = :host END)"
        " AND e.starts >= :since AND e.starts < :beyond AND e.dropped = 0"
        " AND :status IN ('', e.status) ORDER BY e.starts, e.host, e.number",
        asked.bounds | {"host": host, "status": status},
    )
    return [Attended(date=date, present=asked.people(_present(date))) for date in found]


def told(found: Sequence[Attended]) -> list[Attended]:
    """Return the dates of which it is told how many were there."""
    return [one for one in found if one.present.value is not None]


def visits(key: str, found: Sequence[Attended]) -> Number:
    """Return how many times somebody was there, over the dates of which that is told."""
    shown = told(found)
    total = sum(int(one.present.value or 0) for one in shown) if shown else None
    return Number(key=key, value=total, hidden=_none_told(found), behind=_behind(shown))


def average(key: str, found: Sequence[Attended]) -> Number:
    """Return how many were there on average, over the dates of which that is told."""
    shown = told(found)
    mean = rounded(sum(one.present.value or 0 for one in shown) / len(shown), 1) if shown else None
    return Number(key=key, value=mean, places=1, hidden=_none_told(found), behind=_behind(shown))


def _none_told(found: Sequence[Attended]) -> bool:
    """Tell whether it is of no date told how many were there, although it is known of some."""
    return not told(found) and any(one.present.hidden for one in found)


def rate(key: str, asked: Asked, found: Sequence[Attended]) -> Number:
    """Return which share of those who were marked was there, over the dates of which it is told how many were there.

    For everybody it is told of whole calendar years only: those of two periods that overlap would tell of the days between them.
    """
    shown = told(found)
    seen, marked = sum(one.date.seen for one in shown), sum(one.date.marked for one in shown)
    value = rounded(seen / marked, 2) if marked else None
    share = Number(key=key, value=value, unit="share", behind=_behind(shown, marks=True))
    if asked.internal or not marked:
        return share
    count = Number(key=key, value=seen)
    kept = bool(asked.year) and not asked.part(count, Number(key=key, value=marked)).hidden
    return share if kept else Number(key=key, value=None, unit="share", hidden=True, behind=share.behind)


def table(found: Sequence[Attended], title: str, today: date, *, hosts: dict[str, str] | None = None) -> Table:
    """Return the dates as a table with a picture of how many were there; with `hosts`, the name of each one's panel, too.

    A column that would say the same of every date is not shown.
    """
    kinds = occasion_words()
    rows: list[Sequence[Cell]] = []
    for one in found:
        date = one.date
        own: list[Cell] = [Term(code=date.host, text=hosts.get(date.host, date.host))] if hosts else []
        kind = Term(code=date.kind, text=kinds[date.kind])
        rows.append([date.start, *own, kind, theme(date), Term(code=date.status, text=state(date, today)), one.present])
    return Table(
        key="dates",
        title=title,
        columns=[
            Column(key="day", label=_("Date"), kind="moment"),
            *([Column(key="panel", label=_("Panel"))] if hosts else []),
            Column(key="kind", label=_("Kind"), shown=any(one.date.kind != "meeting" for one in found)),
            Column(key="theme", label=_("Theme")),
            Column(key="state", label=_("State"), shown=any(one.date.status != "held" for one in found)),
            Column(key="present", label=_("Were there"), kind="number"),
        ],
        rows=rows,
        picture=Picture(kind="columns", value="present"),
    )


def state(event: Event, today: date) -> str:
    """Return in words how a date stands; one that has passed and is not marked may have been held or not."""
    if event.status == "planned" and event.day < today:
        return _("not marked as held")
    return {"planned": _("to come"), "held": _("held"), "cancelled": _("cancelled")}[event.status]


def theme(event: Event) -> Cell:
    """Return the theme of a date in the language that is spoken, or in the one it was written in."""
    titles = {"fi": event.title, "sv": event.title_sv, "en": event.title_en}
    found = next((one for one in (language(), *LANGUAGES) if titles[one]), "")
    return Quoted(text=titles[found], language=found) if found else ""


def _present(date: Date) -> Number:
    behind = Behind(noun="attendance", sql=_PRESENT, values={"event": date.id, "others": _("counted beside those named")})
    return Number(key=f"present.{date.lasting}", value=date.present, behind=behind)


def _behind(found: Sequence[Attended], *, marks: bool = False) -> Behind:
    """Return the dates with how many were there; with `marks`, of how many of those marked by name, too."""
    ids = ", ".join(str(one.date.id) for one in found)
    others = "0" if marks else "coalesce((SELECT headcount FROM headcounts c WHERE c.event_id = e.id), 0)"
    told = f" || ': ' || ({_SEEN}) || ' / ' || ({_MARKED})" if marks else ""
    return Behind(
        noun="event",
        sql=f"SELECT e.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number{told} AS text, ({_SEEN}) + {others} AS n"
        f" FROM events e WHERE e.id IN ({ids}) ORDER BY e.starts, e.id",
    )


def how_many(key: str, found: Sequence[Attended]) -> Number:
    """Return how many dates there are."""
    ids = ", ".join(str(one.date.id) for one in found)
    sql = (
        "SELECT e.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text FROM events e"
        f" WHERE e.id IN ({ids}) ORDER BY e.starts, e.id"
    )
    return Number(key=key, value=len(found), behind=Behind(noun="event", sql=sql))


def by_month(found: Sequence[Attended]) -> Table:
    """Return how many dates there were in each month and how many were there, over the dates of which that is told."""
    months: dict[str, list[Attended]] = {}
    for one in found:
        months.setdefault(one.date.starts[:7], []).append(one)
    return Table(
        key="months",
        title=_("By month"),
        columns=[
            Column(key="month", label=_("Month")),
            Column(key="dates", label=_("How many dates"), kind="number"),
            Column(key="visits", label=_("Were there"), kind="number"),
        ],
        rows=[_month(month, own) for month, own in months.items()],
        picture=Picture(kind="columns", value="visits"),
    )


def _month(month: str, found: Sequence[Attended]) -> list[Cell]:
    key = f"months.{month}"
    return [Term(code=month, text=format_month(month)), how_many(f"{key}.dates", found), visits(f"{key}.visits", found)]
