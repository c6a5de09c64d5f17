-- likelihood() in VALUES is looked at only where SQLite resolves the row; an ambiguous USING name doesn't end the search for tables.
select likelihood(3, t.x)
select likelihood(3, x+1)
select likelihood(3, nosuch())
select likelihood(3, (select x))
select likelihood(3, max(1,x))
select likelihood(3, "x")
select likelihood(x, x)
select likelihood(x, -0.5)
select likelihood(3, -0.5)
select abs(3, x)
select likelihood(3+y, x)
select abs(1,2) + likelihood(3, x)
select likelihood(3, x) + y
VALUES (-2, upper('x,y;z')), ((CURRENT_DATE IS NOT NULL | 128), (FALSE NOT BETWEEN 4.9e-324 AND 7)), ((NULL -> NULL), likelihood(printf('%x %X %o', 1e15), 8))
VALUES (likelihood(1, 8)), (2)
VALUES (1), (likelihood(1, 8)), (likelihood(2, 3))
create table t(a, b unique)
insert into t values (1, 2), (likelihood(3, 'x'), 4)
insert into t values (1, 5), (likelihood(3, 'x'), 6) on conflict (b) do update set a = likelihood(1, 3)
insert into t values (1, 5), (likelihood(3, 'x'), 6) on conflict (c) do update set a = 1
insert into t values (1, 7), (likelihood(3, 'x'), 6) on conflict (a) do update set a = 1
insert into t values (likelihood(3, 'x'), 6)
insert into t values (1, 2), (likelihood(3, a), 4)
with c as (select 1) values (1), (likelihood(3, 4))
select 1 in (values (1), (likelihood(3, 4)))
select (1, 2) in (values (1, 2), (likelihood(3, 4), 5))
select (1, 2) in ((1, 2), (likelihood(3, 4), 5))
create view v as values (1), (likelihood(3, 4))
select * from v
create temp table t2(c1)
create table u(c1, x)
create view w as select * from t2
SELECT 1 FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1) WHERE EXISTS (SELECT 1 FROM w)
SELECT 1 FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1) WHERE nope
SELECT nope FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1)
SELECT 1 FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1) union select 1 from w
select 1 from w union SELECT 1 FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1)
select (select 1 from w), * from (SELECT 1 FROM u AS q1 FULL JOIN (SELECT 1 AS c1) AS q2 ON q1.x = q2.c1 LEFT JOIN u AS q3 USING (c1))
