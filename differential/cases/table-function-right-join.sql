-- A table-valued function on the right of a RIGHT or FULL JOIN lost its arguments for the rows without a match; integrity_check of a view.
create table t(a,b)
insert into t values(1,2)
create table e(a)
select e.a, j.key, j.value from e right join json_each('[1,2]') as j on j.key = e.a
select e.a, j.key, j.value from t as e right join json_each('[1,2]') as j on j.key = e.a
select e.a, j.key, j.value from t as e full join json_each('[1,2]') as j on j.key = e.a
select e.a, j.key, j.value from json_each('[1,2]') as j full join t as e on j.key = e.a
select e.a, j.key, j.value from json_each('[1,2]') as j right join t as e on j.key = e.a
select e.a, j.key, j.value from json_each('[1,2]') as j left join t as e on j.key = e.a
select e.a, j.key, j.value from t as e left join json_each('[1,2]') as j on j.key = e.a+5
pragma quick_check(t)
create view v as select 1
pragma quick_check(v)
-- An index of a virtual column may be scanned on the right of a RIGHT JOIN; one of an expression may not.
CREATE TABLE measured (a, b, c AS (+b) VIRTUAL)
CREATE TABLE other (a)
CREATE INDEX virtualColumn ON measured (c)
CREATE INDEX sum ON measured (b + 1)
INSERT INTO measured VALUES (1, 2), (3, 4)
INSERT INTO other VALUES (1)
SELECT m.a, m.c, o.a FROM other AS o RIGHT JOIN measured AS m INDEXED BY virtualColumn ON o.a = m.rowid
SELECT m.a, m.c, o.a FROM other AS o RIGHT JOIN measured AS m INDEXED BY virtualColumn ON o.a = m.rowid WHERE m.b > m.a
SELECT m.a, m.c, o.a FROM other AS o FULL JOIN measured AS m INDEXED BY virtualColumn ON o.a = m.a
SELECT m.a, m.c, o.a FROM other AS o RIGHT JOIN measured AS m INDEXED BY sum ON o.a = m.rowid
