"""Letters to people and their answers: the schema of 1.3."""

from sqlite_utils import Database

from osallisuus.store.schema.base import LOCAL, MIGRATIONS, UTC, statements

_RECIPIENT = """
            person_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            registration_id INTEGER REFERENCES registrations (id) ON DELETE CASCADE,"""
_ONE_RECIPIENT = "CHECK ((person_id IS NULL) <> (registration_id IS NULL))"
_KINDS = """
                ('invitation', 'reminder', 'change', 'cancellation', 'thanks', 'speaker-invitation', 'speaker-reminder',
                'report-back')"""


@MIGRATIONS()
def m0007_letters_and_answers(db: Database) -> None:
    """Letters to people, what each was told of a date, and what they answered."""
    statements(
        db,
        "ALTER TABLE hosts ADD COLUMN feedback_url TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE letter_schedules (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('reminder', 'speaker-reminder', 'thanks')),
            days INTEGER CHECK (days BETWEEN 0 AND 365),
            UNIQUE (host, kind, days)
        ) STRICT""",
        # what a calendar was told of a UID under a SEQUENCE; the organizer is the same for the life of a UID (RFC 5546 3.1.1)
        f"""
        CREATE TABLE revisions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            uid TEXT NOT NULL CHECK (uid <> ''),
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            starts TEXT NOT NULL CHECK (starts {LOCAL}),
            minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
            timezone TEXT NOT NULL CHECK (timezone <> ''),
            status TEXT NOT NULL CHECK (status IN ('planned', 'held', 'cancelled')),
            title TEXT NOT NULL,
            title_sv TEXT NOT NULL,
            title_en TEXT NOT NULL,
            description TEXT NOT NULL,
            place TEXT NOT NULL,
            url TEXT NOT NULL,
            organizer TEXT NOT NULL CHECK (organizer <> ''),
            UNIQUE (uid, sequence)
        ) STRICT""",
        "CREATE INDEX revisions_by_event ON revisions (event_id)",
        # sequence: of the entry in the letter, which for who was taken off and came back is ahead of the revision's
        # by_hand: a person said so (told another way, or not to be sent), no letter of ours; may_have: its reader may have got it
        f"""
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            revision_id INTEGER NOT NULL REFERENCES revisions (id) ON DELETE RESTRICT,{_RECIPIENT}
            kind TEXT NOT NULL CHECK (kind IN {_KINDS}),
            turn INTEGER NOT NULL DEFAULT 0,
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN
                ('draft', 'queued', 'sending', 'sent', 'refused', 'unknown', 'withdrawn')),
            by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
            may_have INTEGER NOT NULL DEFAULT 0 CHECK (may_have IN (0, 1)),
            message_id TEXT NOT NULL UNIQUE CHECK (message_id <> ''),
            made_at TEXT NOT NULL CHECK (made_at {UTC}),
            sha256 TEXT NOT NULL DEFAULT '',
            sent_at TEXT CHECK (sent_at {UTC}),
            reply TEXT NOT NULL DEFAULT '',
            {_ONE_RECIPIENT},
            CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
            CHECK (state NOT IN ('queued', 'sending', 'refused', 'unknown') OR sha256 <> '')
        ) STRICT""",
        "CREATE UNIQUE INDEX messages_once_a_person ON messages (event_id, person_id, kind, turn, revision_id)"
        " WHERE person_id IS NOT NULL",
        "CREATE UNIQUE INDEX messages_once_a_registration ON messages (event_id, registration_id, kind, turn, revision_id)"
        " WHERE registration_id IS NOT NULL",
        "CREATE INDEX messages_by_event ON messages (event_id)",
        "CREATE INDEX messages_by_person ON messages (person_id) WHERE person_id IS NOT NULL",
        "CREATE INDEX messages_by_registration ON messages (registration_id) WHERE registration_id IS NOT NULL",
        "CREATE INDEX messages_by_revision ON messages (revision_id)",
        "CREATE INDEX messages_unsettled ON messages (state, event_id) WHERE state NOT IN ('sent', 'withdrawn')",
        # whichever command changes what a calendar shows: what was not sent yet says the old thing
        """
        CREATE TRIGGER a_new_revision_withdraws AFTER UPDATE OF uid, sequence ON events
        WHEN NEW.uid <> OLD.uid OR NEW.sequence <> OLD.sequence
        BEGIN
            UPDATE messages SET state = 'withdrawn' WHERE event_id = NEW.id AND state IN ('draft', 'queued')
                AND kind NOT IN ('thanks', 'report-back');
        END""",
        # starts, minutes and timezone are the time that the answer was given for; answered_at is its DTSTAMP
        f"""
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,{_RECIPIENT}
            answer TEXT NOT NULL CHECK (answer IN ('', 'accepted', 'declined', 'tentative')),
            comment TEXT NOT NULL DEFAULT '',
            starts TEXT NOT NULL CHECK (starts {LOCAL}),
            minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
            timezone TEXT NOT NULL CHECK (timezone <> ''),
            answered_at TEXT NOT NULL CHECK (answered_at {UTC}),
            by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
            {_ONE_RECIPIENT},
            CHECK (answer <> '' OR comment <> '')
        ) STRICT""",
        "CREATE UNIQUE INDEX answers_one_a_person ON answers (event_id, person_id) WHERE person_id IS NOT NULL",
        "CREATE UNIQUE INDEX answers_one_a_registration ON answers (event_id, registration_id) WHERE registration_id IS NOT NULL",
        "CREATE INDEX answers_by_person ON answers (person_id) WHERE person_id IS NOT NULL",
        "CREATE INDEX answers_by_registration ON answers (registration_id) WHERE registration_id IS NOT NULL",
    )
