SELECT -'.'
SELECT -'12', - '3' AS x, 'a', -5
CREATE TABLE t (a, b TEXT)
INSERT INTO t VALUES (-'7', - 'x'), ('8', -9)
SELECT * FROM t WHERE a > -'8' AND b < - '1'
UPDATE t SET a = -'3' WHERE b = -'9' RETURNING -'4', '4'
