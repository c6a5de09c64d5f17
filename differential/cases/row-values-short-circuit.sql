-- Fields of a row value behind the one that decides were evaluated; `-+1` was not a literal; NOCASE keys of a sort went on behind a NUL.
SELECT -(+(0.0)), -(-(0.0)), +(+1), -+-+1, - + 9223372036854775808, -(+(-0.0))
SELECT (1, 2) = (2, like(-2, 'null', 0xffffffffffffffff))
SELECT (1, 2) < (2, like(-2, 'null', 0xffffffffffffffff))
SELECT (1, like(-2, 'null', 0xffffffffffffffff)) < (2, 1)
SELECT (1, 2) IS (2, like(-2, 'null', 0xff)), (1, 2) <> (2, like(-2, 'null', 0xff))
SELECT (1, 2) BETWEEN (2, like(-2, 'null', 0xff)) AND (3, 3)
SELECT (1, 2) BETWEEN (1, 1) AND (3, like(-2, 'null', 0xff))
SELECT (1, 2, NULL) < (1, 2, 3), (1, NULL, 2) < (1, 2, 3), (NULL, 1) < (1, 1), (1, 1, 1) <= (1, 1, 1), (2, 1) > (1, NULL), (1, NULL) = (2, 2), (1, NULL) IS (1, NULL)
CREATE TABLE t (c1 INT PRIMARY KEY NOT NULL, c2 NUMERIC) WITHOUT ROWID
INSERT INTO t VALUES (10, NULL), (-1, NULL), (x'61', '0x10')
SELECT char(c2, c1) FROM t ORDER BY 1 COLLATE NOCASE
SELECT char(0, 98) AS c UNION ALL SELECT char(0, 97) ORDER BY c COLLATE NOCASE
