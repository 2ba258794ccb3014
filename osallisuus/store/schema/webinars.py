"""A webinar date's whole life: the schema of 1.2."""

from sqlite_utils import Database

from osallisuus.store.schema.base import DAY, MIGRATIONS, statements

_UNPUBLISHED = "published_on IS NULL AND dropped_on IS NULL AND merged_into IS NULL"


@MIGRATIONS()
def m0006_the_life_of_a_webinar(db: Database) -> None:
    """Talks and their speakers, materials, what is published of a date, registrations, feedback and checklists."""
    statements(
        db,
        "ALTER TABLE events ADD COLUMN capacity INTEGER CHECK (capacity BETWEEN 1 AND 100000)",
        "ALTER TABLE events ADD COLUMN registration_url TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE talks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            position INTEGER NOT NULL CHECK (position > 0),
            title TEXT NOT NULL CHECK (title <> ''),
            title_sv TEXT NOT NULL DEFAULT '',
            title_en TEXT NOT NULL DEFAULT '',
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            UNIQUE (id, event_id)
        ) STRICT""",
        "CREATE INDEX talks_by_event ON talks (event_id, position)",
        f"""
        CREATE TABLE speakers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            talk_id INTEGER NOT NULL REFERENCES talks (id) ON DELETE CASCADE,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            organisation_id INTEGER REFERENCES organisations (id) ON DELETE RESTRICT,
            state TEXT NOT NULL DEFAULT 'proposed' CHECK (state IN
                ('proposed', 'invited', 'confirmed', 'declined', 'cancelled', 'spoke')),
            title TEXT NOT NULL DEFAULT '',
            bio TEXT NOT NULL DEFAULT '',
            slides TEXT NOT NULL DEFAULT '' CHECK (slides IN ('', 'received', 'accessible', 'none')),
            may_publish TEXT NOT NULL DEFAULT '' CHECK (may_publish IN ('', 'yes', 'no')),
            may_record TEXT NOT NULL DEFAULT '' CHECK (may_record IN ('', 'yes', 'no')),
            briefed_on TEXT CHECK (briefed_on {DAY}),
            UNIQUE (talk_id, person_id)
        ) STRICT""",
        "CREATE INDEX speakers_by_person ON speakers (person_id)",
        "CREATE INDEX speakers_by_organisation ON speakers (organisation_id) WHERE organisation_id IS NOT NULL",
        f"""
        CREATE TABLE materials (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            talk_id INTEGER,
            kind TEXT NOT NULL CHECK (kind IN ('slides', 'recording', 'link', 'document')),
            label TEXT NOT NULL CHECK (label <> ''),
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            url TEXT NOT NULL DEFAULT '',
            file TEXT NOT NULL DEFAULT '',
            size INTEGER CHECK (size > 0),
            sha256 TEXT NOT NULL DEFAULT '',
            published_on TEXT CHECK (published_on {DAY}),
            first_published_on TEXT CHECK (first_published_on {DAY}),
            captioned_on TEXT CHECK (captioned_on {DAY}),
            -- what was added for a talk goes with it to another date
            FOREIGN KEY (talk_id, event_id) REFERENCES talks (id, event_id) ON UPDATE CASCADE ON DELETE RESTRICT,
            CHECK (published_on IS NULL OR first_published_on IS NOT NULL),
            CHECK ((url = '') <> (file = '')),
            CHECK ((file = '') = (size IS NULL) AND (file = '') = (sha256 = '')),
            CHECK (kind = 'recording' OR captioned_on IS NULL)
        ) STRICT""",
        "CREATE INDEX materials_by_event ON materials (event_id)",
        "CREATE INDEX materials_by_talk ON materials (talk_id) WHERE talk_id IS NOT NULL",
        "CREATE UNIQUE INDEX materials_by_file ON materials (file) WHERE file <> ''",
        "CREATE INDEX materials_uncaptioned ON materials (event_id) WHERE kind = 'recording' AND captioned_on IS NULL",
        "ALTER TABLE questions ADD COLUMN language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en'))",
        "ALTER TABLE questions ADD COLUMN asker TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE questions ADD COLUMN assigned_to INTEGER REFERENCES people (id) ON DELETE RESTRICT",
        # a condition that is NULL would let anything in: what may be missing says so
        f"ALTER TABLE questions ADD COLUMN approved_on TEXT"
        f" CHECK (approved_on IS NULL OR (approved_on {DAY} AND answered_on IS NOT NULL))",
        f"ALTER TABLE questions ADD COLUMN published_on TEXT"
        f" CHECK (published_on IS NULL OR (published_on {DAY} AND approved_on IS NOT NULL))",
        f"ALTER TABLE questions ADD COLUMN dropped_on TEXT"
        f" CHECK (dropped_on IS NULL OR (dropped_on {DAY} AND published_on IS NULL))",
        """
        ALTER TABLE questions ADD COLUMN merged_into INTEGER REFERENCES questions (id) ON DELETE RESTRICT
            CHECK (merged_into IS NULL OR (merged_into <> id AND published_on IS NULL AND dropped_on IS NULL))""",
        "CREATE INDEX questions_by_assignee ON questions (assigned_to) WHERE assigned_to IS NOT NULL",
        "CREATE INDEX questions_merged ON questions (merged_into) WHERE merged_into IS NOT NULL",
        # the condition is the one of questions.search, word for word, or SQLite does not use it
        f"CREATE INDEX questions_unfinished ON questions (event_id) WHERE {_UNPUBLISHED}",
        # public memos have printed every answer so far: what was public stays so
        """
        UPDATE questions SET approved_on = answered_on, published_on = answered_on
        WHERE answer <> '' AND event_id IN (SELECT e.id FROM events e JOIN hosts h ON h.slug = e.host WHERE h.type = 'panel')""",
        f"""
        CREATE TABLE resources (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            title TEXT NOT NULL CHECK (title <> ''),
            url TEXT NOT NULL CHECK (url <> ''),
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            published_on TEXT CHECK (published_on {DAY}),
            UNIQUE (event_id, url)
        ) STRICT""",
        f"""
        CREATE TABLE notes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            text TEXT NOT NULL CHECK (text <> ''),
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            published_on TEXT CHECK (published_on {DAY})
        ) STRICT""",
        "CREATE INDEX notes_by_event ON notes (event_id)",
        f"""
        CREATE TABLE registrations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            name TEXT NOT NULL DEFAULT '',
            name_key TEXT NOT NULL DEFAULT '',
            email TEXT NOT NULL DEFAULT '',
            email_key TEXT NOT NULL DEFAULT '',
            registered_on TEXT NOT NULL CHECK (registered_on {DAY}),
            cancelled_on TEXT CHECK (cancelled_on {DAY}),
            CHECK (name <> '' OR email <> '')
        ) STRICT""",
        "CREATE INDEX registrations_by_event ON registrations (event_id)",
        "CREATE UNIQUE INDEX registrations_by_email ON registrations (event_id, email_key) WHERE email_key <> ''",
        """
        CREATE TABLE registration_counts (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            people INTEGER NOT NULL CHECK (people >= 0)
        ) STRICT""",
        # no day, no name, no address: nothing that could join an answer to whoever gave it
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            rating INTEGER CHECK (rating BETWEEN 1 AND 5),
            recommend INTEGER CHECK (recommend BETWEEN 0 AND 10),
            text TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            CHECK (rating IS NOT NULL OR recommend IS NOT NULL OR text <> '')
        ) STRICT""",
        f"""
        CREATE TABLE published_feedback (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            published_on TEXT NOT NULL CHECK (published_on {DAY})
        ) STRICT""",
        "CREATE INDEX feedback_by_event ON feedback (event_id, rating, recommend)",
        """
        CREATE TABLE checklist_items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            series TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            what TEXT NOT NULL CHECK (what <> ''),
            days INTEGER CHECK (days BETWEEN -1000 AND 1000),
            UNIQUE (series, what)
        ) STRICT""",
        """
        CREATE TABLE checklist_marks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            what TEXT NOT NULL CHECK (what <> ''),
            state TEXT NOT NULL CHECK (state IN ('done', 'not-needed')),
            UNIQUE (event_id, what)
        ) STRICT""",
    )
