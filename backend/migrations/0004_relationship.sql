-- What relationship managers keep about customers.
CREATE VIEW relationship_manager AS SELECT * FROM record WHERE kind = 'relationship_manager';
CREATE VIEW contact AS SELECT * FROM record WHERE kind = 'contact';
CREATE VIEW interaction AS SELECT * FROM record WHERE kind = 'interaction';
CREATE VIEW action AS SELECT * FROM record WHERE kind = 'action';
CREATE VIEW review AS SELECT * FROM record WHERE kind = 'review';

-- Everybody of the customer knows who looks after it, now and before.
CREATE VIEW sight_of_relationship_manager AS
SELECT r.id AS id, 'cust' AS class, r.customer_id AS scope, '' AS person, 0 AS level
FROM relationship_manager r
UNION ALL SELECT r.id, 'brm', r.customer_id, '', 0 FROM relationship_manager r
UNION ALL SELECT r.id, 'staff', r.customer_id, '', 0 FROM relationship_manager r;

CREATE VIEW sight_of_contact AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level FROM contact r
UNION ALL SELECT r.id, 'role:administrator', '', '', 0 FROM contact r;

CREATE VIEW sight_of_interaction AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level FROM interaction r
UNION ALL SELECT r.id, 'role:administrator', '', '', 0 FROM interaction r;

-- What was agreed is seen by the customer's managers, and always by who is to do it.
CREATE VIEW sight_of_action AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level FROM action r
UNION ALL SELECT r.id, 'role:administrator', '', '', 0 FROM action r
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM action r WHERE json_extract(r.body, '$.shared') = 1
UNION ALL
SELECT r.id, 'own', r.customer_id, r.person_id, 0
FROM action r WHERE json_extract(r.body, '$.shared') = 1 AND r.person_id IS NOT NULL;

-- A review is seen by the customer's managers once its minutes are shared.
CREATE VIEW sight_of_review AS
SELECT r.id AS id, 'brm' AS class, r.customer_id AS scope, '' AS person, 0 AS level FROM review r
UNION ALL SELECT r.id, 'role:administrator', '', '', 0 FROM review r
UNION ALL
SELECT r.id, 'org', r.customer_id, '', 0
FROM review r WHERE json_extract(r.body, '$.state') IN ('shared', 'signed');

-- Writing. `keep`: write about a customer as its relationship manager. `agree`: agree to what is shared
-- for the customer.
CREATE VIEW relationship_right AS
SELECT c.id AS customer_id, u.id AS user_id, 'keep' AS name
FROM customer c, user u
WHERE u.role = 'administrator'
   OR (u.role = 'brm' AND EXISTS (
           SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = c.id))
UNION ALL
SELECT c.id, u.id, 'agree'
FROM customer c, user u WHERE u.role = 'customer_manager' AND u.customer_id = c.id;
