-- Names and calls that are wrong go before subqueries with too many columns, and the last wrong part of an aggregate before the others.
CREATE TABLE t5 (c1, c2)
CREATE TABLE t2 (c1, c2)
SELECT median(1) FROM t5 AS q8 GROUP BY 1 HAVING avg(+(q8.nope)) FILTER (WHERE (q8.nope2 IS NULL)) > 2
SELECT avg(nope) FILTER (WHERE (q8.nope2 IS NULL)) FROM t5 AS q8
SELECT avg(nope, nope3) FILTER (WHERE (q8.nope2 IS NULL)) FROM t5 AS q8
SELECT group_concat(nope ORDER BY nope1) FILTER (WHERE (q8.nope2 IS NULL)) FROM t5 AS q8
SELECT count(*) FILTER (WHERE (q8.c1 <> q8.nope)), group_concat(0, '-, ' ORDER BY 0) FROM t5 AS q8 GROUP BY c1 HAVING avg(+(q8.nope2)) FILTER (WHERE (q8.nope3 IS NULL)) > 2
SELECT count(*) FILTER (WHERE (q8.c1 <> q8._rowid_)), group_concat(0, '-, ' ORDER BY 0) FROM (select * from t5) AS q8 GROUP BY c1 HAVING avg(+(q8._rowid_)) FILTER (WHERE (q8.c9 IS NULL)) > 2
SELECT jsonb_group_object('a', 1 ORDER BY c1) FILTER (WHERE (q8.c1 <> q8._rowid_)), 1 FROM (select * from t5) AS q8 GROUP BY c1 HAVING avg(+(q8._rowid_)) FILTER (WHERE (q8.c9 IS NULL)) > 2
SELECT sum(a.c1) FROM t2 AS a WHERE nope GROUP BY nope2
SELECT 1, (nope >> 2) AS x1 FROM t5 AS q4 WHERE q4.c1 IN t2 GROUP BY (q4.nope >> 1)
SELECT 1, (q4.nope >> 2) AS x1 FROM t5 AS q4 WHERE q4.c1 IN t2
SELECT 1 FROM t5 AS q4 WHERE q4.c1 IN t2 GROUP BY q4.nope
SELECT 1 FROM t5 AS q4 WHERE q4.c1 IN t2 AND q4.nope
SELECT 1 FROM t5 AS q4 WHERE q4.c1 IN (SELECT 1, 2) GROUP BY q4.nope
SELECT 1 FROM t5 AS q4 WHERE q4.c1 IN (SELECT 1, 2) ORDER BY q4.nope
SELECT q4.nope, c2 IN t2 FROM t5 AS q4 WHERE q4.c1 IN t2
VALUES (1) UNION SELECT 1 FROM t5 AS q4 WHERE q4.c1 IN t2 GROUP BY q4.nope
VALUES (1, 2) UNION SELECT 1, q4.nope FROM t5 AS q4 WHERE q4.c1 IN t2
VALUES (1, 2) UNION SELECT c1, nope FROM t5 UNION SELECT 1, 2 FROM t5 AS q4 WHERE q4.c1 IN t2
SELECT (SELECT 1, 2) FROM t5 ORDER BY nope
SELECT (SELECT 1, 2) FROM t5 ORDER BY 7
SELECT (SELECT 1, 2) FROM t5 ORDER BY unknown(1)
SELECT (SELECT 1, 2), abs(1, 2) FROM t5
SELECT (SELECT 1, 2), sum(sum(1)) FROM t5
SELECT (SELECT 1, 2), 1 UNION SELECT 1
SELECT (SELECT 1, 2), 1 FROM t5 LIMIT nope
SELECT (SELECT 1, 2), 1 FROM t5 GROUP BY 9
SELECT (SELECT 1, 2), 1 FROM t5 GROUP BY sum(1)
SELECT (SELECT 1, 2), 1 FROM t5 HAVING 1
SELECT 1 IN (SELECT 1, 2), 1 FROM t5, json_each(1, 2, 3, 4, 5)
SELECT 1 IN (SELECT 1, 2), (1, 2) = 3 FROM t5
SELECT (1, 2) = 3, 1 IN (SELECT 1, 2) FROM t5
SELECT 1 IN (SELECT 1, 2), (1, 2) FROM t5
SELECT 1 IN (SELECT 1, 2), raise(abort, 'x') FROM t5
SELECT * FROM (SELECT 1 IN (SELECT 1, 2)) WHERE nope
INSERT INTO t5 SELECT 1 IN (SELECT 1, 2), nope
DELETE FROM t5 WHERE 1 IN (SELECT 1, 2) RETURNING nope
CREATE VIEW v AS SELECT 1 IN (SELECT 1, 2)
SELECT nope FROM v
SELECT 1 FROM v WHERE nope
SELECT avg(nope) FILTER (WHERE nope2 IS NULL) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 ISNULL) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 + 1) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 > 1) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 LIKE 1) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 IS NOT NULL) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 NOTNULL) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 IS TRUE) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE NOT (nope2 IS NULL)) FROM t5 AS q8
SELECT avg(nope) FILTER (WHERE nope2 IS NOT TRUE) FROM t5 AS q8
