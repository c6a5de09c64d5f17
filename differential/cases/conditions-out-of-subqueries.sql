-- A column of a merged subquery that stands in an ON clause may be several conditions.
CREATE TABLE t0 (c0 INT)
CREATE VIEW v0 AS SELECT (NULL AND 5) AS c0 FROM t0
INSERT INTO t0 (c0) VALUES (NULL)
SELECT count(*) FROM v0 LEFT JOIN t0 ON v0.c0
SELECT * FROM v0 LEFT JOIN t0 ON v0.c0
SELECT * FROM v0 LEFT JOIN t0 ON v0.c0 COLLATE nocase
SELECT * FROM v0 LEFT JOIN t0 ON likely(v0.c0)
SELECT * FROM t0 AS b, (SELECT (1 AND t0.rowid > 1) AS c0 FROM t0) AS a LEFT JOIN t0 ON a.c0
SELECT * FROM t0 AS b LEFT JOIN (SELECT (c0 IS NULL AND rowid > 1) AS x FROM t0) AS a ON a.x
SELECT * FROM t0 AS b LEFT JOIN (SELECT likely(c0 IS NULL AND rowid = 1) AS x FROM t0) AS a ON a.x
SELECT * FROM t0 AS b FULL JOIN (SELECT (c0 IS NULL AND rowid > 1) AS x FROM t0) AS a ON unlikely(a.x)
-- The key of an index on an expression has the expression's affinity.
CREATE TABLE x1 (a INTEGER PRIMARY KEY, b)
INSERT INTO x1 VALUES (1, 123), (2, '123'), (3, '123abc'), (4, 123.0), (5, 1234)
CREATE INDEX x1t ON x1 (CAST(b AS TEXT))
SELECT a, b FROM x1 WHERE CAST(b AS TEXT) = 123
SELECT a, b FROM x1 WHERE CAST(b AS TEXT) > 123
SELECT a, b FROM x1 WHERE CAST(b AS TEXT) IN (123, '1234')
SELECT x1.a, y.a FROM x1, x1 AS y WHERE CAST(x1.b AS TEXT) = y.b
CREATE INDEX x1i ON x1 (CAST(b AS INTEGER))
SELECT a, b FROM x1 WHERE CAST(b AS INTEGER) = '123'
SELECT a, b FROM x1 WHERE CAST(b AS INTEGER) BETWEEN '123' AND '1233'
CREATE INDEX x1n ON x1 (b + 0)
SELECT a, b FROM x1 WHERE b + 0 = '123'
SELECT a, b FROM x1 WHERE b + 0 = 123
CREATE INDEX x1s ON x1 (substr(b, 1, 3))
SELECT a, b FROM x1 WHERE substr(b, 1, 3) = 123
