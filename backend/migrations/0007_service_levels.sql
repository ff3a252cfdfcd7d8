-- What was agreed with customers, the clocks that run for their tickets, and approvals.
CREATE VIEW agreement AS SELECT * FROM record WHERE kind = 'agreement';
CREATE VIEW service_clock AS SELECT * FROM record WHERE kind = 'service_clock';

-- Everybody of the customer knows what was promised.
CREATE VIEW sight_of_agreement AS
SELECT a.id AS id, 'cust' AS class, a.customer_id AS scope, '' AS person, 0 AS level FROM agreement a
UNION ALL SELECT a.id, 'brm', a.customer_id, '', 0 FROM agreement a
UNION ALL SELECT a.id, 'staff', a.customer_id, '', 0 FROM agreement a;

-- A clock is seen by those who see its ticket.
CREATE VIEW sight_of_service_clock AS
SELECT c.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM service_clock c JOIN sight_of_ticket v ON v.id = c.parent_id;

-- An approval is seen by those who see its request.
CREATE VIEW approval AS SELECT * FROM record WHERE kind = 'approval';
CREATE VIEW sight_of_approval AS
SELECT a.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM approval a JOIN sight_of_ticket v ON v.id = a.parent_id;

-- Who decides: a manager of the customer, though not about his own request, or the service desk for him.
CREATE VIEW approval_right AS
SELECT a.id AS approval_id, u.id AS user_id
FROM approval a, user u
WHERE u.role IN ('agent', 'administrator')
   OR (u.role = 'customer_manager' AND u.customer_id = a.customer_id AND u.id IS NOT a.person_id);
