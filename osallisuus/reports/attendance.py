"""How many came: by date, by month and by role; for the coordinator, with every number."""

from collections.abc import Sequence

from osallisuus.domain import roles
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _, language
from osallisuus.reports import registered, sessions
from osallisuus.reports.asking import Asked, called, names
from osallisuus.reports.blocks import Behind, Block, Cell, Column, Figure, Figures, Number, Paragraph, Report, Table, Term
from osallisuus.store.database import Database
from osallisuus.words import state_words

_STATES = ("present", "remote", "excused", "absent")
# Beyond so many dates they are told by month only.
_MOST_DATES = 200
_IN_PERIOD = (
    "e.starts >= :since AND e.starts < :beyond AND e.dropped = 0 AND e.status <> 'cancelled'"
    " AND (CASE WHEN :host = '' THEN h.type = 'panel' ELSE e.host = :host END)"
)
_MARKS = (
    "FROM events e JOIN hosts h ON h.slug = e.host JOIN attendance a ON a.event_id = e.id"
    f" WHERE {_IN_PERIOD} AND a.state IN ('present', 'remote', 'excused', 'absent')"
)
_MARKED = (
    "SELECT a.id, substr(e.starts, 1, 10) AS day, p.name AS text"
    f" {_MARKS.replace(' WHERE', ' JOIN people p ON p.id = a.person_id WHERE', 1)}"
)
_ROLE = (
    "(SELECT m.role FROM memberships m JOIN roles r ON r.key = m.role WHERE m.panel = e.host AND m.person_id = a.person_id"
    " AND m.from_date <= substr(e.starts, 1, 10) AND (m.to_date IS NULL OR m.to_date >= substr(e.starts, 1, 10))"
    " ORDER BY r.position, r.key LIMIT 1)"
)


def make(db: Database, asked: Asked) -> Report:
    """Return how many came to the dates of a panel or series, or of all panels, in the period."""
    host = asked.host.slug if asked.host else ""
    dates = [one for one in sessions.read(db, asked, host=host) if one.date.status != "cancelled"]
    title = _("Attendance: {name}").format(name=called(asked.host) if asked.host else _("all panels"))
    blocks: list[Block] = []
    if not dates:
        blocks.append(Paragraph(text=_("There is no date in this period.")))
    else:
        blocks += [
            Figures(
                items=[
                    Figure(label=_("How many dates"), value=sessions.how_many("dates", dates)),
                    Figure(label=_("Visits"), value=sessions.visits("visits", dates)),
                    Figure(label=_("Were there on average"), value=sessions.average("average", dates)),
                    Figure(label=_("Attendance rate"), value=sessions.rate("rate", asked, dates)),
                ]
            ),
            sessions.by_month(dates),
        ]
        tables = [_by_state(db, asked, host)]
        tables += [_by_role(db, asked, host)] if host == "" or isinstance(asked.host, Panel) else []
        blocks += [table for table in tables if table.rows]
        blocks += _dates(db, asked, dates, host)
    months = registered.by_month(db, asked, host) if not isinstance(asked.host, Panel) else None
    if months and months.rows:
        blocks += [months]
    return asked.report(db, title=title, blocks=blocks, limits=asked.limits)


def _dates(db: Database, asked: Asked, dates: Sequence[sessions.Attended], host: str) -> list[Block]:
    if len(dates) > _MOST_DATES:
        return [Paragraph(text=_("There are too many dates for a list; name a panel or series, or a shorter period."))]
    return [sessions.table(dates, _("Dates"), asked.today, hosts=None if host else names(db, Panel))]


def _by_state(db: Database, asked: Asked, host: str) -> Table:
    values = asked.bounds | {"host": host}
    found = db.rows(f"SELECT a.state, count(*) AS n {_MARKS} GROUP BY a.state", dict(values))
    counted = {row["state"]: row["n"] for row in found}
    sql = f"{_MARKED} AND a.state = :state ORDER BY e.starts, a.id"
    words = state_words()
    rows: list[Sequence[Cell]] = []
    for state in _STATES:
        behind = Behind(noun="attendance", sql=sql, values={**values, "state": state})
        rows.append(
            [Term(code=state, text=words[state]), Number(key=f"states.{state}", value=counted.get(state, 0), behind=behind)]
        )
    return Table(
        key="states",
        title=_("By mark"),
        columns=[Column(key="state", label=_("Mark")), Column(key="marks", label=_("Marks"), kind="number")],
        rows=rows if counted else [],
    )


def _by_role(db: Database, asked: Asked, host: str) -> Table:
    """Return, for each role that people had on the day, how many marks there are and which share of them says that they came."""
    values = asked.bounds | {"host": host}
    rows = db.rows(
        f"SELECT coalesce({_ROLE}, '') AS role, count(*) AS marks, sum(a.state IN ('present', 'remote')) AS seen"
        f" {_MARKS} GROUP BY 1",
        dict(values),
    )
    titles = {role.key: roles.title(role, language()) for role in roles.search(db)} | {"": _("no member on the day")}
    sql = f"{_MARKED} AND coalesce({_ROLE}, '') = :role ORDER BY e.starts, a.id"
    order = [*titles]
    found: list[Sequence[Cell]] = []
    for row in sorted(rows, key=lambda row: order.index(row["role"])):
        behind = Behind(noun="attendance", sql=sql, values={**values, "role": row["role"]})
        key = row["role"] or "-"  # no role is called that
        marks = Number(key=f"roles.{key}.marks", value=row["marks"], behind=behind)
        share = Number(key=f"roles.{key}.rate", value=row["seen"] / row["marks"], unit="share", behind=behind)
        found.append([Term(code=row["role"], text=titles[row["role"]]), marks, share])
    return Table(
        key="roles",
        title=_("By role"),
        columns=[
            Column(key="role", label=_("Role")),
            Column(key="marks", label=_("Marks"), kind="number"),
            Column(key="rate", label=_("Came"), kind="number"),
        ],
        rows=found,
    )
