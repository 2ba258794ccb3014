-- What reports ask the database, in plain SQL as somebody would type it into the sqlite3 shell; run.py runs each part by itself.
-- The same questions as the reports ask, with all that they have to know: also who is in which panel (for what is hidden), and
-- the names that are left out of what is published.

-- report: panel
SELECT * FROM hosts WHERE slug = 'raati-7';
SELECT * FROM descriptions WHERE host = 'raati-7' AND year IN (0, 2022);
SELECT panel, role, count(*) FROM (
    SELECT m.panel, m.person_id, m.role, min(r.position) FROM memberships m JOIN roles r ON r.key = m.role
    WHERE m.from_date <= '2022-12-31' AND (m.to_date IS NULL OR m.to_date >= '2022-12-31') GROUP BY m.panel, m.person_id
) GROUP BY panel, role;
SELECT e.*, sum(a.state IN ('present', 'remote')), count(nullif(a.state, '')), c.headcount FROM events e
    LEFT JOIN attendance a ON a.event_id = e.id LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE e.host = 'raati-7' AND e.starts >= '2022' AND e.starts < '2023' AND e.dropped = 0 GROUP BY e.id ORDER BY e.starts;
SELECT status, decision, count(*) FROM proposals
    WHERE panel = 'raati-7' AND accepted_on BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY status, decision;
SELECT julianday(answered_on) - julianday(sent_on) FROM proposals
    WHERE panel = 'raati-7' AND answered_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT count(*) FROM proposals WHERE panel = 'raati-7' AND done_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT count(*) FROM proposals WHERE panel = 'raati-7' AND told_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT theme, count(*) FROM proposals
    WHERE panel = 'raati-7' AND accepted_on BETWEEN '2022-01-01' AND '2022-12-31' AND theme <> '' GROUP BY theme;
SELECT * FROM proposals WHERE panel = 'raati-7' AND status IN ('sent', 'answered', 'done', 'told')
    AND (accepted_on BETWEEN '2022-01-01' AND '2022-12-31' OR answered_on BETWEEN '2022-01-01' AND '2022-12-31'
         OR done_on BETWEEN '2022-01-01' AND '2022-12-31');
SELECT id, name FROM people;
SELECT person_id FROM agreements WHERE kind = 'name-publication' AND withdrawn_on IS NULL;
SELECT person_id FROM memberships WHERE panel = 'raati-7'
    UNION SELECT a.person_id FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.host = 'raati-7';
SELECT count(DISTINCT m.person_id) FROM memberships m JOIN trainings t ON t.person_id = m.person_id
    WHERE m.panel = 'raati-7' AND (m.to_date IS NULL OR m.to_date >= '2022-12-31');
SELECT t.course, t.on_date, count(*), max(t.hours) FROM trainings t JOIN memberships m ON m.person_id = t.person_id
    WHERE m.panel = 'raati-7' AND t.on_date BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY t.course_key, t.on_date;
SELECT f.event_id, f.rating, f.recommend, count(*) FROM events e JOIN feedback f ON f.event_id = e.id
    WHERE e.host = 'raati-7' AND e.starts >= '2022' AND e.starts < '2023' GROUP BY f.event_id, f.rating, f.recommend;
SELECT starts FROM events WHERE host = 'raati-7' AND status = 'planned' AND starts >= '2023';

-- report: year
SELECT * FROM hosts WHERE type = 'panel' ORDER BY slug;
SELECT host, text FROM descriptions WHERE field = 'evaluation' AND year = 2022;
SELECT panel, role, count(*) FROM (
    SELECT m.panel, m.person_id, m.role, min(r.position) FROM memberships m JOIN roles r ON r.key = m.role
    WHERE m.from_date <= '2022-12-31' AND (m.to_date IS NULL OR m.to_date >= '2022-12-31') GROUP BY m.panel, m.person_id
) GROUP BY panel, role;
SELECT e.host, e.starts, sum(a.state IN ('present', 'remote')), count(nullif(a.state, '')), c.headcount FROM events e
    JOIN hosts h ON h.slug = e.host LEFT JOIN attendance a ON a.event_id = e.id LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE h.type = 'panel' AND e.starts >= '2022' AND e.starts < '2023' AND e.status = 'held' GROUP BY e.id ORDER BY e.starts;
