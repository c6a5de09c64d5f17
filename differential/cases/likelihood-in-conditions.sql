-- A hint around a whole condition is taken off, also in the ON clause of an outer join; around an operand it stays: no affinity, no index.
CREATE TABLE t0 (c0 TEXT)
INSERT INTO t0 VALUES ('a')
SELECT * FROM t0 WHERE likely(t0.rowid) <= '0'
SELECT * FROM t0 WHERE unlikely(t0.rowid) <= '0'
SELECT * FROM t0 WHERE likelihood(t0.rowid, 0.5) <= '0'
CREATE INDEX i0 ON t0 (c0)
SELECT * FROM t0 WHERE likely(c0) = 'A' COLLATE nocase
CREATE TABLE t1 (i INT, bool CHAR)
CREATE TABLE t2 (i INT)
INSERT INTO t1 VALUES (1, 'T'), (2, 'T'), (3, 'F')
INSERT INTO t2 VALUES (1), (2)
SELECT count(*) FROM t1 LEFT JOIN t2 ON likely(t1.i = t2.i) AND bool = 'T'
SELECT count(*) FROM t1 LEFT JOIN t2 ON likely(t1.i = t2.i AND 1)
SELECT count(*) FROM t1 LEFT JOIN t2 ON (t1.i = t2.i AND bool = 'T') COLLATE nocase
SELECT count(*) FROM t1 LEFT JOIN t2 ON bool = 'T' AND unlikely(t1.i = t2.i) WHERE likely(likely(1))
SELECT count(*) FROM t1 RIGHT JOIN t2 ON likely(bool = 'T')
SELECT count(*) FROM t1 FULL JOIN t2 ON unlikely(likely(t1.i = t2.i COLLATE binary) AND t2.i > 1)
