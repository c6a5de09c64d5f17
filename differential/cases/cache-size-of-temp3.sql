-- SQLite gives temp a cache size when it reads the schema of the open file.
CREATE TABLE m (x)
ALTER TABLE m ADD COLUMN y
PRAGMA temp.cache_size
VACUUM
PRAGMA temp.cache_size
SELECT * FROM temp.sqlite_schema
PRAGMA temp.cache_size
VACUUM
PRAGMA temp.cache_size
PRAGMA temp_store = 2
PRAGMA temp.cache_size
CREATE TEMP TABLE a (x)
PRAGMA temp.cache_size