SELECT panel, status, decision, count(*) FROM proposals
    WHERE accepted_on BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY panel, status, decision;
SELECT panel, julianday(answered_on) - julianday(sent_on) FROM proposals
    WHERE answered_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT panel, count(*) FROM proposals WHERE done_on BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY panel;
SELECT panel, count(*) FROM proposals WHERE told_on BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY panel;
SELECT * FROM proposals WHERE status IN ('sent', 'answered', 'done', 'told')
    AND (accepted_on BETWEEN '2022-01-01' AND '2022-12-31' OR answered_on BETWEEN '2022-01-01' AND '2022-12-31'
         OR done_on BETWEEN '2022-01-01' AND '2022-12-31');
SELECT id, name FROM people;
SELECT person_id FROM agreements WHERE kind = 'name-publication' AND withdrawn_on IS NULL;
SELECT person_id FROM memberships UNION SELECT person_id FROM attendance;

-- report: attendance
SELECT e.id, e.starts, sum(a.state IN ('present', 'remote')), count(nullif(a.state, '')), c.headcount FROM events e
    JOIN hosts h ON h.slug = e.host LEFT JOIN attendance a ON a.event_id = e.id LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE h.type = 'panel' AND e.starts >= '2013' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY e.id;
SELECT a.state, count(*) FROM events e JOIN hosts h ON h.slug = e.host JOIN attendance a ON a.event_id = e.id
    WHERE h.type = 'panel' AND e.starts >= '2013' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY a.state;
SELECT role, count(*), sum(came) FROM (
    SELECT a.id, a.state IN ('present', 'remote') AS came, m.role, min(r.position) FROM events e
    JOIN hosts h ON h.slug = e.host JOIN attendance a ON a.event_id = e.id
    LEFT JOIN memberships m ON m.panel = e.host AND m.person_id = a.person_id AND m.from_date <= substr(e.starts, 1, 10)
        AND (m.to_date IS NULL OR m.to_date >= substr(e.starts, 1, 10))
    LEFT JOIN roles r ON r.key = m.role
    WHERE h.type = 'panel' AND e.starts >= '2013' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY a.id
) GROUP BY role;
SELECT substr(registered_on, 1, 7), count(*) FROM registrations
    WHERE cancelled_on IS NULL AND registered_on >= '2013' AND registered_on < '2023' GROUP BY substr(registered_on, 1, 7);

-- report: attendance of one panel
SELECT e.*, sum(a.state IN ('present', 'remote')), count(nullif(a.state, '')), c.headcount FROM events e
    LEFT JOIN attendance a ON a.event_id = e.id LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE e.host = 'raati-7' AND e.starts >= '2022' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY e.id;
SELECT a.state, count(*) FROM events e JOIN attendance a ON a.event_id = e.id
    WHERE e.host = 'raati-7' AND e.starts >= '2022' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY a.state;
SELECT role, count(*), sum(came) FROM (
    SELECT a.id, a.state IN ('present', 'remote') AS came, m.role, min(r.position) FROM events e
    JOIN attendance a ON a.event_id = e.id
    LEFT JOIN memberships m ON m.panel = e.host AND m.person_id = a.person_id AND m.from_date <= substr(e.starts, 1, 10)
        AND (m.to_date IS NULL OR m.to_date >= substr(e.starts, 1, 10))
    LEFT JOIN roles r ON r.key = m.role
    WHERE e.host = 'raati-7' AND e.starts >= '2022' AND e.starts < '2023' AND e.status <> 'cancelled' GROUP BY a.id
) GROUP BY role;

