-- A column that WHERE makes equal to a constant is that constant in other terms, compared as the column is compared.
CREATE TABLE t(a INT, b TEXT, c, d);
CREATE TABLE u(x INT, y, z TEXT);
CREATE INDEX ux ON u(x);
CREATE INDEX uz ON u(z);
INSERT INTO t VALUES (5, '5', '5', 5), (5, '05', 5, 5.0), (6, '6', '6', NULL);
INSERT INTO u VALUES (5, 5, '5'), (5, '5', '05'), (6, 6, '6');
SELECT * FROM t, u WHERE t.a = 5 AND u.x = t.a;
SELECT * FROM t, u WHERE t.a = 5 AND u.z = t.a;
SELECT * FROM t, u WHERE t.c = 5 AND u.z = t.c;
SELECT * FROM t, u WHERE t.c = '5' AND u.x = t.c AND typeof(t.c) = 'text';
SELECT * FROM t WHERE a = 5 AND b = a;
SELECT * FROM t WHERE a = 5 AND b = 5;
SELECT * FROM t WHERE d = 5 AND d LIKE '5';
SELECT * FROM t WHERE c = 5 AND c || '' = '5' AND d BETWEEN c AND 9;
SELECT * FROM t LEFT JOIN u ON u.x = t.a WHERE t.a = 5 AND u.y = t.a;
SELECT * FROM t RIGHT JOIN u ON u.x = t.a WHERE t.a = 5 AND u.y = t.a;
SELECT * FROM t, u WHERE t.a = 5 AND t.a = t.d AND t.d = u.x AND (SELECT count(*) FROM u WHERE x = t.a) = 2;
SELECT * FROM t, (SELECT x, count(*) AS n FROM u GROUP BY x) AS g WHERE t.a = 5 AND g.x = t.a AND g.n > 1;
