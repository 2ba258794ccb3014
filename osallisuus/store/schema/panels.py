"""A panel's whole life: the schema of 1.1."""

from sqlite_utils import Database

from osallisuus.store.schema.base import DAY, MIGRATIONS, UTC, statements

_AGREEMENTS = "('confidentiality', 'participation', 'name-publication', 'photo', 'recording', 'mailing')"
_UNFINISHED = "status <> 'withdrawn' AND (status <> 'told' OR (decision IN ('yes', 'partly') AND done_on IS NULL))"
_SCOPES = "('', 'individual-case', 'medical-decision', 'ok')"


@MIGRATIONS()
def m0004_trainings_and_agreements(db: Database) -> None:
    """Trainings and agreements of people, and which agreements a role asks for."""
    statements(
        db,
        f"""
        CREATE TABLE trainings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            course TEXT NOT NULL CHECK (course <> ''),
            course_key TEXT NOT NULL CHECK (course_key <> ''),
            on_date TEXT NOT NULL CHECK (on_date {DAY}),
            hours REAL CHECK (hours > 0 AND hours <= 10000),
            valid_until TEXT CHECK (valid_until {DAY}),
            UNIQUE (person_id, course_key, on_date),
            CHECK (valid_until >= on_date)
        ) STRICT""",
        f"""
        CREATE TABLE agreements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL CHECK (kind IN {_AGREEMENTS}),
            on_date TEXT NOT NULL CHECK (on_date {DAY}),
            expires TEXT CHECK (expires {DAY}),
            withdrawn_on TEXT CHECK (withdrawn_on {DAY}),
            version TEXT NOT NULL DEFAULT '',
            kept_at TEXT NOT NULL DEFAULT '',
            UNIQUE (person_id, kind, on_date),
            CHECK (expires >= on_date),
            CHECK (withdrawn_on >= on_date)
        ) STRICT""",
        "CREATE INDEX agreements_by_expiry ON agreements (expires) WHERE expires IS NOT NULL",
        f"""
        CREATE TABLE role_agreements (
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN {_AGREEMENTS}),
            PRIMARY KEY (role, kind)
        ) STRICT, WITHOUT ROWID""",
        # staff are bound to secrecy by law (621/1999 sections 22 and 23), without a paper of their own
        """
        INSERT INTO role_agreements (role, kind) VALUES
            ('developer-client', 'confidentiality'), ('developer-client', 'participation'),
            ('peer', 'confidentiality'), ('peer', 'participation'),
            ('expert-by-experience', 'confidentiality'), ('expert-by-experience', 'participation'),
            ('service-provider', 'confidentiality')""",
    )


