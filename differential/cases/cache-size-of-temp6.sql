-- SQLite gives temp a cache size when it reads the schema of the open file.
CREATE TABLE m (x)
CREATE TEMP TABLE n (x)
PRAGMA temp.cache_size = 8
PRAGMA temp.cache_size
PRAGMA temp.cache_size = 0
PRAGMA temp.cache_size
