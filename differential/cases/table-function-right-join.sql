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
