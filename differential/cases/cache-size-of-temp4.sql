-- SQLite gives temp a cache size when it reads the schema of the open file.
CREATE TABLE m (x)
ALTER TABLE m RENAME TO n
PRAGMA temp.cache_size
ALTER TABLE n RENAME TO o
PRAGMA temp.cache_size
