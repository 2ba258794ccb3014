"""What reports need beside what happened: the schema of 1.4."""

from sqlite_utils import Database

from osallisuus.store.schema.base import MIGRATIONS, statements


@MIGRATIONS()
def m0008_reports(db: Database) -> None:
    """How many of each role a panel is meant to have, and what is written of panels and series for their reports."""
    statements(
        db,
        """
        CREATE TABLE role_targets (
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE CASCADE,
            people INTEGER NOT NULL CHECK (people BETWEEN 1 AND 10000),
            PRIMARY KEY (panel, role)
        ) STRICT, WITHOUT ROWID""",
        # year 0: of no year
        """
        CREATE TABLE descriptions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            field TEXT NOT NULL CHECK (field IN
                ('summary', 'region', 'author', 'idea', 'environment', 'target-group', 'conditions', 'evaluation', 'tips',
                'cover', 'phase', 'topics', 'next-year')),
            year INTEGER NOT NULL DEFAULT 0 CHECK (year = 0 OR year BETWEEN 1990 AND 2200),
            language TEXT NOT NULL CHECK (language IN ('fi', 'sv', 'en')),
            text TEXT NOT NULL CHECK (text <> ''),
            UNIQUE (host, field, year, language)
        ) STRICT""",
        # a report reads every row of a large table: from an index that holds all it asks for, in the order it groups by
        "CREATE INDEX attendance_by_state ON attendance (event_id, state)",
        "CREATE INDEX memberships_by_panel ON memberships (panel, person_id, role, from_date, to_date)",
        "CREATE INDEX registrations_by_month ON registrations (substr(registered_on, 1, 7), cancelled_on)",
        "CREATE INDEX registrations_kept ON registrations (event_id, cancelled_on)",
        "CREATE INDEX proposals_by_answer ON proposals (answered_on) WHERE answered_on IS NOT NULL",
    )
