-- The columns of a view stay known when a table of another database below it goes; they are forgotten with a table or view of its own
-- database, by ALTER TABLE, VACUUM and by whatever rolls back a schema change.
CREATE TABLE t (a INT, b TEXT COLLATE NOCASE)
CREATE TABLE u (x)
CREATE TEMP VIEW known AS SELECT a, b FROM t
CREATE TEMP VIEW named (p, q) AS SELECT a, b FROM t
CREATE TEMP VIEW unknown AS SELECT a FROM t
CREATE TEMP TABLE log (v)
CREATE TEMP TRIGGER g INSTEAD OF INSERT ON known BEGIN INSERT INTO log VALUES (new.b); END
SELECT * FROM known, named
DROP TABLE t
PRAGMA table_info(known)
PRAGMA table_xinfo(named)
SELECT name, type FROM pragma_table_info('known')
PRAGMA table_info(unknown)
SELECT name FROM pragma_table_info('unknown')
INSERT INTO known VALUES (1, 'one')
INSERT INTO known (p) VALUES (1)
SELECT * FROM log
SELECT * FROM known
SELECT * FROM known, missing
SELECT * FROM missing, known
SELECT * FROM known NATURAL JOIN unknown
SELECT * FROM known JOIN u USING (nope)
SELECT nope FROM known JOIN known AS k
SELECT (SELECT 1 FROM missing) FROM known
SELECT * FROM (SELECT * FROM known), missing
CREATE TABLE t (c, d)
SELECT * FROM known
SELECT * FROM unknown
DROP TABLE t
CREATE TABLE t (b, a)
SELECT * FROM named
PRAGMA table_info(known)
CREATE TEMP TABLE other (v)
PRAGMA table_info(known)
DROP TABLE t
PRAGMA table_info(known)
DROP TABLE temp.other
PRAGMA table_info(known)
CREATE TABLE t (a, b)
PRAGMA table_info(known)
BEGIN
DROP TABLE t
PRAGMA table_info(known)
COMMIT
PRAGMA table_info(known)
EXPLAIN QUERY PLAN DROP TABLE u
PRAGMA table_info(known)
ALTER TABLE u ADD COLUMN y
PRAGMA table_info(known)
CREATE TABLE t (a, b)
PRAGMA table_info(known)
DROP TABLE t
BEGIN
CREATE TABLE w (x)
PRAGMA table_info(known)
ROLLBACK
PRAGMA table_info(known)
CREATE TABLE t (a, b)
PRAGMA table_info(known)
DROP TABLE t
BEGIN
INSERT INTO u VALUES (1, 2)
ROLLBACK
PRAGMA table_info(known)
SAVEPOINT s
CREATE TABLE w (x)
ROLLBACK TO s
RELEASE s
PRAGMA table_info(known)
CREATE TABLE t (a, b)
SELECT 1 FROM known
DROP TABLE t
PRAGMA table_info(known)
VACUUM
PRAGMA table_info(known)
CREATE TABLE t (a, b)
CREATE VIEW main.known AS SELECT * FROM t
SELECT 1 FROM main.known, temp.known
DROP TABLE t
PRAGMA main.table_info(known)
PRAGMA temp.table_info(known)
PRAGMA table_list
