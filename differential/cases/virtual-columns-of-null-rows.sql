-- A virtual column of a row of NULLs, which an outer join brings, is NULL, whatever its expression makes of NULLs.
CREATE TABLE t1 (a ANY, b INT GENERATED ALWAYS AS (quote(a)) VIRTUAL) STRICT;
CREATE TABLE t2 (a, b AS (coalesce(a, 'none')), c AS (b || '!'));
CREATE TABLE t3 (x, y);
INSERT INTO t3 VALUES (1, 2), (3, 4);
SELECT b FROM t3 LEFT JOIN t1 ON a = x;
SELECT t1.b, t2.b, t2.c FROM t1 FULL JOIN t3 ON 0 FULL JOIN t2 ON 0;
SELECT b, c, b IS NULL FROM t3 LEFT JOIN t2 ON 0 ORDER BY b;
SELECT sum(x) OVER (ORDER BY b, x) FROM t2 RIGHT JOIN t3 ON a = x;
INSERT INTO t2 VALUES (1), (NULL);
SELECT x, a, b, c FROM t3 LEFT JOIN t2 ON a = x;
SELECT count(b), max(c) FROM t3 LEFT JOIN t2 ON a = x;
CREATE INDEX i2 ON t2 (a);
SELECT x, b FROM t3 LEFT JOIN t2 INDEXED BY i2 ON a = x;
CREATE INDEX i3 ON t2 (a, b);
SELECT x, a, b FROM t3 LEFT JOIN t2 INDEXED BY i3 ON a = x;
SELECT x, c FROM t3 LEFT JOIN t2 INDEXED BY i3 ON a = x;
SELECT x, c FROM t2 RIGHT JOIN t3 ON a = x ORDER BY x;
