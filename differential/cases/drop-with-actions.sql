-- The actions of foreign keys at DROP TABLE are ordinary changes: of tables that may refer to others, and have triggers.
pragma foreign_keys = 1
create table t6 (c1 real primary key)
create table t7 (c1, c2 references t5 (c1), c4 references t6 (c1) on delete cascade)
drop table t6
insert into t6 values(1)
drop table t6
delete from t6
create table t5 (c1 primary key)
drop table t6
create table p (a primary key)
create table c (x references p on delete set null, y)
create table log (n)
create trigger tr after update on c begin insert into log values(new.y); end
create trigger tp after delete on p begin insert into log values('p'); end
insert into p values(1),(2)
insert into c values(1,'one'),(2,'two'),(null,'three')
drop table p
select * from c
select * from log
create table p2 (a primary key)
create table c2 (x references p2 on /* c */ delete restrict, y)
insert into p2 values(1)
drop table p2
create table p3 (a primary key)
create table c3 (x references p3 on delete cascade on update set null, y references nowhere)
drop table p3
create table c4 (x references p4 on delete set default, y references nowhere)
create table p4 (a)
drop table p4
