-- An operand that contains a subquery is evaluated after one that doesn't, and not at all when that is NULL already; not in BETWEEN.
CREATE TABLE t (a);
INSERT INTO t VALUES (1);
SELECT (NOT EXISTS (SELECT 1 FROM t WHERE (x'13' -> '[1]') NOTNULL)) | (NULL COLLATE BINARY);
SELECT (SELECT x'13' -> '[1]' FROM t) + NULL;
SELECT NULL || (SELECT x'13' -> '[1]' FROM t);
SELECT (SELECT x'13' -> '[1]' FROM t) || a FROM t;
SELECT nullif(a, 1) * (SELECT x'13' -> '[1]' FROM t) FROM t;
SELECT a FROM t WHERE (a IN (SELECT x'13' -> '[1]' FROM t)) OR a = 1;
SELECT a FROM t WHERE NOT ((a IN (SELECT x'13' -> '[1]' FROM t)) AND a = 2);
SELECT CASE WHEN (SELECT x'13' -> '[1]' FROM t) OR a = 1 THEN 2 END FROM t;
SELECT CASE WHEN (SELECT x'13' -> '[1]' FROM t) AND a = 2 THEN 2 END FROM t;
SELECT NULL BETWEEN 1 AND (SELECT x'13' -> '[1]' FROM t);
SELECT (SELECT x'13' -> '[1]' FROM t) BETWEEN NULL AND 2;
SELECT a FROM t WHERE a BETWEEN (SELECT x'13' -> '[1]' FROM t) AND 0;
SELECT a FROM t WHERE a BETWEEN 2 AND (SELECT x'13' -> '[1]' FROM t);
