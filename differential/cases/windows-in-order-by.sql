-- A term of ORDER BY that means a result column is a copy of it, whose window functions are computed in the innermost stage:
-- row_number() OVER () counts the rows as they are stored, not as dense_rank() needs them, and the column shows that number.
CREATE TABLE t1 (c1);
INSERT INTO t1 VALUES (NULL), (0), (5), (NULL), ('a');
SELECT row_number() OVER (), dense_rank() OVER (ORDER BY c1), count(1) OVER (PARTITION BY c1 ORDER BY c1 ROWS BETWEEN 2 FOLLOWING AND 2 FOLLOWING) FROM t1 ORDER BY 1 DESC;
SELECT nth_value(c1, 1) OVER () AS x1, rank() OVER (ORDER BY c1 NULLS LAST ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) FROM t1 ORDER BY 1, 2;
SELECT nth_value(c1, 1) OVER () AS x1, rank() OVER (ORDER BY c1 NULLS LAST) FROM t1 ORDER BY x1, 2;
SELECT DISTINCT row_number() OVER (), dense_rank() OVER (ORDER BY c1) FROM t1 ORDER BY 1, 2;
SELECT row_number() OVER () + 1, dense_rank() OVER (ORDER BY c1) FROM t1 ORDER BY row_number() OVER () + 1;
SELECT row_number() OVER (), dense_rank() OVER (ORDER BY c1) FROM t1 UNION SELECT 2, 3 ORDER BY 1, 2;
