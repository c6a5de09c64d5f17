-- What SQLite looks at behind a wrong call, sizes of rows before names, columns of common tables before names.
CREATE TABLE t (c1, c2, c3)
SELECT abs(nope) -> (SELECT nope2)
SELECT (abs(nope), nope2) = (1, 2, 3)
SELECT (nope, 1) = (1, 2, 3)
SELECT (SELECT nope, 2) = (1, 2, 3)
SELECT 1 BETWEEN nope AND (1, 2)
WITH q(m, n) AS (SELECT nope) SELECT * FROM q
WITH q(m, n) AS (SELECT nope FROM missing) SELECT * FROM q
WITH q(m, n) AS (SELECT nope, 1 FROM missing) SELECT 1
WITH q AS (SELECT nope), r AS (SELECT * FROM q, missing2) SELECT * FROM r
WITH RECURSIVE r(i) AS (SELECT 1 UNION SELECT i + nope FROM r) SELECT * FROM r, missing
SELECT abs(nope) LIKE nope2
SELECT nofn(1) IS NULL + nope
SELECT nofn(1) REGEXP nope
SELECT 1 REGEXP nope
SELECT 1 NOT REGEXP 2, nope
SELECT (nofn(1) IS NULL) IN (nope, 2)
SELECT abs(1, 2) ISNULL, nope FROM t
SELECT coalesce(abs(1, 2) ISNULL, nope) FROM t
SELECT coalesce(abs(1, 2) LIKE 'a', nope) FROM t
SELECT coalesce(abs(1, 2) NOT LIKE 'a', nope) FROM t
SELECT coalesce(abs(1, 2), 5, nope) FROM t
SELECT 'a' LIKE 'b' ESCAPE 'c', 'abc' LIKE 'A%', 'abc' NOT LIKE 'x%', '{"a":1}' -> 'a', '{"a":1}' ->> '$.a', 'x' GLOB '*'
SELECT 'a' MATCH 'b'
