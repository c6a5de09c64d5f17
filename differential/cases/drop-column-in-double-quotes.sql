-- After DROP COLUMN a double-quoted word that named the column is no string.
CREATE TABLE t1 (a, b, c, CHECK (a <> "b"))
ALTER TABLE t1 DROP COLUMN b
CREATE TABLE t2 (a, b, c AS (a || "b"))
ALTER TABLE t2 DROP COLUMN b
CREATE TABLE t3 (a, b, c)
CREATE INDEX i3 ON t3 (a) WHERE "b" > 1
ALTER TABLE t3 DROP COLUMN b
CREATE VIEW v AS SELECT "b" FROM t3
ALTER TABLE t3 DROP COLUMN b
ALTER TABLE t3 RENAME COLUMN b TO d
SELECT name, sql FROM sqlite_schema
