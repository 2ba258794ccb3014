CREATE TABLE organisations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL CHECK (name <> ''),
            name_key TEXT NOT NULL UNIQUE
        ) STRICT;

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
            created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')
        ) STRICT;

CREATE INDEX people_by_name ON people (name_key);

CREATE INDEX people_by_email ON people (email_key) WHERE email_key <> '';

CREATE INDEX people_by_phone ON people (phone_key) WHERE phone_key <> '';

CREATE TABLE merged_people (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE
        ) STRICT;

CREATE TABLE arrangements (
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
            text TEXT NOT NULL CHECK (text <> ''),
            PRIMARY KEY (person_id, text)
        ) STRICT, WITHOUT ROWID;

CREATE TABLE log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            os_user TEXT NOT NULL,
            command TEXT NOT NULL,
            changes TEXT NOT NULL,
            chain TEXT NOT NULL
        ) STRICT;

CREATE TABLE log_subjects (
            noun TEXT NOT NULL,
            subject TEXT NOT NULL,
            log_id INTEGER NOT NULL REFERENCES log (id) ON DELETE RESTRICT,
            PRIMARY KEY (noun, subject, log_id)
        ) STRICT, WITHOUT ROWID;

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
            anchor TEXT CHECK (anchor GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            closed_on TEXT CHECK (closed_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            kind TEXT CHECK (kind IN ('main', 'side', 'extended')),
            parent TEXT REFERENCES hosts (slug) ON DELETE RESTRICT CHECK (parent <> slug),
            area TEXT NOT NULL DEFAULT '',
            mandate TEXT NOT NULL DEFAULT '',
            term_start TEXT CHECK (term_start GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            term_end TEXT CHECK (term_end GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            size INTEGER CHECK (size BETWEEN 1 AND 10000),
            coordinator INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'), feedback_url TEXT NOT NULL DEFAULT '',
            CHECK ((type = 'panel') = (kind IS NOT NULL)),
            CHECK (type = 'panel' OR (parent IS NULL AND coordinator IS NULL AND size IS NULL AND term_start IS NULL)),
            CHECK (term_end >= term_start)
        ) STRICT;

CREATE TABLE roles (
            key TEXT PRIMARY KEY CHECK (key <> ''),
            name_fi TEXT NOT NULL CHECK (name_fi <> ''),
            name_sv TEXT NOT NULL CHECK (name_sv <> ''),
            name_en TEXT NOT NULL CHECK (name_en <> ''),
            side TEXT NOT NULL CHECK (side IN ('customer', 'staff', 'provider')),
            needs_training INTEGER NOT NULL DEFAULT 0 CHECK (needs_training IN (0, 1)),
            position INTEGER NOT NULL
        ) STRICT;

CREATE TABLE memberships (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE RESTRICT,
            from_date TEXT NOT NULL CHECK (from_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            to_date TEXT CHECK (to_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            end_reason TEXT NOT NULL DEFAULT '',
            deputy_for INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            UNIQUE (panel, person_id, role, from_date),
            CHECK (to_date >= from_date)
        ) STRICT;

CREATE INDEX memberships_by_person ON memberships (person_id);

CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            number INTEGER NOT NULL CHECK (number > 0),
            slot TEXT,
            planned TEXT NOT NULL CHECK (planned GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
            starts TEXT NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
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
            created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            revised_at TEXT NOT NULL CHECK (revised_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'), capacity INTEGER CHECK (capacity BETWEEN 1 AND 100000), registration_url TEXT NOT NULL DEFAULT '',
            UNIQUE (host, number),
            UNIQUE (host, slot)
        ) STRICT;

CREATE INDEX events_by_host ON events (host, starts);

CREATE INDEX events_by_start ON events (starts);

CREATE INDEX events_by_state ON events (status, starts);

CREATE TABLE retired_identities (
            uid TEXT PRIMARY KEY,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            starts TEXT NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
            minutes INTEGER NOT NULL,
            timezone TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            revised_at TEXT NOT NULL CHECK (revised_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')
        ) STRICT;

CREATE INDEX retired_identities_by_event ON retired_identities (event_id);

CREATE TABLE trainings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            course TEXT NOT NULL CHECK (course <> ''),
            course_key TEXT NOT NULL CHECK (course_key <> ''),
            on_date TEXT NOT NULL CHECK (on_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            hours REAL CHECK (hours > 0 AND hours <= 10000),
            valid_until TEXT CHECK (valid_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            UNIQUE (person_id, course_key, on_date),
            CHECK (valid_until >= on_date)
        ) STRICT;

CREATE TABLE agreements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL CHECK (kind IN ('confidentiality', 'participation', 'name-publication', 'photo', 'recording', 'mailing')),
            on_date TEXT NOT NULL CHECK (on_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            expires TEXT CHECK (expires GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            withdrawn_on TEXT CHECK (withdrawn_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            version TEXT NOT NULL DEFAULT '',
            kept_at TEXT NOT NULL DEFAULT '',
            UNIQUE (person_id, kind, on_date),
            CHECK (expires >= on_date),
            CHECK (withdrawn_on >= on_date)
        ) STRICT;

CREATE INDEX agreements_by_expiry ON agreements (expires) WHERE expires IS NOT NULL;

CREATE TABLE role_agreements (
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('confidentiality', 'participation', 'name-publication', 'photo', 'recording', 'mailing')),
            PRIMARY KEY (role, kind)
        ) STRICT, WITHOUT ROWID;

CREATE TABLE attendance (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE RESTRICT,
            duty TEXT NOT NULL DEFAULT '' CHECK (duty IN ('', 'chair', 'secretary', 'expert')),
            state TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'present', 'remote', 'excused', 'absent')),
            reason TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'work', 'study', 'care', 'travel', 'overlap', 'personal')),
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            UNIQUE (event_id, person_id)
        ) STRICT;

CREATE INDEX attendance_by_person ON attendance (person_id);

CREATE UNIQUE INDEX attendance_one_of_a_duty ON attendance (event_id, duty) WHERE duty IN ('chair', 'secretary');

CREATE TABLE headcounts (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            headcount INTEGER NOT NULL CHECK (headcount BETWEEN 0 AND 100000)
        ) STRICT;

CREATE TABLE proposals (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE RESTRICT,
            event_id INTEGER REFERENCES events (id) ON DELETE RESTRICT,
            raised_from INTEGER UNIQUE REFERENCES proposals (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL CHECK (kind IN
                ('proposal', 'statement', 'initiative', 'clarification-request', 'recommendation')),
            theme TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL CHECK (text <> ''),
            scope TEXT NOT NULL DEFAULT '' CHECK (scope IN ('', 'individual-case', 'medical-decision', 'ok')),
            status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN
                ('draft', 'accepted', 'sent', 'answered', 'done', 'told', 'withdrawn')),
            added_on TEXT NOT NULL CHECK (added_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            accepted_on TEXT CHECK (accepted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            sent_on TEXT CHECK (sent_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            answered_on TEXT CHECK (answered_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'yes', 'partly', 'no', 'not-ours')),
            reason TEXT NOT NULL DEFAULT '',
            done_by TEXT CHECK (done_by GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            done_on TEXT CHECK (done_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            told_on TEXT CHECK (told_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            CHECK (decision IN ('', 'yes') OR reason <> ''),
            CHECK ((decision = '') = (answered_on IS NULL)),
            CHECK (status <> 'told' OR told_on IS NOT NULL),
            CHECK (status <> 'sent' OR sent_on IS NOT NULL)
        ) STRICT;

CREATE INDEX proposals_by_panel ON proposals (panel, status);

CREATE INDEX proposals_unfinished ON proposals (panel) WHERE status <> 'withdrawn' AND (status <> 'told' OR (decision IN ('yes', 'partly') AND done_on IS NULL));

CREATE INDEX proposals_by_event ON proposals (event_id);

CREATE TABLE proposal_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            proposal_id INTEGER NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
            did TEXT NOT NULL CHECK (did IN
                ('added', 'edited', 'accepted', 'sent', 'raised', 'answered', 'done', 'told', 'withdrawn', 'undone')),
            on_date TEXT NOT NULL CHECK (on_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            at TEXT NOT NULL CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            sent_to TEXT NOT NULL DEFAULT '',
            due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'yes', 'partly', 'no', 'not-ours')),
            reason TEXT NOT NULL DEFAULT ''
        ) STRICT;

CREATE INDEX proposal_steps_by_proposal ON proposal_steps (proposal_id);

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
            scope TEXT NOT NULL DEFAULT '' CHECK (scope IN ('', 'individual-case', 'medical-decision', 'ok')),
            outcome TEXT NOT NULL DEFAULT '',
            outcome_sv TEXT NOT NULL DEFAULT '',
            outcome_en TEXT NOT NULL DEFAULT '',
            owner_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            due TEXT CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
            memo_of INTEGER REFERENCES events (id) ON DELETE RESTRICT,
            step_id INTEGER REFERENCES proposal_steps (id) ON DELETE RESTRICT,
            carried_from INTEGER UNIQUE REFERENCES agenda_items (id) ON DELETE RESTRICT,
            CHECK (title <> '' OR memo_of IS NOT NULL OR step_id IS NOT NULL),
            UNIQUE (event_id, memo_of),
            UNIQUE (event_id, step_id)
        ) STRICT;

CREATE INDEX agenda_items_by_event ON agenda_items (event_id, position);

CREATE INDEX agenda_items_by_memo ON agenda_items (memo_of) WHERE memo_of IS NOT NULL;

CREATE INDEX agenda_items_by_owner ON agenda_items (owner_id) WHERE owner_id IS NOT NULL;

CREATE INDEX agenda_items_by_presenter ON agenda_items (presenter_id) WHERE presenter_id IS NOT NULL;

CREATE INDEX agenda_items_by_step ON agenda_items (step_id) WHERE step_id IS NOT NULL;

CREATE INDEX agenda_items_open ON agenda_items (status, due) WHERE status = 'open';

CREATE TABLE questions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            theme TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL CHECK (text <> ''),
            answer TEXT NOT NULL DEFAULT '',
            asked_on TEXT NOT NULL CHECK (asked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            answered_on TEXT CHECK (answered_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')), asker TEXT NOT NULL DEFAULT '', assigned_to INTEGER REFERENCES people (id) ON DELETE RESTRICT, approved_on TEXT CHECK (approved_on IS NULL OR (approved_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND answered_on IS NOT NULL)), published_on TEXT CHECK (published_on IS NULL OR (published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND approved_on IS NOT NULL)), dropped_on TEXT CHECK (dropped_on IS NULL OR (dropped_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND published_on IS NULL)), merged_into INTEGER REFERENCES questions (id) ON DELETE RESTRICT
            CHECK (merged_into IS NULL OR (merged_into <> id AND published_on IS NULL AND dropped_on IS NULL)),
            CHECK ((answer = '') = (answered_on IS NULL))
        ) STRICT;

CREATE INDEX questions_by_event ON questions (event_id);

CREATE TABLE talks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            position INTEGER NOT NULL CHECK (position > 0),
            title TEXT NOT NULL CHECK (title <> ''),
            title_sv TEXT NOT NULL DEFAULT '',
            title_en TEXT NOT NULL DEFAULT '',
            minutes INTEGER CHECK (minutes BETWEEN 1 AND 1440),
            UNIQUE (id, event_id)
        ) STRICT;

CREATE INDEX talks_by_event ON talks (event_id, position);

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
            briefed_on TEXT CHECK (briefed_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            UNIQUE (talk_id, person_id)
        ) STRICT;

CREATE INDEX speakers_by_person ON speakers (person_id);

CREATE INDEX speakers_by_organisation ON speakers (organisation_id) WHERE organisation_id IS NOT NULL;

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
            published_on TEXT CHECK (published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            first_published_on TEXT CHECK (first_published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            captioned_on TEXT CHECK (captioned_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            -- what was added for a talk goes with it to another date
            FOREIGN KEY (talk_id, event_id) REFERENCES talks (id, event_id) ON UPDATE CASCADE ON DELETE RESTRICT,
            CHECK (published_on IS NULL OR first_published_on IS NOT NULL),
            CHECK ((url = '') <> (file = '')),
            CHECK ((file = '') = (size IS NULL) AND (file = '') = (sha256 = '')),
            CHECK (kind = 'recording' OR captioned_on IS NULL)
        ) STRICT;

CREATE INDEX materials_by_event ON materials (event_id);

CREATE INDEX materials_by_talk ON materials (talk_id) WHERE talk_id IS NOT NULL;

CREATE UNIQUE INDEX materials_by_file ON materials (file) WHERE file <> '';

CREATE INDEX materials_uncaptioned ON materials (event_id) WHERE kind = 'recording' AND captioned_on IS NULL;

CREATE INDEX questions_by_assignee ON questions (assigned_to) WHERE assigned_to IS NOT NULL;

CREATE INDEX questions_merged ON questions (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX questions_unfinished ON questions (event_id) WHERE published_on IS NULL AND dropped_on IS NULL AND merged_into IS NULL;

CREATE TABLE resources (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            title TEXT NOT NULL CHECK (title <> ''),
            url TEXT NOT NULL CHECK (url <> ''),
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            published_on TEXT CHECK (published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            UNIQUE (event_id, url)
        ) STRICT;

CREATE TABLE notes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            text TEXT NOT NULL CHECK (text <> ''),
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            published_on TEXT CHECK (published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
        ) STRICT;

CREATE INDEX notes_by_event ON notes (event_id);

CREATE TABLE registrations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            name TEXT NOT NULL DEFAULT '',
            name_key TEXT NOT NULL DEFAULT '',
            email TEXT NOT NULL DEFAULT '',
            email_key TEXT NOT NULL DEFAULT '',
            registered_on TEXT NOT NULL CHECK (registered_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            cancelled_on TEXT CHECK (cancelled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            CHECK (name <> '' OR email <> '')
        ) STRICT;

CREATE INDEX registrations_by_event ON registrations (event_id);

CREATE UNIQUE INDEX registrations_by_email ON registrations (event_id, email_key) WHERE email_key <> '';

CREATE TABLE registration_counts (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            people INTEGER NOT NULL CHECK (people >= 0)
        ) STRICT;

CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            rating INTEGER CHECK (rating BETWEEN 1 AND 5),
            recommend INTEGER CHECK (recommend BETWEEN 0 AND 10),
            text TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'fi', 'sv', 'en')),
            CHECK (rating IS NOT NULL OR recommend IS NOT NULL OR text <> '')
        ) STRICT;

CREATE TABLE published_feedback (
            event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE RESTRICT,
            published_on TEXT NOT NULL CHECK (published_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
        ) STRICT;

CREATE INDEX feedback_by_event ON feedback (event_id, rating, recommend);

CREATE TABLE checklist_items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            series TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            what TEXT NOT NULL CHECK (what <> ''),
            days INTEGER CHECK (days BETWEEN -1000 AND 1000),
            UNIQUE (series, what)
        ) STRICT;

CREATE TABLE checklist_marks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            what TEXT NOT NULL CHECK (what <> ''),
            state TEXT NOT NULL CHECK (state IN ('done', 'not-needed')),
            UNIQUE (event_id, what)
        ) STRICT;

CREATE TABLE letter_schedules (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('reminder', 'speaker-reminder', 'thanks')),
            days INTEGER CHECK (days BETWEEN 0 AND 365),
            UNIQUE (host, kind, days)
        ) STRICT;

CREATE TABLE revisions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            uid TEXT NOT NULL CHECK (uid <> ''),
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            starts TEXT NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
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
        ) STRICT;

CREATE INDEX revisions_by_event ON revisions (event_id);

CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            revision_id INTEGER NOT NULL REFERENCES revisions (id) ON DELETE RESTRICT,
            person_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            registration_id INTEGER REFERENCES registrations (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN 
                ('invitation', 'reminder', 'change', 'cancellation', 'thanks', 'speaker-invitation', 'speaker-reminder',
                'report-back')),
            turn INTEGER NOT NULL DEFAULT 0,
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN
                ('draft', 'queued', 'sending', 'sent', 'refused', 'unknown', 'withdrawn')),
            by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
            may_have INTEGER NOT NULL DEFAULT 0 CHECK (may_have IN (0, 1)),
            message_id TEXT NOT NULL UNIQUE CHECK (message_id <> ''),
            made_at TEXT NOT NULL CHECK (made_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            sha256 TEXT NOT NULL DEFAULT '',
            sent_at TEXT CHECK (sent_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            reply TEXT NOT NULL DEFAULT '',
            CHECK ((person_id IS NULL) <> (registration_id IS NULL)),
            CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
            CHECK (state NOT IN ('queued', 'sending', 'refused', 'unknown') OR sha256 <> '')
        ) STRICT;

CREATE UNIQUE INDEX messages_once_a_person ON messages (event_id, person_id, kind, turn, revision_id) WHERE person_id IS NOT NULL;

CREATE UNIQUE INDEX messages_once_a_registration ON messages (event_id, registration_id, kind, turn, revision_id) WHERE registration_id IS NOT NULL;

CREATE INDEX messages_by_event ON messages (event_id);

CREATE INDEX messages_by_person ON messages (person_id) WHERE person_id IS NOT NULL;

CREATE INDEX messages_by_registration ON messages (registration_id) WHERE registration_id IS NOT NULL;

CREATE INDEX messages_by_revision ON messages (revision_id);

CREATE INDEX messages_unsettled ON messages (state, event_id) WHERE state NOT IN ('sent', 'withdrawn');

CREATE TABLE answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE RESTRICT,
            person_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
            registration_id INTEGER REFERENCES registrations (id) ON DELETE CASCADE,
            answer TEXT NOT NULL CHECK (answer IN ('', 'accepted', 'declined', 'tentative')),
            comment TEXT NOT NULL DEFAULT '',
            starts TEXT NOT NULL CHECK (starts GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'),
            minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
            timezone TEXT NOT NULL CHECK (timezone <> ''),
            answered_at TEXT NOT NULL CHECK (answered_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
            by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
            CHECK ((person_id IS NULL) <> (registration_id IS NULL)),
            CHECK (answer <> '' OR comment <> '')
        ) STRICT;

CREATE UNIQUE INDEX answers_one_a_person ON answers (event_id, person_id) WHERE person_id IS NOT NULL;

CREATE UNIQUE INDEX answers_one_a_registration ON answers (event_id, registration_id) WHERE registration_id IS NOT NULL;

CREATE INDEX answers_by_person ON answers (person_id) WHERE person_id IS NOT NULL;

CREATE INDEX answers_by_registration ON answers (registration_id) WHERE registration_id IS NOT NULL;

CREATE TABLE role_targets (
            panel TEXT NOT NULL REFERENCES hosts (slug) ON DELETE CASCADE,
            role TEXT NOT NULL REFERENCES roles (key) ON DELETE CASCADE,
            people INTEGER NOT NULL CHECK (people BETWEEN 1 AND 10000),
            PRIMARY KEY (panel, role)
        ) STRICT, WITHOUT ROWID;

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
        ) STRICT;

CREATE INDEX attendance_by_state ON attendance (event_id, state);

CREATE INDEX memberships_by_panel ON memberships (panel, person_id, role, from_date, to_date);

CREATE INDEX registrations_by_month ON registrations (substr(registered_on, 1, 7), cancelled_on);

CREATE INDEX registrations_kept ON registrations (event_id, cancelled_on);

CREATE INDEX proposals_by_answer ON proposals (answered_on) WHERE answered_on IS NOT NULL;

CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_subjects_is_append_only_update BEFORE UPDATE ON log_subjects
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_subjects_is_append_only_delete BEFORE DELETE ON log_subjects
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER a_new_revision_withdraws AFTER UPDATE OF uid, sequence ON events
        WHEN NEW.uid <> OLD.uid OR NEW.sequence <> OLD.sequence
        BEGIN
            UPDATE messages SET state = 'withdrawn' WHERE event_id = NEW.id AND state IN ('draft', 'queued')
                AND kind NOT IN ('thanks', 'report-back');
        END;