-- report: months
-- Without any index: what a report by month would take that sorts all rows.
SELECT e.*, c.headcount FROM events e LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' ORDER BY e.starts;
SELECT substr(registered_on, 1, 7), count(*) FROM registrations NOT INDEXED
    WHERE cancelled_on IS NULL AND substr(registered_on, 1, 7) BETWEEN '2021-01' AND '2022-12' GROUP BY substr(registered_on, 1, 7);

-- report: series
SELECT * FROM hosts WHERE slug = 'teematiistait';
SELECT * FROM descriptions WHERE host = 'teematiistait';
SELECT e.*, c.headcount FROM events e LEFT JOIN headcounts c ON c.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' AND e.dropped = 0 ORDER BY e.starts;
SELECT e.id, sum(a.state IN ('present', 'remote')), count(*) FROM events e JOIN attendance a ON a.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' GROUP BY e.id;
SELECT e.id, count(*) FROM events e JOIN registrations r ON r.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' AND r.cancelled_on IS NULL GROUP BY e.id;
SELECT e.id, count(*), sum(q.answer <> '') FROM events e JOIN questions q ON q.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' AND q.merged_into IS NULL
        AND q.dropped_on IS NULL GROUP BY e.id;
SELECT e.id, min(m.first_published_on), max(m.first_published_on), min(q.published_on), max(q.published_on) FROM events e
    LEFT JOIN materials m ON m.event_id = e.id LEFT JOIN questions q ON q.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' GROUP BY e.id;
SELECT DISTINCT p.id, p.municipality, o.name, s.title, t.id FROM speakers s JOIN talks t ON t.id = s.talk_id
    JOIN events e ON e.id = t.event_id JOIN people p ON p.id = s.person_id LEFT JOIN organisations o ON o.id = s.organisation_id
    WHERE s.state = 'spoke' AND e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023';
SELECT f.event_id, f.rating, f.recommend, count(*) FROM events e JOIN feedback f ON f.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2021' AND e.starts < '2023' GROUP BY f.event_id, f.rating, f.recommend;

-- report: you-said-we-did
SELECT * FROM hosts WHERE type = 'panel' ORDER BY slug;
SELECT status, decision, count(*) FROM proposals
    WHERE accepted_on BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY status, decision;
SELECT julianday(answered_on) - julianday(sent_on) FROM proposals WHERE answered_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT count(*) FROM proposals WHERE done_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT count(*) FROM proposals WHERE told_on BETWEEN '2022-01-01' AND '2022-12-31';
SELECT * FROM proposals WHERE status IN ('sent', 'answered', 'done', 'told')
    AND (accepted_on BETWEEN '2022-01-01' AND '2022-12-31' OR answered_on BETWEEN '2022-01-01' AND '2022-12-31'
         OR done_on BETWEEN '2022-01-01' AND '2022-12-31');
SELECT id, name FROM people;
SELECT person_id FROM agreements WHERE kind = 'name-publication' AND withdrawn_on IS NULL;
SELECT person_id FROM memberships UNION SELECT person_id FROM attendance;

-- report: answer-debt
SELECT * FROM hosts WHERE type = 'panel' ORDER BY slug;
SELECT * FROM proposals
    WHERE status <> 'withdrawn' AND (status <> 'told' OR (decision IN ('yes', 'partly') AND done_on IS NULL)) ORDER BY id;

-- report: contacts
SELECT * FROM hosts WHERE type = 'panel' ORDER BY slug;
SELECT m.panel, m.role, p.name, p.email, p.phone, p.language, p.municipality, o.name FROM memberships m
    JOIN people p ON p.id = m.person_id JOIN roles r ON r.key = m.role LEFT JOIN organisations o ON o.id = p.organisation_id
    WHERE m.from_date <= '2022-12-31' AND (m.to_date IS NULL OR m.to_date >= '2022-12-31')
    ORDER BY m.panel, r.position, p.name_key;

