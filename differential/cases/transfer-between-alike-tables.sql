-- Tables are alike when their columns are, whatever they are called: rows are copied as they are, and columns are not counted.
CREATE TABLE t0 (c0 AS (TYPEOF(c1)), c1)
INSERT INTO t0 (c1) VALUES (0)
CREATE TABLE t1 (x AS (typeof(y)), y)
INSERT INTO t1 SELECT * FROM t0
SELECT * FROM t1
CREATE TABLE t2 (x AS (typeof(x2)), y, x2)
INSERT INTO t2 SELECT * FROM t0
CREATE TABLE t3 (x AS (quote(y)), y)
INSERT INTO t3 SELECT * FROM t0
CREATE TABLE a (p CHECK (p > 0), q)
CREATE TABLE b (r CHECK (R > 0), s)
CREATE TABLE c (r, s CHECK (s > 0))
PRAGMA ignore_check_constraints = on
INSERT INTO a VALUES (-1, 2)
PRAGMA ignore_check_constraints = off
INSERT INTO b SELECT * FROM a
SELECT * FROM b
INSERT INTO c SELECT * FROM a
INSERT INTO a SELECT * FROM c
CREATE INDEX ai ON a (p + q, p) WHERE q > 1
CREATE INDEX bi ON b (r + s, r) WHERE s > 1
DELETE FROM b
INSERT INTO b SELECT * FROM a
PRAGMA integrity_check
SELECT r + s, r FROM b INDEXED BY bi WHERE s > 1
