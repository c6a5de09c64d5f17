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
