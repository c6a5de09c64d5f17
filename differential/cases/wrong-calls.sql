-- The first wrong call of an expression was reported, where SQLite goes on to the names and calls that follow; likewise SET goes before WHERE.
CREATE TABLE t (c1, c2, c3)
SELECT abs(nope, 1) FROM t
SELECT abs(1, nope) FROM t
SELECT nofn(1) + nope
SELECT nofn(c1) + abs(c1, c2) + c3 FROM t
SELECT abs(nope) + nope2
SELECT abs(nope) + (1 + nope2)
SELECT sum(nope) + nope2
SELECT abs(nope) LIKE nope2
SELECT nofn() IN (SELECT nope) FROM t
SELECT nope IN (SELECT nope2) FROM t
VALUES (nofn(1)), (nope)
SELECT maxSELECT(c3) FROMt HAVING 1
UPDATE t SET nope = 1 WHERE nope2
UPDATE t SET c1 = nope IN nope3(1) WHERE nope2