-- report: art30
SELECT count(*), min(created_at), max(created_at) FROM people;
SELECT count(*), min(from_date), max(from_date) FROM memberships;
SELECT count(*), min(created_at), max(created_at) FROM hosts WHERE coordinator IS NOT NULL;
SELECT count(*), min(on_date), max(on_date) FROM trainings;
SELECT count(*), min(on_date), max(on_date) FROM agreements;
SELECT count(*) FROM arrangements;
SELECT count(*), min(e.starts), max(e.starts) FROM attendance a JOIN events e ON e.id = a.event_id;
SELECT count(*), min(e.starts), max(e.starts) FROM agenda_items i JOIN events e ON e.id = i.event_id
    WHERE i.presenter_id IS NOT NULL OR i.owner_id IS NOT NULL;
SELECT count(*), min(e.starts), max(e.starts) FROM speakers s JOIN talks t ON t.id = s.talk_id JOIN events e ON e.id = t.event_id;
SELECT count(*), min(registered_on), max(registered_on) FROM registrations;
SELECT count(*), min(asked_on), max(asked_on) FROM questions WHERE asker <> '' OR assigned_to IS NOT NULL;
SELECT count(*), min(made_at), max(made_at) FROM messages;
SELECT count(*), min(answered_at), max(answered_at) FROM answers;
SELECT count(*), min(e.starts), max(e.starts) FROM revisions r JOIN events e ON e.id = r.event_id;
SELECT count(*), min(at), max(at) FROM log;
SELECT h.slug, c.what, c.days FROM hosts h LEFT JOIN checklist_items c ON c.series = h.slug WHERE h.type = 'series';

-- report: innokyla
SELECT * FROM hosts WHERE slug = 'teematiistait';
SELECT * FROM descriptions WHERE host = 'teematiistait';
SELECT * FROM events WHERE host = 'teematiistait' AND dropped = 0 ORDER BY starts;
SELECT t.*, s.*, p.name, o.name FROM events e JOIN talks t ON t.event_id = e.id LEFT JOIN speakers s ON s.talk_id = t.id
    LEFT JOIN people p ON p.id = s.person_id LEFT JOIN organisations o ON o.id = s.organisation_id
    WHERE e.host = 'teematiistait';
SELECT m.* FROM events e JOIN materials m ON m.event_id = e.id WHERE e.host = 'teematiistait' AND m.published_on IS NOT NULL;
SELECT q.* FROM events e JOIN questions q ON q.event_id = e.id WHERE e.host = 'teematiistait' AND q.published_on IS NOT NULL;
SELECT r.* FROM events e JOIN resources r ON r.event_id = e.id WHERE e.host = 'teematiistait' AND r.published_on IS NOT NULL;
SELECT n.* FROM events e JOIN notes n ON n.event_id = e.id WHERE e.host = 'teematiistait' AND n.published_on IS NOT NULL;
SELECT f.event_id, f.rating, f.recommend, count(*) FROM events e JOIN feedback f ON f.event_id = e.id
    WHERE e.host = 'teematiistait' AND e.starts >= '2022' AND e.starts < '2023' GROUP BY f.event_id, f.rating, f.recommend;
SELECT max(l.at) FROM log_subjects s JOIN log l ON l.id = s.log_id WHERE s.noun = 'host' AND s.subject = 'teematiistait';

-- report: programme
SELECT * FROM hosts WHERE slug = 'teematiistait';
SELECT * FROM events WHERE host = 'teematiistait' AND dropped = 0 AND starts >= '2022' AND starts < '2023' ORDER BY starts;
SELECT t.*, s.*, p.name, o.name FROM events e JOIN talks t ON t.event_id = e.id LEFT JOIN speakers s ON s.talk_id = t.id
    LEFT JOIN people p ON p.id = s.person_id LEFT JOIN organisations o ON o.id = s.organisation_id
    WHERE e.host = 'teematiistait' AND e.starts >= '2022' AND e.starts < '2023' ORDER BY e.starts, t.position;
