-- ANALYZE writes the same samples into sqlite_stat4: tables with and without rowid, partial, descending and expression indexes, reals, NULLs; none
-- with analysis_limit. Of several tables the order of the rows is that of SQLite's hash table.
CREATE TABLE t(a, b TEXT COLLATE NOCASE, c REAL, d);
CREATE INDEX t1 ON t(a, b);
CREATE INDEX t2 ON t(c);
CREATE INDEX t3 ON t(b) WHERE d = 1;
CREATE INDEX t4 ON t(a + 1, d DESC);
CREATE TABLE w(a, b, c, PRIMARY KEY(a, b)) WITHOUT ROWID;
CREATE INDEX w1 ON w(c);
CREATE INDEX w2 ON w(c, b);
CREATE TABLE u(x UNIQUE, y NOT NULL UNIQUE);
CREATE TABLE e(x);
CREATE INDEX e1 ON e(x);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) INSERT INTO t SELECT i * i % 37 % 11, iif(i % 5, 'k' || i % 23, NULL), i % 90 / 2.0, i % 2 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO w SELECT i % 19, i, i * i % 7 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90) INSERT INTO u SELECT iif(i % 4, i, NULL), i * 3 FROM n;
ANALYZE;
SELECT * FROM sqlite_stat1;
SELECT rowid, tbl, idx, neq, nlt, ndlt, hex(sample) FROM sqlite_stat4;
DELETE FROM t WHERE a > 4;
ANALYZE t;
SELECT tbl, idx, neq, nlt, ndlt, hex(sample) FROM sqlite_stat4 WHERE tbl = 't';
ANALYZE w1;
SELECT count(*), group_concat(DISTINCT idx) FROM sqlite_stat4;
PRAGMA analysis_limit = 100;
ANALYZE;
SELECT count(*) FROM sqlite_stat4;
