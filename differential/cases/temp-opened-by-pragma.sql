-- Naming temp in a pragma opens it.
PRAGMA temp.wal_checkpoint
PRAGMA database_list
PRAGMA temp_store = 2
PRAGMA database_list
PRAGMA temp.nosuch
PRAGMA database_list
