-- PRAGMA count_changes: statements that change rows give their number.
pragma count_changes = 1
create table one (a unique, b)
create table two (a unique, b) without rowid
create table two (a primary key, b) without rowid
insert into one values (1, 2), (3, 4)
insert into one select a + 10, b from one
insert or ignore into one select 1, 2
insert into two select * from one
insert into two values (1, 1) on conflict do update set b = 5
insert into two values (1, 1), (70, 2) on conflict do update set b = 5
update one set b = 2
update one set a = a + 100 where b = 7
update or replace one set a = 1001
update one set b = s.b from (select 5 as b) as s
replace into one values (1001, 1)
insert into one values (5, 6) returning a
delete from one where a = 5
delete from one
delete from two
create table xfer (a, b)
insert into xfer values (1, 2), (3, 4)
create table xfer2 (a, b)
insert into xfer2 select * from xfer
create view v as select * from xfer
create trigger vi instead of insert on v begin insert into xfer values (new.a, new.b); end
create trigger vu instead of update on v begin update xfer set b = new.b; end
create trigger vd instead of delete on v begin delete from xfer; end
insert into v values (1, 2), (3, 4)
update v set b = 8
delete from v
create table p (id integer primary key)
create table c (id references p on delete cascade)
insert into p values (1), (2)
insert into c values (1), (1), (2)
delete from p where id = 1
drop table c
create table made as select 1 as x
alter table made add y default 5
select changes()
pragma count_changes = 0
delete from made
