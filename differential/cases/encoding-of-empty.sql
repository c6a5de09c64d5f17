-- The encoding of a database without objects may be set, and wrong ones are refused; later it is ignored, whatever it is.
PRAGMA encoding = 0
PRAGMA encoding = 'utf16'
PRAGMA encoding
PRAGMA encoding = 'UTF-16be'
PRAGMA encoding
CREATE TABLE t(a)
INSERT INTO t VALUES('é')
SELECT * FROM t
SELECT name, sql FROM sqlite_schema
PRAGMA encoding = 'UTF-8'
PRAGMA encoding
