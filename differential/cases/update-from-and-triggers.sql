-- What is wrong with the rows of UPDATE FROM doesn't stop SQLite: what is wrong with a trigger is reported instead.
CREATE TABLE t1 (a, b);
CREATE TABLE t2 (a, b);
CREATE TABLE gone (x);
CREATE TRIGGER r1 AFTER UPDATE ON t1 BEGIN INSERT INTO gone VALUES (new.a); END;
UPDATE t1 SET a = 1 FROM (SELECT nope FROM t2) AS s;
UPDATE t1 SET a = typeof() FROM t2;
DROP TABLE gone;
UPDATE t1 SET a = 1 FROM (SELECT nope FROM t2) AS s;
UPDATE t1 SET a = typeof() FROM t2;
UPDATE t1 SET a = 1 FROM t2 WHERE nope;
UPDATE t1 SET (a, b) = (1, nope) FROM t2 WHERE missing;
UPDATE t1 SET nope = 1 FROM t2 WHERE missing;
UPDATE t1 SET a = 1 FROM t1;
