"""People, hosts and occasions: the schema of 1.0."""

from sqlite_utils import Database

from osallisuus.store.schema.base import DAY, LOCAL, MIGRATIONS, UTC, statements


@MIGRATIONS()
def m0001_people(db: Database) -> None:
    """People, their organisations, the log and who was merged into whom."""
    statements(
        db,
        """
        CREATE TABLE organisations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL CHECK (name <> ''),
            name_key TEXT NOT NULL UNIQUE
        ) STRICT""",
        # AUTOINCREMENT: an id that was merged or erased must never come to mean somebody else
        f"""
        CREATE TABLE people (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL CHECK (name <> ''),
            name_key TEXT NOT NULL,
            email TEXT NOT NULL DEFAULT '',
            email_key TEXT NOT NULL DEFAULT '',
            phone TEXT NOT NULL DEFAULT '',
            phone_key TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            municipality TEXT NOT NULL DEFAULT '',
            organisation_id INTEGER REFERENCES organisations (id) ON DELETE RESTRICT,
            created_at TEXT NOT NULL CHECK (created_at {UTC})
        ) STRICT""",
        "CREATE INDEX people_by_name ON people (name_key)",
        "CREATE INDEX people_by_email ON people (email_key) WHERE email_key <> ''",
        "CREATE INDEX people_by_phone ON people (phone_key) WHERE phone_key <> ''",
        """
        CREATE TABLE merged_people (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE
        ) STRICT""",
        """
        CREATE TABLE arrangements (
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
            text TEXT NOT NULL CHECK (text <> ''),
            PRIMARY KEY (person_id, text)
        ) STRICT, WITHOUT ROWID""",
        f"""
        CREATE TABLE log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL CHECK (at {UTC}),
            os_user TEXT NOT NULL,
            command TEXT NOT NULL,
            changes TEXT NOT NULL,
            chain TEXT NOT NULL
        ) STRICT""",
        """
        CREATE TABLE log_subjects (
            noun TEXT NOT NULL,
            subject TEXT NOT NULL,
            log_id INTEGER NOT NULL REFERENCES log (id) ON DELETE RESTRICT,
            PRIMARY KEY (noun, subject, log_id)
        ) STRICT, WITHOUT ROWID""",
        *(
            f"""
            CREATE TRIGGER {table}_is_append_only_{event.lower()} BEFORE {event} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
            for table in ("log", "log_subjects")
            for event in ("UPDATE", "DELETE")
        ),
    )


@MIGRATIONS()
def m0002_panels_and_series(db: Database) -> None:
    """Hosts of occasions (panels and series), roles and memberships."""
    statements(
        db,
        f"""
        CREATE TABLE hosts (
            slug TEXT PRIMARY KEY CHECK (slug <> ''),
            type TEXT NOT NULL CHECK (type IN ('panel', 'series')),
            name TEXT NOT NULL CHECK (name <> ''),
            name_sv TEXT NOT NULL DEFAULT '',
            name_en TEXT NOT NULL DEFAULT '',
            place TEXT NOT NULL DEFAULT '',
            url TEXT NOT NULL DEFAULT '',
            funder TEXT NOT NULL DEFAULT '',
            purpose TEXT NOT NULL DEFAULT '',
            timezone TEXT NOT NULL CHECK (timezone <> ''),
            rule TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL DEFAULT '' CHECK (at = '' OR at GLOB '[0-2][0-9]:[0-5][0-9]'),
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            holidays TEXT NOT NULL DEFAULT 'keep' CHECK (holidays IN ('skip', 'keep', 'next')),
            anchor TEXT CHECK (anchor {DAY}),
            closed_on TEXT CHECK (closed_on {DAY}),
            kind TEXT CHECK (kind IN ('main', 'side', 'extended')),
            parent TEXT REFERENCES hosts (slug) ON DELETE RESTRICT CHECK (parent <> slug),
            area TEXT NOT NULL DEFAULT '',
            mandate TEXT NOT NULL DEFAULT '',
            term_start TEXT CHECK (term_start {DAY}),
            term_end TEXT CHECK (term_end {DAY}),
            size INTEGER CHECK (size BETWEEN 1 AND 10000),
            coordinator INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            created_at TEXT NOT NULL CHECK (created_at {UTC}),
            CHECK ((type = 'panel') = (kind IS NOT NULL)),
            CHECK (type = 'panel' OR (parent IS NULL AND coordinator IS NULL AND size IS NULL AND term_start IS NULL)),
            CHECK (term_end >= term_start)
        ) STRICT""",
        """
        CREATE TABLE roles (
            key TEXT PRIMARY KEY CHECK (key <> ''),
            name_fi TEXT NOT NULL CHECK (name_fi <> ''),
            name_sv TEXT NOT NULL CHECK (name_sv <> ''),
            name_en TEXT NOT NULL CHECK (name_en <> ''),
            side TEXT NOT NULL CHECK (side IN ('customer', 'staff', 'provider')),
            needs_training INTEGER NOT NULL DEFAULT 0 CHECK (needs_training IN (0, 1)),
            position INTEGER NOT NULL
        ) STRICT""",
        """
        INSERT INTO roles (key, name_fi, name_sv, name_en, side, needs_training, position) VALUES
            ('developer-client', 'kehittäjäasiakas', 'utvecklarklient', 'developer client', 'customer', 1, 1),
            ('developer-worker', 'kehittäjätyöntekijä', 'utvecklararbetstagare', 'developer worker', 'staff', 1, 2),
            ('service-provider', 'palveluntarjoaja', 'tjänsteleverantör', 'service provider', 'provider', 0, 3),
            ('peer', 'vertaistoimija', 'kamratstödjare', 'peer', 'customer', 1, 4),
            ('expert-by-experience', 'kokemusasiantuntija', 'erfarenhetsexpert', 'expert by experience', 'customer', 1, 5),
            ('coordinator', 'koordinaattori', 'koordinator', 'coordinator', 'staff', 0, 6)""",
        f"""
        CREATE TABLE memberships (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE RESTRICT,
            from_date TEXT NOT NULL CHECK (from_date {DAY}),
            to_date TEXT CHECK (to_date {DAY}),
            end_reason TEXT NOT NULL DEFAULT '',
            deputy_for INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            UNIQUE (panel, person_id, role, from_date),
            CHECK (to_date >= from_date)
        ) STRICT""",
        "CREATE INDEX memberships_by_person ON memberships (person_id)",
    )


@MIGRATIONS()
def m0003_events(db: Database) -> None:
    """Occasions: a panel's sessions and a series' webinars are one record with one calendar identity each."""
    statements(
        db,
        f"""
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            number INTEGER NOT NULL CHECK (number > 0),
            slot TEXT,
            planned TEXT NOT NULL CHECK (planned {LOCAL}),
            starts TEXT NOT NULL CHECK (starts {LOCAL}),
            minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
            timezone TEXT NOT NULL CHECK (timezone <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('webinar', 'meeting', 'workshop', 'training', 'interview', 'survey')),
            status TEXT NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'held', 'cancelled')),
            cancel_reason TEXT NOT NULL DEFAULT '',
            dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped IN (0, 1)),
            title TEXT NOT NULL DEFAULT '',
            title_sv TEXT NOT NULL DEFAULT '',
            title_en TEXT NOT NULL DEFAULT '',
            description TEXT NOT NULL DEFAULT '',
            place TEXT NOT NULL DEFAULT '',
            url TEXT NOT NULL DEFAULT '',
            uid TEXT NOT NULL UNIQUE,
            sequence INTEGER NOT NULL DEFAULT 0 CHECK (sequence >= 0),
            created_at TEXT NOT NULL CHECK (created_at {UTC}),
            revised_at TEXT NOT NULL CHECK (revised_at {UTC}),
            UNIQUE (host, number),
            UNIQUE (host, slot)
        ) STRICT""",
        "CREATE INDEX events_by_host ON events (host, starts)",
        "CREATE INDEX events_by_start ON events (starts)",
        "CREATE INDEX events_by_state ON events (status, starts)",
        f"""
        CREATE TABLE retired_identities (
            uid TEXT PRIMARY KEY,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            starts TEXT NOT NULL CHECK (starts {LOCAL}),
            minutes INTEGER NOT NULL,
            timezone TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            created_at TEXT NOT NULL CHECK (created_at {UTC}),
            revised_at TEXT NOT NULL CHECK (revised_at {UTC})
        ) STRICT""",
        "CREATE INDEX retired_identities_by_event ON retired_identities (event_id)",
    )
