"""The usual way to print a list: a `rich.table.Table` of the members of all panels with their contacts. Argument: database.

The same rows as `osallisuus report contacts` prints, from the same database.
"""

import sqlite3
import sys

from rich.console import Console
from rich.table import Table

_QUERY = """
SELECT p.name, h.name, r.name_en, p.email, p.phone, p.language, coalesce(o.name, ''), p.municipality FROM memberships m
    JOIN people p ON p.id = m.person_id JOIN roles r ON r.key = m.role JOIN hosts h ON h.slug = m.panel
    LEFT JOIN organisations o ON o.id = p.organisation_id WHERE m.to_date IS NULL ORDER BY m.panel, r.position, p.name_key
"""


def show(database: str) -> None:
    """Print the table."""
    table = Table("Name", "Panel", "Role", "E-mail", "Telephone", "Language", "Organisation", "Municipality")
    for row in sqlite3.connect(database).execute(_QUERY):
        table.add_row(*row)
    Console(width=160).print(table)


if __name__ == "__main__":
    show(sys.argv[1])
