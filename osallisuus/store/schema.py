"""The database's schema as migrations: append-only, plain SQL, STRICT tables. A released migration is never edited.

Names, contacts and needs of people live in `people` and `arrangements`; everything else refers to people by id.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("osallisuus")

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_LOCAL = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'"
_UTC = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
_AGREEMENTS = "('confidentiality', 'participation', 'name-publication', 'photo', 'recording', 'mailing')"
_UNFINISHED = "status <> 'withdrawn' AND (status <> 'told' OR (decision IN ('yes', 'partly') AND done_on IS NULL))"
_SCOPES = "('', 'individual-case', 'medical-decision', 'ok')"


def statements(db: Database, *scripts: str) -> None:
    """Execute whole statements one by one (executescript would end the transaction the migrations run in)."""
    for script in scripts:
        db.conn.execute(script)


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
            created_at TEXT NOT NULL CHECK (created_at {_UTC})
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
            at TEXT NOT NULL CHECK (at {_UTC}),
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
            anchor TEXT CHECK (anchor {_DAY}),
            closed_on TEXT CHECK (closed_on {_DAY}),
            kind TEXT CHECK (kind IN ('main', 'side', 'extended')),
            parent TEXT REFERENCES hosts (slug) ON DELETE RESTRICT CHECK (parent <> slug),
            area TEXT NOT NULL DEFAULT '',
            mandate TEXT NOT NULL DEFAULT '',
            term_start TEXT CHECK (term_start {_DAY}),
            term_end TEXT CHECK (term_end {_DAY}),
            size INTEGER CHECK (size BETWEEN 1 AND 10000),
            coordinator INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            created_at TEXT NOT NULL CHECK (created_at {_UTC}),
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
            from_date TEXT NOT NULL CHECK (from_date {_DAY}),
            to_date TEXT CHECK (to_date {_DAY}),
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
            planned TEXT NOT NULL CHECK (planned {_LOCAL}),
            starts TEXT NOT NULL CHECK (starts {_LOCAL}),
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
            created_at TEXT NOT NULL CHECK (created_at {_UTC}),
            revised_at TEXT NOT NULL CHECK (revised_at {_UTC}),
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
            starts TEXT NOT NULL CHECK (starts {_LOCAL}),
            minutes INTEGER NOT NULL,
            timezone TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            created_at TEXT NOT NULL CHECK (created_at {_UTC}),
            revised_at TEXT NOT NULL CHECK (revised_at {_UTC})
        ) STRICT""",
        "CREATE INDEX retired_identities_by_event ON retired_identities (event_id)",
    )


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
            on_date TEXT NOT NULL CHECK (on_date {_DAY}),
            hours REAL CHECK (hours > 0 AND hours <= 10000),
            valid_until TEXT CHECK (valid_until {_DAY}),
            UNIQUE (person_id, course_key, on_date),
            CHECK (valid_until >= on_date)
        ) STRICT""",
        f"""
        CREATE TABLE agreements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL CHECK (kind IN {_AGREEMENTS}),
            on_date TEXT NOT NULL CHECK (on_date {_DAY}),
            expires TEXT CHECK (expires {_DAY}),
            withdrawn_on TEXT CHECK (withdrawn_on {_DAY}),
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
            added_on TEXT NOT NULL CHECK (added_on {_DAY}),
            accepted_on TEXT CHECK (accepted_on {_DAY}),
            sent_on TEXT CHECK (sent_on {_DAY}),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due {_DAY}),
            answered_on TEXT CHECK (answered_on {_DAY}),
            decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'yes', 'partly', 'no', 'not-ours')),
            reason TEXT NOT NULL DEFAULT '',
            done_by TEXT CHECK (done_by {_DAY}),
            done_on TEXT CHECK (done_on {_DAY}),
            told_on TEXT CHECK (told_on {_DAY}),
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
            on_date TEXT NOT NULL CHECK (on_date {_DAY}),
            at TEXT NOT NULL CHECK (at {_UTC}),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due {_DAY}),
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
            due TEXT CHECK (due {_DAY}),
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
            asked_on TEXT NOT NULL CHECK (asked_on {_DAY}),
            answered_on TEXT CHECK (answered_on {_DAY}),
            CHECK ((answer = '') = (answered_on IS NULL))
        ) STRICT""",
        "CREATE INDEX questions_by_event ON questions (event_id)",
    )
