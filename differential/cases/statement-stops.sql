-- Which of several errors is reported, and what is not evaluated: unused columns of FROM subqueries, operands that a constant decides; names
-- in ON CONFLICT never mean the INTEGER PRIMARY KEY inside an index.
CREATE TABLE t (a, b, c, r REAL)
CREATE TABLE u (x, y)
INSERT INTO t VALUES (1, 2, 3, 5.0), (3, 4, NULL, NULL)
INSERT INTO u VALUES (1, 2)
CREATE VIEW v AS SELECT a, json(b || '{') AS j FROM t
SELECT q1.c1 FROM (SELECT 1 AS c1, (NULL NOT IN (NULL, NULL, 'b', like(-2, 'null', 0xff))) AS c3) AS q1 ORDER BY 1
SELECT v.a FROM t LEFT JOIN v ON v.a = t.a
SELECT c2 FROM (SELECT json('{') AS c1, a AS c2 FROM t UNION ALL SELECT json('{'), b FROM t ORDER BY 2)
SELECT c2 FROM (SELECT json('{') AS c1, a AS c2 FROM t UNION ALL SELECT json('{'), b FROM t ORDER BY 1)
SELECT count(*) FROM (SELECT json('{') AS c1, a AS c2 FROM t LIMIT 1)
SELECT c2 FROM (SELECT DISTINCT json('{') AS c1, a AS c2 FROM t)
SELECT DISTINCT json('{'), 256 ORDER BY 1 LIMIT 3 OFFSET 1
SELECT 1 FROM t WHERE NOT (EXISTS (SELECT 1 FROM u GROUP BY y HAVING sum(t.a) IS NOT 1) OR 'null' IS NOT NULL)
SELECT 1 FROM t WHERE NOT (EXISTS (SELECT 1 FROM u GROUP BY y HAVING sum(t.a) IS NOT 1) OR 'null')
SELECT a AND 0, a OR 1, a AND 1, a OR 0, 'x' AND 1, 2 OR 0, NULL AND 1, NULL OR 0, NULL AND 0, NULL OR 1, 1 AND a, 0 OR a, (a AND 1) + 1, NOT (a OR 0) FROM t
SELECT json('{') AND 0, 1 OR json('{') FROM t
SELECT json('{') AND 1 FROM t
SELECT * FROM t LEFT JOIN u ON 1 AND 0
SELECT * FROM t LEFT JOIN u ON 1 OR x
CREATE TABLE p (k INTEGER PRIMARY KEY, b, UNIQUE (b, k))
INSERT INTO p VALUES (1, 2) ON CONFLICT (b, k) DO NOTHING
INSERT INTO p VALUES (1, 2) ON CONFLICT (rowid, b) DO NOTHING
INSERT INTO v VALUES (1, 2) ON CONFLICT (a) DO NOTHING
CREATE TABLE child (c REFERENCES t (nope))
CREATE TRIGGER g BEFORE INSERT ON child BEGIN INSERT INTO missing VALUES (new.c); END
INSERT INTO child VALUES (1)
CREATE VIEW broken AS SELECT ln(1, 2) AS c
SELECT atan2(1), broken.c FROM broken
