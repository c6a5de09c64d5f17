-- Calls in a default are looked at when the default is needed.
CREATE TABLE t28 (x, y DEFAULT (nosuchfunc(1)))
INSERT INTO t28 (x) VALUES (1)
INSERT INTO t28 VALUES (1, 2)
CREATE TABLE t29 (x, y DEFAULT (1 + abs()))
INSERT INTO t29 (x) VALUES (1)
CREATE TABLE t30 (x, y DEFAULT (abs(sum(1))))
INSERT INTO t30 (x) VALUES (1)
CREATE TABLE t31 (x, y DEFAULT (row_number() OVER ()))
INSERT INTO t31 (x) VALUES (1)
CREATE TABLE t37 (x, y DEFAULT (min(1) + group_concat(2)))
INSERT INTO t37 (x) VALUES (1)
CREATE TABLE t38 (x, y DEFAULT (count(*)))
INSERT INTO t38 DEFAULT VALUES
CREATE TABLE t39 (x, y DEFAULT (likelihood(1, 2)))
INSERT INTO t39 (x) VALUES (1)
SELECT * FROM t39
