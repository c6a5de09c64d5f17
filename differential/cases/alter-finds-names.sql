-- Names that ALTER TABLE finds or overlooks.
create table 'one two' ('x y', 'z 1', 'a b')
create index idx on 'one two' ('z 1')
alter table 'one two' drop column 'z 1'
create table t4 (a, b)
create view v4 as select * from t4 where (a = 1 and 0) or b = 2
alter table t4 rename a to c
select sql from sqlite_schema where name = 'v4'
create trigger x after insert on t4 when (0 and (select rowid from 'one two')) begin delete from t4; end
alter table 'one two' rename to xyz
select sql from sqlite_schema where type = 'trigger'
create table w1 (c1 integer primary key, c2, unique (c1, c2)) without rowid
alter table w1 rename c1 to d
create table w2 (c1 integer, c2, unique (c1, c2), primary key (c1)) without rowid
alter table w2 rename c1 to d
create table w3 (c1 integer, c2, primary key (c1), unique (c1, c2)) without rowid
alter table w3 rename c1 to d
create table w4 (c1 integer primary key unique check (c1 > 0), c2, g as (c1 + 1), foreign key (c1) references w4 (c1)) without rowid
alter table w4 rename c1 to d
create table w5 (c1 integer primary key desc, c2, unique (c1, c2)) without rowid
alter table w5 rename c1 to d
create table w6 (c1 int primary key, c2, unique (c1, c2)) without rowid
alter table w6 rename c1 to d
create table w7 (c1 integer primary key, c2, unique (c1, c2))
alter table w7 rename c1 to d
select sql from sqlite_schema
create table ui (a unique, b primary key) without rowid
alter table ui add c
alter table ui add d default 5
select * from ui
