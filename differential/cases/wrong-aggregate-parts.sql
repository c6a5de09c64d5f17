-- A wrong FILTER or ORDER BY of an aggregate call was reported before its wrong argument, where SQLite only goes on to plain names and calls.
CREATE TABLE t (c1, c2)
SELECT group_concat(nope / c1 ORDER BY nope2 / c1) FILTER (WHERE 'abc' BETWEEN 3 AND nope3) FROM t
SELECT sum(nope) FILTER (WHERE nope2 > 1) FROM t
SELECT sum(nope) FILTER (WHERE nope2) FROM t
SELECT group_concat(nope, ',' ORDER BY nope2) FROM t
SELECT group_concat(c1 ORDER BY nope2) FILTER (WHERE abs(nope3)) FROM t
