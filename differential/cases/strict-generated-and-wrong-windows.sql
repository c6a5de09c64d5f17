-- Virtual columns of STRICT tables were not checked; of several wrong parts of a window call the last one is reported.
CREATE TABLE t (a, b)
SELECT max(a) OVER (PARTITION BY nope ORDER BY nope2) FROM t
SELECT max(nope0) OVER (PARTITION BY nope ORDER BY nope2) FROM t
SELECT max(a) FILTER (WHERE nope3) OVER (PARTITION BY nope ORDER BY nope2) FROM t
SELECT max(nope0) FILTER (WHERE nope3) OVER (PARTITION BY nope ORDER BY nope2) FROM t
SELECT max(a) OVER (w ORDER BY nope2) FROM t
SELECT rank() FILTER (WHERE a) OVER (ORDER BY nope2) FROM t
SELECT rank() FILTER (WHERE a) OVER (ORDER BY a) FROM t
SELECT max(a) OVER (ORDER BY a, nope RANGE 1 PRECEDING) FROM t
SELECT max(a) OVER (ORDER BY a, b RANGE 1 PRECEDING) FROM t
SELECT max(a) OVER (ORDER BY 1 + nope, b RANGE 1 PRECEDING) FROM t
SELECT max(a) OVER w, nope FROM t WINDOW w AS (ORDER BY a)
SELECT max(a) OVER (w RANGE 1 PRECEDING) FROM t WINDOW w AS (ORDER BY a)
SELECT max(a) OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY a)
INSERT INTO t VALUES (1, 2), (3, 4)
SELECT max(a) OVER (w RANGE 1 PRECEDING), sum(b) FILTER (WHERE a > 1) OVER w FROM t WINDOW w AS (ORDER BY a)
CREATE TABLE s (k INT PRIMARY KEY, a ANY, v TEXT AS (coalesce(a, 1)), w INT AS (a || 'g') STORED) STRICT
INSERT INTO s (k, a) VALUES (1, x'00')
INSERT INTO s (k, a) VALUES (1, 5)
CREATE TABLE s1 (k INT PRIMARY KEY, a ANY, v TEXT AS (coalesce(a, 1)), r REAL AS (k), q AS (+r)) STRICT
CREATE TABLE s2 (k INT PRIMARY KEY, a ANY, v TEXT AS (coalesce(a, 1)), r REAL AS (k), q ANY AS (+r) STORED) STRICT
INSERT INTO s2 (k, a) VALUES (1, 5) RETURNING *, +r, +q
INSERT INTO s2 (k, a) VALUES (2, x'00')
SELECT *, +r, typeof(q) FROM s2 ORDER BY r
UPDATE s2 SET a = x'00'
