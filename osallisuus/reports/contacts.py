"""Names and contacts of the members of a panel, or of all: for the coordinator only."""

from collections.abc import Sequence

from osallisuus.domain import hosts, roles
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import LANGUAGES, _, format_date, language
from osallisuus.reports.asking import Asked, called
from osallisuus.reports.blocks import Behind, Block, Cell, Column, Figure, Figures, Number, Paragraph, Report, Table
from osallisuus.store.database import Database

_MEMBERS = (
    "SELECT m.panel, m.role, m.from_date, p.id, p.name, p.email, p.phone, p.language, p.municipality, o.name AS organisation"
    " FROM memberships m JOIN people p ON p.id = m.person_id JOIN roles r ON r.key = m.role"
    " JOIN hosts h ON h.slug = m.panel LEFT JOIN organisations o ON o.id = p.organisation_id"
    " WHERE :panel IN ('', m.panel) AND m.from_date <= :day AND (m.to_date IS NULL OR m.to_date >= :day)"
    " AND (h.closed_on IS NULL OR h.closed_on >= :day)"
    " ORDER BY m.panel, r.position, r.key, p.name_key, p.id"
)


def make(db: Database, asked: Asked) -> Report:
    """Return who is in a panel, or in any, on the day of the report, and how to reach them."""
    panel = asked.host.slug if asked.host else ""
    values = {"panel": panel, "day": asked.day.isoformat()}
    titles = {role.key: roles.title(role, language()) for role in roles.search(db)}
    names = {one.slug: one.called(language()) for one in hosts.search(db, Panel)}
    spoken = dict(zip(LANGUAGES, (_("Finnish"), _("Swedish"), _("English")), strict=True)) | {"": ""}
    rows: list[Sequence[Cell]] = [
        [
            row["name"],
            *([] if panel else [names[row["panel"]]]),
            titles[row["role"]],
            row["email"],
            row["phone"],
            spoken[row["language"]],
            row["organisation"] or "",
            row["municipality"],
        ]
        for row in db.rows(_MEMBERS, dict(values))
    ]
    behind = Behind(noun="person", sql=f"SELECT id, from_date AS day, name AS text FROM ({_MEMBERS})", values=values)
    blocks: list[Block] = [
        Figures(items=[Figure(label=_("Memberships"), value=Number(key="memberships", value=len(rows), behind=behind))]),
        Table(key="contacts", title=_("Contacts"), columns=_columns(panel), rows=rows),
    ]
    if not rows:
        blocks = [Paragraph(text=_("Nobody was in a panel on {day}.").format(day=format_date(asked.day)))]
    title = _("Contacts: {name}").format(name=called(asked.host) if asked.host else _("all panels"))
    limits = [_("These are personal data: keep them only as long as they are needed, and send them to nobody.")]
    return asked.report(db, title=title, blocks=blocks, limits=limits, subtitle=format_date(asked.day))


def _columns(panel: str) -> list[Column]:
    return [
        Column(key="name", label=_("Name")),
        *([] if panel else [Column(key="panel", label=_("Panel"))]),
        Column(key="role", label=_("Role")),
        Column(key="email", label=_("E-mail")),
        Column(key="phone", label=_("Telephone")),
        Column(key="language", label=_("Language")),
        Column(key="organisation", label=_("Organisation")),
        Column(key="municipality", label=_("Municipality")),
    ]
