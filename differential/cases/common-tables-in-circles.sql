-- Looking for missing tables ran in circles through common tables that read each other.
CREATE TABLE t (a)
WITH x AS (SELECT * FROM y), y AS (SELECT * FROM x) SELECT * FROM x
WITH x AS (SELECT * FROM x) SELECT * FROM x
WITH RECURSIVE x(a) AS (SELECT 1 UNION SELECT a + 1 FROM x, missing) SELECT nope FROM x
WITH RECURSIVE x(a) AS (SELECT 1 UNION SELECT a + nope FROM x) SELECT a FROM x
-- Cores of a recursive table with another number of columns were not noticed, and the query never ended.
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT 1, 2 FROM x) SELECT * FROM x
WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT *, 1 FROM x) SELECT * FROM x
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT 1 FROM x UNION ALL SELECT 1, 2 FROM x) SELECT * FROM x
