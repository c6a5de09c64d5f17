-- SQLite gives temp a cache size when it reads the schema of the open file.
CREATE TABLE m (x)
CREATE TEMP TABLE n (x)
PRAGMA temp.cache_size
SELECT * FROM n
PRAGMA temp.cache_size
ATTACH ':memory:' AS y
PRAGMA temp.cache_size
BEGIN
CREATE TABLE o (x)
PRAGMA temp.cache_size
ROLLBACK
PRAGMA temp.cache_size
