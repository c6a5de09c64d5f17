-- A function that failed on a later row left the rows changed before it, and a failed CREATE INDEX left its index.
CREATE TABLE t (a)
INSERT INTO t VALUES (1), (2), (-9223372036854775808)
BEGIN
UPDATE t SET a = abs(a) + 10
SELECT * FROM t
INSERT INTO t SELECT abs(a) FROM t
SELECT * FROM t
CREATE INDEX i ON t (abs(a))
SELECT name FROM sqlite_schema
PRAGMA integrity_check
CREATE TABLE u AS SELECT abs(a) FROM t
SELECT name FROM sqlite_schema
COMMIT
PRAGMA integrity_check
