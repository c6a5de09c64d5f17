-- ALTER TABLE looks into temp, which opens it.
CREATE TABLE looked (a, b)
PRAGMA database_list
ALTER TABLE looked ADD COLUMN c
PRAGMA database_list
ALTER TABLE looked RENAME COLUMN a TO d
PRAGMA database_list
