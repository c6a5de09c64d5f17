-- Transactions, attached databases and pragmas in the wrong place or with wrong words.
CREATE TABLE t(a)
COMMIT
ROLLBACK
END
RELEASE x
ROLLBACK TO x
BEGIN
BEGIN
BEGIN IMMEDIATE
BEGIN EXCLUSIVE
VACUUM
VACUUM INTO 'x.db'
ATTACH ':memory:' AS inner
DETACH inner
PRAGMA journal_mode = wal
PRAGMA foreign_keys = off
PRAGMA synchronous = off
PRAGMA synchronous
PRAGMA page_size = 512
PRAGMA locking_mode = exclusive
PRAGMA wal_checkpoint
PRAGMA temp_store = memory
PRAGMA encoding = 'UTF-16'
SAVEPOINT one
SAVEPOINT two
RELEASE three
ROLLBACK TO three
ROLLBACK TO one
RELEASE two
COMMIT
RELEASE one
SAVEPOINT a
BEGIN
COMMIT
SAVEPOINT "A"
INSERT INTO t VALUES(1)
ROLLBACK TO a
RELEASE A
ROLLBACK
ATTACH ':memory:' AS main
ATTACH ':memory:' AS temp
ATTACH ':memory:' AS x
ATTACH ':memory:' AS x
ATTACH ':memory:' AS X
ATTACH 'nope/nope/nope.db' AS y
ATTACH nope AS y
ATTACH 'a' AS nope.y
ATTACH sum(1) AS y
ATTACH ':memory:' AS sum(1)
ATTACH (SELECT ':memory:') AS (SELECT 'sub')
ATTACH ':memory:' AS NULL
ATTACH ':memory:' AS ''
ATTACH ':memory:' AS ''
ATTACH ':memory:' AS y KEY 'k'
DETACH nope
DETACH main
DETACH temp
DETACH 'x' || 'y'
DETACH sum(1)
DETACH x.y
BEGIN
SELECT * FROM x.sqlite_schema
DETACH x
ROLLBACK
DETACH x
DETACH x
ATTACH ':memory:' AS a3
ATTACH ':memory:' AS a4
ATTACH ':memory:' AS a5
ATTACH ':memory:' AS a6
ATTACH ':memory:' AS a7
ATTACH ':memory:' AS a8
ATTACH ':memory:' AS a9
ATTACH ':memory:' AS a10
ATTACH ':memory:' AS a11
ATTACH ':memory:' AS a12
CREATE TABLE a3.z(a)
CREATE INDEX a3.zi ON z(a)
CREATE INDEX zi ON a3.z(a)
CREATE TRIGGER main.zt AFTER INSERT ON a3.z BEGIN SELECT 1; END
CREATE TRIGGER a3.zt AFTER INSERT ON z BEGIN SELECT * FROM main.t; END
CREATE VIEW a3.zv AS SELECT * FROM main.t
CREATE TABLE a3.zc(x REFERENCES main.t)
CREATE TABLE a3.zc(x CHECK(x > main.t.a))
PRAGMA nope.user_version
PRAGMA nope
PRAGMA nope = 1
PRAGMA main.nope
PRAGMA encoding = 'nope'
PRAGMA encoding = 5
PRAGMA journal_mode = nope
PRAGMA nope.journal_mode = wal
PRAGMA locking_mode = nope
PRAGMA auto_vacuum = nope
PRAGMA auto_vacuum = 7
PRAGMA synchronous = nope
PRAGMA temp_store = nope
PRAGMA temp_store_directory = 'nope/nope'
PRAGMA cache_size = x
PRAGMA user_version = x
PRAGMA user_version = 99999999999
PRAGMA user_version
PRAGMA application_id = 'x'
PRAGMA busy_timeout = x
PRAGMA mmap_size = x
PRAGMA foreign_key_check(nope)
PRAGMA foreign_key_check('nope')
PRAGMA nope.foreign_key_check
PRAGMA table_info(nope)
PRAGMA table_xinfo(nope)
PRAGMA index_info(nope)
PRAGMA index_list(nope)
PRAGMA foreign_key_list(nope)
PRAGMA integrity_check(nope)
PRAGMA quick_check(nope)
PRAGMA integrity_check(t)
PRAGMA integrity_check(0)
PRAGMA integrity_check(-1)
PRAGMA wal_checkpoint(nope)
PRAGMA nope.wal_checkpoint
PRAGMA optimize(nope)
PRAGMA nope.optimize
PRAGMA hard_heap_limit = -1
PRAGMA threads = -1
PRAGMA secure_delete = nope
PRAGMA shrink_memory = 1
PRAGMA incremental_vacuum(nope)
PRAGMA max_page_count = nope
PRAGMA max_page_count = 0
PRAGMA query_only = on
INSERT INTO t VALUES(1)
CREATE TABLE q(a)
DELETE FROM t
PRAGMA user_version = 3
VACUUM
REINDEX
ANALYZE
DROP TABLE t
ALTER TABLE t ADD x
BEGIN IMMEDIATE
ROLLBACK
CREATE TEMP TABLE q(a)
PRAGMA query_only = off
PRAGMA writable_schema = on
INSERT INTO sqlite_schema VALUES('table', 'z', 'z', 99, 'CREATE TABLE z(a)')
DELETE FROM sqlite_schema WHERE name = 'z'
UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 't'
CREATE TABLE sqlite_own(a)
DROP TABLE sqlite_own
PRAGMA writable_schema = off
PRAGMA schema_version = 77
PRAGMA schema_version
PRAGMA max_page_count = 3
CREATE TABLE big(a)
INSERT INTO big VALUES(zeroblob(20000))
CREATE TABLE more(a)
PRAGMA max_page_count
PRAGMA trusted_schema = off
CREATE VIEW tv AS SELECT load_extension('x')
SELECT * FROM tv
