-- Of several aggregates that nobody computes the one that is coded last is named.
CREATE TABLE t8 (c1, c2);
CREATE TABLE t3 (d1, d2);
SELECT 1 FROM t3 WHERE ('a', d1) <> (SELECT median(d1), min(d2) FROM t8 GROUP BY c1);
SELECT 1 FROM t3 WHERE ('a', d1) NOT IN (SELECT (min(DISTINCT d1) || 'x'), (group_concat(d2) || 'x') FROM t8 GROUP BY c1);
SELECT 1 FROM t3 WHERE d1 IN (SELECT total(d1) FROM t8 GROUP BY c1 HAVING group_concat(d2) IS NOT 3);
SELECT EXISTS (SELECT c1 FROM t8 WHERE max(d1) > 1), sum(d2) FROM t3 WHERE EXISTS (SELECT 1 FROM t8 WHERE max(d1) > 1);
-- Numbers of GROUP BY and ORDER BY that are too large come after what is wrong with other terms.
SELECT c1 FROM t8 GROUP BY 9 COLLATE RTRIM, nope;
SELECT c1 FROM t8 ORDER BY 9, nope;
SELECT c1 FROM t8 ORDER BY 0, nope;
SELECT c1 FROM t8 ORDER BY 70000, nope;
SELECT c1 FROM t8 ORDER BY 9, 1;
-- A truth test is looked at after a wrong call, other operators are not.
SELECT sum(t8.nope) FILTER (WHERE t8.other IS FALSE) FROM t8;
SELECT sum(t8.nope) FILTER (WHERE t8.other IS 5) FROM t8;
-- x IN () is the word FALSE.
SELECT 'null' IS (c1 IN ()), 1 IS (c1 NOT IN ()), 5 IS (abs(c1) IN ()), 5 IS NOT (c1 NOT IN ()) FROM (SELECT 1 AS c1);
SELECT 1 WHERE 4 IS (7 NOT IN ());
-- An aggregate as a term of GROUP BY is wrong when the statement is prepared.
SELECT 1, total(c1), sum(c2) FROM t8 GROUP BY (3 COLLATE BINARY);
SELECT 1, total(c1), sum(c2) FROM t8 GROUP BY (3 COLLATE BINARY), (2 COLLATE BINARY) ORDER BY 2;
-- A row subquery that cannot be coded counts as one value.
CREATE INDEX i8 ON t8 (c2) WHERE c1 > 5;
SELECT 1 FROM t3 WHERE (d1, d2) IS (SELECT c1, c2 FROM t8 INDEXED BY i8);
SELECT 1 FROM t3 WHERE (d1, d2) = (SELECT c1, max(d2) FROM t8 GROUP BY c1);
SELECT 1 FROM t3 WHERE d1 = (SELECT c1 FROM t8 INDEXED BY i8);
UPDATE t3 SET (d1, d2) = (SELECT c1, c2 FROM t8 INDEXED BY i8);
