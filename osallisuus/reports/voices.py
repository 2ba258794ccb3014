"""Who was heard in the talks of a series: speakers, organisations, regions, experts by experience."""

from osallisuus.domain import roles
from osallisuus.i18n import _
from osallisuus.reports.asking import Asked, count, hidden
from osallisuus.reports.blocks import Behind, Block, Column, Figure, Figures, Number, Paragraph, Table
from osallisuus.reports.suppression import small
from osallisuus.store.database import Database
from osallisuus.texts import identity_key

_EXPERT = "expert-by-experience"
_SPOKE = (
    "FROM speakers s JOIN talks t ON t.id = s.talk_id JOIN events e ON e.id = t.event_id JOIN people p ON p.id = s.person_id"
    " LEFT JOIN organisations o ON o.id = s.organisation_id"
    " WHERE s.state = 'spoke' AND e.host = :host AND e.starts >= :since AND e.starts < :beyond"
)
_PEOPLE = f"SELECT p.id, min(substr(e.starts, 1, 10)) AS day, p.name AS text {_SPOKE} GROUP BY p.id ORDER BY p.id"
_TALKS = f"SELECT t.id, substr(e.starts, 1, 10) AS day, t.title AS text {_SPOKE} GROUP BY t.id ORDER BY e.starts, t.position"
_ORGANISATIONS = (
    f"SELECT o.id, min(substr(e.starts, 1, 10)) AS day, o.name AS text {_SPOKE} AND o.id IS NOT NULL"
    " GROUP BY o.id ORDER BY o.name_key"
)
_REGIONS = (
    f"SELECT min(p.id) AS id, min(substr(e.starts, 1, 10)) AS day, min(p.municipality) AS text {_SPOKE} AND p.municipality <> ''"
    " GROUP BY lower(p.municipality) ORDER BY lower(p.municipality)"
)
_IS_EXPERT = (
    "(EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = p.id AND m.role = 'expert-by-experience'"
    "  AND m.from_date <= substr(e.starts, 1, 10) AND (m.to_date IS NULL OR m.to_date >= substr(e.starts, 1, 10)))"
    " OR s.id IN (SELECT value FROM json_each(:titled)))"
)
_EXPERTS = (
    f"SELECT p.id, min(substr(e.starts, 1, 10)) AS day, p.name AS text {_SPOKE} AND {_IS_EXPERT} GROUP BY p.id ORDER BY p.id"
)


def blocks(db: Database, asked: Asked, host: str) -> list[Block]:
    """Return who was heard at the dates of a host in the period.

    An expert by experience is who has that role in a panel on the day, or whose title as a speaker says so.
    """
    values = asked.bounds | {"host": host}
    speakers = count(db, "speakers", Behind(noun="person", sql=_PEOPLE, values=values))
    if not speakers.value:
        return [Paragraph(text=_("Nobody is noted to have spoken in this period."))]
    # of periods that overlap, what one tells and another does not would be told of the days between them
    open_ = asked.internal or bool(asked.year and not small(speakers.value, asked.minimum))
    experts = asked.people(_experts(db, values))
    regions = count(db, "regions", Behind(noun="person", sql=_REGIONS, values=values))
    return [
        Figures(
            items=[
                Figure(label=_("Talks given"), value=count(db, "talks", Behind(noun="talk", sql=_TALKS, values=values))),
                Figure(label=_("Speakers heard"), value=speakers),
                Figure(label=_("Experts by experience among them"), value=experts if open_ else hidden(experts)),
                Figure(
                    label=_("Organisations heard"),
                    value=count(db, "organisations", Behind(noun="organisation", sql=_ORGANISATIONS, values=values)),
                ),
                Figure(label=_("Home municipalities of the speakers"), value=regions if open_ else hidden(regions)),
            ]
        ),
        *_listed(db, "organisations", _("Organisations that were heard"), _("Organisation"), _ORGANISATIONS, values),
        *(_listed(db, "regions", _("Home municipalities of the speakers"), _("Municipality"), _REGIONS, values) if open_ else []),
    ]


def _experts(db: Database, values: dict[str, object]) -> Number:
    import json  # start-up: reports without speakers need none

    role = roles.get(db, _EXPERT)
    titles = [identity_key(title) for title in (role.name_fi, role.name_sv, role.name_en)]
    rows = db.rows(f"SELECT s.id, s.title {_SPOKE} AND s.title <> ''", values)
    titled = [row["id"] for row in rows if any(title in identity_key(row["title"]) for title in titles)]
    behind = Behind(noun="person", sql=_EXPERTS, values={**values, "titled": json.dumps(titled)})
    return count(db, "experts", behind)


def _listed(db: Database, key: str, title: str, heading: str, sql: str, values: dict[str, object]) -> list[Block]:
    rows = db.rows(sql, values)
    if not rows:
        return []
    return [
        Table(key=f"{key}-heard", title=title, columns=[Column(key="name", label=heading)], rows=[[row["text"]] for row in rows])
    ]
