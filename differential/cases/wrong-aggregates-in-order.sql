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
