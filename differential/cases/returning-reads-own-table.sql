-- Uncorrelated subqueries of RETURNING run for each row when they read the table that changes.
create table t6 (a)
insert into t6 values (null), (null), (3)
update t6 set a = (rowid & rowid) where (a is null) returning ('abc' in t6)
insert into t6 values (null), (null), (3)
delete from t6 where a is null returning 'abc' in t6, (select count(*) from t6), a in t6
insert into t6 values (null), (null), (3) returning 'abc' in t6, (select count(*) from t6)
update t6 set a = 5 where (a is null) returning (select count(*) from t6 where a is null)
insert into t6 values (null), (null), (3)
update t6 set a = 6 where (a is null) returning (select count(*) from t6 as x where x.a is null and x.a is not t6.a), (select group_concat(a) from t6)
update t6 set a = null where (a = 6) returning exists (select 1 from t6 where a = 6)
create temp table k6 (a)
insert into k6 values (null), (null), (3)
update k6 set a = (rowid & rowid) where (a is null) returning ('abc' in k6)
update k6 set a = null where a = 3 returning ('abc' in k6), 3 in k6
create view v6 as select a from t6
create trigger g instead of update on v6 begin update t6 set a = new.a where a is old.a; end
update v6 set a = 9 where a = 3 returning (select count(*) from v6 where a = 3), (select count(*) from t6 where a = 3)
update t6 set a = 1 where a > 1 returning (select count(*) from v6 where a > 1), (select count(*) from (select * from t6 where a > 1))
insert into t6 values (1), (2), (3)
delete from t6 returning (select 1 union all select count(*) from t6), (select count(*) from t6 union all select 7), (select count(*) + (select count(*) from t6) from k6)
insert into t6 values (1), (2), (3) returning (select count(*) from k6), a in (select a from t6), a in (select a + 1 from t6), a in (with x as (select a from t6) select 1 + a from x)
