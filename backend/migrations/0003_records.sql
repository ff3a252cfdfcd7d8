-- Records of the kinds that have a schema in the domain: their fields as JSON, and beside them what
-- rights and lists ask for. `person_id` is whose own the record is, `parent_id` what it belongs to.
CREATE TABLE record (
    id           TEXT PRIMARY KEY NOT NULL,
    kind         TEXT NOT NULL,
    customer_id  TEXT REFERENCES customer (id),
    person_id    TEXT REFERENCES user (id),
    parent_id    TEXT,
    author_id    TEXT REFERENCES user (id),
    body         TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    version      INTEGER NOT NULL,
    said_at      INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX record_by_customer ON record (kind, customer_id);
CREATE INDEX record_by_parent ON record (parent_id);

CREATE VIEW complaint AS SELECT * FROM record WHERE kind = 'complaint';
CREATE VIEW complaint_note AS SELECT * FROM record WHERE kind = 'complaint_note';

-- A complaint is seen like a ticket. A confidential one is seen by its complainant, its handler, the
-- administrators and the BRMs of the customer, but by none of them while he is the one complained about.
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
SELECT r.id, 'role:administrator', '', '', 0
FROM complaint r WHERE json_extract(r.body, '$.confidential') = 1
UNION ALL
SELECT r.id, 'self', '', json_extract(r.body, '$.handler.id'), 0
FROM complaint r
WHERE json_extract(r.body, '$.confidential') = 1 AND json_extract(r.body, '$.handler.id') IS NOT NULL
UNION ALL
SELECT r.id, 'brm', r.customer_id, '', 0
FROM complaint r
WHERE json_extract(r.body, '$.confidential') = 1 AND NOT EXISTS (
    SELECT 1 FROM assignment a
    WHERE a.customer_id = r.customer_id AND a.user_id = json_extract(r.body, '$.about.id'));

-- Internal notes are for those who handle complaints, and those who supervise them.
CREATE VIEW sight_of_complaint_note AS
SELECT n.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM complaint_note n JOIN sight_of_complaint v ON v.id = n.parent_id
WHERE json_extract(n.body, '$.internal') IS NOT 1
UNION
SELECT n.id, CASE v.class WHEN 'org' THEN 'brm' ELSE v.class END, v.scope, v.person, 0
FROM complaint_note n JOIN sight_of_complaint v ON v.id = n.parent_id
WHERE json_extract(n.body, '$.internal') = 1 AND v.class <> 'own';

-- Writing. `own`: accept, reject, escalate, withdraw as the complainant. `note`: add words. `handle`:
-- lead it through its stages, internal words included; never the one complained about.
CREATE VIEW complaint_right AS
SELECT r.id AS record_id, r.person_id AS user_id, 'own' AS name FROM complaint r
UNION ALL
SELECT r.id, r.person_id, 'note' FROM complaint r
UNION ALL
SELECT r.id, u.id, n.name
FROM complaint r, user u, (SELECT 'note' AS name UNION ALL SELECT 'handle') n
WHERE u.id IS NOT json_extract(r.body, '$.about.id')
  AND (u.role = 'administrator'
       OR (u.role = 'brm' AND EXISTS (
               SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = r.customer_id)))
UNION ALL
SELECT r.id, u.id, 'note'
FROM complaint r, user u
WHERE json_extract(r.body, '$.confidential') IS NOT 1
  AND (u.role = 'agent'
       OR (u.role = 'customer_manager' AND u.customer_id = r.customer_id AND u.id <> r.person_id));
