-- Who may see and do what: the only place where rights are written down.
--
-- Reading: a user sees a record when one of the keys he holds (`user_key`) is one of those the record
-- lies under. The views `sight_of_…` say under which keys a record lies; the table `sight` holds what
-- they said at the record's last change, and every read and the change feed ask that table.
--
--   class   scope     person   held by
--   all     ''        ''       everybody
--   role:R  ''        ''       everybody in role R
--   self    ''        user     that user
--   staff   '' or C   ''       agents and administrators
--   cust    C         ''       the people of customer C
--   org     C         ''       the managers of C, and the BRMs to whom C is assigned
--   brm     C         ''       the BRMs to whom C is assigned
--   own     C         user     that user, for what he asked for as one of C's people

CREATE VIEW user_key AS
SELECT u.id AS user_id, k.id AS key, k.scope AS scope
FROM user u JOIN sight_key k ON k.class = 'all' AND k.scope = '' AND k.person = ''
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u JOIN sight_key k ON k.class = 'role:' || u.role AND k.scope = '' AND k.person = ''
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u JOIN sight_key k ON k.person = u.id AND k.person <> ''
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u JOIN sight_key k ON k.class = 'staff'
WHERE u.role IN ('agent', 'administrator')
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u JOIN sight_key k ON k.class = 'cust' AND k.scope = u.customer_id AND k.person = ''
WHERE u.role IN ('customer_user', 'customer_manager')
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u JOIN sight_key k ON k.class = 'org' AND k.scope = u.customer_id AND k.person = ''
WHERE u.role = 'customer_manager'
UNION ALL
SELECT u.id, k.id, k.scope
FROM user u
JOIN assignment a ON a.user_id = u.id
JOIN sight_key k ON k.class IN ('org', 'brm') AND k.scope = a.customer_id AND k.person = ''
WHERE u.role = 'brm';

CREATE VIEW sight_of_customer AS
SELECT c.id AS id, 'cust' AS class, c.id AS scope, '' AS person, 0 AS level FROM customer c
UNION ALL SELECT c.id, 'brm', c.id, '', 0 FROM customer c
UNION ALL SELECT c.id, 'staff', c.id, '', 0 FROM customer c;

-- Level: 1 name and role, 2 and how to reach him, 3 everything.
CREATE VIEW sight_of_user AS
SELECT u.id AS id, 'self' AS class, '' AS scope, u.id AS person, 3 AS level FROM user u
UNION ALL SELECT u.id, 'staff', coalesce(u.customer_id, ''), '', 3 FROM user u
UNION ALL SELECT u.id, 'cust', u.customer_id, '', 1 FROM user u WHERE u.customer_id IS NOT NULL
UNION ALL SELECT u.id, 'brm', u.customer_id, '', 3 FROM user u WHERE u.customer_id IS NOT NULL
UNION ALL
SELECT u.id, 'cust', a.customer_id, '', 2
FROM user u JOIN assignment a ON a.user_id = u.id
WHERE u.role = 'brm' AND a.customer_id IS NOT u.customer_id;

CREATE VIEW sight_of_service AS
SELECT s.id AS id, 'staff' AS class, '' AS scope, '' AS person, 0 AS level
FROM service s WHERE s.deleted = 0
UNION ALL SELECT s.id, 'role:brm', '', '', 0 FROM service s WHERE s.deleted = 0
UNION ALL
SELECT s.id, 'all', '', '', 0
FROM service s WHERE s.deleted = 0 AND json_array_length(s.body, '$.audience') = 0
UNION
SELECT s.id, 'cust', json_extract(a.value, '$.customer'), '', 0
FROM service s, json_each(s.body, '$.audience') a
WHERE s.deleted = 0 AND json_extract(a.value, '$.customer') IS NOT NULL
UNION
SELECT s.id, 'role:' || json_extract(a.value, '$.role'), '', '', 0
FROM service s, json_each(s.body, '$.audience') a
WHERE s.deleted = 0 AND json_extract(a.value, '$.role') IS NOT NULL;

