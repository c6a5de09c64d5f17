-- Looking for missing tables ran in circles through common tables that read each other.
CREATE TABLE t (a)
WITH x AS (SELECT * FROM y), y AS (SELECT * FROM x) SELECT * FROM x
WITH x AS (SELECT * FROM x) SELECT * FROM x
WITH RECURSIVE x(a) AS (SELECT 1 UNION SELECT a + 1 FROM x, missing) SELECT nope FROM x
WITH RECURSIVE x(a) AS (SELECT 1 UNION SELECT a + nope FROM x) SELECT a FROM x
