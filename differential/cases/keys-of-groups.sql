-- Only the result column that GROUP BY means shows the group's key; what else equals it is computed from a row of the group.
CREATE TABLE t17 (c1 INT, c2 REAL GENERATED ALWAYS AS (+c1) VIRTUAL, c3 INTEGER NULL);
CREATE TABLE t18 (c1 BLOB PRIMARY KEY) STRICT;
INSERT INTO t17 (c1, c3) VALUES (29, NULL), (-1, 30);
SELECT coalesce(c2, c1, 1) AS x, coalesce(c2, c1, 1) FROM t17 GROUP BY coalesce(c2, c1, 1);
SELECT coalesce(c2, c1, 1) AS x, coalesce(c2, c1, 1) FROM t17 GROUP BY coalesce(c2, c1, 1) ORDER BY 1, 2;
SELECT coalesce(c2, c1, 1) AS x, coalesce(c2, c1, 1) FROM t17 GROUP BY x;
SELECT coalesce(c2, c1, 1) AS x, coalesce(c2, c1, 1) FROM t17 GROUP BY 1;
SELECT coalesce(c2, c1, 1) FROM t17 GROUP BY 1 ORDER BY 1;
SELECT coalesce(c2, c1, 1) FROM t17 GROUP BY 1 ORDER BY 1 DESC LIMIT 1;
SELECT DISTINCT coalesce(c2, c1, 1) FROM t17 GROUP BY 1, c3 ORDER BY 1;
SELECT coalesce(c2, c1, 1) || 'x', typeof(coalesce(c2, c1, 1)) FROM t17 GROUP BY coalesce(c2, c1, 1) HAVING typeof(coalesce(c2, c1, 1)) = 'real';
SELECT DISTINCT coalesce(c2, c1, 1), c2 FROM t17;
SELECT coalesce(q2.c2, q2.c1, 1) AS x, coalesce(q2.c2, q2.c1, 1) FROM t18 AS q1 FULL JOIN t17 AS q2 ON q1.c1 = q2.c3 GROUP BY 1 ORDER BY 1, 2;
CREATE TABLE t2 (c1 TEXT, c2 TEXT);
INSERT INTO t2 VALUES ('0', '5'), ('0.0', '7'), ('1', '3'), ('1.0', '2');
SELECT c1 / c2, max(c1) FROM t2 GROUP BY c1 / c2;
SELECT c1 + 0 AS k, max(c2), count(*) FROM t2 GROUP BY c1 + 0 HAVING max(c2) > 0 ORDER BY 1;
SELECT c1 + 0 AS k, min(c2), c1 + 0 FROM t2 GROUP BY c1 + 0;
SELECT c1 + 0, min(c2) FROM t2 GROUP BY c1 + 0 ORDER BY c1 + 0;
WITH q AS (SELECT c1 + 0 AS k, max(c1) AS m FROM t2 GROUP BY c1 + 0) SELECT a.k, b.k FROM q AS a JOIN q AS b ON a.k IS b.k ORDER BY 1;
-- DISTINCT of EXISTS means nothing: its columns are not evaluated. Terms are pushed into a subquery the last one first.
SELECT 1 FROM t2 WHERE EXISTS (SELECT DISTINCT x'13' ->> '$.a' FROM t17 FULL JOIN t18 ON 1);
CREATE VIEW v5 AS SELECT json_quote(x'61') AS c1, -2 AS c2;
SELECT 1 FROM v5 AS q CROSS JOIN t2 WHERE q.c1 = abs(7) AND q.c2 = radians(4);
SELECT 1 FROM v5 AS q CROSS JOIN t2 WHERE q.c2 = radians(4) AND q.c1 = abs(7);
-- DISTINCT of the last core holds for all rows of a compound that is sorted from outside.
SELECT 1, 2 FROM t2 INTERSECT SELECT 1, 2 UNION ALL SELECT 3, 4 FROM t2 UNION ALL SELECT DISTINCT 4, 5 FROM t2 ORDER BY 1, 2 COLLATE NOCASE;
