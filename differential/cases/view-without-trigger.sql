-- UPDATE of a view looked for the columns of SET before it looked for an INSTEAD OF trigger.
CREATE TABLE t (a, b)
CREATE VIEW v AS SELECT a, b FROM t
UPDATE v SET nope = 1
UPDATE v SET a = nope
INSERT INTO v (nope) VALUES (1)
DELETE FROM v WHERE nope
CREATE TRIGGER r INSTEAD OF UPDATE OF a ON v BEGIN INSERT INTO t VALUES (new.a, new.b); END
UPDATE v SET nope = 1
UPDATE v SET b = 1
UPDATE v SET a = 1, nope = 1
INSERT INTO t VALUES (1, 2)
UPDATE v SET a = 3
SELECT * FROM t
