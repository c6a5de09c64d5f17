-- Triggers UPDATE OF fired for generated columns that follow an assigned one and for other names of the rowid; on views they fired always.
CREATE TABLE t (a, b, g AS (a + 1), i INTEGER PRIMARY KEY)
CREATE TABLE log (x)
CREATE TRIGGER r1 AFTER UPDATE OF g ON t BEGIN INSERT INTO log VALUES ('g'); END
CREATE TRIGGER r2 AFTER UPDATE OF i ON t BEGIN INSERT INTO log VALUES ('i'); END
INSERT INTO t (a, b, i) VALUES (1, 2, 3)
UPDATE t SET a = 2
UPDATE t SET rowid = 4
UPDATE t SET i = 5
SELECT * FROM log
CREATE VIEW v AS SELECT a, b FROM t
CREATE TRIGGER r3 INSTEAD OF UPDATE OF a ON v BEGIN INSERT INTO log VALUES ('va'); END
CREATE TRIGGER r4 INSTEAD OF UPDATE OF b ON v BEGIN INSERT INTO log VALUES ('vb'); END
UPDATE v SET a = 1
UPDATE v SET b = 1
UPDATE v SET b = 1, a = 1
SELECT * FROM log
-- Width of what is assigned to a row of columns: looked at after all names.
CREATE TABLE wide (a, b)
UPDATE wide SET (a, b) = (SELECT 1), nope = 1
UPDATE wide SET (a, b) = (SELECT 1), a = nope
UPDATE wide SET (a, b) = (SELECT 1)
UPDATE wide SET (a) = (SELECT 1, 2)
UPDATE wide SET a = (SELECT 1, 2)
UPDATE wide SET a = (1, 2)
UPDATE wide SET (a) = (1, 2)
UPDATE wide SET (a) = (SELECT 1)
UPDATE wide SET (a, b) = (SELECT * FROM wide)
