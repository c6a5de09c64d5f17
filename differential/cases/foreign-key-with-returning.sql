-- With RETURNING a foreign key is checked at the end of the statement, so the row was inserted (last_insert_rowid) before it fails; UPDATE FROM
-- looks for the names in SET before it looks at FROM.
CREATE TABLE p (a PRIMARY KEY)
CREATE TABLE c (k INTEGER PRIMARY KEY, a REFERENCES p (a))
INSERT INTO c VALUES (2, NULL)
INSERT INTO c VALUES (22, 7) RETURNING *
SELECT last_insert_rowid()
INSERT INTO c VALUES (23, 7)
SELECT last_insert_rowid()
UPDATE c SET nope = 1 FROM (SELECT nope2) AS s
UPDATE c SET a = 5 WHERE k = 2 RETURNING *
SELECT * FROM c
SELECT 1 FROM missing UNION SELECT 1 FROM json_each('[]') JOIN p USING (c1)
