CREATE TABLE t1 (a, b)
INSERT INTO t1 VALUES (1, 1), (2, 1), (2, 2)
CREATE INDEX t1b ON t1 (b)
SELECT * FROM t1 WHERE a = 2 AND b = a
SELECT * FROM t1 WHERE a = b AND a = 2
SELECT * FROM t1 AS x JOIN t1 AS y ON x.a = y.b WHERE y.b = 2 AND x.b = y.a
SELECT * FROM pragma_table_info('t1') WHERE schema = 't1'
SELECT * FROM pragma_table_info('t1') WHERE schema = 'main'
SELECT * FROM pragma_table_info('t1') WHERE schema = arg
SELECT * FROM pragma_table_info('t1') WHERE schema IS arg
SELECT * FROM pragma_table_info WHERE arg = 't1' AND schema = arg
SELECT * FROM pragma_table_info WHERE schema = arg AND arg = 't1'
SELECT * FROM pragma_table_info('t1') AS x WHERE x.schema = 'nope'
SELECT * FROM pragma_table_info('t1', 'nope') AS x
SELECT * FROM pragma_index_list('t1') WHERE schema = 't1'
SELECT x.name FROM pragma_table_info('t1') AS x, pragma_table_info('t1') AS y WHERE x.name = y.name AND x.cid = x.pk
