"""What every migration is written with: the list they stand in, and the forms of dates and times."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("osallisuus")

DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
LOCAL = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'"
UTC = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"


def statements(db: Database, *scripts: str) -> None:
    """Execute whole statements one by one (executescript would end the transaction the migrations run in)."""
    for script in scripts:
        db.conn.execute(script)
