-- A subquery over views that was coded twice (for the rows of a RIGHT JOIN without a match) opened them in the first copy only.
CREATE TABLE t2 (c1, c2, c3)
CREATE VIEW v3 (k0, k1) AS SELECT c2, c3 FROM t2
CREATE TABLE t4 (a)
INSERT INTO t4 VALUES (1)
CREATE TABLE t6 (c1 NOT NULL)
SELECT 1 FROM t6 AS q1 RIGHT JOIN t4 AS q2 WHERE (q1.c1 NOT IN (SELECT 1 FROM v3 AS q3 FULL JOIN v3 AS q4 ON q3.k0 = q4.k1))
