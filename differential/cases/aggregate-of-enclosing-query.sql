-- An aggregate of an enclosing query inside WHERE is an error, but merging a view into the subquery makes it the subquery's own.
CREATE TABLE t (c1)
CREATE TABLE u (c1)
INSERT INTO t VALUES (5), (6), (6)
INSERT INTO u VALUES (1), (2)
CREATE VIEW v AS SELECT c1 FROM u
SELECT c1 FROM t AS q1 WHERE (SELECT avg(q1.c1) FROM u GROUP BY q1.c1) > 0
SELECT c1 FROM t AS q1 WHERE (SELECT avg(q1.c1) FROM v GROUP BY q1.c1) > 0
SELECT c1 FROM t AS q1 WHERE (SELECT avg(q1.c1) FROM v) > 0
SELECT c1 FROM t AS q1 WHERE (SELECT 1 FROM v GROUP BY c1 HAVING avg(q1.c1) > 0) > 0
SELECT c1 FROM t AS q1 WHERE 6 IN (SELECT avg(q1.c1) FROM v GROUP BY q1.c1)
SELECT (SELECT avg(q1.c1) FROM v GROUP BY c1) FROM t AS q1
SELECT c1, (SELECT sum(q1.c1) + count(*) FROM v GROUP BY v.c1) FROM t AS q1 GROUP BY c1
-- Where a view is merged into the subquery, the call becomes the subquery's own; with max() the group's keys are of its row.
CREATE TABLE keyed (c1, c2)
INSERT INTO keyed VALUES (1, 2), (2, 3), (1, 1)
CREATE VIEW keys AS SELECT c2 AS k FROM keyed
SELECT o.c1 FROM keyed AS o WHERE 12 NOT IN (SELECT k + 1 FROM keys GROUP BY k + 1 HAVING max(o.c2) > 1)
SELECT o.c1 FROM keyed AS o WHERE 12 NOT IN (SELECT CASE WHEN k THEN 1 ELSE 0 END || 'x' FROM keys GROUP BY CASE WHEN k THEN 1 ELSE 0 END HAVING max(DISTINCT o.c2) > 1)
SELECT o.c1 FROM keyed AS o WHERE 3 IN (SELECT k + 1 FROM keys GROUP BY k + 1 HAVING sum(o.c2) > 1)
