"""Leaving people's names out of what is published of panels."""

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from osallisuus.i18n import _
from osallisuus.redaction import Redactor, beginnings
from osallisuus.store.database import Database

# A name of two words in plain letters, and the beginnings of both as `beginnings` gives those of words; other names may be any.
_FIRST = "substr(name_key, 1, instr(name_key, ' ') - 1)"
_LAST = "substr(name_key, instr(name_key, ' ') + 1)"
_BEGINS = "substr({part}, 1, CASE WHEN length({part}) > 3 THEN 2 ELSE 1 END) IN (SELECT value FROM json_each(:beginnings))"
# What a letter may be the plain form of.
_SPELLED = {"a": "aåä", "o": "oö"}
_OTHERWISE = "name_key GLOB '*[^a-zåäö ]*' OR length(name_key) - length(replace(name_key, ' ', '')) <> 1"
_PEOPLE = (
    f"SELECT id, name, {_OTHERWISE} OR ({_BEGINS.format(part=_FIRST)} AND {_BEGINS.format(part=_LAST)}) AS whole FROM people"
    f" WHERE {_OTHERWISE} OR ({_BEGINS.format(part=_FIRST)} AND {_BEGINS.format(part=_LAST)})"
    f" OR (id IN (SELECT value FROM json_each(:near)) AND ({_BEGINS.format(part=_FIRST)} OR {_BEGINS.format(part=_LAST)}))"
)


def redactor(
    db: Database,
    hosts: Sequence[str],
    *,
    open_names: Collection[int],
    spare: Collection[str] = (),
    texts: Collection[str] | None = None,
) -> Redactor:
    """Return what leaves out the whole name of anybody known, and any name of those who have to do with these panels.

    So have the people of the panels under them, and of those that raised something to them. People whose number is in
    `open_names` may be named; words to `spare` are no names although they look like ones. Where all the `texts` that it is for
    are known, only the names are prepared that begin as some word of theirs does: of ten thousand people few are left.
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
    people = _people(db, texts, near)
    return Redactor(
        [name for number, (name, whole) in people.items() if whole and number not in open_names],
        near=[name for number, (name, _whole) in people.items() if number in near and number not in open_names],
        allowed=[name for number, (name, _whole) in people.items() if number in open_names],
        instead=_("[name left out]"),
        spare=spare,
    )


def _people(db: Database, texts: Collection[str] | None, near: Collection[int]) -> Mapping[int, tuple[str, bool]]:
    """Return names by number, and whether the whole name could stand in the texts; of those `near` also where a part could."""
    if texts is None:
        return {row["id"]: (row["name"], True) for row in db.rows("SELECT id, name FROM people")}
    spelled = {"".join(letters) for one in beginnings(texts) for letters in product(*(_SPELLED.get(c, c) for c in one))}
    known = sorted(number for number in near if number is not None)
    rows = db.rows(_PEOPLE, {"beginnings": json.dumps(sorted(spelled)), "near": json.dumps(known)})
    return {row["id"]: (row["name"], bool(row["whole"])) for row in rows}
