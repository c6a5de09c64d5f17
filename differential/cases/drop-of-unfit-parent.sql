-- DROP TABLE of a parent that a key with actions doesn't fit failed with a foreign key mismatch.
CREATE TABLE p (a, b)
CREATE TABLE c (x REFERENCES p ON DELETE CASCADE)
CREATE TABLE d (x REFERENCES p (b) ON UPDATE SET NULL ON DELETE SET NULL)
INSERT INTO c VALUES (NULL)
DROP TABLE p
SELECT name FROM sqlite_schema
