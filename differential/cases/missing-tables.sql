-- What is wrong with the tables of a statement, in the order in which SQLite looks for them.
CREATE TABLE t (a, b)
WITH x AS (SELECT * FROM y), y AS (SELECT * FROM x) SELECT * FROM x, missing
WITH x AS (SELECT * FROM y), y AS (SELECT * FROM x) SELECT * FROM missing, x
WITH x AS (SELECT * FROM y, missing), y AS (SELECT * FROM x) SELECT * FROM x
WITH x AS (SELECT * FROM missing, y), y AS (SELECT * FROM x) SELECT * FROM x
WITH x AS (SELECT * FROM x) SELECT * FROM x, missing
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM t WHERE a IN x LIMIT 3) SELECT * FROM x
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM x, missing) SELECT nope FROM x
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM x, x) SELECT nope FROM x, missing
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM x, (SELECT * FROM x)) SELECT nope FROM x
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM x WHERE n IN (SELECT n FROM x)) SELECT nope FROM x
WITH x(n) AS (SELECT 1 UNION ALL SELECT n FROM x WHERE n IN x) SELECT nope FROM x
WITH x(n) AS (SELECT 1, 2 UNION ALL SELECT n FROM x) SELECT nope FROM missing, x
WITH x(n) AS (SELECT 1, 2 UNION ALL SELECT n FROM x) SELECT nope FROM x, missing
WITH x(n) AS (SELECT nope FROM t UNION ALL SELECT n FROM x) SELECT 1 FROM x, missing
WITH x(n) AS (SELECT nope FROM t) SELECT 1 FROM t WHERE a IN missing
SELECT nope FROM t WHERE a IN missing
SELECT nope FROM t JOIN t AS u ON a IN (SELECT 1 FROM missing1) WHERE a IN (SELECT 1 FROM missing2)
SELECT (SELECT 1 FROM missing3), nope FROM t JOIN t AS u ON u.a IN (SELECT 1 FROM missing1) WHERE t.a IN (SELECT 1 FROM missing2)
SELECT nope FROM t UNION SELECT 1 FROM missing ORDER BY (SELECT 1 FROM missing2)
SELECT nope FROM missing UNION SELECT 1 FROM t ORDER BY (SELECT 1 FROM missing2)
SELECT nope FROM t GROUP BY (SELECT 1 FROM missing1) ORDER BY (SELECT 1 FROM missing2) LIMIT (SELECT 1 FROM missing3)
SELECT nope, sum(a) OVER (ORDER BY (SELECT 1 FROM missing)) FROM t
SELECT nope, sum(a) OVER w FROM t WINDOW w AS (ORDER BY (SELECT 1 FROM missing))
SELECT nope, group_concat(a ORDER BY (SELECT 1 FROM missing)) FROM t
SELECT nope FROM t, json_each((SELECT 1 FROM missing))
SELECT nope FROM t, (SELECT * FROM missing1) WHERE a IN (SELECT 1 FROM missing2)
SELECT nope FROM t, (SELECT * FROM t WHERE a IN (SELECT 1 FROM missing1)), missing2
SELECT nope FROM t NATURAL JOIN t AS u JOIN missing2 USING (q)
SELECT nope FROM t JOIN t AS u USING (q), missing2
SELECT x.* FROM t WHERE a IN (SELECT 1 FROM missing)
SELECT * WHERE (SELECT 1 FROM missing)
SELECT x.*, nope FROM t UNION SELECT 1 FROM missing
SELECT 1 FROM missing UNION SELECT x.*, nope FROM t
SELECT nope FROM t(1)
SELECT nope FROM t(1), missing
WITH x AS (SELECT 1) SELECT nope FROM x(1), missing
SELECT nope FROM t INDEXED BY q, missing
SELECT nope FROM missing, t INDEXED BY q
SELECT nope FROM json_each(1,2,3,4,5), missing
DELETE FROM t WHERE nope AND a IN (SELECT 1 FROM missing)
UPDATE t SET a = nope WHERE a IN (SELECT 1 FROM missing)
UPDATE t SET a = nope FROM missing
INSERT INTO t SELECT nope, 1 FROM t, missing
INSERT INTO t SELECT nope, 1 FROM t RETURNING (SELECT 1 FROM missing)