-- A form is seen by those who see its service; a form of general use by everybody.
CREATE VIEW sight_of_form AS
SELECT f.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM form f JOIN sight_of_service v ON v.id = f.service_id WHERE f.deleted = 0
UNION
SELECT f.id, 'staff', '', '', 0 FROM form f WHERE f.deleted = 0
UNION
SELECT f.id, 'all', '', '', 0 FROM form f WHERE f.deleted = 0 AND f.service_id IS NULL;

-- An announcement about services is seen by those who see one of them.
CREATE VIEW sight_of_announcement AS
SELECT n.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM announcement n, json_each(n.body, '$.services') s
JOIN sight_of_service v ON v.id = s.value WHERE n.deleted = 0
UNION
SELECT n.id, 'staff', '', '', 0 FROM announcement n WHERE n.deleted = 0
UNION
SELECT n.id, 'all', '', '', 0
FROM announcement n WHERE n.deleted = 0 AND json_array_length(n.body, '$.services') = 0;

CREATE VIEW sight_of_ticket AS
SELECT t.id AS id, 'staff' AS class, t.customer_id AS scope, '' AS person, 0 AS level FROM ticket t
UNION ALL SELECT t.id, 'org', t.customer_id, '', 0 FROM ticket t
UNION ALL SELECT t.id, 'own', t.customer_id, t.requester_id, 0 FROM ticket t;

-- Internal comments are for those who work on tickets.
CREATE VIEW sight_of_comment AS
SELECT c.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM comment c JOIN sight_of_ticket v ON v.id = c.ticket_id
WHERE c.internal = 0 OR v.class = 'staff';

CREATE VIEW sight_of_attachment AS
SELECT a.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM attachment a
JOIN sight_of_ticket v ON v.id = a.ticket_id
LEFT JOIN comment c ON c.id = a.comment_id
WHERE coalesce(c.internal, 0) = 0 OR v.class = 'staff';

CREATE VIEW sight_of_ticket_change AS
SELECT h.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM ticket_change h JOIN sight_of_ticket v ON v.id = h.ticket_id;

-- Writing. `comment`: add words and files. `edit`: close, reopen, reword as its customer. `work`: any
-- move, assignee, internal words. `handle`: move a complaint.
CREATE VIEW ticket_right AS
SELECT t.id AS ticket_id, u.id AS user_id, 'comment' AS name
FROM ticket t, user u
WHERE u.role IN ('agent', 'administrator')
   OR (u.role IN ('customer_user', 'customer_manager') AND t.requester_id = u.id)
   OR (u.role = 'customer_manager' AND t.customer_id = u.customer_id)
   OR (u.role = 'brm' AND (t.requester_id = u.id OR EXISTS (
           SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = t.customer_id)))
UNION ALL
SELECT t.id, u.id, 'edit'
FROM ticket t, user u
WHERE u.role = 'administrator'
   OR (u.role IN ('customer_user', 'customer_manager') AND t.requester_id = u.id)
UNION ALL
SELECT t.id, u.id, 'work' FROM ticket t, user u WHERE u.role IN ('agent', 'administrator')
UNION ALL
SELECT t.id, u.id, 'handle'
FROM ticket t, user u
WHERE t.kind = 'complaint'
  AND (u.role = 'administrator'
       OR (u.role = 'brm' AND EXISTS (
               SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = t.customer_id)));

-- For whom `user_id` may file a ticket: himself, or somebody else on that person's behalf.
CREATE VIEW filing_right AS
SELECT u.id AS user_id, u.id AS requester_id, u.customer_id AS customer_id
FROM user u WHERE u.role IN ('customer_user', 'customer_manager') AND u.customer_id IS NOT NULL
UNION ALL
SELECT u.id, r.id, r.customer_id
FROM user u, user r
WHERE r.customer_id IS NOT NULL AND r.id <> u.id AND (
    u.role IN ('agent', 'administrator')
    OR (u.role = 'brm' AND EXISTS (
            SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = r.customer_id)));

-- Who may change services, forms and announcements.
CREATE VIEW catalogue_right AS
SELECT u.id AS user_id FROM user u WHERE u.role = 'administrator';
