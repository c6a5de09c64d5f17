-- EXISTS among the terms of WHERE is a loop that ends with its first match; the loop's place shows in the order of rows.
CREATE TABLE p (a INT, b INT, c TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID
CREATE INDEX pa ON p (a)
CREATE INDEX pb ON p (b)
CREATE TABLE r (a INT, b INT, c TEXT)
INSERT INTO p VALUES (0, 0, 'x'), (1, 0, 'x'), (3, 0, 'z'), (6, 1, NULL), (7, 2, 'z')
INSERT INTO r VALUES (6, 0, NULL), (2, 0, 'y'), (0, 0, 'x'), (1, 1, 'x'), (1, 2, 'y'), (0, 2, 'z')
SELECT * FROM p AS x JOIN r AS y ON x.b = y.b WHERE EXISTS (SELECT 1 FROM r AS e WHERE e.a = e.b) ORDER BY x.b
SELECT * FROM p WHERE EXISTS (SELECT * FROM r WHERE r.b = p.b AND r.c > 'x')
SELECT * FROM p WHERE EXISTS (SELECT * FROM r WHERE r.b = p.b AND EXISTS (SELECT 1 FROM p AS q WHERE q.a = r.a OR q.b = r.b))
SELECT count(*), sum(a) FROM p WHERE EXISTS (SELECT 1 FROM r WHERE r.b IN (p.b, 1)) AND a > 0
SELECT b, count(*) FROM p WHERE EXISTS (SELECT 1 FROM r WHERE r.b = p.b) AND EXISTS (SELECT 1 FROM r WHERE r.a = p.a) GROUP BY b
SELECT * FROM r LEFT JOIN p ON p.a = r.a WHERE EXISTS (SELECT 1 FROM p AS q WHERE q.b = r.b) ORDER BY r.c LIMIT 3
SELECT * FROM p WHERE EXISTS (SELECT 1 FROM r WHERE r.b = p.b) LIMIT 2 OFFSET 1
