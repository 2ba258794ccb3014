"""Who is named in a text that is to be public: people the program knows, but for speakers who agreed to it."""

from collections.abc import Sequence

from osallisuus.redaction import Redactor
from osallisuus.store.database import Database


def search(db: Database, texts: Sequence[str]) -> list[str]:
    """Return the words in these texts that are the whole name of somebody known, as they are written there."""
    names = [
        row["name"]
        for row in db.rows(
            "SELECT name FROM people WHERE id NOT IN (SELECT person_id FROM speakers WHERE may_publish = 'yes')"
            " OR id IN (SELECT person_id FROM speakers WHERE may_publish = 'no') ORDER BY id"
        )
    ]
    look = Redactor(names, near=(), instead="")
    for text in texts:
        look(text)
    return sorted(look.found)
