-- The index of a UNIQUE constraint of a WITHOUT ROWID table counted as covering through the primary key that ends its entries: rows came in its order.
CREATE TABLE t (c1 DECIMAL(10,2) PRIMARY KEY, c2 NUMERIC UNIQUE) WITHOUT ROWID
INSERT INTO t VALUES (' abc', 1), (0, 3)
SELECT * FROM t
CREATE TABLE u (c1, c2)
INSERT INTO u SELECT * FROM t
SELECT rowid, * FROM u
