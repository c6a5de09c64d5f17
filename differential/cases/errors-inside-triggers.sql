-- What is wrong inside a trigger never replaces an earlier error; all GROUP BY terms are read before aggregates among them are refused.
create temp table t14 (c1 unique references t2 on delete cascade, c3, c5)
create table t16 (c1 int references t14, c4)
create trigger g18 after insert on t14 begin update t16 set c1 = (new.c1 + new.c3) where c4 is new.c5; end
pragma foreign_keys = 1
replace into t14 values (-2, 6, 1) returning c5
insert into t14 values (-2, 6, 1)
update t16 set c1 = 1
create table plain(a)
create trigger gp after insert on plain begin update t16 set c1 = 1; delete from t16; end
insert into plain values (1)
insert into plain values (1) returning nope
select count(*) as x from plain group by 1, 2, 3
select count(*) as x from plain group by 1, nope
select count(*) as x from plain group by (-0.0 notnull), ((0.1 isnull) and (2 is not a))
select count(*) as x from plain group by 1
select a from plain group by count(*), sum(a), nope
create table ot2 (a)
create table ot9 (b)
create trigger ot15 update on ot2 begin insert into ot9 values (1); insert into missing7 select 1; end
create trigger ot16 before insert on ot9 begin delete from missing14; end
update ot2 set a = 1
create table pt1 (a)
create table pt2 (c1 unique, c3 unique)
create trigger pg3 before update on pt2 begin insert into pt1 values (1, 2); end
create trigger pgx after update on pt2 begin select new.nope; end
insert into pt2 values (1, 2) on conflict (c1) do update set c3 = 1
insert into pt2 values (1, 2) on conflict (c1) do update set c3 = 1 returning c1
insert into pt2 values (1, 2) on conflict (c1) do nothing on conflict (c3) do update set c3 = 1
update pt2 set c1 = 1
create trigger pd1 after delete on pt2 begin select old.nope; end
create trigger pd2 before delete on pt2 begin select old.nope2; end
create trigger pd3 after delete on pt2 begin select old.nope3; end
delete from pt2
replace into pt2 values (1, 2)
create trigger pi1 after insert on pt2 begin select new.nope; end
create trigger pi2 before insert on pt2 begin select new.nope2; end
create trigger pi3 after insert on pt2 begin select new.nope3; end
insert into pt2 values (1, 2)
create view pv as select * from pt2
create trigger pv1 instead of update on pv begin select new.nope; end
create trigger pv2 instead of update on pv begin select new.nope2; end
update pv set c1 = 1
create trigger pv3 instead of delete on pv begin select new.nope; end
create trigger pv4 instead of delete on pv begin select new.nope2; end
delete from pv
create table ut (c1 unique, c2 primary key)
create trigger ut1 before insert on ut begin select new.nope; end
insert into ut values (1, 2) on conflict (c2) do update set nope = 3 where excluded.nope <> 1
insert into ut values (1, 2) on conflict (c2) do update set c1 = 3 where excluded.nope <> 1
create trigger ut2 after insert on ut begin select new.nope2; end
insert into ut values (1, 2) on conflict (c2) do update set c1 = excluded.nope
drop trigger ut1
insert into ut values (1, 2) on conflict (c2) do update set c1 = excluded.nope