@MIGRATIONS()
def m0005_what_comes_of_a_session(db: Database) -> None:
    """Attendance, the agenda, proposals with every step they took, and questions from outside."""
    statements(
        db,
        """
        CREATE TABLE attendance (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            duty TEXT NOT NULL DEFAULT '' CHECK (duty IN ('', 'chair', 'secretary', 'expert')),
            state TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'present', 'remote', 'excused', 'absent')),
            reason TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'work', 'study', 'care', 'travel', 'overlap', 'personal')),
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            UNIQUE (event_id, person_id)
        ) STRICT""",
        "CREATE INDEX attendance_by_person ON attendance (person_id)",
        "CREATE UNIQUE INDEX attendance_one_of_a_duty ON attendance (event_id, duty) WHERE duty IN ('chair', 'secretary')",
        """
        CREATE TABLE headcounts (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            headcount INTEGER NOT NULL CHECK (headcount BETWEEN 0 AND 100000)
        ) STRICT""",
        f"""
        CREATE TABLE proposals (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            event_id INTEGER REFERENCES events (id) ON DELETE RESTRICT,
            raised_from INTEGER UNIQUE REFERENCES proposals (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL CHECK (kind IN
                ('proposal', 'statement', 'initiative', 'clarification-request', 'recommendation')),
            theme TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL CHECK (text <> ''),
            scope TEXT NOT NULL DEFAULT '' CHECK (scope IN {_SCOPES}),
            status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN
                ('draft', 'accepted', 'sent', 'answered', 'done', 'told', 'withdrawn')),
            added_on TEXT NOT NULL CHECK (added_on {DAY}),
            accepted_on TEXT CHECK (accepted_on {DAY}),
            sent_on TEXT CHECK (sent_on {DAY}),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due {DAY}),
            answered_on TEXT CHECK (answered_on {DAY}),
            decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'yes', 'partly', 'no', 'not-ours')),
            reason TEXT NOT NULL DEFAULT '',
            done_by TEXT CHECK (done_by {DAY}),
            done_on TEXT CHECK (done_on {DAY}),
            told_on TEXT CHECK (told_on {DAY}),
            CHECK (decision IN ('', 'yes') OR reason <> ''),
            CHECK ((decision = '') = (answered_on IS NULL)),
            CHECK (status <> 'told' OR told_on IS NOT NULL),
            CHECK (status <> 'sent' OR sent_on IS NOT NULL)
        ) STRICT""",
        "CREATE INDEX proposals_by_panel ON proposals (panel, status)",
        # the condition is the one of proposals.search, word for word, or SQLite does not use it
        f"CREATE INDEX proposals_unfinished ON proposals (panel) WHERE {_UNFINISHED}",
        "CREATE INDEX proposals_by_event ON proposals (event_id)",
        f"""
        CREATE TABLE proposal_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            proposal_id INTEGER NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
            did TEXT NOT NULL CHECK (did IN
                ('added', 'edited', 'accepted', 'sent', 'raised', 'answered', 'done', 'told', 'withdrawn', 'undone')),
            on_date TEXT NOT NULL CHECK (on_date {DAY}),
            at TEXT NOT NULL CHECK (at {UTC}),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due {DAY}),
            decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'yes', 'partly', 'no', 'not-ours')),
            reason TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        "CREATE INDEX proposal_steps_by_proposal ON proposal_steps (proposal_id)",
        f"""
        CREATE TABLE agenda_items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            position INTEGER NOT NULL CHECK (position > 0),
            kind TEXT NOT NULL CHECK (kind IN ('information', 'discussion', 'decision', 'report-back')),
            title TEXT NOT NULL DEFAULT '',
            title_sv TEXT NOT NULL DEFAULT '',
            title_en TEXT NOT NULL DEFAULT '',
            presenter_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            scope TEXT NOT NULL DEFAULT '' CHECK (scope IN {_SCOPES}),
            outcome TEXT NOT NULL DEFAULT '',
            outcome_sv TEXT NOT NULL DEFAULT '',
            outcome_en TEXT NOT NULL DEFAULT '',
            owner_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            due TEXT CHECK (due {DAY}),
            status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
            memo_of INTEGER REFERENCES events (id) ON DELETE RESTRICT,
            step_id INTEGER REFERENCES proposal_steps (id) ON DELETE RESTRICT,
            carried_from INTEGER UNIQUE REFERENCES agenda_items (id) ON DELETE RESTRICT,
            CHECK (title <> '' OR memo_of IS NOT NULL OR step_id IS NOT NULL),
            UNIQUE (event_id, memo_of),
            UNIQUE (event_id, step_id)
        ) STRICT""",
        "CREATE INDEX agenda_items_by_event ON agenda_items (event_id, position)",
        "CREATE INDEX agenda_items_by_memo ON agenda_items (memo_of) WHERE memo_of IS NOT NULL",
        "CREATE INDEX agenda_items_by_owner ON agenda_items (owner_id) WHERE owner_id IS NOT NULL",
        "CREATE INDEX agenda_items_by_presenter ON agenda_items (presenter_id) WHERE presenter_id IS NOT NULL",
        "CREATE INDEX agenda_items_by_step ON agenda_items (step_id) WHERE step_id IS NOT NULL",
        "CREATE INDEX agenda_items_open ON agenda_items (status, due) WHERE status = 'open'",
        f"""
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            theme TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL CHECK (text <> ''),
            answer TEXT NOT NULL DEFAULT '',
            asked_on TEXT NOT NULL CHECK (asked_on {DAY}),
            answered_on TEXT CHECK (answered_on {DAY}),
            CHECK ((answer = '') = (answered_on IS NULL))
        ) STRICT""",
        "CREATE INDEX questions_by_event ON questions (event_id)",
    )
