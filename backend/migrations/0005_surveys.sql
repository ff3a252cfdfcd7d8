-- Satisfaction surveys: what is asked, who is invited, what was answered, and how that counts.
CREATE VIEW survey AS SELECT * FROM record WHERE kind = 'survey';
CREATE VIEW invitation AS SELECT * FROM record WHERE kind = 'invitation';
CREATE VIEW response AS SELECT * FROM record WHERE kind = 'response';
CREATE VIEW anonymous_response AS SELECT * FROM record WHERE kind = 'anonymous_response';
CREATE VIEW survey_result AS SELECT * FROM record WHERE kind = 'survey_result';

-- A survey is seen by those who make surveys and, once it is open, by those who are invited and by the
-- managers of those whose people are, who see its results.
CREATE VIEW sight_of_survey AS
SELECT s.id AS id, 'role:brm' AS class, '' AS scope, '' AS person, 0 AS level FROM survey s
UNION SELECT s.id, 'role:administrator', '', '', 0 FROM survey s
UNION
SELECT s.id, 'self', '', i.person_id, 0
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed')
UNION
SELECT s.id, 'org', i.customer_id, '', 0
FROM survey s JOIN invitation i ON i.parent_id = s.id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed');

CREATE VIEW sight_of_invitation AS
SELECT i.id AS id, 'brm' AS class, i.customer_id AS scope, '' AS person, 0 AS level FROM invitation i
UNION ALL SELECT i.id, 'role:administrator', '', '', 0 FROM invitation i
UNION ALL
SELECT i.id, 'self', '', i.person_id, 0
FROM invitation i JOIN survey s ON s.id = i.parent_id
WHERE json_extract(s.body, '$.state') IN ('open', 'closed');

-- Single answers are for who gave them and for the BRMs of the organisation; those of passers-by for
-- all BRMs. An administrator sees results only.
CREATE VIEW sight_of_response AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level
FROM response r WHERE r.customer_id IS NOT NULL
UNION ALL SELECT r.id, 'role:brm', '', '', 0 FROM response r WHERE r.customer_id IS NULL
UNION ALL SELECT r.id, 'self', '', r.person_id, 0 FROM response r WHERE r.person_id IS NOT NULL;

-- Anonymous answers are shown all at once when the survey is closed, so that none can be told by when
-- it came, and only if there are enough of them (LEAST_FOR_ANONYMITY in the domain).
CREATE VIEW sight_of_anonymous_response AS
SELECT r.id AS id, 'role:brm' AS class, '' AS scope, '' AS person, 0 AS level
FROM anonymous_response r JOIN survey s ON s.id = r.parent_id
WHERE json_extract(s.body, '$.state') = 'closed'
  AND (SELECT count(*) FROM anonymous_response o WHERE o.parent_id = s.id) >= 5;

-- The result of all is for those who make surveys. That of one organisation is for its managers too,
-- but only of so many answers that it does not tell single ones.
CREATE VIEW sight_of_survey_result AS
SELECT r.id AS id, 'role:administrator' AS class, '' AS scope, '' AS person, 0 AS level
FROM survey_result r
UNION ALL SELECT r.id, 'role:brm', '', '', 0 FROM survey_result r WHERE r.customer_id IS NULL
UNION ALL SELECT r.id, 'brm', r.customer_id, '', 0 FROM survey_result r WHERE r.customer_id IS NOT NULL
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM survey_result r
WHERE r.customer_id IS NOT NULL AND json_extract(r.body, '$.responses') >= 5;
