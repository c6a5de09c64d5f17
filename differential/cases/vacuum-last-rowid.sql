-- VACUUM copies views and triggers by an INSERT, whose last rowid shows.
CREATE TABLE t (a)
INSERT INTO t (rowid, a) VALUES (22, 1)
VACUUM
CREATE VIEW v AS SELECT 1
VACUUM
SELECT last_insert_rowid()
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END
VACUUM
SELECT last_insert_rowid()
