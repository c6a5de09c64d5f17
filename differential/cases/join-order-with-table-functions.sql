-- A loop over a table-valued function orders nothing, so a join with it is sorted at the full cost; the empty table is outermost, and
-- the pragma of a view that cannot be read never runs.
CREATE TABLE t0 (x);
CREATE VIEW v1 AS SELECT x FROM t0;
DROP TABLE t0;
CREATE TABLE t1 (c1, c2);
SELECT DISTINCT q.name FROM pragma_table_info('v1') AS q, t1;
SELECT t1.c2 FROM pragma_table_info('v1') AS q, t1 ORDER BY t1.c2;
SELECT count(*) FROM pragma_table_info('v1') AS q, t1 GROUP BY q.name + t1.c2;
SELECT q.name FROM pragma_table_info('v1') AS q, t1;
