-- Subqueries in fields of rows are evaluated though the other field is NULL.
CREATE TABLE t (c1, c2)
INSERT INTO t VALUES (1, 2)
SELECT 1 FROM json_each('[1,2,{"a":3}]') AS q1 WHERE ((q1."parent", 5) <> ((128 IN (SELECT (x'13' -> NULL))), CASE WHEN 1.5 THEN NULL WHEN q1."path" THEN q1."type" END))
SELECT 1 FROM json_each('[1]') AS q1 WHERE ((q1."parent", 5) <> ((128 IN (SELECT (x'13' -> NULL))), NULL))
SELECT 1 FROM t AS q1 WHERE ((c1, 5) <> ((128 IN (SELECT (x'13' -> NULL))), NULL))
SELECT 1 FROM t AS q1 WHERE c1 <> (128 IN (SELECT (x'13' -> NULL)))
SELECT 1 FROM t AS q1 WHERE (NULL, 5) <> ((128 IN (SELECT (x'13' -> NULL))), NULL)
SELECT 1 FROM t AS q1 WHERE (c1, 5) = ((128 IN (SELECT (x'13' -> NULL))), c2)
SELECT ((c1, 5) <> ((128 IN (SELECT (x'13' -> NULL))), NULL)) FROM t AS q1
SELECT (x'13' -> NULL)
SELECT (x'13' -> NULL) FROM t
SELECT (NULL, 5) <> ((128 IN (SELECT (x'13' -> 1))), c2) FROM t
SELECT 128 IN (SELECT (x'13' -> NULL))
SELECT NULL IN (SELECT (x'13' -> NULL))
