-- Who is complained about, person by person: written with the complaint and never taken back, so that
-- another spelling, a namesake or a new name does not make him its judge. Filled by db::objects.
DROP VIEW complaint_object;
CREATE TABLE complaint_object (
    record_id TEXT NOT NULL REFERENCES record (id),
    user_id   TEXT NOT NULL REFERENCES user (id),
    PRIMARY KEY (record_id, user_id)
) WITHOUT ROWID;

-- Who leads complaints: administrators and the BRMs of the customer, never the one complained about,
-- nor the one who complains.
DROP VIEW complaint_leader;
CREATE VIEW complaint_leader AS
SELECT r.id AS record_id, u.id AS user_id
FROM complaint r, user u
WHERE (u.role = 'administrator'
       OR (u.role = 'brm' AND EXISTS (
               SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = r.customer_id)))
  AND u.id IS NOT r.person_id
  AND NOT EXISTS (SELECT 1 FROM complaint_object o WHERE o.record_id = r.id AND o.user_id = u.id);

-- What became of a record that was taken away: made again under its id it goes on from there, since a
-- version names one content.
CREATE TABLE removed (
    id      TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

-- Whose side moved a ticket, as it was then: people change sides.
ALTER TABLE ticket_change ADD COLUMN by_customer INTEGER NOT NULL DEFAULT 0;
UPDATE ticket_change SET by_customer = 1
WHERE by_id IN (SELECT id FROM user WHERE role IN ('customer_user', 'customer_manager'));

-- Who decides: a manager of the customer, though not about his own request, or the service desk for
-- him. Whose request it is, the ticket says.
DROP VIEW approval_right;
CREATE VIEW approval_right AS
SELECT a.id AS approval_id, u.id AS user_id
FROM approval a JOIN ticket t ON t.id = a.parent_id, user u
WHERE u.role IN ('agent', 'administrator')
   OR (u.role = 'customer_manager' AND u.customer_id = t.customer_id AND u.id <> t.requester_id);

-- A survey is seen by those who make surveys and, once it is open, by those who are invited and by the
-- managers of those whose people are. Its ballot is for the invited only (level 1).
DROP VIEW sight_of_survey;
CREATE VIEW sight_of_survey AS
SELECT s.id AS id, 'role:brm' AS class, '' AS scope, '' AS person, 0 AS level FROM survey s
UNION ALL SELECT s.id, 'role:administrator', '', '', 0 FROM survey s
UNION
SELECT s.id, 'self', '', i.person_id, 1
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed')
  AND json_extract(i.body, '$.state') <> 'withdrawn'
UNION
SELECT s.id, 'org', i.customer_id, '', 0
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed')
  AND json_extract(i.body, '$.state') <> 'withdrawn';

-- Results. Level: 2 all figures, 1 without those that tell single answers, 0 only how many answered.
-- That of one organisation is for its BRMs and, once the survey is closed and enough of them answered,
-- for its managers: told at each answer it would tell that answer. In that of all a BRM sees figures
-- only where he sees all single answers, or where it is closed and, of those that he does not see, there
-- are enough: he could take his own from all and would be left with theirs.
DROP VIEW sight_of_survey_result;
CREATE VIEW sight_of_survey_result AS
SELECT r.id AS id, 'role:administrator' AS class, '' AS scope, '' AS person, 2 AS level
FROM survey_result r
UNION ALL SELECT r.id, 'brm', r.customer_id, '', 2 FROM survey_result r WHERE r.customer_id IS NOT NULL
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 1
FROM survey_result r JOIN survey s ON s.id = r.parent_id
WHERE r.customer_id IS NOT NULL AND json_extract(r.body, '$.responses') >= 5
  AND json_extract(s.body, '$.state') = 'closed'
UNION ALL SELECT r.id, 'role:brm', '', '', 0 FROM survey_result r WHERE r.customer_id IS NULL
UNION ALL
SELECT b.id, 'self', '', b.person, CASE b.unseen WHEN 0 THEN 2 ELSE 1 END
FROM (SELECT r.id AS id, u.id AS person, json_extract(s.body, '$.state') AS state,
             (SELECT count(*) FROM response o
              WHERE o.parent_id = r.parent_id AND o.customer_id IS NOT NULL
                AND o.customer_id NOT IN (SELECT a.customer_id FROM assignment a WHERE a.user_id = u.id)
             ) AS unseen
      FROM survey_result r JOIN survey s ON s.id = r.parent_id, user u
      WHERE r.customer_id IS NULL AND u.role = 'brm') b
WHERE b.unseen = 0 OR (b.unseen >= 5 AND b.state = 'closed');
