"""Leaving people's names out of what is published of panels."""

import json
from collections.abc import Collection, Sequence

from osallisuus.i18n import _
from osallisuus.redaction import Redactor
from osallisuus.store.database import Database


def redactor(db: Database, hosts: Sequence[str], *, open_names: Collection[int], spare: Collection[str] = ()) -> Redactor:
    """Return what leaves out the whole name of anybody known, and any name of those who have to do with these panels.

    So have the people of the panels under them, and of those that raised something to them. People whose number is in
    `open_names` may be named; words to `spare` are no names although they look like ones.
    """
    near = {
        row[0]
        for row in db.rows(
            "WITH RECURSIVE family (slug) AS (SELECT value FROM json_each(:hosts)"
            "  UNION SELECT h.slug FROM hosts h JOIN family f ON h.parent = f.slug"
            "  UNION SELECT o.panel FROM proposals p JOIN proposals o ON o.id = p.raised_from JOIN family f ON p.panel = f.slug)"
            " SELECT person_id FROM memberships WHERE panel IN family UNION"
            " SELECT a.person_id FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.host IN family UNION"
            " SELECT i.presenter_id FROM agenda_items i JOIN events e ON e.id = i.event_id WHERE e.host IN family UNION"
            " SELECT i.owner_id FROM agenda_items i JOIN events e ON e.id = i.event_id WHERE e.host IN family UNION"
            " SELECT coordinator FROM hosts WHERE slug IN family",
            {"hosts": json.dumps(list(hosts))},
        )
    }
    everybody = [(row["id"], row["name"]) for row in db.rows("SELECT id, name FROM people")]
    hidden = [(number, name) for number, name in everybody if number not in open_names]
    return Redactor(
        [name for _id, name in hidden],
        near=[name for number, name in hidden if number in near],
        allowed=[name for number, name in everybody if number in open_names],
        instead=_("[name left out]"),
        spare=spare,
    )
