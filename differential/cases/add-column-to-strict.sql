-- What ADD COLUMN refuses of a table with rows comes before what STRICT demands of the new column.
create table t (a int, b text) strict
insert into t values (1, 'a')
alter table t add c foo default (1 + 1)
alter table t add c foo not null
alter table t add c
alter table t add c foo as (1) stored
alter table t add c foo as (1)
alter table t add c foo default CURRENT_DATE
delete from t
alter table t add c foo default CURRENT_DATE
alter table t add c foo not null
alter table t add c foo default 3 references x
create table u (a int, b text) strict
insert into u values (1, 'a')
alter table u add d1 real as (b || 1)
alter table u add d2 real as (b || 1) not null
alter table u add d3 int as (a + 1)
alter table u add d4 real as (a + 1) not null
alter table u add d5 text as (a) check (d5 > 0)
alter table u add d6 int as (null)
alter table u add d7 int as (b) check (d7 > 0)
select * from u
alter table u add e1 any default 'x'
alter table u add e2 any as (b)
alter table u add e3 Any as (x'00') not null
alter table u add e4 any default 2.5 check (e4 > 0)
select * from u
pragma integrity_check
