-- Who is complained about: by his account or, where several have his name, everybody of that name.
CREATE VIEW complaint_object AS
SELECT r.id AS record_id, json_extract(r.body, '$.about.id') AS user_id
FROM complaint r WHERE json_extract(r.body, '$.about.id') IS NOT NULL
UNION ALL
SELECT r.id, u.id
FROM complaint r JOIN user u ON u.name = json_extract(r.body, '$.about.name')
WHERE json_extract(r.body, '$.about.id') IS NULL;

-- Who leads complaints: administrators and the BRMs of the customer, never the one complained about.
CREATE VIEW complaint_leader AS
SELECT r.id AS record_id, u.id AS user_id
FROM complaint r, user u
WHERE (u.role = 'administrator'
       OR (u.role = 'brm' AND EXISTS (
               SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = r.customer_id)))
  AND u.id NOT IN (SELECT o.user_id FROM complaint_object o WHERE o.record_id = r.id);

-- A complaint is seen like a ticket; a confidential one by its complainant and by who leads it.
DROP VIEW sight_of_complaint;
CREATE VIEW sight_of_complaint AS
SELECT r.id AS id, 'own' AS class, r.customer_id AS scope, r.person_id AS person, 0 AS level
FROM complaint r
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM complaint r WHERE json_extract(r.body, '$.confidential') IS NOT 1
UNION ALL
SELECT r.id, 'staff', r.customer_id, '', 0
FROM complaint r WHERE json_extract(r.body, '$.confidential') IS NOT 1
UNION ALL
SELECT r.id, 'self', '', l.user_id, 0
FROM complaint r JOIN complaint_leader l ON l.record_id = r.id
WHERE json_extract(r.body, '$.confidential') = 1;

-- Internal notes are for who leads the complaint.
DROP VIEW sight_of_complaint_note;
CREATE VIEW sight_of_complaint_note AS
SELECT n.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM complaint_note n JOIN sight_of_complaint v ON v.id = n.parent_id
WHERE json_extract(n.body, '$.internal') IS NOT 1
UNION ALL
SELECT n.id, 'self', '', l.user_id, 0
FROM complaint_note n JOIN complaint_leader l ON l.record_id = n.parent_id
WHERE json_extract(n.body, '$.internal') = 1;

-- Writing. `own`: accept, reject, escalate, withdraw as the complainant. `note`: add words. `handle`:
-- lead it through its stages, internal words included.
DROP VIEW complaint_right;
CREATE VIEW complaint_right AS
SELECT r.id AS record_id, r.person_id AS user_id, 'own' AS name FROM complaint r
UNION ALL
SELECT r.id, r.person_id, 'note' FROM complaint r
UNION ALL
SELECT l.record_id, l.user_id, n.name
FROM complaint_leader l, (SELECT 'note' AS name UNION ALL SELECT 'handle') n
UNION ALL
SELECT r.id, u.id, 'note'
FROM complaint r, user u
WHERE json_extract(r.body, '$.confidential') IS NOT 1
  AND (u.role = 'agent'
       OR (u.role = 'customer_manager' AND u.customer_id = r.customer_id AND u.id <> r.person_id));

-- What is agreed with nobody but its owner is still his to do.
DROP VIEW sight_of_action;
CREATE VIEW sight_of_action AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level FROM action r
UNION ALL SELECT r.id, 'role:administrator', '', '', 0 FROM action r
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM action r WHERE json_extract(r.body, '$.shared') = 1
UNION ALL
SELECT r.id, 'self', '', r.person_id, 0
FROM action r JOIN user u ON u.id = r.person_id
WHERE u.customer_id IS NULL OR json_extract(r.body, '$.shared') = 1;

-- The result of one organisation is for its managers once the survey is closed: told at each answer it
-- would tell that answer. What few answered is left out of it (level 0).
DROP VIEW sight_of_survey_result;
CREATE VIEW sight_of_survey_result AS
SELECT r.id AS id, 'role:administrator' AS class, '' AS scope, '' AS person, 1 AS level
FROM survey_result r
UNION ALL SELECT r.id, 'role:brm', '', '', 1 FROM survey_result r WHERE r.customer_id IS NULL
UNION ALL SELECT r.id, 'brm', r.customer_id, '', 1 FROM survey_result r WHERE r.customer_id IS NOT NULL
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM survey_result r JOIN survey s ON s.id = r.parent_id
WHERE r.customer_id IS NOT NULL AND json_extract(r.body, '$.responses') >= 5
  AND json_extract(s.body, '$.state') = 'closed';

-- Who was invited to a survey and has no business with it any more does not see it any more.
DROP VIEW sight_of_survey;
CREATE VIEW sight_of_survey AS
SELECT s.id AS id, 'role:brm' AS class, '' AS scope, '' AS person, 0 AS level FROM survey s
UNION SELECT s.id, 'role:administrator', '', '', 0 FROM survey s
UNION
SELECT s.id, 'self', '', i.person_id, 0
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed')
  AND json_extract(i.body, '$.state') <> 'withdrawn'
UNION
SELECT s.id, 'org', i.customer_id, '', 0
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed');
