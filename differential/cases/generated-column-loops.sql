-- A loop through a stored column is an error of writing, not of CREATE TABLE; with several columns in the loop SQLite names the last one.
CREATE TABLE t1(a, b AS (b || 1) STORED)
INSERT INTO t1 VALUES(1)
SELECT * FROM t1
CREATE TABLE t2(a, b AS (c || 1), c AS (b))
CREATE TABLE t3(a, b AS (c || 1), c AS (b) STORED)
INSERT INTO t3 VALUES(1)
CREATE TABLE t4(a)
INSERT INTO t4 VALUES(1)
ALTER TABLE t4 ADD x AS (x)
SELECT * FROM t4
