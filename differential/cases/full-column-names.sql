CREATE TABLE test1 (f1 INT, f2 INT)
INSERT INTO test1 VALUES (11, 22)
CREATE VIEW v AS SELECT f1 AS x, f2 + 1 FROM test1
PRAGMA short_column_names = OFF
SELECT * FROM test1
SELECT * FROM v
SELECT f1, a.f2 FROM test1 a
PRAGMA full_column_names = ON
SELECT * FROM test1 a, test1 b
SELECT * FROM test1 a, (SELECT 5, 6)
SELECT * FROM test1 a, (SELECT 5 AS x, 6 AS y) AS b
SELECT b.* FROM (SELECT * FROM test1) AS b
SELECT a.f1, b.f2, rowid FROM test1 a, (SELECT f2 FROM test1) b
SELECT *, rowid FROM v
SELECT * FROM (test1 JOIN v)
INSERT INTO test1 VALUES (1, 2) RETURNING *, f1
CREATE TABLE copy AS SELECT * FROM test1
SELECT sql FROM sqlite_schema WHERE name = 'copy'
PRAGMA short_column_names = ON
SELECT *, rowid FROM test1 a, v
