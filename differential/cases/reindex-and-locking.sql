-- A module that is a table of its own is nothing to reindex; databases without a file are always locked exclusively.
CREATE TABLE t(a COLLATE nocase UNIQUE)
REINDEX json_each
REINDEX t
REINDEX nocase
PRAGMA main.locking_mode = 0
PRAGMA main.locking_mode = exclusive
