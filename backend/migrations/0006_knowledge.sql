-- What is worth reading before one asks: seen by those who see the service it is about, and what is about
-- no service by everybody.
CREATE VIEW article AS SELECT * FROM record WHERE kind = 'article';

CREATE VIEW sight_of_article AS
SELECT a.id AS id, v.class AS class, v.scope AS scope, v.person AS person, 0 AS level
FROM article a JOIN sight_of_service v ON v.id = json_extract(a.body, '$.service')
UNION
SELECT a.id, 'staff', '', '', 0 FROM article a
UNION
SELECT a.id, 'all', '', '', 0 FROM article a WHERE json_extract(a.body, '$.service') IS NULL;
