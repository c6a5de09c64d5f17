-- SQLite gives temp a cache size when it reads the schema of the open file.
PRAGMA temp.cache_size
PRAGMA cache_size
CREATE TEMP TABLE a (x)
PRAGMA temp.cache_size
INSERT INTO a VALUES (1)
PRAGMA temp.cache_size
ALTER TABLE a ADD COLUMN y
PRAGMA temp.cache_size
BEGIN
CREATE TEMP TABLE b (x)
ROLLBACK
PRAGMA temp.cache_size
VACUUM
PRAGMA temp.cache_size
PRAGMA temp.cache_size = 77
PRAGMA temp.cache_size
VACUUM
PRAGMA temp.cache_size
ATTACH ':memory:' AS aux
PRAGMA aux.cache_size
