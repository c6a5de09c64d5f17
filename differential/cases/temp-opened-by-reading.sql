-- The temp database is listed once a statement has needed it.
PRAGMA table_list
DROP TABLE IF EXISTS temp.x
PRAGMA database_list
SELECT * FROM sqlite_temp_schema
PRAGMA database_list
