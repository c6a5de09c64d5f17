-- RETURNING knows the table by its own name alone, and a view's row has no rowid.
create table t1 (a, b)
insert into t1 values (1, 2)
update t1 as x set b = 1 returning x.b
update t1 as x set b = 1 returning t1.b
insert into t1 as x values (3, 4) returning x.b
insert into t1 as x values (3, 4) returning t1.b
delete from t1 as x returning x.b
delete from t1 as x where a = 9 returning t1.b
delete from t1 as x where x.a = 1 returning main.t1.b
update t1 as x set a = x.b + 1 from (select 1 as o) as s returning x.a
update t1 as x set a = x.b + 1 from (select 1 as o) as s returning t1.a
insert into t1 values (3, 4) returning t1.b
create view v as select a, b from t1
create trigger vi instead of insert on v begin select 1; end
create trigger vu instead of update on v begin select 1; end
create trigger vd instead of delete on v begin select 1; end
insert into v values (1, 2) returning rowid
update v set a = 1 returning rowid
delete from v returning rowid
delete from v returning oid, v.rowid
delete from v returning v._rowid_
insert into v values (1, 2) returning a + rowid, nope
insert into v values (1, 2) returning a
drop trigger vi
create trigger vi instead of insert on v begin select new.rowid; end
insert into v values (1, 2)
insert into v values (1, 2) returning a
create trigger vo instead of update on v begin select old.oid; end
update v set a = 1
