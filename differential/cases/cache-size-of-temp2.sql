-- SQLite gives temp a cache size when it reads the schema of the open file.
PRAGMA temp.cache_size = 55
PRAGMA temp.cache_size
CREATE TEMP TABLE a (x)
PRAGMA temp.cache_size
VACUUM
PRAGMA temp.cache_size
